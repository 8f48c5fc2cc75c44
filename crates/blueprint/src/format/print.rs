//! The pieces of a text put together in the one form.

use super::scan::{Group, Item, Kind, Piece, Value};

/// How wide a line may become before a list is broken.
const WIDTH: usize = 120;

/// What one step inwards is.
const INDENT: &str = "    ";

/// Writes the pieces.
pub(super) fn print(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let after_header =
            at > 0 && matches!(pieces[at - 1].kind, Kind::Header(_)) && !opens(&pieces[at..]);
        let apart = at > 0 && (opens_here(pieces, at) || (piece.apart && !after_header));
        if apart {
            out.push('\n');
        }
        match &piece.kind {
            Kind::Comment(comment) => out.push_str(comment),
            Kind::Header(header) => out.push_str(header),
            Kind::Assignment(key, written) => {
                let start = format!("{key} = ");
                let written = value(written, start.chars().count(), 0);
                out.push_str(&start);
                out.push_str(&written);
            }
        }
        if let Some((blanks, comment)) = piece.behind {
            out.push_str(&" ".repeat(blanks.max(1)));
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}

/// Whether these pieces begin with a header, or with comments that stand right above one.
fn opens(pieces: &[Piece<'_>]) -> bool {
    for (at, piece) in pieces.iter().enumerate() {
        match piece.kind {
            Kind::Comment(_) if at == 0 || !piece.apart => {}
            Kind::Header(_) => return at == 0 || !piece.apart,
            _ => return false,
        }
    }
    false
}

/// Whether a header, with the comments that belong to it, begins at this piece.
fn opens_here(pieces: &[Piece<'_>], at: usize) -> bool {
    let continues =
        |at: usize| at > 0 && matches!(pieces[at - 1].kind, Kind::Comment(_)) && !pieces[at].apart;
    opens(&pieces[at..]) && !continues(at)
}

/// A value that begins at `column`, over several lines where it is long.
fn value(written: &Value<'_>, column: usize, depth: usize) -> String {
    let group = match written {
        Value::Plain(plain) => return (*plain).to_owned(),
        Value::Group(group) => group,
    };
    if !is_long(group) {
        let mut line = Line {
            text: String::new(),
            room: WIDTH.saturating_sub(column),
        };
        if line.value(written).is_some() {
            return line.text;
        }
        if group.is_table {
            let mut column = column + 2;
            return on_a_line(group, |item| {
                let start = key(item);
                let written = value(&item.value, column + start.chars().count(), depth);
                let text = format!("{start}{written}");
                column = match text.rsplit_once('\n') {
                    Some((_, last)) => last.chars().count() + 2,
                    None => column + text.chars().count() + 2,
                };
                text
            });
        }
    }
    broken(group, depth)
}

/// Whether a group cannot stand on one line.
fn is_long(group: &Group<'_>) -> bool {
    group.is_long && !(group.items.is_empty() && group.tail.is_empty())
}

/// A group with one item a line.
fn broken(group: &Group<'_>, depth: usize) -> String {
    let indent = INDENT.repeat(depth + 1);
    let (open, close) = brackets(group);
    if group.items.is_empty() && group.tail.is_empty() {
        return format!("{open}{close}");
    }
    let mut out = format!("{open}\n");
    let mut line = |text: &str| {
        out.push_str(&indent);
        out.push_str(text);
        out.push('\n');
    };
    for item in &group.items {
        item.before.iter().for_each(|comment| line(comment));
        let start = key(item);
        let column = indent.len() + start.chars().count();
        let written = value(&item.value, column, depth + 1);
        match item.behind {
            Some(comment) => line(&format!("{start}{written}, {comment}")),
            None => line(&format!("{start}{written},")),
        }
    }
    group.tail.iter().for_each(|comment| line(comment));
    out.push_str(&INDENT.repeat(depth));
    out.push_str(close);
    out
}

/// A value on one line, as long as it fits: what is nested is looked at no further than that.
struct Line {
    text: String,
    /// How many characters may still follow.
    room: usize,
}

impl Line {
    /// Writes a value; nothing when it does not fit or has lines of its own.
    fn value(&mut self, written: &Value<'_>) -> Option<()> {
        let group = match written {
            Value::Plain(plain) => return self.push(plain),
            Value::Group(group) if is_long(group) => return None,
            Value::Group(group) => group,
        };
        let (open, close) = brackets(group);
        let blank = match group.is_table && !group.items.is_empty() {
            true => " ",
            false => "",
        };
        self.push(open)?;
        self.push(blank)?;
        for (at, item) in group.items.iter().enumerate() {
            if at > 0 {
                self.push(", ")?;
            }
            self.push(&key(item))?;
            self.value(&item.value)?;
        }
        self.push(blank)?;
        self.push(close)
    }

    fn push(&mut self, text: &str) -> Option<()> {
        if text.contains('\n') {
            return None;
        }
        self.room = self.room.checked_sub(text.chars().count())?;
        self.text.push_str(text);
        Some(())
    }
}

fn on_a_line(group: &Group<'_>, item: impl FnMut(&Item<'_>) -> String) -> String {
    let (open, close) = brackets(group);
    let items: Vec<String> = group.items.iter().map(item).collect();
    match group.is_table && !items.is_empty() {
        true => format!("{open} {} {close}", items.join(", ")),
        false => format!("{open}{}{close}", items.join(", ")),
    }
}

fn brackets(group: &Group<'_>) -> (&'static str, &'static str) {
    match group.is_table {
        true => ("{", "}"),
        false => ("[", "]"),
    }
}

fn key(item: &Item<'_>) -> String {
    match &item.key {
        Some(key) => format!("{key} = "),
        None => String::new(),
    }
}
