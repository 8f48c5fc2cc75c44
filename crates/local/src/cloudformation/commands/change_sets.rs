//! The commands that create, execute and delete change sets.

use std::sync::Arc;

use super::stacks::{check_can_update, check_resource_types};
use super::{CallOutcome, Transaction};
use crate::cloudformation::CallContext;
use crate::cloudformation::definition::{check_stack_name, reload_definition, resolve_definition};
use crate::cloudformation::lookup::{CHANGE_SET_NOT_FOUND, find_change_set};
use crate::cloudformation::plan::{Plan, plan};
use crate::cloudformation::timeline::DeployMode;
use crate::model::change_set::ChangeSet;
use crate::model::request::{
    ChangeSetType, CreateChangeSet, DeleteChangeSet, ExecuteChangeSet, OnFailure, OnStackFailure,
    StackSpec,
};
use crate::model::response::{ApiError, Response};
use crate::model::stack::{
    OperationKind, Stack, StackDefinition, StackState, StackStep, Step, StepSubject, uuid,
};
use crate::model::status::{ChangeSetStatus, ExecutionStatus, StackStatus};

/// The reason why a change set without changes fails.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

impl Transaction<'_, '_> {
    pub(super) fn create_change_set(
        &mut self,
        request: CreateChangeSet,
    ) -> Result<Response, ApiError> {
        let CreateChangeSet {
            desired,
            change_set_name,
            kind,
            description,
            on_stack_failure,
        } = request;
        check_change_set_name(&change_set_name)?;
        let stack = self.stack_for_change_set(&desired.stack_name, &change_set_name, kind)?;
        let others = self.ledger.change_sets(&stack.id)?;
        // The name of an executed change set is free again.
        let has_same_name =
            |other: &ChangeSet| other.name == change_set_name && other.executed.is_none();
        if others.iter().any(has_same_name) {
            return Err(ApiError::new(
                "AlreadyExistsException",
                format!(
                    "ChangeSet {change_set_name} already exists for stack {}",
                    stack.id
                ),
            ));
        }
        let (mut definition, plan_result) = self.resolve_and_plan(&stack, &desired)?;
        let failure = match &plan_result.missing {
            Some(missing) => Some(missing.clone()),
            None => plan_result.is_empty().then(|| NO_CHANGES.to_owned()),
        };
        let id = self.change_set_id(&stack, &change_set_name)?;
        definition.imports = plan_result.imports;
        definition.change_set_id = Some(id.clone());
        let now = self.context.now;
        self.ledger.put_change_set(&ChangeSet {
            id: id.clone(),
            name: change_set_name,
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            description,
            kind,
            created: now,
            ready: now + self.context.options.pace.change_set_duration(),
            failure,
            definition,
            on_stack_failure,
            changes: plan_result.changes,
            obsolete: false,
            executed: None,
        })?;
        self.record(CallOutcome {
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            operation_id: None,
            change_set_id: Some(id.clone()),
            response: (id.clone(), stack.id.clone()),
        })?;
        Ok(Response::CreateChangeSet {
            id,
            stack_id: stack.id,
        })
    }

    /// Returns the requested definition and the plan of its changes to the stack.
    fn resolve_and_plan(
        &self,
        stack: &Stack,
        desired: &StackSpec,
    ) -> Result<(StackDefinition, Plan), ApiError> {
        let state = stack.at(self.context.now);
        let is_new = state.status == StackStatus::ReviewInProgress;
        let previous = (!is_new).then(|| stack.definition(&state));
        let previous_arns = previous.map(|previous| previous.notification_arns.clone());
        let arns = desired.notification_arns.clone().or(previous_arns);
        let stack_context = self.stack_context(stack, arns.unwrap_or_default());
        let resolved = resolve_definition(desired, previous, &stack_context, &self.region_view)?;
        check_resource_types(&resolved, &state)?;
        let before = previous.and_then(|previous| {
            reload_definition(previous, &stack_context, &self.region_view).ok()
        });
        let empty = StackState::default();
        let current = if is_new { &empty } else { &state };
        let plan_result = plan(
            &resolved,
            current,
            before.as_ref(),
            &stack_context,
            &self.region_view,
        )?;
        Ok((resolved.definition, plan_result))
    }

    fn change_set_id(&self, stack: &Stack, name: &str) -> Result<String, ApiError> {
        let sequence = self.ledger.next_sequence()?;
        let hash = formwork_template::sha256(format!("{}/{name}/{sequence}", stack.id));
        let uuid = uuid(&hash.to_string());
        let CallContext {
            region, options, ..
        } = self.context;
        let account = &options.account;
        Ok(format!(
            "arn:aws:cloudformation:{region}:{account}:changeSet/{name}/{uuid}"
        ))
    }

    /// Returns the stack of a new change set: a new stack in review, or one that can be updated.
    fn stack_for_change_set(
        &mut self,
        name: &str,
        change_set: &str,
        kind: ChangeSetType,
    ) -> Result<Stack, ApiError> {
        match kind {
            ChangeSetType::Import => Err(ApiError::validation(
                "The local cloud does not support change sets of type IMPORT",
            )),
            ChangeSetType::Update => {
                let stack = self.existing_stack(name)?;
                let state = stack.at(self.context.now);
                // A stack after a failed update accepts an execution with disabled rollback.
                check_can_update(&stack, &state, true)?;
                Ok(stack)
            }
            ChangeSetType::Create => match self.find(name)? {
                Some(stack) => {
                    let status = stack.at(self.context.now).status;
                    match status {
                        StackStatus::ReviewInProgress => Ok(Arc::unwrap_or_clone(stack)),
                        _ => Err(ApiError::validation(format!(
                            "Stack [{}] already exists and cannot be created again with the changeSet [{change_set}].",
                            stack.name
                        ))),
                    }
                }
                None => {
                    check_stack_name(name)?;
                    self.stack_under_review(name)
                }
            },
        }
    }

