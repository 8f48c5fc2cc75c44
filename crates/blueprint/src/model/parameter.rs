//! Where the value of a stack's parameter comes from.

use super::{StackKey, VariableName};
use formwork_template::diagnostics::Span;
use std::fmt;

/// Where the value of a parameter comes from. A parameter without one takes its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterSource {
    /// A value known when rendering; a list is joined by commas.
    Literal(String),
    /// Another stack's output, known when that stack is deployed.
    Output(OutputRef),
    /// The value of a sensitive variable.
    Secret(SecretValue),
}

/// An output of another stack, used by this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputRef {
    /// The stack whose output it is.
    pub stack: StackKey,
    /// The output.
    pub output: String,
    /// Whether the output is a list, its items joined by commas.
    pub list: bool,
    /// Where it is referred to first.
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

    /// The variable that holds it.
    pub fn variable(&self) -> &VariableName {
        &self.variable
    }

    /// The value itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SecretValue({}: ****)", self.variable)
    }
}
