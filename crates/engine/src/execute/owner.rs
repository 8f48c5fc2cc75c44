//! The one task that owns a run's state.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use aws::{Kind, Stack, StackEvent, StackRef};
use blueprint::{ParameterSource, StackKey};
use indexmap::IndexMap;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::Context;
use super::bring::{View, bring};
use super::conclude::{conclude, not_begun};
use super::flight::{Flight, Judgement, Seen, Then};
use super::follow::Follow;
use super::remove::remove;
use super::watch::{Looked, Way, interval, look};
use crate::cancel::{Cancel, Level};
use crate::desired::{Upstream, list_lengths};
use crate::draft::settled;
use crate::event::{Event, Events, Origin};
use crate::observe::{deployed_inputs, outputs};
use crate::options::AfterFailure;
use crate::outcome::{Deployed, FailureKind, Operation, Outcome, Skip, Stale, Summary};
use crate::plan::Purpose;
use crate::schedule::Schedule;

/// What a worker says about its stack.
#[derive(Debug)]
pub(super) struct Said {
    step: Step,
    events: Vec<StackEvent>,
}

#[derive(Debug)]
enum Step {
    /// It has its outcome; the stack as it is now, where it is there.
    Ended(Outcome, Option<Box<Stack>>),
    /// An operation of ours is in flight.
    Flight(Box<Flight>),
    /// Someone else's operation is in flight and waited for.
    Foreign(Box<Flight>),
}

impl Said {
    pub(super) fn ended(outcome: Outcome, stack: Option<Stack>) -> Self {
        Self::step(Step::Ended(outcome, stack.map(Box::new)))
    }

    pub(super) fn flight(flight: Flight) -> Self {
        Self::step(Step::Flight(Box::new(flight)))
    }

    pub(super) fn foreign(flight: Flight) -> Self {
        Self::step(Step::Foreign(Box::new(flight)))
    }

    pub(super) fn with_events(mut self, events: Vec<StackEvent>) -> Self {
        self.events = events;
        self
    }

    fn step(step: Step) -> Self {
        Self {
            step,
            events: Vec::new(),
        }
    }
}

/// The state of a run.
pub(super) struct Owner {
    context: Arc<Context>,
    purpose: Purpose,
    events: Events,
    cancel: Cancel,
    began: Instant,
    schedule: Schedule<StackKey>,
    order: Vec<StackKey>,
    outcomes: IndexMap<StackKey, Outcome>,
    /// The outputs of stacks that are where they should be.
    values: BTreeMap<StackKey, Upstream>,
    deployed: BTreeMap<StackKey, Deployed>,
    flights: BTreeMap<StackKey, Flight>,
    follows: BTreeMap<StackKey, (Follow, Instant)>,
    workers: JoinSet<Said>,
    worker_of: HashMap<Id, (StackKey, Operation)>,
    looks: JoinSet<Looked>,
    displays: JoinSet<(StackKey, Vec<StackEvent>)>,
    watch: Watch,
}

/// How the stacks in flight are looked at.
struct Watch {
    way: Way,
    next: Instant,
    failures: u32,
    /// When an answer came last.
    heard: Instant,
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
    pub(super) fn new(
        context: Arc<Context>,
        purpose: Purpose,
        schedule: Schedule<StackKey>,
        order: Vec<StackKey>,
    ) -> Self {
        let observed = &context.run.observed;
        let now = Instant::now();
        let deployed = observed.stacks.iter();
        let deployed = deployed.map(|(key, live)| (key.clone(), as_deployed(&live.stack)));
        let scope = &context.run.options.scope;
        let outside = observed
            .stacks
            .iter()
            .filter(|(key, _)| !scope.contains(*key));
        let watch = Watch {
            way: match observed.pages {
                Some(pages) => Way::Batch { pages },
                None => Way::Each,
            },
            next: now,
            failures: 0,
            heard: now,
        };
        Self {
            purpose,
            events: context.sender.client.events().clone(),
            cancel: context.run.cancel.clone(),
            began: now,
            schedule,
            order,
            outcomes: IndexMap::new(),
            values: outside
                .map(|(key, live)| (key.clone(), settled(Some(live))))
                .collect(),
            deployed: deployed.collect(),
            flights: BTreeMap::new(),
            follows: BTreeMap::new(),
            workers: JoinSet::new(),
            worker_of: HashMap::new(),
            looks: JoinSet::new(),
            displays: JoinSet::new(),
            watch,
            context,
        }
    }

