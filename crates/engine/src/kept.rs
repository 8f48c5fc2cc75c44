//! The outputs that an update provably leaves as they are, so that dependents need not wait to be told. Pure.
//!
//! `Ref` of a resource is its physical id, which only a replacement changes. So an output that is written as before
//! and made of such references alone stays what it is when the change set replaces none of them. An attribute may
//! change by an update in place, and even without one: it is known only afterwards.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{ChangeAction, ChangeSet, Replaces};
use formwork_template::references::Target;
use formwork_template::{Function, Node, Output, equivalence};

use crate::desired::Desired;
use crate::draft::changed_parameters;
use crate::observe::Live;

/// The values of the outputs that stay as they are when `change_set` is executed.
pub fn kept_outputs(
    live: &Live,
    desired: &Desired,
    change_set: &ChangeSet,
) -> BTreeMap<String, String> {
    let Some(deployed) = &live.template else {
        return BTreeMap::new();
    };
    let steady = Steady::of(live, desired, change_set);
    let values = live.outputs();
    let same = |output: &Output<'_>| {
        let before = deployed.outputs().find(|old| old.name == output.name);
        before.is_some_and(|before| equivalence::same_value(before.node, output.node))
    };
    desired
        .template
        .outputs()
        .filter(|output| output.condition().is_none() && same(output))
        .filter(|output| output.value().is_some_and(|value| steady.holds(value)))
        .filter_map(|output| Some((output.name.to_owned(), values.get(output.name)?.clone())))
        .collect()
}

/// The names whose `Ref` an update leaves as it is.
struct Steady<'a> {
    names: BTreeSet<&'a str>,
}

impl<'a> Steady<'a> {
    fn of(live: &Live, desired: &'a Desired, change_set: &ChangeSet) -> Self {
        let same_physical_id = |id: &str| {
            let mut changes = change_set.changes.iter();
            changes.all(|change| {
                change.logical_id != id
                    || (change.action == ChangeAction::Modify && change.replaces() == Replaces::No)
            })
        };
        let resources = desired
            .template
            .resources()
            .filter(|resource| resource.condition().is_none() && same_physical_id(resource.id))
            .map(|resource| resource.id);
        let changed = changed_parameters(desired, live);
        // SSM's are fetched anew by every update, and what a secret was cannot be read back.
        let parameters = desired
            .template
            .parameters()
            .filter(|parameter| {
                !changed.contains(parameter.name)
                    && !parameter.is_no_echo()
                    && !parameter.kind().starts_with("AWS::SSM::")
            })
            .map(|parameter| parameter.name);
        let pseudo = ["AWS::AccountId", "AWS::Partition", "AWS::Region"];
        let more = ["AWS::StackId", "AWS::StackName", "AWS::URLSuffix"];
        Self {
            names: resources
                .chain(parameters)
                .chain(pseudo)
                .chain(more)
                .collect(),
        }
    }

    fn holds(&self, value: &Node) -> bool {
        let mut holds = true;
        value.walk(&mut |node| {
            let text = node.as_str();
            holds &= !text.is_some_and(|text| text.contains("{{resolve:"));
            holds &= node.function().is_none_or(|(function, _)| {
                use Function::{Base64, Join, Ref, Select, Split, Sub};
                matches!(function, Base64 | Join | Ref | Select | Split | Sub)
            });
        });
        holds
            && value.references().iter().all(|reference| {
                matches!(reference.target, Target::Name(name) if self.names.contains(name))
            })
    }
}
