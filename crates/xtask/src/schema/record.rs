//! The frames of resource types, extensions and services.

use super::frame::{Frame, as_list, list, text};
use super::keywords::sorted;
use crate::Result;
use formwork_catalog::regions::{Region, Regions};
use formwork_catalog::schema::format::{HANDLERS, PROPERTY_LISTS, STATUSES};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the frame of a resource type.
pub(super) fn encode_type(source: &Value) -> Result<Vec<u8>> {
    let schema = &source["schema"];
    let mut frame = begin(schema)?;
    frame.record(schema)?;
    for property_list in PROPERTY_LISTS {
        frame.paths(&schema[property_list])?;
    }
    let additional = list(&schema["additionalIdentifiers"])?;
    frame.count(additional.len());
    for identifier in additional {
        frame.paths(&Value::from(as_list(identifier)))?;
    }
    frame.attributes(source, schema)?;
    frame.tagging(schema)?;
    for handler in HANDLERS {
        frame.texts(&schema["handlers"][handler]["permissions"])?;
    }
    frame.regions(match &source["regions"] {
        Value::Null => Regions::ALL,
        regions => parse_regions(list(regions)?)?,
    });
    let extensions = list(&source["extensions"])?;
    frame.count(extensions.len());
    for extension in extensions {
        frame.extension(extension)?;
    }
    frame.lifecycle(&schema["lifecycle"])?;
    frame.flag(match schema["replacementStrategy"].as_str() {
        None | Some("create_then_delete") => false,
        Some("delete_then_create") => true,
        Some(other) => return Err(format!("unknown replacement strategy `{other}`").into()),
    });
    Ok(frame.into_bytes())
}

/// Returns the frame of an extension: one schema, or one for each set of regions that share it.
pub(super) fn encode_extension(source: &Value) -> Result<Vec<u8>> {
    let by_region = sorted(&source["by_region"])?;
    if by_region.is_empty() {
        let schema = &source["schema"];
        let mut frame = begin(schema)?;
        frame.count(0);
        frame.record(schema)?;
        return Ok(frame.into_bytes());
    }
    let mut frame = Frame::default();
    let mut shared: Vec<(Vec<u8>, Vec<Region>)> = Vec::new();
    for (name, schema) in by_region {
        let region = parse_region(name)?;
        let bytes = frame.part(|frame| frame.record(schema))?;
        match shared.iter_mut().find(|(known, _)| *known == bytes) {
            Some((_, regions)) => regions.push(region),
            None => shared.push((bytes, vec![region])),
        }
    }
    frame.count(shared.len());
    for (bytes, regions) in shared {
        frame.regions(regions.into_iter().collect());
        frame.bytes(&bytes);
    }
    Ok(frame.into_bytes())
}

/// The usual spelling of each permission, by its name in lower case.
pub(super) struct Spellings(BTreeMap<String, (usize, String)>);

impl Spellings {
    /// Collects the spellings that most handlers of the types use.
    pub(super) fn new(types: &[Value]) -> Result<Self> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for source in types {
            let schema = &source["schema"];
            let handlers = HANDLERS.map(|handler| &schema["handlers"][handler]);
            for source in handlers.into_iter().chain([&schema["tagging"]]) {
                for permission in list(&source["permissions"])? {
                    *counts.entry(text(permission)?).or_default() += 1;
                }
            }
        }
        let mut spellings = BTreeMap::new();
        for (name, count) in counts {
            let spelling = (count, name.to_owned());
            let known = spellings.entry(name.to_lowercase()).or_default();
            *known = spelling.max(std::mem::take(known));
        }
        Ok(Self(spellings))
    }

    /// Returns an action's name as it is usually spelled, without the service's prefix.
    fn spell<'a>(&'a self, prefix: &str, action: &'a str) -> &'a str {
        let found = self.0.get(&format!("{prefix}:{action}"));
        let name = found.map_or(action, |(_, name)| name);
        name.rsplit(':').next().unwrap_or(name)
    }
}

