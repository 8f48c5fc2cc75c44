//! Hazards of a plan: lost data, interrupted service, and the blockers that prevent its execution.

use std::collections::BTreeSet;

use formwork_blueprint::StackKey;
use serde::Serialize;

use super::change::ResourceAction;
use super::refusal::Refusal;
use super::serialize::as_text;

/// A resource that its stack deletes while another deployed stack still uses its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// The stack that deletes the resource.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// The logical id.
    pub logical_id: String,
    /// The resource type.
    pub resource_type: String,
    /// The action that deletes the resource: remove, replace, or perhaps replace.
    pub action: ResourceAction,
    /// The outputs that carry its value.
    pub outputs: Vec<String>,
    /// The names of the deployed stacks that use that value.
    pub consumers: Vec<String>,
    /// The time at which the hazard is certain.
    pub decided: HazardDecision,
}

/// A stateful resource that would be deleted together with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The stack.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// The logical id.
    pub logical_id: String,
    /// The resource type.
    pub resource_type: String,
    /// The physical id.
    pub physical_id: Option<String>,
    /// The action that deletes the resource: remove, replace, or perhaps replace.
    pub action: ResourceAction,
    /// The time at which the hazard is certain.
    pub decided: HazardDecision,
}

/// The time at which it is certain that a hazard is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardDecision {
    /// Now: the user must allow it before anything is sent.
    Now,
    /// Later: the change set decides, which is created when the stack's inputs are known.
    Later,
}

/// A reason why a plan is not executed. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocker {
    /// A stack is refused.
    Stack {
        /// The stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// The reason.
        refusal: Refusal,
    },
    /// A loss that no `--allow-loss STACK.LogicalId` allows.
    Loss(Loss),
    /// An interruption without `--allow-interruption`.
    Interruption(Interruption),
}

/// The hazards that the user allows beyond `--yes`.
#[derive(Debug, Clone, Default)]
pub struct Allowances {
    /// The stateful resources that may be lost, each as `STACK.LogicalId`.
    pub losses: BTreeSet<String>,
    /// The policy for resources that other stacks use.
    pub interruptions: InterruptionPolicy,
}

/// The policy for replacing or removing resources that other stacks use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InterruptionPolicy {
    /// They stay.
    #[default]
    Refused,
    /// They may be replaced and removed.
    Allowed,
}
