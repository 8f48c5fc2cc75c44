//! SSM's parameters over its JSON protocol: enough to put one for a template and to read it back.

use super::reply::Reply;
use crate::ssm::{self, Parameter};
use crate::{Caller, Cloud, Refusal};
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
    let caller = Caller {
        region: region.to_owned(),
    };
    let answer = match action {
        "GetParameter" => {
            let name = required("Name")?;
            let found = find(cloud, &caller, &name)?.ok_or_else(not_found)?;
            json!({"Parameter": shown(cloud, region, &found)})
        }
        "GetParameters" => {
            let names = asked.get("Names").and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for name in names {
                match find(cloud, &caller, name)? {
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
            if find(cloud, &caller, &name)?.is_some() && overwrite != Some(true) {
                return Err(Refusal::new(
                    "ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
                ));
            }
            let now = cloud.now();
            let version = cloud
                .store()
                .with(|transaction| ssm::put(transaction, region, &name, &kind, &value, now))?;
            json!({"Version": version, "Tier": "Standard"})
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

/// The parameter of `name` or `name:version`.
fn find(cloud: &Cloud, caller: &Caller, name: &str) -> Result<Option<Parameter>, Refusal> {
    let (name, version) = match name.rsplit_once(':') {
        Some((name, version)) => (name, version.parse().ok()),
        None => (name, None),
    };
    cloud.ssm_parameter(caller, name, version)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::request::{CreateStack, Desired, Request, TemplateSource};
    use std::time::Duration;

    fn said(cloud: &Cloud, action: &str, body: Value) -> String {
        let answered = answer(cloud, action, body.to_string().as_bytes(), "us-east-1");
        match answered {
            Ok(reply) => {
                let answer: Value = serde_json::from_slice(reply.body()).unwrap();
                let parameter = &answer["Parameter"];
                format!("{} {}", parameter["Value"], parameter["Version"])
            }
            Err(refusal) => refusal.code,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_parameter_is_put_read_by_version_and_deleted() {
        let cloud = Cloud::open(Options::default()).unwrap();
        let put = |value: &str, overwrite: bool| {
            let body =
                json!({"Name": "/x", "Value": value, "Type": "String", "Overwrite": overwrite});
            said(&cloud, "PutParameter", body)
        };
        let get = |name: &str| said(&cloud, "GetParameter", json!({"Name": name}));
        assert_eq!(get("/x"), "ParameterNotFound");
        put("a", false);
        assert_eq!(put("b", false), "ParameterAlreadyExists");
        put("b", true);
        assert_eq!(
            [get("/x"), get("/x:1"), get("/x:3")],
            ["\"b\" 2", "\"a\" 1", "ParameterNotFound"]
        );
        said(&cloud, "DeleteParameter", json!({"Name": "/x"}));
        assert_eq!(get("/x"), "ParameterNotFound");
        assert_eq!(
            said(&cloud, "DeleteParameter", json!({"Name": "/x"})),
            "ParameterNotFound"
        );
        assert_eq!(
            said(&cloud, "PutParameter", json!({})),
            "ValidationException"
        );
        assert_eq!(
            said(&cloud, "Dance", json!({})),
            "UnknownOperationException"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stacks_parameter_is_read_like_any_other() {
        let cloud = Cloud::open(Options::default()).unwrap();
        let template = json!({"Resources": {"P": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/made", "Type": "String", "Value": "here"},
        }}});
        let desired = Desired {
            stack_name: "s".to_owned(),
            template: TemplateSource::Body(template.to_string()),
            ..Desired::default()
        };
        let create = CreateStack {
            desired,
            ..CreateStack::default()
        };
        let caller = Caller {
            region: "us-east-1".to_owned(),
        };
        cloud.call(&caller, Request::CreateStack(create)).unwrap();
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(
            said(&cloud, "GetParameter", json!({"Name": "/made"})),
            "\"here\" 1"
        );
    }
}
