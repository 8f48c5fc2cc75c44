//! Evaluating values in the names of the text in which they are written.

use super::resolution::{Meaning, Written};
use super::text;
use super::{At, Evaluator, Found, Shape};
use crate::codes;
use crate::scope::value::poison;
use crate::scope::value::size;
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Value};

impl<'e> Evaluator<'e, '_> {
    /// Evaluates a value in the names of the text in which it is written.
    pub(crate) fn written(&mut self, written: &Written, at: At<'_>) -> Found {
        let Some(scope) = self.scope().of(written.frame, written.by) else {
            let text = &at.text[at.start..at.end];
            let message = format!(
                "`{text}` is known only after deployment, and {} must be known when rendering",
                self.place.what
            );
            let problem = Problem::error(codes::KNOWN_TOO_LATE, message).at(self.label(at), "");
            self.session.report(problem.help(
                "variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering, and inputs that are given such values",
            ));
            return Found::Poison;
        };
        let outside = (self.frame, self.each, self.functions, self.resolves);
        let room = self.room;
        let given = std::mem::take(&mut self.given);
        self.frame = scope.frame;
        self.each = scope.each;
        self.functions = 0;
        let found = self.value(&written.node);
        (self.frame, self.each, self.functions, self.resolves) = outside;
        self.room = room;
        self.given = given;
        match &found {
            Found::Known(node) | Found::Reference(node, _) if !self.afford(node, at) => {
                Found::Poison
            }
            _ => found,
        }
    }

    /// Evaluates any value to what a reference to it finds.
    pub(crate) fn value(&mut self, node: &Node) -> Found {
        if let Value::String(text) = &node.value
            && text::has_references(text)
        {
            return self.text(text, node.span);
        }
        match self.node(node) {
            None => Found::Removed,
            Some(node) if node.function().is_some() => Found::Reference(node, Shape::One),
            Some(node) => Found::Known(node),
        }
    }

    /// Whether a value may still be put in; says once when it may not.
    pub(crate) fn afford(&mut self, node: &Node, at: At<'_>) -> bool {
        let label = self.label(at);
        self.session.spend(size(node), label)
    }

    /// What stands for several values.
    pub(crate) fn several(&mut self, meanings: Vec<Meaning>, at: At<'_>) -> Found {
        let mut items = Vec::with_capacity(meanings.len());
        for meaning in meanings {
            match self.used(meaning, at) {
                Found::Known(node) | Found::Reference(node, _) => items.push(node),
                Found::Removed => {}
                Found::Poison => items.push(poison(at.span)),
            }
        }
        let references = items.iter().any(|item| item.function().is_some());
        let node = Node::new(items, at.span);
        match references {
            true => Found::Reference(node, Shape::List),
            false => Found::Known(node),
        }
    }
}
