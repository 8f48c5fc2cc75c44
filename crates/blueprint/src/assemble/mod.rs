//! Joining the stacks: what lies between them, their checks, and the graph.

mod check_templates;
mod cross_stack;
mod cross_stack_values;
pub(crate) mod suppress_cascades;

use crate::evaluate::context::{Purpose, Session};
use crate::lower::lower;
use crate::lower::settings::Whole;
use crate::model::StackGraph;
use crate::scope::symbols::World;
use indexmap::IndexMap;

/// Lowers every stack, checks each with what the others give it, and joins them.
pub(crate) fn lower_all(
    session: &mut Session<'_>,
    world: &World,
    whole: &Whole,
) -> Option<StackGraph> {
    let mut all = Vec::with_capacity(world.stacks.len());
    let mut others = Vec::new();
    for declared in world
        .stacks
        .values()
        .filter(|declared| declared.off.is_none())
    {
        all.push((declared, lower(session, world, whole, declared)));
        if let Some(again) = &declared.again {
            others.push(lower(session, world, whole, again));
        }
    }
    let given = cross_stack_values::parameters(session, &all, &others);
    let again = others.iter().zip(&given.others);
    let stacks = all.iter().map(|(_, lowered)| lowered).zip(&given.all);
    let mut judged = check_templates::all(session, whole, again.chain(stacks)).into_iter();
    let mut stacks = IndexMap::with_capacity(all.len());
    let mut edges = Vec::new();
    let mut crossings = Vec::new();
    for (lowered, problems) in others.iter_mut().zip(&mut judged) {
        lowered.judge(session, problems);
    }
    for ((declared, mut lowered), problems) in all.into_iter().zip(judged) {
        lowered.judge(session, problems);
        edges.append(&mut lowered.edges);
        let (exports, imports) = lowered.crossing();
        crossings.push(cross_stack::Crossing {
            declared,
            exports,
            imports,
        });
        if let Some(stack) = lowered.stack(session, declared) {
            cross_stack::followers(session, &stack);
            stacks.insert(declared.key.clone(), stack);
        }
    }
    cross_stack::names(session, world, &stacks);
    if session.purpose == Purpose::Use {
        edges.extend(cross_stack::exports(session, &crossings));
    }
    cross_stack::graph(session, world, stacks, edges)
}
