//! A stack with everything that CloudFormation needs to know about it.

use super::{AssetName, ComponentUse, OutputRef, PackedAsset, ParameterSource, StackKey};
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Span;
use formwork_template::{Capability, Node, StackName, Template};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A checked stack that is lowered to plain resources.
#[derive(Debug)]
pub struct Stack {
    /// The key in the blueprint. It is the value of the tag `formwork:stack`.
    pub key: StackKey,
    /// The name in CloudFormation.
    pub name: StackName,
    /// The tags, including formwork's three.
    pub tags: BTreeMap<String, String>,
    /// The parameters that have a value, in the order of the template.
    pub parameters: IndexMap<String, ParameterSource>,
    /// The termination protection.
    pub termination_protection: TerminationProtection,
    /// The capabilities in the blueprint. The engine adds those that the template needs.
    pub capabilities: Vec<Capability>,
    /// The role that CloudFormation assumes.
    pub role_arn: Option<String>,
    /// The SNS topics that receive the stack's events.
    pub notifications: Vec<String>,
    /// The timeout for creation, in minutes.
    pub timeout: Option<u32>,
    /// The assets that the template uses.
    pub assets: Vec<AssetName>,
    /// The components, in the order of use.
    pub components: Vec<ComponentUse>,
    /// The span of the declaration.
    pub span: Span,
    pub(crate) body: UnrenderedTemplate,
}

/// The termination protection of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminationProtection {
    /// CloudFormation refuses to delete the stack.
    On,
    /// CloudFormation deletes the stack on request.
    Off,
}

/// A template before rendering.
#[derive(Debug)]
pub(crate) struct UnrenderedTemplate {
    /// The template with placeholders for asset names, and without content hashes in logical ids.
    pub(crate) template: Template,
    /// The resources with content-addressed logical ids.
    pub(crate) redeploy: Vec<ContentAddressedResource>,
    /// The schema of the resource types. It tells which properties force replacement.
    pub(crate) table: Arc<Table>,
}

/// A resource whose logical id ends in a hash of content.
#[derive(Debug, Clone)]
pub(crate) struct ContentAddressedResource {
    /// The logical id without the hash.
    pub(crate) id: String,
    /// The span of the declaration.
    pub(crate) span: Span,
    /// The items of `redeploy_on`.
    pub(crate) names: Vec<HashedInput>,
}

/// An input of a content hash.
#[derive(Debug, Clone)]
pub(crate) enum HashedInput {
    /// A resource, with its type and properties.
    Resource(String),
    /// A value.
    Value(Node),
}

/// The values that are known when a stack is rendered.
#[derive(Debug, Clone, Copy)]
pub struct KnownValues<'a> {
    /// The packed assets. The others get a [`PackedAsset::placeholder`].
    pub assets: &'a IndexMap<AssetName, PackedAsset>,
    /// The known values of parameters that come from other stacks' outputs. Literal values are
    /// always known.
    pub parameters: &'a BTreeMap<String, String>,
}

/// A rendered template.
#[derive(Debug, Clone)]
pub struct RenderedTemplate {
    /// The template. Its spans point to the blueprint.
    pub template: Template,
    /// The logical ids that may still change.
    pub pending_ids: Vec<PendingId>,
    /// The content-addressed logical ids, each with its logical id in the blueprint.
    pub source_ids: BTreeMap<String, String>,
}

/// A logical id that depends on values that are not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingId {
    /// The logical id in this template.
    pub id: String,
    /// The logical id in the blueprint.
    pub source_id: String,
    /// The outputs that are not known yet.
    pub waits_for: Vec<OutputRef>,
}
