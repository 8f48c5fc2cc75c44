//! From draft and previews to a plan, and from what is deployed to the plan of its destruction. Pure.

use std::collections::BTreeSet;

use formwork_blueprint::{Blueprint, StackKey};
use formwork_template::{Change, Section};

use super::place::{holds_secret, json};
use super::resources::{all_gone, all_new, from_change_set, join_followers};
use super::templates::from_templates;
use super::{
    Action, Basis, Note, Pending, Plan, PlannedValue, Purpose, Refusal, ResourcePlan, StackPlan,
    Unmanaged, ValuePlan, interruptions, losses,
};
use crate::desired::{Desired, Input as Value};
use crate::draft::{
    Answer, Draft, Input, Previews, Step, Verdict, changed_options, changed_parameters,
    needs_protection, not_ours, own_tags,
};
use crate::observe::{Live, Observed, STACK_TAG};
use crate::options::Protected;

impl Plan {
    /// The plan of a deployment.
    pub fn deployment(input: &Input<'_>, draft: &Draft, previews: &Previews) -> Plan {
        let mut plan = empty(input, Purpose::Deploy);
        for (key, step) in &draft.steps {
            let live = input.observed.stacks.get(key);
            let preview = previews.get(key).map(|preview| &preview.answer);
            let mut stack = stack_plan(input, step, live, preview);
            if let Some(live) = live {
                let observed = input.observed;
                let resources = (stack.resources.as_slice(), stack.basis);
                let hazards = interruptions(key, live, resources, observed);
                plan.interruptions.extend(hazards);
                plan.losses.extend(losses(key, resources));
            }
            join_followers(&mut stack.resources, &step.desired);
            plan.stacks.push(stack);
        }
        let denied = |answer: &Answer| matches!(answer, Answer::Denied);
        if previews.values().any(|preview| denied(&preview.answer)) {
            plan.notes.push(Note::ChangeSetsDenied);
        }
        plan
    }

    /// The plan of deleting what is deployed, dependents first.
    pub fn destruction(input: &Input<'_>) -> Plan {
        let mut plan = empty(input, Purpose::Destroy);
        let waits = destruction_order(input.blueprint, input.observed);
        for key in sorted(input, &waits) {
            let live = input.observed.stacks.get(&key);
            let stack = deletion(input, &key, live, &waits);
            if stack.action == Action::Delete {
                plan.losses
                    .extend(losses(&key, (&stack.resources, stack.basis)));
            }
            plan.stacks.push(stack);
        }
        plan
    }
}

fn empty(input: &Input<'_>, purpose: Purpose) -> Plan {
    let unmanaged = |live: &Live| Unmanaged {
        name: live.stack.name.clone(),
        id: live.stack.id.clone(),
        status: live.stack.status,
        key: live.stack.tags.get(STACK_TAG).cloned(),
    };
    let environment = &input.blueprint.environment;
    Plan {
        purpose,
        blueprint: input.blueprint.name.clone(),
        environment: environment
            .as_ref()
            .map(|environment| environment.name.to_string()),
        account: input.observed.account.clone(),
        region: input.observed.region.clone(),
        stacks: Vec::new(),
        unmanaged: input.observed.unmanaged.iter().map(unmanaged).collect(),
        interruptions: Vec::new(),
        losses: Vec::new(),
        notes: input.observed.notes.clone(),
    }
}

