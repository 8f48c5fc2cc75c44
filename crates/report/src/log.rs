//! Progress where nothing can be drawn: one line a fact, and a heartbeat after a minute's silence.

use std::time::Duration;

use formwork_engine::{
    AssetStep, CancelLevel, Event, Origin, Outcome, Phase, ResourceEvent, SkipReason, TimedEvent,
};

use super::durations;
use super::labels;
use super::run_state::{Stage, Tally};
use super::text::{harmless, pad};
use crate::style::{Ink, Paint};
use crate::text::plural;

/// How long nothing may be said while something is in flight.
const SILENCE: Duration = Duration::from_secs(60);

/// The log of one run.
#[derive(Debug)]
pub struct Log {
    detail: Detail,
    paint: Paint,
    console: Console,
    tally: Tally,
    /// The columns of the stacks' keys.
    width: usize,
    said: Duration,
}

/// Whether AWS's console can show the stacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Console {
    /// It can, at the pages of this region.
    Region(String),
    /// They do not lie in AWS.
    None,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What is done.
    Facts,
    /// Also what begins.
    Everything,
}

impl Log {
    /// A log that has said nothing yet.
    pub fn new(paint: Paint, console: Console, detail: Detail) -> Self {
        Self {
            detail,
            paint,
            console,
            tally: Tally::default(),
            width: 12,
            said: Duration::ZERO,
        }
    }

    /// The line for an event; nothing for what is no fact worth a line.
    pub fn line(&mut self, stamped: &TimedEvent) -> Option<String> {
        self.tally.take(stamped);
        if let Event::RunStarted { stacks } = &stamped.event {
            let widest = stacks
                .iter()
                .map(|begin| begin.stack.as_str().len())
                .max()
                .unwrap_or(0);
            self.width = widest.max(12);
        }
        let (stack, fact) = self.fact(&stamped.event)?;
        self.said = stamped.at;
        Some(self.row(stamped.at, &stack, &fact))
    }

    /// The line that says that the run goes on, if nothing was said for a minute.
    pub fn heartbeat(&mut self, now: Duration) -> Option<String> {
        if now < self.said + SILENCE {
            return None;
        }
        let running: Vec<String> = self
            .tally
            .in_flight()
            .map(|(key, progress)| {
                let since = match progress.stage {
                    Stage::Runs { since, .. } | Stage::Waits { since } => since,
                    _ => now,
                };
                let (done, all) = progress.counts();
                let resource = progress.running.iter().next().map(|(id, running)| {
                    format!(
                        ", {id} {} {}",
                        labels::doing(&running.status),
                        durations::took(now.saturating_sub(running.since))
                    )
                });
                format!(
                    "{key} {done}/{all} after {}{}",
                    durations::took(now.saturating_sub(since)),
                    resource.unwrap_or_default()
                )
            })
            .collect();
        if running.is_empty() {
            return None;
        }
        self.said = now;
        Some(self.row(now, "in flight", &running.join("; ")))
    }

    fn row(&self, at: Duration, stack: &str, fact: &str) -> String {
        let row = format!("{}  {}  {fact}", durations::log(at), pad(stack, self.width));
        format!("{}\n", row.trim_end())
    }

    fn fact(&self, event: &Event) -> Option<(String, String)> {
        let fact = match event {
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
                let what = labels::running(*operation);
                (
                    stack.to_string(),
                    format!("{word}  {what}  {link}").trim_end().to_owned(),
                )
            }
            Event::Waiting { stack, status } => (
                stack.to_string(),
                format!("waits    for someone else's operation ({status})"),
            ),
            Event::Status { stack, status } if is_turn(status.as_str()) => (
                stack.to_string(),
                self.paint.ink(Ink::Change, "rolling back"),
            ),
            Event::Resource { stack, change } => (stack.to_string(), self.resource(stack, change)?),
            Event::Finished { stack, outcome } => (stack.to_string(), self.outcome(outcome)?),
            Event::Asset { asset, step } => (asset.to_string(), asset_fact(step)?),
            Event::Previewing { stack } if self.detail == Detail::Everything => (
                stack.to_string(),
                "asking CloudFormation what would change".to_owned(),
            ),
            Event::Throttled { action } => (
                "throttled".to_owned(),
                format!("{action}: asking less often"),
            ),
            Event::PollFailed { message } => (
                "no answer".to_owned(),
                format!("{}: asking again", harmless(message)),
            ),
            Event::Interrupted { level, in_flight } => (
                "interrupted".to_owned(),
                interrupted(*level, in_flight.len()),
            ),
            _ => return None,
        };
        Some(fact)
    }

    fn resource(
        &self,
        stack: &formwork_blueprint::StackKey,
        change: &ResourceEvent,
    ) -> Option<String> {
        let (done, all) = self
            .tally
            .stacks
            .get(stack)
            .map_or((0, 0), |progress| progress.counts());
        let (id, kind) = (
            harmless(&change.logical_id),
            harmless(&change.resource_type),
        );
        match change.phase {
            Phase::Running if self.detail == Detail::Facts => None,
            Phase::Running => Some(format!("{}  {id}  {kind}", labels::doing(&change.status))),
            Phase::Done(took) => {
                let took = took
                    .map(|took| format!("   {}", durations::took(took)))
                    .unwrap_or_default();
                let word = pad(labels::done(&change.status), 7);
                Some(format!("{word}  {id}  {kind}{took}  {done}/{all}"))
            }
            Phase::Failed => {
                let reason = change.reason.as_deref().map(harmless).unwrap_or_default();
                let word = self.paint.ink(Ink::Bad, "failed ");
                Some(format!("{word}  {id}  {kind}   {reason}"))
            }
        }
    }

    fn outcome(&self, outcome: &Outcome) -> Option<String> {
        let fact = match outcome {
            Outcome::Changed {
                operation,
                resources,
                took,
            } => {
                let word = self.paint.ink(Ink::Good, "done   ");
                let what = labels::past(*operation);
                let count = match resources {
                    0 => String::new(),
                    count => format!(", {}", plural(*count, "change")),
                };
                format!("{word}  {what}{count} in {}", durations::took(*took))
            }
            Outcome::Unchanged => "done     unchanged".to_owned(),
            Outcome::Failed(failure) => {
                let word = self.paint.ink(Ink::Bad, "failed ");
                format!("{word}  after {}", durations::took(failure.took))
            }
            Outcome::Skipped(skip) => format!("skipped  {}", skipped(skip)),
            Outcome::Unknown { reason, .. } => format!("unknown  {}", harmless(reason)),
        };
        Some(fact)
    }
}

