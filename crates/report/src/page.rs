//! A page of text: a title, paragraphs, code and tables, fitted to the width of the terminal.

use crate::style::{ColorMode, Tone};
use crate::text::{display_width, pad, strip_control, wrap};

/// The indentation below a title or a heading.
const INDENT: &str = "  ";

/// The minimum width of the last column; if there is less, it is placed below the others.
const MIN_LAST_COLUMN: usize = 24;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The title.
    pub title: String,
    /// A short text after the title.
    pub subtitle: String,
    /// The contents.
    pub blocks: Vec<Block>,
}

/// A block of a page. An empty line precedes each block, except after a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph, which is wrapped; backticks mark code.
    Prose(String),
    /// Lines of code, which are not wrapped.
    Code(String),
    /// A table with a heading. The last column is wrapped.
    Rows {
        /// The heading; may be empty.
        heading: String,
        /// The rows, all of the same length.
        rows: Vec<Vec<String>>,
    },
}

impl Page {
    /// Creates a page with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds a table, unless it has no rows.
    pub fn rows(&mut self, heading: &str, rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Rows {
                heading: heading.to_owned(),
                rows,
            });
        }
    }

    /// Renders the page.
    pub fn text(&self, color: ColorMode, columns: usize) -> String {
        let mut out = color.apply(Tone::Emphasis, &self.title);
        if !self.subtitle.is_empty() {
            out.push_str("  ");
            out.push_str(&color.apply(Tone::Muted, &self.subtitle));
        }
        out.push('\n');
        let mut is_below_heading = false;
        for block in &self.blocks {
            if !is_below_heading {
                out.push('\n');
            }
            is_below_heading = matches!(block, Block::Heading(_));
            match block {
                Block::Heading(text) => {
                    out.push_str(&format!("{}\n", color.apply(Tone::Emphasis, text)));
                }
                Block::Prose(text) => {
                    out.push_str(&highlight_code(&wrap(text, INDENT, columns), color))
                }
                Block::Code(text) => {
                    for line in strip_control(text).lines() {
                        out.push_str(format!("{INDENT}{INDENT}{line}").trim_end());
                        out.push('\n');
                    }
                }
                Block::Rows { heading, rows } => {
                    if !heading.is_empty() {
                        out.push_str(&format!("{}\n", color.apply(Tone::Emphasis, heading)));
                    }
                    out.push_str(&table(rows, columns));
                }
            }
        }
        out
    }
}

/// Renders a table; the last column is wrapped, or placed below the others if it would be too narrow.
fn table(rows: &[Vec<String>], columns: usize) -> String {
    let rows = &without_empty_columns(rows);
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(display_width(cell));
        }
    }
    let before: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    let mut out = String::new();
    for row in rows {
        let Some((last, others)) = row.split_last() else {
            continue;
        };
        let cells: String = others
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{}  ", pad(cell, *width)))
            .collect();
        let beside = columns.saturating_sub(INDENT.len() + before);
        let hang = match beside >= MIN_LAST_COLUMN || display_width(last) <= beside {
            true => INDENT.len() + before,
            false => INDENT.len() * 3,
        };
        let wrapped = wrap(last, &" ".repeat(hang), columns.max(hang + MIN_LAST_COLUMN));
        let line = match hang == INDENT.len() + before {
            true => format!("{INDENT}{cells}{}", wrapped.get(hang..).unwrap_or_default()),
            false => format!("{INDENT}{}\n{wrapped}", cells.trim_end()),
        };
        for line in line.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// Returns the rows without empty columns.
fn without_empty_columns(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let holds = |column: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| !cell.is_empty())
    };
    let without_empty = |row: &Vec<String>| {
        let cells = row.iter().enumerate().filter(|(column, _)| holds(*column));
        cells.map(|(_, cell)| cell.clone()).collect()
    };
    rows.iter().map(without_empty).collect()
}

/// Emphasizes the text between backticks.
fn highlight_code(text: &str, color: ColorMode) -> String {
    if color == ColorMode::Plain || text.matches('`').count() % 2 == 1 {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            1 => color.apply(Tone::Emphasis, part),
            _ => part.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut page = Page::new("AWS::S3::Bucket");
        page.subtitle = "stateful".to_owned();
        page.blocks.push(Block::Prose(
            "What a bucket is, in some words that take more than one line.".to_owned(),
        ));
        page.rows(
            "Properties",
            vec![
                vec![
                    "BucketName".into(),
                    "string".into(),
                    "a change of it replaces the bucket".into(),
                ],
                vec!["Tags".into(), "list".into(), String::new()],
            ],
        );
        page.rows("Nothing", Vec::new());
        page.blocks.push(Block::Code("[Bucket]\n\ntype = 1".into()));
        page
    }

    #[test]
    fn a_page_is_wrapped_to_the_terminal() {
        insta::assert_snapshot!(page().text(ColorMode::Plain, 50), @r#"
        AWS::S3::Bucket  stateful

          What a bucket is, in some words that take more
          than one line.

        Properties
          BucketName  string  a change of it replaces the
                              bucket
          Tags        list

            [Bucket]

            type = 1
        "#);
    }

    #[test]
    fn in_a_narrow_terminal_the_last_column_moves_below() {
        insta::assert_snapshot!(page().text(ColorMode::Plain, 30), @r#"
        AWS::S3::Bucket  stateful

          What a bucket is, in some
          words that take more than
          one line.

        Properties
          BucketName  string
              a change of it replaces
              the bucket
          Tags        list

            [Bucket]

            type = 1
        "#);
    }

    #[test]
    fn code_is_emphasized_in_color() {
        assert_eq!(
            highlight_code("a `b` c", ColorMode::Ansi),
            "a \u{1b}[1mb\u{1b}[0m c"
        );
        assert_eq!(highlight_code("a `b", ColorMode::Ansi), "a `b");
    }
}
