//! The least-privilege IAM policy for deploying a blueprint: formwork's own calls and the calls of the handlers of its
//! resources.
//!
//! This module finds [`RequiredPermissions`] in a blueprint and the schema table. `formwork-iam` turns them into policy
//! documents. No I/O.

mod custom;
mod key;
mod passing;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::permissions::{CALLS, CallTarget};
use formwork_blueprint::{AssetSource, Blueprint, KnownValues, Stack};
use formwork_catalog::regions::partition;
use formwork_catalog::schema::{Permissions, Table};
use formwork_iam::statements::Scope;
use formwork_iam::{Condition, Text};
use formwork_template::{Resource, Template};
use indexmap::IndexMap;

/// The maximum size of a template in a request, in bytes. Larger ones are uploaded to the bucket.
const INLINE_TEMPLATE: usize = formwork_aws::TemplateSource::INLINE_LIMIT;

/// The region and account of a deployment. ARNs contain `*` for an unknown one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployTarget {
    /// The region.
    pub region: Option<String>,
    /// The account.
    pub account: Option<String>,
}

/// The reason for an action: the part of a deployment that calls it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requester {
    /// The templates themselves, for parameters and dynamic references.
    Templates,
    /// The handlers of a resource type.
    Type(String),
    /// formwork's own calls.
    Formwork,
    /// The role that CloudFormation assumes for a stack, by the stack's key.
    StackRole(String),
}

/// The permissions that a deployment needs, with their reasons.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequiredPermissions {
    /// The actions, by scope.
    pub actions: BTreeMap<Scope, BTreeSet<String>>,
    /// The requesters of each action, and the operations for which they need it.
    pub reasons: BTreeMap<String, BTreeMap<Requester, BTreeSet<&'static str>>>,
    /// Notes about permissions that the blueprint does not determine.
    pub notes: Vec<String>,
}

impl DeployTarget {
    fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("*")
    }

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("*")
    }

    fn partition(&self) -> &'static str {
        partition(self.region())
    }

    /// Returns `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`. The region of a global service is empty.
    fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        let partition = self.partition();
        let account = match service {
            "s3" => "",
            _ => self.account(),
        };
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// Finds the permissions that deploying these stacks of a blueprint needs.
pub fn required_permissions(
    blueprint: &Blueprint,
    stacks: &[&Stack],
    table: &Table,
    target: &DeployTarget,
) -> RequiredPermissions {
    // A role may come from a stack that is not selected.
    let all = render_all(blueprint);
    let is_selected = |stack: &Stack| stacks.iter().any(|one| one.key == stack.key);
    let rendered: Vec<&(&Stack, Template)> =
        all.iter().filter(|(stack, _)| is_selected(stack)).collect();
    let mut needs = RequiredPermissions::default();
    needs.add_own_calls(blueprint, &rendered, target);
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for (stack, template) in &rendered {
        if let Some(role) = &stack.role_arn {
            needs.add_stack_role(role, "cloudformation.amazonaws.com", stack);
            needs.notes.push(format!(
                "the permissions for the resources of stack `{}` are left out: CloudFormation creates them as `{role}`",
                stack.key
            ));
            continue;
        }
        needs.add_lookups(template, target);
        for resource in template.resources() {
            if custom::is_custom(resource.kind) {
                needs.add_custom_resource(template, &resource, stack, target);
                continue;
            }
            let schema = table.resource(resource.kind).filter(|schema| {
                handlers(&schema.permissions).any(|(_, actions)| !actions.is_empty())
            });
            match schema {
                Some(schema) => {
                    let owner = (*stack, template);
                    let passed = passed_roles(&schema.permissions, &all, owner, &resource, target);
                    needs.add_handlers(
                        &schema.permissions,
                        passed,
                        stack,
                        &resource,
                        target,
                        table,
                    );
                }
                None => {
                    unknown.insert(resource.kind);
                }
            }
        }
    }
    needs.add_general_notes(blueprint, unknown);
    needs
}

