//! The tests' bench: an account on the local cloud, and short words for what users do.

use std::sync::Arc;
use std::time::Duration;

use formwork_aws::{Settings, Transport};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, MemoryFiles, StackKey, VariableAssignment, VariableName,
};
use formwork_engine::cancel::Cancel;
use formwork_engine::client::Client;
use formwork_engine::draft::{Previews, draft};
use formwork_engine::event::{Event, Events, Stamped};
use formwork_engine::execute::{Run, deploy, destroy};
use formwork_engine::observe::observe;
use formwork_engine::options::Options;
use formwork_engine::outcome::{FailureKind, Outcome, Skip, Summary};
use formwork_engine::plan::{Blocker, Plan};
use formwork_engine::preview::{discard, preview};
use formwork_local::{InjectedFault, Pace, Server};
use indexmap::IndexMap;
use tower::ServiceExt;
use tower::util::BoxCloneService;

/// An account, and a user's way of using it.
#[derive(Clone)]
pub struct Bench {
    pub cloud: formwork_local::Cloud,
    pub server: Server,
    pub environment: Option<&'static str>,
    pub given: Vec<(&'static str, &'static str)>,
    pub cancel: Cancel,
}

/// What came of a deployment or a destruction.
pub struct Ran {
    pub result: Result<Summary, Vec<Blocker>>,
    pub events: Vec<Stamped>,
}

impl Bench {
    /// Each resource takes ten seconds, the stack itself no time.
    pub fn new() -> Self {
        Self::with(formwork_local::Options {
            pace: Pace::Each(Duration::from_secs(10)),
            ..formwork_local::Options::default()
        })
    }

    pub fn with(options: formwork_local::Options) -> Self {
        let server = Server::open(options).unwrap();
        Self {
            cloud: server.cloud().clone(),
            server,
            environment: None,
            given: Vec::new(),
            cancel: Cancel::never(),
        }
    }

    /// The way to the account for one run, with its events.
    pub async fn client(&self) -> (Client, tokio::sync::mpsc::UnboundedReceiver<Stamped>) {
        let settings = Settings {
            region: Some("us-east-1".to_owned()),
            transport: Transport::Service(BoxCloneService::new(
                self.server.clone().map_err(|never| match never {}),
            )),
            ..Settings::default()
        };
        let cloud = formwork_aws::Cloud::connect(settings).await.unwrap();
        let (events, receiver) = Events::channel();
        (Client::connect(cloud, events).await.unwrap(), receiver)
    }

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
            variables: self.given.iter().map(given).collect(),
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
        let mut options = Options::of(blueprint.graph.stacks().map(|stack| stack.key.clone()));
        choose(&mut options);
        Run {
            observed: Arc::new(observe(client, &blueprint).await.unwrap()),
            packed: Arc::new(IndexMap::new()),
            options: Arc::new(options),
            cancel: self.cancel.clone(),
            blueprint,
        }
    }

    /// `formwork plan`.
    pub async fn plan_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> Plan {
        let (client, _) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let previews = preview(&client, &run.input()).await.unwrap();
        let plan = Plan::deployment(&run.input(), &draft(&run.input(), &previews), &previews);
        discard(&client, &previews).await;
        plan
    }

    pub async fn plan(&self, text: &str) -> Plan {
        self.plan_with(text, |_| ()).await
    }

    /// The plan before there is a change set.
    pub async fn drafted(&self, text: &str) -> Plan {
        let (client, _) = self.client().await;
        let run = self.run(&client, text, |_| ()).await;
        let none = Previews::new();
        Plan::deployment(&run.input(), &draft(&run.input(), &none), &none)
    }

    /// `formwork deploy --yes`.
    pub async fn deploy_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> Ran {
        let (client, receiver) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let previews: Previews = preview(&client, &run.input()).await.unwrap();
        let result = deploy(&client, run, previews).await;
        Ran::new(result, client, receiver)
    }

    pub async fn deploy(&self, text: &str) -> Ran {
        self.deploy_with(text, |_| ()).await
    }

    /// `formwork destroy --yes`.
    pub async fn destroy_with(&self, text: &str, choose: impl FnOnce(&mut Options)) -> Ran {
        let (client, receiver) = self.client().await;
        let run = self.run(&client, text, choose).await;
        let result = destroy(&client, run).await;
        Ran::new(result, client, receiver)
    }

    pub async fn destroy(&self, text: &str) -> Ran {
        self.destroy_with(text, |_| ()).await
    }

    /// Tells a resource to fail from now on.
    pub fn fail(&self, failure: &InjectedFault) {
        self.cloud.inject_fault(failure).unwrap();
    }

    /// The operations that the cloud accepted, as `CreateStack a`, in their order.
    pub fn record(&self) -> String {
        let calls = self.cloud.call_records().unwrap();
        let started = calls.iter().filter(|call| call.operation_id.is_some());
        let shown = started.map(|call| format!("{} {}", call.action, call.stack_name));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// The operations that the cloud accepted since there were `since` of them.
    pub fn record_since(&self, since: usize) -> String {
        let record = self.record();
        let rest: Vec<_> = record
            .split(", ")
            .filter(|line| !line.is_empty())
            .skip(since)
            .collect();
        rest.join(", ")
    }

    /// How many operations the cloud accepted.
    pub fn accepted(&self) -> usize {
        self.record()
            .split(", ")
            .filter(|line| !line.is_empty())
            .count()
    }

    /// When the first accepted call of that kind about a stack came, in seconds.
    pub fn accepted_at(&self, action: &str, stack: &str) -> f64 {
        let calls = self.cloud.call_records().unwrap();
        let call = calls
            .iter()
            .find(|call| call.action == action && call.stack_name == stack);
        call.unwrap_or_else(|| panic!("no {action} {stack}")).time.0 as f64 / 1000.0
    }

    /// How many calls of an action were answered.
    pub fn answered(&self, action: &str) -> usize {
        let answered = self.cloud.answered_calls();
        answered
            .iter()
            .filter(|answered| answered.action == action)
            .count()
    }

    /// A stack as the cloud describes it.
    pub async fn described(&self, name: &str) -> Option<formwork_aws::Stack> {
        let (client, _) = self.client().await;
        let name = formwork_template::StackName::new(name).unwrap();
        let described = client.cloud().describe_stack(&(&name).into()).await;
        described.unwrap()
    }

    /// A stack's state in the cloud, or `-`.
    pub async fn status(&self, name: &str) -> String {
        let stack = self.described(name).await;
        stack.map_or("-".to_owned(), |stack| stack.status.to_string())
    }

    /// A stack's output.
    pub async fn output(&self, name: &str, output: &str) -> String {
        let stack = self.described(name).await.unwrap();
        stack.outputs[output].value.clone()
    }
}

