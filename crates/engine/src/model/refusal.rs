//! The reasons why a stack is not changed.

use formwork_aws::StackStatus;
use formwork_blueprint::StackKey;
use serde::Serialize;

use super::serialize::{as_text, as_texts};

/// The reason why a stack is not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The stack does not carry this blueprint's tags, and `--adopt` does not name it.
    NotOurs {
        /// The blueprint in the stack's tags.
        blueprint: Option<String>,
        /// The stack key in the stack's tags.
        stack: Option<String>,
        /// The environment in the stack's tags.
        environment: Option<String>,
    },
    /// CloudFormation does not accept the operation in the stack's current status.
    State {
        /// The status.
        status: StackStatus,
        /// The steps to leave that status.
        advice: String,
    },
    /// A foreign operation is in progress, and `--wait` was not given.
    InFlight {
        /// The status.
        status: StackStatus,
    },
    /// Termination protection is on.
    Protected,
    /// Deployed stacks outside the run use outputs of the stack.
    NeededBy {
        /// The stacks that use it.
        #[serde(serialize_with = "as_texts")]
        stacks: Vec<StackKey>,
    },
    /// A failed creation left resources in the stack, which its deletion could lose.
    Survivors {
        /// The logical ids.
        resources: Vec<String>,
    },
    /// The stack needs an output of a stack that is neither deployed nor part of this run.
    MissingUpstream {
        /// The other stack.
        #[serde(serialize_with = "as_text")]
        stack: StackKey,
        /// The output.
        output: String,
    },
    /// CloudFormation does not accept an upstream value as a parameter.
    Value {
        /// The parameter.
        parameter: String,
        /// The problem with the value.
        problem: String,
    },
    /// CloudFormation rejected the change when it created the change set.
    ChangeSet {
        /// The reason in CloudFormation's words.
        reason: String,
    },
}
