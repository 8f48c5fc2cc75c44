//! Expands components: each use becomes a scope of the stack.
//!
//! Only the values that determine the number of resources are evaluated here. Limits on nesting and
//! on the number of uses stop runaway expansion.

use super::StackDeclarer;
use crate::codes;
use crate::declare::inputs;
use crate::declare::inputs::InputBinding;
use crate::evaluate::Evaluator;
use crate::evaluate::context::LoadContext;
use crate::limits::{COMPONENT_NESTING, COMPONENT_USES, COMPONENT_USES_TOTAL};
use crate::scope::component_registry::{ComponentId, ComponentText};
use crate::scope::symbols::{Instance, SymbolTable};
use crate::scope::{CallSite, Scope, ScopeId};
use crate::syntax::keys::{COMPONENT, INSTANCE, STACK, is_upper, listed};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node};
use std::sync::Arc;

/// A use of a component.
pub(crate) struct ComponentCall<'a> {
    /// The scope that contains it.
    pub(crate) scope: &'a Scope,
    pub(crate) each: Option<&'a Instance>,
    /// The table with the key `use`.
    pub(crate) map: &'a Map,
    /// The prefix of the component's logical ids.
    pub(crate) prefix: String,
}

impl StackDeclarer<'_> {
    /// Expands the component that a table uses. Returns none if the component is invalid.
    pub(crate) fn expand(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        used: &ComponentCall<'_>,
    ) -> Option<ScopeId> {
        let entry = used.map.entry("use")?;
        let mut evaluator = Evaluator::new(context, symbols, None);
        evaluator.scope = Some(used.scope);
        evaluator.each = used.each;
        let name = evaluator.required_text(&entry.node, "`use`")?;
        let span = entry.node.span;
        if !self.is_within_limits(context, span) {
            return None;
        }
        let text = context.component(&name, span)?;
        if self.is_recursive_use(context, &text, span) {
            return None;
        }
        let id = self.reserve();
        let mut scope = Scope::new(id, Arc::clone(&text.node), used.prefix.clone());
        scope.incomplete = !text.is_whole;
        scope.call_site = Some(CallSite {
            scope: used.scope.id,
            each: used.each.cloned(),
            component: text.name.clone(),
            span,
            file: text.file,
        });
        self.overlay(context, &mut scope);
        if let Some(map) = Arc::clone(&scope.node).as_map()
            && text.is_whole
        {
            component_keys(context, map);
        }
        let binding = InputBinding {
            scope: used.scope,
            each: used.each,
            given: used.map.get("inputs"),
            component: &text.name,
            span,
        };
        inputs::bind(context, symbols, &binding, &mut scope);
        self.chain.push((text.identity, text.name, span));
        self.fill(context, symbols, scope);
        self.chain.pop();
        Some(id)
    }

    fn is_within_limits(&mut self, context: &mut LoadContext<'_>, span: Span) -> bool {
        context.components.count += 1;
        let message = if self.chain.len() >= COMPONENT_NESTING {
            format!("components are nested more than {COMPONENT_NESTING} deep")
        } else if self.scopes.len() > COMPONENT_USES {
            format!("the stack uses components more than {COMPONENT_USES} times")
        } else if context.components.count > COMPONENT_USES_TOTAL {
            format!("the blueprint uses components more than {COMPONENT_USES_TOTAL} times")
        } else {
            return true;
        };
        // Reported only once: expansion stops here.
        if !std::mem::replace(&mut self.is_too_much, true) {
            let stack = self.chain.first().map(|(.., span)| *span);
            let problem = Problem::error(codes::COMPONENT_LIMIT, message).at(span, "");
            context.report(match stack {
                Some(stack) => problem.at(stack, "begun here"),
                None => problem,
            });
        }
        false
    }

    fn is_recursive_use(
        &self,
        context: &mut LoadContext<'_>,
        text: &ComponentText,
        span: Span,
    ) -> bool {
        let is_same = |(identity, ..): &(ComponentId, String, Span)| *identity == text.identity;
        let Some(first) = self.chain.iter().position(is_same) else {
            return false;
        };
        let round = &self.chain[first..];
        let names: Vec<String> = round
            .iter()
            .map(|(_, name, _)| name)
            .chain([&text.name])
            .map(|name| format!("`{name}`"))
            .collect();
        let message = match names.as_slice() {
            [one, _] => format!("component {one} uses itself"),
            names => format!("components use each other: {}", names.join(" → ")),
        };
        let mut problem = Problem::error(codes::COMPONENT_CYCLE, message);
        problem = problem.at(span, format!("uses `{}` again", text.name));
        for (_, name, span) in round.iter().skip(1) {
            problem = problem.at(*span, format!("uses `{name}`"));
        }
        context.report(problem.help("remove one of these uses"));
        true
    }
}

/// Checks the keys of a component.
fn component_keys(context: &mut LoadContext<'_>, map: &Map) {
    context.check_keys(map, &COMPONENT, |key, _| match key {
        "use" => {
            Some("a component uses others as its resources: `[Name]` with `use = …`".to_owned())
        }
        _ if STACK.known.contains(&key) || STACK.later.contains(&key) => {
            Some(format!("set `{key}` in the stack that uses the component"))
        }
        _ => None,
    });
}

/// Checks the keys of a resource that is a component.
pub(crate) fn instance_keys(context: &mut LoadContext<'_>, id: &str, map: &Map) {
    for (key, entry) in map.iter() {
        if INSTANCE.contains(&key) {
            continue;
        }
        let problem =
            |message: String| Problem::error(codes::BAD_COMPONENT, message).at(entry.key, "");
        if is_upper(key) {
            let message = format!("component `{id}` has no property `{key}`");
            context.report(problem(message).help(format!(
                "set an input, as `inputs.name = …`; to change a property of one of its resources, use an environment's overlay, `stacks.KEY.{id}Resource.{key} = …`"
            )));
        } else if key == "type" {
            context.report(
                problem(format!("`{id}` has a `type` and a `use`"))
                    .help("a resource has a `type` or uses a component, not both"),
            );
        } else if crate::syntax::keys::RESOURCE.known.contains(&key) {
            let message =
                format!("`{key}` belongs to the resources of a component, not to its use");
            context.report(problem(message).help(format!(
                "the other keys are {}; to change the resources of a component without an input for it, use an environment's overlay",
                listed(&INSTANCE[1..])
            )));
        }
    }
}

/// Reports `inputs` in a table without `use`.
pub(crate) fn inputs_without_use(context: &mut LoadContext<'_>, map: &Map, is_stack: bool) {
    let Some(entry) = map.entry("inputs") else {
        return;
    };
    let problem = Problem::error(codes::BAD_COMPONENT, "`inputs` without `use`").at(entry.key, "");
    context.report(match is_stack && declares(&entry.node) {
        true => problem.help("a file that declares inputs is a component: move it to `components`, and use it with `use = \"./components/…\"`"),
        false => problem.help("name the component: `use = \"aws/vpc\"`, `use = \"./components/…\"`"),
    });
}

/// Returns true if a table of inputs looks like declarations.
fn declares(node: &Node) -> bool {
    let map = node.as_map();
    map.is_some_and(|map| {
        map.iter().any(|(_, entry)| {
            entry.node.get("type").is_some() || entry.node.get("default").is_some()
        })
    })
}