fn stack_plan(
    input: &Input<'_>,
    step: &Step,
    live: Option<&Live>,
    preview: Option<&Answer>,
) -> StackPlan {
    let desired = &step.desired;
    let action = match &step.verdict {
        Verdict::Create => Action::Create,
        Verdict::Recreate => Action::Recreate,
        Verdict::Update => Action::Update,
        Verdict::Waits | Verdict::Doubtful => Action::MayUpdate,
        Verdict::Protect => Action::Protect,
        Verdict::Unchanged => Action::Unchanged,
        Verdict::InFlight(_) => Action::InFlight,
        Verdict::Refused(refusal) => Action::Refused(refusal.clone()),
    };
    let mut basis = Basis::Templates;
    let resources = match (&step.verdict, live, preview) {
        (Verdict::Create | Verdict::Recreate, ..) => all_new(desired),
        (Verdict::Update, Some(live), Some(Answer::Changes(change_set))) => {
            basis = Basis::ChangeSet;
            from_change_set(change_set, &input.blueprint.table, desired, live)
        }
        (Verdict::Update | Verdict::Waits, Some(live), _) => {
            from_templates(&input.blueprint.table, desired, live)
        }
        _ => Vec::new(),
    };
    let details = Details::of(step, live);
    StackPlan {
        key: desired.key.clone(),
        name: desired.name.clone(),
        id: live.map(|live| live.stack.id.clone()),
        status: live.map(|live| live.stack.status),
        action,
        basis,
        only_because: only_because(step),
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
        waits_for: in_scope(
            input,
            input.blueprint.graph.dependencies(desired.key.as_str()),
        ),
    }
}

fn in_scope<'a>(input: &Input<'_>, keys: impl Iterator<Item = &'a StackKey>) -> Vec<StackKey> {
    keys.filter(|key| input.options.scope.contains(*key))
        .cloned()
        .collect()
}

/// The stacks without whose change nothing would be done here.
fn only_because(step: &Step) -> Vec<StackKey> {
    if step.verdict != Verdict::Waits {
        return Vec::new();
    }
    let stacks: BTreeSet<StackKey> = step.pending().into_iter().map(|p| p.stack).collect();
    stacks.into_iter().collect()
}

/// What changes beside resources.
#[derive(Default)]
struct Details {
    parameters: Vec<ValuePlan>,
    outputs: Vec<ValuePlan>,
    tags: Vec<ValuePlan>,
    other: Vec<String>,
}

impl Details {
    fn of(step: &Step, live: Option<&Live>) -> Self {
        let changes = matches!(
            step.verdict,
            Verdict::Update | Verdict::Waits | Verdict::Doubtful | Verdict::Protect
        );
        let (true, Some(live)) = (changes, live) else {
            return Self::default();
        };
        let desired = &step.desired;
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
        if needs_protection(desired, live) {
            details.other.push("termination_protection".to_owned());
        }
        details
    }
}

