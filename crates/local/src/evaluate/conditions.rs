//! A template's `Conditions`, decided once its parameters are known.

use super::{Error, Evaluation, Lookup, Place, Value, functions};
use formwork_template::{Function, Node, Section, Template};
use std::collections::{BTreeMap, BTreeSet};

/// Which conditions of a template hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    decided: BTreeMap<String, bool>,
}

impl Conditions {
    /// Decides every condition of `template`.
    pub fn decide(template: &Template, place: &Place, lookup: &dyn Lookup) -> Result<Self, Error> {
        let mut deciding = Deciding {
            template,
            place,
            lookup,
            conditions: Conditions::default(),
            under_way: BTreeSet::new(),
        };
        for (name, _) in template.entries(Section::Conditions) {
            deciding.named(name)?;
        }
        Ok(deciding.conditions)
    }

    /// Whether the condition `name` holds; `None` for one that is not in the template.
    pub fn holds(&self, name: &str) -> Option<bool> {
        self.decided.get(name).copied()
    }

    /// Whether what stands under `condition` exists: always, where there is none.
    pub fn admits(&self, condition: Option<&str>) -> Result<bool, Error> {
        let Some(name) = condition else {
            return Ok(true);
        };
        let holds = self.holds(name);
        holds.ok_or_else(|| Error::UndefinedCondition(name.to_owned()))
    }
}

/// The conditions of one template on the way to being decided.
struct Deciding<'a> {
    template: &'a Template,
    place: &'a Place,
    lookup: &'a dyn Lookup,
    conditions: Conditions,
    under_way: BTreeSet<String>,
}

impl Deciding<'_> {
    fn named(&mut self, name: &str) -> Result<bool, Error> {
        if let Some(holds) = self.conditions.holds(name) {
            return Ok(holds);
        }
        let section = self.template.section(Section::Conditions);
        let node = section
            .and_then(|section| section.get(name))
            .ok_or_else(|| Error::UndefinedCondition(name.to_owned()))?;
        if !self.under_way.insert(name.to_owned()) {
            return Err(Error::CircularConditions(name.to_owned()));
        }
        let holds = self.holds(node)?;
        self.under_way.remove(name);
        self.conditions.decided.insert(name.to_owned(), holds);
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

    /// A side of an `Fn::Equals`, scalars as their text.
    fn value(&mut self, node: &Node) -> Result<Option<Value>, Error> {
        // `Fn::If` inside a condition needs the one it names to be decided first.
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
        let evaluation = Evaluation {
            place: self.place,
            lookup: self.lookup,
            mappings: self.template.section(Section::Mappings),
            conditions: &self.conditions,
        };
        let value = evaluation.value(node).map_err(|error| match error {
            Error::Unresolved(name) => Error::UnresolvedInConditions(name),
            error => error,
        })?;
        Ok(value.map(|value| value.to_text().map_or(value, Value::String)))
    }
}
