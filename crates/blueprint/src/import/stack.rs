//! A template's sections as the keys of a stack.

use super::forms::{Forms, Reach};
use super::layout::Comments;
use super::{Given, Unsayable};
use crate::declare::output_types::is_list_by;
use crate::evaluate::text::literally;
use crate::render::content_hash::follows_by_itself;
use crate::syntax::keys::{ATTRIBUTES, is_upper};
use formwork_template::capabilities::has_macros;
use formwork_template::diagnostics::Span;
use formwork_template::{
    Entry, Function, LogicalId, Map, Node, Parameter, ResourceType, Section, Template, Value,
};
use std::collections::BTreeSet;

/// The attributes of a resource whose values are texts known when rendering.
const TEXTS: [(&str, &str); 3] = [
    ("Condition", "condition"),
    ("DeletionPolicy", "deletion_policy"),
    ("UpdateReplacePolicy", "update_replace_policy"),
];

/// The attributes of a resource that hold values of any kind.
const VALUES: [(&str, &str); 3] = [
    ("Metadata", "metadata"),
    ("CreationPolicy", "creation_policy"),
    ("UpdatePolicy", "update_policy"),
];

/// The tables of a stack's file in which every entry may have a header of its own.
pub(super) const NESTED: &[&str] = &["resources", "mappings"];

/// Writes the stack's own tables; `given` are the values of its parameters.
pub(super) fn stack(
    template: &Template,
    given: &[Given],
    map: &mut Map,
    comments: &mut Comments,
) -> Result<(), Unsayable> {
    let forms = Forms::of(template);
    for (key, entry) in template.root().entries() {
        let known = Section::ALL.iter().any(|section| section.key() == key);
        if !known || key == Section::Hooks.key() {
            let what = format!("the section `{key}`");
            return Err(Unsayable::at(what, entry.key));
        }
    }
    if let Some(node) = template.section(Section::AWSTemplateFormatVersion)
        && node.as_str() != Some("2010-09-09")
    {
        return Err(Unsayable::at("another format version", node.span));
    }
    if let Some(node) = template.section(Section::Description) {
        put(map, "description", text(node, "a description")?);
    }
    if let Some(node) = template.section(Section::Transform) {
        put(map, "transform", forms.value(node, Reach::Nothing)?);
    }
    for (section, key, reach) in [
        (Section::Metadata, "metadata", Reach::Everything),
        (Section::Parameters, "parameters", Reach::Nothing),
        (Section::Mappings, "mappings", Reach::Nothing),
        (Section::Conditions, "conditions", Reach::Parameters),
        (Section::Rules, "rules", Reach::Parameters),
    ] {
        let Some(node) = template.section(section) else {
            continue;
        };
        if node.function().is_some() || node.as_map().is_some_and(Map::is_empty) {
            match node.as_map().is_some_and(Map::is_empty) {
                true => continue,
                false => {
                    let what = format!("a function in the place of `{}`", section.key());
                    return Err(Unsayable::at(what, node.span));
                }
            }
        }
        let mut written = forms.value(node, reach)?;
        if section == Section::Parameters {
            values(&mut written, given);
        }
        put(map, key, written);
    }
    resources(template, &forms, map, comments)?;
    outputs(template, &forms, map)
}

/// Puts the values that parameters have into their declarations.
fn values(parameters: &mut Node, given: &[Given]) {
    let Some(parameters) = parameters.as_map_mut() else {
        return;
    };
    for given in given {
        let fields = parameters
            .get_mut(&given.parameter)
            .and_then(Node::as_map_mut);
        if let Some(fields) = fields {
            put(fields, "value", given.value.clone());
        }
    }
}

fn resources(
    template: &Template,
    forms: &Forms<'_>,
    map: &mut Map,
    comments: &mut Comments,
) -> Result<(), Unsayable> {
    let mut others = Map::default();
    for (id, entry) in template.entries(Section::Resources) {
        if id.starts_with("Fn::") {
            let what = format!("`{id}` in the place of a resource");
            return Err(Unsayable::at(what, entry.key));
        }
        if LogicalId::new(id).is_err() {
            let what = format!("the logical id `{id}`");
            return Err(Unsayable::at(what, entry.key));
        }
        let node = resource(id, entry, forms, comments)?;
        match is_upper(id) {
            true => put(map, id, node),
            false => put(&mut others, id, node),
        }
    }
    if !others.is_empty() {
        put(map, "resources", Node::new(others, Span::default()));
    }
    Ok(())
}

