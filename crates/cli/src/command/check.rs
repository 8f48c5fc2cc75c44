//! `formwork check`: reports every problem of a blueprint, offline.

use std::path::Path;

use formwork_blueprint::LoadOutput;
use formwork_report::problems::{self, ProblemReport};
use formwork_report::text::plural;

use crate::args::{CheckArgs, ProblemsFormat};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::paths;
use crate::session::{Session, exit_status};
use crate::terminal;

/// Runs the command.
pub fn run(session: &Session, args: &CheckArgs) -> Result<ExitStatus, CommandError> {
    let loaded = session.read(args.at.blueprint.as_deref())?;
    if let Some(blueprint) = &loaded.blueprint {
        session.selected(blueprint)?;
    }
    let exit = exit_status(&loaded);
    let folder = paths::blueprint_folder(args.at.blueprint.as_deref(), &session.working_directory)?;
    match args.format {
        ProblemsFormat::Text => print_text(session, &loaded, args.at.blueprint.as_deref()),
        ProblemsFormat::Json => print_report(&loaded, &folder, problems::json),
        ProblemsFormat::Sarif => print_report(&loaded, &folder, problems::sarif),
        ProblemsFormat::Github => print_report(&loaded, &folder, problems::github),
    }
    Ok(exit)
}

fn print_text(session: &Session, loaded: &LoadOutput, path: Option<&Path>) {
    session.print_problems(&loaded.problems, &loaded.sources);
    let name = match (&loaded.blueprint, path) {
        (Some(blueprint), _) => blueprint.name.clone(),
        (None, Some(path)) => path.display().to_string(),
        (None, None) => "the blueprint".to_owned(),
    };
    let found = problems::count(&loaded.problems).unwrap_or_else(|| "no problems".to_owned());
    let line = match &loaded.blueprint {
        Some(blueprint) => format!(
            "{name}: {found} in {}\n",
            plural(blueprint.graph.len(), "stack")
        ),
        None => format!("{name}: {found}\n"),
    };
    match loaded.blueprint.is_some() {
        true => terminal::print_result(&line),
        false => terminal::print_message(&line),
    }
}

/// Prints the problems for other programs, to stdout.
fn print_report(loaded: &LoadOutput, folder: &Path, show: impl Fn(&ProblemReport<'_>) -> String) {
    terminal::print_result(&show(&ProblemReport {
        blueprint: loaded.blueprint.as_ref().map(|it| it.name.as_str()),
        problems: &loaded.problems,
        sources: &loaded.sources,
        files: &paths::repository_paths(folder, &loaded.sources),
    }));
}
