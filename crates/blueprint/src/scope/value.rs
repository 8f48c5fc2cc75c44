//! Values in a tree: their types, their size in memory, and the value that stands for an error.

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
    /// A whole stack; for inputs only.
    Stack,
}

impl ValueType {
    /// Its name in `type`.
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

/// What stands for a value that is wrong: it is right everywhere, so nothing follows from it.
pub(crate) fn error_node(span: Span) -> Node {
    Node::single("Ref", Node::new("AWS::NoValue", span), span)
}

/// Whether `node` is what stands for a wrong value.
pub(crate) fn is_error_node(node: &Node) -> bool {
    matches!(node.intrinsic(), Some(Intrinsic::Ref("AWS::NoValue")))
}

/// A tree whose spans lie in another text of the same content.
pub(crate) fn in_file(node: &Node, file: FileId) -> Node {
    let there = |span: Span| Span { file, ..span };
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| in_file(item, file)).collect()),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, entry)| {
                    let entry = Entry {
                        key: there(entry.key),
                        node: in_file(&entry.node, file),
                    };
                    (key.to_owned(), entry)
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node::new(value, there(node.span))
}

/// How many bytes a value takes in memory, about.
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
