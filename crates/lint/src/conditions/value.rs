//! Values at a path of a resource, through every `Fn::If` on the way, each with the assignment
//! under which it exists.

use super::{Assignment, Conditions};
use crate::limits::MAX_CONDITIONAL_VALUES;
use formwork_template::diagnostics::Span;
use formwork_template::{Function, Map, Node, Value};

/// The value at a path under one assignment.
#[derive(Debug, Clone)]
pub(crate) struct ConditionalValue<'a> {
    /// The value: a literal or a function other than `Fn::If`. `None` if there is no value.
    pub(crate) node: Option<&'a Node>,
    /// The span of the value, or of the table that lacks it.
    pub(crate) span: Span,
    /// The assignment under which the value exists.
    pub(crate) assignment: Assignment<'a>,
    /// The positions in lists on the way to the value.
    pub(crate) indices: Vec<usize>,
}

impl<'a> ConditionalValue<'a> {
    /// Returns the node itself, under every assignment.
    pub(crate) fn unconditional(node: &'a Node) -> Self {
        Self {
            node: Some(node),
            span: node.span,
            assignment: Assignment::default(),
            indices: Vec::new(),
        }
    }

    /// Returns the values at `path`, such as `Aliases.*`, where `*` is every item of a list. The
    /// values below a function are not known and are left out.
    pub(crate) fn at(&self, path: &str, conditions: &Conditions<'a>) -> Vec<ConditionalValue<'a>> {
        self.values_at(
            path,
            Traversal {
                conditions,
                unreachable: UnreachableBranches::Skip,
            },
        )
    }

    /// Returns the values at `path`, including those in branches that are never taken.
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

    /// Returns the value under a narrower assignment.
    pub(crate) fn with_assignment(&self, assignment: &Assignment<'a>) -> Self {
        Self {
            assignment: assignment.clone(),
            ..self.clone()
        }
    }

    /// Returns the text of a scalar, as it would be written.
    pub(crate) fn text(&self) -> Option<String> {
        self.node
            .and_then(formwork_template::parameter::scalar_text)
    }

    /// Returns the value if it is a string.
    pub(crate) fn string(&self) -> Option<&'a str> {
        self.node?.as_str()
    }

    /// Returns the integer, also if it is written as a text.
    pub(crate) fn integer(&self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    /// Returns the value if it is a table and not a function.
    pub(crate) fn map(&self) -> Option<&'a Map> {
        let node = self.node?;
        node.as_map().filter(|_| node.function().is_none())
    }

    /// Returns the logical id that a `Ref` or `Fn::GetAtt` names.
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

/// The options of a walk along a path.
#[derive(Clone, Copy)]
struct Traversal<'c, 'a> {
    conditions: &'c Conditions<'a>,
    unreachable: UnreachableBranches,
}

/// The treatment of branches that are never taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnreachableBranches {
    /// Leave them out.
    Skip,
    /// Visit them with only their own condition assigned.
    Visit,
}

impl<'a> Traversal<'_, 'a> {
    /// Returns the assignment under which a branch is visited.
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

/// Returns the logical id that a `Ref` or `Fn::GetAtt` names.
pub(crate) fn referenced_id(node: &Node) -> Option<&str> {
    match node.intrinsic()? {
        formwork_template::Intrinsic::Ref(name) => Some(name),
        formwork_template::Intrinsic::GetAtt { resource, .. } => Some(resource),
        _ => None,
    }
}
