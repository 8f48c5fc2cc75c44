//! Plans, runs, diagnostics and explanations as text: for terminals, logs and other programs.
//!
//! Every function here takes data and returns text or JSON. Nothing prints, reads a file, a clock or the environment.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod board;
pub mod codes;
pub mod error_index;
pub mod explain;
pub mod failure;
#[cfg(test)]
mod fixtures;
pub mod graph;
pub mod header;
pub mod labels;
mod limits;
pub mod log;
pub mod ndjson;
pub mod outputs;
pub mod page;
pub mod permissions;
pub mod plan;
pub mod problems;
pub mod refusal;
pub mod run_state;
pub mod style;
pub mod summary;
pub mod text;
pub mod time_format;
