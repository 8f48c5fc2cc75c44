//! One resource type.

use std::sync::Arc;

use super::{
    ByName, DefinitionRef, Definitions, Extension, PropertyPath, PropertyStep, Schema, Types,
};
use crate::regions::Regions;

/// What CloudFormation says of one resource type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceSchema {
    /// Its name: `AWS::S3::Bucket`.
    pub name: Arc<str>,
    /// What its properties must be.
    pub root: Schema,
    /// The definitions to which `$ref` points.
    pub definitions: Definitions,
    /// Properties that CloudFormation sets and a template must not.
    pub read_only: Vec<PropertyPath>,
    /// Properties that cannot be read back.
    pub write_only: Vec<PropertyPath>,
    /// Properties whose change replaces the resource.
    pub create_only: Vec<PropertyPath>,
    /// Properties whose change may replace the resource.
    pub conditional_create_only: Vec<PropertyPath>,
    /// Properties that should not be used any more.
    pub deprecated: Vec<PropertyPath>,
    /// The properties that identify it together.
    pub primary_identifier: Vec<PropertyPath>,
    /// Further sets of properties that identify it.
    pub additional_identifiers: Vec<Vec<PropertyPath>>,
    /// What `Fn::GetAtt` gives, by name; [`ResourceSchema::attribute`] knows the open ones too.
    pub attributes: ByName<Attribute>,
    /// Attributes that have no fixed name.
    pub open_attributes: OpenAttributes,
    /// What `Ref` gives.
    pub reference: Attribute,
    /// Whether and how it is tagged; nothing where the source does not say.
    pub tagging: Option<Tagging>,
    /// Whether deleting it loses what cannot be made again.
    pub stateful: bool,
    /// What its handlers need to be allowed.
    pub permissions: Permissions,
    /// Where it is offered.
    pub regions: Regions,
    /// Further schemas of its properties.
    pub extensions: Vec<Extension>,
    /// Whether its service is being given up.
    pub lifecycle: Option<Lifecycle>,
    /// What comes first when it is replaced.
    pub replacement_order: ReplacementOrder,
}

/// A value that a resource gives: an attribute, or what `Ref` gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribute {
    /// The property that it is, if it is one; [`ResourceSchema::property`] finds its schema.
    pub path: Option<PropertyPath>,
    /// Its types: of `Ref` and most attributes a string.
    pub kind: Types,
    /// Its format: `AWS::EC2::SecurityGroup.Id`.
    pub format: Option<Arc<str>>,
    /// A list's items.
    pub item: Option<Item>,
}

/// The items of an attribute that is a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Their types.
    pub kind: Types,
    /// Their format.
    pub format: Option<Arc<str>>,
}

/// Attributes without a fixed name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OpenAttributes {
    /// None.
    #[default]
    None,
    /// `Outputs.NAME`, texts: of nested stacks and what works like one.
    Outputs,
    /// Any: of custom resources.
    Any,
}

/// Whether and how a resource is tagged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tagging {
    /// Whether it can be tagged at all.
    pub taggable: bool,
    /// Whether its tags can be changed without replacement_order it.
    pub updatable: bool,
    /// Whether CloudFormation's own tags (`aws:cloudformation:…`) are put on it.
    pub system_tags: bool,
    /// The property that takes the tags.
    pub property: Option<PropertyPath>,
    /// What tagging needs to be allowed.
    pub permissions: Vec<Arc<str>>,
}

/// The IAM actions that each of a type's handlers calls: `s3:CreateBucket`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// To create one.
    pub create: Vec<Arc<str>>,
    /// To read one.
    pub read: Vec<Arc<str>>,
    /// To change one.
    pub update: Vec<Arc<str>>,
    /// To delete one.
    pub delete: Vec<Arc<str>>,
    /// To list them.
    pub list: Vec<Arc<str>>,
}

/// That a service is being given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// How far it is.
    pub status: LifecycleStatus,
    /// Since or from when, as `2026-05-20`, where it is known.
    pub date: Option<Arc<str>>,
}

/// How far a service that is given up has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LifecycleStatus {
    /// It gets no new features; who uses it may go on.
    Maintenance,
    /// It takes no new customers and will end.
    Sunset,
    /// It has ended or ends on the date: nothing can be created.
    Shutdown,
}

/// What comes first when a resource is replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReplacementOrder {
    /// The new one, as CloudFormation does unless told otherwise.
    #[default]
    CreateFirst,
    /// The old one goes first.
    DeleteFirst,
}

impl ResourceSchema {
    /// The definition, which may be another reference.
    pub fn definition(&self, definition: DefinitionRef) -> Option<&Schema> {
        let found = match definition {
            DefinitionRef::Named(position) => self.definitions.get_index(position),
            DefinitionRef::Property(position) => self.root.properties.get_index(position),
        };
        found.map(|(_, schema)| schema)
    }

    /// The schema that holds: the one that it refers to, or itself.
    ///
    /// A reference that leads nowhere or in a circle leaves the schema as it is.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let mut at = schema;
        for _ in 0..=self.definitions.len() {
            match at.definition.and_then(|found| self.definition(found)) {
                Some(next) => at = next,
                None => return at,
            }
        }
        schema
    }

    /// The schema of the property at a path, through references, lists, and branches
    /// (`anyOf`, `allOf`, `oneOf`); the first that names it.
    pub fn property(&self, path: &PropertyPath) -> Option<&Schema> {
        self.walk(&self.root, path.steps())
    }

    fn walk<'a>(&'a self, schema: &'a Schema, steps: &[PropertyStep]) -> Option<&'a Schema> {
        let schema = self.resolve(schema);
        let Some((step, rest)) = steps.split_first() else {
            return Some(schema);
        };
        let next = match step {
            PropertyStep::Name(name) => schema.properties.get(name),
            PropertyStep::Each => schema
                .items
                .as_deref()
                .or_else(|| schema.pattern_properties.first().map(|(_, schema)| schema)),
        };
        next.and_then(|next| self.walk(next, rest)).or_else(|| {
            let mut branches = schema.combined.iter().flat_map(|one| one.branches());
            branches.find_map(|one| self.walk(one, steps))
        })
    }

    /// What `Fn::GetAtt` gives under this name (`Endpoint.Address`), if anything.
    pub fn attribute(&self, name: &str) -> Option<Attribute> {
        let open = match self.open_attributes {
            OpenAttributes::None => None,
            OpenAttributes::Outputs => name
                .strip_prefix("Outputs.")
                .map(|_| Attribute::of_type(super::Type::String)),
            OpenAttributes::Any => Some(Attribute::default()),
        };
        self.attributes.get(name).cloned().or(open)
    }

    /// Whether the property, or something around it, is read-only.
    pub fn is_read_only(&self, path: &PropertyPath) -> bool {
        self.read_only.iter().any(|found| found.covers(path))
    }

    /// Whether a change of the property, or of something around it, replaces the resource.
    pub fn is_create_only(&self, path: &PropertyPath) -> bool {
        self.create_only.iter().any(|found| found.covers(path))
    }
}

impl Attribute {
    /// A value of one type and no format.
    pub(super) fn of_type(kind: super::Type) -> Self {
        Self {
            kind: [kind].into_iter().collect(),
            ..Self::default()
        }
    }
}
