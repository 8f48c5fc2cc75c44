//! The attributes of resources other than properties: `DependsOn`, policies, `Metadata`.

use super::attribute_specs;
use crate::codes;
use crate::conditions::Assignment;
use crate::context::Checker;
use crate::formats::spec::ValueSpec;
use formwork_catalog::stateful;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Resource};

/// Checks the attributes of all resources.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        check_depends_on(&resource, checker, &mut problems);
        check_policies(&resource, checker, &mut problems);
        check_snapshots(&resource, &mut problems);
        if resource.kind.starts_with("AWS::Serverless::") {
            problems.extend(check_serverless(&resource));
        }
        if let Some(node) = resource.attribute("Metadata") {
            attribute_specs::metadata(node, checker, &mut problems);
        }
        if resource.kind.ends_with("::MODULE") {
            check_module(&resource, &mut problems);
        }
    }
    problems
}

fn shape_problem(message: String, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "")
}

/// Reports a dependency on a resource that may not exist when the dependent one does.
fn check_depends_on<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let Some(node) = resource.attribute("DependsOn") else {
        return;
    };
    let own = match resource.condition() {
        Some(condition) => Assignment::default().with(condition, true),
        None => Some(Assignment::default()),
    };
    for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
        let target = item.as_str().and_then(|id| checker.template.resource(id));
        let Some(target) = target else { continue };
        let Some(condition) = target.condition() else {
            continue;
        };
        // A dependency on a resource that never exists has no effect.
        let unmet = Assignment::default().with(condition, false);
        let without = own
            .as_ref()
            .zip(unmet)
            .and_then(|(own, unmet)| own.and(&unmet));
        let declared = checker.conditions.declares(condition);
        if declared && without.is_some_and(|assignment| checker.conditions.allow(&assignment)) {
            let message = format!(
                "`{}` depends on `{}`, which does not exist if `{condition}` does not hold",
                resource.id, target.id
            );
            let problem = Problem::error(codes::TEMPLATE_REFERENCE, message);
            problems.push(problem.at(item.span, "may not exist").help(format!(
                "add the condition to `{}` too, or remove the dependency",
                resource.id
            )));
        }
    }
}

fn check_policies(resource: &Resource<'_>, checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    let kind = resource.kind;
    let custom = kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource";
    if let Some(node) = resource.attribute("CreationPolicy") {
        match attribute_specs::creation(kind) {
            Some(spec) => ValueSpec::Table(spec).check("CreationPolicy", node, checker, problems),
            None if custom => {
                problems.push(shape_problem(
                    "a custom resource cannot have a `CreationPolicy`".to_owned(),
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
                problems.push(shape_problem(
                    format!("`{kind}` cannot have an `UpdatePolicy`"),
                    node,
                ));
            }
        }
        let (refresh, rolling) = ("AutoScalingInstanceRefresh", "AutoScalingRollingUpdate");
        if let (Some(_), Some(second)) = (node.get(refresh), node.get(rolling)) {
            let message = format!("`{refresh}` conflicts with `{rolling}`");
            problems.push(shape_problem(message, second));
        }
    }
}

/// Reports a serverless resource without the transform. Templates with the transform are not
/// checked.
fn check_serverless(resource: &Resource<'_>) -> Option<Problem> {
    let kind = resource.attribute("Type")?;
    let message = format!("`{}` needs the serverless transform", resource.kind);
    let problem = Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message)
        .at(kind.span, "needs a transform");
    Some(problem.help("add `Transform: AWS::Serverless-2016-10-31` to the template"))
}

/// Reports the policy `Snapshot` for a type without snapshots.
fn check_snapshots(resource: &Resource<'_>, problems: &mut Vec<Problem>) {
    if stateful::supports_snapshots(resource.kind) {
        return;
    }
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let node = resource.attribute(key);
        if let Some(node) = node.filter(|node| node.as_str() == Some("Snapshot")) {
            let message = format!("`{}` does not support snapshots", resource.kind);
            let problem = shape_problem(message, node);
            problems.push(problem.help(format!("set `{key}` to Delete or Retain")));
        }
    }
}

/// Reports attributes that a module must not have.
fn check_module(resource: &Resource<'_>, problems: &mut Vec<Problem>) {
    for key in ["CreationPolicy", "UpdatePolicy"] {
        if let Some(node) = resource.attribute(key) {
            problems.push(shape_problem(
                format!("a module cannot have a `{key}`"),
                node,
            ));
        }
    }
    let metadata = resource.attribute("Metadata");
    if let Some(node) = metadata.and_then(|node| node.get("AWS::CloudFormation::Module")) {
        let message =
            "the metadata key `AWS::CloudFormation::Module` is reserved for CloudFormation"
                .to_owned();
        problems.push(shape_problem(message, node));
    }
    if let Some(node) = resource.property("Tags") {
        problems.push(shape_problem(
            "a module cannot have `Tags`".to_owned(),
            node,
        ));
    }
}
