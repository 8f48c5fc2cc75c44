//! The client of one account and region: every call uses the rate budget, and is retried if that is safe.
//!
//! Reads are retried after every transient error. Mutations are retried here only if it is certain that nothing was
//! done. The client returns ambiguous errors; `send` resolves them with a read.

use std::time::Duration;

use formwork_aws::{
    Cloud, Error, ErrorKind, Identity, PageToken, Stack, StackEvent, StackId, StackRef,
    StackStatus, Unreadable,
};
use tokio::time::sleep;

use super::rate_budget::{CallType, RateBudget};
use crate::limits::{ATTEMPTS, CONNECT_ATTEMPTS, UNREADABLE_ATTEMPTS};
use crate::model::event::{Event, EventSender};

/// One account and region with its rate budget. Clones share the budget.
#[derive(Debug, Clone)]
pub struct Client {
    cloud: Cloud,
    identity: Identity,
    budget: RateBudget,
    events: EventSender,
}

/// All live stacks of an account and region.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The stacks, in the service's order.
    pub(crate) stacks: Vec<Stack>,
    /// The entries that cannot be read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// The number of pages.
    pub(crate) pages: usize,
}

impl Client {
    /// Asks AWS for the caller's identity. Gives up after a few attempts if the endpoint does not answer.
    pub async fn connect(cloud: Cloud, events: EventSender) -> Result<Self, Error> {
        let budget = RateBudget::new();
        let mut attempt = 0;
        let identity = loop {
            attempt += 1;
            match cloud.identity().await {
                Ok(identity) => break identity,
                Err(error) if attempt < CONNECT_ATTEMPTS && is_transient(error.kind) => {
                    sleep(backoff(attempt)).await;
                }
                Err(error) => return Err(error),
            }
        };
        Ok(Self {
            cloud,
            identity,
            budget,
            events,
        })
    }

    /// Returns the account's twelve digits.
    pub fn account(&self) -> &str {
        &self.identity.account
    }

    /// Returns the caller's identity.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the region.
    pub fn region(&self) -> &str {
        self.cloud.region()
    }

    /// Returns the cloud, whose methods are the calls.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Returns the rate budget.
    pub fn budget(&self) -> &RateBudget {
        &self.budget
    }

    /// Returns the sender of the run's events.
    pub fn events(&self) -> &EventSender {
        &self.events
    }

    /// Reads, with retries.
    pub async fn read<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.budget.acquire(CallType::Read).await;
            match self.send_once(CallType::Read, &call).await {
                Err(error) if attempt < read_attempts(error.kind) => sleep(backoff(attempt)).await,
                response => return response,
            }
        }
    }

    /// Reads once, and only if much of the budget is left; returns `None` otherwise and after an error.
    pub async fn read_spare<T, F>(&self, call: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        if !self.budget.try_acquire_spare_read() {
            return None;
        }
        self.send_once(CallType::Read, call).await.ok()
    }

    /// Reads once, without retries: polls repeat the read anyway.
    pub async fn read_once<T, F>(&self, call: impl FnOnce() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.budget.acquire(CallType::Read).await;
        self.send_once(CallType::Read, call).await
    }

    /// Sends a mutation. Retries it only while it is certain that nothing was done.
    pub async fn mutate<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.budget.acquire(CallType::Mutation).await;
            match self.send_once(CallType::Mutation, &call).await {
                Err(error) if error.kind.is_transient() && attempt < ATTEMPTS => {
                    sleep(backoff(attempt)).await;
                }
                response => return response,
            }
        }
    }

    /// Sends an idempotent mutation, such as one that sets a state. Also repeats it after an ambiguous error.
    pub async fn mutate_idempotent<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.mutate(&call).await {
                Err(error) if error.kind.is_ambiguous() && attempt < ATTEMPTS => {
                    sleep(backoff(attempt)).await;
                }
                response => return response,
            }
        }
    }

    /// Sends a call once. Lowers the rate and sends an event if AWS throttles it.
    async fn send_once<T, F>(
        &self,
        call_type: CallType,
        call: impl FnOnce() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let response = call().await;
        if let Err(error) = &response
            && error.kind == ErrorKind::Throttled
        {
            self.budget.throttled(call_type);
            let action = error.action;
            self.events.send(Event::Throttled { action });
        }
        response
    }

    /// Lists all live stacks.
    pub(crate) async fn list_stacks(&self) -> Result<Listing, Error> {
        let mut listing = Listing {
            stacks: Vec::new(),
            unreadable: Vec::new(),
            pages: 0,
        };
        let mut next: Option<PageToken> = None;
        loop {
            let page = self
                .read(|| self.cloud.describe_stacks(next.clone()))
                .await?;
            listing.stacks.extend(page.items);
            listing.unreadable.extend(page.unreadable);
            listing.pages += 1;
            next = page.next;
            if next.is_none() {
                return Ok(listing);
            }
        }
    }

    /// Reads one stack.
    pub(crate) async fn stack(&self, stack: &StackRef) -> Result<Option<Stack>, Error> {
        self.read(|| self.cloud.describe_stack(stack)).await
    }

    /// Reads the events of a stack's last operation, oldest first. A rollback belongs to its operation.
    pub(crate) async fn last_operation_events(
        &self,
        stack: &StackId,
    ) -> Result<Vec<StackEvent>, Error> {
        let stack = StackRef::from(stack);
        let mut events = Vec::new();
        let mut next: Option<PageToken> = None;
        loop {
            let page = self
                .read(|| self.cloud.stack_events(&stack, next.clone()))
                .await?;
            for event in page.items {
                let is_first = starts_operation(&event);
                events.push(event);
                if is_first {
                    events.reverse();
                    return Ok(events);
                }
            }
            next = page.next;
            if next.is_none() {
                events.reverse();
                return Ok(events);
            }
        }
    }

    /// Reads the client request token of a stack's last operation.
    pub(crate) async fn last_token(&self, stack: &StackId) -> Result<Option<String>, Error> {
        let events = self.last_operation_events(stack).await?;
        Ok(events
            .into_iter()
            .find(starts_operation)
            .and_then(|event| event.token))
    }
}

/// Returns whether an event is the first of a requested operation; rollbacks and cleanups are not requested.
pub(crate) fn starts_operation(event: &StackEvent) -> bool {
    use StackStatus::{CreateInProgress, DeleteInProgress, ImportInProgress, UpdateInProgress};
    let first_statuses = [
        CreateInProgress,
        UpdateInProgress,
        DeleteInProgress,
        ImportInProgress,
    ];
    event.is_of_stack()
        && event.status.as_ref().is_some_and(|status| {
            first_statuses
                .iter()
                .any(|first| first.as_str() == status.as_str())
        })
}

/// Returns the number of attempts at a read that fails with `kind`.
fn read_attempts(kind: ErrorKind) -> u32 {
    match kind {
        kind if is_transient(kind) => ATTEMPTS,
        ErrorKind::Unreadable { .. } => UNREADABLE_ATTEMPTS,
        _ => 1,
    }
}

/// Returns whether the same read may succeed later.
fn is_transient(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Throttled | ErrorKind::Unreachable { .. } | ErrorKind::Unavailable
    )
}

/// Returns the time to wait after that many attempts: exponential up to eight seconds, with jitter in its upper half,
/// so that many callers do not retry at once.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let longest = 0.25 * f64::from(1u32 << attempt.min(5));
    Duration::from_secs_f64(longest * (0.5 + fastrand::f64() / 2.0))
}
