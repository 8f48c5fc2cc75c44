//! What is read: views of the stacks at one time.

mod change_sets;
mod events;
mod resources;
mod summary;

use std::sync::Arc;

use crate::accept::find;
use crate::answer::{
    Answer, Export, OperationSummary, Page, Refusal, StackDescription, StackParameter, StackSummary,
};
use crate::clock::Time;
use crate::cloud::Scene;
use crate::outside::Outside;
use crate::request::{DescribeStacks, GetTemplate, ListExports, ListImports, ListStacks, Request};
use crate::stack::{Definition, Stack};
use crate::status::StackStatus;
use crate::store::Ledger;

/// Answers a request that only reads.
pub(crate) fn describe(
    scene: &Scene,
    ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Answer, Refusal> {
    let mut describing = Describing { scene, ledger };
    match request {
        Request::DescribeStacks(request) => describing.stacks(&request),
        Request::ListStacks(request) => describing.list(&request),
        Request::GetTemplate(request) => describing.template(&request),
        Request::ListExports(request) => describing.exports(&request),
        Request::ListImports(request) => describing.imports(&request),
        Request::DescribeStackEvents(request) => describing.stack_events(&request),
        Request::DescribeEvents(request) => describing.events(&request),
        Request::ListStackResources(request) => describing.list_resources(&request),
        Request::DescribeStackResources(request) => describing.resources(&request),
        Request::DescribeStackResource(request) => describing.resource(&request),
        Request::DescribeChangeSet(request) => describing.change_set(&request),
        Request::ListChangeSets(request) => describing.change_sets(&request),
        Request::GetTemplateSummary(request) => describing.summary(&request),
        Request::ValidateTemplate(request) => describing.validate(&request),
        mutation => Err(Refusal::new("InvalidAction", mutation.action())),
    }
}

/// One read.
struct Describing<'a, 'b> {
    scene: &'a Scene,
    ledger: &'a mut Ledger<'b>,
}

impl Describing<'_, '_> {
    fn stacks(&mut self, request: &DescribeStacks) -> Result<Answer, Refusal> {
        // Eventually consistent, when told to be.
        let behind = i64::try_from(self.scene.options.lag.as_millis()).unwrap_or(0);
        let now = Time(self.scene.now.0 - behind);
        let stacks = match &request.stack_name {
            Some(name) => {
                let scene = Scene {
                    now,
                    ..self.scene.clone()
                };
                let found = find(&scene, self.ledger, name)?;
                vec![
                    found
                        .filter(|stack| stack.created <= now)
                        .ok_or_else(|| no_stack(name))?,
                ]
            }
            None => {
                let mut stacks = self.ledger.living(&self.scene.region, now)?;
                stacks.retain(|stack| stack.created <= now);
                stacks.reverse();
                stacks
            }
        };
        let size = self.scene.options.page_size;
        let page = page(stacks, request.next_token.as_deref(), size)?;
        Ok(Answer::DescribeStacks(
            page.map(|stack| description(stack, now)),
        ))
    }

    fn list(&mut self, request: &ListStacks) -> Result<Answer, Refusal> {
        let mut filter = Vec::new();
        for status in &request.status_filter {
            let parsed = status.parse::<StackStatus>().map_err(|_| {
                Refusal::validation(format!(
                    "1 validation error detected: Value '[{status}]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy enum value set"
                ))
            })?;
            filter.push(parsed);
        }
        let now = self.scene.now;
        // Deleted stacks are listed for 90 days.
        let horizon = Time(now.0 - 90 * 86_400_000);
        let mut stacks = self.ledger.all(&self.scene.region)?;
        stacks.retain(|stack| {
            let status = stack.at(now).status;
            stack.deleted_at().is_none_or(|deleted| deleted > horizon)
                && (filter.is_empty() || filter.contains(&status))
        });
        stacks.reverse();
        let size = self.scene.options.page_size;
        let page = page(stacks, request.next_token.as_deref(), size)?;
        Ok(Answer::ListStacks(page.map(|stack| {
            let described = description(stack, now);
            StackSummary {
                stack_id: described.stack_id,
                stack_name: described.stack_name,
                description: described.description,
                creation_time: described.creation_time,
                last_updated_time: described.last_updated_time,
                deletion_time: described.deletion_time,
                status: described.status,
                status_reason: described.status_reason,
                last_operations: described.last_operations,
            }
        })))
    }

    fn template(&mut self, request: &GetTemplate) -> Result<Answer, Refusal> {
        let body = match (&request.change_set_name, &request.stack_name) {
            (Some(name), of) => {
                self.find_change_set(name, of.as_deref())?
                    .definition
                    .template
            }
            (None, Some(name)) => {
                let stack = self.existing(name, no_stack)?;
                let state = stack.at(self.scene.now);
                stack.definition(&state).template.clone()
            }
            (None, None) => return Err(Refusal::validation("StackName must be specified.")),
        };
        Ok(Answer::GetTemplate { body })
    }

    fn exports(&mut self, request: &ListExports) -> Result<Answer, Refusal> {
        let exports = Outside::read(self.scene, self.ledger)?.exports();
        let exports = exports.into_iter().map(|(name, exported)| Export {
            stack_id: exported.stack_id,
            name,
            value: exported.value,
        });
        let size = self.scene.options.page_size;
        let page = page(exports.collect(), request.next_token.as_deref(), size)?;
        Ok(Answer::ListExports(page))
    }

    fn imports(&mut self, request: &ListImports) -> Result<Answer, Refusal> {
        let name = &request.export_name;
        let outside = Outside::read(self.scene, self.ledger)?;
        let importers: Vec<_> = outside.importers(name).into_iter().collect();
        if importers.is_empty() {
            return Err(Refusal::validation(match outside.export(name) {
                Some(_) => format!("Export '{name}' is not imported by any stack."),
                None => format!("No export named {name} found."),
            }));
        }
        let size = self.scene.options.page_size;
        let page = page(importers, request.next_token.as_deref(), size)?;
        Ok(Answer::ListImports(page))
    }

    /// The stack of that name or ARN, refused in the words of the action.
    fn existing(
        &mut self,
        name: &str,
        refusal: impl FnOnce(&str) -> Refusal,
    ) -> Result<Arc<Stack>, Refusal> {
        find(self.scene, self.ledger, name)?.ok_or_else(|| refusal(name))
    }
}

/// The words of `DescribeStacks` and most others.
fn no_stack(name: &str) -> Refusal {
    Refusal::validation(format!("Stack with id {name} does not exist"))
}

/// The words of events and change sets.
fn no_stack_of_events(name: &str) -> Refusal {
    Refusal::validation(format!("Stack [{name}] does not exist"))
}

/// The part of `items` that begins at the token; a token counts the items before it.
fn page<T>(items: Vec<T>, token: Option<&str>, size: usize) -> Result<Page<T>, Refusal> {
    let start = match token {
        None => 0,
        Some(token) => {
            let start = token.parse().ok().filter(|start| *start <= items.len());
            start.ok_or_else(|| Refusal::validation(format!("Invalid NextToken: {token}")))?
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

/// A definition's parameters as they are read back: secrets as stars.
fn parameters(definition: &Definition) -> Vec<StackParameter> {
    let shown = definition
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
    shown.collect()
}

/// The operation that runs or ran last, and the one it follows from.
fn operations(stack: &Stack, now: Time) -> Vec<OperationSummary> {
    let latest = stack.begun(now).rev().take(2);
    let summaries = latest.map(|operation| OperationSummary {
        operation_type: operation.kind.to_string(),
        operation_id: operation.id.clone(),
    });
    summaries.collect()
}
