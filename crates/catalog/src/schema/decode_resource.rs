//! Decodes resource types, extensions and services.

use std::sync::Arc;

use super::decode::Reader;
use super::format::{HANDLERS, PROPERTY_LISTS, STATUSES};
use super::{
    Action, Attribute, ByName, Definitions, Extension, IamResource, Item, Lifecycle,
    OpenAttributes, Permissions, ReplacementOrder, ResourceSchema, Service, Tagging,
};
use crate::regions::Region;

impl ResourceSchema {
    /// Decodes a type's frame.
    pub(super) fn decode(name: &str, stateful: bool, frame: Vec<u8>) -> Self {
        let mut reader = Reader::new(frame);
        let mut schema = reader.record(name);
        schema.stateful = stateful;
        let property_lists = PROPERTY_LISTS.map(|_| reader.paths());
        [
            schema.read_only,
            schema.write_only,
            schema.create_only,
            schema.conditional_create_only,
            schema.deprecated,
            schema.primary_identifier,
        ] = property_lists;
        schema.additional_identifiers = reader.many(Reader::paths);
        schema.attributes = reader.named(Reader::attribute);
        schema.open_attributes = match reader.count() {
            0 => OpenAttributes::None,
            1 => OpenAttributes::Outputs,
            _ => OpenAttributes::Any,
        };
        schema.reference = reader.attribute();
        schema.tagging = reader.optional(Reader::tagging);
        let [create, read, update, delete, list] = HANDLERS.map(|_| reader.texts());
        schema.permissions = Permissions {
            create,
            read,
            update,
            delete,
            list,
        };
        schema.regions = reader.regions();
        schema.extensions = reader.many(Reader::extension);
        schema.lifecycle = reader.lifecycle();
        schema.replacement_order = match reader.flag() {
            false => ReplacementOrder::CreateFirst,
            true => ReplacementOrder::DeleteFirst,
        };
        reader.end();
        schema
    }

    /// Decodes the schema of an extension for a region. Returns `None` when it has none for the
    /// region.
    pub(super) fn decode_extension(
        name: &str,
        region: Option<Region>,
        frame: Vec<u8>,
    ) -> Option<Self> {
        let mut reader = Reader::new(frame);
        let shared = reader.count();
        if shared == 0 {
            let schema = reader.record(name);
            reader.end();
            return Some(schema);
        }
        let region = region?;
        (0..shared)
            .map(|_| (reader.regions(), reader.part()))
            .find(|(regions, _)| regions.contains(region))
            .map(|(_, mut part)| part.record(name))
    }
}

impl Service {
    /// Decodes a service's frame.
    pub(super) fn decode(frame: Vec<u8>) -> Self {
        let mut reader = Reader::new(frame);
        let service = Self {
            resources: reader.named(|reader| IamResource {
                arn_formats: reader.texts(),
                condition_keys: reader.texts(),
            }),
            actions: reader.actions(),
        };
        reader.end();
        service
    }
}

impl Reader {
    /// Reads the actions of a service. Their keys are lower case.
    fn actions(&mut self) -> ByName<Action> {
        let one = |reader: &mut Self| {
            let name = reader.text();
            let resources = reader.many(Self::count);
            (name.to_lowercase().into(), Action { name, resources })
        };
        self.many(one).into_iter().collect()
    }

    /// Reads the schema of the properties, and its definitions.
    fn record(&mut self, name: &str) -> ResourceSchema {
        ResourceSchema {
            name: Arc::from(name),
            root: self.schema(),
            definitions: Definitions::read(self),
            ..ResourceSchema::default()
        }
    }

    fn attribute(&mut self) -> Attribute {
        let path = self.optional(Self::path);
        let kind = self.types();
        let format = self.optional(Self::text);
        let item = self.optional(|reader| Item {
            kind: reader.types(),
            format: reader.optional(Reader::text),
        });
        Attribute {
            path,
            kind,
            format,
            item,
        }
    }

    fn tagging(&mut self) -> Tagging {
        let flags = self.count();
        Tagging {
            taggable: flags & 1 != 0,
            updatable: flags & 2 != 0,
            system_tags: flags & 4 != 0,
            property: self.optional(Self::path),
            permissions: self.texts(),
        }
    }

    fn extension(&mut self) -> Extension {
        Extension {
            rule: self.text(),
            name: self.text(),
            path: self.path(),
            regions: self.optional(Self::regions),
            frame: self.count(),
        }
    }

    fn lifecycle(&mut self) -> Option<Lifecycle> {
        let position = self.count().checked_sub(1)?;
        let (_, status) = STATUSES[position];
        Some(Lifecycle {
            status,
            date: self.optional(Self::text),
        })
    }
}
