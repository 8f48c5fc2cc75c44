//! A minimal example of a resource type: the required properties, with values that the schema accepts.
//!
//! [`required`] chooses the properties; [`text`], [`pattern`] and [`policy`] generate values; [`toml`] prints them.

mod pattern;
mod policy;
mod required;
mod text;
mod toml;

use std::sync::Arc;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{
    Literal, PropertyPath, PropertyStep, ResourceSchema, Schema, Table, Type,
};
use serde_json::{Map, Value, json};

use self::required::RequiredProperties;

/// The region of the example, for values that differ by region.
const REGION: &str = "us-east-1";

/// The maximum nesting of generated values. No type requires nearly as much.
const MAX_DEPTH: usize = 24;

/// Returns the TOML table of an example resource, for a stack's file.
pub fn example(resource: &ResourceSchema, table: &Table) -> String {
    let id = resource.name.rsplit("::").next().unwrap_or("Resource");
    let mut text = format!("[{id}]\ntype = {}\n", toml::quoted(&resource.name));
    if let Value::Object(properties) = required_properties(resource, table) {
        for (name, value) in &properties {
            text.push_str(&format!(
                "{} = {}\n",
                toml::property_key(name),
                toml::inline_value(value)
            ));
        }
    }
    text
}

/// Returns the required properties of a resource, with values.
fn required_properties(resource: &ResourceSchema, table: &Table) -> Value {
    let region = Region::named(REGION);
    let generator = ValueGenerator {
        resource,
        extensions: resource
            .extensions
            .iter()
            .filter_map(|extension| Some((&extension.path, table.extension(extension, region)?)))
            .collect(),
    };
    let mut value = generator.object(&resource.root, &PropertyPath::default(), 0);
    if let Value::Object(map) = &mut value {
        map.retain(|name, _| {
            let path: PropertyPath = [PropertyStep::Name(name.as_str().into())]
                .into_iter()
                .collect();
            !resource.is_read_only(&path)
        });
    }
    value
}

/// Generates values of a resource type's schemas.
struct ValueGenerator<'a> {
    resource: &'a ResourceSchema,
    /// The extensions of the type's schema, each with the path that it applies to.
    extensions: Vec<(&'a PropertyPath, Arc<ResourceSchema>)>,
}