fn parameters(desired: &Desired, live: &Live) -> Vec<ValuePlan> {
    let changed = changed_parameters(desired, live);
    let deployed = |name: &str| {
        let value = live.stack.parameters.get(name)?;
        Some(PlannedValue::Known(value.value.clone().into()))
    };
    let plan = |(name, value): (&String, &Value)| {
        let (before, after) = match value {
            Value::Value(value) if changed.contains(name) => {
                (deployed(name), PlannedValue::Known(value.clone().into()))
            }
            Value::Value(_) => return None,
            Value::Pending(pending) => {
                let after = PlannedValue::AfterDeploy(vec![pending.clone()]);
                (deployed(name), after)
            }
            Value::Secret(_) => {
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

fn tags(desired: &Desired, live: &Live) -> Vec<ValuePlan> {
    let before = own_tags(&live.stack.tags);
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

fn output(entry: &formwork_template::EntryDiff, desired: &Desired, live: &Live) -> ValuePlan {
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
        after: after.map(|node| match holds_secret(&desired.template, node) {
            true => PlannedValue::Secret,
            false => PlannedValue::Known(json(node)),
        }),
    }
}

/// What a deletion waits for: (first deleted, then deleted).
pub(crate) type Waits = BTreeSet<(StackKey, StackKey)>;

/// The order of a destruction: what is deployed says who uses whom, and the blueprint's own edges join where they do
/// not contradict it.
pub(crate) fn destruction_order(blueprint: &Blueprint, observed: &Observed) -> Waits {
    let reversed = |(from, to): (StackKey, StackKey)| (to, from);
    let deployed: Waits = observed.edges().into_iter().map(reversed).collect();
    let mut own = Waits::new();
    for stack in blueprint.graph.stacks() {
        for dependency in blueprint.graph.dependencies(stack.key.as_str()) {
            own.insert((stack.key.clone(), dependency.clone()));
        }
    }
    let both: Waits = deployed.union(&own).cloned().collect();
    let keys = || blueprint.graph.stacks().map(|stack| (stack.key.clone(), 1));
    let fits =
        |waits: &Waits| crate::schedule::Schedule::new(keys(), waits.iter().cloned(), 1).is_ok();
    if fits(&both) {
        both
    } else if fits(&deployed) {
        deployed
    } else {
        // Deployed halves of two blueprints may contradict each other; CloudFormation guards what is really in use.
        own
    }
}

/// The chosen stacks in the order of their deletion.
fn sorted(input: &Input<'_>, waits: &Waits) -> Vec<StackKey> {
    let chosen = input.blueprint.graph.order().rev().map(|stack| &stack.key);
    let work = chosen
        .filter(|key| input.options.scope.contains(*key))
        .map(|key| (key.clone(), 1));
    let mut schedule = crate::schedule::Schedule::new(work, waits.iter().cloned(), 1)
        .expect("the order of a destruction is free of knots");
    let mut order = Vec::new();
    while let Some(key) = schedule.begin_next() {
        schedule.done(&key);
        order.push(key);
    }
    order
}

fn deletion(input: &Input<'_>, key: &StackKey, live: Option<&Live>, waits: &Waits) -> StackPlan {
    let stack = input.blueprint.graph.get(key.as_str());
    let stack = stack.expect("only stacks of the blueprint are chosen");
    let action = match live {
        None => Action::Absent,
        Some(live) => delete_action(input, key, live),
    };
    let resources: Vec<ResourcePlan> = match (live, &action) {
        (Some(live), Action::Delete | Action::InFlight) => all_gone(live),
        _ => Vec::new(),
    };
    let first = waits
        .iter()
        .filter(|(_, later)| later == key)
        .map(|(first, _)| first);
    StackPlan {
        key: key.clone(),
        name: stack.name.clone(),
        id: live.map(|live| live.stack.id.clone()),
        status: live.map(|live| live.stack.status),
        action,
        basis: Basis::Templates,
        only_because: Vec::new(),
        capabilities: Vec::new(),
        resource_count: resources.len(),
        resources,
        parameters: Vec::new(),
        outputs: Vec::new(),
        tags: Vec::new(),
        other: Vec::new(),
        waits_for: in_scope(input, first),
    }
}

fn delete_action(input: &Input<'_>, key: &StackKey, live: &Live) -> Action {
    if !live.is_ours(input.blueprint, key) && !input.options.adopt.contains(key) {
        return Action::Refused(not_ours(live));
    }
    let outside =
        |(from, to): &(StackKey, StackKey)| from == key && !input.options.scope.contains(to);
    let edges = input.observed.edges().into_iter();
    let stacks: Vec<StackKey> = edges.filter(outside).map(|(_, to)| to).collect();
    if !stacks.is_empty() {
        return Action::Refused(Refusal::NeededBy { stacks });
    }
    if live.stack.termination_protection && input.options.protected == Protected::Refuse {
        return Action::Refused(Refusal::Protected);
    }
    match live.stack.status.is_in_progress() {
        true => Action::InFlight,
        false => Action::Delete,
    }
}

impl StackPlan {
    /// The values of other stacks that it waits for.
    pub fn pending(&self) -> Vec<&Pending> {
        self.parameters
            .iter()
            .flat_map(|plan| match &plan.after {
                Some(PlannedValue::AfterDeploy(pending)) => pending.iter().collect(),
                _ => Vec::new(),
            })
            .collect()
    }
}
