//! What is declared and never referred to.

use crate::codes;
use crate::evaluate::context::Session;
use crate::scope::symbols::World;
use formwork_template::Node;
use formwork_template::diagnostics::Problem;
use std::collections::HashSet;

/// Warns of variables that nothing refers to, in this environment or any other.
pub(crate) fn variables(
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
    let variables = world.variables.iter().enumerate();
    let unused: Vec<_> = variables
        .filter(|(index, _)| !session.used.contains(index))
        .filter_map(|(_, (name, _))| Some((name, declared?.entry(name.as_str())?)))
        .collect();
    if unused.is_empty() {
        return;
    }
    // A text that was not evaluated, as that of a stack that is off, may speak of the variable.
    let mut mentioned = HashSet::new();
    let frames = world.stacks.values().flat_map(|stack| &stack.frames);
    frames.for_each(|frame| words(&frame.node, "vars", &mut mentioned));
    for (_, entry) in blueprint.entries() {
        words(&entry.node, "vars", &mut mentioned);
    }
    for (name, entry) in unused {
        if mentioned.contains(name.as_str()) {
            continue;
        }
        let message = format!("variable `{name}` is never used");
        let problem = Problem::warning(codes::UNUSED_VARIABLE, message).at(entry.key, "");
        session.report(problem.help(format!("refer to it as `${{vars.{name}}}`, or remove it")));
    }
}

/// Warns of inputs that their component never speaks of.
pub(crate) fn inputs(session: &mut Session<'_>, world: &World) {
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
        let mut mentioned = HashSet::new();
        words(&frame.node, "inputs", &mut mentioned);
        for (name, input) in unused {
            if mentioned.contains(name.as_str()) {
                continue;
            }
            let message = format!("input `{name}` is never used");
            let problem = Problem::warning(codes::UNUSED_INPUT, message).at(input.declared, "");
            session
                .report(problem.help(format!("refer to it as `${{inputs.{name}}}`, or remove it")));
        }
    }
}

/// The words of the texts that speak of variables, or of inputs.
fn words<'n>(node: &'n Node, of: &str, words: &mut HashSet<&'n str>) {
    node.walk(&mut |node| {
        let text = node.as_str().filter(|text| text.contains(of));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        words.extend(text.unwrap_or_default().split(|c| !is_word(c)));
    });
}
