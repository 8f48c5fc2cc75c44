//! Checks the template of every stack, in parallel.

use crate::evaluate::context::LoadContext;
use crate::limits::STACK_BYTES;
use crate::lower::Lowered;
use crate::lower::settings::BlueprintSettings;
use formwork_lint::{CheckContext, OutputType, check};
use formwork_template::diagnostics::Problem;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Returns the problems of each stack, in the order of `stacks`. Each stack comes with the types of
/// the values that other stacks pass to it.
pub(crate) fn check_templates<'a>(
    context: &LoadContext<'_>,
    whole: &BlueprintSettings,
    stacks: impl Iterator<Item = (&'a Lowered, &'a BTreeMap<String, OutputType>)>,
) -> Vec<Vec<Problem>> {
    let stacks: Vec<_> = stacks
        .map(|(lowered, parameters)| {
            let (template, completeness) = lowered.to_check()?;
            let context = CheckContext {
                table: &context.table,
                region: whole.region.as_deref(),
                completeness,
                parameters,
            };
            Some((template, context))
        })
        .collect();
    in_parallel(stacks.len(), |position| match &stacks[position] {
        Some((template, context)) => check(template, context),
        None => Vec::new(),
    })
}

/// Calls `work` for each number below `count` on all available cores. Returns the results in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut made = Vec::new();
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            if position >= count {
                return made;
            }
            made.push((position, work(position)));
        }
    };
    let cores = match count {
        0 | 1 => 1,
        _ => thread::available_parallelism().map_or(1, usize::from),
    };
    let mut made = thread::scope(|scope| {
        let start = |_| {
            let thread = thread::Builder::new().name("check".to_owned());
            thread.stack_size(STACK_BYTES).spawn_scoped(scope, some)
        };
        // If no thread can be started, the current one does all the work.
        let others: Vec<_> = (1..cores.min(count)).map_while(|n| start(n).ok()).collect();
        let mut made = some();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(position, _)| *position);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_on_many_cores_stands_in_order() {
        let squares = in_parallel(1000, |number| number * number);
        assert!(squares.into_iter().eq((0..1000).map(|it| it * it)));
        assert!(in_parallel(0, |number| number).is_empty());
    }
}
