//! Loads a blueprint: parses its files, declares its names, lowers its stacks and assembles them.
//!
//! A step does not stop at a problem: invalid parts are left out, and problems that follow from
//! them are not reported.

use crate::assemble::assemble;
use crate::codes;
use crate::declare::{
    assets, environments, inputs, output_types, stacks, unused, variable_values, variables,
};
use crate::evaluate::Evaluator;
use crate::evaluate::context::{LoadContext, LoadMode};
use crate::evaluate::engine::ExpressionEnvironment;
use crate::files::Files;
use crate::limits::STACK_BYTES;
use crate::lower::settings::BlueprintSettings;
use crate::model::{Blueprint, Protection, Request, Variable, VariableName};
use crate::scope::symbols::SymbolTable;
use crate::syntax::keys;
use crate::syntax::reader::Reader;
use formwork_template::diagnostics::{Problem, Sources, Span, SuggestionBudget, deduplicate};
use formwork_template::{Map, Node};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The result of a load.
#[derive(Debug, Default)]
pub struct LoadOutput {
    /// The texts that were read.
    pub sources: Sources,
    /// The problems, in the order of files and lines.
    pub problems: Vec<Problem>,
    /// The blueprint. None if a problem is an error.
    pub blueprint: Option<Blueprint>,
}

/// Reads, checks and lowers a blueprint.
pub fn load(files: &dyn Files, request: &Request) -> LoadOutput {
    load_with(files, request, LoadMode::Full)
}

/// Reads and lowers a blueprint without checking its templates.
pub(crate) fn load_to_render(files: &dyn Files, request: &Request) -> LoadOutput {
    load_with(files, request, LoadMode::RenderOnly)
}

fn load_with(files: &dyn Files, request: &Request, mode: LoadMode) -> LoadOutput {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("load".to_owned())
            .stack_size(STACK_BYTES);
        let running = thread.spawn_scoped(scope, || run(files, request, mode));
        match running.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let message = format!("cannot start a thread to load the blueprint: {error}");
                LoadOutput {
                    problems: vec![Problem::error(codes::UNREADABLE_FILE, message)],
                    ..LoadOutput::default()
                }
            }
        }
    })
}

fn run(files: &dyn Files, request: &Request, mode: LoadMode) -> LoadOutput {
    let (reader, path) = match Reader::open(files, &request.blueprint) {
        Ok(open) => open,
        Err(problem) => {
            return LoadOutput {
                problems: vec![problem],
                ..LoadOutput::default()
            };
        }
    };
    let language = ExpressionEnvironment::new();
    let suggestions = SuggestionBudget::default();
    let mut context = LoadContext::new(reader, &language, &suggestions);
    context.mode = mode;
    let blueprint = blueprint(&mut context, request, &path);
    context.add_call_sites();
    let mut problems = context.take_problems();
    crate::assemble::suppress_cascades::suppress_cascades(&mut problems);
    problems.sort_by_key(|problem| {
        problem
            .labels
            .first()
            .map(|label| (label.span.file, label.span.start))
    });
    // A template that two stacks use is reported once.
    let problems = deduplicate(problems);
    let is_good = !problems.iter().any(Problem::is_error);
    LoadOutput {
        sources: context.reader.sources,
        problems,
        blueprint: blueprint.filter(|_| is_good),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "the steps of loading are clearest in one sequence"
)]
fn blueprint(context: &mut LoadContext<'_>, request: &Request, path: &Path) -> Option<Blueprint> {
    let (mut root, is_whole) = context.read_document(path)?;
    check_blueprint_keys(context, root.as_map()?);
    // The stacks are most of a large blueprint: they are moved, not cloned.
    let inline = root.as_map_mut().and_then(|map| map.remove("stacks"));
    let map = root.as_map()?;
    let mut symbols = SymbolTable {
        incomplete: !is_whole,
        variables_are_being_read: true,
        environment: request.environment.clone(),
        ..SymbolTable::default()
    };
    set_root(context, &symbols, map);
    let environments = match map.get("env") {
        Some(node) => environments::parse_environments(context, &symbols, node),
        None => Vec::new(),
    };
    let env_span = map.entry("env").map(|entry| entry.key);
    let chosen = request.environment.as_ref().and_then(|asked| {
        environments::chosen(context, asked, &environments, env_span, symbols.incomplete)
    });
    let variables = variables(context, &mut symbols, map, &environments, chosen, request);
    symbols.variables_are_being_read = false;

    let mut tags = BTreeMap::new();
    let mut evaluator = Evaluator::new(context, &symbols, None);
    let name = name(&mut evaluator, map, root.span);
    let mut text = |key: &str, what| {
        map.get(key)
            .and_then(|node| evaluator.constant_text(node, what))
    };
    let description = text("description", "a description");
    let region = text("region", "`region`");
    let bucket = text("assets_bucket", "`assets_bucket`");
    if let Some(node) = map.get("tags") {
        evaluator.constant_tags(node, &mut tags);
    }
    let environment =
        chosen.map(|written| environments::environment(context, &symbols, written, &mut tags));
    check_other_environments(context, &symbols, &environments, request);
    symbols.assets_bucket = bucket;
    if let Some(node) = map.get("assets") {
        let assets = assets::assets(context, &symbols, node, None, None);
        symbols.assets.extend(assets);
    }
    declare_stacks(context, &mut symbols, inline, &environments, request);

    let from_environment = environment.as_ref();
    let settings = BlueprintSettings {
        name: name.clone(),
        environment: request.environment.clone(),
        protection: from_environment.map_or(Protection::Unprotected, |it| it.protection),
        tags,
        region: from_environment.and_then(|it| it.region.clone()).or(region),
    };
    let graph = assemble(context, &symbols, &settings);
    unused::variables(context, &symbols, &root, map.get("vars"));
    unused::inputs(context, &symbols);
    Some(Blueprint {
        name: name?,
        description,
        folder: context.reader.folder.clone(),
        root: context.reader.root.clone(),
        region: settings.region,
        environment,
        variables,
        assets: std::mem::take(&mut symbols.assets)
            .into_iter()
            .filter_map(|(name, asset)| Some((name, asset?)))
            .collect(),
        assets_bucket: symbols.assets_bucket.take(),
        overlays: std::mem::take(&mut context.overlays),
        graph: graph?,
        table: Arc::clone(&context.table),
    })
}

