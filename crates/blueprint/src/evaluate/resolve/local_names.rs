//! Resolves the names of the current scope: resources and parameters.

use super::Resolver;
use crate::codes::UNKNOWN_REFERENCE;
use crate::evaluate::resolution::{Resolution, ResolveError};
use crate::evaluate::text::NAMESPACES;
use crate::model::VariableName;
use crate::scope::Scope;
use crate::scope::symbols::{Instance, Instances, ResourceSymbol};
use formwork_template::diagnostics::nearest;

impl Resolver<'_> {
    /// Resolves a resource or a parameter of this stack.
    pub(crate) fn local_name(
        &self,
        id: &str,
        rest: &[&str],
        prefix: &str,
    ) -> Result<Resolution, ResolveError> {
        let Some(stack) = self.stack else {
            let message = format!("`{id}` is not known when rendering, and this value must be");
            let error = ResolveError::new(UNKNOWN_REFERENCE, message);
            return Err(error
                .near(nearest(id, NAMESPACES.iter().copied()), "")
                .help("use a variable (`vars.…`), `env.name` or `each.…`"));
        };
        let Some(scope) = self.scope else {
            return Err(unknown(id, false));
        };
        if let Some((scope, resource)) = stack.resource(scope, id) {
            return self.declared(scope, id, resource, rest, prefix);
        }
        let whole = scope.stack_component.map(|whole| stack.scope(whole));
        for scope in [Some(scope), whole].into_iter().flatten() {
            if scope.generated.contains_key(id) {
                return Ok(match rest {
                    [] => Resolution::Resource(scope.template_name(id)),
                    attribute => {
                        Resolution::Attribute(scope.template_name(id), attribute.join("."))
                    }
                });
            }
            match (scope.parameters.get(id), rest) {
                (Some(parameter), []) => {
                    return Ok(Resolution::Parameter {
                        name: scope.template_name(id),
                        list: parameter.list,
                    });
                }
                (Some(_), _) => {
                    let mut error = ResolveError::new(
                        UNKNOWN_REFERENCE,
                        format!("`{id}` is a parameter: it has no attributes"),
                    );
                    error.suggestion = Some(id.to_owned());
                    return Err(error);
                }
                (None, _) => {}
            }
        }
        match scope.incomplete {
            true => Ok(Resolution::Invalid),
            false => Err(self.unknown_local_name(scope, id, rest, prefix)),
        }
    }

    /// Resolves a declared resource, a `for_each` or a component.
    fn declared(
        &self,
        scope: &Scope,
        id: &str,
        resource: &ResourceSymbol,
        rest: &[&str],
        prefix: &str,
    ) -> Result<Resolution, ResolveError> {
        if let Some(span) = resource.disabled_at {
            return Ok(Resolution::Disabled(format!("resource `{id}`"), span));
        }
        let is_one = matches!(
            resource.instances,
            Instances::Single | Instances::Component(_)
        );
        match (&resource.instances, rest) {
            (Instances::Unknown(_), _) => Ok(Resolution::Invalid),
            (_, ["*", ..]) if is_one => {
                let mut error = ResolveError::new(
                    UNKNOWN_REFERENCE,
                    format!("`{id}` is a single resource: `.*` is only for a `for_each`"),
                );
                error.suggestion = Some(format!("{prefix}{id}.{}", rest[1..].join(".")));
                Err(error)
            }
            (Instances::Single, []) => Ok(Resolution::Resource(scope.template_name(id))),
            (Instances::Single, attribute) => Ok(Resolution::Attribute(
                scope.template_name(id),
                attribute.join("."),
            )),
            (Instances::PerItem(each), []) => Ok(Resolution::Resources(ids(each))),
            (Instances::PerItem(each), ["*", attribute @ ..]) if !attribute.is_empty() => {
                Ok(Resolution::Attributes(ids(each), attribute.join(".")))
            }
            (Instances::Component(below), rest) => self.component(*below, id, rest, prefix),
            (Instances::ComponentPerItem(each), []) => {
                let all = each
                    .iter()
                    .map(|(_, below)| self.component(*below, id, &[], prefix));
                Ok(Resolution::Several(all.collect::<Result<_, _>>()?))
            }
            (Instances::ComponentPerItem(each), ["*", output @ ..]) if !output.is_empty() => {
                let one = |below| self.component(below, id, output, &format!("{prefix}{id}.*."));
                let all = each.iter().map(|(_, below)| one(*below));
                Ok(Resolution::Several(all.collect::<Result<_, _>>()?))
            }
            (Instances::PerItem(_) | Instances::ComponentPerItem(_), attribute) => {
                let attribute: Vec<_> = attribute
                    .iter()
                    .filter(|step| **step != "*")
                    .copied()
                    .collect();
                let message = format!("`{id}` is a list of resources, made by `for_each`");
                let mut error = ResolveError::new(UNKNOWN_REFERENCE, message);
                error.suggestion = Some(format!("{prefix}{id}.*.{}", attribute.join(".")));
                Err(error)
            }
        }
    }

    fn unknown_local_name(
        &self,
        scope: &Scope,
        id: &str,
        rest: &[&str],
        prefix: &str,
    ) -> ResolveError {
        let resources = scope.resources.keys().map(String::as_str);
        let parameters = scope.parameters.keys().map(String::as_str);
        let known = resources
            .chain(parameters)
            .chain(NAMESPACES.iter().copied());
        let mut error = unknown(id, scope.call_site.is_some())
            .near(self.suggestions.nearest(id, known), prefix);
        // A variable or input needs its namespace, never the prefix.
        let bare =
            VariableName::new(id).is_some_and(|name| self.symbols.variables.contains_key(&name));
        if bare && rest.is_empty() {
            error.suggestion = Some(format!("vars.{id}"));
        }
        if scope.inputs.contains_key(id) {
            error.suggestion = Some(format!("inputs.{id}"));
        }
        let rest: String = rest.iter().flat_map(|segment| [".", segment]).collect();
        error.suggestion = error.suggestion.map(|instead| format!("{instead}{rest}"));
        error
    }
}

fn unknown(id: &str, in_component: bool) -> ResolveError {
    let place = if in_component { "component" } else { "stack" };
    let message = format!("unknown resource or parameter `{id}` in this {place}");
    ResolveError::new(UNKNOWN_REFERENCE, message)
}

fn ids(instances: &[Instance]) -> Vec<String> {
    instances
        .iter()
        .map(|instance| instance.id.clone())
        .collect()
}
