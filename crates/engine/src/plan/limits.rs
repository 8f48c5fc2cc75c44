//! What stands in a plan's way, what it would break or lose, and what limits it.

use std::collections::BTreeSet;

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::StackKey;
use formwork_template::StackName;
use serde::Serialize;

use super::ResourceAction;
use super::text::{as_text, as_texts};

/// Why a stack is not touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It does not carry this blueprint's tags, and `--adopt` was not given for it.
    NotOurs {
        /// The blueprint that its tags name.
        blueprint: Option<String>,
        /// The key that its tags name.
        stack: Option<String>,
        /// The environment that its tags name.
        environment: Option<String>,
    },
    /// Its state takes no such operation.
    State {
        /// The state.
        status: StackStatus,
        /// What to do about it.
        advice: String,
    },
    /// Someone else's operation is in flight, and `--wait` was not given.
    InFlight {
        /// The state.
        status: StackStatus,
    },
    /// CloudFormation is told not to delete it.
    Protected,
    /// Deployed stacks that are not to be destroyed use its outputs.
    NeededBy {
        /// Those stacks.
        #[serde(serialize_with = "as_texts")]
        stacks: Vec<StackKey>,
    },
    /// The failed creation left resources in it: deleting it could lose them.
    Survivors {
        /// The logical ids.
        resources: Vec<String>,
    },
    /// A value that it needs comes from a stack that is not deployed and not part of this run.
    MissingUpstream {
        /// The stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// The output.
        output: String,
    },
    /// A value that it needs cannot be a parameter.
    Value {
        /// The parameter.
        parameter: String,
        /// What is wrong with the value.
        problem: String,
    },
    /// CloudFormation found the change impossible when the change set was made.
    ChangeSet {
        /// CloudFormation's words.
        reason: String,
    },
}

/// A deployed stack of this blueprint and environment without a key in it.
#[derive(Debug, Clone, Serialize)]
pub struct Unmanaged {
    /// Its name.
    #[serde(serialize_with = "as_text")]
    pub name: StackName,
    /// Its ARN.
    pub id: StackId,
    /// Its state.
    pub status: StackStatus,
    /// The key that its tag names.
    pub key: Option<String>,
}

/// A resource that is deleted in its stack's cleanup while another deployed stack still uses its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// The stack that lets go of the resource.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// The resource.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// Whether it is removed, replaced, or perhaps replaced.
    pub action: ResourceAction,
    /// The outputs that carry its value.
    pub outputs: Vec<String>,
    /// The deployed stacks that hold that value: their names.
    pub consumers: Vec<String>,
    /// When it is decided whether it happens.
    pub decided: Decided,
}

/// A stateful resource that would be deleted with what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// Its stack.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// The resource.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// The physical id.
    pub physical_id: Option<String>,
    /// Whether it is removed, replaced, or perhaps replaced.
    pub action: ResourceAction,
    /// When it is decided whether it happens.
    pub decided: Decided,
}

/// When it is decided whether a hazard is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// Now: it has to be allowed before anything is sent.
    Now,
    /// By the change set that is made once the stack's inputs are known: it is asked about then.
    Later,
}

/// What limits the exactness of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Change sets may not be made: the plan says what the templates and the schema table say.
    ChangeSetsDenied,
    /// The account's stacks may not be listed: stacks without a key were not looked for.
    ListDenied,
    /// A stack's deployed template may not be read or cannot be understood.
    TemplateUnread {
        /// The stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// Why.
        reason: String,
    },
    /// A deployed stack of the account that this version cannot read.
    StackUnreadable {
        /// Its name.
        name: String,
        /// Why.
        problem: String,
    },
}

/// Why a plan is not carried out as it is. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocker {
    /// A stack is refused.
    Stack {
        /// The stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// Why.
        refusal: Refusal,
    },
    /// A loss that `--allow-loss STACK.LogicalId` was not given for.
    Loss(Loss),
    /// An interruption without `--allow-interruption`.
    Interruption(Interruption),
}

/// What the user allows beyond `--yes`.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// `STACK.LogicalId` of stateful resources that may be lost.
    pub losses: BTreeSet<String>,
    /// Whether resources in use by other stacks may be replaced or removed.
    pub interruptions: Interruptions,
}

/// Whether resources in use by other stacks may be replaced or removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Interruptions {
    /// They may not.
    #[default]
    Refused,
    /// They may.
    Allowed,
}
