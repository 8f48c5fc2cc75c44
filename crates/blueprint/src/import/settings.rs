//! What a blueprint says besides the template: its name and region, variables for the parameters
//! that have no value here, and how CloudFormation knows a deployed stack.

use super::layout;
use super::layout::{Comments, Headers};
use super::stack::put;
use super::{Existing, Given};
use crate::evaluate::interpolate::scalar;
use crate::evaluate::text::literally;
use crate::model::StackKey;
use crate::model::snake;
use crate::scope::symbols::is_list_type;
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Node, Parameter, Template};

/// Tags that formwork sets itself.
const OUR_TAGS: &str = "formwork:";

/// Everything but the template.
pub(super) struct Settings {
    /// The stack's own keys.
    pub(super) stack: Map,
    /// The values of its parameters.
    pub(super) given: Vec<Given>,
    /// The variables that its parameters' values come from.
    variables: Map,
    /// Those among them that nobody has given a value yet.
    pub(super) wanted: Vec<String>,
}

/// Where a template that stays a file lies in the blueprint.
pub fn file_name(key: &StackKey, text: &str) -> String {
    let extension = match text.trim_start().starts_with('{') {
        true => "json",
        false => "yaml",
    };
    format!("templates/{key}.{extension}")
}

/// Takes down what is known besides the template.
pub(super) fn settings(
    existing: &Existing,
    template: &Template,
    notes: &mut Vec<String>,
) -> Settings {
    let mut settings = Settings {
        stack: own_keys(existing, template, notes),
        given: Vec::new(),
        variables: Map::default(),
        wanted: Vec::new(),
    };
    for parameter in template.parameters() {
        let deployed = existing
            .deployed
            .as_ref()
            .and_then(|deployed| deployed.parameters.get(parameter.name));
        match deployed {
            Some(None) => settings.variable(&parameter),
            Some(Some(value)) => settings.value(&parameter, value),
            None if parameter.default().is_none() => settings.variable(&parameter),
            None => {}
        }
    }
    settings
}

impl Settings {
    /// `blueprint.toml`; `stack` are the keys of a stack without a file of its own and a remark on it.
    pub(super) fn blueprint(&self, existing: &Existing, stack: Option<(Map, String)>) -> String {
        let mut map = Map::default();
        put(&mut map, "name", text(&existing.blueprint));
        if let Some(region) = &existing.region {
            put(&mut map, "region", text(region));
        }
        if !self.variables.is_empty() {
            put(&mut map, "vars", node(self.variables.clone()));
        }
        let mut comments = Comments::new();
        if let Some((stack, why)) = stack {
            let key = existing.key.as_str();
            comments.insert(vec!["stacks".to_owned(), key.to_owned()], vec![why]);
            let mut stacks = Map::default();
            put(&mut stacks, key, node(stack));
            put(&mut map, "stacks", node(stacks));
        }
        let headers = Headers {
            nested: &["stacks"],
        };
        layout::file(&map, headers, &comments)
    }

    /// Whether a variable of these settings holds a list.
    pub(super) fn is_list(&self, variable: &str) -> bool {
        let kind = self
            .variables
            .get(variable)
            .and_then(|node| node.get("type"));
        kind.and_then(Node::as_str) == Some("list")
    }

    /// A value that CloudFormation has for a parameter; its default needs no saying.
    fn value(&mut self, parameter: &Parameter<'_>, value: &str) {
        let default = parameter.default().and_then(scalar);
        if default.as_deref() == Some(value) {
            return;
        }
        let items: Vec<&str> = value.split(',').collect();
        let is_list = is_list_type(parameter.kind()) && items.len() > 1;
        let plain = items
            .iter()
            .all(|item| !item.is_empty() && item.trim() == *item);
        let value = match is_list && plain {
            true => node(items.into_iter().map(text).collect::<Vec<_>>()),
            false => text(&literally(value)),
        };
        self.given.push(Given {
            parameter: parameter.name.to_owned(),
            value,
        });
    }

    /// A variable for a parameter of which no value is known.
    fn variable(&mut self, parameter: &Parameter<'_>) {
        let mut name = snake(parameter.name);
        let mut number = 2;
        while self.variables.contains(&name) {
            name = format!("{}_{number}", snake(parameter.name));
            number += 1;
        }
        let is_list = is_list_type(parameter.kind());
        let mut declaration = Map::default();
        let kind = match is_list && !parameter.is_no_echo() {
            true => "list",
            false => "string",
        };
        put(&mut declaration, "type", text(kind));
        if let Some(description) = parameter.description() {
            put(
                &mut declaration,
                "description",
                text(&literally(description)),
            );
        }
        if parameter.is_no_echo() {
            put(&mut declaration, "sensitive", node(true));
        }
        put(&mut self.variables, &name, node(declaration));
        self.given.push(Given {
            parameter: parameter.name.to_owned(),
            value: text(&format!("${{vars.{name}}}")),
        });
        self.wanted.push(name);
    }
}

/// The keys that a stack has besides its template.
fn own_keys(existing: &Existing, template: &Template, notes: &mut Vec<String>) -> Map {
    let mut map = Map::default();
    let Some(deployed) = &existing.deployed else {
        return map;
    };
    put(&mut map, "name", text(deployed.name.as_str()));
    let found = formwork_template::capabilities(template);
    let more: Vec<Node> = deployed
        .capabilities
        .difference(&found)
        .map(|capability| text(capability.as_str()))
        .collect();
    if !more.is_empty() {
        put(&mut map, "capabilities", node(more));
    }
    if deployed.termination_protection {
        put(&mut map, "termination_protection", node(true));
    }
    if let Some(role) = &deployed.role_arn {
        put(&mut map, "role_arn", text(role));
    }
    if !deployed.notifications.is_empty() {
        let topics = deployed.notifications.iter().map(|topic| text(topic));
        put(&mut map, "notifications", node(topics.collect::<Vec<_>>()));
    }
    if let Some(timeout) = deployed.timeout {
        put(&mut map, "timeout", node(i64::from(timeout)));
    }
    let mut tags = Map::default();
    for (key, value) in &deployed.tags {
        match key.starts_with(OUR_TAGS) || key.starts_with("aws:") {
            true => {
                let what = format!("tag `{key}` is left out: it is not a user's to set");
                notes.push(match key.starts_with(OUR_TAGS) {
                    true => format!("{what} (the stack was deployed from a blueprint already)"),
                    false => what,
                });
            }
            false => put(&mut tags, key, text(&literally(value))),
        }
    }
    if !tags.is_empty() {
        put(&mut map, "tags", node(tags));
    }
    map
}

fn text(text: &str) -> Node {
    Node::new(text, Span::default())
}

fn node(value: impl Into<formwork_template::Value>) -> Node {
    Node::new(value, Span::default())
}
