//! Declarations of environments. What they change in stacks is in `overlay`.

use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::constants::is_arn;
use crate::evaluate::context::LoadContext;
use crate::model::{EnvName, Environment, Protection, Target};
use crate::scope::symbols::SymbolTable;
use crate::syntax::keys::ENVIRONMENT;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node};
use std::collections::BTreeMap;

/// The table of an environment.
pub(crate) struct EnvironmentSource<'n> {
    pub(crate) name: EnvName,
    pub(crate) map: &'n Map,
}

/// Parses `[env]`: all environments of the blueprint.
pub(crate) fn parse_environments<'n>(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &'n Node,
) -> Vec<EnvironmentSource<'n>> {
    let Some(table) = Evaluator::new(context, symbols, None).table(node, "env") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, entry) in table.iter() {
        let Some(env) = EnvName::new(name) else {
            let message = format!(
                "invalid environment name `{name}`: use lower-case letters, digits and `-`, beginning with a letter"
            );
            let problem = Problem::error(codes::BAD_NAME, message).at(entry.key, "");
            context.report(match entry.node.as_map() {
                None if ENVIRONMENT.known.contains(&name) => {
                    problem.help("the keys of an environment belong under its name: `[env.prod]`")
                }
                _ => problem,
            });
            continue;
        };
        let Some(map) =
            Evaluator::new(context, symbols, None).table(&entry.node, &format!("env.{name}"))
        else {
            continue;
        };
        context.check_keys(map, &ENVIRONMENT, |_, _| None);
        for (key, entry) in map
            .iter()
            .filter(|(key, _)| crate::syntax::keys::is_upper(key))
        {
            let problem = Problem::error(
                codes::UNKNOWN_KEY,
                format!("unknown key `{key}` in an environment"),
            )
            .at(entry.key, "");
            context.report(problem.help(format!(
                "changes to a stack belong under `stacks`: `stacks.KEY.{key} = …`"
            )));
        }
        found.push(EnvironmentSource { name: env, map });
    }
    found
}

/// Returns the requested environment. Reports it if it does not exist.
pub(crate) fn chosen<'w, 'n>(
    context: &mut LoadContext<'_>,
    asked: &EnvName,
    all: &'w [EnvironmentSource<'n>],
    env_span: Option<Span>,
    incomplete: bool,
) -> Option<&'w EnvironmentSource<'n>> {
    let found = all.iter().find(|written| written.name == *asked);
    if found.is_none() && !incomplete {
        let message = format!("the blueprint has no environment `{asked}`");
        let mut problem = Problem::error(codes::UNKNOWN_ENVIRONMENT, message);
        if let Some(span) = env_span {
            problem = problem.at(span, "the environments");
        }
        let names: Vec<&str> = all.iter().map(|written| written.name.as_str()).collect();
        let near = context
            .suggestions
            .nearest(asked.as_str(), names.iter().copied());
        let known = match names.is_empty() {
            true => format!("add `[env.{asked}]` to blueprint.toml"),
            false => format!("it has {}", crate::syntax::keys::listed(&names)),
        };
        context.report(problem.help(known).suggest(near));
    }
    found
}

/// Evaluates an environment and adds its tags to `tags`.
pub(crate) fn environment(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    written: &EnvironmentSource<'_>,
    tags: &mut BTreeMap<String, (String, Span)>,
) -> Environment {
    let map = written.map;
    let mut evaluator = Evaluator::new(context, symbols, None);
    let region = map
        .get("region")
        .and_then(|node| evaluator.constant_text(node, "`region`"));
    let protect = map
        .get("protect")
        .and_then(|node| evaluator.constant_bool(node, "`protect`"));
    let mut own = BTreeMap::new();
    if let Some(node) = map.get("tags") {
        evaluator.constant_tags(node, &mut own);
    }
    let role = map.get("role").and_then(|node| {
        let text = evaluator.constant_text(node, "`role`")?;
        is_arn(&mut evaluator, text, node)
    });
    let account = map.get("account").and_then(|node| {
        let text = evaluator.constant_text(node, "`account`")?;
        let is_account = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        if !is_account {
            let problem = Problem::error(
                codes::BAD_VALUE,
                format!("`{text}` is not an account id, which has twelve digits"),
            )
            .at(node.span, "");
            evaluator.context.report(problem);
        }
        is_account.then_some(text)
    });
    let target = target(&mut evaluator, map);
    let plain = own
        .iter()
        .map(|(key, (value, _))| (key.clone(), value.clone()))
        .collect();
    tags.extend(own);
    Environment {
        name: written.name.clone(),
        target,
        region,
        account,
        role,
        protection: match protect {
            Some(true) => Protection::Protected,
            _ => Protection::Unprotected,
        },
        tags: plain,
    }
}

fn target(evaluator: &mut Evaluator<'_, '_>, map: &Map) -> Target {
    let Some(node) = map.get("target") else {
        return Target::Aws;
    };
    match evaluator.constant_text(node, "`target`").as_deref() {
        Some("local") => Target::Local,
        None | Some("aws") => Target::Aws,
        Some(other) => {
            let problem = Problem::error(codes::BAD_VALUE, format!("unknown target `{other}`"))
                .at(node.span, "");
            evaluator
                .context
                .report(problem.help("the targets are `aws`, the default, and `local`"));
            Target::Aws
        }
    }
}
