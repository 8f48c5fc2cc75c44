//! Stacks as the account holds them, and what can be asked for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::SystemTime;

use formwork_template::StackName;
use serde::{Deserialize, Serialize};

use crate::status::{ResourceStatus, StackStatus};
use crate::token::{ClientToken, Secret};

/// A stack's ARN: it names this one stack for ever, also after its deletion, while a name may be used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StackId(String);

impl StackId {
    /// Takes an ARN that AWS gave.
    pub fn new(arn: impl Into<String>) -> Self {
        Self(arn.into())
    }

    /// The ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A stack, by whichever name the caller has for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackRef {
    /// By its name: the live stack that bears it.
    Name(StackName),
    /// By its ARN: this one, deleted or not.
    Id(StackId),
}

impl StackRef {
    /// What is sent as `StackName`.
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

/// A stack as DescribeStacks shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// Its ARN.
    pub id: StackId,
    /// Its name.
    pub name: StackName,
    /// Its template's description.
    pub description: Option<String>,
    /// Its state.
    pub status: StackStatus,
    /// Why it is in that state, in CloudFormation's words.
    pub status_reason: Option<String>,
    /// What its parameters hold, by key.
    pub parameters: BTreeMap<String, DeployedParameter>,
    /// Its outputs, by key.
    pub outputs: BTreeMap<String, Output>,
    /// Its own tags.
    pub tags: BTreeMap<String, String>,
    /// The capabilities that its last operation was given.
    pub capabilities: BTreeSet<Capability>,
    /// The role that carries out its operations.
    pub role_arn: Option<String>,
    /// The topics that hear its events.
    pub notification_arns: Vec<String>,
    /// How long its creation may take.
    pub timeout_minutes: Option<u32>,
    /// Whether DeleteStack is refused.
    pub termination_protection: bool,
    /// When it was created.
    pub created: Option<SystemTime>,
    /// When it was updated last.
    pub updated: Option<SystemTime>,
    /// When it was deleted.
    pub deleted: Option<SystemTime>,
    /// The stack it is nested in.
    pub parent: Option<StackId>,
    /// Its last operations, the latest first, where the service tells them.
    pub last_operations: Vec<Operation>,
}

/// A parameter of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedParameter {
    /// The value given; `****` where the template says NoEcho.
    pub value: String,
    /// What an SSM-typed parameter stood for at the last operation.
    pub resolved_value: Option<String>,
}

/// An output of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its value.
    pub value: String,
    /// Its description.
    pub description: Option<String>,
    /// The name it is exported by.
    pub export_name: Option<String>,
}

/// An operation on a stack, as its summary names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// What it does, like `CREATE_STACK`.
    pub kind: String,
}

/// What the caller acknowledges that a template may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Capability {
    /// It makes IAM resources.
    #[serde(rename = "CAPABILITY_IAM")]
    Iam,
    /// It makes IAM resources with names of their own.
    #[serde(rename = "CAPABILITY_NAMED_IAM")]
    NamedIam,
    /// It holds transforms.
    #[serde(rename = "CAPABILITY_AUTO_EXPAND")]
    AutoExpand,
}

impl Capability {
    /// The capability as CloudFormation writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "CAPABILITY_IAM",
            Self::NamedIam => "CAPABILITY_NAMED_IAM",
            Self::AutoExpand => "CAPABILITY_AUTO_EXPAND",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One entry of ListStackResources.
#[derive(Clone, Debug, PartialEq)]
pub struct StackResource {
    /// The logical id.
    pub logical_id: String,
    /// The physical id, once it has one.
    pub physical_id: Option<String>,
    /// The type, like `AWS::EC2::VPC`.
    pub resource_type: String,
    /// Its state.
    pub status: ResourceStatus,
    /// Why it is in that state.
    pub status_reason: Option<String>,
    /// When it changed last.
    pub updated: Option<SystemTime>,
}

/// One entry of ListExports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The name it is imported by.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The stack that makes it.
    pub stack: StackId,
}

/// Where a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// In the request; CloudFormation takes at most [`TemplateSource::INLINE_LIMIT`] bytes.
    Body(String),
    /// In a bucket, up to 1 MB; see [`crate::Cloud::object_url`].
    Url(String),
    /// The one that the stack has.
    Previous,
}

impl TemplateSource {
    /// The largest template in bytes that may stand in a request.
    pub const INLINE_LIMIT: usize = 51_200;
}

/// A parameter's value in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// This value.
    Given(String),
    /// This value, shown nowhere.
    Secret(Secret),
    /// What the stack has (`UsePreviousValue`).
    Previous,
}

/// Whether a failed operation is undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rollback {
    /// It is rolled back.
    #[default]
    Enabled,
    /// What was made stays.
    Disabled,
}

/// Whether a stack is protected from deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// DeleteStack is refused.
    On,
    /// DeleteStack is accepted.
    Off,
}

/// What CreateStack is asked. Every option is sent explicitly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateStack {
    /// The new stack's name.
    pub name: StackName,
    /// Its template; [`TemplateSource::Previous`] has no meaning here and is refused by the service.
    pub template: TemplateSource,
    /// Its parameters, by key.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What is acknowledged.
    pub capabilities: BTreeSet<Capability>,
    /// The role that carries out this and every later operation.
    pub role_arn: Option<String>,
    /// The topics that hear its events.
    pub notification_arns: Vec<String>,
    /// How long the creation may take.
    pub timeout_minutes: Option<u32>,
    /// Whether DeleteStack shall be refused.
    pub termination_protection: bool,
    /// What happens on failure.
    pub rollback: Rollback,
    /// The client request token.
    pub token: ClientToken,
}

/// What DeleteStack is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteStack {
    /// The stack, better by its id.
    pub stack: StackRef,
    /// Logical ids that stay; valid only for a stack in DELETE_FAILED.
    pub retain: Vec<String>,
    /// The role to do it with, if not the stack's own.
    pub role_arn: Option<String>,
    /// The client request token.
    pub token: ClientToken,
}
