//! From a path into the blueprint (`stacks.api.Topic.DisplayName`, `vars.cidr`) to what is known of what lies there.

use std::collections::BTreeMap;

use blueprint::{
    AssetSource, Blueprint, ComponentUse, InputValue, Known, Origin, ParameterSource, Rendered,
    Stack, Variable, references,
};
use indexmap::IndexMap;
use serde_json::{Value, json};
use template::source::{Sources, Span, nearest};
use template::{Node, Resource, Target, Template, write};

use super::value::{Explained, Kind, Member, Place, Source};
use crate::show::table::cut;

/// Why there is nothing to explain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What is not there.
    pub message: String,
    /// What is.
    pub help: String,
}

/// What was found, and its value as a tree where it is no single text or number.
pub type Found = (Explained, Option<Node>);

/// A blueprint with its templates.
struct View<'a> {
    blueprint: &'a Blueprint,
    sources: &'a Sources,
    rendered: BTreeMap<&'a str, Rendered>,
}

/// The names that a path is made of: `stacks.api.Topic.Tags[0].Key`, `stacks['api'].Topic`.
pub fn steps(path: &str) -> Vec<String> {
    let opened = path.replace('[', ".").replace(']', "");
    opened
        .split('.')
        .map(|step| step.trim_matches(['\'', '"']).to_owned())
        .filter(|step| !step.is_empty())
        .collect()
}

/// Looks a path up.
pub fn find(path: &str, blueprint: &Blueprint, sources: &Sources) -> Result<Found, Unknown> {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = Known {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    let rendered = blueprint
        .graph
        .order()
        .map(|stack| (stack.key.as_str(), stack.render(&known)))
        .collect();
    let view = View {
        blueprint,
        sources,
        rendered,
    };
    let steps = steps(path);
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["vars", name, ..] => view.variable(name),
        ["stacks", key] => view.stack(key),
        ["stacks", key, rest @ ..] => view.inside(key, rest),
        _ => Err(Unknown {
            message: format!("`{path}` names no part of a blueprint"),
            help: "name one as `vars.NAME`, `stacks.KEY`, `stacks.KEY.LogicalId` or `stacks.KEY.LogicalId.Property`".to_owned(),
        }),
    }
}

