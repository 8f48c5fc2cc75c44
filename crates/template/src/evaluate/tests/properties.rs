//! Properties that hold for every template: evaluation never panics.

use super::*;
use proptest::prelude::*;

/// Generates trees of functions with arguments of every form.
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
        let _: Result<_, _> = evaluate(&expression);
        let whole = node(&json!({
            "Conditions": {"A": condition},
            "Resources": {"R": {"Type": "A::B::C", "Condition": "A", "Properties": expression}},
        }));
        let whole = Template::new(whole).unwrap();
        let _: Result<_, _> = check(&whole);
        let conditions = Conditions::evaluate(&whole, &TestEnvironment).unwrap_or_default();
        let _: Result<_, _> = order(&whole, &conditions);
    }

    /// A tree without functions and dynamic references evaluates to itself.
    #[test]
    fn plain_values_stay(number in any::<i64>(), text in "[^{]*", truth in any::<bool>()) {
        let tree = json!({"a": [number, text], "b": {"c": truth}});
        prop_assert_eq!(evaluate(&tree).unwrap().unwrap().to_json(), tree);
    }
}
