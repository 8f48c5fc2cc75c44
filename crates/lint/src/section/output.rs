//! Outputs: their values are texts, and the names of exports are known before resources are.
//!
//! From the page "Outputs" of the CloudFormation User Guide.

use super::wrong;
use crate::codes;
use crate::function::{Kinds, gives};
use crate::scene::Scene;
use formwork_template::diagnostics::{Problem, nearest};
use formwork_template::{Function, Node, Section, Target};

/// What is wrong with the outputs.
pub(super) fn outputs(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in scene.template.entries(Section::Outputs) {
        if name.starts_with("Fn::") {
            continue;
        }
        if let Some(value) = entry.node.get("Value") {
            text(
                &format!("the value of output `{name}`"),
                value,
                scene,
                problems,
            );
        }
        for key in ["Description", "Condition"] {
            if let Some(node) = entry.node.get(key)
                && (node.as_map().is_some() || node.as_list().is_some())
            {
                let message = format!("`{key}` of an output is a text, not {}", node.kind());
                problems
                    .push(wrong(message, node).help("write it out: no function can stand there"));
            }
        }
        if let Some(export) = entry.node.get("Export") {
            exported(export, scene, problems);
        }
    }
}

/// Whether what stands there is a text.
fn text(what: &str, node: &Node, scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    if let Some((Function::If, argument)) = node.function() {
        if let Some([_, yes, no]) = argument.as_list() {
            text(what, yes, scene, problems);
            text(what, no, scene, problems);
        }
        return;
    }
    let given = match node.function() {
        Some((Function::Condition, _)) => Kinds::TABLE,
        Some((function, argument)) => gives(function, argument, scene),
        None if node.unknown_function().is_some() => return,
        None => Kinds::of(node),
    };
    if !given.meets(Kinds::TEXT) && !given.meets(Kinds::TRUTH) {
        let mut problem = wrong(format!("{what} is a text, not {given}"), node);
        if given == Kinds::LIST {
            problem = problem
                .help("make one text of it with `Fn::Join`, or take one item with `Fn::Select`");
        }
        problems.push(problem);
    }
}

fn exported(export: &Node, scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let Some(map) = export.as_map() else {
        let message = format!("`Export` is a table with `Name`, not {}", export.kind());
        problems.push(wrong(message, export));
        return;
    };
    for (key, entry) in map.iter().filter(|(key, _)| *key != "Name") {
        let message = format!("`Export` has no `{key}`");
        let problem = Problem::error(formwork_template::codes::TEMPLATE_KEY, message)
            .at(entry.key, "unknown here")
            .suggest(nearest(key, ["Name"]));
        problems.push(problem);
    }
    let Some(name) = map.get("Name") else {
        problems.push(wrong("`Export` needs a `Name`", export));
        return;
    };
    text("the name of an export", name, scene, problems);
    name.walk(&mut |node| {
        if matches!(node.function(), Some((Function::GetStackOutput, _))) {
            let message = "the name of an export cannot come from another stack's output";
            problems.push(wrong(message, node));
        }
    });
    for reference in name.references() {
        let (Target::Name(id) | Target::Attribute(id, _)) = reference.target else {
            continue;
        };
        if scene.template.resource(id).is_some() {
            let message = format!("the name of an export cannot depend on the resource `{id}`");
            let problem = Problem::error(codes::TEMPLATE_REFERENCE, message);
            problems.push(
                problem
                    .at(reference.span, "a resource")
                    .help("use parameters, as `AWS::StackName`, and texts"),
            );
        }
    }
}
