//! Rows drawn over and over in a terminal, by indicatif.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;
use formwork_report::board::{Row, Window};

/// How often a second a changed drawing may be shown.
const RATE: u8 = 60;

/// The rows that are drawn.
#[derive(Debug)]
pub struct Canvas {
    multi: MultiProgress,
    bars: Vec<ProgressBar>,
    shown: Vec<Row>,
    size: Size,
}

/// Where the window's size comes from.
#[derive(Debug)]
enum Size {
    /// The terminal is asked each time.
    Terminal,
    /// It does not change.
    #[cfg(test)]
    Fixed(Window),
}

impl Canvas {
    /// A canvas on stderr.
    pub fn new() -> Self {
        Self::on(ProgressDrawTarget::stderr_with_hz(RATE), Size::Terminal)
    }

    fn on(target: ProgressDrawTarget, size: Size) -> Self {
        Self {
            multi: MultiProgress::with_draw_target(target),
            bars: Vec::new(),
            shown: Vec::new(),
            size,
        }
    }

    /// The window as it is now.
    pub fn window(&self) -> Window {
        match self.size {
            Size::Terminal => {
                let (rows, columns) = console::Term::stderr().size();
                Window {
                    rows: usize::from(rows),
                    columns: usize::from(columns),
                }
            }
            #[cfg(test)]
            Size::Fixed(window) => window,
        }
    }

    /// Draws the rows in the place of those drawn before.
    pub fn draw(&mut self, rows: &[Row]) {
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
        // Single rows may have been held back, and a removed one is not drawn over by itself.
        if let Some(last) = self.bars.last().filter(|_| !is_drawn) {
            last.force_draw();
        }
    }

    /// Takes the drawing away.
    pub fn clear(&mut self) {
        for bar in self.bars.drain(..) {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
        self.shown.clear();
        let _ = self.multi.clear();
    }

    /// Leaves the drawing on the screen as it is.
    pub fn leave(self) {
        for bar in &self.bars {
            bar.abandon();
        }
        // The last row ends at the window's edge, not in a line end.
        if !self.bars.is_empty() {
            terminal::say("\n");
        }
    }
}

fn style(row: &Row) -> ProgressStyle {
    let template = match &row.bar {
        Some(bar) => format!("{{prefix}}  {{bar:{}}}  {{msg}}", bar.columns),
        None => "{prefix}".to_owned(),
    };
    ProgressStyle::with_template(&template)
        .expect("the template is well formed")
        .progress_chars("━━╌")
}

fn fill(bar: &ProgressBar, row: &Row) {
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
    use formwork_report::board::Bar;
    use indicatif::InMemoryTerm;

    fn text(text: &str) -> Row {
        Row {
            text: text.to_owned(),
            bar: None,
        }
    }

    #[test]
    fn rows_are_drawn_in_place_and_taken_away() {
        let term = InMemoryTerm::new(10, 60);
        let window = Window {
            rows: 10,
            columns: 60,
        };
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(term.clone()), 255);
        let mut canvas = Canvas::on(target, Size::Fixed(window));
        assert_eq!(canvas.window(), window);
        let bar = Bar {
            done: 1,
            all: 4,
            after: "creating".to_owned(),
            columns: 8,
        };
        canvas.draw(&[
            text("shop"),
            Row {
                text: "a".to_owned(),
                bar: Some(bar),
            },
        ]);
        assert_eq!(term.contents(), "shop\na  ━━━╌╌╌╌╌  creating");
        canvas.draw(&[text("shop"), text("a done"), text("b")]);
        assert_eq!(term.contents(), "shop\na done\nb");
        canvas.draw(&[text("shop")]);
        assert_eq!(term.contents(), "shop");
        canvas.clear();
        assert_eq!(term.contents(), "");
    }
}
