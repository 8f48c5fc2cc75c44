//! A stack as it is kept: its definitions and the course of its operations.
//!
//! A course is a list of segments, a segment a list of steps; most steps lie in the future when
//! they are written. What the stack *is* at a time is [`Stack::at`].

mod state;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::answer::StackOutput;
use crate::clock::Time;
use crate::request::Tag;
use crate::stack_context::StackContext;
use crate::status::{ResourceStatus, StackStatus, words};
use crate::types::Neighbour;
use formwork_template::evaluate::EvaluatedValue as Value;

pub(crate) use state::{ResourceState, State};

/// A stack with its whole past, and the future that has been accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stack {
    /// Its place in the order of creation.
    pub(crate) sequence: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created: Time,
    pub(crate) termination_protection: bool,
    pub(crate) timeout_in_minutes: Option<u32>,
    /// Each wish for the stack, in the order of acceptance; steps name them by index.
    pub(crate) definitions: Vec<Definition>,
    pub(crate) segments: Vec<Segment>,
}

/// What a stack is to be, checked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Definition {
    /// The template, byte for byte.
    pub(crate) template: String,
    pub(crate) description: Option<String>,
    pub(crate) parameters: IndexMap<String, ParameterValue>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Vec<String>,
    pub(crate) disable_rollback: bool,
    /// `OnFailure=DO_NOTHING`: no update is possible afterwards.
    pub(crate) do_nothing: bool,
    pub(crate) delete_on_failure: bool,
    pub(crate) retain_except_on_create: bool,
    pub(crate) change_set_id: Option<String>,
    /// The exports that it imports.
    pub(crate) imports: Vec<String>,
}

/// The value of a stack's parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ParameterValue {
    /// As given, or the default.
    pub(crate) text: String,
    /// What the SSM parameter of that name holds.
    pub(crate) resolved: Option<String>,
    pub(crate) is_list: bool,
    pub(crate) no_echo: bool,
}

/// One operation of a course, cut where a later one took over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) operation: Operation,
    /// In the order of time.
    pub(crate) steps: Vec<Step>,
}

/// What a segment carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) kind: OperationKind,
    pub(crate) token: Option<String>,
    pub(crate) at: Time,
}

words! {
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

/// Something that happens: an event, and what it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) at: Time,
    pub(crate) what: What,
}

/// Whom a step is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum What {
    Stack(StackStep),
    Resource(Box<ResourceStep>),
    /// No event: an update left the resource alone, but its policies or dependencies are new.
    Kept(Box<Live>),
}

/// A step of the stack itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackStep {
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<String>,
    /// The definition that holds from here on.
    pub(crate) definition: Option<usize>,
    /// The outputs from here on.
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
    /// Empty while there is none.
    pub(crate) physical_id: String,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) configuration_complete: bool,
    /// JSON text for the event.
    pub(crate) properties: Option<String>,
    pub(crate) effect: Effect,
}

/// What a step changes beside the status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Effect {
    /// Nothing.
    Shown,
    /// The logical id stands for this physical resource from here on.
    Live(Box<Live>),
    /// The physical resource is no longer the stack's: deleted or let go.
    Gone,
    /// The same, and the logical id disappears with it.
    Forgotten,
}

/// A physical resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Live {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) properties: Value,
    /// The properties with secrets hidden, where they hold any.
    pub(crate) masked: Option<Value>,
    /// How often it was written: 1 when it was made.
    pub(crate) revision: u64,
    pub(crate) dependencies: Vec<String>,
    pub(crate) deletion_policy: Option<String>,
    pub(crate) update_replace_policy: Option<String>,
    /// The stack's tags when it was last written.
    pub(crate) tags: Vec<Tag>,
    /// JSON text.
    pub(crate) metadata: Option<String>,
    pub(crate) description: Option<String>,
}

impl Stack {
    /// What the stack's pseudo parameters say under a definition.
    pub(crate) fn place(&self, definition: &Definition) -> StackContext {
        StackContext {
            account: self.account.clone(),
            region: self.region.clone(),
            stack_name: self.name.clone(),
            stack_id: self.id.clone(),
            notification_arns: definition.notification_arns.clone(),
        }
    }

    /// Drops what has not happened yet: a later operation takes over.
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

    /// Adds steps to the last segment, keeping the order of time.
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

    /// When it is deleted, if it is to be.
    pub(crate) fn deleted_at(&self) -> Option<Time> {
        let steps = self.segments.iter().flat_map(|segment| &segment.steps);
        let mut last = steps.filter_map(|step| match &step.what {
            What::Stack(stack) => Some((step.at, stack.status)),
            What::Resource(_) | What::Kept(_) => None,
        });
        last.next_back()
            .and_then(|(at, status)| (status == StackStatus::DeleteComplete).then_some(at))
    }

    /// The latest operation that has begun at `now`.
    pub(crate) fn operation(&self, now: Time) -> Option<&Operation> {
        self.begun(now).next_back()
    }

    /// The operations that have begun at `now`, the oldest first.
    pub(crate) fn begun(&self, now: Time) -> impl DoubleEndedIterator<Item = &Operation> {
        let operations = self.segments.iter().map(|segment| &segment.operation);
        operations.filter(move |operation| operation.at <= now)
    }
}

impl Step {
    /// A step of the stack itself.
    pub(crate) fn stack(at: Time, status: StackStatus, reason: Option<String>) -> Self {
        let what = What::Stack(StackStep {
            status,
            reason,
            definition: None,
            outputs: None,
        });
        Self { at, what }
    }

    /// A step of a resource.
    pub(crate) fn resource(at: Time, step: ResourceStep) -> Self {
        Self {
            at,
            what: What::Resource(Box::new(step)),
        }
    }
}

impl Live {
    /// It as its neighbours see it.
    pub(crate) fn as_neighbour(&self) -> Neighbour<'_> {
        Neighbour {
            kind: &self.kind,
            physical_id: &self.physical_id,
            properties: &self.properties,
        }
    }
}

impl Definition {
    /// The stack's tags as a resource would see them: changed order is no change.
    pub(crate) fn sorted_tags(&self) -> Vec<Tag> {
        let mut tags = self.tags.clone();
        tags.sort_by(|left, right| left.key.cmp(&right.key));
        tags
    }
}

impl ParameterValue {
    /// The text that the template sees.
    pub(crate) fn seen(&self) -> &str {
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

/// An id in the form of a UUID, made of the first digits of a hash.
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

impl Effect {
    /// The physical resource that the logical id stands for from here on.
    pub(crate) fn live(&self) -> Option<&Live> {
        match self {
            Self::Live(live) => Some(live),
            Self::Shown | Self::Gone | Self::Forgotten => None,
        }
    }
}
