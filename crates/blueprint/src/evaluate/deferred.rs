//! Evaluates deferred values in the scope in which they are written.

use super::resolution::{DeferredValue, Resolution};
use super::{At, Evaluated, Evaluator, ValueShape, text};
use crate::codes;
use crate::scope::value::{error_node, size};
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Value};

impl<'e> Evaluator<'e, '_> {
    /// Evaluates a value in the scope in which it is written.
    pub(crate) fn evaluate_deferred(&mut self, written: &DeferredValue, at: At<'_>) -> Evaluated {
        let Some(resolver) = self.resolver().with_scope(written.scope, written.by) else {
            let text = &at.text[at.start..at.end];
            let message = format!(
                "`{text}` is known only after deployment, and {} must be known when rendering",
                self.position.what
            );
            let problem = Problem::error(codes::KNOWN_TOO_LATE, message).at(self.label(at), "");
            self.context.report(problem.help(
                "variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering, and so are inputs with such values",
            ));
            return Evaluated::Invalid;
        };
        let outside = (
            self.scope,
            self.each,
            self.function_depth,
            self.allows_dynamic_references,
        );
        let result_budget = self.result_budget;
        let given = std::mem::take(&mut self.referenced_inputs);
        self.scope = resolver.scope;
        self.each = resolver.each;
        self.function_depth = 0;
        let found = self.evaluate_value(&written.node);
        (
            self.scope,
            self.each,
            self.function_depth,
            self.allows_dynamic_references,
        ) = outside;
        self.result_budget = result_budget;
        self.referenced_inputs = given;
        match &found {
            Evaluated::Known(node) | Evaluated::Reference(node, _) if !self.spend(node, at) => {
                Evaluated::Invalid
            }
            _ => found,
        }
    }

    /// Evaluates any value as the target of a reference.
    pub(crate) fn evaluate_value(&mut self, node: &Node) -> Evaluated {
        if let Value::String(text) = &node.value
            && text::has_references(text)
        {
            return self.evaluate_text(text, node.span);
        }
        match self.evaluate(node) {
            None => Evaluated::Removed,
            Some(node) if node.function().is_some() => {
                Evaluated::Reference(node, ValueShape::Single)
            }
            Some(node) => Evaluated::Known(node),
        }
    }

    /// Subtracts a value from the budget. Returns false if the budget is used up.
    pub(crate) fn spend(&mut self, node: &Node, at: At<'_>) -> bool {
        let label = self.label(at);
        self.context.spend_value_bytes(size(node), label)
    }

    /// Evaluates several values to one list.
    pub(crate) fn evaluate_list(&mut self, resolutions: Vec<Resolution>, at: At<'_>) -> Evaluated {
        let mut items = Vec::with_capacity(resolutions.len());
        for resolution in resolutions {
            match self.evaluate_resolution(resolution, at) {
                Evaluated::Known(node) | Evaluated::Reference(node, _) => items.push(node),
                Evaluated::Removed => {}
                Evaluated::Invalid => items.push(error_node(at.span)),
            }
        }
        let references = items.iter().any(|item| item.function().is_some());
        let node = Node::new(items, at.span);
        match references {
            true => Evaluated::Reference(node, ValueShape::List),
            false => Evaluated::Known(node),
        }
    }
}
