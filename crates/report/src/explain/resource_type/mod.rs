//! The pages about a resource type and about one of its properties, from the schema table.

mod allowed_values;
mod notes;
mod property;
mod type_facts;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{PropertyPath, ResourceSchema, Schema, Table};
use serde_json::{Value, json};

use self::notes::own_notes;
pub use self::property::descend;
use self::property::{
    Property, combination_rules, element_type, item_path, properties, type_label,
};
use self::type_facts::{attribute_kind, attributes, paths, reference, sentences, short_facts};
use super::example::example;
use crate::page::{Block, Page};

/// Renders a resource type as a page.
pub fn page(resource: &ResourceSchema, table: &Table) -> Page {
    let mut page = Page::new(&*resource.name);
    page.subtitle = short_facts(resource).join(" · ");
    for sentence in sentences(resource) {
        page.blocks.push(Block::Prose(sentence));
    }
    let properties = properties(resource, &resource.root, &PropertyPath::default());
    page.rows("Properties", rows(&properties));
    page.rows("Combinations", combination_rules(resource, &resource.root));
    page.rows("Attributes (Fn::GetAtt)", attributes(resource));
    page.blocks.push(Block::Prose(
        "An example with the required properties:".to_owned(),
    ));
    page.blocks.push(Block::Code(example(resource, table)));
    page
}

/// Renders a resource type as JSON.
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

/// A property of a resource type and its nested properties.
pub struct PropertyDetails {
    name: String,
    kind: String,
    notes: Vec<String>,
    properties: Vec<Property>,
    combinations: Vec<Vec<String>>,
}

/// Returns the details of the property at `path`; values that differ by region are those of `region`.
pub fn property_details(
    resource: &ResourceSchema,
    table: &Table,
    (path, schema): (&PropertyPath, &Schema),
    region: Region,
) -> PropertyDetails {
    let inner = element_type(resource, schema);
    let below = match inner.depth {
        0 => path.clone(),
        _ => item_path(path),
    };
    let mut notes = own_notes(resource, path, schema);
    notes.extend(allowed_values::allowed_values(
        resource, table, path, region,
    ));
    PropertyDetails {
        name: format!("{}.{path}", resource.name),
        kind: type_label(resource, schema),
        notes,
        properties: properties(resource, inner.schema, &below),
        combinations: combination_rules(resource, inner.schema),
    }
}

impl PropertyDetails {
    /// Renders the property as a page.
    pub fn page(&self) -> Page {
        let mut page = Page::new(&self.name);
        page.subtitle = self.kind.clone();
        let notes = self.notes.iter().map(|note| vec![note.clone()]);
        page.rows("", notes.collect());
        page.rows("Properties", rows(&self.properties));
        page.rows("Combinations", self.combinations.clone());
        page
    }

    /// Renders the property as JSON.
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
