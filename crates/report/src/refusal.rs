//! Messages for stacks that a plan refuses to change.

use formwork_engine::{Blocker, Refusal};

use crate::text;
use crate::text::join_names;

/// Returns the reason why a stack is not changed, and the next step.
pub fn refusal_message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOurs {
            blueprint: Some(blueprint),
            stack,
            environment,
        } => {
            let stack = stack.as_deref().unwrap_or("?");
            let environment = environment.as_deref().unwrap_or("-");
            format!(
                "belongs to blueprint {blueprint}, stack {stack}, env {environment}: adopt it with --adopt"
            )
        }
        Refusal::NotOurs { .. } => {
            "exists without formwork's tags: adopt it with --adopt".to_owned()
        }
        Refusal::State { status, advice } => format!("is {status}: {advice}"),
        Refusal::InFlight { status } => {
            format!("has another operation in progress ({status}): wait for it with --wait")
        }
        Refusal::Protected => {
            "has termination protection: CloudFormation does not delete it".to_owned()
        }
        Refusal::NeededBy { stacks } => format!("is used by {}", join_names(stacks)),
        Refusal::Survivors { resources } => format!(
            "still contains {} after its failed creation: delete the stack manually if they may be deleted",
            resources.join(", ")
        ),
        Refusal::MissingUpstream { stack, output } => {
            format!("needs {stack}.{output}, but {stack} is neither deployed nor part of this run")
        }
        Refusal::Value { parameter, problem } => {
            format!("has an invalid parameter {parameter}: {problem}")
        }
        Refusal::ChangeSet { reason } => {
            format!(
                "has a change that CloudFormation rejects: {}",
                text::strip_control(reason)
            )
        }
    }
}

/// Returns the message for a blocker of a plan, with the flag that allows it.
pub fn blocker_message(blocker: &Blocker) -> String {
    match blocker {
        Blocker::Stack { stack, refusal } => format!("{stack} {}", refusal_message(refusal)),
        Blocker::Loss(loss) => format!(
            "{}.{} ({}) would lose its data: --allow-loss {}.{}",
            loss.stack, loss.logical_id, loss.resource_type, loss.stack, loss.logical_id
        ),
        Blocker::Interruption(interruption) => format!(
            "{}.{} ({}) would be removed while {} still uses {}: --allow-interruption",
            interruption.stack,
            interruption.logical_id,
            interruption.resource_type,
            interruption.consumers.join(", "),
            interruption.outputs.join(", ")
        ),
    }
}
