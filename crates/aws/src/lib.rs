//! Speaks to AWS in the engine's words: CloudFormation, the bucket for assets and templates, and who the caller is.
//!
//! # Architecture Invariant
//!
//! This is the only crate that names the SDK, and no type of the SDK leaves it. A call is one attempt: it has a
//! timeout, it is not repeated, and its failure says what the caller can do about it ([`Kind`]). Retrying, rates and
//! polling are the engine's. Everything goes over the wire, to AWS, to another endpoint or to a `tower` service in
//! this process ([`Transport`]), so there is no second implementation of anything here.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
mod bucket;
mod change_set;
mod change_set_calls;
mod cloud;
mod connect;
mod error;
mod event;
mod modelled;
pub mod permissions;
mod request;
mod stack;
mod stack_calls;
mod status;
mod token;
mod transport;

pub use bucket::{Bucket, BucketOrigin, Ensured, ObjectInfo, PutObject};
pub use change_set::{
    Attribute, ChangeAction, ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, ChangeSetStatus,
    ChangeSource, CreateChangeSet, CreatedChangeSet, Evaluation, ExecuteChangeSet, ExecutionStatus,
    KNOWN_AFTER_APPLY, PolicyAction, PropertyChange, Replacement, Replaces, ResourceChange, Values,
};
pub use cloud::{Cloud, Identity};
pub use connect::{Settings, Timeouts};
pub use error::{Error, Kind};
pub use event::{Failure, StackEvent};
pub use stack::{
    Capability, CreateStack, DeleteStack, DeployedParameter, Export, Operation, Output,
    ParameterValue, Protection, Rollback, Stack, StackId, StackRef, StackResource, TemplateSource,
};
pub use status::{ResourceStatus, StackStatus, UnknownStatus};
pub use token::{ClientToken, InvalidToken, Page, PageToken, Secret, Unreadable};
pub use transport::{Service, Transport};
