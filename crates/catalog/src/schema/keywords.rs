//! Schemas: the keywords of JSON Schema that the source uses, and those of CloudFormation and
//! cfn-lint.
//!
//! Keywords that few schemas have are in [`Combined`], to keep the many other schemas small.
//! Descriptions, titles, examples and defaults are left out.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use super::PropertyPath;

/// Values by name, in the source's order. The names come from the table, so a fast hash is safe.
pub type ByName<T> = IndexMap<Arc<str>, T, RandomState>;

/// A schema: the constraints on a value. An absent keyword allows every value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// `$ref`: the definition that applies ([`ResourceSchema::resolve`]).
    ///
    /// When a value is checked, keywords next to `$ref` do not count (draft 7). They are kept for
    /// explanations.
    ///
    /// [`ResourceSchema::resolve`]: super::ResourceSchema::resolve
    pub definition: Option<DefinitionRef>,
    /// `type`: the allowed types. An empty set allows all.
    pub types: Types,
    /// `properties`, in the source's order (by name).
    pub properties: ByName<Schema>,
    /// `patternProperties`: the schemas of the names that match each pattern.
    pub pattern_properties: Vec<(Arc<str>, Schema)>,
    /// `additionalProperties`: the schema of all other names.
    pub additional: AdditionalProperties,
    /// `required`.
    pub required: Vec<Arc<str>>,
    /// `enum`, in the source's order.
    pub values: Option<Arc<[Literal]>>,
    /// `pattern`: matches anywhere in the text unless it is anchored. It has the syntax of ECMA 262
    /// or Python, with lookarounds.
    pub pattern: Option<Arc<str>>,
    /// `format`: a format such as `date-time`, or a kind of name such as `AWS::EC2::Subnet.Id`.
    pub format: Option<Arc<str>>,
    /// `minLength` and `maxLength`, in characters.
    pub length: Bounds<u64>,
    /// `minimum` and `maximum`, both inclusive.
    pub range: Bounds<f64>,
    /// `items`: the schema of every item.
    pub items: Option<Box<Schema>>,
    /// `minItems` and `maxItems`.
    pub item_count: Bounds<u64>,
    /// `uniqueItems`: no two items are equal.
    pub unique_items: bool,
    /// `insertionOrder: false`: the order of the items does not matter.
    pub unordered: bool,
    /// The schema `false`, which allows no value.
    pub never: bool,
    /// The keywords that few schemas have.
    pub combined: Option<Box<Combined>>,
}

/// The keywords that few schemas have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Combined {
    /// `allOf`.
    pub all_of: Vec<Schema>,
    /// The index over the conditions in `all_of`, if they test one property.
    pub all_of_index: Option<ConditionIndex>,
    /// `anyOf`.
    pub any_of: Vec<Schema>,
    /// `oneOf`.
    pub one_of: Vec<Schema>,
    /// `not`.
    pub not: Option<Schema>,
    /// `if`, `then` and `else`.
    pub condition: Option<Condition>,
    /// `const`.
    pub constant: Option<Literal>,
    /// `enumCaseInsensitive`.
    pub case_insensitive_values: Option<Arc<[Literal]>>,
    /// `exclusiveMinimum`.
    pub exclusive_minimum: Option<f64>,
    /// `exclusiveMaximum`.
    pub exclusive_maximum: Option<f64>,
    /// `multipleOf`.
    pub multiple_of: Option<f64>,
    /// `prefixItems`: the schemas of the first items, in order.
    pub prefix_items: Vec<Schema>,
    /// `contains`: at least one item matches.
    pub contains: Option<Schema>,
    /// `maxUniqueItems`: the maximum number of different items.
    pub max_unique_items: Option<u64>,
    /// `uniqueKeys`: no two items have the same values of these properties.
    pub unique_keys: Vec<Arc<str>>,
    /// `minProperties` and `maxProperties`.
    pub property_count: Bounds<u64>,
    /// `propertyNames`: the schema of every name.
    pub property_names: Option<Schema>,
    /// `dependentRequired`, and the names under its older form `dependencies`: the properties that
    /// each property requires.
    pub dependent_required: ByName<Vec<Arc<str>>>,
    /// `dependentExcluded`: the properties that each property excludes.
    pub dependent_excluded: ByName<Vec<Arc<str>>>,
    /// `requiredXor`: exactly one of these properties.
    pub required_xor: Vec<Arc<str>>,
    /// `requiredOr`: at least one of these properties.
    pub required_or: Vec<Arc<str>>,
    /// The keywords whose value comes from other resources: `{"$data": …}`.
    pub from_data: Vec<FromData>,
    /// `cfnGather`: values of other resources, and a schema for all of them together.
    pub gather: Option<Gather>,
}

