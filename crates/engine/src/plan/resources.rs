//! What happens to each resource: all of it new, all of it gone, or as a change set says.

use formwork_aws::{
    ChangeAction, ChangeSet, ChangeSource, Evaluation, KNOWN_AFTER_APPLY, PolicyAction,
};
use formwork_catalog::schema::Table;
use formwork_catalog::{RemovalOutcome, stateful};
use formwork_template::{Template, ValuePath};

use super::expected::Expected;
use super::{Cause, Pending, PlannedValue, PropertyPlan, Replaces, ResourceAction, ResourcePlan};
use crate::desired::Desired;
use crate::observe::Live;
use crate::plan::place::{is_secret, node_at, span_of};

/// Every resource of a new stack.
pub(super) fn all_new(desired: &Desired) -> Vec<ResourcePlan> {
    let added = |resource: formwork_template::Resource<'_>| ResourcePlan {
        logical_id: resource.id.to_owned(),
        resource_type: resource.kind.to_owned(),
        physical_id: None,
        action: ResourceAction::Add,
        fate: None,
        properties: Vec::new(),
        disagreement: None,
        open: opening(desired, resource.id),
        span: Some(resource.id_span),
    };
    desired.template.resources().map(added).collect()
}

/// Every resource of a stack that is deleted.
pub(super) fn all_gone(live: &Live) -> Vec<ResourcePlan> {
    let removed = |resource: formwork_template::Resource<'_>| ResourcePlan {
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

/// What a change set says, and where the schema table says otherwise.
pub(crate) fn from_change_set(
    change_set: &ChangeSet,
    table: &Table,
    desired: &Desired,
    live: &Live,
) -> Vec<ResourcePlan> {
    let expected = Expected::new(table, desired, live);
    let resource = |change: &formwork_aws::ResourceChange| {
        let action = action(change);
        ResourcePlan {
            logical_id: change.logical_id.clone(),
            resource_type: change.resource_type.clone(),
            physical_id: change.physical_id.clone(),
            action,
            fate: fate(change, action, desired, live),
            properties: properties(change, desired, live),
            disagreement: expected.disagreement(change, action),
            open: opening(desired, &change.logical_id),
            span: span_of(&desired.template, &change.logical_id),
        }
    };
    change_set.changes.iter().map(resource).collect()
}

fn action(change: &formwork_aws::ResourceChange) -> ResourceAction {
    match change.action {
        ChangeAction::Add => ResourceAction::Add,
        ChangeAction::Remove => ResourceAction::Remove,
        ChangeAction::Import => ResourceAction::Import,
        ChangeAction::Dynamic => ResourceAction::MayReplace,
        ChangeAction::SyncWithActual => ResourceAction::Update,
        ChangeAction::Modify => match change.replaces() {
            formwork_aws::Replaces::No => ResourceAction::Update,
            formwork_aws::Replaces::Maybe => ResourceAction::MayReplace,
            formwork_aws::Replaces::Yes if is_settled(change) => ResourceAction::Replace,
            formwork_aws::Replaces::Yes => ResourceAction::MayReplace,
        },
    }
}

/// Whether a replacement is certain: one of the changes that lead to it has a value that is known now.
fn is_settled(change: &formwork_aws::ResourceChange) -> bool {
    let mut replacing = change
        .details
        .iter()
        .filter(|detail| detail.replaces != formwork_aws::Replaces::No)
        .peekable();
    replacing.peek().is_none()
        || replacing.any(|detail| detail.after.as_deref() != Some(KNOWN_AFTER_APPLY))
}

fn fate(
    change: &formwork_aws::ResourceChange,
    action: ResourceAction,
    desired: &Desired,
    live: &Live,
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
    change: &formwork_aws::ResourceChange,
    desired: &Desired,
    live: &Live,
) -> Vec<PropertyPlan> {
    let mut plans: Vec<PropertyPlan> = Vec::new();
    for detail in &change.details {
        let path = detail_path(detail);
        let shown = path.in_properties().to_string();
        let cause = cause(detail);
        let replaces = match detail.replaces {
            formwork_aws::Replaces::No => Replaces::No,
            formwork_aws::Replaces::Maybe => Replaces::Maybe,
            formwork_aws::Replaces::Yes if detail.evaluation == Evaluation::Dynamic => {
                Replaces::Maybe
            }
            formwork_aws::Replaces::Yes => Replaces::Yes,
        };
        // The service tells a change once for each thing that leads to it.
        if let Some(plan) = plans.iter_mut().find(|plan| plan.path == shown) {
            plan.replaces = plan.replaces.max(replaces);
            plan.cause = plan.cause.take().or(cause);
            continue;
        }
        let secret = [Some(&desired.template), live.template.as_ref()]
            .into_iter()
            .flatten()
            .any(|template| is_secret(template, &change.logical_id, &path));
        let value = |text: &Option<String>| match text.as_deref() {
            Some(_) if secret => Some(PlannedValue::Secret),
            Some(KNOWN_AFTER_APPLY) => Some(PlannedValue::AfterApply),
            Some(text) => Some(PlannedValue::Known(of_text(text))),
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

pub(super) fn detail_path(detail: &formwork_aws::PropertyChange) -> ValuePath {
    match (&detail.path, &detail.name) {
        (Some(path), _) => ValuePath::from_pointer(path),
        (None, Some(name)) => ValuePath::default().name("Properties").name(name),
        (None, None) => ValuePath::default().name(&format!("{:?}", detail.attribute)),
    }
}

fn cause(detail: &formwork_aws::PropertyChange) -> Option<Cause> {
    let named = detail.cause.clone();
    match detail.source? {
        ChangeSource::ParameterReference => named.map(Cause::Parameter),
        ChangeSource::ResourceReference => named.map(Cause::Resource),
        ChangeSource::ResourceAttribute => named.map(Cause::Attribute),
        ChangeSource::Automatic => Some(Cause::Automatic),
        ChangeSource::DirectModification | ChangeSource::NoModification => None,
    }
}

/// A change set's value: JSON where it is a table or a list, else text as it is.
pub(super) fn of_text(text: &str) -> serde_json::Value {
    let structured = text.starts_with('{') || text.starts_with('[');
    structured
        .then(|| serde_json::from_str(text).ok())
        .flatten()
        .unwrap_or_else(|| text.into())
}

/// Joins the making of a resource whose logical id follows content with the removal of the one before it: to the
/// user it is one resource that is made anew.
pub(super) fn join_followers(plans: &mut Vec<ResourcePlan>, desired: &Desired) {
    for (id, written) in &desired.written {
        let is_old = |plan: &ResourcePlan| {
            plan.action == ResourceAction::Remove
                && plan
                    .logical_id
                    .strip_prefix(written.as_str())
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

/// What the logical id of a resource waits for.
pub(super) fn opening(desired: &Desired, id: &str) -> Vec<Pending> {
    let Some(written) = desired.written.get(id) else {
        return Vec::new();
    };
    let open = desired.open.iter().find(|open| open.source_id == *written);
    open.into_iter()
        .flat_map(|open| &open.waits_for)
        .map(Pending::from)
        .collect()
}
