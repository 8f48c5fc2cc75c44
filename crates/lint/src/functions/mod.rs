//! Functions: whether each exists, may appear in its place, and has an argument of the right form.
//!
//! [`grammar`] describes the forms, [`arguments`] checks the parts of an argument.

mod arguments;
mod grammar;
#[cfg(test)]
mod tests;

use crate::codes;
use crate::context::{Checker, TemplateLanguage};
use crate::formats::kinds::ValueKinds;
use arguments::FunctionPosition;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::intrinsic::RULE_FUNCTIONS;
use formwork_template::{Function, Intrinsic, Node, Section};
use grammar::ArgumentForm;

/// Reports unknown and misplaced functions, and arguments of the wrong form.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let sections = [
        (Section::Rules, FunctionPosition::Rule),
        (Section::Conditions, FunctionPosition::Condition),
        (Section::Resources, FunctionPosition::Value),
        (Section::Outputs, FunctionPosition::Value),
    ];
    for (section, position) in sections {
        for (name, entry) in checker.template.entries(section) {
            problems.extend(loop_without_extension(name, entry.key, checker));
            entry
                .node
                .walk(&mut |node| check_function(node, position, checker, &mut problems));
        }
    }
    problems
}

/// Reports a loop in a template without the language extensions.
fn loop_without_extension(name: &str, key: Span, checker: &Checker<'_>) -> Option<Problem> {
    let wrong = name.starts_with("Fn::ForEach::") && checker.language == TemplateLanguage::Plain;
    let needs = || missing_extension(Function::ForEach, key);
    wrong.then(needs)
}

/// Returns the problem that a function needs the language extensions.
fn missing_extension(function: Function, span: Span) -> Problem {
    let message = format!("`{}` needs the language extensions", function.key());
    Problem::error(codes::TEMPLATE_FUNCTION, message)
        .at(span, "needs the language extensions")
        .help("add `Transform: AWS::LanguageExtensions` to the template")
}

fn check_function(
    node: &Node,
    position: FunctionPosition,
    checker: &Checker<'_>,
    problems: &mut Vec<Problem>,
) {
    if let Some(map) = node.as_map().filter(|map| map.len() > 1) {
        let entries = map.iter();
        problems.extend(
            entries.filter_map(|(name, entry)| loop_without_extension(name, entry.key, checker)),
        );
    }
    if let Some(name) = node.unknown_function() {
        problems.extend(unknown_function(node, name, position));
        return;
    }
    let Some((function, argument)) = node.function() else {
        return;
    };
    if let Some(problem) = misplaced(node, function, position, checker) {
        problems.push(problem);
        return;
    }
    if !has_form(function, argument, checker) {
        let message = format!("invalid argument of `{}`", function.key());
        problems.push(Problem::error(codes::TEMPLATE_FUNCTION, message).at(
            argument.span,
            format!("expected {}", describe_form(function)),
        ));
        return;
    }
    arguments::check_arguments(function, argument, position, checker, problems);
}

fn unknown_function(node: &Node, name: &str, position: FunctionPosition) -> Option<Problem> {
    if RULE_FUNCTIONS.contains(&name) {
        let message = format!("`{name}` is allowed only in `Rules`");
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        return (position != FunctionPosition::Rule)
            .then(|| problem.at(node.span, "not allowed here"));
    }
    let known = Function::ALL.iter().map(|(_, key)| *key);
    let message = format!("unknown function `{name}`");
    let problem = Problem::error(codes::TEMPLATE_FUNCTION, message).suggest(nearest(name, known));
    Some(problem.at(node.span, "unknown"))
}

