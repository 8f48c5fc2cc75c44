//! The test bench: an account in the local cloud, and one method for each command of a user.

use std::sync::Arc;
use std::time::Duration;

use formwork_aws::{Settings, StackStatus, Transport};
use formwork_blueprint::{AssignmentSource, Blueprint, EnvName, MemoryFiles, VariableAssignment};
use formwork_engine::{
    Blocker, CancelToken, Client, Event, EventSender, FailureKind, Operation, Options, Outcome,
    Plan, Previews, Run, SkipReason, Summary, TimedEvent, deploy, destroy, discard, draft, observe,
    plan_deployment, preview,
};
use formwork_local::{InjectedFault, Pace, Server};
use indexmap::IndexMap;
use tower::ServiceExt;
use tower::util::BoxCloneService;

/// An account and the choices of a user.
#[derive(Clone)]
pub struct Bench {
    /// The local cloud.
    pub cloud: formwork_local::Cloud,
    /// The server that answers the calls to it.
    pub server: Server,
    /// The environment.
    pub environment: Option<&'static str>,
    /// The variables on the command line.
    pub variables: Vec<(&'static str, &'static str)>,
    /// The user's interruption.
    pub cancel: CancelToken,
}

/// The record of a deployment or a destruction.
pub struct RunRecord {
    /// The summary, or the blockers that prevented the run.
    pub result: Result<Summary, Vec<Blocker>>,
    /// The events.
    pub events: Vec<TimedEvent>,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    /// Returns a bench on which each resource takes ten seconds.
    pub fn new() -> Self {
        Self::with(formwork_local::Options {
            pace: Pace::Each(Duration::from_secs(10)),
            ..formwork_local::Options::default()
        })
    }

    /// Returns a bench with these options of the local cloud.
    pub fn with(options: formwork_local::Options) -> Self {
        let server = Server::open(options).unwrap();
        Self {
            cloud: server.cloud().clone(),
            server,
            environment: None,
            variables: Vec::new(),
            cancel: CancelToken::never(),
        }
    }

    /// Connects to the account for one run and returns the receiver of its events.
    pub async fn client(&self) -> (Client, tokio::sync::mpsc::UnboundedReceiver<TimedEvent>) {
        let settings = Settings {
            region: Some("us-east-1".to_owned()),
            transport: Transport::Service(BoxCloneService::new(
                self.server.clone().map_err(|never| match never {}),
            )),
            ..Settings::default()
        };
        let cloud = formwork_aws::Cloud::connect(settings).await.unwrap();
        let (events, receiver) = EventSender::channel();
        (Client::connect(cloud, events).await.unwrap(), receiver)
    }

    /// Loads a blueprint and panics if it has errors.
    pub fn blueprint(&self, text: &str) -> Arc<Blueprint> {
        let files = MemoryFiles::default().with("/project/blueprint.toml", text);
        let given = |(name, text): &(&str, &str)| VariableAssignment {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
            source: AssignmentSource::CommandLine,
        };
        let request = formwork_blueprint::Request {
            blueprint: "/project".into(),
            environment: self.environment.map(|name| EnvName::new(name).unwrap()),
            variables: self.variables.iter().map(given).collect(),
        };
        let loaded = formwork_blueprint::load(&files, &request);
        Arc::new(
            loaded
                .blueprint
                .unwrap_or_else(|| panic!("{:#?}", loaded.problems)),
        )
    }

    async fn run(&self, client: &Client, text: &str, choose: impl FnOnce(&mut Options)) -> Run {
        let blueprint = self.blueprint(text);
        let mut options =
            Options::for_stacks(blueprint.graph.stacks().map(|stack| stack.key.clone()));
        choose(&mut options);
        Run {
            observed: Arc::new(observe(client, &blueprint).await.unwrap()),
            packed: Arc::new(IndexMap::new()),
            options: Arc::new(options),
            cancel: self.cancel.clone(),
            blueprint,
        }
    }

    /// Plans a deployment with the chosen options, like `formwork plan`.
    pub async fn plan_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> Plan {
        let (client, _) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let previews = preview(&client, &run.request()).await.unwrap();
        let plan = plan_deployment(&run.request(), &draft(&run.request(), &previews), &previews);
        discard(&client, &previews).await;
        plan
    }

    /// Plans a deployment.
    pub async fn plan(&self, text: &str) -> Plan {
        self.plan_with(text, |_| ()).await
    }

    /// Plans a deployment without change sets.
    pub async fn drafted(&self, text: &str) -> Plan {
        let (client, _) = self.client().await;
        let run = self.run(&client, text, |_| ()).await;
        let none = Previews::new();
        plan_deployment(&run.request(), &draft(&run.request(), &none), &none)
    }

    /// Deploys with the chosen options, like `formwork deploy --yes`.
    pub async fn deploy_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> RunRecord {
        let (client, receiver) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let previews: Previews = preview(&client, &run.request()).await.unwrap();
        let result = deploy(&client, run, previews).await;
        RunRecord::new(result, client, receiver)
    }

    /// Deploys.
    pub async fn deploy(&self, text: &str) -> RunRecord {
        self.deploy_with(text, |_| ()).await
    }

    /// Destroys with the chosen options, like `formwork destroy --yes`.
    pub async fn destroy_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> RunRecord {
        let (client, receiver) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let result = destroy(&client, run).await;
        RunRecord::new(result, client, receiver)
    }

