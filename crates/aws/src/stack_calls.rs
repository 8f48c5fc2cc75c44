//! The calls for stacks: describe, create, delete and protect them, and read their events, resources and exports.

use aws_sdk_cloudformation::types as sdk;

use crate::cloud::Cloud;
use crate::error::{Effect, Error, ErrorKind, classify};
use crate::event::{FailedEvent, StackEvent};
use crate::request::{capabilities, minutes, non_empty, parameters, tags, template};
use crate::response;
use crate::stack::{
    CreateStack, DeleteStack, Export, Protection, Rollback, Stack, StackId, StackRef, StackResource,
};
use crate::token::{Page, PageToken};

impl Cloud {
    /// Reads a page of all live stacks of the account and region (DescribeStacks).
    pub async fn describe_stacks(&self, page: Option<PageToken>) -> Result<Page<Stack>, Error> {
        let answer = self
            .cloudformation
            .describe_stacks()
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("DescribeStacks", Effect::Reads, error))?;
        Ok(response::page(
            answer.stacks,
            answer.next_token,
            |stack| stack.stack_id.as_deref().or(stack.stack_name.as_deref()),
            response::stack,
        ))
    }

    /// Reads one stack; returns `None` if it does not exist (DescribeStacks). An ARN also finds a deleted stack.
    pub async fn describe_stack(&self, stack: &StackRef) -> Result<Option<Stack>, Error> {
        const ACTION: &str = "DescribeStacks";
        let answer = self
            .cloudformation
            .describe_stacks()
            .stack_name(stack.as_str())
            .send()
            .await;
        let answer = match answer.map_err(|error| classify(ACTION, Effect::Reads, error)) {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        match answer.stacks.unwrap_or_default().into_iter().next() {
            None => Ok(None),
            Some(found) => response::stack(found)
                .map(Some)
                .map_err(|problem| Error::unreadable(ACTION, problem)),
        }
    }

    /// Starts a stack's creation (CreateStack).
    pub async fn create_stack(&self, request: &CreateStack) -> Result<StackId, Error> {
        const ACTION: &str = "CreateStack";
        let (body, url, _) = template(&request.template);
        let answer = self
            .cloudformation
            .create_stack()
            .stack_name(request.name.as_str())
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(non_empty(parameters(&request.parameters)))
            .set_tags(non_empty(tags(&request.tags)))
            .set_capabilities(non_empty(capabilities(&request.capabilities)))
            .set_role_arn(request.role_arn.clone())
            .set_notification_arns(non_empty(request.notification_arns.clone()))
            .set_timeout_in_minutes(request.timeout_minutes.map(minutes))
            .enable_termination_protection(request.termination_protection)
            .disable_rollback(request.rollback == Rollback::Disabled)
            .client_request_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| classify(ACTION, Effect::Changes, error))?;
        answer
            .stack_id
            .map(StackId::new)
            .ok_or_else(|| Error::missing(ACTION, "StackId", true))
    }

    /// Starts a stack's deletion (DeleteStack). The service reports success for a stack that does not exist.
    pub async fn delete_stack(&self, request: &DeleteStack) -> Result<(), Error> {
        let retain = (!request.retain.is_empty()).then(|| request.retain.clone());
        self.cloudformation
            .delete_stack()
            .stack_name(request.stack.as_str())
            .set_retain_resources(retain)
            .set_role_arn(request.role_arn.clone())
            .client_request_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| classify("DeleteStack", Effect::Changes, error))?;
        Ok(())
    }

    /// Reads the template as it was sent; returns `None` if the stack does not exist (GetTemplate, stage Original).
    pub async fn get_template(&self, stack: &StackRef) -> Result<Option<String>, Error> {
        const ACTION: &str = "GetTemplate";
        let answer = self
            .cloudformation
            .get_template()
            .stack_name(stack.as_str())
            .template_stage(sdk::TemplateStage::Original)
            .send()
            .await;
        match answer.map_err(|error| classify(ACTION, Effect::Reads, error)) {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            answer => answer?
                .template_body
                .map(Some)
                .ok_or_else(|| Error::missing(ACTION, "TemplateBody", false)),
        }
    }

    /// Reads a page of a stack's events, newest first (DescribeStackEvents).
    pub async fn stack_events(
        &self,
        stack: &StackRef,
        page: Option<PageToken>,
    ) -> Result<Page<StackEvent>, Error> {
        let answer = self
            .cloudformation
            .describe_stack_events()
            .stack_name(stack.as_str())
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("DescribeStackEvents", Effect::Reads, error))?;
        Ok(response::page(
            answer.stack_events,
            answer.next_token,
            |event| event.event_id.as_deref(),
            response::event,
        ))
    }

    /// Reads a page of a stack's failures, including early validations and hooks (DescribeEvents with FailedEvents).
    pub async fn failed_events(
        &self,
        stack: &StackRef,
        page: Option<PageToken>,
    ) -> Result<Page<FailedEvent>, Error> {
        let answer = self
            .cloudformation
            .describe_events()
            .stack_name(stack.as_str())
            .filters(sdk::EventFilter::builder().failed_events(true).build())
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("DescribeEvents", Effect::Reads, error))?;
        Ok(response::page(
            answer.operation_events,
            answer.next_token,
            |event| event.event_id.as_deref(),
            response::failed_event,
        ))
    }

    /// Reads a page of a stack's resources (ListStackResources).
    pub async fn list_stack_resources(
        &self,
        stack: &StackRef,
        page: Option<PageToken>,
    ) -> Result<Page<StackResource>, Error> {
        let answer = self
            .cloudformation
            .list_stack_resources()
            .stack_name(stack.as_str())
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("ListStackResources", Effect::Reads, error))?;
        Ok(response::page(
            answer.stack_resource_summaries,
            answer.next_token,
            |resource| resource.logical_resource_id.as_deref(),
            response::resource,
        ))
    }

    /// Reads a page of the region's exports (ListExports).
    pub async fn list_exports(&self, page: Option<PageToken>) -> Result<Page<Export>, Error> {
        let answer = self
            .cloudformation
            .list_exports()
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("ListExports", Effect::Reads, error))?;
        Ok(response::page(
            answer.exports,
            answer.next_token,
            |export| export.name.as_deref(),
            response::export,
        ))
    }

    /// Reads a page of the names of the stacks that import an export (ListImports).
    ///
    /// For an export without importers the service returns a `ValidationError` that only its text distinguishes. The
    /// method returns it as [`ErrorKind::Rejected`].
    pub async fn list_imports(
        &self,
        export: &str,
        page: Option<PageToken>,
    ) -> Result<Page<String>, Error> {
        let answer = self
            .cloudformation
            .list_imports()
            .export_name(export)
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| classify("ListImports", Effect::Reads, error))?;
        Ok(response::page(
            answer.imports,
            answer.next_token,
            |name| Some(name),
            Ok,
        ))
    }

    /// Sets a stack's termination protection (UpdateTerminationProtection). The call may be repeated.
    pub async fn update_termination_protection(
        &self,
        stack: &StackRef,
        protection: Protection,
    ) -> Result<(), Error> {
        self.cloudformation
            .update_termination_protection()
            .stack_name(stack.as_str())
            .enable_termination_protection(protection == Protection::On)
            .send()
            .await
            .map_err(|error| classify("UpdateTerminationProtection", Effect::Changes, error))?;
        Ok(())
    }
}
