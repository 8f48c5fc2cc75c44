//! CloudFormation's responses as XML, with the service's fields in its order.

mod change_sets;

use crate::model::request::Tag;
use crate::model::response::{
    AcceptedOperation, Export, OperationEvent, OperationSummary, Page, ParameterDeclaration,
    ResourceDescription, Response, StackDescription, StackEvent, StackOutput, StackParameter,
    StackSummary, TemplateSummary,
};
use crate::wire::query::envelope;
use crate::wire::reply::ResponseMeta;
use crate::wire::xml::Xml;

/// Returns the body of the response to `action`.
pub(super) fn write(action: &str, response: &Response, meta: &ResponseMeta) -> String {
    let result = has_result(response).then_some(|xml: &mut Xml| result(xml, response));
    envelope(action, super::NAMESPACE, meta, result)
}

/// Returns false for the actions without any output in the service's model.
fn has_result(response: &Response) -> bool {
    !matches!(
        response,
        Response::DeleteStack | Response::CancelUpdateStack
    )
}

fn result(xml: &mut Xml, response: &Response) {
    match response {
        Response::CreateStack(accepted)
        | Response::UpdateStack(accepted)
        | Response::RollbackStack(accepted) => {
            let AcceptedOperation {
                stack_id,
                operation_id,
            } = accepted;
            xml.text("StackId", stack_id);
            xml.text("OperationId", operation_id);
        }
        Response::DeleteStack
        | Response::CancelUpdateStack
        | Response::ContinueUpdateRollback
        | Response::ExecuteChangeSet
        | Response::DeleteChangeSet => {}
        Response::UpdateTerminationProtection { stack_id } => xml.text("StackId", stack_id),
        Response::CreateChangeSet { id, stack_id } => {
            xml.text("Id", id);
            xml.text("StackId", stack_id);
        }
        Response::DescribeChangeSet(change_set) => change_sets::description(xml, change_set),
        Response::ListChangeSets(output) => {
            page(xml, "Summaries", output, change_sets::summary);
        }
        Response::DescribeStacks(output) => page(xml, "Stacks", output, stack),
        Response::ListStacks(output) => page(xml, "StackSummaries", output, stack_summary),
        Response::DescribeStackEvents(output) => page(xml, "StackEvents", output, stack_event),
        Response::DescribeEvents(output) => page(xml, "OperationEvents", output, operation_event),
        Response::ListStackResources(output) => {
            page(xml, "StackResourceSummaries", output, resource_summary);
        }
        Response::DescribeStackResources(output) => {
            xml.list("StackResources", output, resource_of_many);
        }
        Response::DescribeStackResource(output) => {
            xml.within("StackResourceDetail", |xml| resource_detail(xml, output));
        }
        Response::GetTemplate { body } => {
            xml.text("TemplateBody", body);
            xml.texts("StagesAvailable", ["Original", "Processed"]);
        }
        Response::GetTemplateSummary(output) => template_summary(xml, output),
        Response::ValidateTemplate(output) => validated_template(xml, output),
        Response::ListExports(output) => page(xml, "Exports", output, export),
        Response::ListImports(output) => {
            xml.texts("Imports", &output.items);
            xml.optional("NextToken", output.next_token.as_ref());
        }
    }
}

/// Writes a list and the token of its next page.
fn page<T>(xml: &mut Xml, name: &str, page: &Page<T>, item: impl FnMut(&mut Xml, &T)) {
    xml.list(name, &page.items, item);
    xml.optional("NextToken", page.next_token.as_ref());
}