/// That `given` is none of `known`.
fn unknown<'k>(
    what: &str,
    given: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> Unknown {
    let known: Vec<&str> = known.collect();
    let help = match (nearest(given, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => format!("did you mean `{prefix}{near}`?"),
        (None, []) => "there are none".to_owned(),
        (None, known) => {
            let more = if known.len() > 12 { ", …" } else { "" };
            format!(
                "there are {}{more}",
                known[..known.len().min(12)].join(", ")
            )
        }
    };
    Unknown {
        message: format!("{what} `{given}`"),
        help,
    }
}

impl<'a> View<'a> {
    fn variable(&self, name: &str) -> Result<Found, Unknown> {
        let Some(variable) = self.blueprint.variables.get(name) else {
            let names = self.blueprint.variables.keys().map(AsRef::as_ref);
            return Err(unknown("there is no variable", name, "vars.", names));
        };
        let source = self.of_variable(&format!("vars.{name}"), variable);
        let explained = Explained {
            format: 1,
            kind: Kind::Variable,
            name: format!("vars.{name}"),
            about: match variable.value {
                Some(_) => String::new(),
                None => "sensitive: its value is not shown".to_owned(),
            },
            value: source.value.clone(),
            written: self.place(variable.declared),
            used_by: self.users(name),
            from: vec![Source {
                name: source.by.clone(),
                by: String::new(),
                ..source
            }],
            ..Explained::default()
        };
        Ok((explained, variable.value.clone().filter(is_nested)))
    }

    /// The values of all stacks in whose text the variable stands.
    fn users(&self, variable: &str) -> Vec<Member> {
        let mut users = Vec::new();
        for (stack, rendered) in &self.rendered {
            let mut visit = |path: &str, node: &Node| {
                let named = references(self.sources.slice(node.span));
                let uses = |name: &Vec<String>| {
                    name.first().is_some_and(|head| head == "vars")
                        && name.get(1).is_some_and(|second| second == variable)
                };
                if node.as_map().is_none() && named.iter().any(uses) {
                    users.push(Member {
                        section: "values",
                        name: format!("stacks.{stack}.{path}"),
                        value: Value::Null,
                        place: self.place(node.span),
                    });
                }
            };
            for resource in rendered.template.resources() {
                walk(resource.id, resource.node, &mut visit);
            }
            for output in rendered.template.outputs() {
                walk(&format!("outputs.{}", output.name), output.node, &mut visit);
            }
        }
        // What one text was turned into (`Fn::Sub` and its argument, the items of a list) is one use.
        users.dedup_by(|next, user| next.place == user.place);
        users
    }

    fn of_stack(&self, key: &str) -> Result<(&'a Stack, &Template), Unknown> {
        let found = self.blueprint.graph.get(key).zip(self.rendered.get(key));
        found
            .map(|(stack, rendered)| (stack, &rendered.template))
            .ok_or_else(|| {
                let keys = self
                    .blueprint
                    .graph
                    .stacks()
                    .map(|stack| stack.key.as_str());
                unknown("there is no stack", key, "stacks.", keys)
            })
    }

    fn stack(&self, key: &str) -> Result<Found, Unknown> {
        let (stack, template) = self.of_stack(key)?;
        let mut members = Vec::new();
        for (name, source) in &stack.parameters {
            let (value, place) = self.parameter(source);
            members.push(member("parameters", name, value, place));
        }
        for resource in template.resources() {
            let place = self.place(resource.id_span);
            members.push(member(
                "resources",
                resource.id,
                resource.kind.into(),
                place,
            ));
        }
        for output in template.outputs() {
            let value = output.node.get("Value").map_or(Value::Null, as_json);
            members.push(member(
                "outputs",
                output.name,
                value,
                self.place(output.name_span),
            ));
        }
        for (name, value) in &stack.tags {
            members.push(member("tags", name, value.as_str().into(), None));
        }
        let dependencies = self.blueprint.graph.dependencies(key);
        members.extend(
            dependencies.map(|other| member("waits for", other.as_str(), Value::Null, None)),
        );
        let dependents = self.blueprint.graph.dependents(key);
        let explained = Explained {
            format: 1,
            kind: Kind::Stack,
            name: format!("stacks.{key}"),
            about: stack.name.to_string(),
            written: self.place(stack.span),
            members,
            used_by: dependents
                .map(|other| member("stacks", &format!("stacks.{other}"), Value::Null, None))
                .collect(),
            ..Explained::default()
        };
        Ok((explained, None))
    }

    /// A resource, an output, a parameter, or something in one of them.
    fn inside(&self, key: &str, rest: &[&str]) -> Result<Found, Unknown> {
        let (stack, template) = self.of_stack(key)?;
        let (section, name, path) = match rest {
            ["resources", id, path @ ..] => ("resources", *id, path),
            ["outputs", name, path @ ..] => ("outputs", *name, path),
            ["parameters", name, path @ ..] => ("parameters", *name, path),
            [name, path @ ..] => ("", *name, path),
            [] => return self.stack(key),
        };
        let rendered = &self.rendered[key];
        if ["", "resources"].contains(&section)
            && let Some(resource) = resource(rendered, name)
        {
            return self.of_resource(key, template, &resource, path);
        }
        if ["", "outputs"].contains(&section)
            && let Some(output) = template.outputs().find(|output| output.name == name)
        {
            let node = output.node.get("Value").unwrap_or(output.node);
            let mut found = self.value(format!("stacks.{key}.{name}"), key, template, node);
            found.0.about = "output".to_owned();
            return Ok(found);
        }
        if ["", "parameters"].contains(&section)
            && let Some(source) = stack.parameters.get(name)
        {
            let (value, place) = self.parameter(source);
            let explained = Explained {
                format: 1,
                name: format!("stacks.{key}.parameters.{name}"),
                about: "parameter".to_owned(),
                value: (!value.is_null()).then_some(value),
                from: vec![self.of_parameter(name, source)],
                written: place,
                ..Explained::default()
            };
            return Ok((explained, None));
        }
        let prefix = format!("stacks.{key}.");
        let names = template.resources().map(|resource| resource.id);
        let names = names.chain(template.outputs().map(|output| output.name));
        let what = format!("stack `{key}` has no resource or output");
        Err(unknown(&what, name, &prefix, names))
    }

    fn of_resource(
        &self,
        key: &str,
        template: &Template,
        resource: &Resource<'_>,
        path: &[&str],
    ) -> Result<Found, Unknown> {
        let name = format!("stacks.{key}.{}", resource.id);
        let properties = resource.node.get("Properties");
        if path.is_empty() {
            let mut members = Vec::new();
            for (section, node) in [
                ("properties", properties),
                ("attributes", Some(resource.node)),
            ] {
                let entries = node
                    .and_then(Node::as_map)
                    .into_iter()
                    .flat_map(|map| map.iter());
                for (name, entry) in entries {
                    if section == "attributes" && ["Type", "Properties"].contains(&name) {
                        continue;
                    }
                    let value = as_json(&entry.node);
                    members.push(member(section, name, value, self.place(entry.node.span)));
                }
            }
            let explained = Explained {
                format: 1,
                kind: Kind::Resource,
                name,
                about: resource.kind.to_owned(),
                written: self.place(resource.id_span),
                overlaid: self.overlaid(resource.node.span),
                through: self.through(key, resource.id_span),
                members,
                used_by: users_of(template, resource.id, key, self),
                ..Explained::default()
            };
            return Ok((explained, None));
        }
        let mut node = match properties.filter(|node| node.get(path[0]).is_some()) {
            Some(properties) => properties,
            None => resource.node,
        };
        for (index, step) in path.iter().enumerate() {
            let next = node.at(step).filter(|_| !step.is_empty());
            let Some(next) = next else {
                let at = std::iter::once(name.as_str())
                    .chain(path[..index].iter().copied())
                    .collect::<Vec<_>>()
                    .join(".");
                let within = match index {
                    0 => properties.unwrap_or(node),
                    _ => node,
                };
                let names = within.as_map().into_iter().flat_map(|map| map.keys());
                return Err(unknown(
                    &format!("`{at}` is given no"),
                    step,
                    &format!("{at}."),
                    names,
                ));
            };
            node = next;
        }
        Ok(self.value(format!("{name}.{}", path.join(".")), key, template, node))
    }

    /// A value of a template.
    fn value(&self, name: String, key: &str, template: &Template, node: &Node) -> Found {
        let explained = Explained {
            format: 1,
            kind: Kind::Value,
            name,
            value: Some(as_json(node)),
            written: self.place(node.span),
            overlaid: self.overlaid(node.span),
            through: self.through(key, node.span),
            from: self.made_from(key, template, node),
            ..Explained::default()
        };
        (
            explained,
            Some(node).filter(|node| is_nested(node)).cloned(),
        )
    }

    /// What the texts of a value name, and what its functions refer to.
    fn made_from(&self, key: &str, template: &Template, node: &Node) -> Vec<Source> {
        let mut from: Vec<Source> = Vec::new();
        let mut add = |source: Source| {
            let same = |known: &Source| known.name == source.name && known.place == source.place;
            if !from.iter().any(same) {
                from.push(source);
            }
        };
        node.walk(&mut |node| {
            if node.as_map().is_none() || node.function().is_some() {
                self.names_at(key, node.span, 0, &mut add);
            }
        });
        for reference in node.references() {
            let id = match reference.target {
                Target::Name(id) | Target::Attribute(id, _) => id,
                _ => continue,
            };
            let resource = template.resource(id).map(|resource| Source {
                name: id.to_owned(),
                by: resource.kind.to_owned(),
                place: self.place(resource.id_span),
                ..Source::default()
            });
            let parameter = || {
                let stack = self.blueprint.graph.get(key)?;
                stack
                    .parameters
                    .get(id)
                    .map(|source| self.of_parameter(id, source))
            };
            if let Some(source) = resource.or_else(parameter) {
                add(source);
            }
        }
        from
    }

    /// What the text at `span` names; for an input of a component, also what the text names that gave it.
    fn names_at(&self, key: &str, span: Span, depth: usize, add: &mut impl FnMut(Source)) {
        for name in references(self.sources.slice(span)) {
            let input = match name.as_slice() {
                [head, input, ..] if head == "inputs" => self.input(key, span, input),
                _ => None,
            };
            let Some((component, input)) = input else {
                self.named(key, &name).into_iter().for_each(&mut *add);
                continue;
            };
            let (by, place) = match input.given {
                Some(given) => (format!("input of {component}"), given),
                None => (format!("default of {component}"), input.declared),
            };
            add(Source {
                name: name[..2].join("."),
                by,
                value: input.value.as_ref().map(as_json).or_else(|| {
                    let stack = input.stack.as_ref()?;
                    Some(format!("${{stacks.{stack}}}").into())
                }),
                place: self.place(place),
                replaced: Vec::new(),
            });
            // Components nest at most 16 deep.
            if let Some(given) = input.given.filter(|_| depth < 16) {
                self.names_at(key, given, depth + 1, add);
            }
        }
    }

    /// The input of that name in the use of a component whose text `span` lies in.
    fn input(&self, key: &str, span: Span, name: &str) -> Option<(&'a str, &'a InputValue)> {
        let used = self.component(key, span)?;
        Some((used.component.as_str(), used.inputs.get(name)?))
    }

    fn component(&self, key: &str, span: Span) -> Option<&'a ComponentUse> {
        let stack = self.blueprint.graph.get(key)?;
        stack.components.iter().find(|used| used.file == span.file)
    }

    /// The uses of components that what stands at `span` came through, the innermost first.
    fn through(&self, key: &str, span: Span) -> Vec<Source> {
        let mut found: Vec<Source> = Vec::new();
        let mut at = self.component(key, span);
        while let Some(used) = at.filter(|_| found.len() < 16) {
            found.push(Source {
                name: used.component.clone(),
                by: match used.prefix.as_str() {
                    "" => "the stack is this component".to_owned(),
                    prefix => format!("as {prefix}"),
                },
                place: self.place(used.span),
                ..Source::default()
            });
            at = self.component(key, used.span);
        }
        found
    }

    /// What a name in a text of ours is, unless the template's own references say so.
    fn named(&self, key: &str, name: &[String]) -> Option<Source> {
        let spelled = name.join(".");
        let parts: Vec<&str> = name.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["vars", variable, ..] => {
                let found = self.blueprint.variables.get(*variable)?;
                Some(self.of_variable(&format!("vars.{variable}"), found))
            }
            ["assets", asset, ..] => {
                let own = format!("{key}.{asset}");
                let assets = &self.blueprint.assets;
                let found = assets.get(own.as_str()).or_else(|| assets.get(*asset))?;
                Some(Source {
                    name: format!("assets.{asset}"),
                    by: match &found.source {
                        AssetSource::Path(_) => "a file or folder, named by its content".to_owned(),
                        AssetSource::Crate(_) => "a crate, named by what it is built to".to_owned(),
                        AssetSource::Inline { .. } => {
                            "a file, written into the template".to_owned()
                        }
                    },
                    place: self.place(found.span),
                    ..Source::default()
                })
            }
            ["each", ..] => Some(Source {
                name: spelled,
                by: "an item of the resource's `for_each`".to_owned(),
                ..Source::default()
            }),
            ["env", ..] => Some(Source {
                name: spelled,
                by: "the environment".to_owned(),
                value: self
                    .blueprint
                    .environment
                    .as_ref()
                    .map(|environment| environment.name.as_str().into()),
                ..Source::default()
            }),
            _ => None,
        }
    }

    fn of_variable(&self, name: &str, variable: &Variable) -> Source {
        let replaced = variable.replaced.iter().rev();
        Source {
            name: name.to_owned(),
            by: by(&variable.origin),
            value: variable.value.as_ref().map(as_json),
            place: self.place(variable.span),
            replaced: replaced
                .map(|one| Source {
                    name: name.to_owned(),
                    by: by(&one.origin),
                    value: one.value.as_ref().map(as_json),
                    place: self.place(one.span).filter(|_| one.value.is_some()),
                    ..Source::default()
                })
                .collect(),
        }
    }

    fn of_parameter(&self, name: &str, source: &ParameterSource) -> Source {
        match source {
            ParameterSource::Literal(value) => Source {
                name: name.to_owned(),
                by: "parameter".to_owned(),
                value: Some(value.as_str().into()),
                ..Source::default()
            },
            ParameterSource::Output(output) => {
                let template = self.rendered.get(output.stack.as_str());
                let declared = template.and_then(|rendered| {
                    let mut outputs = rendered.template.outputs();
                    outputs.find(|declared| declared.name == output.output)
                });
                Source {
                    name: format!("stacks.{}.{}", output.stack, output.output),
                    by: format!("known after deploy, by way of parameter {name}"),
                    place: declared.and_then(|declared| self.place(declared.name_span)),
                    ..Source::default()
                }
            }
            ParameterSource::Secret(secret) => Source {
                name: format!("vars.{}", secret.variable()),
                by: format!("sensitive, by way of parameter {name}"),
                ..Source::default()
            },
        }
    }

    fn parameter(&self, source: &ParameterSource) -> (Value, Option<Place>) {
        match source {
            ParameterSource::Literal(value) => (value.as_str().into(), None),
            ParameterSource::Output(output) => {
                let value = format!("${{stacks.{}.{}}}", output.stack, output.output);
                (value.into(), self.place(output.span))
            }
            ParameterSource::Secret(_) => (Value::Null, None),
        }
    }

    /// What the overlay that put in the value at `span` took the place of.
    fn overlaid(&self, span: Span) -> Option<Place> {
        let within = |outer: Span| {
            outer.file == span.file && outer.start <= span.start && span.end <= outer.end
        };
        let overlays = &self.blueprint.overlays;
        let overlay = overlays.iter().find(|overlay| within(overlay.span))?;
        self.place(overlay.replaced?)
    }

    fn place(&self, span: Span) -> Option<Place> {
        if span == Span::default() {
            return None; // what the tool made of nothing that was written
        }
        let at = self.sources.position(span);
        let file = self.sources.file(span.file);
        let line = match self.may_hold_secret(span) {
            true => self.sources.slice(span).lines().next().unwrap_or(""),
            false => file.text.lines().nth(at.line as usize - 1).unwrap_or(""),
        };
        Some(Place {
            file: file.path.display().to_string(),
            line: at.line,
            column: at.column,
            text: cut(line.trim(), 160),
        })
    }
}

