//! What `explain` shows: codes, and values of the blueprint.

pub mod code;
pub mod origin;
pub mod value;
