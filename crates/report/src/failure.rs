//! A stack that failed: the first real cause, where the blueprint says it, what AWS said, what follows, what to do.

use std::time::{SystemTime, UNIX_EPOCH};

use formwork_engine::{
    Blocker, FailureKind, Operation, Outcome, Purpose, RootCause, StackFailure, Summary,
};
use formwork_template::diagnostics::{Code, Problem, Sources};

use super::durations;
use super::labels;
use super::log::skipped;
use super::refusal::refused;
use super::text::{harmless, wrap};
use crate::codes;
use crate::problems;
use crate::style::Ink;
use crate::style::Style;

/// What a failure is shown with.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The texts that causes lie in.
    pub sources: &'a Sources,
    /// How it is drawn.
    pub style: Style,
    /// The command that takes up again.
    pub again: &'a str,
}

/// Every failure of a run, in the order of the plan, and what follows from all of them.
pub fn text(summary: &Summary, view: &View<'_>) -> String {
    let mut out = String::new();
    for (key, outcome) in &summary.stacks {
        if let Outcome::Failed(failure) = outcome {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&one(key.as_str(), failure, view));
        }
    }
    if !out.is_empty() {
        out.push_str(&consequences(summary, view));
    }
    out
}

fn one(key: &str, failure: &StackFailure, view: &View<'_>) -> String {
    let paint = view.style.paint;
    let mut out = format!(
        "{} {}\n\n",
        paint.ink(Ink::Bad, "✗"),
        headline(key, failure)
    );
    out.push_str(&problems::text::text(
        &[problem(failure)],
        view.sources,
        view.style,
    ));
    if let Some(cause) = &failure.cause {
        out.push_str(&said(cause, view));
    }
    if !failure.cancelled.is_empty() {
        let cancelled = format!("As a result: {} cancelled.", failure.cancelled.join(", "));
        out.push_str(&wrap(&harmless(&cancelled), "  ", view.style.columns));
    }
    if let Some(standing) = standing(key, failure) {
        out.push_str(&wrap(&standing, "  ", view.style.columns));
    }
    out
}

fn headline(key: &str, failure: &StackFailure) -> String {
    let after = durations::took(failure.took);
    let status = failure
        .status
        .map(|status| status.as_str())
        .unwrap_or_default();
    match (&failure.kind, failure.operation) {
        (FailureKind::Refused(_), _) => format!("{key} was not touched"),
        (FailureKind::Blocked(_), _) => {
            format!("{key} stopped: what is now known to change needs your word")
        }
        (FailureKind::DeleteRefused, _) => {
            format!("{key} was not deleted: CloudFormation refused after {after}")
        }
        (FailureKind::Internal(_), _) => format!("{key} met a fault of formwork itself"),
        (FailureKind::Call { action, .. }, _) => format!("{key} failed: {action} was refused"),
        (FailureKind::Operation, operation) => {
            let noun = operation.map_or("operation", labels::noun);
            let rolled = match status {
                "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => {
                    "; CloudFormation rolled it back"
                }
                "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" => {
                    ", and so did CloudFormation's rollback"
                }
                _ => "",
            };
            format!("{key}: the {noun} failed after {after}{rolled}")
        }
    }
}

/// The failure as a report, at the line of the blueprint where the cause lies.
fn problem(failure: &StackFailure) -> Problem {
    let (code, message) = message(failure);
    let mut problem = Problem::error(code, message);
    if let Some((span, cause)) = failure
        .cause
        .as_ref()
        .and_then(|cause| Some((cause.span?, cause)))
    {
        let what = match &cause.property {
            Some(property) => format!(
                "{} of {} ({})",
                property, cause.logical_id, cause.resource_type
            ),
            None => format!("{} ({})", cause.logical_id, cause.resource_type),
        };
        problem = problem.at(span, harmless(&what));
    }
    if let Some(advice) = &failure.advice {
        problem = problem.help(advice.clone());
    }
    problem
}