/// Returns the templates of all stacks in order.
fn render_all(blueprint: &Blueprint) -> Vec<(&Stack, Template)> {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = KnownValues {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    let stacks = blueprint.graph.order();
    stacks
        .map(|stack| (stack, stack.render(&known).template))
        .collect()
}

/// Returns the roles that the handlers of a resource pass, or `None` if they pass none.
fn passed_roles(
    permissions: &Permissions,
    all: &[(&Stack, Template)],
    owner: (&Stack, &Template),
    resource: &Resource<'_>,
    target: &DeployTarget,
) -> Option<passing::PassedRoles> {
    let is_passing = handlers(permissions).any(|(_, actions)| {
        let mut names = actions.iter();
        names.any(|name| name.trim().eq_ignore_ascii_case("iam:PassRole"))
    });
    is_passing.then(|| passing::passed_roles(all, owner, resource, target))
}

impl RequiredPermissions {
    /// Adds the calls of the handlers of a resource.
    fn add_handlers(
        &mut self,
        permissions: &Permissions,
        passed: Option<passing::PassedRoles>,
        stack: &Stack,
        resource: &Resource<'_>,
        target: &DeployTarget,
        table: &Table,
    ) {
        if passed.as_ref().is_some_and(|passed| passed.is_open) {
            self.notes.push(format!(
                "the role of {}.{} ({}) is unknown: any role may be passed",
                stack.key, resource.id, resource.kind
            ));
        }
        for (operation, actions) in handlers(permissions) {
            for action in actions {
                let scope = match action.trim().eq_ignore_ascii_case("iam:PassRole") {
                    true => passed.as_ref().and_then(|passed| passed.scope(target)),
                    false => Some(roles::scope(action, resource, stack, target)),
                };
                if let Some(scope) = scope {
                    self.add(action, scope, resource.kind, operation, table);
                }
            }
        }
    }

    /// Adds the notes about unknown types and the environment's role.
    fn add_general_notes(&mut self, blueprint: &Blueprint, unknown: BTreeSet<&str>) {
        if !unknown.is_empty() {
            let names: Vec<&str> = unknown.into_iter().collect();
            self.notes.push(format!(
                "the permissions for these types are unknown: {}",
                names.join(", ")
            ));
        }
        let environment = blueprint.environment.as_ref();
        if let Some(role) = environment.and_then(|one| one.role.as_ref()) {
            self.notes.push(format!(
                "these permissions are for the environment's role; the caller of formwork needs `sts:AssumeRole` on `{role}`"
            ));
        }
        self.notes.sort();
        self.notes.dedup();
    }
}

/// Returns the operations of a type's handlers, each with the actions that it calls.
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

impl RequiredPermissions {
    /// Adds formwork's own calls.
    fn add_own_calls(
        &mut self,
        blueprint: &Blueprint,
        stacks: &[&(&Stack, Template)],
        target: &DeployTarget,
    ) {
        let bucket = bucket(blueprint, stacks, target);
        for call in CALLS {
            let of_bucket = |below: &str| {
                let name = bucket.as_ref()?;
                Some(vec![format!("{}{below}", target.arn("s3", "", name))])
            };
            let (sid, resources) = match call.target {
                CallTarget::AllStacks => ("ReadStacks", Some(vec!["*".to_owned()])),
                CallTarget::Stacks => ("Stacks", Some(arns(blueprint, stacks, target))),
                CallTarget::NewBucket if blueprint.assets_bucket.is_some() => ("", None),
                CallTarget::NewBucket => ("MakeBucket", of_bucket("")),
                CallTarget::Bucket => ("FindObjects", of_bucket("")),
                CallTarget::Objects => ("StoreObjects", of_bucket("/*")),
            };
            if let Some(resources) = resources {
                self.insert(call.action, Scope::new(sid, resources));
                self.reason(call.action, Requester::Formwork, call.purpose);
            }
        }
    }

    fn insert(&mut self, action: &str, scope: Scope) {
        self.actions
            .entry(scope)
            .or_default()
            .insert(action.to_owned());
    }

    fn reason(&mut self, action: &str, who: Requester, does: &'static str) {
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
                "`{action}`, which the handler of {kind} names, is not an IAM action and is left out"
            ));
            return;
        }
        self.insert(action, scope);
        self.reason(action, Requester::Type(kind.to_owned()), does);
    }

    fn add_stack_role(&mut self, role: &str, to: &str, stack: &Stack) {
        let scope = Scope {
            sid: "PassStackRole".to_owned(),
            resources: vec![role.to_owned()],
            condition: Some(passed_to_service([to.to_owned()])),
        };
        self.insert("iam:PassRole", scope);
        let who = Requester::StackRole(stack.key.to_string());
        self.reason("iam:PassRole", who, "hands to CloudFormation");
    }

    /// Adds the call of the function or topic behind a custom resource.
    fn add_custom_resource(
        &mut self,
        template: &Template,
        resource: &Resource<'_>,
        stack: &Stack,
        target: &DeployTarget,
    ) {
        let called = custom::invocations(template, resource, stack, target);
        if called.len() > 1 {
            self.notes.push(format!(
                "whether {}.{} ({}) calls a function or a topic is not known, nor which: any may be called",
                stack.key, resource.id, resource.kind
            ));
        }
        for (action, scope) in called {
            self.insert(action, scope);
            self.reason(action, Requester::Type(resource.kind.to_owned()), "calls");
        }
    }

    /// Adds the lookups for parameters of an SSM type and for dynamic references.
    fn add_lookups(&mut self, template: &Template, target: &DeployTarget) {
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
                "ssm:GetParameters" => (
                    "SsmValues",
                    target.arn("ssm", target.region(), "parameter/*"),
                ),
                _ => (
                    "SecretValues",
                    target.arn("secretsmanager", target.region(), "secret:*"),
                ),
            };
            self.insert(action, Scope::new(sid, vec![resource]));
            self.reason(action, Requester::Templates, "dynamic references");
        }
    }
}