/// Whether that state of a stack says that its change is being taken back.
fn is_turn(status: &str) -> bool {
    matches!(
        status,
        "ROLLBACK_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS"
    )
}

fn asset_fact(step: &AssetStep) -> Option<String> {
    match step {
        AssetStep::Building => Some("building with cargo".to_owned()),
        AssetStep::Packed { bytes, hash } => {
            let short: String = hash.chars().take(12).collect();
            Some(format!("packed   {} ({short})", size(*bytes)))
        }
        AssetStep::Uploading { bytes } => Some(format!("uploads  {}", size(*bytes))),
        AssetStep::Ready => None,
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// Why a stack was not begun.
pub fn skipped(skip: &SkipReason) -> String {
    match skip {
        SkipReason::Dependency(stack) => format!("because {stack} failed"),
        SkipReason::Interrupted => "interrupted before it began".to_owned(),
        SkipReason::FailFast(stack) => format!("because {stack} failed, with --fail-fast"),
    }
}

/// What an interruption does.
pub fn interrupted(level: CancelLevel, in_flight: usize) -> String {
    match (level, in_flight) {
        (CancelLevel::Drain, 0) => "no new stack is begun".to_owned(),
        (CancelLevel::Drain, count) => format!(
            "no new stack is begun; {} in flight watched to the end. Again to leave at once: AWS goes on either way",
            plural(count, "stack")
        ),
        (CancelLevel::Detach, 0) => "leaving".to_owned(),
        (CancelLevel::Detach, count) => {
            format!("leaving; AWS goes on with {}", plural(count, "stack"))
        }
    }
}

impl Console {
    /// The address at which the stack's events are shown.
    fn link(&self, id: &str) -> String {
        let Console::Region(region) = self else {
            return String::new();
        };
        let mut encoded = String::new();
        for byte in id.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    encoded.push(char::from(byte))
                }
                _ => encoded.push_str(&format!("%{byte:02X}")),
            }
        }
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

    fn log(events: &[TimedEvent], detail: Detail) -> String {
        let mut log = Log::new(
            Paint::Plain,
            Console::Region("us-east-1".to_owned()),
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
    fn a_log_has_one_line_a_fact() {
        insta::assert_snapshot!(log(&run(), Detail::Facts), @r#"
        00:02  network       start    creating  https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/events?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A111122223333%3Astack%2Fshop-network%2F1
        00:09  network       created  Vpc  AWS::EC2::VPCEndpoint   6s  1/2
        00:20  network       done     created, 2 changes in 18s
        00:21  private-api   start    creating  https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/events?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A111122223333%3Astack%2Fshop-private-api%2F1
        00:31  private-api   failed   Endpoint  AWS::EC2::VPCEndpoint   it is [2J taken
        00:32  private-api   rolling back
        "#);
    }

    #[test]
    fn a_verbose_log_also_tells_what_begins() {
        let begins = log(&run(), Detail::Everything)
            .matches("creating  ")
            .count();
        assert_eq!(begins, 2 + 2, "two resources and two stacks");
    }

    #[test]
    fn a_heartbeat_comes_after_a_minute_of_silence_and_only_then() {
        let mut log = Log::new(Paint::Plain, Console::None, Detail::Facts);
        for event in [at(0, begin(&[("network", 2)])), at(2, started("network"))] {
            log.line(&event);
        }
        log.line(&at(3, resource("network", "Vpc", "CREATE_IN_PROGRESS")));
        assert_eq!(log.heartbeat(Duration::from_secs(61)), None);
        let line = log.heartbeat(Duration::from_secs(62)).unwrap();
        assert_eq!(
            line,
            "01:02  in flight     network 0/2 after 1m00s, Vpc creating 59s\n"
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
