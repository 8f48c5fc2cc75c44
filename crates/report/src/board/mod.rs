//! Live progress in a terminal: one row for each stack, and below each running stack its resources in progress.
//!
//! This module only computes the rows, never more than the window has. The command line draws them.

mod layout;
#[cfg(test)]
mod tests;

use std::time::Duration;

use formwork_blueprint::StackKey;
use formwork_engine::{AssetStep, CancelLevel, Event, Outcome, StackAction, TimedEvent};

use crate::labels;
use crate::run_state::{Direction, RunState, StackPhase, StackState};
use crate::style::{ColorMode, Tone};
use crate::text::{pad, strip_control, truncate};
use crate::time_format;
pub use layout::{BoardRow, RowBar};
use layout::{RowGroup, fit_rows, row_group};

/// The size of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSize {
    /// The number of rows.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
}

/// The state that the board shows.
#[derive(Debug)]
pub struct Board {
    header: String,
    color: ColorMode,
    run_state: RunState,
    /// The current activity before the first operation starts.
    activity: Option<String>,
    /// The latest notice about the whole run, with its time.
    notice: Option<(Duration, String)>,
    interrupted: Option<CancelLevel>,
}

/// The time for which a notice is shown.
const NOTICE_TIME: Duration = Duration::from_secs(10);

impl Board {
    /// Creates a board with that header.
    pub fn new(header: String, color: ColorMode) -> Self {
        Self {
            header,
            color,
            run_state: RunState::default(),
            activity: None,
            notice: None,
            interrupted: None,
        }
    }

    /// Applies an event.
    pub fn apply(&mut self, stamped: &TimedEvent) {
        self.run_state.apply(stamped);
        match &stamped.event {
            Event::Observing => self.activity = Some("reading the deployed stacks".to_owned()),
            Event::Observed { .. } => self.activity = Some("comparing".to_owned()),
            Event::Previewing { stack } => {
                self.activity = Some(format!("previewing the changes of {stack}"));
            }
            Event::Asset { asset, step } => {
                self.activity = match step {
                    AssetStep::Building => Some(format!("building asset {asset} with cargo")),
                    AssetStep::Uploading { .. } => Some(format!("uploading asset {asset}")),
                    AssetStep::Packed { .. } | AssetStep::Ready => None,
                }
            }
            Event::RunStarted { .. } => self.activity = None,
            Event::Throttled { .. } => {
                self.notice = Some((
                    stamped.at,
                    "AWS throttles requests: slowing down".to_owned(),
                ));
            }
            Event::PollFailed { message } => {
                self.notice = Some((
                    stamped.at,
                    format!("no answer, retrying: {}", strip_control(message)),
                ));
            }
            Event::Interrupted { level, in_flight } => {
                self.interrupted = Some(*level);
                self.notice = Some((stamped.at, labels::interruption(*level, in_flight.len())));
            }
            _ => {}
        }
    }

    /// Returns the rows to draw at `now`, fitted into the window.
    pub fn rows(&self, now: Duration, window: WindowSize) -> Vec<BoardRow> {
        let clock = time_format::clock(now);
        let room = window.columns.saturating_sub(clock.len() + 3);
        let mut rows = vec![BoardRow::text(format!(
            " {} {clock}",
            pad(&truncate(&self.header, room), room)
        ))];
        if let Some(activity) = &self.activity {
            rows.push(BoardRow::text(format!(" {activity}")));
        }
        // The header and the footer take a row each, and the cursor needs an empty one.
        let free = window.rows.saturating_sub(2 + rows.len());
        rows.extend(self.stacks(now, free));
        rows.extend(self.footer(now));
        rows.truncate(window.rows.saturating_sub(1).max(1));
        rows.into_iter()
            .map(|row| row.fit(window.columns))
            .collect()
    }

    fn stacks(&self, now: Duration, free: usize) -> Vec<BoardRow> {
        let widest = self
            .run_state
            .stacks
            .keys()
            .map(|key| key.as_str().len())
            .max()
            .unwrap_or(0)
            .min(40);
        let groups: Vec<(RowGroup, Vec<BoardRow>)> = self
            .run_state
            .stacks
            .iter()
            .filter(|(_, state)| !is_idle(state))
            .map(|(key, state)| (row_group(state), self.stack(key, state, widest, now)))
            .collect();
        fit_rows(groups, free)
    }

