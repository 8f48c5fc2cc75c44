//! `formwork fmt`: the files of a blueprint in their one form.

use std::fs;
use std::path::{Path, PathBuf};

use formwork_blueprint::format;
use formwork_template::diagnostics::{Problem, Sources};
use similar::TextDiff;

use crate::args::FmtArgs;
use crate::exit::Exit;
use crate::place;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;
use formwork_report::text::plural;

/// A file that has another form than the one.
struct Changed {
    path: PathBuf,
    shown: String,
    before: String,
    after: String,
}

/// Formats every file of a blueprint, or says which would change.
pub fn run(session: &Session, args: &FmtArgs) -> Result<Exit, Stop> {
    let path = place::blueprint(args.at.blueprint.as_deref(), &session.here)?;
    let files = files(&path)?;
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut changed = Vec::new();
    for path in &files {
        let shown = path.strip_prefix(&session.here).unwrap_or(path);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("`{}` cannot be read: {error}", shown.display());
                let problem = Problem::error(formwork_blueprint::codes::UNREADABLE_FILE, message);
                problems.push(problem.help("it is left as it is"));
                continue;
            }
        };
        let file = sources.add(shown, text.as_str());
        match format(file, &text) {
            Ok(after) if after == text => {}
            Ok(after) => changed.push(Changed {
                path: path.clone(),
                shown: shown.display().to_string(),
                before: text,
                after,
            }),
            Err(found) => problems.extend(found),
        }
    }
    session.show(&problems, &sources);
    for file in &changed {
        terminal::result(&format!("{}\n", file.shown));
        if session.global.verbose {
            terminal::say(&difference(file));
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
    session.remark(&format!(
        "{} looked at: {outcome}\n",
        plural(files.len(), "file")
    ));
    Ok(
        match (problems.is_empty(), args.check && !changed.is_empty()) {
            (false, _) => Exit::Wrong,
            (true, true) => Exit::Failed,
            (true, false) => Exit::Done,
        },
    )
}

/// The blueprint's own files: `blueprint.toml`, its stacks and its components, in this order.
fn files(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let (file, folder) = match path.is_dir() {
        true => (path.join("blueprint.toml"), path.to_owned()),
        false => {
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            (path.to_owned(), folder)
        }
    };
    let mut files = vec![file];
    for name in ["stacks", "components"] {
        tables(&folder.join(name), &mut files)?;
    }
    Ok(files)
}

/// The TOML files in a folder and those below it, sorted; links are not followed.
fn tables(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    if !folder.is_dir() {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| {
        Stop::failed(
            formwork_blueprint::codes::UNREADABLE_FILE,
            format!("the folder `{}` cannot be read: {error}", folder.display()),
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
            tables(&path, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|name| name == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// Puts the new text in the old one's place at once.
fn save(file: &Changed) -> Result<(), Stop> {
    let failed = |error: std::io::Error| {
        Stop::failed(
            codes::OUTPUT_FILE,
            format!("`{}` cannot be written: {error}", file.shown),
            "it is as it was",
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
        let _ = fs::remove_file(&draft);
    }
    written.map_err(failed)
}

fn difference(file: &Changed) -> String {
    TextDiff::from_lines(&file.before, &file.after)
        .unified_diff()
        .context_radius(2)
        .header(&file.shown, &file.shown)
        .to_string()
}
