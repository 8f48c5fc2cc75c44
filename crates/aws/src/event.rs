//! A stack's events, as DescribeStackEvents and DescribeEvents tell them.

use std::time::SystemTime;

use crate::error;
use crate::stack::StackId;
use crate::status::ResourceStatus;

/// One event of a stack or of one of its resources.
#[derive(Clone, Debug, PartialEq)]
pub struct StackEvent {
    /// The event's id, unique within the stack.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: StackId,
    /// The stack's name.
    pub stack_name: String,
    /// The operation it belongs to, where the service tells it.
    pub operation_id: Option<String>,
    /// The logical id; for the stack's own events the stack's name.
    pub logical_id: String,
    /// The physical id; empty before the resource has one.
    pub physical_id: Option<String>,
    /// The type, like `AWS::EC2::VPC`; for the stack's own events `AWS::CloudFormation::Stack`.
    pub resource_type: String,
    /// When it happened.
    pub time: SystemTime,
    /// The state reached; none for an event that only a hook or a validation made.
    pub status: Option<ResourceStatus>,
    /// Why, in the words of CloudFormation or of the service behind the resource.
    pub reason: Option<String>,
    /// A finer state, like `CONFIGURATION_COMPLETE`.
    pub detailed_status: Option<String>,
    /// The client request token of the operation.
    pub token: Option<String>,
}

impl StackEvent {
    /// Whether it is about the stack itself, not one of its resources or a nested stack.
    pub fn is_of_stack(&self) -> bool {
        self.physical_id.as_deref() == Some(self.stack_id.as_str())
    }

    /// Whether it failed only because something else did: its work was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_ref().is_some_and(ResourceStatus::is_failed)
            && self.reason.as_deref().is_some_and(error::says_cancelled)
    }
}

/// What DescribeEvents adds: a failure of a resource, a hook or an early validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What kind of event it is, like `PROVISIONING_ERROR` or `VALIDATION_ERROR`.
    pub kind: String,
    /// The operation it belongs to.
    pub operation_id: Option<String>,
    /// The logical id.
    pub logical_id: Option<String>,
    /// The type.
    pub resource_type: Option<String>,
    /// When it happened.
    pub time: Option<SystemTime>,
    /// The resource's, hook's or validation's reason.
    pub reason: Option<String>,
    /// Where in the template a validation points, like `/Resources/Api/Properties/Name`.
    pub path: Option<String>,
}
