//! The dependencies between the resources of a template, and the order that follows from them.

use super::{Conditions, Error};
use crate::sub::{Part, parts};
use crate::{Function, Intrinsic, Node, Resource, Template, Value};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Resources that depend on each other, in no particular order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceCycle(pub Vec<String>);

/// Returns the logical ids that `resource` depends on: those that it refers to in chosen branches,
/// and those in its `DependsOn`. Resources that do not exist under `conditions` are left out.
pub fn dependencies(
    template: &Template,
    conditions: &Conditions,
    resource: Resource<'_>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for key in ["Properties", "Metadata", "CreationPolicy"] {
        if let Some(node) = resource.attribute(key) {
            walk_chosen(node, conditions, &mut |node| {
                names.extend(names_in(node).into_iter().map(str::to_owned));
            });
        }
    }
    names.extend(resource.depends_on().map(str::to_owned));
    names.retain(|name| {
        name != resource.id
            && template
                .resource(name)
                .is_some_and(|found| exists(conditions, found))
    });
    names
}

/// Returns the resources that exist under `conditions`, each with its dependencies.
///
/// Each resource follows everything that it depends on. Otherwise the order is that of the
/// template.
pub fn order(
    template: &Template,
    conditions: &Conditions,
) -> Result<IndexMap<String, BTreeSet<String>>, ResourceCycle> {
    let mut waiting: IndexMap<String, BTreeSet<String>> = template
        .resources()
        .filter(|resource| exists(conditions, *resource))
        .map(|resource| {
            let names = dependencies(template, conditions, resource);
            (resource.id.to_owned(), names)
        })
        .collect();
    let mut ordered: IndexMap<String, BTreeSet<String>> = IndexMap::new();
    while !waiting.is_empty() {
        let before = ordered.len();
        waiting.retain(|id, names| {
            let is_ready = names.iter().all(|name| ordered.contains_key(name));
            if is_ready {
                ordered.insert(id.clone(), std::mem::take(names));
            }
            !is_ready
        });
        if ordered.len() == before {
            return Err(ResourceCycle(on_cycles(waiting)));
        }
    }
    Ok(ordered)
}

impl From<ResourceCycle> for Error {
    fn from(cycle: ResourceCycle) -> Self {
        Error::CircularResources(cycle.0.join(", "))
    }
}

/// Returns the resources that are on a cycle. A resource on which no other depends is not on one.
fn on_cycles(mut waiting: IndexMap<String, BTreeSet<String>>) -> Vec<String> {
    loop {
        let awaited: BTreeSet<String> = waiting.values().flatten().cloned().collect();
        let before = waiting.len();
        waiting.retain(|id, _| awaited.contains(id));
        if waiting.len() == before {
            return waiting.into_keys().collect();
        }
    }
}

/// Returns whether the resource's condition holds.
fn exists(conditions: &Conditions, resource: Resource<'_>) -> bool {
    resource
        .condition()
        .is_none_or(|name| conditions.holds(name) == Some(true))
}

/// Visits `node` and its descendants, without the branches of `Fn::If` that are not chosen.
fn walk_chosen<'a>(node: &'a Node, conditions: &Conditions, visit: &mut impl FnMut(&'a Node)) {
    if let Some((Function::If, argument)) = node.function()
        && let Some([condition, then, otherwise]) = argument.as_list()
        && let Some(holds) = condition.as_str().and_then(|name| conditions.holds(name))
    {
        walk_chosen(if holds { then } else { otherwise }, conditions, visit);
        return;
    }
    visit(node);
    match &node.value {
        Value::List(items) => {
            for item in items {
                walk_chosen(item, conditions, visit);
            }
        }
        Value::Map(map) => {
            for (_, entry) in map.iter() {
                walk_chosen(&entry.node, conditions, visit);
            }
        }
        _ => {}
    }
}

/// Returns the names that a function itself refers to, without those in its arguments.
pub(super) fn names_in(node: &Node) -> Vec<&str> {
    match node.intrinsic() {
        Some(Intrinsic::Ref(name)) => vec![name],
        Some(Intrinsic::GetAtt { resource, .. }) => vec![resource],
        Some(Intrinsic::Sub { text, variables }) => parts(text)
            .into_iter()
            .filter_map(|part| match part {
                Part::Reference { name, .. } => Some(name),
                Part::Literal(_) | Part::Escaped(_) => None,
            })
            .filter(|name| !variables.is_some_and(|variables| variables.contains(name)))
            .map(|name| name.split_once('.').map_or(name, |(resource, _)| resource))
            .collect(),
        _ => Vec::new(),
    }
}
