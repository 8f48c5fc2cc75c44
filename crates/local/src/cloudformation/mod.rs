//! CloudFormation: commands that change stacks, queries that read them, and the timelines that
//! commands compute.
//!
//! A command checks its request, computes the whole timeline of the operation, and writes it into the
//! store. A query reads the stacks at one time. Resource types are described in `resources`; the wire
//! protocol is in `wire`.

pub(crate) mod commands;
mod context;
mod definition;
mod lookup;
mod parameters;
mod plan;
mod property_diff;
pub(crate) mod queries;
mod references;
pub(crate) mod region;
mod timeline;

pub(crate) use context::CallContext;
