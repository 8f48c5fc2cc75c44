//! `formwork fmt`: formats the files of a blueprint.

use std::fs;
use std::path::{Path, PathBuf};

use formwork_blueprint::format;
use formwork_report::codes;
use formwork_report::text::plural;
use formwork_template::diagnostics::{Problem, Sources};
use similar::TextDiff;

use crate::args::FmtArgs;
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::paths;
use crate::session::Session;
use crate::terminal;

/// A file that formatting changes.
struct ChangedFile {
    path: PathBuf,
    shown: String,
    before: String,
    after: String,
}

/// Runs the command.
pub fn run(session: &Session, args: &FmtArgs) -> Result<ExitStatus, CommandError> {
    let path = paths::blueprint(args.at.blueprint.as_deref(), &session.working_directory)?;
    let files = blueprint_files(&path)?;
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut changed = Vec::new();
    for path in &files {
        let shown = path
            .strip_prefix(&session.working_directory)
            .unwrap_or(path);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", shown.display());
                let problem = Problem::error(formwork_blueprint::codes::UNREADABLE_FILE, message);
                problems.push(problem.help("the file stays unchanged"));
                continue;
            }
        };
        let file = sources.add(shown, text.as_str());
        match format(file, &text) {
            Ok(after) if after == text => {}
            Ok(after) => changed.push(ChangedFile {
                path: path.clone(),
                shown: shown.display().to_string(),
                before: text,
                after,
            }),
            Err(found) => problems.extend(found),
        }
    }
    session.print_problems(&problems, &sources);
    for file in &changed {
        terminal::print_result(&format!("{}\n", file.shown));
        if session.global.verbose {
            terminal::print_message(&difference(file));
        }
        if !args.check {
            save(file)?;
        }
    }
    let outcome = match (args.check, changed.len()) {
        (_, 0) => "nothing to change".to_owned(),
        (true, count) => format!("{} would change", plural(count, "file")),
        (false, count) => format!("{} changed", plural(count, "file")),
    };
    session.print_note(&format!(
        "{} checked: {outcome}\n",
        plural(files.len(), "file")
    ));
    Ok(
        match (problems.is_empty(), args.check && !changed.is_empty()) {
            (false, _) => ExitStatus::Invalid,
            (true, true) => ExitStatus::Failed,
            (true, false) => ExitStatus::Success,
        },
    )
}

/// Returns the files of a blueprint: `blueprint.toml`, then its stacks and components.
fn blueprint_files(path: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let (file, folder) = match path.is_dir() {
        true => (path.join("blueprint.toml"), path.to_owned()),
        false => {
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            (path.to_owned(), folder)
        }
    };
    let mut files = vec![file];
    for name in ["stacks", "components"] {
        collect_toml_files(&folder.join(name), &mut files)?;
    }
    Ok(files)
}

/// Collects the TOML files of a folder and its subfolders, sorted; it does not follow links.
fn collect_toml_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| {
        CommandError::failed(
            formwork_blueprint::codes::UNREADABLE_FILE,
            format!("the folder cannot read `{}`: {error}", folder.display()),
            "nothing was changed",
        )
    };
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)
        .and_then(Iterator::collect)
        .map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(unreadable)?;
        let path = entry.path();
        if kind.is_dir() {
            collect_toml_files(&path, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|name| name == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// Replaces the file atomically.
fn save(file: &ChangedFile) -> Result<(), CommandError> {
    let failed = |error: std::io::Error| {
        CommandError::failed(
            codes::OUTPUT_FILE,
            format!("cannot write `{}`: {error}", file.shown),
            "the file is unchanged",
        )
    };
    let draft = file
        .path
        .with_extension(format!("toml.{}", std::process::id()));
    let permissions = fs::metadata(&file.path).map_err(failed)?.permissions();
    let written = fs::write(&draft, &file.after)
        .and_then(|()| fs::set_permissions(&draft, permissions))
        .and_then(|()| fs::rename(&draft, &file.path));
    if written.is_err() {
        fs::remove_file(&draft).ok();
    }
    written.map_err(failed)
}

fn difference(file: &ChangedFile) -> String {
    TextDiff::from_lines(&file.before, &file.after)
        .unified_diff()
        .context_radius(2)
        .header(&file.shown, &file.shown)
        .to_string()
}
