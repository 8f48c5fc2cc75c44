//! Tasks of the developers, run as `cargo xtask TASK`.
//!
//! The rules of the workspace are tests of this package: run `cargo test --package xtask`.
#![expect(clippy::print_stdout, reason = "a task reports to the terminal")]
#![expect(clippy::print_stderr, reason = "a task reports to the terminal")]

mod agreement;
mod json_schema;
mod schema;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The result of a task. Its error is printed.
type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: cargo xtask TASK

tasks:
  agreement [--seed TEXT] [--count NUMBER] [--correct FOLDER]
      compares formwork with cfn-lint: invalid templates, the blueprints and generated templates;
      with a folder, also the public templates of crates/xtask/agreement/correct.json

  json-schema [--out FOLDER]
      writes the JSON Schemas of blueprints, by default into docs/schema

  schema [--input FILE] [--out FILE] [--train]
      encodes the schema table, crates/catalog/schema/table.bin; without an input file,
      crates/catalog/schema/extract.py downloads cfn-lint and extracts the schemas;
      --train trains new dictionaries instead of using those of the committed table
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((task, options)) = arguments.split_first() else {
        return Err(USAGE.into());
    };
    match task.as_str() {
        "agreement" => agreement::run(&agreement::Options {
            seed: option(options, "--seed")
                .cloned()
                .unwrap_or("2026".to_owned()),
            count: option(options, "--count")
                .cloned()
                .unwrap_or("2000".to_owned()),
            correct: option(options, "--correct").map(PathBuf::from),
        }),
        "json-schema" => {
            let out = option(options, "--out").map(PathBuf::from);
            json_schema::run(&out.unwrap_or_else(|| workspace_root().join("docs/schema")))
        }
        "schema" => schema::run(
            option(options, "--input").map(PathBuf::from),
            option(options, "--out").map(PathBuf::from),
            options.iter().any(|option| option == "--train"),
        ),
        _ => Err(format!("unknown task `{task}`\n\n{USAGE}").into()),
    }
}

/// Returns the value of an option: the argument after its name.
fn option<'a>(arguments: &'a [String], name: &str) -> Option<&'a String> {
    let position = arguments.iter().position(|argument| argument == name)?;
    arguments.get(position + 1)
}

/// Returns the root of the workspace.
fn workspace_root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("the package is in crates/xtask").to_owned()
}
