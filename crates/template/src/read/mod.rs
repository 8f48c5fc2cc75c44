//! Reads CloudFormation templates: JSON, and YAML with CloudFormation's short forms.
//!
//! The result is the tree as AWS sees it, with a span for every key and value, and every problem of
//! the text. [`crate::Template::new`] checks the structure of the tree.

mod json;
mod offsets;
mod scalar;
mod tag;
#[cfg(test)]
mod tests;
mod yaml;

use crate::codes;
use crate::diagnostics::{FileId, Problem, Span};
use crate::limits::{NESTING, TEXT_BYTES, VALUES};
use crate::{Map, Node, Number, Value};

/// The result of reading a text.
#[derive(Debug, Clone, Default)]
pub struct ReadResult {
    /// The tree, or `None` when the syntax is invalid.
    ///
    /// If there are errors, the tree serves only to find further errors.
    pub node: Option<Node>,
    /// All problems of the text.
    pub problems: Vec<Problem>,
}

impl ReadResult {
    /// Returns whether the tree has every key of the text. Then a missing name is a problem of its
    /// own, and not a consequence of another.
    pub fn is_complete(&self) -> bool {
        let loses_names = [codes::TEMPLATE_SYNTAX, codes::TEMPLATE_ALIAS];
        let mut codes = self.problems.iter().map(|problem| problem.code);
        self.node.is_some() && !codes.any(|code| loses_names.contains(&code))
    }
}

/// Reads a template in JSON or YAML.
///
/// A text that starts with `{` is JSON, unless its first key is not quoted: then it is a flow
/// mapping of YAML.
pub fn read(file: FileId, text: &str) -> ReadResult {
    let mut context = Context::new(file);
    if text.len() > TEXT_BYTES {
        let message = format!(
            "template of {} bytes exceeds the limit of 2 MiB",
            text.len()
        );
        let problem = Problem::error(codes::TEMPLATE_SIZE, message);
        context.problems.push(problem.at(context.span(0, 0), ""));
        return context.done(None);
    }
    let node = match is_json(text) {
        true => json::read(&mut context, text),
        false => yaml::read(&mut context, text),
    };
    context.done(node)
}

/// Reads a text that must be JSON, such as a policy inside a template.
pub fn read_json(file: FileId, text: &str) -> ReadResult {
    let mut context = Context::new(file);
    let node = json::read(&mut context, text);
    context.done(node)
}

fn is_json(text: &str) -> bool {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    let inside = body.strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(['"', '}']))
}

/// Reading has stopped. A problem states the reason.
struct Aborted;

/// The state of reading a file.
struct Context {
    file: FileId,
    problems: Vec<Problem>,
    /// The number of keys and values so far.
    values: usize,
}

impl Context {
    fn new(file: FileId) -> Self {
        Self {
            file,
            problems: Vec::new(),
            values: 0,
        }
    }

    /// Counts a key or value that starts at `start`. Returns whether there are too many, and
    /// reports it.
    fn exceeds(&mut self, start: usize) -> bool {
        self.values += 1;
        let exceeds = self.values > VALUES;
        if exceeds {
            let message = format!("template exceeds the limit of {VALUES} keys and values");
            let problem = Problem::error(codes::TEMPLATE_SIZE, message);
            let span = self.span(start, start);
            self.problems.push(problem.at(span, "limit exceeded here"));
        }
        exceeds
    }

    fn done(self, node: Option<Node>) -> ReadResult {
        ReadResult {
            node,
            problems: self.problems,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start..end)
    }

    fn syntax(&mut self, message: impl Into<String>, span: Span, label: &str) {
        self.problems
            .push(Problem::error(codes::TEMPLATE_SYNTAX, message).at(span, label));
    }

    fn too_deep(&mut self, span: Span) {
        let message = format!("tables and lists are nested more than {NESTING} levels deep");
        self.problems
            .push(Problem::error(codes::TEMPLATE_NESTING, message).at(span, "too deep"));
    }

    /// Adds an entry. A duplicate key is reported, and the first value stays.
    fn insert(&mut self, map: &mut Map, key: String, span: Span, node: Node) {
        let Some(first) = map.entry(&key).map(|entry| entry.key) else {
            map.insert(key, span, node);
            return;
        };
        let message = format!("duplicate key `{key}`");
        self.problems.push(
            Problem::error(codes::TEMPLATE_DUPLICATE_KEY, message)
                .at(span, "again here")
                .at(first, "first here"),
        );
    }

    /// Returns the number `json`, or its text when it cannot be represented exactly.
    ///
    /// An integer with more than 64 bits stays text, because CloudFormation accepts text where it
    /// wants a number.
    fn number(&mut self, written: &str, json: &str, span: Span) -> Value {
        let number = if json.contains(['.', 'e', 'E']) {
            // The standard library parses fractions exactly, serde_json does not.
            json.parse().ok().and_then(Number::from_f64)
        } else {
            let negative = json.parse::<i64>().map(Number::from);
            negative
                .or_else(|_| json.parse::<u64>().map(Number::from))
                .ok()
        };
        let Some(number) = number else {
            return written.into();
        };
        if number.to_string() != written {
            self.reads_as(written, &number.to_string(), span);
        }
        number.into()
    }

    fn reads_as(&mut self, written: &str, read: &str, span: Span) {
        let message = format!("`{written}` is read as the number {read}");
        self.problems.push(
            Problem::warning(codes::TEMPLATE_NUMBER, message)
                .at(span, format!("becomes {read}"))
                .help(format!("write {read}, or \"{written}\" to keep it as text")),
        );
    }
}
