//! JSON Schemas of the resource types: property types, required properties and allowed values. Descriptions and the
//! other constraints are left out.

use super::{DEFINITIONS, definition};
use formwork_catalog::schema::{
    AdditionalProperties, DefinitionRef, Literal, PropertyPath, PropertyStep, ResourceSchema,
    Schema, Table, Type,
};
use serde_json::{Map, Value, json};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// The maximum nesting of schemas without a definition of their own. Below it, any value is valid;
/// only a few types nest that deep.
const MAX_DEPTH: usize = 12;

/// Returns the definitions of all resource types, and the definition `types`, which selects the
/// schema of a resource by its `type`.
pub(super) fn definitions(table: &Table) -> Map<String, Value> {
    let mut definitions = Map::new();
    let mut services: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (index, name) in table.names().enumerate() {
        let Some(resource) = table.resource(name) else {
            continue;
        };
        let builder = TypeSchemaBuilder {
            resource: &resource,
            prefix: format!("{index}."),
        };
        for (name, schema) in &resource.definitions {
            // The definition includes the alternatives, so that references to it need not repeat them.
            let resolved = resource.resolve(schema);
            if !is_plain_scalar(resolved) {
                let schema = or_expression(builder.plain_value(resolved, 0));
                definitions.insert(builder.definition_name(name), schema);
            }
        }
        let service = name.rsplit_once("::").map_or(name, |(service, _)| service);
        services.entry(service.to_owned()).or_default().push(json!({
            "if": { "properties": { "type": { "const": name } }, "required": ["type"], "additionalProperties": true },
            "then": builder.properties(),
        }));
    }
    let mut all = Vec::new();
    for (service, types) in services {
        definitions.insert(service.clone(), json!({ "allOf": types }));
        all.push(json!({
            "if": { "properties": { "type": { "pattern": format!("^{service}::[^:]+$") } }, "required": ["type"], "additionalProperties": true },
            "then": definition(&service),
        }));
    }
    let mut names: Vec<Value> = table.names().map(Value::from).collect();
    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    all.push(json!({
        "additionalProperties": true,
        "properties": { "type": { "anyOf": [
            { "enum": names },
            { "type": "string", "pattern": "::MODULE$|\\$\\{" },
            // Custom resources and third-party types of the CloudFormation registry.
            { "type": "string", "pattern": "::", "not": { "pattern": "^AWS::" } },
        ] } },
    }));
    definitions.insert("types".to_owned(), json!({ "allOf": all }));
    deduplicate(definitions)
}

/// Merges equal definitions. Hundreds of types have the same `Tag`, for example.
fn deduplicate(mut definitions: Map<String, Value>) -> Map<String, Value> {
    let texts = definitions.iter();
    let mut texts: HashMap<String, String> = texts
        .map(|(name, schema)| (name.clone(), schema.to_string()))
        .collect();
    loop {
        let mut first: HashMap<&str, &str> = HashMap::new();
        let mut duplicates: HashMap<String, String> = HashMap::new();
        for name in definitions.keys() {
            match first.entry(&texts[name]) {
                Entry::Occupied(known) => {
                    duplicates.insert(name.clone(), (*known.get()).to_owned());
                }
                Entry::Vacant(new) => {
                    new.insert(name);
                }
            }
        }
        if duplicates.is_empty() {
            return definitions;
        }
        definitions.retain(|name, _| !duplicates.contains_key(name));
        for (name, schema) in &mut definitions {
            if redirect_references(schema, &duplicates) {
                texts.insert(name.clone(), schema.to_string());
            }
        }
    }
}

/// Replaces references by the map of names. Returns true if there was one to replace.
fn redirect_references(schema: &mut Value, names: &HashMap<String, String>) -> bool {
    match schema {
        Value::Object(map) => {
            let mut is_changed = false;
            if let Some(Value::String(to)) = map.get_mut("$ref")
                && let Some(name) = to
                    .strip_prefix(DEFINITIONS)
                    .and_then(|name| names.get(name))
            {
                *to = format!("{DEFINITIONS}{name}");
                is_changed = true;
            }
            map.values_mut().fold(is_changed, |is_changed, below| {
                redirect_references(below, names) | is_changed
            })
        }
        Value::Array(items) => items.iter_mut().fold(false, |is_changed, item| {
            redirect_references(item, names) | is_changed
        }),
        _ => false,
    }
}

/// Builds the JSON Schema of one resource type.
struct TypeSchemaBuilder<'a> {
    resource: &'a ResourceSchema,
    prefix: String,
}

