//! How a run ended, in a few lines.

use formwork_engine::{Operation, Outcome, Purpose, Summary};

use super::durations;
use super::labels;
use super::log::skipped;
use super::text::harmless;
use crate::style::{Ink, Paint};
use crate::text::plural;

/// The last line of a run: what was done to how many stacks, in what time.
pub fn line(summary: &Summary) -> String {
    let done = |wanted: &[Operation]| {
        summary.count(|outcome| matches!(outcome, Outcome::Changed { operation, .. } if wanted.contains(operation)))
    };
    let unchanged = summary.count(|outcome| matches!(outcome, Outcome::Unchanged));
    let failed = summary.count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = summary.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let unknown = summary.count(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let rest = match summary.purpose {
        Purpose::Deploy => "unchanged",
        Purpose::Destroy => "not there",
    };
    let counts = [
        (done(&[Operation::Create]), "created"),
        (done(&[Operation::Update, Operation::Protect]), "updated"),
        (done(&[Operation::Delete]), "deleted"),
        (unchanged, rest),
        (skipped, "not started"),
        (unknown, "not known"),
    ];
    let mut words: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    words.push(format!("{failed} failed"));
    if let Some(first) = words.first_mut() {
        let (count, word) = first.split_once(' ').unwrap_or((first, ""));
        let count: usize = count.parse().unwrap_or_default();
        *first = format!("{} {word}", plural(count, "stack"));
    }
    format!("{} in {}", words.join(", "), durations::took(summary.took))
}

/// What became of each stack that was not simply done, and of those that were left with old values.
pub fn remarks(summary: &Summary, paint: Paint) -> String {
    let mut out = String::new();
    for (key, outcome) in &summary.stacks {
        match outcome {
            Outcome::Unknown { operation, reason } => {
                let mark = paint.ink(Ink::Change, "?");
                let noun = labels::noun(*operation);
                out.push_str(&format!(
                    "{mark} {key}: its {noun} goes on, how it ends is not known: {}\n",
                    harmless(reason)
                ));
            }
            Outcome::Skipped(skip) => {
                out.push_str(&format!("- {key}: not started, {}\n", skipped(skip)))
            }
            _ => {}
        }
    }
    for stale in &summary.stale {
        let mark = paint.ink(Ink::Change, "!");
        out.push_str(&format!(
            "{mark} {} still has the old value of {}.{} ({}): it was not part of this run\n",
            stale.consumer, stale.stack, stale.output, stale.parameter
        ));
    }
    out
}

/// The outputs of the stacks that a deployment changed, by stack.
pub fn outputs(summary: &Summary) -> String {
    let mut rows = Vec::new();
    for (key, deployed) in &summary.deployed {
        let changed = matches!(
            summary.stacks.get(key),
            Some(Outcome::Changed {
                operation: Operation::Create | Operation::Update,
                ..
            })
        );
        if changed {
            let of_stack = deployed.outputs.iter();
            rows.extend(of_stack.map(|(name, value)| [format!("{key}.{name}"), harmless(value)]));
        }
    }
    super::text::rows(&rows)
        .iter()
        .map(|row| format!("{row}\n"))
        .collect()
}
