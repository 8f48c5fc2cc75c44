//! Live rows in a terminal, drawn by indicatif.

use formwork_report::board::{BoardRow, WindowSize};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// The maximum number of redraws per second.
const REDRAWS_PER_SECOND: u8 = 60;

/// The drawn rows.
#[derive(Debug)]
pub struct LiveRows {
    multi: MultiProgress,
    bars: Vec<ProgressBar>,
    shown: Vec<BoardRow>,
    size: WindowSource,
}

/// The source of the window size.
#[derive(Debug)]
enum WindowSource {
    /// The terminal.
    Terminal,
    /// A fixed size.
    #[cfg(test)]
    Fixed(WindowSize),
}

impl LiveRows {
    /// Creates rows on stderr.
    pub fn new() -> Self {
        Self::on(
            ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_SECOND),
            WindowSource::Terminal,
        )
    }

    fn on(target: ProgressDrawTarget, size: WindowSource) -> Self {
        Self {
            multi: MultiProgress::with_draw_target(target),
            bars: Vec::new(),
            shown: Vec::new(),
            size,
        }
    }

    /// Returns the current window size.
    pub fn window(&self) -> WindowSize {
        match self.size {
            WindowSource::Terminal => {
                let (rows, columns) = console::Term::stderr().size();
                WindowSize {
                    rows: usize::from(rows),
                    columns: usize::from(columns),
                }
            }
            #[cfg(test)]
            WindowSource::Fixed(window) => window,
        }
    }

    /// Replaces the drawn rows.
    pub fn draw(&mut self, rows: &[BoardRow]) {
        let is_drawn = self.shown == rows;
        while self.bars.len() > rows.len() {
            if let Some(bar) = self.bars.pop() {
                self.multi.remove(&bar);
            }
            self.shown.pop();
        }
        for (index, row) in rows.iter().enumerate() {
            if self.shown.get(index) == Some(row) {
                continue;
            }
            if index == self.bars.len() {
                let bar = self.multi.add(ProgressBar::new(1).with_style(style(row)));
                self.bars.push(bar);
                self.shown.push(row.clone());
            } else {
                self.bars[index].set_style(style(row));
                self.shown[index] = row.clone();
            }
            fill(&self.bars[index], row);
        }
        // indicatif may delay single rows, and does not redraw after a removal.
        if let Some(last) = self.bars.last().filter(|_| !is_drawn) {
            last.force_draw();
        }
    }

    /// Removes the rows from the screen.
    pub fn clear(&mut self) {
        for bar in self.bars.drain(..) {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
        self.shown.clear();
        self.multi.clear().ok();
    }

    /// Keeps the rows on the screen.
    pub fn finish(self) {
        for bar in &self.bars {
            bar.abandon();
        }
        // The last row has no line end.
        if !self.bars.is_empty() {
            terminal::print_message("\n");
        }
    }
}

fn style(row: &BoardRow) -> ProgressStyle {
    let template = match &row.bar {
        Some(bar) => format!("{{prefix}}  {{bar:{}}}  {{msg}}", bar.columns),
        None => "{prefix}".to_owned(),
    };
    ProgressStyle::with_template(&template)
        .expect("the template is well formed")
        .progress_chars("━━╌")
}

fn fill(bar: &ProgressBar, row: &BoardRow) {
    bar.set_prefix(row.text.clone());
    if let Some(progress) = &row.bar {
        bar.set_length(progress.all);
        bar.set_position(progress.done);
        bar.set_message(progress.after.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_report::board::RowBar;
    use indicatif::InMemoryTerm;

    fn text(text: &str) -> BoardRow {
        BoardRow {
            text: text.to_owned(),
            bar: None,
        }
    }

    #[test]
    fn rows_are_redrawn_and_removed() {
        let term = InMemoryTerm::new(10, 60);
        let window = WindowSize {
            rows: 10,
            columns: 60,
        };
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(term.clone()), 255);
        let mut live_rows = LiveRows::on(target, WindowSource::Fixed(window));
        assert_eq!(live_rows.window(), window);
        let bar = RowBar {
            done: 1,
            all: 4,
            after: "creating".to_owned(),
            columns: 8,
        };
        live_rows.draw(&[
            text("shop"),
            BoardRow {
                text: "a".to_owned(),
                bar: Some(bar),
            },
        ]);
        assert_eq!(term.contents(), "shop\na  ━━━╌╌╌╌╌  creating");
        live_rows.draw(&[text("shop"), text("a done"), text("b")]);
        assert_eq!(term.contents(), "shop\na done\nb");
        live_rows.draw(&[text("shop")]);
        assert_eq!(term.contents(), "shop");
        live_rows.clear();
        assert_eq!(term.contents(), "");
    }
}
