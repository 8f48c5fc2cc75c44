//! The command as its users meet it: what it prints, what it ends with, what it leaves alone.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its scene has failed"
)]

mod authoring;
mod bad_input;
mod components;
mod explain;
mod iam;
mod problems;
mod scene;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;
mod walk;
