//! The data of a checked blueprint, without behaviour. The engine and the command line work with
//! it.

mod asset;
mod component;
mod graph;
mod name;
mod parameter;
mod request;
mod stack;
mod variable;

pub(crate) use asset::ASSET_MARK;
pub use asset::{Architecture, Asset, AssetSource, PackedAsset};
pub use component::{ComponentInput, ComponentUse};
pub use graph::{Cause, Link, StackGraph};
pub(crate) use graph::{Cycle, Edge};
pub use name::{AssetName, EnvName, StackKey, VariableName};
pub(crate) use name::{snake_case, upper_camel_case};
pub use parameter::{OutputRef, ParameterSource, SecretValue};
pub use request::{AssignmentSource, Request, VariableAssignment};
pub(crate) use stack::{ContentAddressedResource, HashedInput, UnrenderedTemplate};
pub use stack::{KnownValues, PendingId, RenderedTemplate, Stack, TerminationProtection};
pub use variable::{Origin, OverriddenValue, Variable};

use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Span;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A valid blueprint for one environment: everything that is known before AWS is asked.
#[derive(Debug)]
pub struct Blueprint {
    /// The name. It is the value of the tag `formwork:blueprint`.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The folder of the blueprint, with links resolved.
    pub folder: PathBuf,
    /// The root folder, with links resolved. No file outside it is read.
    pub root: PathBuf,
    /// The region of all stacks: that of the environment, or else of the blueprint.
    pub region: Option<String>,
    /// The requested environment.
    pub environment: Option<Environment>,
    /// The variables with their values.
    pub variables: IndexMap<VariableName, Variable>,
    /// The assets, including those of single stacks (`stack.name`).
    pub assets: IndexMap<AssetName, Asset>,
    /// The bucket for assets and large templates. None for formwork's own.
    pub assets_bucket: Option<String>,
    /// The changes of the requested environment to stacks.
    pub overlays: Vec<AppliedOverlay>,
    /// The stacks and their dependencies.
    pub graph: StackGraph,
    /// The schema of the resource types.
    pub table: Arc<Table>,
}

/// An environment of a blueprint.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The environment's name.
    pub name: EnvName,
    /// The target.
    pub target: Target,
    /// The region.
    pub region: Option<String>,
    /// The only account that it may be deployed to.
    pub account: Option<String>,
    /// The role to assume.
    pub role: Option<String>,
    /// The protection against accidental deletion.
    pub protection: Protection,
    /// The tags of its stacks. [`Stack::tags`] includes them.
    pub tags: BTreeMap<String, String>,
}

/// A value that an overlay of the environment sets in a stack.
#[derive(Debug, Clone)]
pub struct AppliedOverlay {
    /// The span in the overlay.
    pub span: Span,
    /// The span of the value that it replaces. None for an added value.
    pub replaced: Option<Span>,
}

/// The target of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// In an AWS account.
    Aws,
    /// The local cloud.
    Local,
}

/// The protection of an environment against accidental deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Destroying it requires its name, and its stacks get termination protection.
    Protected,
    /// No protection.
    Unprotected,
}
