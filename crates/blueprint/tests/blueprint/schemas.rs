//! The committed JSON Schemas are what the code makes.

use formwork_blueprint::schema;
use std::path::Path;
use template::schema::Table;

#[test]
fn the_committed_schemas_are_what_the_code_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    for file in schema::files(&Table::new()) {
        let committed = std::fs::read_to_string(folder.join(file.name)).unwrap();
        assert!(
            committed == file.text,
            "docs/schema/{} is not what is made: run `cargo run -p formwork-blueprint --example schemas docs/schema`",
            file.name
        );
    }
}
