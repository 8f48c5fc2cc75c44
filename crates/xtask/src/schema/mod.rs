//! `cargo xtask schema`: encodes the schema table from the schemas that `extract.py` extracts.
//!
//! `formwork_catalog::schema::format` describes the file. The modules here encode it from below: the
//! numbers and texts of a frame, the schemas, the records of types, extensions and services, and the
//! file. The same input gives the same bytes. Checks of the content are the tests of the catalog.

mod file;
mod frame;
mod keywords;
mod record;

use self::file::Dictionaries;
use crate::{Result, workspace_root};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Encodes the table into `out`. Without an input file, extracts the schemas first. The committed
/// table's dictionaries are used again unless `train` is set.
pub(crate) fn run(input: Option<PathBuf>, out: Option<PathBuf>, train: bool) -> Result<()> {
    let folder = workspace_root().join("crates/catalog/schema");
    let committed = folder.join("table.bin");
    let input = match input {
        Some(input) => input,
        None => extract(&folder)?,
    };
    let dictionaries = match train {
        true => None,
        false => Some(Dictionaries::read(&fs::read(&committed)?)?),
    };
    let out = out.unwrap_or(committed);
    let source: Value = serde_json::from_slice(&fs::read(input)?)?;
    let table = file::encode(&source, dictionaries)?;
    fs::write(&out, &table)?;
    println!("{}: {} bytes", out.display(), table.len());
    Ok(())
}

/// Runs `extract.py` and returns the file that it writes.
fn extract(folder: &Path) -> Result<PathBuf> {
    let out = workspace_root().join("target/xtask/schemas.json");
    fs::create_dir_all(out.parent().unwrap_or(folder))?;
    let mut command = Command::new("python3");
    command.arg("-B").arg(folder.join("extract.py"));
    let status = command.arg("--out").arg(&out).status()?;
    match status.success() {
        true => Ok(out),
        false => Err(format!("extract.py failed: {status}").into()),
    }
}
