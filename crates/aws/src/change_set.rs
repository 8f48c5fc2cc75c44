//! Change sets: the changes that CloudFormation would make.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use formwork_template::Capability;
use serde::{Deserialize, Serialize};

use crate::error;
use crate::stack::{ParameterValue, Rollback, StackId, StackRef, TemplateSource};
use crate::token::ClientToken;

/// The text in `after` of a [`PropertyChange`] whose value is known only after the change is applied.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A change set's ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeSetId(String);

impl ChangeSetId {
    /// Wraps an ARN from AWS.
    pub fn new(arn: impl Into<String>) -> Self {
        Self(arn.into())
    }

    /// Returns the ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChangeSetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A reference to a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeSetRef {
    /// By its ARN.
    Id(ChangeSetId),
    /// By its name within a stack.
    Named {
        /// The stack.
        stack: StackRef,
        /// The change set's name.
        name: String,
    },
}

impl From<ChangeSetId> for ChangeSetRef {
    fn from(id: ChangeSetId) -> Self {
        Self::Id(id)
    }
}

impl From<&ChangeSetId> for ChangeSetRef {
    fn from(id: &ChangeSetId) -> Self {
        Self::Id(id.clone())
    }
}

/// The request of CreateChangeSet. Every option is sent explicitly, because omitted tags would keep the stack's tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateChangeSet {
    /// The stack; a new one by its name.
    pub stack: StackRef,
    /// The change set's name, unique within the stack.
    pub name: String,
    /// The kind: for a new stack or for an existing one.
    pub kind: ChangeSetKind,
    /// The template.
    pub template: TemplateSource,
    /// The parameters, by key.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The tags; an empty map removes the stack's.
    pub tags: BTreeMap<String, String>,
    /// The acknowledged capabilities.
    pub capabilities: BTreeSet<Capability>,
    /// The role for this and every later operation.
    pub role_arn: Option<String>,
    /// The topics that receive the stack's events; an empty list removes them.
    pub notification_arns: Vec<String>,
    /// The description.
    pub description: Option<String>,
    /// The client token.
    pub token: ClientToken,
}

/// The kind of a change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// It creates a stack, which waits in REVIEW_IN_PROGRESS.
    Create,
    /// It updates a stack.
    Update,
}

/// The response of CreateChangeSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedChangeSet {
    /// The change set.
    pub id: ChangeSetId,
    /// The stack.
    pub stack_id: StackId,
}

/// The request of ExecuteChangeSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecuteChangeSet {
    /// The change set.
    pub change_set: ChangeSetRef,
    /// The reaction to a failure. It is always sent, because the service's default disables the rollback.
    pub rollback: Rollback,
    /// The client request token.
    pub token: ClientToken,
}

/// A change set with all pages of its changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeSet {
    /// The ARN.
    pub id: ChangeSetId,
    /// The name.
    pub name: String,
    /// The stack.
    pub stack_id: StackId,
    /// The stack's name.
    pub stack_name: String,
    /// The status of its creation.
    pub status: ChangeSetStatus,
    /// The status of its execution.
    pub execution_status: ExecutionStatus,
    /// The reason for the status.
    pub status_reason: Option<String>,
    /// The changes of resources, in the service's order. Outputs are not included.
    pub changes: Vec<ResourceChange>,
    /// The completeness of the property values in `changes`.
    pub values: PropertyValues,
}

impl ChangeSet {
    /// Returns whether it failed because there is nothing to change.
    pub fn is_no_op(&self) -> bool {
        self.status == ChangeSetStatus::Failed
            && self
                .status_reason
                .as_deref()
                .is_some_and(error::is_no_changes_reason)
    }
}

/// The completeness of a change set's property values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyValues {
    /// All changes have them.
    Complete,
    /// The service omitted some and reported that.
    Partial,
}

/// The status of a change set's creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum ChangeSetStatus {
    CreatePending,
    CreateInProgress,
    CreateComplete,
    DeletePending,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
    Failed,
}

impl ChangeSetStatus {
    /// Returns the status in CloudFormation's spelling, such as `CREATE_COMPLETE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatePending => "CREATE_PENDING",
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::DeletePending => "DELETE_PENDING",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
            Self::DeleteComplete => "DELETE_COMPLETE",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::Failed => "FAILED",
        }
    }

    /// Returns whether the change set is still being created.
    pub fn is_in_progress(self) -> bool {
        matches!(self, Self::CreatePending | Self::CreateInProgress)
    }
}

