//! A test bench: a cloud in memory under a paused clock, and short functions for its requests.

use std::time::Duration;

use formwork_local::model::request::{
    ChangeSetType, CreateChangeSet, CreateStack, DeleteStack, DescribeChangeSet, DescribeStacks,
    ExecuteChangeSet, InputValue, ParameterInput, Request, StackPageRequest, StackSpec, Tag,
    TemplateSource, UpdateStack,
};
use formwork_local::model::response::{
    ApiError, ChangeSetDescription, ResourceDescription, Response, StackDescription, StackEvent,
};
use formwork_local::{Caller, Cloud, InjectedFault, Options, Pace};

/// A cloud with a caller. Each resource takes one second, the stack itself takes no time.
pub struct Bench {
    pub cloud: Cloud,
    pub caller: Caller,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Self::options())
    }

    pub fn options() -> Options {
        Options {
            pace: Pace::Each(Duration::from_secs(1)),
            ..Options::default()
        }
    }

    pub fn with(options: Options) -> Self {
        let cloud = Cloud::open(options).unwrap();
        Self {
            cloud,
            caller: Caller {
                region: "us-east-1".to_owned(),
            },
        }
    }

    pub fn call(&self, request: Request) -> Result<Response, ApiError> {
        self.cloud.call(&self.caller, request)
    }

    /// Injects a fault.
    pub fn fail(&self, failure: &InjectedFault) {
        self.cloud.inject_fault(failure).unwrap();
    }

    pub fn create(&self, name: &str, template: &str) -> Result<String, ApiError> {
        self.create_as(CreateStack {
            desired: desired(name, template),
            ..CreateStack::default()
        })
    }

    pub fn create_as(&self, request: CreateStack) -> Result<String, ApiError> {
        match self.call(Request::CreateStack(request))? {
            Response::CreateStack(accepted) => Ok(accepted.stack_id),
            other => panic!("{other:?}"),
        }
    }

    pub fn update(&self, name: &str, template: &str) -> Result<(), ApiError> {
        self.update_as(desired(name, template))
    }

    pub fn update_as(&self, desired: StackSpec) -> Result<(), ApiError> {
        self.call(Request::UpdateStack(UpdateStack { desired }))
            .map(drop)
    }

    pub fn delete(&self, name: &str) -> Result<(), ApiError> {
        self.delete_as(DeleteStack {
            stack_name: name.to_owned(),
            ..DeleteStack::default()
        })
    }

    pub fn delete_as(&self, request: DeleteStack) -> Result<(), ApiError> {
        self.call(Request::DeleteStack(request)).map(drop)
    }

    pub fn describe(&self, name: &str) -> Result<StackDescription, ApiError> {
        let stack_name = Some(name.to_owned());
        match self.call(Request::DescribeStacks(DescribeStacks {
            stack_name,
            next_token: None,
        }))? {
            Response::DescribeStacks(mut page) => Ok(page.items.remove(0)),
            other => panic!("{other:?}"),
        }
    }

    /// Returns the stack's status, followed by its reason.
    pub fn status(&self, name: &str) -> String {
        match self.describe(name) {
            Ok(stack) => match stack.status_reason {
                Some(reason) => format!("{}: {reason}", stack.status),
                None => stack.status.to_string(),
            },
            Err(error) => error.to_string(),
        }
    }

    /// Returns the stack's outputs in the form `Key=value`.
    pub fn outputs(&self, name: &str) -> String {
        let outputs = self.describe(name).unwrap().outputs;
        let outputs: Vec<_> = outputs
            .iter()
            .map(|output| format!("{}={}", output.key, output.value))
            .collect();
        outputs.join(" ")
    }

    pub fn events(&self, name: &str) -> Vec<StackEvent> {
        let mut events = Vec::new();
        let mut next_token = None;
        loop {
            let request = StackPageRequest {
                stack_name: name.to_owned(),
                next_token,
            };
            match self.call(Request::DescribeStackEvents(request)).unwrap() {
                Response::DescribeStackEvents(page) => {
                    events.extend(page.items);
                    next_token = page.next_token;
                }
                other => panic!("{other:?}"),
            }
            if next_token.is_none() {
                events.reverse();
                return events;
            }
        }
    }

    /// Returns the events from index `since` on, oldest first, one per line with the seconds since
    /// the first of them.
    pub fn log(&self, name: &str, since: usize) -> String {
        let events = self.events(name);
        let first = events[since].timestamp;
        let lines = events.iter().skip(since).map(|event| {
            let seconds = (event.timestamp.0 - first.0) as f64 / 1000.0;
            let id = match event.physical_id.as_str() {
                "" => " -",
                id if id == event.stack_id => "",
                _ => " +",
            };
            let detail = event
                .detailed_status
                .as_deref()
                .map(|detail| format!(" [{detail}]"));
            let reason = event
                .status_reason
                .as_deref()
                .map(|reason| format!(": {reason}"));
            format!(
                "{seconds:>4.1} {}{id} {}{}{}",
                event.logical_id,
                event.status,
                detail.unwrap_or_default(),
                reason.unwrap_or_default()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    pub fn resources(&self, name: &str) -> Vec<ResourceDescription> {
        let request = StackPageRequest {
            stack_name: name.to_owned(),
            next_token: None,
        };
        match self.call(Request::ListStackResources(request)).unwrap() {
            Response::ListStackResources(page) => page.items,
            other => panic!("{other:?}"),
        }
    }

    pub fn physical_id(&self, name: &str, logical_id: &str) -> String {
        let resources = self.resources(name);
        let found = resources
            .into_iter()
            .find(|resource| resource.logical_id == logical_id);
        found.unwrap().physical_id.unwrap()
    }

    pub fn change_set(&self, request: CreateChangeSet) -> Result<String, ApiError> {
        match self.call(Request::CreateChangeSet(request))? {
            Response::CreateChangeSet { id, .. } => Ok(id),
            other => panic!("{other:?}"),
        }
    }

    pub fn describe_change_set(&self, id: &str) -> Result<ChangeSetDescription, ApiError> {
        let request = DescribeChangeSet {
            change_set_name: id.to_owned(),
            include_property_values: true,
            ..DescribeChangeSet::default()
        };
        match self.call(Request::DescribeChangeSet(request))? {
            Response::DescribeChangeSet(described) => Ok(*described),
            other => panic!("{other:?}"),
        }
    }

    pub fn execute(&self, id: &str) -> Result<(), ApiError> {
        let request = ExecuteChangeSet {
            change_set_name: id.to_owned(),
            disable_rollback: Some(false),
            ..ExecuteChangeSet::default()
        };
        self.call(Request::ExecuteChangeSet(request)).map(drop)
    }

    /// Returns the recorded calls that started an operation, such as `CreateStack a`.
    pub fn record(&self) -> String {
        let calls = self.cloud.call_records().unwrap();
        let started = calls.iter().filter(|call| call.operation_id.is_some());
        let lines: Vec<_> = started
            .map(|call| format!("{} {}", call.action, call.stack_name))
            .collect();
        lines.join(", ")
    }
}

/// Advances the virtual time.
pub async fn wait(seconds: f64) {
    tokio::time::advance(Duration::from_secs_f64(seconds)).await;
}

pub fn desired(name: &str, template: &str) -> StackSpec {
    StackSpec {
        stack_name: name.to_owned(),
        template: TemplateSource::Body(template.to_owned()),
        ..StackSpec::default()
    }
}

pub fn given(key: &str, value: &str) -> ParameterInput {
    ParameterInput {
        key: key.to_owned(),
        value: InputValue::Value(value.to_owned()),
    }
}

pub fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

pub fn change_set(name: &str, kind: ChangeSetType, template: &str) -> CreateChangeSet {
    CreateChangeSet {
        desired: desired(name, template),
        change_set_name: "changes".to_owned(),
        kind,
        description: None,
        on_stack_failure: None,
    }
}

/// Returns a template of SSM parameters with these values. `B: A` makes B refer to A.
pub fn parameters(of: &[(&str, &str)]) -> String {
    let mut text = "Resources:\n".to_owned();
    for (name, value) in of {
        text += &format!(
            "  {name}:\n    Type: AWS::SSM::Parameter\n    Properties: {{Type: String, Value: {value}}}\n"
        );
    }
    text
}
