//! The plan of a run, stack by stack: the output of `plan`, which `deploy` and `destroy` ask the user to confirm.
//!
//! A plan is plain data that can be written as JSON, and the same input gives the same bytes. It contains no secret.
//! Plans are made in [`crate::plan`].

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::StackKey;
use formwork_template::StackName;
use serde::Serialize;

use super::change::{PendingOutput, PlannedValue, ResourceAction, ResourcePlan, ValuePlan};
use super::hazard::{Interruption, Loss};
use super::refusal::Refusal;
use super::serialize::{as_text, as_texts};

/// The plan for one account and region.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The purpose.
    pub purpose: Purpose,
    /// The blueprint's name.
    pub blueprint: String,
    /// The environment's name.
    pub environment: Option<String>,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The chosen stacks, in the order of their operations.
    pub stacks: Vec<StackPlan>,
    /// The deployed stacks of this blueprint and environment without a key in the blueprint. They are not changed.
    pub unmanaged: Vec<UnmanagedStack>,
    /// The upstream resources that are replaced or removed while a deployed stack still uses them.
    pub interruptions: Vec<Interruption>,
    /// The stateful resources that would be lost.
    pub losses: Vec<Loss>,
    /// Notes about parts of the plan that may be inexact.
    pub notes: Vec<Note>,
}

/// The purpose of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To deploy the blueprint.
    Deploy,
    /// To delete the deployed stacks.
    Destroy,
}

/// The plan of one stack.
#[derive(Debug, Clone, Serialize)]
pub struct StackPlan {
    /// The stack's key.
    #[serde(serialize_with = "as_text")]
    pub key: StackKey,
    /// The stack's name in CloudFormation.
    #[serde(serialize_with = "as_text")]
    pub name: StackName,
    /// The deployed stack.
    pub id: Option<StackId>,
    /// The deployed stack's status.
    pub status: Option<StackStatus>,
    /// The action.
    pub action: StackAction,
    /// The source of the details below.
    pub basis: Basis,
    /// The stacks whose changes are the only reason for an update. Empty if the stack itself changes.
    #[serde(serialize_with = "as_texts")]
    pub only_because: Vec<StackKey>,
    /// The capabilities that the template needs and the engine acknowledges, such as `CAPABILITY_IAM`.
    pub capabilities: Vec<String>,
    /// The resources that change; for a new stack all of them.
    pub resources: Vec<ResourcePlan>,
    /// The parameters whose values change.
    pub parameters: Vec<ValuePlan>,
    /// The outputs that change.
    pub outputs: Vec<ValuePlan>,
    /// The tags that change; CloudFormation sets them on every resource that accepts tags.
    pub tags: Vec<ValuePlan>,
    /// Other sections of the template that change, such as `Conditions`, and options, such as `termination_protection`.
    pub other: Vec<String>,
    /// The number of resources in the template.
    pub resource_count: usize,
    /// The stacks that it waits for.
    #[serde(serialize_with = "as_texts")]
    pub waits_for: Vec<StackKey>,
}

/// The action on a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StackAction {
    /// It is created.
    Create,
    /// The remains of a failed creation are deleted, and the stack is created again.
    Recreate,
    /// It is updated.
    Update,
    /// It is updated if values that are not known yet turn out to differ.
    MayUpdate,
    /// Only its termination protection is set.
    Protect,
    /// It stays as it is.
    Unchanged,
    /// An operation is in progress: it is adopted if formwork sent the same request, otherwise awaited or refused.
    InFlight,
    /// It is deleted.
    Delete,
    /// It does not exist, so there is nothing to delete.
    Absent,
    /// It is not changed, for this reason.
    Refused(Refusal),
}

/// The source of the details in a stack's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The templates and the schema table.
    Templates,
    /// A change set.
    ChangeSet,
}

/// A deployed stack of this blueprint and environment without a key in the blueprint.
#[derive(Debug, Clone, Serialize)]
pub struct UnmanagedStack {
    /// The stack's name.
    #[serde(serialize_with = "as_text")]
    pub name: StackName,
    /// The stack's ARN.
    pub id: StackId,
    /// The stack's status.
    pub status: StackStatus,
    /// The stack key in its tags.
    pub key: Option<String>,
}

/// A note about a part of a plan that may be inexact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The caller may not create change sets, so the plan is based on the templates and the schema table.
    ChangeSetsDenied,
    /// The caller may not list the account's stacks, so unmanaged stacks were not searched.
    ListDenied,
    /// A stack's deployed template cannot be read.
    TemplateUnread {
        /// The stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// The reason.
        reason: String,
    },
    /// This version cannot read a deployed stack of the account.
    StackUnreadable {
        /// The stack's name.
        name: String,
        /// The reason.
        problem: String,
    },
}

/// The numbers of resources that a plan touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Resources created.
    pub add: usize,
    /// Resources updated, or perhaps replaced.
    pub update: usize,
    /// Resources replaced.
    pub replace: usize,
    /// Resources removed.
    pub delete: usize,
}

impl Plan {
    /// Returns whether the plan contains no action.
    pub fn is_empty(&self) -> bool {
        self.stacks
            .iter()
            .all(|stack| matches!(stack.action, StackAction::Unchanged | StackAction::Absent))
    }

    /// Returns the plan of one stack.
    pub fn stack(&self, key: &StackKey) -> Option<&StackPlan> {
        self.stacks.iter().find(|stack| stack.key == *key)
    }

    /// Counts the plan's resources by action.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for resource in self.stacks.iter().flat_map(|stack| &stack.resources) {
            match resource.action {
                ResourceAction::Add | ResourceAction::Import => totals.add += 1,
                ResourceAction::Update | ResourceAction::MayReplace => totals.update += 1,
                ResourceAction::Replace => totals.replace += 1,
                ResourceAction::Remove => totals.delete += 1,
            }
        }
        totals
    }
}

impl StackPlan {
    /// Returns the outputs of other stacks that it waits for.
    pub fn pending(&self) -> Vec<&PendingOutput> {
        self.parameters
            .iter()
            .flat_map(|plan| match &plan.after {
                Some(PlannedValue::AfterDeploy(pending)) => pending.iter().collect(),
                _ => Vec::new(),
            })
            .collect()
    }
}
