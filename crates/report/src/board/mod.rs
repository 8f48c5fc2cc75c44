//! Progress in a terminal: a line a stack, the resources in work under those that run, never more rows than the window
//! has. The rows are computed here; indicatif draws them.

mod fit;
mod row;
#[cfg(test)]
mod tests;

use std::time::Duration;

use formwork_blueprint::StackKey;
use formwork_engine::{AssetStep, CancelLevel, Event, Outcome, StackAction, TimedEvent};

use super::durations;
use super::labels;
use super::log::interrupted;
use super::run_state::{Course, Progress, Stage, Tally};
use super::text::{cut, harmless, pad};
use crate::style::{Ink, Paint};
use fit::{Part, fit, part};
pub use row::{Bar, Row};

/// The window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
}

/// What is known of a run, for drawing.
#[derive(Debug)]
pub struct Board {
    header: String,
    paint: Paint,
    tally: Tally,
    /// What happens before the stacks' operations begin.
    before: Option<String>,
    /// The last thing that concerns the whole run.
    remark: Option<(Duration, String)>,
    interrupted: Option<CancelLevel>,
}

/// How long a remark about the whole run is shown.
const REMARK: Duration = Duration::from_secs(10);

impl Board {
    /// A board under that header.
    pub fn new(header: String, paint: Paint) -> Self {
        Self {
            header,
            paint,
            tally: Tally::default(),
            before: None,
            remark: None,
            interrupted: None,
        }
    }

    /// Takes an event in.
    pub fn take(&mut self, stamped: &TimedEvent) {
        self.tally.take(stamped);
        match &stamped.event {
            Event::Observing => self.before = Some("reading what is deployed".to_owned()),
            Event::Observed { .. } => self.before = Some("comparing".to_owned()),
            Event::Previewing { stack } => {
                self.before = Some(format!(
                    "asking CloudFormation what would change in {stack}"
                ));
            }
            Event::Asset { asset, step } => {
                self.before = match step {
                    AssetStep::Building => Some(format!("building asset {asset} with cargo")),
                    AssetStep::Uploading { .. } => Some(format!("uploading asset {asset}")),
                    AssetStep::Packed { .. } | AssetStep::Ready => None,
                }
            }
            Event::RunStarted { .. } => self.before = None,
            Event::Throttled { .. } => {
                self.remark = Some((stamped.at, "AWS throttles: asking less often".to_owned()));
            }
            Event::PollFailed { message } => {
                self.remark = Some((
                    stamped.at,
                    format!("no answer, asking again: {}", harmless(message)),
                ));
            }
            Event::Interrupted { level, in_flight } => {
                self.interrupted = Some(*level);
                self.remark = Some((stamped.at, interrupted(*level, in_flight.len())));
            }
            _ => {}
        }
    }

    /// The rows to be drawn now: at most as many as the window has, each at most as wide.
    pub fn rows(&self, now: Duration, window: Window) -> Vec<Row> {
        let clock = durations::clock(now);
        let room = window.columns.saturating_sub(clock.len() + 3);
        let mut rows = vec![Row::text(format!(
            " {} {clock}",
            pad(&cut(&self.header, room), room)
        ))];
        if let Some(before) = &self.before {
            rows.push(Row::text(format!(" {before}")));
        }
        // One row stays free for the cursor, one for the header, one for the counts.
        let free = window.rows.saturating_sub(2 + rows.len());
        rows.extend(self.stacks(now, free));
        rows.extend(self.footer(now));
        rows.truncate(window.rows.saturating_sub(1).max(1));
        rows.into_iter()
            .map(|row| row.fitted(window.columns))
            .collect()
    }

    fn stacks(&self, now: Duration, free: usize) -> Vec<Row> {
        let widest = self
            .tally
            .stacks
            .keys()
            .map(|key| key.as_str().len())
            .max()
            .unwrap_or(0)
            .min(40);
        let groups: Vec<(Part, Vec<Row>)> = self
            .tally
            .stacks
            .iter()
            .filter(|(_, progress)| !rests(progress))
            .map(|(key, progress)| (part(progress), self.stack(key, progress, widest, now)))
            .collect();
        fit(groups, free)
    }

