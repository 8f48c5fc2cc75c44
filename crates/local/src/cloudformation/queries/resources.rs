//! The queries of resources.

use std::sync::Arc;

use super::{Query, page, stack_not_found};
use crate::limits::MAX_DESCRIBED_RESOURCES;
use crate::model::clock::Time;
use crate::model::request::{DescribeStackResource, DescribeStackResources, ListStackResources};
use crate::model::response::{ApiError, ResourceDescription, Response};
use crate::model::stack::{ResourceState, Stack};

impl Query<'_, '_> {
    pub(super) fn list_resources(
        &mut self,
        request: &ListStackResources,
    ) -> Result<Response, ApiError> {
        let stack = self.existing_stack(&request.stack_name, stack_not_found)?;
        let resources = descriptions(&stack, self.context.now);
        let size = self.context.options.page_size;
        let page = page(resources, request.next_token.as_deref(), size)?;
        Ok(Response::ListStackResources(page))
    }

    pub(super) fn resources(
        &mut self,
        request: &DescribeStackResources,
    ) -> Result<Response, ApiError> {
        let now = self.context.now;
        let stack = match (&request.stack_name, &request.physical_id) {
            (Some(name), None) => self.existing_stack(name, stack_not_found)?,
            (None, Some(id)) => self.owner(id)?,
            _ => {
                return Err(ApiError::validation(
                    "Either StackName or PhysicalResourceId must be specified, but not both.",
                ));
            }
        };
        let mut resources = descriptions(&stack, now);
        if let Some(logical_id) = &request.logical_id {
            resources.retain(|resource| resource.logical_id == *logical_id);
        }
        resources.truncate(MAX_DESCRIBED_RESOURCES);
        Ok(Response::DescribeStackResources(resources))
    }

    pub(super) fn resource(
        &mut self,
        request: &DescribeStackResource,
    ) -> Result<Response, ApiError> {
        let stack = self.existing_stack(&request.stack_name, stack_not_found)?;
        let state = stack.at(self.context.now);
        let logical_id = request.logical_id.as_str();
        let resource = state.resources.get(logical_id).ok_or_else(|| {
            ApiError::validation(format!(
                "Resource {logical_id} does not exist for stack {}",
                stack.name
            ))
        })?;
        let metadata = resource.live.and_then(|live| live.metadata.clone());
        let resource_description = description(&stack, logical_id, resource);
        let resource_description = ResourceDescription {
            metadata,
            ..resource_description
        };
        Ok(Response::DescribeStackResource(Box::new(
            resource_description,
        )))
    }

    /// Returns the stack that owns a physical resource.
    fn owner(&mut self, physical_id: &str) -> Result<Arc<Stack>, ApiError> {
        let now = self.context.now;
        let stacks = self.ledger.existing_stacks(&self.context.region, now)?;
        let mut stacks = stacks.into_iter();
        let stack = stacks.find(|stack| {
            stack
                .at(now)
                .live_resources()
                .any(|live| live.physical_id == physical_id)
        });
        stack.ok_or_else(|| ApiError::validation(format!("Stack for {physical_id} does not exist")))
    }
}

fn descriptions(stack: &Stack, now: Time) -> Vec<ResourceDescription> {
    let state = stack.at(now);
    let mut descriptions: Vec<_> = state
        .resources
        .iter()
        .map(|(id, resource)| description(stack, id, resource))
        .collect();
    descriptions.sort_by(|left, right| left.logical_id.cmp(&right.logical_id));
    descriptions
}

fn description(
    stack: &Stack,
    logical_id: &str,
    resource: &ResourceState<'_>,
) -> ResourceDescription {
    ResourceDescription {
        stack_id: stack.id.clone(),
        stack_name: stack.name.clone(),
        logical_id: logical_id.to_owned(),
        physical_id: (!resource.physical_id.is_empty()).then(|| resource.physical_id.to_owned()),
        resource_type: resource.kind.to_owned(),
        timestamp: resource.at,
        status: resource.status,
        status_reason: resource.reason.map(str::to_owned),
        description: resource.live.and_then(|live| live.description.clone()),
        metadata: None,
    }
}
