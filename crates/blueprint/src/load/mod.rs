//! From a request to a blueprint, or to everything that is wrong with it.
//!
//! The way down: files ([`reader`], [`document`]), the keys of their tables ([`keys`]), variables
//! and environments, overlays, the names that stacks declare ([`world`]), and then every stack by
//! itself ([`crate::lower`]). What lies between stacks is checked last. A step never stops at a
//! problem: what is wrong is left out, and what depends on it says nothing.

mod across;
mod asset;
mod broken;
pub(crate) mod component;
#[cfg(test)]
mod conformance;
pub(crate) mod declare;
pub(crate) mod document;
mod environment;
mod expand;
pub(crate) mod frame;
mod handed;
pub(crate) mod input;
mod judge;
pub(crate) mod keys;
pub(crate) mod known;
mod names;
mod overlay;
mod place;
pub(crate) mod reader;
mod resources;
pub(crate) mod session;
pub(crate) mod shapes;
mod stacks;
mod unused;
mod values;
pub(crate) mod variable;
pub(crate) mod world;

pub(crate) use reader::MARK;

use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::expression::Language;
use crate::files::Files;
use crate::graph::StackGraph;
use crate::lower::{Whole, lower};
use crate::model::{Blueprint, EnvName, Protection, Variable, VariableName};
use formwork_template::diagnostics::{Problem, Sources, Span, each_once};
use formwork_template::{Map, Node};
use indexmap::IndexMap;
use reader::Reader;
use session::{Purpose, Session};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use world::World;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The blueprint's folder or its `blueprint.toml`, absolute or as [`Files`] understands it.
    pub blueprint: PathBuf,
    /// The environment.
    pub environment: Option<EnvName>,
    /// Values given to variables; of one name the later wins, and the command line over the
    /// process's environment.
    pub variables: Vec<GivenValue>,
}

/// A value given to a variable from outside of the blueprint. It may be secret: it is not printed.
#[derive(Clone)]
pub struct GivenValue {
    /// The variable.
    pub name: String,
    /// The value as text: as it is for a string, as a TOML value for all other types.
    pub text: String,
    /// What gave it.
    pub by: GivenBy,
}

impl fmt::Debug for GivenValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GivenValue({} by {:?}: ****)", self.name, self.by)
    }
}

/// What gave a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenBy {
    /// `FORMWORK_VAR_name`.
    Process,
    /// `--set name=value`.
    CommandLine,
}

/// What loading gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Every text that was read.
    pub sources: Sources,
    /// Everything found wrong or worth knowing, in the order of files and lines.
    pub problems: Vec<Problem>,
    /// The blueprint; nothing when a problem is an error.
    pub blueprint: Option<Blueprint>,
}

/// The stack that expressions are evaluated on (measured with hostile ones), and that trees of the
/// deepest nesting need.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Reads, checks and lowers a blueprint.
pub fn load(files: &dyn Files, request: &Request) -> Loaded {
    load_for(files, request, Purpose::Use)
}

/// Reads and lowers a blueprint without judging what comes out, to see what it renders.
pub(crate) fn load_for_proof(files: &dyn Files, request: &Request) -> Loaded {
    load_for(files, request, Purpose::Proof)
}

fn load_for(files: &dyn Files, request: &Request, purpose: Purpose) -> Loaded {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("load".to_owned())
            .stack_size(STACK_BYTES);
        let running = thread.spawn_scoped(scope, || run(files, request, purpose));
        match running.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let message = format!("cannot start a thread to load the blueprint: {error}");
                Loaded {
                    problems: vec![Problem::error(codes::UNREADABLE_FILE, message)],
                    ..Loaded::default()
                }
            }
        }
    })
}

fn run(files: &dyn Files, request: &Request, purpose: Purpose) -> Loaded {
    let (reader, path) = match Reader::open(files, &request.blueprint) {
        Ok(open) => open,
        Err(problem) => {
            return Loaded {
                problems: vec![problem],
                ..Loaded::default()
            };
        }
    };
    let language = Language::new();
    let mut session = Session::new(reader, &language);
    session.purpose = purpose;
    let blueprint = blueprint(&mut session, request, &path);
    session.show_uses();
    let mut problems = session.found();
    broken::without_what_follows(&mut problems);
    problems.sort_by_key(|problem| {
        problem
            .labels
            .first()
            .map(|label| (label.span.file, label.span.start))
    });
    // A template that two stacks use has its problems once.
    let problems = each_once(problems);
    let is_good = !problems.iter().any(Problem::is_error);
    Loaded {
        sources: session.reader.sources,
        problems,
        blueprint: blueprint.filter(|_| is_good),
    }
}

