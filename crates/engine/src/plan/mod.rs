//! Plans: the changes that a user confirms, computed from the account and the blueprint.
//!
//! `desired` computes each desired stack, `draft` chooses its action, `preview` creates change sets, and
//! `deployment` and `destruction` make the plan of them. All but `preview` is pure. `replacement` compares what
//! changes with the schema table, `hazards` finds data and service that would be lost.

pub(crate) mod compare;
pub(crate) mod deployment;
pub(crate) mod desired;
pub(crate) mod destruction;
pub(crate) mod draft;
pub(crate) mod hazards;
mod lookup;
pub(crate) mod preview;
mod replacement;
pub(crate) mod resources;
mod stable_outputs;
mod templates;
