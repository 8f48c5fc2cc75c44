//! Calls AWS with the engine's types: CloudFormation, the bucket for assets and templates, and the caller's identity.
//!
//! # Architecture Invariant
//!
//! Only this crate uses the SDK, and its public types contain none of the SDK's. A call is sent once: it has a timeout
//! and no retries, and its error tells what the caller can do ([`ErrorKind`]). The engine retries, limits rates and
//! polls. Every call uses AWS's protocols, to AWS, to another endpoint or to a `tower` service in this process
//! ([`Transport`]), so that tests exercise the same code as users.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bucket;
mod change_set;
mod change_set_calls;
mod cloud;
mod connect;
mod error;
mod event;
pub mod permissions;
mod request;
mod response;
mod stack;
mod stack_calls;
mod status;
mod token;
mod transport;

pub use bucket::{Bucket, BucketOrigin, EnsuredBucket, ObjectInfo, PutObject};
pub use change_set::{
    Attribute, ChangeAction, ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, ChangeSetStatus,
    ChangeSource, CreateChangeSet, CreatedChangeSet, Evaluation, ExecuteChangeSet, ExecutionStatus,
    KNOWN_AFTER_APPLY, PolicyAction, PropertyChange, PropertyValues, RequiresReplacement,
    ResourceChange,
};
pub use cloud::{Cloud, Identity};
pub use connect::{Settings, Timeouts};
pub use error::{Error, ErrorKind};
pub use event::{FailedEvent, StackEvent};
pub use stack::{
    CreateStack, DeleteStack, DeployedParameter, Export, Output, ParameterValue, Protection,
    Rollback, Stack, StackId, StackRef, StackResource, TemplateSource,
};
pub use status::{ResourceStatus, StackStatus, UnknownStatus};
pub use token::{ClientToken, InvalidToken, Page, PageToken, Secret, Unreadable};
pub use transport::{Service, Transport};
