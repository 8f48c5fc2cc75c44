//! A resource type, or one of its properties, as the schema table knows it.

mod about;
mod further;
mod notes;
mod property;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{PropertyPath, ResourceSchema, Schema, Table};
use serde_json::{Value, json};

use self::about::{attribute_kind, attributes, beside, paths, reference, sentences};
use self::notes::own_notes;
pub use self::property::descend;
use self::property::{Property, each, inner, kind, properties, together};
use super::example::example;
use crate::page::{Block, Page};

/// The whole type as a page.
pub fn page(resource: &ResourceSchema, table: &Table) -> Page {
    let mut page = Page::new(&*resource.name);
    page.beside = beside(resource).join(" · ");
    for sentence in sentences(resource) {
        page.blocks.push(Block::Prose(sentence));
    }
    let properties = properties(resource, &resource.root, &PropertyPath::default());
    page.rows("Properties", rows(&properties));
    page.rows("Together", together(resource, &resource.root));
    page.rows("Attributes, by Fn::GetAtt", attributes(resource));
    page.blocks.push(Block::Prose(
        "In a stack's TOML, with no more than it must have:".to_owned(),
    ));
    page.blocks.push(Block::Code(example(resource, table)));
    page
}

/// The whole type for programs.
pub fn json(resource: &ResourceSchema, table: &Table) -> String {
    let properties = properties(resource, &resource.root, &PropertyPath::default());
    let attributes: serde_json::Map<String, Value> = resource
        .attributes
        .iter()
        .map(|(name, attribute)| (name.to_string(), json!(attribute_kind(attribute))))
        .collect();
    let regions: Vec<&str> = resource
        .regions
        .iter()
        .map(|region| region.as_str())
        .collect();
    let document = json!({
        "format": 1,
        "kind": "resource_type",
        "name": &*resource.name,
        "properties": properties.iter().map(property_json).collect::<Vec<_>>(),
        "read_only": paths(&resource.read_only),
        "write_only": paths(&resource.write_only),
        "create_only": paths(&resource.create_only),
        "conditional_create_only": paths(&resource.conditional_create_only),
        "deprecated": paths(&resource.deprecated),
        "primary_identifier": paths(&resource.primary_identifier),
        "ref": reference(resource),
        "attributes": attributes,
        "stateful": resource.stateful,
        "taggable": resource.tagging.as_ref().map(|tagging| tagging.taggable),
        "regions": regions,
        "example": example(resource, table),
    });
    format!("{document:#}\n")
}

/// One property of a type, and what lies below it.
pub struct Part {
    name: String,
    kind: String,
    notes: Vec<String>,
    properties: Vec<Property>,
    together: Vec<Vec<String>>,
}

/// The property of a type to which `path` leads; what differs by region is told of `region`.
pub fn part(
    resource: &ResourceSchema,
    table: &Table,
    (path, schema): (&PropertyPath, &Schema),
    region: Region,
) -> Part {
    let inner = inner(resource, schema);
    let below = match inner.depth {
        0 => path.clone(),
        _ => each(path),
    };
    let mut notes = own_notes(resource, path, schema);
    notes.extend(further::allowed(resource, table, path, region));
    Part {
        name: format!("{}.{path}", resource.name),
        kind: kind(resource, schema),
        notes,
        properties: properties(resource, inner.schema, &below),
        together: together(resource, inner.schema),
    }
}

impl Part {
    /// For people.
    pub fn page(&self) -> Page {
        let mut page = Page::new(&self.name);
        page.beside = self.kind.clone();
        let notes = self.notes.iter().map(|note| vec![note.clone()]);
        page.rows("", notes.collect());
        page.rows("Properties", rows(&self.properties));
        page.rows("Together", self.together.clone());
        page
    }

    /// For programs.
    pub fn json(&self) -> String {
        let document = json!({
            "format": 1,
            "kind": "property",
            "name": self.name,
            "type": self.kind,
            "notes": self.notes,
            "properties": self.properties.iter().map(property_json).collect::<Vec<_>>(),
        });
        format!("{document:#}\n")
    }
}

fn rows(properties: &[Property]) -> Vec<Vec<String>> {
    properties
        .iter()
        .map(|property| {
            let mut notes = property.notes.clone();
            if property.required {
                notes.insert(0, "required".to_owned());
            }
            vec![
                property.name.clone(),
                property.kind.clone(),
                notes.join("; "),
            ]
        })
        .collect()
}

fn property_json(property: &Property) -> Value {
    json!({
        "name": property.name,
        "type": property.kind,
        "required": property.required,
        "notes": property.notes,
    })
}
