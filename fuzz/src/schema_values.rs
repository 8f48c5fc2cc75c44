//! Resources whose properties mostly fit the schema of their type, so that they reach the checks.

use formwork_catalog::schema::{
    AdditionalProperties, Literal, ResourceSchema, Schema, Table, Type,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The nesting of generated values.
const MAX_DEPTH: usize = 4;

/// Texts that some properties accept.
const TEXTS: &[&str] = &[
    "x",
    "a-b",
    "vpc-0123abcd",
    "10.0.0.0/16",
    "3",
    "us-east-1a",
    "{{resolve:ssm:x}}",
    "arn:aws:iam::111122223333:role/r",
    "",
];

/// The notations of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// A template in JSON.
    Json,
    /// A blueprint in TOML.
    Toml,
}

/// Returns a strategy for texts with one resource of any type.
pub fn resources(notation: Notation) -> impl Strategy<Value = Vec<u8>> {
    let table = Table::new();
    let types: Vec<&'static str> = table.names().collect();
    select(types)
        .prop_flat_map(move |name| {
            let schema = table.resource(name).expect("the table has its own names");
            let properties = object(&schema, &schema.root, 0);
            (Just(name), properties)
        })
        .prop_map(move |(name, properties)| match notation {
            Notation::Json => json_text(name, &properties).into_bytes(),
            Notation::Toml => toml_text(name, &properties).into_bytes(),
        })
}

fn json_text(name: &str, properties: &Value) -> String {
    let template = json!({
        "Parameters": {"P1": {"Type": "String", "Default": "x"}},
        "Conditions": {"C1": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}},
        "Mappings": {"M1": {"a": {"k": "v"}}},
        "Resources": {"R1": {"Type": name, "Properties": properties}, "R2": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O1": {"Value": {"Ref": "R1"}}},
    });
    template.to_string()
}

fn toml_text(name: &str, properties: &Value) -> String {
    let mut text = format!(
        "name = \"x\"\n[stacks.s.R2]\ntype = \"AWS::SNS::Topic\"\n[stacks.s.R1]\ntype = \"{name}\"\n"
    );
    for (name, value) in properties.as_object().into_iter().flatten() {
        text += &format!("{} = {}\n", Value::from(name.as_str()), inline_toml(value));
    }
    text
}

/// Returns a value as inline TOML, which has JSON's strings and numbers.
fn inline_toml(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline_toml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(table) => {
            let entry = |(name, value): (&String, &Value)| {
                format!("{} = {}", Value::from(name.as_str()), inline_toml(value))
            };
            let entries: Vec<String> = table.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        _ => value.to_string(),
    }
}

/// Returns a strategy for values that mostly fit a schema.
fn value(resource: &Arc<ResourceSchema>, schema: &Schema, depth: usize) -> BoxedStrategy<Value> {
    let mut schema = resource.resolve(schema);
    let branches = schema
        .combined
        .iter()
        .flat_map(|combined| combined.branches());
    if schema.properties.is_empty()
        && schema.types.is_any()
        && let Some(branch) = branches.last()
    {
        schema = resource.resolve(branch);
    }
    if depth > MAX_DEPTH {
        return function().boxed();
    }
    let fitting = match schema.values.as_deref() {
        Some(values) if !values.is_empty() => {
            let values: Vec<Value> = values.iter().map(literal).collect();
            select(values).boxed()
        }
        _ => match schema.types.iter().next() {
            Some(Type::Array) => {
                let item = schema.items.as_deref();
                let item = item.map_or_else(
                    || function().boxed(),
                    |items| value(resource, items, depth + 1),
                );
                vec(item, 0..3).prop_map(Value::from).boxed()
            }
            Some(Type::Boolean) => any::<bool>().prop_map(Value::from).boxed(),
            Some(Type::String) => select(TEXTS).prop_map(Value::from).boxed(),
            Some(Type::Integer | Type::Number) => {
                let least = schema.range.min.unwrap_or(1.0).clamp(-1e9, 1e9) as i64;
                (least - 1..least + 2).prop_map(Value::from).boxed()
            }
            _ => object(resource, schema, depth),
        },
    };
    prop_oneof![
        30 => fitting,
        4 => function(),
        1 => select(vec![json!([]), json!({}), json!(0), json!("x"), json!(true)]),
    ]
    .boxed()
}

/// Returns a strategy for objects: mostly all required properties, and a few others.
fn object(resource: &Arc<ResourceSchema>, schema: &Schema, depth: usize) -> BoxedStrategy<Value> {
    if schema.properties.is_empty() {
        let member = match &schema.additional {
            AdditionalProperties::Of(other) => value(resource, other, depth + 1),
            _ => function().boxed(),
        };
        return option::of(member)
            .prop_map(|member| member.map_or_else(|| json!({}), |member| json!({"k": member})))
            .boxed();
    }
    let (required, optional): (Vec<_>, Vec<_>) = schema
        .properties
        .keys()
        .cloned()
        .partition(|name| schema.required.contains(name));
    let chosen = subsequence(optional.clone(), 0..=optional.len().min(3));
    let (resource, properties) = (Arc::clone(resource), schema.properties.clone());
    (chosen, prop::bool::weighted(0.9))
        .prop_flat_map(move |(chosen, is_complete)| {
            let skipped = usize::from(!is_complete);
            let names = required.iter().skip(skipped).chain(&chosen);
            let members: Vec<_> = names
                .map(|name| {
                    let member = value(&resource, &properties[name], depth + 1);
                    member.prop_map({
                        let name = name.to_string();
                        move |value| (name.clone(), value)
                    })
                })
                .collect();
            members
        })
        .prop_map(|members| Value::from(Map::from_iter(members)))
        .boxed()
}

/// Returns a strategy for intrinsic functions and references.
fn function() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"Ref": "R2"}),
        json!({"Ref": "P1"}),
        json!({"Ref": "AWS::NoValue"}),
        json!({"Ref": "Missing"}),
        json!({"Fn::GetAtt": ["R2", "TopicArn"]}),
        json!({"Fn::GetAtt": "R1.Arn"}),
        json!({"Fn::Sub": "${AWS::Region}-${P1}-${!Literal}"}),
        json!({"Fn::Sub": ["${a}", {"a": {"Ref": "R2"}}]}),
        json!({"Fn::If": ["C1", {"Ref": "P1"}, {"Ref": "AWS::NoValue"}]}),
        json!({"Fn::If": ["C1", [], {}]}),
        json!({"Fn::Join": ["-", ["a", {"Ref": "P1"}]]}),
        json!({"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}),
        json!({"Fn::FindInMap": ["M1", "a", "k"]}),
        json!({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}),
        json!({"Fn::Base64": "x"}),
        json!({"Fn::GetAZs": ""}),
        json!("${R2.TopicArn}"),
        json!("${AWS::AccountId}"),
    ])
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Text(text) => Value::from(&**text),
        Literal::Integer(number) => Value::from(*number),
        Literal::Number(number) => Value::from(*number),
        Literal::Boolean(value) => Value::from(*value),
        Literal::Null => Value::Null,
    }
}
