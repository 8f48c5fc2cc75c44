//! Resource types as JSON Schema: types, required properties and allowed values, no descriptions.

use super::{PREFIX, to};
use formwork_catalog::schema::{
    Additional, Definition, Literal, PropertyPath, PropertyStep, ResourceSchema, Schema, Table,
    Type,
};
use serde_json::{Map, Value, json};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// Deeper than this a value may be anything: only few types nest so deep without a definition.
const DEEPEST: usize = 12;

/// `types`: what holds of a resource by its `type`; and the definitions of all types.
pub(super) fn definitions(table: &Table) -> Map<String, Value> {
    let mut definitions = Map::new();
    let mut services: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (index, name) in table.names().enumerate() {
        let Some(resource) = table.resource(name) else {
            continue;
        };
        let writer = Writer {
            resource: &resource,
            prefix: format!("{index}."),
        };
        for (name, schema) in &resource.definitions {
            // What may stand in its place is said here once, not wherever it is referred to.
            let resolved = resource.resolve(schema);
            if !is_plain_scalar(resolved) {
                definitions.insert(writer.name(name), instead(writer.plain(resolved, 0)));
            }
        }
        let service = name.rsplit_once("::").map_or(name, |(service, _)| service);
        services.entry(service.to_owned()).or_default().push(json!({
            "if": { "properties": { "type": { "const": name } }, "required": ["type"], "additionalProperties": true },
            "then": writer.properties(),
        }));
    }
    let mut all = Vec::new();
    for (service, types) in services {
        definitions.insert(service.clone(), json!({ "allOf": types }));
        all.push(json!({
            "if": { "properties": { "type": { "pattern": format!("^{service}::[^:]+$") } }, "required": ["type"], "additionalProperties": true },
            "then": to(&service),
        }));
    }
    let mut names: Vec<Value> = table.names().map(Value::from).collect();
    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    all.push(json!({
        "additionalProperties": true,
        "properties": { "type": { "anyOf": [
            { "enum": names },
            { "type": "string", "pattern": "::MODULE$|\\$\\{" },
            // Custom resources, and what others have registered.
            { "type": "string", "pattern": "::", "not": { "pattern": "^AWS::" } },
        ] } },
    }));
    definitions.insert("types".to_owned(), json!({ "allOf": all }));
    once(definitions)
}

/// Says what is said twice once: hundreds of types have the same `Tag`.
fn once(mut definitions: Map<String, Value>) -> Map<String, Value> {
    let texts = definitions.iter();
    let mut texts: HashMap<String, String> = texts
        .map(|(name, schema)| (name.clone(), schema.to_string()))
        .collect();
    loop {
        let mut first: HashMap<&str, &str> = HashMap::new();
        let mut again: HashMap<String, String> = HashMap::new();
        for name in definitions.keys() {
            match first.entry(&texts[name]) {
                Entry::Occupied(known) => {
                    again.insert(name.clone(), (*known.get()).to_owned());
                }
                Entry::Vacant(new) => {
                    new.insert(name);
                }
            }
        }
        if again.is_empty() {
            return definitions;
        }
        definitions.retain(|name, _| !again.contains_key(name));
        for (name, schema) in &mut definitions {
            if refer(schema, &again) {
                texts.insert(name.clone(), schema.to_string());
            }
        }
    }
}

/// Refers to other names for the same; answers whether there was something to refer to them.
fn refer(schema: &mut Value, names: &HashMap<String, String>) -> bool {
    match schema {
        Value::Object(map) => {
            let mut is_changed = false;
            if let Some(Value::String(to)) = map.get_mut("$ref")
                && let Some(name) = to.strip_prefix(PREFIX).and_then(|name| names.get(name))
            {
                *to = format!("{PREFIX}{name}");
                is_changed = true;
            }
            map.values_mut().fold(is_changed, |is_changed, below| {
                refer(below, names) | is_changed
            })
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |is_changed, item| refer(item, names) | is_changed),
        _ => false,
    }
}

struct Writer<'a> {
    resource: &'a ResourceSchema,
    prefix: String,
}

