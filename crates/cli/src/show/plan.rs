//! A plan as people read it.

use std::time::Duration;

use blueprint::{Blueprint, Origin};
use engine::plan::{
    Action, Basis, Cause, Note, Pending, Plan, PlannedValue, PropertyPlan, Purpose, Refusal,
    Replaces, ResourceAction, ResourcePlan, StackPlan, ValuePlan,
};
use template::Fate;
use template::source::{Sources, Span};

use super::header::Header;
use super::table;
use super::time;
use super::value;
use crate::report::plural;
use crate::terminal::{Ink, Paint};

/// What a plan is shown with.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Where the tool stands.
    pub header: &'a Header,
    /// The blueprint that was planned.
    pub blueprint: &'a Blueprint,
    /// The texts that its spans lead into.
    pub sources: &'a Sources,
    /// How long planning took.
    pub took: Duration,
    /// How long carrying it out usually takes, where that is known.
    pub estimate: Option<Duration>,
    /// Whether in colour.
    pub paint: Paint,
    /// The columns there are.
    pub columns: usize,
}

/// The whole plan.
pub fn text(plan: &Plan, view: &View<'_>) -> String {
    let compared = plural(plan.stacks.len(), "stack");
    let mut out = format!(
        "{}\n{compared} compared in {}. Nothing has been changed.\n\n",
        view.header.line(view.paint),
        time::took(view.took)
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

fn is_shown(action: &Action) -> bool {
    !matches!(action, Action::Unchanged | Action::Absent)
}

fn stack_text(stack: &StackPlan, widest: usize, view: &View<'_>) -> String {
    let (mark, ink) = stack_mark(&stack.action);
    let key = view
        .paint
        .ink(Ink::Strong, table::pad(stack.key.as_str(), widest));
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
    let rows = table::rows(&names);
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

fn stack_mark(action: &Action) -> (&'static str, Ink) {
    match action {
        Action::Create => ("+", Ink::Good),
        Action::Recreate => ("±", Ink::Change),
        Action::Update | Action::MayUpdate | Action::Protect | Action::InFlight => {
            ("~", Ink::Change)
        }
        Action::Delete => ("-", Ink::Bad),
        Action::Refused(_) => ("✗", Ink::Bad),
        Action::Unchanged | Action::Absent => (" ", Ink::Faint),
    }
}

fn stack_summary(stack: &StackPlan) -> String {
    let because = match stack.only_because.as_slice() {
        [] => String::new(),
        stacks => format!(", only because {} changes", join(stacks)),
    };
    let what = match &stack.action {
        Action::Create => format!("new: {}", plural(stack.resource_count, "resource")),
        Action::Recreate => format!(
            "its creation failed: deleted and made again, {}",
            plural(stack.resource_count, "resource")
        ),
        Action::Delete => format!("deleted: {}", plural(stack.resource_count, "resource")),
        Action::Protect => "its termination protection is set".to_owned(),
        Action::InFlight => format!("an operation is in flight ({})", status(stack)),
        Action::Refused(refusal) => refused(refusal),
        Action::Update | Action::MayUpdate => counts(stack),
        Action::Unchanged | Action::Absent => String::new(),
    };
    let unsure = match (&stack.action, stack.basis) {
        (Action::MayUpdate, _) => ", if it differs",
        (Action::Update, Basis::Templates) => ", from the templates alone",
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
        true => "update".to_owned(),
        false => format!("update of {}, no resource", words.join(", ")),
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

fn resource_row(resource: &ResourcePlan, view: &View<'_>) -> [String; 4] {
    let (mark, ink) = match resource.action {
        ResourceAction::Add => ("+", Ink::Good),
        ResourceAction::Import => ("&", Ink::Good),
        ResourceAction::Update => ("~", Ink::Change),
        ResourceAction::MayReplace => ("~?", Ink::Change),
        ResourceAction::Replace => ("+/-", Ink::Bad),
        ResourceAction::Remove => ("-", Ink::Bad),
    };
    [
        view.paint.ink(ink, mark),
        resource.logical_id.clone(),
        resource.resource_type.clone(),
        consequence(resource),
    ]
}

fn consequence(resource: &ResourcePlan) -> String {
    let old = resource
        .physical_id
        .as_deref()
        .map_or_else(|| "the old one".to_owned(), table::harmless);
    let becomes = match resource.fate {
        Some(Fate::Retained) => format!("{old} is kept outside the stack"),
        Some(Fate::Snapshotted) => format!("delete {old} after a snapshot"),
        Some(Fate::Deleted) | None => format!("delete {old}"),
    };
    match resource.action {
        ResourceAction::Replace => format!("new one first, then {becomes}"),
        ResourceAction::MayReplace => "may be made anew".to_owned(),
        ResourceAction::Remove if resource.physical_id.is_some() => becomes,
        ResourceAction::Remove if resource.fate == Some(Fate::Retained) => {
            "is kept outside the stack".to_owned()
        }
        ResourceAction::Remove if resource.fate == Some(Fate::Snapshotted) => {
            "after a snapshot".to_owned()
        }
        _ => String::new(),
    }
}

fn resource_details(resource: &ResourcePlan, view: &View<'_>) -> String {
    let mut out = String::new();
    if !resource.open.is_empty() {
        out.push_str(&format!(
            "        final name {}\n",
            after_deploy(&resource.open)
        ));
    }
    let names = resource
        .properties
        .iter()
        .map(|property| property_row(property, view));
    for row in table::rows(&names.collect::<Vec<_>>()) {
        out.push_str(&format!("      {row}\n"));
    }
    out
}

fn property_row(property: &PropertyPlan, view: &View<'_>) -> [String; 4] {
    let mark = match (&property.before, &property.after) {
        (None, Some(_)) => view.paint.ink(Ink::Good, "+"),
        (Some(_), None) => view.paint.ink(Ink::Bad, "-"),
        _ => view.paint.ink(Ink::Change, "~"),
    };
    let replaces = match property.replaces {
        Replaces::No => "",
        Replaces::Maybe => " (may make it anew)",
        Replaces::Yes => " (makes it anew)",
    };
    let change = value::change(
        property.before.as_ref(),
        property.after.as_ref(),
        room(view),
    );
    [
        mark,
        property.path.clone(),
        format!("{change}{replaces}"),
        view.paint.ink(Ink::Faint, reason(property, view)),
    ]
}

/// The columns for one value.
fn room(view: &View<'_>) -> usize {
    (view.columns / 3).clamp(16, 60)
}

/// What leads to a property's change: the variable it was written with, the place, or what CloudFormation says.
fn reason(property: &PropertyPlan, view: &View<'_>) -> String {
    match &property.cause {
        Some(Cause::Parameter(name)) => return format!("parameter {name}"),
        Some(Cause::Resource(name)) => return format!("follows {name}, which is made anew"),
        Some(Cause::Attribute(name)) => return format!("follows {name}"),
        Some(Cause::Automatic) => return "by CloudFormation itself".to_owned(),
        None => {}
    }
    property
        .span
        .map(|span| written(span, view))
        .unwrap_or_default()
}

/// The variable that stands at `span` and what gave it its value, else the file and line.
fn written(span: Span, view: &View<'_>) -> String {
    let text = view.sources.slice(span);
    let variables: Vec<String> = view
        .blueprint
        .variables
        .iter()
        .filter(|(name, _)| mentions(text, name.as_str()))
        .map(|(name, variable)| match &variable.origin {
            Origin::Default => format!("vars.{name}"),
            Origin::Environment(environment) => format!("vars.{name}, env {environment}"),
            Origin::Process => format!("vars.{name}, FORMWORK_VAR_{name}"),
            Origin::CommandLine => format!("vars.{name}, --set"),
        })
        .collect();
    match variables.as_slice() {
        [] => place(span, view.sources),
        variables => variables.join("; "),
    }
}

/// Whether an expression in `text` names the variable.
fn mentions(text: &str, variable: &str) -> bool {
    let whole = format!("vars.{variable}");
    text.contains("${")
        && text.match_indices(&whole).any(|(at, _)| {
            let next = text[at + whole.len()..].chars().next();
            !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}

/// `file:line`.
pub fn place(span: Span, sources: &Sources) -> String {
    format!(
        "{}:{}",
        sources.path(span.file).display(),
        sources.position(span).line
    )
}

fn values(word: &str, values: &[ValuePlan], view: &View<'_>) -> String {
    let rows: Vec<[String; 3]> = values
        .iter()
        .map(|value| {
            let (mark, ink) = match (&value.before, &value.after) {
                (None, Some(_)) => ("+", Ink::Good),
                (Some(_), None) => ("-", Ink::Bad),
                _ => ("~", Ink::Change),
            };
            [
                view.paint.ink(ink, mark),
                format!("{word} {}", value.name),
                value::change(value.before.as_ref(), value.after.as_ref(), room(view)),
            ]
        })
        .collect();
    table::rows(&rows)
        .iter()
        .map(|row| format!("  {row}\n"))
        .collect()
}

/// What `--yes` does not cover, and what limits the plan.
fn hazards(plan: &Plan, view: &View<'_>) -> String {
    let mut warnings: Vec<String> = Vec::new();
    let done = |action: ResourceAction| match action {
        ResourceAction::Replace => "is replaced",
        ResourceAction::MayReplace => "may be replaced",
        _ => "is deleted",
    };
    for loss in &plan.losses {
        let flag = match plan.purpose {
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
        warnings.push(format!(
            "Interruption: {}.{} ({}) {} while {} still uses {}: it is gone before they let go of it; \
             `--allow-interruption` lets that happen",
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
            "Change sets may not be made here: this plan is from the templates alone and cannot \
                                   tell what is made anew"
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

fn resting(plan: &Plan) -> String {
    let with = |wanted: Action| -> Vec<&str> {
        plan.stacks
            .iter()
            .filter(|stack| stack.action == wanted)
            .map(|stack| stack.key.as_str())
            .collect()
    };
    [
        ("Unchanged", with(Action::Unchanged)),
        ("Not deployed", with(Action::Absent)),
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
        .map(|time| format!(" · about {}", time::took(time)))
        .unwrap_or_default();
    let deleted: usize = match plan.purpose {
        Purpose::Destroy => plan
            .stacks
            .iter()
            .filter(|stack| stack.action == Action::Delete)
            .map(|stack| stack.resource_count)
            .sum(),
        Purpose::Deploy => 0,
    };
    if plan.purpose == Purpose::Destroy {
        let stacks = plan
            .stacks
            .iter()
            .filter(|stack| stack.action == Action::Delete)
            .count();
        return format!(
            "Plan: {} to delete, {}{estimate}\n",
            plural(stacks, "stack"),
            plural(deleted, "resource")
        );
    }
    let totals = plan.totals();
    format!(
        "Plan: {} to replace, {} to update, {} to add, {} to delete{estimate}\n",
        totals.replace, totals.update, totals.add, totals.delete
    )
}

fn join(names: &[impl ToString]) -> String {
    names
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// `after deploy: a.X, b.Y`.
pub fn after_deploy(pending: &[Pending]) -> String {
    let names: Vec<String> = pending
        .iter()
        .map(|pending| format!("{}.{}", pending.stack, pending.output))
        .collect();
    format!("after deploy: {}", names.join(", "))
}

/// Whether a value of the plan can only be known later.
pub fn is_open(value: &PlannedValue) -> bool {
    matches!(
        value,
        PlannedValue::AfterDeploy(_) | PlannedValue::AfterApply
    )
}
