//! The values that cfn-lint knows beyond a type's own schema: instance types of a region, versions of an engine.

use std::collections::BTreeSet;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{
    Literal, PropertyPath, PropertyStep, ResourceSchema, Schema, Table,
};

use super::notes::one_of;

/// The values of a property, and the other properties that say which of them are taken.
#[derive(Debug, Default)]
struct Values {
    taken: BTreeSet<String>,
    by: BTreeSet<String>,
    /// Where that is so, unless everywhere.
    region: Option<Region>,
}

/// What is allowed beyond the type's own schema, in words.
pub(super) fn allowed(
    resource: &ResourceSchema,
    table: &Table,
    path: &PropertyPath,
    region: Region,
) -> Vec<String> {
    let mut found: Vec<Values> = Vec::new();
    for extension in &resource.extensions {
        let Some(way) = path.steps().strip_prefix(extension.path.steps()) else {
            continue;
        };
        if let Some(says) = table.extension(extension, Some(region)) {
            let mut values = Values {
                region: extension.regions.map(|_| region),
                ..Values::default()
            };
            values.collect(&says, &says.root, way);
            let is_new = found.iter().all(|known| known.taken != values.taken);
            if is_new && !values.taken.is_empty() {
                found.push(values);
            }
        }
    }
    // What a region has is less than what there is.
    if found.iter().any(|values| values.region.is_some()) {
        found.retain(|values| values.region.is_some());
    }
    found.iter().map(Values::note).collect()
}

impl Values {
    fn note(&self) -> String {
        let taken = self.taken.iter();
        let taken: Vec<Literal> = taken
            .map(|text| Literal::Text(text.as_str().into()))
            .collect();
        let mut note = one_of(&taken, usize::MAX);
        if let Some(region) = self.region {
            note = format!("in {}, {note}", region.as_str());
        }
        if !self.by.is_empty() {
            let by: Vec<&str> = self.by.iter().map(String::as_str).collect();
            note.push_str(&format!("; which of them depends on {}", by.join(", ")));
        }
        note
    }

    fn collect(&mut self, root: &ResourceSchema, schema: &Schema, way: &[PropertyStep]) {
        let schema = root.resolve(schema);
        if way.is_empty() {
            let texts = schema.values.iter().flat_map(|values| values.iter());
            self.taken.extend(texts.map(Literal::to_string));
        }
        match way.split_first() {
            Some((PropertyStep::Name(name), way)) => {
                if let Some(next) = schema.properties.get(name) {
                    self.collect(root, next, way);
                }
            }
            Some((PropertyStep::Each, way)) => {
                if let Some(next) = schema.items.as_deref() {
                    self.collect(root, next, way);
                }
            }
            None => {}
        }
        let Some(combined) = &schema.combined else {
            return;
        };
        for branch in combined.branches() {
            self.collect(root, branch, way);
        }
        if let Some(condition) = &combined.condition {
            let before = self.taken.len();
            for branch in condition.then.iter().chain(&condition.otherwise) {
                self.collect(root, branch, way);
            }
            if self.taken.len() > before {
                let asked = condition.test.properties.keys();
                let others =
                    asked.filter(|name| way.first() != Some(&PropertyStep::Name((*name).clone())));
                self.by.extend(others.map(ToString::to_string));
            }
        }
    }
}
