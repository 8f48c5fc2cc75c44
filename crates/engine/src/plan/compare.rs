//! Comparison of a desired stack with the deployed one: parameters, tags and options. Pure.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::Stack;
use formwork_blueprint::TerminationProtection;
use formwork_template::{Node, Parameter, equivalence, write};

use crate::model::desired::{DesiredStack, ParameterInput};
use crate::model::observed::ObservedStack;

/// Returns the parameters whose values differ. Only values that are known and can be read back are compared.
pub(super) fn changed_parameters(desired: &DesiredStack, live: &ObservedStack) -> BTreeSet<String> {
    let differs = |parameter: &Parameter<'_>| {
        let deployed = live.stack.parameters.get(parameter.name);
        let default;
        let wanted = match desired.inputs.get(parameter.name) {
            Some(ParameterInput::Value(value)) => value,
            Some(_) => return false,
            None => match parameter.default() {
                Some(node) => {
                    default = default_text(node);
                    &default
                }
                None => return false,
            },
        };
        !parameter.is_no_echo()
            && deployed.is_none_or(|deployed| {
                !equivalence::same_parameter(parameter.kind(), &deployed.value, wanted)
            })
    };
    desired
        .template
        .parameters()
        .filter(differs)
        .map(|parameter| parameter.name.to_owned())
        .collect()
}

/// Returns a parameter's default as text, which is how CloudFormation reads it.
pub(super) fn default_text(node: &Node) -> String {
    match node.as_str() {
        Some(text) => text.to_owned(),
        None => write::json_compact(node),
    }
}

/// Returns a stack's tags without those that AWS sets.
pub(super) fn user_tags(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    tags.iter()
        .filter(|(name, _)| !name.starts_with("aws:"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns the names of the options that differ and that an update can set.
pub(super) fn changed_options(desired: &DesiredStack, live: &ObservedStack) -> Vec<&'static str> {
    let mut changed = Vec::new();
    // A request without a role does not remove the stack's role.
    if desired.role_arn.is_some() && desired.role_arn != live.stack.role_arn {
        changed.push("role_arn");
    }
    let topics = |arns: &[String]| arns.iter().cloned().collect::<BTreeSet<_>>();
    if topics(&desired.notification_arns) != topics(&live.stack.notification_arns) {
        changed.push("notifications");
    }
    changed
}

/// Returns whether a stack's termination protection must be set.
pub(crate) fn needs_protection(desired: &DesiredStack, stack: &Stack) -> bool {
    stack.termination_protection != (desired.protection == TerminationProtection::On)
}
