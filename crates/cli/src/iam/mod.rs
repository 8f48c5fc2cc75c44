//! The least IAM policy that deploying a blueprint needs: our own calls, and what the handlers of its resources call.
//!
//! Pure: from a blueprint and the schema table to [`Needs`], and from these to policy documents that fit IAM's limit.

mod custom;
mod document;
mod key;
mod passing;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::permissions::{CALLS, On};
use formwork_blueprint::{AssetSource, Blueprint, Known, Stack};
use formwork_catalog::schema::{Permissions, Table};
use formwork_template::{Resource, Template};
use indexmap::IndexMap;
use serde_json::{Value, json};

pub use document::{Document, LIMIT, documents};

/// Templates over this many bytes go through the bucket.
const INLINE_TEMPLATE: usize = formwork_aws::TemplateSource::INLINE_LIMIT;

/// Where a blueprint is deployed, as far as it is known; `*` stands for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The region.
    pub region: Option<String>,
    /// The account.
    pub account: Option<String>,
}

/// Who needs an action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The templates, whatever is in them.
    Templates,
    /// The handlers of a resource type.
    Type(String),
    /// formwork's own calls.
    Formwork,
    /// Whoever gives the role of a stack.
    RoleOf(String),
}

/// What has to be allowed, and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    /// The actions, by what they are about.
    pub actions: BTreeMap<Scope, BTreeSet<String>>,
    /// What each action is for: who needs it, each with what they do then.
    pub reasons: BTreeMap<String, BTreeMap<Who, BTreeSet<&'static str>>>,
    /// What cannot be told from the blueprint.
    pub notes: Vec<String>,
}

/// What actions are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The statement's name, unless several share it.
    pub sid: String,
    /// The resources, as ARNs or `*`.
    pub resources: Vec<String>,
    /// The condition, as JSON; empty for none.
    pub condition: String,
}

impl Scope {
    fn new(sid: impl Into<String>, resources: Vec<String>) -> Self {
        Self {
            sid: sid.into(),
            resources,
            condition: String::new(),
        }
    }
}

