//! Values that are evaluated in the names of another text: what an input was given, and what the
//! outputs of a component are.

use super::meaning::{Meaning, Scope};
use super::reference::plain_path;
use super::text::{self, Piece, pieces};
use super::{At, Evaluator, Found, Shape, lexer, meaning, poison};
use crate::codes;
use crate::load::frame::{By, Frame, FrameId, Given, size};
use crate::load::world::{Held, Instance};
use formwork_template::diagnostics::Problem;
use formwork_template::{Node, Value};
use std::sync::Arc;

/// A value as it is written in one of the texts of the stack at hand.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) node: Arc<Node>,
    /// The use of a component that it belongs to.
    pub(crate) frame: FrameId,
    /// In whose names it is written.
    pub(crate) by: By,
}

impl Written {
    /// What lies under a key, as an expression looks it up.
    pub(super) fn inside(&self, key: &minijinja::Value) -> Option<Meaning> {
        let node = match &self.node.value {
            Value::Map(map) if self.node.function().is_none() => map.get(key.as_str()?)?,
            Value::List(items) => items.get(key.as_usize()?)?,
            _ => return None,
        };
        Some(match &node.value {
            Value::String(text) if text::has_references(text) => self.with(node),
            Value::List(_) | Value::Map(_) => self.with(node),
            _ => Meaning::Value(node.clone().into()),
        })
    }

    fn with(&self, node: &Node) -> Meaning {
        Meaning::Written(Written {
            node: Arc::new(node.clone()),
            ..self.clone()
        })
    }
}

impl<'a> Scope<'a> {
    /// The same blueprint with the names of another text.
    pub(crate) fn of(self, frame: FrameId, by: By) -> Option<Scope<'a>> {
        let stack = self.stack?;
        let frame = stack.frame(frame);
        let (frame, each): (&Frame, Option<&Instance>) = match (by, &frame.caller) {
            (By::Itself, _) | (_, None) => (frame, None),
            (By::Caller, Some(caller)) => (stack.frame(caller.frame), caller.each.as_ref()),
        };
        Some(Scope {
            frame: Some(frame),
            each,
            ..self
        })
    }

    /// What a written value means: more than [`Meaning::Written`] only where it is plain.
    pub(crate) fn meaning_of(self, node: &Node, frame: FrameId, by: By) -> Meaning {
        let written = || {
            Meaning::Written(Written {
                node: Arc::new(node.clone()),
                frame,
                by,
            })
        };
        let text = match &node.value {
            Value::String(text) if text::has_references(text) => text,
            Value::List(_) | Value::Map(_) => return written(),
            _ => return Meaning::Value(node.clone().into()),
        };
        let whole = match pieces(text).as_slice() {
            [Piece::Reference { inside, .. }] => plain_path(inside),
            _ => None,
        };
        let (Some(segments), Some(scope)) = (whole, self.of(frame, by)) else {
            return written();
        };
        let meaning = match segments.as_slice() {
            [pseudo] if pseudo.starts_with("AWS::") => meaning::pseudo(pseudo),
            segments => scope.resolve(segments),
        };
        // What is wrong with it is said where it is written.
        meaning.unwrap_or(Meaning::Poison)
    }

    /// The asset that a text refers to as a whole, be it through inputs.
    pub(crate) fn asset_of(&self, text: &str) -> Option<crate::model::AssetName> {
        let pieces = pieces(text);
        let [Piece::Reference { inside, .. }] = pieces.as_slice() else {
            return None;
        };
        match self.resolve(&plain_path(inside)?) {
            Ok(Meaning::Asset(name, meaning::AssetPart::Whole)) => Some(name),
            _ => None,
        }
    }

    /// Whether a value can be told while names are still being declared.
    pub(crate) fn is_known(&self, node: &Node) -> bool {
        if node.function().is_some() {
            return false;
        }
        match &node.value {
            Value::String(text) => pieces(text).iter().all(|piece| match piece {
                Piece::Literal(_) | Piece::Unclosed { .. } => true,
                Piece::Reference { inside, .. } => self.is_known_name(inside),
            }),
            Value::List(items) => items.iter().all(|item| self.is_known(item)),
            Value::Map(map) => map.iter().all(|(_, entry)| self.is_known(&entry.node)),
            _ => true,
        }
    }

    fn is_known_name(&self, inside: &str) -> bool {
        let is_known = |segments: &[&str]| match segments {
            ["vars", name, ..] => !matches!(self.world.variables.get(*name), Some(Held::Secret(_))),
            ["vars" | "env" | "each", ..] => true,
            ["inputs", name, ..] => {
                let input = self.frame.and_then(|frame| frame.inputs.get(*name));
                !matches!(
                    input.map(|input| &input.held),
                    Some(Given::Later(..) | Given::Stack(_))
                )
            }
            ["AWS::NoValue"] => true,
            _ => false,
        };
        if let Some(segments) = plain_path(inside) {
            return is_known(&segments);
        }
        lexer::names(inside).iter().all(|name| {
            let segments: Vec<&str> = name.segments.iter().map(String::as_str).collect();
            (name.used_as == lexer::UsedAs::Function && segments.len() == 1) || is_known(&segments)
        })
    }
}

impl<'e> Evaluator<'e, '_> {
    /// Evaluates a value in the names of the text in which it is written.
    pub(super) fn written(&mut self, written: &Written, at: At<'_>) -> Found {
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
    pub(super) fn afford(&mut self, node: &Node, at: At<'_>) -> bool {
        let label = self.label(at);
        self.session.spend(size(node), label)
    }

    /// What stands for several values.
    pub(super) fn several(&mut self, meanings: Vec<Meaning>, at: At<'_>) -> Found {
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
