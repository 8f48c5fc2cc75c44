//! The YAML scalars and tags of CloudFormation: its short forms, and YAML 1.1's types.

use super::Context;
use super::scalar::{self, Plain};
use crate::codes;
use crate::diagnostics::{Problem, Span, nearest};
use crate::intrinsic::RULE_FUNCTIONS;
use crate::{Function, Node, Value};
use saphyr_parser::Tag;

impl Context {
    /// Returns the value of an unquoted scalar.
    pub(super) fn plain(&mut self, text: &str, span: Span) -> Value {
        match scalar::resolve(text) {
            Plain::Text => text.into(),
            Plain::Null => Value::Null,
            Plain::Truth(truth) => truth.into(),
            Plain::OldTruth(truth) => {
                self.old_truth(text, span);
                truth.into()
            }
            Plain::Number(json) => self.number(text, &json, span),
        }
    }

    fn old_truth(&mut self, text: &str, span: Span) {
        let truth = matches!(scalar::resolve(text), Plain::OldTruth(true));
        let message = format!("`{text}` without quotes is read as {truth}");
        self.problems.push(
            Problem::warning(codes::TEMPLATE_BOOLEAN, message)
                .at(span, format!("becomes {truth}"))
                .help(format!("write {truth}, or \"{text}\" to keep it as text")),
        );
    }

    /// Returns the value of a node with a tag: a short form, or one of YAML's own types.
    pub(super) fn tagged(&mut self, tag: &Tag, node: Node, span: Span) -> Node {
        let whole = format!("{}{}", tag.handle, tag.suffix);
        if let Some(name) = whole.strip_prefix("tag:yaml.org,2002:") {
            return self.typed(name, node, span);
        }
        let name = whole.strip_prefix('!').unwrap_or(&whole);
        if name.is_empty() {
            return node;
        }
        let Some(key) = short_form(name) else {
            let known = keys().filter_map(short_name);
            let near = nearest(name.trim_start_matches("Fn::"), known);
            let problem =
                Problem::error(codes::TEMPLATE_TAG, format!("unknown function `!{name}`"));
            let problem = problem.at(span, "unknown");
            self.problems
                .push(problem.suggest(near.map(|near| format!("!{near}"))));
            return node;
        };
        let span = node.span;
        let argument = match node.as_str().and_then(|text| text.split_once('.')) {
            Some((resource, attribute)) if key == Function::GetAtt.key() => {
                let items = [resource, attribute].map(|part| Node::new(part, span));
                self.values += items.len();
                Node::new(Vec::from(items), span)
            }
            _ => node,
        };
        self.values += 2; // the table and its one name
        Node::single(key, argument, span)
    }

    /// Returns a value with one of YAML's own tags, such as `!!str`.
    fn typed(&mut self, name: &str, node: Node, span: Span) -> Node {
        let text = node.as_str();
        let value = match (name, text) {
            ("str", Some(_)) | ("map" | "seq", None) => return node,
            ("null", Some(_)) => Some(Value::Null),
            ("bool" | "int" | "float", Some(text)) => {
                let text = text.to_owned();
                let value = self.plain(&text, span);
                matches!(value, Value::Bool(_) | Value::Number(_)).then_some(value)
            }
            _ => None,
        };
        match value {
            Some(value) => Node::new(value, node.span),
            None => {
                let message = format!("CloudFormation does not accept `!!{name}` here");
                let problem = Problem::error(codes::TEMPLATE_TAG, message).at(span, "here");
                self.problems.push(problem);
                node
            }
        }
    }
}

/// Returns the key of the function with the tag `!name`.
fn short_form(name: &str) -> Option<&'static str> {
    keys().find(|key| short_name(key) == Some(name))
}

/// Iterates over the keys of all functions, including those of rules.
fn keys() -> impl Iterator<Item = &'static str> {
    let functions = Function::ALL.iter().map(|(_, key)| *key);
    functions.chain(RULE_FUNCTIONS.iter().copied())
}

/// Returns the tag of a function. A loop has none, because its key contains its name.
fn short_name(key: &'static str) -> Option<&'static str> {
    let name = key.strip_prefix("Fn::").unwrap_or(key);
    (name != "ForEach").then_some(name)
}