impl Ran {
    fn new(
        result: Result<Summary, Vec<Blocker>>,
        client: Client,
        mut receiver: tokio::sync::mpsc::UnboundedReceiver<Stamped>,
    ) -> Self {
        drop(client);
        let mut events = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            events.push(event);
        }
        Self { result, events }
    }

    pub fn summary(&self) -> &Summary {
        match &self.result {
            Ok(summary) => summary,
            Err(blockers) => panic!("{blockers:#?}"),
        }
    }

    pub fn blockers(&self) -> &[Blocker] {
        match &self.result {
            Ok(summary) => panic!("{summary:#?}"),
            Err(blockers) => blockers,
        }
    }

    pub fn outcome(&self, key: &str) -> &Outcome {
        &self.summary().stacks[key]
    }

    pub fn failure(&self, key: &str) -> &formwork_engine::outcome::Failure {
        match self.outcome(key) {
            Outcome::Failed(failure) => failure,
            _ => panic!("{}", self.outcomes()),
        }
    }

    /// The outcomes, as `a created, b unchanged`.
    pub fn outcomes(&self) -> String {
        let shown = self.summary().stacks.iter().map(|(key, outcome)| {
            let words = match outcome {
                Outcome::Changed { operation, .. } => format!("{operation:?}d").to_lowercase(),
                Outcome::Unchanged => "unchanged".to_owned(),
                Outcome::Failed(failure) => match &failure.kind {
                    FailureKind::Operation => {
                        format!("failed {}", failure.status.map_or("", |s| s.as_str()))
                    }
                    kind => format!("failed {kind:?}")
                        .chars()
                        .take_while(|c| *c != '(' && *c != '{')
                        .collect::<String>()
                        .trim()
                        .to_owned(),
                },
                Outcome::Skipped(Skip::Because(other)) => format!("skipped for {other}"),
                Outcome::Skipped(Skip::Interrupted) => "skipped".to_owned(),
                Outcome::Skipped(Skip::FailFast(other)) => format!("stopped for {other}"),
                Outcome::Unknown { .. } => "unknown".to_owned(),
            };
            format!("{key} {words}")
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    /// The resources' steps that were told, as `stack.LogicalId STATUS`.
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

pub fn key(text: &str) -> StackKey {
    StackKey::new(text).unwrap()
}

pub fn variable(text: &str) -> VariableName {
    VariableName::new(text).unwrap()
}

/// A blueprint of one stack that holds a secret.
pub const SECRET: &str = "
name = \"shop\"
[vars]
api_key = { type = \"string\", sensitive = true }
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${vars.api_key}\"
";

/// A blueprint of stacks with one SSM parameter each, `P`, that holds the names of what they depend on: `b < a` means
/// that `b` takes a value of `a`, whose output `Name` is the parameter's name.
pub fn stacks(shape: &str, value: &str) -> String {
    let mut text = "name = \"shop\"\n".to_owned();
    for line in shape.split(',').map(str::trim) {
        let mut parts = line.split('<').map(str::trim);
        let stack = parts.next().unwrap();
        let uses: Vec<String> = parts
            .flat_map(str::split_whitespace)
            .map(|other| format!("${{stacks.{other}.Name}}"))
            .collect();
        text += &format!(
            "
[stacks.{stack}.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"{value} {}\"
[stacks.{stack}.outputs]
Name = \"${{P}}\"
",
            uses.join(" ")
        );
    }
    text
}
