//! The rows of the board, and the layout that fits them into the window.

use crate::run_state::{StackPhase, StackState};
use crate::text::{display_width, truncate};

/// A row of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardRow {
    /// The text before the bar, or the whole row.
    pub text: String,
    /// The progress bar and the text after it.
    pub bar: Option<RowBar>,
}

/// A progress bar.
#[derive(Debug, Clone, PartialEq)]
pub struct RowBar {
    /// The number of finished resources.
    pub done: u64,
    /// The number of all resources.
    pub all: u64,
    /// The text after the bar.
    pub after: String,
    /// The width of the bar.
    pub columns: usize,
}

/// The maximum width of a bar.
const WIDEST_BAR: usize = 24;
/// The minimum width of a bar; a narrower one is left out.
const NARROWEST_BAR: usize = 6;

impl BoardRow {
    /// Creates a row without a bar.
    pub fn text(text: String) -> Self {
        Self { text, bar: None }
    }

    /// Fits the row into `columns`, without its bar if the bar would become too narrow.
    pub fn fit(mut self, columns: usize) -> Self {
        if let Some(bar) = &mut self.bar {
            let around = display_width(&self.text) + display_width(&bar.after) + 4;
            bar.columns = columns.saturating_sub(around + 1).min(WIDEST_BAR);
            if bar.columns < NARROWEST_BAR {
                self.text = format!("{}  {}", self.text, bar.after);
                self.bar = None;
            }
        }
        self.text = truncate(&self.text, columns);
        self
    }
}

/// The groups of stacks, by the order in which their rows are dropped when the window is too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowGroup {
    /// Failed stacks: dropped last.
    Failed,
    /// Stacks with a running operation.
    Running,
    /// Stacks that have not started.
    Pending,
    /// Finished stacks: dropped first.
    Done,
}

/// Returns the group of a stack.
pub fn row_group(state: &StackState) -> RowGroup {
    match &state.phase {
        StackPhase::Pending => RowGroup::Pending,
        StackPhase::Running { .. } | StackPhase::Waiting { .. } => RowGroup::Running,
        StackPhase::Finished { outcome } if outcome.is_success() => RowGroup::Done,
        StackPhase::Finished { .. } => RowGroup::Failed,
    }
}

/// Reduces the rows to `free`: collapses finished stacks into one row, then pending stacks, then drops resources, then
/// stacks.
pub fn fit_rows(mut groups: Vec<(RowGroup, Vec<BoardRow>)>, free: usize) -> Vec<BoardRow> {
    let total = |groups: &[(RowGroup, Vec<BoardRow>)]| {
        groups.iter().map(|(_, rows)| rows.len()).sum::<usize>()
    };
    for (group, mark, word) in [
        (RowGroup::Done, " ✓", "done"),
        (RowGroup::Pending, " ·", "pending"),
    ] {
        if total(&groups) <= free {
            break;
        }
        collapse(&mut groups, group, |count| {
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
        let order = [
            RowGroup::Failed,
            RowGroup::Running,
            RowGroup::Pending,
            RowGroup::Done,
        ];
        groups.sort_by_key(|(part, _)| order.iter().position(|known| known == part));
        let visible = free.saturating_sub(1);
        let left_out = groups.len() - visible;
        groups.truncate(visible);
        if free > 0 {
            groups.push((
                RowGroup::Pending,
                vec![BoardRow::text(format!("   … {left_out} more"))],
            ));
        }
    }
    groups.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// Collapses all stacks of a group into one row at the position of the first of them.
fn collapse(
    groups: &mut Vec<(RowGroup, Vec<BoardRow>)>,
    group: RowGroup,
    text: impl Fn(usize) -> String,
) {
    let count = groups.iter().filter(|(part, _)| *part == group).count();
    let Some(first) = groups.iter().position(|(part, _)| *part == group) else {
        return;
    };
    if count < 2 {
        return;
    }
    groups[first].1 = vec![BoardRow::text(text(count))];
    let mut index = 0;
    groups.retain(|(part, _)| {
        index += 1;
        *part != group || index - 1 == first
    });
}
