//! The kinds of value that functions take and give.

use formwork_catalog::schema::{Type, Types};
use formwork_template::{Node, Value};
use std::fmt;

/// A set of kinds of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    /// Texts, numbers and truth values: CloudFormation turns one into another.
    pub(crate) const TEXT: Self = Self(1);
    /// Lists.
    pub(crate) const LIST: Self = Self(2);
    /// Tables.
    pub(crate) const TABLE: Self = Self(4);
    /// Decided by a condition: true or false.
    pub(crate) const TRUTH: Self = Self(8);
    /// Any of a value's kinds.
    pub(crate) const ANY: Self = Self(7);

    /// These and those.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they share a kind.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds of the table's types; any where it names none.
    pub(crate) fn of_types(types: Types) -> Self {
        if types.is_any() {
            return Self::ANY;
        }
        types.iter().fold(Self(0), |kinds, kind| {
            kinds.or(match kind {
                Type::Array => Self::LIST,
                Type::Object => Self::TABLE,
                Type::Null => Self::ANY,
                Type::String | Type::Integer | Type::Number | Type::Boolean => Self::TEXT,
            })
        })
    }

    /// The kind of what is written out.
    pub(crate) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::ANY,
            Value::Bool(_) => Self::TEXT.or(Self::TRUTH),
            Value::Number(_) | Value::String(_) => Self::TEXT,
            Value::List(_) => Self::LIST,
            Value::Map(_) => Self::TABLE,
        }
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Self::TEXT, "a text"),
            (Self::LIST, "a list"),
            (Self::TABLE, "a table"),
            (Self::TRUTH, "a condition"),
        ];
        let mut first = true;
        for (kind, name) in names {
            if self.meets(kind) {
                let or = if first { "" } else { " or " };
                write!(out, "{or}{name}")?;
                first = false;
            }
        }
        Ok(())
    }
}
