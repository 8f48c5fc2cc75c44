//! What a service refuses because of what else there is.
//!
//! EC2 keeps what others still use (`DependencyViolation`) and allows one endpoint with private DNS
//! a service and VPC. Most other services let go of what is in use, and so does this cloud.

use super::Made;
use formwork_template::evaluate::EvaluatedValue as Value;

/// A resource that is there, whoever made it.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// Its type.
    pub kind: &'a str,
    /// Its physical id.
    pub physical_id: &'a str,
    /// Its properties, evaluated.
    pub properties: &'a Value,
}

/// Whether [`refuses_making`] can say anything of a type: else nobody need look for neighbours.
pub fn guards_making(kind: &str) -> bool {
    kind == ENDPOINT
}

/// Whether [`refuses_deletion`] can say anything of a type.
pub fn guards_deletion(kind: &str) -> bool {
    noun(kind).is_some()
}

/// Why a resource cannot be made beside `neighbour`.
pub fn refuses_making(made: &Made<'_>, neighbour: Neighbour<'_>) -> Option<String> {
    let text = |properties: &Value, name: &str| properties.text_at(name);
    let same = |name: &str| {
        let this = text(made.properties, name);
        this.is_some() && this == text(neighbour.properties, name)
    };
    let is_private = |properties: &Value| {
        text(properties, "PrivateDnsEnabled").is_some_and(|enabled| enabled == "true")
    };
    let clashes = made.kind == ENDPOINT
        && neighbour.kind == ENDPOINT
        && neighbour.physical_id != made.physical_id
        && same("VpcId")
        && same("ServiceName")
        && is_private(made.properties)
        && is_private(neighbour.properties);
    clashes.then(|| {
        let service = text(made.properties, "ServiceName").unwrap_or_default();
        let service = service.rsplit('.').next().unwrap_or_default();
        let vpc = text(made.properties, "VpcId").unwrap_or_default();
        let region = &made.place.region;
        said(&format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service}.{region}.amazonaws.com in the VPC {vpc}"
        ))
    })
}

/// Why a resource cannot be deleted while `neighbour` is there.
pub fn refuses_deletion(kind: &str, physical_id: &str, neighbour: Neighbour<'_>) -> Option<String> {
    let noun = noun(kind)?;
    let uses = uses_networks(neighbour.kind)
        && neighbour.physical_id != physical_id
        && mentions(neighbour, physical_id);
    uses.then(|| match noun {
        "security group" => said(&format!("resource {physical_id} has a dependent object")),
        noun => said(&format!(
            "The {noun} '{physical_id}' has dependencies and cannot be deleted."
        )),
    })
}

const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";

/// What EC2 calls a resource of a type that it does not delete while it is used.
fn noun(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::EC2::VPC" => Some("vpc"),
        "AWS::EC2::Subnet" => Some("subnet"),
        "AWS::EC2::SecurityGroup" => Some("security group"),
        "AWS::EC2::InternetGateway" => Some("internetGateway"),
        "AWS::EC2::RouteTable" => Some("routeTable"),
        _ => None,
    }
}

/// Whether resources of a type hold parts of a network.
fn uses_networks(kind: &str) -> bool {
    kind.starts_with("AWS::EC2::") || kind == "AWS::Lambda::Function"
}

