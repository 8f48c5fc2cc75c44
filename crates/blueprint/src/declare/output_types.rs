//! Determines the outputs that are lists. This must be known before stacks are lowered, because a
//! list is passed between stacks as text joined by commas.

use crate::evaluate::context::LoadContext;
use crate::evaluate::{Evaluated, Evaluator, Position, ValueShape};
use crate::model::StackKey;
use crate::scope::symbols::SymbolTable;
use formwork_template::{Function, Node, Value};
use std::collections::HashMap;

type Name = (StackKey, String);

/// Marks the outputs that are lists. An output that forwards another output has the same type.
pub(crate) fn mark_list_outputs(context: &mut LoadContext<'_>, symbols: &mut SymbolTable) {
    let mut forwards: HashMap<Name, Vec<Name>> = HashMap::new();
    let mut lists: Vec<Name> = Vec::new();
    let used = context.used_variables.clone();
    for stack in symbols.stacks.values() {
        for (name, output) in &stack.outputs {
            let this = (stack.key.clone(), name.to_owned());
            let scope = stack.scope(output.scope);
            let Some(value) = scope.output(name) else {
                continue;
            };
            if !may_be_list(value) {
                continue;
            }
            // The problems are reported when the output is lowered.
            let (list, uses) = context.with_discarded_problems(|context| {
                let mut evaluator = Evaluator::new(context, symbols, Some(stack));
                evaluator.scope = Some(scope);
                evaluator.position = Position::deployed("an output");
                (
                    is_list(&mut evaluator, value),
                    evaluator.requirements.output_uses,
                )
            });
            if list {
                lists.push(this);
            } else if let [(from, output, _)] = uses.as_slice() {
                forwards
                    .entry((from.clone(), output.clone()))
                    .or_default()
                    .push(this);
            }
        }
    }
    context.used_variables = used;
    while let Some((stack, output)) = lists.pop() {
        let found = symbols
            .stacks
            .get_mut(&stack)
            .and_then(|stack| stack.outputs.get_mut(&output));
        if let Some(output) = found.filter(|output| !output.list) {
            output.list = true;
        }
        if let Some(more) = forwards.remove(&(stack, output)) {
            lists.extend(more);
        }
    }
}

/// Returns true for a list, a function, or a text that is a single reference. Other values are
/// never lists.
fn may_be_list(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => {
            text.trim_start().starts_with("${") && text.trim_end().ends_with('}')
        }
        Value::List(_) => true,
        Value::Map(_) => node.function().is_some(),
        _ => false,
    }
}

fn is_list(evaluator: &mut Evaluator<'_, '_>, node: &Node) -> bool {
    is_list_value(node, &mut |node| match &node.value {
        Value::String(text) => match evaluator.evaluate_text(text, node.span) {
            Evaluated::Known(node) => node.as_list().is_some(),
            Evaluated::Reference(_, shape) => shape == ValueShape::List,
            Evaluated::Removed | Evaluated::Invalid => false,
        },
        _ => false,
    })
}

/// Returns true if an output's value is a list. Calls `other` where the form of the value does not
/// tell.
pub(crate) fn is_list_value(node: &Node, other: &mut dyn FnMut(&Node) -> bool) -> bool {
    match (&node.value, node.function()) {
        (Value::List(_), _) => true,
        (_, Some((Function::GetAZs | Function::Cidr | Function::Split, _))) => true,
        (_, Some((Function::If, argument))) => {
            let branch = argument.as_list().and_then(|list| list.get(1));
            branch.is_some_and(|branch| is_list_value(branch, other))
        }
        _ => other(node),
    }
}
