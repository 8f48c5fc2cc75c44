//! The properties of a type: their types, and how a path finds one.

use formwork_catalog::schema::{
    AdditionalProperties, DefinitionRef, PropertyPath, PropertyStep, ResourceSchema, Schema, Type,
};

use super::notes::notes;

/// A property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// The name.
    pub(super) name: String,
    /// The type, such as `list of Rule`.
    pub(super) kind: String,
    /// True if the property is required.
    pub(super) required: bool,
    /// Short notes.
    pub(super) notes: Vec<String>,
}

/// Returns the properties that can be set, required ones first.
pub(super) fn properties(
    resource: &ResourceSchema,
    schema: &Schema,
    at: &PropertyPath,
) -> Vec<Property> {
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
            kind: type_label(resource, below),
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
            // A property that one branch requires is not required by the others.
            for property in &mut found[before..] {
                property.required = false;
            }
        }
    }
}

/// Describes the rules for several properties, such as "exactly one of".
pub(super) fn combination_rules(resource: &ResourceSchema, schema: &Schema) -> Vec<Vec<String>> {
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

/// Returns the name of a type: `string`, `list of Rule`, `table of string`.
pub(super) fn type_label(resource: &ResourceSchema, schema: &Schema) -> String {
    let named = match schema.definition {
        Some(DefinitionRef::Named(position)) => resource
            .definitions
            .get_index(position)
            .map(|(name, _)| name.to_string()),
        _ => None,
    };
    let schema = resource.resolve(schema);
    if schema.types.names(Type::Array) {
        let items = schema.items.as_deref();
        return match items.map(|items| type_label(resource, items)) {
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
            AdditionalProperties::Of(schema) => Some(schema),
            _ => None,
        });
        let types: Vec<&str> = schema.types.iter().map(type_name).collect();
        return match values.map(|values| type_label(resource, values)) {
            Some(values) if !values.is_empty() => format!("table of {values}"),
            _ => types.join(" or "),
        };
    }
    let types: Vec<&str> = schema.types.iter().map(type_name).collect();
    types.join(" or ")
}

pub(super) fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Array => "list",
        Type::Object => "table",
        other => other.as_str(),
    }
}

/// Finds a property by its names, through lists; the returned path has `*` for each list.
pub fn descend<'a>(
    resource: &'a ResourceSchema,
    names: &[&str],
) -> Result<(PropertyPath, &'a Schema), (String, Vec<String>)> {
    let mut path = PropertyPath::default();
    let mut schema = &resource.root;
    for name in names {
        let found = element_type(resource, schema);
        if found.depth > 0 {
            path = item_path(&path);
        }
        let next = find_property(resource, found.schema, name);
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

fn find_property<'a>(
    resource: &'a ResourceSchema,
    schema: &'a Schema,
    name: &str,
) -> Option<(&'a str, &'a Schema)> {
    let schema = resource.resolve(schema);
    let direct = schema.properties.get_key_value(name);
    direct.map(|(name, schema)| (&**name, schema)).or_else(|| {
        let mut branches = schema.combined.iter().flat_map(|one| one.branches());
        branches.find_map(|branch| find_property(resource, branch, name))
    })
}

/// The element type of a list or of nested lists.
pub(super) struct ElementType<'a> {
    pub(super) schema: &'a Schema,
    pub(super) depth: usize,
}

pub(super) fn element_type<'a>(
    resource: &'a ResourceSchema,
    schema: &'a Schema,
) -> ElementType<'a> {
    let mut inner = ElementType {
        schema: resource.resolve(schema),
        depth: 0,
    };
    while let Some(items) = inner.schema.items.as_deref() {
        inner.schema = resource.resolve(items);
        inner.depth += 1;
    }
    inner
}

pub(super) fn item_path(path: &PropertyPath) -> PropertyPath {
    path.steps()
        .iter()
        .cloned()
        .chain([PropertyStep::Each])
        .collect()
}