/// Reports a function that is not available in its place or in the template's language.
fn misplaced(
    node: &Node,
    function: Function,
    position: FunctionPosition,
    checker: &Checker<'_>,
) -> Option<Problem> {
    let wrong = |message: String| Problem::error(codes::TEMPLATE_FUNCTION, message);
    let extends = matches!(
        function,
        Function::Length | Function::ToJsonString | Function::ForEach
    );
    if extends && checker.language == TemplateLanguage::Plain {
        return Some(missing_extension(function, node.span));
    }
    let decides = matches!(
        function,
        Function::And | Function::Or | Function::Not | Function::Equals
    );
    if decides && position == FunctionPosition::Value {
        let message = format!(
            "`{}` is allowed only in `Conditions` and `Rules`",
            function.key()
        );
        let problem = wrong(message).at(node.span, "not allowed here");
        return Some(problem.help("declare a condition, and use it with `Fn::If`"));
    }
    None
}

/// Returns whether `argument` has the form of its function, regardless of its parts.
fn has_form(function: Function, argument: &Node, checker: &Checker<'_>) -> bool {
    let list = |least: usize, most: usize| {
        let items = argument.as_list();
        items.is_some_and(|items| (least..=most).contains(&items.len()))
    };
    match grammar::argument_form(function, checker.language) {
        // The specification of the argument is checked later, with a more specific message.
        ArgumentForm::Single(_) => match function {
            Function::Length | Function::ToJsonString => {
                argument.as_list().is_some() || argument.as_map().is_some()
            }
            _ => {
                argument.function().is_some() || ValueKinds::of(argument).overlaps(ValueKinds::TEXT)
            }
        },
        ArgumentForm::Tuple(..) if function == Function::GetAtt && argument.as_str().is_some() => {
            matches!(Intrinsic::of(function, argument), Intrinsic::GetAtt { .. })
        }
        ArgumentForm::Tuple(specs, least) => list(least, specs.len()),
        ArgumentForm::List(_, least, most) if function == Function::FindInMap => {
            list(least, most + 1)
        }
        ArgumentForm::List(_, least, most) => list(least, most),
        ArgumentForm::Table(..) => argument.as_map().is_some(),
        ArgumentForm::Custom => match function {
            Function::Condition => argument.as_str().is_some(),
            Function::If => {
                let named =
                    |items: &[Node]| items.first().is_some_and(|name| name.as_str().is_some());
                list(3, 3) && argument.as_list().is_some_and(named)
            }
            Function::ForEach => list(3, 3),
            Function::Transform => argument.as_map().is_some(),
            Function::GetAtt => match Intrinsic::of(function, argument) {
                Intrinsic::GetAtt { resource, .. } => {
                    !resource.is_empty()
                        && resource.bytes().all(|byte| byte.is_ascii_alphanumeric())
                }
                _ => false,
            },
            _ => !matches!(Intrinsic::of(function, argument), Intrinsic::Malformed(..)),
        },
    }
}

/// Returns the form of a function's argument as text.
fn describe_form(function: Function) -> &'static str {
    match function {
        Function::Ref => "the name of a parameter or a logical id",
        Function::Condition => "the name of a condition",
        Function::GetAtt => "`[logical id, attribute]` or `logical id.attribute`",
        Function::Sub => "a string, or `[string, table of variables]`",
        Function::And | Function::Or => "a list of 2 to 10 conditions",
        Function::Not => "a list of one condition",
        Function::Equals => "`[value, value]`",
        Function::If => "`[condition name, value if true, value if false]`",
        Function::FindInMap => "`[mapping, first key, second key]`",
        Function::Cidr => "`[address block, count, bits]`",
        Function::Join => "`[delimiter, list]`",
        Function::Select => "`[index, list]`",
        Function::Split => "`[delimiter, string]`",
        Function::Base64 | Function::GetAZs | Function::ImportValue => "a string",
        Function::Transform => "a table with the macro's `Name`",
        Function::ForEach => "`[name, list, body]`",
        Function::Length => "a list",
        Function::ToJsonString => "a table or a list",
        Function::GetStackOutput => "a table with `StackName` and `OutputName`",
    }
}
