//! Resources of one template that wait for each other in a circle, and conditions that decide each
//! other so.

use crate::codes;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Section, Target, Template};
use std::collections::{BTreeMap, BTreeSet};

/// What a resource waits for, each with the place of the first reference to it.
type Waits<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Span>>;

/// One problem for each circle; circles that share a resource with one that is shown are not.
pub(super) fn cycles(template: &Template) -> Vec<Problem> {
    let mut problems = circles(waits(template), "resources wait for each other");
    let decided = decided(template);
    problems.extend(circles(decided, "conditions decide each other"));
    problems
}

fn circles(waits: Waits<'_>, what: &str) -> Vec<Problem> {
    let mut left = Left::of(waits);
    let mut problems = Vec::new();
    while let Some(circle) = circle(&left.waits) {
        problems.push(problem(&circle, &left.waits, what));
        left.remove(circle);
    }
    problems
}

/// What is on a circle or leads to one: whatever waits for nothing that is left is taken out.
struct Left<'a> {
    waits: Waits<'a>,
    /// Who waits for each.
    waiting: BTreeMap<&'a str, Vec<&'a str>>,
    /// For how many each waits.
    open: BTreeMap<&'a str, usize>,
}

impl<'a> Left<'a> {
    fn of(waits: Waits<'a>) -> Self {
        let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, edges) in &waits {
            let present = edges.keys().filter(|target| waits.contains_key(*target));
            let count = present.inspect(|target| waiting.entry(target).or_default().push(id));
            open.insert(id, count.count());
        }
        let free = open.iter().filter(|(_, count)| **count == 0);
        let free = free.map(|(id, _)| *id).collect();
        let mut left = Self {
            waits,
            waiting,
            open,
        };
        left.remove(free);
        left
    }

    fn remove(&mut self, mut ids: Vec<&'a str>) {
        while let Some(id) = ids.pop() {
            if self.waits.remove(id).is_none() {
                continue;
            }
            for waiter in self.waiting.remove(id).unwrap_or_default() {
                let count = self.open.entry(waiter).or_default();
                *count -= 1;
                if *count == 0 {
                    ids.push(waiter);
                }
            }
        }
    }
}

/// The conditions by which each condition is decided.
fn decided(template: &Template) -> Waits<'_> {
    let mut waits = Waits::new();
    for (name, entry) in template.entries(Section::Conditions) {
        let edges: &mut BTreeMap<&str, Span> = waits.entry(name).or_default();
        for reference in entry.node.condition_references() {
            if let Target::Condition(other) = reference.target {
                edges.entry(other).or_insert(reference.span);
            }
        }
    }
    waits
}

fn waits(template: &Template) -> Waits<'_> {
    let ids: BTreeSet<&str> = template.resources().map(|resource| resource.id).collect();
    let mut waits = Waits::new();
    for (id, entry) in template.entries(Section::Resources) {
        let Some(known) = ids.get(id) else { continue };
        let edges = waits.entry(known).or_default();
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
            // A resource that names itself there is reported as a wrong reference.
            if let Some(name) = item
                .as_str()
                .filter(|name| ids.contains(name) && *name != id)
            {
                edges.entry(name).or_insert(item.span);
            }
        }
    }
    waits
}

/// A circle among resources that all wait for another one of them.
fn circle<'a>(waits: &Waits<'a>) -> Option<Vec<&'a str>> {
    let mut way: Vec<&str> = vec![waits.keys().next()?];
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    loop {
        let here = *way.last()?;
        if let Some(start) = seen.insert(here, way.len() - 1) {
            way.pop();
            return Some(way.split_off(start));
        }
        let next = waits.get(here)?.keys().find(|id| waits.contains_key(*id))?;
        way.push(next);
    }
}

fn problem(circle: &[&str], waits: &Waits<'_>, what: &str) -> Problem {
    let mut way = circle.join(" > ");
    if let Some(first) = circle.first() {
        way.push_str(" > ");
        way.push_str(first);
    }
    let message = format!("{what}: {way}");
    let mut problem = Problem::error(codes::TEMPLATE_CYCLE, message);
    for (position, id) in circle.iter().enumerate() {
        let next = circle[(position + 1) % circle.len()];
        if let Some(span) = waits.get(id).and_then(|edges| edges.get(next)) {
            problem = problem.at(*span, format!("`{id}` waits for `{next}`"));
        }
    }
    problem
}
