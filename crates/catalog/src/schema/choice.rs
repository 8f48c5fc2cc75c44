//! Of many conditions about the values of one name, those that one value leaves.
//!
//! What services ask of their engines stands in `allOf` as hundreds of `if`s (RDS: 980), each of
//! which names another engine, version and licence. To hold a table against all of them is to
//! hold it against hundreds that its engine rules out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{AdditionalProperties, Literal, Schema};

/// Fewer schemas than these are quicker asked than chosen among.
const FEWEST: usize = 8;

/// A choice among the schemas of an `allOf` by what a table has under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionIndex {
    /// The name.
    name: Arc<str>,
    /// Every name that the conditions ask for, that one included.
    asked: Vec<Arc<str>>,
    /// The schemas that hold, or may hold, with a value: positions in order.
    of_value: HashMap<Arc<str>, Vec<usize>>,
    /// The same with any other value.
    of_others: Vec<usize>,
}

impl ConditionIndex {
    /// The choice that schemas offer, if they offer one; `are_alone` tells of each whether it is
    /// an `if` and perhaps its `then`, and nothing else.
    pub(super) fn of<'s>(schemas: &'s [Schema], are_alone: &[bool]) -> Option<Self> {
        if schemas.len() < FEWEST {
            return None;
        }
        let test = |(schema, is_alone): (&'s Schema, &bool)| {
            let test = &schema.combined.as_ref()?.condition.as_ref()?.test;
            (*is_alone && is_of_scalars(test)).then_some(test)
        };
        let tests: Vec<Option<&Schema>> = schemas.iter().zip(are_alone).map(test).collect();
        let name = most_told(&tests)?;
        let value = |test: &Option<&'s Schema>| constant((*test)?, &name);
        let values: Vec<Option<&Arc<str>>> = tests.iter().map(value).collect();
        let mut asked = vec![Arc::clone(&name)];
        for test in tests.iter().filter(|test| value(test).is_some()).flatten() {
            asked.extend(test.properties.keys().chain(&test.required).cloned());
        }
        asked.sort_unstable();
        asked.dedup();
        let with = |value: Option<&Arc<str>>| -> Vec<usize> {
            let holds = |at: &usize| values[*at].is_none() || values[*at] == value;
            (0..schemas.len()).filter(holds).collect()
        };
        Some(Self {
            of_value: BTreeSet::from_iter(values.iter().flatten())
                .into_iter()
                .map(|value| (Arc::clone(value), with(Some(value))))
                .collect(),
            of_others: with(None),
            name,
            asked,
        })
    }

    /// The name whose value chooses.
    pub fn property(&self) -> &str {
        &self.name
    }

    /// The names whose values must be known for the choice to be right.
    pub fn tested_properties(&self) -> &[Arc<str>] {
        &self.asked
    }

    /// The positions of the schemas that hold, or may hold, with that value: no other can.
    pub fn candidates(&self, value: &str) -> &[usize] {
        self.of_value.get(value).unwrap_or(&self.of_others)
    }
}

/// The name of which most conditions ask that it has one value.
fn most_told(tests: &[Option<&Schema>]) -> Option<Arc<str>> {
    let mut times: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for test in tests.iter().flatten() {
        let told = test
            .properties
            .keys()
            .filter(|name| constant(test, name).is_some());
        told.for_each(|name| *times.entry(name).or_default() += 1);
    }
    let most = times.into_iter().max_by_key(|(_, times)| *times);
    most.map(|(name, _)| Arc::clone(name))
}

/// The text that must stand under a name. One that says `true` has many spellings.
fn constant<'a>(test: &'a Schema, name: &str) -> Option<&'a Arc<str>> {
    match test
        .properties
        .get(name)?
        .combined
        .as_ref()?
        .constant
        .as_ref()?
    {
        Literal::Text(text) if !["true", "false"].contains(&&*text.to_lowercase()) => Some(text),
        _ => None,
    }
}

/// Whether the schema asks only what hangs on a table's scalars, and on nothing gathered.
fn is_of_scalars(schema: &Schema) -> bool {
    let is_of_value = |property: &Schema| {
        let combined = property.combined.as_ref();
        property.definition.is_none()
            && combined.is_none_or(|it| {
                it.from_data.is_empty()
                    && it.branches().next().is_none()
                    && it.not.is_none()
                    && it.condition.is_none()
            })
    };
    schema.definition.is_none()
        && schema.combined.is_none()
        && schema.pattern_properties.is_empty()
        && matches!(schema.additional, AdditionalProperties::Any)
        && schema.properties.values().all(is_of_value)
}

#[cfg(test)]
mod tests {
    use super::super::{Combined, Table};
    use super::*;
    use crate::regions::Region;

    /// What the rule of RDS's instance classes says.
    fn rule(rule: &str) -> Arc<super::super::ResourceSchema> {
        let table = Table::new();
        let instance = table.resource("AWS::RDS::DBInstance").unwrap();
        let mut rules = instance.extensions.iter();
        let extension = rules.find(|extension| &*extension.rule == rule).unwrap();
        let region = Region::named("us-east-1");
        table.extension(extension, region).unwrap()
    }

    #[test]
    fn an_engine_leaves_few_of_the_rules_for_engines() {
        for name in ["E3025", "E3691"] {
            let schema = rule(name);
            let Combined {
                all_of,
                all_of_index,
                ..
            } = schema.root.combined.as_deref().unwrap();
            let index = all_of_index.as_ref().unwrap();
            assert_eq!(index.property(), "Engine");
            let asked = index.tested_properties().iter();
            assert!(
                asked
                    .map(|name| &**name)
                    .any(|name| name == "EngineVersion" || name == "LicenseModel")
            );
            for (position, schema) in all_of.iter().enumerate() {
                let condition = schema
                    .combined
                    .as_ref()
                    .unwrap()
                    .condition
                    .as_ref()
                    .unwrap();
                let told = constant(&condition.test, "Engine");
                for engine in ["mysql", "postgres", "none"] {
                    let is_left = index.candidates(engine).contains(&position);
                    let can_hold = told.is_none_or(|told| &**told == engine);
                    assert_eq!(is_left, can_hold, "{name} {position} {engine}");
                }
            }
            let (all, mysql) = (all_of.len(), index.candidates("mysql").len());
            assert!(mysql * 2 < all && index.candidates("mysql").is_sorted());
        }
    }

    #[test]
    fn few_schemas_and_those_of_other_kinds_offer_no_choice() {
        let plain = vec![Schema::default(); FEWEST];
        assert_eq!(ConditionIndex::of(&plain, &[false; FEWEST]), None);
        assert_eq!(ConditionIndex::of(&plain[1..], &[true; FEWEST - 1]), None);
    }
}