/// Whether a neighbour's properties name the resource. A rule goes with the group that it is in.
fn mentions(neighbour: Neighbour<'_>, physical_id: &str) -> bool {
    let is_rule = matches!(
        neighbour.kind,
        "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress"
    );
    let Some(properties) = neighbour.properties.as_map() else {
        return false;
    };
    properties
        .iter()
        .filter(|(name, _)| !(is_rule && name.as_str() == "GroupId"))
        .any(|(_, value)| holds(value, physical_id))
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::List(items) => items.iter().any(|item| holds(item, text)),
        Value::Map(map) => map.values().any(|value| holds(value, text)),
        Value::Unknown | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A service's words as its resource handler passes them on.
fn said(message: &str) -> String {
    format!(
        "Resource handler returned message: \"{message} (Service: Ec2, Status Code: 400)\" (HandlerErrorCode: InvalidRequest)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack_context::StackContext;
    use serde_json::{Value as Json, json};

    #[test]
    fn what_is_used_is_not_deleted() {
        let check = |kind, id, user: &str, properties: Json, expect: Option<&str>| {
            let properties = Value::from_json(&properties);
            let neighbour = Neighbour {
                kind: user,
                physical_id: "other",
                properties: &properties,
            };
            let refusal = refuses_deletion(kind, id, neighbour);
            let is_as_expected = match (&refusal, expect) {
                (Some(refusal), Some(expect)) => refusal.contains(expect),
                (refusal, expect) => refusal.is_none() && expect.is_none(),
            };
            assert!(is_as_expected, "{kind} {user}: {refusal:?}");
        };
        let group = "AWS::EC2::SecurityGroup";
        check(
            group,
            "sg-1",
            "AWS::EC2::Instance",
            json!({"SecurityGroupIds": ["sg-1"]}),
            Some("resource sg-1 has a dependent object"),
        );
        check(
            group,
            "sg-1",
            "AWS::Lambda::Function",
            json!({"VpcConfig": {"SecurityGroupIds": ["sg-1"]}}),
            Some("sg-1"),
        );
        check(
            group,
            "sg-1",
            "AWS::EC2::SecurityGroupIngress",
            json!({"GroupId": "sg-2", "SourceSecurityGroupId": "sg-1"}),
            Some("sg-1"),
        );
        check(
            group,
            "sg-1",
            "AWS::EC2::SecurityGroupIngress",
            json!({"GroupId": "sg-1"}),
            None,
        );
        check(
            group,
            "sg-1",
            "AWS::EC2::Instance",
            json!({"SecurityGroupIds": ["sg-11"]}),
            None,
        );
        check(
            "AWS::EC2::VPC",
            "vpc-1",
            "AWS::EC2::Subnet",
            json!({"VpcId": "vpc-1"}),
            Some("The vpc 'vpc-1' has dependencies and cannot be deleted."),
        );
        check(
            "AWS::EC2::VPC",
            "vpc-1",
            "AWS::ApiGateway::RestApi",
            json!({"Policy": {"Condition": "vpc-1"}}),
            None,
        );
        check(
            "AWS::SNS::Topic",
            "arn:t",
            "AWS::EC2::Instance",
            json!({"UserData": "arn:t"}),
            None,
        );
    }

    #[test]
    fn one_endpoint_of_a_service_has_the_private_names_of_a_vpc() {
        let place = StackContext {
            account: String::new(),
            region: "us-east-1".to_owned(),
            stack_name: String::new(),
            stack_id: String::new(),
            notification_arns: Vec::new(),
        };
        let endpoint = |vpc: &str, private: bool| {
            Value::from_json(&json!({
                "VpcId": vpc, "PrivateDnsEnabled": private,
                "ServiceName": "com.amazonaws.us-east-1.execute-api",
            }))
        };
        let new = endpoint("vpc-1", true);
        let made = Made {
            kind: ENDPOINT,
            physical_id: "vpce-2",
            place: &place,
            properties: &new,
            subnet: None,
        };
        for (there, id, clashes) in [
            (endpoint("vpc-1", true), "vpce-1", true),
            (endpoint("vpc-1", true), "vpce-2", false),
            (endpoint("vpc-1", false), "vpce-1", false),
            (endpoint("vpc-2", true), "vpce-1", false),
        ] {
            let neighbour = Neighbour {
                kind: ENDPOINT,
                physical_id: id,
                properties: &there,
            };
            let refusal = refuses_making(&made, neighbour);
            assert_eq!(refusal.is_some(), clashes, "{refusal:?}");
        }
    }
}
