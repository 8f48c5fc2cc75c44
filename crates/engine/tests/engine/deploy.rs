//! Tests of deployments: create, update and leave unchanged.

use formwork_engine::{Blocker, Outcome, Refusal, RunResult};
use formwork_local::{FaultPhase, InjectedFault};

use formwork_testkit::{Bench, stacks};

#[tokio::test(start_paused = true)]
async fn stacks_are_created_in_order_and_then_stay_unchanged() {
    let bench = Bench::new();
    let text = stacks("a, b < a, c < b, d < a", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a created, b created, c created, d created");
    assert_eq!(
        bench.record(),
        "CreateStack shop-a, CreateStack shop-b, CreateStack shop-d, CreateStack shop-c"
    );
    let before = bench.cloud.answered_calls().len();
    let again = bench.deploy(&text).await;
    assert_eq!(
        again.outcomes(),
        "a unchanged, b unchanged, c unchanged, d unchanged"
    );
    assert_eq!(again.summary().result(), RunResult::Succeeded);
    assert_eq!(bench.record_since(4), "");
    let calls = bench.cloud.answered_calls().len() - before;
    assert_eq!(calls, 5, "one listing, four templates");
}

#[tokio::test(start_paused = true)]
async fn a_stack_starts_as_soon_as_its_dependencies_are_complete() {
    let bench = Bench::new();
    // `slow` has three resources in a row; `c` waits only for `b`.
    let text = format!(
        "{}
[stacks.slow.One]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"1\"
[stacks.slow.Two]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{One}}\"
[stacks.slow.Three]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{Two}}\"
",
        stacks("a, b < a, c < b", "one")
    );
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.summary().result(), RunResult::Succeeded);
    let begun = |stack| {
        bench.accepted_at("CreateStack", stack) - bench.accepted_at("CreateStack", "shop-a")
    };
    for (stack, earliest) in [("shop-b", 10.0), ("shop-c", 20.0), ("shop-slow", 0.0)] {
        let begun = begun(stack);
        assert!(
            (earliest..earliest + 2.0).contains(&begun),
            "{stack} began after {begun} s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_jobs_stacks_run_at_once_and_the_longest_path_is_first() {
    let bench = Bench::new();
    let text = stacks("a, b, x, y < x, z < y", "one");
    bench.deploy_with(&text, |options| options.jobs = 1).await;
    assert_eq!(
        bench.record(),
        "CreateStack shop-x, CreateStack shop-y, CreateStack shop-a, CreateStack shop-b, CreateStack shop-z"
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_executes_a_change_set_with_rollback() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    let ran = bench.deploy(&stacks("a", "two")).await;
    assert_eq!(ran.outcomes(), "a updated");
    assert_eq!(bench.record_since(1), "ExecuteChangeSet shop-a");
    bench.fail(&InjectedFault::new(
        "P",
        FaultPhase::Update,
        "Value is too plain",
    ));
    let ran = bench.deploy(&stacks("a", "three")).await;
    assert_eq!(ran.outcomes(), "a failed UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(bench.status("shop-a").await, "UPDATE_ROLLBACK_COMPLETE");
    let failure = ran.failure("a");
    let cause = failure.cause.as_ref().unwrap();
    assert_eq!(
        (cause.logical_id.as_str(), cause.property.as_deref()),
        ("P", Some("Value"))
    );
    assert_eq!(cause.reason, "Value is too plain");
    assert!(cause.span.is_some(), "its line in the blueprint is known");
    assert_eq!(ran.summary().result(), RunResult::Failed);
}

#[tokio::test(start_paused = true)]
async fn protection_follows_the_environment() {
    let mut bench = Bench::new();
    bench.environment = Some("prod");
    let text = |protect| format!("{}\n[env.prod]\nprotect = {protect}\n", stacks("a", "one"));
    bench.deploy(&text(true)).await;
    let refused = bench.destroy(&text(true)).await;
    assert!(matches!(
        refused.blockers(),
        [Blocker::Stack {
            refusal: Refusal::Protected,
            ..
        }]
    ));
    let ran = bench.deploy(&text(false)).await;
    assert_eq!(ran.outcomes(), "a protected");
    assert_eq!(bench.record_since(1), "", "no operation is needed for it");
    let ran = bench.destroy(&text(false)).await;
    assert_eq!(ran.outcomes(), "a deleted");
}

#[tokio::test(start_paused = true)]
async fn capabilities_are_derived_and_shown() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.Role]
type = \"AWS::IAM::Role\"
AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { Service = \"ec2.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] }
";
    let plan = bench.plan(text).await;
    assert_eq!(plan.stacks[0].capabilities, ["CAPABILITY_IAM"]);
    assert_eq!(bench.deploy(text).await.outcomes(), "a created");
}

#[tokio::test(start_paused = true)]
async fn only_the_three_tags_are_set() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    let stack = bench.described("shop-a").await.unwrap();
    let tags: Vec<_> = stack
        .tags
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        tags,
        [
            "formwork:blueprint=shop",
            "formwork:env=-",
            "formwork:stack=a"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn each_event_of_a_resource_is_reported_once() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.One]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"1\"
[stacks.a.Two]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${One}\"
";
    let ran = bench.deploy(text).await;
    let mut steps = ran.resources();
    let complete = steps
        .iter()
        .filter(|step| step.ends_with("CREATE_COMPLETE"))
        .count();
    assert_eq!(complete, 2, "{steps:?}");
    let Outcome::Changed { resources, .. } = ran.outcome("a") else {
        panic!("{}", ran.outcomes());
    };
    assert_eq!(*resources, 2);
    let begun = steps
        .iter()
        .position(|step| step == "a.One CREATE_IN_PROGRESS");
    let two = steps
        .iter()
        .position(|step| step == "a.Two CREATE_IN_PROGRESS");
    assert!(begun < two, "{steps:?}");
    steps.retain(|step| step.ends_with("COMPLETE"));
    assert_eq!(steps, ["a.One CREATE_COMPLETE", "a.Two CREATE_COMPLETE"]);
}

#[tokio::test(start_paused = true)]
async fn a_large_template_is_uploaded_to_the_bucket() {
    let bench = Bench::new();
    let mut text = "name = \"shop\"\n".to_owned();
    for n in 0..20 {
        let value = "x".repeat(3000);
        text += &format!(
            "[stacks.a.P{n}]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\"\nValue = \"{value}\"\n"
        );
    }
    assert_eq!(bench.deploy(&text).await.outcomes(), "a created");
    assert_eq!(bench.deploy(&text).await.outcomes(), "a unchanged");
    assert_eq!(bench.record(), "CreateStack shop-a");
}
