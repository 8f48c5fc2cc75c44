//! Updates that fail or are cancelled, and their rollbacks.

use formwork_local::model::request::{
    CancelUpdateStack, ContinueUpdateRollback, Request, RollbackStack,
};
use formwork_local::model::response::Response;
use formwork_local::{FaultPhase, InjectedFault};
use insta::assert_snapshot;

use crate::bench::{Bench, desired, parameters, wait};
use crate::update::{group, with_stack};

#[tokio::test(start_paused = true)]
async fn a_failed_update_is_rolled_back_and_what_it_made_is_deleted() {
    let before = parameters(&[("A", "a"), ("B", "b")]);
    let (bench, since) =
        with_stack(&(before.clone() + "Outputs: {A: {Value: !GetAtt A.Value}}\n")).await;
    bench.fail(&InjectedFault::new(
        "B",
        FaultPhase::Update,
        "not like this",
    ));
    let after = parameters(&[("A", "x"), ("New", "n"), ("B", "!GetAtt A.Value")]);
    bench
        .update("s", &(after + "Outputs: {A: {Value: !GetAtt A.Value}}\n"))
        .unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 A + UPDATE_IN_PROGRESS
    0.0 New - CREATE_IN_PROGRESS
    0.1 New + CREATE_IN_PROGRESS: Resource creation Initiated
    1.0 A + UPDATE_COMPLETE
    1.0 New + CREATE_COMPLETE
    1.0 B + UPDATE_IN_PROGRESS
    2.0 B + UPDATE_FAILED: not like this
    2.0 s UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [B].
    2.0 A + UPDATE_IN_PROGRESS
    2.0 B + UPDATE_IN_PROGRESS
    3.0 A + UPDATE_COMPLETE
    3.0 B + UPDATE_COMPLETE
    3.0 s UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
    3.0 New + DELETE_IN_PROGRESS
    4.0 New + DELETE_COMPLETE
    4.0 s UPDATE_ROLLBACK_COMPLETE
    ");
    assert_eq!(bench.status("s"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(bench.outputs("s"), "A=a");
    assert_eq!(bench.resources("s").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rolled_back_replacement_gives_the_old_resource_back() {
    let (bench, since) = with_stack(&group("one")).await;
    let old = bench.physical_id("s", "Group");
    bench.fail(&InjectedFault::new("P", FaultPhase::Update, "no"));
    bench.update("s", &group("two")).unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 Group + UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.
    0.1 Group + UPDATE_IN_PROGRESS: Resource creation Initiated
    1.0 Group + UPDATE_COMPLETE
    1.0 P + UPDATE_IN_PROGRESS
    2.0 P + UPDATE_FAILED: no
    2.0 s UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [P].
    2.0 Group + UPDATE_IN_PROGRESS
    3.0 Group + UPDATE_COMPLETE
    3.0 P + UPDATE_IN_PROGRESS
    4.0 P + UPDATE_COMPLETE
    4.0 s UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
    4.0 Group + DELETE_IN_PROGRESS
    5.0 Group + DELETE_COMPLETE
    5.0 s UPDATE_ROLLBACK_COMPLETE
    ");
    assert_eq!(bench.physical_id("s", "Group"), old);
    assert_eq!(bench.outputs("s"), format!("Group={old}"));
    bench.cloud.clear_faults().unwrap();
    bench.update("s", &group("two")).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "UPDATE_COMPLETE");
    assert_ne!(bench.physical_id("s", "Group"), old);
}

#[tokio::test(start_paused = true)]
async fn a_failed_rollback_is_continued_with_or_without_skipping() {
    for skip in [false, true] {
        let (bench, _) = with_stack(&parameters(&[("A", "a"), ("B", "b")])).await;
        bench.fail(&InjectedFault::new("B", FaultPhase::Update, "no"));
        bench.fail(&InjectedFault::new("A", FaultPhase::Rollback, "stuck"));
        bench
            .update("s", &parameters(&[("A", "x"), ("B", "!GetAtt A.Value")]))
            .unwrap();
        wait(60.0).await;
        assert_eq!(
            bench.status("s"),
            "UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [A]."
        );
        let error = bench.update("s", &parameters(&[("A", "y")])).unwrap_err();
        assert!(
            error
                .message
                .ends_with("is in UPDATE_ROLLBACK_FAILED state and can not be updated.")
        );
        let ask = |skip: &[&str]| {
            let request = ContinueUpdateRollback {
                stack_name: "s".to_owned(),
                resources_to_skip: skip.iter().map(|id| (*id).to_owned()).collect(),
                ..ContinueUpdateRollback::default()
            };
            bench.call(Request::ContinueUpdateRollback(request))
        };
        assert_eq!(
            ask(&["Nope"]).unwrap_err().message,
            "The following resource(s) to skip are not in UPDATE_FAILED state: [Nope]"
        );
        if skip {
            ask(&["A"]).unwrap();
        } else {
            bench.cloud.clear_faults().unwrap();
            ask(&[]).unwrap();
            assert_eq!(
                bench.status("s"),
                "UPDATE_ROLLBACK_IN_PROGRESS: User Initiated"
            );
        }
        wait(60.0).await;
        assert_eq!(
            bench.status("s"),
            "UPDATE_ROLLBACK_COMPLETE",
            "skip: {skip}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_rollback_a_failed_update_stays_and_can_be_rolled_back_or_repaired() {
    for repair in [false, true] {
        let (bench, _) = with_stack(&parameters(&[("A", "a"), ("B", "b")])).await;
        bench.fail(&InjectedFault::new("B", FaultPhase::Update, "no"));
        let mut update = desired("s", &parameters(&[("A", "x"), ("B", "!GetAtt A.Value")]));
        update.disable_rollback = Some(true);
        bench.update_as(update.clone()).unwrap();
        wait(60.0).await;
        assert_eq!(
            bench.status("s"),
            "UPDATE_FAILED: The following resource(s) failed to update: [B]."
        );
        bench.cloud.clear_faults().unwrap();
        if repair {
            bench.update_as(update).unwrap();
            wait(60.0).await;
            assert_eq!(bench.status("s"), "UPDATE_COMPLETE");
        } else {
            let request = RollbackStack {
                stack_name: "s".to_owned(),
                ..RollbackStack::default()
            };
            bench.call(Request::RollbackStack(request)).unwrap();
            wait(60.0).await;
            assert_eq!(bench.status("s"), "UPDATE_ROLLBACK_COMPLETE");
            assert!(
                bench
                    .update("s", &parameters(&[("A", "a"), ("B", "b")]))
                    .unwrap_err()
                    .message
                    .starts_with("No updates")
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_rollback_a_replacement_is_refused() {
    let (bench, _) = with_stack(&group("one")).await;
    let mut update = desired("s", &group("two"));
    update.disable_rollback = Some(true);
    bench.update_as(update).unwrap();
    wait(60.0).await;
    assert!(bench.status("s").starts_with("UPDATE_FAILED"));
    let events = bench.events("s");
    let failed = events
        .iter()
        .find(|event| event.status == "UPDATE_FAILED")
        .unwrap();
    assert_eq!(
        failed.status_reason.as_deref(),
        Some("Replacement type updates not supported on stack with disable-rollback.")
    );
}

#[tokio::test(start_paused = true)]
async fn rolling_back_a_stack_that_never_was_complete_deletes_it() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("B", FaultPhase::Create, "no"));
    let mut create = desired("s", &parameters(&[("A", "a"), ("B", "!Ref A")]));
    create.disable_rollback = Some(true);
    let create = formwork_local::model::request::CreateStack {
        desired: create,
        ..Default::default()
    };
    let id = bench.create_as(create).unwrap();
    wait(60.0).await;
    let request = RollbackStack {
        stack_name: "s".to_owned(),
        ..RollbackStack::default()
    };
    bench.call(Request::RollbackStack(request)).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status(&id), "DELETE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn an_update_can_be_cancelled_while_it_is_in_progress() {
    let (bench, since) = with_stack(&parameters(&[("A", "a"), ("B", "b")])).await;
    let cancel = || {
        let request = CancelUpdateStack {
            stack_name: "s".to_owned(),
            ..CancelUpdateStack::default()
        };
        bench.call(Request::CancelUpdateStack(request))
    };
    assert_eq!(
        cancel().unwrap_err().message,
        "CancelUpdateStack cannot be called from current stack status"
    );
    bench
        .update("s", &parameters(&[("A", "x"), ("B", "!GetAtt A.Value")]))
        .unwrap();
    wait(1.5).await;
    assert_eq!(cancel().unwrap(), Response::CancelUpdateStack);
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 A + UPDATE_IN_PROGRESS
    1.0 A + UPDATE_COMPLETE
    1.0 B + UPDATE_IN_PROGRESS
    1.5 B + UPDATE_FAILED: Resource update cancelled
    1.5 s UPDATE_ROLLBACK_IN_PROGRESS: User Initiated
    1.5 A + UPDATE_IN_PROGRESS
    1.5 B + UPDATE_IN_PROGRESS
    2.5 A + UPDATE_COMPLETE
    2.5 B + UPDATE_COMPLETE
    2.5 s UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
    2.5 s UPDATE_ROLLBACK_COMPLETE
    ");
}
