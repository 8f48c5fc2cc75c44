//! The deployment of all resources of a template in the order of dependencies, as parallel as
//! possible, until the first failure. The work on one resource is in `resource`.

use std::collections::BTreeSet;
use std::time::Duration;

use formwork_template::evaluate;
use indexmap::IndexMap;

use super::resource::{self, ResourceTimeline, StatusGroup, TimelineBuilder};
use super::{DeployMode, Env, failed_resources};
use crate::cloudformation::definition::ResolvedDefinition;
use crate::cloudformation::plan::{OutputError, evaluate_outputs};
use crate::cloudformation::references::RefContext;
use crate::model::clock::Time;
use crate::model::stack::{Output, Stack, StackState, Step};
use crate::model::status::ResourceStatus;

/// The timeline of a create or an update.
pub(super) struct DeployTimeline {
    pub(super) steps: Vec<Step>,
    pub(super) end: Time,
    pub(super) outcome: Result<Vec<Output>, OperationFailure>,
}

/// The time and the reason of an operation's failure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OperationFailure {
    pub(super) at: Time,
    pub(super) reason: String,
}

/// Computes the timeline of all resources of a definition, beginning at `begin`.
pub(super) fn deploy_resources(
    env: Env<'_>,
    stack: &Stack,
    mode: DeployMode,
    resolved: &ResolvedDefinition,
    begin: Time,
) -> DeployTimeline {
    let ResolvedDefinition {
        definition,
        template,
        conditions,
    } = resolved;
    let state = stack.at(env.context.now);
    let stack_context = stack.stack_context(definition);
    let mut builder = TimelineBuilder {
        env,
        stack,
        state: &state,
        stack_context: &stack_context,
        references: RefContext::new(
            definition,
            template,
            conditions,
            &stack_context,
            env.region_view,
        ),
        tags: definition.sorted_tags(),
        disables_rollback: definition.disable_rollback,
        seed: stack
            .operation(env.context.now)
            .map_or("", |operation| &operation.id),
        created: Vec::new(),
    };
    let order = evaluate::order(template, conditions).unwrap_or_default();
    let mut timelines: IndexMap<String, ResourceTimeline> = IndexMap::new();
    for (id, dependencies) in &order {
        let Some(resource) = template.resource(id) else {
            continue;
        };
        let Some(start) = ready_time(dependencies, &timelines, begin) else {
            continue;
        };
        let timeline = builder.build(resource, dependencies, start);
        timelines.insert(id.clone(), timeline);
    }
    let finishes = timelines.values().map(|timeline| timeline.finish);
    let end = finishes.max().unwrap_or(begin);
    let failed = timelines.values().filter(|timeline| timeline.is_failed);
    let first_failure = failed.map(|timeline| timeline.finish).min();
    let deadline = deadline(env, stack, mode).filter(|deadline| *deadline < end);
    match (first_failure, deadline) {
        (None, None) => finish(&builder, resolved, &state, timelines, end),
        (failure, deadline) => {
            let at = failure.into_iter().chain(deadline).min().unwrap_or(end);
            let (steps, mut reason) = stop(timelines, at);
            if failure != Some(at) {
                reason = format!("Stack creation time exceeded the specified timeout. {reason}");
            }
            let reason = reason.trim_end().to_owned();
            DeployTimeline {
                steps,
                end: at,
                outcome: Err(OperationFailure { at, reason }),
            }
        }
    }
}

/// Returns the time at which a create exceeds its `TimeoutInMinutes`.
fn deadline(env: Env<'_>, stack: &Stack, mode: DeployMode) -> Option<Time> {
    let minutes = match mode {
        DeployMode::Create => stack.timeout_in_minutes?,
        DeployMode::Update => return None,
    };
    let timeout = Duration::from_secs(60 * u64::from(minutes));
    Some(env.context.now + env.context.options.pace.scale_timeout(timeout))
}

