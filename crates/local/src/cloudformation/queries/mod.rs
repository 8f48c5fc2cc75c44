//! The queries: the actions that read stacks at one time.

mod change_sets;
mod events;
mod resources;
mod templates;

use std::sync::Arc;

use crate::cloudformation::CallContext;
use crate::cloudformation::lookup::find_stack;
use crate::cloudformation::region::RegionView;
use crate::model::clock::Time;
use crate::model::request::{
    DescribeStacks, GetTemplate, ListExports, ListImports, ListStacks, Request,
};
use crate::model::response::{
    ApiError, Export, OperationSummary, Page, Response, StackDescription, StackParameter,
    StackSummary,
};
use crate::model::stack::{Stack, StackDefinition};
use crate::model::status::StackStatus;
use crate::store::Ledger;

/// Answers a request that only reads.
pub(crate) fn execute(
    context: &CallContext,
    ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut query = Query { context, ledger };
    match request {
        Request::DescribeStacks(request) => query.stacks(&request),
        Request::ListStacks(request) => query.list(&request),
        Request::GetTemplate(request) => query.template(&request),
        Request::ListExports(request) => query.exports(&request),
        Request::ListImports(request) => query.imports(&request),
        Request::DescribeStackEvents(request) => query.stack_events(&request),
        Request::DescribeEvents(request) => query.events(&request),
        Request::ListStackResources(request) => query.list_resources(&request),
        Request::DescribeStackResources(request) => query.resources(&request),
        Request::DescribeStackResource(request) => query.resource(&request),
        Request::DescribeChangeSet(request) => query.change_set(&request),
        Request::ListChangeSets(request) => query.change_sets(&request),
        Request::GetTemplateSummary(request) => query.summary(&request),
        Request::ValidateTemplate(request) => query.validate(&request),
        mutation => Err(ApiError::new("InvalidAction", mutation.action())),
    }
}

/// A query and its database transaction.
struct Query<'a, 'b> {
    context: &'a CallContext,
    ledger: &'a mut Ledger<'b>,
}

impl Query<'_, '_> {
    fn stacks(&mut self, request: &DescribeStacks) -> Result<Response, ApiError> {
        // `DescribeStacks` is eventually consistent if the options set a lag.
        let lag = i64::try_from(self.context.options.lag.as_millis()).unwrap_or(0);
        let now = Time(self.context.now.0 - lag);
        let stacks = match &request.stack_name {
            Some(name) => {
                let context = CallContext {
                    now,
                    ..self.context.clone()
                };
                let stack = find_stack(&context, self.ledger, name)?;
                vec![
                    stack
                        .filter(|stack| stack.created <= now)
                        .ok_or_else(|| stack_not_found(name))?,
                ]
            }
            None => {
                let mut stacks = self.ledger.existing_stacks(&self.context.region, now)?;
                stacks.retain(|stack| stack.created <= now);
                stacks.reverse();
                stacks
            }
        };
        let size = self.context.options.page_size;
        let page = page(stacks, request.next_token.as_deref(), size)?;
        Ok(Response::DescribeStacks(
            page.map(|stack| description(stack, now)),
        ))
    }

    fn list(&mut self, request: &ListStacks) -> Result<Response, ApiError> {
        let mut filter = Vec::new();
        for status in &request.status_filter {
            let parsed = status.parse::<StackStatus>().map_err(|_| {
                ApiError::validation(format!(
                    "1 validation error detected: Value '[{status}]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy enum value set"
                ))
            })?;
            filter.push(parsed);
        }
        let now = self.context.now;
        // Deleted stacks are listed for 90 days.
        let horizon = Time(now.0 - 90 * 86_400_000);
        let mut stacks = self.ledger.all_stacks(&self.context.region)?;
        stacks.retain(|stack| {
            let status = stack.at(now).status;
            stack.deleted_at().is_none_or(|deleted| deleted > horizon)
                && (filter.is_empty() || filter.contains(&status))
        });
        stacks.reverse();
        let size = self.context.options.page_size;
        let page = page(stacks, request.next_token.as_deref(), size)?;
        Ok(Response::ListStacks(page.map(|stack| {
            let stack_description = description(stack, now);
            StackSummary {
                stack_id: stack_description.stack_id,
                stack_name: stack_description.stack_name,
                description: stack_description.description,
                creation_time: stack_description.creation_time,
                last_updated_time: stack_description.last_updated_time,
                deletion_time: stack_description.deletion_time,
                status: stack_description.status,
                status_reason: stack_description.status_reason,
                last_operations: stack_description.last_operations,
            }
        })))
    }

