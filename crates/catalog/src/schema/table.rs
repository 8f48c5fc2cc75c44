//! The table: every resource type by name, decoded when it is first asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::file::{self, Frame, Frames, Names};
use crate::patterns::Patterns;

use super::{Extension, ResourceSchema, Services};
use crate::regions::Region;

/// Every resource type. Cheap to make: it decodes nothing, and keeps what it decoded, so that
/// one of a run is handed on by reference.
#[derive(Debug)]
pub struct Table {
    frames: Arc<Frames>,
    types: Box<[OnceLock<Arc<ResourceSchema>>]>,
    extensions: Mutex<Extensions>,
    services: Services,
    patterns: Patterns,
}

/// The extensions that were asked for, by frame and region.
type Extensions = HashMap<(usize, Option<Region>), Arc<OnceLock<Says>>>;

/// What an extension says in a region, if it says something.
type Says = Option<Arc<ResourceSchema>>;

/// The type that stands for every custom resource.
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

impl Table {
    /// The table that is part of the program.
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

    /// The names of all types, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        (0..file::count(Names::Types)).map(|position| file::name(Names::Types, position))
    }

    /// Whether there is a type of this name; `Custom::NAME` is one.
    pub fn contains(&self, name: &str) -> bool {
        position(name).is_some()
    }

    /// The type of this name. `Custom::NAME` is `AWS::CloudFormation::CustomResource`.
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

    /// What an extension says in a region, as a root with definitions of its own: nothing where it
    /// does not hold there. One that differs by region ([`Extension::regions`]) says nothing
    /// without one.
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
        let kept = {
            let mut all = self
                .extensions
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_default())
        };
        // The others are not kept waiting while this one is decoded.
        let says = kept.get_or_init(|| {
            let frame = self.frames.content(Frame::Extension(extension.frame));
            ResourceSchema::decode_extension(&extension.name, region, frame).map(Arc::new)
        });
        says.clone()
    }

    /// What IAM knows of the services.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The schemas' patterns, read when they are first asked for.
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether deleting a resource of this type loses what cannot be made again; decodes nothing.
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
