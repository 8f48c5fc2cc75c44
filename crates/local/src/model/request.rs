//! The requests of CloudFormation: one type per action, as the wire parses them.
//!
//! Only the form of a request is checked here. [`Cloud::call`](crate::Cloud::call) checks its
//! content.

use serde::{Deserialize, Serialize};

use crate::model::wire_enum;

/// A request.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the action of its name")]
pub enum Request {
    CreateStack(CreateStack),
    UpdateStack(UpdateStack),
    DeleteStack(DeleteStack),
    CancelUpdateStack(CancelUpdateStack),
    ContinueUpdateRollback(ContinueUpdateRollback),
    RollbackStack(RollbackStack),
    UpdateTerminationProtection(UpdateTerminationProtection),
    CreateChangeSet(CreateChangeSet),
    DescribeChangeSet(DescribeChangeSet),
    ExecuteChangeSet(ExecuteChangeSet),
    DeleteChangeSet(DeleteChangeSet),
    ListChangeSets(ListChangeSets),
    DescribeStacks(DescribeStacks),
    ListStacks(ListStacks),
    DescribeStackEvents(DescribeStackEvents),
    DescribeEvents(DescribeEvents),
    ListStackResources(ListStackResources),
    DescribeStackResources(DescribeStackResources),
    DescribeStackResource(DescribeStackResource),
    GetTemplate(GetTemplate),
    GetTemplateSummary(GetTemplateSummary),
    ValidateTemplate(ValidateTemplate),
    ListExports(ListExports),
    ListImports(ListImports),
}

impl Request {
    /// Returns the action's name on the wire.
    pub fn action(&self) -> &'static str {
        match self {
            Self::CreateStack(_) => "CreateStack",
            Self::UpdateStack(_) => "UpdateStack",
            Self::DeleteStack(_) => "DeleteStack",
            Self::CancelUpdateStack(_) => "CancelUpdateStack",
            Self::ContinueUpdateRollback(_) => "ContinueUpdateRollback",
            Self::RollbackStack(_) => "RollbackStack",
            Self::UpdateTerminationProtection(_) => "UpdateTerminationProtection",
            Self::CreateChangeSet(_) => "CreateChangeSet",
            Self::DescribeChangeSet(_) => "DescribeChangeSet",
            Self::ExecuteChangeSet(_) => "ExecuteChangeSet",
            Self::DeleteChangeSet(_) => "DeleteChangeSet",
            Self::ListChangeSets(_) => "ListChangeSets",
            Self::DescribeStacks(_) => "DescribeStacks",
            Self::ListStacks(_) => "ListStacks",
            Self::DescribeStackEvents(_) => "DescribeStackEvents",
            Self::DescribeEvents(_) => "DescribeEvents",
            Self::ListStackResources(_) => "ListStackResources",
            Self::DescribeStackResources(_) => "DescribeStackResources",
            Self::DescribeStackResource(_) => "DescribeStackResource",
            Self::GetTemplate(_) => "GetTemplate",
            Self::GetTemplateSummary(_) => "GetTemplateSummary",
            Self::ValidateTemplate(_) => "ValidateTemplate",
            Self::ListExports(_) => "ListExports",
            Self::ListImports(_) => "ListImports",
        }
    }

    /// Returns true if the action changes state.
    pub fn is_mutation(&self) -> bool {
        matches!(
            self,
            Self::CreateStack(_)
                | Self::UpdateStack(_)
                | Self::DeleteStack(_)
                | Self::CancelUpdateStack(_)
                | Self::ContinueUpdateRollback(_)
                | Self::RollbackStack(_)
                | Self::UpdateTerminationProtection(_)
                | Self::CreateChangeSet(_)
                | Self::ExecuteChangeSet(_)
                | Self::DeleteChangeSet(_)
        )
    }
}

/// The source of a request's template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TemplateSource {
    /// No template.
    #[default]
    Absent,
    /// `TemplateBody`: at most 51,200 bytes.
    Body(String),
    /// The text behind `TemplateURL`, which the wire has fetched: at most 1 MB.
    Url(String),
    /// `UsePreviousTemplate`.
    Previous,
}

