//! The attributes of resources other than properties: `DependsOn`, policies, `Metadata`.

use super::attribute_specs;
use crate::codes;
use crate::conditions::Assignment;
use crate::context::Checker;
use crate::formats::spec::ValueSpec;
use formwork_catalog::stateful;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Resource};

/// What is wrong with resources' attributes.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        waits(&resource, checker, &mut problems);
        policies(&resource, checker, &mut problems);
        snapshots(&resource, &mut problems);
        if resource.kind.starts_with("AWS::Serverless::") {
            problems.extend(serverless(&resource));
        }
        if let Some(node) = resource.attribute("Metadata") {
            attribute_specs::metadata(node, checker, &mut problems);
        }
        if resource.kind.ends_with("::MODULE") {
            module(&resource, &mut problems);
        }
    }
    problems
}

fn wrong(message: String, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "here")
}

/// Waiting for what may not exist when the waiting resource does.
fn waits<'a>(resource: &Resource<'a>, checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let Some(node) = resource.attribute("DependsOn") else {
        return;
    };
    let mine = match resource.condition() {
        Some(condition) => Assignment::default().with(condition, true),
        None => Some(Assignment::default()),
    };
    for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
        let target = item.as_str().and_then(|id| checker.template.resource(id));
        let Some(target) = target else { continue };
        let Some(condition) = target.condition() else {
            continue;
        };
        // One that is never there is never waited for.
        let alone = Assignment::default().with(condition, false);
        let without = mine
            .as_ref()
            .zip(alone)
            .and_then(|(mine, alone)| mine.and(&alone));
        let declared = checker.conditions.declares(condition);
        if declared && without.is_some_and(|assignment| checker.conditions.allow(&assignment)) {
            let message = format!(
                "`{}` waits for `{}`, which is not there unless `{condition}` holds",
                resource.id, target.id
            );
            let problem = Problem::error(codes::TEMPLATE_REFERENCE, message);
            problems.push(problem.at(item.span, "may not be there").help(format!(
                "give `{}` the condition too, or do not wait",
                resource.id
            )));
        }
    }
}

fn policies(resource: &Resource<'_>, checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    let kind = resource.kind;
    let custom = kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource";
    if let Some(node) = resource.attribute("CreationPolicy") {
        match attribute_specs::creation(kind) {
            Some(spec) => ValueSpec::Table(spec).check("CreationPolicy", node, checker, problems),
            None if custom => {
                problems.push(wrong(
                    "a custom resource has no `CreationPolicy`".to_owned(),
                    node,
                ));
            }
            None => {}
        }
    }
    if let Some(node) = resource.attribute("UpdatePolicy") {
        match attribute_specs::update(kind) {
            Some(spec) => ValueSpec::Table(spec).check("UpdatePolicy", node, checker, problems),
            None => {
                problems.push(wrong(format!("`{kind}` has no `UpdatePolicy`"), node));
            }
        }
        let (refresh, rolling) = ("AutoScalingInstanceRefresh", "AutoScalingRollingUpdate");
        if let (Some(_), Some(second)) = (node.get(refresh), node.get(rolling)) {
            let message = format!("`{refresh}` and `{rolling}` exclude one another");
            problems.push(wrong(message, second));
        }
    }
}

/// Templates with the transform are not looked at, so it is missing here.
fn serverless(resource: &Resource<'_>) -> Option<Problem> {
    let kind = resource.attribute("Type")?;
    let message = format!("`{}` is known to a transform only", resource.kind);
    let problem = Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message)
        .at(kind.span, "not without it");
    Some(problem.help("add `Transform: AWS::Serverless-2016-10-31` to the template"))
}

/// Policies that ask for a snapshot of what has none.
fn snapshots(resource: &Resource<'_>, problems: &mut Vec<Problem>) {
    if stateful::supports_snapshots(resource.kind) {
        return;
    }
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let node = resource.attribute(key);
        if let Some(node) = node.filter(|node| node.as_str() == Some("Snapshot")) {
            let message = format!("`{}` takes no snapshots", resource.kind);
            let problem = wrong(message, node);
            problems.push(problem.help(format!("`{key}` is Delete or Retain here")));
        }
    }
}

/// What a module's resource may not have.
fn module(resource: &Resource<'_>, problems: &mut Vec<Problem>) {
    for key in ["CreationPolicy", "UpdatePolicy"] {
        if let Some(node) = resource.attribute(key) {
            problems.push(wrong(format!("a module has no `{key}`"), node));
        }
    }
    let metadata = resource.attribute("Metadata");
    if let Some(node) = metadata.and_then(|node| node.get("AWS::CloudFormation::Module")) {
        let message = "`AWS::CloudFormation::Module` is CloudFormation's own metadata".to_owned();
        problems.push(wrong(message, node));
    }
    if let Some(node) = resource.property("Tags") {
        problems.push(wrong("a module takes no `Tags`".to_owned(), node));
    }
}
