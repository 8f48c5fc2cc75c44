//! Each function, case by case, and the comparison of evaluated values.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one flat table of cases is clearest")]
fn each_function_returns_the_value_that_cloudformation_returns() {
    let after = r#""{{changeSet:KNOWN_AFTER_APPLY}}""#;
    for (expression, expect) in [
        (json!({"Ref": "Env"}), r#""prod""#),
        (json!({"Ref": "Zones"}), r#"["a","b"]"#),
        (json!({"Ref": "Vpc"}), r#""vpc-1""#),
        (json!({"Ref": "New"}), after),
        (json!({"Ref": "AWS::AccountId"}), r#""123456789012""#),
        (json!({"Ref": "AWS::Region"}), r#""eu-west-1""#),
        (json!({"Ref": "AWS::Partition"}), r#""aws""#),
        (json!({"Ref": "AWS::URLSuffix"}), r#""amazonaws.com""#),
        (json!({"Ref": "AWS::StackName"}), r#""net""#),
        (json!({"Ref": "AWS::NotificationARNs"}), "[]"),
        (json!({"Ref": "AWS::NoValue"}), "(nothing)"),
        (json!({"a": {"Ref": "AWS::NoValue"}, "b": 1}), r#"{"b":1}"#),
        (json!([{"Ref": "AWS::NoValue"}, 1]), "[1]"),
        (json!({"Ref": "Image"}), r#""ami-2""#),
        (
            json!({"Fn::GetAtt": ["Vpc", "CidrBlock"]}),
            r#""10.10.0.0/16""#,
        ),
        (json!({"Fn::GetAtt": "Vpc.CidrBlock"}), r#""10.10.0.0/16""#),
        (json!({"Fn::GetAtt": ["New", "Arn"]}), after),
        (
            json!({"Fn::Sub": "${Env}-${Vpc.CidrBlock}-${AWS::Region}-${!Env}"}),
            r#""prod-10.10.0.0/16-eu-west-1-${Env}""#,
        ),
        (
            json!({"Fn::Sub": ["${x}/${Env}", {"x": {"Ref": "Vpc"}}]}),
            r#""vpc-1/prod""#,
        ),
        (json!({"Fn::Sub": "https://${New}.x"}), after),
        (
            json!({"Fn::Sub": "$x ${open $(sh)"}),
            r#""$x ${open $(sh)""#,
        ),
        (
            json!({"Fn::Join": ["-", ["a", 1, true, {"Ref": "Vpc"}]]}),
            r#""a-1-true-vpc-1""#,
        ),
        (json!({"Fn::Join": [",", {"Ref": "Zones"}]}), r#""a,b""#),
        (json!({"Fn::Join": ["", ["a", {"Ref": "New"}]]}), after),
        (
            json!({"Fn::Join": ["", [{"Ref": "AWS::NoValue"}, "a"]]}),
            r#""a""#,
        ),
        (json!({"Fn::Select": [1, {"Ref": "Zones"}]}), r#""b""#),
        (json!({"Fn::Select": ["0", ["x", "y"]]}), r#""x""#),
        (
            json!({"Fn::Select": [0, {"Fn::GetAtt": ["New", "DnsEntries"]}]}),
            after,
        ),
        (json!({"Fn::Split": [":", "a:b:"]}), r#"["a","b",""]"#),
        (
            json!({"Fn::Select": [0, {"Fn::Split": [":", {"Fn::GetAtt": ["New", "X"]}]}]}),
            after,
        ),
        (
            json!({"Fn::If": ["Yes", "a", {"Ref": "Missing"}]}),
            r#""a""#,
        ),
        (
            json!({"Fn::If": ["No", "a", {"Ref": "AWS::NoValue"}]}),
            "(nothing)",
        ),
        (
            json!({"Fn::FindInMap": ["Size", {"Ref": "Env"}, "type"]}),
            r#""m5.large""#,
        ),
        (
            json!({"Fn::FindInMap": ["Size", "prod", "list"]}),
            r#"["x","y"]"#,
        ),
        (
            json!({"Fn::FindInMap": ["Size", "dev", "type", {"DefaultValue": "t3.micro"}]}),
            r#""t3.micro""#,
        ),
        (
            json!({"Fn::GetAZs": ""}),
            r#"["eu-west-1a","eu-west-1b","eu-west-1c"]"#,
        ),
        (
            json!({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}),
            r#""eu-west-1a""#,
        ),
        (
            json!({"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-VpcId"}}),
            r#""vpc-9""#,
        ),
        (
            json!({"Fn::Base64": {"Fn::Sub": "echo ${Env}"}}),
            r#""ZWNobyBwcm9k""#,
        ),
        (
            json!({"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, 2, "8"]}),
            r#"["10.10.0.0/24","10.10.1.0/24"]"#,
        ),
        (json!({"Fn::Length": {"Ref": "Zones"}}), "2"),
        (
            json!({"Fn::ToJsonString": {"a": {"Ref": "Env"}, "b": [1, true]}}),
            r#""{\"a\":\"prod\",\"b\":[1,true]}""#,
        ),
        (json!({"Fn::ToJsonString": {"a": {"Ref": "New"}}}), after),
        (json!("{{resolve:ssm:/image}}"), r#""ami-2""#),
        (json!("x-{{resolve:ssm:/image:1}}-y"), r#""x-ami-1-y""#),
        (json!("{{resolve:ssm:/later}}"), after),
        (
            json!({"Fn::Sub": "{{resolve:ssm:/${x}}}"}),
            "error: Template format error: Unresolved resource dependencies [x] in the Resources block of the template",
        ),
        (
            json!("{{resolve:secretsmanager:db}}"),
            r#""{{resolve:secretsmanager:db}}""#,
        ),
        (json!("{{resolve:ssm:/image"), r#""{{resolve:ssm:/image""#),
        (
            json!({"Ref": "Env", "Other": 1}),
            r#"{"Ref":"Env","Other":1}"#,
        ),
    ] {
        assert_eq!(shown(&expression), expect, "{expression}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one flat table of cases is clearest")]
fn errors_use_the_words_of_cloudformation() {
    for (expression, expect) in [
        (
            json!({"Fn::Sub": "${Zones}"}),
            "variable Zones in Fn::Sub expression does not resolve to a string",
        ),
        (
            json!({"Fn::Sub": "${AWS::NoValue}"}),
            "variable AWS::NoValue in Fn::Sub expression does not resolve to a string",
        ),
        (
            json!({"Ref": "Nope"}),
            "Unresolved resource dependencies [Nope] in the Resources block",
        ),
        (
            json!({"Fn::GetAtt": ["Nope", "Arn"]}),
            "instance of Fn::GetAtt references undefined resource Nope",
        ),
        (
            json!({"Fn::GetAtt": ["Vpc", "Nope"]}),
            "resource Vpc does not support attribute type Nope in Fn::GetAtt",
        ),
        (
            json!({"Fn::GetAtt": ["Vpc"]}),
            "every Fn::GetAtt object requires two",
        ),
        (
            json!({"Fn::ImportValue": "nope"}),
            "No export named nope found",
        ),
        (
            json!({"Fn::FindInMap": ["Size", "dev", "type"]}),
            "Unable to get mapping for Size::dev::type",
        ),
        (
            json!({"Fn::Select": [2, ["a"]]}),
            "Fn::Select cannot select nonexistent value at index 2",
        ),
        (
            json!({"Fn::Select": [-1, ["a"]]}),
            "every Fn::Select object requires",
        ),
        (
            json!({"Fn::Join": ["-", "a"]}),
            "every Fn::Join object requires",
        ),
        (
            json!({"Fn::Join": ["-", [["a"]]]}),
            "every Fn::Join object requires",
        ),
        (
            json!({"Fn::Split": ["", "a"]}),
            "every Fn::Split object requires",
        ),
        (
            json!({"Fn::If": ["Maybe", 1, 2]}),
            "Unresolved condition dependency Maybe",
        ),
        (
            json!({"Fn::Base64": ["a"]}),
            "every Fn::Base64 object must have a String-typed value",
        ),
        (
            json!({"Fn::Cidr": ["10.0.0.0/28", 3, 3]}),
            "Fn::Cidr cannot create 3 blocks",
        ),
        (
            json!({"Fn::Equals": [1, 1]}),
            "Fn::Equals can only be used in the Conditions block",
        ),
        (
            json!({"Fn::Transform": {"Name": "AWS::Include"}}),
            "Fn::Transform is not supported",
        ),
        (
            json!({"Fn::Nope": 1}),
            "Encountered unsupported function: Fn::Nope",
        ),
        (
            json!({"a": null}),
            "'null' values are not allowed in templates",
        ),
        (
            json!("{{resolve:ssm:/nope}}"),
            "Parameters: [ssm:/nope] cannot be found.",
        ),
        (
            json!("{{resolve:ssm:/image:7}}"),
            "Parameters: [ssm:/image:7] cannot be found.",
        ),
    ] {
        let shown = shown(&expression);
        assert!(
            shown.starts_with("error: ") && shown.contains(expect),
            "{expression}: {shown}"
        );
    }
}

#[test]
fn scalars_are_the_same_when_their_texts_are() {
    for (this, that, expect) in [
        (json!(443), json!("443"), true),
        (json!(true), json!("true"), true),
        (json!({"a": [1]}), json!({"a": ["1"]}), true),
        (json!({"a": 1}), json!({"b": 1}), false),
        (json!([1, 2]), json!([2, 1]), false),
        (json!(KNOWN_AFTER_APPLY), json!(KNOWN_AFTER_APPLY), false),
    ] {
        let same = EvaluatedValue::from_json(&this).is_same(&EvaluatedValue::from_json(&that));
        assert_eq!(same, expect, "{this} {that}");
    }
}
