//! Tests of faults on the wire: throttling, silence, lost responses, denials and interruptions.

use std::time::Duration;

use formwork_engine::{
    Basis, CancelLevel, Event, Note, Outcome, RunResult, SkipReason, StackAction, cancel_channel,
};
use formwork_local::wire::{CallFilter, Occurrence, WireFault};
use formwork_local::{Pace, Rates};
use tokio::time::{Instant, sleep};

use formwork_testkit::{Bench, key, stacks};

#[tokio::test(start_paused = true)]
async fn a_throttled_run_slows_down_and_fails_nothing() {
    let bench = Bench::with(formwork_local::Options {
        pace: Pace::Each(Duration::from_secs(4)),
        throttle: Some(Rates {
            reads: 2,
            mutations: 2,
        }),
        ..formwork_local::Options::default()
    });
    let shape: Vec<String> = (0..40).map(|n| format!("s{n}")).collect();
    let text = stacks(&shape.join(","), "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.summary().result(), RunResult::Succeeded);
    assert_eq!(bench.accepted(), 40);
    let throttled = ran
        .events
        .iter()
        .filter(|s| matches!(s.event, Event::Throttled { .. }));
    let wasted = throttled.count();
    assert!((1..100).contains(&wasted), "{wasted} calls were throttled");
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_neither_hangs_a_run_nor_fails_it() {
    let bench = Bench::new();
    let faults = bench.server.wire_faults();
    for action in ["DescribeStacks", "CreateStack"] {
        faults.set(
            CallFilter::Action(action.to_owned()),
            WireFault::NoResponse,
            Occurrence::Next(2),
        );
    }
    let ran = bench.deploy(&stacks("a, b < a", "one")).await;
    assert_eq!(ran.outcomes(), "a created, b created");
    assert_eq!(bench.record(), "CreateStack shop-a, CreateStack shop-b");
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_resolved_by_a_read() {
    for fault in [
        WireFault::LoseResponse,
        WireFault::UnreadableResponse,
        WireFault::Unavailable,
    ] {
        let bench = Bench::new();
        let text = stacks("a", "one");
        bench.server.wire_faults().once("CreateStack", fault);
        assert_eq!(
            bench.deploy(&text).await.outcomes(),
            "a created",
            "{fault:?}"
        );
        bench.server.wire_faults().once("CreateChangeSet", fault);
        bench.server.wire_faults().once("ExecuteChangeSet", fault);
        let ran = bench.deploy(&stacks("a", "two")).await;
        assert_eq!(ran.outcomes(), "a updated", "{fault:?}");
        bench.server.wire_faults().once("DeleteStack", fault);
        let ran = bench.destroy(&stacks("a", "two")).await;
        assert_eq!(ran.outcomes(), "a deleted", "{fault:?}");
        assert_eq!(
            bench.record(),
            "CreateStack shop-a, ExecuteChangeSet shop-a, DeleteStack shop-a",
            "{fault:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_executed_call_is_not_sent_again() {
    let bench = Bench::new();
    // The response is lost, and a second call would be refused: a read is enough.
    let lose = |action: &str| {
        let faults = bench.server.wire_faults();
        faults.clear();
        faults.once(action, WireFault::LoseResponse);
        faults.always(action, WireFault::Deny);
    };
    lose("CreateStack");
    assert_eq!(
        bench.deploy(&stacks("a", "one")).await.outcomes(),
        "a created"
    );
    lose("ExecuteChangeSet");
    assert_eq!(
        bench.deploy(&stacks("a", "two")).await.outcomes(),
        "a updated"
    );
    lose("DeleteStack");
    assert_eq!(
        bench.destroy(&stacks("a", "two")).await.outcomes(),
        "a deleted"
    );
}

#[tokio::test(start_paused = true)]
async fn failed_polls_never_fail_a_run() {
    let bench = Bench::new();
    let polls = CallFilter::WithoutStack("DescribeStacks".to_owned());
    bench
        .server
        .wire_faults()
        .set(polls, WireFault::Unavailable, Occurrence::After(1));
    let text = stacks("a", "one");
    let run = bench.deploy(&text);
    let repair = async {
        sleep(Duration::from_secs(300)).await;
        bench.server.wire_faults().clear();
        std::future::pending::<()>().await;
    };
    let ran = tokio::select! {
        ran = run => ran,
        () = repair => unreachable!(),
    };
    assert_eq!(ran.outcomes(), "a created");
    assert!(
        ran.events
            .iter()
            .any(|s| matches!(s.event, Event::PollFailed { .. }))
    );
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_one_batched_call() {
    let bench = Bench::new();
    let shape: Vec<String> = (0..30).map(|n| format!("s{n}")).collect();
    let ran = bench.deploy(&stacks(&shape.join(","), "one")).await;
    assert_eq!(ran.summary().result(), RunResult::Succeeded);
    let asked = bench.answered("DescribeStacks");
    assert!(asked < 40, "{asked} DescribeStacks for 30 stacks of 10 s");
    let calls = bench.cloud.answered_calls().len();
    assert!(calls <= 4 * 30, "{calls} calls for 30 stacks");
}

#[tokio::test(start_paused = true)]
async fn if_the_batched_call_is_denied_each_stack_is_read_by_its_arn() {
    let bench = Bench::new();
    let listing = CallFilter::WithoutStack("DescribeStacks".to_owned());
    bench
        .server
        .wire_faults()
        .set(listing, WireFault::Deny, Occurrence::Always);
    let text = stacks("a, b < a", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a created, b created");
    assert_eq!(bench.plan(&text).await.notes, [Note::ListDenied]);
    assert_eq!(
        bench.destroy(&text).await.outcomes(),
        "b deleted, a deleted"
    );
}

#[tokio::test(start_paused = true)]
async fn if_there_are_more_pages_than_stacks_in_progress_each_is_read_by_its_arn() {
    let bench = Bench::with(formwork_local::Options {
        pace: Pace::Each(Duration::from_secs(10)),
        page_size: 2,
        ..formwork_local::Options::default()
    });
    let others: Vec<String> = (0..20).map(|n| format!("s{n}")).collect();
    let text = stacks(&others.join(","), "one");
    bench.deploy(&text).await;
    let before = bench.answered("DescribeStacks");
    // The oldest stack is on the last of the ten pages.
    let ran = bench.deploy(&text.replacen("\"one", "\"two", 1)).await;
    assert!(
        ran.outcomes().starts_with("s0 updated"),
        "{}",
        ran.outcomes()
    );
    // Ten pages to observe, then one call per poll.
    let asked = bench.answered("DescribeStacks") - before;
    assert!(asked < 45, "{asked} calls");
}

#[tokio::test(start_paused = true)]
async fn an_absent_stack_is_read_once_by_its_arn() {
    let bench = Bench::new();
    let text = stacks("a", "one");
    bench.deploy(&text).await;
    // The first call that names the stack succeeds; a second would fail.
    let named = CallFilter::Stack {
        action: "DescribeStacks".to_owned(),
        stack: "shop-a".to_owned(),
    };
    bench
        .server
        .wire_faults()
        .set(named, WireFault::Unavailable, Occurrence::After(1));
    let ran = bench.destroy(&text).await;
    assert_eq!(ran.outcomes(), "a deleted");
    let failed = ran
        .events
        .iter()
        .filter(|s| matches!(s.event, Event::PollFailed { .. }));
    assert_eq!(failed.count(), 0);
    let gone = ran.events.iter().any(|s| {
        matches!(s.event, Event::Status { status, .. } if status == formwork_aws::StackStatus::DeleteComplete)
    });
    assert!(gone, "the read by ARN shows DELETE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn outdated_responses_are_not_the_end_of_an_operation() {
    let bench = Bench::with(formwork_local::Options {
        pace: Pace::Each(Duration::from_secs(10)),
        lag: Duration::from_secs(3),
        ..formwork_local::Options::default()
    });
    let text = stacks("a, b < a", "one");
    assert_eq!(bench.deploy(&text).await.outcomes(), "a created, b created");
    sleep(Duration::from_secs(10)).await;
    let ran = bench.deploy(&stacks("a, b < a", "two")).await;
    assert_eq!(ran.outcomes(), "a updated, b updated");
    sleep(Duration::from_secs(10)).await;
    // UPDATE_COMPLETE before and after: only the time of the update distinguishes them.
    let start = Instant::now();
    let ran = bench.deploy(&stacks("a", "three")).await;
    assert_eq!(ran.outcomes(), "a updated");
    assert!(
        start.elapsed() > Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    sleep(Duration::from_secs(10)).await;
    assert_eq!(
        bench.destroy(&text).await.outcomes(),
        "b deleted, a deleted"
    );
    assert_eq!(bench.record().split(", ").count(), 7, "{}", bench.record());
}

#[tokio::test(start_paused = true)]
async fn if_change_sets_are_denied_the_plan_follows_the_templates_and_has_a_note() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    bench
        .server
        .wire_faults()
        .always("CreateChangeSet", WireFault::Deny);
    let plan = bench.plan(&stacks("a", "two")).await;
    assert_eq!(plan.notes, [Note::ChangeSetsDenied]);
    let a = plan.stack(&key("a")).unwrap();
    assert_eq!(
        (&a.action, a.basis),
        (&StackAction::Update, Basis::Templates)
    );
    assert_eq!(a.resources[0].properties[0].path, "Value");
    assert_eq!(bench.record_since(1), "");
}

#[tokio::test(start_paused = true)]
async fn a_run_stops_watching_after_lasting_denials() {
    let bench = Bench::new();
    let polls = CallFilter::Action("DescribeStacks".to_owned());
    bench
        .server
        .wire_faults()
        .set(polls, WireFault::Deny, Occurrence::After(1));
    let start = Instant::now();
    let ran = bench.deploy(&stacks("a, b < a", "one")).await;
    assert_eq!(ran.outcomes(), "a unknown, b skipped for a");
    assert!(start.elapsed() < Duration::from_secs(600));
    assert_eq!(ran.summary().result(), RunResult::Failed);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_run_starts_no_stack_and_watches_operations_in_progress() {
    let mut bench = Bench::new();
    let (handle, cancel) = cancel_channel();
    bench.cancel = cancel;
    let text = stacks("a, b < a", "one");
    let run = bench.deploy(&text);
    let interrupt = async {
        sleep(Duration::from_secs(5)).await;
        assert_eq!(handle.interrupt(), CancelLevel::Drain);
        std::future::pending::<()>().await;
    };
    let ran = tokio::select! {
        ran = run => ran,
        () = interrupt => unreachable!(),
    };
    assert_eq!(ran.outcomes(), "a created, b skipped");
    assert!(matches!(
        ran.outcome("b"),
        Outcome::Skipped(SkipReason::Interrupted)
    ));
    assert_eq!(ran.summary().result(), RunResult::Interrupted);
    assert_eq!(bench.record(), "CreateStack shop-a");
}

#[tokio::test(start_paused = true)]
async fn the_second_interruption_detaches_at_once_and_reports_unknown_outcomes() {
    let mut bench = Bench::new();
    let (handle, cancel) = cancel_channel();
    bench.cancel = cancel;
    let start = Instant::now();
    let text = stacks("a, b < a", "one");
    let run = bench.deploy(&text);
    let interrupt = async {
        sleep(Duration::from_secs(5)).await;
        handle.interrupt();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(handle.interrupt(), CancelLevel::Detach);
        std::future::pending::<()>().await;
    };
    let ran = tokio::select! {
        ran = run => ran,
        () = interrupt => unreachable!(),
    };
    assert_eq!(ran.outcomes(), "a unknown, b skipped");
    assert!(start.elapsed() < Duration::from_secs(8));
    assert_eq!(ran.summary().result(), RunResult::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn the_change_sets_of_skipped_stacks_are_deleted() {
    let mut bench = Bench::new();
    bench.deploy(&stacks("a, b", "one")).await;
    let (handle, cancel) = cancel_channel();
    bench.cancel = cancel;
    let text = stacks("a, b", "two");
    let run = bench.deploy_with(&text, |options| options.jobs = 1);
    let interrupt = async {
        while bench.accepted() < 3 {
            sleep(Duration::from_millis(100)).await;
        }
        handle.interrupt();
        std::future::pending::<()>().await;
    };
    let ran = tokio::select! {
        ran = run => ran,
        () = interrupt => unreachable!(),
    };
    assert_eq!(ran.outcomes(), "a updated, b skipped");
    let calls = bench.cloud.call_records().unwrap();
    let deleted = calls.iter().find(|call| call.action == "DeleteChangeSet");
    assert_eq!(deleted.unwrap().stack_name, "shop-b");
}
