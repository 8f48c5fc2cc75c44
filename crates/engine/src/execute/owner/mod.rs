//! The one task that owns a run's state.

mod looking;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use formwork_aws::{Stack, StackEvent};
use formwork_blueprint::{ParameterSource, StackKey};
use indexmap::IndexMap;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::Context;
use super::bring::{View, bring};
use super::conclude::not_begun;
use super::flight::Flight;
use super::follow::Follow;
use super::remove::remove;
use super::said::{Said, Step};
use super::watch::{Looked, Way};
use crate::cancel::{Cancel, Level};
use crate::desired::{Upstream, list_lengths};
use crate::draft::settled;
use crate::event::{Event, Events};
use crate::observe::outputs;
use crate::options::AfterFailure;
use crate::outcome::{Deployed, FailureKind, Operation, Outcome, Skip, Summary};
use crate::plan::Purpose;
use crate::schedule::Schedule;
use looking::Watch;
use summary::as_deployed;

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
}
