//! Evaluation of values that must be known when rendering, with the type that their key takes.

use super::{Evaluator, Position, interpolate, text};
use crate::codes;
use crate::scope::value::is_error_node;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node, Value};
use std::collections::BTreeMap;

/// Returns the problem of a value with the wrong type.
pub(crate) fn wrong_type(what: &str, wanted: &str, node: &Node) -> Problem {
    let message = format!("expected {wanted} for {what}, found {}", node.kind());
    let problem =
        Problem::error(codes::WRONG_TYPE, message).at(node.span, format!("must be {wanted}"));
    match (wanted, &node.value) {
        ("a string", Value::Number(number)) => problem.help(format!("write `\"{number}\"`")),
        ("a string", Value::Bool(truth)) => problem.help(format!("write `\"{truth}\"`")),
        ("a boolean", Value::String(text)) if text == "true" || text == "false" => {
            problem.help(format!("write `{text}` without quotes"))
        }
        ("a boolean", Value::String(text)) if text == "yes" || text == "on" => {
            problem.help("write `true`")
        }
        ("a boolean", Value::String(text)) if text == "no" || text == "off" => {
            problem.help("write `false`")
        }
        ("a table", Value::String(text)) if text.starts_with('.') || text.contains('/') => {
            problem.help("a local file or folder is an asset: `${assets.NAME}`")
        }
        _ => problem,
    }
}

impl Evaluator<'_, '_> {
    /// Evaluates a value that must be known when rendering. Returns none if it is invalid or left
    /// out.
    pub(crate) fn constant(&mut self, node: &Node, what: &'static str) -> Option<Node> {
        let known = self.evaluate_at(Position::known(what), node)?;
        (!is_error_node(&known)).then_some(known)
    }

    /// Evaluates a string that must be known when rendering and must not be left out.
    pub(crate) fn required_text(&mut self, node: &Node, what: &'static str) -> Option<String> {
        let Some(known) = self.evaluate_at(Position::known(what), node) else {
            let message = format!("expected a string for {what}, found no value");
            let problem = Problem::error(codes::WRONG_TYPE, message).at(node.span, "nothing here");
            let help = "`none` leaves a key out, but this one is required";
            self.context.report(problem.help(help));
            return None;
        };
        self.string_value(known, what)
    }

    /// Evaluates a string that must be known when rendering.
    pub(crate) fn constant_text(&mut self, node: &Node, what: &'static str) -> Option<String> {
        let known = self.evaluate_at(Position::known(what), node)?;
        self.string_value(known, what)
    }

    fn string_value(&mut self, known: Node, what: &str) -> Option<String> {
        match known.value {
            _ if is_error_node(&known) => None,
            Value::String(text) => Some(text),
            _ => {
                self.context.report(wrong_type(what, "a string", &known));
                None
            }
        }
    }

    /// Evaluates a boolean that must be known when rendering.
    pub(crate) fn constant_bool(&mut self, node: &Node, what: &'static str) -> Option<bool> {
        let known = self.constant(node, what)?;
        let truth = known.as_bool();
        if truth.is_none() {
            self.context.report(wrong_type(what, "a boolean", &known));
        }
        truth
    }

    /// Evaluates an integer that must be known when rendering.
    pub(crate) fn constant_integer(&mut self, node: &Node, what: &'static str) -> Option<u32> {
        let known = self.constant(node, what)?;
        let count = known
            .as_integer()
            .and_then(|number| u32::try_from(number).ok());
        if count.is_none() {
            self.context
                .report(wrong_type(what, "a whole number", &known));
        }
        count
    }

    /// Evaluates a string or a list of strings. Returns each string with its span.
    pub(crate) fn constant_texts(
        &mut self,
        node: &Node,
        what: &'static str,
    ) -> Vec<(String, Span)> {
        let Some(known) = self.constant(node, what) else {
            return Vec::new();
        };
        let items = match &known.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&known),
        };
        let mut texts = Vec::new();
        for item in items.iter().filter(|item| !is_error_node(item)) {
            match item.as_str() {
                Some(text) => texts.push((text.to_owned(), item.span)),
                None => self
                    .context
                    .report(wrong_type(what, "a list of strings", item)),
            }
        }
        texts
    }

    /// Evaluates a table of tags. Numbers and booleans become text.
    pub(crate) fn constant_tags(
        &mut self,
        node: &Node,
        into: &mut BTreeMap<String, (String, Span)>,
    ) {
        let Some(map) = self.table(node, "tags") else {
            return;
        };
        for (key, entry) in map.iter() {
            if text::has_references(key) {
                self.report_reference_in_key(key, entry);
                continue;
            }
            if key.starts_with("aws:") || key.starts_with("formwork:") {
                let prefix = key.split(':').next().unwrap_or(key);
                let message = format!("tags that begin with `{prefix}:` are reserved");
                self.context
                    .report(Problem::error(codes::BAD_TAG, message).at(entry.key, ""));
                continue;
            }
            let Some(value) = self.constant(&entry.node, "a tag") else {
                continue;
            };
            let Some(text) = interpolate::scalar(&value) else {
                self.context.report(wrong_type("a tag", "a string", &value));
                continue;
            };
            for (part, length, most) in [
                ("key", key.chars().count(), 128),
                ("value", text.chars().count(), 256),
            ] {
                if length > most {
                    let message = format!(
                        "a tag's {part} has {length} characters, at most {most} are allowed"
                    );
                    self.context.report(
                        Problem::error(codes::BAD_TAG, message).at(entry.key.to(value.span), ""),
                    );
                }
            }
            into.insert(key.to_owned(), (text, entry.key));
        }
    }

    /// Returns a table without evaluating it.
    pub(crate) fn table<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Map> {
        let map = node.as_map();
        if map.is_none() {
            self.context
                .report(wrong_type(&format!("`{what}`"), "a table", node));
        }
        map
    }
}

pub(crate) fn is_arn(
    evaluator: &mut Evaluator<'_, '_>,
    text: String,
    node: &Node,
) -> Option<String> {
    if text.starts_with("arn:") {
        return Some(text);
    }
    let problem = Problem::error(
        codes::BAD_VALUE,
        format!("`{text}` is not the ARN of a role"),
    )
    .at(node.span, "");
    evaluator
        .context
        .report(problem.help("it looks like `arn:aws:iam::111122223333:role/deploy`"));
    None
}
