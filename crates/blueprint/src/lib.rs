//! Turns the text of a blueprint into a checked graph of stacks and their templates.
//!
//! [`load`] reads and checks the files. It returns a [`Blueprint`], or all problems that it found.
//! The crate has no access to AWS, and reads files only through [`Files`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod assemble;
pub mod codes;
mod declare;
mod evaluate;
mod files;
pub mod import;
mod interface;
pub mod json_schema;
mod limits;
mod load;
mod lower;
mod model;
mod rename;
mod render;
mod scope;
mod select;
mod syntax;

pub use declare::components::SHIPPED as SHIPPED_COMPONENTS;
pub use evaluate::references;
pub use files::{FileKind, Files, FolderEntry, MemoryFiles};
pub use interface::{Interface, InterfaceInput, InterfaceOutput};
pub use load::{LoadOutput, load};
pub use model::{
    AppliedOverlay, Architecture, Asset, AssetName, AssetSource, AssignmentSource, Blueprint,
    Cause, ComponentInput, ComponentUse, EnvName, Environment, KnownValues, Link, Origin,
    OutputRef, OverriddenValue, PackedAsset, ParameterSource, PendingId, Protection,
    RenderedTemplate, Request, SecretValue, Stack, StackGraph, StackKey, Target,
    TerminationProtection, Variable, VariableAssignment, VariableName,
};
pub use select::{SelectError, Selector};
pub use syntax::format::format;
