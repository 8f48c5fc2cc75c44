//! Plans the resources of a stack that is created, deleted, or updated by a change set. Pure.

use formwork_aws::{
    ChangeAction, ChangeSet, ChangeSource, Evaluation, KNOWN_AFTER_APPLY, PolicyAction,
    PropertyChange, RequiresReplacement, ResourceChange,
};
use formwork_catalog::schema::Table;
use formwork_catalog::{RemovalOutcome, stateful};
use formwork_template::{Resource, Template};

use super::lookup::{detail_path, is_secret_at, node_at, resource_span};
use super::replacement::ReplacementOracle;
use crate::model::change::{
    Cause, PendingOutput, PlannedValue, PropertyPlan, ResourceAction, ResourcePlan,
};
use crate::model::desired::DesiredStack;
use crate::model::observed::ObservedStack;

/// Plans the resources of a new stack.
pub(super) fn added_resources(desired: &DesiredStack) -> Vec<ResourcePlan> {
    let added = |resource: Resource<'_>| ResourcePlan {
        logical_id: resource.id.to_owned(),
        resource_type: resource.kind.to_owned(),
        physical_id: None,
        action: ResourceAction::Add,
        fate: None,
        properties: Vec::new(),
        disagreement: None,
        open: pending_id_outputs(desired, resource.id),
        span: Some(resource.id_span),
    };
    desired.template.resources().map(added).collect()
}

/// Plans the resources of a stack that is deleted.
pub(super) fn removed_resources(live: &ObservedStack) -> Vec<ResourcePlan> {
    let removed = |resource: Resource<'_>| ResourcePlan {
        logical_id: resource.id.to_owned(),
        resource_type: resource.kind.to_owned(),
        physical_id: None,
        action: ResourceAction::Remove,
        fate: Some(stateful::removal_outcome(&resource)),
        properties: Vec::new(),
        disagreement: None,
        open: Vec::new(),
        span: None,
    };
    let template = live.template.as_ref();
    template
        .into_iter()
        .flat_map(Template::resources)
        .map(removed)
        .collect()
}

