//! The reasons for which a stack is left untouched.

use formwork_aws::StackStatus;
use formwork_blueprint::StackKey;
use serde::Serialize;

use super::serialize::{as_text, as_texts};

/// The reason for which a stack is left untouched.
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
    /// CloudFormation accepts no such operation in the stack's present status.
    State {
        /// The status.
        status: StackStatus,
        /// The steps that lead out of it.
        advice: String,
    },
    /// A foreign operation is in progress, and `--wait` was not given.
    InFlight {
        /// The status.
        status: StackStatus,
    },
    /// Termination protection is on.
    Protected,
    /// Deployed stacks that stay use outputs of the stack.
    NeededBy {
        /// The stacks that use it.
        #[serde(serialize_with = "as_texts")]
        stacks: Vec<StackKey>,
    },
    /// The failed creation left resources in the stack, and deleting it could lose them.
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
