//! Events as NDJSON: one JSON object per line; the first line contains the format version.

use std::time::{SystemTime, UNIX_EPOCH};

use formwork_blueprint::StackKey;
use formwork_engine::{
    AssetStep, CancelLevel, Event, FailureKind, Operation, Origin, Outcome, Phase, RunResult,
    SkipReason, StackFailure, Summary, TimedEvent,
};
use serde_json::{Value, json};

/// The format version. New keys may be added under it; no key is renamed or removed.
const FORMAT: u32 = 1;

/// Returns the first line.
pub fn header_line() -> String {
    line(&json!({ "event": "formwork", "version": env!("CARGO_PKG_VERSION"), "format": FORMAT }))
}

/// Returns the line of an event.
#[expect(clippy::too_many_lines, reason = "a flat match with one arm per event")]
pub fn event_line(stamped: &TimedEvent) -> String {
    let mut object = match &stamped.event {
        Event::Observing => json!({ "event": "observing" }),
        Event::Observed { deployed } => json!({ "event": "observed", "deployed": deployed }),
        Event::Previewing { stack } => json!({ "event": "previewing", "stack": stack.as_str() }),
        Event::Previewed { stack } => json!({ "event": "previewed", "stack": stack.as_str() }),
        Event::Asset { asset, step } => asset_step(asset.as_str(), step),
        Event::RunStarted { stacks } => json!({
            "event": "begin",
            "stacks": stacks.iter().map(|begin| json!({
                "stack": begin.stack.as_str(),
                "name": begin.name.as_str(),
                "action": begin.action,
                "resources": begin.resources,
                "waits_for": keys(&begin.waits_for),
            })).collect::<Vec<_>>(),
        }),
        Event::Started {
            stack,
            operation: what,
            id,
            origin,
        } => json!({
            "event": "started",
            "stack": stack.as_str(),
            "operation": operation(*what),
            "id": id.as_str(),
            "origin": match origin { Origin::Started => "begun", Origin::Adopted => "taken_over" },
        }),
        Event::Waiting { stack, status } => {
            json!({ "event": "waiting", "stack": stack.as_str(), "status": status.as_str() })
        }
        Event::Status { stack, status } => {
            json!({ "event": "status", "stack": stack.as_str(), "status": status.as_str() })
        }
        Event::Resource { stack, change } => json!({
            "event": "resource",
            "stack": stack.as_str(),
            "logical_id": change.logical_id,
            "physical_id": change.physical_id,
            "type": change.resource_type,
            "status": change.status,
            "phase": match change.phase { Phase::Running => "running", Phase::Done(_) => "done", Phase::Failed => "failed" },
            "took": match change.phase { Phase::Done(Some(took)) => Some(took.as_secs_f64()), _ => None },
            "reason": change.reason,
            "time": seconds(change.time),
        }),
        Event::Finished { stack, outcome } => {
            json!({ "event": "finished", "stack": stack.as_str(), "outcome": outcome_json(outcome) })
        }
        Event::Throttled { action } => json!({ "event": "throttled", "action": action }),
        Event::PollFailed { message } => json!({ "event": "poll_failed", "message": message }),
        Event::Interrupted { level, in_flight } => json!({
            "event": "interrupted",
            "level": match level { CancelLevel::Drain => "drain", CancelLevel::Detach => "leave" },
            "in_flight": keys(in_flight),
        }),
        Event::RunFinished => json!({ "event": "end" }),
    };
    if let Some(object) = object.as_object_mut() {
        object.insert("at".to_owned(), json!(stamped.at.as_secs_f64()));
    }
    line(&object)
}

/// Returns the last line, with the outcome of every stack.
pub fn summary_line(summary: &Summary) -> String {
    let outcomes = summary
        .stacks
        .iter()
        .map(|(key, outcome)| (key.to_string(), outcome_json(outcome)));
    line(&json!({
        "event": "summary",
        "verdict": match summary.result() {
            RunResult::Succeeded => "done",
            RunResult::Failed => "failed",
            RunResult::Interrupted => "interrupted",
        },
        "took": summary.took.as_secs_f64(),
        "stacks": outcomes.collect::<serde_json::Map<_, _>>(),
    }))
}