    pub(super) async fn run(mut self) -> Summary {
        let mut level = self.cancel.level();
        self.interrupted(level);
        loop {
            if level == Some(Level::Leave) {
                self.leave();
            }
            self.begin_ready();
            if self.schedule.is_finished() {
                break;
            }
            let looking = !self.looks.is_empty();
            tokio::select! {
                Some(joined) = self.workers.join_next_with_id() => self.worker_ended(joined),
                Some(looked) = self.looks.join_next() => {
                    self.looked(looked.expect("a look does not panic and is not cancelled"));
                }
                Some(shown) = self.displays.join_next() => {
                    if let Ok((key, events)) = shown {
                        self.tell_resources(&key, events);
                    }
                }
                () = sleep_until(self.watch.next), if !looking && !self.flights.is_empty() => {
                    self.look();
                }
                changed = self.cancel.changed() => {
                    level = changed;
                    self.interrupted(level);
                }
            }
        }
        self.events.tell(Event::End);
        self.summary()
    }

    fn begin_ready(&mut self) {
        while let Some(key) = self.schedule.begin_next() {
            self.spawn(key, View::Planned);
        }
    }

    fn spawn(&mut self, key: StackKey, view: View) {
        let context = self.context.clone();
        let exists = context.run.observed.stacks.contains_key(&key);
        let upstream = self.upstream(&key);
        let (purpose, stack) = (self.purpose, key.clone());
        let operation = match (purpose, exists) {
            (Purpose::Destroy, _) => Operation::Delete,
            (Purpose::Deploy, true) => Operation::Update,
            (Purpose::Deploy, false) => Operation::Create,
        };
        let handle = self.workers.spawn(async move {
            match purpose {
                Purpose::Deploy => bring(&context, &stack, &upstream, view).await,
                Purpose::Destroy => remove(&context, &stack, view).await,
            }
        });
        self.worker_of.insert(handle.id(), (key, operation));
    }

    /// The outputs that a stack takes its values from.
    fn upstream(&self, key: &StackKey) -> BTreeMap<StackKey, Upstream> {
        let stack = self.context.run.blueprint.graph.get(key.as_str());
        let sources = stack
            .into_iter()
            .flat_map(|stack| stack.parameters.values());
        sources
            .filter_map(|source| match source {
                ParameterSource::Output(output) => Some(&output.stack),
                ParameterSource::Literal(_) | ParameterSource::Secret(_) => None,
            })
            .filter_map(|from| Some((from.clone(), self.values.get(from)?.clone())))
            .collect()
    }

