//! The world in which the tests evaluate: what stands in it, and templates written as JSON.

mod any;
mod function;
mod whole;

use super::*;
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Number, Template};
use serde_json::{Value as Json, json};

/// A world with one known and one unknown of everything.
struct World;

impl Lookup for World {
    fn parameter(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Env" => "prod".into(),
            "Zones" => Value::from(vec!["a".to_owned(), "b".to_owned()]),
            "Empty" => "".into(),
            "Image" => "{{resolve:ssm:/image}}".into(),
            _ => return None,
        })
    }

    fn reference(&self, logical_id: &str) -> Option<Value> {
        Some(match logical_id {
            "Vpc" => "vpc-1".into(),
            "New" => Value::Unknown,
            _ => return None,
        })
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, Error> {
        match (logical_id, attribute) {
            ("Vpc", "CidrBlock") => Ok("10.10.0.0/16".into()),
            ("Vpc", "CidrBlockAssociations") => Ok(Value::from(vec!["assoc-1".to_owned()])),
            ("New", _) => Ok(Value::Unknown),
            ("Vpc", _) => Err(Error::UnsupportedAttribute {
                resource: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            }),
            _ => Err(Error::UndefinedResource(logical_id.to_owned())),
        }
    }

    fn export(&self, name: &str) -> Option<Value> {
        (name == "net-VpcId").then(|| "vpc-9".into())
    }

    fn ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<Value> {
        match (name, version) {
            ("/image", None) => Some("ami-2".into()),
            ("/image", Some(1)) => Some("ami-1".into()),
            ("/later", None) => Some(Value::Unknown),
            _ => None,
        }
    }
}

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        stack_name: "net".to_owned(),
        stack_id: "arn:aws:cloudformation:eu-west-1:123456789012:stack/net/1".to_owned(),
        notification_arns: Vec::new(),
    }
}

fn node(json: &Json) -> Node {
    let span = Span::default();
    match json {
        Json::Null => Node::new(formwork_template::Value::Null, span),
        Json::Bool(truth) => Node::new(*truth, span),
        Json::Number(number) => Node::new(Number::clone(number), span),
        Json::String(text) => Node::new(text.as_str(), span),
        Json::Array(items) => Node::new(items.iter().map(node).collect::<Vec<_>>(), span),
        Json::Object(object) => {
            let mut map = Map::default();
            for (key, value) in object {
                map.insert(key, span, node(value));
            }
            Node::new(map, span)
        }
    }
}

fn template(json: &Json) -> Template {
    Template::new(node(json)).unwrap()
}

fn evaluate(expression: &Json) -> Result<Option<Value>, Error> {
    let whole = template(&json!({
        "Conditions": {
            "Yes": {"Fn::Equals": ["a", "a"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
        },
        "Mappings": {"Size": {"prod": {"type": "m5.large", "list": ["x", "y"]}}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}},
    }));
    let place = place();
    let conditions = Conditions::decide(&whole, &place, &World)?;
    let evaluation = Evaluation {
        place: &place,
        lookup: &World,
        mappings: whole.section(formwork_template::Section::Mappings),
        conditions: &conditions,
    };
    evaluation.value(&node(expression))
}

/// What an expression comes to, as JSON; an error as its message.
fn shown(expression: &Json) -> String {
    match evaluate(expression) {
        Ok(Some(value)) => value.to_json().to_string(),
        Ok(None) => "(nothing)".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}
