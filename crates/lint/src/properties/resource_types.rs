//! The types of resources: whether they exist, in the stack's region too, and whether their
//! attributes exist.

use crate::codes;
use crate::context::Checker;
use crate::formats::reference::is_custom;
use crate::limits::MAX_SUGGESTED_TYPES;
use formwork_catalog::regions::Region;
use formwork_catalog::schema::{LifecycleStatus, ResourceSchema};
use formwork_template::diagnostics::{Problem, did_you_mean};
use formwork_template::{Resource, Section, Target};
use std::collections::HashMap;
use std::sync::Arc;

/// The type of custom resources.
const CUSTOM: &str = "AWS::CloudFormation::CustomResource";

/// Returns the schema of a resource's type, and reports an unknown or unavailable type.
///
/// Modules and third-party types (`Datadog::Monitors::Monitor`), which an account may have
/// registered, have no schema here.
pub(super) fn known_schema(
    checker: &Checker<'_>,
    resource: &Resource<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Arc<ResourceSchema>> {
    let kind = match resource.kind.starts_with("Custom::") {
        true => CUSTOM,
        false => resource.kind,
    };
    let span = resource
        .attribute("Type")
        .map_or(resource.id_span, |node| node.span);
    let Some(schema) = checker.table.resource(kind) else {
        let is_whole = kind.split("::").count() >= 3;
        if (kind.starts_with("AWS::") || !is_whole) && !kind.ends_with("::MODULE") {
            let message = format!("unknown resource type `{kind}`");
            let problem = Problem::error(codes::UNKNOWN_TYPE, message).at(span, "unknown");
            problems.push(problem.suggest(suggest_type(checker, kind)));
        }
        return None;
    };
    let region = checker.region.and_then(Region::named);
    if let Some(region) = region
        && !schema.regions.is_empty()
        && !schema.regions.contains(region)
    {
        let message = format!("resource type `{kind}` is not available in `{region}`");
        problems.push(Problem::error(codes::UNAVAILABLE_TYPE, message).at(span, "not available"));
    }
    if let Some(lifecycle) = &schema.lifecycle
        && lifecycle.status == LifecycleStatus::Shutdown
    {
        let date = lifecycle.date.as_deref();
        let since = date.map(|date| format!(" ({date})")).unwrap_or_default();
        let message = format!(
            "resource type `{kind}` can no longer be created: its service has ended{since}"
        );
        problems.push(Problem::error(codes::UNAVAILABLE_TYPE, message).at(span, "ended"));
    }
    Some(schema)
}

/// Returns the type that was most likely meant. Each type is looked up once, up to a limit.
fn suggest_type(checker: &Checker<'_>, kind: &str) -> Option<&'static str> {
    let mut known = checker.nearest_types.borrow_mut();
    match known.get(kind) {
        Some(found) => *found,
        None if known.len() >= MAX_SUGGESTED_TYPES => None,
        None => {
            let found = nearest_type(checker, kind);
            known.insert(kind.to_owned(), found);
            found
        }
    }
}

/// Returns the nearest of the types with the same service or the same last part.
fn nearest_type(checker: &Checker<'_>, kind: &str) -> Option<&'static str> {
    let (service, last) = kind.rsplit_once("::")?;
    let shares = |name: &&'static str| {
        let parts = name.rsplit_once("::");
        parts.is_some_and(|(theirs, its)| {
            theirs.eq_ignore_ascii_case(service) || its.eq_ignore_ascii_case(last)
        })
    };
    checker
        .suggestions
        .nearest(kind, checker.table.names().filter(shares))
}

/// Reports unknown attributes in references of resources and outputs.
pub(super) fn check_attributes(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut known: HashMap<&str, Option<Arc<ResourceSchema>>> = HashMap::new();
    for section in [Section::Resources, Section::Outputs] {
        for (_, entry) in checker.template.entries(section) {
            for reference in entry.node.references() {
                let Target::Attribute(id, Some(name)) = reference.target else {
                    continue;
                };
                let Some(resource) = checker.template.resource(id) else {
                    continue;
                };
                let schema = known
                    .entry(resource.kind)
                    .or_insert_with(|| checker.table.resource(resource.kind));
                let Some(schema) = schema.as_ref().filter(|_| !is_custom(resource.kind)) else {
                    continue;
                };
                if schema.attribute(name).is_some() {
                    continue;
                }
                let message = format!("unknown attribute `{name}` of `{}`", resource.kind);
                let problem =
                    Problem::error(codes::UNKNOWN_ATTRIBUTE, message).at(reference.span, "unknown");
                problems.push(problem.help(attribute_help(checker, schema, name)));
            }
        }
    }
    problems
}

fn attribute_help(checker: &Checker<'_>, schema: &ResourceSchema, name: &str) -> String {
    let names = || schema.attributes.keys().map(|name| &**name);
    // `Arn` for `TopicArn`, and `QueueArn` for `Arn`, have a large edit distance.
    let mut similar = names().filter(|known| known.ends_with(name) || name.ends_with(known));
    let similar = similar.next().filter(|_| similar.next().is_none());
    match similar.or_else(|| checker.suggestions.nearest(name, names())) {
        Some(near) => did_you_mean(near),
        None if schema.attributes.is_empty() => {
            "it has no attributes; `Ref` returns its name".to_owned()
        }
        None => {
            let shown: Vec<String> = names().take(12).map(|name| format!("`{name}`")).collect();
            let more = if names().count() > 12 { ", …" } else { "" };
            format!("known attributes: {}{more}", shown.join(", "))
        }
    }
}
