//! What a value was made from: the names in its text, and what its functions refer to.

use formwork_blueprint::{ComponentInput, ComponentUse, ParameterSource, references};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Target};

use super::stack::StackView;
use super::whole::made_from;
use crate::explain::as_json;
use crate::explain::value::Source;

impl<'a> StackView<'_, 'a> {
    /// What the texts of a value name, and what its functions refer to.
    pub(super) fn made_from(&self, node: &Node) -> Vec<Source> {
        let mut from: Vec<Source> = Vec::new();
        let mut add = |source: Source| {
            let same = |known: &Source| known.name == source.name && known.place == source.place;
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
            let resource = self.template().resource(id).map(|resource| Source {
                name: id.to_owned(),
                by: resource.kind.to_owned(),
                place: self.view.place(resource.id_span),
                ..Source::default()
            });
            let parameter = || {
                let source = self.stack.parameters.get(id);
                source.map(|source| self.of_parameter(id, source))
            };
            if let Some(source) = resource.or_else(parameter) {
                add(source);
            }
        }
        from
    }

    /// What the text at `span` names; for an input of a component, also what the text names that gave it.
    fn names_at(&self, span: Span, depth: usize, add: &mut impl FnMut(Source)) {
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
                place: self.view.place(place),
                replaced: Vec::new(),
            });
            // Components nest at most 16 deep.
            if let Some(given) = input.given.filter(|_| depth < 16) {
                self.names_at(given, depth + 1, add);
            }
        }
    }

    /// What a name in a text of the blueprint is, unless the template's own references say so.
    fn named(&self, name: &[String]) -> Option<Source> {
        let spelled = name.join(".");
        let parts: Vec<&str> = name.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["vars", variable, ..] => {
                let found = self.view.blueprint.variables.get(*variable)?;
                Some(self.view.of_variable(&format!("vars.{variable}"), found))
            }
            ["assets", asset, ..] => {
                let own = format!("{}.{asset}", self.stack.key);
                let assets = &self.view.blueprint.assets;
                let found = assets.get(own.as_str()).or_else(|| assets.get(*asset))?;
                Some(Source {
                    name: format!("assets.{asset}"),
                    by: made_from(found),
                    place: self.view.place(found.span),
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
                    .view
                    .blueprint
                    .environment
                    .as_ref()
                    .map(|environment| environment.name.as_str().into()),
                ..Source::default()
            }),
            _ => None,
        }
    }

    /// The input of that name in the use of a component whose text `span` lies in.
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

    /// The uses of components that what stands at `span` came through, the innermost first.
    pub(super) fn through(&self, span: Span) -> Vec<Source> {
        let mut found: Vec<Source> = Vec::new();
        let mut at = self.component(span);
        while let Some(used) = at.filter(|_| found.len() < 16) {
            found.push(Source {
                name: used.component.clone(),
                by: match used.prefix.as_str() {
                    "" => "the stack is this component".to_owned(),
                    prefix => format!("as {prefix}"),
                },
                place: self.view.place(used.span),
                ..Source::default()
            });
            at = self.component(used.span);
        }
        found
    }

    pub(super) fn of_parameter(&self, name: &str, source: &ParameterSource) -> Source {
        match source {
            ParameterSource::Literal(value) => Source {
                name: name.to_owned(),
                by: "parameter".to_owned(),
                value: Some(value.as_str().into()),
                ..Source::default()
            },
            ParameterSource::Output(output) => {
                let template = self.view.rendered.get(output.stack.as_str());
                let declared = template.and_then(|rendered| {
                    let mut outputs = rendered.template.outputs();
                    outputs.find(|declared| declared.name == output.output)
                });
                Source {
                    name: format!("stacks.{}.{}", output.stack, output.output),
                    by: format!("known after deploy, by way of parameter {name}"),
                    place: declared.and_then(|declared| self.view.place(declared.name_span)),
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
}