    fn stack_under_review(&mut self, name: &str) -> Result<Stack, ApiError> {
        let mut stack = self.new_stack(name)?;
        stack.definitions.push(StackDefinition::default());
        stack.begin(
            OperationKind::CreateChangeSet,
            self.token.clone(),
            self.context.now,
        );
        let subject = StepSubject::Stack(StackStep {
            status: StackStatus::ReviewInProgress,
            reason: Some("User Initiated".to_owned()),
            definition: Some(0),
            outputs: None,
        });
        stack.extend([Step {
            at: self.context.now,
            subject,
        }]);
        self.ledger.put_stack(&stack)?;
        Ok(stack)
    }

    pub(super) fn execute_change_set(
        &mut self,
        request: ExecuteChangeSet,
    ) -> Result<Response, ApiError> {
        let now = self.context.now;
        let (name, stack_name) = (&request.change_set_name, request.stack_name.as_deref());
        let mut change_set = find_change_set(self.context, self.ledger, name, stack_name)?;
        let mut stack = self.existing_stack(&change_set.stack_id)?;
        let invalid_status = |status: &str| {
            let message = format!(
                "ChangeSet [{}] cannot be executed in its current status of [{status}]",
                change_set.id
            );
            Err(ApiError::new("InvalidChangeSetStatus", message))
        };
        match (
            change_set.status(now),
            change_set.execution_status(&stack, now),
        ) {
            (ChangeSetStatus::CreateComplete, ExecutionStatus::Available) => {}
            (ChangeSetStatus::CreateComplete, status) => return invalid_status(status.as_str()),
            (status, _) => return invalid_status(status.as_str()),
        }
        if change_set.on_stack_failure.is_some() && request.disable_rollback.is_some() {
            return Err(ApiError::validation(
                "DisableRollback cannot be specified for a change set that has OnStackFailure.",
            ));
        }
        let on_failure = match (change_set.on_stack_failure, request.disable_rollback) {
            (Some(OnStackFailure::Delete), _) => OnFailure::Delete,
            (Some(OnStackFailure::DoNothing), _) | (None, Some(true)) => OnFailure::DoNothing,
            _ => OnFailure::Rollback,
        };
        let state = stack.at(now);
        let mode = match state.status {
            StackStatus::ReviewInProgress => DeployMode::Create,
            _ => {
                check_can_update(&stack, &state, on_failure == OnFailure::DoNothing)?;
                DeployMode::Update
            }
        };
        let mut definition = change_set.definition.clone();
        definition.disable_rollback = on_failure == OnFailure::DoNothing;
        definition.retain_except_on_create = request.retain_except_on_create.unwrap_or(false);
        let stack_context = self.stack_context(&stack, definition.notification_arns.clone());
        let resolved = reload_definition(&definition, &stack_context, &self.region_view)?;
        let empty = StackState::default();
        let current = if mode == DeployMode::Create {
            &empty
        } else {
            &state
        };
        let plan_result = plan(&resolved, current, None, &stack_context, &self.region_view)?;
        self.mark_change_sets_obsolete(&stack)?;
        self.deploy(&mut stack, mode, resolved, plan_result, on_failure);
        let operation_id = self.finish_operation(&stack, Some(change_set.id.clone()))?;
        change_set.executed = Some(operation_id);
        change_set.obsolete = false;
        self.ledger.put_change_set(&change_set)?;
        Ok(Response::ExecuteChangeSet)
    }

    pub(super) fn delete_change_set(
        &mut self,
        request: &DeleteChangeSet,
    ) -> Result<Response, ApiError> {
        let (name, stack_name) = (&request.change_set_name, request.stack_name.as_deref());
        let change_set = match find_change_set(self.context, self.ledger, name, stack_name) {
            Ok(change_set) => change_set,
            // The deletion of a change set that does not exist succeeds.
            Err(error) if error.code == CHANGE_SET_NOT_FOUND => {
                return Ok(Response::DeleteChangeSet);
            }
            Err(error) => return Err(error),
        };
        let now = self.context.now;
        let stack = self.ledger.stack_by_id(&change_set.stack_id)?;
        let status = stack.map(|stack| change_set.execution_status(&stack, now));
        if status == Some(ExecutionStatus::ExecuteInProgress) {
            return Err(ApiError::new(
                "InvalidChangeSetStatus",
                format!(
                    "ChangeSet [{}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]",
                    change_set.id
                ),
            ));
        }
        self.ledger.delete_change_set(&change_set.id)?;
        self.record(CallOutcome {
            stack_name: change_set.stack_name,
            stack_id: change_set.stack_id,
            change_set_id: Some(change_set.id),
            ..CallOutcome::default()
        })?;
        Ok(Response::DeleteChangeSet)
    }
}

fn check_change_set_name(name: &str) -> Result<(), ApiError> {
    let mut characters = name.chars();
    let has_valid_start = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    let has_valid_rest = characters.all(|other| other.is_ascii_alphanumeric() || other == '-');
    if has_valid_start && has_valid_rest && name.len() <= 128 {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )))
}
