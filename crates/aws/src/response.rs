//! Converts the SDK's responses to this crate's types.
//!
//! A field that every response of the service has is required here, although the SDK makes it optional. An error names
//! the value that this version does not know.

use std::fmt::Display;
use std::time::SystemTime;

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types as sdk;
use aws_smithy_types::DateTime;
use formwork_template::{Capability, StackName};

use crate::change_set::{
    Attribute, ChangeAction, ChangeSet, ChangeSetId, ChangeSetStatus, ChangeSource, Evaluation,
    ExecutionStatus, PolicyAction, PropertyChange, PropertyValues, RequiresReplacement,
    ResourceChange,
};
use crate::event::{FailedEvent, StackEvent};
use crate::stack::{DeployedParameter, Export, Output, Stack, StackId, StackResource};
use crate::status::{ResourceStatus, StackStatus};
use crate::token::{Page, PageToken, Unreadable};

/// The reason for which a response cannot be read.
type Problem = String;

/// Reads each entry of a page. An entry that cannot be read is named and does not hide the others.
pub(crate) fn page<S, T>(
    entries: Option<Vec<S>>,
    next: Option<String>,
    name: impl Fn(&S) -> Option<&str>,
    read: impl Fn(S) -> Result<T, Problem>,
) -> Page<T> {
    let mut page = Page {
        items: Vec::new(),
        unreadable: Vec::new(),
        next: next.map(PageToken),
    };
    for entry in entries.unwrap_or_default() {
        let name = name(&entry).unwrap_or_default().to_owned();
        match read(entry) {
            Ok(item) => page.items.push(item),
            Err(problem) => page.unreadable.push(Unreadable { name, problem }),
        }
    }
    page
}

pub(crate) fn stack(stack: sdk::Stack) -> Result<Stack, Problem> {
    Ok(Stack {
        id: StackId::new(required(stack.stack_id, "StackId")?),
        name: StackName::new(required(stack.stack_name, "StackName")?).map_err(problem)?,
        description: stack.description,
        status: required(stack.stack_status, "StackStatus")?
            .as_str()
            .parse::<StackStatus>()
            .map_err(problem)?,
        status_reason: stack.stack_status_reason,
        parameters: stack
            .parameters
            .unwrap_or_default()
            .into_iter()
            .map(parameter)
            .collect::<Result<_, Problem>>()?,
        outputs: stack
            .outputs
            .unwrap_or_default()
            .into_iter()
            .map(output)
            .collect::<Result<_, Problem>>()?,
        tags: stack
            .tags
            .unwrap_or_default()
            .into_iter()
            .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
            .collect(),
        capabilities: stack
            .capabilities
            .unwrap_or_default()
            .iter()
            .filter_map(|capability| Capability::from_name(capability.as_str()))
            .collect(),
        role_arn: stack.role_arn.filter(|arn| !arn.is_empty()),
        notification_arns: stack.notification_arns.unwrap_or_default(),
        timeout_minutes: stack
            .timeout_in_minutes
            .and_then(|minutes| u32::try_from(minutes).ok()),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        created: stack.creation_time.and_then(time),
        updated: stack.last_updated_time.and_then(time),
        deleted: stack.deletion_time.and_then(time),
        parent: stack
            .parent_id
            .filter(|id| !id.is_empty())
            .map(StackId::new),
    })
}

fn parameter(parameter: sdk::Parameter) -> Result<(String, DeployedParameter), Problem> {
    let deployed = DeployedParameter {
        value: parameter.parameter_value.unwrap_or_default(),
        resolved_value: parameter.resolved_value,
    };
    Ok((required(parameter.parameter_key, "ParameterKey")?, deployed))
}

fn output(output: sdk::Output) -> Result<(String, Output), Problem> {
    let value = Output {
        value: output.output_value.unwrap_or_default(),
        description: output.description,
        export_name: output.export_name,
    };
    Ok((required(output.output_key, "OutputKey")?, value))
}

pub(crate) fn event(event: sdk::StackEvent) -> Result<StackEvent, Problem> {
    Ok(StackEvent {
        id: required(event.event_id, "EventId")?,
        stack_id: StackId::new(required(event.stack_id, "StackId")?),
        stack_name: required(event.stack_name, "StackName")?,
        operation_id: event.operation_id,
        logical_id: event.logical_resource_id.unwrap_or_default(),
        physical_id: event.physical_resource_id,
        resource_type: event.resource_type.unwrap_or_default(),
        time: event
            .timestamp
            .and_then(time)
            .ok_or("the response has no `Timestamp`")?,
        status: event
            .resource_status
            .map(|status| ResourceStatus::from(status.as_str())),
        reason: event.resource_status_reason.or(event.hook_status_reason),
        detailed_status: event
            .detailed_status
            .map(|status| status.as_str().to_owned()),
        token: event.client_request_token,
    })
}

