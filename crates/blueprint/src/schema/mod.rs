//! JSON Schemas of `blueprint.toml`, and of the files of stacks and components, for editors.
//!
//! The keys are those of `load::keys`, the resource types those of the schema table. A schema knows less than
//! `check`: which keys there are and what shape their values have, and of resources the properties, their types, what
//! is required and what is allowed. Whatever a value is, it may be a text with a reference or a function instead.

mod resource;

use crate::syntax::keys;
use crate::syntax::keys::Keys;
use formwork_catalog::schema::Table;
use serde_json::{Map, Value, json};

/// A schema with the name of its file.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// The file's name.
    pub name: &'static str,
    /// The schema, without line ends.
    pub text: String,
}

/// The schema files, in the order of their names.
pub fn files(table: &Table) -> Vec<SchemaFile> {
    let types = resource::definitions(table);
    [
        ("blueprint.json", "blueprint", "A formwork blueprint"),
        (
            "stack.json",
            "file",
            "A stack or component of a formwork blueprint",
        ),
    ]
    .map(|(name, root, title)| {
        let mut definitions = ours();
        definitions.extend(types.clone());
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": title,
            "$ref": format!("#/definitions/{root}"),
            "definitions": definitions,
        });
        SchemaFile {
            name,
            text: format!("{schema}\n"),
        }
    })
    .into()
}

/// What every reference to a definition begins with.
const PREFIX: &str = "#/definitions/";

fn to(definition: &str) -> Value {
    json!({ "$ref": format!("{PREFIX}{definition}") })
}

/// A table with anything in it. That it may is said even though it is the default: Tombi takes a table that does not
/// say it for a closed one.
fn any_table() -> Value {
    json!({ "type": "object", "additionalProperties": true })
}

/// A table with any names and values of one kind.
fn table_of(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn list_of(items: Value) -> Value {
    json!({ "anyOf": [{ "type": "array", "items": items }, to("reference")] })
}

/// A table with our keys; `more` is what else may stand in it.
fn table(keys: &Keys, more: Value) -> Value {
    let properties: Map<String, Value> = keys
        .known
        .iter()
        .map(|key| ((*key).to_owned(), shape(keys, key)))
        .collect();
    let mut table = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let (Value::Object(table), Value::Object(more)) = (&mut table, more) {
        table.extend(more);
    }
    table
}

/// The definitions of our own tables.
fn ours() -> Map<String, Value> {
    let upper = |schema: &str| json!({ "patternProperties": { "^[A-Z]": to(schema) } });
    let either = |value: Value, keys: &Keys| json!({ "anyOf": [value, table(keys, json!({}))] });
    // A stack with `use` gives inputs, a component declares them.
    let component = json!({
        "properties": { "inputs": table_of(to("input")) },
        "additionalProperties": true,
    });
    let mut file = table(&keys::STACK, upper("resource"));
    file["properties"]["inputs"] = any_table();
    let resource_types = json!({ "allOf": [resource_table(), to("types")] });
    let definitions = json!({
        "blueprint": table(&keys::BLUEPRINT, json!({ "required": ["name"] })),
        "environment": table(&keys::ENVIRONMENT, json!({})),
        "stack": table(&keys::STACK, upper("resource")),
        "file": { "allOf": [file, { "if": { "required": ["use"], "additionalProperties": true }, "else": component }] },
        "resource": resource_types,
        "variable": either(json!({ "type": ["string", "number", "boolean", "array"] }), &keys::VARIABLE),
        "input": table(&keys::INPUT, json!({})),
        "output": { "anyOf": [to("text"), { "type": "array" }, table(&keys::OUTPUT, json!({}))] },
        "asset": table(&keys::ASSET, json!({})),
        "reference": { "type": "string", "pattern": "\\$\\{" },
        // Short, since it stands everywhere: what may be written in the place of any value, and any scalar.
        "or": { "anyOf": [to("reference"), to("function")] },
        "text": { "anyOf": [{ "type": ["string", "number", "boolean"] }, to("function")] },
        "function": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": { "pattern": "^(Ref|Condition|Fn::[A-Za-z0-9:]+)$" },
        },
        "number": { "anyOf": [
            { "type": "number" },
            { "type": "string", "pattern": "^\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$|\\$\\{|\\{\\{resolve:" },
            to("function"),
        ] },
        "boolean": { "anyOf": [
            { "type": "boolean" },
            { "type": "string", "pattern": "^([Tt]rue|[Ff]alse|TRUE|FALSE|yes|no)$|\\$\\{|\\{\\{resolve:" },
            to("function"),
        ] },
        "truth": { "anyOf": [{ "type": "boolean" }, to("reference")] },
        "texts": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
    });
    match definitions {
        Value::Object(definitions) => definitions,
        _ => Map::new(),
    }
}

