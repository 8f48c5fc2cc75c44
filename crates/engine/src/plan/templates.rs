//! Plans the resources of an update from two templates and the schema table, without a change set. Pure.
//!
//! Differences between the templates come first, then values that depend on parameters which change or are known
//! after deploy, then references to resources that are replaced.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::RequiresReplacement;
use formwork_catalog::schema::Table;
use formwork_catalog::stateful;
use formwork_template::sub::{self, Part};
use formwork_template::{
    Affected, Change, Intrinsic, Node, PathStep, Section, Target, Template, ValueDiff, ValuePath,
};

use super::compare::changed_parameters;
use super::lookup::{has_secret, node_at, resource_span, to_json};
use super::replacement::ReplacementOracle;
use super::resources::pending_id_outputs;
use crate::model::change::{
    Cause, PendingOutput, PlannedValue, PropertyPlan, ResourceAction, ResourcePlan,
};
use crate::model::desired::{DesiredStack, ParameterInput};
use crate::model::observed::ObservedStack;

/// Plans the resources of an update.
pub(super) fn resources_from_templates(
    table: &Table,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> Vec<ResourcePlan> {
    let Some(deployed) = &live.template else {
        return Vec::new();
    };
    let oracle = ReplacementOracle::new(table, desired, live);
    let mut plans = Vec::new();
    for entry in formwork_template::diff(deployed, &desired.template) {
        if entry.section != Section::Resources {
            continue;
        }
        let (action, properties) = match &entry.change {
            Change::Added => (ResourceAction::Add, Vec::new()),
            Change::Removed => (ResourceAction::Remove, Vec::new()),
            Change::Changed(values) => {
                let property = |value| changed_property(value, &entry.name, &oracle, deployed);
                (
                    ResourceAction::Update,
                    values.iter().map(property).collect(),
                )
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
            open: pending_id_outputs(desired, &entry.name),
            span: resource_span(&desired.template, &entry.name),
        });
    }
    add_parameter_changes(&mut plans, &oracle, live);
    add_pending_ids(&mut plans, desired);
    plans
        .iter_mut()
        .for_each(|plan| apply_replacement(plan, desired));
    add_reference_changes(&mut plans, &oracle);
    plans
}

/// Sets the action on a changed resource by its properties' need for a replacement.
fn apply_replacement(plan: &mut ResourcePlan, desired: &DesiredStack) {
    let most = plan
        .properties
        .iter()
        .map(|property| property.replaces)
        .max();
    let action = match most {
        Some(RequiresReplacement::Yes) => ResourceAction::Replace,
        Some(RequiresReplacement::Maybe) => ResourceAction::MayReplace,
        Some(RequiresReplacement::No) | None => return,
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

fn changed_property(
    value: &ValueDiff,
    id: &str,
    oracle: &ReplacementOracle<'_>,
    deployed: &Template,
) -> PropertyPlan {
    let desired = oracle.desired;
    let planned = |template: &Template, node: &Node| match has_secret(template, node) {
        true => PlannedValue::Secret,
        false => PlannedValue::Known(to_json(node)),
    };
    PropertyPlan {
        path: value.path.in_properties().to_string(),
        before: value.before.as_ref().map(|node| planned(deployed, node)),
        after: value
            .after
            .as_ref()
            .map(|node| planned(&desired.template, node)),
        replaces: oracle.for_values(id, &value.path, value.before.as_ref(), value.after.as_ref()),
        cause: None,
        span: node_at(&desired.template, id, &value.path).map(|node| node.span),
    }
}

/// Adds the properties that depend on parameters which change or are known after deploy.
fn add_parameter_changes(
    plans: &mut Vec<ResourcePlan>,
    oracle: &ReplacementOracle<'_>,
    live: &ObservedStack,
) {
    let desired = oracle.desired;
    let pending: BTreeMap<&str, &PendingOutput> = desired
        .inputs
        .iter()
        .filter_map(|(name, input)| match input {
            ParameterInput::Pending(pending) => Some((name.as_str(), pending)),
            ParameterInput::Value(_) | ParameterInput::Secret(_) => None,
        })
        .collect();
    let mut changed: BTreeSet<String> = pending.keys().map(|name| (*name).to_owned()).collect();
    changed.extend(changed_parameters(desired, live));
    for affected in formwork_template::affected(&desired.template, &changed) {
        if affected.section != Section::Resources {
            continue;
        }
        let Some(plan) = plan_of(plans, desired, &affected.name) else {
            continue;
        };
        let path = affected.path.in_properties().to_string();
        if plan.action == ResourceAction::Update && plan.properties.iter().all(|p| p.path != path) {
            plan.properties
                .push(dependent_property(&affected, path, &pending, oracle, live));
        }
    }
}

/// Returns the change of a property that depends on parameters.
fn dependent_property(
    affected: &Affected,
    path: String,
    pending: &BTreeMap<&str, &PendingOutput>,
    oracle: &ReplacementOracle<'_>,
    live: &ObservedStack,
) -> PropertyPlan {
    let desired = oracle.desired;
    let waits: Vec<PendingOutput> = affected
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
        replaces: oracle.for_path(&affected.name, &affected.path),
        cause: affected.parameters.first().cloned().map(Cause::Parameter),
        span: node_at(&desired.template, &affected.name, &affected.path).map(|node| node.span),
    }
}

/// Returns a property's value in the deployed stack, if it is a literal or comes from parameters.
fn deployed_value(id: &str, path: &ValuePath, live: &ObservedStack) -> Option<PlannedValue> {
    let template = live.template.as_ref()?;
    let whole = template.resource(id)?.node;
    let node = path
        .steps()
        .iter()
        .try_fold(whole, |node, step| match step {
            PathStep::Name(name) => node.get(name),
            PathStep::Index(index) => node.as_list()?.get(*index),
        })?;
    if has_secret(template, node) {
        return Some(PlannedValue::Secret);
    }
    if node.function().is_some() {
        return Some(PlannedValue::Known(
            value_from_parameters(node, live)?.into(),
        ));
    }
    let is_literal = node.as_map().is_none() && node.as_list().is_none();
    is_literal.then(|| PlannedValue::Known(to_json(node)))
}

/// Returns the value of a `Ref` or an `Fn::Sub` that uses only the deployed stack's parameters.
fn value_from_parameters(node: &Node, live: &ObservedStack) -> Option<String> {
    // For an SSM type, the value is what CloudFormation looked up.
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

/// Adds the resources whose logical ids depend on pending outputs: they may be replaced.
fn add_pending_ids(plans: &mut Vec<ResourcePlan>, desired: &DesiredStack) {
    for (id, base) in &desired.content_addressed {
        if desired.pending_ids.iter().all(|id| id.source_id != *base) {
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

/// Returns the plan of a resource of the new template; adds an update if there is none yet.
fn plan_of<'a>(
    plans: &'a mut Vec<ResourcePlan>,
    desired: &DesiredStack,
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
        open: pending_id_outputs(desired, id),
        span: Some(resource.id_span),
    });
    plans.last_mut()
}

/// Adds the properties that refer to a replaced resource. A create-only property may replace its resource in turn.
fn add_reference_changes(plans: &mut Vec<ResourcePlan>, oracle: &ReplacementOracle<'_>) {
    let desired = oracle.desired;
    let may_be_replaced = |plan: &ResourcePlan| {
        matches!(
            plan.action,
            ResourceAction::Replace | ResourceAction::MayReplace
        )
    };
    let mut visited: BTreeSet<String> = BTreeSet::new();
    while let Some(id) = plans
        .iter()
        .find(|plan| may_be_replaced(plan) && !visited.contains(&plan.logical_id))
        .map(|plan| plan.logical_id.clone())
    {
        for (name, path) in referring_properties(&desired.template, &id) {
            let Some(plan) = plan_of(plans, desired, &name) else {
                continue;
            };
            let shown = path.in_properties().to_string();
            let is_update = !matches!(plan.action, ResourceAction::Add | ResourceAction::Remove);
            if !is_update || plan.properties.iter().any(|known| known.path == shown) {
                continue;
            }
            plan.properties.push(PropertyPlan {
                path: shown,
                before: None,
                after: Some(PlannedValue::AfterApply),
                replaces: oracle.for_unknown(&name, &path),
                cause: Some(Cause::Resource(id.clone())),
                span: node_at(&desired.template, &name, &path).map(|node| node.span),
            });
            apply_replacement(plan, desired);
        }
        visited.insert(id);
    }
}

/// Returns the properties that refer to the resource `id`: the logical id and the path.
fn referring_properties(template: &Template, id: &str) -> Vec<(String, ValuePath)> {
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
