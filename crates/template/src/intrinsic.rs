//! Intrinsic functions, as views of the one-key maps that represent them.
//!
//! [`Node::function`] returns a function's name and argument. [`Node::intrinsic`] also parses the
//! argument of `Ref`, `Fn::GetAtt` and `Fn::Sub`. Functions are not evaluated here: see
//! [`crate::evaluate`].

use crate::{Map, Node, Value};

/// A function of CloudFormation's template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    missing_docs,
    reason = "the names are CloudFormation's and say what they are"
)]
pub enum Function {
    Ref,
    Condition,
    And,
    Base64,
    Cidr,
    Equals,
    FindInMap,
    ForEach,
    GetAtt,
    GetAZs,
    GetStackOutput,
    If,
    ImportValue,
    Join,
    Length,
    Not,
    Or,
    Select,
    Split,
    Sub,
    ToJsonString,
    Transform,
}

/// The functions that are allowed only in `Rules`.
pub const RULE_FUNCTIONS: &[&str] = &[
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

impl Function {
    /// All functions with their keys.
    pub const ALL: &[(Function, &str)] = &[
        (Function::Ref, "Ref"),
        (Function::Condition, "Condition"),
        (Function::And, "Fn::And"),
        (Function::Base64, "Fn::Base64"),
        (Function::Cidr, "Fn::Cidr"),
        (Function::Equals, "Fn::Equals"),
        (Function::FindInMap, "Fn::FindInMap"),
        (Function::ForEach, "Fn::ForEach"),
        (Function::GetAtt, "Fn::GetAtt"),
        (Function::GetAZs, "Fn::GetAZs"),
        (Function::GetStackOutput, "Fn::GetStackOutput"),
        (Function::If, "Fn::If"),
        (Function::ImportValue, "Fn::ImportValue"),
        (Function::Join, "Fn::Join"),
        (Function::Length, "Fn::Length"),
        (Function::Not, "Fn::Not"),
        (Function::Or, "Fn::Or"),
        (Function::Select, "Fn::Select"),
        (Function::Split, "Fn::Split"),
        (Function::Sub, "Fn::Sub"),
        (Function::ToJsonString, "Fn::ToJsonString"),
        (Function::Transform, "Fn::Transform"),
    ];

    /// Returns the function with this key.
    pub fn from_key(key: &str) -> Option<Function> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == key)
            .map(|(function, _)| *function)
    }

    /// Returns the function's key, such as `Fn::GetAtt`.
    pub fn key(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(function, _)| *function == self)
            .map(|(_, name)| *name)
            .expect("ALL names every function")
    }
}