    fn worker_ended(&mut self, joined: Result<(Id, Said), JoinError>) {
        let id = match &joined {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some((key, _)) = self.worker_of.remove(&id) else {
            return;
        };
        match joined {
            Ok((_, said)) => self.said(key, said),
            Err(error) => {
                let fault = FailureKind::Fault(error.to_string());
                self.finish(key, not_begun(fault, None), None);
            }
        }
    }

    fn said(&mut self, key: StackKey, said: Said) {
        if !said.events.is_empty() {
            self.tell_resources(&key, said.events);
        }
        match said.step {
            Step::Ended(outcome, stack) => self.finish(key, outcome, stack.map(|stack| *stack)),
            Step::Flight(flight) => {
                let (operation, origin) = (flight.operation, flight.origin);
                self.events.tell(Event::Started {
                    stack: key.clone(),
                    operation,
                    id: flight.id.clone(),
                    origin,
                });
                let follow = (Follow::default(), Instant::now());
                self.follows.insert(key.clone(), follow);
                self.watch_over(key, *flight);
            }
            Step::Foreign(flight) => self.watch_over(key, *flight),
        }
    }

    fn watch_over(&mut self, key: StackKey, flight: Flight) {
        let soon = Instant::now() + interval(Duration::ZERO, 1, self.watch.way, 0);
        if self.flights.is_empty() {
            self.watch.heard = Instant::now();
            self.watch.next = soon;
        }
        self.watch.next = self.watch.next.min(soon);
        self.flights.insert(key, flight);
    }

    fn look(&mut self) {
        let ids = self
            .flights
            .values()
            .map(|flight| flight.id.clone())
            .collect();
        let client = self.context.sender.client.clone();
        self.looks.spawn(look(client, ids, self.watch.way));
    }

    fn looked(&mut self, looked: Looked) {
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

    fn finish(&mut self, key: StackKey, mut outcome: Outcome, stack: Option<Stack>) {
        assert!(
            !self.outcomes.contains_key(&key),
            "each stack has one outcome, `{key}` got another"
        );
        if let Outcome::Changed { resources, .. } = &mut outcome
            && let Some((follow, _)) = self.follows.get(&key)
        {
            *resources = follow.done();
        }
        self.keep(&key, &outcome, stack);
        let success = outcome.is_success();
        let failed = matches!(outcome, Outcome::Failed(_));
        self.tell_outcome(&key, outcome);
        if success {
            self.schedule.done(&key);
            return;
        }
        for skipped in self.schedule.failed(&key) {
            self.tell_outcome(&skipped, Outcome::Skipped(Skip::Because(key.clone())));
        }
        if failed && self.context.run.options.after_failure == AfterFailure::Stop {
            for skipped in self.schedule.stop() {
                self.tell_outcome(&skipped, Outcome::Skipped(Skip::FailFast(key.clone())));
            }
        }
    }

    /// Keeps what a stack is now for those that use it, and for the summary.
    fn keep(&mut self, key: &StackKey, outcome: &Outcome, stack: Option<Stack>) {
        let deleted = matches!(
            outcome,
            Outcome::Changed {
                operation: Operation::Delete,
                ..
            }
        );
        if deleted {
            self.deployed.remove(key);
        }
        let (Some(stack), false) = (stack, deleted) else {
            return;
        };
        self.deployed.insert(key.clone(), as_deployed(&stack));
        if !outcome.is_success() {
            return;
        }
        let lists = match self.context.run.blueprint.graph.get(key.as_str()) {
            // The template's shape of lists does not hang on values.
            Some(declared) => {
                let desired =
                    crate::desired::desire(declared, &self.context.run.packed, None, |_| {
                        Upstream::Pending {
                            kept: BTreeMap::new(),
                        }
                    });
                list_lengths(&desired.template)
            }
            None => BTreeMap::new(),
        };
        let outputs = outputs(&stack);
        self.values
            .insert(key.clone(), Upstream::Settled { outputs, lists });
    }

    fn tell_outcome(&mut self, key: &StackKey, outcome: Outcome) {
        self.events.tell(Event::Finished {
            stack: key.clone(),
            outcome: outcome.clone(),
        });
        self.outcomes.insert(key.clone(), outcome);
    }

    fn tell_resources(&mut self, key: &StackKey, events: Vec<StackEvent>) {
        let Some((follow, _)) = self.follows.get_mut(key) else {
            return;
        };
        for change in follow.take(events) {
            let stack = key.clone();
            self.events.tell(Event::Resource { stack, change });
        }
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

    fn interrupted(&mut self, level: Option<Level>) {
        let Some(level) = level else {
            return;
        };
        self.events.tell(Event::Interrupted {
            level,
            in_flight: self.flights.keys().cloned().collect(),
        });
        for key in self.schedule.stop() {
            self.tell_outcome(&key, Outcome::Skipped(Skip::Interrupted));
        }
    }

    /// Leaves at once; AWS goes on with what is in flight.
    fn leave(&mut self) {
        self.give_up("the run was left while it was in flight");
        self.workers.abort_all();
        for (key, operation) in std::mem::take(&mut self.worker_of).into_values() {
            let reason = "the run was left while it was being sent".to_owned();
            self.finish(key, Outcome::Unknown { operation, reason }, None);
        }
    }

    /// Stops watching what is in flight.
    fn give_up(&mut self, reason: &str) {
        for (key, flight) in std::mem::take(&mut self.flights) {
            let outcome = Outcome::Unknown {
                operation: flight.operation,
                reason: reason.to_owned(),
            };
            self.finish(key, outcome, None);
        }
    }

    fn summary(mut self) -> Summary {
        let order = std::mem::take(&mut self.order);
        let outcome = |key: StackKey| {
            let outcome = self.outcomes.swap_remove(&key);
            (
                key,
                outcome.expect("a finished schedule has an outcome for every stack"),
            )
        };
        let stacks = order.into_iter().map(outcome).collect();
        Summary {
            purpose: self.purpose,
            stale: stale(&self.context, &stacks, &self.deployed),
            stacks,
            deployed: self.deployed.into_iter().collect(),
            interruption: self.cancel.level(),
            took: self.began.elapsed(),
        }
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
    let state = last.status.as_ref().map(aws::ResourceStatus::as_str);
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

fn as_deployed(stack: &Stack) -> Deployed {
    Deployed {
        id: stack.id.clone(),
        name: stack.name.clone(),
        outputs: outputs(stack),
    }
}

/// The deployed stacks that hold a value of a stack of this run which is not what it was, and were not part of it.
fn stale(
    context: &Context,
    stacks: &IndexMap<StackKey, Outcome>,
    deployed: &BTreeMap<StackKey, Deployed>,
) -> Vec<Stale> {
    let mut stale = Vec::new();
    for (consumer, live) in &context.run.observed.stacks {
        let Some(template) = live
            .template
            .as_ref()
            .filter(|_| !stacks.contains_key(consumer))
        else {
            continue;
        };
        for (parameter, from, output) in deployed_inputs(template) {
            let changed = stacks
                .get_full(from)
                .filter(|(_, _, outcome)| matches!(outcome, Outcome::Changed { .. }));
            let Some((_, from, _)) = changed else {
                continue;
            };
            let now = deployed
                .get(from)
                .and_then(|stack| stack.outputs.get(output));
            let held = live.stack.parameters.get(parameter).map(|held| &held.value);
            if now != held {
                stale.push(Stale {
                    consumer: consumer.clone(),
                    parameter: parameter.to_owned(),
                    stack: from.clone(),
                    output: output.to_owned(),
                });
            }
        }
    }
    stale
}
