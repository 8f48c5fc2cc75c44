//! Events of small runs, for tests.

use std::time::{Duration, SystemTime};

use formwork_aws::StackId;
use formwork_blueprint::{
    AssignmentSource, Blueprint, MemoryFiles, Request, StackKey, VariableAssignment,
};
use formwork_engine::{
    Event, Operation, Origin, Outcome, Phase, QueuedStack, ResourceEvent, StackAction, TimedEvent,
};
use formwork_template::StackName;
use formwork_template::diagnostics::{Sources, Span};

/// Returns a stack key.
pub fn key(name: &str) -> StackKey {
    StackKey::new(name).unwrap()
}

/// Stamps an event with its time in the run.
pub fn at(seconds: u64, event: Event) -> TimedEvent {
    TimedEvent {
        at: Duration::from_secs(seconds),
        event,
    }
}

/// Returns the start of a run that creates these stacks, each after the one before it.
pub fn begin(stacks: &[(&str, usize)]) -> Event {
    let stacks = stacks
        .iter()
        .enumerate()
        .map(|(index, (name, resources))| QueuedStack {
            stack: key(name),
            name: StackName::new(format!("shop-{name}")).unwrap(),
            action: StackAction::Create,
            resources: *resources,
            waits_for: index
                .checked_sub(1)
                .map(|before| key(stacks[before].0))
                .into_iter()
                .collect(),
        });
    Event::RunStarted {
        stacks: stacks.collect(),
    }
}

/// Returns the start of a stack's creation.
pub fn started(stack: &str) -> Event {
    Event::Started {
        stack: key(stack),
        operation: Operation::Create,
        id: StackId::new(format!(
            "arn:aws:cloudformation:us-east-1:111122223333:stack/shop-{stack}/1"
        )),
        origin: Origin::Started,
    }
}

/// Returns an event of a VPC endpoint.
pub fn resource(stack: &str, logical_id: &str, status: &str) -> Event {
    let phase = match status {
        _ if status.ends_with("_FAILED") => Phase::Failed,
        _ if status.ends_with("_COMPLETE") => Phase::Done(Some(Duration::from_secs(6))),
        _ => Phase::Running,
    };
    Event::Resource {
        stack: key(stack),
        change: ResourceEvent {
            logical_id: logical_id.to_owned(),
            physical_id: None,
            resource_type: "AWS::EC2::VPCEndpoint".to_owned(),
            status: status.to_owned(),
            phase,
            reason: (phase == Phase::Failed).then(|| "it is\u{1b}[2J taken".to_owned()),
            time: SystemTime::UNIX_EPOCH,
        },
    }
}

/// Returns the successful end of a stack's creation.
pub fn created(stack: &str, seconds: u64) -> Event {
    Event::Finished {
        stack: key(stack),
        outcome: Outcome::Changed {
            operation: Operation::Create,
            resources: 2,
            took: Duration::from_secs(seconds),
        },
    }
}

/// Returns a blueprint with a variable, and its sources.
pub fn shop_blueprint() -> (Blueprint, Sources) {
    let text = r#"name = "shop"
[vars]
log_level = "INFO"
[stacks.api.Greeter]
type = "AWS::SNS::Topic"
DisplayName = "${vars.log_level}"
TopicName = "shop"
"#;
    let files = MemoryFiles::default().with("/shop/blueprint.toml", text);
    let request = Request {
        blueprint: "/shop".into(),
        environment: None,
        variables: vec![VariableAssignment {
            name: "log_level".to_owned(),
            text: "DEBUG".to_owned(),
            source: AssignmentSource::CommandLine,
        }],
    };
    let loaded = formwork_blueprint::load(&files, &request);
    (loaded.blueprint.unwrap(), loaded.sources)
}

/// Returns the span of a text in the first file.
pub fn span_of(sources: &Sources, words: &str) -> Span {
    let (file, source) = sources.iter().next().unwrap();
    let start = source.text.find(words).unwrap();
    Span::new(file, start..start + words.len())
}
