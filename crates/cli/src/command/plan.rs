//! `formwork plan`: what would be done. Changes nothing.

use formwork_engine::{Options, Purpose};

use super::prepare::Stage;
use crate::args::{Format, PlanArgs};
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;

/// Plans, and deletes the change sets made for it.
pub async fn run(session: &Session, args: &PlanArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let (purpose, scope) = match args.destroy {
        true => (Purpose::Destroy, selected),
        false => (
            Purpose::Deploy,
            project.blueprint.graph.with_dependencies(&selected),
        ),
    };
    let stage = Stage::open(session, &project.blueprint).await?;
    let prepared = stage
        .plan(project, Options::for_stacks(scope), purpose)
        .await?;
    stage.forget(&prepared).await;
    let text = match args.format {
        Format::Text => prepared.text(&stage, session.terminal.stdout, session.terminal.columns),
        Format::Json => json(&prepared.plan)?,
    };
    stage.display.end(None);
    terminal::result(&text);
    Ok(match args.exit_code && !prepared.plan.is_empty() {
        true => Exit::Changes,
        false => Exit::Done,
    })
}

fn json(plan: &formwork_engine::Plan) -> Result<String, Stop> {
    serde_json::to_string_pretty(plan)
        .map(|text| format!("{text}\n"))
        .map_err(|error| {
            Stop::failed(
                formwork_report::codes::INTERNAL,
                format!("the plan cannot be written as JSON: {error}"),
                "this is a fault of formwork",
            )
        })
}
