//! The commands that change stacks, and the statuses in which they are accepted.

use super::{CallOutcome, Transaction};
use crate::cloudformation::definition::{
    ResolvedDefinition, check_stack_name, reload_definition, resolve_definition,
};
use crate::cloudformation::plan::{Plan, plan};
use crate::cloudformation::timeline::{self, DeployMode, Retention, StackOperation};
use crate::model::request::{
    CancelUpdateStack, ContinueUpdateRollback, CreateStack, DeleteStack, DeletionMode, OnFailure,
    RollbackStack, UpdateStack, UpdateTerminationProtection,
};
use crate::model::response::{AcceptedOperation, ApiError, Response};
use crate::model::stack::{Stack, StackState};
use crate::model::stack_context::StackContext;
use crate::model::status::{ResourceStatus, StackStatus};

impl Transaction<'_, '_> {
    pub(super) fn create_stack(&mut self, request: CreateStack) -> Result<Response, ApiError> {
        let CreateStack {
            desired,
            on_failure,
            termination_protection,
            timeout_in_minutes,
        } = request;
        check_stack_name(&desired.stack_name)?;
        let on_failure = match (on_failure, desired.disable_rollback) {
            (Some(_), Some(_)) => {
                return Err(ApiError::validation(
                    "You can specify either DisableRollback or OnFailure, but not both.",
                ));
            }
            (Some(on_failure), None) => on_failure,
            (None, Some(true)) => OnFailure::DoNothing,
            (None, _) => OnFailure::Rollback,
        };
        let mut stack = match self.find(&desired.stack_name)? {
            None => self.new_stack(&desired.stack_name)?,
            Some(stack) if stack.at(self.context.now).status == StackStatus::ReviewInProgress => {
                Stack::clone(&stack)
            }
            Some(stack) => {
                let message = format!("Stack [{}] already exists", stack.name);
                return Err(ApiError::new("AlreadyExistsException", message));
            }
        };
        let stack_context = self.stack_context(
            &stack,
            desired.notification_arns.clone().unwrap_or_default(),
        );
        let mut resolved = resolve_definition(&desired, None, &stack_context, &self.region_view)?;
        resolved.definition.do_nothing =
            on_failure == OnFailure::DoNothing && desired.disable_rollback != Some(true);
        resolved.definition.delete_on_failure = on_failure == OnFailure::Delete;
        let plan_result = plan(
            &resolved,
            &StackState::default(),
            None,
            &stack_context,
            &self.region_view,
        )?;
        stack.termination_protection = termination_protection;
        stack.timeout_in_minutes = timeout_in_minutes;
        self.deploy(
            &mut stack,
            DeployMode::Create,
            resolved,
            plan_result,
            on_failure,
        );
        let operation_id = self.finish_operation(&stack, None)?;
        Ok(Response::CreateStack(AcceptedOperation {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn update_stack(&mut self, request: UpdateStack) -> Result<Response, ApiError> {
        let desired = request.desired;
        let mut stack = self.existing_stack(&desired.stack_name)?;
        let state = stack.at(self.context.now);
        let disables_rollback = desired.disable_rollback == Some(true);
        check_can_update(&stack, &state, disables_rollback)?;
        let previous = stack.definition(&state).clone();
        let arns = desired.notification_arns.clone();
        let stack_context =
            self.stack_context(&stack, arns.unwrap_or(previous.notification_arns.clone()));
        let resolved =
            resolve_definition(&desired, Some(&previous), &stack_context, &self.region_view)?;
        let before = reload_definition(&previous, &stack_context, &self.region_view).ok();
        check_resource_types(&resolved, &state)?;
        let plan_result = plan(
            &resolved,
            &state,
            before.as_ref(),
            &stack_context,
            &self.region_view,
        )?;
        if plan_result.is_empty() {
            return Err(ApiError::validation("No updates are to be performed."));
        }
        self.mark_change_sets_obsolete(&stack)?;
        let on_failure = if disables_rollback {
            OnFailure::DoNothing
        } else {
            OnFailure::Rollback
        };
        self.deploy(
            &mut stack,
            DeployMode::Update,
            resolved,
            plan_result,
            on_failure,
        );
        let operation_id = self.finish_operation(&stack, None)?;
        Ok(Response::UpdateStack(AcceptedOperation {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn deploy(
        &self,
        stack: &mut Stack,
        mode: DeployMode,
        mut resolved: ResolvedDefinition,
        plan_result: Plan,
        on_failure: OnFailure,
    ) {
        stack.cut(self.context.now);
        resolved.definition.imports = plan_result.imports;
        let operation = StackOperation {
            mode,
            resolved: &resolved,
            missing: plan_result.missing,
            token: self.token.clone(),
            on_failure,
        };
        timeline::deploy(self.env(), stack, operation);
    }

    pub(super) fn delete_stack(&mut self, request: DeleteStack) -> Result<Response, ApiError> {
        let now = self.context.now;
        let stack = self.find(&request.stack_name)?;
        let current_stack =
            stack.filter(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        let Some(stack) = current_stack else {
            // The deletion of a stack that does not exist succeeds and changes nothing.
            self.record(CallOutcome {
                stack_name: request.stack_name,
                ..CallOutcome::default()
            })?;
            return Ok(Response::DeleteStack);
        };
        let mut stack = Stack::clone(&stack);
        let state = stack.at(now);
        check_can_delete(&stack, &state, &request)?;
        if state.status == StackStatus::DeleteInProgress {
            let (stack_name, stack_id) = (stack.name.clone(), stack.id.clone());
            self.record(CallOutcome {
                stack_name,
                stack_id,
                ..CallOutcome::default()
            })?;
            return Ok(Response::DeleteStack);
        }
        for change_set in self.ledger.change_sets(&stack.id)? {
            self.ledger.delete_change_set(&change_set.id)?;
        }
        let retention = Retention {
            force: request.deletion_mode == Some(DeletionMode::ForceDeleteStack),
            retain: request.retain_resources,
        };
        timeline::delete(self.env(), &mut stack, self.token.clone(), &retention);
        self.finish_operation(&stack, None)?;
        Ok(Response::DeleteStack)
    }

    pub(super) fn cancel_update(
        &mut self,
        request: CancelUpdateStack,
    ) -> Result<Response, ApiError> {
        let mut stack = self.existing_stack(&request.stack_name)?;
        let status = stack.at(self.context.now).status;
        if status != StackStatus::UpdateInProgress {
            return Err(ApiError::validation(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        timeline::cancel(self.env(), &mut stack, self.token.clone());
        self.finish_operation(&stack, None)?;
        Ok(Response::CancelUpdateStack)
    }

    pub(super) fn continue_rollback(
        &mut self,
        request: ContinueUpdateRollback,
    ) -> Result<Response, ApiError> {
        let mut stack = self.existing_stack(&request.stack_name)?;
        let state = stack.at(self.context.now);
        if state.status != StackStatus::UpdateRollbackFailed {
            return Err(ApiError::validation(format!(
                "Stack:{} is in {} state and can not continue rollback.",
                stack.id, state.status
            )));
        }
        let mut skip = request.resources_to_skip;
        if request.force_rollback && !skip.is_empty() {
            return Err(ApiError::validation(
                "You can specify either ForceRollback or ResourcesToSkip, but not both.",
            ));
        }
        let has_failed = |id: &str| {
            let resource = state.resources.get(id);
            resource.is_some_and(|resource| resource.status == ResourceStatus::UpdateFailed)
        };
        if let Some(invalid) = skip.iter().find(|id| !has_failed(id)) {
            return Err(ApiError::validation(format!(
                "The following resource(s) to skip are not in UPDATE_FAILED state: [{invalid}]"
            )));
        }
        if request.force_rollback {
            let failed = state.resources.keys().filter(|id| has_failed(id));
            skip = failed.map(|id| (*id).to_owned()).collect();
        }
        timeline::continue_rollback(self.env(), &mut stack, self.token.clone(), skip);
        self.finish_operation(&stack, None)?;
        Ok(Response::ContinueUpdateRollback)
    }

    pub(super) fn roll_back(&mut self, request: RollbackStack) -> Result<Response, ApiError> {
        let mut stack = self.existing_stack(&request.stack_name)?;
        let state = stack.at(self.context.now);
        if !matches!(
            state.status,
            StackStatus::CreateFailed | StackStatus::UpdateFailed
        ) {
            return Err(ApiError::validation(format!(
                "Stack:{} is in {} state and can not be rolled back.",
                stack.id, state.status
            )));
        }
        timeline::roll_back(self.env(), &mut stack, self.token.clone());
        let operation_id = self.finish_operation(&stack, None)?;
        Ok(Response::RollbackStack(AcceptedOperation {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn set_termination_protection(
        &mut self,
        request: &UpdateTerminationProtection,
    ) -> Result<Response, ApiError> {
        let mut stack = self.existing_stack(&request.stack_name)?;
        stack.termination_protection = request.enable;
        self.ledger.put_stack(&stack)?;
        let (stack_name, stack_id) = (stack.name, stack.id.clone());
        self.record(CallOutcome {
            stack_name,
            stack_id,
            ..CallOutcome::default()
        })?;
        Ok(Response::UpdateTerminationProtection { stack_id: stack.id })
    }

    /// Marks the change sets of a stack as obsolete, because another operation changes the stack.
    pub(super) fn mark_change_sets_obsolete(&mut self, stack: &Stack) -> Result<(), ApiError> {
        for mut change_set in self.ledger.change_sets(&stack.id)? {
            if change_set.executed.is_none() && !change_set.obsolete {
                change_set.obsolete = true;
                self.ledger.put_change_set(&change_set)?;
            }
        }
        Ok(())
    }

    pub(super) fn stack_context(
        &self,
        stack: &Stack,
        notification_arns: Vec<String>,
    ) -> StackContext {
        StackContext {
            account: stack.account.clone(),
            region: stack.region.clone(),
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            notification_arns,
        }
    }
}

/// Checks that the stack's status allows an update.
pub(super) fn check_can_update(
    stack: &Stack,
    state: &StackState<'_>,
    disables_rollback: bool,
) -> Result<(), ApiError> {
    let status = state.status;
    if status.is_settled() {
        return Ok(());
    }
    let is_halted = matches!(
        status,
        StackStatus::CreateFailed | StackStatus::UpdateFailed
    );
    if is_halted && !stack.definition(state).do_nothing {
        return match disables_rollback {
            true => Ok(()),
            false => Err(ApiError::validation(format!(
                "This stack is currently in a non-terminal [{status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
            ))),
        };
    }
    Err(ApiError::validation(format!(
        "Stack:{} is in {status} state and can not be updated.",
        stack.id
    )))
}

/// Checks that the stack can be deleted: it is not protected and not busy, and the request fits its
/// status.
fn check_can_delete(
    stack: &Stack,
    state: &StackState<'_>,
    request: &DeleteStack,
) -> Result<(), ApiError> {
    let refuse = |message: String| Err(ApiError::validation(message));
    if stack.termination_protection {
        return refuse(format!(
            "Stack [{}] cannot be deleted while TerminationProtection is enabled",
            stack.name
        ));
    }
    let is_forced = request.deletion_mode == Some(DeletionMode::ForceDeleteStack);
    let has_retained = !request.retain_resources.is_empty();
    if state.status != StackStatus::DeleteFailed && (is_forced || has_retained) {
        return refuse(format!(
            "Invalid operation on stack [{}]. RetainResources and FORCE_DELETE_STACK are valid for stacks in the DELETE_FAILED state only.",
            stack.id
        ));
    }
    let has_failed = |id: &&String| {
        let resource = state.resources.get(id.as_str());
        resource.is_some_and(|resource| resource.status == ResourceStatus::DeleteFailed)
    };
    if let Some(id) = request.retain_resources.iter().find(|id| !has_failed(id)) {
        return refuse(format!(
            "Resources to retain must be in a DELETE_FAILED state: [{id}]"
        ));
    }
    match state.status {
        StackStatus::CreateInProgress | StackStatus::DeleteInProgress => Ok(()),
        status if status.is_in_progress() => refuse(format!(
            "Stack [{}] cannot be deleted while in status {status}",
            stack.id
        )),
        _ => Ok(()),
    }
}

/// Checks that no logical id changes its resource type.
pub(super) fn check_resource_types(
    resolved: &ResolvedDefinition,
    state: &StackState<'_>,
) -> Result<(), ApiError> {
    let changed: Vec<_> = state
        .live_resources()
        .filter(|live| {
            let resource = resolved.template.resource(&live.logical_id);
            resource.is_some_and(|resource| resource.kind != live.kind)
        })
        .map(|live| live.logical_id.as_str())
        .collect();
    match changed.is_empty() {
        true => Ok(()),
        false => Err(ApiError::validation(format!(
            "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{}]",
            changed.join(", ")
        ))),
    }
}
