//! Evaluated values, their conversions and their comparison.

use crate::Number;
use indexmap::IndexMap;

/// The text by which a change set shows a value that is known only after the change.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A value of a template with all its functions evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvaluatedValue {
    /// A value that is known only after a resource is created.
    Unknown,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    List(Vec<EvaluatedValue>),
    /// A map. Equality ignores the order of its keys.
    Map(IndexMap<String, EvaluatedValue>),
}

impl EvaluatedValue {
    /// Returns the string, or `None` for another kind of value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            EvaluatedValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a scalar as CloudFormation writes it, or `None` for a list, a map or an unknown
    /// value.
    pub fn to_text(&self) -> Option<String> {
        match self {
            EvaluatedValue::Bool(truth) => Some(truth.to_string()),
            EvaluatedValue::Number(number) => Some(number.to_string()),
            EvaluatedValue::String(text) => Some(text.clone()),
            EvaluatedValue::Unknown | EvaluatedValue::List(_) | EvaluatedValue::Map(_) => None,
        }
    }

    /// Returns the items, or `None` for another kind of value.
    pub fn as_list(&self) -> Option<&[EvaluatedValue]> {
        match self {
            EvaluatedValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the map, or `None` for another kind of value.
    pub fn as_map(&self) -> Option<&IndexMap<String, EvaluatedValue>> {
        match self {
            EvaluatedValue::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the value at a path of keys and list indices, such as `Tags.0.Key`.
    pub fn at(&self, path: &str) -> Option<&EvaluatedValue> {
        path.split('.').try_fold(self, |value, step| match value {
            EvaluatedValue::Map(map) => map.get(step),
            EvaluatedValue::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Returns the text of the scalar at a path.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)?.to_text()
    }

    /// Returns whether any part of the value is unknown.
    pub fn has_unknown(&self) -> bool {
        match self {
            EvaluatedValue::Unknown => true,
            EvaluatedValue::List(items) => items.iter().any(EvaluatedValue::has_unknown),
            EvaluatedValue::Map(map) => map.values().any(EvaluatedValue::has_unknown),
            EvaluatedValue::Bool(_) | EvaluatedValue::Number(_) | EvaluatedValue::String(_) => {
                false
            }
        }
    }

    /// Returns whether both values are the same to a resource. `443` equals `"443"`, because
    /// CloudFormation converts each scalar to the property's type. An unknown value equals no
    /// other.
    pub fn is_same(&self, other: &EvaluatedValue) -> bool {
        match (self, other) {
            (EvaluatedValue::List(these), EvaluatedValue::List(those)) => {
                these.len() == those.len()
                    && these
                        .iter()
                        .zip(those)
                        .all(|(this, that)| this.is_same(that))
            }
            (EvaluatedValue::Map(these), EvaluatedValue::Map(those)) => {
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

    /// Converts the value to JSON. An unknown value becomes [`KNOWN_AFTER_APPLY`].
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            EvaluatedValue::Unknown => KNOWN_AFTER_APPLY.into(),
            EvaluatedValue::Bool(truth) => (*truth).into(),
            EvaluatedValue::Number(number) => number.clone().into(),
            EvaluatedValue::String(text) => text.as_str().into(),
            EvaluatedValue::List(items) => items.iter().map(EvaluatedValue::to_json).collect(),
            EvaluatedValue::Map(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        }
    }

    /// Converts the result of [`EvaluatedValue::to_json`] back. A null becomes an empty string.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => EvaluatedValue::String(String::new()),
            serde_json::Value::Bool(truth) => EvaluatedValue::Bool(*truth),
            serde_json::Value::Number(number) => EvaluatedValue::Number(number.clone()),
            serde_json::Value::String(text) if text == KNOWN_AFTER_APPLY => EvaluatedValue::Unknown,
            serde_json::Value::String(text) => EvaluatedValue::String(text.clone()),
            serde_json::Value::Array(items) => {
                EvaluatedValue::List(items.iter().map(EvaluatedValue::from_json).collect())
            }
            serde_json::Value::Object(map) => EvaluatedValue::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), EvaluatedValue::from_json(value)))
                    .collect(),
            ),
        }
    }
}

impl Default for EvaluatedValue {
    /// Returns an empty map.
    fn default() -> Self {
        EvaluatedValue::Map(IndexMap::new())
    }
}

impl From<&str> for EvaluatedValue {
    fn from(text: &str) -> Self {
        EvaluatedValue::String(text.to_owned())
    }
}

impl From<&String> for EvaluatedValue {
    fn from(text: &String) -> Self {
        EvaluatedValue::String(text.clone())
    }
}

impl From<String> for EvaluatedValue {
    fn from(text: String) -> Self {
        EvaluatedValue::String(text)
    }
}

impl From<Vec<String>> for EvaluatedValue {
    fn from(items: Vec<String>) -> Self {
        EvaluatedValue::List(items.into_iter().map(EvaluatedValue::String).collect())
    }
}

impl serde::Serialize for EvaluatedValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for EvaluatedValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|json| EvaluatedValue::from_json(&json))
    }
}
