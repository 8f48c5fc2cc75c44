//! Whether every function stands where it may, and has an argument of its form.
//!
//! Forms are in [`grammar`]; who gives what kind of value is decided here, by parameters' types
//! and by what the schema table says of attributes.

mod grammar;
mod kinds;
mod slot;
#[cfg(test)]
mod tests;

use super::scene::{Language, Scene};
use crate::codes;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::intrinsic::RULE_FUNCTIONS;
use formwork_template::{Function, Intrinsic, Node, Section};
use grammar::Form;
use slot::Place;

pub(crate) use kinds::Kinds;
pub(crate) use slot::gives;

/// What is no function, has not its form, or stands where it may not.
pub(super) fn functions(scene: &Scene<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let sections = [
        (Section::Rules, Place::Rule),
        (Section::Conditions, Place::Condition),
        (Section::Resources, Place::Value),
        (Section::Outputs, Place::Value),
    ];
    for (section, place) in sections {
        for (name, entry) in scene.template.entries(section) {
            problems.extend(repeated(name, entry.key, scene));
            entry
                .node
                .walk(&mut |node| function(node, place, scene, &mut problems));
        }
    }
    problems
}

/// A loop in a template whose language has none.
fn repeated(name: &str, key: Span, scene: &Scene<'_>) -> Option<Problem> {
    let wrong = name.starts_with("Fn::ForEach::") && scene.language == Language::Plain;
    let needs = || needs_extensions(Function::ForEach, key);
    wrong.then(needs)
}

/// That a function is one of the language extensions'.
fn needs_extensions(function: Function, span: Span) -> Problem {
    let message = format!("`{}` needs the language extensions", function.key());
    Problem::error(codes::TEMPLATE_FUNCTION, message)
        .at(span, "not in this template")
        .help("add `Transform: AWS::LanguageExtensions` to the template")
}

fn function(node: &Node, place: Place, scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    if let Some(map) = node.as_map().filter(|map| map.len() > 1) {
        let entries = map.iter();
        problems.extend(entries.filter_map(|(name, entry)| repeated(name, entry.key, scene)));
    }
    if let Some(name) = node.unknown_function() {
        problems.extend(unknown(node, name, place));
        return;
    }
    let Some((function, argument)) = node.function() else {
        return;
    };
    if let Some(problem) = misplaced(node, function, place, scene) {
        problems.push(problem);
        return;
    }
    if !fits(function, argument, scene) {
        let message = format!("`{}` does not have its form", function.key());
        problems.push(
            Problem::error(codes::TEMPLATE_FUNCTION, message)
                .at(argument.span, format!("must be {}", in_words(function))),
        );
        return;
    }
    slot::arguments(function, argument, place, scene, problems);
}

fn unknown(node: &Node, name: &str, place: Place) -> Option<Problem> {
    if RULE_FUNCTIONS.contains(&name) {
        let message = format!("`{name}` stands only in `Rules`");
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        return (place != Place::Rule).then(|| problem.at(node.span, "not here"));
    }
    let known = Function::ALL.iter().map(|(_, key)| *key);
    let message = format!("`{name}` is not a function of CloudFormation");
    let problem = Problem::error(codes::TEMPLATE_FUNCTION, message).suggest(nearest(name, known));
    Some(problem.at(node.span, "unknown"))
}

/// That a function's place, or the template's language, has no such function.
fn misplaced(node: &Node, function: Function, place: Place, scene: &Scene<'_>) -> Option<Problem> {
    let wrong = |message: String| Problem::error(codes::TEMPLATE_FUNCTION, message);
    let extends = matches!(
        function,
        Function::Length | Function::ToJsonString | Function::ForEach
    );
    if extends && scene.language == Language::Plain {
        return Some(needs_extensions(function, node.span));
    }
    let decides = matches!(
        function,
        Function::And | Function::Or | Function::Not | Function::Equals
    );
    if decides && place == Place::Value {
        let message = format!(
            "`{}` stands only in `Conditions` and `Rules`",
            function.key()
        );
        let problem = wrong(message).at(node.span, "not here");
        return Some(problem.help("name a condition, and choose by it with `Fn::If`"));
    }
    None
}

/// Whether `argument` is built as `function` takes it, whatever its parts are.
fn fits(function: Function, argument: &Node, scene: &Scene<'_>) -> bool {
    let list = |least: usize, most: usize| {
        let items = argument.as_list();
        items.is_some_and(|items| (least..=most).contains(&items.len()))
    };
    match grammar::form(function, scene.language) {
        // What it may hold is asked of its slot, with a message that says more.
        Form::One(_) => match function {
            Function::Length | Function::ToJsonString => {
                argument.as_list().is_some() || argument.as_map().is_some()
            }
            _ => argument.function().is_some() || Kinds::of(argument).meets(Kinds::TEXT),
        },
        Form::Each(..) if function == Function::GetAtt && argument.as_str().is_some() => {
            matches!(Intrinsic::of(function, argument), Intrinsic::GetAtt { .. })
        }
        Form::Each(slots, least) => list(least, slots.len()),
        Form::Same(_, least, most) if function == Function::FindInMap => list(least, most + 1),
        Form::Same(_, least, most) => list(least, most),
        Form::Keys(..) => argument.as_map().is_some(),
        Form::Own => match function {
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

/// The form of a function's argument, in words.
fn in_words(function: Function) -> &'static str {
    match function {
        Function::Ref => "a parameter's name or a logical id",
        Function::Condition => "a condition's name",
        Function::GetAtt => "`[logical id, attribute]` or `logical id.attribute`",
        Function::Sub => "a text, or `[text, table of names]`",
        Function::And | Function::Or => "a list of 2 to 10 conditions",
        Function::Not => "a list of one condition",
        Function::Equals => "`[value, value]`",
        Function::If => "`[condition's name, value if true, value if false]`",
        Function::FindInMap => "`[mapping, first key, second key]`",
        Function::Cidr => "`[address block, count, bits]`",
        Function::Join => "`[delimiter, list]`",
        Function::Select => "`[index, list]`",
        Function::Split => "`[delimiter, text]`",
        Function::Base64 | Function::GetAZs | Function::ImportValue => "a text",
        Function::Transform => "a table with the macro's `Name`",
        Function::ForEach => "`[name, list, what is repeated]`",
        Function::Length => "a list",
        Function::ToJsonString => "a table or a list",
        Function::GetStackOutput => "a table with `StackName` and `OutputName`",
    }
}
