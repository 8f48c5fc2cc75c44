//! The evaluation of a template's `Conditions`.

use super::{Environment, Error, EvaluatedValue, Evaluator, functions};
use crate::{Function, Node, Section, Template};
use std::collections::{BTreeMap, BTreeSet};

/// The result of each condition of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    results: BTreeMap<String, bool>,
}

impl Conditions {
    /// Evaluates every condition of `template`.
    pub fn evaluate(template: &Template, environment: &dyn Environment) -> Result<Self, Error> {
        let mut evaluation = ConditionEvaluation {
            template,
            environment,
            conditions: Conditions::default(),
            active: BTreeSet::new(),
        };
        for (name, _) in template.entries(Section::Conditions) {
            evaluation.named(name)?;
        }
        Ok(evaluation.conditions)
    }

    /// Returns whether the condition `name` holds, or `None` when the template does not have it.
    pub fn holds(&self, name: &str) -> Option<bool> {
        self.results.get(name).copied()
    }

    /// Returns whether an entry with this `Condition` exists. An entry without one always exists.
    pub fn admits(&self, condition: Option<&str>) -> Result<bool, Error> {
        let Some(name) = condition else {
            return Ok(true);
        };
        let holds = self.holds(name);
        holds.ok_or_else(|| Error::UndefinedCondition(name.to_owned()))
    }
}

/// The state of evaluating the conditions of one template.
struct ConditionEvaluation<'a> {
    template: &'a Template,
    environment: &'a dyn Environment,
    conditions: Conditions,
    /// The conditions whose evaluation has begun but not ended.
    active: BTreeSet<String>,
}

impl ConditionEvaluation<'_> {
    fn named(&mut self, name: &str) -> Result<bool, Error> {
        if let Some(holds) = self.conditions.holds(name) {
            return Ok(holds);
        }
        let section = self.template.section(Section::Conditions);
        let node = section
            .and_then(|section| section.get(name))
            .ok_or_else(|| Error::UndefinedCondition(name.to_owned()))?;
        if !self.active.insert(name.to_owned()) {
            return Err(Error::CircularConditions(name.to_owned()));
        }
        let holds = self.holds(node)?;
        self.active.remove(name);
        self.conditions.results.insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn holds(&mut self, node: &Node) -> Result<bool, Error> {
        match node.function() {
            Some((Function::Condition, name)) => {
                let name = name.as_str();
                self.named(name.ok_or_else(|| functions::malformed(Function::Condition))?)
            }
            Some((function @ (Function::And | Function::Or), argument)) => {
                let items = argument.as_list().unwrap_or_default();
                if !(2..=10).contains(&items.len()) {
                    return Err(functions::malformed(function));
                }
                let mut all = true;
                let mut any = false;
                for item in items {
                    let holds = self.holds(item)?;
                    all &= holds;
                    any |= holds;
                }
                Ok(if function == Function::And { all } else { any })
            }
            Some((Function::Not, argument)) => match argument.as_list() {
                Some([item]) => Ok(!self.holds(item)?),
                _ => Err(functions::malformed(Function::Not)),
            },
            Some((Function::Equals, argument)) => match argument.as_list() {
                Some([left, right]) => Ok(self.value(left)? == self.value(right)?),
                _ => Err(functions::malformed(Function::Equals)),
            },
            _ => Err(Error::Malformed(
                "Every Conditions member must be one of Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition"
                    .to_owned(),
            )),
        }
    }

    /// Evaluates an operand of `Fn::Equals`. Scalars become their text.
    fn value(&mut self, node: &Node) -> Result<Option<EvaluatedValue>, Error> {
        // An `Fn::If` inside a condition needs the condition that it names first.
        let mut names = Vec::new();
        node.walk(&mut |node| {
            if let Some((Function::If, argument)) = node.function() {
                let first = argument.as_list().and_then(<[Node]>::first);
                names.extend(first.and_then(Node::as_str));
            }
        });
        for name in names {
            self.named(name)?;
        }
        let evaluator = Evaluator {
            environment: self.environment,
            mappings: self.template.section(Section::Mappings),
            conditions: &self.conditions,
        };
        let value = evaluator.evaluate(node).map_err(|error| match error {
            Error::Unresolved(name) => Error::UnresolvedInConditions(name),
            error => error,
        })?;
        Ok(value.map(|value| value.to_text().map_or(value, EvaluatedValue::String)))
    }
}