fn resource(
    id: &str,
    entry: &Entry,
    forms: &Forms<'_>,
    comments: &mut Comments,
) -> Result<Node, Unsayable> {
    let fields = entry
        .node
        .as_map()
        .ok_or_else(|| Unsayable::at(format!("resource `{id}`, which is no table"), entry.key))?;
    let mut written = Map::default();
    let mut kind = "";
    for (key, entry) in fields.iter() {
        let attribute = |list: &[(&str, &'static str)]| {
            list.iter()
                .find(|(theirs, _)| *theirs == key)
                .map(|(_, ours)| *ours)
        };
        if key == "Type" {
            kind = entry.node.as_str().unwrap_or_default();
            if !can_be_type(kind) {
                let what = format!("the type `{kind}`");
                return Err(Unsayable::at(what, entry.node.span));
            }
            put(&mut written, "type", text(&entry.node, "a type")?);
        } else if let Some(ours) = attribute(&TEXTS) {
            let what = format!("`{key}` that is no text");
            put(&mut written, ours, text(&entry.node, &what)?);
        } else if let Some(ours) = attribute(&VALUES) {
            put(
                &mut written,
                ours,
                forms.value(&entry.node, Reach::Everything)?,
            );
        } else if key == "DependsOn" {
            put(&mut written, "depends_on", names(&entry.node)?);
        } else if key != "Properties" {
            let what = format!("the attribute `{key}` of resource `{id}`");
            return Err(Unsayable::at(what, entry.key));
        }
    }
    let mut written = type_first(written);
    if follows_by_itself(kind) {
        put(
            &mut written,
            "redeploy_on",
            Node::new(Vec::new(), entry.key),
        );
        let path = match is_upper(id) {
            true => vec![id.to_owned()],
            false => vec!["resources".to_owned(), id.to_owned()],
        };
        comments.insert(path, FOLLOWS.map(str::to_owned).to_vec());
    }
    if let Some(entry) = fields.entry("Properties") {
        properties(entry, forms, &mut written)?;
    }
    Ok(Node::new(written, entry.node.span))
}

/// The attributes with the type before all others.
fn type_first(mut written: Map) -> Map {
    let mut ordered = Map::default();
    if let Some(kind) = written.remove("type") {
        put(&mut ordered, "type", kind);
    }
    for (key, entry) in written {
        ordered.insert(key, entry.key, entry.node);
    }
    ordered
}

/// What stands above a resource whose logical id would otherwise follow content.
const FOLLOWS: [&str; 2] = [
    "`redeploy_on = []` keeps the logical id as it is. Without it the id follows what",
    "the resource is a snapshot of, and a change makes a new one.",
];

fn properties(entry: &Entry, forms: &Forms<'_>, written: &mut Map) -> Result<(), Unsayable> {
    let Some(properties) = entry.node.as_map() else {
        let what = format!("properties that are {}", entry.node.kind());
        return Err(Unsayable::at(what, entry.node.span));
    };
    let mut others = Map::default();
    for (key, property) in properties.iter() {
        if key.contains("${") {
            return Err(Unsayable::at(format!("the key `{key}`"), property.key));
        }
        let node = forms.value(&property.node, Reach::Everything)?;
        let is_ours = ATTRIBUTES.iter().any(|(theirs, _)| *theirs == key);
        match is_upper(key) && !is_ours {
            true => put(written, key, node),
            false => put(&mut others, key, node),
        }
    }
    if !others.is_empty() {
        put(written, "properties", Node::new(others, entry.node.span));
    }
    Ok(())
}

fn outputs(template: &Template, forms: &Forms<'_>, map: &mut Map) -> Result<(), Unsayable> {
    let lists = Lists::new(template);
    let mut outputs = Map::default();
    for (name, entry) in template.entries(Section::Outputs) {
        if name.starts_with("Fn::") {
            let what = format!("`{name}` in the place of an output");
            return Err(Unsayable::at(what, entry.key));
        }
        let mut written = Map::default();
        for (key, field) in entry.node.entries() {
            let unknown = || Unsayable::at(format!("`{key}` of output `{name}`"), field.key);
            match key {
                "Value" => put(
                    &mut written,
                    "value",
                    output_value(&field.node, &lists, forms)?,
                ),
                "Description" => put(
                    &mut written,
                    "description",
                    text(&field.node, "a description")?,
                ),
                "Condition" => put(&mut written, "condition", text(&field.node, "a condition")?),
                "Export" => {
                    let export = field.node.as_map().filter(|map| map.len() == 1);
                    let name = export.and_then(|map| map.get("Name")).ok_or_else(unknown)?;
                    put(
                        &mut written,
                        "export",
                        forms.value(name, Reach::Parameters)?,
                    );
                }
                _ => return Err(unknown()),
            }
        }
        let alone =
            written.len() == 1 && written.get("value").is_some_and(|v| v.as_str().is_some());
        let node = match (alone, written.remove("value")) {
            (true, Some(value)) => value,
            (_, value) => {
                let mut fields = Map::default();
                if let Some(value) = value {
                    put(&mut fields, "value", value);
                }
                for (key, entry) in written.iter() {
                    put(&mut fields, key, entry.node.clone());
                }
                Node::new(fields, entry.node.span)
            }
        };
        put(&mut outputs, name, node);
    }
    if !outputs.is_empty() {
        put(map, "outputs", Node::new(outputs, Span::default()));
    }
    Ok(())
}

/// What a macro may want as a list, where the language would join it by commas.
struct Lists<'t> {
    macros: bool,
    parameters: BTreeSet<&'t str>,
}