impl TypeSchemaBuilder<'_> {
    fn definition_name(&self, definition: &str) -> String {
        format!("{}{definition}", self.prefix)
    }

    /// Returns the schema of the type's properties. They are in one table with the language's keys.
    fn properties(&self) -> Value {
        let root = &self.resource.root;
        let is_settable = |name: &str| {
            let path: PropertyPath = [PropertyStep::Name(name.into())].into_iter().collect();
            !self.resource.is_read_only(&path)
        };
        let is_upper = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let properties: Map<String, Value> = root
            .properties
            .iter()
            .filter(|(name, _)| is_settable(name) && is_upper(name))
            .map(|(name, schema)| (name.to_string(), self.value(schema, 0)))
            .collect();
        let mut schema = json!({
            "properties": properties,
            "patternProperties": { "^[a-z]": true },
        });
        // Always present: Tombi treats a table without it as closed.
        let is_closed = matches!(root.additional, AdditionalProperties::None);
        schema["additionalProperties"] = json!(!(is_closed && root.pattern_properties.is_empty()));
        let required: Vec<&str> = root
            .required
            .iter()
            .map(|name| &**name)
            .filter(|name| is_settable(name) && is_upper(name))
            .collect();
        if !required.is_empty() {
            // A resource with the key `properties` may have them there.
            schema["anyOf"] = json!([{ "required": ["properties"] }, { "required": required }]);
        }
        schema
    }

    /// Returns the schema of a value, a reference or a function.
    fn value(&self, schema: &Schema, depth: usize) -> Value {
        if let Some(DefinitionRef::Named(position)) = schema.definition
            && let Some((name, _)) = self.resource.definitions.get_index(position)
        {
            let resolved = self.resource.resolve(schema);
            return match is_plain_scalar(resolved) {
                true => scalar(resolved),
                false => definition(&self.definition_name(name)),
            };
        }
        let schema = self.resource.resolve(schema);
        match is_plain_scalar(schema) {
            true => scalar(schema),
            false => or_expression(self.plain_value(schema, depth)),
        }
    }

    /// Returns the schema of a value that is not a reference or a function.
    fn plain_value(&self, schema: &Schema, depth: usize) -> Value {
        let schema = match schema.definition {
            Some(_) => self.resource.resolve(schema),
            None => schema,
        };
        let mut json_schema = Map::new();
        if let Some(values) = allowed_values(schema) {
            return json!({ "enum": values });
        }
        let mut types: Vec<&str> = schema.types.iter().map(Type::as_str).collect();
        // CloudFormation converts scalars, so every scalar type accepts every scalar.
        let is_scalar = |kind: &&str| ["string", "number", "integer", "boolean"].contains(kind);
        if types.iter().any(is_scalar) {
            types.retain(|kind| !is_scalar(kind));
            types.extend(["string", "number", "boolean"]);
        }
        match types.as_slice() {
            [] => {}
            [one] => {
                json_schema.insert("type".to_owned(), json!(one));
            }
            several => {
                json_schema.insert("type".to_owned(), json!(several));
            }
        }
        if depth < MAX_DEPTH {
            self.add_object(schema, depth, &mut json_schema);
            if let Some(items) = &schema.items {
                json_schema.insert("items".to_owned(), self.value(items, depth + 1));
            }
        }
        Value::Object(json_schema)
    }

    /// Adds the keywords of an object.
    fn add_object(&self, schema: &Schema, depth: usize, json_schema: &mut Map<String, Value>) {
        if schema.properties.is_empty() {
            if schema.types.names(Type::Object) {
                json_schema.insert("additionalProperties".to_owned(), json!(true));
            }
            return;
        }
        let properties: Map<String, Value> = schema
            .properties
            .iter()
            .map(|(name, schema)| (name.to_string(), self.value(schema, depth + 1)))
            .collect();
        json_schema.insert("properties".to_owned(), Value::Object(properties));
        let is_closed = matches!(schema.additional, AdditionalProperties::None);
        let is_closed = is_closed && schema.pattern_properties.is_empty();
        json_schema.insert("additionalProperties".to_owned(), json!(!is_closed));
        if !schema.required.is_empty() {
            let required: Vec<&str> = schema.required.iter().map(|name| &**name).collect();
            json_schema.insert("required".to_owned(), json!(required));
        }
    }
}

/// Returns true if a value is a scalar that has only a type and allowed values.
fn is_plain_scalar(schema: &Schema) -> bool {
    let is_nested = schema.types.names(Type::Array) || schema.types.names(Type::Object);
    !is_nested && !schema.types.is_any() && schema.properties.is_empty() && schema.items.is_none()
}

fn scalar(schema: &Schema) -> Value {
    if let Some(values) = allowed_values(schema) {
        return or_expression(json!({ "enum": values }));
    }
    let has_type = |kind| schema.types.names(kind);
    match (has_type(Type::String), has_type(Type::Boolean)) {
        (true, _) => definition("text"),
        (false, true) => definition("boolean"),
        (false, false) => definition("number"),
    }
}

/// Returns the allowed values. Numbers and booleans are also allowed as strings, and the reverse.
fn allowed_values(schema: &Schema) -> Option<Vec<Value>> {
    let literals = schema.values.as_ref()?;
    let mut values: Vec<Value> = Vec::new();
    for literal in literals.iter() {
        let (value, text) = match literal {
            Literal::Text(text) => (json!(&**text), None),
            Literal::Integer(number) => (json!(number), Some(number.to_string())),
            Literal::Number(number) => (json!(number), Some(number.to_string())),
            Literal::Boolean(value) => (json!(value), Some(value.to_string())),
            Literal::Null => (Value::Null, None),
        };
        if let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok()) {
            values.push(json!(number));
        }
        values.push(value);
        values.extend(text.map(Value::from));
    }
    Some(values)
}

/// Returns the schema of a value, or of a reference or function in its place.
fn or_expression(value: Value) -> Value {
    json!({ "anyOf": [value, definition("or")] })
}
