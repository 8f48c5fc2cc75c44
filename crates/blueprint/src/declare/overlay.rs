//! Overlays: what an environment changes in stacks, merged before anything is evaluated.

use crate::codes;
use crate::evaluate::context::Session;
use crate::model::Overlaid;
use crate::scope::Frame;
use crate::scope::symbols::Declared;
use crate::syntax::keys::is_upper;
use formwork_template::diagnostics::{Problem, did_you_mean, nearest};
use formwork_template::{Entry, Map, Node};
use std::collections::HashSet;
use std::sync::Arc;

/// What an environment changes in a resource that a component makes.
#[derive(Debug, Clone)]
pub(crate) struct Later {
    /// The logical id, and where the overlay names it.
    id: String,
    entry: Entry,
    /// Whether the environment is the one that was asked for.
    pub(crate) is_chosen: bool,
    /// Whether such a resource was found.
    is_met: bool,
    /// Whether these are inputs, merged already: only their names are left to be checked.
    are_inputs: bool,
}

/// Merges `overlay` into `base`: tables merge, everything else replaces, `${AWS::NoValue}` removes.
/// A path that does not exist is an error, unless a whole resource is added at it, or an input is
/// given. Gives back what may be meant for the resources of components.
pub(crate) fn apply(
    session: &mut Session<'_>,
    base: &mut Node,
    overlay: &Map,
    incomplete: bool,
) -> Vec<Later> {
    let mut now = Map::default();
    let mut later = Vec::new();
    let uses = base.as_map().is_some_and(uses_components);
    let is_component = base.get("use").is_some();
    for (key, entry) in overlay.iter() {
        let mut entry = entry.clone();
        let stands = base.get(key).is_some() || adds_resource(key, &entry.node, &[]);
        if is_upper(key) && uses && !stands {
            later.push(Later::new(key, entry));
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
                    later.push(Later::new(key, theirs));
                }
                if is_all {
                    continue;
                }
            }
        }
        if let Some(table) = entry.node.as_map().filter(|_| is_upper(key)) {
            later.extend(Later::inputs(key, table));
        }
        now.insert(key, entry.key, entry.node);
    }
    later.extend(Later::inputs("", overlay).filter(|_| is_component));
    merge(session, base, &now, &mut Vec::new(), incomplete);
    later
}

/// The tables of a stack that the component which it is may have too.
const SECTIONS: [&str; 6] = [
    "conditions",
    "mappings",
    "metadata",
    "outputs",
    "parameters",
    "rules",
];

impl Later {
    fn new(id: &str, entry: Entry) -> Self {
        Self {
            id: id.to_owned(),
            entry,
            is_chosen: false,
            is_met: false,
            are_inputs: false,
        }
    }

    /// The inputs that a table gives to the component which it uses.
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

/// Changes the text of one use of a component.
pub(crate) fn component(session: &mut Session<'_>, frame: &mut Frame, overlays: &mut [Later]) {
    for later in overlays {
        if later.are_inputs {
            if later.id == frame.prefix && !later.is_chosen {
                input_names(session, frame, &later.entry.node);
            }
            continue;
        }
        let Some(id) = later.id.strip_prefix(frame.prefix.as_str()) else {
            continue;
        };
        let is_section = SECTIONS.contains(&id) && frame.prefix.is_empty();
        if frame.table(id).is_none() && !is_section {
            continue;
        }
        later.is_met = true;
        let mut overlay = Map::default();
        overlay.insert(id, later.entry.key, later.entry.node.clone());
        let incomplete = frame.incomplete;
        let mut node = (*frame.node).clone();
        let before = session.overlays.len();
        merge(session, &mut node, &overlay, &mut Vec::new(), incomplete);
        match later.is_chosen {
            true => frame.node = Arc::new(node),
            false => session.overlays.truncate(before),
        }
    }
}

/// Checks what another environment gives to a component; those of this one are checked with all
/// that it is given.
fn input_names(session: &mut Session<'_>, frame: &Frame, given: &Node) {
    let (Some(caller), Some(given)) = (&frame.caller, given.as_map()) else {
        return;
    };
    let empty = Map::default();
    let declared = frame.node.get("inputs").and_then(Node::as_map);
    let component = &caller.component;
    let declared = declared.unwrap_or(&empty);
    super::inputs::unknown(session, component, declared, given, frame.incomplete);
}

/// Says which overlays met no resource of a component.
pub(crate) fn unmet(session: &mut Session<'_>, stack: &Declared, overlays: &[Later]) {
    if stack.incomplete {
        return;
    }
    for later in overlays
        .iter()
        .filter(|later| !later.is_met && !later.are_inputs)
    {
        let mut names = Map::default();
        for frame in &stack.frames {
            for id in frame.resources.keys() {
                names.insert(frame.global(id), frame.node.span, Node::default());
            }
        }
        missing(session, &names, &later.id, &later.entry, &[]);
    }
}

fn merge(
    session: &mut Session<'_>,
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
                session.overlays.push(Overlaid {
                    span: node.span,
                    replaced: None,
                });
                map.insert(key, entry.key, node.clone());
            } else if !incomplete {
                missing(session, map, key, entry, path);
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
                merge(session, below, inner, path, incomplete);
                path.pop();
            }
            _ => {
                session.overlays.push(Overlaid {
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

/// Whether it is a table, and not a function written as one.
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

fn missing(session: &mut Session<'_>, base: &Map, key: &str, entry: &Entry, path: &[String]) {
    let whole: String = path
        .iter()
        .flat_map(|step| [step.as_str(), "."])
        .chain([key])
        .collect();
    let message = format!("the stack has no `{whole}` that could be overlaid");
    let problem = Problem::error(codes::UNKNOWN_OVERLAY, message).at(entry.key, "");
    let help = match (nearest(key, base.keys()), path.is_empty() && is_upper(key)) {
        (Some(near), _) => did_you_mean(near),
        (None, true) => "an overlay that adds a whole resource gives its `type`".to_owned(),
        (None, false) => "write it in the stack, then an environment can replace it".to_owned(),
    };
    session.report(problem.help(help));
}
