//! A resource type, or one of its properties, as the schema table knows it.

use serde_json::{Value, json};
use template::schema::{
    Additional, Attribute, Bounds, Combined, Definition, Literal, OpenAttributes, PropertyPath,
    PropertyStep, Regions, Replacing, ResourceSchema, Schema, Status, Table, Type,
};

use super::example;
use crate::show::page::{Block, Page};

/// How many allowed values are named.
const NAMED_VALUES: usize = 12;

/// The columns that a pattern may take.
const SHOWN_PATTERN: usize = 60;

/// What is known of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its type, as `list of Rule`.
    pub kind: String,
    /// Whether it must be given.
    pub required: bool,
    /// What else holds, in few words each.
    pub notes: Vec<String>,
}

/// The whole type as a page.
pub fn page(resource: &ResourceSchema, table: &Table) -> Page {
    let mut page = Page::new(&*resource.name);
    page.beside = beside(resource).join(" · ");
    for sentence in sentences(resource) {
        page.blocks.push(Block::Prose(sentence));
    }
    let properties = properties(resource, &resource.root, &PropertyPath::default());
    page.rows("Properties", rows(&properties));
    page.rows("Together", together(resource, &resource.root));
    page.rows("Attributes, by Fn::GetAtt", attributes(resource));
    page.blocks.push(Block::Prose(
        "In a stack's TOML, with no more than it must have:".to_owned(),
    ));
    page.blocks
        .push(Block::Code(example::toml(resource, table)));
    page
}

/// One of its properties as a page; `path` leads to it.
pub fn property_page(resource: &ResourceSchema, path: &PropertyPath, schema: &Schema) -> Page {
    let mut page = Page::new(format!("{}.{path}", resource.name));
    page.beside = kind(resource, schema);
    let notes = notes(resource, path, schema);
    if !notes.is_empty() {
        page.rows("", notes.into_iter().map(|note| vec![note]).collect());
    }
    let inner = inner(resource, schema);
    let below = match inner.depth {
        0 => path.clone(),
        _ => each(path),
    };
    page.rows(
        "Properties",
        rows(&properties(resource, inner.schema, &below)),
    );
    page.rows("Together", together(resource, inner.schema));
    page
}

/// The whole type for programs.
pub fn json(resource: &ResourceSchema, table: &Table) -> String {
    let properties = properties(resource, &resource.root, &PropertyPath::default());
    let attributes: serde_json::Map<String, Value> = resource
        .attributes
        .iter()
        .map(|(name, attribute)| (name.to_string(), json!(attribute_kind(attribute))))
        .collect();
    let regions: Vec<&str> = resource
        .regions
        .iter()
        .map(|region| region.as_str())
        .collect();
    let document = json!({
        "format": 1,
        "kind": "resource_type",
        "name": &*resource.name,
        "properties": properties.iter().map(property_json).collect::<Vec<_>>(),
        "read_only": paths(&resource.read_only),
        "write_only": paths(&resource.write_only),
        "create_only": paths(&resource.create_only),
        "conditional_create_only": paths(&resource.conditional_create_only),
        "deprecated": paths(&resource.deprecated),
        "primary_identifier": paths(&resource.primary_identifier),
        "ref": reference(resource),
        "attributes": attributes,
        "stateful": resource.stateful,
        "taggable": resource.tagging.as_ref().map(|tagging| tagging.taggable),
        "regions": regions,
        "example": example::toml(resource, table),
    });
    format!("{document:#}\n")
}

