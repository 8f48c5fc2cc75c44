//! Text helpers: columns, wrapping, counts and suggestions.

use formwork_template::diagnostics::{did_you_mean, nearest};

use crate::limits::MAX_NAMES;

/// Returns the display width of a text without its escape sequences.
pub fn display_width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// Pads the text with spaces to a width.
pub fn pad(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(display_width(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Truncates the text to a width.
pub fn truncate(text: &str, columns: usize) -> String {
    console::truncate_str(text, columns, "…").into_owned()
}

/// Aligns rows in columns that are two spaces apart; the last column is not padded.
pub fn align_columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(display_width(cell));
        }
    }
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| pad(cell, width))
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// Wraps the text between words; every line starts with `indent`.
pub fn wrap(text: &str, indent: &str, columns: usize) -> String {
    let room = columns.saturating_sub(display_width(indent)).max(20);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && display_width(&line) + 1 + display_width(word) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
        .iter()
        .map(|line| format!("{indent}{line}\n"))
        .collect()
}

/// Replaces control characters by spaces, so that text from AWS cannot move the cursor.
pub fn strip_control(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

/// Returns a count with its noun: `1 error`, `2 errors`.
pub fn plural(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// Joins names with commas.
pub fn join_names(names: &[impl ToString]) -> String {
    names
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns a help text for an unknown name: the nearest known name after `prefix`, or the list of known names.
pub fn suggest_or_list<'k>(
    name: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> String {
    let known: Vec<&str> = known.collect();
    match (nearest(name, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => did_you_mean(format!("{prefix}{near}")),
        (None, []) => "none exist".to_owned(),
        (None, known) => {
            let more = if known.len() > MAX_NAMES { ", …" } else { "" };
            let shown = &known[..known.len().min(MAX_NAMES)];
            format!("expected one of {}{more}", shown.join(", "))
        }
    }
}

/// Quotes a word for a shell.
pub fn shell_quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%…".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