/// Returns the condition that a role is passed to one of these services.
fn passed_to_service(services: impl IntoIterator<Item = String>) -> Condition<'static> {
    Condition {
        operator: "StringEquals".to_owned(),
        key: "iam:PassedToService".to_owned(),
        values: services.into_iter().map(Text::literal).collect(),
    }
}

/// Returns the asset bucket if an asset or a large template needs one.
fn bucket(
    blueprint: &Blueprint,
    stacks: &[&(&Stack, Template)],
    target: &DeployTarget,
) -> Option<String> {
    let mut assets = stacks.iter().flat_map(|(stack, _)| &stack.assets);
    let packed = assets.any(|name| {
        let asset = blueprint.assets.get(name);
        asset.is_some_and(|asset| !matches!(asset.source, AssetSource::Inline { .. }))
    });
    let is_large = |template: &Template| {
        formwork_template::write::json_compact(template.root()).len() > INLINE_TEMPLATE
    };
    let large = stacks.iter().any(|(_, template)| is_large(template));
    let own = || format!("formwork-assets-{}-{}", target.account(), target.region());
    (packed || large).then(|| blueprint.assets_bucket.clone().unwrap_or_else(own))
}

/// Returns the ARNs of the stacks: by their common prefix, or one by one if their names have another prefix.
fn arns(
    blueprint: &Blueprint,
    stacks: &[&(&Stack, Template)],
    target: &DeployTarget,
) -> Vec<String> {
    let prefix = match &blueprint.environment {
        Some(environment) => format!("{}-{}-", blueprint.name, environment.name),
        None => format!("{}-", blueprint.name),
    };
    let arn = |name: &str| {
        target.arn(
            "cloudformation",
            target.region(),
            &format!("stack/{name}/*"),
        )
    };
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
