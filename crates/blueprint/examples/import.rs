//! Imports templates and prints a line of JSON for each: its form, or the problems.
//!
//! Usage: `cargo run -p formwork-blueprint --example import -- [--show] FILE…`. `--show` also prints
//! the imported files. The table in `docs/validation.md` comes from this program.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example for the command line, which reads files and prints"
)]

use formwork_blueprint::StackKey;
use formwork_blueprint::import::{ImportForm, ImportSource, import};
use serde_json::json;

fn main() {
    let mut show = false;
    for path in std::env::args().skip(1) {
        if path == "--show" {
            show = true;
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("{}", json!({ "path": path, "result": "unreadable" }));
            continue;
        };
        let source = ImportSource {
            blueprint: "imported".to_owned(),
            key: StackKey::new("main").expect("a key"),
            path: path.clone().into(),
            text,
            region: None,
            deployed: None,
        };
        match import(&source) {
            Ok(imported) => {
                let form = match imported.form {
                    ImportForm::Toml => "language",
                    ImportForm::TemplateFile => "template",
                };
                println!(
                    "{}",
                    json!({ "path": path, "result": form, "notes": imported.notes })
                );
                for (name, text) in imported.files.iter().filter(|_| show) {
                    println!("=== {}\n{text}", name.display());
                }
            }
            Err(error) => {
                let problems: Vec<&str> = error
                    .problems
                    .iter()
                    .map(|problem| problem.message.as_str())
                    .collect();
                println!(
                    "{}",
                    json!({ "path": path, "result": "refused", "problems": problems })
                );
            }
        }
    }
}
