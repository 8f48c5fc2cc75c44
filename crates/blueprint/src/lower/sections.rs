//! Lowers the sections of a template that all scopes of a stack share.

use super::Lowering;
use crate::evaluate::Position;
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Node, Value};

impl Lowering<'_, '_> {
    /// Lowers the description and the metadata. The stack's description precedes that of its
    /// component.
    pub(crate) fn description_and_metadata(&mut self, root: &mut Map) {
        let declared = self.declared;
        let whole = declared
            .root_scope()
            .stack_component
            .map(|whole| declared.scope(whole));
        let texts = || [Some(declared.root_scope()), whole].into_iter().flatten();
        for scope in texts() {
            self.enter(scope);
            if let Some(node) = scope.node.get("description")
                && !root.contains("Description")
                && let Some(text) = self.evaluator.constant_text(node, "a description")
            {
                root.insert("Description", node.span, Node::new(text, node.span));
            }
        }
        for scope in texts() {
            self.enter(scope);
            if let Some(entry) = scope.node.as_map().and_then(|map| map.entry("metadata"))
                && self.evaluator.table(&entry.node, "metadata").is_some()
                && let Some(node) = self
                    .evaluator
                    .evaluate_at(Position::deployed("metadata"), &entry.node)
            {
                match root.get_mut("Metadata") {
                    Some(first) => add(first, node),
                    None => {
                        root.insert("Metadata", entry.key, node);
                    }
                }
            }
        }
    }

    /// Lowers mappings, conditions, rules and transforms, with the names of the template.
    pub(crate) fn sections(&mut self, root: &mut Map) {
        let declared = self.declared;
        for (key, name, position) in [
            ("mappings", "Mappings", Position::known("a mapping")),
            (
                "conditions",
                "Conditions",
                Position::parameters("a condition"),
            ),
            ("rules", "Rules", Position::parameters("a rule")),
        ] {
            for scope in &declared.scopes {
                let Some(entry) = scope.node.as_map().and_then(|map| map.entry(key)) else {
                    continue;
                };
                self.enter(scope);
                if self.evaluator.table(&entry.node, key).is_none() {
                    continue;
                }
                let Some(node) = self.evaluator.evaluate_at(position, &entry.node) else {
                    continue;
                };
                let Value::Map(map) = node.value else {
                    root.insert(name, entry.key, node);
                    continue;
                };
                let mut all = match root.remove(name).map(|node| node.value) {
                    Some(Value::Map(all)) => all,
                    _ => Map::default(),
                };
                for (own, entry) in map {
                    all.insert(scope.template_name(&own), entry.key, entry.node);
                }
                root.insert(name, entry.key, Node::new(all, node.span));
            }
        }
        for scope in &declared.scopes {
            self.enter(scope);
            if let Some(entry) = scope.node.as_map().and_then(|map| map.entry("transform"))
                && let Some(node) = self
                    .evaluator
                    .evaluate_at(Position::known("`transform`"), &entry.node)
            {
                self.transform(root, entry.key, node);
            }
        }
    }

    /// Adds a transform without duplicates.
    fn transform(&mut self, root: &mut Map, key: Span, node: Node) {
        let Some(first) = root.get_mut("Transform") else {
            root.insert("Transform", key, node);
            return;
        };
        let items = |node: &Node| match &node.value {
            Value::List(items) => items.clone(),
            _ => vec![node.clone()],
        };
        let mut all = items(first);
        for item in items(&node) {
            if !all.contains(&item) {
                all.push(item);
            }
        }
        *first = Node::new(all, first.span);
    }

    /// Adds the combined conditions.
    pub(crate) fn insert_combined_conditions(&mut self, root: &mut Map, span: Span) {
        let made = std::mem::take(&mut self.conditions);
        if made.is_empty() {
            return;
        }
        let mut all = match root.remove("Conditions").map(|node| node.value) {
            Some(Value::Map(all)) => all,
            _ => Map::default(),
        };
        for (name, entry) in made {
            all.insert(name, entry.key, entry.node);
        }
        let resources = root.remove("Resources");
        root.insert("Conditions", span, Node::new(all, span));
        if let Some(resources) = resources {
            root.insert("Resources", span, resources);
        }
    }
}

/// Adds the entries of `more` that `first` does not have.
fn add(first: &mut Node, more: Node) {
    let (Value::Map(first), Value::Map(more)) = (&mut first.value, more.value) else {
        return;
    };
    for (key, entry) in more {
        match first.get_mut(&key) {
            Some(below) => add(below, entry.node),
            None => {
                first.insert(key, entry.key, entry.node);
            }
        }
    }
}