/// Returns the frame of a service of IAM: its resources, then its actions.
pub(super) fn encode_service(
    prefix: &str,
    source: &Value,
    spellings: &Spellings,
) -> Result<Vec<u8>> {
    let mut frame = Frame::default();
    let resources = sorted(&source["Resources"])?;
    frame.count(resources.len());
    for (name, resource) in &resources {
        frame.text(name);
        frame.texts(&resource["ARNFormats"])?;
        frame.texts(&resource["ConditionKeys"])?;
    }
    let actions = sorted(&source["Actions"])?;
    frame.count(actions.len());
    for (name, action) in actions {
        frame.text(spellings.spell(prefix, name));
        let used = list(&action["Resources"])?;
        frame.count(used.len());
        for name in used {
            let name = text(name)?.to_lowercase();
            let position = resources.iter().position(|(known, _)| **known == name);
            frame
                .count(position.ok_or_else(|| format!("unknown resource `{name}` of `{prefix}`"))?);
        }
    }
    Ok(frame.into_bytes())
}

/// Returns an empty frame that can name the definitions and properties of a schema.
fn begin(schema: &Value) -> Result<Frame> {
    let properties = sorted(&schema["properties"])?.into_iter();
    let properties = properties.map(|(name, _)| name.clone()).collect();
    Ok(Frame::new(used_definitions(schema)?, properties))
}

