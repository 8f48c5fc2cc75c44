//! What holds of a value as a whole: names that need or exclude one another, counts, duplicates,
//! alternatives.
//!
//! `Fn::If` makes several values of one. Alternatives are tried with every condition open; where
//! an answer hangs on one, it is asked again with the condition true and with it false, as far as
//! the template's conditions allow both.

use super::finding::{Fault, Finding, Step};
use super::reason;
use super::scalar::key;
use super::walk::{Functions, Mode, Walker, branches, is_no_value, may_vanish};
use crate::Completeness;
use formwork_catalog::schema::{Bounds, Combined, Schema};
use formwork_template::intrinsic::is_expanded;
use formwork_template::{Map, Node, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// More cases than these are not told apart.
const MOST_CASES: usize = 128;

/// How a schema fared.
pub(super) struct Trial<'a> {
    pub(super) findings: Vec<Finding<'a>>,
    unknown: bool,
}

impl Trial<'_> {
    fn fits(&self) -> bool {
        self.findings.is_empty() && !self.unknown
    }
}

impl<'a> Walker<'a> {
    /// What holds of the value as a whole.
    pub(super) fn groups(&mut self, schema: &'a Schema, node: &'a Node) {
        if is_plain(schema) {
            return;
        }
        if self.mode != Mode::Report {
            self.group(schema, node);
            return;
        }
        self.cases(|walker| walker.group(schema, node));
    }

    /// Tries, in every case that must be told apart, and reports what is wrong.
    pub(super) fn cases(&mut self, mut attempt: impl FnMut(&mut Self)) {
        let (case, decided) = (self.case.clone(), self.decided.clone());
        let mut waiting = vec![(case.clone(), decided.clone())];
        self.way = case.clone();
        let mut tried = 0;
        while let Some((here, known)) = waiting.pop() {
            self.case = here.clone();
            self.decided = known.clone();
            let trial = self.trial(&mut attempt);
            tried += 1;
            let Some(open) = self.open.take() else {
                self.findings.extend(trial.findings);
                continue;
            };
            if tried + waiting.len() >= MOST_CASES || self.scene.trials.are_spent() {
                self.scene.trials.cut();
                continue;
            }
            for holds in [false, true] {
                let both = here.with(open, holds).zip(known.with(open, holds));
                if let Some(both) = both.filter(|(case, _)| self.scene.conditions.allow(case)) {
                    waiting.push(both);
                }
            }
        }
        (self.case, self.decided) = (case, decided);
    }

