//! The one form of a blueprint's files: what `formwork fmt` makes of a TOML text.
//!
//! A text is taken apart as it stands ([`scan`]) and put together again with other blanks
//! ([`print`]): one blank around `=`, one blank line before a header, lists that are too long for a
//! line one item a line with a comma behind each. Keys, their order, strings, numbers and comments
//! are never touched, and that is proven before the new text is given back: it is read once more,
//! and its values, their order and its comments must be those of the old one.

mod print;
mod scan;

use crate::codes;
use crate::syntax::document;
use formwork_template::diagnostics::{FileId, Problem, Span};
use formwork_template::{Map, Node, Value};

/// Formats the text of a blueprint's file.
///
/// # Errors
///
/// A text that is not TOML, with every error and its place; and (a fault of this module) one that
/// would mean something else afterwards.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Problem>> {
    let before = read(file, text)?;
    let scanned = scan::scan(text);
    let formatted = print::print(&scanned.pieces);
    let refused = |what: &str| {
        let span = Span::new(file, 0..text.find('\n').unwrap_or(text.len()));
        let message = format!("formatting would change {what}");
        let problem = Problem::error(codes::FORMAT, message).at(span, "in this file");
        Err(vec![problem.help("the file is left as it is")])
    };
    let Ok(after) = read(file, &formatted) else {
        return refused("the file's syntax");
    };
    if !same(&before, &after) {
        return refused("a value or the order of keys");
    }
    if sorted(scanned.comments) != sorted(scan::scan(&formatted).comments) {
        return refused("a comment");
    }
    Ok(formatted)
}

fn read(file: FileId, text: &str) -> Result<Node, Vec<Problem>> {
    let document = document::read(file, text);
    let mut problems = document.problems;
    problems.retain(Problem::is_error);
    match problems.is_empty() {
        true => Ok(document.root),
        false => Err(problems),
    }
}

fn sorted(mut comments: Vec<&str>) -> Vec<&str> {
    comments.sort_unstable();
    comments
}

/// Whether two trees hold the same values under the same keys in the same order.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => same_tables(one, other),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (one, other) => one == other,
    }
}

fn same_tables(one: &Map, other: &Map) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other.iter())
            .all(|((key, one), (also, other))| key == also && same(&one.node, &other.node))
}
