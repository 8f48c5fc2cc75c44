//! Values that are evaluated in the names of another text.

use super::Scope;
use crate::evaluate::lexer;
use crate::evaluate::resolution::{AssetPart, Meaning, Written};
use crate::evaluate::text;
use crate::evaluate::text::plain_path;
use crate::evaluate::text::{Piece, pieces};
use crate::scope::symbols::{Held, Instance};
use crate::scope::{By, Frame, FrameId, Given};
use formwork_template::{Node, Value};
use std::sync::Arc;

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
            [pseudo] if pseudo.starts_with("AWS::") => super::pseudo(pseudo),
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
            Ok(Meaning::Asset(name, AssetPart::Whole)) => Some(name),
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
