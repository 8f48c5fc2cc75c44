//! Prints tables as TOML 1.0: short values on one line, large tables under headers, lists of
//! large tables as `[[…]]`, and texts of several lines as multi-line strings.

use formwork_template::{Map, Node, Value};
use std::collections::BTreeMap;
use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlKeyBuilder, TomlStringBuilder};

/// The maximum width of a line, in characters.
const LINE_WIDTH: usize = 100;

/// The maximum number of lines with dotted keys for a table without a header.
const MAX_DOTTED_LINES: usize = 3;

/// One level of indentation.
const INDENT: &str = "    ";

/// Comments above a table's header or a key, by the path of names to it.
pub(super) type CommentsByPath = BTreeMap<Vec<String>, Vec<String>>;

/// Options for the headers of tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderOptions {
    /// The names of top-level tables whose entries have headers of their own.
    pub(super) nested: &'static [&'static str],
}

/// Prints a file's table.
pub(super) fn print(map: &Map, headers: HeaderOptions, comments: &CommentsByPath) -> String {
    let mut printer = TomlPrinter {
        out: String::new(),
        comments,
    };
    let (lines, tables): (Vec<_>, Vec<_>) = map
        .iter()
        .partition(|(_, entry)| entry.node.as_map().is_none_or(Map::is_empty));
    for (key, entry) in lines {
        printer.assignment(&[], key, &entry.node);
    }
    for (key, entry) in tables {
        let Some(table) = entry.node.as_map() else {
            continue;
        };
        if !headers.nested.contains(&key) {
            printer.table(&[key.to_owned()], table, HeaderKind::Table);
            continue;
        }
        for (name, entry) in table.iter() {
            let path = [key.to_owned(), name.to_owned()];
            match entry.node.as_map() {
                Some(table) => printer.table(&path, table, HeaderKind::Table),
                None => printer.assignment(&[], &dotted_key(&path), &entry.node),
            }
        }
    }
    printer.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeaderKind {
    /// `[a.b]`
    Table,
    /// `[[a.b]]`
    ListItem,
}

struct TomlPrinter<'c> {
    out: String,
    comments: &'c CommentsByPath,
}

impl TomlPrinter<'_> {
    /// Prints a table under its header, then its large entries under headers of their own.
    fn table(&mut self, path: &[String], map: &Map, header: HeaderKind) {
        // A large entry of `[parameters]` or `[outputs]` has a header of its own.
        let allows_dotted_keys = path.len() > 1 || crate::syntax::keys::is_upper(&path[0]);
        let mut lines = Vec::new();
        let mut tables = Vec::new();
        for (name, entry) in map.iter() {
            let mut dotted = Vec::new();
            if is_assignment(name, &entry.node) {
                lines.push((key(name), &entry.node));
            } else if allows_dotted_keys && dotted_lines(&key(name), &entry.node, &mut dotted) {
                lines.extend(dotted);
            } else {
                tables.push((name, &entry.node));
            }
        }
        let needs_header = header == HeaderKind::ListItem || !lines.is_empty() || tables.is_empty();
        if needs_header || self.comments.contains_key(path) {
            self.blank_line();
            self.comment(path);
            let name = dotted_key(path);
            self.out.push_str(&match header {
                HeaderKind::Table => format!("[{name}]\n"),
                HeaderKind::ListItem => format!("[[{name}]]\n"),
            });
        }
        for (key, node) in lines {
            self.assignment(path, &key, node);
        }
        for (name, node) in tables {
            let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
            match &node.value {
                Value::Map(map) => self.table(&path, map, HeaderKind::Table),
                Value::List(items) => {
                    for item in items.iter().filter_map(Node::as_map) {
                        self.table(&path, item, HeaderKind::ListItem);
                    }
                }
                _ => {}
            }
        }
    }

    /// Prints `key = value`. The key is in TOML's syntax.
    fn assignment(&mut self, path: &[String], key: &str, node: &Node) {
        let path: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
        self.comment(&path);
        let start = format!("{key} = ");
        self.out.push_str(&start);
        let value = wrapped_value(node, start.chars().count(), 0);
        self.out.push_str(&value);
        self.out.push('\n');
    }

    /// Prints the comment on a path, if there is one.
    fn comment(&mut self, path: &[String]) {
        let comments = self.comments.get(path).into_iter().flatten();
        for line in comments.flat_map(|comment| comment.lines()) {
            self.out
                .push_str(format!("# {}", escape_control(line)).trim_end());
            self.out.push('\n');
        }
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// Escapes control characters, which TOML forbids in comments.
fn escape_control(line: &str) -> String {
    let escape = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    line.chars().map(escape).collect()
}

/// Returns true if a value is printed as `key = value`, on one line or several, without a header.
fn is_assignment(key: &str, node: &Node) -> bool {
    match &node.value {
        Value::Map(map) if map.is_empty() => true,
        Value::Map(_) if fits(key, node) => true,
        Value::Map(map) => {
            node.function().is_some() && map.iter().all(|(_, entry)| is_wrappable(&entry.node))
        }
        Value::List(items) if !items.is_empty() => {
            let is_table_list = items.iter().all(|item| item.as_map().is_some());
            !is_table_list || fits(key, node) || items.iter().all(|item| fits(INDENT, item))
        }
        _ => true,
    }
}

/// Returns true if every table in a function's argument fits on a line.
fn is_wrappable(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().all(is_wrappable),
        Value::Map(map) => {
            let is_function = node.function().is_some();
            fits(INDENT, node)
                || (is_function && map.iter().all(|(_, entry)| is_wrappable(&entry.node)))
        }
        _ => true,
    }
}

