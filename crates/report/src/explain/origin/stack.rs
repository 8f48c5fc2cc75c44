//! A stack, and what lies in it: resources, outputs, parameters, and values of these.

use formwork_blueprint::{ParameterSource, RenderedTemplate, Stack};
use formwork_template::{Entry, Map, Node, Resource, Template};
use serde_json::Value;

use super::{Found, Unknown, View, is_nested, unknown};
use crate::explain::as_json;
use crate::explain::value::{Explained, Kind, Member, Place};

/// One stack of the blueprint, with its template.
pub(super) struct StackView<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) stack: &'a Stack,
    rendered: &'v RenderedTemplate,
}

impl<'a> View<'a> {
    /// The stack of that key.
    pub(super) fn stack(&self, key: &str) -> Result<StackView<'_, 'a>, Unknown> {
        let graph = &self.blueprint.graph;
        match graph.get(key).zip(self.rendered.get(key)) {
            Some((stack, rendered)) => Ok(StackView {
                view: self,
                stack,
                rendered,
            }),
            None => {
                let keys = graph.stacks().map(|stack| stack.key.as_str());
                Err(unknown("there is no stack", key, "stacks.", keys))
            }
        }
    }
}

impl StackView<'_, '_> {
    /// The stack itself, a resource, an output, a parameter, or something in one of them.
    pub(super) fn find(&self, steps: &[&str]) -> Result<Found, Unknown> {
        let (section, name, path) = match steps {
            ["resources", id, path @ ..] => ("resources", *id, path),
            ["outputs", name, path @ ..] => ("outputs", *name, path),
            ["parameters", name, path @ ..] => ("parameters", *name, path),
            [name, path @ ..] => ("", *name, path),
            [] => return Ok((self.whole(), None)),
        };
        if ["", "resources"].contains(&section)
            && let Some(resource) = self.resource(name)
        {
            return match path {
                [] => Ok((self.of_resource(&resource), None)),
                path => self.inside(&resource, path),
            };
        }
        if ["", "outputs"].contains(&section)
            && let Some(output) = self.template().outputs().find(|output| output.name == name)
        {
            let node = output.node.get("Value").unwrap_or(output.node);
            let mut found = self.value(self.name(name), node);
            found.0.about = "output".to_owned();
            return Ok(found);
        }
        if ["", "parameters"].contains(&section)
            && let Some(source) = self.stack.parameters.get(name)
        {
            let (value, place) = self.parameter(source);
            let explained = Explained {
                about: "parameter".to_owned(),
                value: (!value.is_null()).then_some(value),
                from: vec![self.of_parameter(name, source)],
                written: place,
                ..Explained::new(Kind::Value, self.name(&format!("parameters.{name}")))
            };
            return Ok((explained, None));
        }
        if ["", "resources"].contains(&section)
            && let ([], Some(component)) = (path, self.component_named(name))
        {
            return Ok((component, None));
        }
        if let ["inputs" | "parameters" | "resources" | "outputs" | "tags"] = steps {
            let mut whole = self.whole();
            whole.members.retain(|member| member.section == name);
            whole.used_by.clear();
            whole.name = self.name(name);
            return match whole.members.is_empty() {
                true => Err(Unknown {
                    message: format!("stack `{}` has no {name}", self.stack.key),
                    help: format!(
                        "`{}` shows what it has",
                        self.name("").trim_end_matches('.')
                    ),
                }),
                false => Ok((whole, None)),
            };
        }
        let what = format!("stack `{}` has no resource or output", self.stack.key);
        let names = self.template().resources().map(|resource| resource.id);
        let names = names.chain(self.template().outputs().map(|output| output.name));
        Err(unknown(&what, name, &self.name(""), names))
    }

    pub(super) fn template(&self) -> &Template {
        &self.rendered.template
    }

    /// How a part of the stack is named.
    pub(super) fn name(&self, part: &str) -> String {
        format!("stacks.{}.{part}", self.stack.key)
    }

