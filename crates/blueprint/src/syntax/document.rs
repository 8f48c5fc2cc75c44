//! Parses TOML to a tree with spans. Reports all syntax errors of the file.

use super::key_spans::{KeySpan, KeySpans};
use crate::codes;
use crate::limits::NESTING;
use formwork_template::diagnostics::{FileId, LineIndex, Problem, Span};
use formwork_template::limits::VALUES;
use formwork_template::{Entry, Map, Node, Number, Value};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// A parsed file.
pub(crate) struct Document {
    /// The root table, as far as it could be parsed.
    pub(crate) root: Node,
    /// The syntax errors.
    pub(crate) problems: Vec<Problem>,
    /// True if no key was lost to a syntax error.
    pub(crate) is_whole: bool,
}

/// Parses a TOML text.
pub(crate) fn read(file: FileId, text: &str) -> Document {
    if let Some(at) = excess(text) {
        let message = format!("file exceeds the limit of {} keys and values", VALUES);
        let problem = Problem::error(codes::UNREADABLE_FILE, message);
        return Document {
            root: Node::new(Map::default(), Span::new(file, 0..0)),
            problems: vec![problem.at(Span::new(file, at..at), "one too many")],
            is_whole: false,
        };
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut builder = TreeBuilder {
        file,
        problems: Vec::new(),
    };
    let span = Span::new(file, 0..text.find('\n').unwrap_or(text.len()));
    let root = Node::new(builder.table(table.into_inner(), 1), span);
    let lines = LineIndex::new(text);
    let keys = OnceCell::new();
    let keys = || keys.get_or_init(|| KeySpans::of(text));
    let mut problems = Vec::new();
    let mut broken = BTreeSet::new();
    let unclosed = unclosed(&root, text, &errors);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        // Other errors on the same line have the same cause.
        if !is_swallowed(range.start, &unclosed) && broken.insert(lines.at(range.start)) {
            problems.push(syntax(file, text, error.message(), range, &lines, &keys));
        }
    }
    for open in &unclosed {
        broken.extend(lines.at(open.start)..=lines.at(open.end));
        let what = if text[open.start..].starts_with('[') {
            "list"
        } else {
            "table"
        };
        let problem = Problem::error(codes::TOML_SYNTAX, format!("the {what} is never closed"));
        problems.push(problem.at(Span::new(file, open.start..open.start + 1), "opened here"));
    }
    let is_whole = errors.is_empty() || keys().are_in(&root);
    problems.extend(builder.problems.into_iter().filter(|problem| {
        problem
            .labels
            .first()
            .is_none_or(|label| !broken.contains(&lines.at(label.span.start as usize)))
    }));
    Document {
        root,
        problems,
        is_whole,
    }
}

/// Returns the position of the first value that exceeds the limit. Does not build a tree.
pub(crate) fn excess(text: &str) -> Option<usize> {
    // Each value takes at least one byte, so most texts are not lexed here.
    if text.len() <= VALUES {
        return None;
    }
    let begins = |token: &Token| {
        matches!(
            token.kind(),
            TokenKind::Atom
                | TokenKind::LiteralString
                | TokenKind::BasicString
                | TokenKind::MlLiteralString
                | TokenKind::MlBasicString
                | TokenKind::LeftSquareBracket
                | TokenKind::LeftCurlyBracket
        )
    };
    let mut values = Source::new(text).lex().filter(begins);
    Some(values.nth(VALUES)?.span().start())
}

/// Returns the lists and inline tables that are never closed. All later text is inside them.
fn unclosed(root: &Node, text: &str, errors: &[toml::de::Error]) -> Vec<Range<usize>> {
    let ends: BTreeSet<usize> = errors
        .iter()
        .filter(|error| {
            error.message().starts_with("unclosed array")
                || error.message().starts_with("unclosed inline table")
        })
        .filter_map(|error| Some(error.span()?.start))
        .collect();
    let mut open: Vec<Range<usize>> = Vec::new();
    if ends.is_empty() {
        return open;
    }
    root.walk(&mut |node| {
        let range = node.span.start as usize..node.span.end as usize;
        let opens = text[range.start..].starts_with(['[', '{']) && ends.contains(&range.end);
        // Values are visited in text order, so only the last one can contain this one.
        if opens
            && !open
                .last()
                .is_some_and(|outer| outer.contains(&range.start))
        {
            open.push(range);
        }
    });
    open.sort_unstable_by_key(|open| open.start);
    open
}

/// Returns true if an error at `at` is caused by an unclosed list or table.
fn is_swallowed(at: usize, unclosed: &[Range<usize>]) -> bool {
    let before = unclosed.partition_point(|open| open.start <= at);
    let around = before.checked_sub(1).map(|last| &unclosed[last]);
    around.is_some_and(|open| open.contains(&at) || open.end == at)
}

