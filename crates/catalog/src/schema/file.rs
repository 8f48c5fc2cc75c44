//! The table's file: where the names and the frames stand in it, and the frames decompressed.
//!
//! Nothing is read from it but the few numbers that a question needs;
//! [`format`](super::format) describes it.

use ruzstd::decoding::{Dictionary, FrameDecoder};
use std::sync::{Mutex, PoisonError};

use super::format::{FRAME_MAGIC, MAGIC, MAX_FRAME_BYTES};

static FILE: &[u8] = include_bytes!("../../schema/table.bin");

/// A kind of name that the file lists, in the file's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Resource types.
    Types,
    /// Services of IAM.
    Services,
    /// Regions.
    #[cfg(test)]
    Regions,
}

/// A frame of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// The type at this position among the types' names.
    Type(usize),
    /// The extension that types name by this position.
    Extension(usize),
    /// The service at this position among the services' names.
    Service(usize),
}

/// The number at this position of the first part.
fn word(position: usize) -> usize {
    let at = MAGIC.len() + position * 4;
    let bytes = FILE[at..at + 4].try_into().expect("four bytes were taken");
    u32::from_le_bytes(bytes) as usize
}

/// How many types, extensions, services and regions there are.
fn counts() -> [usize; 4] {
    [word(0), word(1), word(2), word(3)]
}

/// How many names of a kind there are.
pub(super) fn count(names: Names) -> usize {
    match names {
        Names::Types => counts()[0],
        Names::Services => counts()[2],
        #[cfg(test)]
        Names::Regions => counts()[3],
    }
}

/// The name at this position among those of a kind.
pub(super) fn name(names: Names, position: usize) -> &'static str {
    let [types, extensions, services, _] = counts();
    let before = match names {
        Names::Types => 0,
        Names::Services => types,
        #[cfg(test)]
        Names::Regions => types + services,
    };
    // Before them stand the counts, two dictionaries' starts, the frames' and their end.
    let first = 4 + types + extensions + services + 3 + before + position;
    let found = &FILE[word(first)..word(first + 1)];
    std::str::from_utf8(found).expect("the encoder writes names in UTF-8")
}

/// Where a name stands among those of a kind.
pub(super) fn position(names: Names, wanted: &str) -> Option<usize> {
    let (mut low, mut high) = (0, count(names));
    while low < high {
        let middle = low + (high - low) / 2;
        match name(names, middle).cmp(wanted) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// Whether the type at this position is stateful.
pub(super) fn is_stateful(position: usize) -> bool {
    let [types, extensions, services, regions] = counts();
    let words = 4 + types + extensions + services + 3 + types + services + regions + 1;
    let flags = MAGIC.len() + words * 4;
    FILE[flags + position / 8] & (1 << (position % 8)) != 0
}

/// Decompresses frames, with the dictionaries read when they are first needed.
#[derive(Default)]
pub(super) struct Frames {
    of_types: Decoder,
    of_services: Decoder,
}

/// What decompresses with one of the dictionaries.
#[derive(Default)]
struct Decoder {
    /// As many as threads have decompressed at once, each with the dictionary and its id.
    idle: Mutex<Vec<(FrameDecoder, u32)>>,
}

impl Frames {
    /// The content of a frame.
    pub(super) fn content(&self, frame: Frame) -> Vec<u8> {
        let [types, extensions, ..] = counts();
        let second = 1 + types + extensions;
        let (decoder, dictionary, position) = match frame {
            Frame::Type(position) => (&self.of_types, 0, 1 + position),
            Frame::Extension(position) => (&self.of_types, 0, 1 + types + position),
            Frame::Service(position) => (&self.of_services, second, second + 1 + position),
        };
        decoder.content(dictionary, position)
    }
}

impl Decoder {
    fn content(&self, dictionary: usize, position: usize) -> Vec<u8> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let (mut decoder, id) = taken.unwrap_or_else(|| ready(dictionary));
        let content = decompressed(&mut decoder, id, position);
        idle().push((decoder, id));
        content
    }
}

/// What stands at this position: a dictionary, or a frame.
fn part(position: usize) -> &'static [u8] {
    &FILE[word(4 + position)..word(4 + position + 1)]
}

/// A decoder with the dictionary at this position, and the dictionary's id.
fn ready(dictionary: usize) -> (FrameDecoder, u32) {
    let made = Dictionary::decode_dict(part(dictionary)).expect("the encoder writes a dictionary");
    let id = made.id;
    let mut decoder = FrameDecoder::new();
    decoder.add_dict(made).expect("it is the first of its id");
    (decoder, id)
}

/// The content of the frame at this position.
fn decompressed(decoder: &mut FrameDecoder, dictionary: u32, position: usize) -> Vec<u8> {
    const HOLDS: &str = "the table holds the frames that the encoder wrote";
    let mut frame = FRAME_MAGIC.to_vec();
    frame.extend_from_slice(part(position));
    let mut left = frame.as_slice();
    decoder.reset(&mut left).expect(HOLDS);
    decoder.force_dict(dictionary).expect(HOLDS);
    let size = usize::try_from(decoder.content_size()).expect(HOLDS);
    assert!(size <= MAX_FRAME_BYTES, "{HOLDS}");
    decoder
        .decode_blocks(&mut left, ruzstd::decoding::BlockDecodingStrategy::All)
        .expect(HOLDS);
    let content = decoder.collect().expect(HOLDS);
    assert_eq!(content.len(), size, "{HOLDS}");
    content
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Frames")
    }
}
