//! What a parameter declares, beyond its keys and its default, which `shape` looks at.
//!
//! From the page "Parameters" of the CloudFormation User Guide and its list of AWS's own types.

use super::wrong;
use crate::form::Form;
use crate::scene::{Scene, is_function};
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Parameter};

const NUMBER: &[&str] = &["MinValue", "MaxValue"];
const TEXT: &[&str] = &["AllowedPattern", "MinLength", "MaxLength"];

/// The keys whose values have one form.
const FORMS: &[(&str, Form)] = &[
    ("AllowedPattern", Form::Text),
    (
        "AllowedValues",
        Form::List(&Form::TextOf(0, 4096), usize::MAX),
    ),
    ("ConstraintDescription", Form::Text),
    ("Description", Form::TextOf(0, 4000)),
    ("MaxLength", Form::Integer(i64::MIN, 4096)),
    ("MinLength", Form::Integer(i64::MIN, i64::MAX)),
    ("NoEcho", Form::Boolean),
];

/// What is wrong with the parameters' declarations.
pub(super) fn parameters(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    for parameter in scene.template.parameters() {
        let Some(map) = parameter.node.as_map() else {
            continue;
        };
        for (key, entry) in map.iter() {
            if is_function(&entry.node) && key != "Default" {
                let message = format!("`{key}` of a parameter cannot be computed");
                problems.push(wrong(message, &entry.node).help("write the value out"));
                continue;
            }
            match FORMS.iter().find(|(name, _)| *name == key) {
                // A list that is none is reported by its kind alone.
                Some(("AllowedValues", _)) if entry.node.as_list().is_none() => {}
                Some((_, form)) => form.check(key, &entry.node, scene, problems),
                None if NUMBER.contains(&key) => number(key, &entry.node, problems),
                None => {}
            }
        }
        of_type(&parameter, problems);
    }
}

fn number(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let text = formwork_template::parameter::scalar_text(node);
    let number = text.and_then(|text| text.parse::<f64>().ok());
    if number.is_none_or(|number| !number.is_finite()) {
        problems.push(wrong(
            format!("`{key}` is a number, not {}", node.kind()),
            node,
        ));
    }
}

/// Constraints that the parameter's type does not have.
fn of_type(parameter: &Parameter<'_>, problems: &mut Vec<Problem>) {
    let is_number = parameter.kind() == "Number";
    let (wrong_here, only) = match is_number {
        true => (TEXT, "texts"),
        false => (NUMBER, "numbers"),
    };
    for key in wrong_here {
        if let Some(node) = parameter.node.get(key) {
            let message = format!(
                "`{key}` is for {only}, and the parameter is a `{}`",
                parameter.kind()
            );
            problems.push(wrong(message, node));
        }
    }
}
