//! Translates a template's sections into the keys of a stack.

use super::layout::CommentsByPath;
use super::values::{AllowedReferences, ValueTranslator};
use super::{ParameterAssignment, UnsupportedSyntax};
use crate::declare::output_types::is_list_value;
use crate::evaluate::text::literally;
use crate::render::content_hash::is_content_addressed;
use crate::syntax::keys::{ATTRIBUTES, is_upper};
use formwork_template::capabilities::has_macros;
use formwork_template::diagnostics::Span;
use formwork_template::{
    Entry, Function, LogicalId, Map, Node, Parameter, ResourceType, Section, Template, Value,
};
use std::collections::BTreeSet;

/// Attributes of a resource that are texts without references: CloudFormation's key and ours.
const TEXT_ATTRIBUTES: [(&str, &str); 3] = [
    ("Condition", "condition"),
    ("DeletionPolicy", "deletion_policy"),
    ("UpdateReplacePolicy", "update_replace_policy"),
];

/// Attributes of a resource that are values of any kind: CloudFormation's key and ours.
const VALUE_ATTRIBUTES: [(&str, &str); 3] = [
    ("Metadata", "metadata"),
    ("CreationPolicy", "creation_policy"),
    ("UpdatePolicy", "update_policy"),
];

/// The tables of a stack's file whose entries have headers of their own.
pub(super) const NESTED: &[&str] = &["resources", "mappings"];

/// The comment above a resource whose logical id would otherwise follow content.
const REDEPLOY_COMMENT: [&str; 2] = [
    "`redeploy_on = []` keeps the logical id. Without it, the id changes whenever the",
    "content changes that the resource is a snapshot of.",
];

/// Translates a template into the keys of a stack.
pub(super) fn stack(
    template: &Template,
    parameters: &[ParameterAssignment],
    map: &mut Map,
    comments: &mut CommentsByPath,
) -> Result<(), UnsupportedSyntax> {
    let translator = ValueTranslator::new(template);
    for (key, entry) in template.root().entries() {
        let is_known = Section::ALL.iter().any(|section| section.key() == key);
        if !is_known || key == Section::Hooks.key() {
            let what = format!("the section `{key}`");
            return Err(UnsupportedSyntax::new(what, entry.key));
        }
    }
    if let Some(node) = template.section(Section::AWSTemplateFormatVersion)
        && node.as_str() != Some("2010-09-09")
    {
        return Err(UnsupportedSyntax::new("another format version", node.span));
    }
    if let Some(node) = template.section(Section::Description) {
        insert(map, "description", text(node, "a description")?);
    }
    if let Some(node) = template.section(Section::Transform) {
        let transform = translator.translate(node, AllowedReferences::None)?;
        insert(map, "transform", transform);
    }
    for (section, key, allowed) in [
        (Section::Metadata, "metadata", AllowedReferences::All),
        (Section::Parameters, "parameters", AllowedReferences::None),
        (Section::Mappings, "mappings", AllowedReferences::None),
        (
            Section::Conditions,
            "conditions",
            AllowedReferences::Parameters,
        ),
        (Section::Rules, "rules", AllowedReferences::Parameters),
    ] {
        let Some(node) = template.section(section) else {
            continue;
        };
        if node.as_map().is_some_and(Map::is_empty) {
            continue;
        }
        if node.function().is_some() {
            let what = format!("a function in place of the section `{}`", section.key());
            return Err(UnsupportedSyntax::new(what, node.span));
        }
        let mut translated = translator.translate(node, allowed)?;
        if section == Section::Parameters {
            assign_parameters(&mut translated, parameters);
        }
        insert(map, key, translated);
    }
    resources(template, &translator, map, comments)?;
    outputs(template, &translator, map)
}

/// Adds values to the declarations of parameters.
fn assign_parameters(declarations: &mut Node, assignments: &[ParameterAssignment]) {
    let Some(declarations) = declarations.as_map_mut() else {
        return;
    };
    for assignment in assignments {
        let declaration = declarations
            .get_mut(&assignment.parameter)
            .and_then(Node::as_map_mut);
        if let Some(declaration) = declaration {
            insert(declaration, "value", assignment.value.clone());
        }
    }
}

