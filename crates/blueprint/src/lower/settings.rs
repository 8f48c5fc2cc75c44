//! The settings of a stack outside its template: name, tags and options.

use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::constants::is_arn;
use crate::limits::TAGS;
use crate::model::{EnvName, Protection, TerminationProtection};
use crate::scope::symbols::StackSymbols;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Capability, Map, StackName};
use std::collections::BTreeMap;

/// The settings of the blueprint and environment that apply to all stacks.
pub(crate) struct BlueprintSettings {
    pub(crate) name: Option<String>,
    pub(crate) environment: Option<EnvName>,
    pub(crate) protection: Protection,
    pub(crate) tags: BTreeMap<String, (String, Span)>,
    /// The region of the environment, or else of the blueprint.
    pub(crate) region: Option<String>,
}

/// The settings of a stack.
pub(crate) struct StackSettings {
    pub(crate) name: StackName,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) termination_protection: TerminationProtection,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notifications: Vec<String>,
    pub(crate) timeout: Option<u32>,
}

/// Evaluates the settings of a stack. Returns none if its name is invalid.
pub(crate) fn settings(
    evaluator: &mut Evaluator<'_, '_>,
    whole: &BlueprintSettings,
    declared: &StackSymbols,
    map: &Map,
) -> Option<StackSettings> {
    let tags = tags(evaluator, whole, declared, map);
    let truth = map
        .get("termination_protection")
        .and_then(|node| evaluator.constant_bool(node, "`termination_protection`"));
    let protected = truth.unwrap_or(whole.protection == Protection::Protected);
    let role_arn = map.get("role_arn").and_then(|node| {
        let text = evaluator.constant_text(node, "`role_arn`")?;
        is_arn(evaluator, text, node)
    });
    let notifications = map
        .get("notifications")
        .map(|node| evaluator.constant_texts(node, "`notifications`"))
        .unwrap_or_default();
    let timeout = map
        .get("timeout")
        .and_then(|node| evaluator.constant_integer(node, "`timeout`"));
    let capabilities = capabilities(evaluator, map);
    let name = name(evaluator, whole, declared, map)?;
    Some(StackSettings {
        name,
        tags,
        termination_protection: match protected {
            true => TerminationProtection::On,
            false => TerminationProtection::Off,
        },
        capabilities,
        role_arn,
        notifications: notifications.into_iter().map(|(text, _)| text).collect(),
        timeout,
    })
}

fn capabilities(evaluator: &mut Evaluator<'_, '_>, map: &Map) -> Vec<Capability> {
    let Some(node) = map.get("capabilities") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, span) in evaluator.constant_texts(node, "`capabilities`") {
        match Capability::from_name(&name) {
            Some(capability) => found.push(capability),
            None => {
                let problem =
                    Problem::error(codes::BAD_VALUE, format!("unknown capability `{name}`"))
                        .at(span, "");
                let help = "the capabilities are `CAPABILITY_IAM`, `CAPABILITY_NAMED_IAM` and `CAPABILITY_AUTO_EXPAND`; formwork adds those that a template needs";
                evaluator.context.report(problem.help(help));
            }
        }
    }
    found
}

fn tags(
    evaluator: &mut Evaluator<'_, '_>,
    whole: &BlueprintSettings,
    declared: &StackSymbols,
    map: &Map,
) -> BTreeMap<String, String> {
    let mut tags = whole.tags.clone();
    if let Some(node) = map.get("tags") {
        evaluator.constant_tags(node, &mut tags);
    }
    if tags.len() + 3 > TAGS {
        let message = format!(
            "the stack has {} tags including the three of formwork, at most {TAGS} are allowed",
            tags.len() + 3
        );
        evaluator
            .context
            .report(Problem::error(codes::BAD_TAG, message).at(declared.span, ""));
    }
    let mut tags: BTreeMap<String, String> = tags
        .into_iter()
        .map(|(key, (value, _))| (key, value))
        .collect();
    let environment = whole.environment.as_ref().map_or("-", EnvName::as_str);
    let name = whole.name.clone().unwrap_or_default();
    tags.insert("formwork:blueprint".to_owned(), name);
    tags.insert("formwork:stack".to_owned(), declared.key.to_string());
    tags.insert("formwork:env".to_owned(), environment.to_owned());
    tags
}

fn name(
    evaluator: &mut Evaluator<'_, '_>,
    whole: &BlueprintSettings,
    declared: &StackSymbols,
    map: &Map,
) -> Option<StackName> {
    let (name, span, help) = match map.get("name") {
        Some(node) => (
            evaluator.constant_text(node, "a stack's name")?,
            node.span,
            None,
        ),
        None => {
            let blueprint = whole.name.as_ref()?;
            let name = match &whole.environment {
                Some(environment) => format!("{blueprint}-{environment}-{}", declared.key),
                None => format!("{blueprint}-{}", declared.key),
            };
            (name, declared.span, Some("set the `name` of the stack"))
        }
    };
    match StackName::new(name) {
        Ok(name) => Some(name),
        Err(error) => {
            let problem =
                Problem::error(codes::BAD_NAME, format!("the stack's name: {error}")).at(span, "");
            evaluator.context.report(match help {
                Some(help) => problem.help(help),
                None => problem,
            });
            None
        }
    }
}
