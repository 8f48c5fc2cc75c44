//! Turns blueprint text into a checked graph of stacks and their templates.
//!
//! [`load`] does everything that can be done without asking anybody: it reads the files, checks
//! them, and gives back either a [`Blueprint`] or every problem that stands in its way. Nothing here
//! knows AWS, and the only way to a file is [`Files`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod codes;
mod evaluate;
mod files;
mod format;
mod graph;
pub mod import;
mod interface;
mod load;
mod lower;
mod model;
mod redeploy;
mod rename;
mod render;
pub mod schema;
mod select;

pub use evaluate::references;
pub use files::{FileKind, Files, FolderEntry, MemoryFiles};
pub use format::format;
pub use graph::{Cause, Link, StackGraph};
pub use interface::{Interface, InterfaceInput, InterfaceOutput};
pub use load::component::SHIPPED as SHIPPED_COMPONENTS;
pub use load::{GivenBy, GivenValue, Loaded, Request, load};
pub use model::{
    Architecture, Asset, AssetName, AssetSource, Blueprint, ComponentUse, EnvName, Environment,
    InputValue, Known, Open, Origin, OutputRef, Overlaid, Packed, ParameterSource, Protection,
    Rendered, Replaced, SecretValue, Stack, StackKey, Target, TerminationProtection, Variable,
    VariableName,
};
pub use select::{SelectError, Selector};
