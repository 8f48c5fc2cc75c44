//! What a stack should be, as far as the values that it takes from other stacks are known. Pure.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{Capability, ParameterValue, Secret};
use formwork_blueprint::{
    AssetName, KnownValues, OutputRef, PackedAsset, ParameterSource, PendingId, SecretValue, Stack,
    StackKey, TerminationProtection, VariableName,
};
use formwork_template::{Function, Hasher, StackName, Template, write};
use indexmap::IndexMap;

use crate::observe::Live;
use crate::plan::{Pending, Refusal};
use crate::token::Content;

/// What a stack should be.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Its key.
    pub key: StackKey,
    /// Its name.
    pub name: StackName,
    /// Its template.
    pub template: Template,
    /// Logical ids that are only final when pending values are known.
    pub open: Vec<PendingId>,
    /// Logical ids that follow content, with the names they have in the blueprint.
    pub written: BTreeMap<String, String>,
    /// Its parameters that are given a value.
    pub inputs: BTreeMap<String, Input>,
    /// What is wrong with the values that are known.
    pub refusals: Vec<Refusal>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What is acknowledged.
    pub capabilities: BTreeSet<Capability>,
    /// The role that CloudFormation works with.
    pub role_arn: Option<String>,
    /// The topics that hear its events.
    pub notification_arns: Vec<String>,
    /// How long its creation may take.
    pub timeout_minutes: Option<u32>,
    /// Whether it is protected from deletion.
    pub protection: TerminationProtection,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// This one.
    Value(String),
    /// An output that is known after deployment.
    Pending(Pending),
    /// A secret.
    Secret(SecretValue),
}

/// A stack whose outputs others use.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// Its outputs are final.
    Settled {
        /// The outputs.
        outputs: BTreeMap<String, String>,
        /// How many items each of its list outputs has, as far as its template tells.
        lists: BTreeMap<String, usize>,
    },
    /// It is going to be changed, or perhaps so.
    Pending {
        /// Its outputs that stay what they are all the same.
        kept: BTreeMap<String, String>,
    },
    /// It is not deployed and not going to be.
    Missing,
}

/// What is done with secrets in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// They are sent.
    Send,
    /// The stack keeps those it has.
    Keep,
}

/// The most bytes that a parameter's value may have.
const VALUE_LIMIT: usize = 4_096;

