//! A policy as a whole and its statements: required elements, unknown elements, and elements that
//! exclude each other.

use super::policy_properties::PolicyKind;
use super::{PolicyChecker, check_known_elements, check_text, expect_table, not_text};
use crate::codes;
use crate::conditions::ConditionalValue;
use formwork_iam::document::{DOCUMENT_ELEMENTS, VERSION, VERSIONS};
use formwork_iam::{Text, TextPart};
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Function, Map, Node, Value};
use std::collections::BTreeMap;

impl<'s> PolicyChecker<'s, '_> {
    /// Checks a policy.
    pub(super) fn check_document<'n>(
        &self,
        found: &ConditionalValue<'n>,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        if self.kind == PolicyKind::Statement {
            self.check_statement(found, problems);
            return;
        }
        let Some(node) = found.node.filter(|node| node.function().is_none()) else {
            return;
        };
        let Some(map) = node.as_map() else {
            let message = format!("policy: expected a table, found {}", node.kind());
            problems.push(
                Problem::error(codes::POLICY_DOCUMENT, message).at(node.span, "expected a table"),
            );
            return;
        };
        check_known_elements(map, &DOCUMENT_ELEMENTS, "policy", problems);
        let versioned = self.check_version(found, problems);
        if !versioned {
            check_variables(node, problems);
        }
        for id in self.values_at(found, "Id") {
            check_text(&id, "Id", problems);
        }
        self.check_statements(found, problems);
    }

    /// Checks the version. Returns whether the policy may have variables.
    fn check_version<'n>(&self, found: &ConditionalValue<'n>, problems: &mut Vec<Problem>) -> bool
    where
        's: 'n,
    {
        let mut versioned = true;
        for version in self.values_at(found, "Version") {
            let Some(node) = version.node else {
                versioned = false;
                continue;
            };
            let Some(text) = Text::parse(node) else {
                problems.push(not_text(node, "Version"));
                continue;
            };
            let Some(text) = text.as_literal() else {
                continue;
            };
            versioned &= text == VERSION;
            if !VERSIONS.contains(&text.as_str()) {
                let message = format!("unknown version `{text}` of the policy language");
                problems.push(
                    Problem::error(codes::POLICY_VALUE, message)
                        .at(node.span, "unknown")
                        .help(format!("write `{VERSION}`")),
                );
            }
        }
        versioned
    }

    fn check_statements<'n>(&self, found: &ConditionalValue<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        let mut all = Vec::new();
        for statement in self.values_at(found, "Statement") {
            match statement.node {
                None => problems.push(
                    Problem::error(codes::POLICY_ELEMENT, "missing `Statement` of a policy")
                        .at(statement.span, "missing"),
                ),
                Some(node) if node.as_list().is_some() => {
                    all.extend(self.values_at(&statement, "*"))
                }
                Some(_) => all.push(statement),
            }
        }
        for statement in &all {
            self.check_statement(statement, problems);
        }
        if self.has_unique_sids() {
            self.check_unique_sids(&all, problems);
        }
    }

    /// Returns whether the service refuses two statements with one id. S3 and ECR accept them.
    fn has_unique_sids(&self) -> bool {
        let strict = matches!(
            self.kind,
            PolicyKind::Identity | PolicyKind::Trust | PolicyKind::Resource
        );
        strict && self.resource_type != "AWS::S3::BucketPolicy"
    }

    fn check_unique_sids<'n>(
        &self,
        statements: &[ConditionalValue<'n>],
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let mut first: BTreeMap<String, Vec<ConditionalValue<'n>>> = BTreeMap::new();
        for statement in statements {
            for id in self.values_at(statement, "Sid") {
                let Some(text) = id.text() else { continue };
                let before = first.entry(text.clone()).or_default();
                let meets = |other: &&ConditionalValue<'n>| {
                    other.indices != id.indices && self.common_assignment(other, &id).is_some()
                };
                if let Some(other) = before.iter().find(meets) {
                    let message = format!("duplicate `Sid` `{text}`");
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

/// Warns of policy variables in a policy whose version has none.
fn check_variables(policy: &Node, problems: &mut Vec<Problem>) {
    if let Some((span, variable)) = first_variable(policy) {
        let message = format!("policy variable `{variable}` is not replaced in this policy");
        problems.push(
            Problem::warning(codes::POLICY_VARIABLE, message)
                .at(span, "plain text")
                .help(format!("set `Version` to `{VERSION}`")),
        );
    }
}

/// Returns the first policy variable below `node`, with its span.
fn first_variable(node: &Node) -> Option<(Span, String)> {
    match (&node.value, node.function()) {
        (_, Some((Function::Sub, _))) => {
            let text = Text::parse(node)?;
            let mut pieces = text.0.iter();
            pieces.find_map(|piece| match piece {
                TextPart::Literal(text) => Some((node.span, variable_in(text)?.to_owned())),
                _ => None,
            })
        }
        (Value::String(text), _) => Some((node.span, variable_in(text)?.to_owned())),
        (Value::List(items), _) => items.iter().find_map(first_variable),
        (Value::Map(map), _) => map
            .iter()
            .find_map(|(_, entry)| first_variable(&entry.node)),
        _ => None,
    }
}

/// Returns the first policy variable in `text`: `${aws:username}`.
fn variable_in(text: &str) -> Option<&str> {
    let start = text.find("${")?;
    let length = text[start..].find('}')?;
    let found = &text[start..=start + length];
    found.contains(':').then_some(found)
}

/// The presence of an element or its opposite.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Presence {
    Required,
    Optional,
    Forbidden,
}

impl<'s> PolicyChecker<'s, '_> {
    /// Checks one statement.
    pub(super) fn check_statement<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let Some(map) = expect_table(statement, "a statement of a policy", problems) else {
            return;
        };
        let mut elements = vec!["Sid", "Effect", "Action", "NotAction", "Condition"];
        let (principal, resource) = self.elements();
        let mut pairs = vec![("Action", "NotAction", Presence::Required)];
        for (pair, presence) in [
            (["Principal", "NotPrincipal"], principal),
            (["Resource", "NotResource"], resource),
        ] {
            if presence != Presence::Forbidden {
                elements.extend(pair);
                pairs.push((pair[0], pair[1], presence));
            }
        }
        check_known_elements(map, &elements, self.statement_name(), problems);
        self.check_effect(statement, problems);
        for (element, opposite, presence) in pairs {
            self.check_alternatives(statement, [element, opposite], presence, problems);
        }
        for id in self.values_at(statement, "Sid") {
            self.check_sid(&id, problems);
        }
        for element in ["Action", "NotAction"] {
            self.check_actions(statement, element, problems);
        }
        if principal != Presence::Forbidden {
            for element in ["Principal", "NotPrincipal"] {
                self.check_principals(statement, element, problems);
            }
        }
        if resource != Presence::Forbidden {
            for element in ["Resource", "NotResource"] {
                self.check_resources(statement, element, problems);
            }
        }
        self.check_conditions(statement, problems);
    }

    /// Returns the presence of principals and of resources.
    fn elements(&self) -> (Presence, Presence) {
        match self.kind {
            PolicyKind::Identity => (Presence::Forbidden, Presence::Required),
            PolicyKind::Trust | PolicyKind::Repository => (Presence::Required, Presence::Forbidden),
            PolicyKind::Resource => (Presence::Required, Presence::Required),
            PolicyKind::Open | PolicyKind::Statement | PolicyKind::Control => {
                (Presence::Optional, Presence::Optional)
            }
        }
    }

    /// Returns the name of a statement in messages.
    fn statement_name(&self) -> &'static str {
        match self.kind {
            PolicyKind::Identity => "statement of an identity policy",
            PolicyKind::Trust => "statement of a role's trust policy",
            PolicyKind::Repository => "statement of a repository policy",
            _ => "statement of a policy",
        }
    }

    fn check_effect<'n>(&self, statement: &ConditionalValue<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        for effect in self.values_at(statement, "Effect") {
            let Some(node) = effect.node else {
                problems.push(
                    Problem::error(codes::POLICY_ELEMENT, "missing `Effect` of a statement")
                        .at(effect.span, "missing"),
                );
                continue;
            };
            let text = Text::parse(node);
            let text = match &text {
                None => Some(node.kind().to_owned()),
                Some(text) => text.as_literal(),
            };
            let Some(text) = text else { continue };
            if text != "Allow" && text != "Deny" {
                let message = "invalid `Effect`: expected `Allow` or `Deny`";
                problems
                    .push(Problem::error(codes::POLICY_VALUE, message).at(node.span, "invalid"));
            }
        }
    }

    /// Reports an element together with its opposite, and a statement that lacks both.
    fn check_alternatives<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        [element, opposite]: [&str; 2],
        presence: Presence,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let opposites = self.values_at(statement, opposite);
        for one in self.values_at(statement, element) {
            for other in &opposites {
                let Some(assignment) = self.common_assignment(&one, other) else {
                    continue;
                };
                let when = assignment.describe();
                match (one.node, other.node) {
                    (Some(_), Some(_)) => {
                        let message = format!("`{element}` conflicts with `{opposite}`{when}");
                        problems.push(
                            Problem::error(codes::POLICY_ELEMENT, message)
                                .at(other.span, format!("conflicts with `{element}`"))
                                .at(one.span, format!("conflicts with `{opposite}`")),
                        );
                    }
                    (None, None)
                        if presence == Presence::Required
                            && !misspells(statement, [element, opposite]) =>
                    {
                        let message = format!(
                            "missing `{element}` or `{opposite}` of a {}{when}",
                            self.statement_name()
                        );
                        problems.push(
                            Problem::error(codes::POLICY_ELEMENT, message)
                                .at(statement.span, "missing"),
                        );
                    }
                    _ => {}
                }
            }
        }
    }

    fn check_sid(&self, id: &ConditionalValue<'_>, problems: &mut Vec<Problem>) {
        check_text(id, "Sid", problems);
        let Some(text) = id.text().filter(|_| self.kind == PolicyKind::Identity) else {
            return;
        };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "invalid `Sid` of an identity policy: expected letters and digits";
            problems.push(Problem::error(codes::POLICY_VALUE, message).at(id.span, "invalid"));
        }
    }
}

/// Returns whether the statement has an unknown element that is similar to one of these.
fn misspells(statement: &ConditionalValue<'_>, elements: [&str; 2]) -> bool {
    let map = statement.node.and_then(Node::as_map);
    let mut names = map.into_iter().flat_map(Map::keys);
    names.any(|name| !elements.contains(&name) && nearest(name, elements).is_some())
}
