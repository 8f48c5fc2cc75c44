//! The references in a template, to parameters, resources, conditions and mappings.

use crate::diagnostics::Span;
use crate::intrinsic::Attribute;
use crate::sub::{self, Part};
use crate::{Function, Intrinsic, Map, Node, Value};
use std::collections::HashSet;

/// A reference with its span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference<'a> {
    /// The target.
    pub target: Target<'a>,
    /// The place of the reference. For an `Fn::Sub`, its whole text.
    pub span: Span,
}

/// The target of a reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'a> {
    /// A parameter, a resource or a pseudo parameter, as in `Ref` and `${Name}`.
    Name(&'a str),
    /// An attribute of a resource. The name of the attribute is `None` when a function returns it.
    Attribute(&'a str, Option<&'a str>),
    /// A condition, in `Fn::If` or in another condition.
    Condition(&'a str),
    /// A mapping, with its two keys as far as they are literals.
    Mapping {
        /// The mapping's name.
        name: &'a str,
        /// The keys of both levels.
        keys: [Option<&'a Node>; 2],
        /// Whether there is a default for missing keys.
        default: bool,
    },
}

/// The pseudo parameters.
pub const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

impl Node {
    /// Returns the references of this node and its descendants, in order.
    ///
    /// The keys `Condition` and `DependsOn` of a resource are not functions and are left out.
    /// Inside a condition, `{Condition: …}` is a function: see [`Node::condition_references`].
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        collect(self, Place::Value, &mut found);
        found
    }

    /// Returns the references of a condition, including those to other conditions.
    pub fn condition_references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        collect(self, Place::Condition, &mut found);
        found
    }

    /// Returns the references of this node without its descendants.
    pub fn direct_references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        if let Some((function, argument)) = self.function() {
            own(function, argument, Place::Value, &mut found);
        }
        found
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Value,
    Condition,
}

fn collect<'a>(node: &'a Node, place: Place, found: &mut Vec<Reference<'a>>) {
    if let Some((function, argument)) = node.function() {
        own(function, argument, place, found);
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect(item, place, found)),
        Value::Map(map) => map
            .iter()
            .for_each(|(_, entry)| collect(&entry.node, place, found)),
        _ => {}
    }
}

fn own<'a>(function: Function, argument: &'a Node, place: Place, found: &mut Vec<Reference<'a>>) {
    let span = argument.span;
    let target = match (function, argument.as_list()) {
        (Function::Condition, _) if place == Place::Condition => {
            argument.as_str().map(Target::Condition)
        }
        (Function::If, Some([condition, ..])) => condition.as_str().map(Target::Condition),
        (Function::FindInMap, Some([name, first, second, rest @ ..])) => {
            let written = |key: &'a Node| key.as_map().is_none().then_some(key);
            name.as_str().map(|name| Target::Mapping {
                name,
                keys: [written(first), written(second)],
                default: !rest.is_empty(),
            })
        }
        _ => match Intrinsic::of(function, argument) {
            Intrinsic::Ref(name) => Some(Target::Name(name)),
            Intrinsic::GetAtt {
                resource,
                attribute,
            } => Some(Target::Attribute(
                resource,
                match attribute {
                    Attribute::Name(name) => Some(name),
                    Attribute::Computed(_) => None,
                },
            )),
            Intrinsic::Sub { text, variables } => {
                found.extend(sub_targets(text, variables).map(|target| Reference { target, span }));
                None
            }
            Intrinsic::Other(..) | Intrinsic::Malformed(..) => None,
        },
    };
    found.extend(target.map(|target| Reference { target, span }));
}

/// Returns the references in the text of an `Fn::Sub` without duplicates and variables.
fn sub_targets<'a>(text: &'a str, variables: Option<&'a Map>) -> impl Iterator<Item = Target<'a>> {
    let mut seen = HashSet::new();
    sub::parts(text).into_iter().filter_map(move |part| {
        let Part::Reference { name, .. } = part else {
            return None;
        };
        if variables.is_some_and(|own| own.contains(name)) || !seen.insert(name) {
            return None;
        }
        Some(match name.split_once('.') {
            Some((resource, attribute)) => Target::Attribute(resource, Some(attribute)),
            None => Target::Name(name),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Sources;

    fn shown(text: &str) -> String {
        let file = Sources::default().add("value.yaml", text);
        let node = crate::read(file, text).node.unwrap();
        let show = |reference: &Reference<'_>| match reference.target {
            Target::Name(name) => name.to_owned(),
            Target::Attribute(resource, attribute) => {
                format!("{resource}.{}", attribute.unwrap_or("?"))
            }
            Target::Condition(name) => format!("if {name}"),
            Target::Mapping { name, keys, .. } => {
                let keys = keys.map(|key| key.and_then(Node::as_str).unwrap_or("?"));
                format!("{name}[{}][{}]", keys[0], keys[1])
            }
        };
        let references = node.condition_references();
        references.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn references_are_found_in_every_function() {
        for (text, expect) in [
            ("plain ${A}", ""),
            ("!Ref A", "A"),
            ("!GetAtt A.B.C", "A.B.C"),
            ("!GetAtt [A, !Ref P]", "A.? P"),
            (
                "!Sub '${A} ${B.C} ${!D} ${AWS::Region}'",
                "A B.C AWS::Region",
            ),
            ("!Sub '${A} ${A}'", "A"),
            ("!Sub ['${x} ${A}', {x: !Ref B}]", "A B"),
            ("!If [C, !Ref A, {k: [!Ref B]}]", "if C A B"),
            (
                "!FindInMap [M, !Ref 'AWS::Region', two]",
                "M[?][two] AWS::Region",
            ),
            ("!And [!Condition C, !Equals [!Ref P, x]]", "if C P"),
            ("{Ref: A, Other: !Ref B}", "B"),
        ] {
            assert_eq!(shown(text), expect, "{text}");
        }
    }
}
