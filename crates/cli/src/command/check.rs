//! `formwork check`: every problem of a blueprint, offline.

use std::path::Path;

use crate::args::{CheckArgs, ProblemsFormat};
use crate::exit::Exit;
use crate::place;
use crate::session::{Found, Session};
use crate::stop::Stop;
use crate::terminal;
use formwork_report::problems::{self, Findings};
use formwork_report::text::plural;

/// Finds every problem.
pub fn run(session: &Session, args: &CheckArgs) -> Result<Exit, Stop> {
    let found = session.read(args.at.blueprint.as_deref())?;
    if let Some(blueprint) = &found.0.blueprint {
        session.selected(blueprint)?;
    }
    let exit = found.exit();
    let folder = place::folder(args.at.blueprint.as_deref(), &session.here)?;
    match args.format {
        ProblemsFormat::Text => text(session, &found, args.at.blueprint.as_deref()),
        ProblemsFormat::Json => print(&found, &folder, problems::json),
        ProblemsFormat::Sarif => print(&found, &folder, problems::sarif),
        ProblemsFormat::Github => print(&found, &folder, problems::github),
    }
    Ok(exit)
}

fn text(session: &Session, found: &Found, given: Option<&Path>) {
    let loaded = &found.0;
    session.show(&loaded.problems, &loaded.sources);
    let name = match (&loaded.blueprint, given) {
        (Some(blueprint), _) => blueprint.name.clone(),
        (None, Some(given)) => given.display().to_string(),
        (None, None) => "the blueprint".to_owned(),
    };
    let found = problems::text::count(&loaded.problems).unwrap_or_else(|| "no problem".to_owned());
    let line = match &loaded.blueprint {
        Some(blueprint) => format!(
            "{name}: {found} in {}\n",
            plural(blueprint.graph.len(), "stack")
        ),
        None => format!("{name}: {found}\n"),
    };
    match loaded.blueprint.is_some() {
        true => terminal::result(&line),
        false => terminal::say(&line),
    }
}

/// The problems, for other programs: results, so they go to stdout.
fn print(found: &Found, folder: &Path, show: impl Fn(&Findings<'_>) -> String) {
    let loaded = &found.0;
    terminal::result(&show(&Findings {
        blueprint: loaded.blueprint.as_ref().map(|it| it.name.as_str()),
        problems: &loaded.problems,
        sources: &loaded.sources,
        files: &place::from_repository(folder, &loaded.sources),
    }));
}
