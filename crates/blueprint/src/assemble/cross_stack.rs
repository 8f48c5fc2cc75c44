//! Checks across stacks: duplicate names, exports and imports, and cycles.

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::model::{Cause, Cycle, Edge, KnownValues, Link, Stack, StackGraph, StackKey};
use crate::scope::symbols::{StackSymbols, SymbolTable};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Node, write};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Reports stacks that have the same name in CloudFormation.
pub(crate) fn check_names(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    stacks: &IndexMap<StackKey, Stack>,
) {
    let mut seen: HashMap<&str, &Stack> = HashMap::with_capacity(stacks.len());
    for stack in stacks.values() {
        let Some(first) = seen.insert(stack.name.as_str(), stack) else {
            continue;
        };
        let place = |stack: &Stack| {
            let node = symbols
                .stacks
                .get(&stack.key)
                .and_then(|declared| declared.node().get("name"));
            node.map_or(stack.span, |node| node.span)
        };
        let message = format!(
            "stacks `{}` and `{}` would both be named `{}`",
            first.key, stack.key, stack.name
        );
        context.report(
            Problem::error(codes::DUPLICATE_STACK, message)
                .at(place(stack), "this one")
                .at(place(first), "and this one")
                .help("give one of them another `name`"),
        );
    }
}

/// Reports a content-addressed logical id that equals another logical id.
pub(crate) fn check_content_addressed_ids(context: &mut LoadContext<'_>, stack: &Stack) {
    if stack.body.redeploy.is_empty() {
        return;
    }
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let rendered = stack.render(&known);
    for follower in &stack.body.redeploy {
        let made = rendered
            .source_ids
            .iter()
            .find(|(_, written)| **written == follower.id);
        // Rendering appends a digit to an id that is taken.
        let Some((id, _)) = made.filter(|(id, written)| id.len() > written.len() + 6) else {
            continue;
        };
        let met = &id[..follower.id.len() + 6];
        let message = format!("two resources would be named `{met}`");
        let mut problem = Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
            .at(follower.span, "by its content");
        if let Some(other) = rendered.template.resource(met) {
            problem = problem.at(other.id_span, "and here");
        }
        context.report(problem.help("rename one of them"));
    }
}

/// The export names that a stack creates and imports.
pub(crate) struct CrossStackNames<'d> {
    pub(crate) declared: &'d StackSymbols,
    pub(crate) exports: Vec<Node>,
    pub(crate) imports: Vec<Node>,
}

/// Checks exports and imports. Returns an edge for each import of another stack's export.
pub(crate) fn check_exports(
    context: &mut LoadContext<'_>,
    names: &[CrossStackNames<'_>],
) -> Vec<Edge> {
    let mut made: HashMap<String, (&StackSymbols, Span)> = HashMap::new();
    for CrossStackNames {
        declared, exports, ..
    } in names
    {
        for name in exports {
            let text = write::json_compact(name);
            let Some((first, span)) = made.insert(text, (declared, name.span)) else {
                continue;
            };
            if let Some(text) = name.as_str() {
                let stacks = match first.key == declared.key {
                    true => format!("both in stack `{}`", first.key),
                    false => format!("in stacks `{}` and `{}`", first.key, declared.key),
                };
                let message = format!("two exports are named `{text}`, {stacks}");
                let problem = Problem::error(codes::DUPLICATE_EXPORT, message)
                    .at(name.span, "again here")
                    .at(span, "first here");
                context
                    .report(problem.help("an export's name is unique in its account and region"));
            }
        }
    }
    let mut edges = Vec::new();
    for stack_names in names {
        for name in &stack_names.imports {
            edges.extend(import(context, stack_names.declared, name, &made));
        }
    }
    edges
}

fn import(
    context: &mut LoadContext<'_>,
    declared: &StackSymbols,
    name: &Node,
    made: &HashMap<String, (&StackSymbols, Span)>,
) -> Option<Edge> {
    let text = write::json_compact(name);
    if let Some((exporter, _)) = made.get(&text) {
        return Some(Edge {
            dependency: exporter.key.clone(),
            dependent: declared.key.clone(),
            link: Link {
                cause: Cause::Import(name.as_str().unwrap_or(&text).to_owned()),
                span: name.span,
            },
        });
    }
    let shown = name.as_str()?;
    let names: Vec<String> = made
        .keys()
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    let problem = Problem::warning(
        codes::UNKNOWN_EXPORT,
        format!("no stack of this blueprint exports `{shown}`"),
    )
    .at(name.span, "");
    let near = context
        .suggestions
        .nearest(shown, names.iter().map(String::as_str));
    let help = "deploying fails unless another stack of the account and region does";
    context.report(problem.help(help).suggest(near));
    None
}

/// Builds the graph. Reports the cycles if there are any.
pub(crate) fn build_graph(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    stacks: IndexMap<StackKey, Stack>,
    edges: Vec<Edge>,
) -> Option<StackGraph> {
    let on = symbols
        .stacks
        .values()
        .filter(|declared| declared.disabled_at.is_none())
        .count();
    if on > stacks.len() {
        // If a stack is invalid, the graph is not built. The others are still checked for cycles.
        let keys = symbols
            .stacks
            .values()
            .filter(|declared| declared.disabled_at.is_none())
            .map(|declared| &declared.key);
        report(context, StackGraph::cycles(keys, edges));
        return None;
    }
    match StackGraph::new(stacks, edges) {
        Ok(graph) => Some(graph),
        Err(cycles) => {
            report(context, cycles);
            None
        }
    }
}

fn report(context: &mut LoadContext<'_>, cycles: Vec<Cycle>) {
    for cycle in cycles {
        let names: Vec<String> = cycle
            .path
            .iter()
            .chain(cycle.path.first())
            .map(|key| format!("`{key}`"))
            .collect();
        let message = match names.as_slice() {
            [one, _] => format!("stack {one} depends on itself"),
            names => format!("stacks depend on each other: {}", names.join(" → ")),
        };
        let mut problem = Problem::error(codes::CYCLE, message);
        for (waits, waited_for, link) in &cycle.links {
            let why = match &link.cause {
                Cause::Output(output) => format!("`{waits}` needs {waited_for}.{output}"),
                Cause::Import(export) => format!("`{waits}` imports `{export}` of {waited_for}"),
                Cause::DependsOn => format!("`{waits}` comes after {waited_for}"),
            };
            problem = problem.at(link.span, why);
        }
        let help = match cycle.path.as_slice() {
            [_] => "refer to a resource of the same stack by its name, `${Name}`",
            _ => {
                "remove one of these references: move the resources that both need to another stack"
            }
        };
        context.report(problem.help(help));
    }
}
