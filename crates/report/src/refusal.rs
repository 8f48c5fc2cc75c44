//! Why a stack is not touched, where a plan, a failure or an event says so.

use formwork_engine::Refusal;

use super::text;
use crate::text::list;

/// Why a stack is not touched, and what to do.
pub fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOurs {
            blueprint: Some(blueprint),
            stack,
            environment,
        } => {
            let stack = stack.as_deref().unwrap_or("?");
            let environment = environment.as_deref().unwrap_or("-");
            format!(
                "belongs to blueprint {blueprint}, stack {stack}, env {environment}: take it over with --adopt"
            )
        }
        Refusal::NotOurs { .. } => {
            "is there and does not carry our tags: take it over with --adopt".to_owned()
        }
        Refusal::State { status, advice } => format!("is {status}: {advice}"),
        Refusal::InFlight { status } => {
            format!("someone else's operation is in flight ({status}): wait for it with --wait")
        }
        Refusal::Protected => {
            "its termination protection is on: CloudFormation does not delete it".to_owned()
        }
        Refusal::NeededBy { stacks } => {
            format!(
                "{} {} its outputs",
                list(stacks),
                if stacks.len() == 1 { "uses" } else { "use" }
            )
        }
        Refusal::Survivors { resources } => format!(
            "its failed creation left {} in it: delete it by hand when they may go",
            resources.join(", ")
        ),
        Refusal::MissingUpstream { stack, output } => {
            format!("needs {stack}.{output}, and {stack} is neither deployed nor part of this run")
        }
        Refusal::Value { parameter, problem } => format!("its parameter {parameter} {problem}"),
        Refusal::ChangeSet { reason } => {
            format!(
                "CloudFormation refuses the change: {}",
                text::harmless(reason)
            )
        }
    }
}
