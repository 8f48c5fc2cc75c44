//! Polls the operations in progress: the time of the next poll, its result, and the end of an operation.

use std::time::Duration;

use formwork_aws::{ErrorKind, Stack, StackRef};
use formwork_blueprint::StackKey;
use tokio::time::Instant;

use super::Owner;
use crate::execute::context::{RunContext, StateSource};
use crate::execute::finish::finish;
use crate::execute::operation::{AfterOperation, OperationState, RunningOperation};
use crate::execute::poll::{PollMode, PollResult, poll, poll_interval};
use crate::execute::report::WorkerReport;
use crate::limits::{POLL_TIMEOUT, REFUSED_POLL_TIMEOUT};
use crate::model::event::{Event, Origin};
use crate::model::outcome::Operation;
use crate::targets::client::starts_operation;

/// The state of polling.
pub(super) struct Poller {
    mode: PollMode,
    /// The time of the next poll.
    pub(super) next: Instant,
    /// The number of failed polls since the last response.
    failures: u32,
    /// The time of the last response.
    last_response: Instant,
}

/// The age of a stale status at which the stack's events are read.
const STALE_AGE: Duration = Duration::from_secs(2);
/// The time for which a new stack may be invisible.
const INVISIBLE_AGE: Duration = Duration::from_secs(60);
/// The shortest time between two reports of a stack's resources.
const RESOURCE_INTERVAL: Duration = Duration::from_secs(5);

impl Poller {
    /// Returns the state before the first poll. `pages` is `None` if the caller may not list stacks.
    pub(super) fn new(pages: Option<usize>, now: Instant) -> Self {
        Self {
            mode: match pages {
                Some(pages) => PollMode::Batch { pages },
                None => PollMode::Each,
            },
            next: now,
            failures: 0,
            last_response: now,
        }
    }
}

impl Owner {
    /// Adds an operation to those that are polled.
    pub(super) fn watch(&mut self, key: StackKey, operation: RunningOperation) {
        let soon = Instant::now() + poll_interval(Duration::ZERO, 1, self.poller.mode, 0);
        if self.operations.is_empty() {
            self.poller.last_response = Instant::now();
            self.poller.next = soon;
        }
        self.poller.next = self.poller.next.min(soon);
        self.operations.insert(key, operation);
    }

    pub(super) fn start_poll(&mut self) {
        let ids = self
            .operations
            .values()
            .map(|operation| operation.id.clone())
            .collect();
        let client = self.context.sender.client.clone();
        self.polls.spawn(poll(client, ids, self.poller.mode));
    }

    pub(super) fn handle_poll(&mut self, result: PollResult) {
        self.poller.mode = result.mode;
        if !result.stacks.is_empty() {
            self.poller.last_response = Instant::now();
            self.poller.failures = 0;
        }
        if let Some(error) = &result.error {
            self.poller.failures += 1;
            self.events.send(Event::PollFailed {
                message: error.to_string(),
            });
            let timeout = match error.kind {
                ErrorKind::Denied
                | ErrorKind::ExpiredCredentials
                | ErrorKind::InvalidCredentials => REFUSED_POLL_TIMEOUT,
                _ => POLL_TIMEOUT,
            };
            if self.poller.last_response.elapsed() >= timeout {
                self.stop_watching(&error.to_string());
            }
        }
        let keys: Vec<StackKey> = self.operations.keys().cloned().collect();
        for key in keys {
            let stack = self
                .operations
                .get(&key)
                .and_then(|operation| result.stacks.get(&operation.id));
            if let Some(stack) = stack {
                self.handle_status(key, stack.clone());
            }
        }
        self.read_resource_events();
        let youngest = self.operations.values().map(RunningOperation::age).min();
        let wait = poll_interval(
            youngest.unwrap_or_default(),
            self.operations.len(),
            self.poller.mode,
            self.poller.failures,
        );
        self.poller.next = Instant::now() + wait;
    }

