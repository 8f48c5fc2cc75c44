//! Resolves values of another scope.

use super::Resolver;
use crate::evaluate::resolution::{AssetPart, DeferredValue, Resolution};
use crate::evaluate::text::{TextPiece, pieces, plain_path};
use crate::evaluate::{lexer, text};
use crate::scope::symbols::{Instance, VariableValue};
use crate::scope::{InputValue, NameScope, Scope, ScopeId};
use formwork_template::{Node, Value};
use std::sync::Arc;

impl<'a> Resolver<'a> {
    /// Returns a resolver for another scope of the stack.
    pub(crate) fn with_scope(self, scope: ScopeId, by: NameScope) -> Option<Resolver<'a>> {
        let stack = self.stack?;
        let scope = stack.scope(scope);
        let (scope, each): (&Scope, Option<&Instance>) = match (by, &scope.call_site) {
            (NameScope::Component, _) | (_, None) => (scope, None),
            (NameScope::Caller, Some(call_site)) => {
                (stack.scope(call_site.scope), call_site.each.as_ref())
            }
        };
        Some(Resolver {
            scope: Some(scope),
            each,
            ..self
        })
    }

    /// Resolves a value of another scope. Constants and plain references are resolved immediately,
    /// others are deferred.
    pub(crate) fn resolve_value(self, node: &Node, scope: ScopeId, by: NameScope) -> Resolution {
        let written = || {
            Resolution::Deferred(DeferredValue {
                node: Arc::new(node.clone()),
                scope,
                by,
            })
        };
        let text = match &node.value {
            Value::String(text) if text::has_references(text) => text,
            Value::List(_) | Value::Map(_) => return written(),
            _ => return Resolution::Value(node.clone().into()),
        };
        let whole = match pieces(text).as_slice() {
            [TextPiece::Reference { inside, .. }] => plain_path(inside),
            _ => None,
        };
        let (Some(segments), Some(resolver)) = (whole, self.with_scope(scope, by)) else {
            return written();
        };
        let resolution = match segments.as_slice() {
            [pseudo] if pseudo.starts_with("AWS::") => super::pseudo(pseudo),
            segments => resolver.resolve(segments),
        };
        // The problem is reported where the value is written.
        resolution.unwrap_or(Resolution::Invalid)
    }

    /// Returns the asset that a text refers to, directly or through inputs.
    pub(crate) fn asset_of(&self, text: &str) -> Option<crate::model::AssetName> {
        let pieces = pieces(text);
        let [TextPiece::Reference { inside, .. }] = pieces.as_slice() else {
            return None;
        };
        match self.resolve(&plain_path(inside)?) {
            Ok(Resolution::Asset(name, AssetPart::Whole)) => Some(name),
            _ => None,
        }
    }

    /// Returns true if a value can be evaluated while names are still being declared.
    pub(crate) fn is_known(&self, node: &Node) -> bool {
        if node.function().is_some() {
            return false;
        }
        match &node.value {
            Value::String(text) => pieces(text).iter().all(|piece| match piece {
                TextPiece::Literal(_) | TextPiece::Unclosed { .. } => true,
                TextPiece::Reference { inside, .. } => self.is_known_name(inside),
            }),
            Value::List(items) => items.iter().all(|item| self.is_known(item)),
            Value::Map(map) => map.iter().all(|(_, entry)| self.is_known(&entry.node)),
            _ => true,
        }
    }

    fn is_known_name(&self, inside: &str) -> bool {
        let is_known = |segments: &[&str]| match segments {
            ["vars", name, ..] => !matches!(
                self.symbols.variables.get(*name),
                Some(VariableValue::Secret(_))
            ),
            ["vars" | "env" | "each", ..] => true,
            ["inputs", name, ..] => {
                let input = self.scope.and_then(|scope| scope.inputs.get(*name));
                !matches!(
                    input.map(|input| &input.value),
                    Some(InputValue::Deferred(..) | InputValue::Stack(_))
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
