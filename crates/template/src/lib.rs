//! CloudFormation templates: reading, writing, comparing and evaluating them.
//!
//! All other crates share two definitions from here: [`diagnostics`], the source texts of a run with
//! their spans and problems, and [`Node`], the spanned tree that represents the properties of a
//! blueprint and the sections of a template. Facts about AWS are in the catalog, and checks of
//! templates in lint. This crate does no I/O and reads neither the clock nor the environment.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod capabilities;
pub mod codes;
pub mod diagnostics;
pub mod diff;
pub mod dynamic;
pub mod equivalence;
pub mod evaluate;
pub mod hash;
pub mod intrinsic;
pub mod limits;
mod name;
mod node;
pub mod parameter;
pub mod path;
pub mod read;
pub mod references;
pub mod sub;
mod template;
#[cfg(test)]
mod testing;
pub mod volatility;
pub mod wildcard;
pub mod write;

pub use capabilities::{Capability, capabilities};
pub use diff::{Affected, Change, EntryDiff, ValueDiff, affected, diff};
pub use dynamic::{DynamicReference, dynamic_references};
pub use hash::{Hash, Hasher, sha256};
pub use intrinsic::{Function, Intrinsic};
pub use name::{LogicalId, NameError, ResourceType, StackName};
pub use node::{Entry, Map, Node, Number, Value};
pub use path::{PathStep, ValuePath};
pub use read::{ReadResult, read};
pub use references::{PSEUDO_PARAMETERS, Reference, Target};
pub use template::{
    Output, Parameter, Resource, Section, Template, UNKNOWN_TYPE, generates_outputs,
    report_unknown_keys, report_unknown_sections,
};