/// A resource's own keys; its properties are what its type has.
fn resource_table() -> Value {
    table(
        &keys::RESOURCE,
        json!({
            "patternProperties": { "^[A-Z]": true },
            "anyOf": [{ "required": ["type"] }, { "required": ["use"] }],
        }),
    )
}

/// What a key of ours takes.
fn shape(keys: &Keys, key: &str) -> Value {
    let text = json!({ "type": "string" });
    match (keys.what, key) {
        ("a blueprint", "vars") => table_of(to("variable")),
        ("a blueprint", "env") => table_of(to("environment")),
        ("a blueprint", "stacks") => table_of(to("stack")),
        ("an environment", "vars" | "stacks") => any_table(),
        ("an environment", "target") => json!({ "enum": ["aws", "local"] }),
        ("an environment", "protect") => to("truth"),
        ("an environment", "account") => json!({ "type": "string" }),
        ("a component", "inputs") => table_of(to("input")),
        (_, "inputs") => any_table(),
        ("a stack" | "a component", "resources") => table_of(to("resource")),
        (
            "a stack" | "a component",
            "parameters" | "conditions" | "mappings" | "rules" | "metadata",
        ) => any_table(),
        ("a stack" | "a component", "outputs") => table_of(to("output")),
        ("a stack" | "a component", "transform") => {
            json!({ "type": ["string", "array", "object"] })
        }
        ("a resource", "properties" | "metadata" | "creation_policy" | "update_policy") => {
            any_table()
        }
        ("a resource", "for_each") => json!({ "type": ["array", "object", "string"] }),
        ("a resource", "redeploy_on") => json!({ "type": ["array", "object", "string"] }),
        ("a stack", "termination_protection") => to("truth"),
        ("a stack", "timeout") => json!({ "anyOf": [{ "type": "integer" }, to("reference")] }),
        ("a variable" | "an input", "default") => json!(true),
        ("a variable" | "an input", "one_of") => list_of(json!(true)),
        ("a variable" | "an input", "min" | "max") => json!({ "type": "number" }),
        ("a variable" | "an input", "resolve" | "sensitive") => json!({ "type": "boolean" }),
        ("a variable", "type") => {
            json!({ "enum": ["string", "integer", "number", "boolean", "list", "map"] })
        }
        ("an input", "type") => {
            json!({ "enum": ["string", "integer", "number", "boolean", "list", "map", "stack"] })
        }
        ("an input", "provides") => list_of(text),
        ("an output", "value") => json!(true),
        ("an output", "export") => to("text"),
        ("an asset", "inline") => json!({ "type": "boolean" }),
        ("an asset", "architecture") => json!({ "enum": ["x86_64", "arm64"] }),
        (_, "assets") => table_of(to("asset")),
        (_, "tags") => table_of(to("text")),
        (_, "depends_on" | "capabilities" | "notifications") => to("texts"),
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
        ) => text,
        (what, key) => {
            unreachable!("`{key}` of {what} has no shape: the test of this file names it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_shape() {
        for keys in [
            &keys::BLUEPRINT,
            &keys::ENVIRONMENT,
            &keys::STACK,
            &keys::RESOURCE,
            &keys::COMPONENT,
            &keys::INPUT,
            &keys::VARIABLE,
            &keys::OUTPUT,
            &keys::ASSET,
        ] {
            for key in keys.known {
                shape(keys, key);
            }
        }
    }
}
