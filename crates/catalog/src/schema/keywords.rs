//! A schema: every JSON-Schema keyword that the source uses, and CloudFormation's own.
//!
//! What only few schemas say stands in [`Combined`], so that the many small ones stay small.
//! Descriptions, titles, examples and defaults are not kept.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::fmt;
use std::sync::Arc;

use super::choice::ConditionIndex;
use super::{FromData, Gather};

/// What stands under names, in the source's order. The names are the table's own, so a quick hash
/// will do.
pub type ByName<T> = IndexMap<Arc<str>, T, RandomState>;

/// What a value must be. A keyword that is not written allows everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// `$ref`: the definition that holds, found with [`ResourceSchema::resolve`]. What stands
    /// beside it does not count when it is checked (draft 7), and is kept for who explains it.
    ///
    /// [`ResourceSchema::resolve`]: super::ResourceSchema::resolve
    pub definition: Option<DefinitionRef>,
    /// `type`: the types that fit, all when empty.
    pub types: Types,
    /// `properties`, in the source's order (by name).
    pub properties: ByName<Schema>,
    /// `patternProperties`: the schemas of the names that each pattern finds.
    pub pattern_properties: Vec<(Arc<str>, Schema)>,
    /// `additionalProperties`: the schema of all other names.
    pub additional: AdditionalProperties,
    /// `required`.
    pub required: Vec<Arc<str>>,
    /// `enum`, in the source's order.
    pub values: Option<Arc<[Literal]>>,
    /// `pattern`, searched anywhere in the text unless anchored; in ECMA 262's and Python's words,
    /// so it may look ahead or behind.
    pub pattern: Option<Arc<str>>,
    /// `format`: `date-time` and such, or what kind of name it is: `AWS::EC2::Subnet.Id`.
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
    /// `insertionOrder: false`: a list whose order means nothing.
    pub unordered: bool,
    /// Whether nothing at all fits: the schema `false`.
    pub never: bool,
    /// What only few schemas say.
    pub combined: Option<Box<Combined>>,
}

/// The keywords that only few schemas use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Combined {
    /// `allOf`.
    pub all_of: Vec<Schema>,
    /// Which of them a table must be held against, where one of its values tells.
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
    /// `contains`: at least one item fits.
    pub contains: Option<Schema>,
    /// `maxUniqueItems`: at most so many different items.
    pub max_unique_items: Option<u64>,
    /// `uniqueKeys`: no two items are equal in these properties together.
    pub unique_keys: Vec<Arc<str>>,
    /// `minProperties` and `maxProperties`.
    pub property_count: Bounds<u64>,
    /// `propertyNames`: the schema of every name.
    pub property_names: Option<Schema>,
    /// `dependentRequired` (and the names under `dependencies`, its older keyword): with the key, all of these.
    pub dependent_required: ByName<Vec<Arc<str>>>,
    /// `dependentExcluded`: with the key, none of these.
    pub dependent_excluded: ByName<Vec<Arc<str>>>,
    /// `requiredXor`: exactly one of these.
    pub required_xor: Vec<Arc<str>>,
    /// `requiredOr`: at least one of these.
    pub required_or: Vec<Arc<str>>,
    /// Keywords whose value is not written but was gathered: `{"$data": …}`.
    pub from_data: Vec<FromData>,
    /// `cfnGather`: what is looked up in other resources, and the schema of all of it together.
    pub gather: Option<Gather>,
}

/// `if`, with what holds when it fits and what holds when it does not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Condition {
    /// What is asked.
    pub test: Schema,
    /// `then`.
    pub then: Option<Schema>,
    /// `else`.
    pub otherwise: Option<Schema>,
}

/// Which definition of the resource a `$ref` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionRef {
    /// `#/definitions/…`: the position in [`ResourceSchema::definitions`].
    ///
    /// [`ResourceSchema::definitions`]: super::ResourceSchema::definitions
    Named(usize),
    /// `#/properties/…`: the position in the root's properties.
    Property(usize),
}

/// `additionalProperties`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum AdditionalProperties {
    /// Not written, or `true`: any.
    #[default]
    Any,
    /// `false`: none but those that are named.
    None,
    /// Values of this schema.
    Of(Box<Schema>),
}

/// The least and the most of something, both inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bounds<T> {
    /// The least.
    pub min: Option<T>,
    /// The most.
    pub max: Option<T>,
}

/// A value that a schema writes out.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// Text.
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

/// One JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// A table.
    Object,
    /// Nothing.
    Null,
}

/// A set of JSON types; the empty set is what is not written, and allows all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Type {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::Array,
        Self::Object,
        Self::Null,
    ];

    /// Its name in JSON Schema.
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
    /// Whether no type is written, so that all fit.
    pub fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether this type is written.
    pub fn names(self, kind: Type) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether a value of this type fits: an integer is a number too.
    pub fn allows(self, kind: Type) -> bool {
        self.is_any() || self.names(kind) || kind == Type::Integer && self.names(Type::Number)
    }

    /// The types that are written.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |kind| self.names(*kind))
    }

    /// The set as bits: the first type's is the lowest.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits, the first type's the lowest.
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
    /// The branches of `anyOf`, `allOf` and `oneOf`, in this order.
    pub fn branches(&self) -> impl Iterator<Item = &Schema> {
        self.any_of.iter().chain(&self.all_of).chain(&self.one_of)
    }
}

impl<T> Bounds<T> {
    /// Whether neither is written.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}
