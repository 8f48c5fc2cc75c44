//! Tests of failed stacks: their dependents, independent branches, and the next run.

use formwork_engine::{FailureKind, FailurePolicy, Refusal};
use formwork_local::{FaultPhase, InjectedFault};

use formwork_testkit::{Bench, stacks};

#[tokio::test(start_paused = true)]
async fn a_failure_skips_its_dependents_and_an_independent_branch_finishes() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("P", FaultPhase::Create, "no").in_stack("shop-a"));
    let text = stacks("a, b < a, c < b, x, y < x, z < y, w < z", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(
        ran.outcomes(),
        "a failed ROLLBACK_COMPLETE, b skipped for a, c skipped for a, x created, y created, z created, w created"
    );
    let record = bench.record();
    assert!(
        !record.contains("shop-b") && !record.contains("shop-c"),
        "{record}"
    );
    assert!(
        record.ends_with("CreateStack shop-z, CreateStack shop-w"),
        "{record}"
    );
}

#[tokio::test(start_paused = true)]
async fn with_fail_fast_no_further_stack_starts() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("P", FaultPhase::Create, "no").in_stack("shop-a"));
    let text = stacks("a, x, y < x, z < y", "one");
    let ran = bench
        .deploy_with(&text, |options| {
            options.failure_policy = FailurePolicy::Stop
        })
        .await;
    assert!(
        ran.outcomes().contains("z stopped for a"),
        "{}",
        ran.outcomes()
    );
    assert!(!bench.record().contains("shop-z"), "{}", bench.record());
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_a_failed_creation_is_deleted_and_created_again() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("P", FaultPhase::Create, "no"));
    bench.deploy(&stacks("a", "one")).await;
    assert_eq!(bench.status("shop-a").await, "ROLLBACK_COMPLETE");
    bench.cloud.clear_faults().unwrap();
    let ran = bench.deploy(&stacks("a", "one")).await;
    assert_eq!(ran.outcomes(), "a created");
    assert_eq!(
        bench.record_since(1),
        "DeleteStack shop-a, CreateStack shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_creation_that_left_resources_is_not_deleted() {
    let bench = Bench::new();
    // The second resource fails, and the first has a deletion policy that retains it.
    let text = format!(
        "{}
[stacks.a.Kept]
type = \"AWS::S3::Bucket\"
deletion_policy = \"Retain\"
",
        stacks("a", "${Kept}")
    );
    bench.fail(&InjectedFault::new("P", FaultPhase::Create, "no"));
    bench.deploy(&text).await;
    assert_eq!(bench.status("shop-a").await, "ROLLBACK_COMPLETE");
    let before = bench.accepted();
    let ran = bench.deploy(&text).await;
    let failure = ran.failure("a");
    let refusal = Refusal::Survivors {
        resources: vec!["Kept".to_owned()],
    };
    assert_eq!(failure.kind, FailureKind::Refused(refusal));
    assert_eq!(bench.record_since(before), "");
}

#[tokio::test(start_paused = true)]
async fn without_a_failed_resource_the_stacks_own_reason_is_the_cause() {
    let bench = Bench::new();
    let events = "DescribeEvents";
    bench
        .server
        .wire_faults()
        .always(events, formwork_local::wire::WireFault::Deny);
    let text = "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = { \"Fn::ImportValue\" = \"missing-export\" }
";
    let ran = bench.deploy(text).await;
    let failure = ran.failure("a");
    let reason = &failure.cause.as_ref().unwrap().reason;
    assert!(reason.contains("missing-export"), "{reason}");
}
