//! Resolves the outputs of components and the inputs inside them.

use super::Resolver;
use crate::codes::{NOT_PROVIDED, UNKNOWN_INPUT, UNKNOWN_OUTPUT, UNKNOWN_REFERENCE};
use crate::evaluate::resolution::{Resolution, ResolveError};
use crate::scope::{InputValue, NameScope, Scope, ScopeId};
use formwork_template::{Node, Value};

impl Resolver<'_> {
    /// Resolves a component or one of its outputs.
    pub(crate) fn component(
        &self,
        below: ScopeId,
        id: &str,
        rest: &[&str],
        prefix: &str,
    ) -> Result<Resolution, ResolveError> {
        let Some(stack) = self.stack else {
            return Ok(Resolution::Invalid);
        };
        let scope = stack.scope(below);
        let name = match rest {
            [] => {
                let output = |name: &String| {
                    let resolution = self.component(below, id, &[name], prefix).ok()?;
                    Some((name.clone(), resolution))
                };
                let outputs = scope.outputs.keys().filter_map(output).collect();
                return Ok(Resolution::Component(id.to_owned(), outputs));
            }
            [name] => *name,
            [name, ..] => {
                let message = format!("`{id}.{name}` is an output: it has no attributes");
                let mut error = ResolveError::new(UNKNOWN_OUTPUT, message);
                error.suggestion = Some(format!("{prefix}{id}.{name}"));
                return Err(error);
            }
        };
        let component = scope
            .call_site
            .as_ref()
            .map_or("", |call_site| &call_site.component);
        match (scope.outputs.get(name), scope.output(name)) {
            (Some(Some(off)), _) => Ok(Resolution::Disabled(
                format!("output `{name}` of component `{component}`"),
                *off,
            )),
            (Some(None), Some(node)) => Ok(self.resolve_value(node, below, NameScope::Component)),
            (Some(None), None) => Ok(Resolution::Invalid),
            (None, _) if scope.incomplete => Ok(Resolution::Invalid),
            (None, _) => {
                let known = scope.outputs.keys().map(String::as_str);
                let error = ResolveError::new(
                    UNKNOWN_OUTPUT,
                    format!("component `{component}` has no output `{name}`"),
                );
                let names: Vec<&str> = scope.outputs.keys().map(String::as_str).collect();
                Err(error
                    .near(
                        self.suggestions.nearest(name, known),
                        &format!("{prefix}{id}."),
                    )
                    .help(match names.is_empty() {
                        true => "it has no outputs".to_owned(),
                        false => format!("its outputs are {}", names.join(", ")),
                    }))
            }
        }
    }

    /// Resolves an input of the current component.
    pub(crate) fn input(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        let Some(scope) = self.scope.filter(|scope| scope.call_site.is_some()) else {
            let error =
                ResolveError::new(UNKNOWN_INPUT, "`inputs` is available only in a component");
            return Err(error.help("outside a component, use a variable: `${vars.…}`"));
        };
        let [name, path @ ..] = rest else {
            return Err(ResolveError::new(
                UNKNOWN_INPUT,
                "missing input name after `inputs`",
            ));
        };
        let Some(input) = scope.inputs.get(*name) else {
            if scope.incomplete {
                return Ok(Resolution::Invalid);
            }
            let known = scope.inputs.keys().map(String::as_str);
            let error = ResolveError::new(
                UNKNOWN_INPUT,
                format!("the component has no input `{name}`"),
            );
            return Err(error
                .near(self.suggestions.nearest(name, known), "inputs.")
                .help(format!("declare it: `[inputs]` with `{name} = …`")));
        };
        match &input.value {
            // A value that was not given has no fields: the path is left out too.
            InputValue::Known(value) if value.value == Value::Null => {
                Ok(Resolution::Value(value.clone()))
            }
            InputValue::Known(value) => self.inside(value, path, &format!("inputs.{name}")),
            InputValue::Disabled(span) => {
                Ok(Resolution::Disabled(format!("input `{name}`"), *span))
            }
            InputValue::Invalid => Ok(Resolution::Invalid),
            InputValue::Stack(key) => match (path, &input.provides) {
                ([], _) => Ok(Resolution::Stack(key.clone())),
                ([output, ..], Some(provides))
                    if !provides.iter().any(|(known, _)| known == output) =>
                {
                    let known = provides.iter().map(|(name, _)| name.as_str());
                    let message = format!("input `{name}` does not provide `{output}`");
                    Err(ResolveError::new(NOT_PROVIDED, message)
                        .near(
                            self.suggestions.nearest(output, known),
                            &format!("inputs.{name}."),
                        )
                        .help(format!("add it to the `provides` of input `{name}`")))
                }
                _ => {
                    let whole: Vec<&str> = std::iter::once(key.as_str())
                        .chain(path.iter().copied())
                        .collect();
                    self.output(&whole)
                }
            },
            InputValue::Deferred(node, by) => self.deferred_input(scope, name, node, *by, path),
        }
    }

    /// Resolves `path` inside a deferred input.
    fn deferred_input(
        &self,
        scope: &Scope,
        name: &str,
        node: &Node,
        by: NameScope,
        path: &[&str],
    ) -> Result<Resolution, ResolveError> {
        let mut node = node;
        for step in path {
            let next = match &node.value {
                Value::Map(map) if node.function().is_none() => map.get(step),
                Value::List(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
            let Some(next) = next else {
                let message = format!("input `{name}` has no `{step}`");
                return Err(ResolveError::new(UNKNOWN_REFERENCE, message));
            };
            node = next;
        }
        Ok(self.resolve_value(node, scope.id, by))
    }
}
