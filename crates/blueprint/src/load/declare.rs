//! What a stack declares: its resources, parameters and outputs by name, before any of its values.

use super::keys::{RESOURCE, STACK, WRITTEN_IN_TEMPLATE, is_upper};
use super::known::wrong_type;
use super::session::Session;
use super::world::{
    Declared, DeclaredOutput, DeclaredParameter, DeclaredResource, Instance, Instances, World,
};
use crate::codes;
use crate::evaluate::sink::upper_camel;
use crate::evaluate::{Evaluator, compose};
use crate::model::StackKey;
use indexmap::IndexMap;
use std::collections::HashMap;
use template::source::{Problem, Span};
use template::{LogicalId, Map, Node, Template, Value};

/// A stack as it was written.
pub(crate) struct Written {
    pub(crate) key: StackKey,
    pub(crate) span: Span,
    pub(crate) node: Node,
    /// Whether its file is broken, so that names may be missing.
    pub(crate) incomplete: bool,
    /// The same stack as it is written a second time, which was said to be wrong.
    pub(crate) again: Option<Box<Written>>,
}

/// Declares the names of a stack.
pub(crate) fn declare(session: &mut Session<'_>, world: &World, written: Written) -> Declared {
    let mut declared = Declared {
        key: written.key,
        span: written.span,
        node: Node::default(),
        off: None,
        incomplete: written.incomplete,
        template: None,
        resources: IndexMap::new(),
        made: HashMap::new(),
        parameters: IndexMap::new(),
        outputs: IndexMap::new(),
        again: None,
    };
    match written.node.as_map() {
        Some(map) => names(session, world, &mut declared, map),
        None => {
            session.report(wrong_type("a stack", "a table", &written.node));
            declared.incomplete = true;
        }
    }
    declared.node = written.node;
    declared
}

fn names(session: &mut Session<'_>, world: &World, declared: &mut Declared, map: &Map) {
    session.check_keys(map, &STACK, |key, _| match key {
        _ if RESOURCE.known.contains(&key) => Some(format!(
            "`{key}` is a key of a resource: write it under the resource's header, `[Name]`"
        )),
        _ => None,
    });
    declared.off = off(session, world, map, None);
    if declared.off.is_some() {
        return;
    }
    if let Some(node) = map.get("template") {
        template_stack(session, world, declared, map, node);
        return;
    }
    resources(session, world, declared, map);
    parameters(session, world, declared, map);
    outputs(session, world, declared, map);
}

/// Where a table's `when` turns it off.
pub(crate) fn off(
    session: &mut Session<'_>,
    world: &World,
    map: &Map,
    each: Option<&Instance>,
) -> Option<Span> {
    let entry = map.entry("when")?;
    let mut evaluator = Evaluator::new(session, world, None);
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
            for parameter in template.parameters() {
                let parameter_of = DeclaredParameter {
                    list: is_list_type(parameter.kind()),
                };
                declared
                    .parameters
                    .insert(parameter.name.to_owned(), parameter_of);
            }
            for output in template.outputs() {
                let output_of = DeclaredOutput {
                    off: None,
                    list: false,
                };
                declared.outputs.insert(output.name.to_owned(), output_of);
            }
            for resource in template.resources() {
                declared
                    .made
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

fn resources(session: &mut Session<'_>, world: &World, declared: &mut Declared, map: &Map) {
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
        resource(session, world, declared, id, entry, previous.as_deref());
        previous = Some(id.to_owned());
    }
    if let Some(node) = map.get("resources")
        && let Some(more) = Evaluator::new(session, world, None).table(node, "resources")
    {
        for (id, entry) in more.iter() {
            if let Some(first) = declared.resources.get(id) {
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
            resource(session, world, declared, id, entry, None);
        }
    }
    made_ids(session, declared);
}

fn resource(
    session: &mut Session<'_>,
    world: &World,
    declared: &mut Declared,
    id: &str,
    entry: &template::Entry,
    previous: Option<&str>,
) {
    let Some(map) = entry.node.as_map() else {
        return;
    };
    if let Err(error) = LogicalId::new(id) {
        session.report(Problem::error(codes::BAD_NAME, error.to_string()).at(entry.key, ""));
        declared.incomplete = true; // references to it are not judged
        return;
    }
    let mut resource = DeclaredResource {
        span: entry.key,
        off: None,
        instances: Instances::One,
    };
    if map.get("type").is_none()
        && !super::keys::RESOURCE
            .later
            .iter()
            .any(|key| map.contains(key))
    {
        session.report(untyped(id, entry, map, previous));
    }
    if let Some(node) = map.get("for_each") {
        resource.instances = match for_each(session, world, id, node) {
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
            instances.retain(|instance| off(session, world, map, Some(instance)).is_none());
        }
        _ => resource.off = off(session, world, map, None),
    }
    declared.resources.insert(id.to_owned(), resource);
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
    id: &str,
    node: &Node,
) -> Option<Vec<Instance>> {
    let known = Evaluator::new(session, world, None).known(node, "`for_each`")?;
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
            id: format!("{id}{suffix}"),
            key,
            value,
            index,
        });
    }
    Some(instances)
}

/// Takes down the logical ids that `for_each` made, and says where two meet.
fn made_ids(session: &mut Session<'_>, declared: &mut Declared) {
    let mut seen: HashMap<&str, (&str, Span)> = HashMap::new();
    for (id, resource) in &declared.resources {
        if matches!(resource.instances, Instances::One) {
            seen.insert(id, (id, resource.span));
        }
    }
    let mut made = HashMap::new();
    for (written, resource) in &declared.resources {
        let Instances::Each(instances) = &resource.instances else {
            continue;
        };
        for instance in instances {
            match seen.get(instance.id.as_str()) {
                Some((first, span)) => {
                    let message = format!("two resources would be named `{}`", instance.id);
                    let problem = Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(resource.span, format!("from `{}`", instance.key));
                    let problem = if *first == written {
                        problem
                    } else {
                        problem.at(*span, "and from here")
                    };
                    session.problems.push(problem.help("letters and digits of a `for_each` item name its resource: make them differ"));
                }
                None => {
                    seen.insert(&instance.id, (written, resource.span));
                    made.insert(instance.id.clone(), resource.span);
                }
            }
        }
    }
    declared.made = made;
}

fn parameters(session: &mut Session<'_>, world: &World, declared: &mut Declared, map: &Map) {
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
        let kind = entry
            .node
            .get("Type")
            .and_then(|node| Evaluator::new(session, world, None).known_text(node, "`Type`"));
        session.problems.truncate(before);
        let parameter = DeclaredParameter {
            list: kind.as_deref().is_some_and(is_list_type),
        };
        declared.parameters.insert(name.to_owned(), parameter);
    }
}

fn outputs(session: &mut Session<'_>, world: &World, declared: &mut Declared, map: &Map) {
    let Some(node) = map.get("outputs") else {
        return;
    };
    let Some(outputs) = Evaluator::new(session, world, None).table(node, "outputs") else {
        return;
    };
    for (name, entry) in outputs.iter() {
        let off = match entry.node.as_map() {
            Some(map) if entry.node.function().is_none() => off(session, world, map, None),
            _ => None,
        };
        let output = DeclaredOutput { off, list: false };
        declared.outputs.insert(name.to_owned(), output);
    }
}
