//! The desired state of a stack, and the content hashes of the requests for its operations.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{ParameterValue, Secret, StackId};
use formwork_blueprint::{PendingId, SecretValue, StackKey, TerminationProtection, VariableName};
use formwork_template::{Capability, Hasher, StackName, Template, write};

use super::change::PendingOutput;
use super::observed::ObservedStack;
use super::refusal::Refusal;
use super::token::ContentHash;

/// The desired state of a stack.
#[derive(Debug, Clone)]
pub struct DesiredStack {
    /// The key.
    pub key: StackKey,
    /// The name.
    pub name: StackName,
    /// The template.
    pub template: Template,
    /// The logical ids that depend on pending outputs.
    pub pending_ids: Vec<PendingId>,
    /// The logical ids with a content hash, and their names in the blueprint.
    pub content_addressed: BTreeMap<String, String>,
    /// The parameters that get a value.
    pub inputs: BTreeMap<String, ParameterInput>,
    /// The problems with the known values.
    pub refusals: Vec<Refusal>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// The capabilities to acknowledge.
    pub capabilities: BTreeSet<Capability>,
    /// The role that CloudFormation assumes.
    pub role_arn: Option<String>,
    /// The topics that receive the stack's events.
    pub notification_arns: Vec<String>,
    /// The timeout of its creation.
    pub timeout_minutes: Option<u32>,
    /// The termination protection.
    pub protection: TerminationProtection,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterInput {
    /// A known value.
    Value(String),
    /// An output that is known after deploy.
    Pending(PendingOutput),
    /// A secret.
    Secret(SecretValue),
}

/// The outputs of a stack that other stacks use.
#[derive(Debug, Clone)]
pub enum UpstreamOutputs {
    /// They are final.
    Settled {
        /// The outputs.
        outputs: BTreeMap<String, String>,
        /// The lengths of the list outputs, if the template shows them.
        lists: BTreeMap<String, usize>,
    },
    /// The stack may still change.
    Pending {
        /// The outputs that keep their value in any case.
        stable: BTreeMap<String, String>,
    },
    /// The stack is neither deployed nor part of the run.
    Missing,
}

/// The handling of secrets in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretHandling {
    /// Sends them.
    Send,
    /// Keeps the deployed stack's.
    Keep,
}

impl DesiredStack {
    /// Returns the template's text.
    pub fn text(&self) -> String {
        write::json_compact(self.template.root())
    }

    /// Returns the outputs of other stacks that are known after deploy.
    pub fn pending(&self) -> BTreeSet<PendingOutput> {
        let pending = |input: &ParameterInput| match input {
            ParameterInput::Pending(pending) => Some(pending.clone()),
            ParameterInput::Value(_) | ParameterInput::Secret(_) => None,
        };
        self.inputs.values().filter_map(pending).collect()
    }

    /// Returns whether a parameter is secret.
    pub fn has_secrets(&self) -> bool {
        let is_secret = |input: &ParameterInput| matches!(input, ParameterInput::Secret(_));
        self.inputs.values().any(is_secret) || self.has_hidden_values()
    }

    /// Returns whether a plain value goes to a `NoEcho` parameter, which CloudFormation does not show.
    pub fn has_hidden_values(&self) -> bool {
        let inputs = self.inputs.iter();
        let mut values = inputs.filter(|(_, input)| matches!(input, ParameterInput::Value(_)));
        values.any(|(name, _)| self.is_hidden(name))
    }

    fn is_hidden(&self, name: &str) -> bool {
        let mut parameters = self.template.parameters();
        parameters.any(|parameter| parameter.name == name && parameter.is_no_echo())
    }

    /// Returns whether a secret comes from one of these variables.
    pub fn has_secret_of(&self, variables: &BTreeSet<VariableName>) -> bool {
        self.inputs.values().any(|input| match input {
            ParameterInput::Secret(secret) => variables.contains(secret.variable()),
            ParameterInput::Value(_) | ParameterInput::Pending(_) => false,
        })
    }

    /// Returns whether the template uses macros, which CloudFormation expands only in change sets.
    pub fn has_macros(&self) -> bool {
        formwork_template::capabilities::has_macros(&self.template)
    }

    /// Returns the parameters of a request. Secrets that `live` has may be kept; new ones are always sent.
    pub fn parameters(
        &self,
        live: Option<&ObservedStack>,
        secrets: SecretHandling,
    ) -> BTreeMap<String, ParameterValue> {
        let is_deployed =
            |name: &str| live.is_some_and(|live| live.stack.parameters.contains_key(name));
        let value = |(name, input): (&String, &ParameterInput)| {
            let value = match input {
                ParameterInput::Value(value) => ParameterValue::Plain(value.clone()),
                ParameterInput::Secret(_)
                    if secrets == SecretHandling::Keep && is_deployed(name) =>
                {
                    ParameterValue::Previous
                }
                ParameterInput::Secret(secret) => {
                    ParameterValue::Secret(Secret::new(secret.expose()))
                }
                // A request is sent only after every value is known.
                ParameterInput::Pending(_) => return None,
            };
            Some((name.clone(), value))
        };
        self.inputs.iter().filter_map(value).collect()
    }

    /// Returns the content hash of the request that creates the stack.
    pub fn creation_content(&self) -> ContentHash {
        self.content("create")
    }

    /// Returns the content hash of the request that updates the stack.
    pub fn update_content(&self) -> ContentHash {
        self.content("update")
    }

    /// Hashes the content of a request. A secret adds its name and not its value.
    fn content(&self, operation: &str) -> ContentHash {
        let mut hasher = Hasher::default();
        hasher
            .piece(operation)
            .piece(self.name.as_str())
            .piece(self.text());
        for (name, input) in &self.inputs {
            hasher.piece(name);
            match input {
                ParameterInput::Value(_) if self.is_hidden(name) => hasher.piece("hidden"),
                ParameterInput::Value(value) => hasher.piece("value").piece(value),
                ParameterInput::Pending(pending) => hasher
                    .piece("pending")
                    .piece(pending.stack.as_str())
                    .piece(&pending.output),
                ParameterInput::Secret(secret) => {
                    hasher.piece("secret").piece(secret.variable().as_str())
                }
            };
        }
        hasher.piece("tags");
        for (name, value) in &self.tags {
            hasher.piece(name).piece(value);
        }
        hasher.piece("capabilities");
        for capability in &self.capabilities {
            hasher.piece(capability.as_str());
        }
        hasher
            .piece("options")
            .piece(self.role_arn.as_deref().unwrap_or("-"));
        for topic in &self.notification_arns {
            hasher.piece(topic);
        }
        ContentHash::new(hasher.finish())
    }
}

/// Returns the content hash of the request that deletes a stack.
pub fn deletion_content(id: &StackId) -> ContentHash {
    let mut hasher = Hasher::default();
    hasher.piece("delete").piece(id.as_str());
    ContentHash::new(hasher.finish())
}
