//! The roles that a resource hands to a service: those of the blueprint that it leads to, by way of instance profiles,
//! launch templates and other stacks' outputs too, and those whose ARN is written out.

use std::collections::BTreeSet;

use formwork_blueprint::{ParameterSource, Stack};
use formwork_template::sub::{self, Part};
use formwork_template::{Function, Map, Node, Resource, Target, Template};

use super::key::Key;
use super::{Scope, Where, passed_to, roles};

/// The roles that a resource passes.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// Roles of the blueprint, as ARNs.
    made: BTreeSet<String>,
    /// Roles that are written out, as ARNs.
    written: BTreeSet<String>,
    /// The services that the blueprint's roles trust.
    services: BTreeSet<String>,
    /// Whether a role of the blueprint trusts more than services that are known.
    trusts_others: bool,
    /// Whether there may be further roles.
    pub(super) is_open: bool,
}

impl Passed {
    /// What passing is about; nothing where there is no role to pass.
    pub(super) fn scope(&self, place: &Where) -> Option<Scope> {
        let mut all = self.made.iter().chain(&self.written);
        let resources = match self.is_open {
            true => vec![place.arn("iam", "", "role/*")],
            false if self.made.is_empty() && self.written.is_empty() => return None,
            false => all.by_ref().cloned().collect(),
        };
        // A role that is only written out may trust anybody.
        let is_known = !self.is_open && self.written.is_empty() && !self.trusts_others;
        let condition = match is_known && !self.services.is_empty() {
            true => passed_to(&self.services.iter().cloned().collect::<Vec<_>>()),
            false => String::new(),
        };
        Some(Scope {
            sid: "PassRole".to_owned(),
            resources,
            condition,
        })
    }
}

/// A stack and its template.
type At<'a> = (&'a Stack, &'a Template);

/// Follows what a resource refers to through all the stacks.
struct Walk<'a> {
    all: &'a [(&'a Stack, Template)],
    place: &'a Where,
    seen: BTreeSet<(String, String)>,
    found: Passed,
}

/// The roles that a resource of a stack passes.
pub(super) fn passed(
    all: &[(&Stack, Template)],
    at: At<'_>,
    resource: &Resource<'_>,
    place: &Where,
) -> Passed {
    let mut walk = Walk {
        all,
        place,
        seen: BTreeSet::new(),
        found: Passed::default(),
    };
    if resource.kind != "AWS::IAM::Role" {
        walk.resource(at, resource);
    }
    walk.found
}

impl Walk<'_> {
    fn resource(&mut self, at: At<'_>, resource: &Resource<'_>) {
        let (stack, _) = at;
        let this = (stack.key.to_string(), resource.id.to_owned());
        if !self.seen.insert(this) {
            return;
        }
        if resource.kind == "AWS::IAM::Role" {
            match roles::arn(resource, stack, self.place) {
                Some(arn) => {
                    self.found.made.insert(arn);
                }
                None => self.found.is_open = true,
            }
            self.found.trusts_others |= !roles::trusted(resource.node, &mut self.found.services);
            return;
        }
        // What it is called itself names nothing else.
        let last = resource.kind.rsplit("::").next().unwrap_or_default();
        let own_name = format!("{last}Name");
        let properties = resource.node.get("Properties");
        for (name, entry) in properties.into_iter().flat_map(Node::entries) {
            if name != own_name {
                self.value(at, &entry.node, name, Key::of(name, "", Key::Other));
            }
        }
    }

    fn value(&mut self, at: At<'_>, node: &Node, name: &str, key: Key) {
        if key == Key::Elsewhere {
            self.found.is_open = true;
            return;
        }
        if let Some((function, argument)) = node.function() {
            return self.function(at, node, (function, argument), key);
        }
        for (below, entry) in node.entries() {
            self.value(at, &entry.node, below, Key::of(below, name, key));
        }
        for item in node.as_list().into_iter().flatten() {
            self.value(at, item, name, key);
        }
        if let Some(text) = node.as_str() {
            self.text(text, key);
        }
    }

    /// A text that is known.
    fn text(&mut self, text: &str, key: Key) {
        let before = self.found.written.len();
        self.found.written.extend(role_arns(text));
        if self.found.written.len() > before || text.is_empty() || text.contains(":role/") {
            return;
        }
        match key {
            Key::Role if !text.contains("{{") && !text.contains(':') => {
                // A name does not say the role's path.
                for path in ["", "*/"] {
                    let arn = self.place.arn("iam", "", &format!("role/{path}{text}"));
                    self.found.written.insert(arn);
                }
            }
            Key::Role | Key::Perhaps if text.contains("{{resolve:") => self.found.is_open = true,
            Key::Holder => self.found.is_open = true,
            _ => {}
        }
    }

    fn function(
        &mut self,
        at: At<'_>,
        node: &Node,
        (function, argument): (Function, &Node),
        key: Key,
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
        let written: Vec<String> = role_arns(&text_of(at, node, self.place)).collect();
        // Of an ARN that ends in what is not known any role may be meant.
        let is_any = |arn: &String| arn.ends_with(":role/*");
        if key != Key::Other && (written.is_empty() || written.iter().any(is_any)) {
            self.found.is_open = true;
        }
        self.found.written.extend(written);
    }

    /// Goes on in a resource that is referred to; says whether that is all that the value can be.
    fn follow(&mut self, at: At<'_>, id: &str, key: Key) -> bool {
        let Some(resource) = at.1.resource(id) else {
            return false;
        };
        self.resource(at, &resource);
        let is_made_elsewhere = resource.kind.starts_with("AWS::CloudFormation::")
            || super::custom::is_custom(resource.kind);
        match key {
            Key::Role | Key::Perhaps => resource.kind == "AWS::IAM::Role",
            Key::Holder => !is_made_elsewhere,
            Key::Elsewhere | Key::Other => true,
        }
    }

    fn parameter(&mut self, at: At<'_>, name: &str, key: Key) {
        let (stack, template) = at;
        if key == Key::Other || name.starts_with("AWS::") {
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

/// A parameter's value, where it is known without another stack.
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

/// The text that a value becomes, `*` for what is not known of it.
fn text_of((stack, template): At<'_>, node: &Node, place: &Where) -> String {
    let named = |name: &str| match name {
        "AWS::AccountId" => place.account().to_owned(),
        "AWS::Region" => place.region().to_owned(),
        "AWS::Partition" => place.partition().to_owned(),
        "AWS::StackName" => stack.name.to_string(),
        name => parameter_text(stack, template, name).unwrap_or_else(|| "*".to_owned()),
    };
    let below = |node: &Node| text_of((stack, template), node, place);
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

/// The ARNs of roles in a text: alone, or in a document that it is.
fn role_arns(text: &str) -> impl Iterator<Item = String> {
    let ends = |sign: char| sign.is_whitespace() || "\"'\\,;<>()[]{}".contains(sign);
    let words = text.split(ends);
    words
        .filter(|word| {
            word.starts_with("arn:") && word.contains(":iam::") && word.contains(":role/")
        })
        .map(str::to_owned)
}
