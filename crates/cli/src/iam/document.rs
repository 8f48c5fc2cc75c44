//! From what is needed to policy documents: a statement for each service and scope, each document within IAM's limit.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Needs, Scope};

/// The characters of a managed policy, blanks not counted ("IAM and AWS STS quotas").
pub const LIMIT: usize = 6144;

/// A policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The document.
    pub json: Value,
}

impl Document {
    fn of(statements: &[Value]) -> Self {
        Self {
            json: json!({ "Version": "2012-10-17", "Statement": statements }),
        }
    }

    /// Its size as IAM counts it.
    pub fn size(&self) -> usize {
        size(&self.json)
    }
}

/// The documents that allow all that is needed: one, or as many as the limit asks for.
pub fn documents(needs: &Needs) -> Vec<Document> {
    let mut names = BTreeMap::new();
    let mut statements = Vec::new();
    for (scope, actions) in &needs.actions {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        for actions in within_limit(scope, &actions) {
            let count: &mut usize = names.entry(scope.sid.clone()).or_default();
            *count += 1;
            let sid = match count {
                1 => scope.sid.clone(),
                count => format!("{}{count}", scope.sid),
            };
            statements.push(statement(&sid, scope, actions));
        }
    }
    let mut documents = Vec::new();
    let mut open: Vec<Value> = Vec::new();
    for statement in statements {
        open.push(statement);
        if Document::of(&open).size() > LIMIT {
            let last = open.pop();
            documents.push(Document::of(&open));
            open = last.into_iter().collect();
        }
    }
    documents.push(Document::of(&open));
    documents
}

/// The actions in parts, each of which fits a document of its own.
fn within_limit<'a>(scope: &Scope, actions: &'a [&'a str]) -> Vec<&'a [&'a str]> {
    let alone = Document::of(&[statement(&format!("{}99", scope.sid), scope, actions)]);
    if alone.size() <= LIMIT || actions.len() < 2 {
        return vec![actions];
    }
    let (first, second) = actions.split_at(actions.len() / 2);
    let mut parts = within_limit(scope, first);
    parts.extend(within_limit(scope, second));
    parts
}

fn statement(sid: &str, scope: &Scope, actions: &[&str]) -> Value {
    let mut statement = Map::new();
    statement.insert("Sid".to_owned(), json!(sid));
    statement.insert("Effect".to_owned(), json!("Allow"));
    statement.insert("Action".to_owned(), one_or_all(actions));
    let resources: Vec<&str> = scope.resources.iter().map(String::as_str).collect();
    statement.insert("Resource".to_owned(), one_or_all(&resources));
    if let Ok(condition) = serde_json::from_str::<Value>(&scope.condition) {
        statement.insert("Condition".to_owned(), condition);
    }
    Value::Object(statement)
}

fn one_or_all(items: &[&str]) -> Value {
    match items {
        [one] => json!(one),
        all => json!(all),
    }
}

fn size(value: &Value) -> usize {
    let text = value.to_string();
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_split_and_nothing_is_lost() {
        let mut needs = Needs::default();
        let many = (0..700).map(|index| format!("ec2:DescribeSomethingNumber{index}"));
        needs
            .actions
            .insert(Scope::new("Ec2", vec!["*".to_owned()]), many.collect());
        needs.actions.insert(
            Scope::new("Stacks", vec!["*".to_owned()]),
            ["cloudformation:CreateStack".to_owned()].into(),
        );
        let documents = documents(&needs);
        assert!(documents.len() > 3);
        let mut actions = 0;
        let mut sids = Vec::new();
        for document in &documents {
            assert!(document.size() <= LIMIT, "{}", document.size());
            for statement in document.json["Statement"].as_array().unwrap() {
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
