//! Whole templates: their conditions, the order of their resources, and names that do not exist.

use super::*;

#[test]
fn conditions_are_decided_in_any_order_and_cycles_found() {
    let evaluate = |conditions: Json| {
        let resources = json!({"Vpc": {"Type": "AWS::EC2::VPC"}});
        let whole = template(&json!({"Conditions": conditions, "Resources": resources}));
        Conditions::evaluate(&whole, &TestEnvironment)
    };
    let conditions = evaluate(json!({
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
        let error = evaluate(conditions.clone()).unwrap_err().to_string();
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
    let conditions = Conditions::evaluate(&whole, &TestEnvironment).unwrap();
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
