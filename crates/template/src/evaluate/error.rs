//! The errors of evaluation, in CloudFormation's words.

/// The reason why a template cannot be evaluated, in CloudFormation's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name that is not a parameter, a resource or a pseudo parameter.
    #[error(
        "Template format error: Unresolved resource dependencies [{0}] in the Resources block of the template"
    )]
    Unresolved(String),
    /// An unresolved name in an output.
    #[error(
        "Template format error: Unresolved resource dependencies [{0}] in the Outputs block of the template"
    )]
    UnresolvedInOutputs(String),
    /// An unresolved name in a condition. Conditions may refer to parameters only.
    #[error(
        "Template format error: Unresolved dependencies [{0}]. Cannot reference resources in the Conditions block of the template"
    )]
    UnresolvedInConditions(String),
    /// An attribute of a resource that does not exist.
    #[error("Template error: instance of Fn::GetAtt references undefined resource {0}")]
    UndefinedResource(String),
    /// An attribute that the resource's type does not have.
    #[error(
        "Template error: resource {resource} does not support attribute type {attribute} in Fn::GetAtt"
    )]
    UnsupportedAttribute {
        /// The resource's logical id.
        resource: String,
        /// The attribute.
        attribute: String,
    },
    /// A condition that does not exist.
    #[error(
        "Template format error: Unresolved condition dependency {0} in the Conditions block of the template"
    )]
    UndefinedCondition(String),
    /// Conditions that depend on each other.
    #[error("Template error: Found circular condition dependency: {0}")]
    CircularConditions(String),
    /// Resources that depend on each other.
    #[error("Circular dependency between resources: [{0}]")]
    CircularResources(String),
    /// Keys that no mapping has.
    #[error("Template error: Unable to get mapping for {0}")]
    NoMapping(String),
    /// An export that does not exist.
    #[error("No export named {0} found")]
    NoExport(String),
    /// An SSM parameter that does not exist.
    #[error("Parameters: [ssm:{0}] cannot be found.")]
    NoSsmParameter(String),
    /// An index outside a list.
    #[error("Template error: Fn::Select cannot select nonexistent value at index {0}")]
    NoItem(String),
    /// A function with an argument of the wrong form.
    #[error("Template error: {0}")]
    Malformed(String),
    /// A null in a place that must have a value.
    #[error("Template format error: [{0}] 'null' values are not allowed in templates")]
    Null(String),
    /// A function that is not implemented.
    #[error("Template error: {0} is not supported")]
    Unsupported(String),
}
