//! DynamoDB tables.

use super::rule_violation;
use crate::conditions::Assignment;
use crate::context::Checker;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Resource};
use std::collections::BTreeSet;

/// Checks that the defined attributes are exactly those in the keys of the table and its indexes
/// (the page of `AttributeDefinitions`).
pub(super) fn attributes<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let Some(definitions) = resource.property("AttributeDefinitions") else {
        return;
    };
    let names = [
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    ];
    let nodes: Vec<&Node> = names
        .iter()
        .filter_map(|name| resource.property(name))
        .collect();
    for assignment in checker
        .conditions
        .assignments(&nodes, &Assignment::default())
    {
        let list = |name: &str| {
            let node = resource
                .property(name)
                .and_then(|node| assignment.resolve(node));
            node.map_or(Some(Vec::new()), |node| {
                node.as_list().map(<[Node]>::to_vec)
            })
        };
        let [Some(defined), Some(keys), Some(global), Some(local)] = names.map(list) else {
            continue;
        };
        let Some(defined) = defined_names(&defined) else {
            continue;
        };
        let mut used = key_names(&keys);
        for index in global.iter().chain(&local) {
            let keys = index.get("KeySchema").and_then(Node::as_list);
            used.extend(key_names(keys.unwrap_or_default()));
        }
        let unused: Vec<&String> = defined.difference(&used).collect();
        let missing: Vec<&String> = used.difference(&defined).collect();
        if !unused.is_empty() {
            let message = format!(
                "attribute `{}` is defined but not a key of the table or its indexes{}",
                join_names(&unused),
                assignment.describe()
            );
            problems.push(
                rule_violation(message, definitions.span)
                    .help("define only the attributes that are keys"),
            );
        }
        if !missing.is_empty() {
            let message = format!(
                "missing key attribute `{}` in `AttributeDefinitions`{}",
                join_names(&missing),
                assignment.describe()
            );
            problems.push(rule_violation(message, definitions.span));
        }
    }
}

fn join_names(names: &[&String]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    names.join("`, `")
}

/// Returns the names of the attributes, or `None` if one is not a literal.
fn defined_names(items: &[Node]) -> Option<BTreeSet<String>> {
    let name = |item: &Node| item.get("AttributeName")?.as_str().map(str::to_owned);
    items.iter().map(name).collect()
}

fn key_names(items: &[Node]) -> BTreeSet<String> {
    let name = |item: &Node| item.get("AttributeName")?.as_str().map(str::to_owned);
    items.iter().filter_map(name).collect()
}
