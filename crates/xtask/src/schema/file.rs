//! The table's file: the frames compressed, and the positions of everything in it.

use super::frame::{list, text};
use super::keywords::sorted;
use super::record::{Spellings, encode_extension, encode_service, encode_type};
use crate::Result;
use formwork_catalog::regions::Regions;
use formwork_catalog::schema::format::{FRAME_MAGIC, MAGIC, MAX_FRAME_BYTES};
use serde_json::Value;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

/// The size of the dictionary for types and extensions.
const TYPES_DICTIONARY_BYTES: usize = 64 << 10;

/// The size of the dictionary for services.
const SERVICES_DICTIONARY_BYTES: usize = 16 << 10;

/// The strongest compression; decompression takes the same time at every level.
const LEVEL: i32 = 22;

/// The dictionaries that compress the frames.
pub(super) struct Dictionaries {
    types: Vec<u8>,
    services: Vec<u8>,
}

impl Dictionaries {
    /// Reads the dictionaries of a table's file.
    pub(super) fn read(file: &[u8]) -> Result<Self> {
        let word = |position: usize| -> Result<usize> {
            let start = MAGIC.len() + 4 * position;
            let bytes = file.get(start..start + 4).ok_or("the table is too short")?;
            Ok(u32::from_le_bytes(bytes.try_into()?) as usize)
        };
        let part = |position: usize| -> Result<Vec<u8>> {
            let range = word(4 + position)?..word(5 + position)?;
            Ok(file.get(range).ok_or("the table is too short")?.to_vec())
        };
        Ok(Self {
            types: part(0)?,
            services: part(1 + word(0)? + word(1)?)?,
        })
    }

    /// Trains new dictionaries on the frames.
    fn train(types: &[Vec<u8>], services: &[Vec<u8>]) -> Result<Self> {
        Ok(Self {
            types: zstd::dict::from_samples(types, TYPES_DICTIONARY_BYTES)?,
            services: zstd::dict::from_samples(services, SERVICES_DICTIONARY_BYTES)?,
        })
    }
}

/// Returns the file that holds the extracted schemas. Trains dictionaries if there are none.
pub(super) fn encode(source: &Value, dictionaries: Option<Dictionaries>) -> Result<Vec<u8>> {
    let regions = list(&source["regions"])?;
    let regions = regions.iter().map(text).collect::<Result<Vec<_>>>()?;
    if !regions
        .iter()
        .copied()
        .eq(Regions::ALL.iter().map(|region| region.as_str()))
    {
        return Err("the regions are not those of crates/catalog/src/regions.rs".into());
    }
    let types = list(&source["types"])?;
    let type_names = types
        .iter()
        .map(|one| text(&one["name"]))
        .collect::<Result<Vec<_>>>()?;
    let type_frames = types
        .iter()
        .zip(&type_names)
        .map(|(one, name)| encode_type(one).map_err(|error| format!("{name}: {error}").into()));
    let type_frames = type_frames.collect::<Result<Vec<_>>>()?;
    let extensions = list(&source["extensions"])?.iter();
    let extension_frames = extensions
        .map(encode_extension)
        .collect::<Result<Vec<_>>>()?;
    let spellings = Spellings::new(types)?;
    let services = sorted(&source["services"])?;
    let service_frames = services
        .iter()
        .map(|(prefix, one)| encode_service(prefix, one, &spellings));
    let service_frames = service_frames.collect::<Result<Vec<_>>>()?;
    let counts = [
        types.len(),
        extension_frames.len(),
        services.len(),
        regions.len(),
    ];
    let dictionaries = match dictionaries {
        Some(dictionaries) => dictionaries,
        None => Dictionaries::train(&type_frames, &service_frames)?,
    };
    let type_frames = type_frames.iter().chain(&extension_frames);
    let mut frames = compress(dictionaries.types, type_frames)?;
    frames.extend(compress(dictionaries.services, service_frames.iter())?);
    let service_names = services.iter().map(|(prefix, _)| prefix.as_str());
    let names: Vec<&str> = type_names
        .into_iter()
        .chain(service_names)
        .chain(regions)
        .collect();
    let mut stateful = vec![0_u8; types.len().div_ceil(8)];
    for (position, one) in types.iter().enumerate() {
        stateful[position / 8] |= u8::from(one["stateful"] == Value::Bool(true)) << (position % 8);
    }
    assemble(&counts, &frames, &names, &stateful)
}

/// Compresses frames. Returns the dictionary, then the frames.
fn compress<'a>(
    dictionary: Vec<u8>,
    frames: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<Vec<Vec<u8>>> {
    let mut compressor = Compressor::with_dictionary(LEVEL, &dictionary)?;
    compressor.set_parameter(CParameter::DictIdFlag(false))?;
    compressor.set_parameter(CParameter::ContentSizeFlag(true))?;
    let mut parts = vec![dictionary];
    for frame in frames {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(format!("a frame has {} bytes", frame.len()).into());
        }
        let compressed = compressor.compress(frame)?;
        let without_magic = compressed.strip_prefix(&FRAME_MAGIC);
        parts.push(
            without_magic
                .ok_or("a frame begins in another way")?
                .to_vec(),
        );
    }
    Ok(parts)
}

fn assemble(
    counts: &[usize; 4],
    frames: &[Vec<u8>],
    names: &[&str],
    stateful: &[u8],
) -> Result<Vec<u8>> {
    let words = counts.len() + frames.len() + 1 + names.len() + 1;
    let mut position = MAGIC.len() + 4 * words + stateful.len();
    let mut name_starts = vec![position];
    for name in names {
        position += name.len();
        name_starts.push(position);
    }
    let mut frame_starts = vec![position];
    for frame in frames {
        position += frame.len();
        frame_starts.push(position);
    }
    let mut file = MAGIC.to_vec();
    for word in counts.iter().chain(&frame_starts).chain(&name_starts) {
        file.extend(u32::try_from(*word)?.to_le_bytes());
    }
    file.extend(stateful);
    file.extend(names.concat().into_bytes());
    file.extend(frames.concat());
    Ok(file)
}
