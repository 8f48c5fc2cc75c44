//! A stack as the store keeps it: its definitions and the timeline of its operations.
//!
//! A timeline is a list of segments, one per operation, and a segment is a list of steps. Most steps
//! are in the future when they are written. [`Stack::at`] returns the stack's state at a time. The
//! computation of timelines is in `cloudformation::timeline`.

mod state;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::clock::Time;
use super::request::Tag;
use super::response::StackOutput;
use super::status::{ResourceStatus, StackStatus};
use super::wire_enum;
use crate::model::stack_context::StackContext;
use formwork_template::evaluate::EvaluatedValue;

pub(crate) use state::{ResourceState, StackState};

/// A stack with its whole past and the accepted part of its future.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stack {
    /// The stack's position in the order of creation.
    pub(crate) sequence: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created: Time,
    pub(crate) termination_protection: bool,
    pub(crate) timeout_in_minutes: Option<u32>,
    /// The accepted definitions in order. Steps refer to them by index.
    pub(crate) definitions: Vec<StackDefinition>,
    pub(crate) segments: Vec<Segment>,
}

/// A checked definition of a stack: its template, parameters, tags and options.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackDefinition {
    /// The template, byte for byte.
    pub(crate) template: String,
    pub(crate) description: Option<String>,
    pub(crate) parameters: IndexMap<String, ParameterValue>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Vec<String>,
    pub(crate) disable_rollback: bool,
    /// The stack was created with `OnFailure=DO_NOTHING`, so it cannot be updated after a failure.
    pub(crate) do_nothing: bool,
    pub(crate) delete_on_failure: bool,
    pub(crate) retain_except_on_create: bool,
    pub(crate) change_set_id: Option<String>,
    /// The names of the imported exports.
    pub(crate) imports: Vec<String>,
}

/// The value of a stack's parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ParameterValue {
    /// The value in the request, or the default.
    pub(crate) text: String,
    /// The value of the SSM parameter, if the parameter's type is an SSM parameter type.
    pub(crate) resolved: Option<String>,
    pub(crate) is_list: bool,
    pub(crate) no_echo: bool,
}

/// The part of a timeline that belongs to one operation. A later operation may cut it short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) operation: Operation,
    /// The steps in the order of time.
    pub(crate) steps: Vec<Step>,
}

/// An operation on a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) kind: OperationKind,
    pub(crate) token: Option<String>,
    pub(crate) at: Time,
}

wire_enum! {
    /// The kind of an operation.
    OperationKind {
        CreateStack = "CREATE_STACK",
        UpdateStack = "UPDATE_STACK",
        DeleteStack = "DELETE_STACK",
        Rollback = "ROLLBACK",
        ContinueRollback = "CONTINUE_ROLLBACK",
        CreateChangeSet = "CREATE_CHANGESET",
    }
}

/// A step of a timeline: an event and the state change that comes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) at: Time,
    #[serde(rename = "what")]
    pub(crate) subject: StepSubject,
}

/// The subject of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum StepSubject {
    Stack(StackStep),
    Resource(Box<ResourceStep>),
    /// A change without an event: an update left the resource as it is, but its policies, tags or
    /// dependencies are new.
    #[serde(rename = "Kept")]
    Refresh(Box<LiveResource>),
}

/// A step of the stack itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackStep {
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<String>,
    /// The index of the definition that applies from this step on.
    pub(crate) definition: Option<usize>,
    /// The outputs from this step on.
    pub(crate) outputs: Option<Vec<Output>>,
}

/// An output with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}

/// A step of one of the stack's resources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ResourceStep {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    /// The physical id; empty before the resource has one.
    pub(crate) physical_id: String,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) configuration_complete: bool,
    /// The properties that the event shows, as JSON text.
    pub(crate) properties: Option<String>,
    #[serde(rename = "effect")]
    pub(crate) change: StateChange,
}

/// The change that a resource's step makes to the stack's state, apart from the status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum StateChange {
    /// No change.
    #[serde(rename = "Shown")]
    Unchanged,
    /// The logical id refers to this physical resource from now on.
    #[serde(rename = "Live")]
    Assigned(Box<LiveResource>),
    /// The physical resource no longer belongs to the stack: it was deleted or retained.
    #[serde(rename = "Gone")]
    Released,
    /// Like `Released`; the logical id is removed as well.
    #[serde(rename = "Forgotten")]
    Removed,
}

/// A physical resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LiveResource {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) properties: EvaluatedValue,
    /// The properties with masked secrets; `None` if the template has no secrets.
    pub(crate) masked: Option<EvaluatedValue>,
    /// The number of writes; 1 after the creation.
    pub(crate) revision: u64,
    pub(crate) dependencies: Vec<String>,
    pub(crate) deletion_policy: Option<String>,
    pub(crate) update_replace_policy: Option<String>,
    /// The stack's tags at the last write.
    pub(crate) tags: Vec<Tag>,
    /// The metadata as JSON text.
    pub(crate) metadata: Option<String>,
    pub(crate) description: Option<String>,
}

