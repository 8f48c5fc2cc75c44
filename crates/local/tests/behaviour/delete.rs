//! The deletion of stacks.

use formwork_local::model::request::{
    DeleteStack, DeletionMode, Request, UpdateTerminationProtection,
};
use formwork_local::{FaultPhase, InjectedFault};
use insta::assert_snapshot;

use crate::bench::{Bench, parameters, wait};

const CHAIN: &[(&str, &str)] = &[("A", "a"), ("B", "!Ref A"), ("C", "c")];

#[tokio::test(start_paused = true)]
async fn resources_are_deleted_after_all_that_need_them() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    let since = bench.events("s").len();
    bench.delete("s").unwrap();
    assert_eq!(bench.status("s"), "DELETE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    assert_snapshot!(bench.log(&id, since), @r"
    0.0 s DELETE_IN_PROGRESS: User Initiated
    0.0 C + DELETE_IN_PROGRESS
    0.0 B + DELETE_IN_PROGRESS
    1.0 C + DELETE_COMPLETE
    1.0 B + DELETE_COMPLETE
    1.0 A + DELETE_IN_PROGRESS
    2.0 A + DELETE_COMPLETE
    2.0 s DELETE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_stack_answers_by_its_arn_only() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    bench.delete(&id).unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("s"),
        "ValidationError: Stack with id s does not exist"
    );
    let stack = bench.describe(&id).unwrap();
    assert_eq!(stack.status.as_str(), "DELETE_COMPLETE");
    assert!(stack.deletion_time.is_some());
    assert!(bench.events(&id).len() > 10);
    bench.delete("s").unwrap();
    bench.delete(&id).unwrap();
    assert_eq!(
        bench.record(),
        "CreateStack s, DeleteStack s",
        "nothing more was started"
    );
    let again = bench.create("s", &parameters(CHAIN)).unwrap();
    assert_ne!(again, id, "a name is used again, an ARN never");
}

#[tokio::test(start_paused = true)]
async fn deleting_what_is_being_deleted_changes_nothing() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    bench.delete("s").unwrap();
    wait(0.5).await;
    bench.delete("s").unwrap();
    wait(1.5).await;
    assert_eq!(bench.status(&id), "DELETE_COMPLETE");
    assert_eq!(bench.record(), "CreateStack s, DeleteStack s");
}

#[tokio::test(start_paused = true)]
async fn a_create_in_progress_can_be_deleted() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(1.05).await;
    bench.delete("s").unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log(&id, 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 A - CREATE_IN_PROGRESS
    0.0 C - CREATE_IN_PROGRESS
    0.1 A + CREATE_IN_PROGRESS: Resource creation Initiated
    0.1 C + CREATE_IN_PROGRESS: Resource creation Initiated
    1.0 A + CREATE_COMPLETE
    1.0 B - CREATE_IN_PROGRESS
    1.0 C + CREATE_COMPLETE
    1.1 B - CREATE_FAILED: Resource creation cancelled
    1.1 s DELETE_IN_PROGRESS: User Initiated
    1.1 B - DELETE_COMPLETE
    1.1 A + DELETE_IN_PROGRESS
    1.1 C + DELETE_IN_PROGRESS
    2.0 A + DELETE_COMPLETE
    2.0 C + DELETE_COMPLETE
    2.0 s DELETE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn an_update_in_progress_cannot_be_deleted() {
    let bench = Bench::new();
    bench.create("s", &parameters(&[("A", "a")])).unwrap();
    wait(60.0).await;
    bench.update("s", &parameters(&[("A", "b")])).unwrap();
    let error = bench.delete("s").unwrap_err();
    assert!(
        error
            .message
            .ends_with("cannot be deleted while in status UPDATE_IN_PROGRESS"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_deleted_is_retained_or_forced() {
    for force in [false, true] {
        let bench = Bench::new();
        let id = bench.create("s", &parameters(CHAIN)).unwrap();
        wait(60.0).await;
        let delete = |retain: &[&str], mode| {
            bench.delete_as(DeleteStack {
                stack_name: "s".to_owned(),
                retain_resources: retain.iter().map(|id| (*id).to_owned()).collect(),
                deletion_mode: mode,
                ..DeleteStack::default()
            })
        };
        assert!(
            delete(&["B"], None)
                .unwrap_err()
                .message
                .contains("DELETE_FAILED state only")
        );
        bench.fail(&InjectedFault::new("B", FaultPhase::Delete, "in use"));
        bench.delete("s").unwrap();
        wait(60.0).await;
        assert_eq!(
            bench.status("s"),
            "DELETE_FAILED: The following resource(s) failed to delete: [B]."
        );
        let shown = bench.resources("s");
        let shown: Vec<_> = shown
            .iter()
            .map(|one| format!("{} {}", one.logical_id, one.status))
            .collect();
        assert_eq!(
            shown.join(", "),
            "A CREATE_COMPLETE, B DELETE_FAILED, C DELETE_COMPLETE",
            "what a stuck resource needs stays"
        );
        assert!(delete(&["A"], None).unwrap_err().message.ends_with("[A]"));
        if force {
            delete(&[], Some(DeletionMode::ForceDeleteStack)).unwrap();
        } else {
            delete(&["B"], None).unwrap();
        }
        wait(60.0).await;
        assert_eq!(bench.status(&id), "DELETE_COMPLETE", "force: {force}");
        let events = bench.events(&id);
        let skipped = events
            .iter()
            .filter(|event| event.status == "DELETE_SKIPPED");
        assert_eq!(
            skipped
                .map(|event| event.logical_id.as_str())
                .collect::<Vec<_>>(),
            ["B"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_deletion_can_be_tried_again() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    bench.fail(&InjectedFault::new("B", FaultPhase::Delete, "in use"));
    bench.delete("s").unwrap();
    wait(60.0).await;
    bench.cloud.clear_faults().unwrap();
    bench.delete("s").unwrap();
    wait(60.0).await;
    assert_eq!(bench.status(&id), "DELETE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn retained_resources_are_skipped() {
    let bench = Bench::new();
    let template = "Resources: {A: {Type: AWS::SSM::Parameter, DeletionPolicy: RetainExceptOnCreate, Properties: {Type: String, Value: a}}}";
    let id = bench.create("s", template).unwrap();
    wait(60.0).await;
    let since = bench.events("s").len();
    bench.delete("s").unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log(&id, since), @r"
    0.0 s DELETE_IN_PROGRESS: User Initiated
    0.0 A + DELETE_SKIPPED
    0.0 s DELETE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_protected_stack_is_not_deleted() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    let protect = |enable| {
        let request = UpdateTerminationProtection {
            stack_name: "s".to_owned(),
            enable,
        };
        bench
            .call(Request::UpdateTerminationProtection(request))
            .unwrap();
    };
    protect(true);
    assert_eq!(
        bench.delete("s").unwrap_err().to_string(),
        "ValidationError: Stack [s] cannot be deleted while TerminationProtection is enabled"
    );
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
    protect(false);
    bench.delete("s").unwrap();
    wait(60.0).await;
    assert_eq!(bench.status(&id), "DELETE_COMPLETE");
}
