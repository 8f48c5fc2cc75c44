//! The test bench of the integration tests: a blueprint in memory, the engine, and the local cloud in the same process.
//!
//! The engine speaks to the local cloud through the real SDK. Under tokio's paused clock
//! (`#[tokio::test(start_paused = true)]`), a run of minutes takes milliseconds. Unit tests do not use this crate,
//! because it links another build of the crate under test; nor do the tests of the local cloud, which only speak AWS's
//! protocols.
//!
//! [`Bench`] runs the engine; [`Sandbox`] runs the built program.
#![allow(clippy::unwrap_used, reason = "a bench that fails has failed the test")]

mod bench;
mod blueprints;
mod sandbox;

pub use bench::{Bench, RunRecord};
pub use blueprints::{CHAIN, SECRET, key, stacks, variable};
pub use sandbox::{CommandOutput, Sandbox, run_command};
