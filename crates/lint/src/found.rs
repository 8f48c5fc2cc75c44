//! Values at a path of a resource, through every `Fn::If` on the way, with the case in which each
//! is there.

use super::condition::{Case, Conditions};
use formwork_template::diagnostics::Span;
use formwork_template::{Function, Map, Node, Value};

/// More values than these are not followed from one path.
const MOST_FOUND: usize = 512;

/// What stands at a path in one case.
#[derive(Debug, Clone)]
pub(crate) struct Found<'a> {
    /// The value: a literal or a function other than `Fn::If`; nothing where nothing stands.
    pub(crate) node: Option<&'a Node>,
    /// Where it stands, or what it is missing from.
    pub(crate) span: Span,
    /// When it stands there.
    pub(crate) case: Case<'a>,
    /// The positions in lists on the way to it.
    pub(crate) indices: Vec<usize>,
}

impl<'a> Found<'a> {
    /// The node itself, in every case.
    pub(crate) fn all(node: &'a Node) -> Self {
        Self {
            node: Some(node),
            span: node.span,
            case: Case::default(),
            indices: Vec::new(),
        }
    }

    /// What stands further down at `path`, as `Aliases.*`; `*` is every item of a list. Below a
    /// function nothing is known, and nothing is found.
    pub(crate) fn at(&self, path: &str, conditions: &Conditions<'a>) -> Vec<Found<'a>> {
        self.through(
            path,
            Way {
                conditions,
                dead: Dead::Left,
            },
        )
    }

    /// The same, and what can never be there, each by itself.
    pub(crate) fn written(&self, path: &str, conditions: &Conditions<'a>) -> Vec<Found<'a>> {
        self.through(
            path,
            Way {
                conditions,
                dead: Dead::Taken,
            },
        )
    }

    fn through(&self, path: &str, way: Way<'_, 'a>) -> Vec<Found<'a>> {
        let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
        let mut found = Vec::new();
        self.follow(&steps, way, &mut found);
        found
    }

    /// The same in a narrower case, in which something beside it was found.
    pub(crate) fn when(&self, case: &Case<'a>) -> Self {
        Self {
            case: case.clone(),
            ..self.clone()
        }
    }

    /// The text, when it is one; numbers and truth values as they would be written.
    pub(crate) fn text(&self) -> Option<String> {
        self.node
            .and_then(formwork_template::parameter::scalar_text)
    }

    /// The string, when it is written as one.
    pub(crate) fn string(&self) -> Option<&'a str> {
        self.node?.as_str()
    }

    /// The whole number, also when it is written as text.
    pub(crate) fn integer(&self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    /// The table, when it is one and no function.
    pub(crate) fn map(&self) -> Option<&'a Map> {
        let node = self.node?;
        node.as_map().filter(|_| node.function().is_none())
    }

    /// The logical id that a `Ref` or `Fn::GetAtt` names.
    pub(crate) fn referred(&self) -> Option<&'a str> {
        referred(self.node?)
    }

    fn follow(&self, steps: &[&str], way: Way<'_, 'a>, found: &mut Vec<Found<'a>>) {
        if found.len() >= MOST_FOUND {
            return;
        }
        let Some(node) = self.node else {
            found.push(self.clone());
            return;
        };
        match node.function() {
            Some((Function::If, argument)) => {
                let Some([condition, yes, no]) = argument.as_list() else {
                    return;
                };
                let Some(condition) = condition.as_str() else {
                    return;
                };
                for (branch, holds) in [(yes, true), (no, false)] {
                    if let Some(case) = way.branch(&self.case, condition, holds) {
                        self.go(Some(branch), branch.span, case)
                            .follow(steps, way, found);
                    }
                }
            }
            Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => {
                found.push(self.go(None, node.span, self.case.clone()));
            }
            Some(_) if steps.is_empty() => found.push(self.clone()),
            Some(_) => {}
            None => self.further(node, steps, way, found),
        }
    }

    fn further(
        &self,
        node: &'a Node,
        steps: &[&str],
        way: Way<'_, 'a>,
        found: &mut Vec<Found<'a>>,
    ) {
        let Some((step, rest)) = steps.split_first() else {
            found.push(self.clone());
            return;
        };
        match (&node.value, *step) {
            (Value::List(items), "*") => {
                for (index, item) in items.iter().enumerate() {
                    let mut next = self.go(Some(item), item.span, self.case.clone());
                    next.indices.push(index);
                    next.follow(rest, way, found);
                }
            }
            (Value::Map(map), name) => {
                let next = map.get(name);
                let span = next.map_or(node.span, |next| next.span);
                self.go(next, span, self.case.clone())
                    .follow(rest, way, found);
            }
            _ => found.push(self.go(None, node.span, self.case.clone())),
        }
    }

    fn go(&self, node: Option<&'a Node>, span: Span, case: Case<'a>) -> Self {
        Self {
            node,
            span,
            case,
            indices: self.indices.clone(),
        }
    }
}

/// How branches are gone through.
#[derive(Clone, Copy)]
struct Way<'c, 'a> {
    conditions: &'c Conditions<'a>,
    dead: Dead,
}

/// What becomes of branches that can never be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dead {
    /// They are left out.
    Left,
    /// They are gone through as if nothing else were decided.
    Taken,
}

impl<'a> Way<'_, 'a> {
    /// The case in which a branch is gone through.
    fn branch(&self, case: &Case<'a>, condition: &'a str, holds: bool) -> Option<Case<'a>> {
        let possible = case.with(condition, holds);
        let possible = possible.filter(|case| self.conditions.allow(case));
        match self.dead {
            Dead::Left => possible,
            Dead::Taken => possible.or_else(|| Case::default().with(condition, holds)),
        }
    }
}

/// The logical id that a `Ref` or `Fn::GetAtt` names.
pub(crate) fn referred(node: &Node) -> Option<&str> {
    match node.intrinsic()? {
        formwork_template::Intrinsic::Ref(name) => Some(name),
        formwork_template::Intrinsic::GetAtt { resource, .. } => Some(resource),
        _ => None,
    }
}
