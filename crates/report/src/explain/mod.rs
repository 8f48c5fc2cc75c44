//! The pages of `formwork explain`: resource types, error codes, components, and parts of the blueprint.

pub mod component;
pub mod error_code;
mod example;
pub mod explanation;
pub mod lookup;
pub mod resource_type;

use formwork_template::{Node, write};
use serde_json::Value;

use crate::text::strip_control;

/// Converts a node to JSON.
fn as_json(node: &Node) -> Value {
    serde_json::from_str(&write::json_compact(node)).unwrap_or(Value::Null)
}

/// Returns a value as one line of JSON.
fn literal(value: &Value) -> String {
    strip_control(&value.to_string())
}
