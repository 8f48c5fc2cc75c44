//! Collects the definitions of stacks, inline and in files, and applies overlays to them.

use super::stack::StackSource;
use super::{assets, environments, overlay, stack};
use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::limits::STACKS;
use crate::model::{EnvName, StackKey};
use crate::scope::symbols::SymbolTable;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Value};
use indexmap::IndexMap;

/// Returns all stack definitions, inline and in files, with overlays applied.
pub(crate) fn stacks(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    inline: Option<Node>,
    environments: &[environments::EnvironmentSource<'_>],
    asked: Option<&EnvName>,
) -> Vec<StackSource> {
    let mut written: IndexMap<String, StackSource> = IndexMap::new();
    let inline = inline.and_then(|node| match node.value {
        Value::Map(map) => Some(map),
        _ => {
            context.report(wrong_type("`stacks`", "a table", &node));
            None
        }
    });
    for (key, entry) in inline.into_iter().flatten() {
        let Some(stack_key) = StackKey::new(key.as_str()) else {
            let message = format!(
                "invalid stack key `{key}`: use lower-case letters, digits and `-`, beginning with a letter"
            );
            context.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
            symbols.unread_stacks.insert(key);
            continue;
        };
        let stack = StackSource {
            key: stack_key,
            span: entry.key,
            node: entry.node,
            incomplete: symbols.incomplete,
            overlays: Vec::new(),
            duplicate: None,
        };
        written.insert(key, stack);
    }
    files(context, symbols, &mut written);
    limit(context, symbols, &mut written);
    for environment in environments {
        overlays(
            context,
            symbols,
            environment,
            Some(&environment.name) == asked,
            &mut written,
        );
    }
    written.into_values().collect()
}

/// Removes and reports the stacks that exceed the limit.
fn limit(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    written: &mut IndexMap<String, StackSource>,
) {
    let count = written.len();
    if let Some((_, first)) = written.get_index(STACKS) {
        let message = format!("the blueprint has {count} stacks, at most {STACKS} are allowed");
        let problem = Problem::error(codes::STACK_LIMIT, message).at(first.span, "one too many");
        context.report(
            problem.help("split the blueprint: keep stacks together that are deployed together"),
        );
        let left_out = written.split_off(STACKS);
        symbols.unread_stacks.extend(left_out.into_keys());
    }
}

/// Adds the stacks that have their own file.
fn files(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    written: &mut IndexMap<String, StackSource>,
) {
    let names = match context.reader.list("stacks") {
        Ok(names) => names,
        Err(message) => {
            context.report(Problem::error(codes::UNREADABLE_FILE, message));
            return;
        }
    };
    for name in names {
        let Some(key) = name.strip_suffix(".toml") else {
            continue;
        };
        let path = context.reader.folder.join("stacks").join(&name);
        let Some((node, is_whole)) = context.read_document(&path) else {
            symbols.unread_stacks.insert(key.to_owned());
            continue;
        };
        let span = node.span;
        let Some(stack_key) = StackKey::new(key) else {
            let message = format!(
                "invalid stack key `{key}`: use lower-case letters, digits and `-`, beginning with a letter"
            );
            context.report(
                Problem::error(codes::BAD_NAME, message)
                    .at(span, "")
                    .help("a stack's file is named after its key"),
            );
            symbols.unread_stacks.insert(key.to_owned());
            continue;
        };
        let stack = StackSource {
            key: stack_key,
            span,
            node,
            incomplete: !is_whole,
            overlays: Vec::new(),
            duplicate: None,
        };
        if let Some(first) = written.get_mut(key) {
            let message = format!("duplicate stack `{key}`");
            let problem = Problem::error(codes::DUPLICATE_STACK, message)
                .at(first.span, "here, in the blueprint")
                .at(span, "and here, in its own file");
            context.report(problem.help("keep one of the two"));
            // Both definitions are checked for other problems.
            first.duplicate = Some(Box::new(stack));
            continue;
        }
        written.insert(key.to_owned(), stack);
    }
}

/// Applies the overlays of an environment. Only checks them if another environment was requested.
fn overlays(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    environment: &environments::EnvironmentSource<'_>,
    is_chosen: bool,
    written: &mut IndexMap<String, StackSource>,
) {
    let Some(node) = environment.map.get("stacks") else {
        return;
    };
    let Some(table) = Evaluator::new(context, symbols, None).table(node, "stacks") else {
        return;
    };
    for (key, entry) in table.iter() {
        let Some(overlay) =
            Evaluator::new(context, symbols, None).table(&entry.node, &format!("stacks.{key}"))
        else {
            continue;
        };
        let Some(stack) = written.get_mut(key) else {
            if !symbols.incomplete && !symbols.unread_stacks.contains(key) {
                let problem = Problem::error(
                    codes::UNKNOWN_STACK,
                    format!("unknown stack `{key}` in an overlay"),
                )
                .at(entry.key, "");
                let near = context
                    .suggestions
                    .nearest(key, written.keys().map(String::as_str));
                context.report(problem.suggest(near));
            }
            continue;
        };
        let incomplete = stack.incomplete;
        let before = context.overlays.len();
        let later = match is_chosen {
            true => overlay::apply_to_stack(context, &mut stack.node, overlay, incomplete),
            false => overlay::apply_to_stack(context, &mut stack.node.clone(), overlay, incomplete),
        };
        if !is_chosen {
            context.overlays.truncate(before);
        }
        stack.overlays.extend(later.into_iter().map(|mut later| {
            later.is_chosen = is_chosen;
            later
        }));
    }
}

/// Declares the names and assets of all stacks.
pub(crate) fn declare(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    written: Vec<StackSource>,
) {
    for stack in &written {
        if let Some(node) = stack.node.get("assets") {
            let assets = assets::assets(context, symbols, node, Some((&stack.key, "")), None);
            symbols.assets.extend(assets);
        }
    }
    let mut stacks = IndexMap::with_capacity(written.len());
    for stack in written {
        let mut stack = stack;
        let again = stack.duplicate.take();
        let (mut declared, assets) = stack::declare(context, symbols, stack);
        symbols.assets.extend(assets);
        if let Some(again) = again {
            declared.add(stack::declare(context, symbols, *again).0);
        }
        stacks.insert(declared.key.clone(), declared);
    }
    symbols.stacks = stacks;
}
