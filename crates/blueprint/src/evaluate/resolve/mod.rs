//! Resolves the names in `${…}`.

mod component;
mod deferred;
mod local_names;

use super::resolution::{AssetPart, Resolution, ResolveError};
use crate::codes::{
    KNOWN_TOO_LATE, UNKNOWN_ASSET, UNKNOWN_OUTPUT, UNKNOWN_REFERENCE, UNKNOWN_STACK,
    UNKNOWN_VARIABLE,
};
use crate::model::{AssetName, StackKey, VariableName};
use crate::scope::Scope;
use crate::scope::symbols::{Instance, StackSymbols, SymbolTable, VariableValue};
use crate::scope::value::is_error_node;
use crate::syntax::keys::listed;
use formwork_template::diagnostics::{Span, SuggestionBudget, nearest};
use formwork_template::{Node, PSEUDO_PARAMETERS, Value};
use std::sync::Arc;

const MOST_LISTED: usize = 8;

/// Resolves names in a scope.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub(crate) symbols: &'a SymbolTable,
    pub(crate) stack: Option<&'a StackSymbols>,
    pub(crate) scope: Option<&'a Scope>,
    pub(crate) each: Option<&'a Instance>,
    pub(crate) suggestions: &'a SuggestionBudget,
}

impl<'a> Resolver<'a> {
    /// Resolves a path.
    pub(crate) fn resolve(&self, segments: &[&str]) -> Result<Resolution, ResolveError> {
        match segments {
            ["vars", rest @ ..] => self.variable(rest),
            ["env", rest @ ..] => self.environment(rest),
            ["each", rest @ ..] => self.each(rest),
            ["assets", rest @ ..] => self.asset(rest),
            ["stacks", rest @ ..] => self.output(rest),
            ["resources", id, rest @ ..] => self.local_name(id, rest, "resources."),
            ["inputs", rest @ ..] => self.input(rest),
            [id, rest @ ..] => self.local_name(id, rest, ""),
            [] => Err(ResolveError::new(UNKNOWN_REFERENCE, "empty reference")),
        }
    }

    fn variable(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        let [name, path @ ..] = rest else {
            return Err(ResolveError::new(
                UNKNOWN_VARIABLE,
                "missing variable name after `vars`",
            ));
        };
        let Some(held) = self.symbols.variables.get(*name) else {
            if self.symbols.incomplete {
                return Ok(Resolution::Invalid);
            }
            let known = self.symbols.variables.keys().map(VariableName::as_str);
            let error = ResolveError::new(UNKNOWN_VARIABLE, format!("unknown variable `{name}`"));
            return Err(match self.symbols.variables_are_being_read {
                true => ResolveError::new(
                    UNKNOWN_VARIABLE,
                    "the value of a variable cannot refer to another variable",
                ),
                false => error
                    .near(self.suggestions.nearest(name, known), "vars.")
                    .help(format!(
                        "declare it: `[vars]` with `{name} = …` in blueprint.toml"
                    )),
            });
        };
        match held {
            VariableValue::Known { value, .. } => self.inside(value, path, &format!("vars.{name}")),
            VariableValue::Secret(secret) => Ok(Resolution::Secret(secret.variable().clone())),
            VariableValue::Invalid => Ok(Resolution::Invalid),
        }
    }

    fn environment(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        match (rest, &self.symbols.environment) {
            (["name"], Some(name)) => {
                let name = Node::new(name.as_str(), Span::default());
                Ok(Resolution::Value(name.into()))
            }
            (["name"], None) => Ok(Resolution::Value(Node::default().into())),
            _ => {
                let error =
                    ResolveError::new(UNKNOWN_REFERENCE, "an environment has only its `name`");
                Err(error.near(Some("name"), "env."))
            }
        }
    }

    fn each(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        let Some(instance) = self.each else {
            let error = ResolveError::new(
                UNKNOWN_REFERENCE,
                "`each` is available only in a resource with `for_each`",
            );
            return Err(error);
        };
        if is_error_node(&instance.value) {
            return Ok(Resolution::Invalid);
        }
        match rest {
            ["key"] => {
                let key = Node::new(instance.key.as_str(), instance.value.span);
                Ok(Resolution::Value(key.into()))
            }
            ["index"] => {
                let index = Node::new(instance.index as i64, instance.value.span);
                Ok(Resolution::Value(index.into()))
            }
            ["value", path @ ..] => self.inside(&instance.value, path, "each.value"),
            _ => {
                let given = rest.first().copied().unwrap_or_default();
                let error =
                    ResolveError::new(UNKNOWN_REFERENCE, "`each` has `key`, `value` and `index`");
                Err(error.near(nearest(given, ["key", "value", "index"]), "each."))
            }
        }
    }

    fn asset(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        let [name, part @ ..] = rest else {
            return Err(ResolveError::new(
                UNKNOWN_ASSET,
                "missing asset name after `assets`",
            ));
        };
        let own = self.scope.and_then(|scope| scope.assets.get(*name));
        let found = own
            .and_then(|own| self.symbols.assets.get_key_value(own))
            .or_else(|| self.symbols.assets.get_key_value(*name));
        let Some((asset, held)) = found else {
            if self.symbols.incomplete {
                return Ok(Resolution::Invalid);
            }
            let known = self.symbols.assets.keys().map(AssetName::as_str);
            let error = ResolveError::new(UNKNOWN_ASSET, format!("unknown asset `{name}`"));
            return Err(error
                .near(self.suggestions.nearest(name, known), "assets.")
                .help(format!(
                    "declare it: `[assets.{name}]` with `path = …` or `crate = …`"
                )));
        };
        if held.is_none() {
            return Ok(Resolution::Invalid);
        }
        let part = match part {
            [] => AssetPart::Whole,
            ["bucket"] => AssetPart::Bucket,
            ["key"] => AssetPart::Key,
            ["hash"] => AssetPart::Hash,
            [other, ..] => {
                let error = ResolveError::new(
                    UNKNOWN_ASSET,
                    format!("an asset has no `{other}`, only `bucket`, `key` and `hash`"),
                );
                return Err(error.near(
                    nearest(other, ["bucket", "key", "hash"]),
                    &format!("assets.{name}."),
                ));
            }
        };
        Ok(Resolution::Asset(asset.clone(), part))
    }

