//! The spans of the keys in a TOML text, found line by line. They serve to find the first of two
//! duplicate keys, and to detect keys that were lost to a syntax error.
//!
//! Takes linear time: paths are compared by hash.

use formwork_template::{Node, Value};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::rc::Rc;

/// The deepest keys that are distinguished.
const MOST_DEPTH: usize = 81;

/// The greatest number of characters in a displayed path.
const MOST_SHOWN: usize = 200;

/// The keys of a text, in text order.
pub(crate) struct KeySpans {
    all: Vec<KeySpan>,
    /// The first key at or below each path.
    within: HashMap<PathHash, usize>,
    /// The first key of each path that is not a header.
    keys: HashMap<PathHash, usize>,
}

/// A key in a text.
pub(crate) struct KeySpan {
    table: Rc<str>,
    key: String,
    path: PathHash,
    /// The byte range.
    pub(crate) range: Range<usize>,
    /// True for the header of a table.
    pub(crate) header: bool,
}

/// The hash of a key's path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct PathHash(u64);

impl PathHash {
    fn below(self, segment: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (self.0, segment).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// Returns the prefixes of a path, the shortest first.
    fn beginnings(self, path: &str) -> impl Iterator<Item = Self> {
        let segments = path.split('.').filter(|_| !path.is_empty());
        segments.take(MOST_DEPTH).scan(self, |at, segment| {
            *at = at.below(segment);
            Some(*at)
        })
    }
}

impl KeySpan {
    /// Returns the path of the key, shortened if it is too long.
    pub(crate) fn name(&self) -> String {
        let dot = if self.table.is_empty() || self.key.is_empty() {
            ""
        } else {
            "."
        };
        let name: String = [&*self.table, dot, &self.key]
            .into_iter()
            .flat_map(str::chars)
            .take(MOST_SHOWN + 1)
            .collect();
        match name.char_indices().nth(MOST_SHOWN) {
            Some((end, _)) => format!("{}…", &name[..end]),
            None => name,
        }
    }

    /// Returns true if both have the same path.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        self.path == other.path
    }

    /// Returns true if `other` is inside the value of this key.
    pub(crate) fn is_around(&self, other: &Self) -> bool {
        let inner = other.name();
        !self.header
            && inner
                .strip_prefix(&self.name())
                .is_some_and(|rest| rest.starts_with('.'))
    }
}

impl KeySpans {
    /// Finds the keys of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut keys = Self {
            all: Vec::new(),
            within: HashMap::new(),
            keys: HashMap::new(),
        };
        let mut table: Rc<str> = Rc::from("");
        let mut table_hash = PathHash::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            let start = at + line.len() - line.trim_start().len();
            at += line.len();
            if let Some(header) = trimmed.strip_prefix('[') {
                let is_list = header.starts_with('[');
                let header = header.trim_start_matches('[');
                table = plain(header.split(']').next().unwrap_or(header)).into();
                table_hash = PathHash::default()
                    .beginnings(&table)
                    .last()
                    .unwrap_or_default();
                if !is_list {
                    let end = start + trimmed.find(']').map_or(trimmed.len(), |end| end + 1);
                    let key_span = KeySpan {
                        table: Rc::clone(&table),
                        key: String::new(),
                        path: table_hash,
                        range: start..end,
                        header: true,
                    };
                    keys.add(key_span, PathHash::default());
                }
            } else if let Some((key, _)) = trimmed
                .split_once('=')
                .filter(|_| !trimmed.starts_with('#'))
            {
                let key = key.trim_end();
                let range = start..start + key.len();
                let key = plain(key);
                let key_span = KeySpan {
                    table: Rc::clone(&table),
                    path: table_hash.beginnings(&key).last().unwrap_or(table_hash),
                    key,
                    range,
                    header: false,
                };
                keys.add(key_span, table_hash);
            }
        }
        keys
    }

    fn add(&mut self, key_span: KeySpan, table: PathHash) {
        let index = self.all.len();
        let path = if key_span.header {
            &*key_span.table
        } else {
            &*key_span.key
        };
        for hash in table.beginnings(path) {
            self.within.entry(hash).or_insert(index);
        }
        // The header of a list is not in the index, so its parents are added with its first key.
        if !key_span.header && !self.within.contains_key(&table) {
            for hash in PathHash::default().beginnings(&key_span.table) {
                self.within.entry(hash).or_insert(index);
            }
        }
        if !key_span.header {
            self.keys.entry(key_span.path).or_insert(index);
        }
        self.all.push(key_span);
    }

    /// Returns the last key that begins at or before `at`.
    pub(crate) fn before(&self, at: usize) -> Option<&KeySpan> {
        let end = self
            .all
            .partition_point(|key_span| key_span.range.start <= at);
        self.all[..end].last()
    }

    /// Returns the first key that ends at or before `at` and is `here`, is inside it, or is a
    /// dotted key around it.
    pub(crate) fn first(&self, here: &KeySpan, at: usize) -> Option<&KeySpan> {
        let within = self.within.get(&here.path);
        let root = PathHash::default();
        let table = root.beginnings(&here.table).last().unwrap_or(root);
        let around = root
            .beginnings(&here.table)
            .chain(table.beginnings(&here.key))
            .filter_map(|hash| self.keys.get(&hash));
        let first = within.into_iter().chain(around).min()?;
        let key_span = &self.all[*first];
        (key_span.range.end <= at).then_some(key_span)
    }

    /// Returns true if a tree contains all keys. The tables of a list count as one.
    pub(crate) fn are_in(&self, root: &Node) -> bool {
        let mut written = HashSet::new();
        gather(root, PathHash::default(), 0, &mut written);
        self.all
            .iter()
            .all(|key_span| written.contains(&key_span.path))
    }
}

fn gather(node: &Node, path: PathHash, depth: usize, written: &mut HashSet<PathHash>) {
    match &node.value {
        Value::List(items) => {
            for item in items {
                gather(item, path, depth, written);
            }
        }
        Value::Map(map) if depth < MOST_DEPTH => {
            for (key, entry) in map.iter() {
                let below = path.below(key);
                written.insert(below);
                gather(&entry.node, below, depth + 1, written);
            }
        }
        _ => {}
    }
}

fn plain(key: &str) -> String {
    key.chars()
        .filter(|c| !c.is_whitespace() && *c != '"' && *c != '\'')
        .collect()
}
