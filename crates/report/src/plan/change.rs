//! What changes in a stack, row by row: resources, their properties, and the stack's own values.

use formwork_aws::RequiresReplacement;
use formwork_blueprint::Origin;
use formwork_catalog::RemovalOutcome;
use formwork_engine::{Cause, Disagreement, PropertyPlan, ResourceAction, ResourcePlan, ValuePlan};
use formwork_template::diagnostics::{Sources, Span};

use super::value::{self, after_deploy};
use super::view::View;
use crate::style::Ink;
use crate::text;
use crate::text::plural;

/// The row of a resource: what is done, its name, its type, what becomes of the old one.
pub fn resource_row(resource: &ResourcePlan, view: &View<'_>) -> [String; 4] {
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
        .map_or_else(|| "the old one".to_owned(), text::harmless);
    let becomes = match resource.fate {
        Some(RemovalOutcome::Retained) => format!("{old} is kept outside the stack"),
        Some(RemovalOutcome::Snapshotted) => format!("delete {old} after a snapshot"),
        Some(RemovalOutcome::Deleted) | None => format!("delete {old}"),
    };
    match resource.action {
        ResourceAction::Replace => format!("new one first, then {becomes}"),
        ResourceAction::MayReplace => "may be made anew".to_owned(),
        ResourceAction::Remove if resource.physical_id.is_some() => becomes,
        ResourceAction::Remove if resource.fate == Some(RemovalOutcome::Retained) => {
            "is kept outside the stack".to_owned()
        }
        ResourceAction::Remove if resource.fate == Some(RemovalOutcome::Snapshotted) => {
            "after a snapshot".to_owned()
        }
        _ => String::new(),
    }
}

/// The rows under a resource: its name that is open, and its properties.
pub fn resource_details(resource: &ResourcePlan, view: &View<'_>) -> String {
    let mut out = String::new();
    if !resource.open.is_empty() {
        out.push_str(&format!(
            "        final name {}\n",
            after_deploy(&resource.open)
        ));
    }
    if let Some(disagreement) = &resource.disagreement {
        let line = disagreeing(disagreement);
        let line = text::wrap(&line, "        ", view.columns);
        let mark = view.paint.ink(Ink::Change, "!");
        out.push_str(&format!("      {mark} {}", line.trim_start()));
    }
    let names = resource
        .properties
        .iter()
        .map(|property| property_row(property, view));
    let rows = text::rows(&names.collect::<Vec<_>>());
    for (row, property) in rows.iter().zip(&resource.properties) {
        out.push_str(&format!("      {row}\n"));
        for line in changed_lines(property, view) {
            let ink = match line.starts_with('+') {
                true => Ink::Good,
                false => Ink::Bad,
            };
            let line = text::cut(&line, view.columns.saturating_sub(12));
            out.push_str(&format!("            {}\n", view.paint.ink(ink, &line)));
        }
    }
    out
}

/// That CloudFormation's word is not what the type's schema makes one expect.
fn disagreeing(disagreement: &Disagreement) -> String {
    let property = &disagreement.property;
    match disagreement.expected {
        RequiresReplacement::Yes => format!(
            "its type's schema says that {property} makes it anew; CloudFormation does not, and counts"
        ),
        RequiresReplacement::No | RequiresReplacement::Maybe => format!(
            "CloudFormation says that {property} makes it anew, and counts; its type's schema does not"
        ),
    }
}

fn changed_lines(property: &PropertyPlan, view: &View<'_>) -> Vec<String> {
    let (before, after) = (property.before.as_ref(), property.after.as_ref());
    value::changed_lines(before, after, room(view))
}

fn property_row(property: &PropertyPlan, view: &View<'_>) -> [String; 4] {
    let mark = match (&property.before, &property.after) {
        (None, Some(_)) => view.paint.ink(Ink::Good, "+"),
        (Some(_), None) => view.paint.ink(Ink::Bad, "-"),
        _ => view.paint.ink(Ink::Change, "~"),
    };
    let replaces = match property.replaces {
        RequiresReplacement::No => "",
        RequiresReplacement::Maybe => " (may make it anew)",
        RequiresReplacement::Yes => " (makes it anew)",
    };
    let change = match changed_lines(property, view).len() {
        0 => value::change(
            property.before.as_ref(),
            property.after.as_ref(),
            room(view),
        ),
        count => plural(count, "line"),
    };
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
            Origin::ProcessEnvironment => format!("vars.{name}, FORMWORK_VAR_{name}"),
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
fn place(span: Span, sources: &Sources) -> String {
    format!(
        "{}:{}",
        sources.path(span.file).display(),
        sources.position(span).line
    )
}

/// The rows of parameters, outputs or tags.
pub fn values(word: &str, values: &[ValuePlan], view: &View<'_>) -> String {
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
    text::rows(&rows)
        .iter()
        .map(|row| format!("  {row}\n"))
        .collect()
}
