//! The snapshot of the account: the deployed stacks of a blueprint, their templates, and the outputs that they use.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::Stack;
use formwork_blueprint::{Blueprint, StackKey};
use formwork_template::Template;

use super::plan::Note;

/// The tag with a stack's blueprint.
pub const BLUEPRINT_TAG: &str = "formwork:blueprint";
/// The tag with a stack's key.
pub const STACK_TAG: &str = "formwork:stack";
/// The tag with a stack's environment, or `-`.
pub const ENV_TAG: &str = "formwork:env";

/// A snapshot of the deployed stacks of a blueprint.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The deployed stacks with the names of the blueprint's stacks, whether formwork created them or not.
    pub stacks: BTreeMap<StackKey, ObservedStack>,
    /// The deployed stacks with the tags of this blueprint and environment and other names.
    pub unmanaged: Vec<ObservedStack>,
    /// The parts that could not be read.
    pub notes: Vec<Note>,
    /// The number of pages of the account's stacks; `None` if the caller may not list them.
    pub pages: Option<usize>,
}

/// A deployed stack.
#[derive(Debug, Clone)]
pub struct ObservedStack {
    /// The stack.
    pub stack: Stack,
    /// The template as it was sent; `None` if it cannot be read.
    pub template: Option<Template>,
}

impl ObservedStack {
    /// Returns whether the stack carries the three tags of `key` in `blueprint`.
    pub fn is_ours(&self, blueprint: &Blueprint, key: &StackKey) -> bool {
        let tag = |name: &str| self.stack.tags.get(name).map(String::as_str);
        tag(BLUEPRINT_TAG) == Some(&blueprint.name)
            && tag(STACK_TAG) == Some(key.as_str())
            && tag(ENV_TAG) == Some(environment_tag(blueprint))
    }

    /// Returns the values of the stack's outputs.
    pub fn outputs(&self) -> BTreeMap<String, String> {
        output_values(&self.stack)
    }
}

impl Observed {
    /// Returns every deployed stack of the blueprint and environment, with the key in its tag.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &ObservedStack)> {
        let named = self.stacks.iter().map(|(key, live)| (key.as_str(), live));
        let unmanaged = self.unmanaged.iter().filter_map(|live| {
            let key = live.stack.tags.get(STACK_TAG)?;
            Some((key.as_str(), live))
        });
        named.chain(unmanaged)
    }

    /// Returns the dependencies between the deployed stacks as (dependency, dependent).
    pub(crate) fn edges(&self) -> BTreeSet<(StackKey, StackKey)> {
        let mut edges = BTreeSet::new();
        for (key, live) in &self.stacks {
            let Some(template) = &live.template else {
                continue;
            };
            for (_, from, _) in deployed_inputs(template) {
                if let Some((from, _)) = self.stacks.get_key_value(from) {
                    edges.insert((from.clone(), key.clone()));
                }
            }
        }
        edges
    }
}

/// Returns the value of [`ENV_TAG`] for a blueprint's environment.
pub(crate) fn environment_tag(blueprint: &Blueprint) -> &str {
    match &blueprint.environment {
        Some(environment) => environment.name.as_str(),
        None => "-",
    }
}

/// Returns the values of a stack's outputs.
pub(crate) fn output_values(stack: &Stack) -> BTreeMap<String, String> {
    let value =
        |(name, output): (&String, &formwork_aws::Output)| (name.clone(), output.value.clone());
    stack.outputs.iter().map(value).collect()
}

/// Returns the outputs that a deployed stack's parameters took their values from: parameter, stack and output.
///
/// formwork writes them into the parameters' descriptions.
pub fn deployed_inputs(template: &Template) -> Vec<(&str, &str, &str)> {
    template
        .parameters()
        .filter_map(|parameter| {
            let name = parameter.name;
            let description = parameter.node.get("Description")?.as_str()?;
            let (stack, output) = description
                .lines()
                .last()?
                .strip_prefix("formwork: from ")?
                .split_once('.')?;
            Some((name, stack, output))
        })
        .collect()
}
