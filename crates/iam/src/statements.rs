//! Permissions as policy documents: one statement for each scope, each document within IAM's size
//! limit.

use crate::document::{Condition, Document, Effect, Element, Statement};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// The maximum size of a managed policy in characters, white space not counted (the page "IAM and
/// AWS STS quotas").
pub const MAX_DOCUMENT_SIZE: usize = 6144;

/// The resources and the condition that several permissions share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The statement's id. A number follows if several statements have it.
    pub sid: String,
    /// The resources, as ARNs or `*`.
    pub resources: Vec<String>,
    /// The condition under which the permissions hold.
    pub condition: Option<Condition<'static>>,
}

impl Scope {
    /// Returns a scope without a condition.
    pub fn new(sid: impl Into<String>, resources: Vec<String>) -> Self {
        Self {
            sid: sid.into(),
            resources,
            condition: None,
        }
    }
}

/// Returns statements that allow the actions of each scope. A statement that is too large for a
/// document is split.
pub fn group(permissions: &BTreeMap<Scope, BTreeSet<String>>) -> Vec<Statement<'static>> {
    let mut sids = BTreeMap::new();
    let mut statements = Vec::new();
    for (scope, actions) in permissions {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        for actions in within_limit(scope, &actions) {
            let count: &mut usize = sids.entry(scope.sid.clone()).or_default();
            *count += 1;
            let sid = match count {
                1 => scope.sid.clone(),
                count => format!("{}{count}", scope.sid),
            };
            statements.push(allow(sid, scope, actions));
        }
    }
    statements
}

/// Distributes statements over as few documents as keep their order and the size limit.
pub fn split<'a>(statements: impl IntoIterator<Item = Statement<'a>>) -> Vec<Document<'a>> {
    let mut documents = Vec::new();
    let mut open = Document::new(Vec::new());
    for statement in statements {
        open.statements.push(statement);
        if open.size() > MAX_DOCUMENT_SIZE {
            let last = open.statements.pop();
            let next = Document::new(last.into_iter().collect());
            documents.push(std::mem::replace(&mut open, next));
        }
    }
    documents.push(open);
    documents
}

/// Halves a list of actions until each part fits a document of its own.
fn within_limit<'a>(scope: &Scope, actions: &'a [&'a str]) -> Vec<&'a [&'a str]> {
    // Room for the number after the id.
    let statement = allow(format!("{}99", scope.sid), scope, actions);
    if Document::new(vec![statement]).size() <= MAX_DOCUMENT_SIZE || actions.len() < 2 {
        return vec![actions];
    }
    let (first, second) = actions.split_at(actions.len() / 2);
    let mut parts = within_limit(scope, first);
    parts.extend(within_limit(scope, second));
    parts
}

fn allow(sid: String, scope: &Scope, actions: &[&str]) -> Statement<'static> {
    let actions = actions.iter().map(|action| Text::literal(*action));
    let resources = scope.resources.iter().map(Text::literal);
    Statement {
        sid: Some(Text::literal(sid)),
        effect: Some(Effect::Allow),
        principals: None,
        actions: Some(Element::Only(actions.collect())),
        resources: Some(Element::Only(resources.collect())),
        conditions: scope.condition.iter().cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_split_and_nothing_is_lost() {
        let many = (0..700).map(|index| format!("ec2:DescribeSomethingNumber{index}"));
        let all = || vec!["*".to_owned()];
        let permissions = BTreeMap::from([
            (Scope::new("Ec2", all()), many.collect()),
            (
                Scope::new("Stacks", all()),
                ["cloudformation:CreateStack".to_owned()].into(),
            ),
        ]);
        let documents = split(group(&permissions));
        assert!(documents.len() > 3);
        let mut actions = 0;
        let mut sids = Vec::new();
        for document in &documents {
            assert!(document.size() <= MAX_DOCUMENT_SIZE, "{}", document.size());
            for statement in document.to_json()["Statement"].as_array().unwrap() {
                sids.push(statement["Sid"].as_str().unwrap().to_owned());
                actions += statement["Action"].as_array().map_or(1, Vec::len);
            }
        }
        assert_eq!(actions, 701);
        let count = sids.len();
        sids.sort();
        sids.dedup();
        assert_eq!(sids.len(), count, "a Sid twice");
    }
}
