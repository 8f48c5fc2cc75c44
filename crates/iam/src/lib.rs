//! One model of an IAM policy document.
//!
//! [`document`] parses and prints a policy, [`statements`] groups permissions into statements and
//! splits them into documents within IAM's size limit, and [`text`] holds values that are partly
//! known. This crate does not judge values and does not evaluate policies.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod document;
pub mod statements;
pub mod text;

pub use document::{Condition, Document, Effect, Element, PolicySource, Principal, Statement};
pub use text::{Text, TextPart};
