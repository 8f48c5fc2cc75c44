//! Reports variables and inputs that are declared but never used.

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::scope::symbols::SymbolTable;
use formwork_template::Node;
use formwork_template::diagnostics::Problem;
use std::collections::HashSet;

/// Reports variables that are not used in any environment.
pub(crate) fn variables(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    blueprint: &Node,
    vars: Option<&Node>,
) {
    // Without a `name`, a key under `[vars]` was probably meant to be a key of the blueprint.
    if symbols.incomplete || !symbols.unread_stacks.is_empty() || blueprint.get("name").is_none() {
        return;
    }
    let declared = vars.and_then(Node::as_map);
    let variables = symbols.variables.iter().enumerate();
    let unused: Vec<_> = variables
        .filter(|(index, _)| !context.used_variables.contains(index))
        .filter_map(|(_, (name, _))| Some((name, declared?.entry(name.as_str())?)))
        .collect();
    if unused.is_empty() {
        return;
    }
    // A text that was not evaluated, such as that of a disabled stack, may mention the variable.
    let mut mentioned = HashSet::new();
    let scopes = symbols.stacks.values().flat_map(|stack| &stack.scopes);
    scopes.for_each(|scope| words(&scope.node, "vars", &mut mentioned));
    for (_, entry) in blueprint.entries() {
        words(&entry.node, "vars", &mut mentioned);
    }
    for (name, entry) in unused {
        if mentioned.contains(name.as_str()) {
            continue;
        }
        let message = format!("variable `{name}` is never used");
        let problem = Problem::warning(codes::UNUSED_VARIABLE, message).at(entry.key, "");
        context.report(problem.help(format!("refer to it as `${{vars.{name}}}`, or remove it")));
    }
}

/// Reports inputs that their component does not use.
pub(crate) fn inputs(context: &mut LoadContext<'_>, symbols: &SymbolTable) {
    for scope in symbols.stacks.values().flat_map(|stack| &stack.scopes) {
        let Some(call_site) = scope.call_site.as_ref().filter(|_| !scope.incomplete) else {
            continue;
        };
        let is_name = |name: &str| crate::model::VariableName::new(name).is_some();
        let is_used = |name: &String| {
            context
                .used_inputs
                .contains(&(call_site.file, name.clone()))
        };
        let inputs = scope.inputs.iter();
        let unused: Vec<_> = inputs
            .filter(|(name, _)| is_name(name) && !is_used(name))
            .collect();
        if unused.is_empty() {
            continue;
        }
        let mut mentioned = HashSet::new();
        words(&scope.node, "inputs", &mut mentioned);
        for (name, input) in unused {
            if mentioned.contains(name.as_str()) {
                continue;
            }
            let message = format!("input `{name}` is never used");
            let problem = Problem::warning(codes::UNUSED_INPUT, message).at(input.declared, "");
            context
                .report(problem.help(format!("refer to it as `${{inputs.{name}}}`, or remove it")));
        }
    }
}

/// Collects the words of all texts that contain `of`.
fn words<'n>(node: &'n Node, of: &str, words: &mut HashSet<&'n str>) {
    node.walk(&mut |node| {
        let text = node.as_str().filter(|text| text.contains(of));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        words.extend(text.unwrap_or_default().split(|c| !is_word(c)));
    });
}
