//! A request to load a blueprint.

use super::EnvName;
use std::fmt;
use std::path::PathBuf;

/// A request to load a blueprint.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The blueprint's folder or its `blueprint.toml`.
    pub blueprint: PathBuf,
    /// The environment.
    pub environment: Option<EnvName>,
    /// Values of variables. The command line overrides the process environment, and later values
    /// override earlier ones.
    pub variables: Vec<VariableAssignment>,
}

/// A value of a variable from outside the blueprint. It may be secret and is not printed.
#[derive(Clone)]
pub struct VariableAssignment {
    /// The variable's name.
    pub name: String,
    /// The value as text: unchanged for a string, TOML for other types.
    pub text: String,
    /// The source.
    pub source: AssignmentSource,
}

impl fmt::Debug for VariableAssignment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "VariableAssignment({} by {:?}: ****)",
            self.name, self.source
        )
    }
}

/// The source of a variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssignmentSource {
    /// `FORMWORK_VAR_name`.
    ProcessEnvironment,
    /// `--set name=value`.
    CommandLine,
}
