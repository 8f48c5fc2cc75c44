//! Computes the desired state of a stack, as far as the outputs of other stacks that it uses are known. Pure.

use std::collections::{BTreeMap, BTreeSet};

use formwork_blueprint::{
    AssetName, KnownValues, OutputRef, PackedAsset, ParameterSource, Stack, StackKey,
};
use formwork_template::{Capability, Function, Intrinsic, Node, Output, Template};
use indexmap::IndexMap;

use crate::limits::PARAMETER_VALUE_BYTES;
use crate::model::desired::{DesiredStack, ParameterInput, UpstreamOutputs};
use crate::model::observed::ObservedStack;
use crate::model::refusal::Refusal;

/// Resolves `stack` with the outputs that `upstream` returns.
pub(crate) fn desired_stack(
    stack: &Stack,
    packed: &IndexMap<AssetName, PackedAsset>,
    live: Option<&ObservedStack>,
    upstream: impl Fn(&StackKey) -> UpstreamOutputs,
) -> DesiredStack {
    let mut inputs = BTreeMap::new();
    let mut refusals = Vec::new();
    let mut known = BTreeMap::new();
    let mut assumed = BTreeMap::new();
    for (name, source) in &stack.parameters {
        let input = match source {
            ParameterSource::Literal(value) => ParameterInput::Value(value.clone()),
            ParameterSource::Secret(secret) => ParameterInput::Secret(secret.clone()),
            ParameterSource::Output(output) => {
                match resolve_output(name, output, upstream(&output.stack)) {
                    Ok(input) => input,
                    Err(refusal) => {
                        refusals.push(refusal);
                        ParameterInput::Pending(output.into())
                    }
                }
            }
        };
        match (&input, deployed_value(live, name)) {
            (ParameterInput::Value(value), _) if matches!(source, ParameterSource::Output(_)) => {
                known.insert(name.clone(), value.clone());
            }
            (ParameterInput::Pending(_), Some(value)) => {
                assumed.insert(name.clone(), value.to_owned());
            }
            _ => {}
        }
        inputs.insert(name.clone(), input);
    }
    let render = |parameters: &BTreeMap<String, String>| {
        stack.render(&KnownValues {
            assets: packed,
            parameters,
        })
    };
    let mut rendered = render(&known);
    if !assumed.is_empty() {
        // A pending value is assumed to be unchanged: otherwise every stack that waits would count as changed.
        assumed.extend(known);
        let pending = rendered.pending_ids;
        rendered = render(&assumed);
        rendered.pending_ids = pending;
    }
    DesiredStack {
        key: stack.key.clone(),
        name: stack.name.clone(),
        pending_ids: rendered.pending_ids,
        content_addressed: rendered.source_ids,
        inputs,
        refusals,
        tags: stack.tags.clone(),
        capabilities: capabilities(stack, &rendered.template),
        role_arn: stack.role_arn.clone(),
        notification_arns: stack.notifications.clone(),
        timeout_minutes: stack.timeout,
        protection: stack.termination_protection,
        template: rendered.template,
    }
}

fn capabilities(stack: &Stack, template: &Template) -> BTreeSet<Capability> {
    let declared = stack.capabilities.iter().copied();
    declared
        .chain(formwork_template::capabilities(template))
        .collect()
}

fn deployed_value<'a>(live: Option<&'a ObservedStack>, parameter: &str) -> Option<&'a str> {
    let deployed = live?.stack.parameters.get(parameter)?;
    Some(&deployed.value)
}

/// Returns an output's value for the parameter `name`, or the problem that would make CloudFormation fail later.
fn resolve_output(
    name: &str,
    output: &OutputRef,
    upstream: UpstreamOutputs,
) -> Result<ParameterInput, Refusal> {
    let problem = |problem: String| Refusal::Value {
        parameter: name.to_owned(),
        problem,
    };
    let (outputs, lists) = match upstream {
        UpstreamOutputs::Pending { stable } if stable.contains_key(&output.output) => {
            (stable, BTreeMap::new())
        }
        UpstreamOutputs::Pending { .. } => return Ok(ParameterInput::Pending(output.into())),
        UpstreamOutputs::Missing => {
            return Err(Refusal::MissingUpstream {
                stack: output.stack.clone(),
                output: output.output.clone(),
            });
        }
        UpstreamOutputs::Settled { outputs, lists } => (outputs, lists),
    };
    let from = format!("{}.{}", output.stack, output.output);
    let Some(value) = outputs.get(&output.output) else {
        return Err(problem(format!(
            "the deployed stack has no output `{from}`: its condition may be false"
        )));
    };
    if value.len() > PARAMETER_VALUE_BYTES {
        let length = value.len();
        return Err(problem(format!(
            "`{from}` has {length} bytes, a parameter accepts at most {PARAMETER_VALUE_BYTES}"
        )));
    }
    if output.list && value.is_empty() {
        return Err(problem(format!(
            "`{from}` is an empty list, which a parameter would read as a list of one empty string"
        )));
    }
    let items = value.split(',').count();
    if let Some(expected) = lists.get(&output.output)
        && output.list
        && *expected != items
    {
        return Err(problem(format!(
            "`{from}` has {expected} items, but a parameter would read {items}: one of them contains a comma"
        )));
    }
    Ok(ParameterInput::Value(value.clone()))
}

