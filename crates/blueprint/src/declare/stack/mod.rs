//! What a stack declares: its resources, parameters and outputs by name, before any of its values.

mod expand;
mod names;
mod resources;

use super::overlay::Later;
use super::stack::expand::Use;
use super::when::off;
use super::{assets, overlay};
use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::Session;
use crate::limits;
use crate::model::{Asset, AssetName, StackKey};
use crate::scope::component_registry::Identity;
use crate::scope::symbols::is_list_type;
use crate::scope::symbols::{Declared, DeclaredOutput, DeclaredParameter, World};
use crate::scope::value::size;
use crate::scope::{Frame, FrameId, OWN};
use crate::syntax::keys::{RESOURCE, STACK, WRITTEN_IN_TEMPLATE, is_upper};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node, Template, generates_outputs};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

/// A stack as it was written.
pub(crate) struct Written {
    pub(crate) key: StackKey,
    pub(crate) span: Span,
    pub(crate) node: Node,
    /// Whether its file is broken, so that names may be missing.
    pub(crate) incomplete: bool,
    /// What environments change in what components make.
    pub(crate) overlays: Vec<Later>,
    /// The same stack as it is written a second time, which was said to be wrong.
    pub(crate) again: Option<Box<Written>>,
}

/// The names of a stack while they are being declared.
pub(crate) struct Names<'w> {
    /// Its texts; those whose names are not all known yet are empty.
    pub(crate) frames: Vec<Option<Frame>>,
    /// The components around the text at hand: what they are, their names, their `use`.
    pub(crate) chain: Vec<(Identity, String, Span)>,
    pub(crate) is_too_much: bool,
    /// Whether a component could not be had, so that resources are missing.
    pub(crate) is_missing: bool,
    /// The assets that components have for themselves.
    pub(crate) assets: Vec<(AssetName, Option<Asset>)>,
    key: &'w StackKey,
    overlays: &'w mut [Later],
}

/// Declares the names of a stack, and the assets that its components have for themselves.
pub(crate) fn declare(
    session: &mut Session<'_>,
    world: &World,
    mut written: Written,
) -> (Declared, Vec<(AssetName, Option<Asset>)>) {
    session.allow(limits::DECLARED_BYTES, limits::STACK_VALUE_BYTES);
    let mut declared = Declared {
        key: written.key,
        span: written.span,
        off: None,
        incomplete: written.incomplete,
        template: None,
        frames: Vec::new(),
        ids: HashMap::new(),
        outputs: IndexMap::new(),
        gains_outputs: false,
        again: None,
    };
    let mut own = Frame::new(OWN, Arc::new(written.node), String::new());
    own.incomplete = declared.incomplete;
    let node = Arc::clone(&own.node);
    let Some(map) = node.as_map() else {
        session.report(wrong_type("a stack", "a table", &node));
        declared.incomplete = true;
        own.incomplete = true;
        declared.frames.push(own);
        return (declared, Vec::new());
    };
    stack_keys(session, map);
    declared.off = off(session, world, map, None, None);
    if declared.off.is_some() {
        declared.frames.push(own);
        return (declared, Vec::new());
    }
    if let Some(node) = map.get("template") {
        template_stack(session, world, &mut declared, &mut own, map, node);
        declared.frames.push(own);
        return (declared, Vec::new());
    }
    let mut names = Names {
        frames: Vec::new(),
        chain: Vec::new(),
        is_too_much: false,
        is_missing: false,
        assets: Vec::new(),
        key: &declared.key,
        overlays: &mut written.overlays,
    };
    names.reserve();
    if map.contains("use") {
        let used = Use {
            frame: &own,
            each: None,
            map,
            prefix: String::new(),
        };
        own.whole = names.expand(session, world, &used);
        own.incomplete |= own.whole.is_none();
    } else {
        expand::inputs_without_use(session, map, true);
    }
    names.fill(session, world, own);
    let is_missing = names.is_missing;
    let (frames, assets) = (
        std::mem::take(&mut names.frames),
        std::mem::take(&mut names.assets),
    );
    declared.frames = frames.into_iter().flatten().collect();
    let texts = declared.frames.iter().map(|frame| &frame.node);
    let mut transforms = texts.filter_map(|text| text.get("transform"));
    declared.gains_outputs = transforms.any(generates_outputs);
    declared.incomplete |= is_missing;
    declared.incomplete |= declared.frames.iter().any(|frame| frame.incomplete);
    overlay::unmet(session, &declared, &written.overlays);
    names::made_ids(session, &mut declared);
    names::stack_outputs(session, &mut declared);
    (declared, assets)
}