fn message(failure: &StackFailure) -> (Code, String) {
    let said = |reason: &str| harmless(reason.trim().trim_end_matches('.'));
    match (&failure.kind, &failure.cause) {
        (FailureKind::Refused(refusal), _) => {
            (codes::PLAN_BLOCKED, format!("it {}", refused(refusal)))
        }
        (FailureKind::Blocked(blockers), _) => {
            let blockers: Vec<String> = blockers.iter().map(blocked).collect();
            (codes::PLAN_BLOCKED, blockers.join("; "))
        }
        (FailureKind::Call { message, .. }, None) => (codes::CLOUD, said(message)),
        (FailureKind::Internal(fault), _) => (codes::INTERNAL, fault.clone()),
        (_, Some(cause)) => (codes::OPERATION_FAILED, said(&cause.reason)),
        (_, None) => {
            let reason = failure
                .status_reason
                .as_deref()
                .unwrap_or("no reason was given");
            (codes::OPERATION_FAILED, said(reason))
        }
    }
}

/// A loss or an interruption that the user did not allow, and the flag that allows it.
pub fn blocked(blocker: &Blocker) -> String {
    match blocker {
        Blocker::Stack { stack, refusal } => format!("{stack} {}", refused(refusal)),
        Blocker::Loss(loss) => format!(
            "{}.{} ({}) would be lost with what it holds: --allow-loss {}.{}",
            loss.stack, loss.logical_id, loss.resource_type, loss.stack, loss.logical_id
        ),
        Blocker::Interruption(interruption) => format!(
            "{}.{} ({}) would go while {} still uses {}: --allow-interruption",
            interruption.stack,
            interruption.logical_id,
            interruption.resource_type,
            interruption.consumers.join(", "),
            interruption.outputs.join(", ")
        ),
    }
}

fn said(cause: &RootCause, view: &View<'_>) -> String {
    let time = cause
        .time
        .map(|time| format!(", {}", clock(time)))
        .unwrap_or_default();
    let said = format!(
        "AWS said  {} ({} {}{time})",
        cause.reason.trim(),
        cause.logical_id,
        labels::short_type(&cause.resource_type)
    );
    wrap(&harmless(&said), "  ", view.style.columns)
}

