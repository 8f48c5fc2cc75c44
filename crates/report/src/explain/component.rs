//! The page about a component: its inputs, outputs and resources.

use formwork_blueprint::{Interface, InterfaceInput};
use formwork_template::Node;
use serde_json::{Value, json};

use super::{as_json, literal};
use crate::page::{Block, Page};

/// Returns the list of components with their descriptions.
pub fn component_list(components: &[(&str, Interface)]) -> Page {
    let mut page = Page::new("Built-in components");
    let rows = components.iter().map(|(name, component)| {
        let about = component.description.clone().unwrap_or_default();
        vec![(*name).to_owned(), about]
    });
    page.rows("", rows.collect());
    page
}

/// Renders a component as a page.
pub fn page(name: &str, component: &Interface) -> Page {
    let mut page = Page::new(name);
    page.subtitle = "component".to_owned();
    let description = component.description.iter();
    let description = description.map(|text| Block::Prose(format!("{text}.").replace("..", ".")));
    page.blocks.extend(description);
    page.rows("Inputs", component.inputs.iter().map(input).collect());
    let outputs = component.outputs.iter().map(|output| {
        let notes = [output.description.clone(), when(output.when.as_deref())];
        vec![output.name.clone(), join_notes(notes)]
    });
    page.rows("Outputs", outputs.collect());
    let resources = component.resources.iter();
    let resources = resources.map(|(id, kind)| vec![id.clone(), kind.clone()]);
    page.rows("Resources", resources.collect());
    page.blocks
        .push(Block::Prose("A stack with its required inputs:".to_owned()));
    page.blocks.push(Block::Code(example(name, component)));
    page
}

/// Renders a component as JSON.
pub fn json(name: &str, component: &Interface) -> String {
    let inputs = component.inputs.iter().map(|input| {
        json!({
            "name": input.name,
            "type": input.kind,
            "required": is_required(input),
            "default": input.default.as_ref().map(as_json),
            "description": input.description,
            "min": input.min,
            "max": input.max,
            "one_of": input.one_of.iter().map(as_json).collect::<Vec<_>>(),
            "pattern": input.pattern,
            "provides": input.provides,
            "when": input.when,
        })
    });
    let outputs = component.outputs.iter().map(|output| {
        json!({ "name": output.name, "description": output.description, "when": output.when })
    });
    let resources = component.resources.iter();
    let resources = resources.map(|(id, kind)| json!({ "id": id, "type": kind }));
    let document = json!({
        "format": 1,
        "kind": "component_interface",
        "name": name,
        "description": component.description,
        "inputs": inputs.collect::<Vec<_>>(),
        "outputs": outputs.collect::<Vec<_>>(),
        "resources": resources.collect::<Vec<_>>(),
        "example": example(name, component),
    });
    format!("{document:#}\n")
}

fn is_required(input: &InterfaceInput) -> bool {
    input.default.is_none()
}

fn input(input: &InterfaceInput) -> Vec<String> {
    let default = match &input.default {
        None => "required".to_owned(),
        Some(default) if default.as_str() == Some("${none}") => "optional".to_owned(),
        Some(default) => format!("default {}", value_text(default)),
    };
    let provides = &input.provides;
    let notes = [
        Some(default),
        input.description.clone(),
        limits(input),
        (!provides.is_empty()).then(|| format!("a stack with {}", provides.join(", "))),
        when(input.when.as_deref()),
    ];
    vec![input.name.clone(), input.kind.clone(), join_notes(notes)]
}

fn limits(input: &InterfaceInput) -> Option<String> {
    let length = match input.kind.as_str() {
        "string" => " characters",
        "list" => " items",
        _ => "",
    };
    let bounds = match (input.min, input.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}{length}")),
        (Some(min), None) => Some(format!("at least {min}{length}")),
        (None, Some(max)) => Some(format!("at most {max}{length}")),
        (None, None) => None,
    };
    let values: Vec<String> = input.one_of.iter().map(value_text).collect();
    let values = (!values.is_empty()).then(|| format!("one of {}", values.join(", ")));
    let pattern = input.pattern.as_ref();
    let pattern = pattern.map(|pattern| format!("matches {pattern}"));
    let limits: Vec<String> = [bounds, values, pattern].into_iter().flatten().collect();
    (!limits.is_empty()).then(|| limits.join("; "))
}

fn when(condition: Option<&str>) -> Option<String> {
    condition.map(|condition| format!("only when {condition}"))
}

fn value_text(value: &Node) -> String {
    literal(&as_json(value))
}

fn join_notes<const N: usize>(notes: [Option<String>; N]) -> String {
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    notes.join("; ")
}

/// Returns a stack that uses the component with its required inputs.
fn example(name: &str, component: &Interface) -> String {
    let last = name.trim_end_matches(".toml").rsplit('/').next();
    let mut lines = vec![
        format!("[stacks.{}]", last.unwrap_or(name)),
        format!("use = {}", Value::from(name)),
    ];
    let required = component.inputs.iter().filter(|input| is_required(input));
    lines.extend(required.map(|input| {
        let value = match input.kind.as_str() {
            "integer" | "number" => "1",
            "boolean" => "true",
            "list" => "[\"…\"]",
            "map" => "{ … }",
            "stack" => "\"${stacks.KEY}\"",
            _ => "\"…\"",
        };
        let about = input.description.as_deref().unwrap_or_default();
        let line = format!("inputs.{} = {value}  # {about}", input.name);
        line.trim_end_matches(['#', ' ']).to_owned()
    }));
    lines.join("\n")
}
