//! A text with functions in it, as a list of parts that are known or refer to a value.
//!
//! `Fn::Sub` and `Fn::Join` are taken apart. Every other function is a reference or unknown.

use formwork_template::parameter::scalar_text;
use formwork_template::sub::{self, Part};
use formwork_template::{Function, Intrinsic, Map, Node, intrinsic};
use std::fmt;

/// A text whose parts follow one another.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'a>(pub Vec<TextPart<'a>>);

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextPart<'a> {
    /// Literal characters.
    Literal(String),
    /// The value of a parameter or pseudo parameter, or the value that `Ref` returns for a resource.
    Reference(&'a str),
    /// An attribute of a resource: its logical id and the attribute's name.
    Attribute(&'a str, &'a str),
    /// A value that is known only after deployment.
    Unknown,
}

impl<'a> Text<'a> {
    /// Returns a text of literal characters.
    pub fn literal(text: impl Into<String>) -> Self {
        Self(vec![TextPart::Literal(text.into())])
    }

    /// Parses the text that `node` returns, or `None` for a list, a table or null.
    pub fn parse(node: &'a Node) -> Option<Self> {
        let mut parts = Vec::new();
        match node.function() {
            Some((function, argument)) => parse_function(function, argument, &mut parts),
            None => parts.push(TextPart::Literal(scalar_text(node)?)),
        }
        let mut text = Self::default();
        parts.into_iter().for_each(|part| text.push(part));
        Some(text)
    }

    /// Appends a part and joins literals that follow one another.
    fn push(&mut self, part: TextPart<'a>) {
        match (self.0.last_mut(), part) {
            (Some(TextPart::Literal(before)), TextPart::Literal(text)) => before.push_str(&text),
            (_, TextPart::Literal(text)) if text.is_empty() => {}
            (_, part) => self.0.push(part),
        }
    }

    /// Returns the literal characters before the first reference.
    pub fn literal_prefix(&self) -> String {
        let literals = self.0.iter().map_while(|part| match part {
            TextPart::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        literals.collect()
    }

    /// Returns the whole text if all of it is literal.
    pub fn as_literal(&self) -> Option<String> {
        let is_literal = |part: &TextPart<'_>| matches!(part, TextPart::Literal(_));
        self.0.iter().all(is_literal).then(|| self.literal_prefix())
    }
}

impl fmt::Display for Text<'_> {
    /// Writes references as in `Fn::Sub`, and `*` for an unknown part.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                TextPart::Literal(text) => out.write_str(text)?,
                TextPart::Reference(name) => write!(out, "${{{name}}}")?,
                TextPart::Attribute(resource, name) => write!(out, "${{{resource}.{name}}}")?,
                TextPart::Unknown => out.write_str("*")?,
            }
        }
        Ok(())
    }
}

fn parse_function<'a>(function: Function, argument: &'a Node, parts: &mut Vec<TextPart<'a>>) {
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => parts.push(TextPart::Reference(name)),
        Intrinsic::GetAtt {
            resource,
            attribute: intrinsic::Attribute::Name(name),
        } => parts.push(TextPart::Attribute(resource, name)),
        Intrinsic::Sub { text, variables } => parse_sub(text, variables, parts),
        Intrinsic::Other(Function::Join, argument) => parse_join(argument, parts),
        _ => parts.push(TextPart::Unknown),
    }
}

fn parse_sub<'a>(text: &'a str, variables: Option<&'a Map>, parts: &mut Vec<TextPart<'a>>) {
    for part in sub::parts(text) {
        match part {
            Part::Literal(text) => parts.push(TextPart::Literal(text.to_owned())),
            Part::Escaped(name) => parts.push(TextPart::Literal(format!("${{{name}}}"))),
            Part::Reference { name, .. } => {
                match (
                    variables.and_then(|own| own.get(name)),
                    name.split_once('.'),
                ) {
                    (Some(node), _) => append(node, parts),
                    (None, Some((resource, attribute))) => {
                        parts.push(TextPart::Attribute(resource, attribute));
                    }
                    (None, None) => parts.push(TextPart::Reference(name)),
                }
            }
        }
    }
}

fn parse_join<'a>(argument: &'a Node, parts: &mut Vec<TextPart<'a>>) {
    let delimiter_and_items = match argument.as_list() {
        Some([delimiter, items]) => delimiter.as_str().zip(items.as_list()),
        _ => None,
    };
    let Some((delimiter, items)) = delimiter_and_items else {
        parts.push(TextPart::Unknown);
        return;
    };
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            parts.push(TextPart::Literal(delimiter.to_owned()));
        }
        append(item, parts);
    }
}

fn append<'a>(node: &'a Node, parts: &mut Vec<TextPart<'a>>) {
    match Text::parse(node) {
        Some(text) => parts.extend(text.0),
        None => parts.push(TextPart::Unknown),
    }
}

/// Returns the key of the function in `node` if the function can return only a text.
pub fn text_function(node: &Node) -> Option<&'static str> {
    let (function, _) = node.function()?;
    let text = matches!(
        function,
        Function::Base64 | Function::Join | Function::Ref | Function::Sub | Function::ToJsonString
    );
    text.then_some(function.key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::FileId;

    #[test]
    fn functions_are_taken_apart() {
        let check = |text: &str, expected: &str| {
            let node = formwork_template::read(FileId::default(), text)
                .node
                .unwrap();
            assert_eq!(Text::parse(&node).unwrap().to_string(), expected);
        };
        check(
            "!Sub 'arn:${AWS::Partition}:s3:::${Bucket.Arn}'",
            "arn:${AWS::Partition}:s3:::${Bucket.Arn}",
        );
        check("!Join ['/', [a, !Ref B, !ImportValue c]]", "a/${B}/*");
        check("!Sub ['${x}${!y}', {x: 1}]", "1${y}");
    }
}
