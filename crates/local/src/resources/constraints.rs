//! The constraints between resources that services enforce.
//!
//! EC2 does not delete a resource that another one uses (`DependencyViolation`), and allows one
//! endpoint with private DNS per service and VPC. Most other services have no such constraints.

use super::ExistingResource;
use crate::model::stack::LiveResource;
use formwork_template::evaluate::EvaluatedValue;

/// An existing resource of any stack.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// The resource's type.
    pub kind: &'a str,
    /// The physical id.
    pub physical_id: &'a str,
    /// The evaluated properties.
    pub properties: &'a EvaluatedValue,
}

impl<'a> From<&'a LiveResource> for Neighbour<'a> {
    fn from(live: &'a LiveResource) -> Self {
        Self {
            kind: &live.kind,
            physical_id: &live.physical_id,
            properties: &live.properties,
        }
    }
}

/// Returns true if [`creation_conflict`] can find a conflict for a type. Other types need no
/// neighbours.
pub fn constrains_creation(kind: &str) -> bool {
    kind == ENDPOINT
}

/// Returns true if [`deletion_conflict`] can find a conflict for a type.
pub fn constrains_deletion(kind: &str) -> bool {
    noun(kind).is_some()
}

/// Returns the reason why a resource cannot be created while `neighbour` exists.
pub fn creation_conflict(
    resource: &ExistingResource<'_>,
    neighbour: Neighbour<'_>,
) -> Option<String> {
    let text = |properties: &EvaluatedValue, name: &str| properties.text_at(name);
    let same = |name: &str| {
        let this = text(resource.properties, name);
        this.is_some() && this == text(neighbour.properties, name)
    };
    let is_private = |properties: &EvaluatedValue| {
        text(properties, "PrivateDnsEnabled").is_some_and(|enabled| enabled == "true")
    };
    let clashes = resource.kind == ENDPOINT
        && neighbour.kind == ENDPOINT
        && neighbour.physical_id != resource.physical_id
        && same("VpcId")
        && same("ServiceName")
        && is_private(resource.properties)
        && is_private(neighbour.properties);
    clashes.then(|| {
        let service = text(resource.properties, "ServiceName").unwrap_or_default();
        let service = service.rsplit('.').next().unwrap_or_default();
        let vpc = text(resource.properties, "VpcId").unwrap_or_default();
        let region = &resource.stack_context.region;
        handler_message(&format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service}.{region}.amazonaws.com in the VPC {vpc}"
        ))
    })
}

/// Returns the reason why a resource cannot be deleted while `neighbour` exists.
pub fn deletion_conflict(
    kind: &str,
    physical_id: &str,
    neighbour: Neighbour<'_>,
) -> Option<String> {
    let noun = noun(kind)?;
    let uses = uses_networks(neighbour.kind)
        && neighbour.physical_id != physical_id
        && mentions(neighbour, physical_id);
    uses.then(|| match noun {
        "security group" => {
            handler_message(&format!("resource {physical_id} has a dependent object"))
        }
        noun => handler_message(&format!(
            "The {noun} '{physical_id}' has dependencies and cannot be deleted."
        )),
    })
}

const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";

/// Returns EC2's noun for a type that it does not delete while it is in use.
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

/// Returns true if resources of a type can use parts of a network.
fn uses_networks(kind: &str) -> bool {
    kind.starts_with("AWS::EC2::") || kind == "AWS::Lambda::Function"
}

/// Returns true if the neighbour's properties contain the physical id. A rule does not count as a
/// user of its own group.
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

fn holds(value: &EvaluatedValue, text: &str) -> bool {
    match value {
        EvaluatedValue::String(found) => found == text,
        EvaluatedValue::List(items) => items.iter().any(|item| holds(item, text)),
        EvaluatedValue::Map(map) => map.values().any(|value| holds(value, text)),
        EvaluatedValue::Unknown | EvaluatedValue::Bool(_) | EvaluatedValue::Number(_) => false,
    }
}

/// Returns a service's message in the form in which its resource handler passes it on.
fn handler_message(message: &str) -> String {
    format!(
        "Resource handler returned message: \"{message} (Service: Ec2, Status Code: 400)\" (HandlerErrorCode: InvalidRequest)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::stack_context::StackContext;
    use serde_json::{Value as Json, json};

    #[test]
    #[expect(clippy::too_many_lines, reason = "a flat list of cases")]
    fn what_is_used_is_not_deleted() {
        let check = |kind, id, user: &str, properties: Json, expect: Option<&str>| {
            let properties = EvaluatedValue::from_json(&properties);
            let neighbour = Neighbour {
                kind: user,
                physical_id: "other",
                properties: &properties,
            };
            let error = deletion_conflict(kind, id, neighbour);
            let is_as_expected = match (&error, expect) {
                (Some(error), Some(expect)) => error.contains(expect),
                (error, expect) => error.is_none() && expect.is_none(),
            };
            assert!(is_as_expected, "{kind} {user}: {error:?}");
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
        let stack_context = StackContext {
            account: String::new(),
            region: "us-east-1".to_owned(),
            stack_name: String::new(),
            stack_id: String::new(),
            notification_arns: Vec::new(),
        };
        let endpoint = |vpc: &str, private: bool| {
            EvaluatedValue::from_json(&json!({
                "VpcId": vpc, "PrivateDnsEnabled": private,
                "ServiceName": "com.amazonaws.us-east-1.execute-api",
            }))
        };
        let new = endpoint("vpc-1", true);
        let resource = ExistingResource {
            kind: ENDPOINT,
            physical_id: "vpce-2",
            stack_context: &stack_context,
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
            let error = creation_conflict(&resource, neighbour);
            assert_eq!(error.is_some(), clashes, "{error:?}");
        }
    }
}