/// Reads one TOML file; nothing when it cannot be read at all. Says whether it is whole.
fn document(session: &mut Session<'_>, path: &Path) -> Option<(Node, bool)> {
    match session.reader.read(path) {
        Ok(file) => {
            let text = session.reader.text(file);
            let document = document::read(file, &text);
            let is_whole = document.is_whole;
            session.problems.extend(document.problems);
            Some((document.root, is_whole))
        }
        Err(unread) => {
            session.report(unread.problem(None));
            None
        }
    }
}

fn blueprint(session: &mut Session<'_>, request: &Request, path: &Path) -> Option<Blueprint> {
    let (mut root, is_whole) = document(session, path)?;
    check_top(session, root.as_map()?);
    // Most of a large blueprint: handed on instead of copied.
    let inline = root.as_map_mut().and_then(|map| map.remove("stacks"));
    let map = root.as_map()?;
    let mut world = World {
        incomplete: !is_whole,
        variables_are_being_read: true,
        environment: request.environment.clone(),
        ..World::default()
    };
    set_root(session, &world, map);
    let environments = match map.get("env") {
        Some(node) => environment::written(session, &world, node),
        None => Vec::new(),
    };
    let env_span = map.entry("env").map(|entry| entry.key);
    let chosen = request.environment.as_ref().and_then(|asked| {
        environment::chosen(session, asked, &environments, env_span, world.incomplete)
    });
    let variables = variables(session, &mut world, map, &environments, chosen, request);
    world.variables_are_being_read = false;

    let mut tags = BTreeMap::new();
    let mut evaluator = Evaluator::new(session, &world, None);
    let name = name(&mut evaluator, map, root.span);
    let description = map
        .get("description")
        .and_then(|node| evaluator.known_text(node, "a description"));
    let region = map
        .get("region")
        .and_then(|node| evaluator.known_text(node, "`region`"));
    let bucket = map
        .get("assets_bucket")
        .and_then(|node| evaluator.known_text(node, "`assets_bucket`"));
    if let Some(node) = map.get("tags") {
        evaluator.known_tags(node, &mut tags);
    }
    let environment =
        chosen.map(|written| environment::environment(session, &world, written, &mut tags));
    let others = environments
        .iter()
        .filter(|written| Some(&written.name) != request.environment.as_ref());
    for other in others {
        environment::environment(session, &world, other, &mut BTreeMap::new());
    }
    world.assets_bucket = bucket;
    if let Some(node) = map.get("assets") {
        let assets = asset::assets(session, &world, node, None, None);
        world.assets.extend(assets);
    }
    let written = stacks::stacks(
        session,
        &mut world,
        inline,
        &environments,
        request.environment.as_ref(),
    );
    stacks::declare(session, &mut world, written);
    input::stacks(session, &mut world);
    shapes::list_outputs(session, &mut world);

    let region = environment
        .as_ref()
        .and_then(|environment| environment.region.clone())
        .or(region);
    let whole = Whole {
        name: name.clone(),
        environment: request.environment.clone(),
        protection: environment
            .as_ref()
            .map_or(Protection::Open, |environment| environment.protection),
        tags,
        region,
    };
    let graph = lower_all(session, &world, &whole);
    unused::variables(session, &world, &root, map.get("vars"));
    unused::inputs(session, &world);
    Some(Blueprint {
        name: name?,
        description,
        folder: session.reader.folder.clone(),
        root: session.reader.root.clone(),
        region: whole.region,
        environment,
        variables,
        assets: std::mem::take(&mut world.assets)
            .into_iter()
            .filter_map(|(name, asset)| Some((name, asset?)))
            .collect(),
        assets_bucket: world.assets_bucket.take(),
        overlays: std::mem::take(&mut session.overlays),
        graph: graph?,
        table: Arc::clone(&session.table),
    })
}

