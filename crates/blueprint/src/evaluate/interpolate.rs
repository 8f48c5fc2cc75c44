//! Interpolation: joins the parts of a text to a string if all are known, otherwise to `Fn::Sub` or
//! `Fn::Join`.

use super::{Evaluated, ValueShape};
use formwork_template::diagnostics::Span;
use formwork_template::intrinsic::Attribute;
use formwork_template::{Intrinsic, Map, Node, Value, sub};

/// A part of a text.
#[derive(Debug)]
pub(crate) enum TextPart {
    /// A literal text.
    Text(String),
    /// A value known after deployment.
    Reference(Node, ValueShape),
}

/// Converts a known value to text. Lists are joined by commas. Returns none for other values.
pub(crate) fn known_part(node: &Node) -> Option<TextPart> {
    if let Some(text) = scalar(node) {
        return Some(TextPart::Text(text));
    }
    if node.intrinsic().is_some() {
        return Some(TextPart::Reference(node.clone(), ValueShape::Single));
    }
    let items = node.as_list()?;
    let texts: Option<Vec<String>> = items.iter().map(scalar).collect();
    match texts {
        Some(texts) => Some(TextPart::Text(texts.join(","))),
        None if items
            .iter()
            .all(|item| scalar(item).is_some() || item.intrinsic().is_some()) =>
        {
            Some(TextPart::Reference(node.clone(), ValueShape::List))
        }
        None => None,
    }
}

/// Converts a string, number or boolean to text.
pub(crate) fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Returns an `Fn::Join` of a list.
pub(crate) fn join(separator: &str, list: Node, span: Span) -> Node {
    Node::single(
        "Fn::Join",
        Node::new(vec![Node::new(separator, span), list], span),
        span,
    )
}

/// Joins the parts of a text.
pub(crate) fn interpolate(parts: Vec<TextPart>, span: Span) -> Evaluated {
    let is_known = parts.iter().all(|part| matches!(part, TextPart::Text(_)));
    if is_known {
        let text: String = parts
            .into_iter()
            .map(|part| match part {
                TextPart::Text(text) => text,
                TextPart::Reference(..) => String::new(),
            })
            .collect();
        return Evaluated::Known(Node::new(text, span));
    }
    let parts = merged(parts);
    let fits_sub = parts.iter().all(|part| match part {
        TextPart::Text(text) => can_be_escaped(text),
        TextPart::Reference(..) => true,
    });
    let node = match fits_sub {
        true => substituted(parts, span),
        false => joined(parts, span),
    };
    Evaluated::Reference(node, ValueShape::Single)
}

/// Merges adjacent literal texts.
fn merged(parts: Vec<TextPart>) -> Vec<TextPart> {
    let mut merged: Vec<TextPart> = Vec::with_capacity(parts.len());
    for part in parts {
        match (merged.last_mut(), part) {
            (Some(TextPart::Text(before)), TextPart::Text(text)) => before.push_str(&text),
            (_, part) => merged.push(part),
        }
    }
    merged
}

/// Returns true if `${!…}` can express every `${` in a literal text.
///
/// `Fn::Sub` ends the escape at the next brace, so that brace must be in the same part.
fn can_be_escaped(text: &str) -> bool {
    text.match_indices("${").all(|(at, _)| {
        let rest = &text[at + 2..];
        let end = rest.find(['}', '{', '$']);
        end.is_some_and(|end| end > 0 && rest[end..].starts_with('}'))
    })
}

fn substituted(parts: Vec<TextPart>, span: Span) -> Node {
    let mut text = String::new();
    let mut values = Map::default();
    for part in parts {
        match part {
            TextPart::Text(literal) => text.push_str(&sub::escape(&literal)),
            TextPart::Reference(node, ValueShape::Single) => match inline(&node) {
                Some(inline) => text.push_str(&inline),
                None => text.push_str(&named(&mut values, "Value", node)),
            },
            TextPart::Reference(node, ValueShape::List) => {
                let name = list_name(&node);
                let span = node.span;
                text.push_str(&named(&mut values, &name, join(",", node, span)));
            }
        }
    }
    let text = Node::new(text, span);
    let argument = match values.is_empty() {
        true => text,
        false => Node::new(vec![text, Node::new(values, span)], span),
    };
    Node::single("Fn::Sub", argument, span)
}

/// Returns a reference as a placeholder of `Fn::Sub`.
fn inline(node: &Node) -> Option<String> {
    match node.intrinsic()? {
        Intrinsic::Ref(name) => Some(format!("${{{name}}}")),
        Intrinsic::GetAtt {
            resource,
            attribute: Attribute::Name(attribute),
        } => Some(format!("${{{resource}.{attribute}}}")),
        Intrinsic::Sub {
            text,
            variables: None,
        } => Some(text.to_owned()),
        _ => None,
    }
}

/// Adds `node` to the variables of an `Fn::Sub`. Equal values share one name.
fn named(values: &mut Map, name: &str, node: Node) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while values.get(&free).is_some_and(|taken| *taken != node) {
        free = format!("{name}{number}");
        number += 1;
    }
    let span = node.span;
    let reference = format!("${{{free}}}");
    values.insert(free, span, node);
    reference
}

fn list_name(node: &Node) -> String {
    match node.intrinsic() {
        Some(Intrinsic::Ref(name)) => name.to_owned(),
        _ => "List".to_owned(),
    }
}

fn joined(parts: Vec<TextPart>, span: Span) -> Node {
    let pieces = parts
        .into_iter()
        .map(|part| match part {
            TextPart::Text(text) => Node::new(text, span),
            TextPart::Reference(node, ValueShape::Single) => node,
            TextPart::Reference(node, ValueShape::List) => {
                let span = node.span;
                join(",", node, span)
            }
        })
        .collect::<Vec<_>>();
    join("", Node::new(pieces, span), span)
}
