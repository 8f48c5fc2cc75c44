//! The sections of a template other than its resources: parameters, rules, mappings, conditions,
//! outputs, metadata, the description and the format version.
//!
//! From the pages of the CloudFormation User Guide about each section, "AWS::CloudFormation::Interface",
//! and the list of AWS-specific parameter types.

use crate::codes;
use crate::context::{Checker, is_function};
use crate::formats::kinds::{ValueKinds, returned_kinds};
use crate::formats::spec::{OtherKeys, TableSpec, ValueSpec};
use formwork_catalog::limits::MAPPING_KEYS;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::intrinsic::RULE_FUNCTIONS;
use formwork_template::{Function, Map, Node, Parameter, Section, Target, Value};

/// Checks the sections other than `Resources`.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_head(checker, &mut problems);
    check_parameters(checker, &mut problems);
    check_mappings(checker, &mut problems);
    check_rules(checker, &mut problems);
    check_conditions(checker, &mut problems);
    check_outputs(checker, &mut problems);
    problems
}

fn shape_problem(message: impl Into<String>, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "")
}

/// The console shows the `default` of a label. AWS's own templates also have a text there, which it
/// does not show.
const LABEL: ValueSpec = ValueSpec::TextOr(&TableSpec {
    description: "a label",
    fields: &[("default", ValueSpec::Text)],
    required: &[],
    other_keys: OtherKeys::None,
});

const INTERFACE: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`AWS::CloudFormation::Interface`",
    fields: &[
        (
            "ParameterGroups",
            ValueSpec::List(
                &ValueSpec::Table(&TableSpec {
                    description: "a group of parameters",
                    fields: &[
                        ("Label", LABEL),
                        ("Parameters", ValueSpec::List(&ValueSpec::Any, usize::MAX)),
                    ],
                    required: &[],
                    other_keys: OtherKeys::None,
                }),
                usize::MAX,
            ),
        ),
        ("ParameterLabels", ValueSpec::Map(&LABEL)),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

/// Checks the format version, the description and the metadata.
fn check_head(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    let template = checker.template;
    if let Some(node) = template.section(Section::AWSTemplateFormatVersion)
        && node.as_str() != Some("2010-09-09")
    {
        let problem = shape_problem("unknown format version", node);
        problems.push(problem.help("write `AWSTemplateFormatVersion: \"2010-09-09\"`"));
    }
    if let Some(node) = template.section(Section::Description)
        && !matches!(node.value, Value::String(_) | Value::Null)
    {
        let message = format!("`Description`: expected a string, found {}", node.kind());
        problems.push(shape_problem(message, node));
    }
    let metadata = template.section(Section::Metadata);
    if let Some(node) = metadata.and_then(|node| node.get("AWS::CloudFormation::Interface")) {
        INTERFACE.check("AWS::CloudFormation::Interface", node, checker, problems);
    }
}

const NUMBER_KEYS: &[&str] = &["MinValue", "MaxValue"];
const TEXT_KEYS: &[&str] = &["AllowedPattern", "MinLength", "MaxLength"];

/// The keys with a fixed form.
const PARAMETER_SPECS: &[(&str, ValueSpec)] = &[
    ("AllowedPattern", ValueSpec::Text),
    (
        "AllowedValues",
        ValueSpec::List(&ValueSpec::TextOf(0, 4096), usize::MAX),
    ),
    ("ConstraintDescription", ValueSpec::Text),
    ("Description", ValueSpec::TextOf(0, 4000)),
    ("MaxLength", ValueSpec::Integer(i64::MIN, 4096)),
    ("MinLength", ValueSpec::Integer(i64::MIN, i64::MAX)),
    ("NoEcho", ValueSpec::Boolean),
];

/// Checks the declarations of parameters.
fn check_parameters(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    for parameter in checker.template.parameters() {
        let Some(map) = parameter.node.as_map() else {
            continue;
        };
        for (key, entry) in map.iter() {
            if is_function(&entry.node) && key != "Default" {
                let message = format!("`{key}` of a parameter cannot contain a function");
                problems.push(shape_problem(message, &entry.node).help("write a literal value"));
                continue;
            }
            match PARAMETER_SPECS.iter().find(|(name, _)| *name == key) {
                // A value that is not a list is reported with the kinds of values.
                Some(("AllowedValues", _)) if entry.node.as_list().is_none() => {}
                Some((_, spec)) => spec.check(key, &entry.node, checker, problems),
                None if NUMBER_KEYS.contains(&key) => check_number(key, &entry.node, problems),
                None => {}
            }
        }
        check_type_constraints(&parameter, problems);
    }
}

fn check_number(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let text = formwork_template::parameter::scalar_text(node);
    let number = text.and_then(|text| text.parse::<f64>().ok());
    if number.is_none_or(|number| !number.is_finite()) {
        problems.push(shape_problem(
            format!("`{key}`: expected a number, found {}", node.kind()),
            node,
        ));
    }
}

/// Reports constraints that do not apply to the parameter's type.
fn check_type_constraints(parameter: &Parameter<'_>, problems: &mut Vec<Problem>) {
    let is_number = parameter.kind() == "Number";
    let (wrong_here, only) = match is_number {
        true => (TEXT_KEYS, "texts"),
        false => (NUMBER_KEYS, "numbers"),
    };
    for key in wrong_here {
        if let Some(node) = parameter.node.get(key) {
            let message = format!(
                "`{key}` applies only to {only}, but the type of the parameter is `{}`",
                parameter.kind()
            );
            problems.push(shape_problem(message, node));
        }
    }
}

/// Checks the mappings.
fn check_mappings(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in checker.template.entries(Section::Mappings) {
        let Some(map) = mapping_level(name, &entry.node, problems) else {
            continue;
        };
        for (key, entry) in map.iter() {
            let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            check_key(
                key,
                entry.key,
                known,
                "letters, digits, `.` and `-`",
                problems,
            );
            let Some(values) = mapping_level(key, &entry.node, problems) else {
                continue;
            };
            for (key, entry) in values.iter() {
                let known = |c: char| c.is_ascii_alphanumeric();
                check_key(key, entry.key, known, "letters and digits", problems);
                check_mapping_value(key, &entry.node, problems);
            }
        }
    }
}

fn mapping_level<'a>(name: &str, node: &'a Node, problems: &mut Vec<Problem>) -> Option<&'a Map> {
    let Some(map) = node.as_map() else {
        let message = format!(
            "`{name}` of a mapping: expected a table, found {}",
            node.kind()
        );
        problems.push(shape_problem(message, node).help("a mapping has two levels of keys"));
        return None;
    };
    if map.is_empty() {
        problems.push(shape_problem(
            format!("empty table `{name}` in a mapping"),
            node,
        ));
    }
    if let Some((_, entry)) = map.iter().nth(MAPPING_KEYS) {
        let message = format!(
            "`{name}` has {} keys, the limit is {MAPPING_KEYS}",
            map.len()
        );
        let problem = Problem::error(codes::TEMPLATE_LIMIT, message);
        problems.push(problem.at(entry.key, "the first beyond the limit"));
    }
    Some(map)
}

