//! The changes of a stack: its resources, their properties, and the stack's own values.

use formwork_aws::RequiresReplacement;
use formwork_blueprint::Origin;
use formwork_catalog::RemovalOutcome;
use formwork_engine::{Cause, Disagreement, PropertyPlan, ResourceAction, ResourcePlan, ValuePlan};
use formwork_template::diagnostics::{Sources, Span};

use super::PlanView;
use super::value::{self, after_deploy};
use crate::style::Tone;
use crate::text;
use crate::text::plural;

/// Returns the row of a resource: action, logical id, type, and effect on the old resource.
pub fn resource_row(resource: &ResourcePlan, view: &PlanView<'_>) -> [String; 4] {
    let (mark, tone) = match resource.action {
        ResourceAction::Add => ("+", Tone::Success),
        ResourceAction::Import => ("&", Tone::Success),
        ResourceAction::Update => ("~", Tone::Warning),
        ResourceAction::MayReplace => ("~?", Tone::Warning),
        ResourceAction::Replace => ("+/-", Tone::Failure),
        ResourceAction::Remove => ("-", Tone::Failure),
    };
    [
        view.color.apply(tone, mark),
        resource.logical_id.clone(),
        resource.resource_type.clone(),
        consequence(resource),
    ]
}

fn consequence(resource: &ResourcePlan) -> String {
    let old = resource
        .physical_id
        .as_deref()
        .map_or_else(|| "the old one".to_owned(), text::strip_control);
    let becomes = match resource.fate {
        Some(RemovalOutcome::Retained) => format!("{old} is kept outside the stack"),
        Some(RemovalOutcome::Snapshotted) => format!("delete {old} after a snapshot"),
        Some(RemovalOutcome::Deleted) | None => format!("delete {old}"),
    };
    match resource.action {
        ResourceAction::Replace => format!("new one first, then {becomes}"),
        ResourceAction::MayReplace => "may be replaced".to_owned(),
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

/// Returns the rows below a resource: its final name if that is open, and its properties.
pub fn resource_details(resource: &ResourcePlan, view: &PlanView<'_>) -> String {
    let mut out = String::new();
    if !resource.open.is_empty() {
        out.push_str(&format!(
            "        final name {}\n",
            after_deploy(&resource.open)
        ));
    }
    if let Some(disagreement) = &resource.disagreement {
        let line = disagreement_text(disagreement);
        let line = text::wrap(&line, "        ", view.columns);
        let mark = view.color.apply(Tone::Warning, "!");
        out.push_str(&format!("      {mark} {}", line.trim_start()));
    }
    let names = resource
        .properties
        .iter()
        .map(|property| property_row(property, view));
    let rows = text::align_columns(&names.collect::<Vec<_>>());
    for (row, property) in rows.iter().zip(&resource.properties) {
        out.push_str(&format!("      {row}\n"));
        for line in changed_lines(property, view) {
            let tone = match line.starts_with('+') {
                true => Tone::Success,
                false => Tone::Failure,
            };
            let line = text::truncate(&line, view.columns.saturating_sub(12));
            out.push_str(&format!("            {}\n", view.color.apply(tone, &line)));
        }
    }
    out
}

/// Describes a difference between CloudFormation's change set and the type's schema.
fn disagreement_text(disagreement: &Disagreement) -> String {
    let property = &disagreement.property;
    match disagreement.expected {
        RequiresReplacement::Yes => format!(
            "{property} forces replacement in the type's schema, but not for CloudFormation, which decides"
        ),
        RequiresReplacement::No | RequiresReplacement::Maybe => format!(
            "{property} forces replacement for CloudFormation, which decides, but not in the type's schema"
        ),
    }
}

fn changed_lines(property: &PropertyPlan, view: &PlanView<'_>) -> Vec<String> {
    let (before, after) = (property.before.as_ref(), property.after.as_ref());
    value::changed_lines(before, after, value_width(view))
}

fn property_row(property: &PropertyPlan, view: &PlanView<'_>) -> [String; 4] {
    let mark = match (&property.before, &property.after) {
        (None, Some(_)) => view.color.apply(Tone::Success, "+"),
        (Some(_), None) => view.color.apply(Tone::Failure, "-"),
        _ => view.color.apply(Tone::Warning, "~"),
    };
    let replaces = match property.replaces {
        RequiresReplacement::No => "",
        RequiresReplacement::Maybe => " (may force replacement)",
        RequiresReplacement::Yes => " (forces replacement)",
    };
    let change = match changed_lines(property, view).len() {
        0 => value::change(
            property.before.as_ref(),
            property.after.as_ref(),
            value_width(view),
        ),
        count => plural(count, "line"),
    };
    [
        mark,
        property.path.clone(),
        format!("{change}{replaces}"),
        view.color.apply(Tone::Muted, reason(property, view)),
    ]
}

/// Returns the width of one value.
fn value_width(view: &PlanView<'_>) -> usize {
    (view.columns / 3).clamp(16, 60)
}

/// Returns the cause of a property's change: a variable, a source location, or CloudFormation's explanation.
fn reason(property: &PropertyPlan, view: &PlanView<'_>) -> String {
    match &property.cause {
        Some(Cause::Parameter(name)) => return format!("parameter {name}"),
        Some(Cause::Resource(name)) => return format!("follows {name}, which is replaced"),
        Some(Cause::Attribute(name)) => return format!("follows {name}"),
        Some(Cause::Automatic) => return "by CloudFormation itself".to_owned(),
        None => {}
    }
    property
        .span
        .map(|span| value_origin(span, view))
        .unwrap_or_default()
}

/// Returns the variables used at `span` with their origins, or else the file and line.
fn value_origin(span: Span, view: &PlanView<'_>) -> String {
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
        [] => location(span, view.sources),
        variables => variables.join("; "),
    }
}

/// Returns true if an expression in `text` uses the variable.
fn mentions(text: &str, variable: &str) -> bool {
    let whole = format!("vars.{variable}");
    text.contains("${")
        && text.match_indices(&whole).any(|(at, _)| {
            let next = text[at + whole.len()..].chars().next();
            !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}

/// Returns `file:line`.
fn location(span: Span, sources: &Sources) -> String {
    format!(
        "{}:{}",
        sources.path(span.file).display(),
        sources.position(span).line
    )
}

/// Renders changes of parameters, outputs or tags.
pub fn values(word: &str, values: &[ValuePlan], view: &PlanView<'_>) -> String {
    let rows: Vec<[String; 3]> = values
        .iter()
        .map(|value| {
            let (mark, tone) = match (&value.before, &value.after) {
                (None, Some(_)) => ("+", Tone::Success),
                (Some(_), None) => ("-", Tone::Failure),
                _ => ("~", Tone::Warning),
            };
            [
                view.color.apply(tone, mark),
                format!("{word} {}", value.name),
                value::change(
                    value.before.as_ref(),
                    value.after.as_ref(),
                    value_width(view),
                ),
            ]
        })
        .collect();
    text::align_columns(&rows)
        .iter()
        .map(|row| format!("  {row}\n"))
        .collect()
}
