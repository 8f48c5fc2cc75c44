//! A row of the board, and how it is fitted into the columns there are.

use crate::text::{cut, width};

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

/// The columns that a bar takes at most.
const WIDEST_BAR: usize = 24;
/// A bar with fewer columns than this says nothing.
const NARROWEST_BAR: usize = 6;

impl Row {
    /// A row without a bar.
    pub fn text(text: String) -> Self {
        Self { text, bar: None }
    }

    /// The row in that many columns: without its bar where there is no room for one.
    pub fn fitted(mut self, columns: usize) -> Self {
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
