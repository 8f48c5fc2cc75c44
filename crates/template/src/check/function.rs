//! Whether every function is one of CloudFormation's and has an argument of its form.

use crate::intrinsic::RULE_FUNCTIONS;
use crate::source::{Problem, nearest};
use crate::{Function, Intrinsic, Node, Section, Template, codes};

/// What is no function, or has not its form.
pub(super) fn functions(template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    for section in [
        Section::Rules,
        Section::Conditions,
        Section::Resources,
        Section::Outputs,
    ] {
        for (_, entry) in template.entries(section) {
            entry.node.walk(&mut |node| problems.extend(function(node)));
        }
    }
    problems
}

fn function(node: &Node) -> Option<Problem> {
    if let Some(name) = node.unknown_function() {
        if RULE_FUNCTIONS.contains(&name) {
            return None;
        }
        let known = Function::ALL.iter().map(|(_, key)| *key);
        let message = format!("`{name}` is not a function of CloudFormation");
        let mut problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        if let Some(near) = nearest(name, known) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        return Some(problem.at(node.span, "unknown"));
    }
    let (function, argument) = node.function()?;
    let form = match Intrinsic::of(function, argument) {
        Intrinsic::Malformed(function, _) => form(function),
        Intrinsic::Other(function, argument) if !fits(function, argument) => form(function),
        _ => return None,
    };
    let message = format!("`{}` does not have its form", function.key());
    Some(
        Problem::error(codes::TEMPLATE_FUNCTION, message)
            .at(argument.span, format!("must be {form}")),
    )
}

/// Whether `argument` has the form that `function` takes; a function may stand for any part of it.
fn fits(function: Function, argument: &Node) -> bool {
    let length = |allowed: std::ops::RangeInclusive<usize>| {
        let items = argument.as_list();
        items.is_some_and(|items| allowed.contains(&items.len()))
    };
    let computed = argument.function().is_some();
    match function {
        Function::And | Function::Or => length(2..=10),
        Function::Not => length(1..=1),
        Function::Equals => length(2..=2),
        Function::If => {
            let named = |items: &[Node]| items.first().is_some_and(|name| name.as_str().is_some());
            length(3..=3) && argument.as_list().is_some_and(named)
        }
        Function::FindInMap => length(3..=4),
        Function::Cidr => length(2..=3),
        Function::Join | Function::Select | Function::Split => length(2..=2),
        Function::Base64 | Function::GetAZs | Function::ImportValue => {
            computed || argument.as_map().is_none() && argument.as_list().is_none()
        }
        Function::Transform => argument.as_map().is_some(),
        Function::ForEach => length(3..=3),
        Function::Length | Function::ToJsonString => {
            argument.as_list().is_some() || argument.as_map().is_some()
        }
        Function::Ref
        | Function::Condition
        | Function::GetAtt
        | Function::GetStackOutput
        | Function::Sub => true,
    }
}

/// The form of a function's argument, in words.
fn form(function: Function) -> &'static str {
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
        Function::GetStackOutput => "as its documentation says",
    }
}
