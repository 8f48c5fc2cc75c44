//! Facts about AWS: the knowledge that the checks, the plans and the local cloud share.
//!
//! [`schema`] is the table of every resource type. [`patterns`] matches the regular expressions of
//! that table. [`mod@replacement`] predicts whether a change replaces a resource, and [`stateful`] what
//! happens to the data of a removed resource. [`regions`] lists the regions and partitions, [`limits`] the
//! quotas, [`durations`] the typical durations of operations, and [`examples`] example values. This
//! crate has facts only: it does not judge templates. It does no I/O and reads neither the clock
//! nor the environment.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod durations;
pub mod examples;
pub mod limits;
pub mod patterns;
pub mod regions;
pub mod replacement;
pub mod schema;
pub mod stateful;
#[cfg(test)]
mod testing;

pub use replacement::{Replacement, replacement};
pub use stateful::RemovalOutcome;
