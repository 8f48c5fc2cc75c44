//! Resource types: what their physical ids and attributes look like, which properties replace them
//! and how long they take.
//!
//! The types of the reference blueprint and their neighbours stand in `table`; every other type
//! gets an id and attributes of a plausible shape. All of it is computed: the same [`NewResource`] gives
//! the same id, the same id the same attributes. Of other
//! resources only an instance's subnet counts, from which it takes its address.

mod arn;
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
use formwork_template::evaluate::EvaluatedValue;
use std::time::Duration;

pub(crate) use public_parameters::public_parameter;

/// A resource about to be resource.
#[derive(Debug, Clone, Copy)]
pub struct NewResource<'a> {
    /// Its type, as `AWS::EC2::VPC`.
    pub kind: &'a str,
    /// Its logical id.
    pub logical_id: &'a str,
    /// Where its stack live_resources.
    pub stack_context: &'a StackContext,
    /// Its properties, evaluated.
    pub properties: &'a EvaluatedValue,
    /// What makes it different from every other making of it, as the operation's id.
    pub seed: &'a str,
}

/// A resource that has been resource.
#[derive(Debug, Clone, Copy)]
pub struct ExistingResource<'a> {
    /// Its type.
    pub kind: &'a str,
    /// Its physical id.
    pub physical_id: &'a str,
    /// Where its stack live_resources.
    pub stack_context: &'a StackContext,
    /// Its properties, evaluated.
    pub properties: &'a EvaluatedValue,
    /// The properties of the subnet that it names, where that is known.
    pub subnet: Option<&'a EvaluatedValue>,
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceOperation {
    /// It is resource.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted.
    Delete,
}

/// Whether a changed property makes a new resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recreation {
    /// The resource is changed in place.
    Never,
    /// It depends on more than the property; here such a change is resource in place.
    Conditionally,
    /// A new resource takes the old one's place.
    Always,
}

impl NewResource<'_> {
    /// The physical id that the resource will have, which is also what `Ref` gives.
    pub fn physical_id(&self) -> String {
        match table::find(self.kind) {
            Some(info) => physical_id::physical_id(self, info),
            None => generic::physical_id(self),
        }
    }

    /// The name that the resource was given by hand, when its type is known and names are unique
    /// to it: a second one of that name cannot be resource.
    pub(crate) fn explicit_name(&self) -> Option<String> {
        let property = table::find(self.kind)?.name?;
        self.properties.text_at(property)
    }
}

impl ExistingResource<'_> {
    /// What `Fn::GetAtt` gives; `None` for an attribute that a type of the table has not.
    pub fn attribute(&self, name: &str) -> Option<EvaluatedValue> {
        let computed = match table::find(self.kind) {
            Some(_) => attributes::attribute(self, name),
            None => None,
        };
        // Beside what the service computes, properties can be asked back, as a VPC's CidrBlock.
        let value = computed.or_else(|| self.properties.at(name).cloned());
        match table::find(self.kind) {
            Some(_) => value,
            None => value.or_else(|| Some(generic::attribute(self, name))),
        }
    }
}

/// Whether a change of the property at `path` (as `CidrBlock` or `Tags.0.Value`) replaces a
/// resource of type `kind`.
pub fn recreation(kind: &str, path: &str) -> Recreation {
    let listed = |paths: &[&str]| paths.iter().any(|listed| is_within(path, listed));
    match table::find(kind) {
        Some(info) if listed(info.create_only) => Recreation::Always,
        Some(info) if listed(info.conditional) => Recreation::Conditionally,
        Some(_) => Recreation::Never,
        None => generic::recreation(kind, path),
    }
}

/// Whether the type's durations are known, and not those of a type like any other.
pub fn is_known(kind: &str) -> bool {
    table::find(kind).is_some()
}

/// How long AWS typically takes for it.
pub fn typical_duration(kind: &str, work: ResourceOperation) -> Duration {
    let seconds = match table::find(kind) {
        Some(info) => info.seconds,
        None => generic::seconds(kind),
    };
    Duration::from_secs(u64::from(match work {
        ResourceOperation::Create => seconds.0,
        ResourceOperation::Update => seconds.1,
        ResourceOperation::Delete => seconds.2,
    }))
}

/// How long it takes at the quick pace: a fiftieth, between 20 ms and one second.
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

/// Whether a making of the type passes `CONFIGURATION_COMPLETE` before it is complete.
pub fn has_configuration_complete(kind: &str) -> bool {
    // The service does not say for which; those that go through a stabilizing phase did.
    typical_duration(kind, ResourceOperation::Create) >= Duration::from_secs(10)
}

/// The property by which a resource of the type names its subnet, if it takes anything from it.
pub fn subnet_property(kind: &str) -> Option<&'static str> {
    (kind == "AWS::EC2::Instance").then_some("SubnetId")
}

/// Whether stack tags reach resources of the type.
pub fn is_taggable(kind: &str) -> bool {
    table::find(kind).is_some_and(|info| info.tags)
}

/// Whether `path` is `parent` or lies below it.
fn is_within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests;