impl View<'_> {
    /// Whether a sensitive variable may be given its value on the line of `span`: it is declared in that file.
    fn may_hold_secret(&self, span: Span) -> bool {
        let mut variables = self.blueprint.variables.values();
        variables.any(|variable| variable.value.is_none() && variable.declared.file == span.file)
    }
}

/// A resource by its logical id, or by the name in the blueprint of one whose id follows content.
fn resource<'r>(rendered: &'r Rendered, name: &str) -> Option<Resource<'r>> {
    let renamed = rendered
        .written
        .iter()
        .find(|(_, written)| *written == name);
    let id = renamed.map_or(name, |(id, _)| id.as_str());
    rendered.template.resource(id)
}

fn member(section: &'static str, name: &str, value: Value, place: Option<Place>) -> Member {
    Member {
        section,
        name: name.to_owned(),
        value,
        place,
    }
}

/// The values of the template that refer to a resource.
fn users_of(template: &Template, id: &str, key: &str, view: &View<'_>) -> Vec<Member> {
    let mut users = Vec::new();
    let mut add = |owner: &str, node: &Node| {
        for reference in node.references() {
            let named = match reference.target {
                Target::Name(name) | Target::Attribute(name, _) => name,
                _ => continue,
            };
            if named == id {
                let name = format!("stacks.{key}.{owner}");
                users.push(member(
                    "values",
                    &name,
                    Value::Null,
                    view.place(reference.span),
                ));
            }
        }
    };
    for resource in template.resources() {
        add(resource.id, resource.node);
    }
    for output in template.outputs() {
        add(output.name, output.node);
    }
    users.dedup();
    users
}

