//! Change sets: made, carried out, deleted.

use std::sync::Arc;

use super::stacks::{check_types, may_update};
use super::{About, Accepting};
use crate::answer::{Answer, Refusal};
use crate::change_set::ChangeSet;
use crate::cloud::Scene;
use crate::course::Way;
use crate::definition::{check_stack_name, define, reread};
use crate::plan::{Plan, plan};
use crate::request::{
    ChangeSetType, CreateChangeSet, DeleteChangeSet, Desired, ExecuteChangeSet, OnFailure,
    OnStackFailure,
};
use crate::stack::{Definition, OperationKind, Stack, StackStep, State, Step, What, uuid};
use crate::status::{ChangeSetStatus, ExecutionStatus, StackStatus};
use crate::store::Ledger;

/// Why a change set without changes fails.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

impl Accepting<'_, '_> {
    pub(super) fn create_change_set(
        &mut self,
        request: CreateChangeSet,
    ) -> Result<Answer, Refusal> {
        let CreateChangeSet {
            desired,
            change_set_name,
            kind,
            description,
            on_stack_failure,
        } = request;
        check_change_set_name(&change_set_name)?;
        let stack = self.reviewed(&desired.stack_name, &change_set_name, kind)?;
        let others = self.ledger.change_sets(&stack.id)?;
        // The name of one that was executed is free again.
        let is_taken =
            |other: &ChangeSet| other.name == change_set_name && other.executed.is_none();
        if others.iter().any(is_taken) {
            return Err(Refusal::new(
                "AlreadyExistsException",
                format!(
                    "ChangeSet {change_set_name} already exists for stack {}",
                    stack.id
                ),
            ));
        }
        let (mut definition, planned) = self.compared(&stack, &desired)?;
        let failure = match &planned.missing {
            Some(missing) => Some(missing.clone()),
            None => planned.is_empty().then(|| NO_CHANGES.to_owned()),
        };
        let id = self.change_set_id(&stack, &change_set_name)?;
        definition.imports = planned.imports;
        definition.change_set_id = Some(id.clone());
        let now = self.scene.now;
        self.ledger.put_change_set(&ChangeSet {
            id: id.clone(),
            name: change_set_name,
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            description,
            kind,
            created: now,
            ready: now + self.scene.options.pace.change_set(),
            failure,
            definition,
            on_stack_failure,
            changes: planned.changes,
            obsolete: false,
            executed: None,
        })?;
        self.record(About {
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            operation_id: None,
            change_set_id: Some(id.clone()),
            answer: (id.clone(), stack.id.clone()),
        })?;
        Ok(Answer::CreateChangeSet {
            id,
            stack_id: stack.id,
        })
    }

    /// What is wanted, and what it would change in the stack as it is.
    fn compared(&self, stack: &Stack, desired: &Desired) -> Result<(Definition, Plan), Refusal> {
        let state = stack.at(self.scene.now);
        let is_new = state.status == StackStatus::ReviewInProgress;
        let previous = (!is_new).then(|| stack.definition(&state));
        let known = previous.map(|previous| previous.notification_arns.clone());
        let arns = desired.notification_arns.clone().or(known);
        let place = self.place(stack, arns.unwrap_or_default());
        let defined = define(desired, previous, &place, &self.outside)?;
        check_types(&defined, &state)?;
        let before = previous.and_then(|previous| reread(previous, &place, &self.outside).ok());
        let empty = State::default();
        let current = if is_new { &empty } else { &state };
        let planned = plan(&defined, current, before.as_ref(), &place, &self.outside)?;
        Ok((defined.definition, planned))
    }

    fn change_set_id(&self, stack: &Stack, name: &str) -> Result<String, Refusal> {
        let sequence = self.ledger.next_sequence()?;
        let hash = formwork_template::sha256(format!("{}/{name}/{sequence}", stack.id));
        let uuid = uuid(&hash.to_string());
        let Scene {
            region, options, ..
        } = self.scene;
        let account = &options.account;
        Ok(format!(
            "arn:aws:cloudformation:{region}:{account}:changeSet/{name}/{uuid}"
        ))
    }