/// What `stack` should be.
pub fn desire(
    stack: &Stack,
    packed: &IndexMap<AssetName, PackedAsset>,
    live: Option<&Live>,
    upstream: impl Fn(&StackKey) -> Upstream,
) -> Desired {
    let mut inputs = BTreeMap::new();
    let mut refusals = Vec::new();
    let mut known = BTreeMap::new();
    let mut assumed = BTreeMap::new();
    for (name, source) in &stack.parameters {
        let input = match source {
            ParameterSource::Literal(value) => Input::Value(value.clone()),
            ParameterSource::Secret(secret) => Input::Secret(secret.clone()),
            ParameterSource::Output(output) => {
                match settle(name, output, upstream(&output.stack)) {
                    Ok(input) => input,
                    Err(refusal) => {
                        refusals.push(refusal);
                        Input::Pending(output.into())
                    }
                }
            }
        };
        match (&input, deployed_value(live, name)) {
            (Input::Value(value), _) if matches!(source, ParameterSource::Output(_)) => {
                known.insert(name.clone(), value.clone());
            }
            (Input::Pending(_), Some(value)) => {
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
        // Until it is known, what the stack holds now stands for it: so what only waits is told from what changes.
        assumed.extend(known);
        let pending = rendered.pending_ids;
        rendered = render(&assumed);
        rendered.pending_ids = pending;
    }
    Desired {
        key: stack.key.clone(),
        name: stack.name.clone(),
        open: rendered.pending_ids,
        written: rendered.source_ids,
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

fn deployed_value<'a>(live: Option<&'a Live>, parameter: &str) -> Option<&'a str> {
    let deployed = live?.stack.parameters.get(parameter)?;
    Some(&deployed.value)
}

/// The value of an output for the parameter `name`, checked as CloudFormation would only fail on it later.
fn settle(name: &str, output: &OutputRef, upstream: Upstream) -> Result<Input, Refusal> {
    let problem = |problem: String| Refusal::Value {
        parameter: name.to_owned(),
        problem,
    };
    let (outputs, lists) = match upstream {
        Upstream::Pending { kept } if kept.contains_key(&output.output) => (kept, BTreeMap::new()),
        Upstream::Pending { .. } => return Ok(Input::Pending(output.into())),
        Upstream::Missing => {
            return Err(Refusal::MissingUpstream {
                stack: output.stack.clone(),
                output: output.output.clone(),
            });
        }
        Upstream::Settled { outputs, lists } => (outputs, lists),
    };
    let from = format!("{}.{}", output.stack, output.output);
    let Some(value) = outputs.get(&output.output) else {
        let words = "is not among the deployed stack's outputs: its condition may be false";
        return Err(problem(format!("`{from}` {words}")));
    };
    if value.len() > VALUE_LIMIT {
        let length = value.len();
        return Err(problem(format!(
            "`{from}` has {length} bytes, a parameter takes {VALUE_LIMIT}"
        )));
    }
    if output.list && value.is_empty() {
        let words = "is an empty list, which a parameter would hold as one empty string";
        return Err(problem(format!("`{from}` {words}")));
    }
    let items = value.split(',').count();
    if let Some(expected) = lists.get(&output.output)
        && output.list
        && *expected != items
    {
        return Err(problem(format!(
            "`{from}` lists {expected} values but reads as {items}: one of them holds a comma"
        )));
    }
    Ok(Input::Value(value.clone()))
}

/// How many items each list output of a template has, where its list is written out.
pub fn list_lengths(template: &Template) -> BTreeMap<String, usize> {
    let length = |output: formwork_template::Output<'_>| {
        let (Function::Join, argument) = output.value()?.function()? else {
            return None;
        };
        let [separator, items] = argument.as_list()? else {
            return None;
        };
        let items = (separator.as_str() == Some(",")).then_some(items.as_list()?)?;
        let is_single = |item: &formwork_template::Node| {
            item.as_str().is_some_and(|text| !text.contains(','))
                || item.intrinsic().is_some_and(|intrinsic| match intrinsic {
                    formwork_template::Intrinsic::Ref(name) => template.resource(name).is_some(),
                    formwork_template::Intrinsic::GetAtt { .. } => true,
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

fn capabilities(stack: &Stack, template: &Template) -> BTreeSet<Capability> {
    let given = stack.capabilities.iter().copied();
    let needed = formwork_template::capabilities(template);
    given
        .chain(needed)
        .map(|capability| match capability {
            formwork_template::Capability::Iam => Capability::Iam,
            formwork_template::Capability::NamedIam => Capability::NamedIam,
            formwork_template::Capability::AutoExpand => Capability::AutoExpand,
        })
        .collect()
}

impl Desired {
    /// The template as it is sent.
    pub fn text(&self) -> String {
        write::json_compact(self.template.root())
    }

    /// The values that are not known yet.
    pub fn pending(&self) -> BTreeSet<Pending> {
        let pending = |input: &Input| match input {
            Input::Pending(pending) => Some(pending.clone()),
            Input::Value(_) | Input::Secret(_) => None,
        };
        self.inputs.values().filter_map(pending).collect()
    }

    /// Whether it has secrets.
    pub fn has_secrets(&self) -> bool {
        let is_secret = |input: &Input| matches!(input, Input::Secret(_));
        self.inputs.values().any(is_secret) || self.hides_values()
    }

    /// Whether a value that the blueprint writes out goes to a parameter that does not read back.
    pub fn hides_values(&self) -> bool {
        let inputs = self.inputs.iter();
        let mut values = inputs.filter(|(_, input)| matches!(input, Input::Value(_)));
        values.any(|(name, _)| self.is_hidden(name))
    }

    fn is_hidden(&self, name: &str) -> bool {
        let mut parameters = self.template.parameters();
        parameters.any(|parameter| parameter.name == name && parameter.is_no_echo())
    }

    /// Whether one of these variables is among its secrets.
    pub fn rotates(&self, variables: &BTreeSet<VariableName>) -> bool {
        self.inputs.values().any(|input| match input {
            Input::Secret(secret) => variables.contains(secret.variable()),
            Input::Value(_) | Input::Pending(_) => false,
        })
    }

    /// Whether macros rewrite its template: then it is also made by a change set.
    pub fn has_macros(&self) -> bool {
        formwork_template::capabilities::has_macros(&self.template)
    }

    /// The parameters as they are sent. With `live`, secrets may be kept; new ones are always sent.
    pub fn parameters(
        &self,
        live: Option<&Live>,
        secrets: Secrets,
    ) -> BTreeMap<String, ParameterValue> {
        let value = |(name, input): (&String, &Input)| {
            let value = match input {
                Input::Value(value) => ParameterValue::Given(value.clone()),
                Input::Secret(_) if self.keeps(live, secrets, name) => ParameterValue::Previous,
                Input::Secret(secret) => ParameterValue::Secret(Secret::new(secret.expose())),
                // Nothing is sent before every value is known.
                Input::Pending(_) => return None,
            };
            Some((name.clone(), value))
        };
        self.inputs.iter().filter_map(value).collect()
    }

    fn keeps(&self, live: Option<&Live>, secrets: Secrets, name: &str) -> bool {
        secrets == Secrets::Keep && deployed_value(live, name).is_some()
    }

    /// The hash of what creating or updating it asks for; secrets count only as being there.
    pub fn content(&self, operation: &str) -> Content {
        let mut hasher = Hasher::default();
        hasher
            .piece(operation)
            .piece(self.name.as_str())
            .piece(self.text());
        for (name, input) in &self.inputs {
            hasher.piece(name);
            match input {
                Input::Value(_) if self.is_hidden(name) => hasher.piece("hidden"),
                Input::Value(value) => hasher.piece("value").piece(value),
                Input::Pending(pending) => hasher
                    .piece("pending")
                    .piece(pending.stack.as_str())
                    .piece(&pending.output),
                Input::Secret(secret) => hasher.piece("secret").piece(secret.variable().as_str()),
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
        Content::new(hasher.finish())
    }
}

/// The hash of what deleting a stack asks for.
pub fn deletion_content(id: &formwork_aws::StackId) -> Content {
    let mut hasher = Hasher::default();
    hasher.piece("delete").piece(id.as_str());
    Content::new(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::read_template;
    use formwork_template::diagnostics::Span;

    fn settled(value: &str, list: bool, items: usize) -> Result<Input, Refusal> {
        let output = OutputRef {
            stack: StackKey::new("network").unwrap(),
            output: "Ids".to_owned(),
            list,
            span: Span::default(),
        };
        let upstream = Upstream::Settled {
            outputs: [("Ids".to_owned(), value.to_owned())].into(),
            lists: [("Ids".to_owned(), items)].into(),
        };
        settle("NetworkIds", &output, upstream)
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
                Some("has 4097 bytes, a parameter takes 4096"),
            ),
            ("", false, 1, None),
            (
                "",
                true,
                0,
                Some("is an empty list, which a parameter would hold as one empty string"),
            ),
            (
                "a,b,c",
                true,
                2,
                Some("lists 2 values but reads as 3: one of them holds a comma"),
            ),
        ] {
            let said = match settled(value, list, items) {
                Ok(input) => {
                    assert_eq!(input, Input::Value(value.to_owned()));
                    None
                }
                Err(Refusal::Value { problem, .. }) => Some(problem),
                Err(other) => panic!("{other:?}"),
            };
            let expect = problem.map(|problem| format!("`network.Ids` {problem}"));
            assert_eq!(said, expect, "{} bytes", value.len());
        }
    }

    #[test]
    fn the_length_of_a_list_is_known_where_it_is_written_out() {
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
