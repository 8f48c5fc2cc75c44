//! What a stack declares: its resources, parameters and outputs by name, before any of its values.

use super::component::Identity;
use super::expand::{self, Use};
use super::frame::{Frame, FrameId, OWN};
use super::keys::{RESOURCE, STACK, WRITTEN_IN_TEMPLATE, is_upper};
use super::known::wrong_type;
use super::overlay::Later;
use super::session::Session;
use super::world::{
    Declared, DeclaredOutput, DeclaredParameter, DeclaredResource, Instance, Instances, World,
};
use super::{asset, overlay};
use crate::codes;
use crate::evaluate::sink::upper_camel;
use crate::evaluate::{Evaluator, compose};
use crate::model::{Asset, AssetName, StackKey};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;
use template::source::{Problem, Span};
use template::{LogicalId, Map, Node, Template, Value};

/// How many bytes the values may take that references put in while a stack's names are declared,
/// all uses of them counted: a template has one million at most.
const MOST_BYTES: usize = 32_000_000;

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
pub(super) struct Names<'w> {
    /// Its texts; those whose names are not all known yet are empty.
    pub(super) frames: Vec<Option<Frame>>,
    /// The components around the text at hand: what they are, their names, their `use`.
    pub(super) chain: Vec<(Identity, String, Span)>,
    pub(super) is_too_much: bool,
    /// Whether a component could not be had, so that resources are missing.
    is_missing: bool,
    /// The assets that components have for themselves.
    pub(super) assets: Vec<(AssetName, Option<Asset>)>,
    key: &'w StackKey,
    overlays: &'w mut [Later],
}

