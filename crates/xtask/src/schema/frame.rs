//! The plain values of a frame: numbers, texts, literals and paths.
//!
//! The keywords of schemas are encoded in `keywords`.

use crate::Result;
use formwork_catalog::regions::Regions;
use formwork_catalog::schema::format::LiteralTag;
use formwork_catalog::schema::{PropertyPath, Type, Types};
use indexmap::IndexSet;
use serde_json::Value;

/// One frame while it is encoded.
#[derive(Default)]
pub(super) struct Frame {
    texts: IndexSet<String>,
    lists: IndexSet<Vec<u8>>,
    record: Vec<u8>,
    /// The names of the definitions that a `$ref` can name, sorted.
    pub(super) definitions: Vec<String>,
    /// The names of the root's properties that a `$ref` can name, sorted.
    pub(super) properties: Vec<String>,
}

impl Frame {
    /// Returns an empty frame that can name these definitions and properties of a root.
    pub(super) fn new(definitions: Vec<String>, properties: Vec<String>) -> Self {
        Self {
            definitions,
            properties,
            ..Self::default()
        }
    }

    /// Returns the frame's bytes: its texts, its lists and its record.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut head = Self::default();
        head.count(self.texts.len());
        for text in &self.texts {
            head.bytes(text.as_bytes());
        }
        head.count(self.lists.len());
        for list in &self.lists {
            head.bytes(list);
        }
        head.record.extend(self.record);
        head.record
    }

    /// Returns the bytes that `write` adds to the record, and leaves the record as it was. The texts
    /// and lists stay in the frame.
    pub(super) fn part(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<Vec<u8>> {
        let record = std::mem::take(&mut self.record);
        write(self)?;
        Ok(std::mem::replace(&mut self.record, record))
    }

    /// Adds bytes after their number.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.record.extend(bytes);
    }

    /// Adds a whole number in LEB128.
    pub(super) fn number(&mut self, mut value: u64) {
        while value > 0x7F {
            self.record.push(value as u8 & 0x7F | 0x80);
            value >>= 7;
        }
        self.record.push(value as u8);
    }

    /// Adds a number of items or a position.
    pub(super) fn count(&mut self, value: usize) {
        self.number(value as u64);
    }

    /// Adds 1 for `true` and 0 for `false`.
    pub(super) fn flag(&mut self, value: bool) {
        self.count(usize::from(value));
    }

    /// Adds the position of a text.
    pub(super) fn text(&mut self, text: &str) {
        let position = match self.texts.get_index_of(text) {
            Some(position) => position,
            None => self.texts.insert_full(text.to_owned()).0,
        };
        self.count(position);
    }

    /// Adds a text that may be absent.
    pub(super) fn optional_text(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// Adds a list of texts.
    pub(super) fn texts(&mut self, texts: &Value) -> Result<()> {
        let texts = list(texts)?;
        self.count(texts.len());
        for item in texts {
            self.text(text(item)?);
        }
        Ok(())
    }

    /// Adds the path of a property, given as a JSON pointer.
    pub(super) fn path(&mut self, pointer: &str) {
        let path = PropertyPath::from_pointer(pointer);
        self.count(path.steps().len());
        for step in path.steps() {
            self.text(&step.to_string());
        }
    }

    /// Adds a list of paths.
    pub(super) fn paths(&mut self, pointers: &Value) -> Result<()> {
        let pointers = list(pointers)?;
        self.count(pointers.len());
        for pointer in pointers {
            self.path(text(pointer)?);
        }
        Ok(())
    }

    /// Adds a set of JSON types, given as one name or a list.
    pub(super) fn types(&mut self, names: &Value) -> Result<()> {
        let parse = |name: &Value| {
            let name = text(name)?;
            let found = Type::ALL.into_iter().find(|kind| kind.as_str() == name);
            found.ok_or_else(|| format!("unknown type `{name}`").into())
        };
        let types: Types = as_list(names).iter().map(parse).collect::<Result<_>>()?;
        self.record.push(types.bits());
        Ok(())
    }

    /// Adds a set of regions.
    pub(super) fn regions(&mut self, regions: Regions) {
        self.record.extend(regions.bits().to_le_bytes());
    }

    /// Adds a literal after its tag.
    pub(super) fn literal(&mut self, value: &Value) -> Result<()> {
        /// The whole numbers that a 64-bit float represents exactly.
        const EXACT: i64 = 1 << 53;
        match value {
            Value::String(text) => {
                self.record.push(LiteralTag::Text as u8);
                self.text(text);
            }
            Value::Bool(true) => self.record.push(LiteralTag::True as u8),
            Value::Bool(false) => self.record.push(LiteralTag::False as u8),
            Value::Null => self.record.push(LiteralTag::Null as u8),
            Value::Number(number) => {
                let float = number.as_f64().ok_or("number out of range")?;
                let exact = number.as_i64().filter(|number| number.abs() < EXACT);
                let is_whole = float.fract() == 0.0 && float.abs() < EXACT as f64;
                match exact.or(is_whole.then_some(float as i64)) {
                    Some(whole) => {
                        self.record.push(LiteralTag::Integer as u8);
                        // Zigzag: the sign is the lowest bit.
                        self.number(((whole << 1) ^ (whole >> 63)) as u64);
                    }
                    None => {
                        self.record.push(LiteralTag::Number as u8);
                        self.record.extend(float.to_le_bytes());
                    }
                }
            }
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("not a literal: {value}").into());
            }
        }
        Ok(())
    }

    /// Adds the position of a list of literals. The frame holds each list once.
    pub(super) fn literals(&mut self, values: &Value) -> Result<()> {
        let values = list(values)?;
        let bytes = self.part(|frame| {
            frame.count(values.len());
            values.iter().try_for_each(|value| frame.literal(value))
        })?;
        let (position, _) = self.lists.insert_full(bytes);
        self.count(position);
        Ok(())
    }
}

