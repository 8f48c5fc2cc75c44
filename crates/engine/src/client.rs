//! The way to one account and region: every call goes through the budget, and is repeated where that is safe.
//!
//! Reads are repeated whatever happened to them. Mutations are repeated here only when it is certain that nothing was
//! done; what is open is handed back, and `send` resolves it by asking.

use std::future::Future;
use std::time::Duration;

use formwork_aws::{
    Cloud, Error, Identity, Kind, PageToken, Stack, StackEvent, StackId, StackRef, StackStatus,
    Unreadable,
};
use tokio::time::sleep;

use crate::budget::{Budget, Rate};
use crate::event::{Event, Events};
use crate::token::random;

/// How often a call is tried.
pub(crate) const ATTEMPTS: u32 = 12;

/// One account and region with its budget. Cloning is cheap, and clones share the budget.
#[derive(Debug, Clone)]
pub struct Client {
    cloud: Cloud,
    identity: Identity,
    budget: Budget,
    events: Events,
}

/// All live stacks of an account and region.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The stacks, in the service's order.
    pub(crate) stacks: Vec<Stack>,
    /// Those that cannot be read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// How many calls it took.
    pub(crate) pages: usize,
}

impl Client {
    /// Asks who the caller is. An endpoint that does not answer is given up after a few attempts.
    pub async fn connect(cloud: Cloud, events: Events) -> Result<Self, Error> {
        let budget = Budget::new();
        let mut attempt = 0;
        let identity = loop {
            attempt += 1;
            match cloud.identity().await {
                Ok(identity) => break identity,
                Err(error) if attempt < 3 && may_pass(error.kind) => {
                    sleep(pause(attempt)).await;
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

    /// The account's twelve digits.
    pub fn account(&self) -> &str {
        &self.identity.account
    }

    /// Who the caller is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The region.
    pub fn region(&self) -> &str {
        self.cloud.region()
    }

    /// The calls themselves.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The budget that every call goes through.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Where events go.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Asks something, as often as it takes.
    pub async fn read<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.budget.take(Rate::Read).await;
            match self.once(Rate::Read, &call).await {
                Err(error) if attempt < patience(error.kind) => sleep(pause(attempt)).await,
                answer => return answer,
            }
        }
    }

    /// Asks something once, and only if the budget has plenty; none where it has not, or the answer is an error.
    pub async fn read_spare<T, F>(&self, call: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        if !self.budget.take_spare_read() {
            return None;
        }
        self.once(Rate::Read, call).await.ok()
    }

    /// Asks something once, when the budget allows it: for a poll, which comes again anyway.
    pub async fn read_once<T, F>(&self, call: impl FnOnce() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.budget.take(Rate::Read).await;
        self.once(Rate::Read, call).await
    }

    /// Changes something. It is repeated only while it is certain that nothing was done.
    pub async fn mutate<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.budget.take(Rate::Mutation).await;
            match self.once(Rate::Mutation, &call).await {
                Err(error) if error.kind.is_passing() && attempt < ATTEMPTS => {
                    sleep(pause(attempt)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Changes something to which a repetition does no harm, as a derived name or a state that is set.
    pub async fn mutate_idempotent<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.mutate(&call).await {
                Err(error) if error.kind.is_ambiguous() && attempt < ATTEMPTS => {
                    sleep(pause(attempt)).await;
                }
                answer => return answer,
            }
        }
    }

    async fn once<T, F>(&self, rate: Rate, call: impl FnOnce() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let answer = call().await;
        if let Err(error) = &answer
            && error.kind == Kind::Throttled
        {
            self.budget.throttled(rate);
            let action = error.action;
            self.events.tell(Event::Throttled { action });
        }
        answer
    }

    /// All live stacks.
    pub(crate) async fn list(&self) -> Result<Listing, Error> {
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

    /// One stack as it is now.
    pub(crate) async fn stack(&self, stack: &StackRef) -> Result<Option<Stack>, Error> {
        self.read(|| self.cloud.describe_stack(stack)).await
    }

    /// The events of a stack's last operation, oldest first; a rollback belongs to what it rolls back.
    pub(crate) async fn last_operation(&self, stack: &StackId) -> Result<Vec<StackEvent>, Error> {
        let stack = StackRef::from(stack);
        let mut events = Vec::new();
        let mut next: Option<PageToken> = None;
        loop {
            let page = self
                .read(|| self.cloud.stack_events(&stack, next.clone()))
                .await?;
            for event in page.items {
                let begins = begins_operation(&event);
                events.push(event);
                if begins {
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

    /// The client request token of a stack's last operation.
    pub(crate) async fn last_token(&self, stack: &StackId) -> Result<Option<String>, Error> {
        let events = self.last_operation(stack).await?;
        Ok(events
            .into_iter()
            .find(begins_operation)
            .and_then(|event| event.token))
    }
}

/// Whether an event is the first of an operation that was asked for. Rollbacks and cleanups are not.
pub(crate) fn begins_operation(event: &StackEvent) -> bool {
    use StackStatus::{CreateInProgress, DeleteInProgress, ImportInProgress, UpdateInProgress};
    let begins = [
        CreateInProgress,
        UpdateInProgress,
        DeleteInProgress,
        ImportInProgress,
    ];
    event.is_of_stack()
        && event
            .status
            .as_ref()
            .is_some_and(|status| begins.iter().any(|begin| begin.as_str() == status.as_str()))
}

/// How often a read that fails so is tried.
fn patience(kind: Kind) -> u32 {
    match kind {
        kind if may_pass(kind) => ATTEMPTS,
        Kind::Unreadable { .. } => 3,
        _ => 1,
    }
}

/// Whether asking again later may succeed.
pub(crate) fn may_pass(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Throttled | Kind::Unreachable { .. } | Kind::Unavailable
    )
}

/// How long to wait after that many attempts: doubling up to eight seconds, the upper half of it by chance, so that
/// many callers do not come back at once.
pub(crate) fn pause(attempt: u32) -> Duration {
    let longest = 0.25 * f64::from(1u32 << attempt.min(5));
    let chance = (random() >> 11) as f64 / (1u64 << 53) as f64;
    Duration::from_secs_f64(longest * (0.5 + chance / 2.0))
}
