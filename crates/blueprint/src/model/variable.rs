//! The variables of a blueprint with the values that they have in this run.

use super::EnvName;
use formwork_template::Node;
use formwork_template::diagnostics::Span;

/// A variable with its value.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its value; nothing of a sensitive one, which is only where it is sent from.
    pub value: Option<Node>,
    /// What gave the value.
    pub origin: Origin,
    /// Where the value was written, or the declaration of a sensitive one.
    pub span: Span,
    /// Where it is declared.
    pub declared: Span,
    /// The values that this one took the place of, the first given first.
    pub replaced: Vec<OverriddenValue>,
}

/// A value that a variable would have without what was given later.
#[derive(Debug, Clone)]
pub struct OverriddenValue {
    /// The value; nothing of a sensitive variable.
    pub value: Option<Node>,
    /// What gave it.
    pub origin: Origin,
    /// Where it was written.
    pub span: Span,
}

/// What gave a variable its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Its declaration.
    Default,
    /// The environment of the blueprint.
    Environment(EnvName),
    /// `FORMWORK_VAR_name`.
    ProcessEnvironment,
    /// `--set name=value`.
    CommandLine,
}
