//! The conditions of a template, and which of them can hold together.
//!
//! Two resources whose conditions exclude each other never exist together, so they may share a
//! name. `Fn::Equals` of one value with two different texts cannot hold twice, and a parameter's
//! `AllowedValues` are its only values. A value that is known only after deployment may be
//! anything.

mod value;

use crate::limits::{MAX_ASSIGNMENTS, MAX_CONDITION_DEPTH, MAX_CONDITION_MODELS};
use formwork_template::parameter::scalar_text;
use formwork_template::{Function, Map, Node, Section, Target, Template, Value, write};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use value::{ConditionalValue, referenced_id};

/// An assignment of truth values to some conditions of a template; empty at first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Assignment<'a>(BTreeMap<&'a str, bool>);

/// A template's conditions.
#[derive(Debug, Default)]
pub(crate) struct Conditions<'a> {
    named: BTreeMap<&'a str, ConditionExpr<'a>>,
    /// The possible values of each compared expression, by its JSON. `None` stands for any other
    /// text.
    values: BTreeMap<String, Vec<Option<String>>>,
}

/// A condition as an expression.
#[derive(Debug)]
enum ConditionExpr<'a> {
    Always(bool),
    /// The value with that JSON equals that text.
    Equals(String, String),
    /// A condition that is known only after deployment, by its JSON.
    Unknown(String),
    Named(&'a str),
    Not(Box<ConditionExpr<'a>>),
    And(Vec<ConditionExpr<'a>>),
    Or(Vec<ConditionExpr<'a>>),
}

impl<'a> Assignment<'a> {
    /// Returns the assignment with one more condition, or `None` if it has the opposite value
    /// already.
    pub(crate) fn with(&self, condition: &'a str, holds: bool) -> Option<Self> {
        if self.0.get(condition).is_some_and(|known| *known != holds) {
            return None;
        }
        let mut assignment = self.clone();
        assignment.0.insert(condition, holds);
        Some(assignment)
    }

    /// Returns both assignments together, or `None` if they contradict each other.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        other
            .0
            .iter()
            .try_fold(self.clone(), |assignment, (name, holds)| {
                assignment.with(name, *holds)
            })
    }

    /// Returns the assignment as text, such as ` when `A` holds and `B` does not hold`. Empty if
    /// nothing is assigned.
    pub(crate) fn describe(&self) -> String {
        let mut words = String::new();
        for (name, holds) in &self.0 {
            let begin = if words.is_empty() { " when" } else { " and" };
            let end = if *holds { "holds" } else { "does not hold" };
            words.push_str(&format!("{begin} `{name}` {end}"));
        }
        words
    }
}

impl<'a> Assignment<'a> {
    /// Returns `node` under this assignment: every `Fn::If` is replaced by a branch and every
    /// `AWS::NoValue` is removed. Returns `None` if nothing remains.
    pub(crate) fn resolve(&self, node: &Node) -> Option<Node> {
        match (node.function(), &node.value) {
            (Some((Function::If, argument)), _) => {
                let [condition, yes, no] = argument.as_list()? else {
                    return None;
                };
                match self.0.get(condition.as_str()?)? {
                    true => self.resolve(yes),
                    false => self.resolve(no),
                }
            }
            (Some((Function::Ref, name)), _) if name.as_str() == Some("AWS::NoValue") => None,
            (_, Value::List(items)) => {
                let items: Vec<Node> = items.iter().filter_map(|item| self.resolve(item)).collect();
                Some(Node::new(items, node.span))
            }
            (_, Value::Map(map)) => {
                let mut resolved = Map::default();
                for (name, entry) in map.iter() {
                    if let Some(value) = self.resolve(&entry.node) {
                        resolved.insert(name, entry.key, value);
                    }
                }
                Some(Node::new(resolved, node.span))
            }
            _ => Some(node.clone()),
        }
    }
}

impl<'a> Conditions<'a> {
    /// Returns every possible assignment of the conditions that `nodes` use, each extending `base`.
    /// Empty if there are more than [`MAX_ASSIGNMENTS`].
    pub(crate) fn assignments(
        &self,
        nodes: &[&'a Node],
        base: &Assignment<'a>,
    ) -> Vec<Assignment<'a>> {
        let mut names = BTreeSet::new();
        for node in nodes {
            for reference in node.references() {
                if let Target::Condition(name) = reference.target {
                    names.insert(name);
                }
            }
        }
        let mut assignments = vec![base.clone()];
        for name in names {
            let decide = |assignment: &Assignment<'a>| {
                let both = [assignment.with(name, true), assignment.with(name, false)];
                both.into_iter().flatten().collect::<Vec<_>>()
            };
            assignments = assignments.iter().flat_map(decide).collect();
            assignments.retain(|assignment| self.allow(assignment));
            if assignments.len() > MAX_ASSIGNMENTS {
                return Vec::new();
            }
        }
        assignments
    }

    /// Parses the conditions of `template`.
    pub(crate) fn of(template: &'a Template) -> Self {
        let mut conditions = Self::default();
        for (name, entry) in template.entries(Section::Conditions) {
            let expr = conditions.parse(&entry.node);
            conditions.named.insert(name, expr);
        }
        for (json, values) in &mut conditions.values {
            let allowed = template.parameters().find(|parameter| {
                *json
                    == write::json_compact(&Node::single(
                        "Ref",
                        Node::new(parameter.name, parameter.name_span),
                        parameter.name_span,
                    ))
            });
            let allowed = allowed.and_then(|parameter| parameter.node.get("AllowedValues"));
            if let Some(allowed) = allowed.and_then(Node::as_list) {
                *values = allowed.iter().map(scalar_text).collect();
            } else {
                values.push(None);
            }
        }
        conditions
    }

    /// Returns whether a condition of that name is declared.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// Returns whether everything in `assignment` can hold at once.
    pub(crate) fn allow(&self, assignment: &Assignment<'_>) -> bool {
        if assignment.0.len() < 2 && assignment.0.keys().all(|name| !self.is_decided(name)) {
            return true;
        }
        self.independent_groups(assignment)
            .iter()
            .all(|(names, inputs)| self.allow_group(names, inputs))
    }

    /// Splits the assigned conditions into groups without common inputs. Each group is tried on its
    /// own: twelve independent conditions tried together have 4,096 combinations.
    fn independent_groups<'s>(
        &'s self,
        assignment: &'s Assignment<'_>,
    ) -> Vec<(Vec<(&'s str, bool)>, ConditionInputs<'s>)> {
        let mut groups: Vec<(Vec<(&str, bool)>, ConditionInputs<'_>)> = Vec::new();
        for (name, expected) in &assignment.0 {
            let mut names = vec![(*name, *expected)];
            let mut inputs = ConditionInputs::default();
            self.collect_named_inputs(name, &mut inputs, MAX_CONDITION_DEPTH);
            let (overlapping, separate) = groups
                .into_iter()
                .partition(|(_, others): &(_, ConditionInputs<'_>)| inputs.overlaps(others));
            groups = separate;
            for (others, other) in overlapping {
                names.extend(others);
                inputs.values.extend(other.values);
                inputs.unknown.extend(other.unknown);
            }
            groups.push((names, inputs));
        }
        groups
    }

    fn allow_group(&self, names: &[(&str, bool)], inputs: &ConditionInputs<'_>) -> bool {
        let choices: Vec<(&str, &[Option<String>])> = inputs
            .values
            .iter()
            .filter_map(|json| Some((*json, self.values.get(*json)?.as_slice())))
            .collect();
        let combinations = choices
            .iter()
            .map(|(_, values)| values.len())
            .chain(inputs.unknown.iter().map(|_| 2))
            .try_fold(1usize, |product, count| product.checked_mul(count));
        let Some(combinations) = combinations.filter(|count| *count <= MAX_CONDITION_MODELS) else {
            return true;
        };
        (0..combinations).any(|mut number| {
            let mut model = Model::default();
            for (json, values) in &choices {
                model.values.insert(json, &values[number % values.len()]);
                number /= values.len();
            }
            for json in &inputs.unknown {
                model.unknown.insert(json, number % 2 == 1);
                number /= 2;
            }
            names.iter().all(|(name, expected)| {
                let truth = self.holds_named(name, &mut model, MAX_CONDITION_DEPTH);
                truth.is_none_or(|truth| truth == *expected)
            })
        })
    }

    /// Returns whether the condition depends on more than one unknown value.
    fn is_decided(&self, name: &str) -> bool {
        !matches!(self.named.get(name), None | Some(ConditionExpr::Unknown(_)))
    }

    fn parse(&mut self, node: &'a Node) -> ConditionExpr<'a> {
        let unknown = || ConditionExpr::Unknown(write::json_compact(node));
        let Some((function, argument)) = node.function() else {
            return unknown();
        };
        let items = argument.as_list().unwrap_or_default();
        match (function, items) {
            (Function::Condition, _) => {
                argument.as_str().map_or_else(unknown, ConditionExpr::Named)
            }
            (Function::Not, [one]) => ConditionExpr::Not(Box::new(self.parse(one))),
            (Function::And, [_, ..]) => {
                ConditionExpr::And(items.iter().map(|item| self.parse(item)).collect())
            }
            (Function::Or, [_, ..]) => {
                ConditionExpr::Or(items.iter().map(|item| self.parse(item)).collect())
            }
            (Function::Equals, [left, right]) => self.equals(left, right, node),
            _ => unknown(),
        }
    }

    fn equals(&mut self, left: &Node, right: &Node, node: &Node) -> ConditionExpr<'a> {
        match (scalar_text(left), scalar_text(right)) {
            (Some(left), Some(right)) => ConditionExpr::Always(left == right),
            (None, None) if left == right => ConditionExpr::Always(true),
            (None, None) => ConditionExpr::Unknown(write::json_compact(node)),
            (Some(text), None) => self.comparison(right, text),
            (None, Some(text)) => self.comparison(left, text),
        }
    }

    fn comparison(&mut self, value: &Node, text: String) -> ConditionExpr<'a> {
        let json = write::json_compact(value);
        let texts = self.values.entry(json.clone()).or_default();
        if !texts.contains(&Some(text.clone())) {
            texts.push(Some(text.clone()));
        }
        ConditionExpr::Equals(json, text)
    }

    fn collect_named_inputs<'s>(
        &'s self,
        name: &str,
        inputs: &mut ConditionInputs<'s>,
        depth: usize,
    ) {
        let Some((name, expr)) = self.named.get_key_value(name).filter(|_| depth > 0) else {
            return;
        };
        if inputs.seen.insert(name) {
            self.collect_inputs(expr, inputs, depth - 1);
        }
    }

    fn collect_inputs<'s>(
        &'s self,
        expr: &'s ConditionExpr<'_>,
        inputs: &mut ConditionInputs<'s>,
        depth: usize,
    ) {
        match expr {
            ConditionExpr::Always(_) => {}
            ConditionExpr::Equals(json, _) => {
                inputs.values.insert(json);
            }
            ConditionExpr::Unknown(json) => {
                inputs.unknown.insert(json);
            }
            ConditionExpr::Named(name) => self.collect_named_inputs(name, inputs, depth),
            ConditionExpr::Not(one) => self.collect_inputs(one, inputs, depth),
            ConditionExpr::And(all) | ConditionExpr::Or(all) => {
                for one in all {
                    self.collect_inputs(one, inputs, depth);
                }
            }
        }
    }

    /// Returns whether the named condition holds in the model, or `None` if it is not declared or
    /// depends on itself.
    fn holds_named<'s>(&'s self, name: &str, model: &mut Model<'s>, depth: usize) -> Option<bool> {
        let (name, expr) = self.named.get_key_value(name).filter(|_| depth > 0)?;
        if let Some(known) = model.named.get(name) {
            return *known;
        }
        model.named.insert(name, None);
        let holds = self.holds(expr, model, depth - 1);
        model.named.insert(name, holds);
        holds
    }

    fn holds<'s>(
        &'s self,
        expr: &'s ConditionExpr<'_>,
        model: &mut Model<'s>,
        depth: usize,
    ) -> Option<bool> {
        match expr {
            ConditionExpr::Always(truth) => Some(*truth),
            ConditionExpr::Equals(json, text) => {
                let value = model.values.get(json.as_str())?;
                Some(value.as_ref() == Some(text))
            }
            ConditionExpr::Unknown(json) => model.unknown.get(json.as_str()).copied(),
            ConditionExpr::Named(name) => self.holds_named(name, model, depth),
            ConditionExpr::Not(one) => Some(!self.holds(one, model, depth)?),
            ConditionExpr::And(all) => all.iter().try_fold(true, |truth, one| {
                Some(truth && self.holds(one, model, depth)?)
            }),
            ConditionExpr::Or(all) => all.iter().try_fold(false, |truth, one| {
                Some(truth || self.holds(one, model, depth)?)
            }),
        }
    }
}

