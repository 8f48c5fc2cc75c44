//! A stack's events, as DescribeStackEvents and DescribeEvents return them.

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
    /// The operation, if the service returns it.
    pub operation_id: Option<String>,
    /// The logical id; the stack's name for the stack's own events.
    pub logical_id: String,
    /// The physical id; empty until the resource has one.
    pub physical_id: Option<String>,
    /// The resource type, such as `AWS::EC2::VPC`; `AWS::CloudFormation::Stack` for the stack's own events.
    pub resource_type: String,
    /// The time.
    pub time: SystemTime,
    /// The status; `None` for an event of a hook or a validation.
    pub status: Option<ResourceStatus>,
    /// The reason, in the words of CloudFormation or of the service behind the resource.
    pub reason: Option<String>,
    /// The detailed status, such as `CONFIGURATION_COMPLETE`.
    pub detailed_status: Option<String>,
    /// The client request token of the operation.
    pub token: Option<String>,
}

impl StackEvent {
    /// Returns whether it is about the stack itself, not about a resource or a nested stack.
    pub fn is_of_stack(&self) -> bool {
        self.physical_id.as_deref() == Some(self.stack_id.as_str())
    }

    /// Returns whether the work was cancelled because another resource failed.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_ref().is_some_and(ResourceStatus::is_failed)
            && self
                .reason
                .as_deref()
                .is_some_and(error::is_cancellation_reason)
    }
}

/// A failure of a resource, a hook or an early validation, as DescribeEvents returns it.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedEvent {
    /// The kind, such as `PROVISIONING_ERROR` or `VALIDATION_ERROR`.
    pub kind: String,
    /// The operation.
    pub operation_id: Option<String>,
    /// The logical id.
    pub logical_id: Option<String>,
    /// The resource type.
    pub resource_type: Option<String>,
    /// The time.
    pub time: Option<SystemTime>,
    /// The resource's, hook's or validation's reason.
    pub reason: Option<String>,
    /// The JSON pointer into the template, such as `/Resources/Api/Properties/Name`.
    pub path: Option<String>,
}
