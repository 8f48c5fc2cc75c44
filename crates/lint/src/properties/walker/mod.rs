//! The walk through a value and its schema together.
//!
//! The walker goes down tables and lists. [`scalars`] checks texts, numbers and booleans,
//! [`combinators`] checks a value as a whole and its alternatives, and [`functions`] checks what a
//! function returns.

mod combinators;
mod functions;
mod scalars;

use super::faults::{Fault, Finding, PathStep};
use crate::conditions::{Assignment, if_branches, is_no_value, may_vanish};
use crate::context::{Checker, Completeness};
use crate::limits::{MAX_SCHEMA_DEPTH, MAX_VALUE_ASSIGNMENTS};
use formwork_catalog::patterns::Patterns;
use formwork_catalog::schema::{
    AdditionalProperties, Combined, PropertyPath, PropertyStep, ResourceSchema, Schema,
};
use formwork_template::diagnostics::Span;
use formwork_template::dynamic::dynamic_references;
use formwork_template::intrinsic::is_expanded;
use formwork_template::{Function, Map, Node, Value};
use std::collections::HashMap;

/// A walk through one resource.
pub(super) struct Walker<'a> {
    /// The template and its context.
    pub(super) checker: &'a Checker<'a>,
    /// The compiled patterns.
    pub(super) patterns: &'a Patterns,
    /// The schema that `$ref` refers to.
    pub(super) owner: &'a ResourceSchema,
    /// The current assignment of conditions.
    pub(super) assignment: Assignment<'a>,
    /// The part of the assignment that the alternatives added.
    pub(super) decided: Assignment<'a>,
    /// The purpose of the walk.
    pub(super) mode: WalkMode,
    /// The findings so far.
    pub(super) findings: Vec<Finding<'a>>,
    /// True if the result depends on a value that is known only after deployment.
    pub(super) unknown: bool,
    /// The condition that must be assigned to know the result.
    pub(super) undecided: Option<&'a str>,
    /// The treatment of functions.
    pub(super) functions: FunctionHandling,
    /// The assignment by the enclosing `Fn::If`s, while a schema is tried.
    pub(super) branch_assignment: Assignment<'a>,
    /// The values gathered from several resources, if these are checked.
    pub(super) data: Option<&'a Node>,
    pub(super) trail: Vec<PathStep<'a>>,
    /// The possible values of conditions under an assignment.
    feasible: (Assignment<'a>, HashMap<&'a str, [bool; 2]>),
    depth: usize,
}

/// The purpose of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WalkMode {
    /// Report faults, in both branches of an `Fn::If`.
    Report,
    /// Try one of several schemas. A function's value is unknown, and the caller assigns the
    /// conditions. Branches that are never taken must match too.
    Try,
    /// Test a schema, such as the test of an `if`, only for the branches that can be taken.
    Test,
}

/// The treatment of functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionHandling {
    /// As the values that they return.
    Interpret,
    /// As tables.
    Literal,
}

