//! Properties: which there are, of what type, and how one is found by its name.

use formwork_catalog::schema::{
    AdditionalProperties, DefinitionRef, PropertyPath, PropertyStep, ResourceSchema, Schema, Type,
};

use super::notes::notes;

/// What is known of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name.
    pub(super) name: String,
    /// Its type, as `list of Rule`.
    pub(super) kind: String,
    /// Whether it must be given.
    pub(super) required: bool,
    /// What else holds, in few words each.
    pub(super) notes: Vec<String>,
}

/// The properties of an object that can be set, those that must be given first.
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

/// What holds of several properties together.
pub(super) fn together(resource: &ResourceSchema, schema: &Schema) -> Vec<Vec<String>> {
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

/// A type in words: `string`, `list of Rule`, `table of string`.
pub(super) fn kind(resource: &ResourceSchema, schema: &Schema) -> String {
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
            AdditionalProperties::Of(schema) => Some(schema),
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

pub(super) fn word(kind: Type) -> &'static str {
    match kind {
        Type::Array => "list",
        Type::Object => "table",
        other => other.as_str(),
    }
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

/// What a value of a list, or of a list of lists, is.
pub(super) struct Inner<'a> {
    pub(super) schema: &'a Schema,
    pub(super) depth: usize,
}

pub(super) fn inner<'a>(resource: &'a ResourceSchema, schema: &'a Schema) -> Inner<'a> {
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

pub(super) fn each(path: &PropertyPath) -> PropertyPath {
    path.steps()
        .iter()
        .cloned()
        .chain([PropertyStep::Each])
        .collect()
}
