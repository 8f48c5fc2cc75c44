//! The least that makes a resource of a type: what it must have, with values that its schema lets through.

mod pattern;
mod policy;
mod text;
mod toml;
mod wanted;

use std::sync::Arc;

use formwork_catalog::regions::Region;
use formwork_catalog::schema::{
    Literal, PropertyPath, PropertyStep, ResourceSchema, Schema, Table, Type,
};
use serde_json::{Map, Value, json};

use self::wanted::Wanted;

/// The region for which a value is made where the values differ.
const REGION: &str = "us-east-1";

/// How deep values are made; the deepest that a type asks for is far less.
const DEEPEST: usize = 24;

/// A table of a stack's file that makes one.
pub fn example(resource: &ResourceSchema, table: &Table) -> String {
    let id = resource.name.rsplit("::").next().unwrap_or("Resource");
    let mut text = format!("[{id}]\ntype = {}\n", toml::quoted(&resource.name));
    if let Value::Object(properties) = properties(resource, table) {
        for (name, value) in &properties {
            text.push_str(&format!(
                "{} = {}\n",
                toml::property_key(name),
                toml::written(value)
            ));
        }
    }
    text
}

/// The properties that it must have.
fn properties(resource: &ResourceSchema, table: &Table) -> Value {
    let region = Region::named(REGION);
    let maker = Maker {
        resource,
        further: resource
            .extensions
            .iter()
            .filter_map(|one| Some((&one.path, table.extension(one, region)?)))
            .collect(),
    };
    let mut value = maker.object(&resource.root, &PropertyPath::default(), 0);
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

struct Maker<'a> {
    resource: &'a ResourceSchema,
    /// What further schemas say, by the place that they are about.
    further: Vec<(&'a PropertyPath, Arc<ResourceSchema>)>,
}

impl Maker<'_> {
    /// A value of a schema.
    fn value(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let schema = self.resource.resolve(schema);
        let combined = schema.combined.as_deref();
        let narrower = self.further.iter().filter(|(at, _)| *at == path);
        let mut narrower = narrower.filter_map(|(_, one)| written_out(&one.root));
        if let Some(value) = narrower.next().or_else(|| written_out(schema)) {
            return value;
        }
        let branch = combined.and_then(|combined| {
            let mut branches = combined
                .one_of
                .iter()
                .chain(&combined.any_of)
                .chain(&combined.all_of);
            branches.find(|branch| says_type(self.resource.resolve(branch)))
        });
        match (self.kind(schema), branch) {
            (Some(Type::Object), _) => self.object(schema, path, depth),
            (Some(Type::Array), _) => self.list(schema, path, depth),
            (Some(Type::String) | None, Some(branch)) if depth < DEEPEST => {
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

    /// The type to make: the most telling one of those that fit.
    fn kind(&self, schema: &Schema) -> Option<Type> {
        let order = [
            Type::Object,
            Type::Array,
            Type::String,
            Type::Boolean,
            Type::Integer,
            Type::Number,
        ];
        let named = order.into_iter().find(|kind| schema.types.names(*kind));
        // A document is a table even where it may be a text.
        match named {
            None if !schema.properties.is_empty() => Some(Type::Object),
            named => named,
        }
    }

    fn list(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let path = step(path, PropertyStep::Each);
        let count = schema.item_count.min.unwrap_or(1).max(1);
        let first = schema
            .combined
            .as_deref()
            .map(|one| one.prefix_items.as_slice());
        let items = (0..count).map(|index| {
            let prefix = first.and_then(|first| first.get(index as usize));
            let schema = prefix.or(schema.items.as_deref());
            let item = schema.map_or(json!("example"), |schema| {
                self.value(schema, &path, depth + 1)
            });
            match item {
                // Lists often ask that no item stands twice.
                Value::String(item) if index > 0 => Value::String(text::another(&item, index)),
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
        if depth >= DEEPEST {
            return Value::Object(map);
        }
        let mut wanted = Wanted::required(schema);
        let mut parts = vec![schema];
        wanted.choose(self.resource, schema, &mut parts);
        for (_, further) in self.further.iter().filter(|(at, _)| *at == path) {
            wanted.ask(further, &further.root);
        }
        let mut at = 0;
        while let Some(name) = wanted.get(at) {
            at += 1;
            let combined = parts.iter().filter_map(|part| part.combined.as_deref());
            for needs in combined.filter_map(|combined| combined.dependent_required.get(name)) {
                wanted.add(needs);
            }
            let below = step(path, PropertyStep::Name(name.into()));
            if self.resource.is_read_only(&below) {
                continue;
            }
            let named = parts.iter().filter_map(|part| part.properties.get(name));
            // Of several that say something the one that says most.
            let most = named.max_by_key(|schema| says(self.resource.resolve(schema)));
            if let Some(schema) = most {
                let value = self.named(path, name);
                let value = value.unwrap_or_else(|| self.value(schema, &below, depth + 1));
                map.insert(name.to_owned(), value);
            }
        }
        if map.is_empty() && schema.properties.is_empty() {
            self.any_name(schema, path, depth, &mut map);
        }
        self.fill(schema, path, depth, &mut map);
        Value::Object(map)
    }

    /// Adds properties that nothing asks for until there are as many as must be.
    fn fill(
        &self,
        schema: &Schema,
        path: &PropertyPath,
        depth: usize,
        map: &mut Map<String, Value>,
    ) {
        let combined = schema.combined.as_deref();
        let least = combined.and_then(|combined| combined.property_count.min);
        for (name, below) in &schema.properties {
            let path = step(path, PropertyStep::Name(name.clone()));
            if map.len() as u64 >= least.unwrap_or(0) || self.resource.is_read_only(&path) {
                continue;
            }
            map.entry(name.to_string())
                .or_insert_with(|| self.value(below, &path, depth + 1));
        }
    }

    /// A value that a further schema writes out for a property of the object at a path.
    fn named(&self, path: &PropertyPath, name: &str) -> Option<Value> {
        let mut further = self.further.iter().filter(|(at, _)| *at == path);
        further.find_map(|(_, further)| {
            let schema = further.resolve(&further.root).properties.get(name)?;
            written_out(further.resolve(schema))
        })
    }

    /// An entry of a table whose names are free.
    fn any_name(
        &self,
        schema: &Schema,
        path: &PropertyPath,
        depth: usize,
        map: &mut Map<String, Value>,
    ) {
        let path = step(path, PropertyStep::Each);
        if let Some((pattern, below)) = schema.pattern_properties.first() {
            let name = pattern::least(pattern).unwrap_or_else(|| "Key".to_owned());
            map.insert(name, self.value(below, &path, depth + 1));
        }
    }
}

fn step(path: &PropertyPath, step: PropertyStep) -> PropertyPath {
    path.steps().iter().cloned().chain([step]).collect()
}

fn says_type(schema: &Schema) -> bool {
    !schema.types.is_any() || schema.pattern.is_some() || schema.values.is_some()
}

/// How much a schema says of a value.
fn says(schema: &Schema) -> usize {
    usize::from(written_out(schema).is_some()) * 4
        + usize::from(!schema.types.is_any()) * 2
        + usize::from(schema.pattern.is_some())
}

/// A value that the schema writes out.
pub(super) fn written_out(schema: &Schema) -> Option<Value> {
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

pub(super) fn number(schema: &Schema) -> f64 {
    let combined = schema.combined.as_deref();
    let above = combined
        .and_then(|combined| combined.exclusive_minimum)
        .map(|above| above + 1.0);
    let least = schema.range.min.or(above).unwrap_or(1.0);
    let most = schema.range.max.unwrap_or(f64::MAX);
    let number = match least <= 0.0 && most >= 1.0 {
        true => 1.0,
        false => least,
    };
    let of = combined
        .and_then(|combined| combined.multiple_of)
        .filter(|of| *of > 0.0);
    let number = of.map_or(number, |of| (number / of).ceil() * of);
    number.min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_blueprint::{MemoryFiles, Request, load};

    /// Every example of a broad sample of types, all in one blueprint, checks without an error.
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
