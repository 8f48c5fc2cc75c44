//! Watches over the stacks in flight: when to look, what was seen, and when an operation has ended.

use std::time::Duration;

use formwork_aws::{Kind, Stack, StackRef};
use formwork_blueprint::StackKey;
use tokio::time::Instant;

use super::Owner;
use crate::event::{Event, Origin};
use crate::execute::Context;
use crate::execute::bring::View;
use crate::execute::conclude::conclude;
use crate::execute::flight::{Flight, Judgement, Seen, Then};
use crate::execute::said::Said;
use crate::execute::watch::{Looked, Way, interval, look};
use crate::outcome::Operation;

/// How the stacks in flight are looked at.
pub(super) struct Watch {
    pub(super) way: Way,
    pub(super) next: Instant,
    pub(super) failures: u32,
    /// When an answer came last.
    pub(super) heard: Instant,
}

/// How long AWS may be silent, or refuse to answer, before the run gives up watching.
const SILENCE: Duration = Duration::from_secs(30 * 60);
const REFUSAL: Duration = Duration::from_secs(5 * 60);
/// How long an answer may be older than the operation before the stack's events are asked.
const STALE: Duration = Duration::from_secs(2);
/// How long a new stack may be invisible.
const INVISIBLE: Duration = Duration::from_secs(60);
/// How often a running stack's resources are shown at most.
const SHOW: Duration = Duration::from_secs(5);

impl Owner {
    pub(super) fn watch_over(&mut self, key: StackKey, flight: Flight) {
        let soon = Instant::now() + interval(Duration::ZERO, 1, self.watch.way, 0);
        if self.flights.is_empty() {
            self.watch.heard = Instant::now();
            self.watch.next = soon;
        }
        self.watch.next = self.watch.next.min(soon);
        self.flights.insert(key, flight);
    }

    pub(super) fn look(&mut self) {
        let ids = self
            .flights
            .values()
            .map(|flight| flight.id.clone())
            .collect();
        let client = self.context.sender.client.clone();
        self.looks.spawn(look(client, ids, self.watch.way));
    }

    pub(super) fn looked(&mut self, looked: Looked) {
        self.watch.way = looked.way;
        if !looked.stacks.is_empty() {
            self.watch.heard = Instant::now();
            self.watch.failures = 0;
        }
        if let Some(error) = &looked.error {
            self.watch.failures += 1;
            self.events.tell(Event::PollFailed {
                message: error.to_string(),
            });
            let silence = match error.kind {
                Kind::Denied | Kind::ExpiredCredentials | Kind::InvalidCredentials => REFUSAL,
                _ => SILENCE,
            };
            if self.watch.heard.elapsed() >= silence {
                self.give_up(&error.to_string());
            }
        }
        let keys: Vec<StackKey> = self.flights.keys().cloned().collect();
        for key in keys {
            let seen = self
                .flights
                .get(&key)
                .and_then(|flight| looked.stacks.get(&flight.id));
            if let Some(seen) = seen {
                self.saw(key, seen.clone());
            }
        }
        self.show_resources();
        let youngest = self.flights.values().map(Flight::age).min();
        let wait = interval(
            youngest.unwrap_or_default(),
            self.flights.len(),
            self.watch.way,
            self.watch.failures,
        );
        self.watch.next = Instant::now() + wait;
    }

    /// A look saw a stack in flight, or that it does not exist.
    fn saw(&mut self, key: StackKey, seen: Option<Stack>) {
        let Some(flight) = self.flights.get_mut(&key) else {
            return;
        };
        let Some(stack) = seen else {
            let gone = flight.operation == Operation::Delete || flight.then == Then::Again;
            if gone || flight.age() > INVISIBLE {
                self.ended(key, None);
            }
            return;
        };
        if flight.status != Some(stack.status) {
            flight.status = Some(stack.status);
            let (stack, status) = (key.clone(), stack.status);
            self.events.tell(Event::Status { stack, status });
        }
        match flight.judge(&stack) {
            Judgement::Running => {}
            Judgement::Ended => self.ended(key, Some(stack)),
            Judgement::Stale if flight.asked.elapsed() >= STALE => self.ask_events(key, stack),
            Judgement::Stale => {}
        }
    }

    /// Asks a stack's events whether its operation has ended: its state alone does not tell.
    fn ask_events(&mut self, key: StackKey, stack: Stack) {
        let Some(mut flight) = self.flights.remove(&key) else {
            return;
        };
        flight.asked = Instant::now();
        let context = self.context.clone();
        let operation = flight.operation;
        let handle = self.workers.spawn(async move {
            match has_ended(&context, &flight, &stack).await {
                Some(true) => after(&context, flight, Some(stack)).await,
                Some(false) | None => Said::foreign(flight),
            }
        });
        self.worker_of.insert(handle.id(), (key, operation));
    }

    /// An operation has ended: a worker says what that means for the stack.
    fn ended(&mut self, key: StackKey, stack: Option<Stack>) {
        let Some(flight) = self.flights.remove(&key) else {
            return;
        };
        if flight.then == Then::Again {
            self.spawn(key, View::Fresh);
            return;
        }
        let context = self.context.clone();
        let operation = flight.operation;
        let handle = self
            .workers
            .spawn(async move { conclude(&context, flight, stack).await });
        self.worker_of.insert(handle.id(), (key, operation));
    }

    /// Reads the events of the stack that was shown longest ago, where the budget has plenty: one a look, so that the
    /// display costs no more calls than the looks themselves.
    fn show_resources(&mut self) {
        let shown = |key: &StackKey| self.follows.get(key).map(|(_, shown)| *shown);
        let longest_ago = self
            .flights
            .keys()
            .filter_map(|key| Some((shown(key)?, key)));
        let Some((shown, key)) = longest_ago.min() else {
            return;
        };
        let key = key.clone();
        let Some(flight) = self.flights.get(&key) else {
            return;
        };
        if shown.elapsed() < SHOW.max(flight.age() / 20) {
            return;
        }
        let client = self.context.sender.client.clone();
        let id = StackRef::from(&flight.id);
        if let Some((_, shown)) = self.follows.get_mut(&key) {
            *shown = Instant::now();
        }
        self.displays.spawn(async move {
            let page = client
                .read_spare(|| client.cloud().stack_events(&id, None))
                .await;
            let mut events = page.map(|page| page.items).unwrap_or_default();
            events.reverse();
            (key, events)
        });
    }
}

/// Whether a stack's last operation is this one and its state the end of it; none where that cannot be learnt now.
async fn has_ended(context: &Context, flight: &Flight, stack: &Stack) -> Option<bool> {
    let events = context
        .sender
        .client
        .last_operation(&flight.id)
        .await
        .ok()?;
    let first = events
        .iter()
        .find(|event| crate::client::begins_operation(event))?;
    let ours = match (&flight.token, flight.origin) {
        (Some(token), Origin::Begun) => first.token.as_deref() == Some(token.as_str()),
        _ => true,
    };
    let last = events.iter().rfind(|event| event.is_of_stack())?;
    let state = last
        .status
        .as_ref()
        .map(formwork_aws::ResourceStatus::as_str);
    Some(ours && state == Some(stack.status.as_str()))
}

async fn after(context: &Context, flight: Flight, stack: Option<Stack>) -> Said {
    // A stack that is to be looked at anew is watched on: its next look finds it settled.
    match flight.then {
        Then::Again => Said::foreign(Flight {
            seen: Seen::InProgress,
            ..flight
        }),
        Then::Conclude => conclude(context, flight, stack).await,
    }
}
