//! Integration tests of requests and responses: the real SDK against a scripted peer.

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
