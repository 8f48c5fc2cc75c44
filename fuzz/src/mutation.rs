//! Texts that are made from a corpus by a few edits.
//!
//! Some edits ignore the language: they change bits and repeat bytes. Most keep the text readable:
//! they delete, repeat or replace a line, a token or a bracketed part, often by a part of another
//! text of the corpus. A failing text shrinks to fewer edits.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::ops::Range;

/// Tokens that a corpus has too rarely.
const TOKENS: &[&str] = &[
    "\u{feff}",
    "\u{fdd0}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\r\n",
    "\\ud800",
    "1e400",
    "-0",
    "9223372036854775808",
    "inf",
    "null",
    "[[",
    "\"\"\"",
    "${",
    "${!",
    "{{resolve:ssm:x}}",
    "{\"Fn::If\": [\"C1\", ",
    "{\"Fn::ForEach::L\": [",
    "{\"Ref\": \"AWS::NoValue\"}",
    "<<: *a",
    "!Sub ",
    "range(100000)",
    "|map('string')|join(',')",
    "type = \"AWS::SNS::Topic\"\n",
    "\"Type\": \"AWS::SNS::Topic\"",
];

/// The kinds of parts that an edit can change.
#[derive(Debug, Clone, Copy)]
enum PartKind {
    Bytes,
    Line,
    Token,
    Brackets,
}

/// A part of any text: the part of its kind at a position.
#[derive(Debug, Clone)]
struct Part {
    kind: PartKind,
    position: Index,
    length: usize,
}

/// A change of a text.
#[derive(Debug, Clone)]
enum Edit {
    FlipBit(Index, u8),
    Delete(Part),
    Insert(Index, Vec<u8>),
    Replace(Part, Vec<u8>),
    Repeat(Part, usize),
}

/// Returns a strategy for texts of at most `max_bytes` that are up to five edits away from a text of
/// the corpus.
pub fn mutated(corpus: Vec<Vec<u8>>, max_bytes: usize) -> impl Strategy<Value = Vec<u8>> {
    let edits = vec(edit(corpus.clone()), 0..6);
    (select(corpus), edits).prop_map(move |(mut text, edits)| {
        for edit in edits {
            edit.apply(&mut text, max_bytes);
        }
        text
    })
}

fn edit(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Edit> {
    let piece = || {
        let from_corpus = (select(corpus.clone()), part());
        let from_corpus = from_corpus.prop_map(|(text, part)| text[part.find(&text)].to_vec());
        let token = select(TOKENS).prop_map(|token| token.as_bytes().to_vec());
        prop_oneof![3 => from_corpus, 1 => token]
    };
    prop_oneof![
        1 => (any::<Index>(), 0..8_u8).prop_map(|(position, bit)| Edit::FlipBit(position, bit)),
        2 => part().prop_map(Edit::Delete),
        2 => (any::<Index>(), piece()).prop_map(|(position, piece)| Edit::Insert(position, piece)),
        4 => (part(), piece()).prop_map(|(part, piece)| Edit::Replace(part, piece)),
        2 => (part(), 0..12_u32).prop_map(|(part, power)| Edit::Repeat(part, 1 << power)),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    let kinds = vec![
        PartKind::Bytes,
        PartKind::Line,
        PartKind::Token,
        PartKind::Token,
        PartKind::Brackets,
    ];
    let length = prop_oneof![3 => 0..16_usize, 1 => 0..65_536_usize];
    (select(kinds), any::<Index>(), length).prop_map(|(kind, position, length)| Part {
        kind,
        position,
        length,
    })
}

impl Edit {
    /// Changes a text, which stays shorter than `max_bytes`.
    fn apply(self, text: &mut Vec<u8>, max_bytes: usize) {
        match self {
            Self::FlipBit(position, bit) if !text.is_empty() => {
                let position = position.index(text.len());
                text[position] ^= 1 << bit;
            }
            Self::FlipBit(..) => {}
            Self::Delete(part) => drop(text.drain(part.find(text))),
            Self::Insert(position, piece) => {
                let position = position.index(text.len() + 1);
                text.splice(position..position, piece);
            }
            Self::Replace(part, piece) => {
                text.splice(part.find(text), piece);
            }
            Self::Repeat(part, times) => {
                let range = part.find(text);
                let piece = text[range.clone()].to_vec();
                let most = max_bytes.saturating_sub(text.len()) / piece.len().max(1);
                text.splice(range.start..range.start, piece.repeat(times.min(most)));
            }
        }
        text.truncate(max_bytes);
    }
}

impl Part {
    /// Returns the part's range in a text. It is empty if the text has no such part.
    fn find(&self, text: &[u8]) -> Range<usize> {
        if text.is_empty() {
            return 0..0;
        }
        let position = self.position.index(text.len());
        match self.kind {
            PartKind::Bytes => position..text.len().min(position.saturating_add(self.length)),
            PartKind::Line => around(text, position, |byte| byte == b'\n'),
            PartKind::Token => around(text, position, |byte| {
                !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b':' | b'-' | 0x80..)
            }),
            PartKind::Brackets => brackets(text, position),
        }
    }
}

/// Returns the range around a position between two separators, with the separator at its end.
fn around(text: &[u8], position: usize, is_separator: impl Fn(u8) -> bool) -> Range<usize> {
    let before = text[..position]
        .iter()
        .rposition(|byte| is_separator(*byte));
    let after = text[position..].iter().position(|byte| is_separator(*byte));
    let start = before.map_or(0, |before| before + 1);
    start..after.map_or(text.len(), |after| position + after + 1)
}

/// Returns the range of the next brackets and the text between them.
fn brackets(text: &[u8], position: usize) -> Range<usize> {
    let is_open = |byte: &u8| matches!(byte, b'{' | b'[' | b'(');
    let Some(offset) = text[position..].iter().position(is_open) else {
        return position..position;
    };
    let start = position + offset;
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return start..at + 1;
        }
    }
    start..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let text = b"a = [1, {b = 2}]\nsecond line\n";
        assert_eq!(
            &text[around(text, 0, |byte| byte == b'\n')],
            b"a = [1, {b = 2}]\n"
        );
        assert_eq!(&text[brackets(text, 0)], b"[1, {b = 2}]");
        assert_eq!(&text[brackets(text, 5)], b"{b = 2}");
        assert_eq!(brackets(text, 16), 16..16);
    }

    proptest! {
        #[test]
        fn texts_are_never_too_long(text in mutated(vec![vec![b'x'; 60], Vec::new()], 64)) {
            prop_assert!(text.len() <= 64);
        }
    }
}