    pub(crate) fn output(&self, rest: &[&str]) -> Result<Resolution, ResolveError> {
        if self.stack.is_none() {
            let message = "outputs of stacks are known only after deployment, and this value must be known when rendering";
            return Err(ResolveError::new(KNOWN_TOO_LATE, message));
        }
        let [key, rest @ ..] = rest else {
            return Err(ResolveError::new(
                UNKNOWN_STACK,
                "missing stack name after `stacks`",
            ));
        };
        let Some(stack) = self.symbols.stacks.get(*key) else {
            if self.symbols.incomplete || self.symbols.unread_stacks.contains(*key) {
                return Ok(Resolution::Invalid);
            }
            let known = self.symbols.stacks.keys().map(StackKey::as_str);
            let rest: String = rest.iter().flat_map(|segment| [".", segment]).collect();
            let mut error = ResolveError::new(UNKNOWN_STACK, format!("unknown stack `{key}`"))
                .near(self.suggestions.nearest(key, known), "stacks.");
            error.suggestion = error.suggestion.map(|instead| format!("{instead}{rest}"));
            return Err(error);
        };
        if let Some(span) = stack.disabled_at {
            return Ok(Resolution::Disabled(format!("stack `{key}`"), span));
        }
        let name = match rest {
            [name] => *name,
            [] => return Ok(Resolution::Stack(stack.key.clone())),
            [name, ..] => {
                let message = format!("`stacks.{key}.{name}` is an output: it has no attributes");
                return Err(ResolveError::new(UNKNOWN_OUTPUT, message));
            }
        };
        match stack.outputs.get(name) {
            Some(output) => match output.disabled_at {
                Some(span) => Ok(Resolution::Disabled(
                    format!("output `{name}` of stack `{key}`"),
                    span,
                )),
                None => Ok(Resolution::Output {
                    stack: stack.key.clone(),
                    output: name.to_owned(),
                    list: output.list,
                }),
            },
            None if stack.incomplete => Ok(Resolution::Invalid),
            None if stack.may_add_outputs => Ok(Resolution::Output {
                stack: stack.key.clone(),
                output: name.to_owned(),
                list: false,
            }),
            None => Err(self.unknown_output(stack, key, name)),
        }
    }

    /// Returns the error of a reference to an output that does not exist.
    fn unknown_output(&self, stack: &StackSymbols, key: &str, name: &str) -> ResolveError {
        let known: Vec<&str> = stack.outputs.keys().map(String::as_str).collect();
        let error = ResolveError::new(
            UNKNOWN_OUTPUT,
            format!("stack `{key}` has no output `{name}`"),
        );
        let add = match stack.template {
            Some(_) => format!("add it to the `Outputs` of the template of stack `{key}`"),
            None => format!("add it to the `[outputs]` of stack `{key}`"),
        };
        let help = match known.len() {
            0 => add,
            1..=MOST_LISTED => format!("its outputs are {}; or {add}", listed(&known)),
            _ => add,
        };
        error
            .near(
                self.suggestions.nearest(name, known),
                &format!("stacks.{key}."),
            )
            .help(help)
    }

    /// Resolves `path` inside a known value.
    fn inside(
        &self,
        value: &Arc<Node>,
        path: &[&str],
        name: &str,
    ) -> Result<Resolution, ResolveError> {
        let mut node = &**value;
        for (depth, step) in path.iter().enumerate() {
            let next = match &node.value {
                Value::Map(map) => map.get(step),
                Value::List(items) => step
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                _ => None,
            };
            let Some(next) = next else {
                let so_far: String = path[..depth].iter().flat_map(|step| [".", step]).collect();
                let error = ResolveError::new(
                    UNKNOWN_REFERENCE,
                    format!("`{name}{so_far}` is {} and has no `{step}`", node.kind()),
                );
                let known: Vec<&str> = node
                    .as_map()
                    .into_iter()
                    .flat_map(|map| map.keys())
                    .collect();
                return Err(error.near(
                    self.suggestions.nearest(step, known),
                    &format!("{name}{so_far}."),
                ));
            };
            node = next;
        }
        Ok(Resolution::Value(match path {
            [] => Arc::clone(value),
            _ => node.clone().into(),
        }))
    }
}

/// Resolves a pseudo parameter.
pub(crate) fn pseudo(name: &str) -> Result<Resolution, ResolveError> {
    match name {
        "AWS::NoValue" => Ok(Resolution::Removal),
        _ if PSEUDO_PARAMETERS.contains(&name) => Ok(Resolution::Pseudo(name.to_owned())),
        _ => {
            let error = ResolveError::new(
                UNKNOWN_REFERENCE,
                format!("unknown pseudo parameter `{name}`"),
            );
            Err(error.near(nearest(name, PSEUDO_PARAMETERS.iter().copied()), ""))
        }
    }
}
