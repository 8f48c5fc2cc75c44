//! What would be done, stack by stack: the answer of `plan`, and what `deploy` and `destroy` ask to be confirmed.
//!
//! Plain data that can be written as JSON: the same input gives the same bytes. No secret is in it. It is made from the
//! draft and what change sets said ([`Plan::deployment`]), or from what is deployed ([`Plan::destruction`]);
//! [`Plan::blockers`] says why it may not be carried out.

mod build;
mod expected;
mod hazards;
mod limits;
mod place;
mod resources;
mod templates;
mod text;

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::{OutputRef, StackKey};
use formwork_catalog::RemovalOutcome;
use formwork_template::StackName;
use formwork_template::diagnostics::Span;
use serde::Serialize;

use text::{as_fate, as_text, as_texts};

/// What CloudFormation writes for a part of a value that is known only when the change is carried out.
pub use formwork_aws::KNOWN_AFTER_APPLY;

pub(crate) use build::destruction_order;
pub(crate) use hazards::{forbidden, interruptions, losses};
pub use limits::{
    Allowed, Blocker, Decided, Interruption, Interruptions, Loss, Note, Refusal, Unmanaged,
};
pub(crate) use resources::from_change_set;

/// What would be done in one account and region.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// What for.
    pub purpose: Purpose,
    /// The blueprint's name.
    pub blueprint: String,
    /// The environment's name.
    pub environment: Option<String>,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Every stack that was asked about, in the order in which they are carried out.
    pub stacks: Vec<StackPlan>,
    /// Deployed stacks of this blueprint and environment that the blueprint has no key for. They are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Upstream resources that are replaced or removed while a deployed stack still uses them.
    pub interruptions: Vec<Interruption>,
    /// Stateful resources that would be lost.
    pub losses: Vec<Loss>,
    /// What limits the plan's exactness.
    pub notes: Vec<Note>,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Making the account as the blueprint says.
    Deploy,
    /// Deleting what is deployed.
    Destroy,
}

/// What would be done with one stack.
#[derive(Debug, Clone, Serialize)]
pub struct StackPlan {
    /// Its key.
    #[serde(serialize_with = "as_text")]
    pub key: StackKey,
    /// Its name in CloudFormation.
    #[serde(serialize_with = "as_text")]
    pub name: StackName,
    /// The deployed stack.
    pub id: Option<StackId>,
    /// The deployed stack's state.
    pub status: Option<StackStatus>,
    /// What is done.
    pub action: Action,
    /// What the details below were learnt from.
    pub basis: Basis,
    /// The stacks without whose change nothing would be done here. Empty where the stack itself changes.
    #[serde(serialize_with = "as_texts")]
    pub only_because: Vec<StackKey>,
    /// The capabilities that its template needs and the engine acknowledges, as `CAPABILITY_IAM`.
    pub capabilities: Vec<String>,
    /// Its resources that change; for a new stack all of them.
    pub resources: Vec<ResourcePlan>,
    /// Its parameters whose values change.
    pub parameters: Vec<ValuePlan>,
    /// Its outputs that change.
    pub outputs: Vec<ValuePlan>,
    /// Its tags that change; they travel to every resource that takes tags.
    pub tags: Vec<ValuePlan>,
    /// Other sections of its template that change, as `Conditions`, and options, as `termination protection`.
    pub other: Vec<String>,
    /// How many resources its template has.
    pub resource_count: usize,
    /// The stacks that it waits for.
    #[serde(serialize_with = "as_texts")]
    pub waits_for: Vec<StackKey>,
}

/// What is done with a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Create,
    /// What a failed creation left is deleted, and the stack made again.
    Recreate,
    /// It is updated.
    Update,
    /// It is updated if values of other stacks, or values that only CloudFormation compares, turn out different.
    MayUpdate,
    /// Only its termination protection is set.
    Protect,
    /// Nothing.
    Unchanged,
    /// An operation is in flight: it is taken over if it is ours and asks for the same, else waited for or refused.
    InFlight,
    /// It is deleted.
    Delete,
    /// It is not there: nothing to delete.
    Absent,
    /// It cannot be touched as it is.
    Refused(Refusal),
}

/// What the details of a stack's plan were learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The templates alone: what replaces a resource, the schema table says.
    Templates,
    /// A change set, so CloudFormation's own word.
    ChangeSet,
}

