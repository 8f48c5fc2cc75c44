//! The report of failed stacks: the first cause at its line of the blueprint, AWS's message, the effects and the next
//! step.

use formwork_engine::{FailureKind, Operation, Outcome, Purpose, RootCause, StackFailure, Summary};
use formwork_template::diagnostics::{Code, Problem, Sources};

use crate::codes;
use crate::labels;
use crate::problems;
use crate::refusal::{blocker_message, refusal_message};
use crate::style::{Style, Tone};
use crate::text::{strip_control, wrap};
use crate::time_format;

/// The inputs of a failure report.
#[derive(Debug, Clone, Copy)]
pub struct FailureView<'a> {
    /// The source texts that the causes point into.
    pub sources: &'a Sources,
    /// The style of the diagnostics.
    pub style: Style,
    /// The command that retries the run.
    pub retry_command: &'a str,
}

/// Renders all failures of a run, in the order of the plan, and their effects.
pub fn failures(summary: &Summary, view: &FailureView<'_>) -> String {
    let mut out = String::new();
    for (key, outcome) in &summary.stacks {
        if let Outcome::Failed(failure) = outcome {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&stack_failure(key.as_str(), failure, view));
        }
    }
    if !out.is_empty() {
        out.push_str(&consequences(summary, view));
    }
    out
}

fn stack_failure(key: &str, failure: &StackFailure, view: &FailureView<'_>) -> String {
    let color = view.style.color;
    let mut out = format!(
        "{} {}\n\n",
        color.apply(Tone::Failure, "✗"),
        headline(key, failure)
    );
    out.push_str(&problems::text(
        &[problem(failure)],
        view.sources,
        view.style,
    ));
    if let Some(cause) = &failure.cause {
        out.push_str(&aws_message(cause, view));
    }
    if !failure.cancelled.is_empty() {
        let cancelled = format!("Cancelled: {}.", failure.cancelled.join(", "));
        out.push_str(&wrap(&strip_control(&cancelled), "  ", view.style.columns));
    }
    if let Some(stack_status) = stack_status(key, failure) {
        out.push_str(&wrap(&stack_status, "  ", view.style.columns));
    }
    out
}

fn headline(key: &str, failure: &StackFailure) -> String {
    let after = time_format::duration_text(failure.took);
    let status = failure
        .status
        .map(|status| status.as_str())
        .unwrap_or_default();
    match (&failure.kind, failure.operation) {
        (FailureKind::Refused(_), _) => format!("{key} was not changed"),
        (FailureKind::Blocked(_), _) => {
            format!("{key} stopped: its changes need your confirmation")
        }
        (FailureKind::DeleteRefused, _) => {
            format!("{key} was not deleted: CloudFormation refused after {after}")
        }
        (FailureKind::Internal(_), _) => format!("{key} failed: internal error in formwork"),
        (FailureKind::Call { action, .. }, _) => format!("{key} failed: {action} was refused"),
        (FailureKind::Operation, operation) => {
            let noun = operation.map_or("operation", labels::operation_noun);
            let rolled = match status {
                "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => {
                    "; CloudFormation rolled it back"
                }
                "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" => {
                    "; CloudFormation's rollback failed, too"
                }
                _ => "",
            };
            format!("{key}: the {noun} failed after {after}{rolled}")
        }
    }
}

/// Returns the failure as a diagnostic at the line of the blueprint that caused it.
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
        problem = problem.at(span, strip_control(&what));
    }
    if let Some(advice) = &failure.advice {
        problem = problem.help(advice.clone());
    }
    problem
}