pub(crate) fn failed_event(event: sdk::OperationEvent) -> Result<FailedEvent, Problem> {
    Ok(FailedEvent {
        kind: required(event.event_type, "EventType")?.as_str().to_owned(),
        operation_id: event.operation_id,
        logical_id: event.logical_resource_id,
        resource_type: event.resource_type,
        time: event.timestamp.and_then(time),
        reason: event
            .validation_status_reason
            .or(event.resource_status_reason)
            .or(event.hook_status_reason),
        path: event.validation_path,
    })
}

pub(crate) fn resource(resource: sdk::StackResourceSummary) -> Result<StackResource, Problem> {
    Ok(StackResource {
        logical_id: required(resource.logical_resource_id, "LogicalResourceId")?,
        physical_id: resource.physical_resource_id.filter(|id| !id.is_empty()),
        resource_type: required(resource.resource_type, "ResourceType")?,
        status: ResourceStatus::from(
            required(resource.resource_status, "ResourceStatus")?.as_str(),
        ),
        status_reason: resource.resource_status_reason,
        updated: resource.last_updated_timestamp.and_then(time),
    })
}

pub(crate) fn export(export: sdk::Export) -> Result<Export, Problem> {
    Ok(Export {
        name: required(export.name, "Name")?,
        value: required(export.value, "Value")?,
        stack: StackId::new(required(export.exporting_stack_id, "ExportingStackId")?),
    })
}

pub(crate) fn change_set(
    answer: DescribeChangeSetOutput,
    values: PropertyValues,
) -> Result<ChangeSet, Problem> {
    Ok(ChangeSet {
        id: ChangeSetId::new(required(answer.change_set_id, "ChangeSetId")?),
        name: required(answer.change_set_name, "ChangeSetName")?,
        stack_id: StackId::new(required(answer.stack_id, "StackId")?),
        stack_name: required(answer.stack_name, "StackName")?,
        status: change_set_status(required(answer.status, "Status")?)?,
        execution_status: execution_status(required(answer.execution_status, "ExecutionStatus")?)?,
        status_reason: answer.status_reason,
        changes: answer
            .changes
            .unwrap_or_default()
            .into_iter()
            .filter_map(|change| change.resource_change)
            .map(resource_change)
            .collect::<Result<_, Problem>>()?,
        values,
    })
}

fn change_set_status(status: sdk::ChangeSetStatus) -> Result<ChangeSetStatus, Problem> {
    use sdk::ChangeSetStatus as Sdk;
    Ok(match status {
        Sdk::CreatePending => ChangeSetStatus::CreatePending,
        Sdk::CreateInProgress => ChangeSetStatus::CreateInProgress,
        Sdk::CreateComplete => ChangeSetStatus::CreateComplete,
        Sdk::DeletePending => ChangeSetStatus::DeletePending,
        Sdk::DeleteInProgress => ChangeSetStatus::DeleteInProgress,
        Sdk::DeleteComplete => ChangeSetStatus::DeleteComplete,
        Sdk::DeleteFailed => ChangeSetStatus::DeleteFailed,
        Sdk::Failed => ChangeSetStatus::Failed,
        other => return Err(unknown("change set status", other)),
    })
}

fn execution_status(status: sdk::ExecutionStatus) -> Result<ExecutionStatus, Problem> {
    use sdk::ExecutionStatus as Sdk;
    Ok(match status {
        Sdk::Unavailable => ExecutionStatus::Unavailable,
        Sdk::Available => ExecutionStatus::Available,
        Sdk::ExecuteInProgress => ExecutionStatus::ExecuteInProgress,
        Sdk::ExecuteComplete => ExecutionStatus::ExecuteComplete,
        Sdk::ExecuteFailed => ExecutionStatus::ExecuteFailed,
        Sdk::Obsolete => ExecutionStatus::Obsolete,
        other => return Err(unknown("execution status", other)),
    })
}

fn resource_change(change: sdk::ResourceChange) -> Result<ResourceChange, Problem> {
    Ok(ResourceChange {
        action: change_action(required(change.action, "Action")?)?,
        logical_id: required(change.logical_resource_id, "LogicalResourceId")?,
        physical_id: change.physical_resource_id.filter(|id| !id.is_empty()),
        resource_type: required(change.resource_type, "ResourceType")?,
        replacement: change.replacement.map(replacement).transpose()?,
        policy_action: change.policy_action.map(policy_action).transpose()?,
        scope: change
            .scope
            .unwrap_or_default()
            .into_iter()
            .map(attribute)
            .collect::<Result<_, Problem>>()?,
        details: change
            .details
            .unwrap_or_default()
            .into_iter()
            .map(property_change)
            .collect::<Result<_, Problem>>()?,
        before: change.before_context,
        after: change.after_context,
        nested: change.change_set_id.map(ChangeSetId::new),
    })
}

