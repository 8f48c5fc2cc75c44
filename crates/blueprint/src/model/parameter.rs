//! The values of a stack's parameters.

use super::{StackKey, VariableName};
use formwork_template::diagnostics::Span;
use std::fmt;

/// The source of a parameter's value. A parameter without one has its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterSource {
    /// A value known when rendering; a list is joined by commas.
    Literal(String),
    /// Another stack's output, known when that stack is deployed.
    Output(OutputRef),
    /// The value of a sensitive variable.
    Secret(SecretValue),
}

/// A reference to an output of another stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputRef {
    /// The stack that has the output.
    pub stack: StackKey,
    /// The output's name.
    pub output: String,
    /// True for a list, joined by commas.
    pub list: bool,
    /// The span of the first reference.
    pub span: Span,
}

/// The value of a sensitive variable. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue {
    variable: VariableName,
    value: String,
}

impl SecretValue {
    pub(crate) fn new(variable: VariableName, value: String) -> Self {
        Self { variable, value }
    }

    /// The variable's name.
    pub fn variable(&self) -> &VariableName {
        &self.variable
    }

    /// Returns the value. Only the code that sends it may call this.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SecretValue({}: ****)", self.variable)
    }
}
