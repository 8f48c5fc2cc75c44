//! Change sets: what an update would do, in CloudFormation's own judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error;
use crate::stack::{Capability, ParameterValue, Rollback, StackId, StackRef, TemplateSource};
use crate::token::ClientToken;

/// What `after` holds in a [`PropertyChange`] whose value is only known once it is applied.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A change set's ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeSetId(String);

impl ChangeSetId {
    /// Takes an ARN that AWS gave.
    pub fn new(arn: impl Into<String>) -> Self {
        Self(arn.into())
    }

    /// The ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChangeSetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A change set, by whichever name the caller has for it.
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

/// What CreateChangeSet is asked. Every option is sent explicitly: leaving tags out would keep the stack's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateChangeSet {
    /// The stack: by name where it is to be created.
    pub stack: StackRef,
    /// The change set's name, unique within the stack.
    pub name: String,
    /// For a new stack or one that exists.
    pub kind: ChangeSetKind,
    /// The template.
    pub template: TemplateSource,
    /// The parameters, by key.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The tags; an empty map removes the stack's.
    pub tags: BTreeMap<String, String>,
    /// What is acknowledged.
    pub capabilities: BTreeSet<Capability>,
    /// The role that carries out this and every later operation.
    pub role_arn: Option<String>,
    /// The topics that hear its events; an empty list removes the stack's.
    pub notification_arns: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The client token.
    pub token: ClientToken,
}

/// Whether a change set makes a stack or updates one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// It makes a new stack, which waits in REVIEW_IN_PROGRESS.
    Create,
    /// It updates a stack.
    Update,
}

/// What CreateChangeSet answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedChangeSet {
    /// The change set.
    pub id: ChangeSetId,
    /// Its stack.
    pub stack_id: StackId,
}

/// What ExecuteChangeSet is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecuteChangeSet {
    /// The change set.
    pub change_set: ChangeSetRef,
    /// What happens on failure; always sent, for the service's documented default is to disable it.
    pub rollback: Rollback,
    /// The client request token.
    pub token: ClientToken,
}

/// A change set with all pages of its changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeSet {
    /// Its ARN.
    pub id: ChangeSetId,
    /// Its name.
    pub name: String,
    /// Its stack.
    pub stack_id: StackId,
    /// Its stack's name.
    pub stack_name: String,
    /// How far its making is.
    pub status: ChangeSetStatus,
    /// Whether it can be executed.
    pub execution_status: ExecutionStatus,
    /// Why it is in that state.
    pub status_reason: Option<String>,
    /// What happens to each resource, in the service's order. Outputs are not among them.
    pub changes: Vec<ResourceChange>,
    /// Whether each of `changes` has its property values.
    pub values: Values,
}

impl ChangeSet {
    /// Whether it failed because there is nothing to change.
    pub fn is_no_op(&self) -> bool {
        self.status == ChangeSetStatus::Failed
            && self
                .status_reason
                .as_deref()
                .is_some_and(error::says_no_changes)
    }
}

/// Whether a change set's changes came with their property values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Each has them.
    Complete,
    /// Some were left out by the service, which said so; those have none.
    Partial,
}

/// How far a change set's making is.
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
    /// Whether it is still being made.
    pub fn is_in_progress(self) -> bool {
        matches!(self, Self::CreatePending | Self::CreateInProgress)
    }
}

/// Whether a change set can be executed.
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

/// What happens to one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceChange {
    /// What is done with it.
    pub action: ChangeAction,
    /// The logical id.
    pub logical_id: String,
    /// The physical id, where it has one.
    pub physical_id: Option<String>,
    /// The type.
    pub resource_type: String,
    /// Whether it is made anew; none where it is added or removed.
    pub replacement: Option<Replacement>,
    /// What becomes of the old one when it is removed or replaced.
    pub policy_action: Option<PolicyAction>,
    /// Which sections of the resource change.
    pub scope: Vec<Attribute>,
    /// What changes in detail.
    pub details: Vec<PropertyChange>,
    /// The resource before, as JSON text, where the service gives it.
    pub before: Option<String>,
    /// The resource after, as JSON text, where the service gives it.
    pub after: Option<String>,
    /// The change set of a nested stack.
    pub nested: Option<ChangeSetId>,
}

impl ResourceChange {
    /// Whether the resource is made anew: the word of `policy_action` and of `replacement`, whichever says more.
    pub fn replaces(&self) -> Replaces {
        let by_policy = matches!(
            self.policy_action,
            Some(
                PolicyAction::ReplaceAndDelete
                    | PolicyAction::ReplaceAndRetain
                    | PolicyAction::ReplaceAndSnapshot
            )
        );
        match self.replacement {
            Some(Replacement::True) => Replaces::Yes,
            Some(Replacement::Conditional) => Replaces::Maybe,
            Some(Replacement::False) => Replaces::No,
            None if by_policy => Replaces::Yes,
            None => Replaces::No,
        }
    }
}

/// Whether a change makes a resource anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Replaces {
    /// It stays the same one.
    No,
    /// That depends on a value that is not known before.
    Maybe,
    /// It does.
    Yes,
}

/// What is done with a resource.
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

/// Whether a changed resource is made anew, as the change set says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum Replacement {
    False,
    Conditional,
    True,
}

/// What becomes of the old resource.
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

/// One change within a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyChange {
    /// The section it is in.
    pub attribute: Attribute,
    /// The property, for [`Attribute::Properties`].
    pub name: Option<String>,
    /// Where exactly, like `/Properties/Environment/Variables/LOG_LEVEL`.
    pub path: Option<String>,
    /// The value before, as text or JSON.
    pub before: Option<String>,
    /// The value after, as text or JSON; may be [`KNOWN_AFTER_APPLY`].
    pub after: Option<String>,
    /// Whether this change makes the resource anew.
    pub replaces: Replaces,
    /// Whether that can only be told when the change is carried out.
    pub evaluation: Evaluation,
    /// What leads to it.
    pub source: Option<ChangeSource>,
    /// The parameter, resource or attribute (`Name.Attribute`) that leads to it.
    pub cause: Option<String>,
}

/// When the outcome of a change is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// Now.
    Static,
    /// When it is carried out.
    Dynamic,
}

/// What leads to a change.
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
