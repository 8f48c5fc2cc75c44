//! SSM's actions on the wire: get, put and delete parameters in the JSON protocol.

use http::StatusCode;
use serde_json::{Value, json};

use super::reply::Reply;
use crate::cloud::Cloud;
use crate::model::calls::Caller;
use crate::model::response::ApiError;
use crate::model::ssm_parameter::SsmParameter;
use crate::services::ssm::{
    Overwrite, delete_parameter, find_parameter, get_parameter, put_parameter,
};

const JSON: &str = "application/x-amz-json-1.1";

/// Carries out an action and returns its reply.
pub(super) fn answer(
    cloud: &Cloud,
    action: &str,
    body: &[u8],
    region: &str,
) -> Result<Reply, ApiError> {
    let request: Value = serde_json::from_slice(body)
        .map_err(|_| ApiError::new("SerializationException", "the body is not JSON"))?;
    let caller = Caller {
        region: region.to_owned(),
    };
    let response = match action {
        "GetParameter" => {
            let name = required_text(&request, "Name")?;
            let parameter = get_parameter(cloud, &caller, name)?;
            json!({"Parameter": parameter_json(cloud, region, &parameter)})
        }
        "GetParameters" => get_parameters(cloud, &caller, &request)?,
        "PutParameter" => {
            let name = required_text(&request, "Name")?;
            let value = required_text(&request, "Value")?;
            let kind = request.get("Type").and_then(Value::as_str);
            let overwrite = match request.get("Overwrite").and_then(Value::as_bool) {
                Some(true) => Overwrite::Allowed,
                _ => Overwrite::Forbidden,
            };
            let kind = kind.unwrap_or("String");
            let version = put_parameter(cloud, &caller, name, kind, value, overwrite)?;
            json!({"Version": version, "Tier": "Standard"})
        }
        "DeleteParameter" => {
            delete_parameter(cloud, &caller, required_text(&request, "Name")?)?;
            json!({})
        }
        other => {
            let message = format!("the local cloud does not support the action `{other}`");
            return Err(ApiError::new("UnknownOperationException", message));
        }
    };
    Ok(Reply::new(StatusCode::OK, response.to_string()).with("content-type", JSON))
}

/// Returns the reply for an error.
pub(super) fn error_reply(error: &ApiError) -> Reply {
    let body = json!({"__type": error.code, "message": error.message});
    let status = StatusCode::from_u16(error.http_status);
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::new(status, body.to_string()).with("content-type", JSON)
}

fn get_parameters(cloud: &Cloud, caller: &Caller, request: &Value) -> Result<Value, ApiError> {
    let names = request.get("Names").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let (mut parameters, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match find_parameter(cloud, caller, name)? {
            Some(parameter) => parameters.push(parameter_json(cloud, &caller.region, &parameter)),
            None => missing.push(name),
        }
    }
    Ok(json!({"Parameters": parameters, "InvalidParameters": missing}))
}

fn required_text<'a>(request: &'a Value, name: &str) -> Result<&'a str, ApiError> {
    request.get(name).and_then(Value::as_str).ok_or_else(|| {
        let message = format!("1 validation error detected: Value null at '{name}'");
        ApiError::new("ValidationException", message)
    })
}

fn parameter_json(cloud: &Cloud, region: &str, parameter: &SsmParameter) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::model::request::{CreateStack, Request, StackSpec, TemplateSource};
    use std::time::Duration;

    fn send(cloud: &Cloud, action: &str, body: Value) -> String {
        let result = answer(cloud, action, body.to_string().as_bytes(), "us-east-1");
        match result {
            Ok(reply) => {
                let response: Value = serde_json::from_slice(reply.body()).unwrap();
                let parameter = &response["Parameter"];
                format!("{} {}", parameter["Value"], parameter["Version"])
            }
            Err(error) => error.code,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_parameter_is_put_read_by_version_and_deleted() {
        let cloud = Cloud::open(Options::default()).unwrap();
        let put = |value: &str, overwrite: bool| {
            let body =
                json!({"Name": "/x", "Value": value, "Type": "String", "Overwrite": overwrite});
            send(&cloud, "PutParameter", body)
        };
        let get = |name: &str| send(&cloud, "GetParameter", json!({"Name": name}));
        assert_eq!(get("/x"), "ParameterNotFound");
        put("a", false);
        assert_eq!(put("b", false), "ParameterAlreadyExists");
        put("b", true);
        assert_eq!(
            [get("/x"), get("/x:1"), get("/x:3")],
            ["\"b\" 2", "\"a\" 1", "ParameterNotFound"]
        );
        send(&cloud, "DeleteParameter", json!({"Name": "/x"}));
        assert_eq!(get("/x"), "ParameterNotFound");
        assert_eq!(
            send(&cloud, "DeleteParameter", json!({"Name": "/x"})),
            "ParameterNotFound"
        );
        assert_eq!(
            send(&cloud, "PutParameter", json!({})),
            "ValidationException"
        );
        assert_eq!(
            send(&cloud, "Dance", json!({})),
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
        let desired = StackSpec {
            stack_name: "s".to_owned(),
            template: TemplateSource::Body(template.to_string()),
            ..StackSpec::default()
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
            send(&cloud, "GetParameter", json!({"Name": "/made"})),
            "\"here\" 1"
        );
    }
}
