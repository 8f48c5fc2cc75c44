//! What the user chose for a run.

use std::collections::BTreeSet;

use formwork_blueprint::{StackKey, VariableName};

use crate::plan::Allowed;

/// What the user chose for a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The stacks to be carried out. Values of others are taken as they are deployed.
    pub scope: BTreeSet<StackKey>,
    /// Stacks that are taken over although they do not carry our tags.
    pub adopt: BTreeSet<StackKey>,
    /// Sensitive variables whose values are sent although nothing else changes.
    pub rotate: BTreeSet<VariableName>,
    /// What is allowed beyond `--yes`.
    pub allowed: Allowed,
    /// How many stacks are in work at once.
    pub jobs: usize,
    /// What is done where someone else's operation is in flight.
    pub others: Others,
    /// What is done after a stack failed.
    pub after_failure: AfterFailure,
    /// `STACK.LogicalId` of resources that stay when their stack's deletion fails on them.
    pub retain: BTreeSet<String>,
    /// What is done with stacks that are protected from deletion.
    pub protected: Protected,
}

/// What is done where someone else's operation is in flight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Others {
    /// The stack is refused.
    #[default]
    Refuse,
    /// Its end is waited for.
    Wait,
}

/// What is done after a stack failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AfterFailure {
    /// Only what depends on it is skipped.
    #[default]
    GoOn,
    /// Nothing more begins.
    Stop,
}

/// What is done with stacks that are protected from deletion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protected {
    /// They are refused.
    #[default]
    Refuse,
    /// The user confirmed the environment: the protection is lifted and the stack deleted.
    Lift,
}

impl Options {
    /// The default number of stacks in work at once: the rate budget is the brake.
    pub const JOBS: usize = 50;

    /// These stacks, and nothing out of the ordinary.
    pub fn of(scope: impl IntoIterator<Item = StackKey>) -> Self {
        Self {
            scope: scope.into_iter().collect(),
            adopt: BTreeSet::new(),
            rotate: BTreeSet::new(),
            allowed: Allowed::default(),
            jobs: Self::JOBS,
            others: Others::default(),
            after_failure: AfterFailure::default(),
            retain: BTreeSet::new(),
            protected: Protected::default(),
        }
    }

    /// The logical ids of one stack that were named in `from`, as `STACK.LogicalId`.
    pub(crate) fn of_stack<'a>(
        from: &'a BTreeSet<String>,
        stack: &'a StackKey,
    ) -> impl Iterator<Item = &'a str> {
        from.iter()
            .filter_map(|name| name.split_once('.'))
            .filter(|(key, _)| *key == stack.as_str())
            .map(|(_, logical_id)| logical_id)
    }
}
