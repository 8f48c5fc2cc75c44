//! The draft of a plan: one action for each stack, and the answers of change sets that refine it.

use std::collections::BTreeMap;

use formwork_aws::{ChangeSet, StackStatus};
use formwork_blueprint::{AssetName, Blueprint, PackedAsset, StackKey};
use indexmap::IndexMap;

use super::desired::DesiredStack;
use super::observed::Observed;
use super::options::Options;
use super::refusal::Refusal;
use super::token::ContentHash;

/// The input of a draft and of a plan.
#[derive(Debug, Clone, Copy)]
pub struct DraftRequest<'a> {
    /// The blueprint.
    pub blueprint: &'a Blueprint,
    /// The packed assets that its templates name.
    pub packed: &'a IndexMap<AssetName, PackedAsset>,
    /// The account.
    pub observed: &'a Observed,
    /// The user's choices.
    pub options: &'a Options,
}

/// The drafted stacks of a run, each after all stacks that it depends on.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The stacks.
    pub stacks: IndexMap<StackKey, StackDraft>,
}

/// The draft of one stack.
#[derive(Debug, Clone)]
pub struct StackDraft {
    /// The desired stack.
    pub desired: DesiredStack,
    /// The action.
    pub action: DraftAction,
}

/// The drafted action on a stack.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftAction {
    /// The stack is created.
    Create,
    /// The remains of a failed creation are deleted, and the stack is created again.
    Recreate,
    /// The stack differs and is updated.
    Update,
    /// The stack differs at most in values that are known after deploy.
    AwaitUpstream,
    /// The templates cannot show whether the stack differs; a change set can.
    Undecided,
    /// Only the termination protection differs.
    Protect,
    /// The deployed stack equals the desired one.
    Unchanged,
    /// An operation is in progress.
    InFlight(StackStatus),
    /// The stack stays untouched for this reason.
    Refused(Refusal),
}

/// A change set's answer.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The content hash of the change set's request. The answer is valid only for a draft with the same hash.
    pub content: ContentHash,
    /// The answer.
    pub result: PreviewResult,
}

/// The answer of a change set.
#[derive(Debug, Clone)]
pub enum PreviewResult {
    /// The changes; the change set can be executed.
    Changes(Box<ChangeSet>),
    /// The change set contains no changes.
    NoOp,
    /// CloudFormation rejected the change with these words.
    Impossible(String),
    /// The caller may not create change sets.
    Denied,
}

/// The answers of change sets, by stack.
pub type Previews = BTreeMap<StackKey, Preview>;

impl DraftAction {
    /// Returns whether the stack's outputs keep their values.
    pub fn keeps_outputs(&self) -> bool {
        matches!(self, DraftAction::Unchanged | DraftAction::Protect)
    }
}

impl StackDraft {
    /// Returns whether a change set can refine the draft, given the last answer.
    pub fn needs_preview(&self, last: Option<&Preview>) -> bool {
        let is_open = matches!(self.action, DraftAction::Update | DraftAction::Undecided);
        is_open
            && self.desired.pending().is_empty()
            && last.is_none_or(|preview| preview.content != self.desired.update_content())
    }
}
