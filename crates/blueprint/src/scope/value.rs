//! Values in a tree: their types, their size in memory, and the value that stands for an error.

use crate::limits::{ENTRY_BYTES, VALUE_BYTES};
use formwork_template::diagnostics::{FileId, Span};
use formwork_template::{Entry, Intrinsic, Node, Value};

/// The type of a variable or an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    List,
    Map,
    /// A whole stack; for inputs only.
    Stack,
}

impl Kind {
    /// Its name in `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::List => "list",
            Kind::Map => "map",
            Kind::Stack => "stack",
        }
    }

    pub(crate) fn of(node: &Node) -> Option<Self> {
        match &node.value {
            Value::String(_) => Some(Kind::String),
            Value::Number(number) if number.is_f64() => Some(Kind::Number),
            Value::Number(_) => Some(Kind::Integer),
            Value::Bool(_) => Some(Kind::Boolean),
            Value::List(_) => Some(Kind::List),
            Value::Map(_) => Some(Kind::Map),
            Value::Null => None,
        }
    }

    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Kind::String => "a string",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Boolean => "a boolean",
            Kind::List => "a list",
            Kind::Map => "a table",
            Kind::Stack => "a stack",
        }
    }

    pub(crate) fn takes(self, node: &Node) -> bool {
        match Kind::of(node) {
            Some(Kind::Integer) => matches!(self, Kind::Integer | Kind::Number),
            found => found == Some(self),
        }
    }
}

/// What stands for a value that is wrong: it is right everywhere, so nothing follows from it.
pub(crate) fn poison(span: Span) -> Node {
    Node::single("Ref", Node::new("AWS::NoValue", span), span)
}

/// Whether `node` is what stands for a wrong value.
pub(crate) fn is_poison(node: &Node) -> bool {
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
