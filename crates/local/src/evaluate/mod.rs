//! What a template's functions come to, once its parameters and resources are known.
//!
//! [`Evaluation`] is pure: whatever lies outside the template (parameters, resources, exports, SSM
//! parameters) is asked of a [`Lookup`]. What cannot be known before a resource is made is
//! [`Value::Unknown`], and everything computed with it is unknown too. Macros and loops
//! (`Transform`, `Fn::ForEach`) are left out: they are errors that name the function.

mod check;
mod cidr;
mod conditions;
mod dependencies;
mod dynamic;
mod functions;
mod value;

pub use check::check;
pub use conditions::Conditions;
pub use dependencies::{Cycle, dependencies, order};
pub use value::{KNOWN_AFTER_APPLY, Value};

use formwork_template::intrinsic::Attribute;
use formwork_template::{Function, Intrinsic, Node};
use indexmap::IndexMap;

/// Where a stack lives: what its pseudo parameters say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `AWS::AccountId`.
    pub account: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack_name: String,
    /// `AWS::StackId`.
    pub stack_id: String,
    /// `AWS::NotificationARNs`.
    pub notification_arns: Vec<String>,
}

/// What a template may refer to beyond its own text.
///
/// Each answer is `None` for what does not exist and [`Value::Unknown`] for what exists but is not
/// known yet.
pub trait Lookup {
    /// The value of a parameter: a string, or a list of strings.
    fn parameter(&self, name: &str) -> Option<Value>;

    /// What `Ref` gives for a resource; `None` also for one whose condition is false.
    fn reference(&self, logical_id: &str) -> Option<Value>;

    /// What `Fn::GetAtt` gives.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, Error>;

    /// The value of an export of this account and region.
    fn export(&self, name: &str) -> Option<Value>;

    /// The value of an SSM parameter, the newest one without a version.
    fn ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<Value>;
}

/// One template being evaluated.
#[derive(Clone, Copy)]
pub struct Evaluation<'a> {
    /// Where its stack lives.
    pub place: &'a Place,
    /// What it may refer to.
    pub lookup: &'a dyn Lookup,
    /// Its `Mappings`, if it has any.
    pub mappings: Option<&'a Node>,
    /// Its conditions, decided.
    pub conditions: &'a Conditions,
}

/// Why a template cannot be evaluated, in CloudFormation's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name that is neither a parameter nor a resource nor a pseudo parameter.
    #[error(
        "Template format error: Unresolved resource dependencies [{0}] in the Resources block of the template"
    )]
    Unresolved(String),
    /// The same in an output.
    #[error(
        "Template format error: Unresolved resource dependencies [{0}] in the Outputs block of the template"
    )]
    UnresolvedInOutputs(String),
    /// The same in a condition, which may refer to parameters only.
    #[error(
        "Template format error: Unresolved dependencies [{0}]. Cannot reference resources in the Conditions block of the template"
    )]
    UnresolvedInConditions(String),
    /// An attribute of a resource that is not there.
    #[error("Template error: instance of Fn::GetAtt references undefined resource {0}")]
    UndefinedResource(String),
    /// An attribute that the resource's type has not.
    #[error(
        "Template error: resource {resource} does not support attribute type {attribute} in Fn::GetAtt"
    )]
    UnsupportedAttribute {
        /// The resource's logical id.
        resource: String,
        /// The attribute.
        attribute: String,
    },
    /// A condition that is not there.
    #[error(
        "Template format error: Unresolved condition dependency {0} in the Conditions block of the template"
    )]
    UndefinedCondition(String),
    /// Conditions that need each other.
    #[error("Template error: Found circular condition dependency: {0}")]
    CircularConditions(String),
    /// Resources that need each other.
    #[error("Circular dependency between resources: [{0}]")]
    CircularResources(String),
    /// No mapping has these keys.
    #[error("Template error: Unable to get mapping for {0}")]
    NoMapping(String),
    /// No export has this name.
    #[error("No export named {0} found")]
    NoExport(String),
    /// No SSM parameter has this name.
    #[error("Parameters: [ssm:{0}] cannot be found.")]
    NoSsmParameter(String),
    /// A list has no such item.
    #[error("Template error: Fn::Select cannot select nonexistent value at index {0}")]
    NoItem(String),
    /// A function's argument has not the form it must have.
    #[error("Template error: {0}")]
    Malformed(String),
    /// A null where a value must stand.
    #[error("Template format error: [{0}] 'null' values are not allowed in templates")]
    Null(String),
    /// What this cloud does not do.
    #[error("Template error: {0} is not supported by the local cloud")]
    Unsupported(String),
}

