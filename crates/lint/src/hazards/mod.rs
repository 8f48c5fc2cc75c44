//! Replacement hazards and other values that are valid today and fail later. All are warnings with
//! a way around the hazard.
//!
//! Values that change between updates in a create-only property, names that two resources share,
//! and secrets in readable places.

#[cfg(test)]
mod tests;

use crate::codes;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use formwork_iam::{Text, TextPart};
use formwork_template::diagnostics::Problem;
use formwork_template::{Function, Node, Resource, Section, Target, dynamic_references};
use std::collections::BTreeSet;

/// The prefix of the log group's name that Lambda derives from a function's name.
const LOG_GROUPS: &str = "/aws/lambda/";

/// Reports every hazard of a template.
pub(super) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        let mut seen = BTreeSet::new();
        for (property, found) in create_only_values(checker, &resource) {
            let Some(node) = found.node.filter(|node| seen.insert(node.span)) else {
                continue;
            };
            problems.extend(check_zone(&property, node));
            problems.extend(check_dynamic_references(&property, node));
        }
    }
    problems.extend(check_log_groups(checker));
    problems.extend(check_secrets(checker));
    problems
}

/// Returns the values of the create-only properties, with their paths.
fn create_only_values<'a>(
    checker: &Checker<'a>,
    resource: &Resource<'a>,
) -> Vec<(String, ConditionalValue<'a>)> {
    let Some(schema) = checker.table.resource(resource.kind) else {
        return Vec::new();
    };
    let paths = schema.create_only.iter().map(ToString::to_string);
    let values = paths.flat_map(|path| {
        let found = checker.properties(resource, &path);
        found.into_iter().map(move |found| (path.clone(), found))
    });
    values.collect()
}

fn check_zone(property: &str, node: &Node) -> Option<Problem> {
    let mut from = None;
    node.walk(&mut |node| {
        if matches!(node.function(), Some((Function::GetAZs, _))) {
            from.get_or_insert(node.span);
        }
    });
    let message = format!("`{property}` depends on a list of zones that may change");
    from.map(|span| {
        Problem::warning(codes::TRAP_ZONE, message)
            .at(span, "the order may change")
            .help("name the zone, in a variable or parameter: another zone forces replacement")
    })
}

fn check_dynamic_references(property: &str, node: &Node) -> Option<Problem> {
    let mut unversioned = None;
    node.walk(&mut |node| {
        let references = node.as_str().map(dynamic_references).unwrap_or_default();
        if references.iter().any(|reference| !reference.is_versioned()) {
            unversioned.get_or_insert(node.span);
        }
    });
    let message = format!("`{property}` depends on a value that is read at every update");
    unversioned.map(|span| {
        Problem::warning(codes::TRAP_RESOLVE, message)
            .at(span, "without a version")
            .help("add a version: another value forces replacement")
    })
}

/// Warns of log groups with the name that a function of the stack gives its own log group.
fn check_log_groups<'a>(checker: &Checker<'a>) -> Vec<Problem> {
    let functions: Vec<Resource<'a>> = checker.of_type("AWS::Lambda::Function").collect();
    let mut problems = Vec::new();
    for group in checker.of_type("AWS::Logs::LogGroup") {
        for name in checker.properties(&group, "LogGroupName") {
            let Some(text) = name.node.and_then(Text::parse) else {
                continue;
            };
            let Some(named) = without_prefix(&text, LOG_GROUPS) else {
                continue;
            };
            let owner = functions.iter().find(|function| {
                is_named(checker, function, &named) && !logs_to(checker, function, group.id)
            });
            let Some(owner) = owner else { continue };
            let message = format!(
                "`{}` has the name of the log group that `{}` creates automatically",
                group.id, owner.id
            );
            problems.push(
                Problem::warning(codes::TRAP_LOG_GROUP, message)
                    .at(name.span, "fails if the group exists already")
                    .at(owner.id_span, "the function")
                    .help("remove `LogGroupName`, and set the function's `LoggingConfig.LogGroup` to the group"),
            );
        }
    }
    problems
}

/// Returns the text after `prefix`, or `None` if it starts otherwise.
fn without_prefix<'a>(text: &Text<'a>, prefix: &str) -> Option<Text<'a>> {
    let (first, rest) = text.0.split_first()?;
    let TextPart::Literal(first) = first else {
        return None;
    };
    let first = first.strip_prefix(prefix)?;
    let own = (!first.is_empty()).then(|| TextPart::Literal(first.to_owned()));
    Some(Text(own.into_iter().chain(rest.iter().cloned()).collect()))
}

/// Returns whether `name` is the function's name: its `FunctionName`, or a reference to it.
fn is_named<'a>(checker: &Checker<'a>, function: &Resource<'a>, name: &Text<'a>) -> bool {
    let names = checker.properties(function, "FunctionName");
    let written =
        |found: &ConditionalValue<'a>| found.node.and_then(Text::parse).as_ref() == Some(name);
    *name == Text(vec![TextPart::Reference(function.id)]) || names.iter().any(written)
}

/// Returns whether the function writes to that log group explicitly, so that Lambda creates none.
fn logs_to<'a>(checker: &Checker<'a>, function: &Resource<'a>, group: &str) -> bool {
    let groups = checker.properties(function, "LoggingConfig.LogGroup");
    groups
        .iter()
        .any(|found| found.referenced_id() == Some(group))
}

/// Warns of `NoEcho` parameters in outputs and metadata.
fn check_secrets(checker: &Checker<'_>) -> Vec<Problem> {
    let hidden: BTreeSet<&str> = checker
        .template
        .parameters()
        .filter(|parameter| parameter.is_no_echo())
        .map(|parameter| parameter.name)
        .collect();
    let outputs = checker.template.entries(Section::Outputs);
    let outputs = outputs.filter_map(|(_, entry)| Some((entry.node.get("Value")?, "an output")));
    let resources = checker.template.resources();
    let metadata = resources.filter_map(|one| Some((one.attribute("Metadata")?, "metadata")));
    let mut problems = Vec::new();
    for (node, place) in outputs.chain(metadata) {
        for reference in node.references() {
            let Target::Name(name) = reference.target else {
                continue;
            };
            if !hidden.contains(name) {
                continue;
            }
            let message = format!("the `NoEcho` parameter `{name}` is readable in {place}");
            problems.push(
                Problem::warning(codes::TRAP_SECRET, message)
                    .at(
                        reference.span,
                        "readable for everyone who can describe the stack",
                    )
                    .help("pass the name or ARN of a secret instead of its value"),
            );
        }
    }
    problems
}
