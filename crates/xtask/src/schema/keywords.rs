//! The schemas of a frame: the bits of the keywords, then their values.

use super::frame::{Frame, list, text};
use crate::Result;
use formwork_catalog::schema::format::{DATA_KEYWORDS, KeywordBit};
use serde_json::{Map, Value, json};

/// Keywords that describe a value without restricting it.
const IGNORED: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "arrayType",
    "default",
    "description",
    "examples",
    "relationshipRef",
    "title",
];

/// Keywords of a root that are not those of a schema. `record` encodes some of them.
const ROOT: &[&str] = &[
    "additionalIdentifiers",
    "conditionalCreateOnlyProperties",
    "createOnlyProperties",
    "definitions",
    "deprecatedProperties",
    "documentationUrl",
    "handlers",
    "lifecycle",
    "primaryIdentifier",
    "propertyTransform",
    "readOnlyProperties",
    "replacementStrategy",
    "resourceLink",
    "sourceUrl",
    "taggable",
    "tagging",
    "typeConfiguration",
    "typeName",
    "writeOnlyProperties",
];

/// Keywords with the value that restricts nothing.
const WITHOUT_EFFECT: [(&str, bool); 3] = [
    ("additionalProperties", true),
    ("uniqueItems", false),
    ("insertionOrder", true),
];

impl Frame {
    /// Adds a schema.
    pub(super) fn schema(&mut self, schema: &Value) -> Result<()> {
        self.keywords(normalized(schema, &[])?)
    }

    /// Adds the schema of a type or an extension, without the keywords that only a root has.
    pub(super) fn root(&mut self, schema: &Value) -> Result<()> {
        self.keywords(normalized(schema, ROOT)?)
    }

    fn keywords(&mut self, schema: Map<String, Value>) -> Result<()> {
        let present = |keyword: &&KeywordBit| schema.contains_key(keyword.as_str());
        let keywords: Vec<&KeywordBit> = KeywordBit::ALL.iter().filter(present).collect();
        if keywords.len() < schema.len() {
            let is_known = |name: &str| {
                KeywordBit::ALL
                    .iter()
                    .any(|keyword| keyword.as_str() == name)
            };
            let unknown: Vec<&String> = schema.keys().filter(|name| !is_known(name)).collect();
            return Err(format!("unknown keywords: {unknown:?}").into());
        }
        self.number(keywords.iter().map(|keyword| keyword.mask()).sum());
        for keyword in keywords {
            self.value(*keyword, &schema[keyword.as_str()])
                .map_err(|error| format!("{}: {error}", keyword.as_str()))?;
        }
        Ok(())
    }

    fn value(&mut self, keyword: KeywordBit, value: &Value) -> Result<()> {
        use KeywordBit as K;
        match keyword {
            K::UniqueItems | K::Unordered | K::Never => Ok(()),
            K::Ref => self.reference(text(value)?),
            K::Type => self.types(value),
            K::Pattern | K::Format => {
                self.text(text(value)?);
                Ok(())
            }
            K::MinLength
            | K::MaxLength
            | K::MinItems
            | K::MaxItems
            | K::MaxUniqueItems
            | K::MinProperties
            | K::MaxProperties => {
                self.number(value.as_u64().ok_or("expected a whole number")?);
                Ok(())
            }
            K::Minimum
            | K::Maximum
            | K::Const
            | K::ExclusiveMinimum
            | K::ExclusiveMaximum
            | K::MultipleOf => self.literal(value),
            K::Enum | K::EnumCaseInsensitive => self.literals(value),
            K::Items | K::Not | K::If | K::Then | K::Else | K::Contains | K::PropertyNames => {
                self.schema(value)
            }
            K::Properties | K::PatternProperties => self.named(value, Self::schema),
            K::AllOf | K::AnyOf | K::OneOf | K::PrefixItems => {
                let schemas = list(value)?;
                self.count(schemas.len());
                schemas.iter().try_for_each(|schema| self.schema(schema))
            }
            K::Required | K::UniqueKeys | K::RequiredXor | K::RequiredOr => self.texts(value),
            K::DependentRequired | K::DependentExcluded => self.named(value, Self::texts),
            K::AdditionalProperties => {
                self.flag(*value != Value::Bool(false));
                match value {
                    Value::Bool(false) => Ok(()),
                    _ => self.schema(value),
                }
            }
            K::FromData => self.named_data(value),
            K::Gather => self.gather(value),
        }
    }

