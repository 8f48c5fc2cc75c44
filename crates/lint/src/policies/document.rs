//! A policy as a whole and its statements: which elements each must have, and which exclude one
//! another.

use super::policy_properties::PolicyKind;
use super::{PolicyChecker, not_text, table, text_only, unknown_elements};
use crate::codes;
use crate::conditions::ConditionalValue;
use formwork_iam::document::{DOCUMENT_ELEMENTS, VERSION, VERSIONS};
use formwork_iam::{Text, TextPart};
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Function, Map, Node, Value};
use std::collections::BTreeMap;

impl<'s> PolicyChecker<'s, '_> {
    /// Everything wrong with a policy.
    pub(super) fn document<'n>(&self, found: &ConditionalValue<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        if self.kind == PolicyKind::Statement {
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
        unknown_elements(map, &DOCUMENT_ELEMENTS, "policy", problems);
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
    fn version<'n>(&self, found: &ConditionalValue<'n>, problems: &mut Vec<Problem>) -> bool
    where
        's: 'n,
    {
        let mut versioned = true;
        for version in self.under(found, "Version") {
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

    fn statements<'n>(&self, found: &ConditionalValue<'n>, problems: &mut Vec<Problem>)
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
        let strict = matches!(
            self.kind,
            PolicyKind::Identity | PolicyKind::Trust | PolicyKind::Resource
        );
        strict && self.resource_type != "AWS::S3::BucketPolicy"
    }

    fn unique_ids<'n>(&self, statements: &[ConditionalValue<'n>], problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        let mut first: BTreeMap<String, Vec<ConditionalValue<'n>>> = BTreeMap::new();
        for statement in statements {
            for id in self.under(statement, "Sid") {
                let Some(text) = id.text() else { continue };
                let before = first.entry(text.clone()).or_default();
                let meets = |other: &&ConditionalValue<'n>| {
                    other.indices != id.indices && self.common_case(other, &id).is_some()
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
            let text = Text::parse(node)?;
            let mut pieces = text.0.iter();
            pieces.find_map(|piece| match piece {
                TextPart::Literal(text) => Some((node.span, variable_in(text)?.to_owned())),
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

/// Whether a statement has an element or its opposite.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Presence {
    Required,
    Optional,
    Forbidden,
}

impl<'s> PolicyChecker<'s, '_> {
    /// Everything wrong with one statement.
    pub(super) fn statement<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let Some(map) = table(statement, "a statement of a policy", problems) else {
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
        unknown_elements(map, &elements, self.what(), problems);
        self.effect(statement, problems);
        for (element, opposite, presence) in pairs {
            self.one_of(statement, [element, opposite], presence, problems);
        }
        for id in self.under(statement, "Sid") {
            self.id(&id, problems);
        }
        for element in ["Action", "NotAction"] {
            self.actions(statement, element, problems);
        }
        if principal != Presence::Forbidden {
            for element in ["Principal", "NotPrincipal"] {
                self.principals(statement, element, problems);
            }
        }
        if resource != Presence::Forbidden {
            for element in ["Resource", "NotResource"] {
                self.resources(statement, element, problems);
            }
        }
        self.conditions(statement, problems);
    }

    /// Whether it names principals, and whether resources.
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

    /// What its statements are called.
    fn what(&self) -> &'static str {
        match self.kind {
            PolicyKind::Identity => "statement of an identity's policy",
            PolicyKind::Trust => "statement of a role's trust policy",
            PolicyKind::Repository => "statement of a repository's policy",
            _ => "statement of a policy",
        }
    }

    fn effect<'n>(&self, statement: &ConditionalValue<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        for effect in self.under(statement, "Effect") {
            let Some(node) = effect.node else {
                problems.push(
                    Problem::error(codes::POLICY_ELEMENT, "a statement needs an `Effect`")
                        .at(effect.span, "has none"),
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
                let message = "`Effect` is `Allow` or `Deny`";
                problems.push(
                    Problem::error(codes::POLICY_VALUE, message)
                        .at(node.span, "neither of the two"),
                );
            }
        }
    }

    /// That an element and its opposite do not stand together, and one of them where it must.
    fn one_of<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        [element, opposite]: [&str; 2],
        presence: Presence,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let opposites = self.under(statement, opposite);
        for one in self.under(statement, element) {
            for other in &opposites {
                let Some(assignment) = self.common_case(&one, other) else {
                    continue;
                };
                let when = assignment.describe();
                match (one.node, other.node) {
                    (Some(_), Some(_)) => {
                        let message =
                            format!("a statement has `{element}` or `{opposite}`, not both{when}");
                        problems.push(
                            Problem::error(codes::POLICY_ELEMENT, message)
                                .at(other.span, format!("excludes `{element}`"))
                                .at(one.span, format!("excludes `{opposite}`")),
                        );
                    }
                    (None, None)
                        if presence == Presence::Required
                            && !misspells(statement, [element, opposite]) =>
                    {
                        let message =
                            format!("a {} needs `{element}` or `{opposite}`{when}", self.what());
                        problems.push(
                            Problem::error(codes::POLICY_ELEMENT, message)
                                .at(statement.span, "has neither"),
                        );
                    }
                    _ => {}
                }
            }
        }
    }

    fn id(&self, id: &ConditionalValue<'_>, problems: &mut Vec<Problem>) {
        text_only(id, "Sid", problems);
        let Some(text) = id.text().filter(|_| self.kind == PolicyKind::Identity) else {
            return;
        };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "a `Sid` of an identity's policy is letters and digits only";
            problems
                .push(Problem::error(codes::POLICY_VALUE, message).at(id.span, "something else"));
        }
    }
}

/// Whether the statement has an unknown element that is near to one of these, as it was said.
fn misspells(statement: &ConditionalValue<'_>, elements: [&str; 2]) -> bool {
    let map = statement.node.and_then(Node::as_map);
    let mut names = map.into_iter().flat_map(Map::keys);
    names.any(|name| !elements.contains(&name) && nearest(name, elements).is_some())
}