/// Returns the text of a JSON value.
pub(super) fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .ok_or_else(|| format!("expected a string, found {value}").into())
}

/// Returns the items of a JSON list. `null` is an empty list.
pub(super) fn list(value: &Value) -> Result<&[Value]> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        _ => Err(format!("expected a list, found {value}").into()),
    }
}

/// Returns the items of a list, or another value as the only item. `null` is an empty list.
pub(super) fn as_list(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        _ => std::slice::from_ref(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Checks the bytes of a record that contains one literal.
    #[track_caller]
    fn check_literal(value: Value, expected: &[u8]) {
        let mut frame = Frame::default();
        frame.literal(&value).expect("the value is a literal");
        assert_eq!(frame.record, expected, "{value}");
    }

    #[test]
    fn literals_have_a_tag() {
        check_literal(json!("a"), &[0, 0]);
        check_literal(json!(1), &[1, 2]);
        check_literal(json!(-1), &[1, 1]);
        check_literal(json!(3.0), &[1, 6]);
        check_literal(json!(300), &[1, 0xD8, 0x04]);
        check_literal(json!(0.5), &[2, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F]);
        check_literal(json!(true), &[3]);
        check_literal(json!(false), &[4]);
        check_literal(json!(null), &[5]);
        assert!(Frame::default().literal(&json!([])).is_err());
    }

    #[test]
    fn a_text_and_a_list_are_stored_once() {
        let mut frame = Frame::default();
        frame.text("a");
        frame.text("b");
        frame.text("a");
        for _ in 0..2 {
            frame
                .literals(&json!(["a"]))
                .expect("the list is of literals");
        }
        let texts = [2, 1, b'a', 1, b'b'];
        let lists = [1, 3, 1, 0, 0];
        let record = [0, 1, 0, 0, 0];
        assert_eq!(frame.into_bytes(), [texts, lists, record].concat());
    }

    #[test]
    fn unknown_types_are_refused() {
        let mut frame = Frame::default();
        assert!(frame.types(&json!(["string", "null"])).is_ok());
        assert_eq!(frame.record, [0b100_0001]);
        assert!(frame.types(&json!("text")).is_err());
    }
}
