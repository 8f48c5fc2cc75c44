//! The structure of a template: CloudFormation's quotas, the keys and kinds of its parts, the
//! sections other than resources, and the attributes of resources.

mod attribute_specs;
pub(crate) mod attributes;
pub(crate) mod quotas;
pub(crate) mod sections;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
