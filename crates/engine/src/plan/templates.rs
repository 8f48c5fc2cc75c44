//! What happens to each resource as far as two templates and the schema table tell.
//!
//! Differences in the text come first, then the values that follow parameters which change or are
//! not known yet, then those that follow a resource which is made anew.

use std::collections::{BTreeMap, BTreeSet};

use formwork_catalog::schema::Table;
use formwork_catalog::stateful;
use formwork_template::sub::{self, Part};
use formwork_template::{
    Affected, Change, Intrinsic, Node, PathStep, Section, Target, Template, ValueDiff, ValuePath,
};

use super::expected::Expected;
use super::place::{holds_secret, json, node_at, span_of};
use super::resources::opening;
use super::{Cause, Pending, PlannedValue, PropertyPlan, Replaces, ResourceAction, ResourcePlan};
use crate::desired::{Desired, Input};
use crate::draft::changed_parameters;
use crate::observe::Live;

/// What the templates say.
pub(super) fn from_templates(table: &Table, desired: &Desired, live: &Live) -> Vec<ResourcePlan> {
    let Some(deployed) = &live.template else {
        return Vec::new();
    };
    let expected = Expected::new(table, desired, live);
    let mut plans = Vec::new();
    for entry in formwork_template::diff(deployed, &desired.template) {
        if entry.section != Section::Resources {
            continue;
        }
        let (action, properties) = match &entry.change {
            Change::Added => (ResourceAction::Add, Vec::new()),
            Change::Removed => (ResourceAction::Remove, Vec::new()),
            Change::Changed(values) => {
                let of = |value| of_diff(value, &entry.name, &expected, deployed);
                (ResourceAction::Update, values.iter().map(of).collect())
            }
        };
        let removed = (action == ResourceAction::Remove)
            .then(|| Some(stateful::removal_outcome(&deployed.resource(&entry.name)?)))
            .flatten();
        plans.push(ResourcePlan {
            logical_id: entry.name.clone(),
            resource_type: entry.kind.clone().unwrap_or_default(),
            physical_id: None,
            action,
            fate: removed,
            properties,
            disagreement: None,
            open: opening(desired, &entry.name),
            span: span_of(&desired.template, &entry.name),
        });
    }
    follow_parameters(&mut plans, &expected, live);
    follow_open(&mut plans, desired);
    plans.iter_mut().for_each(|plan| settle(plan, desired));
    follow_replaced(&mut plans, &expected);
    plans
}

/// Says of a resource that changes whether it is made anew, by what its properties say.
fn settle(plan: &mut ResourcePlan, desired: &Desired) {
    let most = plan
        .properties
        .iter()
        .map(|property| property.replaces)
        .max();
    let action = match most {
        Some(Replaces::Yes) => ResourceAction::Replace,
        Some(Replaces::Maybe) => ResourceAction::MayReplace,
        Some(Replaces::No) | None => return,
    };
    if matches!(
        plan.action,
        ResourceAction::Update | ResourceAction::MayReplace
    ) {
        plan.action = plan.action.max(action);
        let resource = desired.template.resource(&plan.logical_id);
        plan.fate = resource.map(|resource| stateful::replacement_outcome(&resource));
    }
}

fn of_diff(
    value: &ValueDiff,
    id: &str,
    expected: &Expected<'_>,
    deployed: &Template,
) -> PropertyPlan {
    let desired = expected.desired;
    let planned = |template: &Template, node: &Node| match holds_secret(template, node) {
        true => PlannedValue::Secret,
        false => PlannedValue::Known(json(node)),
    };
    PropertyPlan {
        path: value.path.in_properties().to_string(),
        before: value.before.as_ref().map(|node| planned(deployed, node)),
        after: value
            .after
            .as_ref()
            .map(|node| planned(&desired.template, node)),
        replaces: expected.of_values(id, &value.path, value.before.as_ref(), value.after.as_ref()),
        cause: None,
        span: node_at(&desired.template, id, &value.path).map(|node| node.span),
    }
}

