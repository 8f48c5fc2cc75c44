//! The commands: the actions that change state.
//!
//! An accepted command writes the timeline of its operation and a record of the call into the store
//! in one transaction. A rejected command writes nothing.

mod change_sets;
mod stacks;

use std::sync::Arc;

use crate::cloudformation::CallContext;
use crate::cloudformation::definition::check_token;
use crate::cloudformation::lookup::find_stack;
use crate::cloudformation::region::RegionView;
use crate::cloudformation::timeline::Env;
use crate::model::calls::CallRecord;
use crate::model::request::Request;
use crate::model::response::{AcceptedOperation, ApiError, Response};
use crate::model::stack::{Stack, uuid};
use crate::store::{Ledger, TokenUse};

/// Carries out a request that changes state.
pub(crate) fn execute(
    context: &CallContext,
    ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut transaction = Transaction::new(context, ledger, &request)?;
    if let Some(response) = transaction.earlier_response(&request)? {
        return Ok(response);
    }
    match request {
        Request::CreateStack(request) => transaction.create_stack(request),
        Request::UpdateStack(request) => transaction.update_stack(request),
        Request::DeleteStack(request) => transaction.delete_stack(request),
        Request::CancelUpdateStack(request) => transaction.cancel_update(request),
        Request::ContinueUpdateRollback(request) => transaction.continue_rollback(request),
        Request::RollbackStack(request) => transaction.roll_back(request),
        Request::UpdateTerminationProtection(request) => {
            transaction.set_termination_protection(&request)
        }
        Request::CreateChangeSet(request) => transaction.create_change_set(request),
        Request::ExecuteChangeSet(request) => transaction.execute_change_set(request),
        Request::DeleteChangeSet(request) => transaction.delete_change_set(&request),
        read => Err(ApiError::new("InvalidAction", read.action())),
    }
}

/// A command and its database transaction.
struct Transaction<'a, 'b> {
    context: &'a CallContext,
    ledger: &'a mut Ledger<'b>,
    region_view: RegionView,
    action: &'static str,
    token: Option<String>,
    digest: String,
}

/// The outcome of an accepted call, for its record.
#[derive(Default)]
struct CallOutcome {
    stack_name: String,
    stack_id: String,
    operation_id: Option<String>,
    change_set_id: Option<String>,
    /// The ids in the response. A repetition with the same token gets them again.
    response: (String, String),
}

impl<'a, 'b> Transaction<'a, 'b> {
    fn new(
        context: &'a CallContext,
        ledger: &'a mut Ledger<'b>,
        request: &Request,
    ) -> Result<Self, ApiError> {
        let token = token(request).cloned();
        if let Some(token) = &token {
            check_token(token)?;
        }
        Ok(Self {
            region_view: RegionView::read(context, ledger)?,
            context,
            ledger,
            action: request.action(),
            token,
            digest: formwork_template::sha256(format!("{request:?}")).to_string(),
        })
    }

    /// Returns the response that the same request with the same token got before.
    fn earlier_response(&self, request: &Request) -> Result<Option<Response>, ApiError> {
        let Some(token) = &self.token else {
            return Ok(None);
        };
        let Some(used) = self.ledger.token(&self.context.region, token)? else {
            return Ok(None);
        };
        if used.action != self.action || used.digest != self.digest {
            return Err(ApiError::new(
                "TokenAlreadyExistsException",
                format!("A request with client token {token} already exists"),
            ));
        }
        let (first, second) = used.response;
        let accepted = || AcceptedOperation {
            stack_id: first.clone(),
            operation_id: second.clone(),
        };
        Ok(Some(match request {
            Request::CreateStack(_) => Response::CreateStack(accepted()),
            Request::UpdateStack(_) => Response::UpdateStack(accepted()),
            Request::RollbackStack(_) => Response::RollbackStack(accepted()),
            Request::CreateChangeSet(_) => Response::CreateChangeSet {
                id: first,
                stack_id: second,
            },
            Request::DeleteStack(_) => Response::DeleteStack,
            Request::CancelUpdateStack(_) => Response::CancelUpdateStack,
            Request::ContinueUpdateRollback(_) => Response::ContinueUpdateRollback,
            _ => Response::ExecuteChangeSet,
        }))
    }

