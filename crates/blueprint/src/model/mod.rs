//! What a checked blueprint is: plain data that the engine and the command line work from.

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

/// A blueprint without a problem, for one environment: everything that can be known about what is
/// to be deployed before anybody is asked.
#[derive(Debug)]
pub struct Blueprint {
    /// Its name, as the tag `formwork:blueprint` says it.
    pub name: String,
    /// What it says about itself.
    pub description: Option<String>,
    /// The folder that it lies in, links resolved.
    pub folder: PathBuf,
    /// The folder outside of which nothing is read, links resolved.
    pub root: PathBuf,
    /// The region of all stacks: the environment's, else the blueprint's.
    pub region: Option<String>,
    /// The environment that was asked for.
    pub environment: Option<Environment>,
    /// The variables with their values.
    pub variables: IndexMap<VariableName, Variable>,
    /// The assets, those of single stacks (`stack.name`) included.
    pub assets: IndexMap<AssetName, Asset>,
    /// The bucket that assets and large templates go to instead of the tool's own.
    pub assets_bucket: Option<String>,
    /// What the environment that was asked for changed in stacks.
    pub overlays: Vec<AppliedOverlay>,
    /// The stacks and what flows between them.
    pub graph: StackGraph,
    /// What is known of resource types, with those decoded that were asked for while loading.
    pub table: Arc<Table>,
}

/// An environment of a blueprint, as it was asked for.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: EnvName,
    /// Where it lies.
    pub target: Target,
    /// The region that it names.
    pub region: Option<String>,
    /// The only account in which it may be deployed.
    pub account: Option<String>,
    /// The role to assume.
    pub role: Option<String>,
    /// Whether destroying it asks for its name.
    pub protection: Protection,
    /// The tags that it gives to its stacks; they are in [`Stack::tags`] already.
    pub tags: BTreeMap<String, String>,
}

/// A value that an environment's overlay put into a stack.
#[derive(Debug, Clone)]
pub struct AppliedOverlay {
    /// Where the overlay has it.
    pub span: Span,
    /// Where the stack has what it took the place of; nothing for what was added.
    pub replaced: Option<Span>,
}

/// Where an environment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// In an AWS account.
    Aws,
    /// In the cloud on this machine.
    Local,
}

/// Whether an environment is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Destroying it asks for its name, and its stacks get termination protection.
    Protected,
    /// It is destroyed like any other.
    Unprotected,
}
