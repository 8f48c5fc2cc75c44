//! The least that makes a resource of a type: what it must have, with values that its schema lets through.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde_json::{Map, Value, json};
use template::schema::{
    Additional, Combined, Literal, PropertyPath, PropertyStep, Region, ResourceSchema, Schema,
    Table, Type,
};

use super::pattern;

/// The region for which a value is made where the values differ.
const REGION: &str = "us-east-1";

/// How deep values are made; the deepest that a type asks for is far less.
const DEEPEST: usize = 24;

/// A table of a stack's file that makes one.
pub fn toml(resource: &ResourceSchema, table: &Table) -> String {
    let id = resource.name.rsplit("::").next().unwrap_or("Resource");
    let mut text = format!("[{id}]\ntype = {}\n", quoted(&resource.name));
    if let Value::Object(properties) = properties(resource, table) {
        for (name, value) in &properties {
            text.push_str(&format!("{} = {}\n", property_key(name), written(value)));
        }
    }
    text
}

/// The properties that it must have.
fn properties(resource: &ResourceSchema, table: &Table) -> Value {
    let region = Region::named(REGION);
    let maker = Maker {
        resource,
        further: resource
            .extensions
            .iter()
            .filter_map(|one| Some((&one.path, table.extension(one, region)?)))
            .collect(),
    };
    let mut value = maker.object(&resource.root, &PropertyPath::default(), 0);
    if let Value::Object(map) = &mut value {
        map.retain(|name, _| {
            let path: PropertyPath = [PropertyStep::Name(name.as_str().into())]
                .into_iter()
                .collect();
            !resource.is_read_only(&path)
        });
    }
    value
}

struct Maker<'a> {
    resource: &'a ResourceSchema,
    /// What further schemas say, by the place that they are about.
    further: Vec<(&'a PropertyPath, Arc<ResourceSchema>)>,
}

