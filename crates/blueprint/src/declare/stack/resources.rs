//! Resources as they are declared: one, one for each item, or all those of a component.

use super::Names;
use super::expand;
use super::expand::Use;
use crate::codes;
use crate::declare::when::off;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::Session;
use crate::evaluate::{Evaluator, interpolate};
use crate::model::upper_camel;
use crate::scope::Frame;
use crate::scope::symbols::{DeclaredResource, Instance, Instances, World};
use crate::scope::value::is_poison;
use crate::syntax::keys::{RESOURCE, is_upper};
use formwork_template::diagnostics::Problem;
use formwork_template::{LogicalId, Map, Node, Value};

impl Names<'_> {
    pub(crate) fn resources(
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
        entry: &formwork_template::Entry,
        previous: Option<&str>,
    ) {
        let Some(map) = entry.node.as_map() else {
            return;
        };
        if let Err(error) = LogicalId::new(frame.global(id)) {
            let problem = Problem::error(codes::BAD_NAME, error.to_string()).at(entry.key, "");
            session.report(problem.suggest(LogicalId::new(upper_camel(id)).ok()));
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
        let unknown = || Instances::Unknown(Instance::unknown(frame.global(id), entry.key));
        if let Some(node) = map.get("for_each") {
            resource.instances = match for_each(session, world, frame, id, node) {
                Some(instances) => Instances::Each(instances),
                None => unknown(),
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
            Instances::Unknown(each) => {
                resource.off = off(session, world, map, Some(frame), Some(each));
            }
            _ => resource.off = off(session, world, map, Some(frame), None),
        }
        if is_component && resource.off.is_none() {
            let made = self.component(session, world, frame, id, map, resource.instances);
            self.is_missing |= matches!(made, None | Some(Instances::Unknown(_)));
            resource.instances = made.unwrap_or_else(unknown);
        }
        frame.resources.insert(id.to_owned(), resource);
    }

    /// What a resource makes that is a component; nothing where it cannot be had.
    fn component(
        &mut self,
        session: &mut Session<'_>,
        world: &World,
        frame: &Frame,
        id: &str,
        map: &Map,
        instances: Instances,
    ) -> Option<Instances> {
        match instances {
            Instances::One => {
                let used = Use {
                    frame,
                    each: None,
                    map,
                    prefix: frame.global(id),
                };
                let below = self.expand(session, world, &used)?;
                Some(Instances::Component(below))
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
                    let below = self.expand(session, world, &used)?;
                    all.push((instance, below));
                }
                Some(Instances::Components(all))
            }
            other => Some(other),
        }
    }
}

fn untyped(
    id: &str,
    entry: &formwork_template::Entry,
    map: &Map,
    previous: Option<&str>,
) -> Problem {
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
                if is_poison(item) {
                    return None; // it was said
                }
                let Some(text) = interpolate::scalar(item) else {
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
            value: value.into(),
            index,
        });
    }
    Some(instances)
}
