//! The components that a stack is made with: which, where, and from what inputs.

use super::StackKey;
use formwork_template::Node;
use formwork_template::diagnostics::{FileId, Span};
use indexmap::IndexMap;

/// One use of a component in a stack.
#[derive(Debug, Clone)]
pub struct ComponentUse {
    /// The component: `aws/vpc`, or the path of its file.
    pub component: String,
    /// What the logical ids of its resources begin with; empty where the stack is the component.
    pub prefix: String,
    /// Where `use` is written.
    pub span: Span,
    /// The component's text as it was read for this use alone: what was written in it has its
    /// place there, so a place tells which use it is of.
    pub file: FileId,
    /// Its inputs, by name; those that their `when` has turned off are not among them.
    pub inputs: IndexMap<String, ComponentInput>,
}

/// The value of a component's input.
#[derive(Debug, Clone)]
pub struct ComponentInput {
    /// The value, where it is known when rendering.
    pub value: Option<Node>,
    /// The stack that it is, for an input of type stack.
    pub stack: Option<StackKey>,
    /// Where the value was given, or nothing where the default serves.
    pub given: Option<Span>,
    /// Where the input is declared, with its default.
    pub declared: Span,
}
