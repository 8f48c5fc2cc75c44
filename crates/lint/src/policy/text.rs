//! Texts with functions in them, taken apart; and policies that are written as a text of JSON.

use crate::scene::is_function;
use formwork_template::diagnostics::{FileId, Span};
use formwork_template::sub::{self, Part};
use formwork_template::{Function, Intrinsic, Map, Node, Value, intrinsic, read};

/// A text, whose pieces follow one another.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Text<'a>(pub(crate) Vec<Piece<'a>>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece<'a> {
    /// What is written.
    Written(String),
    /// A parameter's or pseudo parameter's value, or what `Ref` gives of a resource.
    Name(&'a str),
    /// A resource's attribute.
    Attribute(&'a str, &'a str),
    /// What only AWS knows.
    Unknown,
}

impl<'a> Text<'a> {
    /// The text that `node` gives; nothing when it is a list, a table or null.
    pub(crate) fn of(node: &'a Node) -> Option<Self> {
        let mut pieces = Vec::new();
        match node.function() {
            Some((function, argument)) => gather(function, argument, &mut pieces),
            None => pieces.push(Piece::Written(formwork_template::parameter::scalar_text(
                node,
            )?)),
        }
        let mut text = Self::default();
        pieces.into_iter().for_each(|piece| text.push(piece));
        Some(text)
    }

    /// Adds a piece; written ones that follow one another become one.
    fn push(&mut self, piece: Piece<'a>) {
        match (self.0.last_mut(), piece) {
            (Some(Piece::Written(before)), Piece::Written(text)) => before.push_str(&text),
            (_, Piece::Written(text)) if text.is_empty() => {}
            (_, piece) => self.0.push(piece),
        }
    }

    /// What it begins with, as far as that is written.
    pub(crate) fn lead(&self) -> String {
        let written = self.0.iter().map_while(|piece| match piece {
            Piece::Written(text) => Some(text.as_str()),
            _ => None,
        });
        written.collect()
    }

    /// The whole of it, when all of it is written.
    pub(crate) fn whole(&self) -> Option<String> {
        let written = |piece: &Piece<'_>| matches!(piece, Piece::Written(_));
        self.0.iter().all(written).then(|| self.lead())
    }
}

fn gather<'a>(function: Function, argument: &'a Node, pieces: &mut Vec<Piece<'a>>) {
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => pieces.push(Piece::Name(name)),
        Intrinsic::GetAtt {
            resource,
            attribute: intrinsic::Attribute::Name(name),
        } => pieces.push(Piece::Attribute(resource, name)),
        Intrinsic::Sub { text, variables } => substitute(text, variables, pieces),
        Intrinsic::Other(Function::Join, argument) => join(argument, pieces),
        _ => pieces.push(Piece::Unknown),
    }
}

fn substitute<'a>(text: &'a str, variables: Option<&'a Map>, pieces: &mut Vec<Piece<'a>>) {
    for part in sub::parts(text) {
        match part {
            Part::Literal(text) => pieces.push(Piece::Written(text.to_owned())),
            Part::Escaped(name) => pieces.push(Piece::Written(format!("${{{name}}}"))),
            Part::Reference { name, .. } => {
                match (
                    variables.and_then(|own| own.get(name)),
                    name.split_once('.'),
                ) {
                    (Some(node), _) => extend(node, pieces),
                    (None, Some((resource, attribute))) => {
                        pieces.push(Piece::Attribute(resource, attribute));
                    }
                    (None, None) => pieces.push(Piece::Name(name)),
                }
            }
        }
    }
}

fn join<'a>(argument: &'a Node, pieces: &mut Vec<Piece<'a>>) {
    let parts = match argument.as_list() {
        Some([delimiter, items]) => delimiter.as_str().zip(items.as_list()),
        _ => None,
    };
    let Some((delimiter, items)) = parts else {
        pieces.push(Piece::Unknown);
        return;
    };
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            pieces.push(Piece::Written(delimiter.to_owned()));
        }
        extend(item, pieces);
    }
}

fn extend<'a>(node: &'a Node, pieces: &mut Vec<Piece<'a>>) {
    match Text::of(node) {
        Some(text) => pieces.extend(text.0),
        None => pieces.push(Piece::Unknown),
    }
}

/// The function that `node` writes, if it can give nothing but texts.
pub(crate) fn only_text(node: &Node) -> Option<&'static str> {
    let (function, _) = node.function()?;
    let text = matches!(
        function,
        Function::Base64 | Function::Join | Function::Ref | Function::Sub | Function::ToJsonString
    );
    text.then_some(function.key())
}

/// What a property that takes a table or a text of JSON holds.
pub(crate) enum Json {
    /// A table as it stands, or something that is not a text.
    No,
    /// A text that only AWS knows.
    Unknown,
    /// The tree that the text writes, each part with the place of the whole text.
    Tree(Node),
    /// A text that is no JSON, and why not.
    Broken(String),
    /// A text in which a function stands, of that key: nobody reads it there.
    Function(&'static str),
}

/// Reads `node` if it is a text, also one with references in it.
pub(crate) fn json(node: &Node) -> Json {
    let (text, references) = match (node.intrinsic(), node.as_str()) {
        (None, Some(text)) => (text, References::None),
        (Some(Intrinsic::Sub { text, variables }), _) => {
            // A name given beside the text may stand for a piece of JSON.
            let bare = variables.is_some();
            (
                text,
                if bare {
                    References::Bare
                } else {
                    References::Names
                },
            )
        }
        (Some(Intrinsic::Other(Function::ToJsonString, table)), _) => {
            return Json::Tree(table.clone());
        }
        (Some(_), _) => return Json::Unknown,
        (None, None) => return Json::No,
    };
    // Dynamic references and names outside of quotes are not JSON before they are resolved.
    if text.contains("{{resolve:") || references == References::Bare {
        return Json::Unknown;
    }
    let read = read::read_json(FileId::default(), text);
    match read.node.filter(|_| {
        !read
            .problems
            .iter()
            .any(formwork_template::diagnostics::Problem::is_error)
    }) {
        Some(mut tree) => {
            let mut function = None;
            tree.walk(&mut |node| {
                if is_function(node) {
                    function = function.or(node.function().map(|(function, _)| function.key()));
                }
            });
            if let Some(key) = function {
                return Json::Function(key);
            }
            place(&mut tree, node.span, references);
            Json::Tree(tree)
        }
        None if references == References::Names => Json::Unknown,
        None => Json::Broken(
            read.problems
                .into_iter()
                .next()
                .map_or_else(String::new, |problem| problem.message),
        ),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum References {
    None,
    Names,
    Bare,
}

/// Gives every part of `node` one place, and makes texts with references what they are.
fn place(node: &mut Node, span: Span, references: References) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| place(item, span, references)),
        Value::Map(map) => {
            for (_, entry) in map.iter_mut() {
                entry.key = span;
                place(&mut entry.node, span, references);
            }
        }
        Value::String(text) if references == References::Names && text.contains("${") => {
            let text = std::mem::take(text);
            *node = Node::single("Fn::Sub", Node::new(text, span), span);
        }
        _ => {}
    }
}
