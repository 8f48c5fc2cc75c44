//! The responses of CloudFormation: one type per action with an output.

use indexmap::IndexMap;

use crate::model::clock::Time;
use crate::model::request::{ChangeSetType, OnStackFailure, Tag};
use crate::model::status::{ChangeSetStatus, ExecutionStatus, ResourceStatus, StackStatus};

/// A response.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the action of its name")]
pub enum Response {
    CreateStack(AcceptedOperation),
    UpdateStack(AcceptedOperation),
    DeleteStack,
    CancelUpdateStack,
    ContinueUpdateRollback,
    RollbackStack(AcceptedOperation),
    UpdateTerminationProtection { stack_id: String },
    CreateChangeSet { id: String, stack_id: String },
    DescribeChangeSet(Box<ChangeSetDescription>),
    ExecuteChangeSet,
    DeleteChangeSet,
    ListChangeSets(Page<ChangeSetSummary>),
    DescribeStacks(Page<StackDescription>),
    ListStacks(Page<StackSummary>),
    DescribeStackEvents(Page<StackEvent>),
    DescribeEvents(Page<OperationEvent>),
    ListStackResources(Page<ResourceDescription>),
    DescribeStackResources(Vec<ResourceDescription>),
    DescribeStackResource(Box<ResourceDescription>),
    GetTemplate { body: String },
    GetTemplateSummary(Box<TemplateSummary>),
    ValidateTemplate(Box<TemplateSummary>),
    ListExports(Page<Export>),
    ListImports(Page<String>),
}

/// The response to an accepted operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedOperation {
    /// `StackId`.
    pub stack_id: String,
    /// `OperationId`.
    pub operation_id: String,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// `NextToken`, if more pages follow.
    pub next_token: Option<String>,
}

/// An item of `DescribeStacks`' `Stacks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackDescription {
    /// `StackId`.
    pub stack_id: String,
    /// `StackName`.
    pub stack_name: String,
    /// `ChangeSetId`: the change set that was executed last.
    pub change_set_id: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `Parameters`; `NoEcho` values are `****`.
    pub parameters: Vec<StackParameter>,
    /// `CreationTime`.
    pub creation_time: Time,
    /// `LastUpdatedTime`.
    pub last_updated_time: Option<Time>,
    /// `DeletionTime`.
    pub deletion_time: Option<Time>,
    /// `StackStatus`.
    pub status: StackStatus,
    /// `StackStatusReason`.
    pub status_reason: Option<String>,
    /// `DisableRollback`.
    pub disable_rollback: bool,
    /// `NotificationARNs`.
    pub notification_arns: Vec<String>,
    /// `TimeoutInMinutes`.
    pub timeout_in_minutes: Option<u32>,
    /// `Capabilities`.
    pub capabilities: Vec<String>,
    /// `Outputs`.
    pub outputs: Vec<StackOutput>,
    /// `RoleARN`.
    pub role_arn: Option<String>,
    /// `Tags`.
    pub tags: Vec<Tag>,
    /// `EnableTerminationProtection`.
    pub termination_protection: bool,
    /// `RetainExceptOnCreate`.
    pub retain_except_on_create: bool,
    /// `LastOperations`, latest first.
    pub last_operations: Vec<OperationSummary>,
}

/// An item of a stack's `Parameters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackParameter {
    /// `ParameterKey`.
    pub key: String,
    /// `ParameterValue`.
    pub value: String,
    /// `ResolvedValue`, if the type is an SSM parameter type.
    pub resolved_value: Option<String>,
}

/// An item of a stack's `Outputs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackOutput {
    /// `OutputKey`.
    pub key: String,
    /// `OutputValue`.
    pub value: String,
    /// `Description`.
    pub description: Option<String>,
    /// `ExportName`.
    pub export_name: Option<String>,
}

/// An item of a stack's `LastOperations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationSummary {
    /// `OperationType`, such as `CREATE_STACK`.
    pub operation_type: String,
    /// `OperationId`.
    pub operation_id: String,
}