impl Maker<'_> {
    /// A value of a schema.
    fn value(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let schema = self.resource.resolve(schema);
        let combined = schema.combined.as_deref();
        let narrower = self.further.iter().filter(|(at, _)| *at == path);
        let mut narrower = narrower.filter_map(|(_, one)| written_out(&one.root));
        if let Some(value) = narrower.next().or_else(|| written_out(schema)) {
            return value;
        }
        let branch = combined.and_then(|combined| {
            let mut branches = combined
                .one_of
                .iter()
                .chain(&combined.any_of)
                .chain(&combined.all_of);
            branches.find(|branch| says_type(self.resource.resolve(branch)))
        });
        match (self.kind(schema), branch) {
            (Some(Type::Object), _) => self.object(schema, path, depth),
            (Some(Type::Array), _) => self.list(schema, path, depth),
            (Some(Type::String) | None, Some(branch)) if depth < DEEPEST => {
                self.value(branch, path, depth + 1)
            }
            (Some(Type::String), _) => match document(&self.resource.name, path, schema) {
                Some(document) => Value::String(document.to_string()),
                None => Value::String(text(schema, path)),
            },
            (Some(Type::Integer), _) => json!(number(schema).ceil() as i64),
            (Some(Type::Number), _) => json!(number(schema)),
            (Some(Type::Boolean), _) => Value::Bool(true),
            (Some(Type::Null), _) => Value::Null,
            (None, _) => Value::String("example".to_owned()),
        }
    }

    /// The type to make: the most telling one of those that fit.
    fn kind(&self, schema: &Schema) -> Option<Type> {
        let order = [
            Type::Object,
            Type::Array,
            Type::String,
            Type::Boolean,
            Type::Integer,
            Type::Number,
        ];
        let named = order.into_iter().find(|kind| schema.types.names(*kind));
        // A document is a table even where it may be a text.
        match named {
            None if !schema.properties.is_empty() => Some(Type::Object),
            named => named,
        }
    }

    fn list(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let path = step(path, PropertyStep::Each);
        let count = schema.item_count.least.unwrap_or(1).max(1);
        let first = schema
            .combined
            .as_deref()
            .map(|one| one.prefix_items.as_slice());
        let items = (0..count).map(|index| {
            let prefix = first.and_then(|first| first.get(index as usize));
            let schema = prefix.or(schema.items.as_deref());
            let item = schema.map_or(json!("example"), |schema| {
                self.value(schema, &path, depth + 1)
            });
            match item {
                // Lists often ask that no item stands twice.
                Value::String(text) if index > 0 => Value::String(another(&text, index)),
                item => item,
            }
        });
        Value::Array(items.collect())
    }

    fn object(&self, schema: &Schema, path: &PropertyPath, depth: usize) -> Value {
        let schema = self.resource.resolve(schema);
        if let Some(document) = document(&self.resource.name, path, schema) {
            return document;
        }
        let mut map = Map::new();
        if depth >= DEEPEST {
            return Value::Object(map);
        }
        let mut wanted: Vec<&str> = schema.required.iter().map(|name| &**name).collect();
        let mut parts = vec![schema];
        self.choose(schema, &mut wanted, &mut parts);
        for (_, further) in self.further.iter().filter(|(at, _)| *at == path) {
            ask(further, &further.root, &mut wanted);
        }
        let at_path = path.clone();
        let mut at = 0;
        while at < wanted.len() {
            let name = wanted[at];
            at += 1;
            let needs = parts.iter().filter_map(|part| part.combined.as_deref());
            let needs: Vec<&str> = needs
                .filter_map(|combined| combined.dependent_required.get(name))
                .flatten()
                .map(|name| &**name)
                .filter(|name| !wanted.contains(name))
                .collect();
            wanted.extend(needs);
            let path = step(path, PropertyStep::Name(name.into()));
            if self.resource.is_read_only(&path) {
                continue;
            }
            let named = parts.iter().filter_map(|part| part.properties.get(name));
            // Of several that say something the one that says most.
            let most = named.max_by_key(|schema| says(self.resource.resolve(schema)));
            if let Some(schema) = most {
                let value = self.named(&at_path, name);
                let value = value.unwrap_or_else(|| self.value(schema, &path, depth + 1));
                map.insert(name.to_owned(), value);
            }
        }
        if map.is_empty() && schema.properties.is_empty() {
            self.any_name(schema, path, depth, &mut map);
        }
        let least = schema
            .combined
            .as_deref()
            .and_then(|one| one.property_count.least);
        for (name, below) in &schema.properties {
            let path = step(path, PropertyStep::Name(name.clone()));
            if map.len() as u64 >= least.unwrap_or(0) || self.resource.is_read_only(&path) {
                continue;
            }
            map.entry(name.to_string())
                .or_insert_with(|| self.value(below, &path, depth + 1));
        }
        Value::Object(map)
    }

    /// A value that a further schema writes out for a property of the object at a path.
    fn named(&self, path: &PropertyPath, name: &str) -> Option<Value> {
        let mut further = self.further.iter().filter(|(at, _)| *at == path);
        further.find_map(|(_, further)| {
            let schema = further.resolve(&further.root).properties.get(name)?;
            written_out(further.resolve(schema))
        })
    }

    /// An entry of a table whose names are free.
    fn any_name(
        &self,
        schema: &Schema,
        path: &PropertyPath,
        depth: usize,
        map: &mut Map<String, Value>,
    ) {
        let path = step(path, PropertyStep::Each);
        if let Some((pattern, below)) = schema.pattern_properties.first() {
            let name = pattern::least(pattern).unwrap_or_else(|| "Key".to_owned());
            map.insert(name, self.value(below, &path, depth + 1));
        }
    }

    /// Adds what one of several sets asks for: the first that can be given.
    fn choose<'s>(
        &'s self,
        schema: &'s Schema,
        wanted: &mut Vec<&'s str>,
        parts: &mut Vec<&'s Schema>,
    ) {
        let Some(combined) = schema.combined.as_deref() else {
            return;
        };
        add_first(&combined.required_xor, wanted);
        add_first(&combined.required_or, wanted);
        let chosen = [&combined.one_of, &combined.any_of].map(|branches| {
            branches
                .iter()
                .map(|branch| self.resource.resolve(branch))
                .find(|branch| {
                    // A branch that only forbids is kept by what is not given.
                    !branch.never
                })
        });
        let all = combined
            .all_of
            .iter()
            .map(|branch| self.resource.resolve(branch));
        for branch in chosen.into_iter().flatten().chain(all) {
            for name in &branch.required {
                if !wanted.contains(&&**name) {
                    wanted.push(name);
                }
            }
            // Alternatives that are told apart by what they name: none fits alone unless it names something.
            let is_closed = matches!(branch.additional, Additional::None);
            if let (true, true, Some((first, _))) =
                (is_closed, wanted.is_empty(), branch.properties.first())
            {
                wanted.push(first);
            }
            parts.push(branch);
            if parts.len() < DEEPEST {
                self.choose(branch, wanted, parts);
            }
        }
        self.conditions(combined, wanted);
    }

    /// Adds what `if` … `then` asks for where nothing is given that the condition asks about.
    fn conditions<'s>(&self, combined: &'s Combined, wanted: &mut Vec<&'s str>) {
        let Some(condition) = &combined.condition else {
            return;
        };
        let holds = condition
            .test
            .required
            .iter()
            .all(|name| wanted.contains(&&**name));
        let branch = match holds && condition.test.properties.is_empty() {
            true => condition.then.as_ref(),
            false => condition.otherwise.as_ref(),
        };
        for name in branch.into_iter().flat_map(|branch| &branch.required) {
            if !wanted.contains(&&**name) {
                wanted.push(name);
            }
        }
    }
}

