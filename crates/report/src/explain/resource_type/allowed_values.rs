//! The allowed values that cfn-lint knows in addition to a type's schema, such as the instance types of a region.

use std::collections::BTreeSet;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{
    Literal, PropertyPath, PropertyStep, ResourceSchema, Schema, Table,
};

use super::notes::one_of;

/// The allowed values of a property, and the properties that they depend on.
#[derive(Debug, Default)]
struct AllowedValues {
    values: BTreeSet<String>,
    depends_on: BTreeSet<String>,
    /// The region that the values belong to, unless they are the same everywhere.
    region: Option<Region>,
}

/// Describes the allowed values that are not in the type's own schema.
pub(super) fn allowed_values(
    resource: &ResourceSchema,
    table: &Table,
    path: &PropertyPath,
    region: Region,
) -> Vec<String> {
    let mut found: Vec<AllowedValues> = Vec::new();
    for extension in &resource.extensions {
        let Some(path_below) = path.steps().strip_prefix(extension.path.steps()) else {
            continue;
        };
        if let Some(extension_schema) = table.extension(extension, Some(region)) {
            let mut values = AllowedValues {
                region: extension.regions.map(|_| region),
                ..AllowedValues::default()
            };
            values.collect(&extension_schema, &extension_schema.root, path_below);
            let is_new = found.iter().all(|known| known.values != values.values);
            if is_new && !values.values.is_empty() {
                found.push(values);
            }
        }
    }
    // The values of a region are a subset of all values.
    if found.iter().any(|values| values.region.is_some()) {
        found.retain(|values| values.region.is_some());
    }
    found.iter().map(AllowedValues::note).collect()
}

impl AllowedValues {
    fn note(&self) -> String {
        let taken = self.values.iter();
        let taken: Vec<Literal> = taken
            .map(|text| Literal::Text(text.as_str().into()))
            .collect();
        let mut note = one_of(&taken, usize::MAX);
        if let Some(region) = self.region {
            note = format!("in {}, {note}", region.as_str());
        }
        if !self.depends_on.is_empty() {
            let by: Vec<&str> = self.depends_on.iter().map(String::as_str).collect();
            note.push_str(&format!("; which of them depends on {}", by.join(", ")));
        }
        note
    }

    fn collect(&mut self, root: &ResourceSchema, schema: &Schema, path: &[PropertyStep]) {
        let schema = root.resolve(schema);
        if path.is_empty() {
            let texts = schema.values.iter().flat_map(|values| values.iter());
            self.values.extend(texts.map(Literal::to_string));
        }
        match path.split_first() {
            Some((PropertyStep::Name(name), path)) => {
                if let Some(next) = schema.properties.get(name) {
                    self.collect(root, next, path);
                }
            }
            Some((PropertyStep::Each, path)) => {
                if let Some(next) = schema.items.as_deref() {
                    self.collect(root, next, path);
                }
            }
            None => {}
        }
        let Some(combined) = &schema.combined else {
            return;
        };
        for branch in combined.branches() {
            self.collect(root, branch, path);
        }
        if let Some(condition) = &combined.condition {
            let before = self.values.len();
            for branch in condition.then.iter().chain(&condition.otherwise) {
                self.collect(root, branch, path);
            }
            if self.values.len() > before {
                let conditions = condition.test.properties.keys();
                let others = conditions
                    .filter(|name| path.first() != Some(&PropertyStep::Name((*name).clone())));
                self.depends_on.extend(others.map(ToString::to_string));
            }
        }
    }
}
