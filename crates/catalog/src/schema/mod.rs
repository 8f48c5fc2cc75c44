//! The schema table: what CloudFormation says of every resource type, as typed structs.
//!
//! [`Table`] answers by name and decodes a type when it is first asked for; nothing is decoded
//! before. A [`ResourceSchema`] is one type: its properties as a [`Schema`], what is read-only,
//! create-only and so on as [`PropertyPath`]s, what `Ref` and `Fn::GetAtt` give, and what its
//! handlers need. [`Services`] is what IAM knows of actions. The data is made by
//! `cargo xtask schema`; nothing here checks a template against it.

mod choice;
mod decode;
mod decode_resource;
mod decode_schema;
mod definitions;
mod extension;
mod file;
pub mod format;
mod keywords;
mod property_path;
mod resource;
mod services;
mod table;

pub use definitions::Definitions;
pub use extension::{Extension, FromData, Gather, GatheredProperty, GatheredResource, Keyword};
pub use keywords::{
    AdditionalProperties, Bounds, ByName, Combined, Condition, DefinitionRef, Literal, Schema,
    Type, Types,
};
pub use property_path::{PropertyPath, PropertyStep};
pub use resource::{
    Attribute, Item, Lifecycle, LifecycleStatus, OpenAttributes, Permissions, ReplacementOrder,
    ResourceSchema, Tagging,
};
pub use services::{Action, IamResource, Service, Services};
pub use table::{Table, is_stateful};

#[cfg(test)]
mod tests;
