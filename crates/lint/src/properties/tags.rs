//! Tags: keys must differ and must not start with `aws:` (cfn-lint's rule `E3024`).

use crate::codes;
use crate::context::Checker;
use formwork_catalog::limits::{TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS};
use formwork_catalog::schema::ResourceSchema;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Node, Resource, Value, write};
use std::borrow::Cow;
use std::collections::HashMap;

/// Checks a resource's tags.
pub(super) fn check(
    checker: &Checker<'_>,
    resource: &Resource<'_>,
    schema: &ResourceSchema,
    problems: &mut Vec<Problem>,
) {
    if !schema
        .tagging
        .as_ref()
        .is_some_and(|tagging| tagging.taggable)
    {
        return;
    }
    for found in checker.properties(resource, "Tags") {
        match found.node.map(|node| &node.value) {
            Some(Value::Map(tags)) if found.map().is_some() => {
                for (name, entry) in tags.iter() {
                    key(name, entry.key, problems);
                    value(Some(&entry.node), problems);
                }
            }
            Some(Value::List(tags)) => {
                let mut seen = HashMap::new();
                for tag in tags {
                    value(tag.get("Value"), problems);
                    has_key(tag, problems);
                    let Some(node) = tag.get("Key") else {
                        continue;
                    };
                    if let Some(name) = node.as_str() {
                        key(name, node.span, problems);
                    }
                    if let Some(first) = seen.insert(identity(node), node.span) {
                        problems.push(duplicate_key(node, first));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the identity of a key. Equal functions return equal keys.
fn identity(node: &Node) -> Cow<'_, str> {
    match node.as_str() {
        Some(name) => name.into(),
        None => write::json_compact(node).into(),
    }
}

fn duplicate_key(node: &Node, first: Span) -> Problem {
    let message = match node.as_str() {
        Some(name) => format!("duplicate tag key `{name}`"),
        None => "duplicate tag key".to_owned(),
    };
    Problem::error(codes::DUPLICATE_ITEM, message)
        .at(node.span, "again here")
        .at(first, "first here")
}

/// Some schemas accept a tag without a key; AWS does not.
fn has_key(tag: &Node, problems: &mut Vec<Problem>) {
    let is_tag = tag.as_map().is_some() && tag.function().is_none();
    let is_reported = |problem: &Problem| {
        let first = problem.labels.first();
        problem.code == codes::MISSING_PROPERTY && first.is_some_and(|it| it.span == tag.span)
    };
    if is_tag && tag.get("Key").is_none() && !problems.iter().any(is_reported) {
        let message = "missing `Key` of a tag";
        problems.push(Problem::error(codes::MISSING_PROPERTY, message).at(tag.span, "missing"));
    }
}

fn key(name: &str, span: Span, problems: &mut Vec<Problem>) {
    let length = name.chars().count();
    if name.starts_with("aws:") {
        let message = format!("reserved tag key `{name}`: keys must not start with `aws:`");
        problems.push(Problem::error(codes::WRONG_VALUE, message).at(span, "not allowed"));
    } else if !(1..=TAG_KEY_CHARACTERS).contains(&length) {
        let message =
            format!("tag key: expected 1 to {TAG_KEY_CHARACTERS} characters, found {length}");
        problems.push(Problem::error(codes::OUT_OF_BOUNDS, message).at(span, ""));
    }
}

fn value(node: Option<&Node>, problems: &mut Vec<Problem>) {
    let Some((text, span)) = node.and_then(|node| Some((node.as_str()?, node.span))) else {
        return;
    };
    let length = text.chars().count();
    if length > TAG_VALUE_CHARACTERS {
        let message = format!(
            "tag value: expected at most {TAG_VALUE_CHARACTERS} characters, found {length}"
        );
        problems.push(Problem::error(codes::OUT_OF_BOUNDS, message).at(span, ""));
    }
}
