//! The values of a template's parameters: inputs, previous values, defaults and SSM parameters.

use formwork_template::limits::PARAMETER_VALUE_BYTES;
use formwork_template::{Node, Parameter, Template};
use indexmap::IndexMap;
use regex::Regex;

use crate::cloudformation::region::RegionView;
use crate::model::request::{InputValue, ParameterInput};
use crate::model::response::ApiError;
use crate::model::stack::{ParameterValue, StackDefinition};
use formwork_template::evaluate::EvaluatedValue;

/// Returns the value of each declared parameter.
pub(crate) fn resolve_parameters(
    template: &Template,
    inputs: &[ParameterInput],
    previous: Option<&StackDefinition>,
    region_view: &RegionView,
) -> Result<IndexMap<String, ParameterValue>, ApiError> {
    let undeclared = inputs.iter().filter(|input| {
        template
            .parameters()
            .all(|parameter| parameter.name != input.key)
    });
    let undeclared: Vec<_> = undeclared.map(|input| input.key.as_str()).collect();
    if !undeclared.is_empty() {
        return Err(ApiError::validation(format!(
            "Parameters: [{}] do not exist in the template",
            undeclared.join(", ")
        )));
    }
    let mut values = IndexMap::new();
    let mut missing = Vec::new();
    for parameter in template.parameters() {
        match parameter_text(parameter, inputs, previous)? {
            Some(text) => {
                let value = parameter_value(parameter, text, region_view)?;
                values.insert(parameter.name.to_owned(), value);
            }
            None => missing.push(parameter.name),
        }
    }
    match missing.is_empty() {
        true => Ok(values),
        false => Err(ApiError::validation(format!(
            "Parameters: [{}] must have values",
            missing.join(", ")
        ))),
    }
}

/// Returns the text of a scalar.
pub(crate) fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        formwork_template::Value::String(text) => Some(text.clone()),
        formwork_template::Value::Number(number) => Some(number.to_string()),
        formwork_template::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn parameter_text(
    parameter: Parameter<'_>,
    inputs: &[ParameterInput],
    previous: Option<&StackDefinition>,
) -> Result<Option<String>, ApiError> {
    let name = parameter.name;
    match inputs
        .iter()
        .find(|input| input.key == name)
        .map(|input| &input.value)
    {
        Some(InputValue::Value(text)) => Ok(Some(text.clone())),
        Some(InputValue::Previous) => {
            let before = previous.and_then(|previous| previous.parameters.get(name));
            let before = before.map(|value| Some(value.text.clone()));
            before.ok_or_else(|| {
                ApiError::validation(format!(
                    "Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                ))
            })
        }
        None => Ok(parameter.default().and_then(scalar_text)),
    }
}

fn parameter_value(
    parameter: Parameter<'_>,
    text: String,
    region_view: &RegionView,
) -> Result<ParameterValue, ApiError> {
    let name = parameter.name;
    if text.len() > PARAMETER_VALUE_BYTES {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value at 'parameters.{name}.member.parameterValue' failed to satisfy constraint: Member must have length less than or equal to {PARAMETER_VALUE_BYTES}"
        )));
    }
    check_constraints(parameter, &text)?;
    let kind = parameter.kind();
    let ssm = kind
        .strip_prefix("AWS::SSM::Parameter::Value<")
        .and_then(|inner| inner.strip_suffix('>'));
    let resolved = match ssm {
        None => None,
        Some(_) => Some(fetch_ssm_value(&text, region_view)?),
    };
    let inner = ssm.unwrap_or(kind);
    Ok(ParameterValue {
        is_list: inner == "CommaDelimitedList" || inner.starts_with("List<"),
        no_echo: parameter.is_no_echo(),
        text,
        resolved,
    })
}

fn fetch_ssm_value(name: &str, region_view: &RegionView) -> Result<String, ApiError> {
    let (bare, version) = match name.rsplit_once(':') {
        Some((bare, version)) => (bare, version.parse().ok()),
        None => (name, None),
    };
    match region_view.ssm_parameter(bare, version) {
        Some(EvaluatedValue::List(items)) => {
            let items: Vec<_> = items.iter().filter_map(EvaluatedValue::to_text).collect();
            Ok(items.join(","))
        }
        Some(value) => Ok(value.to_text().unwrap_or_default()),
        None => Err(ApiError::validation(format!(
            "Unable to fetch parameters [{name}] from parameter store for this account."
        ))),
    }
}

/// Checks a value against the constraints of its declaration.
fn check_constraints(parameter: Parameter<'_>, text: &str) -> Result<(), ApiError> {
    let name = parameter.name;
    let node = |key: &str| parameter.node.get(key);
    let number = |key: &str| node(key).and_then(scalar_text)?.parse::<f64>().ok();
    let kind = parameter.kind();
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let items: Vec<&str> = match is_list {
        true => text.split(',').map(str::trim).collect(),
        false => vec![text],
    };
    let violation = |rule: String| {
        let described = node("ConstraintDescription").and_then(Node::as_str);
        Err(ApiError::validation(match described {
            Some(described) => {
                format!("Parameter {name} failed to satisfy constraint: {described}")
            }
            None => format!("Parameter '{name}' {rule}"),
        }))
    };
    for item in items {
        if matches!(kind, "Number" | "List<Number>") {
            let Ok(value) = item.trim().parse::<f64>() else {
                return Err(ApiError::validation(format!(
                    "Parameter '{name}' must be a number"
                )));
            };
            if let Some(minimum) = number("MinValue").filter(|minimum| value < *minimum) {
                return violation(format!("must be a number not less than {minimum}"));
            }
            if let Some(maximum) = number("MaxValue").filter(|maximum| value > *maximum) {
                return violation(format!("must be a number not greater than {maximum}"));
            }
        }
        let length = item.chars().count() as f64;
        if let Some(minimum) = number("MinLength").filter(|minimum| length < *minimum) {
            return violation(format!("must contain at least {minimum} characters"));
        }
        if let Some(maximum) = number("MaxLength").filter(|maximum| length > *maximum) {
            return violation(format!("must contain at most {maximum} characters"));
        }
        let allowed = node("AllowedValues").and_then(Node::as_list);
        if allowed.is_some_and(|allowed| {
            allowed
                .iter()
                .all(|one| scalar_text(one).as_deref() != Some(item))
        }) {
            return violation("must be one of AllowedValues".to_owned());
        }
        if let Some(pattern) = node("AllowedPattern").and_then(Node::as_str) {
            // CloudFormation uses Java's patterns. Patterns that Rust cannot compile are not enforced.
            let regex = Regex::new(&format!("^(?:{pattern})$"));
            if regex.is_ok_and(|regex| !regex.is_match(item)) {
                return violation(format!("must match pattern {pattern}"));
            }
        }
    }
    Ok(())
}
