//! The data that the workers of a run share and never change.

use std::sync::Arc;

use formwork_blueprint::{AssetName, Blueprint, PackedAsset};
use indexmap::IndexMap;

use crate::model::cancel::CancelToken;
use crate::model::draft::{DraftRequest, Previews};
use crate::model::observed::Observed;
use crate::model::options::Options;
use crate::send::Sender;

/// The input of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The blueprint.
    pub blueprint: Arc<Blueprint>,
    /// The assets that its templates name, already in the bucket.
    pub packed: Arc<IndexMap<AssetName, PackedAsset>>,
    /// The account as it was read for the plan.
    pub observed: Arc<Observed>,
    /// The user's choices.
    pub options: Arc<Options>,
    /// The user's interruption.
    pub cancel: CancelToken,
}

impl Run {
    /// Returns the input of drafts and plans.
    pub fn request(&self) -> DraftRequest<'_> {
        DraftRequest {
            blueprint: &self.blueprint,
            packed: &self.packed,
            observed: &self.observed,
            options: &self.options,
        }
    }
}

/// The data that workers share.
#[derive(Debug)]
pub(super) struct RunContext {
    pub(super) sender: Sender,
    pub(super) run: Run,
    pub(super) previews: Previews,
}

impl RunContext {
    /// Returns whether the user interrupted the run, so that no operation may start.
    pub(super) fn is_interrupted(&self) -> bool {
        self.run.cancel.level().is_some()
    }
}

/// The source of a stack's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StateSource {
    /// The snapshot that the plan was made from.
    Plan,
    /// The account, read again.
    Account,
}
