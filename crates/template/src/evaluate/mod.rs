//! The evaluator of intrinsic functions and conditions.
//!
//! An [`Evaluator`] is pure. The caller provides everything outside the template (parameters,
//! resources, exports, dynamic references) through an [`Environment`]. A value that is known only
//! after a resource is created is [`EvaluatedValue::Unknown`], and every value computed from it is
//! unknown too. Macros and loops (`Transform`, `Fn::ForEach`) are not supported: they are errors
//! that name the function.

mod check;
mod cidr;
mod conditions;
mod dependencies;
mod environment;
mod error;
mod functions;
mod value;

pub use check::check;
pub use conditions::Conditions;
pub use dependencies::{ResourceCycle, dependencies, order};
pub use environment::Environment;
pub use error::Error;
pub use value::{EvaluatedValue, KNOWN_AFTER_APPLY};

use crate::intrinsic::Attribute;
use crate::{Function, Intrinsic, Node, Resource, Value, dynamic_references};
use indexmap::IndexMap;

/// Evaluates the values of one template.
#[derive(Clone, Copy)]
pub struct Evaluator<'a> {
    /// The values that the template refers to.
    pub environment: &'a dyn Environment,
    /// The template's `Mappings` section.
    pub mappings: Option<&'a Node>,
    /// The template's conditions, evaluated.
    pub conditions: &'a Conditions,
}

impl Evaluator<'_> {
    /// Evaluates `node`. The result is `None` where `node` evaluates to `AWS::NoValue`.
    pub fn evaluate(&self, node: &Node) -> Result<Option<EvaluatedValue>, Error> {
        if let Some(intrinsic) = node.intrinsic() {
            return self.intrinsic(intrinsic);
        }
        if let Some(key) = node.unknown_function() {
            return Err(Error::Malformed(format!(
                "Encountered unsupported function: {key}"
            )));
        }
        Ok(Some(match &node.value {
            Value::Null => return Err(Error::Null("/Resources".to_owned())),
            Value::Bool(truth) => EvaluatedValue::Bool(*truth),
            Value::Number(number) => EvaluatedValue::Number(number.clone()),
            Value::String(text) => self.resolve_dynamic_references(text)?,
            Value::List(items) => EvaluatedValue::List(self.items(items)?),
            Value::Map(map) => {
                let mut values = IndexMap::new();
                for (key, entry) in map.iter() {
                    if let Some(value) = self.evaluate(&entry.node)? {
                        values.insert(key.to_owned(), value);
                    }
                }
                EvaluatedValue::Map(values)
            }
        }))
    }

    /// Evaluates a resource's `Properties`: a map, which is empty where there are none.
    pub fn properties(&self, resource: Resource<'_>) -> Result<EvaluatedValue, Error> {
        let properties = resource.attribute("Properties");
        let value = properties.map(|node| self.evaluate(node)).transpose()?;
        Ok(value.flatten().unwrap_or_default())
    }

    fn items(&self, items: &[Node]) -> Result<Vec<EvaluatedValue>, Error> {
        let values = items.iter().map(|item| self.evaluate(item));
        values.filter_map(Result::transpose).collect()
    }

    fn intrinsic(&self, intrinsic: Intrinsic<'_>) -> Result<Option<EvaluatedValue>, Error> {
        match intrinsic {
            Intrinsic::Ref(name) => self.reference(name),
            Intrinsic::GetAtt {
                resource,
                attribute,
            } => self.attribute(resource, attribute).map(Some),
            Intrinsic::Sub { text, variables } => self.sub(text, variables).map(Some),
            Intrinsic::Other(Function::If, argument) => self.choose(argument),
            Intrinsic::Other(function, argument) => self.call(function, argument).map(Some),
            Intrinsic::Malformed(function, _) => Err(functions::malformed(function)),
        }
    }

    fn reference(&self, name: &str) -> Result<Option<EvaluatedValue>, Error> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let value = self.environment.pseudo_parameter(name);
        let value = value
            .or_else(|| self.environment.parameter(name))
            .or_else(|| self.environment.reference(name));
        match value {
            // A parameter's value may itself be a dynamic reference.
            Some(EvaluatedValue::String(text)) => self.resolve_dynamic_references(&text).map(Some),
            Some(value) => Ok(Some(value)),
            None => Err(Error::Unresolved(name.to_owned())),
        }
    }

    fn attribute(&self, resource: &str, attribute: Attribute<'_>) -> Result<EvaluatedValue, Error> {
        match attribute {
            Attribute::Name(name) => self.environment.attribute(resource, name),
            Attribute::Computed(node) => match self.text(node, Function::GetAtt)? {
                Some(name) => self.environment.attribute(resource, &name),
                None => Ok(EvaluatedValue::Unknown),
            },
        }
    }

    /// Replaces each dynamic reference in `text` that the environment resolves.
    fn resolve_dynamic_references(&self, text: &str) -> Result<EvaluatedValue, Error> {
        let mut resolved = String::new();
        let mut copied = 0;
        for reference in dynamic_references(text) {
            if !reference.is_closed() {
                continue;
            }
            let replacement = match self.environment.dynamic_reference(&reference)? {
                None => continue,
                Some(EvaluatedValue::Unknown) => return Ok(EvaluatedValue::Unknown),
                Some(EvaluatedValue::List(items)) => {
                    let texts: Vec<_> = items.iter().filter_map(EvaluatedValue::to_text).collect();
                    texts.join(",")
                }
                Some(value) => match value.to_text() {
                    Some(text) => text,
                    None => return Ok(EvaluatedValue::Unknown),
                },
            };
            resolved.push_str(&text[copied..reference.range.start]);
            resolved.push_str(&replacement);
            copied = reference.range.end;
        }
        resolved.push_str(&text[copied..]);
        Ok(EvaluatedValue::String(resolved))
    }
}

#[cfg(test)]
mod tests;
