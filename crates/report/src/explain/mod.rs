//! What `explain` shows: resource types, codes, components, and values of the blueprint.

pub mod code;
mod example;
pub mod interface;
pub mod kind;
pub mod origin;
pub mod value;

use formwork_template::{Node, write};
use serde_json::Value;

use super::text::harmless;

/// A value for programs.
fn as_json(node: &Node) -> Value {
    serde_json::from_str(&write::json_compact(node)).unwrap_or(Value::Null)
}

/// A value on a line.
fn literal(value: &Value) -> String {
    harmless(&value.to_string())
}
