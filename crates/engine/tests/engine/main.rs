//! The engine's sentences, one test each: the real engine through the real SDK against the local cloud in this
//! process, under the paused clock. What a test asserts is the cloud's record, not the engine's word.
#![allow(clippy::unwrap_used)]

extern crate formwork_engine as engine;

mod bench;
mod deploy;
mod destroy;
mod failures;
mod faults;
mod flight;
mod plan;
mod values;
