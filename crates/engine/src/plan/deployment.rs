//! Creates the plan of a deployment from its draft and the previews. Pure.

use std::collections::BTreeSet;

use formwork_blueprint::StackKey;
use formwork_template::{Change, EntryDiff, Section};

use super::compare::{changed_options, changed_parameters, needs_protection, user_tags};
use super::hazards::{interruptions, losses};
use super::lookup::{has_secret, to_json};
use super::resources::{added_resources, merge_content_addressed, resources_from_change_set};
use super::templates::resources_from_templates;
use crate::model::change::{PlannedValue, ResourcePlan, ValuePlan};
use crate::model::desired::{DesiredStack, ParameterInput};
use crate::model::draft::{Draft, DraftAction, DraftRequest, PreviewResult, Previews, StackDraft};
use crate::model::observed::{ObservedStack, STACK_TAG};
use crate::model::plan::{Basis, Note, Plan, Purpose, StackAction, StackPlan, UnmanagedStack};

/// Creates the plan of a deployment.
pub fn plan_deployment(request: &DraftRequest<'_>, draft: &Draft, previews: &Previews) -> Plan {
    let mut plan = empty_plan(request, Purpose::Deploy);
    for (key, drafted) in &draft.stacks {
        let live = request.observed.stacks.get(key);
        let preview = previews.get(key).map(|preview| &preview.result);
        let mut stack = stack_plan(request, drafted, live, preview);
        if let Some(live) = live {
            let resources = stack.resources.as_slice();
            let hazards = interruptions(key, live, resources, stack.basis, request.observed);
            plan.interruptions.extend(hazards);
            plan.losses.extend(losses(key, resources, stack.basis));
        }
        merge_content_addressed(&mut stack.resources, &drafted.desired);
        plan.stacks.push(stack);
    }
    let is_denied = |result: &PreviewResult| matches!(result, PreviewResult::Denied);
    if previews.values().any(|preview| is_denied(&preview.result)) {
        plan.notes.push(Note::ChangeSetsDenied);
    }
    plan
}

/// Returns a plan without stacks.
pub(super) fn empty_plan(request: &DraftRequest<'_>, purpose: Purpose) -> Plan {
    let unmanaged = |live: &ObservedStack| UnmanagedStack {
        name: live.stack.name.clone(),
        id: live.stack.id.clone(),
        status: live.stack.status,
        key: live.stack.tags.get(STACK_TAG).cloned(),
    };
    let environment = &request.blueprint.environment;
    Plan {
        purpose,
        blueprint: request.blueprint.name.clone(),
        environment: environment
            .as_ref()
            .map(|environment| environment.name.to_string()),
        account: request.observed.account.clone(),
        region: request.observed.region.clone(),
        stacks: Vec::new(),
        unmanaged: request.observed.unmanaged.iter().map(unmanaged).collect(),
        interruptions: Vec::new(),
        losses: Vec::new(),
        notes: request.observed.notes.clone(),
    }
}

fn stack_plan(
    request: &DraftRequest<'_>,
    drafted: &StackDraft,
    live: Option<&ObservedStack>,
    preview: Option<&PreviewResult>,
) -> StackPlan {
    let desired = &drafted.desired;
    let (resources, basis) = resource_plans(request, drafted, live, preview);
    let details = Details::new(drafted, live);
    let dependencies = request.blueprint.graph.dependencies(desired.key.as_str());
    StackPlan {
        key: desired.key.clone(),
        name: desired.name.clone(),
        id: live.map(|live| live.stack.id.clone()),
        status: live.map(|live| live.stack.status),
        action: stack_action(&drafted.action),
        basis,
        only_because: only_because(drafted),
        capabilities: desired
            .capabilities
            .iter()
            .map(ToString::to_string)
            .collect(),
        resources,
        parameters: details.parameters,
        outputs: details.outputs,
        tags: details.tags,
        other: details.other,
        resource_count: desired.template.resources().count(),
        waits_for: in_scope(request, dependencies),
    }
}

fn stack_action(action: &DraftAction) -> StackAction {
    match action {
        DraftAction::Create => StackAction::Create,
        DraftAction::Recreate => StackAction::Recreate,
        DraftAction::Update => StackAction::Update,
        DraftAction::AwaitUpstream | DraftAction::Undecided => StackAction::MayUpdate,
        DraftAction::Protect => StackAction::Protect,
        DraftAction::Unchanged => StackAction::Unchanged,
        DraftAction::InFlight(_) => StackAction::InFlight,
        DraftAction::Refused(refusal) => StackAction::Refused(refusal.clone()),
    }
}

