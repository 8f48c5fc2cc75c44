//! A policy as a whole: its elements, its version, its statements.

use super::place::Kind;
use super::{Policy, text};
use crate::codes;
use crate::found::Found;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Function, Map, Node, Value};
use std::collections::BTreeMap;

/// The version in which policies have variables.
const VERSION: &str = "2012-10-17";

/// The versions that there are.
const VERSIONS: [&str; 2] = ["2008-10-17", VERSION];

impl<'s> Policy<'s, '_> {
    /// Everything wrong with a policy.
    pub(super) fn document<'n>(&self, found: &Found<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        if self.kind == Kind::Statement {
            self.statement(found, problems);
            return;
        }
        let Some(node) = found.node.filter(|node| node.function().is_none()) else {
            return;
        };
        let Some(map) = node.as_map() else {
            let message = format!("a policy is a table, not {}", node.kind());
            problems.push(
                Problem::error(codes::POLICY_DOCUMENT, message).at(node.span, "must be a table"),
            );
            return;
        };
        known(map, &["Version", "Id", "Statement"], "policy", problems);
        let versioned = self.version(found, problems);
        if !versioned {
            variables(node, problems);
        }
        for id in self.under(found, "Id") {
            text_only(&id, "Id", problems);
        }
        self.statements(found, problems);
    }

    /// Checks the version; answers whether the policy may have variables.
    fn version<'n>(&self, found: &Found<'n>, problems: &mut Vec<Problem>) -> bool
    where
        's: 'n,
    {
        let mut versioned = true;
        for version in self.under(found, "Version") {
            let Some(node) = version.node else {
                versioned = false;
                continue;
            };
            let Some(text) = text::Text::of(node) else {
                problems.push(not_text(node, "Version"));
                continue;
            };
            let Some(text) = text.whole() else { continue };
            versioned &= text == VERSION;
            if !VERSIONS.contains(&text.as_str()) {
                let message = format!("`{text}` is not a version of IAM's policy language");
                problems.push(
                    Problem::error(codes::POLICY_VALUE, message)
                        .at(node.span, "no version")
                        .help(format!("write `{VERSION}`, which is no date to be changed")),
                );
            }
        }
        versioned
    }

    fn statements<'n>(&self, found: &Found<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        let mut all = Vec::new();
        for statement in self.under(found, "Statement") {
            match statement.node {
                None => problems.push(
                    Problem::error(codes::POLICY_ELEMENT, "a policy needs a `Statement`")
                        .at(statement.span, "has none"),
                ),
                Some(node) if node.as_list().is_some() => all.extend(self.under(&statement, "*")),
                Some(_) => all.push(statement),
            }
        }
        for statement in &all {
            self.statement(statement, problems);
        }
        if self.has_unique_ids() {
            self.unique_ids(&all, problems);
        }
    }

    /// Whether the service refuses two statements of one id: S3 and ECR do not.
    fn has_unique_ids(&self) -> bool {
        let strict = matches!(self.kind, Kind::Identity | Kind::Trust | Kind::Resource);
        strict && self.of != "AWS::S3::BucketPolicy"
    }

    fn unique_ids<'n>(&self, statements: &[Found<'n>], problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        let mut first: BTreeMap<String, Vec<Found<'n>>> = BTreeMap::new();
        for statement in statements {
            for id in self.under(statement, "Sid") {
                let Some(text) = id.text() else { continue };
                let before = first.entry(text.clone()).or_default();
                let meets = |other: &&Found<'n>| {
                    other.indices != id.indices && self.meet(other, &id).is_some()
                };
                if let Some(other) = before.iter().find(meets) {
                    let message = format!("two statements have the `Sid` `{text}`");
                    problems.push(
                        Problem::error(codes::POLICY_VALUE, message)
                            .at(id.span, "again here")
                            .at(other.span, "first here"),
                    );
                }
                before.push(id);
            }
        }
    }
}

/// One problem for each name that is not among `known`.
pub(super) fn known(map: &Map, known: &[&str], what: &str, problems: &mut Vec<Problem>) {
    for (name, entry) in map.iter() {
        if known.contains(&name) {
            continue;
        }
        let message = format!("a {what} has no `{name}`");
        let problem = Problem::error(codes::POLICY_ELEMENT, message)
            .at(entry.key, "unknown here")
            .suggest(nearest(name, known.iter().copied()));
        problems.push(problem);
    }
}

/// That `node` under `element` is not the text that it must be.
pub(super) fn not_text(node: &Node, element: &str) -> Problem {
    let message = format!("`{element}` is a text, not {}", node.kind());
    Problem::error(codes::POLICY_VALUE, message).at(node.span, "must be a text")
}

/// Says so when something other than a text stands there.
pub(super) fn text_only(found: &Found<'_>, element: &str, problems: &mut Vec<Problem>) {
    let wrong = found.node.filter(|node| text::Text::of(node).is_none());
    problems.extend(wrong.map(|node| not_text(node, element)));
}

/// Warns of policy variables where they are plain text.
fn variables(policy: &Node, problems: &mut Vec<Problem>) {
    if let Some((span, variable)) = variable(policy) {
        let message = format!("`{variable}` is plain text in this policy");
        problems.push(
            Problem::warning(codes::POLICY_VARIABLE, message)
                .at(span, "no variable here")
                .help(format!(
                    "policies have variables with `Version` `{VERSION}` only"
                )),
        );
    }
}

/// The first variable of IAM below `node`, and where it stands.
fn variable(node: &Node) -> Option<(Span, String)> {
    match (&node.value, node.function()) {
        (_, Some((Function::Sub, _))) => {
            let text = text::Text::of(node)?;
            let mut pieces = text.0.iter();
            pieces.find_map(|piece| match piece {
                text::Piece::Written(text) => Some((node.span, variable_in(text)?.to_owned())),
                _ => None,
            })
        }
        (Value::String(text), _) => Some((node.span, variable_in(text)?.to_owned())),
        (Value::List(items), _) => items.iter().find_map(variable),
        (Value::Map(map), _) => map.iter().find_map(|(_, entry)| variable(&entry.node)),
        _ => None,
    }
}

/// The first variable of IAM in `text`: `${aws:username}`.
fn variable_in(text: &str) -> Option<&str> {
    let start = text.find("${")?;
    let length = text[start..].find('}')?;
    let found = &text[start..=start + length];
    found.contains(':').then_some(found)
}
