//! Dependency cycles among the resources of a template, and among its conditions.

use crate::codes;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Section, Target, Template};
use std::collections::{BTreeMap, BTreeSet};

/// The dependencies of each resource or condition, with the span of the first reference.
type Dependencies<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Span>>;

/// Reports one problem for each cycle. A cycle that shares a resource with a reported one is left
/// out.
pub(crate) fn check(template: &Template) -> Vec<Problem> {
    let mut problems = find_cycles(
        resource_dependencies(template),
        "dependency cycle of resources",
    );
    let condition_dependencies = condition_dependencies(template);
    problems.extend(find_cycles(
        condition_dependencies,
        "dependency cycle of conditions",
    ));
    problems
}

fn find_cycles(dependencies: Dependencies<'_>, title: &str) -> Vec<Problem> {
    let mut remaining = RemainingGraph::of(dependencies);
    let mut problems = Vec::new();
    while let Some(cycle) = next_cycle(&remaining.dependencies) {
        problems.push(problem(&cycle, &remaining.dependencies, title));
        remaining.remove(cycle);
    }
    problems
}

/// The graph without the nodes that are on no cycle and lead to none.
struct RemainingGraph<'a> {
    dependencies: Dependencies<'a>,
    /// The dependents of each node.
    dependents: BTreeMap<&'a str, Vec<&'a str>>,
    /// The number of remaining dependencies of each node.
    pending: BTreeMap<&'a str, usize>,
}

impl<'a> RemainingGraph<'a> {
    fn of(dependencies: Dependencies<'a>) -> Self {
        let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut pending: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, edges) in &dependencies {
            let present = edges
                .keys()
                .filter(|target| dependencies.contains_key(*target));
            let count = present.inspect(|target| dependents.entry(target).or_default().push(id));
            pending.insert(id, count.count());
        }
        let free = pending.iter().filter(|(_, count)| **count == 0);
        let free = free.map(|(id, _)| *id).collect();
        let mut remaining = Self {
            dependencies,
            dependents,
            pending,
        };
        remaining.remove(free);
        remaining
    }

    fn remove(&mut self, mut ids: Vec<&'a str>) {
        while let Some(id) = ids.pop() {
            if self.dependencies.remove(id).is_none() {
                continue;
            }
            for dependent in self.dependents.remove(id).unwrap_or_default() {
                let count = self.pending.entry(dependent).or_default();
                *count -= 1;
                if *count == 0 {
                    ids.push(dependent);
                }
            }
        }
    }
}

/// Returns the dependencies among conditions.
fn condition_dependencies(template: &Template) -> Dependencies<'_> {
    let mut dependencies = Dependencies::new();
    for (name, entry) in template.entries(Section::Conditions) {
        let edges: &mut BTreeMap<&str, Span> = dependencies.entry(name).or_default();
        for reference in entry.node.condition_references() {
            if let Target::Condition(other) = reference.target {
                edges.entry(other).or_insert(reference.span);
            }
        }
    }
    dependencies
}

fn resource_dependencies(template: &Template) -> Dependencies<'_> {
    let ids: BTreeSet<&str> = template.resources().map(|resource| resource.id).collect();
    let mut dependencies = Dependencies::new();
    for (id, entry) in template.entries(Section::Resources) {
        let Some(known) = ids.get(id) else { continue };
        let edges = dependencies.entry(known).or_default();
        for reference in entry.node.references() {
            let (Target::Name(name) | Target::Attribute(name, _)) = reference.target else {
                continue;
            };
            if ids.contains(name) {
                edges.entry(name).or_insert(reference.span);
            }
        }
        let Some(node) = entry.node.get("DependsOn") else {
            continue;
        };
        for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
            // A resource that depends on itself is reported as a wrong reference.
            if let Some(name) = item
                .as_str()
                .filter(|name| ids.contains(name) && *name != id)
            {
                edges.entry(name).or_insert(item.span);
            }
        }
    }
    dependencies
}

/// Returns a cycle. Every remaining node has a dependency among the remaining nodes.
fn next_cycle<'a>(dependencies: &Dependencies<'a>) -> Option<Vec<&'a str>> {
    let mut path: Vec<&str> = vec![dependencies.keys().next()?];
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    loop {
        let here = *path.last()?;
        if let Some(start) = seen.insert(here, path.len() - 1) {
            path.pop();
            return Some(path.split_off(start));
        }
        let next = dependencies
            .get(here)?
            .keys()
            .find(|id| dependencies.contains_key(*id))?;
        path.push(next);
    }
}

fn problem(cycle: &[&str], dependencies: &Dependencies<'_>, title: &str) -> Problem {
    let mut path = cycle.join(" > ");
    if let Some(first) = cycle.first() {
        path.push_str(" > ");
        path.push_str(first);
    }
    let message = format!("{title}: {path}");
    let mut problem = Problem::error(codes::TEMPLATE_CYCLE, message);
    for (position, id) in cycle.iter().enumerate() {
        let next = cycle[(position + 1) % cycle.len()];
        if let Some(span) = dependencies.get(id).and_then(|edges| edges.get(next)) {
            problem = problem.at(*span, format!("`{id}` depends on `{next}`"));
        }
    }
    problem
}