/// Returns the outputs of a deployed stack that stays as it is.
pub(crate) fn settled_outputs(live: Option<&ObservedStack>) -> UpstreamOutputs {
    match live {
        Some(live) if live.stack.status.is_updatable() => UpstreamOutputs::Settled {
            outputs: live.outputs(),
            lists: live.template.as_ref().map(list_lengths).unwrap_or_default(),
        },
        _ => UpstreamOutputs::Missing,
    }
}

/// Returns the length of each list output of a template whose items are written in the template.
pub(crate) fn list_lengths(template: &Template) -> BTreeMap<String, usize> {
    let length = |output: Output<'_>| {
        let (Function::Join, argument) = output.value()?.function()? else {
            return None;
        };
        let [separator, items] = argument.as_list()? else {
            return None;
        };
        let items = (separator.as_str() == Some(",")).then_some(items.as_list()?)?;
        let is_single = |item: &Node| {
            item.as_str().is_some_and(|text| !text.contains(','))
                || item.intrinsic().is_some_and(|intrinsic| match intrinsic {
                    Intrinsic::Ref(name) => template.resource(name).is_some(),
                    Intrinsic::GetAtt { .. } => true,
                    _ => false,
                })
        };
        items.iter().all(is_single).then_some(items.len())
    };
    template
        .outputs()
        .filter_map(|output| Some((output.name.to_owned(), length(output)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::read_template;
    use formwork_template::diagnostics::Span;

    fn resolved(value: &str, list: bool, items: usize) -> Result<ParameterInput, Refusal> {
        let output = OutputRef {
            stack: StackKey::new("network").unwrap(),
            output: "Ids".to_owned(),
            list,
            span: Span::default(),
        };
        let upstream = UpstreamOutputs::Settled {
            outputs: [("Ids".to_owned(), value.to_owned())].into(),
            lists: [("Ids".to_owned(), items)].into(),
        };
        resolve_output("NetworkIds", &output, upstream)
    }

    #[test]
    fn live_values_are_checked_before_they_are_sent() {
        for (value, list, items, problem) in [
            ("a,b", true, 2, None),
            ("a,b", false, 2, None),
            (&"x".repeat(4096), false, 1, None),
            (
                &"x".repeat(4097),
                false,
                1,
                Some("has 4097 bytes, a parameter accepts at most 4096"),
            ),
            ("", false, 1, None),
            (
                "",
                true,
                0,
                Some(
                    "is an empty list, which a parameter would read as a list of one empty string",
                ),
            ),
            (
                "a,b,c",
                true,
                2,
                Some("has 2 items, but a parameter would read 3: one of them contains a comma"),
            ),
        ] {
            let found = match resolved(value, list, items) {
                Ok(input) => {
                    assert_eq!(input, ParameterInput::Value(value.to_owned()));
                    None
                }
                Err(Refusal::Value { problem, .. }) => Some(problem),
                Err(other) => panic!("{other:?}"),
            };
            let expected = problem.map(|problem| format!("`network.Ids` {problem}"));
            assert_eq!(found, expected, "{} bytes", value.len());
        }
    }

    #[test]
    fn the_length_of_a_list_is_known_if_the_template_writes_it_out() {
        let template = read_template(
            "
Parameters: {Zones: {Type: CommaDelimitedList}}
Resources: {A: {Type: T::T::T}, B: {Type: T::T::T}}
Outputs:
  Two: {Value: !Join [',', [!Ref A, !GetAtt B.Id]]}
  Open: {Value: !Join [',', !Ref Zones]}
  Mixed: {Value: !Join [',', [!Ref A, !Ref Zones]]}
  One: {Value: !Ref A}
",
        )
        .unwrap();
        assert_eq!(list_lengths(&template), [("Two".to_owned(), 2)].into());
    }
}
