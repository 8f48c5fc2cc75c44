//! The calls for change sets: create, describe, execute and delete.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types as sdk;

use crate::change_set::{
    ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, CreateChangeSet, CreatedChangeSet,
    ExecuteChangeSet, PropertyValues,
};
use crate::cloud::Cloud;
use crate::error::{self, Effect, Error, ErrorKind, classify};
use crate::request::{capabilities, non_empty, parameters, tags, template};
use crate::response;
use crate::stack::{Rollback, StackId};

impl Cloud {
    /// Starts the creation of a change set (CreateChangeSet).
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
            .set_parameters(non_empty(parameters(&request.parameters)))
            .set_tags(Some(tags(&request.tags)))
            .set_capabilities(non_empty(capabilities(&request.capabilities)))
            .set_role_arn(request.role_arn.clone())
            .set_notification_arns(Some(request.notification_arns.clone()))
            .set_description(request.description.clone())
            .client_token(request.token.as_str())
            .send()
            .await
            .map_err(|error| classify(ACTION, Effect::Changes, error))?;
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

    /// Reads a change set with all its changes and their property values (DescribeChangeSet, one call per page).
    ///
    /// If the values are requested, the service may omit changes and report that in the status reason. Then this method
    /// reads the change set again without values, and keeps the values that it has.
    pub async fn describe_change_set(&self, change_set: &ChangeSetRef) -> Result<ChangeSet, Error> {
        let with_values = self
            .change_set_pages(change_set, PropertyValues::Complete)
            .await?;
        let is_incomplete = with_values
            .status_reason
            .as_deref()
            .is_some_and(error::is_values_omitted_reason);
        if !is_incomplete {
            return Ok(with_values);
        }
        let mut whole = self
            .change_set_pages(change_set, PropertyValues::Partial)
            .await?;
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
        values: PropertyValues,
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
        values: PropertyValues,
        next: Option<String>,
    ) -> Result<(ChangeSet, Option<String>), Error> {
        const ACTION: &str = "DescribeChangeSet";
        let (stack, name) = named(change_set);
        let mut answer = self
            .cloudformation
            .describe_change_set()
            .set_stack_name(stack)
            .change_set_name(name)
            .include_property_values(values == PropertyValues::Complete)
            .set_next_token(next)
            .send()
            .await
            .map_err(|error| classify(ACTION, Effect::Reads, error))?;
        let next = answer.next_token.take();
        let page = response::change_set(answer, values)
            .map_err(|problem| Error::unreadable(ACTION, problem))?;
        Ok((page, next))
    }

    /// Starts the execution of a change set (ExecuteChangeSet).
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
            .map_err(|error| classify("ExecuteChangeSet", Effect::Changes, error))?;
        Ok(())
    }

    /// Deletes a change set (DeleteChangeSet). Succeeds if it does not exist.
    pub async fn delete_change_set(&self, change_set: &ChangeSetRef) -> Result<(), Error> {
        let (stack, name) = named(change_set);
        let answer = self
            .cloudformation
            .delete_change_set()
            .set_stack_name(stack)
            .change_set_name(name)
            .send()
            .await;
        match answer.map_err(|error| classify("DeleteChangeSet", Effect::Changes, error)) {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Returns a change set's stack and name for a request. An ARN needs no stack.
fn named(change_set: &ChangeSetRef) -> (Option<String>, String) {
    match change_set {
        ChangeSetRef::Id(id) => (None, id.as_str().to_owned()),
        ChangeSetRef::Named { stack, name } => (Some(stack.as_str().to_owned()), name.clone()),
    }
}
