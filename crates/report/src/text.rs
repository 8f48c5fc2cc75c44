//! Text in columns.

use formwork_template::diagnostics::{did_you_mean, nearest};

/// How many columns a text takes, escape sequences not counted.
pub fn width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// The text, filled up with blanks to that many columns.
pub fn pad(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// The text, cut to that many columns.
pub fn cut(text: &str, columns: usize) -> String {
    console::truncate_str(text, columns, "…").into_owned()
}

/// Rows in columns of equal width, two blanks between them; the last column is not filled up.
pub fn rows<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
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

/// The text in lines of at most that many columns, broken between words, each after `indent`.
pub fn wrap(text: &str, indent: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(indent)).max(20);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && width(&line) + 1 + width(word) > room {
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

/// Text of others without its control characters: what AWS says must not move the cursor.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

/// A count with its word, as `1 error`, `2 errors`.
pub fn plural(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// The names with commas between them.
pub fn list(names: &[impl ToString]) -> String {
    names
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// How many names a message lists.
const MOST_LISTED: usize = 12;

/// What helps who gave a name that is none of `known`: the near one, written after `prefix`, else
/// what there is.
pub fn nearest_or_all<'k>(
    given: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> String {
    let known: Vec<&str> = known.collect();
    match (nearest(given, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => did_you_mean(format!("{prefix}{near}")),
        (None, []) => "there are none".to_owned(),
        (None, known) => {
            let more = if known.len() > MOST_LISTED {
                ", …"
            } else {
                ""
            };
            let shown = &known[..known.len().min(MOST_LISTED)];
            format!("there are {}{more}", shown.join(", "))
        }
    }
}