impl Place {
    /// `AWS::Partition`.
    pub fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// `AWS::URLSuffix`.
    pub fn url_suffix(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        }
    }

    /// The names of the region's availability zones.
    pub fn zones(&self) -> Vec<String> {
        zones(&self.region)
    }

    /// The value of a pseudo parameter that has one; `AWS::NoValue` has none.
    fn pseudo_parameter(&self, name: &str) -> Option<Value> {
        Some(match name {
            "AWS::AccountId" => self.account.as_str().into(),
            "AWS::Region" => self.region.as_str().into(),
            "AWS::Partition" => self.partition().into(),
            "AWS::URLSuffix" => self.url_suffix().into(),
            "AWS::StackName" => self.stack_name.as_str().into(),
            "AWS::StackId" => self.stack_id.as_str().into(),
            "AWS::NotificationARNs" => {
                Value::List(self.notification_arns.iter().map(Value::from).collect())
            }
            _ => return None,
        })
    }
}

impl Evaluation<'_> {
    /// What `node` comes to; `None` where it comes to `AWS::NoValue`.
    pub fn value(&self, node: &Node) -> Result<Option<Value>, Error> {
        if let Some(intrinsic) = node.intrinsic() {
            return self.intrinsic(intrinsic);
        }
        if let Some(key) = node.unknown_function() {
            return Err(Error::Malformed(format!(
                "Encountered unsupported function: {key}"
            )));
        }
        Ok(Some(match &node.value {
            formwork_template::Value::Null => return Err(Error::Null("/Resources".to_owned())),
            formwork_template::Value::Bool(truth) => Value::Bool(*truth),
            formwork_template::Value::Number(number) => Value::Number(number.clone()),
            formwork_template::Value::String(text) => self.dynamic_references(text)?,
            formwork_template::Value::List(items) => Value::List(self.items(items)?),
            formwork_template::Value::Map(map) => {
                let mut values = IndexMap::new();
                for (key, entry) in map.iter() {
                    if let Some(value) = self.value(&entry.node)? {
                        values.insert(key.to_owned(), value);
                    }
                }
                Value::Map(values)
            }
        }))
    }

    /// What a resource's `Properties` come to: a map, empty where there are none.
    pub fn properties(&self, resource: formwork_template::Resource<'_>) -> Result<Value, Error> {
        let properties = resource.attribute("Properties");
        let value = properties.map(|node| self.value(node)).transpose()?;
        Ok(value.flatten().unwrap_or_default())
    }

    fn items(&self, items: &[Node]) -> Result<Vec<Value>, Error> {
        let values = items.iter().map(|item| self.value(item));
        values.filter_map(Result::transpose).collect()
    }

    fn intrinsic(&self, intrinsic: Intrinsic<'_>) -> Result<Option<Value>, Error> {
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

    fn reference(&self, name: &str) -> Result<Option<Value>, Error> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let value = self.place.pseudo_parameter(name);
        let value = value
            .or_else(|| self.lookup.parameter(name))
            .or_else(|| self.lookup.reference(name));
        match value {
            // A parameter's value may itself be a dynamic reference.
            Some(Value::String(text)) => self.dynamic_references(&text).map(Some),
            Some(value) => Ok(Some(value)),
            None => Err(Error::Unresolved(name.to_owned())),
        }
    }

    fn attribute(&self, resource: &str, attribute: Attribute<'_>) -> Result<Value, Error> {
        match attribute {
            Attribute::Name(name) => self.lookup.attribute(resource, name),
            Attribute::Computed(node) => match self.text(node, Function::GetAtt)? {
                Some(name) => self.lookup.attribute(resource, &name),
                None => Ok(Value::Unknown),
            },
        }
    }
}

/// The names of a region's availability zones: six in us-east-1, three elsewhere.
fn zones(region: &str) -> Vec<String> {
    let letters = match region {
        "us-east-1" => "abcdef",
        "us-west-2" | "ap-northeast-2" => "abcd",
        _ => "abc",
    };
    letters
        .chars()
        .map(|letter| format!("{region}{letter}"))
        .collect()
}

#[cfg(test)]
mod tests;