    /// Returns the row of a stack and the rows of its resources in progress.
    fn stack(
        &self,
        key: &StackKey,
        state: &StackState,
        width: usize,
        now: Duration,
    ) -> Vec<BoardRow> {
        let (mark, tone) = phase_mark(&state.phase);
        let (done, all) = state.counts();
        let name = format!(
            " {} {}",
            self.color.apply(tone, mark),
            pad(&truncate(key.as_str(), width), width)
        );
        let counts = format!("{:>8}", format!("{done}/{all}"));
        match &state.phase {
            StackPhase::Running {
                since,
                direction,
                operation,
            } => {
                let clock = time_format::clock(now.saturating_sub(*since));
                let what = match direction {
                    Direction::Forward => labels::operation_in_progress(*operation),
                    Direction::Rollback => "rolling back",
                };
                let bar = RowBar {
                    done: done as u64,
                    all: all.max(1) as u64,
                    after: what.to_owned(),
                    columns: 0,
                };
                let stack_row = BoardRow {
                    text: format!("{name} {counts}  {clock:>5}"),
                    bar: Some(bar),
                };
                let running = self.resources(state, now);
                std::iter::once(stack_row).chain(running).collect()
            }
            StackPhase::Waiting { since } => {
                let clock = time_format::clock(now.saturating_sub(*since));
                vec![BoardRow::text(format!(
                    "{name} {counts}  {clock:>5}  waits for another operation"
                ))]
            }
            StackPhase::Pending => vec![BoardRow::text(format!(
                "{name} {counts}  {}",
                self.pending_text(state)
            ))],
            StackPhase::Finished { outcome } => {
                vec![BoardRow::text(format!(
                    "{name} {counts}  {}",
                    outcome_text(outcome)
                ))]
            }
        }
    }

    fn resources(&self, state: &StackState, now: Duration) -> Vec<BoardRow> {
        let cells: Vec<[String; 3]> = state
            .running
            .iter()
            .map(|(id, running)| {
                let clock = time_format::clock(now.saturating_sub(running.since));
                [
                    strip_control(id),
                    strip_control(labels::short_type(&running.resource_type)),
                    format!("{} {clock}", labels::status_in_progress(&running.status)),
                ]
            })
            .collect();
        let rows = super::text::align_columns(&cells);
        rows.iter()
            .map(|row| BoardRow::text(self.color.apply(Tone::Muted, format!("     {row}"))))
            .collect()
    }

    /// Returns the dependencies that a pending stack waits for.
    fn pending_text(&self, state: &StackState) -> String {
        let waits: Vec<&str> = state
            .waits_for
            .iter()
            .filter(|key| {
                let upstream = self.run_state.stacks.get(*key);
                upstream
                    .is_some_and(|upstream| !matches!(upstream.phase, StackPhase::Finished { .. }))
            })
            .map(StackKey::as_str)
            .collect();
        match waits.is_empty() {
            true => "ready".to_owned(),
            false => format!("waits for {}", waits.join(", ")),
        }
    }

    fn footer(&self, now: Duration) -> Option<BoardRow> {
        if self.run_state.stacks.is_empty() {
            return None;
        }
        let (done, all) = self
            .run_state
            .stacks
            .values()
            .filter(|state| !is_idle(state))
            .map(StackState::counts)
            .fold((0, 0), |(done, all), counts| {
                (done + counts.0, all + counts.1)
            });
        let notice = match &self.notice {
            Some((at, notice)) if now < *at + NOTICE_TIME || self.interrupted.is_some() => {
                format!(" · {notice}")
            }
            _ => String::new(),
        };
        Some(BoardRow::text(format!(" {done}/{all} resources{notice}")))
    }
}

/// Returns the mark of a phase and its tone.
fn phase_mark(phase: &StackPhase) -> (&'static str, Tone) {
    match phase {
        StackPhase::Pending => ("·", Tone::Muted),
        StackPhase::Running {
            direction: Direction::Forward,
            ..
        } => ("▸", Tone::Warning),
        StackPhase::Running {
            direction: Direction::Rollback,
            ..
        } => ("◂", Tone::Failure),
        StackPhase::Waiting { .. } => ("…", Tone::Warning),
        StackPhase::Finished { outcome } => match **outcome {
            Outcome::Changed { .. } | Outcome::Unchanged => ("✓", Tone::Success),
            Outcome::Skipped(_) => ("-", Tone::Muted),
            Outcome::Failed(_) => ("✗", Tone::Failure),
            Outcome::Unknown { .. } => ("?", Tone::Failure),
        },
    }
}

/// Returns true if the run does not touch the stack, so that it needs no row.
fn is_idle(state: &StackState) -> bool {
    matches!(state.action, StackAction::Unchanged | StackAction::Absent)
        && matches!(
            state.phase,
            StackPhase::Pending | StackPhase::Finished { .. }
        )
}

fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed { took, .. } => time_format::clock(*took).to_string(),
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Failed(failure) => {
            format!("failed after {}", time_format::duration_text(failure.took))
        }
        Outcome::Skipped(skip) => labels::skip_reason(skip),
        Outcome::Unknown { reason, .. } => strip_control(reason),
    }
}
