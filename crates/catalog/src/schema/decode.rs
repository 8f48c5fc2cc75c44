//! Decodes the content of a frame into typed structs: the counterpart of `cargo xtask schema`.
//!
//! The data is part of the program. Damage is a fault of the build and ends the program; the tests
//! decode every frame.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::format::LiteralTag;
use super::{ByName, Literal, PropertyPath, PropertyStep, Types};
use crate::regions::Regions;

const INTACT: &str = "the frame is whole, as the encoder wrote it";

/// A reader of the rest of a frame.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    content: Arc<Content>,
    left: Range<usize>,
}

/// A frame, and the positions of its texts and lists.
#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    texts: Vec<LazySlice<str>>,
    lists: Vec<LazySlice<[Literal]>>,
}

/// A text or list that is decoded when it is first used. Few of the thousands of entries in the
/// lists of every region are ever used.
#[derive(Debug)]
struct LazySlice<T: ?Sized> {
    range: Range<usize>,
    read: OnceLock<Arc<T>>,
}

impl Reader {
    /// Locates the texts and the lists. The record remains.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let content = Content {
            bytes,
            ..Content::default()
        };
        let mut reader = Self {
            left: 0..content.bytes.len(),
            content: Arc::new(content),
        };
        let texts = reader.many(Self::lazy_slice);
        reader.content_mut().texts = texts;
        let lists = reader.many(Self::lazy_slice);
        reader.content_mut().lists = lists;
        reader
    }

    /// Reads the position of the next text or list, which follows its length.
    fn lazy_slice<T: ?Sized>(&mut self) -> LazySlice<T> {
        let length = self.count();
        let from = self.left.start;
        self.take(length);
        LazySlice {
            range: from..from + length,
            read: OnceLock::new(),
        }
    }

    fn content_mut(&mut self) -> &mut Content {
        Arc::get_mut(&mut self.content).expect("no part of the frame was handed out yet")
    }

    /// Takes the next bytes.
    fn take(&mut self, length: usize) -> &[u8] {
        let from = self.left.start;
        self.left.start += length;
        assert!(self.left.start <= self.left.end, "{INTACT}");
        &self.content.bytes[from..from + length]
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// Reads a whole number in LEB128.
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

    /// Reads a count or a position.
    pub(super) fn count(&mut self) -> usize {
        usize::try_from(self.number()).expect(INTACT)
    }

    /// Reads a boolean.
    pub(super) fn flag(&mut self) -> bool {
        self.count() != 0
    }

    /// Reads a count and that many values.
    pub(super) fn many<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.count()).map(|_| read(self)).collect()
    }

    /// Reads a count and that many values with their names.
    pub(super) fn named<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> ByName<T> {
        let count = self.count();
        let mut named = ByName::with_capacity_and_hasher(count, <_>::default());
        for _ in 0..count {
            let name = self.text();
            named.insert(name, read(self));
        }
        named
    }

    /// Reads a value that may be absent.
    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| read(self))
    }

    /// Reads a text.
    pub(super) fn text(&mut self) -> Arc<str> {
        let position = self.count();
        let LazySlice { range, read } = &self.content.texts[position];
        let text = || std::str::from_utf8(&self.content.bytes[range.clone()]).expect(INTACT);
        Arc::clone(read.get_or_init(|| Arc::from(text())))
    }

    /// Reads a list of texts.
    pub(super) fn texts(&mut self) -> Vec<Arc<str>> {
        self.many(Self::text)
    }

    /// Reads a path to a property.
    pub(super) fn path(&mut self) -> PropertyPath {
        (0..self.count())
            .map(|_| match self.text() {
                step if &*step == "*" => PropertyStep::Each,
                step => PropertyStep::Name(step),
            })
            .collect()
    }

    /// Reads a list of paths.
    pub(super) fn paths(&mut self) -> Vec<PropertyPath> {
        self.many(Self::path)
    }

    /// Reads a literal, which follows its tag.
    pub(super) fn literal(&mut self) -> Literal {
        match LiteralTag::ALL[usize::from(self.byte())] {
            LiteralTag::Text => Literal::Text(self.text()),
            LiteralTag::Integer => Literal::Integer(self.integer()),
            LiteralTag::Number => {
                Literal::Number(f64::from_le_bytes(self.take(8).try_into().expect(INTACT)))
            }
            LiteralTag::True => Literal::Boolean(true),
            LiteralTag::False => Literal::Boolean(false),
            LiteralTag::Null => Literal::Null,
        }
    }

    /// Reads a list of literals.
    pub(super) fn literals(&mut self) -> Arc<[Literal]> {
        let position = self.count();
        let LazySlice { range, read } = &self.content.lists[position];
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

    /// Reads a literal that is a number.
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
        let half = i64::try_from(value >> 1).expect(INTACT);
        if value & 1 == 0 { half } else { -half - 1 }
    }

    /// Reads a set of types.
    pub(super) fn types(&mut self) -> Types {
        Types::from_bits(self.byte())
    }

    /// Reads a set of regions.
    pub(super) fn regions(&mut self) -> Regions {
        Regions::from_bits(u64::from_le_bytes(self.take(8).try_into().expect(INTACT)))
    }

    /// Returns a reader of the next part, whose length precedes it, and skips that part.
    pub(super) fn part(&mut self) -> Self {
        let length = self.count();
        let from = self.left.start;
        self.take(length);
        Self {
            content: Arc::clone(&self.content),
            left: from..from + length,
        }
    }

    /// Asserts that the frame ends here.
    pub(super) fn end(&self) {
        assert!(self.left.is_empty(), "{INTACT}");
    }
}
