//! Callers, and the records of their calls.

use serde::{Deserialize, Serialize};

use super::clock::Time;

/// The caller of a CloudFormation action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The region of the request's credential scope.
    pub region: String,
}

/// An accepted call of an action that changes state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The time at which the call was accepted.
    pub time: Time,
    /// The caller's region.
    pub region: String,
    /// The action, such as `CreateStack`.
    pub action: String,
    /// The name of the stack that the call names.
    pub stack_name: String,
    /// The id of that stack; empty if the call deletes a stack that does not exist.
    pub stack_id: String,
    /// The client request token.
    pub token: Option<String>,
    /// The operation that the call started. `None` if it started no operation, for example when it
    /// deletes a stack that is already being deleted.
    pub operation_id: Option<String>,
    /// The change set that the call names.
    pub change_set_id: Option<String>,
}

/// A call that this process answered, including reads and rejected calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredCall {
    /// The time of the call.
    pub time: Time,
    /// The action.
    pub action: &'static str,
    /// The error code, if the call was rejected.
    pub error_code: Option<String>,
}
