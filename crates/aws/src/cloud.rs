//! The calls to CloudFormation and STS.

use aws_sdk_cloudformation::types as sdk;
use aws_smithy_types::retry::RetryConfig;
use std::collections::{BTreeMap, BTreeSet};

use crate::answer;
use crate::change_set::{
    ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, CreateChangeSet, CreatedChangeSet,
    ExecuteChangeSet, Values,
};
use crate::connect::{Connection, Settings, connect};
use crate::error::{self, Effect, Error, Kind, sort};
use crate::event::{Failure, StackEvent};
use crate::stack::{
    Capability, CreateStack, DeleteStack, Export, ParameterValue, Rollback, Stack, StackId,
    StackRef, StackResource, TemplateSource,
};
use crate::token::{Page, PageToken};

/// One account and region, and the caller's way to it. Cloning is cheap.
///
/// Each method is one call and one attempt, except where it says otherwise.
#[derive(Clone, Debug)]
pub struct Cloud {
    cloudformation: aws_sdk_cloudformation::Client,
    sts: aws_sdk_sts::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) region: String,
    pub(crate) bucket_endpoint: Option<String>,
}

/// Who the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

/// Whether a stack is protected from deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// DeleteStack is refused.
    On,
    /// DeleteStack is accepted.
    Off,
}

impl Cloud {
    /// Finds region, endpoint and credentials; nothing is asked of CloudFormation yet.
    pub async fn connect(settings: Settings) -> Result<Self, Error> {
        let Connection {
            config,
            region,
            bucket_endpoint,
        } = connect(settings).await?;
        let cloudformation = aws_sdk_cloudformation::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .build();
        let sts = aws_sdk_sts::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .force_path_style(bucket_endpoint.is_some())
            .build();
        Ok(Self {
            cloudformation: aws_sdk_cloudformation::Client::from_conf(cloudformation),
            sts: aws_sdk_sts::Client::from_conf(sts),
            s3: aws_sdk_s3::Client::from_conf(s3),
            region,
            bucket_endpoint,
        })
    }

