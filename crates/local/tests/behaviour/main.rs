//! The local cloud's behaviour, tested with requests and responses under a paused clock.
//!
//! `BEHAVIOUR.md` lists each rule with its tests.
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
