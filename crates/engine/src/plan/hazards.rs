//! Finds the hazards of a plan: lost data, interrupted service, and the blockers that prevent its execution. Pure.

use formwork_blueprint::StackKey;
use formwork_catalog::RemovalOutcome;
use formwork_catalog::schema::is_stateful;
use formwork_template::{Target, Template};

use crate::model::change::{ResourceAction, ResourcePlan};
use crate::model::hazard::{
    Allowances, Blocker, HazardDecision, Interruption, InterruptionPolicy, Loss,
};
use crate::model::observed::{Observed, ObservedStack, deployed_inputs};
use crate::model::plan::{Basis, Plan, Purpose, StackAction};

/// Returns the resources of a stack that are deleted while another deployed stack still uses their values.
///
/// The stack's cleanup deletes them before the other stack is updated. CloudFormation does not refuse it, because the
/// values are passed as parameters. The deployed templates show which values are in use.
pub(crate) fn interruptions(
    stack: &StackKey,
    live: &ObservedStack,
    resources: &[ResourcePlan],
    basis: Basis,
    observed: &Observed,
) -> Vec<Interruption> {
    let Some(template) = &live.template else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for resource in resources.iter().filter(|resource| may_be_deleted(resource)) {
        let outputs = outputs_of(template, &resource.logical_id);
        let consumers: Vec<String> = observed
            .all()
            .filter(|(key, _)| *key != stack.as_str())
            .filter(|(_, live)| uses(live, stack, &outputs))
            .map(|(_, live)| live.stack.name.to_string())
            .collect();
        if !consumers.is_empty() {
            found.push(Interruption {
                stack: stack.clone(),
                logical_id: resource.logical_id.clone(),
                resource_type: resource.resource_type.clone(),
                action: resource.action,
                outputs,
                consumers,
                decided: decided(resource, basis),
            });
        }
    }
    found
}

/// Returns the stateful resources of a stack that would be deleted together with their data.
pub(crate) fn losses(stack: &StackKey, resources: &[ResourcePlan], basis: Basis) -> Vec<Loss> {
    resources
        .iter()
        .filter(|resource| may_be_deleted(resource) && is_stateful(&resource.resource_type))
        .map(|resource| Loss {
            stack: stack.clone(),
            logical_id: resource.logical_id.clone(),
            resource_type: resource.resource_type.clone(),
            physical_id: resource.physical_id.clone(),
            action: resource.action,
            decided: decided(resource, basis),
        })
        .collect()
}

/// Returns when a hazard is certain. If the templates cannot decide, the change set does, before the stack is changed.
fn decided(resource: &ResourcePlan, basis: Basis) -> HazardDecision {
    let open = resource.action == ResourceAction::MayReplace && resource.open.is_empty();
    match basis {
        Basis::Templates if open => HazardDecision::Later,
        Basis::Templates | Basis::ChangeSet => HazardDecision::Now,
    }
}

/// Returns whether the existing resource is deleted or may be.
fn may_be_deleted(resource: &ResourcePlan) -> bool {
    let leaves_stack = matches!(
        resource.action,
        ResourceAction::Remove | ResourceAction::Replace | ResourceAction::MayReplace
    );
    leaves_stack && resource.fate == Some(RemovalOutcome::Deleted)
}

/// Returns the outputs of a template that contain a value of the resource `id`.
fn outputs_of(template: &Template, id: &str) -> Vec<String> {
    let refers = |output: &formwork_template::Output<'_>| {
        output.value().is_some_and(|value| {
            value
                .references()
                .iter()
                .any(|reference| match reference.target {
                    Target::Name(name) | Target::Attribute(name, _) => name == id,
                    Target::Condition(_) | Target::Mapping { .. } => false,
                })
        })
    };
    template
        .outputs()
        .filter(refers)
        .map(|output| output.name.to_owned())
        .collect()
}

/// Returns whether a deployed stack uses one of these outputs of `stack`.
fn uses(live: &ObservedStack, stack: &StackKey, outputs: &[String]) -> bool {
    let inputs = live.template.as_ref().map(deployed_inputs);
    inputs.into_iter().flatten().any(|(_, from, output)| {
        from == stack.as_str() && outputs.iter().any(|name| name == output)
    })
}

/// Returns the losses and interruptions that are certain and not allowed.
pub(crate) fn forbidden_hazards(
    losses: &[Loss],
    interruptions: &[Interruption],
    allowed: &Allowances,
) -> Vec<Blocker> {
    let lost = losses
        .iter()
        .filter(|loss| loss.decided == HazardDecision::Now)
        .filter(|loss| {
            !allowed
                .losses
                .contains(&format!("{}.{}", loss.stack, loss.logical_id))
        })
        .map(|loss| Blocker::Loss(loss.clone()));
    let interrupted = interruptions
        .iter()
        .filter(|interruption| interruption.decided == HazardDecision::Now)
        .filter(|_| allowed.interruptions == InterruptionPolicy::Refused)
        .map(|interruption| Blocker::Interruption(interruption.clone()));
    lost.chain(interrupted).collect()
}

/// Returns the reasons why a plan is not executed; empty if it may be.
///
/// A destruction's losses are its purpose: the user confirms them all at once.
pub fn blockers(plan: &Plan, allowed: &Allowances) -> Vec<Blocker> {
    let mut blockers: Vec<Blocker> = plan
        .stacks
        .iter()
        .filter_map(|stack| match &stack.action {
            StackAction::Refused(refusal) => Some(Blocker::Stack {
                stack: stack.key.clone(),
                refusal: refusal.clone(),
            }),
            _ => None,
        })
        .collect();
    if plan.purpose == Purpose::Deploy {
        blockers.extend(forbidden_hazards(
            &plan.losses,
            &plan.interruptions,
            allowed,
        ));
    }
    blockers
}
