//! Values of a template in the language's own forms: `Ref` and `Fn::GetAtt` as `${…}`, `Fn::Sub` as
//! text, and every other function as it is written in full.
//!
//! An own form is taken only where evaluating it gives back the very function that stood there;
//! what would come back in another spelling stays in full.

use super::Unsayable;
use crate::evaluate::Found;
use crate::evaluate::Shape;
use crate::evaluate::interpolate::{Part, compose};
use crate::evaluate::resolution::HEADS;
use crate::evaluate::text::{Piece, literally, pieces};
use crate::scope::symbols::is_list_type;
use crate::scope::value::poison;
use formwork_template::intrinsic::Attribute;
use formwork_template::{Function, Intrinsic, Map, Node, PSEUDO_PARAMETERS, Template, Value, sub};
use std::collections::HashMap;

/// The pieces of a text: a reference with what stands between its braces, or plain text.
type Pieces = Vec<(Option<String>, Part)>;

/// Words that an expression reads as values.
const WORDS: [&str; 6] = ["true", "false", "none", "True", "False", "None"];

/// What references may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// None: what must be known when rendering.
    Nothing,
    /// Parameters and pseudo parameters.
    Parameters,
    /// Resources too.
    Everything,
}

/// Whether a value stands in a function, where `AWS::NoValue` is a value like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Plain,
    Function,
}

/// The names that a template's references can mean.
#[derive(Debug)]
pub(super) struct Forms<'t> {
    names: HashMap<&'t str, Named>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Resource,
    Parameter,
    ListParameter,
}

impl<'t> Forms<'t> {
    pub(super) fn of(template: &'t Template) -> Self {
        let parameters = template.parameters().map(|parameter| {
            let named = match is_list_type(parameter.kind()) {
                true => Named::ListParameter,
                false => Named::Parameter,
            };
            (parameter.name, named)
        });
        let resources = template
            .resources()
            .map(|resource| (resource.id, Named::Resource));
        Self {
            names: parameters.chain(resources).collect(),
        }
    }

    /// A value as the language writes it.
    pub(super) fn value(&self, node: &Node, reach: Reach) -> Result<Node, Unsayable> {
        self.node(node, reach, Within::Plain)
    }

