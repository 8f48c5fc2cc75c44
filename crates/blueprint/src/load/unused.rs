//! What is declared and never referred to.

use super::session::Session;
use super::world::World;
use crate::codes;
use std::collections::HashSet;
use template::source::Problem;
use template::{Map, Node};

/// Warns of variables that nothing refers to, in this environment or any other.
pub(super) fn variables(
    session: &mut Session<'_>,
    world: &World,
    blueprint: &Node,
    vars: Option<&Node>,
) {
    // Without a name, what stands under `[vars]` was probably meant to stand above it.
    if world.incomplete || !world.unread_stacks.is_empty() || blueprint.get("name").is_none() {
        return;
    }
    let declared = vars.and_then(Node::as_map);
    for (index, (name, _)) in world.variables.iter().enumerate() {
        let Some(entry) = declared.and_then(|map| map.entry(name.as_str())) else {
            continue;
        };
        if session.used.contains(&index) || mentioned(world, blueprint, name.as_str()) {
            continue;
        }
        let problem = Problem::warning(
            codes::UNUSED_VARIABLE,
            format!("variable `{name}` is never used"),
        )
        .at(entry.key, "");
        session.report(problem.help(format!("refer to it as `${{vars.{name}}}`, or remove it")));
    }
}

/// Whether a text that was not evaluated, as that of a stack that is off, speaks of the variable.
fn mentioned(world: &World, blueprint: &Node, name: &str) -> bool {
    let mut found = false;
    let mut look = |node: &Node| {
        let text = node.as_str().unwrap_or_default();
        found |= text.contains("vars")
            && text
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|word| word == name);
    };
    world
        .stacks
        .values()
        .flat_map(|stack| &stack.frames)
        .for_each(|frame| frame.node.walk(&mut look));
    for (_, entry) in blueprint.as_map().into_iter().flat_map(Map::iter) {
        entry.node.walk(&mut look);
    }
    found
}

/// Warns of inputs that their component never speaks of.
pub(super) fn inputs(session: &mut Session<'_>, world: &World) {
    for frame in world.stacks.values().flat_map(|stack| &stack.frames) {
        let Some(caller) = frame.caller.as_ref().filter(|_| !frame.incomplete) else {
            continue;
        };
        let is_name = |name: &str| crate::model::VariableName::new(name).is_some();
        let is_used = |name: &String| session.used_inputs.contains(&(caller.file, name.clone()));
        let inputs = frame.inputs.iter();
        let unused: Vec<_> = inputs
            .filter(|(name, _)| is_name(name) && !is_used(name))
            .collect();
        if unused.is_empty() {
            continue;
        }
        let words = words(&frame.node);
        for (name, input) in unused {
            if words.contains(name.as_str()) {
                continue;
            }
            let message = format!("input `{name}` is never used");
            let problem = Problem::warning(codes::UNUSED_INPUT, message).at(input.declared, "");
            session
                .report(problem.help(format!("refer to it as `${{inputs.{name}}}`, or remove it")));
        }
    }
}

/// The words of the texts that speak of inputs.
fn words(node: &Node) -> HashSet<&str> {
    let mut words = HashSet::new();
    node.walk(&mut |node| {
        let text = node.as_str().filter(|text| text.contains("inputs"));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        words.extend(text.unwrap_or_default().split(|c| !is_word(c)));
    });
    words
}