fn stack_keys(session: &mut Session<'_>, map: &Map) {
    session.check_keys(map, &STACK, |key, _| match key {
        _ if RESOURCE.known.contains(&key) => Some(format!(
            "`{key}` is a key of a resource: write it under the resource's header, `[Name]`"
        )),
        _ => None,
    });
    if let (Some(used), Some(template)) = (map.entry("use"), map.entry("template")) {
        let message = "a stack is a component or an existing template, not both";
        session.report(
            Problem::error(codes::TEMPLATE_STACK, message)
                .at(used.key, "")
                .at(template.key, "the template"),
        );
    }
}

impl Names<'_> {
    /// A place for one more text.
    pub(crate) fn reserve(&mut self) -> FrameId {
        self.frames.push(None);
        FrameId(self.frames.len() - 1)
    }

    /// Changes a component's text as environments say.
    pub(crate) fn overlay(&mut self, session: &mut Session<'_>, frame: &mut Frame) {
        overlay::component(session, frame, self.overlays);
    }

    /// Declares what a text has, and puts it in its place.
    pub(crate) fn fill(&mut self, session: &mut Session<'_>, world: &World, mut frame: Frame) {
        let node = Arc::clone(&frame.node);
        let id = frame.id;
        if let Some(map) = node.as_map() {
            for (section, names) in [
                ("conditions", &mut frame.conditions),
                ("mappings", &mut frame.mappings),
            ] {
                let table = map.get(section).and_then(Node::as_map);
                names.extend(table.into_iter().flat_map(Map::keys).map(str::to_owned));
            }
            self.assets(session, world, &mut frame, map);
            self.resources(session, world, &mut frame, map);
            parameters(session, world, &mut frame, map);
            outputs(session, world, &mut frame, map);
        }
        self.frames[id.0] = Some(frame);
    }

    /// The assets that a text has for itself; those of a stack's own text are known already.
    fn assets(&mut self, session: &mut Session<'_>, world: &World, frame: &mut Frame, map: &Map) {
        let Some(node) = map.get("assets") else {
            return;
        };
        if frame.caller.is_none() {
            for name in node.as_map().into_iter().flat_map(Map::keys) {
                frame.assets.extend(
                    AssetName::new(format!("{}.{name}", self.key))
                        .map(|asset| (name.to_owned(), asset)),
                );
            }
            return;
        }
        let prefix = match frame.prefix.is_empty() {
            true => String::new(),
            false => format!("{}_", frame.prefix.to_lowercase()),
        };
        let found = assets::assets(session, world, node, Some((self.key, &prefix)), Some(frame));
        for (name, asset) in found {
            let local = name.as_str().split_once('.').map_or("", |(_, local)| local);
            let local = local.strip_prefix(&prefix).unwrap_or(local).to_owned();
            let mut unique = name.clone();
            while self.assets.iter().any(|(known, _)| *known == unique)
                || world.assets.contains_key(&unique)
            {
                let Some(next) = AssetName::new(format!("{unique}_")) else {
                    break;
                };
                unique = next;
            }
            let asset = asset.map(|asset| Asset {
                name: unique.clone(),
                ..asset
            });
            frame.assets.insert(local, unique.clone());
            self.assets.push((unique, asset));
        }
    }
}

