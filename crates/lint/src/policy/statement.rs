//! One statement: its elements, which of them it must have, and what stands in each.

use super::document::{known, text_only};
use super::place::Kind;
use super::{Policy, text};
use crate::codes;
use crate::found::Found;
use formwork_template::diagnostics::{Problem, nearest};
use formwork_template::{Map, Node};

/// Whether a statement has an element or its opposite.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Need {
    Must,
    May,
    Never,
}

impl<'s> Policy<'s, '_> {
    /// Everything wrong with one statement.
    pub(super) fn statement<'n>(&self, statement: &Found<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        let Some(map) = table(statement, "a statement of a policy", problems) else {
            return;
        };
        let mut elements = vec!["Sid", "Effect", "Action", "NotAction", "Condition"];
        let (principal, resource) = self.needs();
        let mut pairs = vec![("Action", "NotAction", Need::Must)];
        for (pair, need) in [
            (["Principal", "NotPrincipal"], principal),
            (["Resource", "NotResource"], resource),
        ] {
            if need != Need::Never {
                elements.extend(pair);
                pairs.push((pair[0], pair[1], need));
            }
        }
        known(map, &elements, self.what(), problems);
        self.effect(statement, problems);
        for (element, opposite, need) in pairs {
            self.one_of(statement, [element, opposite], need, problems);
        }
        for id in self.under(statement, "Sid") {
            self.id(&id, problems);
        }
        for element in ["Action", "NotAction"] {
            self.actions(statement, element, problems);
        }
        if principal != Need::Never {
            for element in ["Principal", "NotPrincipal"] {
                self.principals(statement, element, problems);
            }
        }
        if resource != Need::Never {
            for element in ["Resource", "NotResource"] {
                self.resources(statement, element, problems);
            }
        }
        self.conditions(statement, problems);
    }

    /// Whether it names principals, and whether resources.
    fn needs(&self) -> (Need, Need) {
        match self.kind {
            Kind::Identity => (Need::Never, Need::Must),
            Kind::Trust | Kind::Repository => (Need::Must, Need::Never),
            Kind::Resource => (Need::Must, Need::Must),
            Kind::Open | Kind::Statement | Kind::Control => (Need::May, Need::May),
        }
    }

    /// What its statements are called.
    fn what(&self) -> &'static str {
        match self.kind {
            Kind::Identity => "statement of an identity's policy",
            Kind::Trust => "statement of a role's trust policy",
            Kind::Repository => "statement of a repository's policy",
            _ => "statement of a policy",
        }
    }

    fn effect<'n>(&self, statement: &Found<'n>, problems: &mut Vec<Problem>)
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
            let text = text::Text::of(node);
            let text = match &text {
                None => Some(node.kind().to_owned()),
                Some(text) => text.whole(),
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
        statement: &Found<'n>,
        [element, opposite]: [&str; 2],
        need: Need,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let opposites = self.under(statement, opposite);
        for one in self.under(statement, element) {
            for other in &opposites {
                let Some(case) = self.meet(&one, other) else {
                    continue;
                };
                let when = case.words();
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
                        if need == Need::Must && !misspells(statement, [element, opposite]) =>
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

    fn id(&self, id: &Found<'_>, problems: &mut Vec<Problem>) {
        text_only(id, "Sid", problems);
        let Some(text) = id.text().filter(|_| self.kind == Kind::Identity) else {
            return;
        };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "a `Sid` of an identity's policy is letters and digits only";
            problems
                .push(Problem::error(codes::POLICY_VALUE, message).at(id.span, "something else"));
        }
    }

    /// The items under an element that takes one text or a list of them; none of other kinds,
    /// which are said to be wrong.
    pub(super) fn items<'n>(
        &self,
        statement: &Found<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) -> Vec<Found<'n>>
    where
        's: 'n,
    {
        let mut items = Vec::new();
        for found in self.under(statement, element) {
            let Some(node) = found.node else { continue };
            match node.as_list() {
                Some([]) => {
                    let message = format!("`{element}` is an empty list");
                    problems.push(
                        Problem::error(codes::POLICY_VALUE, message).at(node.span, "names nothing"),
                    );
                }
                Some(_) => items.extend(self.under(&found, "*")),
                None => items.push(found),
            }
        }
        for item in &items {
            text_only(item, element, problems);
        }
        items.retain(|item| item.node.is_some_and(|node| text::Text::of(node).is_some()));
        items
    }
}

/// The table, which it must be unless it is a function; one that gives a text is none either.
pub(super) fn table<'n>(
    found: &Found<'n>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> Option<&'n Map> {
    let node = found.node?;
    let gives = match node.function() {
        None if node.as_map().is_some() => return node.as_map(),
        None => node.kind().to_owned(),
        Some(_) => format!("the text of `{}`", text::only_text(node)?),
    };
    let message = format!("{what} is a table, not {gives}");
    problems.push(Problem::error(codes::POLICY_VALUE, message).at(node.span, "must be a table"));
    None
}

/// Whether the statement has an unknown element that is near to one of these, as it was said.
fn misspells(statement: &Found<'_>, elements: [&str; 2]) -> bool {
    let map = statement.node.and_then(Node::as_map);
    let mut names = map.into_iter().flat_map(Map::keys);
    names.any(|name| !elements.contains(&name) && nearest(name, elements).is_some())
}
