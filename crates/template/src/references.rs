//! What a part of a template refers to: parameters, resources, conditions and mappings by name.

use crate::diagnostics::Span;
use crate::intrinsic::Attribute;
use crate::sub::{self, Part};
use crate::{Function, Intrinsic, Map, Node, Value};
use std::collections::HashSet;

/// A name that a function refers to, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference<'a> {
    /// What is referred to.
    pub target: Target<'a>,
    /// Where it is written; in an `Fn::Sub` the whole text.
    pub span: Span,
}

/// What a reference means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'a> {
    /// A parameter, a resource or a pseudo parameter, as `Ref` and `${Name}` mean them.
    Name(&'a str),
    /// A resource's attribute; nothing when a function gives the attribute's name.
    Attribute(&'a str, Option<&'a str>),
    /// A condition, in `Fn::If` or in another condition.
    Condition(&'a str),
    /// A mapping, with the two keys asked for where they are written out.
    Mapping {
        /// Its name.
        name: &'a str,
        /// The keys of both levels.
        keys: [Option<&'a Node>; 2],
        /// Whether a default is given for keys that are not there.
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
    /// Everything that this node and those below it refer to, in the order of writing.
    ///
    /// A resource's own `Condition` and `DependsOn` are no functions and are not among them; inside
    /// a condition `{Condition: …}` is one, see [`Node::condition_references`].
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        collect(self, Place::Value, &mut found);
        found
    }

    /// Everything that a condition refers to, other conditions among them.
    pub fn condition_references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        collect(self, Place::Condition, &mut found);
        found
    }

    /// What this node itself refers to, those below it left aside.
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

/// What the text of an `Fn::Sub` refers to, each once, its own names apart.
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