impl ValueGenerator<'_> {
    /// Generates a value that matches a schema.
    fn value(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let schema = self.resource.resolve(schema);
        let combined = schema.combined.as_deref();
        let mut fixed = self
            .extensions_at(path)
            .filter_map(|extension| allowed_value(&extension.root));
        if let Some(value) = fixed.next().or_else(|| allowed_value(schema)) {
            return value;
        }
        let branch = combined.and_then(|combined| {
            let mut branches = combined
                .one_of
                .iter()
                .chain(&combined.any_of)
                .chain(&combined.all_of);
            branches.find(|branch| describes_text(self.resource.resolve(branch)))
        });
        match (self.value_type(schema), branch) {
            (Some(Type::Object), _) => self.object(schema, path, depth),
            (Some(Type::Array), _) => self.list(schema, path, depth),
            (Some(Type::String) | None, Some(branch)) if depth < MAX_DEPTH => {
                self.value(branch, path, depth + 1)
            }
            (Some(Type::String), _) => match policy::document(&self.resource.name, path, schema) {
                Some(document) => Value::String(document.to_string()),
                None => Value::String(text::text(schema, path)),
            },
            (Some(Type::Integer), _) => json!(number(schema).ceil() as i64),
            (Some(Type::Number), _) => json!(number(schema)),
            (Some(Type::Boolean), _) => Value::Bool(true),
            (Some(Type::Null), _) => Value::Null,
            (None, _) => Value::String("example".to_owned()),
        }
    }

    /// Chooses a type that the schema accepts. Structured types come first, because they show more.
    fn value_type(&self, schema: &Schema) -> Option<Type> {
        let order = [
            Type::Object,
            Type::Array,
            Type::String,
            Type::Boolean,
            Type::Integer,
            Type::Number,
        ];
        let declared = order.into_iter().find(|kind| schema.types.names(*kind));
        match declared {
            None if !schema.properties.is_empty() => Some(Type::Object),
            declared => declared,
        }
    }

    fn list(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let path = step(path, PropertyStep::Each);
        let count = schema.item_count.min.unwrap_or(1).max(1);
        let prefix_items = schema
            .combined
            .as_deref()
            .map(|combined| combined.prefix_items.as_slice());
        let items = (0..count).map(|index| {
            let prefix = prefix_items.and_then(|items| items.get(index as usize));
            let schema = prefix.or(schema.items.as_deref());
            let item = schema.map_or(json!("example"), |schema| {
                self.value(schema, &path, depth + 1)
            });
            match item {
                // The items of a list often must be unique.
                Value::String(item) if index > 0 => Value::String(text::variant(&item, index)),
                item => item,
            }
        });
        Value::Array(items.collect())
    }

    fn object(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let schema = self.resource.resolve(schema);
        if let Some(document) = policy::document(&self.resource.name, path, schema) {
            return document;
        }
        let mut map = Map::new();
        if depth >= MAX_DEPTH {
            return Value::Object(map);
        }
        let mut required = RequiredProperties::of(schema);
        let mut parts = vec![schema];
        required.add_combined(self.resource, schema, &mut parts);
        for extension in self.extensions_at(path) {
            required.add_extension(extension, &extension.root);
        }
        let mut index = 0;
        while let Some(name) = required.get(index) {
            index += 1;
            let combined = parts.iter().filter_map(|part| part.combined.as_deref());
            for names in combined.filter_map(|combined| combined.dependent_required.get(name)) {
                required.add(names);
            }
            let below = step(path, PropertyStep::Name(name.into()));
            if self.resource.is_read_only(&below) {
                continue;
            }
            let schemas = parts.iter().filter_map(|part| part.properties.get(name));
            let most_specific =
                schemas.max_by_key(|schema| specificity(self.resource.resolve(schema)));
            if let Some(schema) = most_specific {
                let value = self.extension_value(path, name);
                let value = value.unwrap_or_else(|| self.value(schema, &below, depth + 1));
                map.insert(name.to_owned(), value);
            }
        }
        if map.is_empty() && schema.properties.is_empty() {
            self.add_pattern_property(schema, path, depth, &mut map);
        }
        self.add_optional(schema, path, depth, &mut map);
        Value::Object(map)
    }

    /// Adds optional properties until the object has the minimum number of properties.
    fn add_optional(
        &self,
        schema: &Schema,
        path: &PropertyPath,
        depth: usize,
        map: &mut Map<String, Value>,
    ) {
        let combined = schema.combined.as_deref();
        let minimum = combined.and_then(|combined| combined.property_count.min);
        for (name, below) in &schema.properties {
            let path = step(path, PropertyStep::Name(name.clone()));
            if map.len() as u64 >= minimum.unwrap_or(0) || self.resource.is_read_only(&path) {
                continue;
            }
            map.entry(name.to_string())
                .or_insert_with(|| self.value(below, &path, depth + 1));
        }
    }

    /// Returns the value that an extension allows for a property of the object at `path`.
    fn extension_value(&self, path: &PropertyPath, name: &str) -> Option<Value> {
        self.extensions_at(path).find_map(|extension| {
            let schema = extension.resolve(&extension.root).properties.get(name)?;
            allowed_value(extension.resolve(schema))
        })
    }

    /// Returns the extensions that apply to `path`.
    fn extensions_at<'p>(
        &'p self,
        path: &'p PropertyPath,
    ) -> impl Iterator<Item = &'p ResourceSchema> {
        let extensions = self.extensions.iter();
        extensions.filter_map(move |(at, extension)| (*at == path).then_some(&**extension))
    }

    /// Adds an entry to a table whose keys must match a pattern.
    fn add_pattern_property(
        &self,
        schema: &Schema,
        path: &PropertyPath,
        depth: usize,
        map: &mut Map<String, Value>,
    ) {
        let path = step(path, PropertyStep::Each);
        if let Some((pattern, below)) = schema.pattern_properties.first() {
            let name = pattern::shortest_match(pattern).unwrap_or_else(|| "Key".to_owned());
            map.insert(name, self.value(below, &path, depth + 1));
        }
    }
}

