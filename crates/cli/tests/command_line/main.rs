//! Tests of the command line: its output, exit status and effects.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its sandbox has failed"
)]

mod authoring;
mod bad_input;
mod components;
mod explain;
mod iam;
mod problems;
mod sandbox;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;
mod workflow;
