//! The description of one resource type.

use std::sync::Arc;

use super::{
    ByName, DefinitionRef, Definitions, Lifecycle, PropertyPath, PropertyStep, Schema, Types,
};
use crate::regions::Regions;

/// CloudFormation's description of one resource type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceSchema {
    /// The type's name: `AWS::S3::Bucket`.
    pub name: Arc<str>,
    /// The schema of its properties.
    pub root: Schema,
    /// The definitions that `$ref` refers to.
    pub definitions: Definitions,
    /// Properties that CloudFormation sets and a template must not.
    pub read_only: Vec<PropertyPath>,
    /// Properties that cannot be read back.
    pub write_only: Vec<PropertyPath>,
    /// Properties whose change replaces the resource.
    pub create_only: Vec<PropertyPath>,
    /// Properties whose change may replace the resource.
    pub conditional_create_only: Vec<PropertyPath>,
    /// Deprecated properties.
    pub deprecated: Vec<PropertyPath>,
    /// The properties that together identify a resource.
    pub primary_identifier: Vec<PropertyPath>,
    /// Other sets of properties that identify a resource.
    pub additional_identifiers: Vec<Vec<PropertyPath>>,
    /// The attributes of `Fn::GetAtt` with fixed names. [`ResourceSchema::attribute`] also finds
    /// others.
    pub attributes: ByName<Attribute>,
    /// The attributes without a fixed name.
    pub open_attributes: OpenAttributes,
    /// The value of `Ref`.
    pub reference: Attribute,
    /// The type's support of tags, or `None` when the source does not state it.
    pub tagging: Option<Tagging>,
    /// True if deleting a resource loses data that cannot be restored.
    pub stateful: bool,
    /// The permissions that its handlers need.
    pub permissions: Permissions,
    /// The regions where the type is available.
    pub regions: Regions,
    /// Additional schemas of its properties.
    pub extensions: Vec<Extension>,
    /// The retirement of its service, if it is announced.
    pub lifecycle: Option<Lifecycle>,
    /// The order of creation and deletion in a replacement.
    pub replacement_order: ReplacementOrder,
}

/// An additional schema of some properties, from one of cfn-lint's rules.
///
/// [`Table::extension`] decodes it apart from the type, because schemas with lists for each region
/// are large.
///
/// [`Table::extension`]: super::Table::extension
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// The code of the cfn-lint rule: `E3677`.
    pub rule: Arc<str>,
    /// The source's name: `s3_locations` of `aws_codebuild_project`.
    pub name: Arc<str>,
    /// The value that the schema applies to. The empty path means all properties.
    pub path: PropertyPath,
    /// The regions for which it has a schema, if it differs by region.
    pub regions: Option<Regions>,
    /// The position of its frame in the file.
    pub(super) frame: usize,
}

/// An attribute of a resource, or the value of `Ref`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribute {
    /// The property that has the same value, if there is one. [`ResourceSchema::property`] finds
    /// its schema.
    pub path: Option<PropertyPath>,
    /// The types of the value. Most values are strings.
    pub kind: Types,
    /// The format of the value: `AWS::EC2::SecurityGroup.Id`.
    pub format: Option<Arc<str>>,
    /// The items of a list.
    pub item: Option<Item>,
}

/// The items of an attribute that is a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// The types of the items.
    pub kind: Types,
    /// The format of the items.
    pub format: Option<Arc<str>>,
}

/// The attributes without a fixed name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OpenAttributes {
    /// No attributes.
    #[default]
    None,
    /// The strings `Outputs.NAME` of nested stacks and similar types.
    Outputs,
    /// Any attribute, as of custom resources.
    Any,
}

/// A type's support of tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tagging {
    /// True if resources can have tags.
    pub taggable: bool,
    /// True if tags can change without replacing the resource.
    pub updatable: bool,
    /// True if CloudFormation adds its own tags (`aws:cloudformation:…`).
    pub system_tags: bool,
    /// The property that holds the tags.
    pub property: Option<PropertyPath>,
    /// The permissions that tagging needs.
    pub permissions: Vec<Arc<str>>,
}

/// The IAM actions that each handler of a type calls: `s3:CreateBucket`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// The actions of the create handler.
    pub create: Vec<Arc<str>>,
    /// The actions of the read handler.
    pub read: Vec<Arc<str>>,
    /// The actions of the update handler.
    pub update: Vec<Arc<str>>,
    /// The actions of the delete handler.
    pub delete: Vec<Arc<str>>,
    /// The actions of the list handler.
    pub list: Vec<Arc<str>>,
}

/// The order of creation and deletion in a replacement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReplacementOrder {
    /// The new resource is created first. This is CloudFormation's default.
    #[default]
    CreateFirst,
    /// The old resource is deleted first.
    DeleteFirst,
}

impl ResourceSchema {
    /// Returns the definition, which may be another reference.
    pub fn definition(&self, definition: DefinitionRef) -> Option<&Schema> {
        let found = match definition {
            DefinitionRef::Named(position) => self.definitions.get_index(position),
            DefinitionRef::Property(position) => self.root.properties.get_index(position),
        };
        found.map(|(_, schema)| schema)
    }

    /// Follows the references of a schema.
    ///
    /// A reference that does not exist, or is circular, returns the schema itself.
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

    /// Returns the schema of the property at a path. It follows references, lists and branches
    /// (`anyOf`, `allOf`, `oneOf`) and returns the first schema found.
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

    /// Returns the attribute with this name, such as `Endpoint.Address`.
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

    /// Returns whether the property or one of its parents is read-only.
    pub fn is_read_only(&self, path: &PropertyPath) -> bool {
        self.read_only.iter().any(|found| found.covers(path))
    }

    /// Returns whether a change of the property or one of its parents replaces the resource.
    pub fn is_create_only(&self, path: &PropertyPath) -> bool {
        self.create_only.iter().any(|found| found.covers(path))
    }
}

impl Attribute {
    /// Creates an attribute of one type without a format.
    pub(super) fn of_type(kind: super::Type) -> Self {
        Self {
            kind: [kind].into_iter().collect(),
            ..Self::default()
        }
    }
}
