//! The local cloud's behaviour, at the boundary of request and answer, under the paused clock.
//!
//! `BEHAVIOUR.md` names each rule with the test that shows it.
#![allow(clippy::unwrap_used, missing_docs)]

mod bench;
mod change_sets;
mod create;
mod delete;
mod exports;
mod neighbours;
mod reads;
mod requests;
mod rollback;
mod rules;
mod sequences;
mod store;
mod update;
