//! A cloud on this machine: CloudFormation's behaviour as a state machine behind AWS's own protocols.
//!
//! The whole timeline of an operation (the work on each resource, its events, its failure and
//! rollback) is computed when the operation is accepted, and revealed as time passes. A response is a
//! function of the accepted operations and the clock. It needs no background task, a killed process
//! loses nothing, and any clock works. `BEHAVIOUR.md` lists every rule with its tests.
//!
//! [`Cloud::call`] carries out a [`Request`](model::request::Request) and returns a
//! [`Response`](model::response::Response) or an [`ApiError`](model::response::ApiError). A [`Server`]
//! answers the wire protocols for a cloud.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod cloud;
mod cloudformation;
mod limits;
pub mod model;
pub mod resources;
mod server;
mod services;
mod store;
pub mod wire;

pub use cloud::{Cloud, OpenError};
pub use model::calls::{AnsweredCall, CallRecord, Caller};
pub use model::clock::Time;
pub use model::faults::{FaultPhase, InjectedFault};
pub use model::options::{Options, Pace, Rates, Storage};
pub use model::stack_context::StackContext;
pub use server::{ServeError, Server};
pub use store::StoreError;
