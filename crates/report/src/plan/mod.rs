//! A plan as people read it.

mod change;
mod hazard;
mod value;
mod view;

use formwork_engine::{Basis, Plan, Purpose, ResourceAction, StackAction, StackPlan};

use super::durations;
use super::refusal::refused;
use super::text;
use crate::style::Ink;
use crate::text::{list, plural};
use change::{resource_details, resource_row, values};
use hazard::hazards;
pub use view::View;

/// The whole plan.
pub fn text(plan: &Plan, view: &View<'_>) -> String {
    let compared = plural(plan.stacks.len(), "stack");
    let mut out = format!(
        "{}\n{compared} compared in {}. Nothing has been changed.\n\n",
        view.header.line(view.paint),
        durations::took(view.took)
    );
    let changing: Vec<&StackPlan> = plan
        .stacks
        .iter()
        .filter(|stack| is_shown(&stack.action))
        .collect();
    let widest = changing
        .iter()
        .map(|stack| stack.key.as_str().len())
        .max()
        .unwrap_or(0);
    for stack in &changing {
        out.push_str(&stack_text(stack, widest, view));
    }
    if !changing.is_empty() {
        out.push('\n');
    }
    out.push_str(&hazards(plan, view));
    out.push_str(&resting(plan));
    out.push_str(&closing(plan, view));
    out
}

fn is_shown(action: &StackAction) -> bool {
    !matches!(action, StackAction::Unchanged | StackAction::Absent)
}

fn stack_text(stack: &StackPlan, widest: usize, view: &View<'_>) -> String {
    let (mark, ink) = stack_mark(&stack.action);
    let key = view
        .paint
        .ink(Ink::Strong, text::pad(stack.key.as_str(), widest));
    let mut out = format!(
        "{} {key}  {}\n",
        view.paint.ink(ink, mark),
        stack_summary(stack)
    );
    if !stack.capabilities.is_empty() {
        out.push_str(&format!(
            "  acknowledges {}\n",
            stack.capabilities.join(", ")
        ));
    }
    // A new stack's resources have no properties to compare, and a deleted one's go with it.
    let names: Vec<[String; 4]> = stack
        .resources
        .iter()
        .map(|resource| resource_row(resource, view))
        .collect();
    let rows = text::rows(&names);
    for (resource, row) in stack.resources.iter().zip(rows) {
        out.push_str(&format!("  {row}\n"));
        out.push_str(&resource_details(resource, view));
    }
    out.push_str(&values("parameter", &stack.parameters, view));
    out.push_str(&values("output", &stack.outputs, view));
    out.push_str(&values("tag", &stack.tags, view));
    if !stack.other.is_empty() {
        out.push_str(&format!(
            "  {} {}\n",
            view.paint.ink(Ink::Change, "~"),
            stack.other.join(", ")
        ));
    }
    out
}

fn stack_mark(action: &StackAction) -> (&'static str, Ink) {
    match action {
        StackAction::Create => ("+", Ink::Good),
        StackAction::Recreate => ("±", Ink::Change),
        StackAction::Update
        | StackAction::MayUpdate
        | StackAction::Protect
        | StackAction::InFlight => ("~", Ink::Change),
        StackAction::Delete => ("-", Ink::Bad),
        StackAction::Refused(_) => ("✗", Ink::Bad),
        StackAction::Unchanged | StackAction::Absent => (" ", Ink::Faint),
    }
}

fn stack_summary(stack: &StackPlan) -> String {
    let because = match stack.only_because.as_slice() {
        [] => String::new(),
        stacks => format!(", only because {} changes", list(stacks)),
    };
    let what = match &stack.action {
        StackAction::Create => format!("new: {}", plural(stack.resource_count, "resource")),
        StackAction::Recreate => format!(
            "its creation failed: deleted and made again, {}",
            plural(stack.resource_count, "resource")
        ),
        StackAction::Delete => format!("deleted: {}", plural(stack.resource_count, "resource")),
        StackAction::Protect => "its termination protection is set".to_owned(),
        StackAction::InFlight => format!("an operation is in flight ({})", status(stack)),
        StackAction::Refused(refusal) => refused(refusal),
        StackAction::Update | StackAction::MayUpdate => counts(stack),
        StackAction::Unchanged | StackAction::Absent => String::new(),
    };
    let unsure = match (&stack.action, stack.basis) {
        (StackAction::MayUpdate, _) => ", if it differs",
        (StackAction::Update, Basis::Templates) => ", from the templates alone",
        _ => "",
    };
    format!("{what}{unsure}{because}")
}

fn status(stack: &StackPlan) -> String {
    stack
        .status
        .map(|status| status.to_string())
        .unwrap_or_default()
}

fn counts(stack: &StackPlan) -> String {
    let count = |which: &[ResourceAction]| {
        stack
            .resources
            .iter()
            .filter(|resource| which.contains(&resource.action))
            .count()
    };
    let words: Vec<String> = [
        (count(&[ResourceAction::Replace]), "replace"),
        (count(&[ResourceAction::MayReplace]), "may replace"),
        (count(&[ResourceAction::Update]), "update"),
        (count(&[ResourceAction::Add]), "add"),
        (count(&[ResourceAction::Import]), "import"),
        (count(&[ResourceAction::Remove]), "delete"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if !words.is_empty() {
        return words.join(", ");
    }
    let beside = [
        (!stack.outputs.is_empty(), "outputs"),
        (!stack.parameters.is_empty(), "parameters"),
        (!stack.tags.is_empty(), "tags"),
        (!stack.other.is_empty(), "other sections"),
    ];
    let words: Vec<&str> = beside
        .into_iter()
        .filter(|(changes, _)| *changes)
        .map(|(_, word)| word)
        .collect();
    match words.is_empty() {
        true => "update, of no resource that CloudFormation names".to_owned(),
        false => format!("update of {}, no resource", words.join(", ")),
    }
}

fn resting(plan: &Plan) -> String {
    let with = |wanted: StackAction| -> Vec<&str> {
        plan.stacks
            .iter()
            .filter(|stack| stack.action == wanted)
            .map(|stack| stack.key.as_str())
            .collect()
    };
    [
        ("Unchanged", with(StackAction::Unchanged)),
        ("Not deployed", with(StackAction::Absent)),
    ]
    .into_iter()
    .filter(|(_, stacks)| !stacks.is_empty())
    .map(|(word, stacks)| format!("{word}: {}\n", stacks.join(", ")))
    .collect()
}

fn closing(plan: &Plan, view: &View<'_>) -> String {
    if plan.is_empty() {
        return "Nothing to do.\n".to_owned();
    }
    let estimate = view
        .estimate
        .map(|time| format!(" · about {}", durations::took(time)))
        .unwrap_or_default();
    if plan.purpose == Purpose::Destroy {
        let deleted = || {
            let stacks = plan.stacks.iter();
            stacks.filter(|stack| stack.action == StackAction::Delete)
        };
        return format!(
            "Plan: {} to delete, {}{estimate}\n",
            plural(deleted().count(), "stack"),
            plural(
                deleted().map(|stack| stack.resource_count).sum(),
                "resource"
            )
        );
    }
    let totals = plan.totals();
    format!(
        "Plan: {} to replace, {} to update, {} to add, {} to delete{estimate}\n",
        totals.replace, totals.update, totals.add, totals.delete
    )
}

#[cfg(test)]
mod tests;