    /// Destroys.
    pub async fn destroy(&self, text: &str) -> RunRecord {
        self.destroy_with(text, |_| ()).await
    }

    /// Injects the failure of a resource.
    pub fn fail(&self, fault: &InjectedFault) {
        self.cloud.inject_fault(fault).unwrap();
    }

    /// Returns the operations that the cloud accepted, in order, such as `CreateStack shop-a`.
    pub fn record(&self) -> String {
        let calls = self.cloud.call_records().unwrap();
        let started = calls.iter().filter(|call| call.operation_id.is_some());
        let shown = started.map(|call| format!("{} {}", call.action, call.stack_name));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// Returns the operations that the cloud accepted after the first `since`.
    pub fn record_since(&self, since: usize) -> String {
        let record = self.record();
        let rest: Vec<_> = record
            .split(", ")
            .filter(|line| !line.is_empty())
            .skip(since)
            .collect();
        rest.join(", ")
    }

    /// Returns the number of operations that the cloud accepted.
    pub fn accepted(&self) -> usize {
        self.record()
            .split(", ")
            .filter(|line| !line.is_empty())
            .count()
    }

    /// Returns the time of the first accepted call of an action on a stack, in seconds.
    pub fn accepted_at(&self, action: &str, stack: &str) -> f64 {
        let calls = self.cloud.call_records().unwrap();
        let call = calls
            .iter()
            .find(|call| call.action == action && call.stack_name == stack);
        call.unwrap_or_else(|| panic!("no {action} {stack}")).time.0 as f64 / 1000.0
    }

    /// Returns the number of answered calls of an action.
    pub fn answered(&self, action: &str) -> usize {
        let answered = self.cloud.answered_calls();
        answered
            .iter()
            .filter(|answered| answered.action == action)
            .count()
    }

    /// Returns a stack as DescribeStacks shows it.
    pub async fn described(&self, name: &str) -> Option<formwork_aws::Stack> {
        let (client, _) = self.client().await;
        let name = formwork_template::StackName::new(name).unwrap();
        let described = client.cloud().describe_stack(&(&name).into()).await;
        described.unwrap()
    }

    /// Returns a stack's status, or `-` if it does not exist.
    pub async fn status(&self, name: &str) -> String {
        let stack = self.described(name).await;
        stack.map_or("-".to_owned(), |stack| stack.status.to_string())
    }

    /// Returns the value of a stack's output.
    pub async fn output(&self, name: &str, output: &str) -> String {
        let stack = self.described(name).await.unwrap();
        stack.outputs[output].value.clone()
    }
}

impl RunRecord {
    fn new(
        result: Result<Summary, Vec<Blocker>>,
        client: Client,
        mut receiver: tokio::sync::mpsc::UnboundedReceiver<TimedEvent>,
    ) -> Self {
        drop(client);
        let mut events = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            events.push(event);
        }
        Self { result, events }
    }

    /// Returns the summary and panics if the run was blocked.
    pub fn summary(&self) -> &Summary {
        match &self.result {
            Ok(summary) => summary,
            Err(blockers) => panic!("{blockers:#?}"),
        }
    }

    /// Returns the blockers and panics if there are none.
    pub fn blockers(&self) -> &[Blocker] {
        match &self.result {
            Ok(summary) => panic!("{summary:#?}"),
            Err(blockers) => blockers,
        }
    }

    /// Returns a stack's outcome.
    pub fn outcome(&self, key: &str) -> &Outcome {
        &self.summary().stacks[key]
    }

    /// Returns a stack's failure and panics if it did not fail.
    pub fn failure(&self, key: &str) -> &formwork_engine::StackFailure {
        match self.outcome(key) {
            Outcome::Failed(failure) => failure,
            _ => panic!("{}", self.outcomes()),
        }
    }

    /// Returns the outcomes, such as `a created, b unchanged`.
    pub fn outcomes(&self) -> String {
        let shown = self.summary().stacks.iter().map(|(key, outcome)| {
            let words = outcome_words(outcome);
            format!("{key} {words}")
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    /// Returns the reported events of resources, such as `stack.LogicalId STATUS`.
    pub fn resources(&self) -> Vec<String> {
        let shown = self
            .events
            .iter()
            .filter_map(|stamped| match &stamped.event {
                Event::Resource { stack, change } => {
                    Some(format!("{stack}.{} {}", change.logical_id, change.status))
                }
                _ => None,
            });
        shown.collect()
    }
}

fn outcome_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed { operation, .. } => match operation {
            Operation::Create => "created",
            Operation::Update => "updated",
            Operation::Delete => "deleted",
            Operation::Protect => "protected",
        }
        .to_owned(),
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Failed(failure) => match &failure.kind {
            FailureKind::Operation => {
                let status = failure.status.map_or("", StackStatus::as_str);
                format!("failed {status}")
            }
            FailureKind::DeleteRefused => "deletion refused".to_owned(),
            FailureKind::Call { action, .. } => format!("failed {action}"),
            FailureKind::Refused(_) => "refused".to_owned(),
            FailureKind::Blocked(_) => "blocked".to_owned(),
            FailureKind::Internal(_) => "panicked".to_owned(),
        },
        Outcome::Skipped(SkipReason::Dependency(other)) => format!("skipped for {other}"),
        Outcome::Skipped(SkipReason::Interrupted) => "skipped".to_owned(),
        Outcome::Skipped(SkipReason::FailFast(other)) => format!("stopped for {other}"),
        Outcome::Unknown { .. } => "unknown".to_owned(),
    }
}