/// `if`, `then` and `else`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Condition {
    /// `if`.
    pub test: Schema,
    /// `then`.
    pub then: Option<Schema>,
    /// `else`.
    pub otherwise: Option<Schema>,
}

/// The definition that a `$ref` refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionRef {
    /// `#/definitions/…`: a position in [`ResourceSchema::definitions`].
    ///
    /// [`ResourceSchema::definitions`]: super::ResourceSchema::definitions
    Named(usize),
    /// `#/properties/…`: a position in the root's properties.
    Property(usize),
}

/// `additionalProperties`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum AdditionalProperties {
    /// Any property: absent, or `true`.
    #[default]
    Any,
    /// `false`: only the named properties.
    None,
    /// Properties with this schema.
    Of(Box<Schema>),
}

/// A minimum and a maximum, both inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bounds<T> {
    /// The minimum.
    pub min: Option<T>,
    /// The maximum.
    pub max: Option<T>,
}

/// A constant in a schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A string.
    Text(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// `null`.
    Null,
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(truth) => truth.fmt(f),
            Self::Null => f.write_str("null"),
        }
    }
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// An object.
    Object,
    /// `null`.
    Null,
}

/// A set of JSON types. The empty set means that `type` is absent, and allows all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Type {
    /// All types, in display order.
    pub const ALL: [Self; 7] = [
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::Array,
        Self::Object,
        Self::Null,
    ];

    /// Returns the type's name in JSON Schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}

impl Types {
    /// Returns whether `type` is absent, so that all types are allowed.
    pub fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the set contains this type.
    pub fn names(self, kind: Type) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Returns whether a value of this type is allowed. An integer is also a number.
    pub fn allows(self, kind: Type) -> bool {
        self.is_any() || self.names(kind) || kind == Type::Integer && self.names(Type::Number)
    }

    /// Iterates over the types in the set.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |kind| self.names(*kind))
    }

    /// Returns the set as bits. The first type has the lowest bit.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Creates the set with these bits. The first type has the lowest bit.
    pub(super) fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

impl FromIterator<Type> for Types {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        Self(
            types
                .into_iter()
                .fold(0, |bits, kind| bits | 1 << kind as u8),
        )
    }
}

impl Combined {
    /// Iterates over the branches of `anyOf`, `allOf` and `oneOf`, in this order.
    pub fn branches(&self) -> impl Iterator<Item = &Schema> {
        self.any_of.iter().chain(&self.all_of).chain(&self.one_of)
    }
}

impl<T> Bounds<T> {
    /// Returns whether neither bound is present.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// `cfnGather`: checks values of this resource and of the resources that it refers to together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gather {
    /// The gathered resources, by the name that the schema uses.
    pub gathered: ByName<GatheredResource>,
    /// Whether only literal values count (`cfnContext` without functions).
    pub literals_only: bool,
    /// The schema of an object that has an entry for each gathered resource.
    pub schema: Schema,
}

/// A resource from which values are gathered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GatheredResource {
    /// The property that refers to the resource. Without one, it is this resource itself.
    pub reference: Option<PropertyPath>,
    /// The type that the resource must have.
    pub kind: Option<Arc<str>>,
    /// The gathered values, by the name that the schema uses.
    pub properties: ByName<GatheredProperty>,
}

/// A gathered value.
#[derive(Debug, Clone, PartialEq)]
pub enum GatheredProperty {
    /// The value of this property, or the default if it is absent.
    Property(PropertyPath, Option<Literal>),
    /// The resource's type (`$type`).
    Type,
}

/// A keyword whose value is a gathered value.
#[derive(Debug, Clone, PartialEq)]
pub struct FromData {
    /// The keyword.
    pub keyword: Keyword,
    /// The names of the gathered resource and its property.
    pub pointer: (Arc<str>, Arc<str>),
    /// `$lookup`: maps the gathered value to the keyword's value. Without it, both are the same.
    pub lookup: Option<ByName<Arc<str>>>,
}

/// The keywords that can take a gathered value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// `const`.
    Const,
    /// `minimum`.
    Minimum,
    /// `exclusiveMinimum`.
    ExclusiveMinimum,
    /// `pattern`.
    Pattern,
}

/// The minimum number of schemas for which an index pays off.
const MIN_INDEXED_SCHEMAS: usize = 8;

