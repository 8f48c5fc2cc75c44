//! Executes a plan: forward for a deployment, backward for a destruction.
//!
//! One task, the `owner`, holds the run's state: the schedule, the operations in progress and the outcomes. Workers
//! start single stacks (`start_deploy`, `start_delete`) and determine their outcomes (`finish`); `poll` reads the status
//! of all stacks in progress with one batched call. Workers and polls only send messages to the owner. Each stack ends
//! in exactly one outcome.

pub(crate) mod context;
mod finish;
mod foreign;
mod operation;
mod owner;
mod poll;
mod report;
mod resource_events;
mod root_cause;
mod start_delete;
mod start_deploy;

use std::sync::Arc;

use formwork_blueprint::StackKey;

use self::context::{Run, RunContext};
use self::owner::Owner;
use crate::model::cancel::CancelLevel;
use crate::model::draft::Previews;
use crate::model::event::{Event, QueuedStack};
use crate::model::hazard::Blocker;
use crate::model::outcome::{Outcome, Summary};
use crate::model::plan::{Plan, Purpose, StackAction, StackPlan};
use crate::plan::deployment::plan_deployment;
use crate::plan::destruction::{destruction_edges, plan_destruction};
use crate::plan::draft::draft;
use crate::plan::hazards::blockers;
use crate::plan::preview::discard;
use crate::schedule::Schedule;
use crate::send::Sender;
use crate::targets::client::Client;

/// Deploys the blueprint and executes the change sets of the previews.
///
/// # Errors
/// The plan is blocked. Nothing was sent, and the change sets of the previews still exist.
pub async fn deploy(
    client: &Client,
    run: Run,
    previews: Previews,
) -> Result<Summary, Vec<Blocker>> {
    let request = run.request();
    let plan = plan_deployment(&request, &draft(&request, &previews), &previews);
    let mut edges = Vec::new();
    for stack in run.blueprint.graph.stacks() {
        for dependency in run.blueprint.graph.dependencies(stack.key.as_str()) {
            edges.push((dependency.clone(), stack.key.clone()));
        }
    }
    carry_out(client, run, previews, &plan, edges).await
}

/// Deletes the chosen stacks, dependents first.
///
/// # Errors
/// The plan is blocked. Nothing was sent.
pub async fn destroy(client: &Client, run: Run) -> Result<Summary, Vec<Blocker>> {
    let plan = plan_destruction(&run.request());
    let edges = destruction_edges(&run.blueprint, &run.observed);
    carry_out(client, run, Previews::new(), &plan, edges).await
}

async fn carry_out(
    client: &Client,
    run: Run,
    previews: Previews,
    plan: &Plan,
    edges: impl IntoIterator<Item = (StackKey, StackKey)>,
) -> Result<Summary, Vec<Blocker>> {
    let blockers = blockers(plan, &run.options.allowed);
    if !blockers.is_empty() {
        return Err(blockers);
    }
    let tasks = plan
        .stacks
        .iter()
        .map(|stack| (stack.key.clone(), weight(plan.purpose, stack)));
    let schedule = Schedule::new(tasks, edges, run.options.jobs)
        .expect("a blueprint's graph and a destruction's order are acyclic");
    client.events().send(Event::RunStarted {
        stacks: plan.stacks.iter().map(queued_stack).collect(),
    });
    let context = RunContext {
        sender: Sender::new(client, run.blueprint.assets_bucket.as_deref()),
        run,
        previews,
    };
    let keys = plan.stacks.iter().map(|stack| stack.key.clone());
    let context = Arc::new(context);
    let owner = Owner::new(context.clone(), plan.purpose, schedule, keys.collect());
    let summary = owner.run().await;
    if summary.interruption != Some(CancelLevel::Detach) {
        discard(client, &unused(&context.previews, &summary)).await;
    }
    Ok(summary)
}

/// Returns the previews of skipped stacks, whose change sets must be deleted.
fn unused(previews: &Previews, summary: &Summary) -> Previews {
    let skipped = |key: &StackKey| matches!(summary.stacks.get(key), Some(Outcome::Skipped(_)));
    let unused = previews.iter().filter(|(key, _)| skipped(key));
    unused
        .map(|(key, preview)| (key.clone(), preview.clone()))
        .collect()
}

/// Returns the expected duration of a stack's operation, without a unit.
fn weight(purpose: Purpose, stack: &StackPlan) -> u64 {
    let touched = match purpose {
        Purpose::Deploy => stack.resources.len(),
        Purpose::Destroy => stack.resource_count,
    };
    // Even the operation of an empty stack takes some time.
    4 + touched as u64
}

fn queued_stack(stack: &StackPlan) -> QueuedStack {
    let resources = match stack.action {
        StackAction::Unchanged
        | StackAction::Absent
        | StackAction::Protect
        | StackAction::Refused(_) => 0,
        _ => stack.resources.len(),
    };
    QueuedStack {
        stack: stack.key.clone(),
        name: stack.name.clone(),
        action: stack.action.clone(),
        resources,
        waits_for: stack.waits_for.clone(),
    }
}
