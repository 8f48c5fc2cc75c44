//! A request to load a blueprint.

use super::EnvName;
use std::fmt;
use std::path::PathBuf;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The blueprint's folder or its `blueprint.toml`, absolute or as [`crate::Files`] understands it.
    pub blueprint: PathBuf,
    /// The environment.
    pub environment: Option<EnvName>,
    /// Values given to variables; of one name the later wins, and the command line over the
    /// process's environment.
    pub variables: Vec<VariableAssignment>,
}

/// A value given to a variable from outside of the blueprint. It may be secret: it is not printed.
#[derive(Clone)]
pub struct VariableAssignment {
    /// The variable.
    pub name: String,
    /// The value as text: as it is for a string, as a TOML value for all other types.
    pub text: String,
    /// What gave it.
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

/// What gave a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssignmentSource {
    /// `FORMWORK_VAR_name`.
    ProcessEnvironment,
    /// `--set name=value`.
    CommandLine,
}
