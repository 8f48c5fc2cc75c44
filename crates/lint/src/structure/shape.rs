//! The keys and kinds of sections, resources, parameters and outputs.

use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::parameter::scalar_text;
use formwork_template::{
    Function, Node, Section, Template, Value, report_unknown_keys, report_unknown_sections,
};

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

/// The sections whose entries are tables with known keys.
const ENTRIES: [(Section, &[&str], &str); 3] = [
    (Section::Parameters, PARAMETER_KEYS, "a parameter"),
    (Section::Resources, RESOURCE_KEYS, "a resource"),
    (Section::Outputs, OUTPUT_KEYS, "an output"),
];

/// Reports values of the wrong kind.
pub(crate) fn check_kinds(template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (section, _, what) in ENTRIES {
        for (name, entry) in template.entries(section) {
            if entry.node.as_map().is_none() && !name.starts_with("Fn::") {
                let message = format!("expected a table for {what}, found {}", entry.node.kind());
                problems.push(shape_problem(message, entry.node.span));
            }
        }
    }
    if let Some(transform) = template.section(Section::Transform) {
        check_transforms(transform, &mut problems);
    }
    check_parameters(template, &mut problems);
    check_resources(template, &mut problems);
    check_nulls(template, &mut problems);
    problems
}

/// Checks the macros of a template: texts, or tables with `Name` and `Parameters` (the page
/// "Transform").
fn check_transforms(node: &Node, problems: &mut Vec<Problem>) {
    for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
        let Some(map) = item.as_map() else {
            if item.as_str().is_none() {
                let message = format!(
                    "expected a name or a table for a transform, found {}",
                    item.kind()
                );
                problems.push(shape_problem(message, item.span));
            }
            continue;
        };
        // A transform may be written as a function.
        if item.function().is_some() {
            continue;
        }
        match map.get("Name") {
            Some(name) if name.as_str().is_some() => {}
            Some(name) => {
                let message = format!(
                    "`Name` of a transform: expected a string, found {}",
                    name.kind()
                );
                problems.push(shape_problem(message, name.span));
            }
            None => problems.push(shape_problem(
                "missing `Name` of a transform".to_owned(),
                item.span,
            )),
        }
        report_unknown_keys(map, &["Name", "Parameters"], "a transform", problems);
    }
}

/// Reports unknown keys.
pub(crate) fn check_unknown_keys(template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(map) = template.root().as_map() {
        report_unknown_sections(map, &mut problems);
    }
    for (section, keys, what) in ENTRIES {
        for (name, entry) in template.entries(section) {
            if let Some(map) = entry.node.as_map().filter(|_| !name.starts_with("Fn::")) {
                report_unknown_keys(map, keys, what, &mut problems);
            }
        }
    }
    problems
}

fn shape_problem(message: String, span: Span) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(span, "")
}

fn check_parameters(template: &Template, problems: &mut Vec<Problem>) {
    for parameter in template.parameters() {
        let Some(kind) = parameter.node.get("Type") else {
            continue;
        };
        if let Some(name) = kind.as_str()
            && !is_parameter_type(name)
        {
            let known = PARAMETER_TYPES.iter().copied();
            let message = format!("unknown parameter type `{name}`");
            let problem = shape_problem(message, kind.span).suggest(nearest(name, known));
            problems.push(problem);
        }
        if let Some(default) = parameter
            .default()
            .filter(|node| scalar_text(node).is_none())
        {
            let message = format!("`Default`: expected a string, found {}", default.kind());
            problems.push(shape_problem(message, default.span));
        }
        let default = parameter
            .default()
            .and_then(|node| Some((node, scalar_text(node)?)));
        // An empty default of a list means no items, and no constraint applies.
        if let Some((node, text)) = default
            && !(text.is_empty() && parameter.is_list())
            && let Some(refusal) = parameter.violation(&text)
        {
            let message = format!(
                "invalid default of parameter `{}`: {refusal}",
                parameter.name
            );
            problems.push(shape_problem(message, node.span));
        }
        let allowed = parameter.node.get("AllowedValues");
        if let Some(allowed) = allowed.filter(|node| node.as_list().is_none()) {
            let message = format!("`AllowedValues`: expected a list, found {}", allowed.kind());
            problems.push(shape_problem(message, allowed.span));
        }
    }
}

