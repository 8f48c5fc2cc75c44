//! JSON Schemas of `blueprint.toml` and of the files of stacks and components, for editors.
//!
//! The keys come from `syntax::keys`, the resource types from the catalog's schema table. A JSON Schema knows less than
//! `formwork check`: it has the keys and the types of their values, and for resources the properties with their types,
//! which are required, and which values are allowed. Any value may instead be a string with a reference, or a function.

mod resource_types;

use crate::syntax::keys::{self, KeySet};
use formwork_catalog::schema::Table;
use serde_json::{Map, Value, json};

/// A JSON Schema file.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// The file's name.
    pub name: &'static str,
    /// The schema, on one line.
    pub text: String,
}

/// Returns the schema files, sorted by name.
pub fn files(table: &Table) -> Vec<SchemaFile> {
    let resource_types = resource_types::definitions(table);
    [
        ("blueprint.json", "blueprint", "A formwork blueprint"),
        (
            "stack.json",
            "file",
            "A stack or component of a formwork blueprint",
        ),
    ]
    .map(|(name, root, title)| {
        let mut definitions = language_definitions();
        definitions.extend(resource_types.clone());
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": title,
            "$ref": format!("{DEFINITIONS}{root}"),
            "definitions": definitions,
        });
        SchemaFile {
            name,
            text: format!("{schema}\n"),
        }
    })
    .into()
}

/// The prefix of every reference to a definition.
const DEFINITIONS: &str = "#/definitions/";

/// Returns a reference to a definition.
fn definition(name: &str) -> Value {
    json!({ "$ref": format!("{DEFINITIONS}{name}") })
}

/// A table of the blueprint language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LanguageTable {
    Blueprint,
    Environment,
    Stack,
    Resource,
    Input,
    Variable,
    Output,
    Asset,
}

impl LanguageTable {
    fn keys(self) -> &'static KeySet {
        match self {
            Self::Blueprint => &keys::BLUEPRINT,
            Self::Environment => &keys::ENVIRONMENT,
            Self::Stack => &keys::STACK,
            Self::Resource => &keys::RESOURCE,
            Self::Input => &keys::INPUT,
            Self::Variable => &keys::VARIABLE,
            Self::Output => &keys::OUTPUT,
            Self::Asset => &keys::ASSET,
        }
    }

    /// Returns the schema of the table. `extra` has further keywords.
    fn schema(self, extra: Value) -> Value {
        let properties: Map<String, Value> = self
            .keys()
            .known
            .iter()
            .map(|key| ((*key).to_owned(), key_schema(self, key)))
            .collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if let (Value::Object(schema), Value::Object(extra)) = (&mut schema, extra) {
            schema.extend(extra);
        }
        schema
    }
}

/// Returns the schema of a table with any keys and values.
///
/// It has `additionalProperties` although `true` is the default, because Tombi otherwise treats the
/// table as closed.
fn any_table() -> Value {
    json!({ "type": "object", "additionalProperties": true })
}

/// Returns the schema of a table with any keys, whose values match `values`.
fn table_of(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn list_of(items: Value) -> Value {
    json!({ "anyOf": [{ "type": "array", "items": items }, definition("reference")] })
}

/// Returns the definitions of the language's own tables and values.
fn language_definitions() -> Map<String, Value> {
    let resources = || json!({ "patternProperties": { "^[A-Z]": definition("resource") } });
    let value_or_table =
        |value: Value, table: LanguageTable| json!({ "anyOf": [value, table.schema(json!({}))] });
    // A stack with `use` assigns inputs, a component declares them.
    let component = json!({
        "properties": { "inputs": table_of(definition("input")) },
        "additionalProperties": true,
    });
    let mut file = LanguageTable::Stack.schema(resources());
    file["properties"]["inputs"] = any_table();
    let definitions = json!({
        "blueprint": LanguageTable::Blueprint.schema(json!({ "required": ["name"] })),
        "environment": LanguageTable::Environment.schema(json!({})),
        "stack": LanguageTable::Stack.schema(resources()),
        "file": { "allOf": [file, { "if": { "required": ["use"], "additionalProperties": true }, "else": component }] },
        "resource": { "allOf": [resource_schema(), definition("types")] },
        "variable": value_or_table(json!({ "type": ["string", "number", "boolean", "array"] }), LanguageTable::Variable),
        "input": LanguageTable::Input.schema(json!({})),
        "output": { "anyOf": [definition("text"), { "type": "array" }, LanguageTable::Output.schema(json!({}))] },
        "asset": LanguageTable::Asset.schema(json!({})),
        "reference": { "type": "string", "pattern": "\\$\\{" },
        // The alternatives to a value of any type. The names are short because they occur so often.
        "or": { "anyOf": [definition("reference"), definition("function")] },
        "text": { "anyOf": [{ "type": ["string", "number", "boolean"] }, definition("function")] },
        "function": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": { "pattern": "^(Ref|Condition|Fn::[A-Za-z0-9:]+)$" },
        },
        "number": { "anyOf": [
            { "type": "number" },
            { "type": "string", "pattern": "^\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$|\\$\\{|\\{\\{resolve:" },
            definition("function"),
        ] },
        "boolean": { "anyOf": [
            { "type": "boolean" },
            { "type": "string", "pattern": "^([Tt]rue|[Ff]alse|TRUE|FALSE|yes|no)$|\\$\\{|\\{\\{resolve:" },
            definition("function"),
        ] },
        "truth": { "anyOf": [{ "type": "boolean" }, definition("reference")] },
        "texts": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
    });
    match definitions {
        Value::Object(definitions) => definitions,
        _ => Map::new(),
    }
}

