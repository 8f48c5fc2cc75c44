//! The summary of a finished run.

use formwork_engine::{Operation, Outcome, Purpose, Summary};

use crate::labels;
use crate::style::{ColorMode, Tone};
use crate::text::{plural, strip_control};
use crate::time_format;

/// Returns the last line of a run: the number of stacks by outcome, and the duration.
pub fn closing_line(summary: &Summary) -> String {
    let done = |operations: &[Operation]| {
        summary.count(|outcome| matches!(outcome, Outcome::Changed { operation, .. } if operations.contains(operation)))
    };
    let unchanged = summary.count(|outcome| matches!(outcome, Outcome::Unchanged));
    let failed = summary.count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = summary.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let unknown = summary.count(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let rest = match summary.purpose {
        Purpose::Deploy => "unchanged",
        Purpose::Destroy => "not deployed",
    };
    let counts = [
        (done(&[Operation::Create]), "created"),
        (done(&[Operation::Update, Operation::Protect]), "updated"),
        (done(&[Operation::Delete]), "deleted"),
        (unchanged, rest),
        (skipped, "not started"),
        (unknown, "unknown"),
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
    format!(
        "{} in {}",
        words.join(", "),
        time_format::duration_text(summary.took)
    )
}

/// Returns notices about stacks that were skipped, whose outcome is unknown, or that still use old values.
pub fn notices(summary: &Summary, color: ColorMode) -> String {
    let mut out = String::new();
    for (key, outcome) in &summary.stacks {
        match outcome {
            Outcome::Unknown { operation, reason } => {
                let mark = color.apply(Tone::Warning, "?");
                let noun = labels::operation_noun(*operation);
                out.push_str(&format!(
                    "{mark} {key}: its {noun} continues with an unknown result: {}\n",
                    strip_control(reason)
                ));
            }
            Outcome::Skipped(skip) => out.push_str(&format!(
                "- {key}: not started, {}\n",
                labels::skip_reason(skip)
            )),
            _ => {}
        }
    }
    for stale in &summary.stale {
        let mark = color.apply(Tone::Warning, "!");
        out.push_str(&format!(
            "{mark} {} still has the old value of {}.{} ({}): it was not part of this run\n",
            stale.consumer, stale.stack, stale.output, stale.parameter
        ));
    }
    out
}

/// Returns the outputs of the stacks that a deployment changed.
pub fn changed_outputs(summary: &Summary) -> String {
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
            rows.extend(
                of_stack.map(|(name, value)| [format!("{key}.{name}"), strip_control(value)]),
            );
        }
    }
    super::text::align_columns(&rows)
        .iter()
        .map(|row| format!("{row}\n"))
        .collect()
}
