//! Collects the names that the scopes of a stack contribute to one template, and reports
//! duplicates.

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::scope::symbols::{Instances, OutputSymbol, StackSymbols};
use crate::scope::{Scope, ScopeId};
use formwork_template::Node;
use formwork_template::diagnostics::{Problem, Span};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Collects the logical ids of all scopes and reports duplicates.
pub(crate) fn collect_logical_ids(context: &mut LoadContext<'_>, declared: &mut StackSymbols) {
    let mut seen: HashMap<String, NameOwner> = HashMap::new();
    for scope in &declared.scopes {
        for (id, resource) in &scope.resources {
            if matches!(resource.instances, Instances::Single) {
                let this = NameOwner::new(scope, id, resource.span);
                add_logical_id(context, &mut seen, scope.template_name(id), this, None);
            }
        }
    }
    for scope in &mut declared.scopes {
        let mut made = HashMap::new();
        for (written, resource) in &scope.resources {
            let Instances::PerItem(instances) = &resource.instances else {
                continue;
            };
            for instance in instances {
                let this = NameOwner::new(scope, written, resource.span);
                let id = instance.id.clone();
                if add_logical_id(context, &mut seen, id, this, Some(&instance.key)) {
                    let local = &instance.id[scope.prefix.len()..];
                    made.insert(local.to_owned(), resource.span);
                }
            }
        }
        scope.generated = made;
    }
    declared.ids = seen.into_iter().map(|(id, seen)| (id, seen.span)).collect();
    collect_other_names(context, declared);
}

/// The resource that has a logical id.
struct NameOwner {
    scope: ScopeId,
    written: String,
    span: Span,
}

impl NameOwner {
    fn new(scope: &Scope, written: &str, span: Span) -> Self {
        Self {
            scope: scope.id,
            written: written.to_owned(),
            span,
        }
    }
}

/// Adds a logical id. Reports it and returns false if another resource has it.
fn add_logical_id(
    context: &mut LoadContext<'_>,
    seen: &mut HashMap<String, NameOwner>,
    id: String,
    this: NameOwner,
    key: Option<&str>,
) -> bool {
    let Some(first) = seen.get(&id) else {
        seen.insert(id, this);
        return true;
    };
    let message = format!("two resources would be named `{id}`");
    let label = key.map_or("from here".to_owned(), |key| format!("from `{key}`"));
    let problem = Problem::error(codes::DUPLICATE_LOGICAL_ID, message).at(this.span, label);
    let is_same = first.scope == this.scope && first.written == this.written;
    let problem = match is_same {
        true => problem,
        false => problem.at(first.span, "and from here"),
    };
    context.report(match key {
        Some(_) => problem
            .help("letters and digits of a `for_each` item name its resource: make them different"),
        None => problem.help(
            "a component's resources are named after the resource that uses it: rename that one",
        ),
    });
    false
}

/// Adds the parameters, and reports duplicate names that come from components.
fn collect_other_names(context: &mut LoadContext<'_>, declared: &mut StackSymbols) {
    let mut seen: HashMap<(&str, String), Span> = HashMap::new();
    let mut ids = std::mem::take(&mut declared.ids);
    for scope in &declared.scopes {
        let mut sections: Vec<(&str, &str, Span)> = Vec::new();
        for (section, what) in [
            ("parameters", "parameter"),
            ("conditions", "condition"),
            ("mappings", "mapping"),
            ("rules", "rule"),
        ] {
            let table = scope.node.get(section);
            for (name, entry) in table.into_iter().flat_map(Node::entries) {
                sections.push((what, name, entry.key));
            }
        }
        for (what, name, span) in sections {
            let global = scope.template_name(name);
            let taken = match what {
                "parameter" => ids.insert(global.clone(), span),
                _ => None,
            };
            let first = seen.insert((what, global.clone()), span).or(taken);
            // In a stack without components, the checks of the template report it.
            if let (Some(first), true) = (first, declared.scopes.len() > 1) {
                let message = format!("duplicate {what} `{global}`");
                context.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(span, "this one")
                        .at(first, "and this one"),
                );
            }
        }
    }
    declared.ids = ids;
}

/// Collects the outputs of the stack: its own and those of its component.
pub(crate) fn collect_outputs(context: &mut LoadContext<'_>, declared: &mut StackSymbols) {
    let own = declared.root_scope();
    let whole = own.stack_component.map(|whole| declared.scope(whole));
    let mut outputs: IndexMap<String, OutputSymbol> = IndexMap::new();
    for scope in [Some(own), whole].into_iter().flatten() {
        let table = scope.node.get("outputs").and_then(Node::as_map);
        for (name, off) in &scope.outputs {
            let span = table
                .and_then(|table| table.entry(name))
                .map_or(declared.span, |entry| entry.key);
            let output = OutputSymbol {
                disabled_at: *off,
                list: false,
                span,
                scope: scope.id,
            };
            if let Some(first) = outputs.get(name) {
                let message = format!("duplicate output `{name}`");
                context.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(first.span, "the stack's own")
                        .at(span, "the component's"),
                );
                continue;
            }
            outputs.insert(name.clone(), output);
        }
    }
    declared.outputs = outputs;
}
