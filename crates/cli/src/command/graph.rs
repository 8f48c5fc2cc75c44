//! `formwork graph`: the stacks and what flows between them.

use std::collections::BTreeMap;

use crate::estimate::creation;
use formwork_blueprint::{Blueprint, KnownValues, StackKey};
use indexmap::IndexMap;

use crate::args::{GraphArgs, GraphFormat};
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::graph::{Drawing, Size, dot, mermaid, text};

/// Draws the graph.
pub fn run(session: &Session, args: &GraphArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let drawing = Drawing::new(&project.blueprint.graph, &selected, |key| {
        size(&project.blueprint, key)
    });
    terminal::result(&match args.format {
        GraphFormat::Text => text(&drawing),
        GraphFormat::Dot => dot(&drawing),
        GraphFormat::Mermaid => mermaid(&drawing),
    });
    Ok(Exit::Done)
}

/// How many resources a stack has, and how long making them usually takes.
fn size(blueprint: &Blueprint, key: &StackKey) -> Size {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = KnownValues {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    let template = blueprint
        .graph
        .get(key.as_str())
        .map(|stack| stack.render(&known).template);
    Size {
        resources: template
            .as_ref()
            .map_or(0, |template| template.resources().count()),
        creation: template.as_ref().and_then(creation),
    }
}
