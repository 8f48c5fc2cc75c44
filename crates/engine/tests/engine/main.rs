//! Integration tests of the engine: the real SDK against the local cloud in this process, under the paused clock.
//!
//! The tests assert what the cloud recorded, not only what the engine reports.
#![allow(clippy::unwrap_used)]

mod deploy;
mod destroy;
mod failures;
mod faults;
mod in_progress;
mod plan;
mod values;