    /// The region, like `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Who the caller is (GetCallerIdentity).
    pub async fn identity(&self) -> Result<Identity, Error> {
        const ACTION: &str = "GetCallerIdentity";
        let answer = self
            .sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| sort(ACTION, Effect::Reads, error))?;
        Ok(Identity {
            account: answer
                .account
                .ok_or_else(|| Error::missing(ACTION, "Account", false))?,
            arn: answer
                .arn
                .ok_or_else(|| Error::missing(ACTION, "Arn", false))?,
        })
    }

    /// A page of all live stacks of the account and region (DescribeStacks).
    pub async fn describe_stacks(&self, page: Option<PageToken>) -> Result<Page<Stack>, Error> {
        let answer = self
            .cloudformation
            .describe_stacks()
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| sort("DescribeStacks", Effect::Reads, error))?;
        Ok(answer::page(
            answer.stacks,
            answer.next_token,
            |stack| stack.stack_id.as_deref().or(stack.stack_name.as_deref()),
            answer::stack,
        ))
    }

    /// One stack, or none where there is none by that name (DescribeStacks). By its id a deleted stack is found too.
    pub async fn describe_stack(&self, stack: &StackRef) -> Result<Option<Stack>, Error> {
        const ACTION: &str = "DescribeStacks";
        let answer = self
            .cloudformation
            .describe_stacks()
            .stack_name(stack.as_str())
            .send()
            .await;
        let answer = match answer.map_err(|error| sort(ACTION, Effect::Reads, error)) {
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            answer => answer?,
        };
        match answer.stacks.unwrap_or_default().into_iter().next() {
            None => Ok(None),
            Some(found) => answer::stack(found)
                .map(Some)
                .map_err(|problem| unreadable(ACTION, problem)),
        }
    }

    /// Starts to create a stack (CreateStack).
    pub async fn create_stack(&self, request: &CreateStack) -> Result<StackId, Error> {
        const ACTION: &str = "CreateStack";
        let (body, url, _) = template(&request.template);
        let answer = self
            .cloudformation
            .create_stack()
            .stack_name(request.name.as_str())
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(filled(parameters(&request.parameters)))
            .set_tags(filled(tags(&request.tags)))
            .set_capabilities(filled(capabilities(&request.capabilities)))
            .set_role_arn(request.role_arn.clone())
            .set_notification_arns(filled(request.notification_arns.clone()))
            .set_timeout_in_minutes(request.timeout_minutes.map(minutes))
            .enable_termination_protection(request.termination_protection)
            .disable_rollback(request.rollback == Rollback::Disabled)
            .client_request_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| sort(ACTION, Effect::Changes, error))?;
        answer
            .stack_id
            .map(StackId::new)
            .ok_or_else(|| Error::missing(ACTION, "StackId", true))
    }

    /// Starts to delete a stack (DeleteStack). A stack that does not exist is deleted already, says the service.
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
            .map_err(|error| sort("DeleteStack", Effect::Changes, error))?;
        Ok(())
    }

    /// Starts to make a change set (CreateChangeSet).
    pub async fn create_change_set(
        &self,
        request: &CreateChangeSet,
    ) -> Result<CreatedChangeSet, Error> {
        const ACTION: &str = "CreateChangeSet";
        let (body, url, previous) = template(&request.template);
        let answer = self
            .cloudformation
            .create_change_set()
            .stack_name(request.stack.as_str())
            .change_set_name(&request.name)
            .change_set_type(match request.kind {
                ChangeSetKind::Create => sdk::ChangeSetType::Create,
                ChangeSetKind::Update => sdk::ChangeSetType::Update,
            })
            .set_template_body(body)
            .set_template_url(url)
            .set_use_previous_template(previous)
            .set_parameters(filled(parameters(&request.parameters)))
            .set_tags(Some(tags(&request.tags)))
            .set_capabilities(filled(capabilities(&request.capabilities)))
            .set_role_arn(request.role_arn.clone())
            .set_notification_arns(Some(request.notification_arns.clone()))
            .set_description(request.description.clone())
            .client_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| sort(ACTION, Effect::Changes, error))?;
        Ok(CreatedChangeSet {
            id: answer
                .id
                .map(ChangeSetId::new)
                .ok_or_else(|| Error::missing(ACTION, "Id", true))?,
            stack_id: answer
                .stack_id
                .map(StackId::new)
                .ok_or_else(|| Error::missing(ACTION, "StackId", true))?,
        })
    }

    /// A change set with all its changes and their property values (DescribeChangeSet, one call a page).
    ///
    /// The service may leave out changes when it is asked for values, and says so in the status reason; then it is
    /// asked again without them, and what has values keeps them.
    pub async fn describe_change_set(&self, change_set: &ChangeSetRef) -> Result<ChangeSet, Error> {
        let with_values = self.change_set_pages(change_set, Values::Complete).await?;
        let left_out = with_values
            .status_reason
            .as_deref()
            .is_some_and(error::says_values_left_out);
        if !left_out {
            return Ok(with_values);
        }
        let mut whole = self.change_set_pages(change_set, Values::Partial).await?;
        let mut valued: BTreeMap<String, _> = with_values
            .changes
            .into_iter()
            .map(|change| (change.logical_id.clone(), change))
            .collect();
        for change in &mut whole.changes {
            if let Some(with_values) = valued.remove(&change.logical_id) {
                *change = with_values;
            }
        }
        whole.changes.extend(valued.into_values());
        Ok(whole)
    }

    async fn change_set_pages(
        &self,
        change_set: &ChangeSetRef,
        values: Values,
    ) -> Result<ChangeSet, Error> {
        let mut whole: Option<ChangeSet> = None;
        let mut next = None;
        loop {
            let (mut page, token) = self.change_set_page(change_set, values, next).await?;
            let changes = std::mem::take(&mut page.changes);
            whole.get_or_insert(page).changes.extend(changes);
            next = token;
            if next.is_none() {
                break;
            }
        }
        whole.ok_or_else(|| Error::missing("DescribeChangeSet", "Changes", false))
    }

    async fn change_set_page(
        &self,
        change_set: &ChangeSetRef,
        values: Values,
        next: Option<String>,
    ) -> Result<(ChangeSet, Option<String>), Error> {
        const ACTION: &str = "DescribeChangeSet";
        let (stack, name) = named(change_set);
        let mut answer = self
            .cloudformation
            .describe_change_set()
            .set_stack_name(stack)
            .change_set_name(name)
            .include_property_values(values == Values::Complete)
            .set_next_token(next)
            .send()
            .await
            .map_err(|error| sort(ACTION, Effect::Reads, error))?;
        let next = answer.next_token.take();
        let page =
            answer::change_set(answer, values).map_err(|problem| unreadable(ACTION, problem))?;
        Ok((page, next))
    }

    /// Starts to carry out a change set (ExecuteChangeSet).
    pub async fn execute_change_set(&self, request: &ExecuteChangeSet) -> Result<(), Error> {
        let (stack, name) = named(&request.change_set);
        self.cloudformation
            .execute_change_set()
            .set_stack_name(stack)
            .change_set_name(name)
            .disable_rollback(request.rollback == Rollback::Disabled)
            .client_request_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| sort("ExecuteChangeSet", Effect::Changes, error))?;
        Ok(())
    }

    /// Deletes a change set (DeleteChangeSet); one that does not exist is deleted already.
    pub async fn delete_change_set(&self, change_set: &ChangeSetRef) -> Result<(), Error> {
        let (stack, name) = named(change_set);
        let answer = self
            .cloudformation
            .delete_change_set()
            .set_stack_name(stack)
            .change_set_name(name)
            .send()
            .await;
        match answer.map_err(|error| sort("DeleteChangeSet", Effect::Changes, error)) {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The template as it was sent (GetTemplate, stage Original), or none where the stack does not exist.
    pub async fn get_template(&self, stack: &StackRef) -> Result<Option<String>, Error> {
        const ACTION: &str = "GetTemplate";
        let answer = self
            .cloudformation
            .get_template()
            .stack_name(stack.as_str())
            .template_stage(sdk::TemplateStage::Original)
            .send()
            .await;
        match answer.map_err(|error| sort(ACTION, Effect::Reads, error)) {
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            answer => answer?
                .template_body
                .map(Some)
                .ok_or_else(|| Error::missing(ACTION, "TemplateBody", false)),
        }
    }

    /// A page of a stack's events, newest first (DescribeStackEvents).
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
            .map_err(|error| sort("DescribeStackEvents", Effect::Reads, error))?;
        Ok(answer::page(
            answer.stack_events,
            answer.next_token,
            |event| event.event_id.as_deref(),
            answer::event,
        ))
    }

    /// A page of a stack's failures, those of early validations and hooks too (DescribeEvents with FailedEvents).
    pub async fn failures(
        &self,
        stack: &StackRef,
        page: Option<PageToken>,
    ) -> Result<Page<Failure>, Error> {
        let answer = self
            .cloudformation
            .describe_events()
            .stack_name(stack.as_str())
            .filters(sdk::EventFilter::builder().failed_events(true).build())
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| sort("DescribeEvents", Effect::Reads, error))?;
        Ok(answer::page(
            answer.operation_events,
            answer.next_token,
            |event| event.event_id.as_deref(),
            answer::failure,
        ))
    }

    /// A page of a stack's resources (ListStackResources).
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
            .map_err(|error| sort("ListStackResources", Effect::Reads, error))?;
        Ok(answer::page(
            answer.stack_resource_summaries,
            answer.next_token,
            |resource| resource.logical_resource_id.as_deref(),
            answer::resource,
        ))
    }

    /// A page of the region's exports (ListExports).
    pub async fn list_exports(&self, page: Option<PageToken>) -> Result<Page<Export>, Error> {
        let answer = self
            .cloudformation
            .list_exports()
            .set_next_token(page.map(|token| token.0))
            .send()
            .await
            .map_err(|error| sort("ListExports", Effect::Reads, error))?;
        Ok(answer::page(
            answer.exports,
            answer.next_token,
            |export| export.name.as_deref(),
            answer::export,
        ))
    }

    /// A page of the names of the stacks that import an export (ListImports).
    ///
    /// Where nobody imports it the service answers with a `ValidationError`, told apart by text; so any such refusal
    /// comes back as it is ([`Kind::Rejected`]).
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
            .map_err(|error| sort("ListImports", Effect::Reads, error))?;
        Ok(answer::page(
            answer.imports,
            answer.next_token,
            |name| Some(name),
            Ok,
        ))
    }

    /// Protects a stack from deletion or no longer (UpdateTerminationProtection). Asking twice does no harm.
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
            .map_err(|error| sort("UpdateTerminationProtection", Effect::Changes, error))?;
        Ok(())
    }
}