/// Returns the time at which all dependencies are complete, or `None` if one of them fails.
fn ready_time(
    dependencies: &BTreeSet<String>,
    timelines: &IndexMap<String, ResourceTimeline>,
    begin: Time,
) -> Option<Time> {
    dependencies.iter().try_fold(begin, |ready, id| {
        let timeline = timelines.get(id).filter(|timeline| !timeline.is_failed)?;
        Some(ready.max(timeline.finish))
    })
}

/// Evaluates the outputs after all resources have succeeded.
fn finish(
    builder: &TimelineBuilder<'_>,
    resolved: &ResolvedDefinition,
    state: &StackState<'_>,
    timelines: IndexMap<String, ResourceTimeline>,
    end: Time,
) -> DeployTimeline {
    let region_view = builder.env.region_view;
    let outputs = evaluate_outputs(
        resolved,
        &builder.references,
        region_view,
        builder.stack_context,
    );
    let outcome = match outputs {
        Ok(outputs) => match export_conflict(builder, state, &outputs) {
            None => Ok(outputs),
            Some(reason) => Err(reason),
        },
        Err(OutputError::Evaluation(error)) => Err(error.to_string()),
        Err(OutputError::ExportConflict(reason)) => Err(reason),
        Err(OutputError::Unknown) => {
            Err("Template error: an output has a value that no resource gives".to_owned())
        }
    };
    DeployTimeline {
        steps: timelines
            .into_values()
            .flat_map(|timeline| timeline.steps)
            .collect(),
        end,
        outcome: outcome.map_err(|reason| OperationFailure { at: end, reason }),
    }
}

/// Returns the reason why an export cannot change or disappear: another stack imports it.
fn export_conflict(
    builder: &TimelineBuilder<'_>,
    state: &StackState<'_>,
    outputs: &[Output],
) -> Option<String> {
    for before in state.outputs {
        let Some(name) = &before.export else { continue };
        let after = outputs
            .iter()
            .find(|output| output.export.as_ref() == Some(name));
        if after.is_some_and(|after| after.value == before.value) {
            continue;
        }
        let importers = builder.env.region_view.importers(name);
        if importers.is_empty() {
            continue;
        }
        let verb = if after.is_some() { "update" } else { "delete" };
        let importers: Vec<_> = importers.into_iter().collect();
        return Some(format!(
            "Cannot {verb} export {name} as it is in use by {}.",
            importers.join(", ")
        ));
    }
    None
}

/// Returns the steps up to `at`, cancels the work that is in progress then, and returns the reason of
/// the failure.
fn stop(timelines: IndexMap<String, ResourceTimeline>, at: Time) -> (Vec<Step>, String) {
    let mut steps = Vec::new();
    let mut cancelled = Vec::new();
    let mut not_created = Vec::new();
    let mut not_updated = Vec::new();
    for (id, timeline) in timelines {
        let begins_now = timeline.start == at && timeline.finish > at;
        if timeline.steps.is_empty() || timeline.start > at || begins_now {
            continue;
        }
        let is_cancelled = timeline.finish > at;
        if is_cancelled || timeline.is_failed {
            match timeline.status_group {
                StatusGroup::Create => not_created.push(id.clone()),
                StatusGroup::Update => not_updated.push(id.clone()),
            }
        }
        if is_cancelled {
            let (status, reason) = match timeline.status_group {
                StatusGroup::Create => {
                    (ResourceStatus::CreateFailed, "Resource creation cancelled")
                }
                StatusGroup::Update => (ResourceStatus::UpdateFailed, "Resource update cancelled"),
            };
            let physical_id = timeline.physical_id_at(at);
            let mut step = resource::status_step(&id, &timeline.kind, &physical_id, status);
            step.reason = Some(reason.to_owned());
            cancelled.push(Step::resource(at, step));
        }
        steps.extend(timeline.steps.into_iter().filter(|step| step.at <= at));
    }
    // The failure comes before the cancellations that it causes.
    steps.extend(cancelled);
    let sentences = [
        failed_resources("create", &not_created),
        failed_resources("update", &not_updated),
    ];
    let sentences: Vec<_> = sentences.into_iter().flatten().collect();
    (steps, sentences.join(" "))
}