    /// Handles the status of a stack in progress; `stack` is `None` if the stack does not exist.
    fn handle_status(&mut self, key: StackKey, stack: Option<Stack>) {
        let Some(operation) = self.operations.get_mut(&key) else {
            return;
        };
        let Some(stack) = stack else {
            let may_be_deleted = operation.operation == Operation::Delete
                || operation.after == AfterOperation::Reassess;
            if may_be_deleted || operation.age() > INVISIBLE_AGE {
                self.end_operation(key, None);
            }
            return;
        };
        if operation.status != Some(stack.status) {
            operation.status = Some(stack.status);
            let (stack, status) = (key.clone(), stack.status);
            self.events.send(Event::Status { stack, status });
        }
        match operation.update_state(&stack) {
            OperationState::Running => {}
            OperationState::Ended => self.end_operation(key, Some(stack)),
            OperationState::Stale if operation.events_read.elapsed() >= STALE_AGE => {
                self.check_events(key, stack);
            }
            OperationState::Stale => {}
        }
    }

    /// Spawns a worker that reads the stack's events to determine whether its operation has ended.
    fn check_events(&mut self, key: StackKey, stack: Stack) {
        let Some(mut running) = self.operations.remove(&key) else {
            return;
        };
        running.events_read = Instant::now();
        let context = self.context.clone();
        let operation = running.operation;
        let handle = self.workers.spawn(async move {
            match has_ended(&context, &running, &stack).await {
                Some(true) => after_end(&context, running, Some(stack)).await,
                Some(false) | None => WorkerReport::waiting(running),
            }
        });
        self.worker_stacks.insert(handle.id(), (key, operation));
    }

    /// Spawns the worker that continues after an operation's end.
    fn end_operation(&mut self, key: StackKey, stack: Option<Stack>) {
        let Some(running) = self.operations.remove(&key) else {
            return;
        };
        if running.after == AfterOperation::Reassess {
            self.spawn_start(key, StateSource::Account);
            return;
        }
        let context = self.context.clone();
        let operation = running.operation;
        let handle = self
            .workers
            .spawn(async move { finish(&context, running, stack).await });
        self.worker_stacks.insert(handle.id(), (key, operation));
    }

    /// Reads the events of the stack whose resources were reported longest ago, if much of the budget is left. It reads
    /// one stack per poll, so that the display costs no more calls than the polls.
    fn read_resource_events(&mut self) {
        let reported = |key: &StackKey| self.resource_events.get(key).map(|(_, time)| *time);
        let longest_ago = self
            .operations
            .keys()
            .filter_map(|key| Some((reported(key)?, key)));
        let Some((reported, key)) = longest_ago.min() else {
            return;
        };
        let key = key.clone();
        let Some(operation) = self.operations.get(&key) else {
            return;
        };
        if reported.elapsed() < RESOURCE_INTERVAL.max(operation.age() / 20) {
            return;
        }
        let client = self.context.sender.client.clone();
        let id = StackRef::from(&operation.id);
        if let Some((_, reported)) = self.resource_events.get_mut(&key) {
            *reported = Instant::now();
        }
        self.event_reads.spawn(async move {
            let page = client
                .read_spare(|| client.cloud().stack_events(&id, None))
                .await;
            let mut events = page.map(|page| page.items).unwrap_or_default();
            events.reverse();
            (key, events)
        });
    }
}

/// Returns whether the stack's last operation is this one and the stack's status is its end; `None` if that cannot be read
/// now.
async fn has_ended(
    context: &RunContext,
    operation: &RunningOperation,
    stack: &Stack,
) -> Option<bool> {
    let client = &context.sender.client;
    let events = client.last_operation_events(&operation.id).await.ok()?;
    let first = events.iter().find(|event| starts_operation(event))?;
    let is_ours = match (&operation.token, operation.origin) {
        (Some(token), Origin::Started) => first.token.as_deref() == Some(token.as_str()),
        _ => true,
    };
    let last = events.iter().rfind(|event| event.is_of_stack())?;
    let status = last
        .status
        .as_ref()
        .map(formwork_aws::ResourceStatus::as_str);
    Some(is_ours && status == Some(stack.status.as_str()))
}

/// Continues after an operation's end that the events showed.
async fn after_end(
    context: &RunContext,
    operation: RunningOperation,
    stack: Option<Stack>,
) -> WorkerReport {
    match operation.after {
        // The next poll takes the status as the operation's end and assesses the stack again.
        AfterOperation::Reassess => WorkerReport::waiting(RunningOperation {
            seen_in_progress: true,
            ..operation
        }),
        AfterOperation::Finish => finish(context, operation, stack).await,
    }
}
