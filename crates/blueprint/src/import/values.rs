//! Translates a template's values into the blueprint language: `Ref` and `Fn::GetAtt` into `${…}`,
//! `Fn::Sub` into text, and every other function into its full form.
//!
//! A short form is used only if evaluating it returns the same function. Otherwise the function stays in its full form.

use super::UnsupportedSyntax;
use crate::evaluate::Evaluated;
use crate::evaluate::ValueShape;
use crate::evaluate::interpolate::{TextPart, interpolate};
use crate::evaluate::text::NAMESPACES;
use crate::evaluate::text::{TextPiece, literally, pieces};
use crate::scope::symbols::is_list_type;
use crate::scope::value::error_node;
use formwork_template::equivalence::same_value;
use formwork_template::intrinsic::Attribute;
use formwork_template::{Function, Intrinsic, Map, Node, PSEUDO_PARAMETERS, Template, Value, sub};
use std::collections::HashMap;

/// The parts of a text. A reference has its path, which is the text between the braces.
type TextParts = Vec<(Option<String>, TextPart)>;

/// Words that expressions read as values.
const LITERAL_WORDS: [&str; 6] = ["true", "false", "none", "True", "False", "None"];

/// The references that a value may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AllowedReferences {
    /// None: the value must be known when rendering.
    None,
    /// Parameters and pseudo parameters.
    Parameters,
    /// Parameters, pseudo parameters and resources.
    All,
}

/// The context of a value. In a function, `AWS::NoValue` is a value like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueContext {
    Plain,
    Function,
}

/// Translates values of one template.
#[derive(Debug)]
pub(super) struct ValueTranslator<'t> {
    symbols: HashMap<&'t str, SymbolKind>,
}

/// The kind of a name that a reference can resolve to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SymbolKind {
    Resource,
    Parameter,
    ListParameter,
}

impl<'t> ValueTranslator<'t> {
    pub(super) fn new(template: &'t Template) -> Self {
        let parameters = template.parameters().map(|parameter| {
            let kind = match is_list_type(parameter.kind()) {
                true => SymbolKind::ListParameter,
                false => SymbolKind::Parameter,
            };
            (parameter.name, kind)
        });
        let resources = template
            .resources()
            .map(|resource| (resource.id, SymbolKind::Resource));
        Self {
            symbols: parameters.chain(resources).collect(),
        }
    }

    /// Translates a value.
    pub(super) fn translate(
        &self,
        node: &Node,
        allowed: AllowedReferences,
    ) -> Result<Node, UnsupportedSyntax> {
        self.node(node, allowed, ValueContext::Plain)
    }