fn stack(xml: &mut Xml, stack: &StackDescription) {
    xml.text("StackId", &stack.stack_id);
    xml.text("StackName", &stack.stack_name);
    xml.optional("ChangeSetId", stack.change_set_id.as_ref());
    xml.optional("Description", stack.description.as_ref());
    parameters(xml, &stack.parameters);
    xml.text("CreationTime", stack.creation_time);
    xml.optional("DeletionTime", stack.deletion_time);
    xml.optional("LastUpdatedTime", stack.last_updated_time);
    xml.within("RollbackConfiguration", |_| {});
    xml.text("StackStatus", stack.status);
    xml.optional("StackStatusReason", stack.status_reason.as_ref());
    xml.text("DisableRollback", stack.disable_rollback);
    xml.texts("NotificationARNs", &stack.notification_arns);
    xml.optional("TimeoutInMinutes", stack.timeout_in_minutes);
    capabilities(xml, &stack.capabilities);
    if !stack.outputs.is_empty() {
        xml.list("Outputs", &stack.outputs, output);
    }
    xml.optional("RoleARN", stack.role_arn.as_ref());
    tags(xml, &stack.tags);
    xml.text("EnableTerminationProtection", stack.termination_protection);
    not_drifted(xml, "StackDriftStatus");
    if stack.retain_except_on_create {
        xml.text("RetainExceptOnCreate", true);
    }
    operations(xml, &stack.last_operations);
}

/// Writes the parameters of a stack or a change set, if there are any.
pub(super) fn parameters(xml: &mut Xml, parameters: &[StackParameter]) {
    if parameters.is_empty() {
        return;
    }
    xml.list("Parameters", parameters, |xml, parameter| {
        xml.text("ParameterKey", &parameter.key);
        xml.text("ParameterValue", &parameter.value);
        xml.optional("ResolvedValue", parameter.resolved_value.as_ref());
    });
}

/// Writes the capabilities, if there are any.
pub(super) fn capabilities(xml: &mut Xml, capabilities: &[String]) {
    if !capabilities.is_empty() {
        xml.texts("Capabilities", capabilities);
    }
}

/// Writes the tags, also if there are none.
pub(super) fn tags(xml: &mut Xml, tags: &[Tag]) {
    xml.list("Tags", tags, |xml, tag| {
        xml.text("Key", &tag.key);
        xml.text("Value", &tag.value);
    });
}

fn output(xml: &mut Xml, output: &StackOutput) {
    xml.text("OutputKey", &output.key);
    xml.text("OutputValue", &output.value);
    xml.optional("Description", output.description.as_ref());
    xml.optional("ExportName", output.export_name.as_ref());
}

fn operations(xml: &mut Xml, operations: &[OperationSummary]) {
    if operations.is_empty() {
        return;
    }
    xml.list("LastOperations", operations, |xml, operation| {
        xml.text("OperationType", &operation.operation_type);
        xml.text("OperationId", &operation.operation_id);
    });
}

fn not_drifted(xml: &mut Xml, status: &str) {
    xml.within("DriftInformation", |xml| xml.text(status, "NOT_CHECKED"));
}

fn stack_summary(xml: &mut Xml, stack: &StackSummary) {
    xml.text("StackId", &stack.stack_id);
    xml.text("StackName", &stack.stack_name);
    xml.optional("TemplateDescription", stack.description.as_ref());
    xml.text("CreationTime", stack.creation_time);
    xml.optional("LastUpdatedTime", stack.last_updated_time);
    xml.optional("DeletionTime", stack.deletion_time);
    xml.text("StackStatus", stack.status);
    xml.optional("StackStatusReason", stack.status_reason.as_ref());
    not_drifted(xml, "StackDriftStatus");
    operations(xml, &stack.last_operations);
}

fn stack_event(xml: &mut Xml, event: &StackEvent) {
    xml.text("StackId", &event.stack_id);
    xml.text("EventId", &event.event_id);
    xml.text("StackName", &event.stack_name);
    xml.text("OperationId", &event.operation_id);
    resource_step(xml, event);
}

fn operation_event(xml: &mut Xml, operation: &OperationEvent) {
    let event = &operation.event;
    xml.text("EventId", &event.event_id);
    xml.text("StackId", &event.stack_id);
    xml.text("OperationId", &event.operation_id);
    xml.text("OperationType", &operation.operation_type);
    xml.optional("OperationStatus", operation.operation_status.as_ref());
    xml.text("EventType", &operation.event_type);
    resource_step(xml, event);
}