/// The result of trying a schema.
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
    /// Starts at the properties of a resource that exists under `assignment`.
    pub(super) fn new(
        checker: &'a Checker<'a>,
        patterns: &'a Patterns,
        owner: &'a ResourceSchema,
        assignment: Assignment<'a>,
    ) -> Self {
        Self {
            checker,
            patterns,
            owner,
            assignment,
            decided: Assignment::default(),
            mode: WalkMode::Report,
            findings: Vec::new(),
            unknown: false,
            undecided: None,
            functions: FunctionHandling::Interpret,
            branch_assignment: Assignment::default(),
            data: None,
            trail: Vec::new(),
            feasible: <_>::default(),
            depth: 0,
        }
    }

    /// Starts at a path.
    pub(super) fn under(mut self, trail: impl IntoIterator<Item = PathStep<'a>>) -> Self {
        self.trail.extend(trail);
        self
    }

    /// Checks a value against a schema.
    pub(super) fn value(&mut self, schema: &'a Schema, node: &'a Node) {
        // While a condition is undecided, the result is discarded: the caller tries again for each
        // value.
        if self.depth >= MAX_SCHEMA_DEPTH || self.undecided.is_some() {
            self.unknown = true;
            return;
        }
        if self.mode != WalkMode::Report {
            self.checker.trials.count_one();
        }
        self.depth += 1;
        if let Some(next) = schema.definition.and_then(|at| self.owner.definition(at)) {
            self.value(next, node);
        }
        if schema.never {
            self.report(Fault::Never, node.span);
        } else if self.functions == FunctionHandling::Interpret && is_function(node) {
            self.function(schema, node);
        } else {
            self.literal(schema, node);
        }
        self.depth -= 1;
    }

    /// Reports a fault of the value itself.
    pub(super) fn report_value(&mut self, fault: Fault<'a>, node: &'a Node) {
        self.report(fault, node.span);
        if let Some(last) = self.findings.last_mut() {
            last.value = Some(node);
        }
    }

    /// Reports a fault at a span.
    pub(super) fn report(&mut self, fault: Fault<'a>, span: Span) {
        self.findings.push(Finding {
            fault,
            value: None,
            trail: self.trail.as_slice().into(),
            span,
            assignment: self.decided.clone(),
            output: None,
            suggestion: None,
            reasons: Vec::new(),
        });
    }

    /// Reports a fault one step further down the path.
    pub(super) fn report_at(&mut self, step: PathStep<'a>, fault: Fault<'a>, span: Span) {
        self.trail.push(step);
        self.report(fault, span);
        self.trail.pop();
    }

    /// Checks a value one step further down the path.
    pub(super) fn step(&mut self, step: PathStep<'a>, schema: &'a Schema, node: &'a Node) {
        self.trail.push(step);
        self.value(schema, node);
        self.trail.pop();
    }

    fn literal(&mut self, schema: &'a Schema, node: &'a Node) {
        if let Value::String(text) = &node.value
            && text.contains("{{")
            && !dynamic_references(text).is_empty()
        {
            self.unknown = true;
            return;
        }
        // Null values are reported separately.
        if node.value == Value::Null && self.data.is_none() {
            self.unknown = true;
            return;
        }
        if !scalars::fits(schema.types, node) {
            self.report_value(Fault::WrongType(schema.types), node);
            return;
        }
        match &node.value {
            Value::Map(map) => self.table(schema, map),
            Value::List(items) => self.list(schema, items),
            _ => {}
        }
        self.scalar(schema, node);
        if let Some(combined) = &schema.combined {
            match self.chosen(combined, node) {
                Some(chosen) => {
                    let all = chosen.iter().map(|position| &combined.all_of[*position]);
                    all.for_each(|all| self.value(all, node));
                }
                None => combined.all_of.iter().for_each(|all| self.value(all, node)),
            }
        }
        self.groups(schema, node);
    }

    /// Returns the schemas of `allOf` that can apply to a table, if a literal property selects
    /// them.
    fn chosen(&self, combined: &'a Combined, node: &Node) -> Option<&'a [usize]> {
        let index = combined.all_of_index.as_ref()?;
        let map = node.as_map()?;
        let value = map.get(index.property())?.as_str()?;
        let mut asked = index
            .tested_properties()
            .iter()
            .filter_map(|name| map.get(name));
        let is_known = asked.all(is_written) && !self.is_open(map);
        is_known.then(|| index.candidates(value))
    }

    fn table(&mut self, schema: &'a Schema, map: &'a Map) {
        let combined = schema.combined.as_deref();
        let names = combined.and_then(|combined| combined.property_names.as_ref());
        for (name, entry) in map.iter() {
            // The presence is evaluated only where it matters, because each condition doubles the
            // assignments.
            if is_expanded(name) || !describes(schema, name) {
                continue;
            }
            let is_there = !self.is_absent(&entry.node);
            if !is_there && !self.is_written(&entry.node) {
                continue;
            }
            if let Some(names) = names.filter(|_| is_there) {
                self.name(names, name, entry.key);
            }
            let mut is_known = false;
            if let Some(property) = schema.properties.get(name) {
                is_known = true;
                if is_there {
                    self.read_only(name, entry.key);
                }
                self.step(PathStep::Name(name), property, &entry.node);
            }
            for (pattern, property) in &schema.pattern_properties {
                if self.patterns.finds(pattern, name).unwrap_or(false) {
                    is_known = true;
                    self.step(PathStep::Name(name), property, &entry.node);
                }
            }
            match &schema.additional {
                _ if is_known => {}
                AdditionalProperties::Any => {}
                AdditionalProperties::Of(property) => {
                    self.step(PathStep::Name(name), property, &entry.node)
                }
                AdditionalProperties::None if !is_there => {}
                AdditionalProperties::None => {
                    self.report_at(
                        PathStep::Name(name),
                        Fault::UnknownProperty(schema),
                        entry.key,
                    );
                }
            }
        }
    }

    fn list(&mut self, schema: &'a Schema, items: &'a [Node]) {
        let combined = schema.combined.as_deref();
        let first = combined.map_or(&[][..], |combined| &combined.prefix_items);
        for (index, item) in items.iter().enumerate() {
            if self.is_absent(item) && !self.is_written(item) {
                continue;
            }
            let schema = first.get(index).or(schema.items.as_deref());
            if let Some(schema) = schema {
                self.step(PathStep::Index(index), schema, item);
            }
        }
    }

    /// Checks the name of an entry, which is a text too.
    fn name(&mut self, schema: &'a Schema, name: &'a str, span: Span) {
        if let Some(next) = schema.definition.and_then(|at| self.owner.definition(at)) {
            self.name(next, name, span);
        }
        self.trail.push(PathStep::Name(name));
        self.text(schema, name, span);
        self.trail.pop();
    }

    fn read_only(&mut self, name: &'a str, span: Span) {
        if self.mode != WalkMode::Report || self.owner.read_only.is_empty() {
            return;
        }
        self.trail.push(PathStep::Name(name));
        let is_here = |path: &PropertyPath| {
            path.steps().len() == self.trail.len()
                && path.steps().iter().zip(&self.trail).all(same_step)
        };
        if self.owner.read_only.iter().any(is_here) {
            self.report(Fault::ReadOnly, span);
        }
        self.trail.pop();
    }

    /// Returns whether there is no value: `AWS::NoValue`, or an `Fn::If` that returns it.
    pub(super) fn is_absent(&mut self, node: &'a Node) -> bool {
        let is_hole = self.checker.completeness == Completeness::Partial && is_no_value(node);
        if self.functions == FunctionHandling::Literal || is_hole || !may_vanish(node) {
            return false;
        }
        match self.branch(node) {
            Some(node) => is_no_value(node),
            None => false,
        }
    }

    /// Returns whether a value is written and must be checked, even if it is never used.
    fn is_written(&self, node: &Node) -> bool {
        self.mode == WalkMode::Report && !is_no_value(node)
    }

    /// Returns the branch that an `Fn::If` and those in it take, or `None` if a condition is
    /// undecided.
    pub(super) fn branch(&mut self, node: &'a Node) -> Option<&'a Node> {
        let mut node = node;
        while let Some((condition, yes, no)) = if_branches(node) {
            node = match self.holds(condition)? {
                true => yes,
                false => no,
            };
        }
        Some(node)
    }

    /// Returns whether the condition holds, or `None` if it is undecided.
    pub(super) fn holds(&mut self, condition: &'a str) -> Option<bool> {
        match self.feasible(condition) {
            [true, false] => Some(true),
            [false, true] => Some(false),
            _ => {
                if self.mode != WalkMode::Report {
                    self.undecided.get_or_insert(condition);
                    self.unknown = true;
                }
                None
            }
        }
    }

    /// Returns whether the condition can be true and whether it can be false.
    fn feasible(&mut self, condition: &'a str) -> [bool; 2] {
        if self.feasible.0 != self.assignment {
            self.feasible = (self.assignment.clone(), HashMap::new());
        }
        *self.feasible.1.entry(condition).or_insert_with(|| {
            [true, false].map(|holds| {
                let assignment = self.assignment.with(condition, holds);
                assignment.is_some_and(|assignment| self.checker.conditions.allow(&assignment))
            })
        })
    }

    /// Runs `attempt` under every assignment that affects the result, and reports the findings.
    pub(super) fn for_each_assignment(&mut self, mut attempt: impl FnMut(&mut Self)) {
        let (assignment, decided) = (self.assignment.clone(), self.decided.clone());
        let mut waiting = vec![(assignment.clone(), decided.clone())];
        self.branch_assignment = assignment.clone();
        let mut tried = 0;
        while let Some((here, known)) = waiting.pop() {
            self.assignment = here.clone();
            self.decided = known.clone();
            let trial = self.trial(&mut attempt);
            tried += 1;
            let Some(undecided) = self.undecided.take() else {
                self.findings.extend(trial.findings);
                continue;
            };
            if tried + waiting.len() >= MAX_VALUE_ASSIGNMENTS || self.checker.trials.is_exhausted()
            {
                self.checker.trials.mark_incomplete();
                continue;
            }
            for holds in [false, true] {
                let both = here
                    .with(undecided, holds)
                    .zip(known.with(undecided, holds));
                if let Some(both) =
                    both.filter(|(assignment, _)| self.checker.conditions.allow(assignment))
                {
                    waiting.push(both);
                }
            }
        }
        (self.assignment, self.decided) = (assignment, decided);
    }

    /// Runs `attempt` and returns its findings instead of reporting them.
    pub(super) fn trial(&mut self, attempt: impl FnOnce(&mut Self)) -> Trial<'a> {
        let before = self.findings.len();
        let unknown = std::mem::replace(&mut self.unknown, false);
        let mode = self.mode;
        if mode == WalkMode::Report {
            self.mode = WalkMode::Try;
        }
        attempt(self);
        self.mode = mode;
        Trial {
            findings: self.findings.split_off(before),
            unknown: std::mem::replace(&mut self.unknown, unknown),
        }
    }
}

/// Returns whether the schema describes an entry of that name.
fn describes(schema: &Schema, name: &str) -> bool {
    let combined = schema.combined.as_deref();
    schema.properties.contains_key(name)
        || !schema.pattern_properties.is_empty()
        || !matches!(schema.additional, AdditionalProperties::Any)
        || combined.is_some_and(|combined| combined.property_names.is_some())
}

fn same_step((path, here): (&PropertyStep, &PathStep<'_>)) -> bool {
    match (path, here) {
        (PropertyStep::Name(path), PathStep::Name(here)) => **path == **here,
        (PropertyStep::Each, _) => true,
        (PropertyStep::Name(_), PathStep::Index(_)) => false,
    }
}

/// Returns whether the value is a function, or has the form of an unknown one.
fn is_function(node: &Node) -> bool {
    match node.function() {
        Some((function, _)) => function != Function::Condition,
        None => node.unknown_function().is_some(),
    }
}

/// Returns whether the value is a scalar literal.
fn is_written(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !text.contains("{{"),
        Value::List(_) | Value::Map(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
