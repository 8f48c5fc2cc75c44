//! What AWS is: the facts that checks, plans and the local cloud share.
//!
//! [`schema`] is the table of every resource type; [`patterns`] matches the regular expressions
//! that the table uses; [`replacement`] tells whether a change replaces a resource, and
//! [`stateful`] whether a resource's data is lost with it. This crate holds facts only: it has no
//! opinion about a template. It does no I/O and reads neither a clock nor the environment.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod patterns;
pub mod regions;
pub mod replacement;
pub mod schema;
pub mod stateful;
#[cfg(test)]
mod testing;

pub use replacement::{Replacement, replacement};
pub use stateful::RemovalOutcome;
