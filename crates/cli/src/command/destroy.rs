//! `formwork destroy`: deletes stacks in reverse order.

use formwork_blueprint::{Blueprint, Protection};
use formwork_engine::{
    FailurePolicy, ForeignOperations, Options, ProtectedStacks, Purpose, blockers, destroy,
};

use super::finish::{self, blocked};
use super::prepare::{self, PreparedRun, RunSession};
use crate::args::DestroyArgs;
use crate::command_error::CommandError;
use crate::confirm::{Question, confirm};
use crate::exit_status::ExitStatus;
use crate::session::{Project, Session};

/// Runs the command.
pub async fn run(session: &Session, args: &DestroyArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let options = options(session, args, &project)?;
    let retry_command = finish::retry_command(&project.blueprint);
    let run_session = RunSession::open(session, &project.blueprint).await?;
    let prepared = run_session.plan(project, options, Purpose::Destroy).await?;
    prepared.print(session, &run_session);
    if let Err(error) = confirm_plan(session, args, &run_session, &prepared).await {
        run_session.display.end(None);
        return Err(error);
    }
    if prepared.plan.is_empty() {
        run_session.display.end(None);
        return Ok(ExitStatus::Success);
    }
    let PreparedRun { run, sources, .. } = prepared;
    let client = run_session.connection.client.clone();
    let running = destroy(&client, run);
    finish::finish_run(session, run_session, running, &sources, &retry_command).await
}

fn options(
    session: &Session,
    args: &DestroyArgs,
    project: &Project,
) -> Result<Options, CommandError> {
    let blueprint = &project.blueprint;
    let retain = args
        .retain
        .iter()
        .map(|text| prepare::resource_address("--retain", text, blueprint));
    Ok(Options {
        jobs: usize::from(session.global.jobs),
        foreign_operations: match args.wait {
            true => ForeignOperations::Wait,
            false => ForeignOperations::Refuse,
        },
        failure_policy: match args.fail_fast {
            true => FailurePolicy::Stop,
            false => FailurePolicy::Continue,
        },
        retain: retain.collect::<Result<_, _>>()?,
        // Termination protection is removed only after the environment's name was confirmed.
        protected: match protected_environment(blueprint) {
            Some(_) => ProtectedStacks::Lift,
            None => ProtectedStacks::Refuse,
        },
        ..Options::for_stacks(session.selected(blueprint)?)
    })
}

/// Returns the environment's name if it is protected.
fn protected_environment(blueprint: &Blueprint) -> Option<&str> {
    let environment = blueprint.environment.as_ref()?;
    (environment.protection == Protection::Protected).then(|| environment.name.as_str())
}

/// Returns an error if the plan has blockers or the user declines it.
async fn confirm_plan(
    session: &Session,
    args: &DestroyArgs,
    run_session: &RunSession,
    prepared: &PreparedRun,
) -> Result<(), CommandError> {
    let blockers = blockers(&prepared.plan, &prepared.run.options.allowed);
    if !blockers.is_empty() {
        return Err(blocked(&blockers));
    }
    if prepared.plan.is_empty() {
        return Ok(());
    }
    if let Some(environment) = protected_environment(&prepared.run.blueprint) {
        let confirmed = args.confirm.as_deref();
        let named = Question::Protected {
            environment,
            confirmed,
        };
        confirm(session, named, &run_session.interrupts).await?;
    }
    let question = Question::Plan {
        text: "Delete these stacks?",
    };
    confirm(session, question, &run_session.interrupts).await
}