/// Declares the names of a stack, and the assets that its components have for themselves.
pub(crate) fn declare(
    session: &mut Session<'_>,
    world: &World,
    mut written: Written,
) -> (Declared, Vec<(AssetName, Option<Asset>)>) {
    session.allow(MOST_BYTES);
    let mut declared = Declared {
        key: written.key,
        span: written.span,
        off: None,
        incomplete: written.incomplete,
        template: None,
        frames: Vec::new(),
        ids: HashMap::new(),
        outputs: IndexMap::new(),
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
    declared.incomplete |= is_missing;
    declared.incomplete |= declared.frames.iter().any(|frame| frame.incomplete);
    overlay::unmet(session, &declared, &written.overlays);
    made_ids(session, &mut declared);
    stack_outputs(session, &mut declared);
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
    pub(super) fn reserve(&mut self) -> FrameId {
        self.frames.push(None);
        FrameId(self.frames.len() - 1)
    }

    /// Changes a component's text as environments say.
    pub(super) fn overlay(&mut self, session: &mut Session<'_>, frame: &mut Frame) {
        overlay::component(session, frame, self.overlays);
    }

    /// Declares what a text has, and puts it in its place.
    pub(super) fn fill(&mut self, session: &mut Session<'_>, world: &World, mut frame: Frame) {
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
        let found = asset::assets(session, world, node, Some((self.key, &prefix)), Some(frame));
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

/// Where a table's `when` turns it off.
pub(crate) fn off(
    session: &mut Session<'_>,
    world: &World,
    map: &Map,
    frame: Option<&Frame>,
    each: Option<&Instance>,
) -> Option<Span> {
    let entry = map.entry("when")?;
    let mut evaluator = Evaluator::new(session, world, None);
    evaluator.frame = frame;
    evaluator.each = each;
    let truth = match &entry.node.value {
        Value::String(text) => evaluator.truth(text, entry.node.span),
        Value::Bool(truth) => Some(*truth),
        _ => {
            session.report(wrong_type("`when`", "an expression in quotes", &entry.node));
            None
        }
    };
    (truth == Some(false)).then_some(entry.node.span)
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
    let Some(path) = Evaluator::new(session, world, None).known_text(node, "`template`") else {
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
    let read = template::read(file, &text);
    let is_broken = !read.is_whole();
    session.problems.extend(read.problems);
    let Some(root) = read.node else {
        return;
    };
    match Template::new(root) {
        Ok(template) => {
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
            declared.template = Some(template);
        }
        Err(_) if is_broken => {}
        Err(problems) => session.problems.extend(problems),
    }
}

/// Whether a parameter of that type holds a list.
pub(crate) fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList"
        || kind.starts_with("List<")
        || kind.contains("Value<List<")
        || kind.contains("Value<CommaDelimitedList")
}

impl Names<'_> {
    fn resources(
        &mut self,
        session: &mut Session<'_>,
        world: &World,
        frame: &mut Frame,
        map: &Map,
    ) {
        let mut previous: Option<String> = None;
        for (id, entry) in map.iter() {
            if !is_upper(id) {
                continue;
            }
            if entry.node.as_map().is_none() {
                let message = format!("`{id}` is a property outside of a resource's table");
                let problem = Problem::error(codes::MISPLACED_KEY, message).at(entry.key, "");
                session.report(problem.help(format!("put it under its resource's header, as `[Name]` and then `{id} = …`; a resource is a table")));
                continue;
            }
            self.resource(session, world, frame, id, entry, previous.as_deref());
            previous = Some(id.to_owned());
        }
        let Some(node) = map.get("resources") else {
            return;
        };
        let Some(more) = Evaluator::new(session, world, None).table(node, "resources") else {
            return;
        };
        for (id, entry) in more.iter() {
            if let Some(first) = frame.resources.get(id) {
                let message = format!("resource `{id}` is written twice");
                session.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(entry.key, "again here")
                        .at(first.span, "first here"),
                );
                continue;
            }
            if entry.node.as_map().is_none() {
                session.report(wrong_type("a resource", "a table", &entry.node));
                continue;
            }
            self.resource(session, world, frame, id, entry, None);
        }
    }

    fn resource(
        &mut self,
        session: &mut Session<'_>,
        world: &World,
        frame: &mut Frame,
        id: &str,
        entry: &template::Entry,
        previous: Option<&str>,
    ) {
        let Some(map) = entry.node.as_map() else {
            return;
        };
        if let Err(error) = LogicalId::new(frame.global(id)) {
            session.report(Problem::error(codes::BAD_NAME, error.to_string()).at(entry.key, ""));
            frame.incomplete = true; // references to it are not judged
            return;
        }
        let mut resource = DeclaredResource {
            span: entry.key,
            off: None,
            instances: Instances::One,
        };
        let is_component = map.contains("use");
        if is_component {
            expand::instance_keys(session, id, map);
        } else {
            expand::inputs_without_use(session, map, false);
            if map.get("type").is_none() && !RESOURCE.later.iter().any(|key| map.contains(key)) {
                session.report(untyped(id, entry, map, previous));
            }
        }
        if let Some(node) = map.get("for_each") {
            resource.instances = match for_each(session, world, frame, id, node) {
                Some(instances) => Instances::Each(instances),
                None => Instances::Unknown,
            };
        }
        let uses_each = map
            .get("when")
            .and_then(Node::as_str)
            .is_some_and(|text| text.contains("each."));
        match &mut resource.instances {
            Instances::Each(instances) if uses_each => {
                instances
                    .retain(|each| off(session, world, map, Some(frame), Some(each)).is_none());
            }
            _ => resource.off = off(session, world, map, Some(frame), None),
        }
        if is_component && resource.off.is_none() {
            resource.instances = self.component(session, world, frame, id, map, resource.instances);
            self.is_missing |= matches!(resource.instances, Instances::Unknown);
        }
        frame.resources.insert(id.to_owned(), resource);
    }

    /// What a resource makes that is a component.
    fn component(
        &mut self,
        session: &mut Session<'_>,
        world: &World,
        frame: &Frame,
        id: &str,
        map: &Map,
        instances: Instances,
    ) -> Instances {
        match instances {
            Instances::One => {
                let used = Use {
                    frame,
                    each: None,
                    map,
                    prefix: frame.global(id),
                };
                match self.expand(session, world, &used) {
                    Some(below) => Instances::Component(below),
                    None => Instances::Unknown,
                }
            }
            Instances::Each(instances) => {
                let mut all = Vec::with_capacity(instances.len());
                for instance in instances {
                    let used = Use {
                        frame,
                        each: Some(&instance),
                        map,
                        prefix: instance.id.clone(),
                    };
                    match self.expand(session, world, &used) {
                        Some(below) => all.push((instance, below)),
                        None => return Instances::Unknown,
                    }
                }
                Instances::Components(all)
            }
            other => other,
        }
    }
}

fn untyped(id: &str, entry: &template::Entry, map: &Map, previous: Option<&str>) -> Problem {
    if let Some(wrong) = map
        .entry("Type")
        .filter(|entry| entry.node.as_str().is_some_and(|text| text.contains("::")))
    {
        let problem = Problem::error(
            codes::MISPLACED_KEY,
            format!("resource `{id}` has a property `Type` where its `type` is meant"),
        );
        return problem
            .at(wrong.key, "")
            .help("write `type` in small letters: what begins with a capital is a property");
    }
    let problem = Problem::error(
        codes::MISSING_TYPE,
        format!("resource `{id}` has no `type`"),
    )
    .at(entry.key, "");
    match previous {
        Some(previous) => problem.help(format!("give it one, as `type = \"AWS::EC2::VPC\"`; if `{id}` is a property of `{previous}`, its header is `[{previous}.{id}]`")),
        None => problem.help("give it one, as `type = \"AWS::EC2::VPC\"`"),
    }
}

fn for_each(
    session: &mut Session<'_>,
    world: &World,
    frame: &Frame,
    id: &str,
    node: &Node,
) -> Option<Vec<Instance>> {
    let mut evaluator = Evaluator::new(session, world, None);
    evaluator.frame = Some(frame);
    let known = evaluator.known(node, "`for_each`")?;
    let items: Vec<(String, Node)> = match &known.value {
        Value::List(items) => {
            let mut found = Vec::new();
            for item in items {
                let Some(text) = compose::scalar(item) else {
                    let problem = wrong_type("an item of `for_each`", "a string", item);
                    session
                        .report(problem.help(
                            "for tables take a table of tables: its keys name the resources",
                        ));
                    return None;
                };
                found.push((text, item.clone()));
            }
            found
        }
        Value::Map(map) => map
            .iter()
            .map(|(key, entry)| (key.to_owned(), entry.node.clone()))
            .collect(),
        _ => {
            session.report(wrong_type("`for_each`", "a list or a table", &known));
            return None;
        }
    };
    let mut instances = Vec::with_capacity(items.len());
    for (index, (key, value)) in items.into_iter().enumerate() {
        let suffix = upper_camel(&key);
        if suffix.is_empty() {
            let message = format!("`{key}` holds no letter or digit that could name a resource");
            session.report(Problem::error(codes::BAD_NAME, message).at(node.span, ""));
            return None;
        }
        instances.push(Instance {
            id: frame.global(&format!("{id}{suffix}")),
            key,
            value,
            index,
        });
    }
    Some(instances)
}

/// Takes down the logical ids of all texts, and says where two meet.
fn made_ids(session: &mut Session<'_>, declared: &mut Declared) {
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for frame in &declared.frames {
        for (id, resource) in &frame.resources {
            if matches!(resource.instances, Instances::One) {
                let this = Seen::new(frame, id, resource.span);
                meet(session, &mut seen, frame.global(id), this, None);
            }
        }
    }
    for frame in &mut declared.frames {
        let mut made = HashMap::new();
        for (written, resource) in &frame.resources {
            let Instances::Each(instances) = &resource.instances else {
                continue;
            };
            for instance in instances {
                let this = Seen::new(frame, written, resource.span);
                let id = instance.id.clone();
                if meet(session, &mut seen, id, this, Some(&instance.key)) {
                    let local = &instance.id[frame.prefix.len()..];
                    made.insert(local.to_owned(), resource.span);
                }
            }
        }
        frame.made = made;
    }
    declared.ids = seen.into_iter().map(|(id, seen)| (id, seen.span)).collect();
    more_names(session, declared);
}

/// Who has a name.
struct Seen {
    frame: FrameId,
    written: String,
    span: Span,
}

impl Seen {
    fn new(frame: &Frame, written: &str, span: Span) -> Self {
        Self {
            frame: frame.id,
            written: written.to_owned(),
            span,
        }
    }
}

/// Takes down a logical id; says so when another resource has it.
fn meet(
    session: &mut Session<'_>,
    seen: &mut HashMap<String, Seen>,
    id: String,
    this: Seen,
    key: Option<&str>,
) -> bool {
    let Some(first) = seen.get(&id) else {
        seen.insert(id, this);
        return true;
    };
    let message = format!("two resources would be named `{id}`");
    let label = key.map_or("from here".to_owned(), |key| format!("from `{key}`"));
    let problem = Problem::error(codes::DUPLICATE_LOGICAL_ID, message).at(this.span, label);
    let is_same = first.frame == this.frame && first.written == this.written;
    let problem = match is_same {
        true => problem,
        false => problem.at(first.span, "and from here"),
    };
    session.report(match key {
        Some(_) => {
            problem.help("letters and digits of a `for_each` item name its resource: make them differ")
        }
        None => problem.help(
            "what a component makes is named after the resource that uses it: give that one another name",
        ),
    });
    false
}

/// Takes down parameters, and says where names meet that components bring into the template.
fn more_names(session: &mut Session<'_>, declared: &mut Declared) {
    let mut seen: HashMap<(&str, String), Span> = HashMap::new();
    let mut ids = std::mem::take(&mut declared.ids);
    for frame in &declared.frames {
        let mut sections: Vec<(&str, &str, Span)> = Vec::new();
        for (section, what) in [
            ("parameters", "parameter"),
            ("conditions", "condition"),
            ("mappings", "mapping"),
            ("rules", "rule"),
        ] {
            let table = frame.node.get(section).and_then(Node::as_map);
            for (name, entry) in table.into_iter().flat_map(Map::iter) {
                sections.push((what, name, entry.key));
            }
        }
        for (what, name, span) in sections {
            let global = frame.global(name);
            let taken = match what {
                "parameter" => ids.insert(global.clone(), span),
                _ => None,
            };
            let first = seen.insert((what, global.clone()), span).or(taken);
            // In a stack without components the template's own checks say it.
            if let (Some(first), true) = (first, declared.frames.len() > 1) {
                let message = format!("{what} `{global}` has the name of another one");
                session.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(span, "this one")
                        .at(first, "and this one"),
                );
            }
        }
    }
    declared.ids = ids;
}

