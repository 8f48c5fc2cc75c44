//! Where the keys of a TOML text are written, found line by line: good enough to find the first of
//! two, and to tell whether a broken text has lost any.
//!
//! All of it takes time in proportion to the text, however many keys meet: paths are compared by
//! what they hash to.

use formwork_template::{Node, Value};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::rc::Rc;

/// Deeper keys than this are not told from one another.
const MOST_DEPTH: usize = 81;

/// The most characters of a key's path that are shown.
const MOST_SHOWN: usize = 200;

/// The keys of a text, in the order of writing.
pub(crate) struct KeySpans {
    all: Vec<KeySpan>,
    /// The first key that is this path or lies below it.
    within: HashMap<PathHash, usize>,
    /// The first key that is this path and no header.
    keys: HashMap<PathHash, usize>,
}

/// A key as it is written in a text.
pub(crate) struct KeySpan {
    table: Rc<str>,
    key: String,
    path: PathHash,
    /// Where it is written.
    pub(crate) range: Range<usize>,
    /// Whether it is a table's header.
    pub(crate) header: bool,
}

/// What the path of a key hashes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct PathHash(u64);

impl PathHash {
    fn below(self, segment: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (self.0, segment).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// Those of a path's beginnings, the shortest first, the whole path last.
    fn beginnings(self, path: &str) -> impl Iterator<Item = Self> {
        let segments = path.split('.').filter(|_| !path.is_empty());
        segments.take(MOST_DEPTH).scan(self, |at, segment| {
            *at = at.below(segment);
            Some(*at)
        })
    }
}

impl KeySpan {
    /// The whole path of the key, cut where it is too long to be shown.
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

    /// Whether both are one key.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        self.path == other.path
    }

    /// Whether the other key lies in the value of this one.
    pub(crate) fn is_around(&self, other: &Self) -> bool {
        let inner = other.name();
        !self.header
            && inner
                .strip_prefix(&self.name())
                .is_some_and(|rest| rest.starts_with('.'))
    }
}

impl KeySpans {
    /// Those of a text.
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
        // The header of a list is no key_span, so what it lies in comes with its first key.
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

    /// The last key that begins up to `at`.
    pub(crate) fn before(&self, at: usize) -> Option<&KeySpan> {
        let end = self
            .all
            .partition_point(|key_span| key_span.range.start <= at);
        self.all[..end].last()
    }

    /// The first key that ends up to `at` and is `here`, lies in it, or is a dotted key around it.
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

    /// Whether a tree has every one of them; the tables of a list count as one.
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