/// Parses one TOML value from the command line.
pub(crate) fn read_value(file: FileId, text: &str) -> Result<Node, String> {
    let value = DeValue::parse(text.trim()).map_err(|error| error.message().to_owned())?;
    let mut builder = TreeBuilder {
        file,
        problems: Vec::new(),
    };
    let mut node = builder.node(value.into_inner(), 0..text.len(), 1);
    // Nested values have no separate text to point at.
    respan(&mut node, Span::new(file, 0..text.len()));
    match builder.problems.pop() {
        Some(problem) => Err(problem.message),
        None => Ok(node),
    }
}

fn respan(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| respan(item, span)),
        Value::Map(map) => map.iter_mut().for_each(|(_, entry)| {
            entry.key = span;
            respan(&mut entry.node, span);
        }),
        _ => {}
    }
}

struct TreeBuilder {
    file: FileId,
    problems: Vec<Problem>,
}

impl TreeBuilder {
    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Map {
        let mut entries: Vec<_> = table.into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| {
                let key_span = key.span();
                let range = match value.get_ref() {
                    // A table from a dotted key has no header.
                    DeValue::Table(_) if value.span().is_empty() => key_span.clone(),
                    _ => value.span(),
                };
                let entry = Entry {
                    key: Span::new(self.file, key_span),
                    node: self.node(value.into_inner(), range, depth + 1),
                };
                (key.into_inner().into_owned(), entry)
            })
            .collect()
    }

    fn node(&mut self, value: DeValue<'_>, range: Range<usize>, depth: usize) -> Node {
        let span = Span::new(self.file, range);
        if depth > NESTING {
            let message = format!("nested more than {NESTING} deep");
            self.problems
                .push(Problem::error(codes::TOO_DEEP, message).at(span, ""));
            return Node::new(Map::default(), span);
        }
        let value = match value {
            DeValue::String(text) => Value::String(text.into_owned()),
            DeValue::Boolean(truth) => Value::Bool(truth),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Value::Number(number.into()),
                    Err(_) => self.bad_number(number.as_str(), span),
                }
            }
            DeValue::Float(number) => {
                match number.as_str().parse().ok().and_then(Number::from_f64) {
                    Some(number) => Value::Number(number),
                    None => self.bad_number(number.as_str(), span),
                }
            }
            // Unquoted dates are text, as in `Version = 2012-10-17`.
            DeValue::Datetime(date) => Value::String(date.to_string()),
            DeValue::Array(items) => Value::List(
                items
                    .into_iter()
                    .map(|item| {
                        let range = item.span();
                        self.node(item.into_inner(), range, depth + 1)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Map(self.table(table, depth)),
        };
        Node::new(value, span)
    }

    fn bad_number(&mut self, text: &str, span: Span) -> Value {
        let message = format!("`{text}` is not a number that CloudFormation supports");
        let problem = Problem::error(codes::TOML_SYNTAX, message).at(span, "");
        self.problems
            .push(problem.help(format!("write it as text: `\"{text}\"`")));
        Value::Number(0.into())
    }
}

fn syntax<'p>(
    file: FileId,
    text: &str,
    message: &str,
    range: Range<usize>,
    lines: &LineIndex,
    keys: &impl Fn() -> &'p KeySpans,
) -> Problem {
    let span = Span::new(file, range.clone());
    if message.contains("recursion") {
        let message = format!("nested more than {NESTING} deep");
        return Problem::error(codes::TOO_DEEP, message).at(span, "");
    }
    if !message.starts_with("duplicate key") && !message.starts_with("cannot extend") {
        let problem = Problem::error(codes::TOML_SYNTAX, lower_first(message)).at(span, "");
        return match text.get(range) {
            Some(written) if message.contains("string values must be quoted") => {
                problem.help(format!("write `\"{}\"`", written.trim()))
            }
            _ => problem,
        };
    }
    let here = keys().before(range.start);
    let name = here.map_or(String::new(), KeySpan::name);
    let problem = Problem::error(codes::DUPLICATE_KEY, format!("duplicate key `{name}`"))
        .at(span, "again here");
    let first = here.and_then(|here| Some((here, keys().first(here, range.start)?)));
    let Some((here, first)) = first else {
        return problem;
    };
    let problem = problem.at(Span::new(file, first.range.clone()), "first here");
    let line = lines.at(first.range.start) + 1;
    if first.is_around(here) {
        let table = first.name();
        problem.help(format!(
            "line {line} defines all of `{table}`: add to it there, or replace it by table headers, `[{table}.…]`"
        ))
    } else if here.header && !first.header && !first.is_of(here) {
        let tail = name.rsplit('.').next().unwrap_or(&name);
        problem.help(format!(
            "the dotted key in line {line} defines `{tail}` already: move that line under `[{name}]`, without `{tail}.`"
        ))
    } else if here.header {
        problem.help("a table has one header: merge the two")
    } else {
        problem.help("remove one of the two")
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
