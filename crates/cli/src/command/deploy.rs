//! `formwork deploy`: plans, asks, and deploys in dependency order.

use formwork_engine::{
    Allowances, AssetStore, FailurePolicy, ForeignOperations, InterruptionPolicy, Options, Purpose,
    StackAction, blockers, deploy, upload,
};

use super::finish::{self, blocked};
use super::prepare::{self, PreparedRun, RunSession};
use crate::args::DeployArgs;
use crate::command_error::CommandError;
use crate::confirm::{Question, confirm};
use crate::exit_status::ExitStatus;
use crate::session::{Project, Session};

/// Runs the command.
pub async fn run(session: &Session, args: &DeployArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let options = options(session, args, &project)?;
    let retry_command = finish::retry_command(&project.blueprint);
    let run_session = RunSession::open(session, &project.blueprint).await?;
    let prepared = run_session.plan(project, options, Purpose::Deploy).await?;
    prepared.print(session, &run_session);
    if let Err(error) = confirm_plan(session, &run_session, &prepared).await {
        run_session.discard_previews(&prepared).await;
        run_session.display.end(None);
        return Err(error);
    }
    if prepared.plan.is_empty() {
        run_session.discard_previews(&prepared).await;
        run_session.display.end(None);
        return Ok(ExitStatus::Success);
    }
    if let Err(error) = upload_assets(&run_session, &prepared).await {
        run_session.discard_previews(&prepared).await;
        run_session.display.flush().await;
        return Err(error);
    }
    let PreparedRun {
        run,
        previews,
        sources,
        ..
    } = prepared;
    let client = run_session.connection.client.clone();
    let running = deploy(&client, run, previews);
    finish::finish_run(session, run_session, running, &sources, &retry_command).await
}

fn options(
    session: &Session,
    args: &DeployArgs,
    project: &Project,
) -> Result<Options, CommandError> {
    let blueprint = &project.blueprint;
    let selected = session.selected(blueprint)?;
    let scope = match args.exclusively {
        true => selected,
        false => blueprint.graph.with_dependencies(&selected),
    };
    let adopt = args
        .adopt
        .iter()
        .map(|text| prepare::stack_key("--adopt", text, blueprint));
    let rotate = args
        .rotate
        .iter()
        .map(|text| prepare::sensitive_variable(text, blueprint));
    let losses = args
        .allow_loss
        .iter()
        .map(|text| prepare::resource_address("--allow-loss", text, blueprint));
    Ok(Options {
        adopt: adopt.collect::<Result<_, _>>()?,
        rotate: rotate.collect::<Result<_, _>>()?,
        allowed: Allowances {
            losses: losses.collect::<Result<_, _>>()?,
            interruptions: match args.allow_interruption {
                true => InterruptionPolicy::Allowed,
                false => InterruptionPolicy::Refused,
            },
        },
        jobs: usize::from(session.global.jobs),
        foreign_operations: match args.wait {
            true => ForeignOperations::Wait,
            false => ForeignOperations::Refuse,
        },
        failure_policy: match args.fail_fast {
            true => FailurePolicy::Stop,
            false => FailurePolicy::Continue,
        },
        ..Options::for_stacks(scope)
    })
}

/// Returns an error if the plan has blockers or the user declines it.
async fn confirm_plan(
    session: &Session,
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
    let question = Question::Plan {
        text: "Deploy these changes?",
    };
    confirm(session, question, &run_session.interrupts).await
}

/// Uploads the assets of the stacks that change.
async fn upload_assets(
    run_session: &RunSession,
    prepared: &PreparedRun,
) -> Result<(), CommandError> {
    let client = &run_session.connection.client;
    let blueprint = &prepared.run.blueprint;
    let changing = prepared.plan.stacks.iter().filter(|stack| {
        !matches!(
            stack.action,
            StackAction::Unchanged | StackAction::Absent | StackAction::Protect
        )
    });
    let stacks = changing.filter_map(|stack| blueprint.graph.get(stack.key.as_str()));
    let store = AssetStore::new(client, blueprint.assets_bucket.as_deref());
    for asset in prepare::assets(blueprint, stacks) {
        let Some(archive) = prepared.archives.get(&asset.name) else {
            continue;
        };
        tokio::select! {
            sent = upload(&asset.name, archive, &store, client) => {
                sent.map_err(|error| prepare::asset_failed(&error))?;
            }
            exit = run_session.interrupts.wait_for_first() => return Err(CommandError::silent(exit)),
        }
    }
    Ok(())
}
