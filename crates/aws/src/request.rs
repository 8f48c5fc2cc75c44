//! Converts parts of requests to the SDK's types.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types as sdk;
use formwork_template::Capability;

use crate::stack::{ParameterValue, TemplateSource};

/// Returns a template as body, URL and the request for the previous template.
pub(crate) fn template(source: &TemplateSource) -> (Option<String>, Option<String>, Option<bool>) {
    match source {
        TemplateSource::Body(body) => (Some(body.clone()), None, None),
        TemplateSource::Url(url) => (None, Some(url.clone()), None),
        TemplateSource::Previous => (None, None, Some(true)),
    }
}

pub(crate) fn parameters(parameters: &BTreeMap<String, ParameterValue>) -> Vec<sdk::Parameter> {
    parameters
        .iter()
        .map(|(key, value)| {
            let parameter = sdk::Parameter::builder().parameter_key(key);
            match value {
                ParameterValue::Plain(value) => parameter.parameter_value(value),
                ParameterValue::Secret(secret) => parameter.parameter_value(secret.reveal()),
                ParameterValue::Previous => parameter.use_previous_value(true),
            }
            .build()
        })
        .collect()
}

pub(crate) fn tags(tags: &BTreeMap<String, String>) -> Vec<sdk::Tag> {
    tags.iter()
        .map(|(key, value)| sdk::Tag::builder().key(key).value(value).build())
        .collect()
}

pub(crate) fn capabilities(capabilities: &BTreeSet<Capability>) -> Vec<sdk::Capability> {
    capabilities
        .iter()
        .map(|capability| match capability {
            Capability::Iam => sdk::Capability::CapabilityIam,
            Capability::NamedIam => sdk::Capability::CapabilityNamedIam,
            Capability::AutoExpand => sdk::Capability::CapabilityAutoExpand,
        })
        .collect()
}

/// Returns the list unless it is empty: an empty list has no meaning and is not sent.
pub(crate) fn non_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

pub(crate) fn minutes(minutes: u32) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}
