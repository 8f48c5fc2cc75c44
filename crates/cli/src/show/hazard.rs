//! What stands in the way of a plan, and what to think of before it is carried out.

use engine::plan::{Decided, Note, Plan, Purpose, Refusal, ResourceAction};

use super::plan::{View, join};
use super::table;
use crate::terminal::Ink;

/// What is said of a hazard that only the deployment decides.
const LATER: &str = "that is decided, and asked about, once what it depends on is deployed";

/// What `--yes` does not cover, and what limits the plan.
pub fn hazards(plan: &Plan, view: &View<'_>) -> String {
    let mut warnings: Vec<String> = Vec::new();
    let done = |action: ResourceAction| match action {
        ResourceAction::Replace => "is replaced",
        ResourceAction::MayReplace => "may be replaced",
        _ => "is deleted",
    };
    for loss in &plan.losses {
        let flag = match plan.purpose {
            Purpose::Deploy if loss.decided == Decided::Later => format!("; {LATER}"),
            Purpose::Deploy => format!(
                "; `--allow-loss {}.{}` lets it go",
                loss.stack, loss.logical_id
            ),
            Purpose::Destroy => String::new(),
        };
        warnings.push(format!(
            "Loss: {}.{} ({}) {}, with what it holds{flag}",
            loss.stack,
            loss.logical_id,
            loss.resource_type,
            done(loss.action),
        ));
    }
    for interruption in &plan.interruptions {
        let flag = match interruption.decided {
            Decided::Now => "`--allow-interruption` lets that happen",
            Decided::Later => LATER,
        };
        warnings.push(format!(
            "Interruption: {}.{} ({}) {} while {} still uses {}: it is gone before they let go of it; {flag}",
            interruption.stack,
            interruption.logical_id,
            interruption.resource_type,
            done(interruption.action),
            interruption.consumers.join(", "),
            interruption.outputs.join(", "),
        ));
    }
    warnings.extend(plan.notes.iter().map(note));
    for stack in &plan.unmanaged {
        warnings.push(format!(
            "{} ({}) is deployed and the blueprint has no key for it{}; it is left alone",
            stack.name,
            stack.status,
            stack
                .key
                .as_ref()
                .map(|key| format!(" (it was `{}`)", table::harmless(key)))
                .unwrap_or_default(),
        ));
    }
    let mark = view.paint.ink(Ink::Change, "!");
    let mut out: String = warnings
        .iter()
        .map(|warning| {
            let wrapped = table::wrap(warning, "  ", view.columns);
            format!("{mark} {}", wrapped.trim_start())
        })
        .collect();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn note(note: &Note) -> String {
    match note {
        Note::ChangeSetsDenied => {
            "Change sets may not be made here: this plan is from the templates alone, and what is made \
             anew is told by the schemas of the resource types"
                .to_owned()
        }
        Note::ListDenied => {
            "The account's stacks may not be listed: those without a key were not looked for"
                .to_owned()
        }
        Note::TemplateUnread { stack, reason } => {
            format!(
                "The deployed template of {stack} was not compared: {}",
                table::harmless(reason)
            )
        }
        Note::StackUnreadable { name, problem } => {
            format!(
                "The deployed stack {} cannot be read: {}",
                table::harmless(name),
                table::harmless(problem)
            )
        }
    }
}

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
                join(stacks),
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
                table::harmless(reason)
            )
        }
    }
}