/// A parameter in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterInput {
    /// `ParameterKey`.
    pub key: String,
    /// The value or its source.
    pub value: InputValue,
}

/// The value of a parameter in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputValue {
    /// `ParameterValue`.
    Value(String),
    /// `UsePreviousValue`.
    Previous,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// `Key`.
    pub key: String,
    /// `Value`.
    pub value: String,
}

/// The definition of a stack in `CreateStack`, `UpdateStack` and `CreateChangeSet`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackSpec {
    /// `StackName`; in an update also the stack's ARN.
    pub stack_name: String,
    /// `TemplateBody`, `TemplateURL` or `UsePreviousTemplate`.
    pub template: TemplateSource,
    /// `Parameters`.
    pub parameters: Vec<ParameterInput>,
    /// `Capabilities`, not parsed: an unknown capability is rejected with CloudFormation's message.
    pub capabilities: Vec<String>,
    /// `Tags`: if absent, the stack keeps its tags; an empty list removes them.
    pub tags: Option<Vec<Tag>>,
    /// `RoleARN`: the stack keeps it.
    pub role_arn: Option<String>,
    /// `NotificationARNs`: if absent, the stack keeps its ARNs.
    pub notification_arns: Option<Vec<String>>,
    /// `DisableRollback`.
    pub disable_rollback: Option<bool>,
    /// `RetainExceptOnCreate`.
    pub retain_except_on_create: Option<bool>,
    /// `ClientRequestToken`; in a change set `ClientToken`.
    pub token: Option<String>,
    /// `DeploymentConfig.Mode`, if it is not `STANDARD`: rejected by name.
    pub deployment_mode: Option<String>,
}

wire_enum! {
    /// The fate of a stack that cannot be created.
    OnFailure {
        DoNothing = "DO_NOTHING",
        Rollback = "ROLLBACK",
        Delete = "DELETE",
    }
}

/// `CreateStack`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreateStack {
    /// The definition of the stack.
    pub desired: StackSpec,
    /// `OnFailure`: excludes `DisableRollback`.
    pub on_failure: Option<OnFailure>,
    /// `EnableTerminationProtection`.
    pub termination_protection: bool,
    /// `TimeoutInMinutes`.
    pub timeout_in_minutes: Option<u32>,
}

/// `UpdateStack`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateStack {
    /// The definition of the stack.
    pub desired: StackSpec,
}

wire_enum! {
    /// The mode of a deletion.
    DeletionMode {
        Standard = "STANDARD",
        ForceDeleteStack = "FORCE_DELETE_STACK",
    }
}

/// `DeleteStack`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteStack {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `RetainResources`: logical ids.
    pub retain_resources: Vec<String>,
    /// `RoleARN`.
    pub role_arn: Option<String>,
    /// `ClientRequestToken`.
    pub token: Option<String>,
    /// `DeletionMode`.
    pub deletion_mode: Option<DeletionMode>,
}

/// `CancelUpdateStack`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CancelUpdateStack {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `ClientRequestToken`.
    pub token: Option<String>,
}

/// `ContinueUpdateRollback`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContinueUpdateRollback {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `ResourcesToSkip`: logical ids.
    pub resources_to_skip: Vec<String>,
    /// `ForceRollback`: excludes `ResourcesToSkip`.
    pub force_rollback: bool,
    /// `ClientRequestToken`.
    pub token: Option<String>,
}

/// `RollbackStack`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollbackStack {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `ClientRequestToken`.
    pub token: Option<String>,
    /// `RetainExceptOnCreate`.
    pub retain_except_on_create: Option<bool>,
}

/// `UpdateTerminationProtection`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateTerminationProtection {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `EnableTerminationProtection`.
    pub enable: bool,
}

wire_enum! {
    /// The operation that the execution of a change set starts.
    ChangeSetType {
        Create = "CREATE",
        Update = "UPDATE",
        Import = "IMPORT",
    }
}

