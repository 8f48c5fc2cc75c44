//! Resources of one stack with the same primary identifier.

use super::resource_conflict;
use crate::conditions::Assignment;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Resource, write};
use std::collections::BTreeMap;

/// A resource with the values of its identifier.
struct IdentifiedResource<'a> {
    values: Vec<String>,
    assignment: Assignment<'a>,
    span: Span,
    id: &'a str,
}

/// Reports two resources of a type with the same name, if users choose the name.
pub(super) fn identifiers<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let mut by_type: BTreeMap<&str, Vec<Resource<'a>>> = BTreeMap::new();
    for resource in checker.template.resources() {
        by_type.entry(resource.kind).or_default().push(resource);
    }
    for (kind, resources) in by_type.iter().filter(|(_, found)| found.len() > 1) {
        let names = identifier(kind, checker);
        if names.is_empty() {
            continue;
        }
        let mut seen: Vec<IdentifiedResource<'a>> = Vec::new();
        for resource in resources {
            for known in known(resource, &names, checker) {
                let clash = seen.iter().find(|other| {
                    let both = other.assignment.and(&known.assignment);
                    other.id != known.id
                        && other.values == known.values
                        && both.is_some_and(|assignment| checker.conditions.allow(&assignment))
                });
                if let Some(other) = clash {
                    let message = format!(
                        "`{}` and `{}` have the same identifier `{}`",
                        other.id,
                        known.id,
                        names.join("` and `")
                    );
                    problems.push(resource_conflict(message, known.span, other.span));
                }
                seen.push(known);
            }
        }
    }
}

/// The types that have a generated primary identifier, but a name that must be unique (each
/// property's page: "must be unique").
const NAMED: &[(&str, &str)] = &[
    ("AWS::CodeBuild::Project", "Name"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Name"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SecretsManager::Secret", "Name"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"),
];

/// Returns the properties that identify resources of a type, if users set all of them.
fn identifier(kind: &str, checker: &Checker<'_>) -> Vec<String> {
    if let Some((_, name)) = NAMED.iter().find(|(named, _)| *named == kind) {
        return vec![(*name).to_owned()];
    }
    let Some(schema) = checker.table.resource(kind) else {
        return Vec::new();
    };
    let is_chosen = schema
        .primary_identifier
        .iter()
        .all(|path| path.steps().len() == 1 && !schema.read_only.contains(path));
    let paths = schema.primary_identifier.iter().filter(|_| is_chosen);
    paths.map(ToString::to_string).collect()
}

/// Returns the values of these properties under each assignment in which all are set.
fn known<'a>(
    resource: &Resource<'a>,
    names: &[String],
    checker: &Checker<'a>,
) -> Vec<IdentifiedResource<'a>> {
    let mut found: Vec<(Vec<String>, ConditionalValue<'a>)> = Vec::new();
    for root in checker.properties(resource, "") {
        let mut rooted = vec![(Vec::new(), root.clone())];
        for name in names {
            let further = |(values, found): (Vec<String>, ConditionalValue<'a>)| {
                let here = root
                    .with_assignment(&found.assignment)
                    .at(name, &checker.conditions);
                here.into_iter().filter_map(move |found| {
                    let mut values = values.clone();
                    values.push(write::json_compact(found.node?));
                    Some((values, found))
                })
            };
            rooted = rooted.into_iter().flat_map(further).collect();
        }
        found.extend(rooted);
    }
    let known = |(values, found): (Vec<String>, ConditionalValue<'a>)| IdentifiedResource {
        values,
        assignment: found.assignment,
        span: found.span,
        id: resource.id,
    };
    found.into_iter().map(known).collect()
}
