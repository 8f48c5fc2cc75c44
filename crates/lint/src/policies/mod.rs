//! IAM policies in the properties of resources: their elements, actions, principals and conditions.
//!
//! A policy is a table or a text of JSON; both are checked as one tree. A value that is known only
//! after deployment, such as a parameter or another stack's output, counts as valid.

mod conditions;
mod document;
mod elements;
mod policy_properties;
mod roles;
#[cfg(test)]
mod tests;
mod value_types;

use crate::codes;
use crate::conditions::{Assignment, ConditionalValue};
use crate::context::Checker;
use formwork_iam::text::text_function;
use formwork_iam::{PolicySource, Text};
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Map, Node, Resource};
use policy_properties::{PolicyKind, PolicyProperty};
use std::collections::HashSet;

/// Checks the policies of a template and its references to roles.
pub(super) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        let mut found = Vec::new();
        for property in policy_properties::policy_properties(resource.kind) {
            check_property(checker, &resource, property, &mut found);
        }
        found.extend(roles::check(checker, &resource));
        // A value in several branches is reported once.
        let message_key = |problem: &Problem| (first_span(problem), problem.message.clone());
        problems.extend(
            found
                .into_iter()
                .filter(|one| seen.insert(message_key(one))),
        );
    }
    problems
}

fn first_span(problem: &Problem) -> Option<Span> {
    problem.labels.first().map(|label| label.span)
}

/// The checks of one policy.
struct PolicyChecker<'s, 'a> {
    checker: &'s Checker<'a>,
    kind: PolicyKind,
    /// The type of the resource that contains the policy.
    resource_type: &'a str,
}

impl<'s> PolicyChecker<'s, '_> {
    /// Returns the values of `key`, including those in branches that are never taken.
    fn values_at<'n>(&self, found: &ConditionalValue<'n>, key: &str) -> Vec<ConditionalValue<'n>>
    where
        's: 'n,
    {
        found.at_with_unreachable(key, &self.checker.conditions)
    }

    /// Returns the items of an element that accepts one text or a list of texts. Reports and leaves
    /// out items of other kinds.
    fn items<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) -> Vec<ConditionalValue<'n>>
    where
        's: 'n,
    {
        let mut items = Vec::new();
        for found in self.values_at(statement, element) {
            let Some(node) = found.node else { continue };
            match node.as_list() {
                Some([]) => {
                    let message =
                        format!("`{element}`: expected at least one item, found an empty list");
                    problems
                        .push(Problem::error(codes::POLICY_VALUE, message).at(node.span, "empty"));
                }
                Some(_) => items.extend(self.values_at(&found, "*")),
                None => items.push(found),
            }
        }
        for item in &items {
            check_text(item, element, problems);
        }
        items.retain(|item| item.node.is_some_and(|node| Text::parse(node).is_some()));
        items
    }

    /// Returns the assignment under which both values exist, if there is one.
    fn common_assignment<'n>(
        &self,
        one: &ConditionalValue<'n>,
        other: &ConditionalValue<'n>,
    ) -> Option<Assignment<'n>>
    where
        's: 'n,
    {
        let assignment = one.assignment.and(&other.assignment)?;
        self.checker
            .conditions
            .allow(&assignment)
            .then_some(assignment)
    }
}

fn check_property<'a>(
    checker: &Checker<'a>,
    resource: &Resource<'a>,
    property: &PolicyProperty,
    problems: &mut Vec<Problem>,
) {
    if property.kind == PolicyKind::Control && !is_control_policy(checker, resource) {
        return;
    }
    let policy = PolicyChecker {
        checker,
        kind: property.kind,
        resource_type: resource.kind,
    };
    for found in checker.at_with_unreachable(resource, property.path) {
        let Some(node) = found.node else { continue };
        match PolicySource::parse(node) {
            PolicySource::Table => policy.check_document(&found, problems),
            PolicySource::Unknown => {}
            PolicySource::Parsed(tree) => {
                let parsed = ConditionalValue {
                    node: Some(&tree),
                    ..ConditionalValue::unconditional(node)
                };
                policy.check_document(&parsed, problems);
            }
            PolicySource::Function(key) => {
                let message = format!("`{key}` is not evaluated in a JSON string");
                problems.push(
                    Problem::error(codes::POLICY_DOCUMENT, message)
                        .at(node.span, "a JSON string")
                        .help("write the policy as a table, or use `Fn::Sub`"),
                );
            }
            PolicySource::Invalid(why) => {
                let message = "invalid policy: expected a table or a JSON string";
                problems.push(Problem::error(codes::POLICY_DOCUMENT, message).at(node.span, why));
            }
        }
    }
}

/// Returns whether an organization's policy uses the language of IAM.
fn is_control_policy<'a>(checker: &Checker<'a>, resource: &Resource<'a>) -> bool {
    let kinds = checker.properties(resource, "Type");
    let control = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];
    !kinds.is_empty()
        && kinds
            .iter()
            .all(|kind| kind.string().is_some_and(|text| control.contains(&text)))
}

/// Reports every key that is not in `known`.
fn check_known_elements(map: &Map, known: &[&str], what: &str, problems: &mut Vec<Problem>) {
    for (name, entry) in map.iter() {
        if known.contains(&name) {
            continue;
        }
        let message = format!("unknown element `{name}` of a {what}");
        let problem = Problem::error(codes::POLICY_ELEMENT, message)
            .at(entry.key, "unknown")
            .suggest(nearest(name, known.iter().copied()));
        problems.push(problem);
    }
}

/// Returns the problem that the value of `element` is not a text.
fn not_text(node: &Node, element: &str) -> Problem {
    let message = format!("`{element}`: expected a string, found {}", node.kind());
    Problem::error(codes::POLICY_VALUE, message).at(node.span, "expected a string")
}

/// Reports a value of `element` that is not a text.
fn check_text(found: &ConditionalValue<'_>, element: &str, problems: &mut Vec<Problem>) {
    let wrong = found.node.filter(|node| Text::parse(node).is_none());
    problems.extend(wrong.map(|node| not_text(node, element)));
}

/// Returns the value as a table, or reports a value of another kind. A function that can return only a text is
/// reported too.
fn expect_table<'n>(
    found: &ConditionalValue<'n>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> Option<&'n Map> {
    let node = found.node?;
    let gives = match node.function() {
        None if node.as_map().is_some() => return node.as_map(),
        None => node.kind().to_owned(),
        Some(_) => format!("a string from `{}`", text_function(node)?),
    };
    let message = format!("{what}: expected a table, found {gives}");
    problems.push(Problem::error(codes::POLICY_VALUE, message).at(node.span, "expected a table"));
    None
}
