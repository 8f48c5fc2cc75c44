//! The definitions of a resource type. Each is decoded when a schema first refers to it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Schema;
use super::decode::Reader;

/// The definitions of a resource type, sorted by name.
///
/// A large type has hundreds of definitions, of which a template uses few. Therefore each is
/// decoded by itself.
#[derive(Clone, Default)]
pub struct Definitions(Box<[LazyDefinition]>);

#[derive(Clone)]
struct LazyDefinition {
    name: Arc<str>,
    part: Reader,
    schema: OnceLock<Schema>,
}

impl Definitions {
    /// Returns the number of definitions.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the definition with this name.
    pub fn get(&self, name: &str) -> Option<&Schema> {
        let found = self
            .0
            .binary_search_by(|definition| (*definition.name).cmp(name));
        found.ok().map(|position| self.0[position].schema())
    }

    /// Returns the definition at this position, with its name.
    pub fn get_index(&self, position: usize) -> Option<(&Arc<str>, &Schema)> {
        let definition = self.0.get(position)?;
        Some((&definition.name, definition.schema()))
    }

    /// Iterates over the definitions and their names, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Schema)> {
        self.0
            .iter()
            .map(|definition| (&definition.name, definition.schema()))
    }

    /// Iterates over the definitions, without their names.
    pub fn values(&self) -> impl Iterator<Item = &Schema> {
        self.iter().map(|(_, schema)| schema)
    }

    /// Reads the positions of the definitions.
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
