//! `formwork check`: every problem of a blueprint, offline.

use std::path::Path;

use serde_json::json;

use crate::args::{CheckArgs, Format};
use crate::exit::Exit;
use crate::report::{self, plural};
use crate::session::{Found, Session};
use crate::stop::Stop;
use crate::terminal;

/// Finds every problem.
pub fn run(session: &Session, args: &CheckArgs) -> Result<Exit, Stop> {
    let found = session.read(args.at.blueprint.as_deref())?;
    if let Some(blueprint) = &found.0.blueprint {
        session.selected(blueprint)?;
    }
    let exit = found.exit();
    match args.format {
        Format::Text => text(session, &found, args.at.blueprint.as_deref()),
        Format::Json => json(&found),
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
    let found = report::count(&loaded.problems).unwrap_or_else(|| "no problem".to_owned());
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

fn json(found: &Found) {
    let loaded = &found.0;
    let document = json!({
        "format": 1,
        "blueprint": loaded.blueprint.as_ref().map(|blueprint| blueprint.name.as_str()),
        "problems": report::json(&loaded.problems, &loaded.sources),
    });
    terminal::result(&format!("{document:#}\n"));
}