/// The inputs that conditions depend on.
#[derive(Default)]
struct ConditionInputs<'s> {
    values: BTreeSet<&'s str>,
    unknown: BTreeSet<&'s str>,
    /// The conditions that were visited.
    seen: BTreeSet<&'s str>,
}

impl ConditionInputs<'_> {
    fn overlaps(&self, other: &Self) -> bool {
        !self.values.is_disjoint(&other.values) || !self.unknown.is_disjoint(&other.unknown)
    }
}

/// One combination of the compared values.
#[derive(Default)]
struct Model<'s> {
    values: BTreeMap<&'s str, &'s Option<String>>,
    unknown: BTreeMap<&'s str, bool>,
    /// The conditions that are evaluated in the model, or are being evaluated.
    named: BTreeMap<&'s str, Option<bool>>,
}

/// Returns whether `node` is `AWS::NoValue`.
pub(crate) fn is_no_value(node: &Node) -> bool {
    matches!(node.function(), Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue"))
}

/// Returns whether `node` is `AWS::NoValue` or an `Fn::If` that may return it.
pub(crate) fn may_vanish(node: &Node) -> bool {
    match if_branches(node) {
        Some((_, yes, no)) => may_vanish(yes) || may_vanish(no),
        None => is_no_value(node),
    }
}

/// Returns the condition and the branches of an `Fn::If`.
pub(crate) fn if_branches(node: &Node) -> Option<(&str, &Node, &Node)> {
    let Some((Function::If, argument)) = node.function() else {
        return None;
    };
    match argument.as_list()? {
        [condition, yes, no] => Some((condition.as_str()?, yes, no)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    fn check(assignment: &str, expect: bool) {
        let template = template(
            "
Parameters:
  Env: {Type: String}
  Size: {Type: String, AllowedValues: [small, large]}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [dev, !Ref Env]
  NotProd: !Not [!Condition Prod]
  Either: !Or [!Condition Prod, !Condition Dev]
  Small: !Equals [!Ref Size, small]
  Large: !Equals [!Ref Size, large]
  Same: !Equals [!Ref Env, !Ref Size]
  Never: !Equals [a, b]
  Round: !Condition Round
Resources: {R: {Type: T::T::T}}
",
        );
        let conditions = Conditions::of(&template);
        let mut decided = Assignment::default();
        for word in assignment.split(' ') {
            let (name, holds) = match word.strip_prefix('!') {
                Some(name) => (name, false),
                None => (word, true),
            };
            decided = decided.with(name, holds).unwrap();
        }
        assert_eq!(conditions.allow(&decided), expect, "{assignment}");
    }

    #[test]
    fn conditions_exclude_one_another_by_what_they_say() {
        check("Prod", true);
        check("Prod Dev", false);
        check("Prod NotProd", false);
        check("!Prod NotProd", true);
        check("!Prod !NotProd", false);
        check("Prod !Either", false);
        check("!Prod !Dev", true);
        check("!Prod Either Dev", true);
        check("Small Large", false);
        check("!Small !Large", false);
        check("Same Prod", true);
        check("Never", false);
        check("Round Prod", true);
        check("Gone Prod", true);
    }

    #[test]
    fn conditions_of_conditions_are_decided_once() {
        let mut text = "Conditions:\n  C0: !Equals [!Ref P, a]\n".to_owned();
        for index in 1..40 {
            let item = format!("!Condition C{}", index - 1);
            let items = vec![item; 10].join(", ");
            text.push_str(&format!("  C{index}: !And [{items}]\n"));
        }
        text.push_str("Parameters: {P: {Type: String}}\nResources: {R: {Type: T::T::T}}\n");
        let template = template(&text);
        let conditions = Conditions::of(&template);
        let both = |name| Assignment::default().with("C0", false)?.with(name, true);
        assert!(!conditions.allow(&both("C30").unwrap()));
        assert!(
            conditions.allow(&both("C39").unwrap()),
            "beyond what is followed"
        );
    }

    #[test]
    fn a_case_keeps_what_was_decided() {
        let assignment = Assignment::default().with("A", true).unwrap();
        assert_eq!(assignment.with("A", false), None);
        let both = assignment.with("B", false).unwrap();
        assert_eq!(both.describe(), " when `A` holds and `B` does not hold");
        assert_eq!(assignment.and(&both), Some(both));
    }
}
