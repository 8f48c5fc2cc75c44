//! The definitions of a resource type, each decoded when something first refers to it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Schema;
use super::decode::Reader;

/// The definitions to which the schemas of a resource type refer, sorted by name.
///
/// Large types have hundreds of which a template uses few, so each is decoded by itself.
#[derive(Clone, Default)]
pub struct Definitions(Box<[LazyDefinition]>);

#[derive(Clone)]
struct LazyDefinition {
    name: Arc<str>,
    part: Reader,
    schema: OnceLock<Schema>,
}

impl Definitions {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The definition of this name.
    pub fn get(&self, name: &str) -> Option<&Schema> {
        let found = self
            .0
            .binary_search_by(|definition| (*definition.name).cmp(name));
        found.ok().map(|position| self.0[position].schema())
    }

    /// The definition at this position, with its name.
    pub fn get_index(&self, position: usize) -> Option<(&Arc<str>, &Schema)> {
        let definition = self.0.get(position)?;
        Some((&definition.name, definition.schema()))
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Schema)> {
        self.0
            .iter()
            .map(|definition| (&definition.name, definition.schema()))
    }

    /// All of them, without their names.
    pub fn values(&self) -> impl Iterator<Item = &Schema> {
        self.iter().map(|(_, schema)| schema)
    }

    /// Reads where each stands.
    pub(super) fn read(reader: &mut Reader) -> Self {
        let definitions = reader.many(|reader| LazyDefinition {
            name: reader.text(),
            part: reader.part(),
            schema: OnceLock::new(),
        });
        Self(definitions.into())
    }
}

impl LazyDefinition {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| {
            let mut part = self.part.clone();
            let schema = part.schema();
            part.end();
            schema
        })
    }
}

impl<'a> IntoIterator for &'a Definitions {
    type Item = (&'a Arc<str>, &'a Schema);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl fmt::Debug for Definitions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Definitions {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
