//! The canonical format of a blueprint's files, as `formwork fmt` writes it.
//!
//! [`source`] parses a TOML text into statements with their comments. [`print`] writes them with
//! other white space: one blank around `=`, one blank line before a header, and lists that are too
//! long for a line with one item per line and a comma after each. Keys, their order, strings,
//! numbers and comments never change. [`format`] verifies this: it reads the new text and compares
//! its values, their order and its comments with those of the old text.

mod print;
mod source;

use crate::codes;
use crate::syntax::document;
use formwork_template::diagnostics::{FileId, Problem, Span};
use formwork_template::{Map, Node, Value};

/// Formats the text of a blueprint's file.
///
/// # Errors
///
/// Every syntax error of a text that is not TOML, with its span. Also an error if formatting would
/// change the text's meaning; that is a bug in this module.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Problem>> {
    let before = read(file, text)?;
    let source = source::parse(text);
    let formatted = print::print(&source.statements);
    let would_change = |what: &str| {
        let span = Span::new(file, 0..text.find('\n').unwrap_or(text.len()));
        let message = format!("formatting would change {what}");
        let problem = Problem::error(codes::FORMAT, message).at(span, "in this file");
        Err(vec![problem.help("the file was not changed")])
    };
    let Ok(after) = read(file, &formatted) else {
        return would_change("the file's syntax");
    };
    if !is_same(&before, &after) {
        return would_change("a value or the order of keys");
    }
    if sorted(source.comments) != sorted(source::parse(&formatted).comments) {
        return would_change("a comment");
    }
    Ok(formatted)
}

/// Reads a TOML text, or returns all of its errors.
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

/// Returns true if two trees have the same values under the same keys in the same order.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => is_same_table(one, other),
        (Value::List(one), Value::List(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| is_same(one, other))
        }
        (one, other) => one == other,
    }
}

fn is_same_table(one: &Map, other: &Map) -> bool {
    let mut pairs = one.iter().zip(other.iter());
    one.len() == other.len()
        && pairs.all(|((key, one), (other_key, other))| {
            key == other_key && is_same(&one.node, &other.node)
        })
}