/// Returns the path one step further down.
fn step(path: &PropertyPath, step: PropertyStep) -> PropertyPath {
    path.steps().iter().cloned().chain([step]).collect()
}

/// Returns whether the schema restricts a text.
fn describes_text(schema: &Schema) -> bool {
    !schema.types.is_any() || schema.pattern.is_some() || schema.values.is_some()
}

/// Returns a number that is greater the more the schema restricts a value.
fn specificity(schema: &Schema) -> usize {
    usize::from(allowed_value(schema).is_some()) * 4
        + usize::from(!schema.types.is_any()) * 2
        + usize::from(schema.pattern.is_some())
}

/// Returns the schema's constant or its first allowed value.
fn allowed_value(schema: &Schema) -> Option<Value> {
    let combined = schema.combined.as_deref();
    let constant = combined.and_then(|combined| combined.constant.as_ref());
    let any_case = || combined?.case_insensitive_values.as_ref()?.first();
    let values = || schema.values.as_ref()?.first();
    let literal = constant.or_else(values).or_else(any_case)?;
    Some(match literal {
        Literal::Text(text) => json!(&**text),
        Literal::Integer(number) => json!(number),
        Literal::Number(number) => json!(number),
        Literal::Boolean(truth) => json!(truth),
        Literal::Null => Value::Null,
    })
}

/// Returns a number in the schema's range: 1 if the range contains it.
fn number(schema: &Schema) -> f64 {
    let combined = schema.combined.as_deref();
    let above_exclusive = combined
        .and_then(|combined| combined.exclusive_minimum)
        .map(|minimum| minimum + 1.0);
    let minimum = schema.range.min.or(above_exclusive).unwrap_or(1.0);
    let maximum = schema.range.max.unwrap_or(f64::MAX);
    let number = match minimum <= 0.0 && maximum >= 1.0 {
        true => 1.0,
        false => minimum,
    };
    let factor = combined
        .and_then(|combined| combined.multiple_of)
        .filter(|factor| *factor > 0.0);
    let number = factor.map_or(number, |factor| (number / factor).ceil() * factor);
    number.min(maximum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_blueprint::{MemoryFiles, Request, load};

    /// Checks the examples of every seventh type, all in one blueprint.
    #[test]
    fn examples_check_without_an_error() {
        let table = Table::new();
        let region = Region::named(REGION).unwrap();
        let sample = table.names().step_by(7).filter(|name| {
            let resource = table.resource(name).unwrap();
            let is_offered = resource.regions.contains(region) && resource.lifecycle.is_none();
            is_offered && !name.starts_with("AWS::Serverless::")
        });
        let text = format!("name = \"x\"\nregion = \"{REGION}\"\n");
        let mut files = MemoryFiles::default().with("/x/blueprint.toml", text);
        let mut count = 0;
        for name in sample {
            let stack = name.to_lowercase().replace("::", "-");
            let text = example(&table.resource(name).unwrap(), &table);
            files = files.with(format!("/x/stacks/{stack}.toml"), text);
            count += 1;
        }
        assert!(count > 200, "{count}");
        let request = Request {
            blueprint: "/x".into(),
            ..Request::default()
        };
        let loaded = load(&files, &request);
        let errors: Vec<String> = loaded
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .map(|problem| {
                let file = problem.labels.first().map(|label| label.span.file);
                let path = file.map(|file| loaded.sources.path(file).display().to_string());
                format!("{}: {}", path.unwrap_or_default(), problem.message)
            })
            .collect();
        assert_eq!(errors, [""; 0]);
    }
}
