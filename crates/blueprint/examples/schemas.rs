//! Writes the JSON Schemas into a folder: `cargo run -p formwork-blueprint --example schemas docs/schema`.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool for developers writes files"
)]

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "docs/schema".to_owned()),
    );
    for file in formwork_blueprint::json_schema::files(&formwork_catalog::schema::Table::new()) {
        std::fs::write(folder.join(file.name), file.text)?;
    }
    Ok(())
}
