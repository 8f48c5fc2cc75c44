//! Imports templates and prints a line of JSON for each: how it was taken over, or why not.
//!
//! `cargo run -p formwork-blueprint --example import -- FILE…`; with `--show` the files that would
//! be written are printed, too. It is how the table in `docs/validation.md` was made.
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
            println!("{}", json!({ "path": path, "came": "unreadable" }));
            continue;
        };
        let existing = ImportSource {
            blueprint: "imported".to_owned(),
            key: StackKey::new("main").expect("a key"),
            path: path.clone().into(),
            text,
            region: None,
            deployed: None,
        };
        match import(&existing) {
            Ok(imported) => {
                let came = match imported.form {
                    ImportForm::Toml => "language",
                    ImportForm::TemplateFile => "template",
                };
                println!(
                    "{}",
                    json!({ "path": path, "came": came, "notes": imported.notes })
                );
                for (name, text) in imported.files.iter().filter(|_| show) {
                    println!("=== {}\n{text}", name.display());
                }
            }
            Err(refusal) => {
                let problems: Vec<&str> = refusal
                    .problems
                    .iter()
                    .map(|problem| problem.message.as_str())
                    .collect();
                println!(
                    "{}",
                    json!({ "path": path, "came": "refused", "problems": problems })
                );
            }
        }
    }
}