    /// The stack that a change set is for: one made for it, or one that may be updated.
    fn reviewed(
        &mut self,
        name: &str,
        change_set: &str,
        kind: ChangeSetType,
    ) -> Result<Stack, Refusal> {
        match kind {
            ChangeSetType::Import => Err(Refusal::validation(
                "The local cloud does not support change sets of type IMPORT",
            )),
            ChangeSetType::Update => {
                let stack = self.existing(name)?;
                let state = stack.at(self.scene.now);
                // From a halted stack it may be executed with rollback disabled.
                may_update(&stack, &state, true)?;
                Ok(stack)
            }
            ChangeSetType::Create => match self.find(name)? {
                Some(stack) => {
                    let status = stack.at(self.scene.now).status;
                    match status {
                        StackStatus::ReviewInProgress => Ok(Arc::unwrap_or_clone(stack)),
                        _ => Err(Refusal::validation(format!(
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

    fn stack_under_review(&mut self, name: &str) -> Result<Stack, Refusal> {
        let mut stack = self.new_stack(name)?;
        stack.definitions.push(Definition::default());
        stack.begin(
            OperationKind::CreateChangeSet,
            self.token.clone(),
            self.scene.now,
        );
        let what = What::Stack(StackStep {
            status: StackStatus::ReviewInProgress,
            reason: Some("User Initiated".to_owned()),
            definition: Some(0),
            outputs: None,
        });
        stack.extend([Step {
            at: self.scene.now,
            what,
        }]);
        self.ledger.put(&stack)?;
        Ok(stack)
    }

    pub(super) fn execute_change_set(
        &mut self,
        request: ExecuteChangeSet,
    ) -> Result<Answer, Refusal> {
        let now = self.scene.now;
        let (name, of) = (&request.change_set_name, request.stack_name.as_deref());
        let mut change_set = find_change_set(self.scene, self.ledger, name, of)?;
        let mut stack = self.existing(&change_set.stack_id)?;
        let refuse = |status: &str| {
            let message = format!(
                "ChangeSet [{}] cannot be executed in its current status of [{status}]",
                change_set.id
            );
            Err(Refusal::new("InvalidChangeSetStatus", message))
        };
        match (
            change_set.status(now),
            change_set.execution_status(&stack, now),
        ) {
            (ChangeSetStatus::CreateComplete, ExecutionStatus::Available) => {}
            (ChangeSetStatus::CreateComplete, status) => return refuse(status.as_str()),
            (status, _) => return refuse(status.as_str()),
        }
        if change_set.on_stack_failure.is_some() && request.disable_rollback.is_some() {
            return Err(Refusal::validation(
                "DisableRollback cannot be specified for a change set that has OnStackFailure.",
            ));
        }
        let on_failure = match (change_set.on_stack_failure, request.disable_rollback) {
            (Some(OnStackFailure::Delete), _) => OnFailure::Delete,
            (Some(OnStackFailure::DoNothing), _) | (None, Some(true)) => OnFailure::DoNothing,
            _ => OnFailure::Rollback,
        };
        let state = stack.at(now);
        let way = match state.status {
            StackStatus::ReviewInProgress => Way::Create,
            _ => {
                may_update(&stack, &state, on_failure == OnFailure::DoNothing)?;
                Way::Update
            }
        };
        let mut definition = change_set.definition.clone();
        definition.disable_rollback = on_failure == OnFailure::DoNothing;
        definition.retain_except_on_create = request.retain_except_on_create.unwrap_or(false);
        let place = self.place(&stack, definition.notification_arns.clone());
        let defined = reread(&definition, &place, &self.outside)?;
        let empty = State::default();
        let current = if way == Way::Create { &empty } else { &state };
        let planned = plan(&defined, current, None, &place, &self.outside)?;
        self.overtake(&stack)?;
        self.carry_out(&mut stack, way, defined, planned, on_failure);
        let operation_id = self.begun(&stack, Some(change_set.id.clone()))?;
        change_set.executed = Some(operation_id);
        change_set.obsolete = false;
        self.ledger.put_change_set(&change_set)?;
        Ok(Answer::ExecuteChangeSet)
    }

    pub(super) fn delete_change_set(
        &mut self,
        request: &DeleteChangeSet,
    ) -> Result<Answer, Refusal> {
        let (name, of) = (&request.change_set_name, request.stack_name.as_deref());
        let change_set = match find_change_set(self.scene, self.ledger, name, of) {
            Ok(change_set) => change_set,
            // Deleting what is not there succeeds.
            Err(refusal) if refusal.code == NOT_FOUND => return Ok(Answer::DeleteChangeSet),
            Err(refusal) => return Err(refusal),
        };
        let now = self.scene.now;
        let stack = self.ledger.by_id(&change_set.stack_id)?;
        let status = stack.map(|stack| change_set.execution_status(&stack, now));
        if status == Some(ExecutionStatus::ExecuteInProgress) {
            return Err(Refusal::new(
                "InvalidChangeSetStatus",
                format!(
                    "ChangeSet [{}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]",
                    change_set.id
                ),
            ));
        }
        self.ledger.delete_change_set(&change_set.id)?;
        self.record(About {
            stack_name: change_set.stack_name,
            stack_id: change_set.stack_id,
            change_set_id: Some(change_set.id),
            ..About::default()
        })?;
        Ok(Answer::DeleteChangeSet)
    }
}

const NOT_FOUND: &str = "ChangeSetNotFound";

/// The change set of that ARN, or of that name in that stack.
pub(crate) fn find_change_set(
    scene: &Scene,
    ledger: &mut Ledger<'_>,
    name: &str,
    stack: Option<&str>,
) -> Result<ChangeSet, Refusal> {
    let not_found = || {
        let message = format!("ChangeSet [{name}] does not exist");
        Refusal {
            http_status: 404,
            ..Refusal::new(NOT_FOUND, message)
        }
    };
    if name.starts_with("arn:") {
        return ledger.change_set(name)?.ok_or_else(not_found);
    }
    let Some(stack) = stack else {
        return Err(Refusal::validation(
            "StackName must be specified if ChangeSetName is not specified as an ARN.",
        ));
    };
    let stack = super::find(scene, ledger, stack)?
        .ok_or_else(|| Refusal::validation(format!("Stack [{stack}] does not exist")))?;
    let mut change_sets = ledger.change_sets(&stack.id)?;
    change_sets.retain(|change_set| change_set.name == name);
    change_sets.pop().ok_or_else(not_found)
}

fn check_change_set_name(name: &str) -> Result<(), Refusal> {
    let mut characters = name.chars();
    let begins = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    let goes_on = characters.all(|other| other.is_ascii_alphanumeric() || other == '-');
    if begins && goes_on && name.len() <= 128 {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "1 validation error detected: Value '{name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )))
}