fn template_stack(
    session: &mut Session<'_>,
    world: &World,
    declared: &mut Declared,
    own: &mut Frame,
    map: &Map,
    node: &Node,
) {
    for (key, entry) in map.iter() {
        if is_upper(key) || WRITTEN_IN_TEMPLATE.contains(&key) {
            let message = format!(
                "a stack with a `template` has its {} there",
                if is_upper(key) { "resources" } else { key }
            );
            session.report(
                Problem::error(codes::TEMPLATE_STACK, message)
                    .at(entry.key, "")
                    .at(node.span, "the template"),
            );
        }
    }
    declared.incomplete = true; // until the template is read
    own.incomplete = true;
    let Some(path) = Evaluator::new(session, world, None).needed_text(node, "`template`") else {
        return;
    };
    let file = match session.reader.read_named(node.span.file, &path) {
        Ok(file) => file,
        Err(unread) => {
            let problem = unread.problem(Some(node.span));
            session.report(problem.help("a path is relative to the file that says it, and stays under the blueprint's `root`"));
            return;
        }
    };
    let text = session.reader.text(file);
    let size_before = session.templates.get(&file).copied();
    if size_before.is_some_and(|size| !session.repeat(size, node.span)) {
        return;
    }
    let read = formwork_template::read(file, &text);
    let is_broken = !read.is_complete();
    session.problems.extend(read.problems);
    let Some(root) = read.node else {
        return;
    };
    session.templates.insert(file, size(&root));
    let (template, problems) = Template::recover(root);
    // What a broken text lacks may have been lost.
    if is_broken && !problems.is_empty() {
        return;
    }
    session.problems.extend(problems);
    if let Some(template) = template {
        declared.incomplete = is_broken;
        own.incomplete = is_broken;
        for parameter in template.parameters() {
            let parameter_of = DeclaredParameter {
                list: is_list_type(parameter.kind()),
            };
            own.parameters
                .insert(parameter.name.to_owned(), parameter_of);
            declared
                .ids
                .insert(parameter.name.to_owned(), parameter.name_span);
        }
        for output in template.outputs() {
            let output_of = DeclaredOutput {
                off: None,
                list: false,
                span: output.name_span,
                frame: OWN,
            };
            declared.outputs.insert(output.name.to_owned(), output_of);
        }
        for resource in template.resources() {
            own.made.insert(resource.id.to_owned(), resource.id_span);
            declared
                .ids
                .insert(resource.id.to_owned(), resource.id_span);
        }
        declared.gains_outputs = template.has_generated_outputs();
        declared.template = Some(template);
    }
}

fn parameters(session: &mut Session<'_>, world: &World, frame: &mut Frame, map: &Map) {
    let Some(node) = map.get("parameters") else {
        return;
    };
    let Some(parameters) = Evaluator::new(session, world, None).table(node, "parameters") else {
        return;
    };
    for (name, entry) in parameters.iter() {
        if entry.node.as_map().is_none() {
            let problem = wrong_type(&format!("parameter `{name}`"), "a table", &entry.node);
            session.report(problem.help(format!(
                "declare it: `{name} = {{ Type = \"String\", value = … }}`; if it is a property, it stands under the wrong header"
            )));
        }
        // Evaluated once more, and its problems said, when the parameter is lowered.
        let kind = session.tried(|session| {
            let mut evaluator = Evaluator::new(session, world, None);
            evaluator.frame = Some(frame);
            evaluator.known_text(entry.node.get("Type")?, "`Type`")
        });
        let parameter = DeclaredParameter {
            list: kind.as_deref().is_some_and(is_list_type),
        };
        frame.parameters.insert(name.to_owned(), parameter);
    }
}

fn outputs(session: &mut Session<'_>, world: &World, frame: &mut Frame, map: &Map) {
    let Some(node) = map.get("outputs") else {
        return;
    };
    let Some(outputs) = Evaluator::new(session, world, None).table(node, "outputs") else {
        return;
    };
    for (name, entry) in outputs.iter() {
        let off = match entry.node.as_map() {
            Some(map) if entry.node.function().is_none() => {
                off(session, world, map, Some(frame), None)
            }
            _ => None,
        };
        frame.outputs.insert(name.to_owned(), off);
    }
}
