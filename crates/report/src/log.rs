//! Progress as a log, for output that is not a terminal: one line for each event, and a heartbeat after a minute
//! without one.

use std::time::Duration;

use formwork_engine::{AssetStep, Event, Origin, Outcome, Phase, ResourceEvent, TimedEvent};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::labels;
use crate::run_state::{RunState, StackPhase};
use crate::style::{ColorMode, Tone};
use crate::text::{pad, plural, strip_control};
use crate::time_format;

/// The time after which a heartbeat is printed.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(60);

/// The characters of a stack id that are not escaped in a link.
const STACK_ID_SAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The log of a run.
#[derive(Debug)]
pub struct Log {
    detail: LogDetail,
    color: ColorMode,
    console: ConsoleLinks,
    run_state: RunState,
    /// The width of the column of stack keys.
    width: usize,
    last_line_at: Duration,
}

/// Links to the stacks in the AWS console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsoleLinks {
    /// Links to the console of this region.
    Region(String),
    /// No links: the stacks are not in AWS.
    None,
}

/// The level of detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogDetail {
    /// Finished work.
    Normal,
    /// Also started work.
    Verbose,
}

impl Log {
    /// Creates an empty log.
    pub fn new(color: ColorMode, console: ConsoleLinks, detail: LogDetail) -> Self {
        Self {
            detail,
            color,
            console,
            run_state: RunState::default(),
            width: 12,
            last_line_at: Duration::ZERO,
        }
    }

    /// Returns the line for an event, unless the event is too minor for one.
    pub fn line(&mut self, stamped: &TimedEvent) -> Option<String> {
        self.run_state.apply(stamped);
        if let Event::RunStarted { stacks } = &stamped.event {
            let widest = stacks
                .iter()
                .map(|begin| begin.stack.as_str().len())
                .max()
                .unwrap_or(0);
            self.width = widest.max(12);
        }
        let (stack, entry) = self.entry(&stamped.event)?;
        self.last_line_at = stamped.at;
        Some(self.row(stamped.at, &stack, &entry))
    }

    /// Returns a heartbeat line if nothing was logged for a minute and an operation is running.
    pub fn heartbeat(&mut self, now: Duration) -> Option<String> {
        if now < self.last_line_at + HEARTBEAT_INTERVAL {
            return None;
        }
        let running: Vec<String> = self
            .run_state
            .in_flight()
            .map(|(key, state)| {
                let since = match state.phase {
                    StackPhase::Running { since, .. } | StackPhase::Waiting { since } => since,
                    _ => now,
                };
                let (done, all) = state.counts();
                let resource = state.running.iter().next().map(|(id, running)| {
                    format!(
                        ", {id} {} {}",
                        labels::status_in_progress(&running.status),
                        time_format::duration_text(now.saturating_sub(running.since))
                    )
                });
                format!(
                    "{key} {done}/{all} after {}{}",
                    time_format::duration_text(now.saturating_sub(since)),
                    resource.unwrap_or_default()
                )
            })
            .collect();
        if running.is_empty() {
            return None;
        }
        self.last_line_at = now;
        Some(self.row(now, "in progress", &running.join("; ")))
    }

    fn row(&self, at: Duration, stack: &str, entry: &str) -> String {
        let row = format!(
            "{}  {}  {entry}",
            time_format::log_clock(at),
            pad(stack, self.width)
        );
        format!("{}\n", row.trim_end())
    }

    fn entry(&self, event: &Event) -> Option<(String, String)> {
        let entry = match event {
            Event::Started {
                stack,
                operation,
                id,
                origin,
            } => {
                let word = match origin {
                    Origin::Started => "start  ",
                    Origin::Adopted => "resume ",
                };
                let link = self.console.link(id.as_str());
                let what = labels::operation_in_progress(*operation);
                (
                    stack.to_string(),
                    format!("{word}  {what}  {link}").trim_end().to_owned(),
                )
            }
            Event::Waiting { stack, status } => (
                stack.to_string(),
                format!("waits    for another operation ({status})"),
            ),
            Event::Status { stack, status } if is_rollback_start(status.as_str()) => (
                stack.to_string(),
                self.color.apply(Tone::Warning, "rolling back"),
            ),
            Event::Resource { stack, change } => (stack.to_string(), self.resource(stack, change)?),
            Event::Finished { stack, outcome } => (stack.to_string(), self.outcome(outcome)?),
            Event::Asset { asset, step } => (asset.to_string(), asset_entry(step)?),
            Event::Previewing { stack } if self.detail == LogDetail::Verbose => {
                (stack.to_string(), "previewing changes".to_owned())
            }
            Event::Throttled { action } => {
                ("throttled".to_owned(), format!("{action}: slowing down"))
            }
            Event::PollFailed { message } => (
                "no answer".to_owned(),
                format!("{}: retrying", strip_control(message)),
            ),
            Event::Interrupted { level, in_flight } => (
                "interrupted".to_owned(),
                labels::interruption(*level, in_flight.len()),
            ),
            _ => return None,
        };
        Some(entry)
    }

    fn resource(
        &self,
        stack: &formwork_blueprint::StackKey,
        change: &ResourceEvent,
    ) -> Option<String> {
        let (done, all) = self
            .run_state
            .stacks
            .get(stack)
            .map_or((0, 0), |state| state.counts());
        let (id, kind) = (
            strip_control(&change.logical_id),
            strip_control(&change.resource_type),
        );
        match change.phase {
            Phase::Running if self.detail == LogDetail::Normal => None,
            Phase::Running => Some(format!(
                "{}  {id}  {kind}",
                labels::status_in_progress(&change.status)
            )),
            Phase::Done(took) => {
                let took = took
                    .map(|took| format!("   {}", time_format::duration_text(took)))
                    .unwrap_or_default();
                let word = pad(labels::status_done(&change.status), 7);
                Some(format!("{word}  {id}  {kind}{took}  {done}/{all}"))
            }
            Phase::Failed => {
                let reason = change
                    .reason
                    .as_deref()
                    .map(strip_control)
                    .unwrap_or_default();
                let word = self.color.apply(Tone::Failure, "failed ");
                Some(format!("{word}  {id}  {kind}   {reason}"))
            }
        }
    }

