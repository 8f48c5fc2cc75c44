//! The schema table: CloudFormation's description of every resource type, as typed structs.
//!
//! [`Table`] finds a type by name and decodes it when it is first used. A [`ResourceSchema`]
//! describes one type: the [`Schema`] of its properties, its read-only and create-only properties
//! as [`PropertyPath`]s, the results of `Ref` and `Fn::GetAtt`, and the permissions of its
//! handlers. [`Services`] lists IAM's actions. `cargo xtask schema` generates the data. This module
//! does not check templates.

mod decode;
mod decode_resource;
mod decode_schema;
mod definitions;
mod file;
pub mod format;
mod keywords;
mod lifecycle;
mod property_path;
mod resource;
mod services;
mod table;

pub use definitions::Definitions;
pub use keywords::{
    AdditionalProperties, Bounds, ByName, Combined, Condition, ConditionIndex, DefinitionRef,
    FromData, Gather, GatheredProperty, GatheredResource, Keyword, Literal, Schema, Type, Types,
};
pub use lifecycle::{Lifecycle, LifecycleStatus};
pub use property_path::{PropertyPath, PropertyStep};
pub use resource::{
    Attribute, Extension, Item, OpenAttributes, Permissions, ReplacementOrder, ResourceSchema,
    Tagging,
};
pub use services::{Action, IamResource, Service, Services};
pub use table::{Table, is_stateful};

#[cfg(test)]
mod tests;
