//! `formwork graph`: shows the stacks and the values that flow between them.

use std::collections::BTreeMap;

use formwork_blueprint::{Blueprint, KnownValues, StackKey};
use formwork_report::graph::{GraphDrawing, StackSize, dot, mermaid, text};
use indexmap::IndexMap;

use crate::args::{GraphArgs, GraphFormat};
use crate::command_error::CommandError;
use crate::estimate::creation;
use crate::exit_status::ExitStatus;
use crate::session::Session;
use crate::terminal;

/// Runs the command.
pub fn run(session: &Session, args: &GraphArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let drawing = GraphDrawing::new(&project.blueprint.graph, &selected, |key| {
        size(&project.blueprint, key)
    });
    terminal::print_result(&match args.format {
        GraphFormat::Text => text(&drawing),
        GraphFormat::Dot => dot(&drawing),
        GraphFormat::Mermaid => mermaid(&drawing),
    });
    Ok(ExitStatus::Success)
}

/// Returns the number of resources of a stack and the typical time to create it.
fn size(blueprint: &Blueprint, key: &StackKey) -> StackSize {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = KnownValues {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    let template = blueprint
        .graph
        .get(key.as_str())
        .map(|stack| stack.render(&known).template);
    StackSize {
        resources: template
            .as_ref()
            .map_or(0, |template| template.resources().count()),
        creation: template.as_ref().and_then(creation),
    }
}
