//! Looks up a stack and its parts: resources, components, outputs, parameters and their values.

use formwork_blueprint::{ComponentUse, ParameterSource, RenderedTemplate, Stack};
use formwork_template::{Entry, Map, Node, Resource, Template};
use serde_json::Value;

use super::{BlueprintView, LookupError, LookupResult, is_nested, unknown_name};
use crate::explain::as_json;
use crate::explain::explanation::{
    Explanation, ExplanationKind, Member, SourceLocation, ValueSource,
};

/// A stack of the blueprint with its template.
pub(super) struct StackView<'v, 'a> {
    pub(super) view: &'v BlueprintView<'a>,
    pub(super) stack: &'a Stack,
    rendered: &'v RenderedTemplate,
}

impl<'a> BlueprintView<'a> {
    /// Returns the stack with that key.
    pub(super) fn stack(&self, key: &str) -> Result<StackView<'_, 'a>, LookupError> {
        let graph = &self.blueprint.graph;
        match graph.get(key).zip(self.rendered.get(key)) {
            Some((stack, rendered)) => Ok(StackView {
                view: self,
                stack,
                rendered,
            }),
            None => {
                let keys = graph.stacks().map(|stack| stack.key.as_str());
                Err(unknown_name("unknown stack", key, "stacks.", keys))
            }
        }
    }
}

impl StackView<'_, '_> {
    /// Looks up the stack itself, or a resource, an output, a parameter or a value in one of them.
    pub(super) fn find(&self, steps: &[&str]) -> Result<LookupResult, LookupError> {
        let (section, name, path) = match steps {
            ["resources", id, path @ ..] => ("resources", *id, path),
            ["outputs", name, path @ ..] => ("outputs", *name, path),
            ["parameters", name, path @ ..] => ("parameters", *name, path),
            [name, path @ ..] => ("", *name, path),
            [] => return Ok((self.explain_stack(), None)),
        };
        if ["", "resources"].contains(&section)
            && let Some(resource) = self.resource(name)
        {
            return match path {
                [] => Ok((self.explain_resource(&resource), None)),
                path => self.value_in_resource(&resource, path),
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
            let explanation = Explanation {
                about: "parameter".to_owned(),
                value: (!value.is_null()).then_some(value),
                from: vec![self.parameter_source(name, source)],
                written: place,
                ..Explanation::new(
                    ExplanationKind::Value,
                    self.name(&format!("parameters.{name}")),
                )
            };
            return Ok((explanation, None));
        }
        if ["", "resources"].contains(&section)
            && let ([], Some(component)) = (path, self.component_named(name))
        {
            return Ok((component, None));
        }
        if let ["inputs" | "parameters" | "resources" | "outputs" | "tags"] = steps {
            return self.section(name);
        }
        let what = format!("stack `{}` has no resource or output", self.stack.key);
        let names = self.template().resources().map(|resource| resource.id);
        let names = names.chain(self.template().outputs().map(|output| output.name));
        Err(unknown_name(&what, name, &self.name(""), names))
    }

    /// Returns the members of one section of the stack.
    fn section(&self, name: &str) -> Result<LookupResult, LookupError> {
        let mut whole = self.explain_stack();
        whole.members.retain(|member| member.section == name);
        whole.used_by.clear();
        whole.name = self.name(name);
        match whole.members.is_empty() {
            true => Err(LookupError {
                message: format!("stack `{}` has no {name}", self.stack.key),
                help: format!(
                    "`{}` shows its sections",
                    self.name("").trim_end_matches('.')
                ),
            }),
            false => Ok((whole, None)),
        }
    }

    pub(super) fn template(&self) -> &Template {
        &self.rendered.template
    }

    /// Returns the path of a part of the stack.
    pub(super) fn name(&self, part: &str) -> String {
        format!("stacks.{}.{part}", self.stack.key)
    }

    fn explain_stack(&self) -> Explanation {
        let key = self.stack.key.as_str();
        let graph = &self.view.blueprint.graph;
        let mut used = self.stack.components.iter();
        let itself = used.find(|used| used.prefix.is_empty());
        let mut members = itself.map_or_else(Vec::new, |used| self.inputs(used));
        for (name, source) in &self.stack.parameters {
            let (value, place) = self.parameter(source);
            members.push(Member::new("parameters", name, value, place));
        }
        for resource in self.template().resources() {
            let (value, place) = (resource.kind.into(), self.view.location(resource.id_span));
            members.push(Member::new("resources", resource.id, value, place));
        }
        for output in self.template().outputs() {
            let value = output.node.get("Value").map_or(Value::Null, as_json);
            let place = self.view.location(output.name_span);
            members.push(Member::new("outputs", output.name, value, place));
        }
        for (name, value) in &self.stack.tags {
            members.push(Member::new("tags", name, value.as_str().into(), None));
        }
        let waits_for = graph.dependencies(key);
        members.extend(
            waits_for.map(|other| Member::new("waits for", other.as_str(), Value::Null, None)),
        );
        let dependents = graph.dependents(key);
        Explanation {
            about: match itself {
                Some(used) => format!("{} · {}", self.stack.name, used.component),
                None => self.stack.name.to_string(),
            },
            written: self.view.location(self.stack.span),
            members,
            used_by: dependents
                .map(|other| Member::new("stacks", &format!("stacks.{other}"), Value::Null, None))
                .collect(),
            ..Explanation::new(ExplanationKind::Stack, format!("stacks.{key}"))
        }
    }

    /// Returns a resource by its logical id, or by its name in the blueprint if its logical id depends on its content.
    fn resource(&self, name: &str) -> Option<Resource<'_>> {
        let mut written = self.rendered.source_ids.iter();
        let renamed = written.find(|(_, written)| *written == name);
        let id = renamed.map_or(name, |(id, _)| id.as_str());
        self.template().resource(id)
    }

