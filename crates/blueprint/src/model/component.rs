//! The components that a stack uses.

use super::StackKey;
use formwork_template::Node;
use formwork_template::diagnostics::{FileId, Span};
use indexmap::IndexMap;

/// A use of a component in a stack.
#[derive(Debug, Clone)]
pub struct ComponentUse {
    /// The component: `aws/vpc`, or the path of its file.
    pub component: String,
    /// The prefix of its logical ids. Empty if it makes up the whole stack.
    pub prefix: String,
    /// The span of `use`.
    pub span: Span,
    /// The copy of the component's text for this use. A span in it identifies the use.
    pub file: FileId,
    /// The inputs, by name, without the disabled ones.
    pub inputs: IndexMap<String, ComponentInput>,
}

/// The value of a component's input.
#[derive(Debug, Clone)]
pub struct ComponentInput {
    /// The value if it is known when rendering.
    pub value: Option<Node>,
    /// The stack, for an input of type stack.
    pub stack: Option<StackKey>,
    /// The span of the given value. None for the default.
    pub given: Option<Span>,
    /// The span of the declaration.
    pub declared: Span,
}
