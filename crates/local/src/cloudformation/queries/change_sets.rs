//! The queries of change sets.

use super::{Query, page, parameters, stack_not_found_for_events};
use crate::cloudformation::lookup::find_change_set;
use crate::model::change_set::ChangeSet;
use crate::model::request::{DescribeChangeSet, ListChangeSets};
use crate::model::response::{
    ApiError, ChangeSetDescription, ChangeSetSummary, Page, ResourceChange, ResourceChangeDetail,
    Response,
};
use crate::model::status::{ChangeSetStatus, ExecutionStatus};

impl Query<'_, '_> {
    pub(super) fn change_set(&mut self, request: &DescribeChangeSet) -> Result<Response, ApiError> {
        let change_set =
            self.find_change_set(&request.change_set_name, request.stack_name.as_deref())?;
        let summary = self.summarize(&change_set)?;
        let is_ready = summary.status == ChangeSetStatus::CreateComplete;
        let changes = if is_ready {
            change_set.changes
        } else {
            Vec::new()
        };
        let size = self.context.options.page_size;
        let page = page(changes, request.next_token.as_deref(), size)?;
        let Page {
            mut items,
            next_token,
        } = page;
        if !request.include_property_values {
            items.iter_mut().for_each(remove_property_values);
        }
        Ok(Response::DescribeChangeSet(Box::new(
            ChangeSetDescription {
                summary,
                kind: change_set.kind,
                parameters: parameters(&change_set.definition),
                notification_arns: change_set.definition.notification_arns,
                capabilities: change_set.definition.capabilities,
                tags: change_set.definition.tags,
                on_stack_failure: change_set.on_stack_failure,
                changes: items,
                next_token,
            },
        )))
    }

    pub(super) fn change_sets(&mut self, request: &ListChangeSets) -> Result<Response, ApiError> {
        let stack = self.existing_stack(&request.stack_name, stack_not_found_for_events)?;
        let mut summaries = Vec::new();
        for change_set in self.ledger.change_sets(&stack.id)? {
            // An executed change set belongs to the stack's history.
            if change_set.executed.is_none() {
                summaries.push(self.summarize(&change_set)?);
            }
        }
        let size = self.context.options.page_size;
        let page = page(summaries, request.next_token.as_deref(), size)?;
        Ok(Response::ListChangeSets(page))
    }

    /// Returns the change set with an ARN, or with a name in a stack.
    pub(super) fn find_change_set(
        &mut self,
        name: &str,
        stack: Option<&str>,
    ) -> Result<ChangeSet, ApiError> {
        find_change_set(self.context, self.ledger, name, stack)
    }

    fn summarize(&mut self, change_set: &ChangeSet) -> Result<ChangeSetSummary, ApiError> {
        let now = self.context.now;
        let status = change_set.status(now);
        let stack = self.ledger.stack_by_id(&change_set.stack_id)?;
        let execution_status = stack
            .map(|stack| change_set.execution_status(&stack, now))
            .unwrap_or(ExecutionStatus::Unavailable);
        let is_failed = status == ChangeSetStatus::Failed;
        Ok(ChangeSetSummary {
            stack_id: change_set.stack_id.clone(),
            stack_name: change_set.stack_name.clone(),
            change_set_id: change_set.id.clone(),
            change_set_name: change_set.name.clone(),
            execution_status,
            status,
            status_reason: change_set.failure.clone().filter(|_| is_failed),
            creation_time: change_set.created,
            description: change_set.description.clone(),
        })
    }
}

/// Removes the values that only `IncludePropertyValues` shows, and merges the details of each
/// property.
fn remove_property_values(change: &mut ResourceChange) {
    change.before_context = None;
    change.after_context = None;
    let mut details = Vec::new();
    for mut detail in std::mem::take(&mut change.details) {
        detail.path = None;
        detail.before_value = None;
        detail.after_value = None;
        detail.change_type = None;
        let is_same_property = |other: &&mut ResourceChangeDetail| {
            other.attribute == detail.attribute
                && other.name == detail.name
                && other.causing_entity == detail.causing_entity
        };
        match details.iter_mut().find(is_same_property) {
            Some(other) if other.requires_recreation == "Never" => *other = detail,
            Some(_) => {}
            None => details.push(detail),
        }
    }
    change.details = details;
}
