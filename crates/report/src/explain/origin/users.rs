//! What uses a variable, an asset or a resource.

use formwork_blueprint::references;
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Target};
use serde_json::Value;

use super::View;
use super::stack::{StackView, member};
use crate::explain::value::Member;

impl View<'_> {
    /// The values of all stacks in whose text the name stands, as `vars.owner`.
    pub(super) fn users(&self, head: &str, name: &str) -> Vec<Member> {
        let mut users = Vec::new();
        for (stack, rendered) in &self.rendered {
            let mut visit = |path: &str, node: &Node| {
                if node.as_map().is_none() && self.is_named(node.span, head, name) {
                    let path = format!("stacks.{stack}.{path}");
                    users.push(member("values", &path, Value::Null, self.place(node.span)));
                }
            };
            for resource in rendered.template.resources() {
                walk(resource.id, resource.node, &mut visit);
            }
            for output in rendered.template.outputs() {
                walk(&format!("outputs.{}", output.name), output.node, &mut visit);
            }
        }
        // What one text was turned into (`Fn::Sub` and its argument, the items of a list) is one use.
        users.dedup_by(|next, user| next.place == user.place);
        // What an input was given is mostly seen where it arrives.
        let arrived: Vec<_> = users.iter().map(|user| user.place.clone()).collect();
        let given = self.inputs_naming(head, name).into_iter();
        users.extend(given.filter(|input| !arrived.contains(&input.place)));
        users
    }

    /// The inputs of components in whose text the name stands.
    fn inputs_naming(&self, head: &str, name: &str) -> Vec<Member> {
        let mut found = Vec::new();
        for stack in self.blueprint.graph.stacks() {
            for used in &stack.components {
                for (input, value) in &used.inputs {
                    let Some(span) = value.given.filter(|span| self.is_named(*span, head, name))
                    else {
                        continue;
                    };
                    let steps = ["stacks", stack.key.as_str(), &used.prefix, "inputs", input];
                    let steps = steps.iter().filter(|step| !step.is_empty());
                    let path = steps.copied().collect::<Vec<_>>().join(".");
                    found.push(member("values", &path, Value::Null, self.place(span)));
                }
            }
        }
        found
    }

    /// Whether the text at `span` names `head.name`.
    fn is_named(&self, span: Span, head: &str, name: &str) -> bool {
        let named = references(self.sources.slice(span));
        let is_it = |found: &Vec<String>| matches!(found.as_slice(), [first, second, ..] if first == head && second == name);
        named.iter().any(is_it)
    }
}

impl StackView<'_, '_> {
    /// The values of the template that refer to a resource.
    pub(super) fn users_of(&self, id: &str) -> Vec<Member> {
        let mut users = Vec::new();
        let mut add = |owner: &str, node: &Node| {
            for reference in node.references() {
                let named = match reference.target {
                    Target::Name(name) | Target::Attribute(name, _) => name,
                    _ => continue,
                };
                if named == id {
                    let place = self.view.place(reference.span);
                    users.push(member("values", &self.name(owner), Value::Null, place));
                }
            }
        };
        for resource in self.template().resources() {
            add(resource.id, resource.node);
        }
        for output in self.template().outputs() {
            add(output.name, output.node);
        }
        users.dedup();
        users
    }
}

/// Visits the values below `node`, each with its path; a function is one value.
fn walk(path: &str, node: &Node, visit: &mut impl FnMut(&str, &Node)) {
    visit(path, node);
    match &node.value {
        formwork_template::Value::Map(map) => {
            for (key, entry) in map.iter() {
                let path = match (node.function().is_some(), key) {
                    (true, _) | (_, "Properties") => path.to_owned(),
                    _ => format!("{path}.{key}"),
                };
                walk(&path, &entry.node, visit);
            }
        }
        formwork_template::Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{path}[{index}]"), item, visit);
            }
        }
        _ => {}
    }
}
