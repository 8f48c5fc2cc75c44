//! New texts from old ones and from a grammar, the same from the same seed.
//!
//! Half of the changes know nothing of the language: bits, bytes and repeated pieces. The others
//! keep most of a text whole, so that it is still read: a line, a token or what stands in brackets
//! is taken away, doubled, or put in the place of another one's.

use crate::Language;
use crate::lot::Lot;
use std::ops::Range;

/// A text made by the grammar, or from one of the pool by a few changes; of at most `most_bytes`.
pub fn mutate(pool: &[Vec<u8>], language: &Language, lot: &mut Lot) -> Vec<u8> {
    let most_bytes = language.most_bytes;
    let mut text = match lot.below(4) {
        0 => language.grammar.draw("text", most_bytes, lot).into_bytes(),
        _ => lot.pick(pool).clone(),
    };
    // What is drawn is often tried as it is.
    let changes = lot.below(6);
    for _ in 0..changes {
        match lot.below(2) {
            0 => change_bytes(&mut text, pool, language, lot),
            _ => change_parts(&mut text, pool, language, lot),
        }
        text.truncate(most_bytes);
    }
    text
}

fn change_bytes(text: &mut Vec<u8>, pool: &[Vec<u8>], language: &Language, lot: &mut Lot) {
    let words = &language.words;
    let at = lot.below(text.len() + 1);
    match lot.below(8) {
        0 if at < text.len() => text[at] ^= 1 << lot.below(8),
        1 => drop(text.drain(lot.range(text.len()))),
        2 => insert(text, at, lot.pick(words).as_bytes()),
        3 => {
            let range = lot.range(text.len());
            text.splice(range, lot.pick(words).bytes());
        }
        4 => {
            let piece = text[lot.range(text.len())].to_vec();
            insert(text, at, &piece);
        }
        5 => {
            let piece = text[lot.range(text.len())].to_vec();
            let times = 1 << lot.below(12);
            insert(
                text,
                at,
                &piece.repeat(times.min(65_536 / piece.len().max(1))),
            );
        }
        6 => {
            let word = lot.pick(words).repeat(1 << lot.below(11));
            insert(text, at, word.as_bytes());
        }
        _ => {
            let other = lot.pick(pool);
            insert(text, at, &other[lot.range(other.len())]);
        }
    }
}

fn change_parts(text: &mut Vec<u8>, pool: &[Vec<u8>], language: &Language, lot: &mut Lot) {
    let other = lot.pick(pool);
    match lot.below(8) {
        0 => {
            let line = line(text, lot);
            text.drain(line);
        }
        1 => {
            let line = line(text, lot);
            let piece = text[line].to_vec();
            let at = self::line(text, lot).start;
            insert(text, at, &piece.repeat(1 << lot.below(4)));
        }
        2 => {
            let piece = &other[line(other, lot)];
            let at = line(text, lot).start;
            insert(text, at, piece);
        }
        3 | 4 => {
            let piece = &other[token(other, lot)];
            let range = token(text, lot);
            text.splice(range, piece.iter().copied());
        }
        5 => {
            let piece = other[bracketed(other, lot)].to_vec();
            let range = bracketed(text, lot);
            text.splice(range, piece);
        }
        6 => {
            let range = token(text, lot);
            text.splice(range, lot.pick(&language.words).bytes());
        }
        _ => {
            let names = language.grammar.names();
            let name = names[lot.below(names.len())];
            let drawn = language.grammar.draw(name, 4096, lot);
            let range = match lot.below(3) {
                0 => token(text, lot),
                1 => bracketed(text, lot),
                _ => {
                    let start = line(text, lot).start;
                    start..start
                }
            };
            text.splice(range, drawn.into_bytes());
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, piece: &[u8]) {
    text.splice(at..at, piece.iter().copied());
}

/// A line with its end.
fn line(text: &[u8], lot: &mut Lot) -> Range<usize> {
    let at = lot.below(text.len());
    let start = text[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n');
    start..end.map_or(text.len(), |end| at + end + 1)
}

/// A word, or a text in quotes: whatever holds together at a place.
fn token(text: &[u8], lot: &mut Lot) -> Range<usize> {
    let at = lot.below(text.len());
    let around = line_around(text, at);
    let quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let before = text[around.start..at].iter().rposition(quote);
    let after = text[at..around.end].iter().position(quote);
    if let (Some(before), Some(after), true) = (before, after, lot.one_in(2)) {
        return around.start + before..at + after + 1;
    }
    let apart =
        |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b':' | b'-' | 0x80..);
    let start = text[..at].iter().rposition(apart).map_or(0, |end| end + 1);
    let end = text[at..]
        .iter()
        .position(apart)
        .map_or(text.len(), |end| at + end);
    start..end.max((at + 1).min(text.len()))
}

fn line_around(text: &[u8], at: usize) -> Range<usize> {
    let start = text[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n');
    start..end.map_or(text.len(), |end| at + end)
}

/// What stands in brackets, with them; nothing where the text has none.
fn bracketed(text: &[u8], lot: &mut Lot) -> Range<usize> {
    let from = lot.below(text.len());
    let opens = |byte: &u8| matches!(byte, b'{' | b'[' | b'(');
    let Some(start) = text[from..].iter().position(opens).map(|at| from + at) else {
        return from..from;
    };
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
