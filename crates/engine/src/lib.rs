//! Observes an account, plans against it and carries stack operations out in dependency order.
//!
//! [`observe`] reads, [`draft`] compares, [`preview`] asks CloudFormation, [`plan`] says what would be done, and
//! [`execute`] does it. There is no state but the account's own.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod assets;
pub mod budget;
pub mod cancel;
pub mod client;
pub mod desired;
pub mod draft;
pub mod event;
pub mod execute;
mod kept;
pub mod observe;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod preview;
pub mod schedule;
mod send;
pub mod store;
pub mod token;
