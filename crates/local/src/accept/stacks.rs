//! Operations on stacks: from which states they may start, and with what they are refused.

use super::{About, Accepting};
use crate::answer::{Accepted, Answer, Refusal};
use crate::course::{self, Retention, Way};
use crate::definition::{Defined, check_stack_name, define, reread};
use crate::plan::{Plan, plan};
use crate::request::{
    CancelUpdateStack, ContinueUpdateRollback, CreateStack, DeleteStack, DeletionMode, OnFailure,
    RollbackStack, UpdateStack, UpdateTerminationProtection,
};
use crate::stack::{Stack, State};
use crate::stack_context::StackContext;
use crate::status::{ResourceStatus, StackStatus};

impl Accepting<'_, '_> {
    pub(super) fn create_stack(&mut self, request: CreateStack) -> Result<Answer, Refusal> {
        let CreateStack {
            desired,
            on_failure,
            termination_protection,
            timeout_in_minutes,
        } = request;
        check_stack_name(&desired.stack_name)?;
        let on_failure = match (on_failure, desired.disable_rollback) {
            (Some(_), Some(_)) => {
                return Err(Refusal::validation(
                    "You can specify either DisableRollback or OnFailure, but not both.",
                ));
            }
            (Some(on_failure), None) => on_failure,
            (None, Some(true)) => OnFailure::DoNothing,
            (None, _) => OnFailure::Rollback,
        };
        let mut stack = match self.find(&desired.stack_name)? {
            None => self.new_stack(&desired.stack_name)?,
            Some(stack) if stack.at(self.scene.now).status == StackStatus::ReviewInProgress => {
                Stack::clone(&stack)
            }
            Some(stack) => {
                let message = format!("Stack [{}] already exists", stack.name);
                return Err(Refusal::new("AlreadyExistsException", message));
            }
        };
        let place = self.place(
            &stack,
            desired.notification_arns.clone().unwrap_or_default(),
        );
        let mut defined = define(&desired, None, &place, &self.outside)?;
        defined.definition.do_nothing =
            on_failure == OnFailure::DoNothing && desired.disable_rollback != Some(true);
        defined.definition.delete_on_failure = on_failure == OnFailure::Delete;
        let planned = plan(&defined, &State::default(), None, &place, &self.outside)?;
        stack.termination_protection = termination_protection;
        stack.timeout_in_minutes = timeout_in_minutes;
        self.carry_out(&mut stack, Way::Create, defined, planned, on_failure);
        let operation_id = self.begun(&stack, None)?;
        Ok(Answer::CreateStack(Accepted {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn update_stack(&mut self, request: UpdateStack) -> Result<Answer, Refusal> {
        let desired = request.desired;
        let mut stack = self.existing(&desired.stack_name)?;
        let state = stack.at(self.scene.now);
        let disables = desired.disable_rollback == Some(true);
        may_update(&stack, &state, disables)?;
        let previous = stack.definition(&state).clone();
        let arns = desired.notification_arns.clone();
        let place = self.place(&stack, arns.unwrap_or(previous.notification_arns.clone()));
        let defined = define(&desired, Some(&previous), &place, &self.outside)?;
        let before = reread(&previous, &place, &self.outside).ok();
        check_types(&defined, &state)?;
        let planned = plan(&defined, &state, before.as_ref(), &place, &self.outside)?;
        if planned.is_empty() {
            return Err(Refusal::validation("No updates are to be performed."));
        }
        self.overtake(&stack)?;
        let on_failure = if disables {
            OnFailure::DoNothing
        } else {
            OnFailure::Rollback
        };
        self.carry_out(&mut stack, Way::Update, defined, planned, on_failure);
        let operation_id = self.begun(&stack, None)?;
        Ok(Answer::UpdateStack(Accepted {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn carry_out(
        &self,
        stack: &mut Stack,
        way: Way,
        mut defined: Defined,
        planned: Plan,
        on_failure: OnFailure,
    ) {
        stack.cut(self.scene.now);
        defined.definition.imports = planned.imports;
        let accepting = course::Accepting {
            way,
            defined: &defined,
            missing: planned.missing,
            token: self.token.clone(),
            on_failure,
        };
        course::carry_out(self.setting(), stack, accepting);
    }

    pub(super) fn delete_stack(&mut self, request: DeleteStack) -> Result<Answer, Refusal> {
        let now = self.scene.now;
        let found = self.find(&request.stack_name)?;
        let living = found.filter(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        let Some(stack) = living else {
            // Deleting what is not there succeeds, and does nothing.
            self.record(About {
                stack_name: request.stack_name,
                ..About::default()
            })?;
            return Ok(Answer::DeleteStack);
        };
        let mut stack = Stack::clone(&stack);
        let state = stack.at(now);
        may_delete(&stack, &state, &request)?;
        if state.status == StackStatus::DeleteInProgress {
            let (stack_name, stack_id) = (stack.name.clone(), stack.id.clone());
            self.record(About {
                stack_name,
                stack_id,
                ..About::default()
            })?;
            return Ok(Answer::DeleteStack);
        }
        for change_set in self.ledger.change_sets(&stack.id)? {
            self.ledger.delete_change_set(&change_set.id)?;
        }
        let retention = Retention {
            force: request.deletion_mode == Some(DeletionMode::ForceDeleteStack),
            retain: request.retain_resources,
        };
        course::delete(self.setting(), &mut stack, self.token.clone(), &retention);
        self.begun(&stack, None)?;
        Ok(Answer::DeleteStack)
    }

    pub(super) fn cancel_update(&mut self, request: CancelUpdateStack) -> Result<Answer, Refusal> {
        let mut stack = self.existing(&request.stack_name)?;
        let status = stack.at(self.scene.now).status;
        if status != StackStatus::UpdateInProgress {
            return Err(Refusal::validation(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        course::cancel(self.setting(), &mut stack, self.token.clone());
        self.begun(&stack, None)?;
        Ok(Answer::CancelUpdateStack)
    }

    pub(super) fn continue_rollback(
        &mut self,
        request: ContinueUpdateRollback,
    ) -> Result<Answer, Refusal> {
        let mut stack = self.existing(&request.stack_name)?;
        let state = stack.at(self.scene.now);
        if state.status != StackStatus::UpdateRollbackFailed {
            return Err(Refusal::validation(format!(
                "Stack:{} is in {} state and can not continue rollback.",
                stack.id, state.status
            )));
        }
        let mut skip = request.resources_to_skip;
        if request.force_rollback && !skip.is_empty() {
            return Err(Refusal::validation(
                "You can specify either ForceRollback or ResourcesToSkip, but not both.",
            ));
        }
        let is_stuck = |id: &str| {
            let resource = state.resources.get(id);
            resource.is_some_and(|resource| resource.status == ResourceStatus::UpdateFailed)
        };
        if let Some(wrong) = skip.iter().find(|id| !is_stuck(id)) {
            return Err(Refusal::validation(format!(
                "The following resource(s) to skip are not in UPDATE_FAILED state: [{wrong}]"
            )));
        }
        if request.force_rollback {
            let stuck = state.resources.keys().filter(|id| is_stuck(id));
            skip = stuck.map(|id| (*id).to_owned()).collect();
        }
        course::continue_rollback(self.setting(), &mut stack, self.token.clone(), skip);
        self.begun(&stack, None)?;
        Ok(Answer::ContinueUpdateRollback)
    }

    pub(super) fn roll_back(&mut self, request: RollbackStack) -> Result<Answer, Refusal> {
        let mut stack = self.existing(&request.stack_name)?;
        let state = stack.at(self.scene.now);
        if !matches!(
            state.status,
            StackStatus::CreateFailed | StackStatus::UpdateFailed
        ) {
            return Err(Refusal::validation(format!(
                "Stack:{} is in {} state and can not be rolled back.",
                stack.id, state.status
            )));
        }
        course::roll_back(self.setting(), &mut stack, self.token.clone());
        let operation_id = self.begun(&stack, None)?;
        Ok(Answer::RollbackStack(Accepted {
            stack_id: stack.id,
            operation_id,
        }))
    }

    pub(super) fn protect(
        &mut self,
        request: &UpdateTerminationProtection,
    ) -> Result<Answer, Refusal> {
        let mut stack = self.existing(&request.stack_name)?;
        stack.termination_protection = request.enable;
        self.ledger.put(&stack)?;
        let (stack_name, stack_id) = (stack.name, stack.id.clone());
        self.record(About {
            stack_name,
            stack_id,
            ..About::default()
        })?;
        Ok(Answer::UpdateTerminationProtection { stack_id: stack.id })
    }

    /// Change sets of a stack that another operation changes are worth nothing any more.
    pub(super) fn overtake(&mut self, stack: &Stack) -> Result<(), Refusal> {
        for mut change_set in self.ledger.change_sets(&stack.id)? {
            if change_set.executed.is_none() && !change_set.obsolete {
                change_set.obsolete = true;
                self.ledger.put_change_set(&change_set)?;
            }
        }
        Ok(())
    }

    pub(super) fn place(&self, stack: &Stack, notification_arns: Vec<String>) -> StackContext {
        StackContext {
            account: stack.account.clone(),
            region: stack.region.clone(),
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            notification_arns,
        }
    }
}

/// Refuses an update from where none may start.
pub(super) fn may_update(
    stack: &Stack,
    state: &State<'_>,
    disables_rollback: bool,
) -> Result<(), Refusal> {
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
            false => Err(Refusal::validation(format!(
                "This stack is currently in a non-terminal [{status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
            ))),
        };
    }
    Err(Refusal::validation(format!(
        "Stack:{} is in {status} state and can not be updated.",
        stack.id
    )))
}

/// Refuses a deletion of what is protected, busy, or not as stuck as the request supposes.
fn may_delete(stack: &Stack, state: &State<'_>, request: &DeleteStack) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::validation(message));
    if stack.termination_protection {
        return refuse(format!(
            "Stack [{}] cannot be deleted while TerminationProtection is enabled",
            stack.name
        ));
    }
    let forces = request.deletion_mode == Some(DeletionMode::ForceDeleteStack);
    let retains = !request.retain_resources.is_empty();
    if state.status != StackStatus::DeleteFailed && (forces || retains) {
        return refuse(format!(
            "Invalid operation on stack [{}]. RetainResources and FORCE_DELETE_STACK are valid for stacks in the DELETE_FAILED state only.",
            stack.id
        ));
    }
    let is_stuck = |id: &&String| {
        let resource = state.resources.get(id.as_str());
        resource.is_some_and(|resource| resource.status == ResourceStatus::DeleteFailed)
    };
    if let Some(id) = request.retain_resources.iter().find(|id| !is_stuck(id)) {
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

/// Refuses a logical id that changes its type.
pub(super) fn check_types(defined: &Defined, state: &State<'_>) -> Result<(), Refusal> {
    let changed: Vec<_> = state
        .lives()
        .filter(|live| {
            let resource = defined.template.resource(&live.logical_id);
            resource.is_some_and(|resource| resource.kind != live.kind)
        })
        .map(|live| live.logical_id.as_str())
        .collect();
    match changed.is_empty() {
        true => Ok(()),
        false => Err(Refusal::validation(format!(
            "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{}]",
            changed.join(", ")
        ))),
    }
}
