//! The content of a frame, read back into typed structs: the counterpart of `cargo xtask schema`.
//!
//! What is read is part of the program, so damage is a fault of the build and ends it; the tests
//! read every frame.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::format::LiteralTag;
use super::{ByName, Literal, PropertyPath, PropertyStep, Types};
use crate::regions::Regions;

const WHOLE: &str = "the frame is whole, as the encoder wrote it";

/// What is left to read of a frame.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    content: Arc<Content>,
    left: Range<usize>,
}

/// A frame, and where its texts and lists stand in it.
#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    texts: Vec<Part<str>>,
    lists: Vec<Part<[Literal]>>,
}

/// A text or a list: where it stands, and what was read there when it was first asked for. Of
/// the thousands that lists for every region hold few are.
#[derive(Debug)]
struct Part<T: ?Sized> {
    range: Range<usize>,
    read: OnceLock<Arc<T>>,
}

impl Reader {
    /// Reads where the texts and the lists stand, so that the record is left.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let content = Content {
            bytes,
            ..Content::default()
        };
        let mut reader = Self {
            left: 0..content.bytes.len(),
            content: Arc::new(content),
        };
        let texts = reader.many(Self::held);
        reader.content_mut().texts = texts;
        let lists = reader.many(Self::held);
        reader.content_mut().lists = lists;
        reader
    }

    /// Where the text or the list stands that comes next, after its length.
    fn held<T: ?Sized>(&mut self) -> Part<T> {
        let length = self.count();
        let from = self.left.start;
        self.take(length);
        Part {
            range: from..from + length,
            read: OnceLock::new(),
        }
    }

    fn content_mut(&mut self) -> &mut Content {
        Arc::get_mut(&mut self.content).expect("no part of the frame was handed out yet")
    }

    /// The next bytes.
    fn take(&mut self, length: usize) -> &[u8] {
        let from = self.left.start;
        self.left.start += length;
        assert!(self.left.start <= self.left.end, "{WHOLE}");
        &self.content.bytes[from..from + length]
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// A whole number in LEB128.
    pub(super) fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return value;
            }
            shift += 7;
        }
    }

    /// A number of things, or a position.
    pub(super) fn count(&mut self) -> usize {
        usize::try_from(self.number()).expect(WHOLE)
    }

    /// A number that says which of a few.
    pub(super) fn flag(&mut self) -> bool {
        self.count() != 0
    }

    /// A count, then so many.
    pub(super) fn many<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.count()).map(|_| read(self)).collect()
    }

    /// A count, then so many names with what they mean.
    pub(super) fn named<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> ByName<T> {
        let count = self.count();
        let mut named = ByName::with_capacity_and_hasher(count, <_>::default());
        for _ in 0..count {
            let name = self.text();
            named.insert(name, read(self));
        }
        named
    }

    /// Whether it is there, then it.
    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| read(self))
    }

    /// A text of the frame.
    pub(super) fn text(&mut self) -> Arc<str> {
        let position = self.count();
        let Part { range, read } = &self.content.texts[position];
        let text = || std::str::from_utf8(&self.content.bytes[range.clone()]).expect(WHOLE);
        Arc::clone(read.get_or_init(|| Arc::from(text())))
    }

    /// Texts of the frame.
    pub(super) fn texts(&mut self) -> Vec<Arc<str>> {
        self.many(Self::text)
    }

    /// A path to a property.
    pub(super) fn path(&mut self) -> PropertyPath {
        (0..self.count())
            .map(|_| match self.text() {
                step if &*step == "*" => PropertyStep::Each,
                step => PropertyStep::Name(step),
            })
            .collect()
    }

    /// Paths to properties.
    pub(super) fn paths(&mut self) -> Vec<PropertyPath> {
        self.many(Self::path)
    }

    /// A literal, after its tag.
    pub(super) fn literal(&mut self) -> Literal {
        match LiteralTag::ALL[usize::from(self.byte())] {
            LiteralTag::Text => Literal::Text(self.text()),
            LiteralTag::Integer => Literal::Integer(self.integer()),
            LiteralTag::Number => {
                Literal::Number(f64::from_le_bytes(self.take(8).try_into().expect(WHOLE)))
            }
            LiteralTag::True => Literal::Boolean(true),
            LiteralTag::False => Literal::Boolean(false),
            LiteralTag::Null => Literal::Null,
        }
    }

    /// A list of the frame.
    pub(super) fn literals(&mut self) -> Arc<[Literal]> {
        let position = self.count();
        let Part { range, read } = &self.content.lists[position];
        let list = || {
            let mut list = Self {
                content: Arc::clone(&self.content),
                left: range.clone(),
            };
            let literals = list.many(Self::literal);
            list.end();
            literals.into()
        };
        Arc::clone(read.get_or_init(list))
    }

    /// A literal that is a number.
    pub(super) fn float(&mut self) -> f64 {
        match self.literal() {
            #[allow(
                clippy::cast_precision_loss,
                reason = "the encoder writes as whole numbers only those that a float holds"
            )]
            Literal::Integer(value) => value as f64,
            Literal::Number(value) => value,
            other => unreachable!("the encoder writes a number, not {other:?}"),
        }
    }

    fn integer(&mut self) -> i64 {
        let value = self.number();
        let half = i64::try_from(value >> 1).expect(WHOLE);
        if value & 1 == 0 { half } else { -half - 1 }
    }

    /// A set of types.
    pub(super) fn types(&mut self) -> Types {
        Types::from_bits(self.byte())
    }

    /// A set of regions.
    pub(super) fn regions(&mut self) -> Regions {
        Regions::from_bits(u64::from_le_bytes(self.take(8).try_into().expect(WHOLE)))
    }

    /// A part of the frame that says how long it is, to be read or left.
    pub(super) fn part(&mut self) -> Self {
        let length = self.count();
        let from = self.left.start;
        self.take(length);
        Self {
            content: Arc::clone(&self.content),
            left: from..from + length,
        }
    }

    /// Asserts that nothing is left.
    pub(super) fn end(&self) {
        assert!(self.left.is_empty(), "{WHOLE}");
    }
}
