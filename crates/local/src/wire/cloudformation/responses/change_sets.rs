//! Change sets as XML.

use super::{capabilities, parameters, tags};
use crate::model::response::{
    ChangeSetDescription, ChangeSetSummary, ResourceChange, ResourceChangeDetail,
};
use crate::wire::xml::Xml;

/// Writes the output of `DescribeChangeSet`.
pub(super) fn description(xml: &mut Xml, change_set: &ChangeSetDescription) {
    let summary = &change_set.summary;
    xml.text("ChangeSetName", &summary.change_set_name);
    xml.text("ChangeSetId", &summary.change_set_id);
    xml.text("StackId", &summary.stack_id);
    xml.text("StackName", &summary.stack_name);
    xml.optional("Description", summary.description.as_ref());
    parameters(xml, &change_set.parameters);
    xml.text("CreationTime", summary.creation_time);
    xml.text("ExecutionStatus", summary.execution_status);
    xml.text("Status", summary.status);
    xml.optional("StatusReason", summary.status_reason.as_ref());
    xml.texts("NotificationARNs", &change_set.notification_arns);
    xml.within("RollbackConfiguration", |_| {});
    capabilities(xml, &change_set.capabilities);
    tags(xml, &change_set.tags);
    xml.list("Changes", &change_set.changes, |xml, change| {
        xml.text("Type", "Resource");
        xml.within("ResourceChange", |xml| resource_change(xml, change));
    });
    xml.optional("NextToken", change_set.next_token.as_ref());
    xml.text("IncludeNestedStacks", false);
    xml.optional("OnStackFailure", change_set.on_stack_failure);
}

/// Writes an item of `ListChangeSets`' summaries.
pub(super) fn summary(xml: &mut Xml, summary: &ChangeSetSummary) {
    xml.text("StackId", &summary.stack_id);
    xml.text("StackName", &summary.stack_name);
    xml.text("ChangeSetId", &summary.change_set_id);
    xml.text("ChangeSetName", &summary.change_set_name);
    xml.text("ExecutionStatus", summary.execution_status);
    xml.text("Status", summary.status);
    xml.optional("StatusReason", summary.status_reason.as_ref());
    xml.text("CreationTime", summary.creation_time);
    xml.optional("Description", summary.description.as_ref());
    xml.text("IncludeNestedStacks", false);
}

fn resource_change(xml: &mut Xml, change: &ResourceChange) {
    xml.optional("PolicyAction", change.policy_action.as_ref());
    xml.text("Action", &change.action);
    xml.text("LogicalResourceId", &change.logical_id);
    xml.optional("PhysicalResourceId", change.physical_id.as_ref());
    xml.text("ResourceType", &change.resource_type);
    xml.optional("Replacement", change.replacement.as_ref());
    xml.texts("Scope", &change.scope);
    xml.list("Details", &change.details, detail);
    xml.optional("BeforeContext", change.before_context.as_ref());
    xml.optional("AfterContext", change.after_context.as_ref());
}

fn detail(xml: &mut Xml, detail: &ResourceChangeDetail) {
    xml.within("Target", |xml| {
        xml.text("Attribute", &detail.attribute);
        xml.optional("Name", detail.name.as_ref());
        xml.text("RequiresRecreation", &detail.requires_recreation);
        xml.optional("Path", detail.path.as_ref());
        xml.optional("BeforeValue", detail.before_value.as_ref());
        xml.optional("AfterValue", detail.after_value.as_ref());
        xml.optional("AttributeChangeType", detail.change_type.as_ref());
    });
    xml.text("Evaluation", &detail.evaluation);
    xml.text("ChangeSource", &detail.change_source);
    xml.optional("CausingEntity", detail.causing_entity.as_ref());
}
