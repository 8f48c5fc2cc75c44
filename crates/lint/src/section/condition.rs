//! `Conditions` and `Rules`: that each of them decides something.
//!
//! From the pages "Conditions" and "Rules" of the CloudFormation User Guide.

use super::wrong;
use crate::codes;
use crate::scene::Scene;
use formwork_template::diagnostics::Problem;
use formwork_template::intrinsic::RULE_FUNCTIONS;
use formwork_template::{Function, Node, Section};

const DECIDING: &str =
    "it is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and another condition by Condition";

/// What is wrong with the conditions' outermost functions.
pub(super) fn conditions(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in scene.template.entries(Section::Conditions) {
        if name.starts_with("Fn::") || decides(&entry.node) {
            continue;
        }
        // A rule's function is reported as such.
        if entry.node.unknown_function().is_none() {
            let message = format!("condition `{name}` decides nothing");
            let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
            problems.push(
                problem
                    .at(entry.node.span, "not a condition")
                    .help(DECIDING),
            );
        }
    }
}

/// What is wrong with the rules.
pub(super) fn rules(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    for (name, entry) in scene.template.entries(Section::Rules) {
        if entry.node.as_map().is_none() {
            let message = format!("rule `{name}` is a table, not {}", entry.node.kind());
            problems.push(wrong(message, &entry.node));
            continue;
        }
        if let Some(condition) = entry.node.get("RuleCondition") {
            rule_condition("RuleCondition", condition, problems);
        }
        let Some(assertions) = entry.node.get("Assertions") else {
            problems.push(wrong(
                format!("rule `{name}` needs `Assertions`"),
                &entry.node,
            ));
            continue;
        };
        let Some(items) = assertions.as_list() else {
            let message = format!("`Assertions` is a list, not {}", assertions.kind());
            problems.push(wrong(message, assertions));
            continue;
        };
        for item in items {
            assertion(item, problems);
        }
    }
}

fn assertion(node: &Node, problems: &mut Vec<Problem>) {
    if node.as_map().is_none() {
        let message = format!("an assertion is a table, not {}", node.kind());
        problems.push(wrong(message, node));
        return;
    }
    if let Some(assert) = node.get("Assert") {
        rule_condition("Assert", assert, problems);
    }
    if let Some(text) = node.get("AssertDescription")
        && (text.as_map().is_some() || text.as_list().is_some())
    {
        let message = format!("`AssertDescription` is a text, not {}", text.kind());
        problems.push(wrong(message, text));
    }
}

fn rule_condition(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let of_rules = node
        .unknown_function()
        .is_some_and(|name| RULE_FUNCTIONS.contains(&name));
    if decides(node) || of_rules || node.as_bool().is_some() {
        return;
    }
    if node.unknown_function().is_none() {
        let message = format!("`{key}` decides nothing");
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        let help = "it is a condition's function, or one of Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn";
        problems.push(problem.at(node.span, "not a condition").help(help));
    }
}

fn decides(node: &Node) -> bool {
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
