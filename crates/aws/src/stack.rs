//! Deployed stacks, and the requests that create and delete them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::SystemTime;

use formwork_template::{Capability, StackName};
use serde::{Deserialize, Serialize};

use crate::status::{ResourceStatus, StackStatus};
use crate::token::{ClientToken, Secret};

/// A stack's ARN. It identifies the stack even after its deletion, while the name may be used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StackId(String);

impl StackId {
    /// Wraps an ARN from AWS.
    pub fn new(arn: impl Into<String>) -> Self {
        Self(arn.into())
    }

    /// Returns the ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A reference to a stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackRef {
    /// By its name: the live stack of that name.
    Name(StackName),
    /// By its ARN: this stack, deleted or not.
    Id(StackId),
}

impl StackRef {
    /// Returns the text for the field `StackName`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(name) => name.as_str(),
            Self::Id(id) => id.as_str(),
        }
    }
}

impl From<StackName> for StackRef {
    fn from(name: StackName) -> Self {
        Self::Name(name)
    }
}

impl From<&StackName> for StackRef {
    fn from(name: &StackName) -> Self {
        Self::Name(name.clone())
    }
}

impl From<StackId> for StackRef {
    fn from(id: StackId) -> Self {
        Self::Id(id)
    }
}

impl From<&StackId> for StackRef {
    fn from(id: &StackId) -> Self {
        Self::Id(id.clone())
    }
}

impl fmt::Display for StackRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A stack as DescribeStacks returns it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// The ARN.
    pub id: StackId,
    /// The name.
    pub name: StackName,
    /// The template's description.
    pub description: Option<String>,
    /// The status.
    pub status: StackStatus,
    /// The reason for the status, in CloudFormation's words.
    pub status_reason: Option<String>,
    /// The parameters, by key.
    pub parameters: BTreeMap<String, DeployedParameter>,
    /// The outputs, by key.
    pub outputs: BTreeMap<String, Output>,
    /// The stack's own tags.
    pub tags: BTreeMap<String, String>,
    /// The capabilities of the last operation.
    pub capabilities: BTreeSet<Capability>,
    /// The role for its operations.
    pub role_arn: Option<String>,
    /// The topics that receive its events.
    pub notification_arns: Vec<String>,
    /// The timeout of its creation.
    pub timeout_minutes: Option<u32>,
    /// True if termination protection is on.
    pub termination_protection: bool,
    /// The time of its creation.
    pub created: Option<SystemTime>,
    /// The time of its last update.
    pub updated: Option<SystemTime>,
    /// The time of its deletion.
    pub deleted: Option<SystemTime>,
    /// The parent of a nested stack.
    pub parent: Option<StackId>,
}

/// A parameter of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedParameter {
    /// The value; `****` for a `NoEcho` parameter.
    pub value: String,
    /// The value of an SSM-typed parameter that the last operation looked up.
    pub resolved_value: Option<String>,
}

/// An output of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The value.
    pub value: String,
    /// The description.
    pub description: Option<String>,
    /// The export's name.
    pub export_name: Option<String>,
}

/// One entry of ListStackResources.
#[derive(Clone, Debug, PartialEq)]
pub struct StackResource {
    /// The logical id.
    pub logical_id: String,
    /// The physical id, if it has one.
    pub physical_id: Option<String>,
    /// The resource type, such as `AWS::EC2::VPC`.
    pub resource_type: String,
    /// The status.
    pub status: ResourceStatus,
    /// The reason for the status.
    pub status_reason: Option<String>,
    /// The time of its last change.
    pub updated: Option<SystemTime>,
}

/// One entry of ListExports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The export's name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The exporting stack.
    pub stack: StackId,
}

/// The source of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// The text in the request, at most [`TemplateSource::INLINE_LIMIT`] bytes.
    Body(String),
    /// An object in a bucket, at most 1 MB; see [`crate::Cloud::object_url`].
    Url(String),
    /// The stack's present template.
    Previous,
}

impl TemplateSource {
    /// The largest template in a request, in bytes.
    pub const INLINE_LIMIT: usize = 51_200;
}

/// A parameter's value in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// A plain value.
    Plain(String),
    /// A secret value, which is never displayed.
    Secret(Secret),
    /// The stack's present value (`UsePreviousValue`).
    Previous,
}

/// The reaction to a failed operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rollback {
    /// CloudFormation rolls it back.
    #[default]
    Enabled,
    /// The resources remain as they are.
    Disabled,
}

/// The termination protection of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// CloudFormation refuses DeleteStack.
    On,
    /// CloudFormation accepts DeleteStack.
    Off,
}

/// The request of CreateStack. Every option is sent explicitly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateStack {
    /// The new stack's name.
    pub name: StackName,
    /// The template; the service refuses [`TemplateSource::Previous`].
    pub template: TemplateSource,
    /// The parameters, by key.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// The acknowledged capabilities.
    pub capabilities: BTreeSet<Capability>,
    /// The role for this and every later operation.
    pub role_arn: Option<String>,
    /// The topics that receive its events.
    pub notification_arns: Vec<String>,
    /// The timeout of the creation.
    pub timeout_minutes: Option<u32>,
    /// True if termination protection is on.
    pub termination_protection: bool,
    /// The reaction to a failure.
    pub rollback: Rollback,
    /// The client request token.
    pub token: ClientToken,
}

/// The request of DeleteStack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteStack {
    /// The stack, preferably by its ARN.
    pub stack: StackRef,
    /// The logical ids to retain; only valid for a stack in DELETE_FAILED.
    pub retain: Vec<String>,
    /// The role, if it is not the stack's own.
    pub role_arn: Option<String>,
    /// The client request token.
    pub token: ClientToken,
}
