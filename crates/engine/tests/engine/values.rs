//! Tests of a stack's inputs: upstream outputs, secrets, and values that templates cannot compare.

use formwork_engine::{FailureKind, InterruptionPolicy, Refusal, StackAction};

use formwork_testkit::{Bench, SECRET, key, stacks, variable};

#[tokio::test(start_paused = true)]
async fn a_dependent_with_equal_values_stays_unchanged() {
    let bench = Bench::new();
    // The output is an attribute, which an update may change.
    let text = stacks("a, b < a", "one").replacen("\"${P}\"", "\"${P.Value}\"", 1);
    bench.deploy(&text).await;
    let text = text.replacen("Value = ", "Description = \"new\"\nValue = ", 1);
    let plan = bench.plan(&text).await;
    let b = plan.stack(&key("b")).unwrap();
    assert_eq!(b.action, StackAction::MayUpdate);
    assert_eq!(b.only_because, [key("a")]);
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a updated, b unchanged");
    assert_eq!(bench.record_since(2), "ExecuteChangeSet shop-a");
}

#[tokio::test(start_paused = true)]
async fn a_dependent_whose_values_change_is_updated_with_them() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let text = stacks("a, b < a", "one").replacen("Value = ", "Name = \"/named\"\nValue = ", 1);
    let ran = bench
        .deploy_with(&text, |options| {
            options.allowed.interruptions = InterruptionPolicy::Allowed;
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated, b updated");
    assert_eq!(bench.output("shop-a", "Name").await, "/named");
}

#[tokio::test(start_paused = true)]
async fn a_change_set_decides_if_templates_cannot_and_its_no_op_counts() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.parameters.Ami]
Type = \"AWS::SSM::Parameter::Value<String>\"
Default = \"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${Ami}\"
";
    bench.deploy(text).await;
    let before = bench.answered("CreateChangeSet");
    let ran = bench.deploy(text).await;
    assert_eq!(
        bench.answered("CreateChangeSet"),
        before + 1,
        "the templates cannot decide"
    );
    assert_eq!(ran.outcomes(), "a unchanged");
    assert_eq!(bench.record_since(1), "");
    // Only CloudFormation ignores this change: a template's description.
    let ran = bench
        .deploy(&text.replace(
            "[stacks.a.parameters",
            "[stacks.a]\ndescription = \"new\"\n[stacks.a.parameters",
        ))
        .await;
    assert_eq!(ran.outcomes(), "a unchanged");
    assert_eq!(bench.record_since(1), "");
    assert!(bench.plan(text).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_sent_with_a_change_or_on_rotation_and_kept_otherwise() {
    let mut bench = Bench::new();
    bench.variables = vec![("api_key", "first-secret")];
    bench.deploy(SECRET).await;
    bench.variables = vec![("api_key", "other-secret")];
    let ran = bench.deploy(SECRET).await;
    assert_eq!(ran.outcomes(), "a unchanged", "secrets do not compare");
    assert_eq!(
        bench.answered("CreateChangeSet"),
        0,
        "and no change set is created"
    );
    let ran = bench
        .deploy_with(SECRET, |options| {
            options.rotate.insert(variable("api_key"));
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated");
    assert_eq!(bench.record_since(1), "ExecuteChangeSet shop-a");
    let plan = bench
        .plan(&SECRET.replace("String\"", "String\"\nDescription = \"new\""))
        .await;
    let told = format!(
        "{plan:?} {:?} {}",
        ran.events,
        serde_json::to_string(&plan).unwrap()
    );
    assert!(!told.contains("other-secret") && !told.contains("first-secret"));
}

#[tokio::test(start_paused = true)]
async fn a_hidden_value_is_compared_by_a_change_set() {
    let bench = Bench::new();
    let text = |value: &str| {
        format!(
            "
name = \"shop\"
[stacks.a.parameters.Key]
Type = \"String\"
NoEcho = true
value = \"{value}\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{Key}}\"
"
        )
    };
    bench.deploy(&text("one-value")).await;
    assert_eq!(
        bench.deploy(&text("one-value")).await.outcomes(),
        "a unchanged"
    );
    let plan = bench.plan(&text("other-value")).await;
    let told = format!("{plan:?}");
    assert!(
        !told.contains("one-value") && !told.contains("other-value"),
        "{told}"
    );
    assert_eq!(
        bench.deploy(&text("other-value")).await.outcomes(),
        "a updated"
    );
}

#[tokio::test(start_paused = true)]
async fn an_invalid_parameter_value_is_reported_before_anything_is_sent() {
    let bench = Bench::new();
    let long = "x".repeat(3000);
    let text = format!(
        "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"{long}\"
[stacks.a.outputs]
Long = \"${{P.Value}}${{P.Value}}\"
[stacks.b.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{stacks.a.Long}}\"
"
    );
    let ran = bench.deploy(&text).await;
    let failure = ran.failure("b");
    let FailureKind::Refused(Refusal::Value { problem, .. }) = &failure.kind else {
        panic!("{}", ran.outcomes());
    };
    assert!(
        problem.contains("6000 bytes, a parameter accepts at most 4096"),
        "{problem}"
    );
    assert_eq!(bench.record(), "CreateStack shop-a");
}
