//! Creates the summary of a run after every stack has its outcome.

use std::collections::BTreeMap;

use formwork_aws::Stack;
use formwork_blueprint::StackKey;
use indexmap::IndexMap;

use super::Owner;
use crate::execute::context::RunContext;
use crate::model::observed::{deployed_inputs, output_values};
use crate::model::outcome::{DeployedStack, Outcome, StaleInput, Summary};

impl Owner {
    pub(super) fn summary(mut self) -> Summary {
        let order = std::mem::take(&mut self.order);
        let outcome = |key: StackKey| {
            let outcome = self.outcomes.swap_remove(&key);
            (
                key,
                outcome.expect("a finished schedule has an outcome for every stack"),
            )
        };
        let stacks = order.into_iter().map(outcome).collect();
        Summary {
            purpose: self.purpose,
            stale: stale_inputs(&self.context, &stacks, &self.deployed),
            stacks,
            deployed: self.deployed.into_iter().collect(),
            interruption: self.cancel.level(),
            took: self.start.elapsed(),
        }
    }
}

pub(super) fn deployed_stack(stack: &Stack) -> DeployedStack {
    DeployedStack {
        id: stack.id.clone(),
        name: stack.name.clone(),
        outputs: output_values(stack),
    }
}

/// Returns the inputs of deployed stacks outside the run that hold an old value of an output that the run changed.
fn stale_inputs(
    context: &RunContext,
    stacks: &IndexMap<StackKey, Outcome>,
    deployed: &BTreeMap<StackKey, DeployedStack>,
) -> Vec<StaleInput> {
    let mut stale = Vec::new();
    for (consumer, live) in &context.run.observed.stacks {
        let Some(template) = live
            .template
            .as_ref()
            .filter(|_| !stacks.contains_key(consumer))
        else {
            continue;
        };
        for (parameter, from, output) in deployed_inputs(template) {
            let changed = stacks
                .get_full(from)
                .filter(|(_, _, outcome)| matches!(outcome, Outcome::Changed { .. }));
            let Some((_, from, _)) = changed else {
                continue;
            };
            let now = deployed
                .get(from)
                .and_then(|stack| stack.outputs.get(output));
            let held = live.stack.parameters.get(parameter).map(|held| &held.value);
            if now != held {
                stale.push(StaleInput {
                    consumer: consumer.clone(),
                    parameter: parameter.to_owned(),
                    stack: from.clone(),
                    output: output.to_owned(),
                });
            }
        }
    }
    stale
}
