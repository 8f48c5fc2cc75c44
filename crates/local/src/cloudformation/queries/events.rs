//! The queries of events, newest first.

use super::{Query, page, stack_not_found_for_events};
use crate::model::clock::Time;
use crate::model::request::{DescribeEvents, DescribeStackEvents};
use crate::model::response::{ApiError, OperationEvent, Page, Response, StackEvent};
use crate::model::stack::{Operation, ResourceStep, Stack, Step, StepSubject, uuid};
use crate::model::status::{ResourceStatus, StackStatus};

impl Query<'_, '_> {
    pub(super) fn stack_events(
        &mut self,
        request: &DescribeStackEvents,
    ) -> Result<Response, ApiError> {
        let stack = self.existing_stack(&request.stack_name, stack_not_found_for_events)?;
        let events = events(&stack, self.context.now)
            .map(|(_, event)| event)
            .collect();
        let page = newest_first(
            events,
            request.next_token.as_deref(),
            self.context.options.page_size,
        )?;
        Ok(Response::DescribeStackEvents(page))
    }

    pub(super) fn events(&mut self, request: &DescribeEvents) -> Result<Response, ApiError> {
        let now = self.context.now;
        let stack = match (&request.stack_name, &request.change_set_name) {
            (Some(name), _) => self.existing_stack(name, stack_not_found_for_events)?,
            (None, Some(change_set)) => {
                let change_set = self.find_change_set(change_set, None)?;
                self.existing_stack(&change_set.stack_id, stack_not_found_for_events)?
            }
            (None, None) => match &request.operation_id {
                Some(id) => {
                    let stacks = self.ledger.all_stacks(&self.context.region)?;
                    let mut stacks = stacks.into_iter();
                    let stack = stacks.find(|stack| {
                        stack
                            .begun_operations(now)
                            .any(|operation| operation.id == *id)
                    });
                    stack.ok_or_else(|| {
                        ApiError::validation(format!("Operation [{id}] does not exist"))
                    })?
                }
                None => {
                    return Err(ApiError::validation(
                        "One of StackName, ChangeSetName or OperationId must be specified.",
                    ));
                }
            },
        };
        let matching = events(&stack, now).filter(|(operation, event)| {
            request
                .operation_id
                .as_ref()
                .is_none_or(|id| *id == operation.id)
                && (!request.failed_events || event.status.ends_with("_FAILED"))
        });
        let events = matching
            .map(|(operation, event)| operation_event(operation, event))
            .collect();
        let page = newest_first(
            events,
            request.next_token.as_deref(),
            self.context.options.page_size,
        )?;
        Ok(Response::DescribeEvents(page))
    }
}

/// Returns a page of a list that grows at its front. The token counts from the end of the list, so
/// pages do not shift.
fn newest_first<T>(events: Vec<T>, token: Option<&str>, size: usize) -> Result<Page<T>, ApiError> {
    let total = events.len();
    let refuse = |token: &str| ApiError::validation(format!("Invalid NextToken: {token}"));
    let remaining = match token {
        None => total,
        Some(token) => token
            .parse()
            .ok()
            .filter(|remaining| *remaining <= total)
            .ok_or_else(|| refuse(token))?,
    };
    let older = events.into_iter().take(remaining).rev().collect();
    let mut page = page(older, None, size)?;
    page.next_token = page.next_token.map(|_| (remaining - size).to_string());
    Ok(page)
}

/// Returns the events of a stack up to `now`, oldest first.
fn events(stack: &Stack, now: Time) -> impl Iterator<Item = (&Operation, StackEvent)> {
    let segments = stack.segments.iter();
    segments
        .filter(move |segment| segment.operation.at <= now)
        .flat_map(move |segment| {
            let steps = segment.steps.iter().enumerate();
            steps
                .filter(move |(_, step)| step.at <= now)
                .filter_map(move |(index, step)| {
                    let operation = &segment.operation;
                    Some((operation, event(stack, operation, index, step)?))
                })
        })
}

fn event(stack: &Stack, operation: &Operation, index: usize, step: &Step) -> Option<StackEvent> {
    let base = StackEvent {
        stack_id: stack.id.clone(),
        event_id: String::new(),
        stack_name: stack.name.clone(),
        operation_id: operation.id.clone(),
        logical_id: stack.name.clone(),
        physical_id: stack.id.clone(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        timestamp: step.at,
        status: String::new(),
        status_reason: None,
        detailed_status: None,
        properties: None,
        token: operation.token.clone(),
    };
    match &step.subject {
        StepSubject::Stack(what) => Some(StackEvent {
            event_id: uuid(
                &formwork_template::sha256(format!("{}/{index}", operation.id)).to_string(),
            ),
            status: what.status.to_string(),
            status_reason: what.reason.clone(),
            ..base
        }),
        StepSubject::Resource(what) => {
            let ResourceStep {
                logical_id,
                kind,
                physical_id,
                status,
                reason,
                ..
            } = &**what;
            Some(StackEvent {
                event_id: format!("{logical_id}-{status}-{}-{index}", step.at.0),
                logical_id: logical_id.clone(),
                physical_id: physical_id.clone(),
                resource_type: kind.clone(),
                status: status.to_string(),
                status_reason: reason.clone(),
                detailed_status: what
                    .configuration_complete
                    .then(|| "CONFIGURATION_COMPLETE".to_owned()),
                properties: what.properties.clone(),
                ..base
            })
        }
        StepSubject::Refresh(_) => None,
    }
}

fn operation_event(operation: &Operation, event: StackEvent) -> OperationEvent {
    let is_stack = event.physical_id == event.stack_id;
    let is_failed = event.status.ends_with("_FAILED");
    let operation_status = is_stack.then(|| {
        let status = event.status.parse::<StackStatus>();
        match status {
            Ok(status) if status.is_in_progress() => "IN_PROGRESS",
            Ok(_) if is_failed => "FAILED",
            _ => "SUCCEEDED",
        }
        .to_owned()
    });
    let event_type = match (is_stack, event.status.parse::<ResourceStatus>()) {
        (true, _) => "STACK_EVENT",
        (false, Ok(_)) if is_failed => "PROVISIONING_ERROR",
        _ => "PROGRESS_EVENT",
    };
    OperationEvent {
        event,
        operation_type: operation.kind.to_string(),
        operation_status,
        event_type: event_type.to_owned(),
    }
}