impl<'t> Lists<'t> {
    fn new(template: &'t Template) -> Self {
        let lists = template.parameters().filter(Parameter::is_list);
        Self {
            macros: has_macros(template),
            parameters: lists.map(|parameter| parameter.name).collect(),
        }
    }

    /// Without a macro a list is a fault of the template, which the proof says.
    fn wants(&self, node: &Node) -> bool {
        self.macros && is_list_by(node, &mut |node| self.is_parameter(node))
    }

    fn is_parameter(&self, node: &Node) -> bool {
        let name = match node.function() {
            Some((Function::Ref, name)) => name.as_str(),
            _ => None,
        };
        name.is_some_and(|name| self.parameters.contains(name))
    }
}

fn output_value(node: &Node, lists: &Lists<'_>, forms: &Forms<'_>) -> Result<Node, Unsayable> {
    match &node.value {
        // CloudFormation makes a text of it; the language wants it written as one.
        Value::Bool(truth) => Ok(Node::new(truth.to_string(), node.span)),
        Value::List(_) => Err(Unsayable::at("an output that is a list", node.span)),
        Value::Map(_) if node.function().is_none() => {
            Err(Unsayable::at("an output that is a table", node.span))
        }
        Value::Map(_) if lists.wants(node) => {
            Err(Unsayable::at("an output that gives a list", node.span))
        }
        _ => forms.value(node, Reach::Everything),
    }
}

fn names(node: &Node) -> Result<Node, Unsayable> {
    match &node.value {
        Value::List(items) => {
            let items = items.iter().map(|item| text(item, "`DependsOn`"));
            Ok(Node::new(items.collect::<Result<Vec<_>, _>>()?, node.span))
        }
        _ => text(node, "a `DependsOn` that is no text"),
    }
}

/// A text that means itself.
fn text(node: &Node, what: &str) -> Result<Node, Unsayable> {
    match node.as_str() {
        Some(text) => Ok(Node::new(literally(text), node.span)),
        None => Err(Unsayable::at(what, node.span)),
    }
}

fn can_be_type(kind: &str) -> bool {
    let parts = kind.split("::").filter(|part| !part.is_empty()).count();
    ResourceType::new(kind).is_ok() && (kind.starts_with("Custom::") || parts >= 3)
}

/// Sets a key that has no place of its own in a text.
pub(super) fn put(map: &mut Map, key: &str, node: Node) {
    let span = node.span;
    map.insert(key, span, node);
}