/// Evaluates the environments that were not requested, for their problems.
fn check_other_environments(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    environments: &[environments::EnvironmentSource<'_>],
    request: &Request,
) {
    let others = environments
        .iter()
        .filter(|written| Some(&written.name) != request.environment.as_ref());
    for other in others {
        environments::environment(context, symbols, other, &mut BTreeMap::new());
    }
}

/// Declares the stacks, and determines the properties of inputs and outputs that need all stacks.
fn declare_stacks(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    inline: Option<Node>,
    environments: &[environments::EnvironmentSource<'_>],
    request: &Request,
) {
    let requested = request.environment.as_ref();
    let written = stacks::stacks(context, symbols, inline, environments, requested);
    stacks::declare(context, symbols, written);
    inputs::resolve_stacks(context, symbols);
    output_types::mark_list_outputs(context, symbols);
}

/// Checks the keys of `blueprint.toml`.
fn check_blueprint_keys(context: &mut LoadContext<'_>, map: &Map) {
    context.check_keys(map, &keys::BLUEPRINT, |key, _| match key {
        _ if keys::STACK.known.contains(&key) => Some(format!(
            "`{key}` is a key of a stack: write it under `[stacks.KEY]`"
        )),
        _ => None,
    });
    for (key, entry) in map.iter().filter(|(key, _)| keys::is_upper(key)) {
        let message = format!("`{key}` is outside any stack");
        let problem = Problem::error(codes::MISPLACED_KEY, message).at(entry.key, "");
        context.report(problem.help(format!(
            "a resource belongs to a stack: `[stacks.KEY.{key}]`, or a file `stacks/KEY.toml`"
        )));
    }
    if let Some(node) = map.get("requires") {
        crate::declare::required_version::check_required_version(context, node);
    }
}

fn set_root(context: &mut LoadContext<'_>, symbols: &SymbolTable, map: &Map) {
    let Some(node) = map.get("root") else {
        return;
    };
    let Some(path) = Evaluator::new(context, symbols, None).constant_text(node, "`root`") else {
        return;
    };
    if let Err(message) = context.reader.set_root(&path) {
        let problem = Problem::error(codes::UNREADABLE_FILE, message).at(node.span, "");
        context.report(problem.help(
            "`root` is a folder that contains the blueprint's folder, relative to it, as `../..`",
        ));
    }
}

fn variables(
    context: &mut LoadContext<'_>,
    symbols: &mut SymbolTable,
    map: &Map,
    environments: &[environments::EnvironmentSource<'_>],
    chosen: Option<&environments::EnvironmentSource<'_>>,
    request: &Request,
) -> IndexMap<VariableName, Variable> {
    let empty = Map::default();
    let vars = match map.get("vars") {
        Some(node) => Evaluator::new(context, symbols, None)
            .table(node, "vars")
            .unwrap_or(&empty),
        None => &empty,
    };
    let declarations = variables::declarations(context, symbols, vars);
    let mut layers = Vec::new();
    for written in environments {
        let Some(node) = written.map.get("vars") else {
            continue;
        };
        if let Some(values) = Evaluator::new(context, symbols, None).table(node, "vars") {
            layers.push(variable_values::EnvironmentVariables {
                environment: &written.name,
                values,
                chosen: chosen.is_some_and(|chosen| chosen.name == written.name),
            });
        }
    }
    let values =
        variable_values::values(context, symbols, &declarations, &layers, &request.variables);
    let mut variables = IndexMap::new();
    for (name, (held, variable)) in values {
        symbols.variables.insert(name.clone(), held);
        variables.insert(name, variable);
    }
    variables
}

fn name(evaluator: &mut Evaluator<'_, '_>, map: &Map, span: Span) -> Option<String> {
    let Some(node) = map.get("name") else {
        if !evaluator.symbols.incomplete {
            let problem =
                Problem::error(codes::MISSING_NAME, "the blueprint has no `name`").at(span, "");
            let misplaced = ["vars", "tags"].into_iter().find(|table| {
                map.get(table)
                    .is_some_and(|node| node.get("name").is_some())
            });
            evaluator.context.report(match misplaced {
                Some(table) => problem.help(format!(
                    "`name` is under `[{table}]`: move it above the first header"
                )),
                None => problem.help("add `name = \"…\"`: stack names begin with it"),
            });
        }
        return None;
    };
    let name = evaluator.required_text(node, "the blueprint's `name`")?;
    match formwork_template::StackName::new(name.as_str()) {
        Ok(_) => Some(name),
        Err(error) => {
            let problem = Problem::error(codes::BAD_NAME, format!("the blueprint's name: {error}"))
                .at(node.span, "");
            evaluator.context.report(
                problem.help("stack names begin with it, so it must be a valid stack name"),
            );
            None
        }
    }
}
