//! The scope of a handler's action on roles, policies and instance profiles, which CloudFormation names after the stack.

use std::collections::BTreeSet;

use formwork_blueprint::Stack;
use formwork_iam::statements::Scope;
use formwork_iam::{Document, Element, Principal};
use formwork_template::{Node, Resource};

use super::DeployTarget;

/// The types of IAM's own resources: the type, its name property, its path property, the resource part of its ARN, and
/// the maximum length of a name.
const KINDS: &[(&str, &str, &str, &str, usize)] = &[
    ("AWS::IAM::Role", "RoleName", "Path", "role", 64),
    (
        "AWS::IAM::InstanceProfile",
        "InstanceProfileName",
        "Path",
        "instance-profile",
        128,
    ),
    (
        "AWS::IAM::ManagedPolicy",
        "ManagedPolicyName",
        "Path",
        "policy",
        128,
    ),
];

/// The length of the suffix of a generated name: a hyphen and a random part.
const RANDOM: usize = 14;

/// Returns the scope of an action that a handler of `resource` calls.
pub(super) fn scope(
    action: &str,
    resource: &Resource<'_>,
    stack: &Stack,
    target: &DeployTarget,
) -> Scope {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let own = KINDS.iter().find(|(kind, ..)| *kind == resource.kind);
    if service.eq_ignore_ascii_case("iam")
        && let Some((kind, ..)) = own
        && is_about(name, kind)
        && let Some(arn) = arn(resource, stack, target)
    {
        return Scope::new(format!("{}Own", sid(service)), vec![arn]);
    }
    Scope::new(sid(service), vec!["*".to_owned()])
}

/// Returns whether an action of IAM concerns resources of that type, by its name: `CreateRole`, `ListRolePolicies`.
/// Actions that list all resources cannot be limited to one.
fn is_about(action: &str, kind: &str) -> bool {
    let listing = ["ListRoles", "ListPolicies", "ListInstanceProfiles"];
    let noun = match kind {
        "AWS::IAM::Role" => "Role",
        "AWS::IAM::InstanceProfile" => "InstanceProfile",
        _ => "Policy",
    };
    // The handler of an instance profile also passes its role, which is a role.
    action.contains(noun)
        && !listing.contains(&action)
        && !action.contains("ServiceLinked")
        && (noun == "Role") != action.contains("InstanceProfile")
        && (noun != "Policy"
            || !action.contains("Role") && !action.contains("User") && !action.contains("Group"))
}

/// Returns the ARN of one of IAM's own resources, or `None` if its name is not known.
pub(super) fn arn(resource: &Resource<'_>, stack: &Stack, target: &DeployTarget) -> Option<String> {
    let (_, property, path, part, most) = KINDS.iter().find(|(kind, ..)| *kind == resource.kind)?;
    let properties = resource.node.get("Properties");
    let given = |name: &str| properties.and_then(|node| node.get(name));
    let path = match given(path) {
        Some(node) => node.as_str()?,
        None => "/",
    };
    let name = match given(property) {
        Some(node) => node.as_str()?.to_owned(),
        None => {
            let name = format!("{}-{}", stack.name, resource.id);
            // CloudFormation shortens longer names; how is not documented.
            (name.len() + RANDOM <= *most).then(|| format!("{name}-*"))?
        }
    };
    Some(target.arn("iam", "", &format!("{part}{path}{name}")))
}

/// Adds the services that a role trusts. Returns whether every statement names only known services.
pub(super) fn add_trusted_services(role: &Node, services: &mut BTreeSet<String>) -> bool {
    let policy = role.at("Properties.AssumeRolePolicyDocument");
    let Some(document) = policy.and_then(Document::parse) else {
        return false;
    };
    let mut is_known = true;
    for statement in &document.statements {
        let names = match &statement.principals {
            Some(Element::Only(principals)) => service_names(principals),
            _ => None,
        };
        match names {
            Some(names) => services.extend(names),
            None => is_known = false,
        }
    }
    is_known && !document.statements.is_empty()
}

/// Returns the names of the services among the principals, or `None` if there are none or one is not a literal.
fn service_names(principals: &[Principal<'_>]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for principal in principals {
        match principal {
            Principal::Named("Service", name) => names.push(name.as_literal()?),
            Principal::Unknown("Service") => return None,
            _ => {}
        }
    }
    (!names.is_empty()).then_some(names)
}

/// Returns a statement's id for a service: `Apigateway` for `apigateway`.
fn sid(service: &str) -> String {
    let letters = service.chars().filter(char::is_ascii_alphanumeric);
    let mut name: String = letters.collect();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    name
}
