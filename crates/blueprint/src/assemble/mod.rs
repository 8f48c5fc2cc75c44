//! Assembles the stacks: lowers each one, checks the templates together, and builds the graph.

mod check_templates;
mod cross_stack;
mod cross_stack_values;
pub(crate) mod suppress_cascades;

use crate::evaluate::context::{LoadContext, LoadMode};
use crate::lower::lower;
use crate::lower::settings::BlueprintSettings;
use crate::model::StackGraph;
use crate::scope::symbols::SymbolTable;
use indexmap::IndexMap;

/// Lowers and checks all stacks and joins them to a graph.
pub(crate) fn assemble(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    whole: &BlueprintSettings,
) -> Option<StackGraph> {
    let mut all = Vec::with_capacity(symbols.stacks.len());
    let mut others = Vec::new();
    for declared in symbols
        .stacks
        .values()
        .filter(|declared| declared.disabled_at.is_none())
    {
        all.push((declared, lower(context, symbols, whole, declared)));
        if let Some(again) = &declared.duplicate {
            others.push(lower(context, symbols, whole, again));
        }
    }
    let given = cross_stack_values::parameter_types(context, &all, &others);
    let again = others.iter().zip(&given.others);
    let stacks = all.iter().map(|(_, lowered)| lowered).zip(&given.all);
    let mut checked =
        check_templates::check_templates(context, whole, again.chain(stacks)).into_iter();
    let mut stacks = IndexMap::with_capacity(all.len());
    let mut edges = Vec::new();
    let mut names = Vec::new();
    for (lowered, problems) in others.iter_mut().zip(&mut checked) {
        lowered.add_check_results(context, problems);
    }
    for ((declared, mut lowered), problems) in all.into_iter().zip(checked) {
        lowered.add_check_results(context, problems);
        edges.append(&mut lowered.edges);
        let (exports, imports) = lowered.exports_and_imports();
        names.push(cross_stack::CrossStackNames {
            declared,
            exports,
            imports,
        });
        if let Some(stack) = lowered.into_stack(context, declared) {
            cross_stack::check_content_addressed_ids(context, &stack);
            stacks.insert(declared.key.clone(), stack);
        }
    }
    cross_stack::check_names(context, symbols, &stacks);
    if context.mode == LoadMode::Full {
        edges.extend(cross_stack::check_exports(context, &names));
    }
    cross_stack::build_graph(context, symbols, stacks, edges)
}