/// The time of day in UTC.
fn clock(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        % 86_400;
    format!(
        "{:02}:{:02}:{:02}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// In which state the stack is now, and what that means for the next run.
fn standing(key: &str, failure: &StackFailure) -> Option<String> {
    let status = failure.status?;
    let next = match status.as_str() {
        "ROLLBACK_COMPLETE" => " with no resources: the next deploy deletes and creates it",
        "UPDATE_ROLLBACK_COMPLETE" => ": it is as it was before",
        "UPDATE_ROLLBACK_FAILED" => ": it takes no update until its rollback is continued",
        "DELETE_FAILED" => ": what could not be deleted is still there",
        "CREATE_FAILED" | "ROLLBACK_FAILED" => {
            ": it may hold resources, and is not deleted unasked"
        }
        _ => "",
    };
    Some(format!("{key} is {status}{next}."))
}

/// What was not begun, what was kept, and the command that takes up again.
fn consequences(summary: &Summary, view: &View<'_>) -> String {
    let mut not_started = Vec::new();
    let mut kept = Vec::new();
    let mut unknown = Vec::new();
    for (key, outcome) in &summary.stacks {
        match outcome {
            Outcome::Skipped(skip) => not_started.push(format!("{key} ({})", skipped(skip))),
            Outcome::Changed {
                operation: Operation::Delete,
                ..
            } => {}
            Outcome::Changed { .. } | Outcome::Unchanged => kept.push(key.to_string()),
            Outcome::Unknown { .. } => unknown.push(key.to_string()),
            Outcome::Failed(_) => {}
        }
    }
    let mut lines = String::new();
    let mut line = |word: &str, stacks: &[String]| {
        if !stacks.is_empty() {
            let text = format!("{word}: {}.", stacks.join(", "));
            lines.push_str(&wrap(&text, "  ", view.style.columns));
        }
    };
    line("Not started", &not_started);
    line("Not known", &unknown);
    if summary.purpose == Purpose::Deploy {
        line("Kept", &kept);
    }
    format!("{lines}  Again:  {}\n", view.again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{key, place, shop};
    use crate::style::Paint;
    use formwork_aws::StackStatus;
    use formwork_engine::SkipReason;
    use indexmap::IndexMap;
    use std::time::Duration;

    fn failure(sources: &Sources) -> StackFailure {
        StackFailure {
            operation: Some(Operation::Update),
            kind: FailureKind::Operation,
            status: Some(StackStatus::UpdateRollbackComplete),
            status_reason: None,
            cause: Some(RootCause {
                logical_id: "Greeter".to_owned(),
                resource_type: "AWS::SNS::Topic".to_owned(),
                property: Some("DisplayName".to_owned()),
                reason: "Invalid parameter: DisplayName\u{7}.".to_owned(),
                time: Some(UNIX_EPOCH + Duration::from_secs(50_551)),
                span: Some(place(sources, "${vars.log_level}")),
            }),
            cancelled: vec!["AllowInvoke".to_owned()],
            advice: Some("a display name has at most 100 characters".to_owned()),
            took: Duration::from_secs(112),
        }
    }

    fn shown(summary: &Summary, sources: &Sources) -> String {
        let style = Style {
            paint: Paint::Plain,
            columns: 100,
        };
        text(
            summary,
            &View {
                sources,
                style,
                again: "formwork deploy --env prod",
            },
        )
    }

    fn summary(stacks: impl IntoIterator<Item = (&'static str, Outcome)>) -> Summary {
        Summary {
            purpose: Purpose::Deploy,
            stacks: stacks
                .into_iter()
                .map(|(name, outcome)| (key(name), outcome))
                .collect(),
            deployed: IndexMap::new(),
            stale: Vec::new(),
            interruption: None,
            took: Duration::from_secs(120),
        }
    }

    #[test]
    fn a_failure_shows_its_cause_at_its_line_and_what_follows() {
        let (_, sources) = shop();
        let summary = summary([
            ("network", Outcome::Unchanged),
            ("api", Outcome::Failed(Box::new(failure(&sources)))),
            (
                "consumer",
                Outcome::Skipped(SkipReason::Dependency(key("api"))),
            ),
        ]);
        insta::assert_snapshot!(shown(&summary, &sources), @r#"
        ✗ api: the update failed after 1m52s; CloudFormation rolled it back

        formwork::operation_failed

          × Invalid parameter: DisplayName
           ╭─[blueprint.toml:6:16]
         6 │ DisplayName = "${vars.log_level}"
           ·                ────────┬────────
           ·                        ╰── DisplayName of Greeter (AWS::SNS::Topic)
           ╰────
          help: a display name has at most 100 characters

          AWS said  Invalid parameter: DisplayName . (Greeter Topic, 14:02:31Z)
          As a result: AllowInvoke cancelled.
          api is UPDATE_ROLLBACK_COMPLETE: it is as it was before.
          Not started: consumer (because api failed).
          Kept: network.
          Again:  formwork deploy --env prod
        "#);
    }

    #[test]
    fn a_refused_call_is_told_in_awss_words() {
        let (_, sources) = shop();
        let refused = StackFailure {
            kind: FailureKind::Call {
                action: "CreateStack".to_owned(),
                message: "User is not authorized to perform: cloudformation:CreateStack".to_owned(),
            },
            status: None,
            cause: None,
            cancelled: Vec::new(),
            advice: None,
            ..failure(&sources)
        };
        let summary = summary([("api", Outcome::Failed(Box::new(refused)))]);
        insta::assert_snapshot!(shown(&summary, &sources), @r#"
        ✗ api failed: CreateStack was refused

        formwork::cloud

          × User is not authorized to perform: cloudformation:CreateStack

          Again:  formwork deploy --env prod
        "#);
    }
}
