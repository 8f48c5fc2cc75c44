//! The user's choices for a run.

use std::collections::BTreeSet;

use formwork_blueprint::{StackKey, VariableName};

use super::hazard::Allowances;

/// The user's choices for a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The stacks of the run. Other stacks only provide the values of their deployed outputs.
    pub scope: BTreeSet<StackKey>,
    /// The stacks that are adopted although they do not carry our tags.
    pub adopt: BTreeSet<StackKey>,
    /// The sensitive variables whose values are sent even if nothing else changes.
    pub rotate: BTreeSet<VariableName>,
    /// The hazards that are allowed.
    pub allowed: Allowances,
    /// The number of stacks that may be in progress at the same time.
    pub jobs: usize,
    /// The reaction to foreign operations in progress.
    pub foreign_operations: ForeignOperations,
    /// The reaction to a stack's failure.
    pub failure_policy: FailurePolicy,
    /// The resources to retain if their stack's deletion fails on them, each as `STACK.LogicalId`.
    pub retain: BTreeSet<String>,
    /// The reaction to termination protection.
    pub protected: ProtectedStacks,
}

/// The reaction to foreign operations in progress.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForeignOperations {
    /// Refuses the stack.
    #[default]
    Refuse,
    /// Waits for the operation's end.
    Wait,
}

/// The reaction to a stack's failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// Skips only the stack's dependents.
    #[default]
    Continue,
    /// Starts no further stack.
    Stop,
}

/// The reaction to termination protection when stacks are destroyed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProtectedStacks {
    /// Refuses the stack.
    #[default]
    Refuse,
    /// Removes the protection and deletes the stack; the user confirmed the environment.
    Lift,
}

impl Options {
    /// The default number of stacks in progress at the same time. The rate budget limits the calls.
    pub const JOBS: usize = 50;

    /// Returns the default choices for these stacks.
    pub fn for_stacks(scope: impl IntoIterator<Item = StackKey>) -> Self {
        Self {
            scope: scope.into_iter().collect(),
            adopt: BTreeSet::new(),
            rotate: BTreeSet::new(),
            allowed: Allowances::default(),
            jobs: Self::JOBS,
            foreign_operations: ForeignOperations::default(),
            failure_policy: FailurePolicy::default(),
            retain: BTreeSet::new(),
            protected: ProtectedStacks::default(),
        }
    }

    /// Returns the logical ids to retain in one stack.
    pub(crate) fn retained_in<'a>(&'a self, stack: &'a StackKey) -> impl Iterator<Item = &'a str> {
        self.retain
            .iter()
            .filter_map(|name| name.split_once('.'))
            .filter(|(key, _)| *key == stack.as_str())
            .map(|(_, logical_id)| logical_id)
    }
}
