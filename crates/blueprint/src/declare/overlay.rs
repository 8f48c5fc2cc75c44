//! Overlays: the changes that an environment makes to stacks. They are merged before values are
//! evaluated.

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::model::AppliedOverlay;
use crate::scope::Scope;
use crate::scope::symbols::StackSymbols;
use crate::syntax::keys::is_upper;
use formwork_template::diagnostics::{Problem, did_you_mean};
use formwork_template::{Entry, Map, Node};
use std::collections::HashSet;
use std::sync::Arc;

/// A change to a resource of a component. It is merged when the component is expanded.
#[derive(Debug, Clone)]
pub(crate) struct ResourceOverlay {
    /// The logical id in the overlay.
    id: String,
    entry: Entry,
    /// True for an overlay of the requested environment.
    pub(crate) is_chosen: bool,
    /// True after a matching resource was found.
    is_matched: bool,
    /// True for inputs. They are merged already; only their names are left to check.
    are_inputs: bool,
}

/// Merges `overlay` into `base`: tables are merged, other values are replaced, and
/// `${AWS::NoValue}` removes a key. A path that does not exist is an error, unless it adds a whole
/// resource or an input. Returns the overlays that may belong to resources of components.
pub(crate) fn apply_to_stack(
    context: &mut LoadContext<'_>,
    base: &mut Node,
    overlay: &Map,
    incomplete: bool,
) -> Vec<ResourceOverlay> {
    let mut now = Map::default();
    let mut pending = Vec::new();
    let uses = base.as_map().is_some_and(uses_components);
    let is_component = base.get("use").is_some();
    for (key, entry) in overlay.iter() {
        let mut entry = entry.clone();
        let stands = base.get(key).is_some() || adds_resource(key, &entry.node, &[]);
        if is_upper(key) && uses && !stands {
            pending.push(ResourceOverlay::new(key, entry));
            continue;
        }
        if is_component && SECTIONS.contains(&key) {
            let own = base.get(key).and_then(Node::as_map);
            let mut theirs = entry.clone();
            let is_own = |name: &str| own.is_some_and(|own| own.contains(name));
            if let (Some(now), Some(more)) = (entry.node.as_map_mut(), theirs.node.as_map_mut()) {
                now.retain(|name, _| is_own(name));
                more.retain(|name, _| !is_own(name));
                let is_all = now.is_empty();
                if !more.is_empty() {
                    pending.push(ResourceOverlay::new(key, theirs));
                }
                if is_all {
                    continue;
                }
            }
        }
        if let Some(table) = entry.node.as_map().filter(|_| is_upper(key)) {
            pending.extend(ResourceOverlay::inputs(key, table));
        }
        now.insert(key, entry.key, entry.node);
    }
    pending.extend(ResourceOverlay::inputs("", overlay).filter(|_| is_component));
    merge(context, base, &now, &mut Vec::new(), incomplete);
    pending
}

/// The tables that both a stack and its component may have.
const SECTIONS: [&str; 6] = [
    "conditions",
    "mappings",
    "metadata",
    "outputs",
    "parameters",
    "rules",
];

impl ResourceOverlay {
    fn new(id: &str, entry: Entry) -> Self {
        Self {
            id: id.to_owned(),
            entry,
            is_chosen: false,
            is_matched: false,
            are_inputs: false,
        }
    }

    /// Returns the inputs of a table that uses a component.
    fn inputs(id: &str, table: &Map) -> Option<Self> {
        let entry = table.entry("inputs")?.clone();
        Some(Self {
            are_inputs: true,
            ..Self::new(id, entry)
        })
    }
}

fn uses_components(stack: &Map) -> bool {
    let says = |map: &Map| map.iter().any(|(_, entry)| entry.node.get("use").is_some());
    let more = stack.get("resources").and_then(Node::as_map);
    stack.contains("use") || says(stack) || more.is_some_and(says)
}

/// Merges the overlays into the text of one use of a component.
pub(crate) fn apply_to_component(
    context: &mut LoadContext<'_>,
    scope: &mut Scope,
    overlays: &mut [ResourceOverlay],
) {
    for pending in overlays {
        if pending.are_inputs {
            if pending.id == scope.prefix && !pending.is_chosen {
                input_names(context, scope, &pending.entry.node);
            }
            continue;
        }
        let Some(id) = pending.id.strip_prefix(scope.prefix.as_str()) else {
            continue;
        };
        let is_section = SECTIONS.contains(&id) && scope.prefix.is_empty();
        if scope.table(id).is_none() && !is_section {
            continue;
        }
        pending.is_matched = true;
        let mut overlay = Map::default();
        overlay.insert(id, pending.entry.key, pending.entry.node.clone());
        let incomplete = scope.incomplete;
        let mut node = (*scope.node).clone();
        let before = context.overlays.len();
        merge(context, &mut node, &overlay, &mut Vec::new(), incomplete);
        match pending.is_chosen {
            true => scope.node = Arc::new(node),
            false => context.overlays.truncate(before),
        }
    }
}