/// An item of `ListStacks`' `StackSummaries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackSummary {
    /// `StackId`.
    pub stack_id: String,
    /// `StackName`.
    pub stack_name: String,
    /// `TemplateDescription`.
    pub description: Option<String>,
    /// `CreationTime`.
    pub creation_time: Time,
    /// `LastUpdatedTime`.
    pub last_updated_time: Option<Time>,
    /// `DeletionTime`.
    pub deletion_time: Option<Time>,
    /// `StackStatus`.
    pub status: StackStatus,
    /// `StackStatusReason`.
    pub status_reason: Option<String>,
    /// `LastOperations`, latest first.
    pub last_operations: Vec<OperationSummary>,
}

/// An item of `DescribeStackEvents`' `StackEvents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    /// `StackId`.
    pub stack_id: String,
    /// `EventId`.
    pub event_id: String,
    /// `StackName`.
    pub stack_name: String,
    /// `OperationId`.
    pub operation_id: String,
    /// `LogicalResourceId`; the stack's name in the stack's own events.
    pub logical_id: String,
    /// `PhysicalResourceId`; empty before the resource has one; the stack's id in the stack's own
    /// events.
    pub physical_id: String,
    /// `ResourceType`.
    pub resource_type: String,
    /// `Timestamp`.
    pub timestamp: Time,
    /// `ResourceStatus`; the stack's status in the stack's own events.
    pub status: String,
    /// `ResourceStatusReason`.
    pub status_reason: Option<String>,
    /// `DetailedStatus`, such as `CONFIGURATION_COMPLETE`.
    pub detailed_status: Option<String>,
    /// `ResourceProperties` as JSON text.
    pub properties: Option<String>,
    /// `ClientRequestToken` of the operation.
    pub token: Option<String>,
}

/// An item of `DescribeEvents`' `OperationEvents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationEvent {
    /// The event, as in `DescribeStackEvents`.
    pub event: StackEvent,
    /// `OperationType`, such as `UPDATE_STACK`.
    pub operation_type: String,
    /// `OperationStatus`, in the stack's own events only.
    pub operation_status: Option<String>,
    /// `EventType`: `STACK_EVENT`, `PROGRESS_EVENT`, `PROVISIONING_ERROR` or `VALIDATION_ERROR`.
    pub event_type: String,
}

/// A resource in `ListStackResources`, `DescribeStackResources` and `DescribeStackResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceDescription {
    /// `StackId`.
    pub stack_id: String,
    /// `StackName`.
    pub stack_name: String,
    /// `LogicalResourceId`.
    pub logical_id: String,
    /// `PhysicalResourceId`.
    pub physical_id: Option<String>,
    /// `ResourceType`.
    pub resource_type: String,
    /// `LastUpdatedTimestamp`; `Timestamp` in `DescribeStackResources`.
    pub timestamp: Time,
    /// `ResourceStatus`.
    pub status: ResourceStatus,
    /// `ResourceStatusReason`.
    pub status_reason: Option<String>,
    /// `Description` in the template.
    pub description: Option<String>,
    /// `Metadata` as JSON text, in `DescribeStackResource` only.
    pub metadata: Option<String>,
}

/// An item of `ListChangeSets`' `Summaries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetSummary {
    /// `StackId`.
    pub stack_id: String,
    /// `StackName`.
    pub stack_name: String,
    /// `ChangeSetId`.
    pub change_set_id: String,
    /// `ChangeSetName`.
    pub change_set_name: String,
    /// `ExecutionStatus`.
    pub execution_status: ExecutionStatus,
    /// `Status`.
    pub status: ChangeSetStatus,
    /// `StatusReason`.
    pub status_reason: Option<String>,
    /// `CreationTime`.
    pub creation_time: Time,
    /// `Description`.
    pub description: Option<String>,
}

/// The response to `DescribeChangeSet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetDescription {
    /// The fields that `ListChangeSets` shows as well.
    pub summary: ChangeSetSummary,
    /// `ChangeSetType`. CloudFormation does not show it, so the wire leaves it out.
    pub kind: ChangeSetType,
    /// `Parameters`; `NoEcho` values are `****`.
    pub parameters: Vec<StackParameter>,
    /// `NotificationARNs`.
    pub notification_arns: Vec<String>,
    /// `Capabilities`.
    pub capabilities: Vec<String>,
    /// `Tags`.
    pub tags: Vec<Tag>,
    /// `OnStackFailure`.
    pub on_stack_failure: Option<OnStackFailure>,
    /// `Changes`.
    pub changes: Vec<ResourceChange>,
    /// `NextToken`, if more changes follow.
    pub next_token: Option<String>,
}

