//! The plain types that all parts of the cloud share.
//!
//! Requests and responses of CloudFormation, stacks as the store keeps them, injected faults, and
//! the options of a cloud. Nothing here reads the store or carries out an operation.

pub(crate) mod calls;
pub(crate) mod change_set;
pub(crate) mod clock;
pub(crate) mod faults;
pub(crate) mod options;
pub mod request;
pub mod response;
pub(crate) mod ssm_parameter;
pub(crate) mod stack;
pub(crate) mod stack_context;
pub mod status;
mod wire_enum;

pub use wire_enum::UnknownVariant;
pub(crate) use wire_enum::wire_enum;
