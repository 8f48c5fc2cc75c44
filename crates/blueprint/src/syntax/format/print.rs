//! Prints statements in the canonical format.

use super::source::{Collection, CollectionItem, SourceValue, Statement, StatementKind};

/// The maximum width of a line, in characters.
const LINE_WIDTH: usize = 120;

/// One level of indentation.
const INDENT: &str = "    ";

/// Prints the statements of a file.
pub(super) fn print(statements: &[Statement<'_>]) -> String {
    let mut out = String::new();
    for (at, statement) in statements.iter().enumerate() {
        let is_after_header = at > 0
            && matches!(statements[at - 1].kind, StatementKind::Header(_))
            && !is_header_block(&statements[at..]);
        let is_separate = starts_header_block(statements, at)
            || (statement.is_after_blank_line && !is_after_header);
        if at > 0 && is_separate {
            out.push('\n');
        }
        match &statement.kind {
            StatementKind::Comment(comment) => out.push_str(comment),
            StatementKind::Header(header) => out.push_str(header),
            StatementKind::Assignment(key, value) => {
                let start = format!("{key} = ");
                let value = format_value(value, start.chars().count(), 0);
                out.push_str(&start);
                out.push_str(&value);
            }
        }
        if let Some((blanks, comment)) = statement.trailing_comment {
            out.push_str(&" ".repeat(blanks.max(1)));
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}

/// Returns true if the first statement is a header or the comments directly above one.
fn is_header_block(statements: &[Statement<'_>]) -> bool {
    for (at, statement) in statements.iter().enumerate() {
        match statement.kind {
            StatementKind::Comment(_) if at == 0 || !statement.is_after_blank_line => {}
            StatementKind::Header(_) => return at == 0 || !statement.is_after_blank_line,
            _ => return false,
        }
    }
    false
}

/// Returns true if this statement is the first of a header with the comments above it.
fn starts_header_block(statements: &[Statement<'_>], at: usize) -> bool {
    let is_after_comment = at > 0
        && matches!(statements[at - 1].kind, StatementKind::Comment(_))
        && !statements[at].is_after_blank_line;
    is_header_block(&statements[at..]) && !is_after_comment
}

/// Formats a value that starts at `column`, on several lines if it is too long for one.
fn format_value(value: &SourceValue<'_>, column: usize, depth: usize) -> String {
    let collection = match value {
        SourceValue::Scalar(scalar) => return (*scalar).to_owned(),
        SourceValue::Collection(collection) => collection,
    };
    if !must_be_multi_line(collection) {
        let mut line = LineBuilder {
            text: String::new(),
            remaining_width: LINE_WIDTH.saturating_sub(column),
        };
        if line.value(value).is_some() {
            return line.text;
        }
        if collection.is_table {
            let mut column = column + 2;
            return single_line_table(collection, |item| {
                let start = key_prefix(item);
                let value = format_value(&item.value, column + start.chars().count(), depth);
                let text = format!("{start}{value}");
                column = match text.rsplit_once('\n') {
                    Some((_, last)) => last.chars().count() + 2,
                    None => column + text.chars().count() + 2,
                };
                text
            });
        }
    }
    format_lines(collection, depth)
}

/// Returns true if a collection cannot be on one line.
fn must_be_multi_line(collection: &Collection<'_>) -> bool {
    collection.is_multi_line && !is_empty(collection)
}

fn is_empty(collection: &Collection<'_>) -> bool {
    collection.items.is_empty() && collection.closing_comments.is_empty()
}

/// Formats a collection with one item per line.
fn format_lines(collection: &Collection<'_>, depth: usize) -> String {
    let indent = INDENT.repeat(depth + 1);
    let (open, close) = brackets(collection);
    if is_empty(collection) {
        return format!("{open}{close}");
    }
    let mut out = format!("{open}\n");
    let mut line = |text: &str| {
        out.push_str(&indent);
        out.push_str(text);
        out.push('\n');
    };
    for item in &collection.items {
        item.leading_comments
            .iter()
            .for_each(|comment| line(comment));
        let start = key_prefix(item);
        let column = indent.len() + start.chars().count();
        let value = format_value(&item.value, column, depth + 1);
        match item.trailing_comment {
            Some(comment) => line(&format!("{start}{value}, {comment}")),
            None => line(&format!("{start}{value},")),
        }
    }
    collection
        .closing_comments
        .iter()
        .for_each(|comment| line(comment));
    out.push_str(&INDENT.repeat(depth));
    out.push_str(close);
    out
}

/// Builds a value's text on one line. It stops as soon as the text is too wide.
struct LineBuilder {
    text: String,
    remaining_width: usize,
}

impl LineBuilder {
    /// Appends a value, or returns `None` if it does not fit or needs several lines.
    fn value(&mut self, value: &SourceValue<'_>) -> Option<()> {
        let collection = match value {
            SourceValue::Scalar(scalar) => return self.push(scalar),
            SourceValue::Collection(collection) if must_be_multi_line(collection) => return None,
            SourceValue::Collection(collection) => collection,
        };
        let (open, close) = brackets(collection);
        let blank = match collection.is_table && !collection.items.is_empty() {
            true => " ",
            false => "",
        };
        self.push(open)?;
        self.push(blank)?;
        for (at, item) in collection.items.iter().enumerate() {
            if at > 0 {
                self.push(", ")?;
            }
            self.push(&key_prefix(item))?;
            self.value(&item.value)?;
        }
        self.push(blank)?;
        self.push(close)
    }

    fn push(&mut self, text: &str) -> Option<()> {
        if text.contains('\n') {
            return None;
        }
        self.remaining_width = self.remaining_width.checked_sub(text.chars().count())?;
        self.text.push_str(text);
        Some(())
    }
}

/// Formats an inline table: its brackets are on the lines of its first and last item.
fn single_line_table(
    table: &Collection<'_>,
    format_item: impl FnMut(&CollectionItem<'_>) -> String,
) -> String {
    let (open, close) = brackets(table);
    let items: Vec<String> = table.items.iter().map(format_item).collect();
    match items.is_empty() {
        true => format!("{open}{close}"),
        false => format!("{open} {} {close}", items.join(", ")),
    }
}

fn brackets(collection: &Collection<'_>) -> (&'static str, &'static str) {
    match collection.is_table {
        true => ("{", "}"),
        false => ("[", "]"),
    }
}

/// Returns `key = ` for an item of a table, and nothing for an item of a list.
fn key_prefix(item: &CollectionItem<'_>) -> String {
    match &item.key {
        Some(key) => format!("{key} = "),
        None => String::new(),
    }
}
