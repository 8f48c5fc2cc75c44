//! `formwork destroy`: deletes in reverse order.

use formwork_blueprint::{Blueprint, Protection};
use formwork_engine::{
    FailurePolicy, ForeignOperations, Options, ProtectedStacks, Purpose, blockers, destroy,
};

use super::finish::{self, stopped};
use super::prepare::{self, Prepared, Stage};
use crate::args::DestroyArgs;
use crate::confirm::{Question, confirm};
use crate::exit::Exit;
use crate::session::{Project, Session};
use crate::stop::Stop;

/// Destroys.
pub async fn run(session: &Session, args: &DestroyArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let options = options(session, args, &project)?;
    let again = finish::again(&project.blueprint);
    let stage = Stage::open(session, &project.blueprint).await?;
    let prepared = stage.plan(project, options, Purpose::Destroy).await?;
    prepared.show(session, &stage);
    if let Err(stop) = allowed(session, args, &stage, &prepared).await {
        stage.display.end(None);
        return Err(stop);
    }
    if prepared.plan.is_empty() {
        stage.display.end(None);
        return Ok(Exit::Done);
    }
    let Prepared { run, sources, .. } = prepared;
    let client = stage.connection.client.clone();
    let running = destroy(&client, run);
    finish::watch(session, stage, running, &sources, &again).await
}

fn options(session: &Session, args: &DestroyArgs, project: &Project) -> Result<Options, Stop> {
    let blueprint = &project.blueprint;
    let retain = args
        .retain
        .iter()
        .map(|text| prepare::resource("--retain", text, blueprint));
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
        // Nothing is lifted before the environment's name was given.
        protected: match protected(blueprint) {
            Some(_) => ProtectedStacks::Lift,
            None => ProtectedStacks::Refuse,
        },
        ..Options::for_stacks(session.selected(blueprint)?)
    })
}

/// The protected environment's name.
fn protected(blueprint: &Blueprint) -> Option<&str> {
    let environment = blueprint.environment.as_ref()?;
    (environment.protection == Protection::Protected).then(|| environment.name.as_str())
}

/// Whether the plan may be carried out: nothing forbidden is in it, and the user says yes.
async fn allowed(
    session: &Session,
    args: &DestroyArgs,
    stage: &Stage,
    prepared: &Prepared,
) -> Result<(), Stop> {
    let blockers = blockers(&prepared.plan, &prepared.run.options.allowed);
    if !blockers.is_empty() {
        return Err(stopped(&blockers));
    }
    if prepared.plan.is_empty() {
        return Ok(());
    }
    if let Some(environment) = protected(&prepared.run.blueprint) {
        let given = args.confirm.as_deref();
        let named = Question::Protected { environment, given };
        confirm(session, named, &stage.interrupts).await?;
    }
    let question = Question::Plan {
        text: "Delete all this?",
    };
    confirm(session, question, &stage.interrupts).await
}
