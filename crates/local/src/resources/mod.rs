//! Resource types: their physical ids, attributes, replacement rules and durations.
//!
//! The types that deployments use most are in `table`. Every other type gets an id and plausible
//! attributes. All values are derived: the same [`NewResource`] gets the same id, and the same id
//! has the same attributes. Apart from its subnet, a resource's attributes do not depend on other
//! resources.

mod attributes;
mod constraints;
mod generic;
mod id_generator;
mod physical_id;
mod public_parameters;
mod table;

pub use constraints::{
    Neighbour, constrains_creation, constrains_deletion, creation_conflict, deletion_conflict,
};

use crate::model::options::Pace;
use crate::model::stack_context::StackContext;
use formwork_catalog::durations::typical_durations;
use formwork_catalog::replacement::create_only_properties;
use formwork_template::evaluate::EvaluatedValue;
use std::time::Duration;

pub(crate) use public_parameters::public_parameter;

/// A resource that is about to be created.
#[derive(Debug, Clone, Copy)]
pub struct NewResource<'a> {
    /// The resource's type, such as `AWS::EC2::VPC`.
    pub kind: &'a str,
    /// The logical id.
    pub logical_id: &'a str,
    /// The stack's account, region and name.
    pub stack_context: &'a StackContext,
    /// The evaluated properties.
    pub properties: &'a EvaluatedValue,
    /// A seed that differs between creations, such as the operation's id.
    pub seed: &'a str,
}

/// A resource that exists.
#[derive(Debug, Clone, Copy)]
pub struct ExistingResource<'a> {
    /// The resource's type.
    pub kind: &'a str,
    /// The physical id.
    pub physical_id: &'a str,
    /// The stack's account, region and name.
    pub stack_context: &'a StackContext,
    /// The evaluated properties.
    pub properties: &'a EvaluatedValue,
    /// The properties of the subnet that the resource names, if it is known.
    pub subnet: Option<&'a EvaluatedValue>,
}

/// An operation on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceOperation {
    /// The resource is created.
    Create,
    /// The resource is changed in place.
    Update,
    /// The resource is deleted.
    Delete,
}

/// The recreation that a property's change requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recreation {
    /// The resource is changed in place.
    Never,
    /// The recreation depends on more than the property. Here such a change is made in place.
    Conditionally,
    /// A new resource replaces the old one.
    Always,
}

impl NewResource<'_> {
    /// Returns the physical id that the resource will get, which is also the value of `Ref`.
    pub fn physical_id(&self) -> String {
        match table::find(self.kind) {
            Some(info) => physical_id::physical_id(self, info),
            None => generic::physical_id(self),
        }
    }

    /// Returns the explicit name, if the type is in the table and its names are unique.
    pub(crate) fn explicit_name(&self) -> Option<String> {
        let property = table::find(self.kind)?.name?;
        self.properties.text_at(property)
    }
}

impl ExistingResource<'_> {
    /// Returns the value of `Fn::GetAtt`, or `None` for an attribute that the type does not have.
    pub fn attribute(&self, name: &str) -> Option<EvaluatedValue> {
        let computed = match table::find(self.kind) {
            Some(_) => attributes::attribute(self, name),
            None => None,
        };
        // Besides computed attributes, a property can be read as an attribute, such as a VPC's
        // `CidrBlock`.
        let value = computed.or_else(|| self.properties.at(name).cloned());
        match table::find(self.kind) {
            Some(_) => value,
            None => value.or_else(|| Some(generic::attribute(self, name))),
        }
    }
}

/// Returns the recreation that a change of the property at `path` requires, for example `CidrBlock`
/// or `Tags.0.Value`.
pub fn recreation(kind: &str, path: &str) -> Recreation {
    if table::find(kind).is_none() {
        return generic::recreation(kind, path);
    }
    let properties = create_only_properties(kind).unwrap_or_default();
    let is_listed = |paths: &[&str]| paths.iter().any(|listed| is_within(path, listed));
    if is_listed(properties.always) {
        Recreation::Always
    } else if is_listed(properties.conditional) {
        Recreation::Conditionally
    } else {
        Recreation::Never
    }
}

/// Returns the time that AWS typically takes.
pub fn typical_duration(kind: &str, work: ResourceOperation) -> Duration {
    match (typical_durations(kind), work) {
        (Some(typical), ResourceOperation::Create) => typical.create,
        (Some(typical), ResourceOperation::Update) => typical.update,
        (Some(typical), ResourceOperation::Delete) => typical.delete,
        (None, _) => generic::duration(kind, work),
    }
}

/// Returns the time at the quick pace: a fiftieth of AWS's, between 20 ms and one second.
pub fn quick_duration(kind: &str, work: ResourceOperation) -> Duration {
    let quick = typical_duration(kind, work) / 50;
    quick.clamp(Duration::from_millis(20), Duration::from_secs(1))
}

/// Returns the time that work on a resource takes at a pace.
pub(crate) fn duration(pace: Pace, kind: &str, operation: ResourceOperation) -> Duration {
    match pace {
        Pace::Quick => quick_duration(kind, operation),
        Pace::Real => typical_duration(kind, operation),
        Pace::Each(duration) => duration,
    }
}

/// Returns true if a creation of the type shows `CONFIGURATION_COMPLETE` before it completes.
pub fn has_configuration_complete(kind: &str) -> bool {
    // AWS does not document the types. It was seen for those with a stabilization phase.
    typical_duration(kind, ResourceOperation::Create) >= Duration::from_secs(10)
}

/// Returns the property that names a resource's subnet, if its attributes depend on the subnet.
pub fn subnet_property(kind: &str) -> Option<&'static str> {
    (kind == "AWS::EC2::Instance").then_some("SubnetId")
}

/// Returns true if the stack's tags are applied to resources of the type.
pub fn is_taggable(kind: &str) -> bool {
    table::find(kind).is_some_and(|info| info.tags)
}

/// Returns true if `path` is `parent` or is below it.
fn is_within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests;