fn resource_plans(
    request: &DraftRequest<'_>,
    drafted: &StackDraft,
    live: Option<&ObservedStack>,
    preview: Option<&PreviewResult>,
) -> (Vec<ResourcePlan>, Basis) {
    let (desired, table) = (&drafted.desired, &request.blueprint.table);
    let resources = match (&drafted.action, live, preview) {
        (DraftAction::Create | DraftAction::Recreate, ..) => added_resources(desired),
        (DraftAction::Update, Some(live), Some(PreviewResult::Changes(change_set))) => {
            let resources = resources_from_change_set(change_set, table, desired, live);
            return (resources, Basis::ChangeSet);
        }
        (DraftAction::Update | DraftAction::AwaitUpstream, Some(live), _) => {
            resources_from_templates(table, desired, live)
        }
        _ => Vec::new(),
    };
    (resources, Basis::Templates)
}

/// Returns the keys that are in the run's scope.
pub(super) fn in_scope<'a>(
    request: &DraftRequest<'_>,
    keys: impl Iterator<Item = &'a StackKey>,
) -> Vec<StackKey> {
    keys.filter(|key| request.options.scope.contains(*key))
        .cloned()
        .collect()
}

/// Returns the stacks whose changes are the only reason for an update.
fn only_because(drafted: &StackDraft) -> Vec<StackKey> {
    if drafted.action != DraftAction::AwaitUpstream {
        return Vec::new();
    }
    let pending = drafted.desired.pending();
    let stacks: BTreeSet<StackKey> = pending.into_iter().map(|output| output.stack).collect();
    stacks.into_iter().collect()
}

/// The changes of a stack apart from its resources.
#[derive(Default)]
struct Details {
    parameters: Vec<ValuePlan>,
    outputs: Vec<ValuePlan>,
    tags: Vec<ValuePlan>,
    other: Vec<String>,
}

impl Details {
    fn new(drafted: &StackDraft, live: Option<&ObservedStack>) -> Self {
        let changes = matches!(
            drafted.action,
            DraftAction::Update
                | DraftAction::AwaitUpstream
                | DraftAction::Undecided
                | DraftAction::Protect
        );
        let (true, Some(live)) = (changes, live) else {
            return Self::default();
        };
        let desired = &drafted.desired;
        let mut details = Self {
            parameters: parameters(desired, live),
            tags: tags(desired, live),
            ..Self::default()
        };
        if let Some(deployed) = &live.template {
            for entry in formwork_template::diff(deployed, &desired.template) {
                match entry.section {
                    Section::Resources | Section::Parameters => {}
                    Section::Outputs => details.outputs.push(output(&entry, desired, live)),
                    section => details.other.push(match entry.name.as_str() {
                        "" => section.key().to_owned(),
                        name => format!("{}.{name}", section.key()),
                    }),
                }
            }
        }
        let options = changed_options(desired, live)
            .into_iter()
            .map(str::to_owned);
        details.other.extend(options);
        if needs_protection(desired, &live.stack) {
            details.other.push("termination_protection".to_owned());
        }
        details
    }
}

fn parameters(desired: &DesiredStack, live: &ObservedStack) -> Vec<ValuePlan> {
    let changed = changed_parameters(desired, live);
    let deployed = |name: &str| {
        let value = live.stack.parameters.get(name)?;
        Some(PlannedValue::Known(value.value.clone().into()))
    };
    let plan = |(name, value): (&String, &ParameterInput)| {
        let (before, after) = match value {
            ParameterInput::Value(value) if changed.contains(name) => {
                (deployed(name), PlannedValue::Known(value.clone().into()))
            }
            ParameterInput::Value(_) => return None,
            ParameterInput::Pending(pending) => {
                let after = PlannedValue::AfterDeploy(vec![pending.clone()]);
                (deployed(name), after)
            }
            ParameterInput::Secret(_) => {
                let before = deployed(name).map(|_| PlannedValue::Secret);
                (before, PlannedValue::Secret)
            }
        };
        Some(ValuePlan {
            name: name.clone(),
            before,
            after: Some(after),
        })
    };
    desired.inputs.iter().filter_map(plan).collect()
}

fn tags(desired: &DesiredStack, live: &ObservedStack) -> Vec<ValuePlan> {
    let before = user_tags(&live.stack.tags);
    let names: BTreeSet<&String> = before.keys().chain(desired.tags.keys()).collect();
    let known = |value: Option<&String>| value.map(|text| PlannedValue::Known(text.clone().into()));
    names
        .into_iter()
        .filter(|name| before.get(*name) != desired.tags.get(*name))
        .map(|name| ValuePlan {
            name: name.clone(),
            before: known(before.get(name)),
            after: known(desired.tags.get(name)),
        })
        .collect()
}

fn output(entry: &EntryDiff, desired: &DesiredStack, live: &ObservedStack) -> ValuePlan {
    let before = live.stack.outputs.get(&entry.name);
    let after = desired
        .template
        .outputs()
        .find(|output| output.name == entry.name)
        .and_then(|output| output.value())
        .filter(|_| entry.change != Change::Removed);
    ValuePlan {
        name: entry.name.clone(),
        before: before.map(|output| PlannedValue::Known(output.value.clone().into())),
        after: after.map(|node| match has_secret(&desired.template, node) {
            true => PlannedValue::Secret,
            false => PlannedValue::Known(to_json(node)),
        }),
    }
}
