//! Writes the JSON Schemas of blueprints, for editors.

use crate::Result;
use formwork_blueprint::json_schema;
use formwork_catalog::schema::Table;
use std::path::Path;

/// Writes the schema files into a folder.
pub fn run(folder: &Path) -> Result<()> {
    for file in json_schema::files(&Table::new()) {
        let path = folder.join(file.name);
        std::fs::write(&path, file.text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}