fn property_change(detail: sdk::ResourceChangeDetail) -> Result<PropertyChange, Problem> {
    let target = required(detail.target, "Target")?;
    Ok(PropertyChange {
        attribute: attribute(required(target.attribute, "Attribute")?)?,
        name: target.name.filter(|name| !name.is_empty()),
        path: target.path,
        before: target.before_value,
        after: target.after_value,
        requires_replacement: match target.requires_recreation {
            None | Some(sdk::RequiresRecreation::Never) => RequiresReplacement::No,
            Some(sdk::RequiresRecreation::Conditionally) => RequiresReplacement::Maybe,
            Some(sdk::RequiresRecreation::Always) => RequiresReplacement::Yes,
            Some(other) => return Err(unknown("kind of recreation", other)),
        },
        evaluation: match detail.evaluation {
            Some(sdk::EvaluationType::Dynamic) => Evaluation::Dynamic,
            _ => Evaluation::Static,
        },
        source: detail.change_source.and_then(change_source),
        cause: detail.causing_entity.filter(|cause| !cause.is_empty()),
    })
}

fn change_action(action: sdk::ChangeAction) -> Result<ChangeAction, Problem> {
    use sdk::ChangeAction as Sdk;
    Ok(match action {
        Sdk::Add => ChangeAction::Add,
        Sdk::Modify => ChangeAction::Modify,
        Sdk::Remove => ChangeAction::Remove,
        Sdk::Import => ChangeAction::Import,
        Sdk::Dynamic => ChangeAction::Dynamic,
        Sdk::SyncWithActual => ChangeAction::SyncWithActual,
        other => return Err(unknown("action", other)),
    })
}

fn replacement(replacement: sdk::Replacement) -> Result<RequiresReplacement, Problem> {
    use sdk::Replacement as Sdk;
    Ok(match replacement {
        Sdk::False => RequiresReplacement::No,
        Sdk::Conditional => RequiresReplacement::Maybe,
        Sdk::True => RequiresReplacement::Yes,
        other => return Err(unknown("replacement", other)),
    })
}

fn policy_action(action: sdk::PolicyAction) -> Result<PolicyAction, Problem> {
    use sdk::PolicyAction as Sdk;
    Ok(match action {
        Sdk::Delete => PolicyAction::Delete,
        Sdk::Retain => PolicyAction::Retain,
        Sdk::Snapshot => PolicyAction::Snapshot,
        Sdk::ReplaceAndDelete => PolicyAction::ReplaceAndDelete,
        Sdk::ReplaceAndRetain => PolicyAction::ReplaceAndRetain,
        Sdk::ReplaceAndSnapshot => PolicyAction::ReplaceAndSnapshot,
        other => return Err(unknown("policy action", other)),
    })
}

fn attribute(attribute: sdk::ResourceAttribute) -> Result<Attribute, Problem> {
    use sdk::ResourceAttribute as Sdk;
    Ok(match attribute {
        Sdk::Properties => Attribute::Properties,
        Sdk::Metadata => Attribute::Metadata,
        Sdk::CreationPolicy => Attribute::CreationPolicy,
        Sdk::UpdatePolicy => Attribute::UpdatePolicy,
        Sdk::DeletionPolicy => Attribute::DeletionPolicy,
        Sdk::UpdateReplacePolicy => Attribute::UpdateReplacePolicy,
        Sdk::Tags => Attribute::Tags,
        other => return Err(unknown("section of a resource", other)),
    })
}

/// Converts the cause of a change. It is only displayed, so an unknown cause is left out.
fn change_source(source: sdk::ChangeSource) -> Option<ChangeSource> {
    use sdk::ChangeSource as Sdk;
    Some(match source {
        Sdk::ParameterReference => ChangeSource::ParameterReference,
        Sdk::ResourceReference => ChangeSource::ResourceReference,
        Sdk::ResourceAttribute => ChangeSource::ResourceAttribute,
        Sdk::DirectModification => ChangeSource::DirectModification,
        Sdk::Automatic => ChangeSource::Automatic,
        Sdk::NoModification => ChangeSource::NoModification,
        _ => return None,
    })
}

fn required<T>(field: Option<T>, name: &str) -> Result<T, Problem> {
    field.ok_or_else(|| format!("the response has no `{name}`"))
}

fn problem(error: impl Display) -> Problem {
    error.to_string()
}

fn unknown(what: &str, value: impl Display) -> Problem {
    format!("`{value}` is not a {what} that this version knows")
}

fn time(time: DateTime) -> Option<SystemTime> {
    SystemTime::try_from(time).ok()
}