/// One of its properties for programs.
pub fn property_json_document(
    resource: &ResourceSchema,
    path: &PropertyPath,
    schema: &Schema,
) -> String {
    let inner = inner(resource, schema);
    let below = match inner.depth {
        0 => path.clone(),
        _ => each(path),
    };
    let properties = properties(resource, inner.schema, &below);
    let document = json!({
        "format": 1,
        "kind": "property",
        "name": format!("{}.{path}", resource.name),
        "type": kind(resource, schema),
        "notes": notes(resource, path, schema),
        "properties": properties.iter().map(property_json).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn property_json(property: &Property) -> Value {
    json!({
        "name": property.name,
        "type": property.kind,
        "required": property.required,
        "notes": property.notes,
    })
}

fn paths(paths: &[PropertyPath]) -> Vec<String> {
    paths.iter().map(PropertyPath::to_string).collect()
}

fn beside(resource: &ResourceSchema) -> Vec<&'static str> {
    let mut words = Vec::new();
    if resource.stateful {
        words.push("stateful");
    }
    match &resource.tagging {
        Some(tagging) if tagging.taggable => words.push("taggable"),
        Some(_) => words.push("not taggable"),
        None => {}
    }
    words
}

/// What is said of the type as a whole.
fn sentences(resource: &ResourceSchema) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(lifecycle) = &resource.lifecycle {
        let date = lifecycle.date.as_deref().unwrap_or("an unknown date");
        sentences.push(match lifecycle.status {
            Status::Maintenance => {
                format!("Its service is in maintenance (since {date}): it gets no new features.")
            }
            Status::Sunset => {
                format!("Its service takes no new customers (since {date}) and will end.")
            }
            Status::Shutdown => {
                format!("Its service ends or has ended ({date}): nothing new can be created.")
            }
        });
    }
    if let Some(reference) = reference(resource) {
        sentences.push(format!("`Ref` gives {reference}."));
    }
    if resource.stateful {
        sentences.push("Deleting or replacing it loses what it holds: plans name it, and `deploy` asks for `--allow-loss`.".to_owned());
    }
    if resource.replacing == Replacing::DeleteFirst {
        sentences.push(
            "When it is replaced, the old one is deleted before the new one is created.".to_owned(),
        );
    }
    sentences.extend(regions(resource.regions));
    sentences
}

fn reference(resource: &ResourceSchema) -> Option<String> {
    let reference = &resource.reference;
    let format = reference
        .format
        .as_deref()
        .map(|format| format!("`{format}`"));
    let path = reference.path.as_ref().map(|path| format!("its `{path}`"));
    let identifier = || {
        let names = paths(&resource.primary_identifier);
        (!names.is_empty()).then(|| format!("what identifies it: `{}`", names.join("|")))
    };
    path.or(format).or_else(identifier)
}

/// Where it is offered, unless everywhere.
fn regions(regions: Regions) -> Option<String> {
    if regions == Regions::ALL || regions.is_empty() {
        return None;
    }
    let named = |wanted: bool| -> Vec<&str> {
        let all = Regions::ALL.iter();
        all.filter(|region| regions.contains(*region) == wanted)
            .map(|region| region.as_str())
            .collect()
    };
    let missing = named(false);
    Some(match missing.len() <= regions.len() {
        true => format!("Not offered in {}.", missing.join(", ")),
        false => format!("Offered in {} only.", named(true).join(", ")),
    })
}

/// The properties of an object that can be set, those that must be given first.
pub fn properties(resource: &ResourceSchema, schema: &Schema, at: &PropertyPath) -> Vec<Property> {
    let schema = resource.resolve(schema);
    let mut found: Vec<Property> = Vec::new();
    collect(resource, schema, at, &mut found);
    found.sort_by_key(|property| !property.required);
    found
}

fn collect(
    resource: &ResourceSchema,
    schema: &Schema,
    at: &PropertyPath,
    found: &mut Vec<Property>,
) {
    for (name, below) in &schema.properties {
        let path = at.steps().iter().cloned();
        let path: PropertyPath = path.chain([PropertyStep::Name(name.clone())]).collect();
        let known = found.iter().any(|property| property.name == **name);
        if known || resource.is_read_only(&path) || resource.resolve(below).never {
            continue;
        }
        found.push(Property {
            name: name.to_string(),
            kind: kind(resource, below),
            required: schema.required.contains(name),
            notes: notes(resource, &path, below),
        });
    }
    for branch in schema
        .combined
        .iter()
        .flat_map(|combined| combined.branches())
    {
        let branch = resource.resolve(branch);
        if !branch.properties.is_empty() {
            let before = found.len();
            collect(resource, branch, at, found);
            // What one branch of several asks for is asked of that branch alone.
            for property in &mut found[before..] {
                property.required = false;
            }
        }
    }
}

fn rows(properties: &[Property]) -> Vec<Vec<String>> {
    properties
        .iter()
        .map(|property| {
            let mut notes = property.notes.clone();
            if property.required {
                notes.insert(0, "required".to_owned());
            }
            vec![
                property.name.clone(),
                property.kind.clone(),
                notes.join("; "),
            ]
        })
        .collect()
}

/// What holds of several properties together.
fn together(resource: &ResourceSchema, schema: &Schema) -> Vec<Vec<String>> {
    let schema = resource.resolve(schema);
    let Some(combined) = &schema.combined else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut row = |what: String, names: &[std::sync::Arc<str>]| {
        if !names.is_empty() {
            rows.push(vec![what, names.join(", ")]);
        }
    };
    row("exactly one of".to_owned(), &combined.required_xor);
    row("at least one of".to_owned(), &combined.required_or);
    for (name, others) in &combined.dependent_required {
        row(format!("{name} needs"), others);
    }
    for (name, others) in &combined.dependent_excluded {
        row(format!("{name} excludes"), others);
    }
    for (what, branches) in [
        ("one of these sets", &combined.one_of),
        ("at least one of these sets", &combined.any_of),
    ] {
        let sets: Vec<String> = branches
            .iter()
            .map(|branch| resource.resolve(branch).required.join(" and "))
            .collect();
        if !sets.is_empty() && sets.iter().all(|set| !set.is_empty()) {
            rows.push(vec![what.to_owned(), sets.join(", or ")]);
        }
    }
    rows
}

fn attributes(resource: &ResourceSchema) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = resource
        .attributes
        .iter()
        .map(|(name, attribute)| vec![name.to_string(), attribute_kind(attribute)])
        .collect();
    match resource.open_attributes {
        OpenAttributes::None => {}
        OpenAttributes::Outputs => rows.push(vec!["Outputs.NAME".to_owned(), "string".to_owned()]),
        OpenAttributes::Any => rows.push(vec!["any name".to_owned(), String::new()]),
    }
    rows
}