    fn node(&self, node: &Node, reach: Reach, within: Within) -> Result<Node, Unsayable> {
        let value = match &node.value {
            Value::Null => return Err(Unsayable::at("`null`, which TOML cannot write", node.span)),
            Value::Number(number) if number.is_u64() && number.as_i64().is_none() => {
                return Err(Unsayable::at(
                    "a number that TOML cannot hold exactly",
                    node.span,
                ));
            }
            Value::Bool(_) | Value::Number(_) => node.value.clone(),
            Value::String(text) => Value::String(literally(text)),
            Value::List(items) => {
                let items = items.iter().map(|item| self.node(item, reach, within));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(map) => return self.map(map, node, reach, within),
        };
        Ok(Node::new(value, node.span))
    }

    fn map(&self, map: &Map, node: &Node, reach: Reach, within: Within) -> Result<Node, Unsayable> {
        if let Some(text) = self.own(node, reach, within) {
            return Ok(Node::new(text, node.span));
        }
        let function = node.function().map(|(function, _)| function);
        let within = match function {
            Some(_) => Within::Function,
            None => within,
        };
        let mut written = Map::default();
        for (key, entry) in map.iter() {
            if key.contains("${") {
                let what = format!("the key `{key}`: references stand in values only");
                return Err(Unsayable::at(what, entry.key));
            }
            let value = match function {
                Some(Function::Sub) => self.explicit_sub(&entry.node, reach)?,
                _ => self.node(&entry.node, reach, within)?,
            };
            written.insert(key, entry.key, value);
        }
        Ok(Node::new(written, node.span))
    }

    /// The text of an explicit `Fn::Sub` is CloudFormation's own; the values beside it are not.
    fn explicit_sub(&self, argument: &Node, reach: Reach) -> Result<Node, Unsayable> {
        match argument.as_list() {
            Some([text, values]) => {
                let values = self.node(values, reach, Within::Function)?;
                Ok(Node::new(vec![text.clone(), values], argument.span))
            }
            _ => Ok(argument.clone()),
        }
    }

    /// The language's own form of a function, where it has one that means the same.
    fn own(&self, node: &Node, reach: Reach, within: Within) -> Option<String> {
        let (text, parts) = match node.intrinsic()? {
            Intrinsic::Ref("AWS::NoValue") if within == Within::Plain => return None,
            Intrinsic::Ref(name) => self.single(name, None, reach, node)?,
            Intrinsic::GetAtt {
                resource,
                attribute: Attribute::Name(attribute),
            } => self.single(resource, Some(attribute), reach, node)?,
            Intrinsic::Sub {
                text,
                variables: None,
            } => self.text(text, reach, node)?,
            _ => return None,
        };
        let same = reads_as(&text, &parts)
            && formwork_template::equivalence::same_value(&meant(parts)?, node);
        same.then_some(text)
    }

    fn single(
        &self,
        name: &str,
        attribute: Option<&str>,
        reach: Reach,
        node: &Node,
    ) -> Option<(String, Pieces)> {
        let (inside, shape) = self.path(name, attribute, reach)?;
        let part = Part::Reference(node.clone(), shape);
        Some((format!("${{{inside}}}"), vec![(Some(inside), part)]))
    }

    /// The text of an `Fn::Sub` as text of the language.
    fn text(&self, text: &str, reach: Reach, node: &Node) -> Option<(String, Pieces)> {
        let mut written = String::new();
        let mut parts: Pieces = Vec::new();
        let literal = |literal: String, parts: &mut Pieces| match parts.last_mut() {
            Some((None, Part::Text(before))) => before.push_str(&literal),
            _ => parts.push((None, Part::Text(literal))),
        };
        for part in sub::parts(text) {
            match part {
                sub::Part::Literal(plain) => {
                    written.push_str(&literally(plain));
                    literal(plain.to_owned(), &mut parts);
                }
                sub::Part::Escaped(name) => {
                    written.push_str(&format!("${{!{name}}}"));
                    literal(format!("${{{name}}}"), &mut parts);
                }
                sub::Part::Reference { name, .. } => {
                    let (head, attribute) = match name.split_once('.') {
                        Some((head, attribute)) => (head, Some(attribute)),
                        None => (name, None),
                    };
                    let (inside, shape) = self.path(head, attribute, reach)?;
                    written.push_str(&format!("${{{inside}}}"));
                    let span = node.span;
                    let reference = match attribute {
                        None => Node::single("Ref", Node::new(head, span), span),
                        Some(attribute) => {
                            let path = vec![Node::new(head, span), Node::new(attribute, span)];
                            Node::single("Fn::GetAtt", Node::new(path, span), span)
                        }
                    };
                    parts.push((Some(inside), Part::Reference(reference, shape)));
                }
            }
        }
        Some((written, parts))
    }

    /// What stands between the braces for this name, if references to it may stand here.
    fn path(&self, name: &str, attribute: Option<&str>, reach: Reach) -> Option<(String, Shape)> {
        if reach == Reach::Nothing {
            return None;
        }
        if PSEUDO_PARAMETERS.contains(&name) {
            let shape = match name {
                "AWS::NotificationARNs" => Shape::List,
                _ => Shape::One,
            };
            return attribute.is_none().then(|| (name.to_owned(), shape));
        }
        let shape = match (self.names.get(name)?, attribute) {
            (Named::Resource, _) if reach != Reach::Everything => return None,
            (Named::ListParameter, None) => Shape::List,
            (Named::Resource, _) | (Named::Parameter, None) => Shape::One,
            _ => return None,
        };
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let segments_fit = attribute.is_none_or(|attribute| attribute.split('.').all(is_name));
        if !is_name(name) || !segments_fit {
            return None;
        }
        let is_upper = name.as_bytes()[0].is_ascii_uppercase();
        let is_taken = HEADS.contains(&name) || WORDS.contains(&name);
        let is_parameter = self.names.get(name) != Some(&Named::Resource);
        let is_bare = !is_taken && (is_upper || is_parameter);
        let is_letter = name.as_bytes()[0].is_ascii_alphabetic();
        let head = match is_bare && is_letter {
            true => name.to_owned(),
            false => format!("resources.{name}"),
        };
        Some(match attribute {
            Some(attribute) => (format!("{head}.{attribute}"), shape),
            None => (head, shape),
        })
    }
}

/// Whether the language reads `text` as exactly these pieces.
fn reads_as(text: &str, parts: &[(Option<String>, Part)]) -> bool {
    let pieces = pieces(text);
    pieces.len() == parts.len()
        && pieces
            .iter()
            .zip(parts)
            .all(|(piece, part)| match (piece, part) {
                (Piece::Literal(literal), (None, Part::Text(text))) => literal == text,
                (Piece::Reference { inside, .. }, (Some(path), _)) => inside == path,
                _ => false,
            })
}

/// What the pieces of a text become when it is evaluated.
fn meant(parts: Pieces) -> Option<Node> {
    let span = formwork_template::diagnostics::Span::default();
    if let [(Some(_), Part::Reference(node, _))] = parts.as_slice() {
        return Some(match node.intrinsic() {
            Some(Intrinsic::Ref("AWS::NoValue")) => poison(span),
            _ => node.clone(),
        });
    }
    match compose(parts.into_iter().map(|(_, part)| part).collect(), span) {
        Found::Reference(node, _) => Some(node),
        _ => None,
    }
}
