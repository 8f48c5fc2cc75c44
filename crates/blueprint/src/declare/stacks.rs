//! The stacks of a blueprint as they are written: inline, in files, with overlays applied.

use super::stack;
use super::stack::Written;
use super::{assets, environments, overlay};
use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::Session;
use crate::limits::STACKS;
use crate::model::{EnvName, StackKey};
use crate::scope::symbols::World;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Value};
use indexmap::IndexMap;

/// Every stack as it is written, inline and in files, with overlays applied.
pub(crate) fn stacks(
    session: &mut Session<'_>,
    world: &mut World,
    inline: Option<Node>,
    environments: &[environments::Written<'_>],
    asked: Option<&EnvName>,
) -> Vec<Written> {
    let mut written: IndexMap<String, Written> = IndexMap::new();
    let inline = inline.and_then(|node| match node.value {
        Value::Map(map) => Some(map),
        _ => {
            session.report(wrong_type("`stacks`", "a table", &node));
            None
        }
    });
    for (key, entry) in inline.into_iter().flatten() {
        let Some(stack_key) = StackKey::new(key.as_str()) else {
            let message = format!(
                "`{key}` is no key of a stack: small letters, digits and `-`, a letter first"
            );
            session.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
            world.unread_stacks.insert(key);
            continue;
        };
        let stack = Written {
            key: stack_key,
            span: entry.key,
            node: entry.node,
            incomplete: world.incomplete,
            overlays: Vec::new(),
            again: None,
        };
        written.insert(key, stack);
    }
    files(session, world, &mut written);
    limit(session, world, &mut written);
    for environment in environments {
        overlays(
            session,
            world,
            environment,
            Some(&environment.name) == asked,
            &mut written,
        );
    }
    written.into_values().collect()
}

/// Leaves out what is too much, and says so.
fn limit(session: &mut Session<'_>, world: &mut World, written: &mut IndexMap<String, Written>) {
    let count = written.len();
    if let Some((_, first)) = written.get_index(STACKS) {
        let message = format!("the blueprint has {count} stacks, {STACKS} are allowed");
        let problem = Problem::error(codes::STACK_LIMIT, message).at(first.span, "one too many");
        session
            .report(problem.help("make several blueprints, each with what is deployed together"));
        let left_out = written.split_off(STACKS);
        world.unread_stacks.extend(left_out.into_keys());
    }
}

/// The stacks in files of their own.
fn files(session: &mut Session<'_>, world: &mut World, written: &mut IndexMap<String, Written>) {
    let names = match session.reader.list("stacks") {
        Ok(names) => names,
        Err(message) => {
            session.report(Problem::error(codes::UNREADABLE_FILE, message));
            return;
        }
    };
    for name in names {
        let Some(key) = name.strip_suffix(".toml") else {
            continue;
        };
        let path = session.reader.folder.join("stacks").join(&name);
        let Some((node, is_whole)) = session.document(&path) else {
            world.unread_stacks.insert(key.to_owned());
            continue;
        };
        let span = node.span;
        let Some(stack_key) = StackKey::new(key) else {
            let message = format!(
                "`{key}` is no key of a stack: small letters, digits and `-`, a letter first"
            );
            session.report(
                Problem::error(codes::BAD_NAME, message)
                    .at(span, "")
                    .help("a stack's file is named after its key"),
            );
            world.unread_stacks.insert(key.to_owned());
            continue;
        };
        if let Some(first) = written.get(key) {
            let problem = Problem::error(
                codes::DUPLICATE_STACK,
                format!("stack `{key}` is written twice"),
            );
            let problem = problem
                .at(first.span, "here, in the blueprint")
                .at(span, "and in a file of its own");
            session.report(problem.help("keep one of the two"));
            // What else is wrong with either is said all the same.
            if let Some(first) = written.get_mut(key) {
                first.again = Some(Box::new(Written {
                    key: stack_key,
                    span,
                    node,
                    incomplete: !is_whole,
                    overlays: Vec::new(),
                    again: None,
                }));
            }
            continue;
        }
        let stack = Written {
            key: stack_key,
            span,
            node,
            incomplete: !is_whole,
            overlays: Vec::new(),
            again: None,
        };
        written.insert(key.to_owned(), stack);
    }
}

/// Applies what an environment changes in stacks, or only checks it when another one was asked for.
fn overlays(
    session: &mut Session<'_>,
    world: &World,
    environment: &environments::Written<'_>,
    is_chosen: bool,
    written: &mut IndexMap<String, Written>,
) {
    let Some(node) = environment.map.get("stacks") else {
        return;
    };
    let Some(table) = Evaluator::new(session, world, None).table(node, "stacks") else {
        return;
    };
    for (key, entry) in table.iter() {
        let Some(overlay) =
            Evaluator::new(session, world, None).table(&entry.node, &format!("stacks.{key}"))
        else {
            continue;
        };
        let Some(stack) = written.get_mut(key) else {
            if !world.incomplete && !world.unread_stacks.contains(key) {
                let problem = Problem::error(
                    codes::UNKNOWN_STACK,
                    format!("there is no stack `{key}` to overlay"),
                )
                .at(entry.key, "");
                let near = formwork_template::diagnostics::nearest(
                    key,
                    written.keys().map(String::as_str),
                );
                session.report(problem.suggest(near));
            }
            continue;
        };
        let incomplete = stack.incomplete;
        let before = session.overlays.len();
        let later = match is_chosen {
            true => overlay::apply(session, &mut stack.node, overlay, incomplete),
            false => overlay::apply(session, &mut stack.node.clone(), overlay, incomplete),
        };
        if !is_chosen {
            session.overlays.truncate(before);
        }
        stack.overlays.extend(later.into_iter().map(|mut later| {
            later.is_chosen = is_chosen;
            later
        }));
    }
}

/// Declares the stacks and what they have for themselves.
pub(crate) fn declare(session: &mut Session<'_>, world: &mut World, written: Vec<Written>) {
    for stack in &written {
        if let Some(node) = stack.node.get("assets") {
            let assets = assets::assets(session, world, node, Some((&stack.key, "")), None);
            world.assets.extend(assets);
        }
    }
    let mut stacks = IndexMap::with_capacity(written.len());
    for stack in written {
        let mut stack = stack;
        let again = stack.again.take();
        let (mut declared, assets) = stack::declare(session, world, stack);
        world.assets.extend(assets);
        if let Some(again) = again {
            declared.add(stack::declare(session, world, *again).0);
        }
        stacks.insert(declared.key.clone(), declared);
    }
    world.stacks = stacks;
}
