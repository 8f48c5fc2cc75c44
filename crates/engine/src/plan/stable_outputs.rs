//! The outputs that an update certainly does not change, so that dependents need not wait for them. Pure.
//!
//! `Ref` of a resource is its physical id, which only a replacement changes. So an output keeps its value if its
//! expression is the same, consists only of such references, and the change set replaces none of the resources. An
//! attribute may change in an in-place update and even without one, so it is known only after deploy.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{ChangeAction, ChangeSet, RequiresReplacement};
use formwork_template::references::Target;
use formwork_template::{Function, Node, Output, equivalence};

use super::compare::changed_parameters;
use crate::model::desired::DesiredStack;
use crate::model::observed::ObservedStack;

/// Returns the values of the outputs that `change_set` does not change.
pub(super) fn stable_outputs(
    live: &ObservedStack,
    desired: &DesiredStack,
    change_set: &ChangeSet,
) -> BTreeMap<String, String> {
    let Some(deployed) = &live.template else {
        return BTreeMap::new();
    };
    let names = StableNames::new(live, desired, change_set);
    let values = live.outputs();
    let same = |output: &Output<'_>| {
        let before = deployed.outputs().find(|old| old.name == output.name);
        before.is_some_and(|before| equivalence::same_value(before.node, output.node))
    };
    desired
        .template
        .outputs()
        .filter(|output| output.condition().is_none() && same(output))
        .filter(|output| output.value().is_some_and(|value| names.determine(value)))
        .filter_map(|output| Some((output.name.to_owned(), values.get(output.name)?.clone())))
        .collect()
}

/// The names whose `Ref` an update does not change.
struct StableNames<'a> {
    names: BTreeSet<&'a str>,
}

impl<'a> StableNames<'a> {
    fn new(live: &ObservedStack, desired: &'a DesiredStack, change_set: &ChangeSet) -> Self {
        let same_physical_id = |id: &str| {
            let mut changes = change_set.changes.iter();
            changes.all(|change| {
                change.logical_id != id
                    || (change.action == ChangeAction::Modify
                        && change.requires_replacement() == RequiresReplacement::No)
            })
        };
        let resources = desired
            .template
            .resources()
            .filter(|resource| resource.condition().is_none() && same_physical_id(resource.id))
            .map(|resource| resource.id);
        let changed = changed_parameters(desired, live);
        // Every update resolves SSM parameters again, and a secret's old value cannot be read.
        let parameters = desired
            .template
            .parameters()
            .filter(|parameter| {
                !changed.contains(parameter.name)
                    && !parameter.is_no_echo()
                    && !parameter.kind().starts_with("AWS::SSM::")
            })
            .map(|parameter| parameter.name);
        let pseudo_parameters = [
            "AWS::AccountId",
            "AWS::Partition",
            "AWS::Region",
            "AWS::StackId",
            "AWS::StackName",
            "AWS::URLSuffix",
        ];
        Self {
            names: resources
                .chain(parameters)
                .chain(pseudo_parameters)
                .collect(),
        }
    }

    /// Returns whether a value consists only of texts and of references to these names.
    fn determine(&self, value: &Node) -> bool {
        let mut determined = true;
        value.walk(&mut |node| {
            let text = node.as_str();
            determined &= !text.is_some_and(|text| text.contains("{{resolve:"));
            determined &= node.function().is_none_or(|(function, _)| {
                use Function::{Base64, Join, Ref, Select, Split, Sub};
                matches!(function, Base64 | Join | Ref | Select | Split | Sub)
            });
        });
        determined
            && value.references().iter().all(|reference| {
                matches!(reference.target, Target::Name(name) if self.names.contains(name))
            })
    }
}
