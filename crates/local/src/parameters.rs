//! A template's parameters with the values that a request gives them.

use formwork_template::{Node, Parameter, Template};
use indexmap::IndexMap;
use regex::Regex;

use crate::answer::Refusal;
use crate::outside::Outside;
use crate::request::{GivenParameter, GivenValue};
use crate::stack::{Definition, ParameterValue};
use formwork_template::evaluate::EvaluatedValue as Value;

/// The longest value of a parameter, in bytes.
const MOST_BYTES: usize = 4096;

/// Gives each declared parameter its value, or says which cannot have one.
pub(crate) fn parameters(
    template: &Template,
    given: &[GivenParameter],
    previous: Option<&Definition>,
    outside: &Outside,
) -> Result<IndexMap<String, ParameterValue>, Refusal> {
    let undeclared = given.iter().filter(|given| {
        template
            .parameters()
            .all(|parameter| parameter.name != given.key)
    });
    let undeclared: Vec<_> = undeclared.map(|given| given.key.as_str()).collect();
    if !undeclared.is_empty() {
        return Err(Refusal::validation(format!(
            "Parameters: [{}] do not exist in the template",
            undeclared.join(", ")
        )));
    }
    let mut values = IndexMap::new();
    let mut missing = Vec::new();
    for parameter in template.parameters() {
        match text(parameter, given, previous)? {
            Some(text) => {
                let value = value(parameter, text, outside)?;
                values.insert(parameter.name.to_owned(), value);
            }
            None => missing.push(parameter.name),
        }
    }
    match missing.is_empty() {
        true => Ok(values),
        false => Err(Refusal::validation(format!(
            "Parameters: [{}] must have values",
            missing.join(", ")
        ))),
    }
}

/// The text of a scalar as a template writes it.
pub(crate) fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        formwork_template::Value::String(text) => Some(text.clone()),
        formwork_template::Value::Number(number) => Some(number.to_string()),
        formwork_template::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn text(
    parameter: Parameter<'_>,
    given: &[GivenParameter],
    previous: Option<&Definition>,
) -> Result<Option<String>, Refusal> {
    let name = parameter.name;
    match given
        .iter()
        .find(|given| given.key == name)
        .map(|given| &given.value)
    {
        Some(GivenValue::Value(text)) => Ok(Some(text.clone())),
        Some(GivenValue::Previous) => {
            let before = previous.and_then(|previous| previous.parameters.get(name));
            let before = before.map(|value| Some(value.text.clone()));
            before.ok_or_else(|| {
                Refusal::validation(format!(
                    "Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                ))
            })
        }
        None => Ok(parameter.default().and_then(scalar)),
    }
}

fn value(
    parameter: Parameter<'_>,
    text: String,
    outside: &Outside,
) -> Result<ParameterValue, Refusal> {
    let name = parameter.name;
    if text.len() > MOST_BYTES {
        return Err(Refusal::validation(format!(
            "1 validation error detected: Value at 'parameters.{name}.member.parameterValue' failed to satisfy constraint: Member must have length less than or equal to {MOST_BYTES}"
        )));
    }
    check(parameter, &text)?;
    let kind = parameter.kind();
    let ssm = kind
        .strip_prefix("AWS::SSM::Parameter::Value<")
        .and_then(|inner| inner.strip_suffix('>'));
    let resolved = match ssm {
        None => None,
        Some(_) => Some(fetch(&text, outside)?),
    };
    let inner = ssm.unwrap_or(kind);
    Ok(ParameterValue {
        is_list: inner == "CommaDelimitedList" || inner.starts_with("List<"),
        no_echo: parameter.is_no_echo(),
        text,
        resolved,
    })
}

fn fetch(name: &str, outside: &Outside) -> Result<String, Refusal> {
    let (bare, version) = match name.rsplit_once(':') {
        Some((bare, version)) => (bare, version.parse().ok()),
        None => (name, None),
    };
    match outside.ssm_parameter(bare, version) {
        Some(Value::List(items)) => {
            let items: Vec<_> = items.iter().filter_map(Value::to_text).collect();
            Ok(items.join(","))
        }
        Some(value) => Ok(value.to_text().unwrap_or_default()),
        None => Err(Refusal::validation(format!(
            "Unable to fetch parameters [{name}] from parameter store for this account."
        ))),
    }
}

/// Holds a value against its declaration's constraints.
fn check(parameter: Parameter<'_>, text: &str) -> Result<(), Refusal> {
    let name = parameter.name;
    let node = |key: &str| parameter.node.get(key);
    let number = |key: &str| node(key).and_then(scalar)?.parse::<f64>().ok();
    let kind = parameter.kind();
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let items: Vec<&str> = match is_list {
        true => text.split(',').map(str::trim).collect(),
        false => vec![text],
    };
    let wrong = |rule: String| {
        let described = node("ConstraintDescription").and_then(Node::as_str);
        Err(Refusal::validation(match described {
            Some(described) => {
                format!("Parameter {name} failed to satisfy constraint: {described}")
            }
            None => format!("Parameter '{name}' {rule}"),
        }))
    };
    for item in items {
        if matches!(kind, "Number" | "List<Number>") {
            let Ok(value) = item.trim().parse::<f64>() else {
                return Err(Refusal::validation(format!(
                    "Parameter '{name}' must be a number"
                )));
            };
            if let Some(least) = number("MinValue").filter(|least| value < *least) {
                return wrong(format!("must be a number not less than {least}"));
            }
            if let Some(most) = number("MaxValue").filter(|most| value > *most) {
                return wrong(format!("must be a number not greater than {most}"));
            }
        }
        let length = item.chars().count() as f64;
        if let Some(least) = number("MinLength").filter(|least| length < *least) {
            return wrong(format!("must contain at least {least} characters"));
        }
        if let Some(most) = number("MaxLength").filter(|most| length > *most) {
            return wrong(format!("must contain at most {most} characters"));
        }
        let allowed = node("AllowedValues").and_then(Node::as_list);
        if allowed.is_some_and(|allowed| {
            allowed
                .iter()
                .all(|one| scalar(one).as_deref() != Some(item))
        }) {
            return wrong("must be one of AllowedValues".to_owned());
        }
        if let Some(pattern) = node("AllowedPattern").and_then(Node::as_str) {
            // CloudFormation's patterns are Java's: what Rust cannot read is not enforced here.
            let whole = Regex::new(&format!("^(?:{pattern})$"));
            if whole.is_ok_and(|whole| !whole.is_match(item)) {
                return wrong(format!("must match pattern {pattern}"));
            }
        }
    }
    Ok(())
}
