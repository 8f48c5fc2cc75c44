//! What an action of a handler is about, where the template proves it: roles, policies and instance profiles, which
//! CloudFormation names after the stack, and the roles that are passed to a service.

use std::collections::BTreeSet;

use blueprint::Stack;
use template::{Node, Resource, Target, Template};

use super::{Scope, Where, passed_to};

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

/// What an action that a handler of `resource` calls is about; nothing where the handler does not call it for this
/// resource: there is no role to pass.
pub(super) fn scope(
    action: &str,
    template: &Template,
    resource: &Resource<'_>,
    stack: &Stack,
    place: &Where,
) -> Option<Scope> {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    if action.eq_ignore_ascii_case("iam:PassRole") {
        let passes = carries_role(template, resource, &mut BTreeSet::new());
        return passes.then(|| passing(template, resource, stack, place));
    }
    let own = KINDS.iter().find(|(kind, ..)| *kind == resource.kind);
    if service.eq_ignore_ascii_case("iam")
        && let Some((kind, ..)) = own
        && is_about(name, kind)
        && let Some(arn) = arn(resource, stack, place)
    {
        return Some(Scope::new(format!("{}Own", sid(service)), vec![arn]));
    }
    Some(Scope::new(sid(service), vec!["*".to_owned()]))
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
fn arn(resource: &Resource<'_>, stack: &Stack, place: &Where) -> Option<String> {
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

/// What a key that can name a role has in it, in lower case: roles themselves, what holds one, and what says elsewhere
/// what is to be made.
const CARRIERS: &[&str] = &[
    "role",
    "profile",
    "credential",
    "launchtemplate",
    "launchconfiguration",
    "s3location",
    "transform",
];

/// Whether a resource can name a role: by a key of its own, by a role's ARN anywhere in it, or by a resource of its
/// template that it refers to, as a group its launch template.
fn carries_role(template: &Template, resource: &Resource<'_>, seen: &mut BTreeSet<String>) -> bool {
    if !seen.insert(resource.id.to_owned()) {
        return false;
    }
    if resource.kind == "AWS::IAM::Role" {
        return seen.len() > 1;
    }
    let Some(properties) = resource.node.get("Properties") else {
        return false;
    };
    let mut carries = false;
    properties.walk(&mut |node| {
        let keys = node.as_map().into_iter().flat_map(template::Map::iter);
        for (key, _) in keys {
            let key = key.to_ascii_lowercase();
            carries |= CARRIERS.iter().any(|part| key.contains(part));
        }
        carries |= node.as_str().is_some_and(|text| text.contains(":role/"));
    });
    carries
        || properties.references().iter().any(|reference| {
            let id = match &reference.target {
                Target::Name(id) | Target::Attribute(id, _) => id,
                _ => return false,
            };
            let referred = template.resource(id);
            referred.is_some_and(|referred| carries_role(template, &referred, seen))
        })
}

/// The roles that a resource passes, and the services that they trust.
fn passing(template: &Template, resource: &Resource<'_>, stack: &Stack, place: &Where) -> Scope {
    let mut arns: BTreeSet<String> = BTreeSet::new();
    let mut services: BTreeSet<String> = BTreeSet::new();
    let mut is_open = false;
    let mut add = |role: &Resource<'_>| {
        is_open |= match arn(role, stack, place) {
            Some(arn) => {
                arns.insert(arn);
                false
            }
            None => true,
        };
        is_open |= !trusted(role.node, &mut services);
    };
    for role in roles(template, resource.node, 0) {
        add(&role);
    }
    let mut written = BTreeSet::new();
    resource.node.walk(&mut |node| {
        let text = node
            .as_str()
            .filter(|text| text.contains(":iam::") && text.contains(":role/"));
        written.extend(text.map(str::to_owned));
    });
    let is_known = !is_open && (!arns.is_empty() || !written.is_empty());
    // A role that is only written out may trust anybody.
    let condition = match is_known && written.is_empty() && !services.is_empty() {
        true => passed_to(&services.into_iter().collect::<Vec<_>>()),
        false => String::new(),
    };
    let resources = match is_known {
        true => arns.into_iter().chain(written).collect(),
        false => vec![place.arn("iam", "", "role/*")],
    };
    Scope {
        sid: "PassRole".to_owned(),
        resources,
        condition,
    }
}

/// The roles of the template that a value refers to, by way of instance profiles too.
fn roles<'t>(template: &'t Template, node: &'t Node, depth: usize) -> Vec<Resource<'t>> {
    let mut found = Vec::new();
    for reference in node.references() {
        let id = match reference.target {
            Target::Name(id) | Target::Attribute(id, _) => id,
            _ => continue,
        };
        let Some(resource) = template.resource(id) else {
            continue;
        };
        match resource.kind {
            "AWS::IAM::Role" => found.push(resource),
            "AWS::IAM::InstanceProfile" if depth == 0 => {
                found.extend(roles(template, resource.node, depth + 1));
            }
            _ => {}
        }
    }
    found
}

/// Adds the services that a role trusts; says whether it is these alone.
fn trusted(role: &Node, services: &mut BTreeSet<String>) -> bool {
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
