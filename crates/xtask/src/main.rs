//! Tasks of the developers, run as `cargo xtask TASK`.
//!
//! The rules of the workspace are tests of this package: run `cargo test --package xtask`.

use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "the usage is for the terminal")]
fn main() -> ExitCode {
    eprintln!("usage: cargo xtask TASK");
    ExitCode::FAILURE
}
