//! Values at a path of a resource, through every `Fn::If` on the way, with the case in which each
//! is there.

use super::{Assignment, Conditions};
use crate::limits::MAX_CONDITIONAL_VALUES;
use formwork_template::diagnostics::Span;
use formwork_template::{Function, Map, Node, Value};

/// What stands at a path in one case.
#[derive(Debug, Clone)]
pub(crate) struct ConditionalValue<'a> {
    /// The value: a literal or a function other than `Fn::If`; nothing where nothing stands.
    pub(crate) node: Option<&'a Node>,
    /// Where it stands, or what it is missing from.
    pub(crate) span: Span,
    /// When it stands there.
    pub(crate) assignment: Assignment<'a>,
    /// The positions in lists on the way to it.
    pub(crate) indices: Vec<usize>,
}

impl<'a> ConditionalValue<'a> {
    /// The node itself, in every case.
    pub(crate) fn unconditional(node: &'a Node) -> Self {
        Self {
            node: Some(node),
            span: node.span,
            assignment: Assignment::default(),
            indices: Vec::new(),
        }
    }

    /// What stands further down at `path`, as `Aliases.*`; `*` is every item of a list. Below a
    /// function nothing is known, and nothing is found.
    pub(crate) fn at(&self, path: &str, conditions: &Conditions<'a>) -> Vec<ConditionalValue<'a>> {
        self.values_at(
            path,
            Traversal {
                conditions,
                unreachable: UnreachableBranches::Skip,
            },
        )
    }

    /// The same, and what can never be there, each by itself.
    pub(crate) fn at_with_unreachable(
        &self,
        path: &str,
        conditions: &Conditions<'a>,
    ) -> Vec<ConditionalValue<'a>> {
        self.values_at(
            path,
            Traversal {
                conditions,
                unreachable: UnreachableBranches::Visit,
            },
        )
    }

    fn values_at(&self, path: &str, traversal: Traversal<'_, 'a>) -> Vec<ConditionalValue<'a>> {
        let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
        let mut found = Vec::new();
        self.follow(&steps, traversal, &mut found);
        found
    }

    /// The same in a narrower case, in which something beside it was found.
    pub(crate) fn with_assignment(&self, assignment: &Assignment<'a>) -> Self {
        Self {
            assignment: assignment.clone(),
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
    pub(crate) fn referenced_id(&self) -> Option<&'a str> {
        referenced_id(self.node?)
    }

    fn follow(
        &self,
        steps: &[&str],
        traversal: Traversal<'_, 'a>,
        found: &mut Vec<ConditionalValue<'a>>,
    ) {
        if found.len() >= MAX_CONDITIONAL_VALUES {
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
                    if let Some(assignment) = traversal.branch(&self.assignment, condition, holds) {
                        self.child(Some(branch), branch.span, assignment)
                            .follow(steps, traversal, found);
                    }
                }
            }
            Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => {
                found.push(self.child(None, node.span, self.assignment.clone()));
            }
            Some(_) if steps.is_empty() => found.push(self.clone()),
            Some(_) => {}
            None => self.follow_step(node, steps, traversal, found),
        }
    }

    fn follow_step(
        &self,
        node: &'a Node,
        steps: &[&str],
        traversal: Traversal<'_, 'a>,
        found: &mut Vec<ConditionalValue<'a>>,
    ) {
        let Some((step, rest)) = steps.split_first() else {
            found.push(self.clone());
            return;
        };
        match (&node.value, *step) {
            (Value::List(items), "*") => {
                for (index, item) in items.iter().enumerate() {
                    let mut next = self.child(Some(item), item.span, self.assignment.clone());
                    next.indices.push(index);
                    next.follow(rest, traversal, found);
                }
            }
            (Value::Map(map), name) => {
                let next = map.get(name);
                let span = next.map_or(node.span, |next| next.span);
                self.child(next, span, self.assignment.clone())
                    .follow(rest, traversal, found);
            }
            _ => found.push(self.child(None, node.span, self.assignment.clone())),
        }
    }

    fn child(&self, node: Option<&'a Node>, span: Span, assignment: Assignment<'a>) -> Self {
        Self {
            node,
            span,
            assignment,
            indices: self.indices.clone(),
        }
    }
}

/// How branches are gone through.
#[derive(Clone, Copy)]
struct Traversal<'c, 'a> {
    conditions: &'c Conditions<'a>,
    unreachable: UnreachableBranches,
}

/// What becomes of branches that can never be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnreachableBranches {
    /// They are left out.
    Skip,
    /// They are gone through as if nothing else were decided.
    Visit,
}

impl<'a> Traversal<'_, 'a> {
    /// The case in which a branch is gone through.
    fn branch(
        &self,
        assignment: &Assignment<'a>,
        condition: &'a str,
        holds: bool,
    ) -> Option<Assignment<'a>> {
        let possible = assignment.with(condition, holds);
        let possible = possible.filter(|assignment| self.conditions.allow(assignment));
        match self.unreachable {
            UnreachableBranches::Skip => possible,
            UnreachableBranches::Visit => {
                possible.or_else(|| Assignment::default().with(condition, holds))
            }
        }
    }
}

/// The logical id that a `Ref` or `Fn::GetAtt` names.
pub(crate) fn referenced_id(node: &Node) -> Option<&str> {
    match node.intrinsic()? {
        formwork_template::Intrinsic::Ref(name) => Some(name),
        formwork_template::Intrinsic::GetAtt { resource, .. } => Some(resource),
        _ => None,
    }
}
