//! The table's file: finds names and frames, and decompresses frames.
//!
//! It reads only the few numbers that a question needs. [`format`](super::format) describes the
//! file.

use ruzstd::decoding::{Dictionary, FrameDecoder};
use std::sync::{Mutex, PoisonError};

use super::format::{FRAME_MAGIC, MAGIC, MAX_FRAME_BYTES};

static FILE: &[u8] = include_bytes!("../../schema/table.bin");

/// A group of names in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// The resource types.
    Types,
    /// The services of IAM.
    Services,
    /// The regions.
    #[cfg(test)]
    Regions,
}

/// A frame of the file, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// A type, by the position of its name.
    Type(usize),
    /// An extension. Types refer to it by this position.
    Extension(usize),
    /// A service, by the position of its name.
    Service(usize),
}

/// Returns the number at this position of the first part.
fn word(position: usize) -> usize {
    let at = MAGIC.len() + position * 4;
    let bytes = FILE[at..at + 4].try_into().expect("four bytes were taken");
    u32::from_le_bytes(bytes) as usize
}

/// Returns the numbers of types, extensions, services and regions.
fn counts() -> [usize; 4] {
    [word(0), word(1), word(2), word(3)]
}

/// Returns the number of names in a group.
pub(super) fn count(names: Names) -> usize {
    match names {
        Names::Types => counts()[0],
        Names::Services => counts()[2],
        #[cfg(test)]
        Names::Regions => counts()[3],
    }
}

/// Returns the name at this position of a group.
pub(super) fn name(names: Names, position: usize) -> &'static str {
    let [types, extensions, services, _] = counts();
    let before = match names {
        Names::Types => 0,
        Names::Services => types,
        #[cfg(test)]
        Names::Regions => types + services,
    };
    // The counts, the starts of two dictionaries, those of the frames and their end come first.
    let first = 4 + types + extensions + services + 3 + before + position;
    let found = &FILE[word(first)..word(first + 1)];
    std::str::from_utf8(found).expect("the encoder writes names in UTF-8")
}

/// Returns the position of a name in its group.
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

/// Returns whether the type at this position is stateful.
pub(super) fn is_stateful(position: usize) -> bool {
    let [types, extensions, services, regions] = counts();
    let words = 4 + types + extensions + services + 3 + types + services + regions + 1;
    let flags = MAGIC.len() + words * 4;
    FILE[flags + position / 8] & (1 << (position % 8)) != 0
}

/// Decompresses frames. The dictionaries are read when they are first needed.
#[derive(Default)]
pub(super) struct Frames {
    of_types: Decoder,
    of_services: Decoder,
}

/// The decoders of one dictionary.
#[derive(Default)]
struct Decoder {
    /// The idle decoders, each with the id of its dictionary. There are at most as many as threads.
    idle: Mutex<Vec<(FrameDecoder, u32)>>,
}

impl Frames {
    /// Returns the decompressed content of a frame.
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
        let (mut decoder, id) = taken.unwrap_or_else(|| new_decoder(dictionary));
        let content = decompressed(&mut decoder, id, position);
        idle().push((decoder, id));
        content
    }
}

/// Returns the dictionary or frame at this position.
fn part(position: usize) -> &'static [u8] {
    &FILE[word(4 + position)..word(4 + position + 1)]
}

/// Creates a decoder with the dictionary at this position. Returns it with the dictionary's id.
fn new_decoder(dictionary: usize) -> (FrameDecoder, u32) {
    let made = Dictionary::decode_dict(part(dictionary)).expect("the encoder writes a dictionary");
    let id = made.id;
    let mut decoder = FrameDecoder::new();
    decoder.add_dict(made).expect("it is the first of its id");
    (decoder, id)
}

/// Decompresses the frame at this position.
fn decompressed(decoder: &mut FrameDecoder, dictionary: u32, position: usize) -> Vec<u8> {
    const INTACT: &str = "the table holds the frames that the encoder wrote";
    let mut frame = FRAME_MAGIC.to_vec();
    frame.extend_from_slice(part(position));
    let mut left = frame.as_slice();
    decoder.reset(&mut left).expect(INTACT);
    decoder.force_dict(dictionary).expect(INTACT);
    let size = usize::try_from(decoder.content_size()).expect(INTACT);
    assert!(size <= MAX_FRAME_BYTES, "{INTACT}");
    decoder
        .decode_blocks(&mut left, ruzstd::decoding::BlockDecodingStrategy::All)
        .expect(INTACT);
    let content = decoder.collect().expect(INTACT);
    assert_eq!(content.len(), size, "{INTACT}");
    content
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Frames")
    }
}