    /// The rows of one stack: its own, and those of its resources in work.
    fn stack(&self, key: &StackKey, progress: &Progress, width: usize, now: Duration) -> Vec<Row> {
        let (mark, ink) = mark(&progress.stage);
        let (done, all) = progress.counts();
        let name = format!(
            " {} {}",
            self.paint.ink(ink, mark),
            pad(&cut(key.as_str(), width), width)
        );
        let counts = format!("{:>8}", format!("{done}/{all}"));
        match &progress.stage {
            Stage::Runs {
                since,
                course,
                operation,
            } => {
                let clock = durations::clock(now.saturating_sub(*since));
                let what = match course {
                    Course::Forward => labels::running(*operation),
                    Course::Back => "rolling back",
                };
                let bar = Bar {
                    done: done as u64,
                    all: all.max(1) as u64,
                    after: what.to_owned(),
                    columns: 0,
                };
                let own = Row {
                    text: format!("{name} {counts}  {clock:>5}"),
                    bar: Some(bar),
                };
                let running = self.resources(progress, now);
                std::iter::once(own).chain(running).collect()
            }
            Stage::Waits { since } => {
                let clock = durations::clock(now.saturating_sub(*since));
                vec![Row::text(format!(
                    "{name} {counts}  {clock:>5}  waits for someone else's operation"
                ))]
            }
            Stage::Ahead => vec![Row::text(format!(
                "{name} {counts}  {}",
                self.ahead(progress)
            ))],
            Stage::Over { outcome } => {
                vec![Row::text(format!("{name} {counts}  {}", over(outcome)))]
            }
        }
    }

    fn resources(&self, progress: &Progress, now: Duration) -> Vec<Row> {
        let cells: Vec<[String; 3]> = progress
            .running
            .iter()
            .map(|(id, running)| {
                let clock = durations::clock(now.saturating_sub(running.since));
                [
                    harmless(id),
                    harmless(labels::short_type(&running.resource_type)),
                    format!("{} {clock}", labels::doing(&running.status)),
                ]
            })
            .collect();
        let rows = super::text::rows(&cells);
        rows.iter()
            .map(|row| Row::text(self.paint.ink(Ink::Faint, format!("     {row}"))))
            .collect()
    }

    /// What a stack that was not begun waits for.
    fn ahead(&self, progress: &Progress) -> String {
        let waits: Vec<&str> = progress
            .waits_for
            .iter()
            .filter(|key| {
                let upstream = self.tally.stacks.get(*key);
                upstream.is_some_and(|upstream| !matches!(upstream.stage, Stage::Over { .. }))
            })
            .map(StackKey::as_str)
            .collect();
        match waits.is_empty() {
            true => "ready".to_owned(),
            false => format!("waits for {}", waits.join(", ")),
        }
    }

    fn footer(&self, now: Duration) -> Option<Row> {
        if self.tally.stacks.is_empty() {
            return None;
        }
        let (done, all) = self
            .tally
            .stacks
            .values()
            .filter(|progress| !rests(progress))
            .map(Progress::counts)
            .fold((0, 0), |(done, all), counts| {
                (done + counts.0, all + counts.1)
            });
        let remark = match &self.remark {
            Some((at, remark)) if now < *at + REMARK || self.interrupted.is_some() => {
                format!(" · {remark}")
            }
            _ => String::new(),
        };
        Some(Row::text(format!(" {done}/{all} resources{remark}")))
    }
}

/// The sign before a stack, and its colour.
fn mark(stage: &Stage) -> (&'static str, Ink) {
    match stage {
        Stage::Ahead => ("·", Ink::Faint),
        Stage::Runs {
            course: Course::Forward,
            ..
        } => ("▸", Ink::Change),
        Stage::Runs {
            course: Course::Back,
            ..
        } => ("◂", Ink::Bad),
        Stage::Waits { .. } => ("…", Ink::Change),
        Stage::Over { outcome } => match **outcome {
            Outcome::Changed { .. } | Outcome::Unchanged => ("✓", Ink::Good),
            Outcome::Skipped(_) => ("-", Ink::Faint),
            Outcome::Failed(_) => ("✗", Ink::Bad),
            Outcome::Unknown { .. } => ("?", Ink::Bad),
        },
    }
}

/// Whether nothing is done to the stack, so that it takes no row.
fn rests(progress: &Progress) -> bool {
    matches!(
        progress.action,
        StackAction::Unchanged | StackAction::Absent
    ) && matches!(progress.stage, Stage::Ahead | Stage::Over { .. })
}

fn over(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed { took, .. } => durations::clock(*took).to_string(),
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Failed(failure) => format!("failed after {}", durations::took(failure.took)),
        Outcome::Skipped(skip) => super::log::skipped(skip),
        Outcome::Unknown { reason, .. } => harmless(reason),
    }
}
