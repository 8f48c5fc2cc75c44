//! Observes an account, plans changes to its stacks and executes them in dependency order.
//!
//! [`observe`] reads the account, [`draft`] compares it with a blueprint, [`preview`] creates change sets,
//! [`plan_deployment`] and [`plan_destruction`] create the plan, and [`deploy`] and [`destroy`] execute it. The account
//! is the only state, without any state file. The crate neither prints nor reads the environment.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod assets;
mod execute;
mod limits;
mod model;
mod observe;
mod plan;
mod schedule;
mod send;
mod targets;

pub use assets::archive::Archive;
pub use assets::build::BuildError;
pub use assets::collect::CollectError;
pub use assets::store::AssetStore;
pub use assets::{AssetError, AssetErrorCause, pack, packed, upload};
pub use execute::context::Run;
pub use execute::{deploy, destroy};
pub use model::cancel::{CancelHandle, CancelLevel, CancelToken, cancel_channel};
pub use model::change::{
    Cause, Disagreement, PendingOutput, PlannedValue, PropertyPlan, ResourceAction, ResourcePlan,
    ValuePlan,
};
pub use model::desired::{DesiredStack, ParameterInput, SecretHandling, UpstreamOutputs};
pub use model::draft::{
    Draft, DraftAction, DraftRequest, Preview, PreviewResult, Previews, StackDraft,
};
pub use model::event::{
    AssetStep, Event, EventSender, Origin, Phase, QueuedStack, ResourceEvent, TimedEvent,
};
pub use model::hazard::{
    Allowances, Blocker, HazardDecision, Interruption, InterruptionPolicy, Loss,
};
pub use model::observed::{BLUEPRINT_TAG, ENV_TAG, Observed, ObservedStack, STACK_TAG};
pub use model::options::{FailurePolicy, ForeignOperations, Options, ProtectedStacks};
pub use model::outcome::{
    DeployedStack, FailureKind, Operation, Outcome, RootCause, RunResult, SkipReason, StackFailure,
    StaleInput, Summary,
};
pub use model::plan::{Basis, Note, Plan, Purpose, StackAction, StackPlan, Totals, UnmanagedStack};
pub use model::refusal::Refusal;
pub use model::token::ContentHash;
pub use observe::observe;
pub use plan::deployment::plan_deployment;
pub use plan::destruction::plan_destruction;
pub use plan::draft::draft;
pub use plan::hazards::blockers;
pub use plan::preview::{discard, preview};
pub use targets::client::Client;
pub use targets::rate_budget::{CallType, RateBudget};
