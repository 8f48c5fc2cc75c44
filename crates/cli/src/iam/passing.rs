//! The roles that a resource passes to a service.
//!
//! The walk follows references through instance profiles, launch templates and the outputs of other stacks, and
//! collects literal role ARNs.

use std::collections::BTreeSet;

use formwork_blueprint::{ParameterSource, Stack};
use formwork_iam::statements::Scope;
use formwork_template::sub::{self, Part};
use formwork_template::{Function, Map, Node, Resource, Target, Template};

use super::key::RoleKey;
use super::{DeployTarget, passed_to_service, roles};

/// The roles that a resource passes.
#[derive(Debug, Default)]
pub(super) struct PassedRoles {
    /// The ARNs of roles of the blueprint.
    created: BTreeSet<String>,
    /// The role ARNs that are literals.
    written: BTreeSet<String>,
    /// The services that the blueprint's roles trust.
    services: BTreeSet<String>,
    /// True if a role of the blueprint trusts a principal other than a known service.
    has_other_trust: bool,
    /// True if other roles are possible.
    pub(super) is_open: bool,
}

impl PassedRoles {
    /// Returns the scope of `iam:PassRole`, or `None` if the resource passes no role.
    pub(super) fn scope(&self, target: &DeployTarget) -> Option<Scope> {
        let mut all = self.created.iter().chain(&self.written);
        let resources = match self.is_open {
            true => vec![target.arn("iam", "", "role/*")],
            false if self.created.is_empty() && self.written.is_empty() => return None,
            false => all.by_ref().cloned().collect(),
        };
        // The trust policy of a literal role is not known.
        let is_known = !self.is_open && self.written.is_empty() && !self.has_other_trust;
        let condition = (is_known && !self.services.is_empty())
            .then(|| passed_to_service(self.services.iter().cloned()));
        Some(Scope {
            sid: "PassRole".to_owned(),
            resources,
            condition,
        })
    }
}

/// A stack and its template.
type StackTemplate<'a> = (&'a Stack, &'a Template);

/// The walk along the references of a resource through all stacks.
struct Walk<'a> {
    all: &'a [(&'a Stack, Template)],
    target: &'a DeployTarget,
    seen: BTreeSet<(String, String)>,
    found: PassedRoles,
}

/// Finds the roles that a resource of a stack passes.
pub(super) fn passed_roles(
    all: &[(&Stack, Template)],
    at: StackTemplate<'_>,
    resource: &Resource<'_>,
    target: &DeployTarget,
) -> PassedRoles {
    let mut walk = Walk {
        all,
        target,
        seen: BTreeSet::new(),
        found: PassedRoles::default(),
    };
    if resource.kind != "AWS::IAM::Role" {
        walk.resource(at, resource);
    }
    walk.found
}

impl Walk<'_> {
    fn resource(&mut self, at: StackTemplate<'_>, resource: &Resource<'_>) {
        let (stack, _) = at;
        let this = (stack.key.to_string(), resource.id.to_owned());
        if !self.seen.insert(this) {
            return;
        }
        if resource.kind == "AWS::IAM::Role" {
            match roles::arn(resource, stack, self.target) {
                Some(arn) => {
                    self.found.created.insert(arn);
                }
                None => self.found.is_open = true,
            }
            self.found.has_other_trust |=
                !roles::add_trusted_services(resource.node, &mut self.found.services);
            return;
        }
        // The resource's own name is not a reference.
        let last = resource.kind.rsplit("::").next().unwrap_or_default();
        let own_name = format!("{last}Name");
        let properties = resource.node.get("Properties");
        for (name, entry) in properties.into_iter().flat_map(Node::entries) {
            if name != own_name {
                self.value(at, &entry.node, name, RoleKey::of(name, "", RoleKey::Other));
            }
        }
    }

    fn value(&mut self, at: StackTemplate<'_>, node: &Node, name: &str, key: RoleKey) {
        if key == RoleKey::External {
            self.found.is_open = true;
            return;
        }
        if let Some((function, argument)) = node.function() {
            return self.function(at, node, (function, argument), key);
        }
        for (below, entry) in node.entries() {
            self.value(at, &entry.node, below, RoleKey::of(below, name, key));
        }
        for item in node.as_list().into_iter().flatten() {
            self.value(at, item, name, key);
        }
        if let Some(text) = node.as_str() {
            self.text(text, key);
        }
    }

    /// Looks for roles in a literal text.
    fn text(&mut self, text: &str, key: RoleKey) {
        let before = self.found.written.len();
        self.found.written.extend(role_arns(text));
        if self.found.written.len() > before || text.is_empty() || text.contains(":role/") {
            return;
        }
        match key {
            RoleKey::Role if !text.contains("{{") && !text.contains(':') => {
                // The path of a role is not part of its name.
                for path in ["", "*/"] {
                    let arn = self.target.arn("iam", "", &format!("role/{path}{text}"));
                    self.found.written.insert(arn);
                }
            }
            RoleKey::Role | RoleKey::MaybeRole if text.contains("{{resolve:") => {
                self.found.is_open = true
            }
            RoleKey::RoleHolder => self.found.is_open = true,
            _ => {}
        }
    }

    fn function(
        &mut self,
        at: StackTemplate<'_>,
        node: &Node,
        (function, argument): (Function, &Node),
        key: RoleKey,
    ) {
        if function == Function::If {
            let branches = argument.as_list().unwrap_or_default();
            for branch in branches.iter().skip(1) {
                self.value(at, branch, "", key);
            }
            return;
        }
        let mut is_found = false;
        for reference in node.references() {
            match reference.target {
                Target::Name("AWS::NoValue") => is_found = true,
                Target::Name(name)
                    if function == Function::Ref && at.1.resource(name).is_none() =>
                {
                    return self.parameter(at, name, key);
                }
                Target::Name(id) | Target::Attribute(id, _) => {
                    is_found |= self.follow(at, id, key);
                }
                Target::Condition(_) | Target::Mapping { .. } => {}
            }
        }
        if is_found {
            return;
        }
        let written: Vec<String> = role_arns(&text_of(at, node, self.target)).collect();
        // An ARN that ends with an unknown part matches any role.
        let is_any = |arn: &String| arn.ends_with(":role/*");
        if key != RoleKey::Other && (written.is_empty() || written.iter().any(is_any)) {
            self.found.is_open = true;
        }
        self.found.written.extend(written);
    }

    /// Continues with a referenced resource. Returns whether it determines the value.
    fn follow(&mut self, at: StackTemplate<'_>, id: &str, key: RoleKey) -> bool {
        let Some(resource) = at.1.resource(id) else {
            return false;
        };
        self.resource(at, &resource);
        let is_made_elsewhere = resource.kind.starts_with("AWS::CloudFormation::")
            || super::custom::is_custom(resource.kind);
        match key {
            RoleKey::Role | RoleKey::MaybeRole => resource.kind == "AWS::IAM::Role",
            RoleKey::RoleHolder => !is_made_elsewhere,
            RoleKey::External | RoleKey::Other => true,
        }
    }

    fn parameter(&mut self, at: StackTemplate<'_>, name: &str, key: RoleKey) {
        let (stack, template) = at;
        if key == RoleKey::Other || name.starts_with("AWS::") {
            return;
        }
        if let Some(ParameterSource::Output(output)) = stack.parameters.get(name) {
            let from = self.all.iter().find(|(one, _)| one.key == output.stack);
            let value = from.and_then(|(stack, template)| {
                let path = format!("Outputs.{}.Value", output.output);
                Some((*stack, template, template.root().at(&path)?))
            });
            return match value {
                Some((stack, template, node)) => self.value((stack, template), node, "", key),
                None => self.found.is_open = true,
            };
        }
        match parameter_text(stack, template, name) {
            Some(text) => self.text(&text, key),
            None => self.found.is_open = true,
        }
    }
}

