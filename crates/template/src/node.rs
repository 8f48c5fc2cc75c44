//! The tree with spans that represents the properties of a blueprint and a template.

use crate::diagnostics::Span;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

pub use serde_json::Number;

/// A value with its span.
///
/// Two nodes are equal when their values are equal; the spans do not count. A generated value has
/// the span of its source, so that every problem has a line.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The place of the value in its text.
    pub span: Span,
}

/// A value of a template. Intrinsic functions are maps with one key ([`Node::intrinsic`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// `null` in YAML and JSON. TOML has no such value.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// A map that keeps the order of its keys.
    Map(Map),
}

/// A map that keeps the order of its keys. Equality ignores that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    // Every step looks up a key. foldhash is much faster than the default hash, and also seeded.
    entries: IndexMap<String, Entry, RandomState>,
}

/// A value of a map, with the span of its key.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The place of the key in its text.
    pub key: Span,
    /// The value.
    pub node: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Entry {}

impl Node {
    /// Creates a node.
    pub fn new(value: impl Into<Value>, span: Span) -> Self {
        Self {
            value: value.into(),
            span,
        }
    }

    /// Creates a map with one entry, such as an intrinsic function.
    pub fn single(key: &str, argument: Node, span: Span) -> Self {
        let mut map = Map::default();
        map.insert(key, span, argument);
        Self::new(map, span)
    }

    /// Returns the string, or `None` for another kind of value.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the boolean, or `None` for another kind of value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// Returns the integer, or `None` for another kind of value.
    pub fn as_integer(&self) -> Option<i64> {
        match &self.value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// Returns the items, or `None` for another kind of value.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the map, or `None` for another kind of value.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Iterates over the entries of the map. Other kinds of values have none.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.as_map().into_iter().flat_map(Map::iter)
    }

    /// Returns the map for changes, or `None` for another kind of value.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the value of `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Returns the value at a path of keys and list indices, such as `Statement.0.Effect`.
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .filter(|step| !step.is_empty())
            .try_fold(self, |node, step| match &node.value {
                Value::Map(map) => map.get(step),
                Value::List(items) => items.get(step.parse::<usize>().ok()?),
                _ => None,
            })
    }

    /// Visits this node and its descendants, a parent before its children.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Map(map) => map.iter().for_each(|(_, entry)| entry.node.walk(visit)),
            _ => {}
        }
    }

    /// Returns the kind of the value for messages: `a string`, `a list`.
    pub fn kind(&self) -> &'static str {
        self.value.kind()
    }
}

impl Value {
    /// Returns the kind of the value for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a number",
            Value::Number(_) => "an integer",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
        }
    }
}

impl Map {
    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.node)
    }

    /// Returns the value of `key` for changes.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.get_mut(key).map(|entry| &mut entry.node)
    }

    /// Returns the value of `key` with the span of the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Returns the key as the map holds it, with its entry.
    pub fn get_key_value(&self, key: &str) -> Option<(&str, &Entry)> {
        self.entries
            .get_key_value(key)
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// Returns whether the map has `key`.
    pub fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets the value of `key` and returns the old value. An existing key keeps its position.
    pub fn insert(&mut self, key: impl Into<String>, span: Span, node: Node) -> Option<Node> {
        let entry = Entry { key: span, node };
        self.entries
            .insert(key.into(), entry)
            .map(|entry| entry.node)
    }

    /// Removes `key` and returns its value. The other keys keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.entries.shift_remove(key).map(|entry| entry.node)
    }

    /// Iterates over keys and entries, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// Iterates over keys and entries, in order, for changes.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Entry)> {
        self.entries
            .iter_mut()
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// Iterates over the keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Removes the entries for which `keep` returns false.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Node) -> bool) {
        self.entries.retain(|key, entry| keep(key, &entry.node));
    }

    /// Sorts the keys.
    pub fn sort(&mut self) {
        self.entries.sort_keys();
    }
}

impl IntoIterator for Map {
    type Item = (String, Entry);
    type IntoIter = indexmap::map::IntoIter<String, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(String, Entry)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number.into())
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Value::Number(number)
    }
}

impl From<Vec<Node>> for Value {
    fn from(items: Vec<Node>) -> Self {
        Value::List(items)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}
