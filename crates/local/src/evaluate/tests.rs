//! The functions, case by case, and that no template makes the evaluation panic.

use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use template::source::Span;
use template::{Map, Number, Template};

/// A world with one known and one unknown of everything.
struct World;

impl Lookup for World {
    fn parameter(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Env" => "prod".into(),
            "Zones" => Value::from(vec!["a".to_owned(), "b".to_owned()]),
            "Empty" => "".into(),
            "Image" => "{{resolve:ssm:/image}}".into(),
            _ => return None,
        })
    }

    fn reference(&self, logical_id: &str) -> Option<Value> {
        Some(match logical_id {
            "Vpc" => "vpc-1".into(),
            "New" => Value::Unknown,
            _ => return None,
        })
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, Error> {
        match (logical_id, attribute) {
            ("Vpc", "CidrBlock") => Ok("10.10.0.0/16".into()),
            ("Vpc", "CidrBlockAssociations") => Ok(Value::from(vec!["assoc-1".to_owned()])),
            ("New", _) => Ok(Value::Unknown),
            ("Vpc", _) => Err(Error::UnsupportedAttribute {
                resource: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            }),
            _ => Err(Error::UndefinedResource(logical_id.to_owned())),
        }
    }

    fn export(&self, name: &str) -> Option<Value> {
        (name == "net-VpcId").then(|| "vpc-9".into())
    }

    fn ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<Value> {
        match (name, version) {
            ("/image", None) => Some("ami-2".into()),
            ("/image", Some(1)) => Some("ami-1".into()),
            ("/later", None) => Some(Value::Unknown),
            _ => None,
        }
    }
}

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        stack_name: "net".to_owned(),
        stack_id: "arn:aws:cloudformation:eu-west-1:123456789012:stack/net/1".to_owned(),
        notification_arns: Vec::new(),
    }
}

fn node(json: &Json) -> Node {
    let span = Span::default();
    match json {
        Json::Null => Node::new(template::Value::Null, span),
        Json::Bool(truth) => Node::new(*truth, span),
        Json::Number(number) => Node::new(Number::clone(number), span),
        Json::String(text) => Node::new(text.as_str(), span),
        Json::Array(items) => Node::new(items.iter().map(node).collect::<Vec<_>>(), span),
        Json::Object(object) => {
            let mut map = Map::default();
            for (key, value) in object {
                map.insert(key, span, node(value));
            }
            Node::new(map, span)
        }
    }
}

fn template(json: &Json) -> Template {
    Template::new(node(json)).unwrap()
}

