//! The task that owns a run's state.

mod polling;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use formwork_aws::{Stack, StackEvent};
use formwork_blueprint::{ParameterSource, StackKey};
use indexmap::IndexMap;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use self::polling::Poller;
use self::summary::deployed_stack;
use super::context::{RunContext, StateSource};
use super::operation::RunningOperation;
use super::poll::PollResult;
use super::report::{StackProgress, WorkerReport, not_started};
use super::resource_events::ResourceEventLog;
use super::start_delete::start_delete;
use super::start_deploy::start_deploy;
use crate::model::cancel::{CancelLevel, CancelToken};
use crate::model::desired::UpstreamOutputs;
use crate::model::event::{Event, EventSender};
use crate::model::observed::output_values;
use crate::model::options::FailurePolicy;
use crate::model::outcome::{DeployedStack, FailureKind, Operation, Outcome, SkipReason, Summary};
use crate::model::plan::Purpose;
use crate::plan::desired::{desired_stack, list_lengths, settled_outputs};
use crate::schedule::Schedule;

/// The state of a run.
pub(super) struct Owner {
    context: Arc<RunContext>,
    purpose: Purpose,
    events: EventSender,
    cancel: CancelToken,
    start: Instant,
    schedule: Schedule<StackKey>,
    /// The stacks in the order of the plan.
    order: Vec<StackKey>,
    outcomes: IndexMap<StackKey, Outcome>,
    /// The outputs of the stacks that are up to date.
    outputs: BTreeMap<StackKey, UpstreamOutputs>,
    deployed: BTreeMap<StackKey, DeployedStack>,
    operations: BTreeMap<StackKey, RunningOperation>,
    /// The reported events of each stack's resources, and the time of the last report.
    resource_events: BTreeMap<StackKey, (ResourceEventLog, Instant)>,
    workers: JoinSet<WorkerReport>,
    worker_stacks: HashMap<Id, (StackKey, Operation)>,
    polls: JoinSet<PollResult>,
    event_reads: JoinSet<(StackKey, Vec<StackEvent>)>,
    poller: Poller,
}

impl Owner {
    pub(super) fn new(
        context: Arc<RunContext>,
        purpose: Purpose,
        schedule: Schedule<StackKey>,
        order: Vec<StackKey>,
    ) -> Self {
        let observed = &context.run.observed;
        let now = Instant::now();
        let deployed = observed.stacks.iter();
        let deployed = deployed.map(|(key, live)| (key.clone(), deployed_stack(&live.stack)));
        let scope = &context.run.options.scope;
        let outside = observed
            .stacks
            .iter()
            .filter(|(key, _)| !scope.contains(*key));
        Self {
            purpose,
            events: context.sender.client.events().clone(),
            cancel: context.run.cancel.clone(),
            start: now,
            schedule,
            order,
            outcomes: IndexMap::new(),
            outputs: outside
                .map(|(key, live)| (key.clone(), settled_outputs(Some(live))))
                .collect(),
            deployed: deployed.collect(),
            operations: BTreeMap::new(),
            resource_events: BTreeMap::new(),
            workers: JoinSet::new(),
            worker_stacks: HashMap::new(),
            polls: JoinSet::new(),
            event_reads: JoinSet::new(),
            poller: Poller::new(observed.pages, now),
            context,
        }
    }

    /// Runs until every stack has its outcome.
    pub(super) async fn run(mut self) -> Summary {
        let mut level = self.cancel.level();
        self.handle_interruption(level);
        loop {
            if level == Some(CancelLevel::Detach) {
                self.detach();
            }
            self.start_ready();
            if self.schedule.is_finished() {
                break;
            }
            let is_polling = !self.polls.is_empty();
            tokio::select! {
                Some(joined) = self.workers.join_next_with_id() => self.handle_worker(joined),
                Some(result) = self.polls.join_next() => {
                    self.handle_poll(result.expect("a poll does not panic and is not cancelled"));
                }
                Some(read) = self.event_reads.join_next() => {
                    if let Ok((key, events)) = read {
                        self.report_resources(&key, events);
                    }
                }
                () = sleep_until(self.poller.next), if !is_polling && !self.operations.is_empty() => {
                    self.start_poll();
                }
                changed = self.cancel.changed() => {
                    level = changed;
                    self.handle_interruption(level);
                }
            }
        }
        self.events.send(Event::RunFinished);
        self.summary()
    }

    fn start_ready(&mut self) {
        while let Some(key) = self.schedule.start_next() {
            self.spawn_start(key, StateSource::Plan);
        }
    }

    /// Spawns the worker that starts a stack.
    fn spawn_start(&mut self, key: StackKey, source: StateSource) {
        let context = self.context.clone();
        let exists = context.run.observed.stacks.contains_key(&key);
        let upstream = self.upstream_outputs(&key);
        let (purpose, stack) = (self.purpose, key.clone());
        let operation = match (purpose, exists) {
            (Purpose::Destroy, _) => Operation::Delete,
            (Purpose::Deploy, true) => Operation::Update,
            (Purpose::Deploy, false) => Operation::Create,
        };
        let handle = self.workers.spawn(async move {
            match purpose {
                Purpose::Deploy => start_deploy(&context, &stack, &upstream, source).await,
                Purpose::Destroy => start_delete(&context, &stack, source).await,
            }
        });
        self.worker_stacks.insert(handle.id(), (key, operation));
    }