    fn outcome(&self, outcome: &Outcome) -> Option<String> {
        let entry = match outcome {
            Outcome::Changed {
                operation,
                resources,
                took,
            } => {
                let word = self.color.apply(Tone::Success, "done   ");
                let what = labels::operation_done(*operation);
                let count = match resources {
                    0 => String::new(),
                    count => format!(", {}", plural(*count, "change")),
                };
                format!(
                    "{word}  {what}{count} in {}",
                    time_format::duration_text(*took)
                )
            }
            Outcome::Unchanged => "done     unchanged".to_owned(),
            Outcome::Failed(failure) => {
                let word = self.color.apply(Tone::Failure, "failed ");
                format!("{word}  after {}", time_format::duration_text(failure.took))
            }
            Outcome::Skipped(skip) => format!("skipped  {}", labels::skip_reason(skip)),
            Outcome::Unknown { reason, .. } => format!("unknown  {}", strip_control(reason)),
        };
        Some(entry)
    }
}

/// Returns true if the status is the start of a rollback.
fn is_rollback_start(status: &str) -> bool {
    matches!(
        status,
        "ROLLBACK_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS"
    )
}

fn asset_entry(step: &AssetStep) -> Option<String> {
    match step {
        AssetStep::Building => Some("building with cargo".to_owned()),
        AssetStep::Packed { bytes, hash } => {
            let short: String = hash.chars().take(12).collect();
            Some(format!("packed   {} ({short})", byte_size(*bytes)))
        }
        AssetStep::Uploading { bytes } => Some(format!("uploads  {}", byte_size(*bytes))),
        AssetStep::Ready => None,
    }
}

fn byte_size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

impl ConsoleLinks {
    /// Returns the link to a stack's events.
    fn link(&self, id: &str) -> String {
        let ConsoleLinks::Region(region) = self else {
            return String::new();
        };
        let encoded = utf8_percent_encode(id, STACK_ID_SAFE);
        format!(
            "https://{region}.console.aws.amazon.com/cloudformation/home?region={region}#/stacks/events?stackId={encoded}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{at, begin, created, key, resource, started};
    use formwork_aws::StackStatus;

    fn log(events: &[TimedEvent], detail: LogDetail) -> String {
        let mut log = Log::new(
            ColorMode::Plain,
            ConsoleLinks::Region("us-east-1".to_owned()),
            detail,
        );
        events.iter().filter_map(|event| log.line(event)).collect()
    }

    fn run() -> Vec<TimedEvent> {
        vec![
            at(0, begin(&[("network", 2), ("private-api", 2)])),
            at(2, started("network")),
            at(3, resource("network", "Vpc", "CREATE_IN_PROGRESS")),
            at(9, resource("network", "Vpc", "CREATE_COMPLETE")),
            at(20, created("network", 18)),
            at(21, started("private-api")),
            at(
                30,
                resource("private-api", "Endpoint", "CREATE_IN_PROGRESS"),
            ),
            at(31, resource("private-api", "Endpoint", "CREATE_FAILED")),
            at(
                32,
                Event::Status {
                    stack: key("private-api"),
                    status: StackStatus::RollbackInProgress,
                },
            ),
        ]
    }

    #[test]
    fn the_log_has_one_line_per_event() {
        insta::assert_snapshot!(log(&run(), LogDetail::Normal), @r#"
        00:02  network       start    creating  https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/events?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A111122223333%3Astack%2Fshop-network%2F1
        00:09  network       created  Vpc  AWS::EC2::VPCEndpoint   6s  1/2
        00:20  network       done     created, 2 changes in 18s
        00:21  private-api   start    creating  https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/events?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A111122223333%3Astack%2Fshop-private-api%2F1
        00:31  private-api   failed   Endpoint  AWS::EC2::VPCEndpoint   it is [2J taken
        00:32  private-api   rolling back
        "#);
    }

    #[test]
    fn a_verbose_log_also_contains_started_resources() {
        let begins = log(&run(), LogDetail::Verbose)
            .matches("creating  ")
            .count();
        assert_eq!(begins, 2 + 2, "two resources and two stacks");
    }

    #[test]
    fn a_heartbeat_comes_after_a_minute_of_silence_and_only_then() {
        let mut log = Log::new(ColorMode::Plain, ConsoleLinks::None, LogDetail::Normal);
        for event in [at(0, begin(&[("network", 2)])), at(2, started("network"))] {
            log.line(&event);
        }
        log.line(&at(3, resource("network", "Vpc", "CREATE_IN_PROGRESS")));
        assert_eq!(log.heartbeat(Duration::from_secs(61)), None);
        let line = log.heartbeat(Duration::from_secs(62)).unwrap();
        assert_eq!(
            line,
            "01:02  in progress   network 0/2 after 1m00s, Vpc creating 59s\n"
        );
        assert_eq!(log.heartbeat(Duration::from_secs(63)), None);
        log.line(&at(70, created("network", 68)));
        assert_eq!(
            log.heartbeat(Duration::from_secs(200)),
            None,
            "nothing is in flight"
        );
    }
}