fn evaluate(expression: &Json) -> Result<Option<Value>, Error> {
    let whole = template(&json!({
        "Conditions": {
            "Yes": {"Fn::Equals": ["a", "a"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
        },
        "Mappings": {"Size": {"prod": {"type": "m5.large", "list": ["x", "y"]}}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}},
    }));
    let place = place();
    let conditions = Conditions::decide(&whole, &place, &World)?;
    let evaluation = Evaluation {
        place: &place,
        lookup: &World,
        mappings: whole.section(template::Section::Mappings),
        conditions: &conditions,
    };
    evaluation.value(&node(expression))
}

/// What an expression comes to, as JSON; an error as its message.
fn shown(expression: &Json) -> String {
    match evaluate(expression) {
        Ok(Some(value)) => value.to_json().to_string(),
        Ok(None) => "(nothing)".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn each_function_gives_what_cloudformation_gives() {
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
fn what_is_wrong_is_said_in_cloudformations_words() {
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
            "Fn::Transform is not supported by the local cloud",
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
fn conditions_are_decided_in_any_order_and_cycles_found() {
    let decide = |conditions: Json| {
        let resources = json!({"Vpc": {"Type": "AWS::EC2::VPC"}});
        let whole = template(&json!({"Conditions": conditions, "Resources": resources}));
        Conditions::decide(&whole, &place(), &World)
    };
    let conditions = decide(json!({
        "Later": {"Fn::And": [{"Condition": "Prod"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Empty"}, "x"]}]}]},
        "Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
        "Either": {"Fn::Or": [{"Fn::Equals": ["1", 1]}, {"Condition": "Prod"}]},
        "Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        "Chosen": {"Fn::Equals": [{"Fn::If": ["Prod", "a", "b"]}, "a"]},
    }))
    .unwrap();
    let holds =
        ["Later", "Prod", "Either", "Here", "Chosen", "Nope"].map(|name| conditions.holds(name));
    assert_eq!(
        holds,
        [
            Some(true),
            Some(true),
            Some(true),
            Some(false),
            Some(true),
            None
        ]
    );
    for (conditions, expect) in [
        (
            json!({"A": {"Condition": "B"}, "B": {"Condition": "A"}}),
            "circular condition dependency: A",
        ),
        (
            json!({"A": {"Condition": "B"}}),
            "Unresolved condition dependency B",
        ),
        (
            json!({"A": {"Fn::Equals": [{"Ref": "Subnet"}, 1]}}),
            "Unresolved dependencies [Subnet]. Cannot reference resources in the Conditions block",
        ),
        (
            json!({"A": {"Fn::And": [{"Fn::Equals": [1, 1]}]}}),
            "every Fn::And object requires a list of at least 2",
        ),
        (json!({"A": "yes"}), "Every Conditions member must be"),
    ] {
        let error = decide(conditions.clone()).unwrap_err().to_string();
        assert!(error.contains(expect), "{conditions}: {error}");
    }
}

#[test]
fn resources_come_after_what_they_need() {
    let whole = template(&json!({
        "Conditions": {"On": {"Fn::Equals": [1, 1]}, "Off": {"Fn::Equals": [1, 2]}},
        "Resources": {
            "Api": {"Type": "A::B::C", "DependsOn": ["Log"], "Properties": {"x": {"Fn::Sub": "${Endpoint.Id}-${Own}"}}},
            "Endpoint": {"Type": "A::B::C", "Properties": {"v": {"Fn::GetAtt": ["Vpc", "Id"]}, "z": {"Ref": "AWS::Region"}}},
            "Vpc": {"Type": "A::B::C"},
            "Own": {"Type": "A::B::C", "Properties": {"c": {"Fn::If": ["On", {"Ref": "Vpc"}, {"Ref": "Api"}]}}},
            "Log": {"Type": "A::B::C", "Properties": {"n": {"Fn::Sub": ["${Vpc}", {"Vpc": "x"}]}}},
            "Gone": {"Type": "A::B::C", "Condition": "Off", "Properties": {"a": {"Ref": "Api"}}},
        },
    }));
    let conditions = Conditions::decide(&whole, &place(), &World).unwrap();
    let order = order(&whole, &conditions).unwrap();
    let order: Vec<_> = order
        .iter()
        .map(|(id, names)| {
            format!(
                "{id}: {}",
                names.iter().cloned().collect::<Vec<_>>().join(" ")
            )
        })
        .collect();
    assert_eq!(
        order,
        [
            "Vpc: ",
            "Own: Vpc",
            "Log: ",
            "Endpoint: Vpc",
            "Api: Endpoint Log Own"
        ]
    );
}

#[test]
fn a_circle_of_resources_is_named_without_what_hangs_on_it() {
    let reference = |id: &str| json!({"Type": "A::B::C", "Properties": {"x": {"Ref": id}}});
    let whole = template(&json!({"Resources": {
        "A": reference("B"), "B": reference("A"), "Behind": reference("A"), "Free": {"Type": "A::B::C"},
    }}));
    let cycle = order(&whole, &Conditions::default()).unwrap_err();
    let error = Error::from(cycle).to_string();
    assert_eq!(error, "Circular dependency between resources: [A, B]");
}

#[test]
fn names_that_nothing_has_are_found_in_every_branch() {
    let resource = |properties: Json| json!({"Type": "A::B::C", "Properties": properties});
    for (resources, outputs, expect) in [
        (
            json!({"A": resource(json!({"x": {"Ref": "B"}, "y": {"Fn::Sub": "${C}-${D.E}"}}))}),
            json!({}),
            "Template format error: Unresolved resource dependencies [B, C, D] in the Resources block of the template",
        ),
        (
            json!({"A": {"Type": "A::B::C", "DependsOn": "Z"}}),
            json!({}),
            "Template format error: Unresolved resource dependencies [Z] in the Resources block of the template",
        ),
        (
            json!({"A": resource(json!({"Fn::GetAtt": ["Q", "Arn"]}))}),
            json!({}),
            "Template error: instance of Fn::GetAtt references undefined resource Q",
        ),
        (
            json!({"A": {"Type": "A::B::C", "Condition": "No"}}),
            json!({}),
            "Template format error: Unresolved condition dependency No in the Conditions block of the template",
        ),
        (
            json!({"A": resource(json!({"x": {"Fn::If": ["No", 1, 2]}}))}),
            json!({}),
            "Template format error: Unresolved condition dependency No in the Conditions block of the template",
        ),
        (
            json!({"A": resource(json!({}))}),
            json!({"O": {"Value": {"Ref": "B"}}}),
            "Template format error: Unresolved resource dependencies [B] in the Outputs block of the template",
        ),
        (
            json!({"A": resource(json!({"x": {"Fn::Sub": ["${v}-${AWS::Region}-${!z}", {"v": {"Ref": "P"}}]}}))}),
            json!({"O": {"Value": {"Ref": "A"}}}),
            "",
        ),
    ] {
        let whole = template(
            &json!({"Parameters": {"P": {"Type": "String"}}, "Resources": resources, "Outputs": outputs}),
        );
        let message = check(&whole)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert_eq!(message, expect);
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
        let same = Value::from_json(&this).is_same(&Value::from_json(&that));
        assert_eq!(same, expect, "{this} {that}");
    }
}

/// Any tree in which functions stand with arguments of every form.
fn trees() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "(Env|Vpc|New|Yes|Zones|[a-z$!{}:./]{0,12}|\\$\\{[A-Za-z.:!]{0,8}\\}|\\{\\{resolve:ssm:[/a-z0-9:]{0,9}\\}\\})".prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        let keys: Vec<_> = Function::ALL
            .iter()
            .map(|(_, key)| key.to_string())
            .collect();
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            (prop::sample::select(keys), inner.clone())
                .prop_map(|(key, argument)| json!({key: argument})),
            prop::collection::vec((".{0,6}", inner), 0..3)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics(expression in trees(), condition in trees()) {
        let _ = evaluate(&expression);
        let whole = node(&json!({
            "Conditions": {"A": condition},
            "Resources": {"R": {"Type": "A::B::C", "Condition": "A", "Properties": expression}},
        }));
        let whole = Template::new(whole).unwrap();
        let _ = check(&whole);
        let conditions = Conditions::decide(&whole, &place(), &World).unwrap_or_default();
        let _ = order(&whole, &conditions);
    }

    /// Without functions and dynamic references a tree is what it was.
    #[test]
    fn plain_values_stay(number in any::<i64>(), text in "[^{]*", truth in any::<bool>()) {
        let tree = json!({"a": [number, text], "b": {"c": truth}});
        prop_assert_eq!(evaluate(&tree).unwrap().unwrap().to_json(), tree);
    }
}