/// The outputs of the stack: its own and those of the component that it is as a whole.
fn stack_outputs(session: &mut Session<'_>, declared: &mut Declared) {
    let own = declared.own();
    let whole = own.whole.map(|whole| declared.frame(whole));
    let mut outputs: IndexMap<String, DeclaredOutput> = IndexMap::new();
    for frame in [Some(own), whole].into_iter().flatten() {
        let table = frame.node.get("outputs").and_then(Node::as_map);
        for (name, off) in &frame.outputs {
            let span = table
                .and_then(|table| table.entry(name))
                .map_or(declared.span, |entry| entry.key);
            let output = DeclaredOutput {
                off: *off,
                list: false,
                span,
                frame: frame.id,
            };
            if let Some(first) = outputs.get(name) {
                let message = format!("output `{name}` has the name of another one");
                session.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(first.span, "the stack's own")
                        .at(span, "the component's"),
                );
                continue;
            }
            outputs.insert(name.clone(), output);
        }
    }
    declared.outputs = outputs;
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
        let before = session.problems.len();
        let kind = entry.node.get("Type").and_then(|node| {
            let mut evaluator = Evaluator::new(session, world, None);
            evaluator.frame = Some(frame);
            evaluator.known_text(node, "`Type`")
        });
        session.problems.truncate(before);
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
