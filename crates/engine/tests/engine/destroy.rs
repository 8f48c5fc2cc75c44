//! Tests of destructions, dependents first.

use formwork_engine::{Blocker, FailureKind, Outcome, ProtectedStacks, Refusal};
use formwork_local::{FaultPhase, InjectedFault};

use formwork_testkit::{Bench, key, stacks};

#[tokio::test(start_paused = true)]
async fn stacks_are_deleted_backwards() {
    let bench = Bench::new();
    let text = stacks("a, b < a, c < b, x", "one");
    bench.deploy(&text).await;
    let before = bench.accepted();
    let ran = bench.destroy(&text).await;
    assert_eq!(
        ran.outcomes().matches("deleted").count(),
        4,
        "{}",
        ran.outcomes()
    );
    let record = bench.record_since(before);
    let order: Vec<_> = ["shop-c", "shop-b", "shop-a"]
        .map(|stack| record.find(stack))
        .into();
    assert!(order.is_sorted(), "{record}");
    assert_eq!(bench.status("shop-a").await, "-");
    let again = bench.destroy(&text).await;
    assert_eq!(again.outcomes().matches("unchanged").count(), 4);
    assert_eq!(bench.record_since(before + 4), "");
}

#[tokio::test(start_paused = true)]
async fn the_deployed_templates_determine_the_order() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let before = bench.accepted();
    // The blueprint has reversed the dependency since.
    let ran = bench.destroy(&stacks("a < b, b", "one")).await;
    assert_eq!(ran.outcomes(), "b deleted, a deleted");
    assert_eq!(
        bench.record_since(before),
        "DeleteStack shop-b, DeleteStack shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn only_the_chosen_stacks_are_deleted() {
    let bench = Bench::new();
    let text = stacks("a, b < a", "one");
    bench.deploy(&text).await;
    let refused = bench
        .destroy_with(&text, |options| {
            options.scope.remove("b");
        })
        .await;
    assert!(matches!(
        refused.blockers(),
        [Blocker::Stack { refusal: Refusal::NeededBy { stacks }, .. }] if *stacks == [key("b")]
    ));
    assert_eq!(bench.record_since(2), "");
}

#[tokio::test(start_paused = true)]
async fn a_refused_deletion_is_reported_as_refused() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"x\"
[stacks.a.outputs]
Name = { value = \"${P}\", export = \"shared-name\" }
";
    bench.deploy(text).await;
    let user = "
name = \"other\"
[stacks.user.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = { \"Fn::ImportValue\" = \"shared-name\" }
";
    bench.deploy(user).await;
    let ran = bench.destroy(text).await;
    let failure = ran.failure("a");
    assert_eq!(failure.kind, FailureKind::DeleteRefused);
    let reason = &failure.cause.as_ref().unwrap().reason;
    assert!(reason.contains("shared-name"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_retained_resource_does_not_block_the_deletion() {
    let bench = Bench::new();
    let text = stacks("a", "one");
    bench.deploy(&text).await;
    bench.fail(&InjectedFault::new("P", FaultPhase::Delete, "in use"));
    let ran = bench.destroy(&text).await;
    assert_eq!(ran.outcomes(), "a failed DELETE_FAILED");
    let failure = ran.failure("a");
    assert_eq!(failure.cause.as_ref().unwrap().reason, "in use");
    let ran = bench
        .destroy_with(&text, |options| {
            options.retain.insert("a.P".to_owned());
        })
        .await;
    assert_eq!(ran.outcomes(), "a deleted");
}

#[tokio::test(start_paused = true)]
async fn a_failed_deletion_is_repeated_with_the_resources_to_retain() {
    let bench = Bench::new();
    let text = stacks("a", "one");
    bench.deploy(&text).await;
    bench.fail(&InjectedFault::new("P", FaultPhase::Delete, "in use"));
    let ran = bench
        .destroy_with(&text, |options| {
            options.retain.insert("a.P".to_owned());
        })
        .await;
    assert_eq!(ran.outcomes(), "a deleted");
    assert_eq!(
        bench.record_since(1),
        "DeleteStack shop-a, DeleteStack shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_deletion_skips_the_stacks_it_depends_on() {
    let bench = Bench::new();
    let text = stacks("a, b < a, x", "one");
    bench.deploy(&text).await;
    let failure = InjectedFault::new("P", FaultPhase::Delete, "in use").in_stack("shop-b");
    bench.fail(&failure);
    let ran = bench.destroy(&text).await;
    assert!(matches!(ran.outcome("a"), Outcome::Skipped(_)));
    assert!(matches!(ran.outcome("x"), Outcome::Changed { .. }));
    assert_eq!(bench.status("shop-a").await, "CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn a_confirmed_protected_environment_is_destroyed() {
    let mut bench = Bench::new();
    bench.environment = Some("prod");
    let text = format!("{}\n[env.prod]\nprotect = true\n", stacks("a", "one"));
    bench.deploy(&text).await;
    let ran = bench
        .destroy_with(&text, |options| {
            options.protected = ProtectedStacks::Lift;
        })
        .await;
    assert_eq!(ran.outcomes(), "a deleted");
}