wire_enum! {
    /// The fate of a stack when the execution of its change set fails.
    OnStackFailure {
        DoNothing = "DO_NOTHING",
        Rollback = "ROLLBACK",
        Delete = "DELETE",
    }
}

/// `CreateChangeSet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateChangeSet {
    /// The definition of the stack.
    pub desired: StackSpec,
    /// `ChangeSetName`.
    pub change_set_name: String,
    /// `ChangeSetType`; `UPDATE` if absent.
    pub kind: ChangeSetType,
    /// `Description`.
    pub description: Option<String>,
    /// `OnStackFailure`.
    pub on_stack_failure: Option<OnStackFailure>,
}

/// `DescribeChangeSet`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeChangeSet {
    /// `ChangeSetName`: a name or an ARN.
    pub change_set_name: String,
    /// `StackName`: required unless the change set is named by its ARN.
    pub stack_name: Option<String>,
    /// `IncludePropertyValues`.
    pub include_property_values: bool,
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `ExecuteChangeSet`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecuteChangeSet {
    /// `ChangeSetName`: a name or an ARN.
    pub change_set_name: String,
    /// `StackName`: required unless the change set is named by its ARN.
    pub stack_name: Option<String>,
    /// `DisableRollback`.
    pub disable_rollback: Option<bool>,
    /// `RetainExceptOnCreate`.
    pub retain_except_on_create: Option<bool>,
    /// `ClientRequestToken`.
    pub token: Option<String>,
}

/// `DeleteChangeSet`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteChangeSet {
    /// `ChangeSetName`: a name or an ARN.
    pub change_set_name: String,
    /// `StackName`: required unless the change set is named by its ARN.
    pub stack_name: Option<String>,
}

/// A request for one page of a list that belongs to a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackPageRequest {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `ListChangeSets`.
pub type ListChangeSets = StackPageRequest;
/// `DescribeStackEvents`.
pub type DescribeStackEvents = StackPageRequest;
/// `ListStackResources`.
pub type ListStackResources = StackPageRequest;

/// `DescribeStacks`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeStacks {
    /// `StackName`: a name or an ARN; all existing stacks if absent.
    pub stack_name: Option<String>,
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `ListStacks`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListStacks {
    /// `StackStatusFilter`, not parsed; all statuses if empty.
    pub status_filter: Vec<String>,
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `DescribeEvents`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeEvents {
    /// `StackName`: a name or an ARN.
    pub stack_name: Option<String>,
    /// `ChangeSetName`: a name or an ARN.
    pub change_set_name: Option<String>,
    /// `OperationId`.
    pub operation_id: Option<String>,
    /// `Filters.FailedEvents`.
    pub failed_events: bool,
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `DescribeStackResources`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeStackResources {
    /// `StackName`: a name or an ARN.
    pub stack_name: Option<String>,
    /// `LogicalResourceId`.
    pub logical_id: Option<String>,
    /// `PhysicalResourceId`: instead of the stack's name.
    pub physical_id: Option<String>,
}

/// `DescribeStackResource`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeStackResource {
    /// `StackName`: a name or an ARN.
    pub stack_name: String,
    /// `LogicalResourceId`.
    pub logical_id: String,
}

/// `GetTemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetTemplate {
    /// `StackName`: a name or an ARN.
    pub stack_name: Option<String>,
    /// `ChangeSetName`: a name or an ARN.
    pub change_set_name: Option<String>,
}

/// `GetTemplateSummary`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetTemplateSummary {
    /// `TemplateBody` or `TemplateURL`.
    pub template: TemplateSource,
    /// `StackName`: a name or an ARN, instead of a template.
    pub stack_name: Option<String>,
}

/// `ValidateTemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidateTemplate {
    /// `TemplateBody` or `TemplateURL`.
    pub template: TemplateSource,
}

/// `ListExports`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListExports {
    /// `NextToken`.
    pub next_token: Option<String>,
}

/// `ListImports`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListImports {
    /// `ExportName`.
    pub export_name: String,
    /// `NextToken`.
    pub next_token: Option<String>,
}
