//! The spanned tree that holds a blueprint's properties and a template alike.

use crate::diagnostics::Span;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

pub use serde_json::Number;

/// A value and where it was written.
///
/// Two nodes are equal when their values are: where something stands is not what it is. What the
/// tool makes itself carries the span of what it was made from, so a failure still finds its line.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub span: Span,
}

/// A value of a template; intrinsic functions are maps of one key ([`Node::intrinsic`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing, as YAML and JSON can write it. TOML cannot.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order in which it was written.
    Map(Map),
}

/// A table: names in the order of their writing. Equality ignores that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    // Looked into at every step; foldhash costs a fraction of the standard hash, and is seeded too.
    entries: IndexMap<String, Entry, RandomState>,
}

/// One name of a table with its value.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Where the name was written.
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
    /// A value that was written at `span`.
    pub fn new(value: impl Into<Value>, span: Span) -> Self {
        Self {
            value: value.into(),
            span,
        }
    }

    /// A table of one entry, as intrinsic functions are.
    pub fn single(key: &str, argument: Node, span: Span) -> Self {
        let mut map = Map::default();
        map.insert(key, span, argument);
        Self::new(map, span)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match &self.value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The table's entries; none where it is no table.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.as_map().into_iter().flat_map(Map::iter)
    }

    /// The table, to be changed.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value under `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The value at a path of names and list indices, as `Statement.0.Effect`.
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .filter(|step| !step.is_empty())
            .try_fold(self, |node, step| match &node.value {
                Value::Map(map) => map.get(step),
                Value::List(items) => items.get(step.parse::<usize>().ok()?),
                _ => None,
            })
    }

    /// Visits this node and all below it, a parent before its children.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Map(map) => map.iter().for_each(|(_, entry)| entry.node.walk(visit)),
            _ => {}
        }
    }

    /// What kind of value it is, in the words of a message: `a string`, `a list`.
    pub fn kind(&self) -> &'static str {
        self.value.kind()
    }
}

impl Value {
    /// What kind of value it is, in the words of a message.
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
    /// How many names it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no names.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.node)
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.get_mut(key).map(|entry| &mut entry.node)
    }

    /// The value under `key` with where that name was written.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The name `key` as this table holds it, with its entry.
    pub fn get_key_value(&self, key: &str) -> Option<(&str, &Entry)> {
        self.entries
            .get_key_value(key)
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// Whether it has `key`.
    pub fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets `key`, written at `span`, keeping its place when it was there; answers what it was.
    pub fn insert(&mut self, key: impl Into<String>, span: Span, node: Node) -> Option<Node> {
        let entry = Entry { key: span, node };
        self.entries
            .insert(key.into(), entry)
            .map(|entry| entry.node)
    }

    /// Takes `key` out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.entries.shift_remove(key).map(|entry| entry.node)
    }

    /// Names and entries in the order of their writing.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// Names and entries, the entries to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Entry)> {
        self.entries
            .iter_mut()
            .map(|(key, entry)| (key.as_str(), entry))
    }

    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Node) -> bool) {
        self.entries.retain(|key, entry| keep(key, &entry.node));
    }

    /// Puts the names in alphabetical order.
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