/// Returns a parameter's value if it does not depend on another stack.
fn parameter_text(stack: &Stack, template: &Template, name: &str) -> Option<String> {
    let parameter = template.parameters().find(|one| one.name == name)?;
    let kind = parameter.node.get("Type").and_then(Node::as_str);
    if kind.is_some_and(|kind| kind.starts_with("AWS::SSM::")) {
        return None;
    }
    match stack.parameters.get(name) {
        Some(ParameterSource::Literal(text)) => Some(text.clone()),
        Some(_) => None,
        None => Some(parameter.node.get("Default")?.as_str()?.to_owned()),
    }
}

/// Returns the text of a value, with `*` for unknown parts.
fn text_of((stack, template): StackTemplate<'_>, node: &Node, target: &DeployTarget) -> String {
    let named = |name: &str| match name {
        "AWS::AccountId" => target.account().to_owned(),
        "AWS::Region" => target.region().to_owned(),
        "AWS::Partition" => target.partition().to_owned(),
        "AWS::StackName" => stack.name.to_string(),
        name => parameter_text(stack, template, name).unwrap_or_else(|| "*".to_owned()),
    };
    let below = |node: &Node| text_of((stack, template), node, target);
    let (function, argument) = match (node.function(), node.as_str()) {
        (Some(function), _) => function,
        (None, Some(text)) => return text.to_owned(),
        (None, None) => return "*".to_owned(),
    };
    match (function, argument.as_str(), argument.as_list()) {
        (Function::Ref, Some(name), _) => named(name),
        (Function::Sub, Some(text), _) => substituted(text, None, &named, &below),
        (Function::Sub, _, Some([text, own])) => {
            substituted(text.as_str().unwrap_or("*"), own.as_map(), &named, &below)
        }
        (Function::Join, _, Some([between, items])) => match (between.as_str(), items.as_list()) {
            (Some(between), Some(items)) => {
                let items: Vec<String> = items.iter().map(below).collect();
                items.join(between)
            }
            _ => "*".to_owned(),
        },
        _ => "*".to_owned(),
    }
}

fn substituted(
    text: &str,
    own: Option<&Map>,
    named: &dyn Fn(&str) -> String,
    below: &dyn Fn(&Node) -> String,
) -> String {
    let parts = sub::parts(text).into_iter().map(|part| match part {
        Part::Literal(text) => text.to_owned(),
        Part::Escaped(name) => format!("${{{name}}}"),
        Part::Reference { name, .. } => match own.and_then(|own| own.get(name)) {
            Some(value) => below(value),
            None => named(name),
        },
    });
    parts.collect()
}

/// Returns the role ARNs in a text or in a document that the text contains.
fn role_arns(text: &str) -> impl Iterator<Item = String> {
    let ends = |sign: char| sign.is_whitespace() || "\"'\\,;<>()[]{}".contains(sign);
    let words = text.split(ends);
    words
        .filter(|word| {
            word.starts_with("arn:") && word.contains(":iam::") && word.contains(":role/")
        })
        .map(str::to_owned)
}
