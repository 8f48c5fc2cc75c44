//! Which resource of a template waits for which.

use super::{Conditions, Error};
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Intrinsic, Node, Resource, Template};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Resources that wait for each other, in no particular order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle(pub Vec<String>);

/// The logical ids that `resource` waits for: what it refers to in branches that are taken, and
/// its `DependsOn`. Only resources of `template` that exist under `conditions` are among them.
pub fn dependencies(
    template: &Template,
    conditions: &Conditions,
    resource: Resource<'_>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for key in ["Properties", "Metadata", "CreationPolicy"] {
        if let Some(node) = resource.attribute(key) {
            taken(node, conditions, &mut |node| {
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

/// The resources that exist under `conditions`, each with what it waits for, every one after all
/// that it waits for; otherwise in the order of their writing.
pub fn order(
    template: &Template,
    conditions: &Conditions,
) -> Result<IndexMap<String, BTreeSet<String>>, Cycle> {
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
            return Err(Cycle(on_cycles(waiting)));
        }
    }
    Ok(ordered)
}

impl From<Cycle> for Error {
    fn from(cycle: Cycle) -> Self {
        Error::CircularResources(cycle.0.join(", "))
    }
}

/// Those of the resources that none else waits for are not on a cycle, but behind one.
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

fn exists(conditions: &Conditions, resource: Resource<'_>) -> bool {
    resource
        .condition()
        .is_none_or(|name| conditions.holds(name) == Some(true))
}

/// Visits `node` and what lies below it, leaving out the branches of `Fn::If` that are not taken.
fn taken<'a>(node: &'a Node, conditions: &Conditions, visit: &mut impl FnMut(&'a Node)) {
    if let Some((Function::If, argument)) = node.function()
        && let Some([condition, then, otherwise]) = argument.as_list()
        && let Some(holds) = condition.as_str().and_then(|name| conditions.holds(name))
    {
        taken(if holds { then } else { otherwise }, conditions, visit);
        return;
    }
    visit(node);
    match &node.value {
        formwork_template::Value::List(items) => {
            for item in items {
                taken(item, conditions, visit);
            }
        }
        formwork_template::Value::Map(map) => {
            for (_, entry) in map.iter() {
                taken(&entry.node, conditions, visit);
            }
        }
        _ => {}
    }
}

/// The names that a function refers to by itself, what lies below it left out.
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
