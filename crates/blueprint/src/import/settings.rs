//! The settings of an imported blueprint that are not in the template: its name and region,
//! variables for the parameters without a value, and the settings of a deployed stack.

use super::layout::{self, CommentsByPath, HeaderOptions};
use super::sections::insert;
use super::{ImportSource, ParameterAssignment};
use crate::evaluate::interpolate::scalar;
use crate::evaluate::text::literally;
use crate::model::StackKey;
use crate::model::snake_case;
use crate::scope::symbols::is_list_type;
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Node, Parameter, Template};

/// The prefix of the tags that formwork sets.
const FORMWORK_TAGS: &str = "formwork:";

/// The settings of an imported blueprint that are not in the template.
pub(super) struct ImportSettings {
    /// The stack's own keys.
    pub(super) stack: Map,
    /// The values of the template's parameters.
    pub(super) parameters: Vec<ParameterAssignment>,
    /// The variables that parameters take their values from.
    variables: Map,
    /// The names of the variables that have no value yet.
    pub(super) required_variables: Vec<String>,
}

/// Returns the path of a template that stays a file, relative to the blueprint's folder.
pub(super) fn template_file_name(key: &StackKey, text: &str) -> String {
    let extension = match text.trim_start().starts_with('{') {
        true => "json",
        false => "yaml",
    };
    format!("templates/{key}.{extension}")
}

/// Collects the settings, and adds a note for each tag that cannot be imported.
pub(super) fn settings(
    source: &ImportSource,
    template: &Template,
    notes: &mut Vec<String>,
) -> ImportSettings {
    let mut settings = ImportSettings {
        stack: stack_keys(source, template, notes),
        parameters: Vec::new(),
        variables: Map::default(),
        required_variables: Vec::new(),
    };
    for parameter in template.parameters() {
        let deployed = source
            .deployed
            .as_ref()
            .and_then(|deployed| deployed.parameters.get(parameter.name));
        match deployed {
            Some(None) => settings.add_variable(&parameter),
            Some(Some(value)) => settings.add_value(&parameter, value),
            None if parameter.default().is_none() => settings.add_variable(&parameter),
            None => {}
        }
    }
    settings
}

impl ImportSettings {
    /// Prints `blueprint.toml`.
    ///
    /// A stack without its own file is passed as `stack`: its keys and a comment.
    pub(super) fn blueprint(&self, source: &ImportSource, stack: Option<(Map, String)>) -> String {
        let mut map = Map::default();
        insert(&mut map, "name", text(&source.blueprint));
        if let Some(region) = &source.region {
            insert(&mut map, "region", text(region));
        }
        if !self.variables.is_empty() {
            insert(&mut map, "vars", node(self.variables.clone()));
        }
        let mut comments = CommentsByPath::new();
        if let Some((stack, comment)) = stack {
            let key = source.key.as_str();
            comments.insert(vec!["stacks".to_owned(), key.to_owned()], vec![comment]);
            let mut stacks = Map::default();
            insert(&mut stacks, key, node(stack));
            insert(&mut map, "stacks", node(stacks));
        }
        let headers = HeaderOptions {
            nested: &["stacks"],
        };
        layout::print(&map, headers, &comments)
    }

    /// Returns true if a variable is a list.
    pub(super) fn is_list(&self, variable: &str) -> bool {
        let declaration = self.variables.get(variable);
        let kind = declaration.and_then(|node| node.get("type"));
        kind.and_then(Node::as_str) == Some("list")
    }

    /// Adds the deployed value of a parameter, unless it is the parameter's default.
    fn add_value(&mut self, parameter: &Parameter<'_>, value: &str) {
        let default = parameter.default().and_then(scalar);
        if default.as_deref() == Some(value) {
            return;
        }
        let items: Vec<&str> = value.split(',').collect();
        let is_list = is_list_type(parameter.kind()) && items.len() > 1;
        let has_plain_items = items
            .iter()
            .all(|item| !item.is_empty() && item.trim() == *item);
        let value = match is_list && has_plain_items {
            true => node(items.into_iter().map(text).collect::<Vec<_>>()),
            false => text(&literally(value)),
        };
        self.parameters.push(ParameterAssignment {
            parameter: parameter.name.to_owned(),
            value,
        });
    }

    /// Adds a variable for a parameter without a known value.
    fn add_variable(&mut self, parameter: &Parameter<'_>) {
        let mut name = snake_case(parameter.name);
        let mut number = 2;
        while self.variables.contains(&name) {
            name = format!("{}_{number}", snake_case(parameter.name));
            number += 1;
        }
        let is_list = is_list_type(parameter.kind());
        let mut declaration = Map::default();
        let kind = match is_list && !parameter.is_no_echo() {
            true => "list",
            false => "string",
        };
        insert(&mut declaration, "type", text(kind));
        if let Some(description) = parameter.description() {
            let description = text(&literally(description));
            insert(&mut declaration, "description", description);
        }
        if parameter.is_no_echo() {
            insert(&mut declaration, "sensitive", node(true));
        }
        insert(&mut self.variables, &name, node(declaration));
        self.parameters.push(ParameterAssignment {
            parameter: parameter.name.to_owned(),
            value: text(&format!("${{vars.{name}}}")),
        });
        self.required_variables.push(name);
    }
}

/// Returns the keys of a deployed stack that are not in its template.
fn stack_keys(source: &ImportSource, template: &Template, notes: &mut Vec<String>) -> Map {
    let mut map = Map::default();
    let Some(deployed) = &source.deployed else {
        return map;
    };
    insert(&mut map, "name", text(deployed.name.as_str()));
    let required = formwork_template::capabilities(template);
    let more: Vec<Node> = deployed
        .capabilities
        .difference(&required)
        .map(|capability| text(capability.as_str()))
        .collect();
    if !more.is_empty() {
        insert(&mut map, "capabilities", node(more));
    }
    if deployed.termination_protection {
        insert(&mut map, "termination_protection", node(true));
    }
    if let Some(role) = &deployed.role_arn {
        insert(&mut map, "role_arn", text(role));
    }
    if !deployed.notifications.is_empty() {
        let topics = deployed.notifications.iter().map(|topic| text(topic));
        insert(&mut map, "notifications", node(topics.collect::<Vec<_>>()));
    }
    if let Some(timeout) = deployed.timeout {
        insert(&mut map, "timeout", node(i64::from(timeout)));
    }
    let tags = stack_tags(deployed.tags.iter(), notes);
    if !tags.is_empty() {
        insert(&mut map, "tags", node(tags));
    }
    map
}

/// Returns the user's own tags, and adds a note for each other tag.
fn stack_tags<'s>(
    tags: impl Iterator<Item = (&'s String, &'s String)>,
    notes: &mut Vec<String>,
) -> Map {
    let mut own = Map::default();
    for (key, value) in tags {
        if key.starts_with(FORMWORK_TAGS) {
            notes.push(format!(
                "tag `{key}` is left out: formwork sets it (the stack was deployed from a blueprint)"
            ));
        } else if key.starts_with("aws:") {
            notes.push(format!("tag `{key}` is left out: it is reserved for AWS"));
        } else {
            insert(&mut own, key, text(&literally(value)));
        }
    }
    own
}

fn text(text: &str) -> Node {
    Node::new(text, Span::default())
}

fn node(value: impl Into<formwork_template::Value>) -> Node {
    Node::new(value, Span::default())
}
