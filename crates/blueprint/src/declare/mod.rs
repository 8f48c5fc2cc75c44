//! Declarations: variables, environments, assets and the names of stacks. Values are evaluated here
//! only if declarations need them.

pub(crate) mod assets;
pub(crate) mod components;
pub(crate) mod environments;
pub(crate) mod inputs;
pub(crate) mod output_types;
mod overlay;
pub(crate) mod required_version;
pub(crate) mod stack;
pub(crate) mod stacks;
pub(crate) mod unused;
pub(crate) mod variable_values;
pub(crate) mod variables;
mod when;