/// Returns the schema of a resource's own keys. The definition `types` adds the properties.
fn resource_schema() -> Value {
    LanguageTable::Resource.schema(json!({
        "patternProperties": { "^[A-Z]": true },
        "anyOf": [{ "required": ["type"] }, { "required": ["use"] }],
    }))
}

/// Returns the schema of a key's value.
#[expect(clippy::too_many_lines, reason = "a flat table of keys")]
fn key_schema(table: LanguageTable, key: &str) -> Value {
    use LanguageTable::{Asset, Blueprint, Environment, Input, Output, Resource, Stack, Variable};
    let string = json!({ "type": "string" });
    match (table, key) {
        (Blueprint, "vars") => table_of(definition("variable")),
        (Blueprint, "env") => table_of(definition("environment")),
        (Blueprint, "stacks") => table_of(definition("stack")),
        (Environment, "vars" | "stacks") => any_table(),
        (Environment, "target") => json!({ "enum": ["aws", "local"] }),
        (Environment, "protect") => definition("truth"),
        (Environment, "account") => string,
        (_, "inputs") => any_table(),
        (Stack, "resources") => table_of(definition("resource")),
        (Stack, "parameters" | "conditions" | "mappings" | "rules" | "metadata") => any_table(),
        (Stack, "outputs") => table_of(definition("output")),
        (Stack, "transform") => json!({ "type": ["string", "array", "object"] }),
        (Resource, "properties" | "metadata" | "creation_policy" | "update_policy") => any_table(),
        (Resource, "for_each" | "redeploy_on") => json!({ "type": ["array", "object", "string"] }),
        (Stack, "termination_protection") => definition("truth"),
        (Stack, "timeout") => {
            json!({ "anyOf": [{ "type": "integer" }, definition("reference")] })
        }
        (Variable | Input, "default") => json!(true),
        (Variable | Input, "one_of") => list_of(json!(true)),
        (Variable | Input, "min" | "max") => json!({ "type": "number" }),
        (Variable | Input, "resolve" | "sensitive") => json!({ "type": "boolean" }),
        (Variable, "type") => {
            json!({ "enum": ["string", "integer", "number", "boolean", "list", "map"] })
        }
        (Input, "type") => {
            json!({ "enum": ["string", "integer", "number", "boolean", "list", "map", "stack"] })
        }
        (Input, "provides") => list_of(string),
        (Output, "value") => json!(true),
        (Output, "export") => definition("text"),
        (Asset, "inline") => json!({ "type": "boolean" }),
        (Asset, "architecture") => json!({ "enum": ["x86_64", "arm64"] }),
        (_, "assets") => table_of(definition("asset")),
        (_, "tags") => table_of(definition("text")),
        (_, "depends_on" | "capabilities" | "notifications") => definition("texts"),
        (_, "when") => json!({ "type": ["string", "boolean"] }),
        (
            _,
            "name"
            | "description"
            | "requires"
            | "root"
            | "region"
            | "assets_bucket"
            | "role"
            | "role_arn"
            | "template"
            | "use"
            | "type"
            | "condition"
            | "deletion_policy"
            | "update_replace_policy"
            | "pattern"
            | "path"
            | "crate",
        ) => string,
        (table, key) => unreachable!("key `{key}` of {table:?} has no schema"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_schema() {
        for table in [
            LanguageTable::Blueprint,
            LanguageTable::Environment,
            LanguageTable::Stack,
            LanguageTable::Resource,
            LanguageTable::Input,
            LanguageTable::Variable,
            LanguageTable::Output,
            LanguageTable::Asset,
        ] {
            for key in table.keys().known {
                key_schema(table, key);
            }
        }
    }

    /// The schema of files has the keys of stacks, and serves components too.
    #[test]
    fn every_component_key_is_a_stack_key() {
        for key in keys::COMPONENT.known {
            assert!(keys::STACK.known.contains(key), "{key}");
        }
    }
}
