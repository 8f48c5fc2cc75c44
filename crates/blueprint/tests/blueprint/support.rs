//! Helpers for the tests: blueprints in memory, and problems and templates as text.
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, FileKind, Files, FolderEntry, KnownValues, LoadOutput,
    MemoryFiles, Request, VariableAssignment, load,
};
use formwork_template::diagnostics::{Problem, Severity};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// The blueprint's folder in memory.
pub const FOLDER: &str = "/project/blueprint";

/// Creates files in the blueprint's folder from pairs of path and text.
pub fn files(files: &[(&str, &str)]) -> MemoryFiles {
    files
        .iter()
        .fold(MemoryFiles::default(), |all, (path, text)| {
            all.with(Path::new(FOLDER).join(path), *text)
        })
}

/// Returns a request for the blueprint in memory.
pub fn request() -> Request {
    Request {
        blueprint: PathBuf::from(FOLDER),
        ..Request::default()
    }
}

/// Loads files in memory.
pub fn load_files(list: &[(&str, &str)]) -> LoadOutput {
    load(&files(list), &request())
}

/// Loads a stack `web` in a blueprint with variables and assets.
pub fn load_stack(stack: &str) -> LoadOutput {
    load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        ("stacks/web.toml", stack),
    ])
}

/// Loads with an environment and with variables from the command line.
pub fn load_with(list: &[(&str, &str)], env: Option<&str>, set: &[(&str, &str)]) -> LoadOutput {
    let mut request = request();
    request.environment = env.map(|env| EnvName::new(env).unwrap());
    request.variables = set
        .iter()
        .map(|(name, text)| given(name, text, AssignmentSource::CommandLine))
        .collect();
    load(&files(list), &request)
}

/// Returns a variable's value.
pub fn given(name: &str, text: &str, source: AssignmentSource) -> VariableAssignment {
    VariableAssignment {
        name: name.to_owned(),
        text: text.to_owned(),
        source,
    }
}

/// Returns the blueprint, or panics with its problems.
pub fn expect_valid(loaded: LoadOutput) -> Blueprint {
    let shown = problems(&loaded);
    loaded
        .blueprint
        .unwrap_or_else(|| panic!("the blueprint has problems:\n{shown}"))
}

/// Returns every problem with all its labels: `code file:line:column "source text" label`.
pub fn problems(loaded: &LoadOutput) -> String {
    shown(loaded, &loaded.problems)
}

/// Returns every error with all its labels.
pub fn errors(loaded: &LoadOutput) -> String {
    let errors = loaded.problems.iter().filter(|problem| problem.is_error());
    shown(loaded, errors)
}

fn shown<'p>(loaded: &LoadOutput, problems: impl IntoIterator<Item = &'p Problem>) -> String {
    let mut out = String::new();
    for problem in problems {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(out, "{severity} {}: {}", problem.code.name, problem.message).unwrap();
        for label in &problem.labels {
            let position = loaded.sources.position(label.span);
            let path = loaded.sources.path(label.span.file).display();
            let text = loaded.sources.slice(label.span);
            let text: String = text
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect();
            write!(
                out,
                "  {path}:{}:{} `{text}`",
                position.line, position.column
            )
            .unwrap();
            match label.text.is_empty() {
                true => out.push('\n'),
                false => writeln!(out, " {}", label.text).unwrap(),
            }
        }
        if let Some(help) = &problem.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}

/// Returns one line for each error: `file:line code: message`.
pub fn brief(loaded: &LoadOutput) -> String {
    let mut out = String::new();
    for problem in loaded.problems.iter().filter(|problem| problem.is_error()) {
        let places: Vec<String> = problem
            .labels
            .iter()
            .map(|label| {
                let position = loaded.sources.position(label.span);
                format!(
                    "{}:{}",
                    loaded.sources.path(label.span.file).display(),
                    position.line
                )
            })
            .collect();
        writeln!(
            out,
            "{} {}: {}",
            places.join(" + "),
            problem.code.name,
            problem.message
        )
        .unwrap();
    }
    out
}

/// Returns a stack's template as JSON, without values that are known after deploy.
pub fn template(blueprint: &Blueprint, key: &str) -> String {
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let stack = blueprint
        .graph
        .get(key)
        .unwrap_or_else(|| panic!("no stack {key}"));
    formwork_template::write::json(stack.render(&known).template.root())
}

/// Returns a part of a stack's template as compact JSON.
pub fn part(blueprint: &Blueprint, key: &str, path: &str) -> String {
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let stack = blueprint
        .graph
        .get(key)
        .unwrap_or_else(|| panic!("no stack {key}"));
    let rendered = stack.render(&known);
    match rendered.template.root().at(path) {
        Some(node) => formwork_template::write::json_compact(node),
        None => "(nothing)".to_owned(),
    }
}

/// The file system.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        if std::fs::metadata(path)?.len() > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        std::fs::read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        std::fs::read_dir(folder)?
            .map(|entry| {
                let entry = entry?;
                Ok(FolderEntry {
                    name: entry.file_name().to_string_lossy().into_owned(),
                    kind: self.kind(&entry.path())?,
                })
            })
            .collect()
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        Ok(match std::fs::metadata(path)?.is_dir() {
            true => FileKind::Folder,
            false => FileKind::File,
        })
    }
}
