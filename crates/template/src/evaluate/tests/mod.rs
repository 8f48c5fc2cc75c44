//! The environment that the tests evaluate in, and templates written as JSON.

mod functions;
mod properties;
mod templates;

use super::*;
use crate::diagnostics::Span;
use crate::{DynamicReference, Map, Number, Section, Template};
use serde_json::{Value as Json, json};

/// An environment with one known and one unknown value of each kind.
struct TestEnvironment;

impl Environment for TestEnvironment {
    fn parameter(&self, name: &str) -> Option<EvaluatedValue> {
        Some(match name {
            "Env" => "prod".into(),
            "Zones" => EvaluatedValue::from(vec!["a".to_owned(), "b".to_owned()]),
            "Empty" => "".into(),
            "Image" => "{{resolve:ssm:/image}}".into(),
            _ => return None,
        })
    }

    fn pseudo_parameter(&self, name: &str) -> Option<EvaluatedValue> {
        Some(match name {
            "AWS::AccountId" => "123456789012".into(),
            "AWS::Region" => "eu-west-1".into(),
            "AWS::Partition" => "aws".into(),
            "AWS::URLSuffix" => "amazonaws.com".into(),
            "AWS::StackName" => "net".into(),
            "AWS::NotificationARNs" => EvaluatedValue::List(Vec::new()),
            _ => return None,
        })
    }

    fn reference(&self, logical_id: &str) -> Option<EvaluatedValue> {
        Some(match logical_id {
            "Vpc" => "vpc-1".into(),
            "New" => EvaluatedValue::Unknown,
            _ => return None,
        })
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<EvaluatedValue, Error> {
        match (logical_id, attribute) {
            ("Vpc", "CidrBlock") => Ok("10.10.0.0/16".into()),
            ("Vpc", "CidrBlockAssociations") => {
                Ok(EvaluatedValue::from(vec!["assoc-1".to_owned()]))
            }
            ("New", _) => Ok(EvaluatedValue::Unknown),
            ("Vpc", _) => Err(Error::UnsupportedAttribute {
                resource: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            }),
            _ => Err(Error::UndefinedResource(logical_id.to_owned())),
        }
    }

    fn export(&self, name: &str) -> Option<EvaluatedValue> {
        (name == "net-VpcId").then(|| "vpc-9".into())
    }

    fn dynamic_reference(
        &self,
        reference: &DynamicReference<'_>,
    ) -> Result<Option<EvaluatedValue>, Error> {
        let Some(name) = reference.text.strip_prefix("ssm:") else {
            return Ok(None);
        };
        match name {
            "/image" => Ok(Some("ami-2".into())),
            "/image:1" => Ok(Some("ami-1".into())),
            "/later" => Ok(Some(EvaluatedValue::Unknown)),
            _ => Err(Error::NoSsmParameter(name.to_owned())),
        }
    }

    fn availability_zones(&self, region: &str) -> Vec<String> {
        let region = match region {
            "" => "eu-west-1",
            region => region,
        };
        ["a", "b", "c"].map(|zone| format!("{region}{zone}")).into()
    }
}

fn node(json: &Json) -> Node {
    let span = Span::default();
    match json {
        Json::Null => Node::new(Value::Null, span),
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

fn evaluate(expression: &Json) -> Result<Option<EvaluatedValue>, Error> {
    let whole = template(&json!({
        "Conditions": {
            "Yes": {"Fn::Equals": ["a", "a"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
        },
        "Mappings": {"Size": {"prod": {"type": "m5.large", "list": ["x", "y"]}}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}},
    }));
    let conditions = Conditions::evaluate(&whole, &TestEnvironment)?;
    let evaluator = Evaluator {
        environment: &TestEnvironment,
        mappings: whole.section(Section::Mappings),
        conditions: &conditions,
    };
    evaluator.evaluate(&node(expression))
}

/// Returns the value of an expression as JSON, or the message of its error.
fn shown(expression: &Json) -> String {
    match evaluate(expression) {
        Ok(Some(value)) => value.to_json().to_string(),
        Ok(None) => "(nothing)".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}