/// The AWS-specific parameter types. Each may be the type of items, in
/// `List<…>`, and of a Systems Manager parameter, in `AWS::SSM::Parameter::Value<…>` (the page "Use AWS-supplied parameter types").
const PARAMETER_TYPES: &[&str] = &[
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
    "CommaDelimitedList",
    "List<Number>",
    "Number",
    "String",
];

/// Returns whether `name` is a parameter type. CloudFormation accepts lists and Systems Manager
/// values of any AWS-specific type, even if it is not documented.
fn is_parameter_type(name: &str) -> bool {
    let inside = |prefix: &str| {
        let inner = name.strip_prefix(prefix)?.strip_suffix('>')?;
        let item = inner
            .strip_prefix("List<")
            .and_then(|rest| rest.strip_suffix('>'));
        Some(item.unwrap_or(inner))
    };
    let inner = inside("AWS::SSM::Parameter::Value<").or_else(|| inside("List<"));
    match inner {
        Some(inner) => {
            PARAMETER_TYPES.contains(&inner)
                || inner.starts_with("AWS::") && !inner.contains(['<', '>', ' '])
        }
        None => PARAMETER_TYPES.contains(&name),
    }
}

fn check_resources(template: &Template, problems: &mut Vec<Problem>) {
    for resource in template.resources() {
        for key in ["Properties", "Metadata", "CreationPolicy", "UpdatePolicy"] {
            let node = resource.attribute(key);
            if let Some(node) = node.filter(|node| node.as_map().is_none()) {
                let message = format!("`{key}`: expected a table, found {}", node.kind());
                problems.push(shape_problem(message, node.span));
            }
        }
        if let Some(node) = resource.attribute("Condition")
            && node.as_str().is_none()
        {
            let message = format!(
                "`Condition`: expected the name of a condition, found {}",
                node.kind()
            );
            problems.push(shape_problem(message, node.span));
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
            check_deletion_policy(key, node, known, problems);
        }
        if let Some(node) = resource.attribute("DependsOn") {
            let named = |node: &Node| node.as_str().is_some();
            let fits = named(node) || node.as_list().is_some_and(|items| items.iter().all(named));
            if !fits {
                let message =
                    "`DependsOn`: expected a logical id or a list of logical ids".to_owned();
                problems.push(shape_problem(message, node.span));
            }
        }
    }
}

/// Checks the value of a deletion policy. The language extensions allow some functions.
fn check_deletion_policy(key: &str, node: &Node, known: &[&str], problems: &mut Vec<Problem>) {
    match (node.function(), node.as_str()) {
        (Some((Function::If, argument)), _) => {
            let branches = argument.as_list().and_then(|items| items.get(1..));
            for branch in branches.unwrap_or_default() {
                check_deletion_policy(key, branch, known, problems);
            }
        }
        (
            Some((
                Function::Ref
                | Function::FindInMap
                | Function::Select
                | Function::Sub
                | Function::Transform,
                _,
            )),
            _,
        ) => {}
        (_, Some(text)) if known.contains(&text) || text.contains("{{resolve:") => {}
        _ => {
            let message = format!(
                "invalid value for `{key}`: expected one of {}",
                known.join(", ")
            );
            problems.push(shape_problem(message, node.span));
        }
    }
}

fn check_nulls(template: &Template, problems: &mut Vec<Problem>) {
    template.root().walk(&mut |node| {
        if node.value == Value::Null {
            let message = "null values are not allowed".to_owned();
            problems.push(shape_problem(message, node.span).help("set a value, or remove the key"));
        }
    });
}