/// Returns true if `key = value` fits on a line.
fn fits(key: &str, node: &Node) -> bool {
    let text = inline_value(node);
    !text.contains('\n') && key.chars().count() + 3 + text.chars().count() <= LINE_WIDTH
}

/// Collects the lines of a table with dotted keys. Returns false if there are too many.
fn dotted_lines<'n>(path: &str, node: &'n Node, lines: &mut Vec<(String, &'n Node)>) -> bool {
    let Some(map) = node.as_map() else {
        return false;
    };
    for (name, entry) in map.iter() {
        let path = format!("{path}.{}", key(name));
        if is_assignment(&path, &entry.node) {
            lines.push((path, &entry.node));
        } else if !dotted_lines(&path, &entry.node, lines) {
            return false;
        }
    }
    lines.len() <= MAX_DOTTED_LINES
}

/// Returns a value that starts at `column`, on several lines if it is too long for one.
fn wrapped_value(node: &Node, column: usize, depth: usize) -> String {
    let text = inline_value(node);
    let is_short = !text.contains('\n') && column + text.chars().count() <= LINE_WIDTH;
    match &node.value {
        Value::List(items) if !is_short && !items.is_empty() => {
            let indent = INDENT.repeat(depth + 1);
            let mut out = "[\n".to_owned();
            for item in items {
                let item = wrapped_value(item, indent.len(), depth + 1);
                out.push_str(&format!("{indent}{item},\n"));
            }
            out.push_str(&INDENT.repeat(depth));
            out.push(']');
            out
        }
        Value::Map(map) if !is_short && !map.is_empty() => {
            let mut column = column + 2;
            let entries = map.iter().map(|(name, entry)| {
                let start = format!("{} = ", key(name));
                let value = wrapped_value(&entry.node, column + start.chars().count(), depth);
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

/// Returns a value on one line, except for multi-line strings.
fn inline_value(node: &Node) -> String {
    match &node.value {
        // An import refuses `null` before it prints.
        Value::Null => "\"\"".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(inline_value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(name, entry)| format!("{} = {}", key(name), inline_value(&entry.node)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns a TOML string with the quotes that need the fewest escapes.
fn string(text: &str) -> String {
    TomlStringBuilder::new(text).as_default().to_toml_value()
}

/// Returns a name as a TOML key, without quotes if possible.
fn key(name: &str) -> String {
    TomlKeyBuilder::new(name).as_default().to_toml_key()
}

fn dotted_key(path: &[String]) -> String {
    let keys: Vec<String> = path.iter().map(|name| key(name)).collect();
    keys.join(".")
}
