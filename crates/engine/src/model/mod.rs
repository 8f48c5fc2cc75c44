//! Plain types that the other modules hand on to each other: no I/O and no decisions.
//!
//! `observed` is the account, `desired` and `draft` are the desired stacks, `plan`, `change`, `hazard` and
//! `refusal` are what a user confirms, and `event` and `outcome` report a run. `options` and `cancel` hold what the
//! user chose, `token` the client request tokens.

pub mod cancel;
pub mod change;
pub mod desired;
pub mod draft;
pub mod event;
pub mod hazard;
pub mod observed;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod refusal;
mod serialize;
pub mod token;
