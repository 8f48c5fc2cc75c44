//! Tables laid out as TOML 1.0 for people: what is short on one line, what is long under headers,
//! lists of large tables as `[[…]]`, and texts of many lines as such.

use formwork_template::{Map, Node, Value};
use std::collections::BTreeMap;

/// How wide a line may become before it is broken.
pub(super) const WIDTH: usize = 100;

/// How many keys a small table may have to be written with dots instead of under a header.
const MOST_DOTTED: usize = 3;

/// What one step inwards is.
const INDENT: &str = "    ";

/// Remarks that stand above a table's header or a key, by the path of names to it.
pub(super) type Comments = BTreeMap<Vec<String>, Vec<String>>;

/// Where the tables of a file are sure to get headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Headers {
    /// The names that are tables of tables: each of theirs has a header, too.
    pub(super) nested: &'static [&'static str],
}

/// Writes a file's table.
pub(super) fn file(map: &Map, headers: Headers, comments: &Comments) -> String {
    let mut layout = Layout {
        out: String::new(),
        comments,
    };
    let (lines, tables): (Vec<_>, Vec<_>) = map
        .iter()
        .partition(|(_, entry)| entry.node.as_map().is_none_or(Map::is_empty));
    for (key, entry) in lines {
        layout.assignment(&[], key, &entry.node);
    }
    for (key, entry) in tables {
        let inner = entry.node.as_map();
        match headers.nested.contains(&key) {
            true => {
                for (name, entry) in inner.into_iter().flat_map(Map::iter) {
                    let path = [key.to_owned(), name.to_owned()];
                    match entry.node.as_map() {
                        Some(inner) => layout.table(&path, inner, Header::Table),
                        None => layout.assignment(&[], &dotted(&path), &entry.node),
                    }
                }
            }
            false => {
                if let Some(inner) = inner {
                    layout.table(&[key.to_owned()], inner, Header::Table);
                }
            }
        }
    }
    layout.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    /// `[a.b]`
    Table,
    /// `[[a.b]]`
    Item,
}

struct Layout<'c> {
    out: String,
    comments: &'c Comments,
}

impl Layout<'_> {
    /// A table under its header; what is large in it follows under headers of its own.
    fn table(&mut self, path: &[String], map: &Map, header: Header) {
        // A large entry of `[parameters]` or `[outputs]` has a header of its own.
        let dots = path.len() > 1 || crate::syntax::keys::is_upper(&path[0]);
        let mut lines = Vec::new();
        let mut tables = Vec::new();
        for (key, entry) in map.iter() {
            let mut leaves = Vec::new();
            match is_line(key, &entry.node) {
                true => lines.push((written(key), &entry.node)),
                false if dots && small(&written(key), &entry.node, &mut leaves) => {
                    lines.extend(leaves);
                }
                false => tables.push((key, &entry.node)),
            }
        }
        let is_said = header == Header::Item || !lines.is_empty() || tables.is_empty();
        if is_said || self.comments.contains_key(path) {
            self.blank();
            self.remark(path);
            let name = dotted(path);
            self.out.push_str(&match header {
                Header::Table => format!("[{name}]\n"),
                Header::Item => format!("[[{name}]]\n"),
            });
        }
        for (key, node) in lines {
            self.assignment(path, &key, node);
        }
        for (key, node) in tables {
            let path: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
            match &node.value {
                Value::Map(map) => self.table(&path, map, Header::Table),
                Value::List(items) => {
                    for item in items.iter().filter_map(Node::as_map) {
                        self.table(&path, item, Header::Item);
                    }
                }
                _ => {}
            }
        }
    }

    /// `key = value`, the value over several lines where it is long; `key` as it is written.
    fn assignment(&mut self, path: &[String], key: &str, node: &Node) {
        let at: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
        self.remark(&at);
        let start = format!("{key} = ");
        self.out.push_str(&start);
        let value = broken(node, start.chars().count(), 0);
        self.out.push_str(&value);
        self.out.push('\n');
    }

    fn remark(&mut self, path: &[String]) {
        let comments = self.comments.get(path).into_iter().flatten();
        for line in comments.flat_map(|comment| comment.lines()) {
            self.out
                .push_str(format!("# {}", printable(line)).trim_end());
            self.out.push('\n');
        }
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// What names a comment quotes may hold anything; TOML's comments may not.
fn printable(line: &str) -> String {
    let escaped = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    line.chars().map(escaped).collect()
}

/// Whether a value stands behind its key, on one line or broken over several.
fn is_line(key: &str, node: &Node) -> bool {
    match &node.value {
        Value::Map(map) if map.is_empty() => true,
        Value::Map(_) if fits(key, node) => true,
        Value::Map(map) => node.function().is_some() && map.iter().all(|(_, e)| is_narrow(&e.node)),
        Value::List(items) if !items.is_empty() => {
            let tables = items.iter().all(|item| item.as_map().is_some());
            !tables || fits(key, node) || items.iter().all(|item| fits(INDENT, item))
        }
        _ => true,
    }
}

/// Whether an argument of a function can be broken so that no line is too long by tables in it.
fn is_narrow(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().all(is_narrow),
        Value::Map(map) => {
            fits(INDENT, node)
                || (node.function().is_some() && map.iter().all(|(_, e)| is_narrow(&e.node)))
        }
        _ => true,
    }
}