/// The execution status of a change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum ExecutionStatus {
    Unavailable,
    Available,
    ExecuteInProgress,
    ExecuteComplete,
    ExecuteFailed,
    Obsolete,
}

/// The change of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceChange {
    /// The action.
    pub action: ChangeAction,
    /// The logical id.
    pub logical_id: String,
    /// The physical id, if it has one.
    pub physical_id: Option<String>,
    /// The resource type.
    pub resource_type: String,
    /// The need for a replacement; `None` if the resource is added or removed.
    pub replacement: Option<RequiresReplacement>,
    /// The fate of the existing resource if it is removed or replaced.
    pub policy_action: Option<PolicyAction>,
    /// The sections of the resource that change.
    pub scope: Vec<Attribute>,
    /// The details of the change.
    pub details: Vec<PropertyChange>,
    /// The resource before, as JSON text, if the service returns it.
    pub before: Option<String>,
    /// The resource after, as JSON text, if the service returns it.
    pub after: Option<String>,
    /// The change set of a nested stack.
    pub nested: Option<ChangeSetId>,
}

impl ResourceChange {
    /// Returns the need for a replacement, by `replacement` or else by `policy_action`.
    pub fn requires_replacement(&self) -> RequiresReplacement {
        let is_replaced = matches!(
            self.policy_action,
            Some(
                PolicyAction::ReplaceAndDelete
                    | PolicyAction::ReplaceAndRetain
                    | PolicyAction::ReplaceAndSnapshot
            )
        );
        match self.replacement {
            Some(replacement) => replacement,
            None if is_replaced => RequiresReplacement::Yes,
            None => RequiresReplacement::No,
        }
    }
}

/// The need for a replacement of the changed resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiresReplacement {
    /// The resource is updated in place.
    No,
    /// A value decides that is not known yet.
    Maybe,
    /// The resource is replaced.
    Yes,
}

/// The action on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum ChangeAction {
    Add,
    Modify,
    Remove,
    Import,
    Dynamic,
    SyncWithActual,
}

/// The fate of the existing resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum PolicyAction {
    Delete,
    Retain,
    Snapshot,
    ReplaceAndDelete,
    ReplaceAndRetain,
    ReplaceAndSnapshot,
}

/// A section of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum Attribute {
    Properties,
    Metadata,
    CreationPolicy,
    UpdatePolicy,
    DeletionPolicy,
    UpdateReplacePolicy,
    Tags,
}

impl Attribute {
    /// Returns the section's key in a template.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Properties => "Properties",
            Self::Metadata => "Metadata",
            Self::CreationPolicy => "CreationPolicy",
            Self::UpdatePolicy => "UpdatePolicy",
            Self::DeletionPolicy => "DeletionPolicy",
            Self::UpdateReplacePolicy => "UpdateReplacePolicy",
            Self::Tags => "Tags",
        }
    }
}

/// One change within a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyChange {
    /// The section.
    pub attribute: Attribute,
    /// The property, for [`Attribute::Properties`].
    pub name: Option<String>,
    /// The JSON pointer, such as `/Properties/Environment/Variables/LOG_LEVEL`.
    pub path: Option<String>,
    /// The value before, as text or JSON.
    pub before: Option<String>,
    /// The value after, as text or JSON; may be [`KNOWN_AFTER_APPLY`].
    pub after: Option<String>,
    /// The need for a replacement because of this change.
    pub requires_replacement: RequiresReplacement,
    /// The time at which the need for a replacement is known.
    pub evaluation: Evaluation,
    /// The kind of its cause.
    pub source: Option<ChangeSource>,
    /// The parameter, resource or attribute (`Name.Attribute`) that causes it.
    pub cause: Option<String>,
}

/// The time at which the effect of a change is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// When the change set is created.
    Static,
    /// When the change set is executed.
    Dynamic,
}

/// The cause of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum ChangeSource {
    ParameterReference,
    ResourceReference,
    ResourceAttribute,
    DirectModification,
    Automatic,
    NoModification,
}