impl Where {
    fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("*")
    }

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("*")
    }

    fn partition(&self) -> &'static str {
        match self.region() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`; a global service has no region.
    fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        let partition = self.partition();
        let account = match service {
            "s3" => "",
            _ => self.account(),
        };
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// What deploying these stacks of a blueprint needs.
pub fn needs(blueprint: &Blueprint, stacks: &[&Stack], table: &Table, place: &Where) -> Needs {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = Known {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    // All of them: a role may come from a stack that is not asked for.
    let all: Vec<(&Stack, Template)> = blueprint
        .graph
        .order()
        .map(|stack| (stack, stack.render(&known).template))
        .collect();
    let asked = |stack: &Stack| stacks.iter().any(|asked| asked.key == stack.key);
    let rendered: Vec<&(&Stack, Template)> = all.iter().filter(|(stack, _)| asked(stack)).collect();
    let mut needs = Needs::default();
    needs.own(blueprint, &rendered, place);
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for (stack, template) in &rendered {
        if let Some(role) = &stack.role_arn {
            needs.passes(role, "cloudformation.amazonaws.com", stack);
            needs.notes.push(format!(
                "what the resources of stack `{}` need is left out: CloudFormation makes them as `{role}`",
                stack.key
            ));
            continue;
        }
        needs.parameters(template, place);
        for resource in template.resources() {
            if custom::is_custom(resource.kind) {
                needs.calls(template, &resource, stack, place);
                continue;
            }
            let Some(schema) = table.resource(resource.kind) else {
                unknown.insert(resource.kind);
                continue;
            };
            let permissions = &schema.permissions;
            if handlers(permissions).all(|(_, actions)| actions.is_empty()) {
                unknown.insert(resource.kind);
                continue;
            }
            let passes = handlers(permissions).any(|(_, actions)| {
                let mut names = actions.iter();
                names.any(|name| name.trim().eq_ignore_ascii_case("iam:PassRole"))
            });
            let passed = passes.then(|| passing::passed(&all, (stack, template), &resource, place));
            if passed.as_ref().is_some_and(|passed| passed.is_open) {
                needs.notes.push(format!(
                    "which role {}.{} ({}) is given is not known: any may be passed",
                    stack.key, resource.id, resource.kind
                ));
            }
            for (does, actions) in handlers(permissions) {
                for action in actions {
                    let scope = match action.trim().eq_ignore_ascii_case("iam:PassRole") {
                        true => passed.as_ref().and_then(|passed| passed.scope(place)),
                        false => Some(roles::scope(action, &resource, stack, place)),
                    };
                    if let Some(scope) = scope {
                        needs.add(action, scope, resource.kind, does, table);
                    }
                }
            }
        }
    }
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.into_iter().collect();
        needs.notes.push(format!(
            "what these types need is not known: {}",
            names.join(", ")
        ));
    }
    if let Some(role) = blueprint
        .environment
        .as_ref()
        .and_then(|one| one.role.as_ref())
    {
        needs.notes.push(format!(
            "all this is for the environment's role; who runs formwork needs `sts:AssumeRole` on `{role}`"
        ));
    }
    needs.notes.sort();
    needs.notes.dedup();
    needs
}

/// What a type's handlers do, with the actions that each calls.
fn handlers(
    permissions: &Permissions,
) -> impl Iterator<Item = (&'static str, &[std::sync::Arc<str>])> {
    [
        ("creates", permissions.create.as_slice()),
        ("reads", &permissions.read),
        ("updates", &permissions.update),
        ("deletes", &permissions.delete),
        ("lists", &permissions.list),
    ]
    .into_iter()
}

impl Needs {
    /// Our own calls.
    fn own(&mut self, blueprint: &Blueprint, stacks: &[&(&Stack, Template)], place: &Where) {
        let bucket = bucket(blueprint, stacks, place);
        for call in CALLS {
            let of_bucket = |below: &str| {
                let name = bucket.as_ref()?;
                Some(vec![format!("{}{below}", place.arn("s3", "", name))])
            };
            let (sid, resources) = match call.on {
                On::AllStacks => ("ReadStacks", Some(vec!["*".to_owned()])),
                On::Stacks => ("Stacks", Some(arns(blueprint, stacks, place))),
                On::NewBucket if blueprint.assets_bucket.is_some() => ("", None),
                On::NewBucket => ("MakeBucket", of_bucket("")),
                On::Bucket => ("FindObjects", of_bucket("")),
                On::Objects => ("StoreObjects", of_bucket("/*")),
            };
            if let Some(resources) = resources {
                self.insert(call.action, Scope::new(sid, resources));
                self.reason(call.action, Who::Formwork, call.why);
            }
        }
    }

    fn insert(&mut self, action: &str, scope: Scope) {
        self.actions
            .entry(scope)
            .or_default()
            .insert(action.to_owned());
    }

    fn reason(&mut self, action: &str, who: Who, does: &'static str) {
        let of = self.reasons.entry(action.to_owned()).or_default();
        of.entry(who).or_default().insert(does);
    }

    fn add(&mut self, action: &str, scope: Scope, kind: &str, does: &'static str, table: &Table) {
        let action = action.trim();
        let Some((prefix, name)) = action.split_once(':') else {
            return;
        };
        let service = table.services().service(prefix);
        let exists = service.is_none_or(|service| service.action(name).is_some());
        if !exists && !name.contains('*') {
            self.notes.push(format!(
                "`{action}`, which the handler of {kind} names, is no action of IAM and is left out"
            ));
            return;
        }
        self.insert(action, scope);
        self.reason(action, Who::Type(kind.to_owned()), does);
    }

    fn passes(&mut self, role: &str, to: &str, stack: &Stack) {
        let scope = Scope {
            sid: "PassStackRole".to_owned(),
            resources: vec![role.to_owned()],
            condition: passed_to(&[to.to_owned()]),
        };
        self.insert("iam:PassRole", scope);
        let who = Who::RoleOf(stack.key.to_string());
        self.reason("iam:PassRole", who, "hands to CloudFormation");
    }

    /// The function or topic that CloudFormation calls for a custom resource.
    fn calls(
        &mut self,
        template: &Template,
        resource: &Resource<'_>,
        stack: &Stack,
        place: &Where,
    ) {
        let called = custom::called(template, resource, stack, place);
        if called.len() > 1 {
            self.notes.push(format!(
                "whether {}.{} ({}) calls a function or a topic is not known, nor which: any may be called",
                stack.key, resource.id, resource.kind
            ));
        }
        for (action, scope) in called {
            self.insert(action, scope);
            self.reason(action, Who::Type(resource.kind.to_owned()), "calls");
        }
    }

    /// What CloudFormation looks up for parameters of an SSM type and for dynamic references.
    fn parameters(&mut self, template: &Template, place: &Where) {
        let mut named = BTreeSet::new();
        for parameter in template.parameters() {
            let kind = parameter
                .node
                .get("Type")
                .and_then(formwork_template::Node::as_str);
            if kind.is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::Value")) {
                named.insert("ssm:GetParameters");
            }
        }
        template.root().walk(&mut |node| {
            let text = node.as_str().unwrap_or_default();
            if text.contains("{{resolve:ssm") {
                named.insert("ssm:GetParameters");
            }
            if text.contains("{{resolve:secretsmanager:") {
                named.insert("secretsmanager:GetSecretValue");
            }
        });
        for action in named {
            let (sid, resource) = match action {
                "ssm:GetParameters" => {
                    ("SsmValues", place.arn("ssm", place.region(), "parameter/*"))
                }
                _ => (
                    "SecretValues",
                    place.arn("secretsmanager", place.region(), "secret:*"),
                ),
            };
            self.insert(action, Scope::new(sid, vec![resource]));
            self.reason(action, Who::Templates, "dynamic references");
        }
    }
}

/// The condition that a role is passed to these services.
fn passed_to(services: &[String]) -> String {
    let services: Value = match services {
        [one] => json!(one),
        several => json!(several),
    };
    json!({ "StringEquals": { "iam:PassedToService": services } }).to_string()
}

/// The bucket, where anything goes through one.
fn bucket(blueprint: &Blueprint, stacks: &[&(&Stack, Template)], place: &Where) -> Option<String> {
    let mut assets = stacks.iter().flat_map(|(stack, _)| &stack.assets);
    let packed = assets.any(|name| {
        let asset = blueprint.assets.get(name);
        asset.is_some_and(|asset| !matches!(asset.source, AssetSource::Inline { .. }))
    });
    let is_large = |template: &Template| {
        formwork_template::write::json_compact(template.root()).len() > INLINE_TEMPLATE
    };
    let large = stacks.iter().any(|(_, template)| is_large(template));
    let own = || format!("formwork-assets-{}-{}", place.account(), place.region());
    (packed || large).then(|| blueprint.assets_bucket.clone().unwrap_or_else(own))
}

/// The stacks' ARNs: by what their names begin with, or one by one where they are named otherwise.
fn arns(blueprint: &Blueprint, stacks: &[&(&Stack, Template)], place: &Where) -> Vec<String> {
    let prefix = match &blueprint.environment {
        Some(environment) => format!("{}-{}-", blueprint.name, environment.name),
        None => format!("{}-", blueprint.name),
    };
    let arn = |name: &str| place.arn("cloudformation", place.region(), &format!("stack/{name}/*"));
    let mut arns: BTreeSet<String> = BTreeSet::new();
    for (stack, _) in stacks {
        let name = stack.name.as_str();
        arns.insert(match name.starts_with(&prefix) {
            true => arn(&format!("{prefix}*")),
            false => arn(name),
        });
    }
    arns.into_iter().collect()
}