    fn whole(&self) -> Explained {
        let key = self.stack.key.as_str();
        let graph = &self.view.blueprint.graph;
        let mut used = self.stack.components.iter();
        let itself = used.find(|used| used.prefix.is_empty());
        let mut members = itself.map_or_else(Vec::new, |used| self.inputs(used));
        for (name, source) in &self.stack.parameters {
            let (value, place) = self.parameter(source);
            members.push(member("parameters", name, value, place));
        }
        for resource in self.template().resources() {
            let (value, place) = (resource.kind.into(), self.view.place(resource.id_span));
            members.push(member("resources", resource.id, value, place));
        }
        for output in self.template().outputs() {
            let value = output.node.get("Value").map_or(Value::Null, as_json);
            let place = self.view.place(output.name_span);
            members.push(member("outputs", output.name, value, place));
        }
        for (name, value) in &self.stack.tags {
            members.push(member("tags", name, value.as_str().into(), None));
        }
        let waits_for = graph.dependencies(key);
        members
            .extend(waits_for.map(|other| member("waits for", other.as_str(), Value::Null, None)));
        let dependents = graph.dependents(key);
        Explained {
            about: match itself {
                Some(used) => format!("{} · {}", self.stack.name, used.component),
                None => self.stack.name.to_string(),
            },
            written: self.view.place(self.stack.span),
            members,
            used_by: dependents
                .map(|other| member("stacks", &format!("stacks.{other}"), Value::Null, None))
                .collect(),
            ..Explained::new(Kind::Stack, format!("stacks.{key}"))
        }
    }

    /// A resource by its logical id, or by the name in the blueprint of one whose id follows content.
    fn resource(&self, name: &str) -> Option<Resource<'_>> {
        let mut written = self.rendered.source_ids.iter();
        let renamed = written.find(|(_, written)| *written == name);
        let id = renamed.map_or(name, |(id, _)| id.as_str());
        self.template().resource(id)
    }

    fn of_resource(&self, resource: &Resource<'_>) -> Explained {
        let mut members = Vec::new();
        let properties = resource.node.get("Properties").into_iter();
        for (name, Entry { node, .. }) in properties.flat_map(Node::entries) {
            let place = self.view.place(node.span);
            members.push(member("properties", name, as_json(node), place));
        }
        for (name, Entry { node, .. }) in resource.node.entries() {
            if !["Type", "Properties"].contains(&name) {
                let place = self.view.place(node.span);
                members.push(member("attributes", name, as_json(node), place));
            }
        }
        Explained {
            about: resource.kind.to_owned(),
            written: self.view.place(resource.id_span),
            overlaid: self.view.overlaid(resource.node.span),
            through: self.through(resource.id_span),
            members,
            used_by: self.users_of(resource.id),
            ..Explained::new(Kind::Resource, self.name(resource.id))
        }
    }

    /// A value in a resource: a property, an attribute, or something in one of these.
    fn inside(&self, resource: &Resource<'_>, path: &[&str]) -> Result<Found, Unknown> {
        let name = self.name(resource.id);
        let properties = resource.node.get("Properties");
        let mut node = match properties.filter(|node| node.get(path[0]).is_some()) {
            Some(properties) => properties,
            None => resource.node,
        };
        for (index, step) in path.iter().enumerate() {
            let Some(next) = node.at(step).filter(|_| !step.is_empty()) else {
                let at = [&[name.as_str()], &path[..index]].concat().join(".");
                let within = match index {
                    0 => properties.unwrap_or(node),
                    _ => node,
                };
                let names = within.as_map().into_iter().flat_map(Map::keys);
                let what = format!("`{at}` is given no");
                return Err(unknown(&what, step, &format!("{at}."), names));
            };
            node = next;
        }
        Ok(self.value(format!("{name}.{}", path.join(".")), node))
    }

    /// A value of the template.
    fn value(&self, name: String, node: &Node) -> Found {
        let explained = Explained {
            value: Some(as_json(node)),
            written: self.view.place(node.span),
            overlaid: self.view.overlaid(node.span),
            through: self.through(node.span),
            from: self.made_from(node),
            ..Explained::new(Kind::Value, name)
        };
        (
            explained,
            Some(node).filter(|node| is_nested(node)).cloned(),
        )
    }

    fn parameter(&self, source: &ParameterSource) -> (Value, Option<Place>) {
        match source {
            ParameterSource::Literal(value) => (value.as_str().into(), None),
            ParameterSource::Output(output) => {
                let value = format!("${{stacks.{}.{}}}", output.stack, output.output);
                (value.into(), self.view.place(output.span))
            }
            ParameterSource::Secret(_) => (Value::Null, None),
        }
    }
}

pub(super) fn member(
    section: &'static str,
    name: &str,
    value: Value,
    place: Option<Place>,
) -> Member {
    Member {
        section,
        name: name.to_owned(),
        value,
        place,
    }
}