fn check_key(
    key: &str,
    span: Span,
    known: impl Fn(char) -> bool,
    rule: &str,
    problems: &mut Vec<Problem>,
) {
    if key.is_empty() || key.len() > 255 || !key.chars().all(known) {
        let message =
            format!("invalid key `{key}` of a mapping: expected 1 to 255 characters of {rule}");
        problems.push(Problem::error(codes::TEMPLATE_NAME, message).at(span, ""));
    }
}

fn check_mapping_value(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let texts = |items: &[Node]| items.iter().all(|item| item.as_map().is_none());
    match &node.value {
        Value::Map(_) => {
            let message =
                format!("`{key}` of a mapping: expected a string or a list, found a table");
            let help = match node.function() {
                Some(_) => "a mapping cannot contain functions",
                None => "a mapping has two levels of keys",
            };
            problems.push(shape_problem(message, node).help(help));
        }
        Value::List(items) if !texts(items) => {
            problems.push(shape_problem(
                format!("`{key}` of a mapping: expected a list of strings"),
                node,
            ));
        }
        _ => {}
    }
}

const CONDITION_HELP: &str =
    "use Fn::Equals, Fn::And, Fn::Or, Fn::Not, or Condition with the name of another condition";

/// Checks that every condition is a condition function.
fn check_conditions(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in checker.template.entries(Section::Conditions) {
        if name.starts_with("Fn::") || is_decision(&entry.node) {
            continue;
        }
        // A function of rules is reported separately.
        if entry.node.unknown_function().is_none() {
            let message = format!("condition `{name}` is not a condition function");
            let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
            problems.push(
                problem
                    .at(entry.node.span, "not a condition")
                    .help(CONDITION_HELP),
            );
        }
    }
}

/// Checks the rules.
fn check_rules(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in checker.template.entries(Section::Rules) {
        if entry.node.as_map().is_none() {
            let message = format!(
                "rule `{name}`: expected a table, found {}",
                entry.node.kind()
            );
            problems.push(shape_problem(message, &entry.node));
            continue;
        }
        if let Some(condition) = entry.node.get("RuleCondition") {
            check_rule_condition("RuleCondition", condition, problems);
        }
        let Some(assertions) = entry.node.get("Assertions") else {
            problems.push(shape_problem(
                format!("missing `Assertions` of rule `{name}`"),
                &entry.node,
            ));
            continue;
        };
        let Some(items) = assertions.as_list() else {
            let message = format!("`Assertions`: expected a list, found {}", assertions.kind());
            problems.push(shape_problem(message, assertions));
            continue;
        };
        for item in items {
            check_assertion(item, problems);
        }
    }
}