fn resources(
    template: &Template,
    translator: &ValueTranslator<'_>,
    map: &mut Map,
    comments: &mut CommentsByPath,
) -> Result<(), UnsupportedSyntax> {
    let mut lower_case = Map::default();
    for (id, entry) in template.entries(Section::Resources) {
        if id.starts_with("Fn::") {
            let what = format!("`{id}` in place of a resource");
            return Err(UnsupportedSyntax::new(what, entry.key));
        }
        if LogicalId::new(id).is_err() {
            let what = format!("the logical id `{id}`");
            return Err(UnsupportedSyntax::new(what, entry.key));
        }
        let node = resource(id, entry, translator, comments)?;
        match is_upper(id) {
            true => insert(map, id, node),
            false => insert(&mut lower_case, id, node),
        }
    }
    if !lower_case.is_empty() {
        let node = Node::new(lower_case, Span::default());
        insert(map, "resources", node);
    }
    Ok(())
}

fn resource(
    id: &str,
    entry: &Entry,
    translator: &ValueTranslator<'_>,
    comments: &mut CommentsByPath,
) -> Result<Node, UnsupportedSyntax> {
    let Some(fields) = entry.node.as_map() else {
        let what = format!("resource `{id}`, which is not a table");
        return Err(UnsupportedSyntax::new(what, entry.key));
    };
    let mut translated = Map::default();
    // The type comes first, as in a blueprint that a person writes.
    if let Some(node) = fields.get("Type") {
        let kind = node.as_str().unwrap_or_default();
        if !is_resource_type(kind) {
            let what = format!("the type `{kind}`");
            return Err(UnsupportedSyntax::new(what, node.span));
        }
        insert(&mut translated, "type", text(node, "a type")?);
    }
    for (key, entry) in fields.iter() {
        let our_key = |attributes: &[(&str, &'static str)]| {
            let attribute = attributes.iter().find(|(theirs, _)| *theirs == key);
            attribute.map(|(_, ours)| *ours)
        };
        if let Some(ours) = our_key(&TEXT_ATTRIBUTES) {
            let what = format!("`{key}` that is not a string");
            insert(&mut translated, ours, text(&entry.node, &what)?);
        } else if let Some(ours) = our_key(&VALUE_ATTRIBUTES) {
            let value = translator.translate(&entry.node, AllowedReferences::All)?;
            insert(&mut translated, ours, value);
        } else if key == "DependsOn" {
            insert(&mut translated, "depends_on", depends_on(&entry.node)?);
        } else if !matches!(key, "Type" | "Properties") {
            let what = format!("the attribute `{key}` of resource `{id}`");
            return Err(UnsupportedSyntax::new(what, entry.key));
        }
    }
    let kind = fields.get("Type").and_then(Node::as_str);
    if is_content_addressed(kind.unwrap_or_default()) {
        let nothing = Node::new(Vec::new(), entry.key);
        insert(&mut translated, "redeploy_on", nothing);
        let path = match is_upper(id) {
            true => vec![id.to_owned()],
            false => vec!["resources".to_owned(), id.to_owned()],
        };
        comments.insert(path, REDEPLOY_COMMENT.map(str::to_owned).to_vec());
    }
    if let Some(entry) = fields.entry("Properties") {
        properties(entry, translator, &mut translated)?;
    }
    Ok(Node::new(translated, entry.node.span))
}

/// Translates properties. Those whose names are not capitalized or are our keys go under the key
/// `properties`.
fn properties(
    entry: &Entry,
    translator: &ValueTranslator<'_>,
    translated: &mut Map,
) -> Result<(), UnsupportedSyntax> {
    let Some(properties) = entry.node.as_map() else {
        let what = format!("properties that are {}", entry.node.kind());
        return Err(UnsupportedSyntax::new(what, entry.node.span));
    };
    let mut others = Map::default();
    for (key, property) in properties.iter() {
        if key.contains("${") {
            let what = format!("the key `{key}`");
            return Err(UnsupportedSyntax::new(what, property.key));
        }
        let node = translator.translate(&property.node, AllowedReferences::All)?;
        let is_attribute = ATTRIBUTES.iter().any(|(theirs, _)| *theirs == key);
        match is_upper(key) && !is_attribute {
            true => insert(translated, key, node),
            false => insert(&mut others, key, node),
        }
    }
    if !others.is_empty() {
        let node = Node::new(others, entry.node.span);
        insert(translated, "properties", node);
    }
    Ok(())
}

fn outputs(
    template: &Template,
    translator: &ValueTranslator<'_>,
    map: &mut Map,
) -> Result<(), UnsupportedSyntax> {
    let lists = ListValues::new(template);
    let mut outputs = Map::default();
    for (name, entry) in template.entries(Section::Outputs) {
        if name.starts_with("Fn::") {
            let what = format!("`{name}` in place of an output");
            return Err(UnsupportedSyntax::new(what, entry.key));
        }
        let node = output(name, entry, &lists, translator)?;
        insert(&mut outputs, name, node);
    }
    if !outputs.is_empty() {
        insert(map, "outputs", Node::new(outputs, Span::default()));
    }
    Ok(())
}

/// Translates an output. One that has only a text as its value becomes that text.
fn output(
    name: &str,
    entry: &Entry,
    lists: &ListValues<'_>,
    translator: &ValueTranslator<'_>,
) -> Result<Node, UnsupportedSyntax> {
    let mut value = None;
    let mut fields = Map::default();
    for (key, field) in entry.node.entries() {
        let unknown = || {
            let what = format!("`{key}` of output `{name}`");
            UnsupportedSyntax::new(what, field.key)
        };
        let node = &field.node;
        match key {
            "Value" => value = Some(output_value(node, lists, translator)?),
            "Description" => insert(&mut fields, "description", text(node, "a description")?),
            "Condition" => insert(&mut fields, "condition", text(node, "a condition")?),
            "Export" => {
                let export = node.as_map().filter(|map| map.len() == 1);
                let name = export.and_then(|map| map.get("Name")).ok_or_else(unknown)?;
                let name = translator.translate(name, AllowedReferences::Parameters)?;
                insert(&mut fields, "export", name);
            }
            _ => return Err(unknown()),
        }
    }
    let mut translated = Map::default();
    match value {
        Some(value) if fields.is_empty() && value.as_str().is_some() => return Ok(value),
        Some(value) => insert(&mut translated, "value", value),
        None => {}
    }
    for (key, entry) in fields.iter() {
        insert(&mut translated, key, entry.node.clone());
    }
    Ok(Node::new(translated, entry.node.span))
}

/// Finds values that a macro may need as a list. The language would join them by commas.
struct ListValues<'t> {
    has_macros: bool,
    list_parameters: BTreeSet<&'t str>,
}

