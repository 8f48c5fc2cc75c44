//! What stands in the way of a plan, and what to think of before it is carried out.

use formwork_engine::{
    HazardDecision, Interruption, Loss, Note, Plan, Purpose, ResourceAction, UnmanagedStack,
};

use super::view::View;
use crate::style::Ink;
use crate::text;

/// What is said of a hazard that only the deployment decides.
const LATER: &str = "that is decided, and asked about, once what it depends on is deployed";

/// What `--yes` does not cover, and what limits the plan.
pub fn hazards(plan: &Plan, view: &View<'_>) -> String {
    let mut warnings: Vec<String> = Vec::new();
    warnings.extend(plan.losses.iter().map(|loss| lost(loss, plan.purpose)));
    warnings.extend(plan.interruptions.iter().map(interrupted));
    warnings.extend(plan.notes.iter().map(note));
    warnings.extend(plan.unmanaged.iter().map(left_alone));
    let mark = view.paint.ink(Ink::Change, "!");
    let mut out: String = warnings
        .iter()
        .map(|warning| {
            let wrapped = text::wrap(warning, "  ", view.columns);
            format!("{mark} {}", wrapped.trim_start())
        })
        .collect();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn lost(loss: &Loss, purpose: Purpose) -> String {
    let flag = match purpose {
        Purpose::Deploy if loss.decided == HazardDecision::Later => format!("; {LATER}"),
        Purpose::Deploy => format!(
            "; `--allow-loss {}.{}` lets it go",
            loss.stack, loss.logical_id
        ),
        Purpose::Destroy => String::new(),
    };
    format!(
        "Loss: {}.{} ({}) {}, with what it holds{flag}",
        loss.stack,
        loss.logical_id,
        loss.resource_type,
        done(loss.action),
    )
}

fn interrupted(interruption: &Interruption) -> String {
    let flag = match interruption.decided {
        HazardDecision::Now => "`--allow-interruption` lets that happen",
        HazardDecision::Later => LATER,
    };
    format!(
        "Interruption: {}.{} ({}) {} while {} still uses {}: it is gone before they let go of it; {flag}",
        interruption.stack,
        interruption.logical_id,
        interruption.resource_type,
        done(interruption.action),
        interruption.consumers.join(", "),
        interruption.outputs.join(", "),
    )
}

fn done(action: ResourceAction) -> &'static str {
    match action {
        ResourceAction::Replace => "is replaced",
        ResourceAction::MayReplace => "may be replaced",
        _ => "is deleted",
    }
}

fn left_alone(stack: &UnmanagedStack) -> String {
    let key = stack.key.as_ref();
    format!(
        "{} ({}) is deployed and the blueprint has no key for it{}; it is left alone",
        stack.name,
        stack.status,
        key.map(|key| format!(" (it was `{}`)", text::harmless(key)))
            .unwrap_or_default(),
    )
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
                text::harmless(reason)
            )
        }
        Note::StackUnreadable { name, problem } => {
            format!(
                "The deployed stack {} cannot be read: {}",
                text::harmless(name),
                text::harmless(problem)
            )
        }
    }
}
