//! Progress in a terminal: a line a stack, the resources in work under those that run, never more rows than the window
//! has. The rows are computed here; indicatif draws them.

use std::time::Duration;

use blueprint::StackKey;
use engine::cancel::Level;
use engine::event::{AssetStep, Event, Stamped};
use engine::outcome::Outcome;
use engine::plan::Action;

use super::log::interrupted;
use super::table::{cut, harmless, pad, width};
use super::tally::{Course, Progress, Stage, Tally};
use super::time;
use super::words;
use crate::terminal::{Ink, Paint};

/// A row of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What stands before the bar, or the whole row.
    pub text: String,
    /// The bar, and what stands after it.
    pub bar: Option<Bar>,
}

/// How far something is.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What is done.
    pub done: u64,
    /// All there is to do.
    pub all: u64,
    /// What stands after the bar.
    pub after: String,
    /// How many columns the bar takes.
    pub columns: usize,
}

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
    interrupted: Option<Level>,
}

/// The columns that a bar takes at most.
const WIDEST_BAR: usize = 24;
/// A bar with fewer columns than this says nothing.
const NARROWEST_BAR: usize = 6;
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
    pub fn take(&mut self, stamped: &Stamped) {
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
            Event::Begin { .. } => self.before = None,
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
        let clock = time::clock(now);
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
        let (mark, ink) = match &progress.stage {
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
        };
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
                let clock = time::clock(now.saturating_sub(*since));
                let what = match course {
                    Course::Forward => words::running(*operation),
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
                let clock = time::clock(now.saturating_sub(*since));
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
                let clock = time::clock(now.saturating_sub(running.since));
                [
                    harmless(id),
                    harmless(words::short_type(&running.resource_type)),
                    format!("{} {clock}", words::doing(&running.status)),
                ]
            })
            .collect();
        let rows = super::table::rows(&cells);
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

/// Whether nothing is done to the stack, so that it takes no row.
fn rests(progress: &Progress) -> bool {
    matches!(progress.action, Action::Unchanged | Action::Absent)
        && matches!(progress.stage, Stage::Ahead | Stage::Over { .. })
}

fn over(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed { took, .. } => time::clock(*took).to_string(),
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Failed(failure) => format!("failed after {}", time::took(failure.took)),
        Outcome::Skipped(skip) => super::log::skipped(skip),
        Outcome::Unknown { reason, .. } => harmless(reason),
    }
}

/// Which rows are given up first where the window is too low.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Failed: the last to go.
    Failed,
    /// In work.
    Running,
    /// Ahead.
    Ahead,
    /// Well done: the first to go.
    Done,
}

fn part(progress: &Progress) -> Part {
    match &progress.stage {
        Stage::Ahead => Part::Ahead,
        Stage::Runs { .. } | Stage::Waits { .. } => Part::Running,
        Stage::Over { outcome } if outcome.is_success() => Part::Done,
        Stage::Over { .. } => Part::Failed,
    }
}

