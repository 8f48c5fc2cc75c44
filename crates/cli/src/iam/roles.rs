//! What an action of a handler is about, where the template proves it: roles, policies and instance profiles, which
//! CloudFormation names after the stack.

use std::collections::BTreeSet;

use formwork_blueprint::Stack;
use formwork_template::{Node, Resource};

use super::{Scope, Where};

/// The kinds of IAM's own resources: type, the property that names one, the property of its path, the resource part of
/// its ARN, and the characters that a name may have.
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

/// The characters that CloudFormation adds to a name that it makes: a hyphen and a random part.
const RANDOM: usize = 14;

/// What an action that a handler of `resource` calls is about.
pub(super) fn scope(action: &str, resource: &Resource<'_>, stack: &Stack, place: &Where) -> Scope {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let own = KINDS.iter().find(|(kind, ..)| *kind == resource.kind);
    if service.eq_ignore_ascii_case("iam")
        && let Some((kind, ..)) = own
        && is_about(name, kind)
        && let Some(arn) = arn(resource, stack, place)
    {
        return Scope::new(format!("{}Own", sid(service)), vec![arn]);
    }
    Scope::new(sid(service), vec!["*".to_owned()])
}

/// Whether an action of IAM is about resources of that kind, by its name: `CreateRole`, `ListRolePolicies`. Listing all
/// of them cannot be limited.
fn is_about(action: &str, kind: &str) -> bool {
    let listing = ["ListRoles", "ListPolicies", "ListInstanceProfiles"];
    let noun = match kind {
        "AWS::IAM::Role" => "Role",
        "AWS::IAM::InstanceProfile" => "InstanceProfile",
        _ => "Policy",
    };
    // An instance profile's handler also hands its role over, which is a role.
    action.contains(noun)
        && !listing.contains(&action)
        && !action.contains("ServiceLinked")
        && (noun == "Role") != action.contains("InstanceProfile")
        && (noun != "Policy"
            || !action.contains("Role") && !action.contains("User") && !action.contains("Group"))
}

/// The ARN of one of IAM's own resources; nothing where its name is not known well enough.
pub(super) fn arn(resource: &Resource<'_>, stack: &Stack, place: &Where) -> Option<String> {
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
            let made = format!("{}-{}", stack.name, resource.id);
            // Longer names are cut, nobody says where.
            (made.len() + RANDOM <= *most).then(|| format!("{made}-*"))?
        }
    };
    Some(place.arn("iam", "", &format!("{part}{path}{name}")))
}

/// Adds the services that a role trusts; says whether it is these alone.
pub(super) fn trusted(role: &Node, services: &mut BTreeSet<String>) -> bool {
    let Some(statement) = role.at("Properties.AssumeRolePolicyDocument.Statement") else {
        return false;
    };
    let statements = statement
        .as_list()
        .unwrap_or(std::slice::from_ref(statement));
    let mut all = true;
    for statement in statements {
        let named = statement.at("Principal.Service");
        let named = named.map(|node| node.as_list().unwrap_or(std::slice::from_ref(node)));
        match named {
            Some(names) if names.iter().all(|name| name.as_str().is_some()) => {
                services.extend(names.iter().filter_map(Node::as_str).map(str::to_owned));
            }
            _ => all = false,
        }
    }
    all
}

/// A statement's name after a service: `apigateway` as `Apigateway`.
fn sid(service: &str) -> String {
    let letters = service.chars().filter(char::is_ascii_alphanumeric);
    let mut name: String = letters.collect();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    name
}
