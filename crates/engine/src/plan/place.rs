//! Places in a template, and what may be shown of them.

use formwork_template::diagnostics::Span;
use formwork_template::{Node, PathStep, Target, Template, ValuePath};

/// A template's value as JSON.
pub(super) fn json(node: &Node) -> serde_json::Value {
    serde_json::from_str(&formwork_template::write::json_compact(node))
        .expect("what is written as JSON is JSON")
}

/// Whether a part of a template uses a parameter that is not shown.
pub(super) fn holds_secret(template: &Template, node: &Node) -> bool {
    node.references().iter().any(|reference| {
        let Target::Name(name) = reference.target else {
            return false;
        };
        template
            .parameters()
            .any(|parameter| parameter.name == name && parameter.is_no_echo())
    })
}

/// Whether what stands at a path of a resource uses a parameter that is not shown.
pub(super) fn is_secret(template: &Template, id: &str, path: &ValuePath) -> bool {
    node_at(template, id, path).is_some_and(|node| holds_secret(template, node))
}

/// Where a resource is declared.
pub(super) fn span_of(template: &Template, id: &str) -> Option<Span> {
    template.resource(id).map(|resource| resource.id_span)
}

/// What stands at a path of a resource, or as far on the way as there is something.
pub(super) fn node_at<'a>(template: &'a Template, id: &str, path: &ValuePath) -> Option<&'a Node> {
    let mut node = template.resource(id)?.node;
    for step in path.steps() {
        if node.function().is_some() {
            break;
        }
        let next = match (step, node.as_list()) {
            (PathStep::Name(name), _) => node.get(name),
            (PathStep::Index(index), Some(items)) => items.get(*index),
            (PathStep::Index(_), None) => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    Some(node)
}
