//! A cloud on this machine: CloudFormation's behaviour as a state machine, on its own wire protocol.
//!
//! An operation's whole course (which resource does what, when, with which events; the failure and
//! its rollback too) is computed when the operation is accepted, and revealed as time passes: what a
//! caller sees is a function of the accepted operations and the clock. So there is no background
//! task, a kill loses nothing, and any clock will do. `BEHAVIOUR.md` lists every rule with its test.
//!
//! A request comes in as a [`Request`], is carried out by [`Cloud::call`], and goes out as an
//! [`Answer`] or a [`Refusal`]; the wire protocol is a layer above.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod accept;
pub mod answer;
mod change_set;
pub mod clock;
mod cloud;
mod course;
mod definition;
mod describe;
mod difference;
pub mod faults;
mod lookup;
mod outside;
mod parameters;
mod plan;
pub mod request;
mod ssm;
mod stack;
mod stack_context;
pub mod status;
mod store;
pub mod types;
pub mod wire;

pub use answer::{Answer, Refusal};
pub use clock::Time;
pub use cloud::{Answered, Call, Caller, Cloud, Error, Options, Pace, Rates, Storage};
pub use faults::{During, Failure};
pub use request::Request;
pub use store::{Store, StoreError};
