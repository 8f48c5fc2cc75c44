//! Finds the values that a value was made from, and the uses of a variable, an asset or a resource.

use formwork_blueprint::{ComponentInput, ComponentUse, ParameterSource, references};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Target};
use serde_json::Value;

use super::BlueprintView;
use super::sections::asset_source;
use super::stack::StackView;
use crate::explain::as_json;
use crate::explain::explanation::{Member, ValueSource};

impl<'a> StackView<'_, 'a> {
    /// Returns the names in the texts of a value and the references of its functions.
    pub(super) fn made_from(&self, node: &Node) -> Vec<ValueSource> {
        let mut from: Vec<ValueSource> = Vec::new();
        let mut add = |source: ValueSource| {
            let same =
                |known: &ValueSource| known.name == source.name && known.place == source.place;
            if !from.iter().any(same) {
                from.push(source);
            }
        };
        node.walk(&mut |node| {
            if node.as_map().is_none() || node.function().is_some() {
                self.names_at(node.span, 0, &mut add);
            }
        });
        for reference in node.references() {
            let id = match reference.target {
                Target::Name(id) | Target::Attribute(id, _) => id,
                _ => continue,
            };
            let resource = self.template().resource(id).map(|resource| ValueSource {
                name: id.to_owned(),
                by: resource.kind.to_owned(),
                place: self.view.location(resource.id_span),
                ..ValueSource::default()
            });
            let parameter = || {
                let source = self.stack.parameters.get(id);
                source.map(|source| self.parameter_source(id, source))
            };
            if let Some(source) = resource.or_else(parameter) {
                add(source);
            }
        }
        from
    }

    /// Adds the names in the text at `span`; for a component's input, also the names in the text that was given for it.
    fn names_at(&self, span: Span, depth: usize, add: &mut impl FnMut(ValueSource)) {
        for name in references(self.view.sources.slice(span)) {
            let input = match name.as_slice() {
                [head, input, ..] if head == "inputs" => self.input(span, input),
                _ => None,
            };
            let Some((component, input)) = input else {
                self.named(&name).into_iter().for_each(&mut *add);
                continue;
            };
            let (by, place) = match input.given {
                Some(span) => (format!("input of {component}"), span),
                None => (format!("default of {component}"), input.declared),
            };
            add(ValueSource {
                name: name[..2].join("."),
                by,
                value: input.value.as_ref().map(as_json).or_else(|| {
                    let stack = input.stack.as_ref()?;
                    Some(format!("${{stacks.{stack}}}").into())
                }),
                place: self.view.location(place),
                replaced: Vec::new(),
            });
            // Components nest at most 16 levels deep.
            if let Some(span) = input.given.filter(|_| depth < 16) {
                self.names_at(span, depth + 1, add);
            }
        }
    }

    /// Resolves a name in the blueprint's text; the references of the template are handled elsewhere.
    fn named(&self, name: &[String]) -> Option<ValueSource> {
        let spelled = name.join(".");
        let parts: Vec<&str> = name.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["vars", variable, ..] => {
                let found = self.view.blueprint.variables.get(*variable)?;
                Some(
                    self.view
                        .variable_source(&format!("vars.{variable}"), found),
                )
            }
            ["assets", asset, ..] => {
                let own_name = format!("{}.{asset}", self.stack.key);
                let assets = &self.view.blueprint.assets;
                let found = assets
                    .get(own_name.as_str())
                    .or_else(|| assets.get(*asset))?;
                Some(ValueSource {
                    name: format!("assets.{asset}"),
                    by: asset_source(found),
                    place: self.view.location(found.span),
                    ..ValueSource::default()
                })
            }
            ["each", ..] => Some(ValueSource {
                name: spelled,
                by: "an item of the resource's `for_each`".to_owned(),
                ..ValueSource::default()
            }),
            ["env", ..] => Some(ValueSource {
                name: spelled,
                by: "the environment".to_owned(),
                value: self
                    .view
                    .blueprint
                    .environment
                    .as_ref()
                    .map(|environment| environment.name.as_str().into()),
                ..ValueSource::default()
            }),
            _ => None,
        }
    }

    /// Returns the input with that name of the component whose text contains `span`.
    fn input(&self, span: Span, name: &str) -> Option<(&'a str, &'a ComponentInput)> {
        let used = self.component(span)?;
        Some((used.component.as_str(), used.inputs.get(name)?))
    }

    fn component(&self, span: Span) -> Option<&'a ComponentUse> {
        self.stack
            .components
            .iter()
            .find(|used| used.file == span.file)
    }

    /// Returns the component uses that the text at `span` comes from, innermost first.
    pub(super) fn through(&self, span: Span) -> Vec<ValueSource> {
        let mut found: Vec<ValueSource> = Vec::new();
        let mut at = self.component(span);
        while let Some(used) = at.filter(|_| found.len() < 16) {
            found.push(ValueSource {
                name: used.component.clone(),
                by: match used.prefix.as_str() {
                    "" => "the stack is this component".to_owned(),
                    prefix => format!("as {prefix}"),
                },
                place: self.view.location(used.span),
                ..ValueSource::default()
            });
            at = self.component(used.span);
        }
        found
    }

    pub(super) fn parameter_source(&self, name: &str, source: &ParameterSource) -> ValueSource {
        match source {
            ParameterSource::Literal(value) => ValueSource {
                name: name.to_owned(),
                by: "parameter".to_owned(),
                value: Some(value.as_str().into()),
                ..ValueSource::default()
            },
            ParameterSource::Output(output) => {
                let template = self.view.rendered.get(output.stack.as_str());
                let declared = template.and_then(|rendered| {
                    let mut outputs = rendered.template.outputs();
                    outputs.find(|declared| declared.name == output.output)
                });
                ValueSource {
                    name: format!("stacks.{}.{}", output.stack, output.output),
                    by: format!("known after deploy, through parameter {name}"),
                    place: declared.and_then(|declared| self.view.location(declared.name_span)),
                    ..ValueSource::default()
                }
            }
            ParameterSource::Secret(secret) => ValueSource {
                name: format!("vars.{}", secret.variable()),
                by: format!("sensitive, through parameter {name}"),
                ..ValueSource::default()
            },
        }
    }
}

