//! A value as a whole: properties that need or exclude one another, counts, duplicates, and
//! alternative schemas.
//!
//! `Fn::If` makes several values of one. Alternatives are tried with every condition undecided. If
//! an answer depends on a condition, it is tried again with the condition true and false, as far as
//! the template's conditions allow both.

use super::scalars::key;
use super::{FunctionHandling, Trial, WalkMode, Walker};
use crate::conditions::{if_branches, is_no_value, may_vanish};
use crate::context::Completeness;
use crate::properties::faults::{Fault, Finding, PathStep, reasons};
use formwork_catalog::schema::{Bounds, Combined, Schema};
use formwork_template::diagnostics::Span;
use formwork_template::intrinsic::is_expanded;
use formwork_template::{Map, Node, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl<'a> Walker<'a> {
    /// Checks the value as a whole.
    pub(super) fn groups(&mut self, schema: &'a Schema, node: &'a Node) {
        if is_plain(schema) {
            return;
        }
        if self.mode != WalkMode::Report {
            self.check_group(schema, node);
            return;
        }
        self.for_each_assignment(|walker| walker.check_group(schema, node));
    }

    /// Returns whether the value matches a schema that is only tested, such as the test of an `if`.
    fn test(&mut self, schema: &'a Schema, node: &'a Node) -> Trial<'a> {
        let mode = std::mem::replace(&mut self.mode, WalkMode::Test);
        let trial = self.trial(|walker| walker.value(schema, node));
        self.mode = mode;
        trial
    }

    fn check_group(&mut self, schema: &'a Schema, node: &'a Node) {
        match &node.value {
            Value::Map(map) => self.names(schema, map, node),
            Value::List(items) => self.items(schema, items, node),
            _ => {}
        }
        if let Some(combined) = &schema.combined {
            self.alternatives(combined, node);
        }
    }

    fn names(&mut self, schema: &'a Schema, map: &'a Map, node: &'a Node) {
        let combined = schema.combined.as_deref();
        if self.is_open(map) {
            self.unknown = true;
            return;
        }
        for name in &schema.required {
            if !self.has(map, name) {
                self.report(Fault::Missing(name), node.span);
            }
        }
        let Some(combined) = combined else { return };
        for (name, needed) in &combined.dependent_required {
            for other in needed {
                if self.has(map, name) && !self.has(map, other) {
                    self.report(Fault::MissingDependent(name, other), node.span);
                }
            }
        }
        let mut pairs: Vec<[&str; 2]> = Vec::new();
        for (name, excluded) in &combined.dependent_excluded {
            for other in excluded {
                // Two properties that exclude each other are one conflict.
                if self.has(map, name) && self.has(map, other) && !pairs.contains(&[other, name]) {
                    self.conflict(other, name, map);
                    pairs.push([name, other]);
                }
            }
        }
        self.required_of(&combined.required_or, usize::MAX, map, node);
        self.required_of(&combined.required_xor, 1, map, node);
        if !combined.property_count.is_open() {
            let count = map
                .iter()
                .filter(|(_, entry)| !self.is_absent(&entry.node))
                .count();
            if !within(combined.property_count, count) {
                self.report(
                    Fault::PropertyCount(combined.property_count, count),
                    node.span,
                );
            }
        }
    }

    /// Returns whether the table may have further keys: from loops and macros, or because the
    /// source had errors.
    pub(super) fn is_open(&self, map: &Map) -> bool {
        let mut values = map.iter().map(|(_, entry)| &entry.node);
        let has_holes =
            self.checker.completeness == Completeness::Partial && values.any(is_no_value);
        has_holes || map.keys().any(is_expanded)
    }

    /// Checks that one of the properties is present, and no more than `most`.
    fn required_of(&mut self, names: &'a [Arc<str>], most: usize, map: &'a Map, node: &'a Node) {
        if names.is_empty() {
            return;
        }
        let all = || names.iter().map(|name| &**name);
        let there: Vec<&str> = all().filter(|name| self.has(map, name)).collect();
        if there.is_empty() {
            self.report(Fault::MissingOneOf(all().collect()), node.span);
        }
        if let [name, other] = there.as_slice()
            && there.len() > most
        {
            self.conflict(other, name, map);
        } else if there.len() > most {
            for name in &there {
                let others = there.iter().filter(|other| *other != name).copied();
                if let Some((name, entry)) = map.get_key_value(name) {
                    let fault = Fault::Excluded(others.collect());
                    self.report_at(PathStep::Name(name), fault, entry.key);
                }
            }
        }
    }

    /// Reports two properties that exclude each other.
    fn conflict(&mut self, name: &str, other: &str, map: &'a Map) {
        let Some((name, entry)) = map.get_key_value(name) else {
            return;
        };
        if let Some((other, beside)) = map.get_key_value(other) {
            let fault = Fault::ConflictsWith(other, beside.key);
            self.report_at(PathStep::Name(name), fault, entry.key);
        }
    }

    /// Returns whether the table has a value for that name.
    fn has(&mut self, map: &'a Map, name: &str) -> bool {
        let Some(node) = map.get(name) else {
            return false;
        };
        !self.is_absent(node)
    }

    fn items(&mut self, schema: &'a Schema, items: &'a [Node], node: &'a Node) {
        let combined = schema.combined.as_deref();
        let counts = !schema.item_count.is_open();
        let unique_keys = combined.map_or(&[][..], |combined| &combined.unique_keys);
        let different = combined.and_then(|combined| combined.max_unique_items);
        if !counts && !schema.unique_items && unique_keys.is_empty() && different.is_none() {
            return self.contains(combined, items, node);
        }
        let mut there = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let item = match self.functions == FunctionHandling::Interpret
                && (may_vanish(item) || schema.unique_items && if_branches(item).is_some())
            {
                true => self.branch(item),
                false => Some(item),
            };
            if let Some(item) = item.filter(|item| !is_no_value(item)) {
                there.push((index, item));
            }
        }
        if counts && !within(schema.item_count, there.len()) {
            self.report(Fault::ItemCount(schema.item_count, there.len()), node.span);
        }
        if schema.unique_items {
            self.duplicates(&there, |item| Some(key(item)), Fault::Duplicate);
        }
        if !unique_keys.is_empty() {
            let keys = |item: &Node| {
                let parts = unique_keys.iter().map(|name| Some(key(item.get(name)?)));
                parts.collect::<Option<Vec<_>>>().map(|all| all.join("\0"))
            };
            let fault = |span| Fault::DuplicateKeys(unique_keys, span);
            self.duplicates(&there, keys, fault);
        }
        if let Some(most) = different {
            let all: HashSet<String> = there.iter().map(|(_, item)| key(item)).collect();
            if all.len() as u64 > most {
                self.report(Fault::TooManyDistinct(most, all.len()), node.span);
            }
        }
        self.contains(combined, items, node);
    }

    fn duplicates(
        &mut self,
        items: &[(usize, &'a Node)],
        key: impl Fn(&Node) -> Option<String>,
        fault: impl Fn(Span) -> Fault<'a>,
    ) {
        let mut seen: HashMap<String, &Node> = HashMap::with_capacity(items.len());
        for (index, item) in items {
            let Some(key) = key(item) else { continue };
            if let Some(first) = seen.get(&key) {
                self.report_at(PathStep::Index(*index), fault(first.span), item.span);
            } else {
                seen.insert(key, item);
            }
        }
    }

    fn contains(&mut self, combined: Option<&'a Combined>, items: &'a [Node], node: &'a Node) {
        let Some(schema) = combined.and_then(|combined| combined.contains.as_ref()) else {
            return;
        };
        let mut unknown = false;
        for item in items {
            let trial = self.test(schema, item);
            if trial.fits() {
                return;
            }
            unknown |= trial.unknown;
        }
        match unknown {
            true => self.unknown = true,
            false => self.report(Fault::NoItemMatches, node.span),
        }
    }

    fn alternatives(&mut self, combined: &'a Combined, node: &'a Node) {
        if !combined.any_of.is_empty() {
            self.any_of(&combined.any_of, node);
        }
        if !combined.one_of.is_empty() {
            self.one_of(&combined.one_of, node);
        }
        if let Some(not) = &combined.not {
            let trial = self.test(not, node);
            if trial.unknown {
                self.unknown = true;
            } else if trial.findings.is_empty() {
                self.forbidden(not, node);
            }
        }
        if let Some(condition) = &combined.condition {
            let trial = self.test(&condition.test, node);
            let next = match trial.fits() {
                true => condition.then.as_ref(),
                false => condition.otherwise.as_ref(),
            };
            if trial.unknown {
                self.unknown = true;
            } else if let Some(next) = next {
                let before = self.findings.len();
                let mode = std::mem::replace(&mut self.mode, WalkMode::Test);
                self.value(next, node);
                self.mode = mode;
                self.explain_findings(before, &condition.test, node);
            }
        }
    }

    /// Adds the reasons to the findings after `before`: the condition that required them.
    fn explain_findings(&mut self, before: usize, test: &'a Schema, node: &'a Node) {
        // Gathered values have no path in a resource.
        if self.findings.len() == before || self.data.is_some() {
            return;
        }
        let reasons = reasons(test, node, &self.trail);
        for finding in &mut self.findings[before..] {
            finding.add(&reasons);
        }
    }

    fn any_of(&mut self, branches: &'a [Schema], node: &'a Node) {
        let mut failed = Vec::with_capacity(branches.len());
        let mut unknown = false;
        for branch in branches {
            let trial = self.trial(|walker| walker.value(branch, node));
            if trial.fits() {
                return;
            }
            unknown |= trial.unknown;
            failed.push(trial.findings);
        }
        match unknown {
            true => self.unknown = true,
            false => self.closest(failed),
        }
    }

    fn one_of(&mut self, branches: &'a [Schema], node: &'a Node) {
        let mut failed = Vec::with_capacity(branches.len());
        let mut fitting = Vec::new();
        let mut unknown = false;
        for branch in branches {
            let trial = self.trial(|walker| walker.value(branch, node));
            if trial.unknown {
                unknown = true;
            } else if trial.findings.is_empty() {
                fitting.push(branch);
            } else {
                failed.push(trial.findings);
            }
        }
        match fitting.len() {
            0 | 1 if unknown => self.unknown = true,
            0 => self.closest(failed),
            1 => {}
            _ => self.several(&fitting, node),
        }
    }

    /// Reports several matching alternatives where one is allowed: the properties that distinguish
    /// them exclude each other.
    fn several(&mut self, fitting: &[&'a Schema], node: &'a Node) {
        let names: Vec<&str> = fitting
            .iter()
            .flat_map(|schema| schema.required.iter().map(|name| &**name))
            .collect();
        let mut told: Vec<&str> = Vec::new();
        for name in &names {
            let times = names.iter().filter(|other| other == &name).count();
            if times == 1 && !told.contains(name) {
                told.push(name);
            }
        }
        match (told.as_slice(), node.as_map()) {
            ([name, rest @ ..], Some(map)) if !rest.is_empty() => {
                if let Some((name, entry)) = map.get_key_value(name) {
                    let fault = Fault::Excluded(rest.to_vec());
                    self.report_at(PathStep::Name(name), fault, entry.key);
                }
            }
            _ => self.report(Fault::SeveralMatch, node.span),
        }
    }

    /// Reports a match with a forbidden schema. If the schema only requires properties, these are
    /// not allowed.
    fn forbidden(&mut self, not: &'a Schema, node: &'a Node) {
        let name = match (not.required.as_slice(), node.as_map()) {
            ([names @ .., last], Some(map)) => map
                .get_key_value(last)
                .map(|(last, entry)| (names, last, entry)),
            _ => None,
        };
        match name {
            Some((names, last, entry)) => {
                let others = names.iter().map(|name| &**name).collect();
                self.report_at(PathStep::Name(last), Fault::Excluded(others), entry.key);
            }
            None => self.report(Fault::Forbidden, node.span),
        }
    }

    /// Reports the findings of the alternative that was most likely meant.
    fn closest(&mut self, failed: Vec<Vec<Finding<'a>>>) {
        let missing = |findings: &Vec<Finding<'a>>| match findings.as_slice() {
            [
                Finding {
                    fault: Fault::Missing(name),
                    trail,
                    ..
                },
            ] => Some((*name, trail.len())),
            _ => None,
        };
        let names: Option<Vec<(&str, usize)>> = failed.iter().map(missing).collect();
        if let Some(names) = names.filter(|names| names.len() > 1)
            && names.iter().all(|(_, depth)| *depth == names[0].1)
        {
            let mut first = failed
                .into_iter()
                .flatten()
                .next()
                .expect("two have failed");
            first.fault = Fault::MissingOneOf(names.into_iter().map(|(name, _)| name).collect());
            self.findings.push(first);
            return;
        }
        let rank = |findings: &Vec<Finding<'a>>| {
            let foreign = findings.iter().filter(|it| it.fault.is_foreign()).count();
            let other = findings.iter().filter(|it| it.fault.is_discriminating());
            let depth = findings.iter().map(|it| it.trail.len()).max();
            (
                foreign,
                other.count(),
                findings.len(),
                usize::MAX - depth.unwrap_or(0),
            )
        };
        if let Some(best) = failed.into_iter().min_by_key(rank) {
            self.findings.extend(best);
        }
    }
}

/// Returns whether the schema has no requirement for a value as a whole.
fn is_plain(schema: &Schema) -> bool {
    schema.required.is_empty()
        && schema.item_count.is_open()
        && !schema.unique_items
        && schema.combined.is_none()
}

fn within(bounds: Bounds<u64>, count: usize) -> bool {
    let count = count as u64;
    bounds.min.is_none_or(|least| count >= least) && bounds.max.is_none_or(|most| count <= most)
}