    fn template(&mut self, request: &GetTemplate) -> Result<Response, ApiError> {
        let body = match (&request.change_set_name, &request.stack_name) {
            (Some(name), stack_name) => {
                self.find_change_set(name, stack_name.as_deref())?
                    .definition
                    .template
            }
            (None, Some(name)) => {
                let stack = self.existing_stack(name, stack_not_found)?;
                let state = stack.at(self.context.now);
                stack.definition(&state).template.clone()
            }
            (None, None) => return Err(ApiError::validation("StackName must be specified.")),
        };
        Ok(Response::GetTemplate { body })
    }

    fn exports(&mut self, request: &ListExports) -> Result<Response, ApiError> {
        let exports = RegionView::read(self.context, self.ledger)?.exports();
        let exports = exports.into_iter().map(|(name, exported)| Export {
            stack_id: exported.stack_id,
            name,
            value: exported.value,
        });
        let size = self.context.options.page_size;
        let page = page(exports.collect(), request.next_token.as_deref(), size)?;
        Ok(Response::ListExports(page))
    }

    fn imports(&mut self, request: &ListImports) -> Result<Response, ApiError> {
        let name = &request.export_name;
        let region_view = RegionView::read(self.context, self.ledger)?;
        let importers: Vec<_> = region_view.importers(name).into_iter().collect();
        if importers.is_empty() {
            return Err(ApiError::validation(match region_view.export(name) {
                Some(_) => format!("Export '{name}' is not imported by any stack."),
                None => format!("No export named {name} found."),
            }));
        }
        let size = self.context.options.page_size;
        let page = page(importers, request.next_token.as_deref(), size)?;
        Ok(Response::ListImports(page))
    }

    /// Returns the stack with a name or an ARN, or the error of the action.
    fn existing_stack(
        &mut self,
        name: &str,
        error: impl FnOnce(&str) -> ApiError,
    ) -> Result<Arc<Stack>, ApiError> {
        find_stack(self.context, self.ledger, name)?.ok_or_else(|| error(name))
    }
}

/// Returns the error of `DescribeStacks` and most other actions.
fn stack_not_found(name: &str) -> ApiError {
    ApiError::validation(format!("Stack with id {name} does not exist"))
}

/// Returns the error of the actions on events and change sets.
fn stack_not_found_for_events(name: &str) -> ApiError {
    ApiError::validation(format!("Stack [{name}] does not exist"))
}

/// Returns the page of `items` that begins at the token. The token is the number of earlier items.
fn page<T>(items: Vec<T>, token: Option<&str>, size: usize) -> Result<Page<T>, ApiError> {
    let start = match token {
        None => 0,
        Some(token) => {
            let start = token.parse().ok().filter(|start| *start <= items.len());
            start.ok_or_else(|| ApiError::validation(format!("Invalid NextToken: {token}")))?
        }
    };
    let end = start.saturating_add(size);
    let next_token = (end < items.len()).then(|| end.to_string());
    Ok(Page {
        items: items.into_iter().skip(start).take(size).collect(),
        next_token,
    })
}

impl<T> Page<T> {
    fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, next_token } = self;
        Page {
            items: items.into_iter().map(change).collect(),
            next_token,
        }
    }
}

fn description(stack: Arc<Stack>, now: Time) -> StackDescription {
    let state = stack.at(now);
    let definition = stack.definition(&state);
    StackDescription {
        stack_id: stack.id.clone(),
        stack_name: stack.name.clone(),
        change_set_id: definition.change_set_id.clone(),
        description: definition.description.clone(),
        parameters: parameters(definition),
        creation_time: stack.created,
        last_updated_time: state.last_updated,
        deletion_time: state.deletion,
        status: state.status,
        status_reason: state.reason.map(str::to_owned),
        disable_rollback: definition.disable_rollback,
        notification_arns: definition.notification_arns.clone(),
        timeout_in_minutes: stack.timeout_in_minutes,
        capabilities: definition.capabilities.clone(),
        outputs: state.outputs.iter().map(Into::into).collect(),
        role_arn: definition.role_arn.clone(),
        tags: definition.tags.clone(),
        termination_protection: stack.termination_protection,
        retain_except_on_create: definition.retain_except_on_create,
        last_operations: operations(&stack, now),
    }
}

/// Returns a definition's parameters with masked secrets.
fn parameters(definition: &StackDefinition) -> Vec<StackParameter> {
    let parameters = definition
        .parameters
        .iter()
        .map(|(key, value)| StackParameter {
            key: key.clone(),
            value: if value.no_echo {
                "****".to_owned()
            } else {
                value.text.clone()
            },
            resolved_value: value.resolved.clone(),
        });
    parameters.collect()
}

/// Returns the latest operation and the one before it.
fn operations(stack: &Stack, now: Time) -> Vec<OperationSummary> {
    let latest = stack.begun_operations(now).rev().take(2);
    let summaries = latest.map(|operation| OperationSummary {
        operation_type: operation.kind.to_string(),
        operation_id: operation.id.clone(),
    });
    summaries.collect()
}