    /// Adds the entries of a table, sorted by name.
    fn named(
        &mut self,
        table: &Value,
        mut write: impl FnMut(&mut Self, &Value) -> Result<()>,
    ) -> Result<()> {
        let entries = sorted(table)?;
        self.count(entries.len());
        for (name, value) in entries {
            self.text(name);
            write(self, value).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    }

    /// Adds the target of a `$ref`: twice its position, plus one for a property of the root.
    fn reference(&mut self, target: &str) -> Result<()> {
        let unknown = || format!("unknown definition `{target}`");
        let below = target.strip_prefix("#/").ok_or_else(unknown)?;
        let (names, offset, name) = match below.split_once('/').ok_or_else(unknown)? {
            ("definitions", name) => (&self.definitions, 0, name),
            ("properties", name) => (&self.properties, 1, name),
            _ => return Err(unknown().into()),
        };
        let find = |known: &String| known.as_str().cmp(name);
        let position = names.binary_search_by(find).map_err(|_| unknown())?;
        self.count(position * 2 + offset);
        Ok(())
    }

    /// Adds the keywords whose value comes from other resources.
    fn named_data(&mut self, table: &Value) -> Result<()> {
        let entries = sorted(table)?;
        self.count(entries.len());
        for (keyword, value) in entries {
            let lookup = &value["$lookup"];
            let data = if lookup.is_null() {
                value
            } else {
                &lookup["key"]
            };
            let pointer: Vec<&str> = text(&data["$data"])?.split('/').collect();
            let [_, resource, property] = pointer.as_slice() else {
                return Err(format!("unknown `$data`: {data}").into());
            };
            let mut known = DATA_KEYWORDS.iter();
            let position = known.position(|(name, _)| name == keyword);
            self.count(position.ok_or("unknown keyword")?);
            self.text(resource);
            self.text(property);
            self.named(&lookup["map"], |frame, value| {
                frame.text(text(value)?);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn gather(&mut self, value: &Value) -> Result<()> {
        let schema = &value["schema"];
        let context = &schema["cfnContext"];
        let is_context = !context.is_null();
        if is_context && (context["functions"] != json!([]) || entries(schema)?.len() != 1) {
            return Err(format!("unknown context: {context}").into());
        }
        self.flag(is_context);
        let gathered = entries(&value["gather"])?;
        self.count(gathered.len());
        for (name, source) in gathered {
            self.text(name);
            self.gathered(source)?;
        }
        self.schema(if is_context {
            &context["schema"]
        } else {
            schema
        })
    }

    /// Adds one resource from which values are gathered.
    fn gathered(&mut self, source: &Value) -> Result<()> {
        let is_known = |(name, _): &(&String, &Value)| {
            ["filter", "properties", "reference"].contains(&name.as_str())
        };
        let names = entries(source)?;
        let filters = entries(&source["filter"])?;
        if !names.iter().all(is_known) || filters.iter().any(|(name, _)| *name != "type") {
            return Err(format!("unknown kind of gathering: {source}").into());
        }
        let reference = source["reference"].as_str();
        self.flag(reference.is_some());
        if let Some(reference) = reference {
            self.path(reference);
        }
        self.optional_text(source["filter"]["type"].as_str());
        self.named(&source["properties"], Self::gathered_property)
    }

    /// Adds one value: 0 for the resource's type, 1 and the path, or 2, the path and the default.
    fn gathered_property(&mut self, entry: &Value) -> Result<()> {
        let path = text(if entry.is_object() {
            &entry["path"]
        } else {
            entry
        })?;
        let default = entry.get("default");
        if path == "$type" && default.is_none() {
            self.count(0);
            return Ok(());
        }
        self.count(if default.is_some() { 2 } else { 1 });
        self.path(path);
        default.map_or(Ok(()), |default| self.literal(default))
    }
}

/// Returns a schema with only the keywords that the frame can hold.
fn normalized(schema: &Value, ignored: &[&str]) -> Result<Map<String, Value>> {
    let mut schema = match schema {
        Value::Bool(true) => Map::new(),
        Value::Bool(false) => Map::from_iter([("never".to_owned(), Value::Bool(true))]),
        Value::Object(schema) => schema.clone(),
        _ => return Err(format!("expected a schema, found {schema}").into()),
    };
    schema.retain(|name, _| !IGNORED.contains(&name.as_str()) && !ignored.contains(&name.as_str()));
    replace_dependencies(&mut schema)?;
    let mut data = Map::new();
    for (keyword, _) in DATA_KEYWORDS {
        if schema.get(keyword).is_some_and(Value::is_object)
            && let Some(value) = schema.remove(keyword)
        {
            data.insert(keyword.to_owned(), value);
        }
    }
    if !data.is_empty() {
        schema.insert("fromData".to_owned(), data.into());
    }
    for (keyword, value) in WITHOUT_EFFECT {
        if schema.get(keyword) == Some(&Value::Bool(value)) {
            schema.remove(keyword);
        }
    }
    Ok(schema)
}

/// Replaces `dependencies`, the older keyword, by the keywords that mean the same: names that a name
/// requires become `dependentRequired`, a schema becomes an `if` and its `then` in `allOf`.
fn replace_dependencies(schema: &mut Map<String, Value>) -> Result<()> {
    let Some(dependencies) = schema.remove("dependencies") else {
        return Ok(());
    };
    let mut required = Map::new();
    let mut conditions = Vec::new();
    for (name, dependency) in entries(&dependencies)? {
        if dependency.is_array() {
            required.insert(name.clone(), dependency.clone());
        } else {
            conditions.push(json!({"if": {"required": [name]}, "then": dependency}));
        }
    }
    if !required.is_empty() {
        let newer = schema.get("dependentRequired").unwrap_or(&Value::Null);
        let newer = entries(newer)?.into_iter();
        required.extend(newer.map(|(name, names)| (name.clone(), names.clone())));
        schema.insert("dependentRequired".to_owned(), required.into());
    }
    if !conditions.is_empty() {
        let all_of = schema.get("allOf").unwrap_or(&Value::Null);
        let all_of = [list(all_of)?, &conditions].concat();
        schema.insert("allOf".to_owned(), all_of.into());
    }
    Ok(())
}

/// Returns the entries of a JSON table in their order. `null` is an empty table.
pub(super) fn entries(value: &Value) -> Result<Vec<(&String, &Value)>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Object(table) => Ok(table.iter().collect()),
        _ => Err(format!("expected a table, found {value}").into()),
    }
}

/// Returns the entries of a JSON table, sorted by name.
pub(super) fn sorted(value: &Value) -> Result<Vec<(&String, &Value)>> {
    let mut entries = entries(value)?;
    entries.sort_by_key(|(name, _)| *name);
    Ok(entries)
}
