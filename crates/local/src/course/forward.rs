//! Forward: every resource of a template in the order of dependencies, side by side where nothing
//! forbids it, until the first failure.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::work::{Item, Verb, Working};
use super::{Setting, Way, failed, work};
use crate::clock::Time;
use crate::definition::Defined;
use crate::lookup::Known;
use crate::plan::{OutputError, outputs};
use crate::stack::{Output, Stack, State, Step};
use crate::status::ResourceStatus;
use formwork_template::evaluate;

/// What a create or an update does.
pub(super) struct Forward {
    pub(super) steps: Vec<Step>,
    pub(super) end: Time,
    pub(super) outcome: Result<Vec<Output>, Failed>,
}

/// When and why an operation fails.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failed {
    pub(super) at: Time,
    pub(super) reason: String,
}

/// The course of all resources of `defined` from `begin` on.
pub(super) fn forward(
    setting: Setting<'_>,
    stack: &Stack,
    way: Way,
    defined: &Defined,
    begin: Time,
) -> Forward {
    let Defined {
        definition,
        template,
        conditions,
    } = defined;
    let state = stack.at(setting.scene.now);
    let place = stack.place(definition);
    let mut working = Working {
        setting,
        stack,
        state: &state,
        place: &place,
        known: Known::new(definition, template, conditions, &place, setting.outside),
        tags: definition.sorted_tags(),
        disables_rollback: definition.disable_rollback,
        seed: stack
            .operation(setting.scene.now)
            .map_or("", |operation| &operation.id),
        made: Vec::new(),
    };
    let order = evaluate::order(template, conditions).unwrap_or_default();
    let mut items: IndexMap<String, Item> = IndexMap::new();
    for (id, dependencies) in &order {
        let Some(resource) = template.resource(id) else {
            continue;
        };
        let Some(start) = ready(dependencies, &items, begin) else {
            continue;
        };
        let item = working.item(resource, dependencies, start);
        items.insert(id.clone(), item);
    }
    let end = items
        .values()
        .map(|item| item.finish)
        .max()
        .unwrap_or(begin);
    let first_failure = items
        .values()
        .filter(|item| item.is_failed)
        .map(|item| item.finish)
        .min();
    let time_out = match way {
        Way::Create => stack.timeout_in_minutes,
        Way::Update => None,
    };
    let deadline = time_out.map(|minutes| {
        let minutes = std::time::Duration::from_secs(60 * u64::from(minutes));
        setting.scene.now + setting.scene.options.pace.time_out(minutes)
    });
    match (first_failure, deadline.filter(|deadline| *deadline < end)) {
        (None, None) => finish(&working, defined, &state, items, end),
        (failure, deadline) => {
            let at = failure.into_iter().chain(deadline).min().unwrap_or(end);
            let (steps, reason) = stop(items, at);
            let reason = match failure {
                Some(failure) if failure == at => reason,
                _ => format!("Stack creation time exceeded the specified timeout. {reason}"),
            };
            let reason = reason.trim_end().to_owned();
            Forward {
                steps,
                end: at,
                outcome: Err(Failed { at, reason }),
            }
        }
    }
}

/// When all of `dependencies` are done; `None` when one of them never is.
fn ready(
    dependencies: &BTreeSet<String>,
    items: &IndexMap<String, Item>,
    begin: Time,
) -> Option<Time> {
    dependencies.iter().try_fold(begin, |ready, id| {
        let item = items.get(id).filter(|item| !item.is_failed)?;
        Some(ready.max(item.finish))
    })
}

/// All resources succeeded: now the outputs.
fn finish(
    working: &Working<'_>,
    defined: &Defined,
    state: &State<'_>,
    items: IndexMap<String, Item>,
    end: Time,
) -> Forward {
    let outside = working.setting.outside;
    let steps = items.into_values().flat_map(|item| item.steps).collect();
    let outcome = match outputs(defined, &working.known, outside, working.place) {
        Ok(outputs) => match locked(working, state, &outputs) {
            None => Ok(outputs),
            Some(reason) => Err(reason),
        },
        Err(OutputError::Evaluation(error)) => Err(error.to_string()),
        Err(OutputError::Taken(reason)) => Err(reason),
        Err(OutputError::Unknown) => {
            Err("Template error: an output has a value that no resource gives".to_owned())
        }
    };
    let outcome = outcome.map_err(|reason| Failed { at: end, reason });
    Forward {
        steps,
        end,
        outcome,
    }
}

/// Why the exports cannot change: another stack imports one that would.
fn locked(working: &Working<'_>, state: &State<'_>, outputs: &[Output]) -> Option<String> {
    for before in state.outputs {
        let Some(name) = &before.export else { continue };
        let after = outputs
            .iter()
            .find(|output| output.export.as_ref() == Some(name));
        if after.is_some_and(|after| after.value == before.value) {
            continue;
        }
        let importers = working.setting.outside.importers(name);
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

/// What happened before `at`; what was under way then is cancelled.
fn stop(items: IndexMap<String, Item>, at: Time) -> (Vec<Step>, String) {
    let mut steps = Vec::new();
    let mut cancelled = Vec::new();
    let mut not_created = Vec::new();
    let mut not_updated = Vec::new();
    for (id, item) in items {
        if item.steps.is_empty() || item.start > at || (item.start == at && item.finish > at) {
            continue;
        }
        let is_cancelled = item.finish > at;
        if is_cancelled || item.is_failed {
            match item.verb {
                Verb::Create => not_created.push(id.clone()),
                Verb::Change => not_updated.push(id.clone()),
            }
        }
        if is_cancelled {
            let (status, reason) = match item.verb {
                Verb::Create => (ResourceStatus::CreateFailed, "Resource creation cancelled"),
                Verb::Change => (ResourceStatus::UpdateFailed, "Resource update cancelled"),
            };
            let physical_id = item.physical_id_at(at);
            let mut step = work::shown(&id, &item.kind, &physical_id, status);
            step.reason = Some(reason.to_owned());
            cancelled.push(Step::resource(at, step));
        }
        steps.extend(item.steps.into_iter().filter(|step| step.at <= at));
    }
    // What failed comes before what was cancelled for it.
    steps.extend(cancelled);
    let sentences = [
        failed("create", &not_created),
        failed("update", &not_updated),
    ];
    let sentences: Vec<_> = sentences.into_iter().flatten().collect();
    (steps, sentences.join(" "))
}
