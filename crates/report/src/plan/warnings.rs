//! Warnings of a plan: losses, interruptions, notes and unmanaged stacks.

use formwork_engine::{
    HazardDecision, Interruption, Loss, Note, Plan, Purpose, ResourceAction, UnmanagedStack,
};

use super::PlanView;
use crate::style::Tone;
use crate::text;

/// The addition to a warning that is decided during the deployment.
const KNOWN_LATER: &str = "you will be asked when its dependencies are deployed";

/// Renders everything that `--yes` does not cover, and the limits of the plan.
pub fn warnings(plan: &Plan, view: &PlanView<'_>) -> String {
    let mut warnings: Vec<String> = Vec::new();
    warnings.extend(
        plan.losses
            .iter()
            .map(|loss| loss_warning(loss, plan.purpose)),
    );
    warnings.extend(plan.interruptions.iter().map(interruption_warning));
    warnings.extend(plan.notes.iter().map(note_warning));
    warnings.extend(plan.unmanaged.iter().map(unmanaged_stack));
    let mark = view.color.apply(Tone::Warning, "!");
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

fn loss_warning(loss: &Loss, purpose: Purpose) -> String {
    let flag = match purpose {
        Purpose::Deploy if loss.decided == HazardDecision::Later => format!("; {KNOWN_LATER}"),
        Purpose::Deploy => format!(
            "; `--allow-loss {}.{}` allows this",
            loss.stack, loss.logical_id
        ),
        Purpose::Destroy => String::new(),
    };
    format!(
        "Loss: {}.{} ({}) {} and its data is lost{flag}",
        loss.stack,
        loss.logical_id,
        loss.resource_type,
        action_phrase(loss.action),
    )
}

fn interruption_warning(interruption: &Interruption) -> String {
    let flag = match interruption.decided {
        HazardDecision::Now => "`--allow-interruption` allows this",
        HazardDecision::Later => KNOWN_LATER,
    };
    format!(
        "Interruption: {}.{} ({}) {} while {} still uses {}; {flag}",
        interruption.stack,
        interruption.logical_id,
        interruption.resource_type,
        action_phrase(interruption.action),
        interruption.consumers.join(", "),
        interruption.outputs.join(", "),
    )
}

fn action_phrase(action: ResourceAction) -> &'static str {
    match action {
        ResourceAction::Replace => "is replaced",
        ResourceAction::MayReplace => "may be replaced",
        _ => "is deleted",
    }
}

fn unmanaged_stack(stack: &UnmanagedStack) -> String {
    let key = stack.key.as_ref();
    format!(
        "{} ({}) is deployed but not in the blueprint{}; it stays unchanged",
        stack.name,
        stack.status,
        key.map(|key| format!(" (its key was `{}`)", text::strip_control(key)))
            .unwrap_or_default(),
    )
}

fn note_warning(note: &Note) -> String {
    match note {
        Note::ChangeSetsDenied => {
            "Change sets cannot be created with these permissions: this plan compares the templates \
             only, and takes replacements from the resource types' schemas"
                .to_owned()
        }
        Note::ListDenied => {
            "The account's stacks cannot be listed with these permissions: stacks that are no longer in the blueprint are not shown"
                .to_owned()
        }
        Note::TemplateUnread { stack, reason } => {
            format!(
                "The deployed template of {stack} was not compared: {}",
                text::strip_control(reason)
            )
        }
        Note::StackUnreadable { name, problem } => {
            format!(
                "The deployed stack {} cannot be read: {}",
                text::strip_control(name),
                text::strip_control(problem)
            )
        }
    }
}
