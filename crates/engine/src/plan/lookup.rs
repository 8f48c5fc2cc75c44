//! Finds nodes of a template by resource and path, and tells whether they contain a secret. Pure.

use formwork_aws::PropertyChange;
use formwork_template::diagnostics::Span;
use formwork_template::{Node, PathStep, Target, Template, ValuePath};

/// Converts a template's value to JSON.
pub(super) fn to_json(node: &Node) -> serde_json::Value {
    serde_json::from_str(&formwork_template::write::json_compact(node))
        .expect("the writer produces JSON")
}

/// Returns whether a part of a template uses a `NoEcho` parameter.
pub(super) fn has_secret(template: &Template, node: &Node) -> bool {
    node.references().iter().any(|reference| {
        let Target::Name(name) = reference.target else {
            return false;
        };
        template
            .parameters()
            .any(|parameter| parameter.name == name && parameter.is_no_echo())
    })
}

/// Returns whether the value at a path of a resource uses a `NoEcho` parameter.
pub(super) fn is_secret_at(template: &Template, id: &str, path: &ValuePath) -> bool {
    node_at(template, id, path).is_some_and(|node| has_secret(template, node))
}

/// Returns the span of a resource's logical id.
pub(super) fn resource_span(template: &Template, id: &str) -> Option<Span> {
    template.resource(id).map(|resource| resource.id_span)
}

/// Returns the node at a path of a resource, or the last node on the way that exists.
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

/// Returns the path within the resource that a change set's detail is about.
pub(super) fn detail_path(detail: &PropertyChange) -> ValuePath {
    match (&detail.path, &detail.name) {
        (Some(path), _) => ValuePath::from_pointer(path),
        (None, Some(name)) => ValuePath::default().name("Properties").name(name),
        (None, None) => ValuePath::default().name(detail.attribute.as_str()),
    }
}
