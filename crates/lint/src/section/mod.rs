//! The sections of a template other than its resources: parameters, rules, mappings, conditions,
//! outputs, metadata, and what stands at its head.

mod condition;
mod head;
mod mapping;
mod output;
mod parameter;
#[cfg(test)]
mod tests;

use super::scene::Scene;
use formwork_template::Node;
use formwork_template::diagnostics::Problem;

/// What is wrong with the sections other than `Resources`.
pub(super) fn sections(scene: &Scene<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    head::head(scene, &mut problems);
    parameter::parameters(scene, &mut problems);
    mapping::mappings(scene, &mut problems);
    condition::rules(scene, &mut problems);
    condition::conditions(scene, &mut problems);
    output::outputs(scene, &mut problems);
    problems
}

fn wrong(message: impl Into<String>, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "here")
}
