//! Declares the resources of a scope: single ones, those of a `for_each`, and components.

use super::expand::ComponentCall;
use super::{StackDeclarer, expand};
use crate::codes;
use crate::declare::when::disabled_at;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::evaluate::{Evaluator, interpolate};
use crate::model::upper_camel_case;
use crate::scope::Scope;
use crate::scope::symbols::{Instance, Instances, ResourceSymbol, SymbolTable};
use crate::scope::value::is_error_node;
use crate::syntax::keys::{RESOURCE, is_upper};
use formwork_template::diagnostics::Problem;
use formwork_template::{LogicalId, Map, Node, Value};

impl StackDeclarer<'_> {
    pub(crate) fn resources(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        scope: &mut Scope,
        map: &Map,
    ) {
        let mut previous: Option<String> = None;
        for (id, entry) in map.iter() {
            if !is_upper(id) {
                continue;
            }
            if entry.node.as_map().is_none() {
                let message = format!("property `{id}` is outside a resource's table");
                let problem = Problem::error(codes::MISPLACED_KEY, message).at(entry.key, "");
                context.report(problem.help(format!(
                    "move it under the header of its resource, as `[Name]` and then `{id} = …`"
                )));
                continue;
            }
            self.resource(context, symbols, scope, id, entry, previous.as_deref());
            previous = Some(id.to_owned());
        }
        let Some(node) = map.get("resources") else {
            return;
        };
        let Some(more) = Evaluator::new(context, symbols, None).table(node, "resources") else {
            return;
        };
        for (id, entry) in more.iter() {
            if let Some(first) = scope.resources.get(id) {
                let message = format!("duplicate resource `{id}`");
                context.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(entry.key, "again here")
                        .at(first.span, "first here"),
                );
                continue;
            }
            if entry.node.as_map().is_none() {
                context.report(wrong_type("a resource", "a table", &entry.node));
                continue;
            }
            self.resource(context, symbols, scope, id, entry, None);
        }
    }

    fn resource(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        scope: &mut Scope,
        id: &str,
        entry: &formwork_template::Entry,
        previous: Option<&str>,
    ) {
        let Some(map) = entry.node.as_map() else {
            return;
        };
        if let Err(error) = LogicalId::new(scope.template_name(id)) {
            let problem = Problem::error(codes::BAD_NAME, error.to_string()).at(entry.key, "");
            context.report(problem.suggest(LogicalId::new(upper_camel_case(id)).ok()));
            scope.incomplete = true; // references to it are not reported
            return;
        }
        let mut resource = ResourceSymbol {
            span: entry.key,
            disabled_at: None,
            instances: Instances::Single,
        };
        let is_component = map.contains("use");
        if is_component {
            expand::instance_keys(context, id, map);
        } else {
            expand::inputs_without_use(context, map, false);
            if map.get("type").is_none() && !RESOURCE.later.iter().any(|key| map.contains(key)) {
                context.report(untyped(id, entry, map, previous));
            }
        }
        let unknown = || Instances::Unknown(Instance::unknown(scope.template_name(id), entry.key));
        if let Some(node) = map.get("for_each") {
            resource.instances = match for_each(context, symbols, scope, id, node) {
                Some(instances) => Instances::PerItem(instances),
                None => unknown(),
            };
        }
        let uses_each = map
            .get("when")
            .and_then(Node::as_str)
            .is_some_and(|text| text.contains("each."));
        match &mut resource.instances {
            Instances::PerItem(instances) if uses_each => {
                instances.retain(|each| {
                    disabled_at(context, symbols, map, Some(scope), Some(each)).is_none()
                });
            }
            Instances::Unknown(each) => {
                resource.disabled_at = disabled_at(context, symbols, map, Some(scope), Some(each));
            }
            _ => resource.disabled_at = disabled_at(context, symbols, map, Some(scope), None),
        }
        if is_component && resource.disabled_at.is_none() {
            let made = self.component(context, symbols, scope, id, map, resource.instances);
            self.is_missing |= matches!(made, None | Some(Instances::Unknown(_)));
            resource.instances = made.unwrap_or_else(unknown);
        }
        scope.resources.insert(id.to_owned(), resource);
    }

    /// Expands a resource that is a component. Returns none if the component is invalid.
    fn component(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        scope: &Scope,
        id: &str,
        map: &Map,
        instances: Instances,
    ) -> Option<Instances> {
        match instances {
            Instances::Single => {
                let used = ComponentCall {
                    scope,
                    each: None,
                    map,
                    prefix: scope.template_name(id),
                };
                let below = self.expand(context, symbols, &used)?;
                Some(Instances::Component(below))
            }
            Instances::PerItem(instances) => {
                let mut all = Vec::with_capacity(instances.len());
                for instance in instances {
                    let used = ComponentCall {
                        scope,
                        each: Some(&instance),
                        map,
                        prefix: instance.id.clone(),
                    };
                    let below = self.expand(context, symbols, &used)?;
                    all.push((instance, below));
                }
                Some(Instances::ComponentPerItem(all))
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
            format!("unexpected property `Type` of resource `{id}`: expected `type`"),
        );
        return problem.at(wrong.key, "").help(
            "write `type` in lower case: a key that begins with a capital letter is a property",
        );
    }
    let problem = Problem::error(
        codes::MISSING_TYPE,
        format!("resource `{id}` has no `type`"),
    )
    .at(entry.key, "");
    match previous {
        Some(previous) => problem.help(format!("add one, as `type = \"AWS::EC2::VPC\"`; if `{id}` is a property of `{previous}`, its header is `[{previous}.{id}]`")),
        None => problem.help("add one, as `type = \"AWS::EC2::VPC\"`"),
    }
}

fn for_each(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    scope: &Scope,
    id: &str,
    node: &Node,
) -> Option<Vec<Instance>> {
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = Some(scope);
    let known = evaluator.constant(node, "`for_each`")?;
    let items: Vec<(String, Node)> = match &known.value {
        Value::List(items) => {
            let mut found = Vec::new();
            for item in items {
                if is_error_node(item) {
                    return None; // it was reported
                }
                let Some(text) = interpolate::scalar(item) else {
                    let problem = wrong_type("an item of `for_each`", "a string", item);
                    context.report(problem.help(
                        "to repeat over tables, use a table of tables: its keys name the resources",
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
            context.report(wrong_type("`for_each`", "a list or a table", &known));
            return None;
        }
    };
    let mut instances = Vec::with_capacity(items.len());
    for (index, (key, value)) in items.into_iter().enumerate() {
        let suffix = upper_camel_case(&key);
        if suffix.is_empty() {
            let message = format!("`{key}` contains no letter or digit for the name of a resource");
            context.report(Problem::error(codes::BAD_NAME, message).at(node.span, ""));
            return None;
        }
        instances.push(Instance {
            id: scope.template_name(&format!("{id}{suffix}")),
            key,
            value: value.into(),
            index,
        });
    }
    Some(instances)
}