impl Writer<'_> {
    fn name(&self, definition: &str) -> String {
        format!("{}{definition}", self.prefix)
    }

    /// The properties of the type, beside our own keys.
    fn properties(&self) -> Value {
        let root = &self.resource.root;
        let settable = |name: &str| {
            let path: PropertyPath = [PropertyStep::Name(name.into())].into_iter().collect();
            !self.resource.is_read_only(&path)
        };
        let upper = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let properties: Map<String, Value> = root
            .properties
            .iter()
            .filter(|(name, _)| settable(name) && upper(name))
            .map(|(name, schema)| (name.to_string(), self.value(schema, 0)))
            .collect();
        let mut written = json!({
            "properties": properties,
            "patternProperties": { "^[a-z]": true },
        });
        // Said even where it is the default: Tombi takes a table without it for a closed one.
        let is_closed = matches!(root.additional, Additional::None);
        written["additionalProperties"] = json!(!(is_closed && root.pattern_properties.is_empty()));
        let required: Vec<&str> = root
            .required
            .iter()
            .map(|name| &**name)
            .filter(|name| settable(name) && upper(name))
            .collect();
        if !required.is_empty() {
            // Under `properties` they stand elsewhere.
            written["anyOf"] = json!([{ "required": ["properties"] }, { "required": required }]);
        }
        written
    }

    /// A value, or what may stand in its place: a text with a reference, a function.
    fn value(&self, schema: &Schema, depth: usize) -> Value {
        if let Some(Definition::Named(position)) = schema.definition
            && let Some((name, _)) = self.resource.definitions.get_index(position)
        {
            let resolved = self.resource.resolve(schema);
            return match is_plain_scalar(resolved) {
                true => scalar(resolved),
                false => to(&self.name(name)),
            };
        }
        let schema = self.resource.resolve(schema);
        match is_plain_scalar(schema) {
            true => scalar(schema),
            false => instead(self.plain(schema, depth)),
        }
    }

    /// The value itself.
    fn plain(&self, schema: &Schema, depth: usize) -> Value {
        let schema = match schema.definition {
            Some(_) => self.resource.resolve(schema),
            None => schema,
        };
        let mut written = Map::new();
        if let Some(values) = values(schema) {
            return json!({ "enum": values });
        }
        let mut types: Vec<&str> = schema.types.iter().map(Type::as_str).collect();
        // CloudFormation takes any scalar for another, and JSON's text for a table.
        let is_scalar = |kind: &&str| ["string", "number", "integer", "boolean"].contains(kind);
        if types.iter().any(is_scalar) {
            types.retain(|kind| !is_scalar(kind));
            types.extend(["string", "number", "boolean"]);
        }
        match types.as_slice() {
            [] => {}
            [one] => {
                written.insert("type".to_owned(), json!(one));
            }
            several => {
                written.insert("type".to_owned(), json!(several));
            }
        }
        if depth < DEEPEST {
            self.object(schema, depth, &mut written);
            if let Some(items) = &schema.items {
                written.insert("items".to_owned(), self.value(items, depth + 1));
            }
        }
        Value::Object(written)
    }

    fn object(&self, schema: &Schema, depth: usize, written: &mut Map<String, Value>) {
        if schema.properties.is_empty() {
            if schema.types.names(Type::Object) {
                written.insert("additionalProperties".to_owned(), json!(true));
            }
            return;
        }
        let properties: Map<String, Value> = schema
            .properties
            .iter()
            .map(|(name, schema)| (name.to_string(), self.value(schema, depth + 1)))
            .collect();
        written.insert("properties".to_owned(), Value::Object(properties));
        let is_closed = matches!(schema.additional, Additional::None);
        let is_closed = is_closed && schema.pattern_properties.is_empty();
        written.insert("additionalProperties".to_owned(), json!(!is_closed));
        if !schema.required.is_empty() {
            let required: Vec<&str> = schema.required.iter().map(|name| &**name).collect();
            written.insert("required".to_owned(), json!(required));
        }
    }
}

/// A value that is no table or list, with nothing to say but its type and what is allowed.
fn is_plain_scalar(schema: &Schema) -> bool {
    let is_nested = schema.types.names(Type::Array) || schema.types.names(Type::Object);
    !is_nested && !schema.types.is_any() && schema.properties.is_empty() && schema.items.is_none()
}

fn scalar(schema: &Schema) -> Value {
    if let Some(values) = values(schema) {
        return instead(json!({ "enum": values }));
    }
    let is = |kind| schema.types.names(kind);
    match (is(Type::String), is(Type::Boolean)) {
        (true, _) => to("text"),
        (false, true) => to("boolean"),
        (false, false) => to("number"),
    }
}

/// The allowed values, each also as the text of it.
fn values(schema: &Schema) -> Option<Vec<Value>> {
    let values = schema.values.as_ref()?;
    let mut written: Vec<Value> = Vec::new();
    for value in values.iter() {
        let (value, text) = match value {
            Literal::Text(text) => (json!(&**text), None),
            Literal::Integer(number) => (json!(number), Some(number.to_string())),
            Literal::Number(number) => (json!(number), Some(number.to_string())),
            Literal::Boolean(truth) => (json!(truth), Some(truth.to_string())),
            Literal::Null => (Value::Null, None),
        };
        // What looks like a number may be written as one.
        if let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok()) {
            written.push(json!(number));
        }
        written.push(value);
        written.extend(text.map(Value::from));
    }
    Some(written)
}

fn instead(value: Value) -> Value {
    json!({ "anyOf": [value, to("or")] })
}