fn check_assertion(node: &Node, problems: &mut Vec<Problem>) {
    if node.as_map().is_none() {
        let message = format!("expected a table for an assertion, found {}", node.kind());
        problems.push(shape_problem(message, node));
        return;
    }
    if let Some(assert) = node.get("Assert") {
        check_rule_condition("Assert", assert, problems);
    }
    if let Some(text) = node.get("AssertDescription")
        && (text.as_map().is_some() || text.as_list().is_some())
    {
        let message = format!(
            "`AssertDescription`: expected a string, found {}",
            text.kind()
        );
        problems.push(shape_problem(message, text));
    }
}

fn check_rule_condition(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let of_rules = node
        .unknown_function()
        .is_some_and(|name| RULE_FUNCTIONS.contains(&name));
    if is_decision(node) || of_rules || node.as_bool().is_some() {
        return;
    }
    if node.unknown_function().is_none() {
        let message = format!("`{key}` is not a condition function");
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        let help =
            "use a condition function, Fn::Contains, Fn::EachMemberEquals or Fn::EachMemberIn";
        problems.push(problem.at(node.span, "not a condition").help(help));
    }
}

fn is_decision(node: &Node) -> bool {
    matches!(
        node.function(),
        Some((
            Function::And
                | Function::Or
                | Function::Not
                | Function::Equals
                | Function::Condition
                | Function::ForEach,
            _
        ))
    )
}

/// Checks the outputs.
fn check_outputs(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in checker.template.entries(Section::Outputs) {
        if name.starts_with("Fn::") {
            continue;
        }
        if let Some(value) = entry.node.get("Value") {
            check_text(
                &format!("the value of output `{name}`"),
                value,
                checker,
                problems,
            );
        }
        for key in ["Description", "Condition"] {
            if let Some(node) = entry.node.get(key)
                && (node.as_map().is_some() || node.as_list().is_some())
            {
                let message = format!(
                    "`{key}` of an output: expected a string, found {}",
                    node.kind()
                );
                problems.push(
                    shape_problem(message, node)
                        .help("write a literal value: functions are not allowed here"),
                );
            }
        }
        if let Some(export) = entry.node.get("Export") {
            check_export(export, checker, problems);
        }
    }
}

/// Reports a value that is not a text.
fn check_text(what: &str, node: &Node, checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    if let Some((Function::If, argument)) = node.function() {
        if let Some([_, yes, no]) = argument.as_list() {
            check_text(what, yes, checker, problems);
            check_text(what, no, checker, problems);
        }
        return;
    }
    let given = match node.function() {
        Some((Function::Condition, _)) => ValueKinds::TABLE,
        Some((function, argument)) => returned_kinds(function, argument, checker),
        None if node.unknown_function().is_some() => return,
        None => ValueKinds::of(node),
    };
    if !given.overlaps(ValueKinds::TEXT) && !given.overlaps(ValueKinds::TRUTH) {
        let mut problem = shape_problem(format!("{what}: expected a string, found {given}"), node);
        if given == ValueKinds::LIST {
            problem =
                problem.help("join the items with `Fn::Join`, or select one with `Fn::Select`");
        }
        problems.push(problem);
    }
}

fn check_export(export: &Node, checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    let Some(map) = export.as_map() else {
        let message = format!(
            "`Export`: expected a table with `Name`, found {}",
            export.kind()
        );
        problems.push(shape_problem(message, export));
        return;
    };
    for (key, entry) in map.iter().filter(|(key, _)| *key != "Name") {
        let message = format!("unknown key `{key}` of `Export`");
        let problem = Problem::error(formwork_template::codes::TEMPLATE_KEY, message)
            .at(entry.key, "unknown")
            .suggest(nearest(key, ["Name"]));
        problems.push(problem);
    }
    let Some(name) = map.get("Name") else {
        problems.push(shape_problem("missing `Name` of `Export`", export));
        return;
    };
    check_text("the name of an export", name, checker, problems);
    name.walk(&mut |node| {
        if matches!(node.function(), Some((Function::GetStackOutput, _))) {
            let message = "the name of an export cannot depend on another stack's output";
            problems.push(shape_problem(message, node));
        }
    });
    for reference in name.references() {
        let (Target::Name(id) | Target::Attribute(id, _)) = reference.target else {
            continue;
        };
        if checker.template.resource(id).is_some() {
            let message = format!("the name of an export cannot depend on the resource `{id}`");
            let problem = Problem::error(codes::TEMPLATE_REFERENCE, message);
            problems.push(problem.at(reference.span, "a resource").help(
                "use only parameters, `AWS::StackName` and other pseudo parameters, and literals",
            ));
        }
    }
}