impl BlueprintView<'_> {
    /// Returns the values of all stacks whose text contains the name, such as `vars.owner`.
    pub(super) fn usages(&self, head: &str, name: &str) -> Vec<Member> {
        let mut users = Vec::new();
        for (stack, rendered) in &self.rendered {
            let mut visit = |path: &str, node: &Node| {
                if node.as_map().is_none() && self.is_named(node.span, head, name) {
                    let path = format!("stacks.{stack}.{path}");
                    users.push(Member::new(
                        "values",
                        &path,
                        Value::Null,
                        self.location(node.span),
                    ));
                }
            };
            for resource in rendered.template.resources() {
                walk(resource.id, resource.node, &mut visit);
            }
            for output in rendered.template.outputs() {
                walk(&format!("outputs.{}", output.name), output.node, &mut visit);
            }
        }
        // One text can become several nodes (`Fn::Sub` and its argument, the items of a list); it counts once.
        users.dedup_by(|next, user| next.place == user.place);
        // An input usually appears where the component uses it.
        let arrived: Vec<_> = users.iter().map(|user| user.place.clone()).collect();
        let inputs = self.inputs_naming(head, name).into_iter();
        users.extend(inputs.filter(|input| !arrived.contains(&input.place)));
        users
    }

    /// Returns the component inputs whose text contains the name.
    fn inputs_naming(&self, head: &str, name: &str) -> Vec<Member> {
        let mut found = Vec::new();
        for stack in self.blueprint.graph.stacks() {
            for used in &stack.components {
                for (input, value) in &used.inputs {
                    let Some(span) = value.given.filter(|span| self.is_named(*span, head, name))
                    else {
                        continue;
                    };
                    let steps = ["stacks", stack.key.as_str(), &used.prefix, "inputs", input];
                    let steps = steps.iter().filter(|step| !step.is_empty());
                    let path = steps.copied().collect::<Vec<_>>().join(".");
                    found.push(Member::new(
                        "values",
                        &path,
                        Value::Null,
                        self.location(span),
                    ));
                }
            }
        }
        found
    }

    /// Returns true if the text at `span` contains `head.name`.
    fn is_named(&self, span: Span, head: &str, name: &str) -> bool {
        let named = references(self.sources.slice(span));
        let is_it = |found: &Vec<String>| matches!(found.as_slice(), [first, second, ..] if first == head && second == name);
        named.iter().any(is_it)
    }
}

impl StackView<'_, '_> {
    /// Returns the values of the template that refer to a resource.
    pub(super) fn usages_of_resource(&self, id: &str) -> Vec<Member> {
        let mut users = Vec::new();
        let mut add = |owner: &str, node: &Node| {
            for reference in node.references() {
                let named = match reference.target {
                    Target::Name(name) | Target::Attribute(name, _) => name,
                    _ => continue,
                };
                if named == id {
                    let place = self.view.location(reference.span);
                    users.push(Member::new("values", &self.name(owner), Value::Null, place));
                }
            }
        };
        for resource in self.template().resources() {
            add(resource.id, resource.node);
        }
        for output in self.template().outputs() {
            add(output.name, output.node);
        }
        users.dedup();
        users
    }
}

/// Visits the values below `node` with their paths; a function is one value.
fn walk(path: &str, node: &Node, visit: &mut impl FnMut(&str, &Node)) {
    visit(path, node);
    match &node.value {
        formwork_template::Value::Map(map) => {
            for (key, entry) in map.iter() {
                let path = match (node.function().is_some(), key) {
                    (true, _) | (_, "Properties") => path.to_owned(),
                    _ => format!("{path}.{key}"),
                };
                walk(&path, &entry.node, visit);
            }
        }
        formwork_template::Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{path}[{index}]"), item, visit);
            }
        }
        _ => {}
    }
}