/// What would be done with a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourcePlan {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// The physical id of the one that is there.
    pub physical_id: Option<String>,
    /// What is done.
    pub action: ResourceAction,
    /// What becomes of the old one, where it is removed or replaced.
    #[serde(serialize_with = "as_fate")]
    pub fate: Option<RemovalOutcome>,
    /// Its properties and attributes that change.
    pub properties: Vec<PropertyPlan>,
    /// What the schema table expects, where the change set says the contrary. The change set counts.
    pub disagreement: Option<Disagreement>,
    /// Its logical id follows values that are known only after other stacks are deployed; what it waits for.
    pub open: Vec<Pending>,
    /// Where the blueprint declares it.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// What is done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceAction {
    /// It is made.
    Add,
    /// It is changed in place.
    Update,
    /// It is changed; whether in place only CloudFormation can tell, later.
    MayReplace,
    /// A new one is made, then the old one let go.
    Replace,
    /// It is removed.
    Remove,
    /// An existing one is taken into the stack.
    Import,
}

/// How one property changes.
#[derive(Debug, Clone, Serialize)]
pub struct PropertyPlan {
    /// Which, as `Environment.Variables.LOG_LEVEL`; attributes beside properties stand alone, as `DeletionPolicy`.
    pub path: String,
    /// The value before; none where there was none or it is not known.
    pub before: Option<PlannedValue>,
    /// The value after; none where there is none or it is not known.
    pub after: Option<PlannedValue>,
    /// Whether this change makes the resource anew.
    pub replaces: Replaces,
    /// What leads to it, if it is not the property itself that was written anew.
    pub cause: Option<Cause>,
    /// Where the blueprint says it.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// Whether a change makes a resource anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Replaces {
    /// It does not.
    No,
    /// That is not known yet.
    Maybe,
    /// It does.
    Yes,
}

/// That the schema table expects a resource to be made anew where the change set does not, or the
/// other way round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// What the table expects.
    pub expected: Replaces,
    /// The property about which they disagree.
    pub property: String,
}

/// What leads to a change of a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A parameter of the stack.
    Parameter(String),
    /// Another resource of the stack, which is made anew.
    Resource(String),
    /// An attribute of another resource, as `Api.RootResourceId`.
    Attribute(String),
    /// CloudFormation itself.
    Automatic,
}

/// How a parameter, output or tag changes.
#[derive(Debug, Clone, Serialize)]
pub struct ValuePlan {
    /// Its name.
    pub name: String,
    /// Its value before.
    pub before: Option<PlannedValue>,
    /// Its value after.
    pub after: Option<PlannedValue>,
}

/// A value, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedValue {
    /// This one; intrinsic functions as they are written in the template.
    Known(serde_json::Value),
    /// What another stack's output will be: "(after deploy: private-api.SecureApiUrl)".
    AfterDeploy(Vec<Pending>),
    /// What CloudFormation knows only once it carries the change out.
    AfterApply,
    /// A secret: not comparable, and sent with the update.
    Secret,
}

/// A value of another stack that is known once that stack is deployed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pending {
    /// The stack.
    #[serde(serialize_with = "as_text")]
    pub stack: StackKey,
    /// Its output.
    pub output: String,
}

impl From<&OutputRef> for Pending {
    fn from(output: &OutputRef) -> Self {
        Self {
            stack: output.stack.clone(),
            output: output.output.clone(),
        }
    }
}

/// How many stacks and resources a plan touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Resources made.
    pub add: usize,
    /// Resources changed in place, or perhaps so.
    pub update: usize,
    /// Resources made anew.
    pub replace: usize,
    /// Resources removed.
    pub delete: usize,
}

impl Plan {
    /// Whether carrying it out would do nothing: for `plan --exit-code`.
    pub fn is_empty(&self) -> bool {
        self.stacks
            .iter()
            .all(|stack| matches!(stack.action, Action::Unchanged | Action::Absent))
    }

    /// The plan of one stack.
    pub fn stack(&self, key: &StackKey) -> Option<&StackPlan> {
        self.stacks.iter().find(|stack| stack.key == *key)
    }

    /// The plan's resources, counted.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for resource in self.stacks.iter().flat_map(|stack| &stack.resources) {
            match resource.action {
                ResourceAction::Add | ResourceAction::Import => totals.add += 1,
                ResourceAction::Update | ResourceAction::MayReplace => totals.update += 1,
                ResourceAction::Replace => totals.replace += 1,
                ResourceAction::Remove => totals.delete += 1,
            }
        }
        totals
    }
}
