//! Reacts to an operation in progress that this run did not start and does not adopt.

use formwork_aws::Stack;
use formwork_blueprint::StackKey;

use super::context::RunContext;
use super::operation::{AfterOperation, RunningOperation};
use super::report::WorkerReport;
use crate::model::event::Event;
use crate::model::options::ForeignOperations;
use crate::model::outcome::Operation;
use crate::model::refusal::Refusal;

/// Refuses the stack or waits for the operation, as the user chose.
pub(super) fn handle_foreign_operation(
    context: &RunContext,
    key: &StackKey,
    stack: &Stack,
    operation: Operation,
) -> WorkerReport {
    let status = stack.status;
    match context.run.options.foreign_operations {
        ForeignOperations::Refuse => {
            WorkerReport::refused(Refusal::InFlight { status }, Some(status))
        }
        ForeignOperations::Wait => {
            context.sender.client.events().send(Event::Waiting {
                stack: key.clone(),
                status,
            });
            let after = AfterOperation::Reassess;
            WorkerReport::waiting(RunningOperation::adopted(key, stack, operation, after))
        }
    }
}