/// As many rows as there is room for: done stacks become one row, then those ahead, then resources go, then stacks.
fn fit(mut groups: Vec<(Part, Vec<Row>)>, free: usize) -> Vec<Row> {
    let total =
        |groups: &[(Part, Vec<Row>)]| groups.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    for (gathered, mark, word) in [(Part::Done, " ✓", "done"), (Part::Ahead, " ·", "ahead")] {
        if total(&groups) <= free {
            break;
        }
        gather(&mut groups, gathered, |count| {
            format!("{mark} {count} stacks {word}")
        });
    }
    while total(&groups) > free {
        let Some((_, longest)) = groups.iter_mut().max_by_key(|(_, rows)| rows.len()) else {
            break;
        };
        if longest.len() < 2 {
            break;
        }
        longest.pop();
    }
    if total(&groups) > free {
        let order = [Part::Failed, Part::Running, Part::Ahead, Part::Done];
        groups.sort_by_key(|(part, _)| order.iter().position(|known| known == part));
        let kept = free.saturating_sub(1);
        let left_out = groups.len() - kept;
        groups.truncate(kept);
        if free > 0 {
            groups.push((
                Part::Ahead,
                vec![Row::text(format!("   … {left_out} more"))],
            ));
        }
    }
    groups.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// Puts all stacks of one part into one row, where the first of them stood.
fn gather(groups: &mut Vec<(Part, Vec<Row>)>, gathered: Part, text: impl Fn(usize) -> String) {
    let count = groups.iter().filter(|(part, _)| *part == gathered).count();
    let Some(first) = groups.iter().position(|(part, _)| *part == gathered) else {
        return;
    };
    if count < 2 {
        return;
    }
    groups[first].1 = vec![Row::text(text(count))];
    let mut index = 0;
    groups.retain(|(part, _)| {
        index += 1;
        *part != gathered || index - 1 == first
    });
}

impl Row {
    fn text(text: String) -> Self {
        Self { text, bar: None }
    }

    /// The row in that many columns: without its bar where there is no room for one.
    fn fitted(mut self, columns: usize) -> Self {
        if let Some(bar) = &mut self.bar {
            let around = width(&self.text) + width(&bar.after) + 4;
            bar.columns = columns.saturating_sub(around + 1).min(WIDEST_BAR);
            if bar.columns < NARROWEST_BAR {
                self.text = format!("{}  {}", self.text, bar.after);
                self.bar = None;
            }
        }
        self.text = cut(&self.text, columns);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::scenes::{at, begin, created, resource, started};

    /// The rows as they are drawn, a bar as its share.
    fn drawn(events: &[Stamped], now: u64, window: Window) -> String {
        let mut board = Board::new(
            "shop · env prod · account 111122223333 · us-east-1".to_owned(),
            Paint::Plain,
        );
        events.iter().for_each(|event| board.take(event));
        let rows = board.rows(Duration::from_secs(now), window);
        assert!(
            rows.len() < window.rows,
            "{} rows in a window of {}",
            rows.len(),
            window.rows
        );
        let text = rows.iter().map(|row| match &row.bar {
            Some(bar) => format!(
                "{}  [{}/{} of {}]  {}\n",
                row.text, bar.done, bar.all, bar.columns, bar.after
            ),
            None => format!("{}\n", row.text.trim_end()),
        });
        text.collect()
    }

    fn run() -> Vec<Stamped> {
        vec![
            at(
                0,
                begin(&[("network", 2), ("private-api", 3), ("consumer", 1)]),
            ),
            at(1, started("network")),
            at(19, created("network", 18)),
            at(20, started("private-api")),
            at(21, resource("private-api", "Logs", "CREATE_COMPLETE")),
            at(
                21,
                resource("private-api", "Endpoint", "CREATE_IN_PROGRESS"),
            ),
            at(50, resource("private-api", "Greeter", "CREATE_IN_PROGRESS")),
        ]
    }

    #[test]
    fn every_stack_has_a_row_and_the_running_one_its_resources() {
        let window = Window {
            rows: 24,
            columns: 80,
        };
        insta::assert_snapshot!(drawn(&run(), 65, window), @r#"
        shop · env prod · account 111122223333 · us-east-1                        1:05
        ✓ network          2/2  0:18
        ▸ private-api      1/3   0:45  [1/3 of 24]  creating
            Endpoint  VPCEndpoint  creating 0:44
            Greeter   VPCEndpoint  creating 0:15
        · consumer         0/1  waits for private-api
        3/6 resources
        "#);
    }

    #[test]
    fn a_narrow_window_gives_up_the_bar_and_then_words() {
        let window = Window {
            rows: 24,
            columns: 40,
        };
        insta::assert_snapshot!(drawn(&run(), 65, window), @r#"
        shop · env prod · account 111122… 1:05
        ✓ network          2/2  0:18
        ▸ private-api      1/3   0:45  creating
            Endpoint  VPCEndpoint  creating 0:…
            Greeter   VPCEndpoint  creating 0:…
        · consumer         0/1  waits for priv…
        3/6 resources
        "#);
    }

    #[test]
    fn no_window_is_too_low() {
        let names: Vec<String> = (0..40).map(|index| format!("stack-{index}")).collect();
        let stacks: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 5)).collect();
        let mut events = vec![at(0, begin(&stacks))];
        for (index, name) in names.iter().enumerate().take(30) {
            events.push(at(1, started(name)));
            match index % 3 {
                0 => events.push(at(2, created(name, 1))),
                _ => events.push(at(2, resource(name, "Endpoint", "CREATE_IN_PROGRESS"))),
            }
        }
        for rows in 2..60 {
            drawn(&events, 5, Window { rows, columns: 80 });
        }
        insta::assert_snapshot!(drawn(&events, 5, Window { rows: 8, columns: 60 }), @r#"
        shop · env prod · account 111122223333 · us-east-1    0:05
        ▸ stack-1       0/5   0:04  [0/5 of 20]  creating
        ▸ stack-2       0/5   0:04  [0/5 of 20]  creating
        ▸ stack-4       0/5   0:04  [0/5 of 20]  creating
        ▸ stack-5       0/5   0:04  [0/5 of 20]  creating
          … 18 more
        50/200 resources
        "#);
    }

    #[test]
    fn before_the_stacks_begin_it_says_what_is_done() {
        let events = [at(0, Event::Observing)];
        let text = drawn(
            &events,
            3,
            Window {
                rows: 24,
                columns: 80,
            },
        );
        assert_eq!(text.lines().nth(1), Some(" reading what is deployed"));
    }
}