/// Returns the names of the definitions that the properties use, directly or not, sorted.
fn used_definitions(schema: &Value) -> Result<Vec<String>> {
    let mut root = schema.as_object().cloned().unwrap_or_default();
    for unused in ["definitions", "handlers", "typeConfiguration"] {
        root.insert(unused.to_owned(), Map::new().into());
    }
    let root = Value::from(root);
    let mut used = BTreeSet::new();
    let mut open = vec![&root];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(table) => {
                let target = table.get("$ref").and_then(Value::as_str);
                let name = target.and_then(|target| target.strip_prefix("#/definitions/"));
                if let Some(name) = name
                    && used.insert(name.to_owned())
                {
                    open.push(&schema["definitions"][name]);
                }
                open.extend(table.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    Ok(used.into_iter().collect())
}

impl Frame {
    /// Adds the schema of the properties, then the definitions, each after its length.
    fn record(&mut self, schema: &Value) -> Result<()> {
        self.root(schema)?;
        let definitions = self.definitions.clone();
        self.count(definitions.len());
        for name in &definitions {
            self.text(name);
            let definition = &schema["definitions"][name];
            let bytes = self.part(|frame| frame.schema(definition))?;
            self.bytes(&bytes);
        }
        Ok(())
    }

    /// Adds the attributes of `Fn::GetAtt` and the value of `Ref`.
    fn attributes(&mut self, source: &Value, schema: &Value) -> Result<()> {
        let attributes = sorted(&source["attributes"])?;
        self.count(attributes.len());
        for (name, pointer) in attributes {
            let pointer = text(pointer)?;
            self.text(name);
            let property = property(schema, pointer);
            self.attribute(schema, Some(pointer), property.unwrap_or(&Value::Null))?;
        }
        self.number(source["open_attributes"].as_u64().unwrap_or(0));
        match list(&schema["primaryIdentifier"])? {
            [] => self.attribute(schema, None, &Value::Null),
            [only] => {
                let pointer = text(only)?;
                let property = property(schema, pointer);
                self.attribute(schema, Some(pointer), property.unwrap_or(&Value::Null))
            }
            _ => self.attribute(schema, None, &serde_json::json!({"type": "string"})),
        }
    }

    /// Adds the value of an attribute: its property, its types and format, and those of its items.
    fn attribute(&mut self, schema: &Value, pointer: Option<&str>, value: &Value) -> Result<()> {
        self.flag(pointer.is_some());
        if let Some(pointer) = pointer {
            self.path(pointer);
        }
        self.types(&value["type"])?;
        self.optional_text(value["format"].as_str());
        let is_list = as_list(&value["type"]).iter().any(|kind| kind == "array");
        let items = value.get("items").filter(|_| is_list);
        self.flag(items.is_some());
        if let Some(items) = items {
            let items = follow(schema, items);
            self.types(&items["type"])?;
            self.optional_text(items["format"].as_str());
        }
        Ok(())
    }

    fn tagging(&mut self, schema: &Value) -> Result<()> {
        let older = Map::from_iter([("taggable".to_owned(), schema["taggable"].clone())]).into();
        let tagging = match (&schema["tagging"], &schema["taggable"]) {
            (Value::Null, Value::Null) => &Value::Null,
            (Value::Null, _) => &older,
            (tagging, _) => tagging,
        };
        self.flag(!tagging.is_null());
        if tagging.is_null() {
            return Ok(());
        }
        let is_taggable = tagging["taggable"].as_bool().unwrap_or(true);
        let flag = |name: &str| tagging[name].as_bool().unwrap_or(is_taggable);
        let flags = [
            is_taggable,
            flag("tagUpdatable"),
            flag("cloudFormationSystemTags"),
        ];
        self.count(
            flags
                .iter()
                .rev()
                .fold(0, |bits, flag| bits << 1 | usize::from(*flag)),
        );
        let pointer = tagging["tagProperty"]
            .as_str()
            .unwrap_or("/properties/Tags");
        let has_property = is_taggable && property(schema, pointer).is_some();
        self.flag(has_property);
        if has_property {
            self.path(pointer);
        }
        self.texts(&tagging["permissions"])
    }

    /// Adds a type's reference to an extension.
    fn extension(&mut self, extension: &Value) -> Result<()> {
        self.text(text(&extension["rule"])?);
        self.text(text(&extension["name"])?);
        self.path(text(&extension["path"])?);
        let regions = extension
            .get("regions")
            .filter(|regions| !regions.is_null());
        self.flag(regions.is_some());
        if let Some(regions) = regions {
            self.regions(parse_regions(list(regions)?)?);
        }
        self.number(
            extension["position"]
                .as_u64()
                .ok_or("an extension has no position")?,
        );
        Ok(())
    }

    fn lifecycle(&mut self, lifecycle: &Value) -> Result<()> {
        if lifecycle.is_null() {
            self.count(0);
            return Ok(());
        }
        let status = text(&lifecycle["status"])?;
        let position = STATUSES.iter().position(|(name, _)| *name == status);
        self.count(1 + position.ok_or_else(|| format!("unknown status `{status}`"))?);
        self.optional_text(lifecycle["date"].as_str());
        Ok(())
    }
}

fn parse_region(name: &str) -> Result<Region> {
    Region::named(name).ok_or_else(|| format!("unknown region `{name}`").into())
}

/// Returns the set of the named regions.
fn parse_regions(names: &[Value]) -> Result<Regions> {
    names.iter().map(|name| parse_region(text(name)?)).collect()
}

/// Returns the schema that a chain of `$ref` leads to.
fn follow<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(target) = schema["$ref"].as_str() {
        let steps = target.trim_start_matches("#/").split('/');
        schema = steps.fold(root, |value, step| &value[step]);
    }
    schema
}

/// Returns the schema of the property that a pointer names.
fn property<'a>(root: &'a Value, pointer: &str) -> Option<&'a Value> {
    let steps: Vec<&str> = pointer.split('/').filter(|step| !step.is_empty()).collect();
    property_below(root, root, steps.get(1..)?)
}

fn property_below<'a>(root: &'a Value, schema: &'a Value, steps: &[&str]) -> Option<&'a Value> {
    let schema = follow(root, schema);
    let Some((step, rest)) = steps.split_first() else {
        return Some(schema);
    };
    let items = schema.get("items").filter(|_| *step == "*");
    let inner = items.or_else(|| schema.get("properties")?.get(step));
    inner
        .and_then(|inner| property_below(root, inner, rest))
        .or_else(|| {
            let branches = ["anyOf", "allOf", "oneOf"]
                .iter()
                .flat_map(|key| as_list(&schema[*key]));
            branches
                .filter_map(|branch| property_below(root, branch, steps))
                .next()
        })
}