impl Stack {
    /// Returns the values of the stack's pseudo parameters under a definition.
    pub(crate) fn stack_context(&self, definition: &StackDefinition) -> StackContext {
        StackContext {
            account: self.account.clone(),
            region: self.region.clone(),
            stack_name: self.name.clone(),
            stack_id: self.id.clone(),
            notification_arns: definition.notification_arns.clone(),
        }
    }

    /// Removes all steps after `now`, because a later operation takes over.
    pub(crate) fn cut(&mut self, now: Time) {
        for segment in &mut self.segments {
            segment.steps.retain(|step| step.at <= now);
        }
        self.segments.retain(|segment| segment.operation.at <= now);
    }

    /// Begins a segment.
    pub(crate) fn begin(&mut self, kind: OperationKind, token: Option<String>, at: Time) {
        let hash =
            formwork_template::sha256(format!("{}/{}/{at}/{kind}", self.id, self.segments.len()));
        let operation = Operation {
            id: uuid(&hash.to_string()),
            kind,
            token,
            at,
        };
        self.segments.push(Segment {
            operation,
            steps: Vec::new(),
        });
    }

    /// Adds steps to the last segment and keeps the order of time.
    pub(crate) fn extend(&mut self, steps: impl IntoIterator<Item = Step>) {
        if let Some(segment) = self.segments.last_mut() {
            segment.steps.extend(steps);
            segment.steps.sort_by_key(|step| step.at);
        }
    }

    /// Adds a step of the stack itself to the last segment.
    pub(crate) fn push(&mut self, at: Time, status: StackStatus, reason: Option<String>) {
        self.extend([Step::stack(at, status, reason)]);
    }

    /// Returns the time of the stack's deletion, also if it is in the future.
    pub(crate) fn deleted_at(&self) -> Option<Time> {
        let steps = self.segments.iter().flat_map(|segment| &segment.steps);
        let mut stack_steps = steps.filter_map(|step| match &step.subject {
            StepSubject::Stack(stack) => Some((step.at, stack.status)),
            StepSubject::Resource(_) | StepSubject::Refresh(_) => None,
        });
        stack_steps
            .next_back()
            .and_then(|(at, status)| (status == StackStatus::DeleteComplete).then_some(at))
    }

    /// Returns the latest operation that has begun at `now`.
    pub(crate) fn operation(&self, now: Time) -> Option<&Operation> {
        self.begun_operations(now).next_back()
    }

    /// Returns the operations that have begun at `now`, oldest first.
    pub(crate) fn begun_operations(
        &self,
        now: Time,
    ) -> impl DoubleEndedIterator<Item = &Operation> {
        let operations = self.segments.iter().map(|segment| &segment.operation);
        operations.filter(move |operation| operation.at <= now)
    }
}

impl Step {
    /// Returns a step of the stack itself.
    pub(crate) fn stack(at: Time, status: StackStatus, reason: Option<String>) -> Self {
        let subject = StepSubject::Stack(StackStep {
            status,
            reason,
            definition: None,
            outputs: None,
        });
        Self { at, subject }
    }

    /// Returns a step of a resource.
    pub(crate) fn resource(at: Time, step: ResourceStep) -> Self {
        Self {
            at,
            subject: StepSubject::Resource(Box::new(step)),
        }
    }
}

impl StackDefinition {
    /// Returns the stack's tags sorted by key, because their order does not matter to resources.
    pub(crate) fn sorted_tags(&self) -> Vec<Tag> {
        let mut tags = self.tags.clone();
        tags.sort_by(|left, right| left.key.cmp(&right.key));
        tags
    }
}

impl ParameterValue {
    /// Returns the text that the template uses.
    pub(crate) fn effective_text(&self) -> &str {
        self.resolved.as_deref().unwrap_or(&self.text)
    }
}

impl From<&Output> for StackOutput {
    fn from(output: &Output) -> Self {
        Self {
            key: output.key.clone(),
            value: output.value.clone(),
            description: output.description.clone(),
            export_name: output.export.clone(),
        }
    }
}

impl StateChange {
    /// Returns the physical resource that the change assigns to the logical id.
    pub(crate) fn assigned(&self) -> Option<&LiveResource> {
        match self {
            Self::Assigned(live) => Some(live),
            Self::Unchanged | Self::Released | Self::Removed => None,
        }
    }
}

/// Formats the first 32 hexadecimal digits of a hash as a UUID.
pub(crate) fn uuid(hex: &str) -> String {
    let part = |range| hex.get(range).unwrap_or("0000");
    format!(
        "{}-{}-{}-{}-{}",
        part(0..8),
        part(8..12),
        part(12..16),
        part(16..20),
        part(20..32)
    )
}