impl<'t> ListValues<'t> {
    fn new(template: &'t Template) -> Self {
        let parameters = template.parameters().filter(Parameter::is_list);
        Self {
            has_macros: has_macros(template),
            list_parameters: parameters.map(|parameter| parameter.name).collect(),
        }
    }

    /// Returns true if the value must stay a list. Without a macro, a list as an output is an error
    /// of the template, which the verification reports.
    fn must_stay_list(&self, node: &Node) -> bool {
        self.has_macros && is_list_value(node, &mut |node| self.is_list_parameter(node))
    }

    fn is_list_parameter(&self, node: &Node) -> bool {
        let name = match node.function() {
            Some((Function::Ref, name)) => name.as_str(),
            _ => None,
        };
        name.is_some_and(|name| self.list_parameters.contains(name))
    }
}

fn output_value(
    node: &Node,
    lists: &ListValues<'_>,
    translator: &ValueTranslator<'_>,
) -> Result<Node, UnsupportedSyntax> {
    let unsupported = |what: &str| Err(UnsupportedSyntax::new(what, node.span));
    match &node.value {
        // CloudFormation converts it to a string; the language requires a string.
        Value::Bool(value) => Ok(Node::new(value.to_string(), node.span)),
        Value::List(_) => unsupported("an output that is a list"),
        Value::Map(_) if node.function().is_none() => unsupported("an output that is a table"),
        Value::Map(_) if lists.must_stay_list(node) => {
            unsupported("an output whose function returns a list")
        }
        _ => translator.translate(node, AllowedReferences::All),
    }
}

fn depends_on(node: &Node) -> Result<Node, UnsupportedSyntax> {
    match &node.value {
        Value::List(items) => {
            let items = items.iter().map(|item| text(item, "`DependsOn`"));
            Ok(Node::new(items.collect::<Result<Vec<_>, _>>()?, node.span))
        }
        _ => text(node, "a `DependsOn` that is not a string or a list"),
    }
}

/// Translates a text without references.
fn text(node: &Node, what: &str) -> Result<Node, UnsupportedSyntax> {
    match node.as_str() {
        Some(text) => Ok(Node::new(literally(text), node.span)),
        None => Err(UnsupportedSyntax::new(what, node.span)),
    }
}

/// Returns true if the language accepts a resource type.
fn is_resource_type(kind: &str) -> bool {
    let parts = kind.split("::").filter(|part| !part.is_empty()).count();
    ResourceType::new(kind).is_ok() && (kind.starts_with("Custom::") || parts >= 3)
}

/// Inserts a key that has no span of its own.
pub(super) fn insert(map: &mut Map, key: &str, node: Node) {
    let span = node.span;
    map.insert(key, span, node);
}
