//! A page to read: a title, prose, code, and rows in columns, fitted to the width of the terminal.

use super::text::{harmless, pad, width, wrap};
use crate::style::{Ink, Paint};

/// What every line below a title or heading begins with.
const INDENT: &str = "  ";

/// The least columns that the last cell of a row is given before it goes below the others.
const LEAST: usize = 24;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// A few words beside the title.
    pub beside: String,
    /// What stands on it.
    pub blocks: Vec<Block>,
}

/// A part of a page; a blank line stands before each, but below a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What the next part is.
    Heading(String),
    /// Words, wrapped; `code` between backticks.
    Prose(String),
    /// Lines that stay as they are.
    Code(String),
    /// Rows under a heading. The last cell of a row is wrapped.
    Rows {
        /// The heading; nothing for none.
        heading: String,
        /// The rows; of equal length.
        rows: Vec<Vec<String>>,
    },
}

impl Page {
    /// A page with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds rows under a heading, if there are any.
    pub fn rows(&mut self, heading: &str, rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Rows {
                heading: heading.to_owned(),
                rows,
            });
        }
    }

    /// The page as text.
    pub fn text(&self, paint: Paint, columns: usize) -> String {
        let mut out = paint.ink(Ink::Strong, &self.title);
        if !self.beside.is_empty() {
            out.push_str("  ");
            out.push_str(&paint.ink(Ink::Faint, &self.beside));
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
                    out.push_str(&format!("{}\n", paint.ink(Ink::Strong, text)));
                }
                Block::Prose(text) => out.push_str(&marked(&wrap(text, INDENT, columns), paint)),
                Block::Code(text) => {
                    for line in harmless(text).lines() {
                        out.push_str(format!("{INDENT}{INDENT}{line}").trim_end());
                        out.push('\n');
                    }
                }
                Block::Rows { heading, rows } => {
                    if !heading.is_empty() {
                        out.push_str(&format!("{}\n", paint.ink(Ink::Strong, heading)));
                    }
                    out.push_str(&table(rows, columns));
                }
            }
        }
        out
    }
}

/// Rows in columns; the last cell is wrapped beside the others, or below them where there is no room.
fn table(rows: &[Vec<String>], columns: usize) -> String {
    let rows = &without_empty_columns(rows);
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
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
        let hang = match beside >= LEAST || width(last) <= beside {
            true => INDENT.len() + before,
            false => INDENT.len() * 3,
        };
        let wrapped = wrap(last, &" ".repeat(hang), columns.max(hang + LEAST));
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

/// The rows without the columns that hold nothing in any of them.
fn without_empty_columns(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let holds = |column: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| !cell.is_empty())
    };
    let kept = |row: &Vec<String>| {
        let cells = row.iter().enumerate().filter(|(column, _)| holds(*column));
        cells.map(|(_, cell)| cell.clone()).collect()
    };
    rows.iter().map(kept).collect()
}

/// Text with what stands between backticks made to stand out.
fn marked(text: &str, paint: Paint) -> String {
    if paint == Paint::Plain || text.matches('`').count() % 2 == 1 {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            1 => paint.ink(Ink::Strong, part),
            _ => part.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut page = Page::new("AWS::S3::Bucket");
        page.beside = "stateful".to_owned();
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
    fn a_page_fits_the_terminal() {
        insta::assert_snapshot!(page().text(Paint::Plain, 50), @r#"
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
    fn without_room_the_last_column_goes_below() {
        insta::assert_snapshot!(page().text(Paint::Plain, 30), @r#"
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
    fn code_stands_out_in_colour() {
        assert_eq!(marked("a `b` c", Paint::Colour), "a \u{1b}[1mb\u{1b}[0m c");
        assert_eq!(marked("a `b", Paint::Colour), "a `b");
    }
}