/// Adds what a further schema asks for: its own definitions stand apart from the type's, so only names are taken.
fn ask<'s>(further: &'s ResourceSchema, schema: &'s Schema, wanted: &mut Vec<&'s str>) {
    let schema = further.resolve(schema);
    add(&schema.required, wanted);
    let Some(combined) = schema.combined.as_deref() else {
        return;
    };
    add_first(&combined.required_xor, wanted);
    add_first(&combined.required_or, wanted);
    for branches in [&combined.one_of, &combined.any_of] {
        let asks = |branch: &&Schema| !further.resolve(branch).required.is_empty();
        let met = branches.iter().any(|branch| {
            let required = &further.resolve(branch).required;
            required.iter().all(|name| wanted.contains(&&**name))
        });
        if let (false, Some(branch)) = (met, branches.iter().find(asks)) {
            ask(further, branch, wanted);
        }
    }
    for branch in &combined.all_of {
        ask(further, branch, wanted);
    }
    if let Some(condition) = &combined.condition {
        let test = further.resolve(&condition.test);
        let given = test.required.iter().all(|name| wanted.contains(&&**name));
        let branch = match given && test.properties.is_empty() && test.combined.is_none() {
            true => condition.then.as_ref(),
            false => condition.otherwise.as_ref(),
        };
        if let Some(branch) = branch {
            ask(further, branch, wanted);
        }
    }
}

fn add<'s>(names: &'s [Arc<str>], wanted: &mut Vec<&'s str>) {
    for name in names {
        if !wanted.contains(&&**name) {
            wanted.push(name);
        }
    }
}

fn add_first<'s>(names: &'s [Arc<str>], wanted: &mut Vec<&'s str>) {
    let given = names.iter().any(|name| wanted.contains(&&**name));
    if let (Some(first), false) = (names.first(), given) {
        wanted.push(first);
    }
}

fn step(path: &PropertyPath, step: PropertyStep) -> PropertyPath {
    path.steps().iter().cloned().chain([step]).collect()
}

fn says_type(schema: &Schema) -> bool {
    !schema.types.is_any() || schema.pattern.is_some() || schema.values.is_some()
}

/// How much a schema says of a value.
fn says(schema: &Schema) -> usize {
    usize::from(written_out(schema).is_some()) * 4
        + usize::from(!schema.types.is_any()) * 2
        + usize::from(schema.pattern.is_some())
}

/// A value that the schema writes out.
fn written_out(schema: &Schema) -> Option<Value> {
    let combined = schema.combined.as_deref();
    let constant = combined.and_then(|combined| combined.constant.as_ref());
    let any_case = || combined?.values_in_any_case.as_ref()?.first();
    let values = || schema.values.as_ref()?.first();
    let literal = constant.or_else(values).or_else(any_case)?;
    Some(match literal {
        Literal::Text(text) => json!(&**text),
        Literal::Integer(number) => json!(number),
        Literal::Number(number) => json!(number),
        Literal::Boolean(truth) => json!(truth),
        Literal::Null => Value::Null,
    })
}

fn number(schema: &Schema) -> f64 {
    let combined = schema.combined.as_deref();
    let above = combined
        .and_then(|combined| combined.above)
        .map(|above| above + 1.0);
    let least = schema.range.least.or(above).unwrap_or(1.0);
    let most = schema.range.most.unwrap_or(f64::MAX);
    let number = match least <= 0.0 && most >= 1.0 {
        true => 1.0,
        false => least,
    };
    let of = combined
        .and_then(|combined| combined.multiple_of)
        .filter(|of| *of > 0.0);
    let number = of.map_or(number, |of| (number / of).ceil() * of);
    number.min(most)
}

