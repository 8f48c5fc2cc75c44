//! The changes that a plan lists: resources, properties, parameters, outputs and tags.

use formwork_aws::RequiresReplacement;
use formwork_blueprint::{OutputRef, StackKey};
use formwork_catalog::RemovalOutcome;
use formwork_template::diagnostics::Span;
use serde::Serialize;

use super::serialize::{as_fate, as_text};

/// The plan of one resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourcePlan {
    /// The logical id.
    pub logical_id: String,
    /// The resource type.
    pub resource_type: String,
    /// The physical id of the existing resource.
    pub physical_id: Option<String>,
    /// The action.
    pub action: ResourceAction,
    /// The fate of the existing resource, if it is removed or replaced.
    #[serde(serialize_with = "as_fate")]
    pub fate: Option<RemovalOutcome>,
    /// The properties and attributes that change.
    pub properties: Vec<PropertyPlan>,
    /// The schema table's expectation, if the change set contradicts it. The change set counts.
    pub disagreement: Option<Disagreement>,
    /// The outputs of other stacks that the logical id depends on and that are known after deploy.
    pub open: Vec<PendingOutput>,
    /// The resource's declaration in the blueprint.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// The action on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceAction {
    /// It is created.
    Add,
    /// It is updated in place.
    Update,
    /// It is updated or replaced; CloudFormation decides that later.
    MayReplace,
    /// A new one is created, then the existing one is deleted or retained.
    Replace,
    /// It is removed from the stack.
    Remove,
    /// An existing resource is imported into the stack.
    Import,
}

/// The change of one property.
#[derive(Debug, Clone, Serialize)]
pub struct PropertyPlan {
    /// The path, such as `Environment.Variables.LOG_LEVEL`; a resource attribute has its own name, such as `DeletionPolicy`.
    pub path: String,
    /// The value before, if there is one and it is known.
    pub before: Option<PlannedValue>,
    /// The value after, if there is one and it is known.
    pub after: Option<PlannedValue>,
    /// The need for a replacement because of this change.
    pub replaces: RequiresReplacement,
    /// The origin of the change, unless the property itself was edited.
    pub cause: Option<Cause>,
    /// The property's place in the blueprint.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A contradiction between the schema table and a change set about a replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The table's expectation.
    pub expected: RequiresReplacement,
    /// The property about which they disagree.
    pub property: String,
}

/// The origin of a property's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A parameter of the stack.
    Parameter(String),
    /// Another resource of the stack, which is replaced.
    Resource(String),
    /// An attribute of another resource, such as `Api.RootResourceId`.
    Attribute(String),
    /// CloudFormation itself.
    Automatic,
}

/// The change of a parameter, an output or a tag.
#[derive(Debug, Clone, Serialize)]
pub struct ValuePlan {
    /// The name.
    pub name: String,
    /// The value before.
    pub before: Option<PlannedValue>,
    /// The value after.
    pub after: Option<PlannedValue>,
}

/// A value, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedValue {
    /// A known value; intrinsic functions appear as in the template.
    Known(serde_json::Value),
    /// A value made of other stacks' outputs, which are known after deploy.
    AfterDeploy(Vec<PendingOutput>),
    /// A value that CloudFormation knows only when it applies the change.
    AfterApply,
    /// A secret: formwork cannot compare it and sends it with the update.
    Secret,
}

/// An output of another stack that is known after deploy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PendingOutput {
    /// The stack.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// The output.
    pub output: String,
}

impl From<&OutputRef> for PendingOutput {
    fn from(output: &OutputRef) -> Self {
        Self {
            stack: output.stack.clone(),
            output: output.output.clone(),
        }
    }
}
