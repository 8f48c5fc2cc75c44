//! A strict JSON parser with spans. Its errors tell what was expected, and where.

use super::{Aborted, Context};
use crate::diagnostics::Span;
use crate::limits::NESTING;
use crate::{Map, Node, Value};

/// Parses `text`. Returns `None` and reports a problem when it is not JSON.
pub(super) fn read(context: &mut Context, text: &str) -> Option<Node> {
    let mut reader = JsonReader {
        context,
        text,
        at: 0,
    };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    reader.blanks();
    let node = reader.value(0).ok()?;
    reader.blanks();
    if reader.at < text.len() {
        return reader.expected("the end of the template").ok();
    }
    Some(node)
}

struct JsonReader<'a, 'c> {
    context: &'c mut Context,
    text: &'a str,
    at: usize,
}

impl JsonReader<'_, '_> {
    fn value(&mut self, depth: usize) -> Result<Node, Aborted> {
        let start = self.at;
        self.count()?;
        let value = match self.peek() {
            Some(b'{' | b'[') if depth == NESTING => {
                let span = self.span(start);
                self.context.too_deep(span);
                return Err(Aborted);
            }
            Some(b'{') => self.table(depth)?.into(),
            Some(b'[') => self.list(depth)?.into(),
            Some(b'"') => self.string()?.into(),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z') => self.word()?,
            _ => return self.expected("a value"),
        };
        Ok(Node::new(value, self.span(start)))
    }

    fn count(&mut self) -> Result<(), Aborted> {
        match self.context.exceeds(self.at) {
            true => Err(Aborted),
            false => Ok(()),
        }
    }

    fn table(&mut self, depth: usize) -> Result<Map, Aborted> {
        let mut map = Map::default();
        self.at += 1;
        self.blanks();
        if self.take(b'}') {
            return Ok(map);
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.expected("a key in quotes");
            }
            let start = self.at;
            self.count()?;
            let key = self.string()?;
            let span = self.span(start);
            self.blanks();
            if !self.take(b':') {
                return self.expected("`:`");
            }
            self.blanks();
            let node = self.value(depth + 1)?;
            self.context.insert(&mut map, key, span, node);
            self.blanks();
            if self.take(b'}') {
                return Ok(map);
            }
            if !self.take(b',') {
                return self.expected("`,` or `}`");
            }
            self.blanks();
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Aborted> {
        let mut items = Vec::new();
        self.at += 1;
        self.blanks();
        if self.take(b']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.take(b']') {
                return Ok(items);
            }
            if !self.take(b',') {
                return self.expected("`,` or `]`");
            }
            self.blanks();
        }
    }

    fn string(&mut self) -> Result<String, Aborted> {
        let mut string = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let plain = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            string.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return self.expected("the closing `\"` on this line"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Aborted> {
        let start = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => match self.unicode() {
                Some(character) => character,
                None => return self.wrong_escape(start),
            },
            _ => return self.wrong_escape(start),
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        let rest = self.text.get(self.at..)?;
        if !rest.starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let second = self.four_digits()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn wrong_escape<T>(&mut self, start: usize) -> Result<T, Aborted> {
        let span = self.context.span(start, start + 1);
        let message = "invalid escape: expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
        self.context.syntax(message, span, "invalid escape");
        Err(Aborted)
    }

    fn number(&mut self) -> Result<Value, Aborted> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest
            .find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let written = &rest[..length];
        if !is_number(written) {
            return self.expected("a number in JSON syntax");
        }
        self.at += length;
        let span = self.span(start);
        Ok(self.context.number(written, written, span))
    }

    fn word(&mut self) -> Result<Value, Aborted> {
        let words = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ];
        for (word, value) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.expected("a value")
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn span(&self, start: usize) -> Span {
        self.context.span(start, self.at)
    }

    fn expected<T>(&mut self, what: &str) -> Result<T, Aborted> {
        let here = self.text[self.at..].chars().next();
        let message = match here {
            None => format!("expected {what}, found the end of the text"),
            Some('\n' | '\r') => format!("expected {what}, found the end of the line"),
            Some(found) => format!("expected {what}, found `{found}`"),
        };
        let end = self.at + here.map_or(0, char::len_utf8);
        let span = self.context.span(self.at, end);
        self.context.syntax(message, span, "here");
        Err(Aborted)
    }
}

/// Returns whether `text` is a number in JSON's grammar.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
