//! What is given up where the window is too low for every row.

use super::row::Row;
use crate::run_state::{Progress, Stage};

/// Which rows are given up first where the window is too low.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Failed: the last to go.
    Failed,
    /// In work.
    Running,
    /// Ahead.
    Ahead,
    /// Well done: the first to go.
    Done,
}

/// Which part a stack belongs to.
pub fn part(progress: &Progress) -> Part {
    match &progress.stage {
        Stage::Ahead => Part::Ahead,
        Stage::Runs { .. } | Stage::Waits { .. } => Part::Running,
        Stage::Over { outcome } if outcome.is_success() => Part::Done,
        Stage::Over { .. } => Part::Failed,
    }
}

/// As many rows as there is room for: done stacks become one row, then those ahead, then resources go, then stacks.
pub fn fit(mut groups: Vec<(Part, Vec<Row>)>, free: usize) -> Vec<Row> {
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
