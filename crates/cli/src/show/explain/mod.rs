//! What `explain` shows: resource types, codes, and values of the blueprint.

pub mod code;
mod example;
pub mod kind;
pub mod origin;
pub mod value;
