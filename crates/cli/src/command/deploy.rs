//! `formwork deploy`: plans, asks, and carries out in dependency order.

use formwork_engine::{
    Allowances, AssetStore, FailurePolicy, ForeignOperations, InterruptionPolicy, Options, Purpose,
    StackAction, blockers, deploy, upload,
};

use super::finish::{self, stopped};
use super::prepare::{self, Prepared, Stage};
use crate::args::DeployArgs;
use crate::confirm::{Question, confirm};
use crate::exit::Exit;
use crate::session::{Project, Session};
use crate::stop::Stop;

/// Deploys.
pub async fn run(session: &Session, args: &DeployArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let options = options(session, args, &project)?;
    let again = finish::again(&project.blueprint);
    let stage = Stage::open(session, &project.blueprint).await?;
    let prepared = stage.plan(project, options, Purpose::Deploy).await?;
    prepared.show(session, &stage);
    if let Err(stop) = allowed(session, &stage, &prepared).await {
        stage.forget(&prepared).await;
        stage.display.end(None);
        return Err(stop);
    }
    if prepared.plan.is_empty() {
        stage.forget(&prepared).await;
        stage.display.end(None);
        return Ok(Exit::Done);
    }
    if let Err(stop) = send_assets(&stage, &prepared).await {
        stage.forget(&prepared).await;
        stage.display.hush().await;
        return Err(stop);
    }
    let Prepared {
        run,
        previews,
        sources,
        ..
    } = prepared;
    let client = stage.connection.client.clone();
    let running = deploy(&client, run, previews);
    finish::watch(session, stage, running, &sources, &again).await
}

fn options(session: &Session, args: &DeployArgs, project: &Project) -> Result<Options, Stop> {
    let blueprint = &project.blueprint;
    let selected = session.selected(blueprint)?;
    let scope = match args.exclusively {
        true => selected,
        false => blueprint.graph.with_dependencies(&selected),
    };
    let adopt = args
        .adopt
        .iter()
        .map(|text| prepare::key("--adopt", text, blueprint));
    let rotate = args
        .rotate
        .iter()
        .map(|text| prepare::variable(text, blueprint));
    let losses = args
        .allow_loss
        .iter()
        .map(|text| prepare::resource("--allow-loss", text, blueprint));
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

/// Whether the plan may be carried out: nothing forbidden is in it, and the user says yes.
async fn allowed(session: &Session, stage: &Stage, prepared: &Prepared) -> Result<(), Stop> {
    let blockers = blockers(&prepared.plan, &prepared.run.options.allowed);
    if !blockers.is_empty() {
        return Err(stopped(&blockers));
    }
    if prepared.plan.is_empty() {
        return Ok(());
    }
    let question = Question::Plan {
        text: "Carry this out?",
    };
    confirm(session, question, &stage.interrupts).await
}

/// Uploads what the stacks that change name.
async fn send_assets(stage: &Stage, prepared: &Prepared) -> Result<(), Stop> {
    let client = &stage.connection.client;
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
            exit = stage.interrupts.first() => return Err(Stop::silent(exit)),
        }
    }
    Ok(())
}
