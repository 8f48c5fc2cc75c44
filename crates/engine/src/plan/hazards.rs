//! What carrying a plan out would break or lose (facts page, section 10).

use formwork_blueprint::StackKey;
use formwork_catalog::RemovalOutcome;
use formwork_catalog::schema::is_stateful;
use formwork_template::{Target, Template};

use super::{
    Action, Allowed, Basis, Blocker, Decided, Interruption, Interruptions, Loss, Plan, Purpose,
    ResourceAction, ResourcePlan,
};
use crate::observe::{Live, Observed, deployed_inputs};

/// The resources of a stack that go while a deployed stack still holds a value of theirs.
///
/// The stack's cleanup deletes them before the other stack has let go: with values that travel as parameters nothing
/// refuses it. Read from the deployed templates: what is asked for does not matter to what is in use.
pub(crate) fn interruptions(
    stack: &StackKey,
    live: &Live,
    (resources, basis): (&[ResourcePlan], Basis),
    observed: &Observed,
) -> Vec<Interruption> {
    let Some(template) = &live.template else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for resource in resources.iter().filter(|resource| is_let_go(resource)) {
        let outputs = carrying(template, &resource.logical_id);
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

/// The stateful resources of a stack that would be deleted with what they hold.
pub(crate) fn losses(stack: &StackKey, (resources, basis): (&[ResourcePlan], Basis)) -> Vec<Loss> {
    resources
        .iter()
        .filter(|resource| is_let_go(resource) && is_stateful(&resource.resource_type))
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

/// What the templates alone leave open a change set decides, before the stack is touched.
fn decided(resource: &ResourcePlan, basis: Basis) -> Decided {
    let open = resource.action == ResourceAction::MayReplace && resource.open.is_empty();
    match basis {
        Basis::Templates if open => Decided::Later,
        Basis::Templates | Basis::ChangeSet => Decided::Now,
    }
}

/// Whether the resource that is there is deleted, or perhaps so.
fn is_let_go(resource: &ResourcePlan) -> bool {
    let goes = matches!(
        resource.action,
        ResourceAction::Remove | ResourceAction::Replace | ResourceAction::MayReplace
    );
    goes && resource.fate == Some(RemovalOutcome::Deleted)
}

/// The outputs of a template that carry a value of the resource `id`.
fn carrying(template: &Template, id: &str) -> Vec<String> {
    let carries = |output: &formwork_template::Output<'_>| {
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
        .filter(carries)
        .map(|output| output.name.to_owned())
        .collect()
}

fn uses(live: &Live, stack: &StackKey, outputs: &[String]) -> bool {
    let inputs = live.template.as_ref().map(deployed_inputs);
    inputs.into_iter().flatten().any(|(_, from, output)| {
        from == stack.as_str() && outputs.iter().any(|name| name == output)
    })
}

/// What stands in the way of these losses and interruptions.
pub(crate) fn forbidden(
    losses: &[Loss],
    interruptions: &[Interruption],
    allowed: &Allowed,
) -> Vec<Blocker> {
    let lost = losses
        .iter()
        .filter(|loss| loss.decided == Decided::Now)
        .filter(|loss| {
            !allowed
                .losses
                .contains(&format!("{}.{}", loss.stack, loss.logical_id))
        })
        .map(|loss| Blocker::Loss(loss.clone()));
    let interrupted = interruptions
        .iter()
        .filter(|interruption| interruption.decided == Decided::Now)
        .filter(|_| allowed.interruptions == Interruptions::Refused)
        .map(|interruption| Blocker::Interruption(interruption.clone()));
    lost.chain(interrupted).collect()
}

impl Plan {
    /// Why it is not carried out as it is; empty when it may be. A destruction's losses are its purpose: they are
    /// confirmed, not allowed one by one.
    pub fn blockers(&self, allowed: &Allowed) -> Vec<Blocker> {
        let mut blockers: Vec<Blocker> = self
            .stacks
            .iter()
            .filter_map(|stack| match &stack.action {
                Action::Refused(refusal) => Some(Blocker::Stack {
                    stack: stack.key.clone(),
                    refusal: refusal.clone(),
                }),
                _ => None,
            })
            .collect();
        if self.purpose == Purpose::Deploy {
            blockers.extend(forbidden(&self.losses, &self.interruptions, allowed));
        }
        blockers
    }
}
