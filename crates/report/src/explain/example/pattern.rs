//! A text that a regular expression lets through.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest text that is made.
const LONGEST: usize = 2048;

/// The shortest text that the pattern finds itself in; nothing where it cannot be read (it looks ahead or behind).
pub fn least(pattern: &str) -> Option<String> {
    of_length(pattern, 0, LONGEST)
}

/// A text of so many characters that the pattern finds itself in.
pub fn of_length(pattern: &str, least: usize, most: usize) -> Option<String> {
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let regex = Regex::new(pattern).ok()?;
    // What may be repeated is repeated more and more often, until the text is long enough.
    let tries = (0..=64).chain([100, 128, 200, 256, 512, 1024]);
    tries
        .map(|more| {
            let mut text = String::new();
            write(&hir, more, &mut text);
            text
        })
        .find(|text| {
            let count = text.chars().count();
            (least..=most.min(LONGEST)).contains(&count) && regex.is_match(text)
        })
}

/// Writes the shortest text of an expression, with what may be repeated standing `more` times where that is allowed.
fn write(hir: &Hir, more: u32, out: &mut String) {
    if out.len() > LONGEST * 4 {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(character(class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.max(more.min(most)) {
                write(&repetition.sub, more, out);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, more, out)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                write(first, more, out);
            }
        }
    }
}

/// A character of a class: a letter or digit where it has one.
fn character(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    let holds = |c: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&c));
    let liked = ['a', 'A', '1', '0'];
    let mut printable = (' '..='~').filter(holds);
    liked
        .into_iter()
        .find(holds)
        .or_else(|| printable.find(char::is_ascii_alphanumeric))
        .or_else(|| (' '..='~').find(holds))
        .or_else(|| ranges.first().map(|(start, _)| *start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_that_the_pattern_finds() {
        for (pattern, expected) in [
            ("^[a-z]{3,5}$", Some("aaa")),
            ("^(true|false)$", Some("true")),
            ("^vpc-[0-9a-f]+$", Some("vpc-a")),
            ("^\\S+$", Some("a")),
            ("^(?!aws:).*$", None),
        ] {
            assert_eq!(least(pattern).as_deref(), expected, "{pattern}");
        }
        assert_eq!(of_length("^[A-Z]*$", 4, 9).as_deref(), Some("AAAA"));
        assert_eq!(of_length("^a$", 2, 3), None);
    }
}