fn unreadable(action: &'static str, problem: String) -> Error {
    Error::new(action, Kind::Unreadable { maybe_done: false }, problem)
}

/// A template as body, URL and the wish for the previous one.
fn template(source: &TemplateSource) -> (Option<String>, Option<String>, Option<bool>) {
    match source {
        TemplateSource::Body(body) => (Some(body.clone()), None, None),
        TemplateSource::Url(url) => (None, Some(url.clone()), None),
        TemplateSource::Previous => (None, None, Some(true)),
    }
}

fn parameters(parameters: &BTreeMap<String, ParameterValue>) -> Vec<sdk::Parameter> {
    parameters
        .iter()
        .map(|(key, value)| {
            let parameter = sdk::Parameter::builder().parameter_key(key);
            match value {
                ParameterValue::Given(value) => parameter.parameter_value(value),
                ParameterValue::Secret(secret) => parameter.parameter_value(secret.reveal()),
                ParameterValue::Previous => parameter.use_previous_value(true),
            }
            .build()
        })
        .collect()
}

fn tags(tags: &BTreeMap<String, String>) -> Vec<sdk::Tag> {
    tags.iter()
        .map(|(key, value)| sdk::Tag::builder().key(key).value(value).build())
        .collect()
}

fn capabilities(capabilities: &BTreeSet<Capability>) -> Vec<sdk::Capability> {
    capabilities
        .iter()
        .map(|capability| match capability {
            Capability::Iam => sdk::Capability::CapabilityIam,
            Capability::NamedIam => sdk::Capability::CapabilityNamedIam,
            Capability::AutoExpand => sdk::Capability::CapabilityAutoExpand,
        })
        .collect()
}

/// A list that says nothing when it is empty, and so is not sent.
fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn minutes(minutes: u32) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

/// A change set's stack and name as the API takes them: an ARN stands alone.
fn named(change_set: &ChangeSetRef) -> (Option<String>, String) {
    match change_set {
        ChangeSetRef::Id(id) => (None, id.as_str().to_owned()),
        ChangeSetRef::Named { stack, name } => (Some(stack.as_str().to_owned()), name.clone()),
    }
}
