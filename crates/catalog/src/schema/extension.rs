//! What cfn-lint knows beyond the resource schemas: further schemas, each bound to one of its
//! rules and to the place in a type that it is about.

use std::sync::Arc;

use super::{ByName, Literal, PropertyPath, Schema};
use crate::regions::Regions;

/// A further schema of some of a type's properties. Its content is decoded apart from the type's,
/// by [`Table::extension`], since those with lists per region are large.
///
/// [`Table::extension`]: super::Table::extension
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// cfn-lint's code: `E3677`.
    pub rule: Arc<str>,
    /// What it says, in the source's few words: `s3_locations` of `aws_codebuild_project`.
    pub name: Arc<str>,
    /// Where it holds: the empty path for the resource's properties as a whole.
    pub path: PropertyPath,
    /// The regions for which it says something, when it differs by region.
    pub regions: Option<Regions>,
    /// Which frame of the file holds it.
    pub(super) frame: usize,
}

/// `cfnGather`: values of this resource and of those that it refers to, set beside one another
/// and checked together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gather {
    /// What is gathered, by the name under which the schema finds it.
    pub gathered: ByName<GatheredResource>,
    /// Whether only literal values count (`cfnContext` without functions).
    pub literals_only: bool,
    /// What holds of an object with an entry for each that was found.
    pub schema: Schema,
}

/// One resource from which values are gathered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GatheredResource {
    /// The property of this resource that refers to it; the resource itself without one.
    pub reference: Option<PropertyPath>,
    /// The type that it must have to count.
    pub kind: Option<Arc<str>>,
    /// The values, by the name under which the schema finds them.
    pub properties: ByName<GatheredProperty>,
}

/// One value that is gathered.
#[derive(Debug, Clone, PartialEq)]
pub enum GatheredProperty {
    /// The value of this property, or this where it is not set.
    Property(PropertyPath, Option<Literal>),
    /// The resource's type (`$type`).
    Type,
}

/// A keyword whose value was gathered.
#[derive(Debug, Clone, PartialEq)]
pub struct FromData {
    /// The keyword.
    pub keyword: Keyword,
    /// Where the value stands among what was gathered: the resource's name and the property's.
    pub pointer: (Arc<str>, Arc<str>),
    /// `$lookup`: the keyword's value for each value found; without it the value itself.
    pub lookup: Option<ByName<Arc<str>>>,
}

/// The keywords that can take what was gathered.
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
