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
    pub variables: Vec<GivenValue>,
}

/// A value given to a variable from outside of the blueprint. It may be secret: it is not printed.
#[derive(Clone)]
pub struct GivenValue {
    /// The variable.
    pub name: String,
    /// The value as text: as it is for a string, as a TOML value for all other types.
    pub text: String,
    /// What gave it.
    pub by: GivenBy,
}

impl fmt::Debug for GivenValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GivenValue({} by {:?}: ****)", self.name, self.by)
    }
}

/// What gave a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenBy {
    /// `FORMWORK_VAR_name`.
    Process,
    /// `--set name=value`.
    CommandLine,
}