/// Visits the values below `node`, each with its path; a function is one value.
fn walk(path: &str, node: &Node, visit: &mut impl FnMut(&str, &Node)) {
    visit(path, node);
    match &node.value {
        template::Value::Map(map) => {
            for (key, entry) in map.iter() {
                let path = match (node.function().is_some(), key) {
                    (true, _) | (_, "Properties") => path.to_owned(),
                    _ => format!("{path}.{key}"),
                };
                walk(&path, &entry.node, visit);
            }
        }
        template::Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{path}[{index}]"), item, visit);
            }
        }
        _ => {}
    }
}

fn by(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Environment(name) => format!("env {name}"),
        Origin::Process => "FORMWORK_VAR".to_owned(),
        Origin::CommandLine => "--set".to_owned(),
    }
}

fn is_nested(node: &Node) -> bool {
    node.as_map().is_some() || node.as_list().is_some_and(|items| !items.is_empty())
}

fn as_json(node: &Node) -> Value {
    serde_json::from_str(&write::json_compact(node)).unwrap_or(json!(null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_names_and_places_in_lists() {
        assert_eq!(
            steps("stacks['private-api'].Topic.Tags[0].Key"),
            ["stacks", "private-api", "Topic", "Tags", "0", "Key"]
        );
        assert_eq!(steps("vars.x"), ["vars", "x"]);
    }
}
