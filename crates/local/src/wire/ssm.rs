//! SSM's parameters over its JSON protocol: enough to put one for a template and to read it back.

use super::reply::Reply;
use crate::ssm::{self, Parameter};
use crate::{Cloud, Refusal, StoreError};
use http::StatusCode;
use serde_json::{Value, json};

const JSON: &str = "application/x-amz-json-1.1";

/// Carries out an action.
pub(super) fn answer(
    cloud: &Cloud,
    action: &str,
    body: &[u8],
    region: &str,
) -> Result<Reply, Refusal> {
    let asked: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::new("SerializationException", "the body is no JSON"))?;
    let text = |name: &str| asked.get(name).and_then(Value::as_str).map(str::to_owned);
    let required = |name: &str| {
        text(name).ok_or_else(|| {
            let message = format!("1 validation error detected: Value null at '{name}'");
            Refusal::new("ValidationException", message)
        })
    };
    let answer = match action {
        "GetParameter" => {
            let name = required("Name")?;
            let found = find(cloud, region, &name)?.ok_or_else(not_found)?;
            json!({"Parameter": shown(cloud, region, &found)})
        }
        "GetParameters" => {
            let names = asked.get("Names").and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for name in names {
                match find(cloud, region, name)? {
                    Some(parameter) => found.push(shown(cloud, region, &parameter)),
                    None => missing.push(name.to_owned()),
                }
            }
            json!({"Parameters": found, "InvalidParameters": missing})
        }
        "PutParameter" => {
            let (name, value) = (required("Name")?, required("Value")?);
            let overwrite = asked.get("Overwrite").and_then(Value::as_bool);
            let kind = text("Type").unwrap_or_else(|| "String".to_owned());
            put(
                cloud,
                region,
                &name,
                &kind,
                &value,
                overwrite.unwrap_or(false),
            )?
        }
        "DeleteParameter" => {
            let name = required("Name")?;
            let deleted = cloud
                .store()
                .with(|transaction| ssm::delete(transaction, region, &name))?;
            if !deleted {
                return Err(not_found());
            }
            json!({})
        }
        other => {
            let message = format!("the local cloud does not do {other}");
            return Err(Refusal::new("UnknownOperationException", message));
        }
    };
    Ok(Reply::new(StatusCode::OK, answer.to_string()).with("content-type", JSON))
}

/// A refusal, as JSON services write it.
pub(super) fn refused(refusal: &Refusal) -> Reply {
    let body = json!({"__type": refusal.code, "message": refusal.message});
    let status = StatusCode::from_u16(refusal.http_status);
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::new(status, body.to_string()).with("content-type", JSON)
}

fn put(
    cloud: &Cloud,
    region: &str,
    name: &str,
    kind: &str,
    value: &str,
    overwrite: bool,
) -> Result<Value, Refusal> {
    let now = cloud.now();
    let version = cloud.store().with(|transaction| {
        let there = ssm::parameter(transaction, region, name, None)?;
        if there.is_some() && !overwrite {
            return Ok(None);
        }
        ssm::put(transaction, region, name, kind, value, now).map(Some)
    })?;
    let version = version.ok_or_else(|| {
        Refusal::new(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        )
    })?;
    Ok(json!({"Version": version, "Tier": "Standard"}))
}

/// The parameter of `name` or `name:version`.
fn find(cloud: &Cloud, region: &str, name: &str) -> Result<Option<Parameter>, StoreError> {
    let (name, version) = match name.rsplit_once(':') {
        Some((name, version)) => (name, version.parse().ok()),
        None => (name, None),
    };
    cloud
        .store()
        .with(|transaction| ssm::parameter(transaction, region, name, version))
}

fn shown(cloud: &Cloud, region: &str, parameter: &Parameter) -> Value {
    let account = &cloud.options().account;
    let name = parameter.name.trim_start_matches('/');
    json!({
        "Name": parameter.name,
        "Type": parameter.kind,
        "Value": parameter.value,
        "Version": parameter.version,
        "LastModifiedDate": parameter.changed.0 as f64 / 1000.0,
        "ARN": format!("arn:aws:ssm:{region}:{account}:parameter/{name}"),
        "DataType": "text",
    })
}

fn not_found() -> Refusal {
    Refusal::new("ParameterNotFound", "")
}