/// The `ResourceChange` of an item of a change set's `Changes`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ResourceChange {
    /// `Action`: `Add`, `Modify` or `Remove`.
    pub action: String,
    /// `PolicyAction`, such as `ReplaceAndDelete`.
    pub policy_action: Option<String>,
    /// `LogicalResourceId`.
    pub logical_id: String,
    /// `PhysicalResourceId`.
    pub physical_id: Option<String>,
    /// `ResourceType`.
    pub resource_type: String,
    /// `Replacement`, of a `Modify` only: `True`, `False` or `Conditional`.
    pub replacement: Option<String>,
    /// `Scope`, such as `Properties`, `Tags` or `Metadata`.
    pub scope: Vec<String>,
    /// `Details`.
    pub details: Vec<ResourceChangeDetail>,
    /// `BeforeContext` as JSON text, with property values only.
    pub before_context: Option<String>,
    /// `AfterContext` as JSON text, with property values only.
    pub after_context: Option<String>,
}

/// An item of a change's `Details`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ResourceChangeDetail {
    /// `Target.Attribute`, such as `Properties`.
    pub attribute: String,
    /// `Target.Name`: the property's name.
    pub name: Option<String>,
    /// `Target.Path`, such as `/Properties/Tags/0/Value`, with property values only.
    pub path: Option<String>,
    /// `Target.RequiresRecreation`: `Never`, `Conditionally` or `Always`.
    pub requires_recreation: String,
    /// `Target.BeforeValue`, with property values only.
    pub before_value: Option<String>,
    /// `Target.AfterValue`, with property values only.
    pub after_value: Option<String>,
    /// `Target.AttributeChangeType`: `Add`, `Remove` or `Modify`, with property values only.
    pub change_type: Option<String>,
    /// `Evaluation`: `Static` or `Dynamic`.
    pub evaluation: String,
    /// `ChangeSource`, such as `DirectModification`, `ParameterReference` or `ResourceAttribute`.
    pub change_source: String,
    /// `CausingEntity`, such as `Parameter` or `Resource.Arn`.
    pub causing_entity: Option<String>,
}

/// The response to `GetTemplateSummary` and `ValidateTemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateSummary {
    /// `Description`.
    pub description: Option<String>,
    /// `Metadata` as JSON text.
    pub metadata: Option<String>,
    /// `Version`: the template's `AWSTemplateFormatVersion`.
    pub version: Option<String>,
    /// `Parameters`.
    pub parameters: Vec<ParameterDeclaration>,
    /// `Capabilities`.
    pub capabilities: Vec<String>,
    /// `CapabilitiesReason`.
    pub capabilities_reason: Option<String>,
    /// `ResourceTypes`.
    pub resource_types: Vec<String>,
    /// `ResourceIdentifierSummaries`: the resource types with their logical ids.
    pub resources: IndexMap<String, Vec<String>>,
}

/// A parameter's declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParameterDeclaration {
    /// `ParameterKey`.
    pub key: String,
    /// `ParameterType`.
    pub kind: String,
    /// `DefaultValue`.
    pub default: Option<String>,
    /// `NoEcho`.
    pub no_echo: bool,
    /// `Description`.
    pub description: Option<String>,
    /// `ParameterConstraints.AllowedValues`.
    pub allowed_values: Vec<String>,
}

/// An item of `ListExports`' `Exports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// `ExportingStackId`.
    pub stack_id: String,
    /// `Name`.
    pub name: String,
    /// `Value`.
    pub value: String,
}

/// The error of a rejected request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// `Code` on the wire.
    pub code: String,
    /// `Message`.
    pub message: String,
    /// The HTTP status.
    pub http_status: u16,
}

impl ApiError {
    /// Returns an error with HTTP status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            http_status: 400,
        }
    }

    /// Returns a `ValidationError`, by far the most frequent error.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }
}