fn follow_parameters(plans: &mut Vec<ResourcePlan>, expected: &Expected<'_>, live: &Live) {
    let desired = expected.desired;
    let pending: BTreeMap<&str, &Pending> = desired
        .inputs
        .iter()
        .filter_map(|(name, input)| match input {
            Input::Pending(pending) => Some((name.as_str(), pending)),
            Input::Value(_) | Input::Secret(_) => None,
        })
        .collect();
    let mut moving: BTreeSet<String> = pending.keys().map(|name| (*name).to_owned()).collect();
    moving.extend(changed_parameters(desired, live));
    for affected in formwork_template::affected(&desired.template, &moving) {
        if affected.section != Section::Resources {
            continue;
        }
        let Some(plan) = plan_of(plans, desired, &affected.name) else {
            continue;
        };
        let path = affected.path.in_properties().to_string();
        if plan.action == ResourceAction::Update && plan.properties.iter().all(|p| p.path != path) {
            plan.properties
                .push(following(&affected, path, &pending, expected, live));
        }
    }
}

fn following(
    affected: &Affected,
    path: String,
    pending: &BTreeMap<&str, &Pending>,
    expected: &Expected<'_>,
    live: &Live,
) -> PropertyPlan {
    let desired = expected.desired;
    let waits: Vec<Pending> = affected
        .parameters
        .iter()
        .filter_map(|name| pending.get(name.as_str()))
        .map(|pending| (*pending).clone())
        .collect();
    PropertyPlan {
        path,
        before: (!waits.is_empty())
            .then(|| deployed_value(&affected.name, &affected.path, live))
            .flatten(),
        after: (!waits.is_empty()).then_some(PlannedValue::AfterDeploy(waits)),
        replaces: expected.of_place(&affected.name, &affected.path),
        cause: affected.parameters.first().cloned().map(Cause::Parameter),
        span: node_at(&desired.template, &affected.name, &affected.path).map(|node| node.span),
    }
}

/// What a property is in the deployed stack, where its template says it outright or takes it from a parameter.
fn deployed_value(id: &str, path: &ValuePath, live: &Live) -> Option<PlannedValue> {
    let template = live.template.as_ref()?;
    let whole = template.resource(id)?.node;
    let node = path
        .steps()
        .iter()
        .try_fold(whole, |node, step| match step {
            PathStep::Name(name) => node.get(name),
            PathStep::Index(index) => node.as_list()?.get(*index),
        })?;
    if holds_secret(template, node) {
        return Some(PlannedValue::Secret);
    }
    if node.function().is_some() {
        return Some(PlannedValue::Known(from_parameters(node, live)?.into()));
    }
    let is_literal = node.as_map().is_none() && node.as_list().is_none();
    is_literal.then(|| PlannedValue::Known(json(node)))
}

/// What a `Ref` or an `Fn::Sub` of the deployed stack's parameters alone gives.
fn from_parameters(node: &Node, live: &Live) -> Option<String> {
    // Of a parameter of an SSM type the value is what was looked up.
    let value = |name: &str| {
        let parameter = live.stack.parameters.get(name)?;
        Some(
            parameter
                .resolved_value
                .as_ref()
                .unwrap_or(&parameter.value),
        )
    };
    let (function, argument) = node.function()?;
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => value(name).cloned(),
        Intrinsic::Sub {
            text,
            variables: None,
        } => sub::parts(text)
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => Some(text.to_owned()),
                Part::Escaped(name) => Some(format!("${{{name}}}")),
                Part::Reference { name, .. } => value(name).cloned(),
            })
            .collect(),
        _ => None,
    }
}

