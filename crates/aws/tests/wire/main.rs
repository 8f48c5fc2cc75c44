//! What goes over the wire, and what its answers are read as: the real SDK against peers that each test writes.

#![allow(clippy::unwrap_used)]

// The other rooms know this one by its short name.
extern crate formwork_aws as aws;

mod bucket;
mod change_sets;
mod environment;
mod errors;
mod peer;
mod silence;
mod stacks;