    /// Writes the record of the call and its token.
    fn record(&mut self, outcome: CallOutcome) -> Result<(), ApiError> {
        if let Some(token) = &self.token {
            let used = TokenUse {
                action: self.action.to_owned(),
                digest: self.digest.clone(),
                response: outcome.response,
            };
            self.ledger.put_token(&self.context.region, token, &used)?;
        }
        self.ledger.append_call(&CallRecord {
            time: self.context.now,
            region: self.context.region.clone(),
            action: self.action.to_owned(),
            stack_name: outcome.stack_name,
            stack_id: outcome.stack_id,
            token: self.token.clone(),
            operation_id: outcome.operation_id,
            change_set_id: outcome.change_set_id,
        })?;
        Ok(())
    }

    /// Writes a stack with its new operation and the record of the call. Returns the operation's
    /// id.
    fn finish_operation(
        &mut self,
        stack: &Stack,
        change_set_id: Option<String>,
    ) -> Result<String, ApiError> {
        self.ledger.put_stack(stack)?;
        let operation = stack
            .operation(self.context.now)
            .map(|operation| operation.id.clone());
        self.record(CallOutcome {
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            response: (stack.id.clone(), operation.clone().unwrap_or_default()),
            operation_id: operation.clone(),
            change_set_id,
        })?;
        Ok(operation.unwrap_or_default())
    }

    fn env(&self) -> Env<'_> {
        Env {
            context: self.context,
            region_view: &self.region_view,
        }
    }

    /// Returns the stack with a name or an ARN.
    fn find(&mut self, stack: &str) -> Result<Option<Arc<Stack>>, ApiError> {
        find_stack(self.context, self.ledger, stack)
    }

    /// Returns the existing stack with a name or an ARN, or the error of most actions.
    fn existing_stack(&mut self, name: &str) -> Result<Stack, ApiError> {
        let now = self.context.now;
        let stack = self.find(name)?;
        let existing = stack.filter(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        let stack = existing
            .ok_or_else(|| ApiError::validation(format!("Stack [{name}] does not exist")))?;
        Ok(Arc::unwrap_or_clone(stack))
    }

    /// Returns a new stack without operations.
    fn new_stack(&mut self, name: &str) -> Result<Stack, ApiError> {
        let CallContext {
            now,
            region,
            options,
            ..
        } = self.context;
        let sequence = self.ledger.next_sequence()?;
        let hash = formwork_template::sha256(format!("{region}/{name}/{sequence}/{now}"));
        let uuid = uuid(&hash.to_string());
        let account = &options.account;
        Ok(Stack {
            sequence,
            id: format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid}"),
            name: name.to_owned(),
            account: account.clone(),
            region: region.clone(),
            created: *now,
            termination_protection: false,
            timeout_in_minutes: None,
            definitions: Vec::new(),
            segments: Vec::new(),
        })
    }
}

fn token(request: &Request) -> Option<&String> {
    match request {
        Request::CreateStack(request) => request.desired.token.as_ref(),
        Request::UpdateStack(request) => request.desired.token.as_ref(),
        Request::CreateChangeSet(request) => request.desired.token.as_ref(),
        Request::DeleteStack(request) => request.token.as_ref(),
        Request::CancelUpdateStack(request) => request.token.as_ref(),
        Request::ContinueUpdateRollback(request) => request.token.as_ref(),
        Request::RollbackStack(request) => request.token.as_ref(),
        Request::ExecuteChangeSet(request) => request.token.as_ref(),
        _ => None,
    }
}
