//! `formwork plan`: compares a blueprint with the deployed stacks; changes nothing.

use formwork_engine::{Options, Purpose};

use super::prepare::RunSession;
use crate::args::{OutputFormat, PlanArgs};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::session::Session;
use crate::terminal;

/// Runs the command and deletes the change sets that planning created.
pub async fn run(session: &Session, args: &PlanArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let (purpose, scope) = match args.destroy {
        true => (Purpose::Destroy, selected),
        false => (
            Purpose::Deploy,
            project.blueprint.graph.with_dependencies(&selected),
        ),
    };
    let run_session = RunSession::open(session, &project.blueprint).await?;
    let prepared = run_session
        .plan(project, Options::for_stacks(scope), purpose)
        .await?;
    run_session.discard_previews(&prepared).await;
    let text = match args.format {
        OutputFormat::Text => prepared.text(
            &run_session,
            session.terminal.stdout,
            session.terminal.columns,
        ),
        OutputFormat::Json => json(&prepared.plan)?,
    };
    run_session.display.end(None);
    terminal::print_result(&text);
    Ok(match args.exit_code && !prepared.plan.is_empty() {
        true => ExitStatus::Changes,
        false => ExitStatus::Success,
    })
}

fn json(plan: &formwork_engine::Plan) -> Result<String, CommandError> {
    serde_json::to_string_pretty(plan)
        .map(|text| format!("{text}\n"))
        .map_err(|error| {
            CommandError::failed(
                formwork_report::codes::INTERNAL,
                format!("cannot write the plan as JSON: {error}"),
                "this is a bug in formwork",
            )
        })
}