    /// Returns the outputs of the stacks that a stack takes values from.
    fn upstream_outputs(&self, key: &StackKey) -> BTreeMap<StackKey, UpstreamOutputs> {
        let stack = self.context.run.blueprint.graph.get(key.as_str());
        let sources = stack
            .into_iter()
            .flat_map(|stack| stack.parameters.values());
        sources
            .filter_map(|source| match source {
                ParameterSource::Output(output) => Some(&output.stack),
                ParameterSource::Literal(_) | ParameterSource::Secret(_) => None,
            })
            .filter_map(|from| Some((from.clone(), self.outputs.get(from)?.clone())))
            .collect()
    }

    fn handle_worker(&mut self, joined: Result<(Id, WorkerReport), JoinError>) {
        let id = match &joined {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some((key, _)) = self.worker_stacks.remove(&id) else {
            return;
        };
        match joined {
            Ok((_, report)) => self.handle_report(key, report),
            Err(error) => {
                let kind = FailureKind::Internal(error.to_string());
                self.finish(key, not_started(kind, None), None);
            }
        }
    }

    fn handle_report(&mut self, key: StackKey, report: WorkerReport) {
        if !report.events.is_empty() {
            self.report_resources(&key, report.events);
        }
        match report.progress {
            StackProgress::Finished(outcome, stack) => {
                self.finish(key, outcome, stack.map(|stack| *stack));
            }
            StackProgress::Started(operation) => {
                self.events.send(Event::Started {
                    stack: key.clone(),
                    operation: operation.operation,
                    id: operation.id.clone(),
                    origin: operation.origin,
                });
                let log = (ResourceEventLog::default(), Instant::now());
                self.resource_events.insert(key.clone(), log);
                self.watch(key, *operation);
            }
            StackProgress::Waiting(operation) => self.watch(key, *operation),
        }
    }

    /// Records a stack's outcome and skips its dependents if it did not succeed.
    fn finish(&mut self, key: StackKey, mut outcome: Outcome, stack: Option<Stack>) {
        assert!(
            !self.outcomes.contains_key(&key),
            "each stack has one outcome, `{key}` has two"
        );
        if let Outcome::Changed { resources, .. } = &mut outcome
            && let Some((log, _)) = self.resource_events.get(&key)
        {
            *resources = log.done_count();
        }
        self.record_stack(&key, &outcome, stack);
        let success = outcome.is_success();
        let failed = matches!(outcome, Outcome::Failed(_));
        self.report_outcome(&key, outcome);
        if success {
            self.schedule.succeed(&key);
            return;
        }
        for skipped in self.schedule.fail(&key) {
            self.report_outcome(
                &skipped,
                Outcome::Skipped(SkipReason::Dependency(key.clone())),
            );
        }
        if failed && self.context.run.options.failure_policy == FailurePolicy::Stop {
            for skipped in self.schedule.stop() {
                self.report_outcome(
                    &skipped,
                    Outcome::Skipped(SkipReason::FailFast(key.clone())),
                );
            }
        }
    }

    /// Records a stack's outputs for its dependents and for the summary.
    fn record_stack(&mut self, key: &StackKey, outcome: &Outcome, stack: Option<Stack>) {
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
        self.deployed.insert(key.clone(), deployed_stack(&stack));
        if !outcome.is_success() {
            return;
        }
        let lists = match self.context.run.blueprint.graph.get(key.as_str()) {
            // The lengths of the template's lists do not depend on values.
            Some(declared) => {
                let pending = |_: &StackKey| UpstreamOutputs::Pending {
                    stable: BTreeMap::new(),
                };
                let packed = &self.context.run.packed;
                list_lengths(&desired_stack(declared, packed, None, pending).template)
            }
            None => BTreeMap::new(),
        };
        let outputs = output_values(&stack);
        let settled = UpstreamOutputs::Settled { outputs, lists };
        self.outputs.insert(key.clone(), settled);
    }

    fn report_outcome(&mut self, key: &StackKey, outcome: Outcome) {
        self.events.send(Event::Finished {
            stack: key.clone(),
            outcome: outcome.clone(),
        });
        self.outcomes.insert(key.clone(), outcome);
    }

    fn report_resources(&mut self, key: &StackKey, events: Vec<StackEvent>) {
        let Some((log, _)) = self.resource_events.get_mut(key) else {
            return;
        };
        for change in log.add(events) {
            let stack = key.clone();
            self.events.send(Event::Resource { stack, change });
        }
    }

    fn handle_interruption(&mut self, level: Option<CancelLevel>) {
        let Some(level) = level else {
            return;
        };
        self.events.send(Event::Interrupted {
            level,
            in_flight: self.operations.keys().cloned().collect(),
        });
        for key in self.schedule.stop() {
            self.report_outcome(&key, Outcome::Skipped(SkipReason::Interrupted));
        }
    }

    /// Ends the run at once. AWS continues the operations in progress.
    fn detach(&mut self) {
        self.stop_watching("the run ended while the operation was in progress");
        self.workers.abort_all();
        for (key, operation) in std::mem::take(&mut self.worker_stacks).into_values() {
            let reason = "the run ended while the call was being sent".to_owned();
            self.finish(key, Outcome::Unknown { operation, reason }, None);
        }
    }

    /// Stops watching the operations in progress.
    fn stop_watching(&mut self, reason: &str) {
        for (key, operation) in std::mem::take(&mut self.operations) {
            let outcome = Outcome::Unknown {
                operation: operation.operation,
                reason: reason.to_owned(),
            };
            self.finish(key, outcome, None);
        }
    }
}
