//! The variables of a blueprint with their values.

use super::EnvName;
use formwork_template::Node;
use formwork_template::diagnostics::Span;

/// A variable with its value.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The value. None for a sensitive variable.
    pub value: Option<Node>,
    /// The origin of the value.
    pub origin: Origin,
    /// The span of the value. For a sensitive variable, the span of the declaration.
    pub span: Span,
    /// The span of the declaration.
    pub declared: Span,
    /// The values that this value overrides, the first one first.
    pub replaced: Vec<OverriddenValue>,
}

/// A value that a later one overrides.
#[derive(Debug, Clone)]
pub struct OverriddenValue {
    /// The value. None for a sensitive variable.
    pub value: Option<Node>,
    /// The origin of the value.
    pub origin: Origin,
    /// The span of the value.
    pub span: Span,
}

/// The origin of a variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The declaration.
    Default,
    /// An environment of the blueprint.
    Environment(EnvName),
    /// `FORMWORK_VAR_name`.
    ProcessEnvironment,
    /// `--set name=value`.
    CommandLine,
}