/// Resources whose logical ids follow values that are not known yet are perhaps made anew.
fn follow_open(plans: &mut Vec<ResourcePlan>, desired: &Desired) {
    for (id, written) in &desired.written {
        if desired.open.iter().all(|open| open.source_id != *written) {
            continue;
        }
        if let Some(plan) = plan_of(plans, desired, id)
            && plan.action == ResourceAction::Update
        {
            plan.action = ResourceAction::MayReplace;
            plan.fate = desired
                .template
                .resource(id)
                .map(|resource| stateful::replacement_outcome(&resource));
        }
    }
}

/// The plan of a resource of the new template, begun if there is none yet.
fn plan_of<'a>(
    plans: &'a mut Vec<ResourcePlan>,
    desired: &Desired,
    id: &str,
) -> Option<&'a mut ResourcePlan> {
    if let Some(index) = plans.iter().position(|plan| plan.logical_id == id) {
        return plans.get_mut(index);
    }
    let resource = desired.template.resource(id)?;
    plans.push(ResourcePlan {
        logical_id: id.to_owned(),
        resource_type: resource.kind.to_owned(),
        physical_id: None,
        action: ResourceAction::Update,
        fate: None,
        properties: Vec::new(),
        disagreement: None,
        open: opening(desired, id),
        span: Some(resource.id_span),
    });
    plans.last_mut()
}

/// What refers to a resource that is made anew, or perhaps so, changes with it; and where that is a
/// create-only property, it may be made anew too.
fn follow_replaced(plans: &mut Vec<ResourcePlan>, expected: &Expected<'_>) {
    let desired = expected.desired;
    let renews = |plan: &ResourcePlan| {
        matches!(
            plan.action,
            ResourceAction::Replace | ResourceAction::MayReplace
        )
    };
    let mut followed: BTreeSet<String> = BTreeSet::new();
    while let Some(id) = plans
        .iter()
        .find(|plan| renews(plan) && !followed.contains(&plan.logical_id))
        .map(|plan| plan.logical_id.clone())
    {
        for (name, path) in referring(&desired.template, &id) {
            let Some(plan) = plan_of(plans, desired, &name) else {
                continue;
            };
            let shown = path.in_properties().to_string();
            let open = matches!(plan.action, ResourceAction::Add | ResourceAction::Remove);
            if open || plan.properties.iter().any(|known| known.path == shown) {
                continue;
            }
            plan.properties.push(PropertyPlan {
                path: shown,
                before: None,
                after: Some(PlannedValue::AfterApply),
                replaces: expected.of_unknown(&name, &path),
                cause: Some(Cause::Resource(id.clone())),
                span: node_at(&desired.template, &name, &path).map(|node| node.span),
            });
            settle(plan, desired);
        }
        followed.insert(id);
    }
}

/// The properties in which a value of the resource `id` stands: the resource's name and the path.
fn referring(template: &Template, id: &str) -> Vec<(String, ValuePath)> {
    fn walk(node: &Node, path: &ValuePath, id: &str, found: &mut Vec<ValuePath>) {
        if node.function().is_some() {
            let names = node.references().into_iter();
            let mut targets = names.map(|reference| reference.target);
            let refers = targets.any(|target| match target {
                Target::Name(name) | Target::Attribute(name, _) => name == id,
                Target::Condition(_) | Target::Mapping { .. } => false,
            });
            if refers {
                found.push(path.clone());
            }
            return;
        }
        for (name, entry) in node
            .as_map()
            .into_iter()
            .flat_map(formwork_template::Map::iter)
        {
            walk(&entry.node, &path.name(name), id, found);
        }
        for (index, item) in node.as_list().into_iter().flatten().enumerate() {
            walk(item, &path.index(index), id, found);
        }
    }
    let mut found = Vec::new();
    for resource in template.resources().filter(|resource| resource.id != id) {
        let mut paths = Vec::new();
        if let Some(properties) = resource.node.get("Properties") {
            let path = ValuePath::default().name("Properties");
            walk(properties, &path, id, &mut paths);
        }
        found.extend(paths.into_iter().map(|path| (resource.id.to_owned(), path)));
    }
    found
}