fn attribute_kind(attribute: &Attribute) -> String {
    let types: Vec<&str> = attribute.kind.iter().map(word).collect();
    let mut kind = types.join(" or ");
    if let Some(item) = &attribute.item {
        let items: Vec<&str> = item.kind.iter().map(word).collect();
        if !items.is_empty() {
            kind.push_str(&format!(" of {}", items.join(" or ")));
        }
    }
    if let Some(format) = &attribute.format {
        kind.push_str(&format!(", {format}"));
    }
    kind
}

/// What a value of a list, or of a list of lists, is.
struct Inner<'a> {
    schema: &'a Schema,
    depth: usize,
}

fn inner<'a>(resource: &'a ResourceSchema, schema: &'a Schema) -> Inner<'a> {
    let mut inner = Inner {
        schema: resource.resolve(schema),
        depth: 0,
    };
    while let Some(items) = inner.schema.items.as_deref() {
        inner.schema = resource.resolve(items);
        inner.depth += 1;
    }
    inner
}

fn each(path: &PropertyPath) -> PropertyPath {
    path.steps()
        .iter()
        .cloned()
        .chain([PropertyStep::Each])
        .collect()
}

/// The schema of a property that is named step by step, through lists; and the path with `*` for each list.
pub fn descend<'a>(
    resource: &'a ResourceSchema,
    names: &[&str],
) -> Result<(PropertyPath, &'a Schema), (String, Vec<String>)> {
    let mut path = PropertyPath::default();
    let mut schema = &resource.root;
    for name in names {
        let found = inner(resource, schema);
        if found.depth > 0 {
            path = each(&path);
        }
        let next = one(resource, found.schema, name);
        let Some((known, next)) = next else {
            let known = properties(resource, found.schema, &path);
            return Err((
                (*name).to_owned(),
                known.into_iter().map(|property| property.name).collect(),
            ));
        };
        let steps = path.steps().iter().cloned();
        path = steps.chain([PropertyStep::Name(known.into())]).collect();
        schema = next;
    }
    Ok((path, schema))
}

fn one<'a>(
    resource: &'a ResourceSchema,
    schema: &'a Schema,
    name: &str,
) -> Option<(&'a str, &'a Schema)> {
    let schema = resource.resolve(schema);
    let own = schema.properties.get_key_value(name);
    own.map(|(name, schema)| (&**name, schema)).or_else(|| {
        let mut branches = schema.combined.iter().flat_map(|one| one.branches());
        branches.find_map(|branch| one(resource, branch, name))
    })
}

/// A type in words: `string`, `list of Rule`, `table of string`.
pub fn kind(resource: &ResourceSchema, schema: &Schema) -> String {
    let named = match schema.definition {
        Some(Definition::Named(position)) => resource
            .definitions
            .get_index(position)
            .map(|(name, _)| name.to_string()),
        _ => None,
    };
    let schema = resource.resolve(schema);
    if schema.types.names(Type::Array) {
        let items = schema.items.as_deref();
        return match items.map(|items| kind(resource, items)) {
            Some(items) if !items.is_empty() => format!("list of {items}"),
            _ => "list".to_owned(),
        };
    }
    let is_table = schema.types.names(Type::Object) || !schema.properties.is_empty();
    if is_table && !schema.properties.is_empty() {
        return named.unwrap_or_else(|| "table".to_owned());
    }
    if is_table {
        let values = schema.pattern_properties.first().map(|(_, schema)| schema);
        let values = values.or(match &schema.additional {
            Additional::Of(schema) => Some(schema),
            _ => None,
        });
        let types: Vec<&str> = schema.types.iter().map(word).collect();
        return match values.map(|values| kind(resource, values)) {
            Some(values) if !values.is_empty() => format!("table of {values}"),
            _ => types.join(" or "),
        };
    }
    let types: Vec<&str> = schema.types.iter().map(word).collect();
    types.join(" or ")
}

