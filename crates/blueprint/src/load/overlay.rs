//! Overlays: what an environment changes in stacks, merged before anything is evaluated.

use super::keys::is_upper;
use super::session::Session;
use crate::codes;
use crate::model::Overlaid;
use template::source::{Problem, nearest};
use template::{Entry, Map, Node};

/// Merges `overlay` into `base`: tables merge, everything else replaces, `${AWS::NoValue}` removes.
/// A path that does not exist is an error, unless a whole resource is added at it.
pub(crate) fn apply(session: &mut Session<'_>, base: &mut Node, overlay: &Map, incomplete: bool) {
    merge(session, base, overlay, &mut Vec::new(), incomplete);
}

fn merge(
    session: &mut Session<'_>,
    base: &mut Node,
    overlay: &Map,
    path: &mut Vec<String>,
    incomplete: bool,
) {
    for (key, entry) in overlay.iter() {
        let Some(map) = base.as_map_mut() else {
            return;
        };
        let node = &entry.node;
        if map.get(key).is_none() {
            if adds_resource(key, node, path) {
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
            map.remove(key);
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
    stands && node.get("type").is_some()
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
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, true) => "an overlay that adds a whole resource gives its `type`".to_owned(),
        (None, false) => "write it in the stack, then an environment can replace it".to_owned(),
    };
    session.report(problem.help(help));
}