/// Writes the fields of a resource event, which both kinds of events share.
fn resource_step(xml: &mut Xml, event: &StackEvent) {
    xml.text("LogicalResourceId", &event.logical_id);
    xml.text("PhysicalResourceId", &event.physical_id);
    xml.text("ResourceType", &event.resource_type);
    xml.text("Timestamp", event.timestamp);
    xml.text("ResourceStatus", &event.status);
    xml.optional("ResourceStatusReason", event.status_reason.as_ref());
    xml.optional("ResourceProperties", event.properties.as_ref());
    xml.optional("ClientRequestToken", event.token.as_ref());
    xml.optional("DetailedStatus", event.detailed_status.as_ref());
}

fn resource_summary(xml: &mut Xml, resource: &ResourceDescription) {
    resource_head(xml, resource);
    xml.text("LastUpdatedTimestamp", resource.timestamp);
    resource_status(xml, resource);
    not_drifted(xml, "StackResourceDriftStatus");
}

fn resource_of_many(xml: &mut Xml, resource: &ResourceDescription) {
    xml.text("StackName", &resource.stack_name);
    xml.text("StackId", &resource.stack_id);
    resource_head(xml, resource);
    xml.text("Timestamp", resource.timestamp);
    resource_status(xml, resource);
    xml.optional("Description", resource.description.as_ref());
    not_drifted(xml, "StackResourceDriftStatus");
}

fn resource_detail(xml: &mut Xml, resource: &ResourceDescription) {
    xml.text("StackName", &resource.stack_name);
    xml.text("StackId", &resource.stack_id);
    resource_head(xml, resource);
    xml.text("LastUpdatedTimestamp", resource.timestamp);
    resource_status(xml, resource);
    xml.optional("Description", resource.description.as_ref());
    xml.optional("Metadata", resource.metadata.as_ref());
    not_drifted(xml, "StackResourceDriftStatus");
}

fn resource_head(xml: &mut Xml, resource: &ResourceDescription) {
    xml.text("LogicalResourceId", &resource.logical_id);
    xml.optional("PhysicalResourceId", resource.physical_id.as_ref());
    xml.text("ResourceType", &resource.resource_type);
}

fn resource_status(xml: &mut Xml, resource: &ResourceDescription) {
    xml.text("ResourceStatus", resource.status);
    xml.optional("ResourceStatusReason", resource.status_reason.as_ref());
}

fn export(xml: &mut Xml, export: &Export) {
    xml.text("ExportingStackId", &export.stack_id);
    xml.text("Name", &export.name);
    xml.text("Value", &export.value);
}

fn template_summary(xml: &mut Xml, summary: &TemplateSummary) {
    xml.list("Parameters", &summary.parameters, |xml, parameter| {
        declared_head(xml, parameter);
        xml.text("ParameterType", &parameter.kind);
        xml.text("NoEcho", parameter.no_echo);
        xml.optional("Description", parameter.description.as_ref());
        xml.within("ParameterConstraints", |xml| {
            if !parameter.allowed_values.is_empty() {
                xml.texts("AllowedValues", &parameter.allowed_values);
            }
        });
    });
    xml.optional("Description", summary.description.as_ref());
    capabilities(xml, &summary.capabilities);
    xml.optional("CapabilitiesReason", summary.capabilities_reason.as_ref());
    xml.texts("ResourceTypes", &summary.resource_types);
    xml.optional("Version", summary.version.as_ref());
    xml.optional("Metadata", summary.metadata.as_ref());
    xml.list(
        "ResourceIdentifierSummaries",
        &summary.resources,
        |xml, (kind, ids)| {
            xml.text("ResourceType", kind);
            xml.texts("LogicalResourceIds", ids);
        },
    );
}

fn validated_template(xml: &mut Xml, summary: &TemplateSummary) {
    xml.list("Parameters", &summary.parameters, |xml, parameter| {
        declared_head(xml, parameter);
        xml.text("NoEcho", parameter.no_echo);
        xml.optional("Description", parameter.description.as_ref());
    });
    xml.optional("Description", summary.description.as_ref());
    capabilities(xml, &summary.capabilities);
    xml.optional("CapabilitiesReason", summary.capabilities_reason.as_ref());
}

fn declared_head(xml: &mut Xml, parameter: &ParameterDeclaration) {
    xml.text("ParameterKey", &parameter.key);
    xml.optional("DefaultValue", parameter.default.as_ref());
}

#[cfg(test)]
mod tests;