    fn node(
        &self,
        node: &Node,
        allowed: AllowedReferences,
        context: ValueContext,
    ) -> Result<Node, UnsupportedSyntax> {
        let unsupported = |what: &str| Err(UnsupportedSyntax::new(what, node.span));
        let value = match &node.value {
            Value::Null => return unsupported("`null`, which TOML does not have"),
            Value::Number(number) if number.is_u64() && number.as_i64().is_none() => {
                return unsupported("a number that is too large for TOML");
            }
            Value::Bool(_) | Value::Number(_) => node.value.clone(),
            Value::String(text) => Value::String(literally(text)),
            Value::List(items) => {
                let items = items.iter().map(|item| self.node(item, allowed, context));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(map) => return self.map(map, node, allowed, context),
        };
        Ok(Node::new(value, node.span))
    }

    fn map(
        &self,
        map: &Map,
        node: &Node,
        allowed: AllowedReferences,
        context: ValueContext,
    ) -> Result<Node, UnsupportedSyntax> {
        if let Some(text) = self.short_form(node, allowed, context) {
            return Ok(Node::new(text, node.span));
        }
        let function = node.function().map(|(function, _)| function);
        let context = match function {
            Some(_) => ValueContext::Function,
            None => context,
        };
        let mut translated = Map::default();
        for (key, entry) in map.iter() {
            if key.contains("${") {
                let what = format!("the key `{key}`, because keys cannot contain references");
                return Err(UnsupportedSyntax::new(what, entry.key));
            }
            let value = match function {
                Some(Function::Sub) => self.full_sub(&entry.node, allowed)?,
                _ => self.node(&entry.node, allowed, context)?,
            };
            translated.insert(key, entry.key, value);
        }
        Ok(Node::new(translated, node.span))
    }

    /// Translates the argument of an `Fn::Sub` in its full form. Its text stays as it is: there
    /// `${…}` is CloudFormation's syntax.
    fn full_sub(
        &self,
        argument: &Node,
        allowed: AllowedReferences,
    ) -> Result<Node, UnsupportedSyntax> {
        match argument.as_list() {
            Some([text, values]) => {
                let values = self.node(values, allowed, ValueContext::Function)?;
                Ok(Node::new(vec![text.clone(), values], argument.span))
            }
            _ => Ok(argument.clone()),
        }
    }

    /// Returns the language's short form of a function, if there is one with the same meaning.
    fn short_form(
        &self,
        node: &Node,
        allowed: AllowedReferences,
        context: ValueContext,
    ) -> Option<String> {
        let (text, parts) = match node.intrinsic()? {
            Intrinsic::Ref("AWS::NoValue") if context == ValueContext::Plain => return None,
            Intrinsic::Ref(name) => self.reference(name, None, allowed, node)?,
            Intrinsic::GetAtt {
                resource,
                attribute: Attribute::Name(attribute),
            } => self.reference(resource, Some(attribute), allowed, node)?,
            Intrinsic::Sub {
                text,
                variables: None,
            } => self.sub_text(text, allowed, node)?,
            _ => return None,
        };
        let is_same = parses_as(&text, &parts) && same_value(&evaluated(parts)?, node);
        is_same.then_some(text)
    }

    /// Translates a `Ref`, or an `Fn::GetAtt` if there is an attribute.
    fn reference(
        &self,
        name: &str,
        attribute: Option<&str>,
        allowed: AllowedReferences,
        node: &Node,
    ) -> Option<(String, TextParts)> {
        let (path, shape) = self.path(name, attribute, allowed)?;
        let part = TextPart::Reference(node.clone(), shape);
        Some((format!("${{{path}}}"), vec![(Some(path), part)]))
    }

    /// Translates the text of an `Fn::Sub`.
    fn sub_text(
        &self,
        text: &str,
        allowed: AllowedReferences,
        node: &Node,
    ) -> Option<(String, TextParts)> {
        let mut translated = String::new();
        let mut parts: TextParts = Vec::new();
        let add_literal = |literal: String, parts: &mut TextParts| match parts.last_mut() {
            Some((None, TextPart::Text(before))) => before.push_str(&literal),
            _ => parts.push((None, TextPart::Text(literal))),
        };
        for part in sub::parts(text) {
            match part {
                sub::Part::Literal(literal) => {
                    translated.push_str(&literally(literal));
                    add_literal(literal.to_owned(), &mut parts);
                }
                sub::Part::Escaped(name) => {
                    translated.push_str(&format!("${{!{name}}}"));
                    add_literal(format!("${{{name}}}"), &mut parts);
                }
                sub::Part::Reference { name, .. } => {
                    let (name, attribute) = match name.split_once('.') {
                        Some((name, attribute)) => (name, Some(attribute)),
                        None => (name, None),
                    };
                    let (path, shape) = self.path(name, attribute, allowed)?;
                    translated.push_str(&format!("${{{path}}}"));
                    let span = node.span;
                    let reference = match attribute {
                        None => Node::single("Ref", Node::new(name, span), span),
                        Some(attribute) => {
                            let path = vec![Node::new(name, span), Node::new(attribute, span)];
                            Node::single("Fn::GetAtt", Node::new(path, span), span)
                        }
                    };
                    parts.push((Some(path), TextPart::Reference(reference, shape)));
                }
            }
        }
        Some((translated, parts))
    }

    /// Returns the path of a reference, if the language has one and it is allowed here.
    fn path(
        &self,
        name: &str,
        attribute: Option<&str>,
        allowed: AllowedReferences,
    ) -> Option<(String, ValueShape)> {
        if allowed == AllowedReferences::None {
            return None;
        }
        if PSEUDO_PARAMETERS.contains(&name) {
            let shape = match name {
                "AWS::NotificationARNs" => ValueShape::List,
                _ => ValueShape::Single,
            };
            return attribute.is_none().then(|| (name.to_owned(), shape));
        }
        let kind = *self.symbols.get(name)?;
        let shape = match (kind, attribute) {
            (SymbolKind::Resource, _) if allowed != AllowedReferences::All => return None,
            (SymbolKind::ListParameter, None) => ValueShape::List,
            (SymbolKind::Resource, _) | (SymbolKind::Parameter, None) => ValueShape::Single,
            _ => return None,
        };
        if !is_path_segment(name)
            || !attribute.is_none_or(|path| path.split('.').all(is_path_segment))
        {
            return None;
        }
        let first = name.as_bytes()[0];
        let is_reserved = NAMESPACES.contains(&name) || LITERAL_WORDS.contains(&name);
        let has_short_path = first.is_ascii_alphabetic()
            && !is_reserved
            && (first.is_ascii_uppercase() || kind != SymbolKind::Resource);
        let head = match has_short_path {
            true => name.to_owned(),
            false => format!("resources.{name}"),
        };
        Some(match attribute {
            Some(attribute) => (format!("{head}.{attribute}"), shape),
            None => (head, shape),
        })
    }
}

fn is_path_segment(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns true if the language parses `text` into exactly these parts.
fn parses_as(text: &str, parts: &[(Option<String>, TextPart)]) -> bool {
    let pieces = pieces(text);
    pieces.len() == parts.len()
        && pieces
            .iter()
            .zip(parts)
            .all(|(piece, part)| match (piece, part) {
                (TextPiece::Literal(literal), (None, TextPart::Text(text))) => literal == text,
                (TextPiece::Reference { inside, .. }, (Some(path), _)) => inside == path,
                _ => false,
            })
}

/// Returns the function that the parts of a text evaluate to.
fn evaluated(parts: TextParts) -> Option<Node> {
    let span = formwork_template::diagnostics::Span::default();
    if let [(Some(_), TextPart::Reference(node, _))] = parts.as_slice() {
        return Some(match node.intrinsic() {
            Some(Intrinsic::Ref("AWS::NoValue")) => error_node(span),
            _ => node.clone(),
        });
    }
    match interpolate(parts.into_iter().map(|(_, part)| part).collect(), span) {
        Evaluated::Reference(node, _) => Some(node),
        _ => None,
    }
}
