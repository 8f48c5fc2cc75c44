//! Carries a plan out: forward for a deployment, backward for a destruction.
//!
//! One task owns the run (`owner`): the schedule, the stacks in flight and the outcomes. Workers bring single stacks
//! on their way (`bring`, `remove`) and say how they ended (`conclude`); looks learn the state of all stacks in
//! flight by one batched call (`watch`). They share nothing with the owner but messages. Each stack ends in exactly
//! one outcome.

mod bring;
mod cause;
mod conclude;
mod flight;
mod follow;
mod owner;
mod remove;
mod said;
mod watch;

use std::sync::Arc;

use formwork_blueprint::{AssetName, Blueprint, PackedAsset, StackKey};
use indexmap::IndexMap;

use crate::cancel::{Cancel, Level};
use crate::client::Client;
use crate::draft::{Input, Previews, draft};
use crate::event::{Begin, Event};
use crate::observe::Observed;
use crate::options::Options;
use crate::outcome::{Outcome, Summary};
use crate::plan::{Action, Blocker, Plan, Purpose};
use crate::preview::discard;
use crate::schedule::Schedule;
use crate::send::Sender;
use owner::Owner;

/// What a run works from.
#[derive(Debug, Clone)]
pub struct Run {
    /// What should be.
    pub blueprint: Arc<Blueprint>,
    /// The assets that its templates name, in the bucket already.
    pub packed: Arc<IndexMap<AssetName, PackedAsset>>,
    /// What was observed when the plan was made.
    pub observed: Arc<Observed>,
    /// What the user chose.
    pub options: Arc<Options>,
    /// How the user interrupts it.
    pub cancel: Cancel,
}

/// What workers share; nobody changes it.
#[derive(Debug)]
struct Context {
    sender: Sender,
    run: Run,
    previews: Previews,
}

impl Run {
    /// What drafts and plans are made from.
    pub fn input(&self) -> Input<'_> {
        Input {
            blueprint: &self.blueprint,
            packed: &self.packed,
            observed: &self.observed,
            options: &self.options,
        }
    }
}

/// Makes the account as the blueprint says, executing the change sets that were previewed.
///
/// # Errors
/// What stands in the way of the plan. Then nothing was sent, and the previewed change sets are still there.
pub async fn deploy(
    client: &Client,
    run: Run,
    previews: Previews,
) -> Result<Summary, Vec<Blocker>> {
    let plan = {
        let input = run.input();
        Plan::deployment(&input, &draft(&input, &previews), &previews)
    };
    let mut waits = Vec::new();
    for stack in run.blueprint.graph.stacks() {
        for dependency in run.blueprint.graph.dependencies(stack.key.as_str()) {
            waits.push((dependency.clone(), stack.key.clone()));
        }
    }
    carry_out(client, run, previews, &plan, waits).await
}

/// Deletes what is deployed of the chosen stacks, dependents first.
///
/// # Errors
/// What stands in the way of the plan. Then nothing was sent.
pub async fn destroy(client: &Client, run: Run) -> Result<Summary, Vec<Blocker>> {
    let plan = Plan::destruction(&run.input());
    let waits = crate::plan::destruction_order(&run.blueprint, &run.observed);
    carry_out(client, run, Previews::new(), &plan, waits).await
}

async fn carry_out(
    client: &Client,
    run: Run,
    previews: Previews,
    plan: &Plan,
    waits: impl IntoIterator<Item = (StackKey, StackKey)>,
) -> Result<Summary, Vec<Blocker>> {
    let blockers = plan.blockers(&run.options.allowed);
    if !blockers.is_empty() {
        return Err(blockers);
    }
    let weighed = plan
        .stacks
        .iter()
        .map(|stack| (stack.key.clone(), weight(plan.purpose, stack)));
    let schedule = Schedule::new(weighed, waits, run.options.jobs)
        .expect("a blueprint's graph and a destruction's order are free of knots");
    client.events().tell(Event::Begin {
        stacks: plan.stacks.iter().map(beginning).collect(),
    });
    let context = Context {
        sender: Sender::new(client, run.blueprint.assets_bucket.as_deref()),
        run,
        previews,
    };
    let keys = plan.stacks.iter().map(|stack| stack.key.clone());
    let context = Arc::new(context);
    let owner = Owner::new(context.clone(), plan.purpose, schedule, keys.collect());
    let summary = owner.run().await;
    if summary.interruption != Some(Level::Leave) {
        discard(client, &unused(&context.previews, &summary)).await;
    }
    Ok(summary)
}

/// The previews of stacks that were not begun: their change sets would stay behind.
fn unused(previews: &Previews, summary: &Summary) -> Previews {
    let skipped = |key: &StackKey| matches!(summary.stacks.get(key), Some(Outcome::Skipped(_)));
    let unused = previews.iter().filter(|(key, _)| skipped(key));
    unused
        .map(|(key, preview)| (key.clone(), preview.clone()))
        .collect()
}

/// How long a stack is expected to take, in no unit: an unchanged one costs nothing.
fn weight(purpose: Purpose, stack: &crate::plan::StackPlan) -> u64 {
    let touched = match purpose {
        Purpose::Deploy => stack.resources.len(),
        Purpose::Destroy => stack.resource_count,
    };
    // A stack of its own takes its time whatever it holds.
    4 + touched as u64
}

fn beginning(stack: &crate::plan::StackPlan) -> Begin {
    let resources = match stack.action {
        Action::Unchanged | Action::Absent | Action::Protect | Action::Refused(_) => 0,
        _ => stack.resources.len(),
    };
    Begin {
        stack: stack.key.clone(),
        name: stack.name.clone(),
        action: stack.action.clone(),
        resources,
        waits_for: stack.waits_for.clone(),
    }
}