/// An intrinsic function with its parsed argument.
///
/// `Condition` is a function only inside conditions. The `Condition` key of a resource or output is
/// not one, so this type leaves it out ([`Node::function`] includes it).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intrinsic<'a> {
    /// `Ref`: a parameter, a resource or a pseudo parameter.
    Ref(&'a str),
    /// `Fn::GetAtt`, with the argument `[Id, "A.B"]` or `"Id.A.B"`. The attribute can be a `Ref`.
    GetAtt {
        /// The resource.
        resource: &'a str,
        /// The attribute.
        attribute: Attribute<'a>,
    },
    /// `Fn::Sub` with its text and its variables.
    Sub {
        /// The text. [`crate::sub::parts`] parses it.
        text: &'a str,
        /// The variables of the second argument.
        variables: Option<&'a Map>,
    },
    /// Another function with its argument.
    Other(Function, &'a Node),
    /// A function with an argument of the wrong form.
    Malformed(Function, &'a Node),
}

/// The attribute of an `Fn::GetAtt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Attribute<'a> {
    /// A name, such as `Arn` or `Endpoint.Port`.
    Name(&'a str),
    /// A function that returns the name.
    Computed(&'a Node),
}

/// Returns whether a key is that of a loop or a macro, which other entries replace.
pub fn is_expanded(key: &str) -> bool {
    key.starts_with("Fn::ForEach::") || key == Function::Transform.key()
}

impl Node {
    /// Returns the function of this node and its argument.
    ///
    /// A map with the only key `Condition` is a function only if its argument is a string.
    pub fn function(&self) -> Option<(Function, &Node)> {
        let map = self.as_map()?;
        if map.len() != 1 {
            return None;
        }
        let (key, entry) = map.iter().next()?;
        // The key of a loop contains its name: `Fn::ForEach::Topics`.
        if key.starts_with("Fn::ForEach::") {
            return Some((Function::ForEach, &entry.node));
        }
        let function = Function::from_key(key)?;
        if function == Function::Condition && entry.node.as_str().is_none() {
            return None;
        }
        Some((function, &entry.node))
    }

    /// Returns the function of this node with its parsed argument.
    ///
    /// `Condition` is left out: see [`Intrinsic`].
    pub fn intrinsic(&self) -> Option<Intrinsic<'_>> {
        let (function, argument) = self.function()?;
        (function != Function::Condition).then(|| Intrinsic::of(function, argument))
    }

    /// Returns the key `Fn::…` of this node if it is not a known function.
    pub fn unknown_function(&self) -> Option<&str> {
        let map = self.as_map()?;
        let (key, _) = map.iter().next()?;
        let unknown = map.len() == 1 && key.starts_with("Fn::") && self.function().is_none();
        unknown.then_some(key)
    }
}

impl<'a> Intrinsic<'a> {
    /// Parses the argument of `function`.
    pub fn of(function: Function, argument: &'a Node) -> Self {
        let parsed = match function {
            Function::Ref => argument.as_str().map(Intrinsic::Ref),
            Function::GetAtt => get_att(argument),
            Function::Sub => sub(argument),
            _ => Some(Intrinsic::Other(function, argument)),
        };
        parsed.unwrap_or(Intrinsic::Malformed(function, argument))
    }
}

fn get_att(argument: &Node) -> Option<Intrinsic<'_>> {
    match &argument.value {
        Value::String(text) => {
            let (resource, attribute) = text.split_once('.')?;
            Some(Intrinsic::GetAtt {
                resource,
                attribute: Attribute::Name(attribute),
            })
        }
        Value::List(items) => {
            let [resource, attribute] = items.as_slice() else {
                return None;
            };
            Some(Intrinsic::GetAtt {
                resource: resource.as_str()?,
                attribute: match attribute.as_str() {
                    Some(name) => Attribute::Name(name),
                    None => Attribute::Computed(attribute),
                },
            })
        }
        _ => None,
    }
}

fn sub(argument: &Node) -> Option<Intrinsic<'_>> {
    match &argument.value {
        Value::String(text) => Some(Intrinsic::Sub {
            text,
            variables: None,
        }),
        Value::List(items) => {
            let [text, variables] = items.as_slice() else {
                return None;
            };
            Some(Intrinsic::Sub {
                text: text.as_str()?,
                variables: Some(variables.as_map()?),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Span;

    fn text(value: &str) -> Node {
        Node::new(value, Span::default())
    }

    fn call(key: &str, argument: Node) -> Node {
        Node::single(key, argument, Span::default())
    }

    #[test]
    fn both_forms_of_get_att_are_one() {
        let list = Node::new(vec![text("Db"), text("Endpoint.Port")], Span::default());
        for argument in [list, text("Db.Endpoint.Port")] {
            let node = call("Fn::GetAtt", argument);
            let Some(Intrinsic::GetAtt {
                resource,
                attribute,
            }) = node.intrinsic()
            else {
                panic!("{node:?} is a GetAtt");
            };
            assert_eq!(resource, "Db");
            assert_eq!(attribute, Attribute::Name("Endpoint.Port"));
        }
    }

    #[test]
    fn what_only_looks_like_a_function_is_none() {
        assert_eq!(call("Refs", text("x")).intrinsic(), None);
        assert_eq!(call("Fn::Nope", text("x")).intrinsic(), None);
        assert_eq!(
            call("Fn::Nope", text("x")).unknown_function(),
            Some("Fn::Nope")
        );
        let two = Node::new(
            [("Ref", "a"), ("Other", "b")]
                .map(|(key, value)| (key.to_owned(), entry(value)))
                .into_iter()
                .collect::<Map>(),
            Span::default(),
        );
        assert_eq!(two.intrinsic(), None, "a function stands alone in its map");
    }

    #[test]
    fn a_malformed_argument_is_reported() {
        let node = call("Ref", Node::new(true, Span::default()));
        assert!(matches!(
            node.intrinsic(),
            Some(Intrinsic::Malformed(Function::Ref, _))
        ));
    }

    fn entry(value: &str) -> crate::Entry {
        crate::Entry {
            key: Span::default(),
            node: text(value),
        }
    }
}