fn message(failure: &StackFailure) -> (Code, String) {
    let clean = |reason: &str| strip_control(reason.trim().trim_end_matches('.'));
    match (&failure.kind, &failure.cause) {
        (FailureKind::Refused(refusal), _) => (
            codes::PLAN_BLOCKED,
            format!("it {}", refusal_message(refusal)),
        ),
        (FailureKind::Blocked(blockers), _) => {
            let blockers: Vec<String> = blockers.iter().map(blocker_message).collect();
            (codes::PLAN_BLOCKED, blockers.join("; "))
        }
        (FailureKind::Call { message, .. }, None) => (codes::CLOUD, clean(message)),
        (FailureKind::Internal(fault), _) => (codes::INTERNAL, fault.clone()),
        (_, Some(cause)) => (codes::OPERATION_FAILED, clean(&cause.reason)),
        (_, None) => {
            let reason = failure
                .status_reason
                .as_deref()
                .unwrap_or("no reason was given");
            (codes::OPERATION_FAILED, clean(reason))
        }
    }
}

fn aws_message(cause: &RootCause, view: &FailureView<'_>) -> String {
    let time = cause
        .time
        .map(|time| format!(", {}", time_format::utc_time_of_day(time)))
        .unwrap_or_default();
    let message = format!(
        "AWS said  {} ({} {}{time})",
        cause.reason.trim(),
        cause.logical_id,
        labels::short_type(&cause.resource_type)
    );
    wrap(&strip_control(&message), "  ", view.style.columns)
}

/// Describes the state of the stack and its effect on the next run.
fn stack_status(key: &str, failure: &StackFailure) -> Option<String> {
    let status = failure.status?;
    let next = match status.as_str() {
        "ROLLBACK_COMPLETE" => " with no resources: the next deploy deletes and creates it",
        "UPDATE_ROLLBACK_COMPLETE" => ": its previous state is restored",
        "UPDATE_ROLLBACK_FAILED" => ": it cannot be updated until its rollback is continued",
        "DELETE_FAILED" => ": it still contains the resources that could not be deleted",
        "CREATE_FAILED" | "ROLLBACK_FAILED" => {
            ": it may contain resources, so it is not deleted automatically"
        }
        _ => "",
    };
    Some(format!("{key} is {status}{next}."))
}

/// Lists the stacks that were not started or not rolled back, and the command that retries the run.
fn consequences(summary: &Summary, view: &FailureView<'_>) -> String {
    let mut not_started = Vec::new();
    let mut unaffected = Vec::new();
    let mut unknown = Vec::new();
    for (key, outcome) in &summary.stacks {
        match outcome {
            Outcome::Skipped(skip) => {
                not_started.push(format!("{key} ({})", labels::skip_reason(skip)))
            }
            Outcome::Changed {
                operation: Operation::Delete,
                ..
            } => {}
            Outcome::Changed { .. } | Outcome::Unchanged => unaffected.push(key.to_string()),
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
    line("Unknown", &unknown);
    if summary.purpose == Purpose::Deploy {
        line("Kept", &unaffected);
    }
    format!("{lines}  Again:  {}\n", view.retry_command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{key, shop_blueprint, span_of};
    use crate::style::ColorMode;
    use formwork_aws::StackStatus;
    use formwork_engine::SkipReason;

    use indexmap::IndexMap;
    use std::time::{Duration, UNIX_EPOCH};

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
                span: Some(span_of(sources, "${vars.log_level}")),
            }),
            cancelled: vec!["AllowInvoke".to_owned()],
            advice: Some("a display name has at most 100 characters".to_owned()),
            took: Duration::from_secs(112),
        }
    }

    fn shown(summary: &Summary, sources: &Sources) -> String {
        let style = Style {
            color: ColorMode::Plain,
            columns: 100,
        };
        failures(
            summary,
            &FailureView {
                sources,
                style,
                retry_command: "formwork deploy --env prod",
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
    fn a_failure_shows_its_cause_and_effects() {
        let (_, sources) = shop_blueprint();
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
          Cancelled: AllowInvoke.
          api is UPDATE_ROLLBACK_COMPLETE: its previous state is restored.
          Not started: consumer (because api failed).
          Kept: network.
          Again:  formwork deploy --env prod
        "#);
    }

    #[test]
    fn a_failed_call_shows_awss_message() {
        let (_, sources) = shop_blueprint();
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
