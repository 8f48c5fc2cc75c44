//! A plan as text.

mod changes;
mod value;
mod warnings;

use std::time::Duration;

use formwork_blueprint::Blueprint;
use formwork_engine::{Basis, Plan, Purpose, ResourceAction, StackAction, StackPlan};
use formwork_template::diagnostics::Sources;

use crate::header::Header;
use crate::refusal::refusal_message;
use crate::style::{ColorMode, Tone};
use crate::text;
use crate::text::{join_names, plural};
use crate::time_format;
use changes::{resource_details, resource_row, values};
use warnings::warnings;

/// The inputs of a rendered plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    /// The target.
    pub header: &'a Header,
    /// The planned blueprint.
    pub blueprint: &'a Blueprint,
    /// The source texts that spans point into.
    pub sources: &'a Sources,
    /// The time that planning took.
    pub took: Duration,
    /// The typical duration of the deployment, if it is known.
    pub estimate: Option<Duration>,
    /// The color mode.
    pub color: ColorMode,
    /// The width of the terminal.
    pub columns: usize,
}

/// Renders a plan.
pub fn plan_text(plan: &Plan, view: &PlanView<'_>) -> String {
    let compared = plural(plan.stacks.len(), "stack");
    let mut out = format!(
        "{}\n{compared} compared in {}. Nothing has been changed.\n\n",
        view.header.line(view.color),
        time_format::duration_text(view.took)
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
    out.push_str(&warnings(plan, view));
    out.push_str(&unchanged_stacks(plan));
    out.push_str(&totals_line(plan, view));
    out
}

fn is_shown(action: &StackAction) -> bool {
    !matches!(action, StackAction::Unchanged | StackAction::Absent)
}

fn stack_text(stack: &StackPlan, widest: usize, view: &PlanView<'_>) -> String {
    let (mark, tone) = stack_mark(&stack.action);
    let key = view
        .color
        .apply(Tone::Emphasis, text::pad(stack.key.as_str(), widest));
    let mut out = format!(
        "{} {key}  {}\n",
        view.color.apply(tone, mark),
        stack_summary(stack)
    );
    if !stack.capabilities.is_empty() {
        out.push_str(&format!(
            "  acknowledges {}\n",
            stack.capabilities.join(", ")
        ));
    }
    // A new stack has no old properties, and a deleted stack loses all of them.
    let names: Vec<[String; 4]> = stack
        .resources
        .iter()
        .map(|resource| resource_row(resource, view))
        .collect();
    let rows = text::align_columns(&names);
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
            view.color.apply(Tone::Warning, "~"),
            stack.other.join(", ")
        ));
    }
    out
}

fn stack_mark(action: &StackAction) -> (&'static str, Tone) {
    match action {
        StackAction::Create => ("+", Tone::Success),
        StackAction::Recreate => ("±", Tone::Warning),
        StackAction::Update
        | StackAction::MayUpdate
        | StackAction::Protect
        | StackAction::InFlight => ("~", Tone::Warning),
        StackAction::Delete => ("-", Tone::Failure),
        StackAction::Refused(_) => ("✗", Tone::Failure),
        StackAction::Unchanged | StackAction::Absent => (" ", Tone::Muted),
    }
}

fn stack_summary(stack: &StackPlan) -> String {
    let because = match stack.only_because.as_slice() {
        [] => String::new(),
        stacks => format!(", only because {} changes", join_names(stacks)),
    };
    let what = match &stack.action {
        StackAction::Create => format!("new: {}", plural(stack.resource_count, "resource")),
        StackAction::Recreate => format!(
            "creation failed: deleted and created again, {}",
            plural(stack.resource_count, "resource")
        ),
        StackAction::Delete => format!("deleted: {}", plural(stack.resource_count, "resource")),
        StackAction::Protect => "sets termination protection".to_owned(),
        StackAction::InFlight => format!("an operation is in flight ({})", status(stack)),
        StackAction::Refused(refusal) => refusal_message(refusal),
        StackAction::Update | StackAction::MayUpdate => resource_counts(stack),
        StackAction::Unchanged | StackAction::Absent => String::new(),
    };
    let unsure = match (&stack.action, stack.basis) {
        (StackAction::MayUpdate, _) => ", if its inputs change",
        (StackAction::Update, Basis::Templates) => ", from the templates only",
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

fn resource_counts(stack: &StackPlan) -> String {
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
        true => "update without resource changes".to_owned(),
        false => format!("update of {} only", words.join(", ")),
    }
}

fn unchanged_stacks(plan: &Plan) -> String {
    let with = |action: StackAction| -> Vec<&str> {
        plan.stacks
            .iter()
            .filter(|stack| stack.action == action)
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

fn totals_line(plan: &Plan, view: &PlanView<'_>) -> String {
    if plan.is_empty() {
        return "Nothing to do.\n".to_owned();
    }
    let estimate = view
        .estimate
        .map(|time| format!(" · about {}", time_format::duration_text(time)))
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