    /// Lets `attempt` run aside: what it finds is answered, not reported.
    pub(super) fn trial(&mut self, attempt: impl FnOnce(&mut Self)) -> Trial<'a> {
        let before = self.findings.len();
        let unknown = std::mem::replace(&mut self.unknown, false);
        let mode = self.mode;
        if mode == Mode::Report {
            self.mode = Mode::Try;
        }
        attempt(self);
        self.mode = mode;
        Trial {
            findings: self.findings.split_off(before),
            unknown: std::mem::replace(&mut self.unknown, unknown),
        }
    }

    /// Whether the value fits, of what is asked in the cases that can be alone.
    fn asked(&mut self, schema: &'a Schema, node: &'a Node) -> Trial<'a> {
        let mode = std::mem::replace(&mut self.mode, Mode::Ask);
        let trial = self.trial(|walker| walker.value(schema, node));
        self.mode = mode;
        trial
    }

    fn group(&mut self, schema: &'a Schema, node: &'a Node) {
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
                self.fault(Fault::Missing(name), node.span);
            }
        }
        let Some(combined) = combined else { return };
        for (name, needed) in &combined.dependent_required {
            for other in needed {
                if self.has(map, name) && !self.has(map, other) {
                    self.fault(Fault::Dependent(name, other), node.span);
                }
            }
        }
        let mut pairs: Vec<[&str; 2]> = Vec::new();
        for (name, excluded) in &combined.dependent_excluded {
            for other in excluded {
                // Two that exclude each other are one conflict.
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
                self.fault(Fault::NameCount(combined.property_count, count), node.span);
            }
        }
    }

    /// Whether more may stand in the table than is seen: by loops and macros, or because something
    /// was not understood when the template was made.
    pub(super) fn is_open(&self, map: &Map) -> bool {
        let mut values = map.iter().map(|(_, entry)| &entry.node);
        let has_holes = self.scene.completeness == Completeness::Partial && values.any(is_no_value);
        has_holes || map.keys().any(is_expanded)
    }

    /// At least one of the names is needed, and no more than `most`.
    fn required_of(&mut self, names: &'a [Arc<str>], most: usize, map: &'a Map, node: &'a Node) {
        if names.is_empty() {
            return;
        }
        let all = || names.iter().map(|name| &**name);
        let there: Vec<&str> = all().filter(|name| self.has(map, name)).collect();
        if there.is_empty() {
            self.fault(Fault::MissingOneOf(all().collect()), node.span);
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
                    self.fault_at(Step::Name(name), fault, entry.key);
                }
            }
        }
    }

    /// One name stands beside another that it must not stand beside.
    fn conflict(&mut self, name: &str, other: &str, map: &'a Map) {
        let Some((name, entry)) = map.get_key_value(name) else {
            return;
        };
        if let Some((other, beside)) = map.get_key_value(other) {
            let fault = Fault::Beside(other, beside.key);
            self.fault_at(Step::Name(name), fault, entry.key);
        }
    }

    /// Whether the table has a value under that name.
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
            let item = match self.functions == Functions::Known
                && (may_vanish(item) || schema.unique_items && branches(item).is_some())
            {
                true => self.branch(item),
                false => Some(item),
            };
            if let Some(item) = item.filter(|item| !is_no_value(item)) {
                there.push((index, item));
            }
        }
        if counts && !within(schema.item_count, there.len()) {
            self.fault(Fault::ItemCount(schema.item_count, there.len()), node.span);
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
            let all: std::collections::HashSet<String> =
                there.iter().map(|(_, item)| key(item)).collect();
            if all.len() as u64 > most {
                self.fault(Fault::TooManyDifferent(most, all.len()), node.span);
            }
        }
        self.contains(combined, items, node);
    }

    fn duplicates(
        &mut self,
        items: &[(usize, &'a Node)],
        key: impl Fn(&Node) -> Option<String>,
        fault: impl Fn(formwork_template::diagnostics::Span) -> Fault<'a>,
    ) {
        let mut seen: HashMap<String, &Node> = HashMap::with_capacity(items.len());
        for (index, item) in items {
            let Some(key) = key(item) else { continue };
            if let Some(first) = seen.get(&key) {
                self.fault_at(Step::Index(*index), fault(first.span), item.span);
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
            let trial = self.asked(schema, item);
            if trial.fits() {
                return;
            }
            unknown |= trial.unknown;
        }
        match unknown {
            true => self.unknown = true,
            false => self.fault(Fault::NoneFits, node.span),
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
            let trial = self.asked(not, node);
            if trial.unknown {
                self.unknown = true;
            } else if trial.findings.is_empty() {
                self.forbidden(not, node);
            }
        }
        if let Some(condition) = &combined.condition {
            let trial = self.asked(&condition.test, node);
            let next = match trial.fits() {
                true => condition.then.as_ref(),
                false => condition.otherwise.as_ref(),
            };
            if trial.unknown {
                self.unknown = true;
            } else if let Some(next) = next {
                let before = self.findings.len();
                let mode = std::mem::replace(&mut self.mode, Mode::Ask);
                self.value(next, node);
                self.mode = mode;
                self.because(before, &condition.test, node);
            }
        }
    }

    /// Adds to what was found since then that the condition asked for it.
    fn because(&mut self, before: usize, test: &'a Schema, node: &'a Node) {
        // What was gathered of several resources stands in none of them as it is walked.
        if self.findings.len() == before || self.data.is_some() {
            return;
        }
        let reasons = reason::reasons(test, node, &self.trail);
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

    /// Several alternatives fit where one may: the names that tell them apart exclude each other.
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
                    self.fault_at(Step::Name(name), fault, entry.key);
                }
            }
            _ => self.fault(Fault::SeveralFit, node.span),
        }
    }

    /// What must not fit does: where it only asks for names, these are not allowed.
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
                self.fault_at(Step::Name(last), Fault::Excluded(others), entry.key);
            }
            None => self.fault(Fault::Forbidden, node.span),
        }
    }

    /// Reports the faults of the alternative that was most likely meant.
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

/// Whether the schema says nothing of a value as a whole.
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
