//! The committed JSON Schemas are up to date, and their references resolve.

use formwork_blueprint::json_schema;
use formwork_catalog::schema::Table;
use serde_json::Value;
use std::path::Path;

#[test]
fn the_committed_schemas_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    for file in json_schema::files(&Table::new()) {
        let committed = std::fs::read_to_string(folder.join(file.name)).unwrap();
        assert!(
            committed == file.text,
            "docs/schema/{} is out of date: run `cargo xtask json-schema`",
            file.name
        );
    }
}

/// Reads the committed files, because generating them takes much longer.
#[test]
fn every_reference_resolves_to_a_definition() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    for name in ["blueprint.json", "stack.json"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let definitions = schema["definitions"].as_object().unwrap();
        let mut open = vec![&schema];
        let mut count = 0;
        while let Some(value) = open.pop() {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(to)) = map.get("$ref") {
                        let name = to.strip_prefix("#/definitions/").unwrap();
                        assert!(definitions.contains_key(name), "{to}");
                        count += 1;
                    }
                    open.extend(map.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        assert!(count > 10_000, "{count}");
    }
}
