//! The local cloud's behaviour, at the boundary of request and answer, under the paused clock.
//!
//! `BEHAVIOUR.md` names each rule with the test that shows it.
#![allow(clippy::unwrap_used, missing_docs)]

mod bench;
mod create;
mod rules;