/// Lowers every stack, checks each with what the others give it, and joins them.
fn lower_all(session: &mut Session<'_>, world: &World, whole: &Whole) -> Option<StackGraph> {
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
    let given = handed::parameters(session, &all, &others);
    let again = others.iter().zip(&given.others);
    let stacks = all.iter().map(|(_, lowered)| lowered).zip(&given.all);
    let mut judged = judge::all(session, whole, again.chain(stacks)).into_iter();
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
        crossings.push(across::Crossing {
            declared,
            exports,
            imports,
        });
        if let Some(stack) = lowered.stack(session, declared) {
            across::followers(session, &stack);
            stacks.insert(declared.key.clone(), stack);
        }
    }
    across::names(session, world, &stacks);
    if session.purpose == Purpose::Use {
        edges.extend(across::exports(session, &crossings));
    }
    across::graph(session, world, stacks, edges)
}

/// Checks the keys of `blueprint.toml`.
fn check_top(session: &mut Session<'_>, map: &Map) {
    session.check_keys(map, &keys::BLUEPRINT, |key, _| match key {
        _ if keys::STACK.known.contains(&key) => Some(format!(
            "`{key}` is a key of a stack: write it under `[stacks.KEY]`"
        )),
        _ => None,
    });
    for (key, entry) in map.iter().filter(|(key, _)| keys::is_upper(key)) {
        let message = format!("`{key}` stands outside of any stack");
        let problem = Problem::error(codes::MISPLACED_KEY, message).at(entry.key, "");
        session.report(problem.help(format!(
            "a resource belongs to a stack: `[stacks.KEY.{key}]`, or a file `stacks/KEY.toml`"
        )));
    }
    if let Some(node) = map.get("requires") {
        across::requires(session, node);
    }
}

fn set_root(session: &mut Session<'_>, world: &World, map: &Map) {
    let Some(node) = map.get("root") else {
        return;
    };
    let Some(path) = Evaluator::new(session, world, None).known_text(node, "`root`") else {
        return;
    };
    if let Err(message) = session.reader.set_root(&path) {
        let problem = Problem::error(codes::UNREADABLE_FILE, message).at(node.span, "");
        session.report(
            problem
                .help("`root` is a folder that holds the blueprint's, relative to it, as `../..`"),
        );
    }
}

fn variables(
    session: &mut Session<'_>,
    world: &mut World,
    map: &Map,
    environments: &[environment::Written<'_>],
    chosen: Option<&environment::Written<'_>>,
    request: &Request,
) -> IndexMap<VariableName, Variable> {
    let empty = Map::default();
    let vars = match map.get("vars") {
        Some(node) => Evaluator::new(session, world, None)
            .table(node, "vars")
            .unwrap_or(&empty),
        None => &empty,
    };
    let declarations = variable::declarations(session, world, vars);
    let mut layers = Vec::new();
    for written in environments {
        let Some(node) = written.map.get("vars") else {
            continue;
        };
        if let Some(values) = Evaluator::new(session, world, None).table(node, "vars") {
            layers.push(values::Layer {
                environment: &written.name,
                values,
                chosen: chosen.is_some_and(|chosen| chosen.name == written.name),
            });
        }
    }
    let values = values::values(session, world, &declarations, &layers, &request.variables);
    let mut variables = IndexMap::new();
    for (name, (held, variable)) in values {
        world.variables.insert(name.clone(), held);
        variables.insert(name, variable);
    }
    variables
}

fn name(evaluator: &mut Evaluator<'_, '_>, map: &Map, span: Span) -> Option<String> {
    let Some(node) = map.get("name") else {
        if !evaluator.world.incomplete {
            let problem =
                Problem::error(codes::MISSING_NAME, "the blueprint has no `name`").at(span, "");
            let misplaced = ["vars", "tags"].into_iter().find(|table| {
                map.get(table)
                    .is_some_and(|node| node.get("name").is_some())
            });
            evaluator.session.report(match misplaced {
                Some(table) => problem.help(format!(
                    "`name` stands under `[{table}]`: move it above the first header"
                )),
                None => problem.help("begin with `name = \"…\"`: stacks are named after it"),
            });
        }
        return None;
    };
    let name = evaluator.needed_text(node, "the blueprint's `name`")?;
    match formwork_template::StackName::new(name.as_str()) {
        Ok(_) => Some(name),
        Err(error) => {
            let problem = Problem::error(codes::BAD_NAME, format!("the blueprint's name: {error}"))
                .at(node.span, "");
            evaluator
                .session
                .report(problem.help("stacks are named after it, so it keeps their rule"));
            None
        }
    }
}