    fn explain_resource(&self, resource: &Resource<'_>) -> Explanation {
        let mut members = Vec::new();
        let properties = resource.node.get("Properties").into_iter();
        for (name, Entry { node, .. }) in properties.flat_map(Node::entries) {
            let place = self.view.location(node.span);
            members.push(Member::new("properties", name, as_json(node), place));
        }
        for (name, Entry { node, .. }) in resource.node.entries() {
            if !["Type", "Properties"].contains(&name) {
                let place = self.view.location(node.span);
                members.push(Member::new("attributes", name, as_json(node), place));
            }
        }
        Explanation {
            about: resource.kind.to_owned(),
            written: self.view.location(resource.id_span),
            overlaid: self.view.overlaid(resource.node.span),
            through: self.through(resource.id_span),
            members,
            used_by: self.usages_of_resource(resource.id),
            ..Explanation::new(ExplanationKind::Resource, self.name(resource.id))
        }
    }

    /// Looks up a value in a resource, such as a property or an attribute.
    fn value_in_resource(
        &self,
        resource: &Resource<'_>,
        path: &[&str],
    ) -> Result<LookupResult, LookupError> {
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
                let what = format!("`{at}` has no value");
                return Err(unknown_name(&what, step, &format!("{at}."), names));
            };
            node = next;
        }
        Ok(self.value(format!("{name}.{}", path.join(".")), node))
    }

    /// Explains a value of the template.
    fn value(&self, name: String, node: &Node) -> LookupResult {
        let explanation = Explanation {
            value: Some(as_json(node)),
            written: self.view.location(node.span),
            overlaid: self.view.overlaid(node.span),
            through: self.through(node.span),
            from: self.made_from(node),
            ..Explanation::new(ExplanationKind::Value, name)
        };
        (
            explanation,
            Some(node).filter(|node| is_nested(node)).cloned(),
        )
    }

    fn parameter(&self, source: &ParameterSource) -> (Value, Option<SourceLocation>) {
        match source {
            ParameterSource::Literal(value) => (value.as_str().into(), None),
            ParameterSource::Output(output) => {
                let value = format!("${{stacks.{}.{}}}", output.stack, output.output);
                (value.into(), self.view.location(output.span))
            }
            ParameterSource::Secret(_) => (Value::Null, None),
        }
    }
}

impl StackView<'_, '_> {
    /// Returns the component with that name, unless the whole stack is the component.
    pub(super) fn component_named(&self, name: &str) -> Option<Explanation> {
        let mut used = self.stack.components.iter();
        used.find(|used| used.prefix == name && !name.is_empty())
            .map(|used| self.explain_component(used))
    }

    /// Returns the inputs of a component: the values given to it, or its defaults.
    pub(super) fn inputs(&self, used: &ComponentUse) -> Vec<Member> {
        let inputs = used.inputs.iter();
        inputs
            .map(|(name, input)| {
                let stack = || Some(format!("${{stacks.{}}}", input.stack.as_ref()?).into());
                let value = input.value.as_ref().map(as_json).or_else(stack);
                let place = self.view.location(input.given.unwrap_or(input.declared));
                Member::new("inputs", name, value.unwrap_or(Value::Null), place)
            })
            .collect()
    }

    fn explain_component(&self, used: &ComponentUse) -> Explanation {
        let written = self.view.location(used.span);
        let mut members = self.inputs(used);
        for resource in self.template().resources() {
            let is_of_it = |source: &ValueSource| source.place == written;
            // Resources of other items of a `for_each` have the same location.
            if resource.id.starts_with(&used.prefix)
                && self.through(resource.id_span).iter().any(is_of_it)
            {
                let place = self.view.location(resource.id_span);
                members.push(Member::new(
                    "resources",
                    resource.id,
                    resource.kind.into(),
                    place,
                ));
            }
        }
        Explanation {
            about: used.component.clone(),
            written,
            members,
            ..Explanation::new(ExplanationKind::Component, self.name(&used.prefix))
        }
    }
}