fn fits(before: &str, node: &Node) -> bool {
    let text = inline(node);
    !text.contains('\n') && before.chars().count() + 3 + text.chars().count() <= WIDTH
}

/// The lines of a small table whose keys are written with dots; answers whether it is one.
fn small<'n>(path: &str, node: &'n Node, leaves: &mut Vec<(String, &'n Node)>) -> bool {
    let Some(map) = node.as_map() else {
        return false;
    };
    for (key, entry) in map.iter() {
        let path = format!("{path}.{}", written(key));
        let is_leaf = is_line(&path, &entry.node);
        if is_leaf {
            leaves.push((path, &entry.node));
        } else if !small(&path, &entry.node, leaves) {
            return false;
        }
    }
    leaves.len() <= MOST_DOTTED
}

/// A value that begins at `column`, broken into lines where it is too long for one.
fn broken(node: &Node, column: usize, depth: usize) -> String {
    let text = inline(node);
    let is_short = !text.contains('\n') && column + text.chars().count() <= WIDTH;
    match &node.value {
        Value::List(items) if !is_short && !items.is_empty() => {
            let indent = INDENT.repeat(depth + 1);
            let mut out = "[\n".to_owned();
            for item in items {
                let item = broken(item, indent.len(), depth + 1);
                out.push_str(&format!("{indent}{item},\n"));
            }
            out.push_str(&INDENT.repeat(depth));
            out.push(']');
            out
        }
        Value::Map(map) if !is_short && !map.is_empty() => {
            let mut column = column + 2;
            let entries = map.iter().map(|(key, entry)| {
                let start = format!("{} = ", written(key));
                let value = broken(&entry.node, column + start.chars().count(), depth);
                let text = format!("{start}{value}");
                column = match text.rsplit_once('\n') {
                    Some((_, last)) => last.chars().count() + 2,
                    None => column + text.chars().count() + 2,
                };
                text
            });
            let entries: Vec<String> = entries.collect();
            format!("{{ {} }}", entries.join(", "))
        }
        _ => text,
    }
}

/// A value on one line, but for texts of many lines.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Null => "\"\"".to_owned(), // refused before
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => text(string),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, entry)| format!("{} = {}", written(key), inline(&entry.node)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A string in the quotes that need the fewest escapes.
pub(super) fn text(string: &str) -> String {
    toml_edit::Value::from(string).to_string()
}

/// A name as a key: bare where it may be.
pub(super) fn written(key: &str) -> String {
    toml_edit::Key::new(key).to_string()
}

fn dotted(path: &[String]) -> String {
    let keys: Vec<String> = path.iter().map(|key| written(key)).collect();
    keys.join(".")
}