/// A policy, where the property is one; its schema says nothing of that.
fn document(kind: &str, path: &PropertyPath, schema: &Schema) -> Option<Value> {
    let Some(PropertyStep::Name(name)) = path.steps().last() else {
        return None;
    };
    if !schema.properties.is_empty() {
        return None;
    }
    let statement = match &**name {
        "AssumeRolePolicyDocument" => json!({
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }),
        "PolicyDocument" if kind.starts_with("AWS::IAM::") || kind.starts_with("AWS::SSO::") => {
            json!({
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example/*",
            })
        }
        "Content" if kind == "AWS::Organizations::ResourcePolicy" => json!({
            "Effect": "Allow",
            "Principal": { "AWS": "111122223333" },
            "Action": "organizations:ListAccounts",
            "Resource": "*",
        }),
        "PolicyDocument" if kind.starts_with("AWS::S3") => json!({
            "Effect": "Allow",
            "Principal": { "AWS": "111122223333" },
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::example/*",
        }),
        "PolicyDocument" | "Policy" | "ResourcePolicy" | "KeyPolicy" | "RepositoryPolicyText" => {
            json!({
                "Effect": "Allow",
                "Principal": { "AWS": "111122223333" },
                "Action": "*",
                "Resource": "*",
            })
        }
        _ => return None,
    };
    Some(json!({ "Version": "2012-10-17", "Statement": [statement] }))
}

/// Texts that stand for what a format names, and for what names of properties suggest.
fn candidates(schema: &Schema, path: &PropertyPath) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(format) = schema.format.as_deref() {
        texts.extend(of_format(format).map(str::to_owned));
    }
    let mut names = path.steps().iter().rev();
    let name = names.find_map(|step| match step {
        PropertyStep::Name(name) => Some(&**name),
        PropertyStep::Each => None,
    });
    let name = name.unwrap_or_default();
    let by_name: BTreeMap<&str, &str> = BTreeMap::from([
        ("Arn", "arn:aws:iam::111122223333:role/example"),
        ("ARN", "arn:aws:iam::111122223333:role/example"),
        ("Cidr", "10.0.0.0/16"),
        ("CIDR", "10.0.0.0/16"),
        ("CidrBlock", "10.0.0.0/16"),
        ("Email", "someone@example.com"),
        ("Url", "https://example.com"),
        ("URL", "https://example.com"),
        ("Uri", "s3://example/example"),
        ("URI", "s3://example/example"),
        ("AccountId", "111122223333"),
        ("Version", "1"),
        (
            "KmsKeyId",
            "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012",
        ),
    ]);
    let ends = by_name.iter().find(|(end, _)| name.ends_with(**end));
    texts.extend(ends.map(|(_, text)| (*text).to_owned()));
    let common = [
        "example",
        "Example",
        "EXAMPLE",
        "111122223333",
        "1",
        "us-east-1",
        "us-east-1a",
        "https://example.com",
        "someone@example.com",
        "10.0.0.0/16",
        "10.0.0.1",
        "arn:aws:iam::111122223333:role/example",
        "s3://example/example",
        "2026-01-01T00:00:00Z",
        "example.com",
        "subnet-0123456789abcdef0",
        "Example::Example::Example",
        "arn:aws:apprunner:us-east-1:111122223333:service/example",
        "{}",
        "/example",
        "rate(1 day)",
    ];
    texts.extend(common.map(str::to_owned));
    texts
}

fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "AWS::EC2::VPC.Id" => "vpc-0123456789abcdef0",
        "AWS::EC2::Subnet.Id" => "subnet-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Id" => "sg-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Name" => "example",
        "AWS::EC2::Image.Id" => "ami-0123456789abcdef0",
        "AWS::IAM::Role.Arn" => "arn:aws:iam::111122223333:role/example",
        "AWS::Logs::LogGroup.Arn" => "arn:aws:logs:us-east-1:111122223333:log-group:example",
        "AWS::Logs::LogGroup.Name" => "example",
        "AWS::S3::Bucket.Name" => "example",
        "AWS::S3::Bucket.Arn" => "arn:aws:s3:::example",
        "AWS::KMS::Key.Arn" | "AWS::KMS::Key.Id" => {
            "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"
        }
        "AWS::SNS::Topic.Arn" => "arn:aws:sns:us-east-1:111122223333:example",
        "AWS::ACM::Certificate.Arn" => {
            "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
        }
        "AWS::Lambda::Function.Arn" => "arn:aws:lambda:us-east-1:111122223333:function:example",
        "ipv4-network" => "10.0.0.0/16",
        "ipv6-network" => "2001:db8::/56",
        "ipv4" => "10.0.0.1",
        "date-time" => "2026-01-01T00:00:00Z",
        "uri" => "https://example.com",
        "json" => "{}",
        _ => return None,
    })
}

/// A text of a schema: one that people know, else one made from the pattern.
fn text(schema: &Schema, path: &PropertyPath) -> String {
    let least = schema.length.least.unwrap_or(0) as usize;
    let most = schema.length.most.map_or(usize::MAX, |most| most as usize);
    let fits = |text: &str| {
        let count = text.chars().count();
        let named = schema.pattern.as_deref().map(Regex::new);
        let matches = named.is_none_or(|regex| regex.is_ok_and(|regex| regex.is_match(text)));
        (least..=most).contains(&count) && matches
    };
    let candidates = candidates(schema, path);
    let found = candidates.iter().find(|text| fits(text)).cloned();
    let made = || {
        let pattern = schema.pattern.as_deref()?;
        pattern::of_length(pattern, least, most)
    };
    let padded = || {
        let text = candidates.first().cloned().unwrap_or_default();
        let text: String = text.chars().cycle().take(least.max(7)).collect();
        text.chars().take(most).collect()
    };
    found.or_else(made).unwrap_or_else(padded)
}

/// A text like this one, for a list in which none stands twice.
fn another(text: &str, index: u64) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let turn = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => {
            char::from_u32(c as u32 + index as u32).filter(char::is_ascii_alphanumeric)
        }
        _ => None,
    };
    if let Some((at, next)) = characters
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, c)| Some((at, turn(*c)?)))
    {
        characters[at] = next;
    }
    characters.into_iter().collect()
}

/// A property's key in a resource's table; the few in small letters, or named as an attribute of resources is, stand under
/// `properties`.
fn property_key(name: &str) -> String {
    let is_ours = [
        "Properties",
        "DependsOn",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "CreationPolicy",
        "UpdatePolicy",
    ]
    .contains(&name);
    match name.starts_with(|c: char| c.is_ascii_uppercase()) && !is_ours {
        true => key(name),
        false => format!("properties.{}", key(name)),
    }
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A basic string: JSON's escapes are TOML's too. What looks like a reference is made text.
fn quoted(text: &str) -> String {
    Value::from(text.replace("${", "${!"))
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name), written(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blueprint::{MemoryFiles, Request, load};

    /// Every example of a broad sample of types, all in one blueprint, checks without an error.
    #[test]
    fn examples_check_without_an_error() {
        let table = Table::new();
        let region = Region::named(REGION).unwrap();
        let sample = table.names().step_by(7).filter(|name| {
            let resource = table.resource(name).unwrap();
            let is_offered = resource.regions.contains(region) && resource.lifecycle.is_none();
            is_offered && !name.starts_with("AWS::Serverless::")
        });
        let text = format!("name = \"x\"\nregion = \"{REGION}\"\n");
        let mut files = MemoryFiles::default().with("/x/blueprint.toml", text);
        let mut count = 0;
        for name in sample {
            let stack = name.to_lowercase().replace("::", "-");
            let text = toml(&table.resource(name).unwrap(), &table);
            files = files.with(format!("/x/stacks/{stack}.toml"), text);
            count += 1;
        }
        assert!(count > 200, "{count}");
        let request = Request {
            blueprint: "/x".into(),
            ..Request::default()
        };
        let loaded = load(&files, &request);
        let errors: Vec<String> = loaded
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .map(|problem| {
                let file = problem.labels.first().map(|label| label.span.file);
                let path = file.map(|file| loaded.sources.path(file).display().to_string());
                format!("{}: {}", path.unwrap_or_default(), problem.message)
            })
            .collect();
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn texts_are_written_so_that_they_stay_texts() {
        assert_eq!(quoted("a \"${b}\"\n"), r#""a \"${!b}\"\n""#);
        assert_eq!(property_key("Name"), "Name");
        assert_eq!(property_key("readmeUri"), "properties.readmeUri");
        assert_eq!(property_key("Properties"), "properties.Properties");
        assert_eq!(key("a b"), "\"a b\"");
    }
}
