//! Stacks and change sets by name or ARN.

use std::sync::Arc;

use super::context::CallContext;
use crate::model::change_set::ChangeSet;
use crate::model::response::ApiError;
use crate::model::stack::Stack;
use crate::store::Ledger;

/// The error code for a change set that does not exist.
pub(super) const CHANGE_SET_NOT_FOUND: &str = "ChangeSetNotFound";

/// Returns the stack with an ARN, deleted or not, or the existing stack with a name.
pub(super) fn find_stack(
    context: &CallContext,
    ledger: &mut Ledger<'_>,
    stack: &str,
) -> Result<Option<Arc<Stack>>, ApiError> {
    Ok(if stack.starts_with("arn:") {
        ledger.stack_by_id(stack)?
    } else {
        ledger.stack_by_name(&context.region, stack, context.now)?
    })
}

/// Returns the change set with an ARN, or with a name in a stack.
pub(super) fn find_change_set(
    context: &CallContext,
    ledger: &mut Ledger<'_>,
    name: &str,
    stack: Option<&str>,
) -> Result<ChangeSet, ApiError> {
    let not_found = || {
        let message = format!("ChangeSet [{name}] does not exist");
        ApiError {
            http_status: 404,
            ..ApiError::new(CHANGE_SET_NOT_FOUND, message)
        }
    };
    if name.starts_with("arn:") {
        return ledger.change_set(name)?.ok_or_else(not_found);
    }
    let Some(stack) = stack else {
        return Err(ApiError::validation(
            "StackName must be specified if ChangeSetName is not specified as an ARN.",
        ));
    };
    let stack = find_stack(context, ledger, stack)?
        .ok_or_else(|| ApiError::validation(format!("Stack [{stack}] does not exist")))?;
    let mut change_sets = ledger.change_sets(&stack.id)?;
    change_sets.retain(|change_set| change_set.name == name);
    change_sets.pop().ok_or_else(not_found)
}