fn word(kind: Type) -> &'static str {
    match kind {
        Type::Array => "list",
        Type::Object => "table",
        other => other.as_str(),
    }
}

/// What holds of a property, in few words each.
fn notes(resource: &ResourceSchema, path: &PropertyPath, schema: &Schema) -> Vec<String> {
    let mut notes = Vec::new();
    for (paths, all, some) in [
        (&resource.create_only, "a change replaces it", "replaces it"),
        (
            &resource.conditional_create_only,
            "a change may replace it",
            "may replace it",
        ),
    ] {
        if paths.iter().any(|found| found.covers(path)) {
            notes.push(all.to_owned());
            continue;
        }
        let below: Vec<String> = paths
            .iter()
            .filter(|found| path.covers(found))
            .map(|found| rest(found, path))
            .collect();
        if !below.is_empty() {
            notes.push(format!("a change of {} {some}", below.join(", ")));
        }
    }
    if resource.write_only.iter().any(|found| found.covers(path)) {
        notes.push("cannot be read back".to_owned());
    }
    if resource.deprecated.iter().any(|found| found.covers(path)) {
        notes.push("deprecated".to_owned());
    }
    notes.extend(limits(resource.resolve(schema)));
    notes
}

fn rest(found: &PropertyPath, path: &PropertyPath) -> String {
    let steps = found.steps().iter().skip(path.steps().len());
    let steps: Vec<String> = steps
        .filter(|step| **step != PropertyStep::Each)
        .map(ToString::to_string)
        .collect();
    steps.join(".")
}

/// The bounds of a value.
fn limits(schema: &Schema) -> Vec<String> {
    let mut limits = Vec::new();
    let combined = schema.combined.as_deref();
    let any_case = combined.and_then(|combined| combined.values_in_any_case.as_ref());
    if let Some(values) = schema.values.as_ref().or(any_case) {
        limits.push(one_of(values));
    }
    if let Some(constant) = combined.and_then(|combined| combined.constant.as_ref()) {
        limits.push(format!("always {}", text(constant)));
    }
    limits.extend(bounds(&schema.length, "character"));
    if let (None, None, Some(Bounds { least, most })) = (
        &schema.values,
        any_case,
        (!schema.range.is_open()).then_some(&schema.range),
    ) {
        limits.push(match (least, most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => String::new(),
        });
    }
    limits.extend(bounds(&schema.item_count, "item"));
    if schema.unique_items {
        limits.push("no item twice".to_owned());
    }
    if let Some(pattern) = &schema.pattern {
        let is_short = pattern.chars().count() <= SHOWN_PATTERN;
        limits.push(match is_short {
            true => format!("matches {pattern}"),
            false => {
                let begin: String = pattern.chars().take(SHOWN_PATTERN).collect();
                format!("matches {begin}…")
            }
        });
    }
    limits.extend(schema.format.as_ref().map(|format| format!("a {format}")));
    limits.extend(combined.into_iter().flat_map(more));
    limits
}

fn more(combined: &Combined) -> Vec<String> {
    let mut limits = Vec::new();
    limits.extend(combined.above.map(|above| format!("more than {above}")));
    limits.extend(combined.below.map(|below| format!("less than {below}")));
    limits.extend(combined.multiple_of.map(|of| format!("a multiple of {of}")));
    limits
}

fn bounds(bounds: &Bounds<u64>, what: &str) -> Option<String> {
    let count = |count: u64| crate::report::plural(count as usize, what);
    match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => Some(count(least)),
        (Some(least), Some(most)) => Some(format!("{least} to {}", count(most))),
        (Some(least), None) => (least > 0).then(|| format!("at least {}", count(least))),
        (None, Some(most)) => Some(format!("at most {}", count(most))),
        (None, None) => None,
    }
}

fn one_of(values: &[Literal]) -> String {
    let shown: Vec<String> = values.iter().take(NAMED_VALUES).map(text).collect();
    match values.len() > NAMED_VALUES {
        true => format!(
            "one of {values}, and {} more",
            values.len() - NAMED_VALUES,
            values = shown.join(", ")
        ),
        false => format!("one of {}", shown.join(", ")),
    }
}

fn text(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => text.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Boolean(truth) => truth.to_string(),
        Literal::Null => "null".to_owned(),
    }
}
