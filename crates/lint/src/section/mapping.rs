//! The shape of mappings: two levels of keys above texts or lists of them.
//!
//! From the page "Mappings" of the CloudFormation User Guide.

use super::wrong;
use crate::codes;
use crate::scene::Scene;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node, Section, Value};

/// How many keys a level of a mapping has at most.
const MOST_KEYS: usize = 200;

/// What is wrong with the mappings.
pub(super) fn mappings(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in scene.template.entries(Section::Mappings) {
        let Some(map) = level(name, &entry.node, problems) else {
            continue;
        };
        for (key, entry) in map.iter() {
            let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            named(
                key,
                entry.key,
                known,
                "letters, digits, `.` and `-`",
                problems,
            );
            let Some(values) = level(key, &entry.node, problems) else {
                continue;
            };
            for (key, entry) in values.iter() {
                let known = |c: char| c.is_ascii_alphanumeric();
                named(key, entry.key, known, "letters and digits", problems);
                value(key, &entry.node, problems);
            }
        }
    }
}

fn level<'a>(name: &str, node: &'a Node, problems: &mut Vec<Problem>) -> Option<&'a Map> {
    let Some(map) = node.as_map() else {
        let message = format!("`{name}` is a table of a mapping, not {}", node.kind());
        problems
            .push(wrong(message, node).help("a mapping has two levels of keys above its values"));
        return None;
    };
    if map.is_empty() {
        problems.push(wrong(format!("`{name}` has no keys"), node));
    }
    if let Some((_, entry)) = map.iter().nth(MOST_KEYS) {
        let message = format!("`{name}` has {} keys, {MOST_KEYS} are allowed", map.len());
        let problem = Problem::error(codes::TEMPLATE_LIMIT, message);
        problems.push(problem.at(entry.key, "the first one too many"));
    }
    Some(map)
}

fn named(
    key: &str,
    span: Span,
    known: impl Fn(char) -> bool,
    rule: &str,
    problems: &mut Vec<Problem>,
) {
    if key.is_empty() || key.len() > 255 || !key.chars().all(known) {
        let message = format!("a mapping's key is 1 to 255 of {rule}, not `{key}`");
        problems.push(Problem::error(codes::TEMPLATE_NAME, message).at(span, "here"));
    }
}

fn value(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let texts = |items: &[Node]| items.iter().all(|item| item.as_map().is_none());
    match &node.value {
        Value::Map(_) => {
            let message = format!("`{key}` of a mapping is a text or a list, not a table");
            let help = match node.function() {
                Some(_) => "a mapping is fixed: functions cannot stand in it",
                None => "a mapping has two levels of keys above its values",
            };
            problems.push(wrong(message, node).help(help));
        }
        Value::List(items) if !texts(items) => {
            problems.push(wrong(
                format!("`{key}` of a mapping is a list of texts"),
                node,
            ));
        }
        _ => {}
    }
}
