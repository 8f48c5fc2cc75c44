//! The table of resource types. Each type is decoded when it is first used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::file::{self, Frame, Frames, Names};
use crate::patterns::Patterns;

use super::{Extension, ResourceSchema, Services};
use crate::regions::Region;

/// The table of resource types.
///
/// Creating it is cheap, because nothing is decoded. It caches the types that it decodes, so a run
/// shares one table.
#[derive(Debug)]
pub struct Table {
    frames: Arc<Frames>,
    types: Box<[OnceLock<Arc<ResourceSchema>>]>,
    extensions: Mutex<Extensions>,
    services: Services,
    patterns: Patterns,
}

/// The decoded extensions, by frame and region.
type Extensions = HashMap<(usize, Option<Region>), Arc<OnceLock<ExtensionSchema>>>;

/// The schema of an extension in a region, if it has one there.
type ExtensionSchema = Option<Arc<ResourceSchema>>;

/// The type that describes every custom resource.
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

impl Table {
    /// Creates the table from the data in the program.
    pub fn new() -> Self {
        let frames = Arc::new(Frames::default());
        Self {
            types: (0..file::count(Names::Types))
                .map(|_| OnceLock::new())
                .collect(),
            extensions: Mutex::default(),
            services: Services::new(Arc::clone(&frames)),
            frames,
            patterns: Patterns::default(),
        }
    }

    /// Iterates over the names of all types, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        (0..file::count(Names::Types)).map(|position| file::name(Names::Types, position))
    }

    /// Returns whether there is a type with this name. `Custom::NAME` is one.
    pub fn contains(&self, name: &str) -> bool {
        position(name).is_some()
    }

    /// Returns the type with this name. `Custom::NAME` is `AWS::CloudFormation::CustomResource`.
    pub fn resource(&self, name: &str) -> Option<Arc<ResourceSchema>> {
        let position = position(name)?;
        let schema = self.types[position].get_or_init(|| {
            let frame = self.frames.content(Frame::Type(position));
            let name = file::name(Names::Types, position);
            Arc::new(ResourceSchema::decode(
                name,
                file::is_stateful(position),
                frame,
            ))
        });
        Some(Arc::clone(schema))
    }

    /// Returns the schema of an extension in a region, with its own definitions.
    ///
    /// Returns `None` when the extension does not apply there. An extension that differs by region
    /// ([`Extension::regions`]) needs a region.
    pub fn extension(
        &self,
        extension: &Extension,
        region: Option<Region>,
    ) -> Option<Arc<ResourceSchema>> {
        let region = match extension.regions {
            None => None,
            Some(regions) => Some(region.filter(|region| regions.contains(*region))?),
        };
        let key = (extension.frame, region);
        let cell = {
            let mut all = self
                .extensions
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_default())
        };
        // Other extensions do not wait while this one is decoded.
        let schema = cell.get_or_init(|| {
            let frame = self.frames.content(Frame::Extension(extension.frame));
            ResourceSchema::decode_extension(&extension.name, region, frame).map(Arc::new)
        });
        schema.clone()
    }

    /// Returns the services of IAM.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Returns the compiled patterns of the schemas.
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns whether deleting a resource of this type loses data that cannot be restored. Decodes
/// nothing.
pub fn is_stateful(name: &str) -> bool {
    position(name).is_some_and(file::is_stateful)
}

fn position(name: &str) -> Option<usize> {
    let name = match name.starts_with("Custom::") {
        true => CUSTOM_RESOURCE,
        false => name,
    };
    file::position(Names::Types, name)
}