/// An index over the conditions of an `allOf`, by the value of one property.
///
/// AWS's rules about engines form an `allOf` with hundreds of `if`s (980 for RDS), each for another
/// engine, version and license. The index finds those that one engine can satisfy, so that the
/// others are not evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionIndex {
    /// The indexed property.
    property: Arc<str>,
    /// All properties that the conditions test, including the indexed one.
    tested: Vec<Arc<str>>,
    /// For each value, the positions of the schemas that it may satisfy, in order.
    by_value: HashMap<Arc<str>, Vec<usize>>,
    /// The positions for every other value.
    default: Vec<usize>,
}

impl ConditionIndex {
    /// Builds the index, if the schemas are suited. `are_alone` tells for each schema whether it
    /// has only `if`, or only `if` and `then`.
    pub(super) fn of<'s>(schemas: &'s [Schema], are_alone: &[bool]) -> Option<Self> {
        if schemas.len() < MIN_INDEXED_SCHEMAS {
            return None;
        }
        let test = |(schema, is_alone): (&'s Schema, &bool)| {
            let test = &schema.combined.as_ref()?.condition.as_ref()?.test;
            (*is_alone && tests_only_scalars(test)).then_some(test)
        };
        let tests: Vec<Option<&Schema>> = schemas.iter().zip(are_alone).map(test).collect();
        let name = most_tested_property(&tests)?;
        let value = |test: &Option<&'s Schema>| constant((*test)?, &name);
        let values: Vec<Option<&Arc<str>>> = tests.iter().map(value).collect();
        let mut tested = vec![Arc::clone(&name)];
        for test in tests.iter().filter(|test| value(test).is_some()).flatten() {
            tested.extend(test.properties.keys().chain(&test.required).cloned());
        }
        tested.sort_unstable();
        tested.dedup();
        let with = |value: Option<&Arc<str>>| -> Vec<usize> {
            let holds = |at: &usize| values[*at].is_none() || values[*at] == value;
            (0..schemas.len()).filter(holds).collect()
        };
        Some(Self {
            by_value: BTreeSet::from_iter(values.iter().flatten())
                .into_iter()
                .map(|value| (Arc::clone(value), with(Some(value))))
                .collect(),
            default: with(None),
            property: name,
            tested,
        })
    }

    /// Returns the indexed property.
    pub fn property(&self) -> &str {
        &self.property
    }

    /// Returns the properties whose values must be known when the index is used.
    pub fn tested_properties(&self) -> &[Arc<str>] {
        &self.tested
    }

    /// Returns the positions of the schemas that this value may satisfy.
    pub fn candidates(&self, value: &str) -> &[usize] {
        self.by_value.get(value).unwrap_or(&self.default)
    }
}

/// Returns the property that most conditions compare with a constant.
fn most_tested_property(tests: &[Option<&Schema>]) -> Option<Arc<str>> {
    let mut times: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for test in tests.iter().flatten() {
        let constants = test
            .properties
            .keys()
            .filter(|name| constant(test, name).is_some());
        constants.for_each(|name| *times.entry(name).or_default() += 1);
    }
    let most = times.into_iter().max_by_key(|(_, times)| *times);
    most.map(|(name, _)| Arc::clone(name))
}

/// Returns the constant that the schema requires for a property. Constants such as `true` are left
/// out, because they have several spellings.
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

/// Returns whether the schema tests only scalar properties, and no gathered values.
fn tests_only_scalars(schema: &Schema) -> bool {
    let is_scalar = |property: &Schema| {
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
        && schema.properties.values().all(is_scalar)
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::*;
    use crate::regions::Region;

    /// Returns the schema of an RDS rule about instances.
    fn rule(rule: &str) -> Arc<crate::schema::ResourceSchema> {
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
            let tested = index.tested_properties().iter();
            assert!(
                tested
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
                let constants = constant(&condition.test, "Engine");
                for engine in ["mysql", "postgres", "none"] {
                    let is_left = index.candidates(engine).contains(&position);
                    let can_hold = constants.is_none_or(|constants| &**constants == engine);
                    assert_eq!(is_left, can_hold, "{name} {position} {engine}");
                }
            }
            let (all, mysql) = (all_of.len(), index.candidates("mysql").len());
            assert!(mysql * 2 < all && index.candidates("mysql").is_sorted());
        }
    }

    #[test]
    fn few_schemas_and_those_of_other_kinds_offer_no_choice() {
        let plain = vec![Schema::default(); MIN_INDEXED_SCHEMAS];
        assert_eq!(
            ConditionIndex::of(&plain, &[false; MIN_INDEXED_SCHEMAS]),
            None
        );
        assert_eq!(
            ConditionIndex::of(&plain[1..], &[true; MIN_INDEXED_SCHEMAS - 1]),
            None
        );
    }
}
