//! The types that are not in the table: an id and plausible attributes.

use super::id_generator::IdGenerator;
use super::{ExistingResource, NewResource, Recreation, ResourceOperation, is_within};
use formwork_template::evaluate::EvaluatedValue;
use std::time::Duration;

/// Returns the explicit name, else `stack-Logical-digits`, like most types.
pub(super) fn physical_id(resource: &NewResource<'_>) -> String {
    let digits = IdGenerator::new(&[resource.seed, resource.kind, resource.logical_id]);
    let explicit = name_properties(resource.kind)
        .iter()
        .find_map(|name| resource.properties.text_at(name));
    explicit.unwrap_or_else(|| {
        let stack = &resource.stack_context.stack_name;
        format!("{stack}-{}-{}", resource.logical_id, digits.mixed(12))
    })
}

/// Returns a plausible value for an attribute, depending on its name.
pub(super) fn attribute(resource: &ExistingResource<'_>, name: &str) -> EvaluatedValue {
    let service = service(resource.kind);
    let short_name = short_name(resource.kind);
    let physical_id = resource.physical_id;
    let last = name.rsplit('.').next().unwrap_or(name);
    let digits = IdGenerator::new(&[physical_id, name]);
    let arn = || {
        let path = format!("{}/{physical_id}", short_name.to_lowercase());
        resource.stack_context.regional_arn(&service, &path)
    };
    let host = || {
        let region = &resource.stack_context.region;
        let suffix = resource.stack_context.url_suffix();
        let label = physical_id.to_lowercase();
        let label = label.rsplit(['/', ':']).next().unwrap_or_default();
        format!("{label}.{service}.{region}.{suffix}")
    };
    let ends = |suffix: &str| last.ends_with(suffix);
    match last {
        "Arn" if physical_id.starts_with("arn:") => physical_id.into(),
        _ if ends("Arns") => EvaluatedValue::List(vec![arn().into()]),
        _ if ends("Arn") || ends("ARN") => arn().into(),
        _ if ends("Ids") => EvaluatedValue::List(vec![digits.hex(17).into()]),
        "Id" | "Name" | "Ref" => physical_id.into(),
        _ if last == format!("{short_name}Id") || last == format!("{short_name}Name") => {
            physical_id.into()
        }
        _ if ends("Id") => format!("{}-0{}", short_name.to_lowercase(), digits.hex(16)).into(),
        _ if ends("Url") || ends("URL") || ends("Uri") || ends("URI") => {
            format!("https://{}", host()).into()
        }
        _ if ends("Port") => "443".into(),
        _ if ends("Ip") || ends("IpAddress") => format!("10.10.0.{}", digits.number(4..255)).into(),
        _ if ends("Endpoint") || ends("Address") || ends("DomainName") || ends("DNSName") => {
            host().into()
        }
        _ if ends("Version") => "1".into(),
        _ if ends("Status") || ends("State") => "ACTIVE".into(),
        _ if ends("Time") || ends("At") || ends("Date") => "2026-01-01T00:00:00Z".into(),
        _ if ends("Count") => "0".into(),
        _ => format!("{physical_id}-{last}").into(),
    }
}

/// Returns `Always` for a name, and `Never` for all other properties.
pub(super) fn recreation(kind: &str, path: &str) -> Recreation {
    let names = name_properties(kind);
    if names.iter().any(|name| is_within(path, name)) {
        Recreation::Always
    } else {
        Recreation::Never
    }
}

/// Returns the time of an operation on a type without known durations. It differs a little from
/// type to type.
pub(super) fn duration(kind: &str, operation: ResourceOperation) -> Duration {
    if is_custom(kind) {
        return Duration::from_secs(5);
    }
    let extra: u64 = IdGenerator::new(&[kind]).number(0..20).into();
    Duration::from_secs(match operation {
        ResourceOperation::Create => 5 + extra,
        ResourceOperation::Update => 4 + extra / 2,
        ResourceOperation::Delete => 3 + extra / 2,
    })
}

/// Returns the properties that may name a resource of a type: `ClusterName` and `Name` for
/// `…::Cluster`.
fn name_properties(kind: &str) -> [String; 2] {
    [format!("{}Name", short_name(kind)), "Name".to_owned()]
}

fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

fn short_name(kind: &str) -> &str {
    kind.rsplit("::").next().unwrap_or(kind)
}

/// Returns the service's name in ARNs.
fn service(kind: &str) -> String {
    let service = kind.split("::").nth(1).unwrap_or("custom");
    match service {
        "ElasticLoadBalancingV2" | "ElasticLoadBalancing" => "elasticloadbalancing".to_owned(),
        "StepFunctions" => "states".to_owned(),
        "CertificateManager" => "acm".to_owned(),
        "ApiGatewayV2" => "apigateway".to_owned(),
        "KinesisFirehose" => "firehose".to_owned(),
        "OpenSearchService" => "es".to_owned(),
        "Cognito" => "cognito-idp".to_owned(),
        other => other.to_lowercase(),
    }
}
