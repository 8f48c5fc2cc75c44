//! Generates texts that match a regular expression. Look-around is not supported.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The maximum length of a generated text, in characters.
const MAX_LENGTH: usize = 2048;

/// Returns a short text that matches the pattern. Returns `None` if the pattern cannot be parsed.
pub(super) fn shortest_match(pattern: &str) -> Option<String> {
    match_of_length(pattern, 0, MAX_LENGTH)
}

/// Returns a text of `min` to `max` characters that matches the pattern.
pub(super) fn match_of_length(pattern: &str, min: usize, max: usize) -> Option<String> {
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let regex = Regex::new(pattern).ok()?;
    // More and more repetitions, until the text is long enough.
    let repetitions = (0..=64).chain([100, 128, 200, 256, 512, 1024]);
    repetitions
        .map(|repetitions| {
            let mut text = String::new();
            write(&hir, repetitions, &mut text);
            text
        })
        .find(|text| {
            let count = text.chars().count();
            (min..=max.min(MAX_LENGTH)).contains(&count) && regex.is_match(text)
        })
}

/// Writes a text that matches `hir`, with `repetitions` of each repeated part if its bounds allow that number.
fn write(hir: &Hir, repetitions: u32, out: &mut String) {
    if out.len() > MAX_LENGTH * 4 {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(character(class)),
        HirKind::Repetition(repetition) => {
            let max = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.max(repetitions.min(max)) {
                write(&repetition.sub, repetitions, out);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, repetitions, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, repetitions, out)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                write(first, repetitions, out);
            }
        }
    }
}

/// Returns a character of a class: a letter or digit if the class has one.
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
    let is_in_class = |c: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&c));
    let preferred = ['a', 'A', '1', '0'];
    let mut printable = (' '..='~').filter(is_in_class);
    preferred
        .into_iter()
        .find(is_in_class)
        .or_else(|| printable.find(char::is_ascii_alphanumeric))
        .or_else(|| (' '..='~').find(is_in_class))
        .or_else(|| ranges.first().map(|(start, _)| *start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_text_matches_its_pattern() {
        for (pattern, expected) in [
            ("^[a-z]{3,5}$", Some("aaa")),
            ("^(true|false)$", Some("true")),
            ("^vpc-[0-9a-f]+$", Some("vpc-a")),
            ("^\\S+$", Some("a")),
            ("^(?!aws:).*$", None),
        ] {
            assert_eq!(shortest_match(pattern).as_deref(), expected, "{pattern}");
        }
        assert_eq!(match_of_length("^[A-Z]*$", 4, 9).as_deref(), Some("AAAA"));
        assert_eq!(match_of_length("^a$", 2, 3), None);
    }
}