/// Checks the input names in an overlay of another environment. Those of the requested environment
/// are checked with all inputs.
fn input_names(context: &mut LoadContext<'_>, scope: &Scope, given: &Node) {
    let (Some(call_site), Some(given)) = (&scope.call_site, given.as_map()) else {
        return;
    };
    let empty = Map::default();
    let declared = scope.node.get("inputs").and_then(Node::as_map);
    let component = &call_site.component;
    let declared = declared.unwrap_or(&empty);
    super::inputs::report_unknown(context, component, declared, given, scope.incomplete);
}

/// Reports the overlays that match no resource of a component.
pub(crate) fn report_unmatched(
    context: &mut LoadContext<'_>,
    stack: &StackSymbols,
    overlays: &[ResourceOverlay],
) {
    if stack.incomplete {
        return;
    }
    for pending in overlays
        .iter()
        .filter(|pending| !pending.is_matched && !pending.are_inputs)
    {
        let mut names = Map::default();
        for scope in &stack.scopes {
            for id in scope.resources.keys() {
                names.insert(scope.template_name(id), scope.node.span, Node::default());
            }
        }
        missing(context, &names, &pending.id, &pending.entry, &[]);
    }
}

fn merge(
    context: &mut LoadContext<'_>,
    base: &mut Node,
    overlay: &Map,
    path: &mut Vec<String>,
    incomplete: bool,
) {
    let mut removed: HashSet<&str> = HashSet::new();
    for (key, entry) in overlay.iter() {
        let Some(map) = base.as_map_mut() else {
            return;
        };
        let node = &entry.node;
        if map.get(key).is_none() {
            let gives_input = path.last().is_some_and(|last| last == "inputs")
                || (key == "inputs" && map.contains("use"));
            if adds_resource(key, node, path) || gives_input {
                context.overlays.push(AppliedOverlay {
                    span: node.span,
                    replaced: None,
                });
                map.insert(key, entry.key, node.clone());
            } else if !incomplete {
                missing(context, map, key, entry, path);
            }
            continue;
        }
        if node
            .as_str()
            .is_some_and(|text| text.trim() == "${AWS::NoValue}")
        {
            removed.insert(key);
            continue;
        }
        let Some(below) = map.get_mut(key) else {
            continue;
        };
        match node.as_map() {
            Some(inner) if is_plain_table(below) && is_plain_table(node) => {
                path.push(key.to_owned());
                merge(context, below, inner, path, incomplete);
                path.pop();
            }
            _ => {
                context.overlays.push(AppliedOverlay {
                    span: node.span,
                    replaced: Some(below.span),
                });
                *below = node.clone();
            }
        }
    }
    if let Some(map) = base.as_map_mut().filter(|_| !removed.is_empty()) {
        map.retain(|key, _| !removed.contains(key));
    }
}

/// Returns true for a table that is not a function.
fn is_plain_table(node: &Node) -> bool {
    node.as_map().is_some() && node.function().is_none()
}

fn adds_resource(key: &str, node: &Node, path: &[String]) -> bool {
    let stands = match path {
        [] => is_upper(key),
        [only] => only == "resources",
        _ => false,
    };
    stands && (node.get("type").is_some() || node.get("use").is_some())
}

fn missing(context: &mut LoadContext<'_>, base: &Map, key: &str, entry: &Entry, path: &[String]) {
    let whole: String = path
        .iter()
        .flat_map(|step| [step.as_str(), "."])
        .chain([key])
        .collect();
    let message = format!("the stack has no `{whole}` to overlay");
    let problem = Problem::error(codes::UNKNOWN_OVERLAY, message).at(entry.key, "");
    let help = match (
        context.suggestions.nearest(key, base.keys()),
        path.is_empty() && is_upper(key),
    ) {
        (Some(near), _) => did_you_mean(near),
        (None, true) => "an overlay that adds a resource needs its `type`".to_owned(),
        (None, false) => "write it in the stack, then an environment can replace it".to_owned(),
    };
    context.report(problem.help(help));
}
