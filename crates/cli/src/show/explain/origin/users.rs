//! What uses a variable or a resource.

use blueprint::references;
use serde_json::Value;
use template::{Node, Target};

use super::View;
use super::stack::{StackView, member};
use crate::show::explain::value::Member;

impl View<'_> {
    /// The values of all stacks in whose text the variable stands.
    pub(super) fn users(&self, variable: &str) -> Vec<Member> {
        let mut users = Vec::new();
        for (stack, rendered) in &self.rendered {
            let mut visit = |path: &str, node: &Node| {
                let named = references(self.sources.slice(node.span));
                let uses = |name: &Vec<String>| {
                    name.first().is_some_and(|head| head == "vars")
                        && name.get(1).is_some_and(|second| second == variable)
                };
                if node.as_map().is_none() && named.iter().any(uses) {
                    users.push(Member {
                        section: "values",
                        name: format!("stacks.{stack}.{path}"),
                        value: Value::Null,
                        place: self.place(node.span),
                    });
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
        users
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
        template::Value::Map(map) => {
            for (key, entry) in map.iter() {
                let path = match (node.function().is_some(), key) {
                    (true, _) | (_, "Properties") => path.to_owned(),
                    _ => format!("{path}.{key}"),
                };
                walk(&path, &entry.node, visit);
            }
        }
        template::Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{path}[{index}]"), item, visit);
            }
        }
        _ => {}
    }
}
