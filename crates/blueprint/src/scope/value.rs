//! Helpers for values: types, size in memory, and error nodes.

use crate::limits::{ENTRY_BYTES, VALUE_BYTES};
use formwork_template::diagnostics::{FileId, Span};
use formwork_template::{Entry, Intrinsic, Node, Value};

/// The type of a variable or an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    String,
    Integer,
    Number,
    Boolean,
    List,
    Map,
    /// A stack. Only for inputs.
    Stack,
}

impl ValueType {
    /// Returns the name as in `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueType::String => "string",
            ValueType::Integer => "integer",
            ValueType::Number => "number",
            ValueType::Boolean => "boolean",
            ValueType::List => "list",
            ValueType::Map => "map",
            ValueType::Stack => "stack",
        }
    }

    pub(crate) fn of(node: &Node) -> Option<Self> {
        match &node.value {
            Value::String(_) => Some(ValueType::String),
            Value::Number(number) if number.is_f64() => Some(ValueType::Number),
            Value::Number(_) => Some(ValueType::Integer),
            Value::Bool(_) => Some(ValueType::Boolean),
            Value::List(_) => Some(ValueType::List),
            Value::Map(_) => Some(ValueType::Map),
            Value::Null => None,
        }
    }

    pub(crate) fn wanted(self) -> &'static str {
        match self {
            ValueType::String => "a string",
            ValueType::Integer => "an integer",
            ValueType::Number => "a number",
            ValueType::Boolean => "a boolean",
            ValueType::List => "a list",
            ValueType::Map => "a table",
            ValueType::Stack => "a stack",
        }
    }

    pub(crate) fn takes(self, node: &Node) -> bool {
        match ValueType::of(node) {
            Some(ValueType::Integer) => matches!(self, ValueType::Integer | ValueType::Number),
            found => found == Some(self),
        }
    }
}

/// Returns a node that replaces an invalid value. It is valid at every position, so no other
/// problem follows.
pub(crate) fn error_node(span: Span) -> Node {
    Node::single("Ref", Node::new("AWS::NoValue", span), span)
}

/// Returns true for a node that replaces an invalid value.
pub(crate) fn is_error_node(node: &Node) -> bool {
    matches!(node.intrinsic(), Some(Intrinsic::Ref("AWS::NoValue")))
}

/// Copies a tree with spans in another copy of the same text.
pub(crate) fn copy_with_file(node: &Node, file: FileId) -> Node {
    let there = |span: Span| Span { file, ..span };
    let value = match &node.value {
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| copy_with_file(item, file))
                .collect(),
        ),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, entry)| {
                    let entry = Entry {
                        key: there(entry.key),
                        node: copy_with_file(&entry.node, file),
                    };
                    (key.to_owned(), entry)
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node::new(value, there(node.span))
}

/// Returns the approximate size of a value in memory, in bytes.
pub(crate) fn size(node: &Node) -> usize {
    let mut bytes = 0;
    node.walk(&mut |node| {
        bytes += VALUE_BYTES + node.as_str().map_or(0, str::len);
        if let Some(map) = node.as_map() {
            bytes += map.keys().map(|key| ENTRY_BYTES + key.len()).sum::<usize>();
        }
    });
    bytes
}