fn asset_step(asset: &str, step: &AssetStep) -> Value {
    match step {
        AssetStep::Building => json!({ "event": "asset", "asset": asset, "step": "building" }),
        AssetStep::Packed { bytes, hash } => {
            json!({ "event": "asset", "asset": asset, "step": "packed", "bytes": bytes, "hash": hash })
        }
        AssetStep::Uploading { bytes } => {
            json!({ "event": "asset", "asset": asset, "step": "uploading", "bytes": bytes })
        }
        AssetStep::Ready => json!({ "event": "asset", "asset": asset, "step": "ready" }),
    }
}

fn outcome_json(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Changed {
            operation: what,
            resources,
            took,
        } => json!({
            "is": "changed",
            "operation": operation(*what),
            "resources": resources,
            "took": took.as_secs_f64(),
        }),
        Outcome::Unchanged => json!({ "is": "unchanged" }),
        Outcome::Failed(failure) => failure_json(failure),
        Outcome::Skipped(skip) => match skip {
            SkipReason::Dependency(stack) => json!({ "is": "skipped", "because": stack.as_str() }),
            SkipReason::Interrupted => json!({ "is": "skipped", "because": null }),
            SkipReason::FailFast(stack) => {
                json!({ "is": "skipped", "because": stack.as_str(), "fail_fast": true })
            }
        },
        Outcome::Unknown {
            operation: what,
            reason,
        } => {
            json!({ "is": "unknown", "operation": operation(*what), "reason": reason })
        }
    }
}

fn failure_json(failure: &StackFailure) -> Value {
    let (kind, message) = match &failure.kind {
        FailureKind::Operation => ("operation", None),
        FailureKind::DeleteRefused => ("delete_refused", None),
        FailureKind::Call { action, message } => ("call", Some(format!("{action}: {message}"))),
        FailureKind::Refused(refusal) => {
            ("refused", Some(super::refusal::refusal_message(refusal)))
        }
        FailureKind::Blocked(blockers) => {
            let blockers: Vec<String> = blockers
                .iter()
                .map(super::refusal::blocker_message)
                .collect();
            ("blocked", Some(blockers.join("; ")))
        }
        FailureKind::Internal(fault) => ("fault", Some(fault.clone())),
    };
    json!({
        "is": "failed",
        "kind": kind,
        "message": message,
        "operation": failure.operation.map(operation),
        "status": failure.status.map(|status| status.as_str()),
        "status_reason": failure.status_reason,
        "cause": failure.cause.as_ref().map(|cause| json!({
            "logical_id": cause.logical_id,
            "type": cause.resource_type,
            "property": cause.property,
            "reason": cause.reason,
            "time": cause.time.map(seconds),
        })),
        "cancelled": failure.cancelled,
        "advice": failure.advice,
        "took": failure.took.as_secs_f64(),
    })
}

fn operation(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Protect => "protect",
    }
}

fn keys(keys: &[StackKey]) -> Vec<&str> {
    keys.iter().map(StackKey::as_str).collect()
}

/// Returns the seconds since 1970.
fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{at, begin, created, resource, started};

    #[test]
    fn the_first_line_contains_the_version_and_each_event_has_a_line() {
        let run = [
            at(0, begin(&[("network", 2)])),
            at(1, started("network")),
            at(7, resource("network", "Vpc", "CREATE_COMPLETE")),
            at(20, created("network", 19)),
        ];
        let lines: String = run.iter().map(event_line).collect();
        let head: Value = serde_json::from_str(&header_line()).unwrap();
        assert_eq!(
            (&head["version"], &head["format"]),
            (&json!(env!("CARGO_PKG_VERSION")), &json!(1))
        );
        insta::assert_snapshot!(lines, @r#"
        {"event":"begin","stacks":[{"stack":"network","name":"shop-network","action":"create","resources":2,"waits_for":[]}],"at":0.0}
        {"event":"started","stack":"network","operation":"create","id":"arn:aws:cloudformation:us-east-1:111122223333:stack/shop-network/1","origin":"begun","at":1.0}
        {"event":"resource","stack":"network","logical_id":"Vpc","physical_id":null,"type":"AWS::EC2::VPCEndpoint","status":"CREATE_COMPLETE","phase":"done","took":6.0,"reason":null,"time":0.0,"at":7.0}
        {"event":"finished","stack":"network","outcome":{"is":"changed","operation":"create","resources":2,"took":19.0},"at":20.0}
        "#);
    }
}