/// Plans the resources of an update by its change set, with the disagreements of the schema table.
pub(crate) fn resources_from_change_set(
    change_set: &ChangeSet,
    table: &Table,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> Vec<ResourcePlan> {
    let oracle = ReplacementOracle::new(table, desired, live);
    let resource = |change: &ResourceChange| {
        let action = action(change);
        ResourcePlan {
            logical_id: change.logical_id.clone(),
            resource_type: change.resource_type.clone(),
            physical_id: change.physical_id.clone(),
            action,
            fate: fate(change, action, desired, live),
            properties: properties(change, desired, live),
            disagreement: oracle.disagreement(change, action),
            open: pending_id_outputs(desired, &change.logical_id),
            span: resource_span(&desired.template, &change.logical_id),
        }
    };
    change_set.changes.iter().map(resource).collect()
}

fn action(change: &ResourceChange) -> ResourceAction {
    match change.action {
        ChangeAction::Add => ResourceAction::Add,
        ChangeAction::Remove => ResourceAction::Remove,
        ChangeAction::Import => ResourceAction::Import,
        ChangeAction::Dynamic => ResourceAction::MayReplace,
        ChangeAction::SyncWithActual => ResourceAction::Update,
        ChangeAction::Modify => match change.requires_replacement() {
            RequiresReplacement::No => ResourceAction::Update,
            RequiresReplacement::Maybe => ResourceAction::MayReplace,
            RequiresReplacement::Yes if is_certain(change) => ResourceAction::Replace,
            RequiresReplacement::Yes => ResourceAction::MayReplace,
        },
    }
}

/// Returns whether a replacement is certain: one of the changes that force it has a known value.
fn is_certain(change: &ResourceChange) -> bool {
    let mut forcing = change
        .details
        .iter()
        .filter(|detail| detail.requires_replacement != RequiresReplacement::No)
        .peekable();
    forcing.peek().is_none()
        || forcing.any(|detail| detail.after.as_deref() != Some(KNOWN_AFTER_APPLY))
}

fn fate(
    change: &ResourceChange,
    action: ResourceAction,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> Option<RemovalOutcome> {
    let by_policy = change.policy_action.map(|policy| match policy {
        PolicyAction::Delete | PolicyAction::ReplaceAndDelete => RemovalOutcome::Deleted,
        PolicyAction::Retain | PolicyAction::ReplaceAndRetain => RemovalOutcome::Retained,
        PolicyAction::Snapshot | PolicyAction::ReplaceAndSnapshot => RemovalOutcome::Snapshotted,
    });
    let id = &change.logical_id;
    let by_template = || match action {
        ResourceAction::Remove => Some(stateful::removal_outcome(
            &live.template.as_ref()?.resource(id)?,
        )),
        _ => Some(stateful::replacement_outcome(
            &desired.template.resource(id)?,
        )),
    };
    match action {
        ResourceAction::Remove | ResourceAction::Replace | ResourceAction::MayReplace => by_policy
            .or_else(by_template)
            .or(Some(RemovalOutcome::Deleted)),
        ResourceAction::Add | ResourceAction::Update | ResourceAction::Import => None,
    }
}

fn properties(
    change: &ResourceChange,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> Vec<PropertyPlan> {
    let mut plans: Vec<PropertyPlan> = Vec::new();
    for detail in &change.details {
        let path = detail_path(detail);
        let shown = path.in_properties().to_string();
        let cause = cause(detail);
        let replaces: RequiresReplacement = match detail.requires_replacement {
            RequiresReplacement::No => RequiresReplacement::No,
            RequiresReplacement::Maybe => RequiresReplacement::Maybe,
            RequiresReplacement::Yes if detail.evaluation == Evaluation::Dynamic => {
                RequiresReplacement::Maybe
            }
            RequiresReplacement::Yes => RequiresReplacement::Yes,
        };
        // CloudFormation repeats a change for each of its causes.
        if let Some(plan) = plans.iter_mut().find(|plan| plan.path == shown) {
            plan.replaces = plan.replaces.max(replaces);
            plan.cause = plan.cause.take().or(cause);
            continue;
        }
        let secret = [Some(&desired.template), live.template.as_ref()]
            .into_iter()
            .flatten()
            .any(|template| is_secret_at(template, &change.logical_id, &path));
        let value = |text: &Option<String>| match text.as_deref() {
            Some(_) if secret => Some(PlannedValue::Secret),
            Some(KNOWN_AFTER_APPLY) => Some(PlannedValue::AfterApply),
            Some(text) => Some(PlannedValue::Known(parse_value(text))),
            None => None,
        };
        plans.push(PropertyPlan {
            path: shown,
            before: value(&detail.before),
            after: value(&detail.after),
            replaces,
            cause,
            span: node_at(&desired.template, &change.logical_id, &path).map(|node| node.span),
        });
    }
    plans
}

fn cause(detail: &PropertyChange) -> Option<Cause> {
    let named = detail.cause.clone();
    match detail.source? {
        ChangeSource::ParameterReference => named.map(Cause::Parameter),
        ChangeSource::ResourceReference => named.map(Cause::Resource),
        ChangeSource::ResourceAttribute => named.map(Cause::Attribute),
        ChangeSource::Automatic => Some(Cause::Automatic),
        ChangeSource::DirectModification | ChangeSource::NoModification => None,
    }
}

/// Parses a change set's value: maps and lists are JSON, all else is text.
fn parse_value(text: &str) -> serde_json::Value {
    let structured = text.starts_with('{') || text.starts_with('[');
    structured
        .then(|| serde_json::from_str(text).ok())
        .flatten()
        .unwrap_or_else(|| text.into())
}

/// Merges the addition of a content-addressed resource with the removal of its predecessor: to the user it is one
/// resource that is replaced.
pub(super) fn merge_content_addressed(plans: &mut Vec<ResourcePlan>, desired: &DesiredStack) {
    for (id, base) in &desired.content_addressed {
        let is_old = |plan: &ResourcePlan| {
            plan.action == ResourceAction::Remove
                && plan
                    .logical_id
                    .strip_prefix(base.as_str())
                    .is_some_and(|rest| {
                        rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
                    })
        };
        let new = plans
            .iter()
            .position(|plan| plan.logical_id == *id && plan.action == ResourceAction::Add);
        let old = plans.iter().position(is_old);
        let (Some(new), Some(old)) = (new, old) else {
            continue;
        };
        if plans[new].resource_type == plans[old].resource_type {
            plans[new].action = ResourceAction::Replace;
            plans[new].fate = plans[old].fate;
            plans[new].physical_id = plans[old].physical_id.take();
            plans.remove(old);
        }
    }
}

/// Returns the pending outputs that a resource's logical id depends on.
pub(super) fn pending_id_outputs(desired: &DesiredStack, id: &str) -> Vec<PendingOutput> {
    let Some(base) = desired.content_addressed.get(id) else {
        return Vec::new();
    };
    let pending = desired.pending_ids.iter().find(|id| id.source_id == *base);
    pending
        .into_iter()
        .flat_map(|id| &id.waits_for)
        .map(PendingOutput::from)
        .collect()
}
