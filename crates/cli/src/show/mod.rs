//! Displays: what happened goes in, text comes out. Nothing here prints.

pub mod board;
pub mod explain;
pub mod failure;
pub mod graph;
pub mod header;
pub mod iam;
pub mod log;
pub mod ndjson;
pub mod outputs;
pub mod page;
pub mod plan;
pub mod problems;
pub mod refusal;
#[cfg(test)]
mod scenes;
pub mod summary;
pub mod table;
pub mod tally;
pub mod time;
pub mod words;
