//! A value that has been evaluated.

use formwork_template::Number;
use indexmap::IndexMap;

/// How a change set writes a value that is known only once the change is made.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A template's value without functions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Known once a resource has been made.
    Unknown,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Value>),
    /// A table; equality ignores the order of its names.
    Map(IndexMap<String, Value>),
}

impl Value {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as the text that CloudFormation makes of it; `None` for lists, tables and the
    /// unknown.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text.clone()),
            Value::Unknown | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_map(&self) -> Option<&IndexMap<String, Value>> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value at a path of names and list indices, as `Tags.0.Key`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, step| match value {
            Value::Map(map) => map.get(step),
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The text of the scalar at a path.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)?.to_text()
    }

    /// Whether any part of it is unknown.
    pub fn has_unknown(&self) -> bool {
        match self {
            Value::Unknown => true,
            Value::List(items) => items.iter().any(Value::has_unknown),
            Value::Map(map) => map.values().any(Value::has_unknown),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }

    /// Whether a resource would see no difference: `443` is `"443"` and `true` is `"true"`, since
    /// CloudFormation turns each scalar into the type that the property has. The unknown is equal
    /// to nothing.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(these), Value::List(those)) => {
                these.len() == those.len()
                    && these
                        .iter()
                        .zip(those)
                        .all(|(this, that)| this.is_same(that))
            }
            (Value::Map(these), Value::Map(those)) => {
                these.len() == those.len()
                    && these
                        .iter()
                        .all(|(key, this)| those.get(key).is_some_and(|that| this.is_same(that)))
            }
            _ => match (self.to_text(), other.to_text()) {
                (Some(this), Some(that)) => this == that,
                _ => false,
            },
        }
    }

    /// JSON, the unknown written as [`KNOWN_AFTER_APPLY`].
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Unknown => KNOWN_AFTER_APPLY.into(),
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => number.clone().into(),
            Value::String(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Value::to_json).collect(),
            Value::Map(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        }
    }

    /// Reads what [`Value::to_json`] wrote; a null becomes an empty string.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::String(String::new()),
            serde_json::Value::Bool(truth) => Value::Bool(*truth),
            serde_json::Value::Number(number) => Value::Number(number.clone()),
            serde_json::Value::String(text) if text == KNOWN_AFTER_APPLY => Value::Unknown,
            serde_json::Value::String(text) => Value::String(text.clone()),
            serde_json::Value::Array(items) => {
                Value::List(items.iter().map(Value::from_json).collect())
            }
            serde_json::Value::Object(map) => Value::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), Value::from_json(value)))
                    .collect(),
            ),
        }
    }
}

impl Default for Value {
    /// An empty table.
    fn default() -> Self {
        Value::Map(IndexMap::new())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::String(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Value::List(items.into_iter().map(Value::String).collect())
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|json| Value::from_json(&json))
    }
}
