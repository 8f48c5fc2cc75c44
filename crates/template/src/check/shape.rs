//! Whether sections, resources, parameters and outputs have the keys and kinds they may have.

use crate::source::{Problem, Span, nearest};
use crate::{Map, Node, Section, Template, Value, codes};

const RESOURCE_KEYS: &[&str] = &[
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

const PARAMETER_KEYS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

const OUTPUT_KEYS: &[&str] = &["Condition", "Description", "Export", "Value"];

/// What has the wrong keys or kinds.
pub(super) fn shapes(template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(map) = template.root().as_map() {
        let sections: Vec<&str> = Section::ALL.iter().map(|section| section.key()).collect();
        unknown_keys(map, &sections, "a template", &mut problems);
    }
    for (section, keys, what) in [
        (Section::Parameters, PARAMETER_KEYS, "a parameter"),
        (Section::Resources, RESOURCE_KEYS, "a resource"),
        (Section::Outputs, OUTPUT_KEYS, "an output"),
    ] {
        for (name, entry) in template.entries(section) {
            match entry.node.as_map() {
                _ if name.starts_with("Fn::") => {}
                Some(map) => unknown_keys(map, keys, what, &mut problems),
                None => {
                    let message = format!("{what} is a table, not {}", entry.node.kind());
                    problems.push(wrong(message, entry.node.span));
                }
            }
        }
    }
    parameters(template, &mut problems);
    resources(template, &mut problems);
    nulls(template, &mut problems);
    problems
}

fn wrong(message: String, span: Span) -> Problem {
    Problem::error(codes::TEMPLATE_SHAPE, message).at(span, "here")
}

fn unknown_keys(map: &Map, known: &[&str], what: &str, problems: &mut Vec<Problem>) {
    for (key, entry) in map.iter() {
        if known.contains(&key) || key.starts_with("Fn::") {
            continue;
        }
        let message = format!("{what} has no `{key}`");
        let mut problem =
            Problem::error(codes::TEMPLATE_KEY, message).at(entry.key, "unknown here");
        if let Some(near) = nearest(key, known.iter().copied()) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        problems.push(problem);
    }
}

fn parameters(template: &Template, problems: &mut Vec<Problem>) {
    for parameter in template.parameters() {
        let Some(kind) = parameter.node.get("Type") else {
            continue;
        };
        if let Some(name) = kind.as_str()
            && !is_parameter_type(name)
        {
            let known = ["String", "Number", "List<Number>", "CommaDelimitedList"];
            let message = format!("`{name}` is not a type of parameter");
            let mut problem = wrong(message, kind.span);
            if let Some(near) = nearest(name, known) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            problems.push(problem);
        }
        if let Some(default) = parameter.default().filter(|node| !is_scalar(node)) {
            let message = format!("a parameter's default is text, not {}", default.kind());
            problems.push(wrong(message, default.span));
        }
        let allowed = parameter.node.get("AllowedValues");
        if let Some(allowed) = allowed.filter(|node| node.as_list().is_none()) {
            let message = format!("`AllowedValues` is a list, not {}", allowed.kind());
            problems.push(wrong(message, allowed.span));
        }
    }
}

/// Types of parameters: the four basic ones, AWS's own, lists of these, and Systems Manager's.
fn is_parameter_type(name: &str) -> bool {
    let inner = name
        .strip_prefix("AWS::SSM::Parameter::Value<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(name);
    let item = inner
        .strip_prefix("List<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(inner);
    matches!(item, "String" | "Number" | "CommaDelimitedList")
        || item.starts_with("AWS::") && !item.contains(['<', '>', ' '])
}

fn resources(template: &Template, problems: &mut Vec<Problem>) {
    for resource in template.resources() {
        for key in ["Properties", "Metadata", "CreationPolicy", "UpdatePolicy"] {
            let node = resource.attribute(key);
            if let Some(node) = node.filter(|node| node.as_map().is_none()) {
                let message = format!("`{key}` is a table, not {}", node.kind());
                problems.push(wrong(message, node.span));
            }
        }
        if let Some(node) = resource.attribute("Condition")
            && node.as_str().is_none()
        {
            let message = format!("`Condition` is a condition's name, not {}", node.kind());
            problems.push(wrong(message, node.span));
        }
        let policies = [
            (
                "DeletionPolicy",
                &["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"][..],
            ),
            ("UpdateReplacePolicy", &["Delete", "Retain", "Snapshot"][..]),
        ];
        for (key, known) in policies {
            let Some(node) = resource.attribute(key) else {
                continue;
            };
            // Language extensions let functions stand here.
            if node.function().is_some() || node.as_str().is_some_and(|name| known.contains(&name))
            {
                continue;
            }
            let message = format!("`{key}` is one of {}", known.join(", "));
            problems.push(wrong(message, node.span));
        }
        if let Some(node) = resource.attribute("DependsOn") {
            let named = |node: &Node| node.as_str().is_some();
            let fits = named(node) || node.as_list().is_some_and(|items| items.iter().all(named));
            if !fits {
                let message = "`DependsOn` is a logical id or a list of them".to_owned();
                problems.push(wrong(message, node.span));
            }
        }
    }
}

fn nulls(template: &Template, problems: &mut Vec<Problem>) {
    template.root().walk(&mut |node| {
        if node.value == Value::Null {
            let message = "CloudFormation takes no null values".to_owned();
            problems.push(
                wrong(message, node.span).help("give it a value, or leave the name out with it"),
            );
        }
    });
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_) | Value::Null)
}
