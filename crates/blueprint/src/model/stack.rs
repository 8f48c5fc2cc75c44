//! A stack with everything that CloudFormation is told about it.

use super::{AssetName, ComponentUse, OutputRef, PackedAsset, ParameterSource, StackKey};
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Span;
use formwork_template::{Capability, Node, StackName, Template};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A stack of a blueprint, checked and lowered to plain resources.
#[derive(Debug)]
pub struct Stack {
    /// Its key in the blueprint, as the tag `formwork:stack` says it.
    pub key: StackKey,
    /// Its name in CloudFormation.
    pub name: StackName,
    /// Its tags: the user's and the three of ours.
    pub tags: BTreeMap<String, String>,
    /// Its parameters that are given a value, in the template's order.
    pub parameters: IndexMap<String, ParameterSource>,
    /// Whether CloudFormation refuses to delete it.
    pub termination_protection: TerminationProtection,
    /// The capabilities that its author gave; the engine adds what the template needs.
    pub capabilities: Vec<Capability>,
    /// The role that CloudFormation works with.
    pub role_arn: Option<String>,
    /// Topics that hear the stack's events.
    pub notifications: Vec<String>,
    /// Minutes after which creating it fails.
    pub timeout: Option<u32>,
    /// The assets that its template refers to.
    pub assets: Vec<AssetName>,
    /// The components that it is made with, in the order of their use.
    pub components: Vec<ComponentUse>,
    /// Where it was declared.
    pub span: Span,
    pub(crate) body: UnrenderedTemplate,
}

/// Whether CloudFormation refuses to delete a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminationProtection {
    /// It refuses.
    On,
    /// It deletes when it is told to.
    Off,
}

/// What a stack's template is made from when the last values are known.
#[derive(Debug)]
pub(crate) struct UnrenderedTemplate {
    /// The template with marks where an asset's name goes, and with written logical ids.
    pub(crate) template: Template,
    /// The logical ids that follow content.
    pub(crate) redeploy: Vec<ContentAddressedResource>,
    /// What is known of resource types: what replaces those that a follower refers to.
    pub(crate) table: Arc<Table>,
}

/// A resource whose logical id follows content.
#[derive(Debug, Clone)]
pub(crate) struct ContentAddressedResource {
    /// Its logical id as written.
    pub(crate) id: String,
    /// Where it is declared.
    pub(crate) span: Span,
    /// What `redeploy_on` names.
    pub(crate) names: Vec<HashedInput>,
}

/// Something that a logical id follows.
#[derive(Debug, Clone)]
pub(crate) enum HashedInput {
    /// A resource: its type and properties.
    Resource(String),
    /// A value.
    Value(Node),
}

/// What is known when a stack is rendered.
#[derive(Debug, Clone, Copy)]
pub struct KnownValues<'a> {
    /// The assets packed so far; [`PackedAsset::placeholder`] stands for the others.
    pub assets: &'a IndexMap<AssetName, PackedAsset>,
    /// The values of parameters that come from other stacks' outputs, as far as they are known.
    /// Literal values are known anyway.
    pub parameters: &'a BTreeMap<String, String>,
}

/// A stack's template.
#[derive(Debug, Clone)]
pub struct RenderedTemplate {
    /// The template; its spans lead into the blueprint.
    pub template: Template,
    /// Logical ids that are final only when more is known.
    pub pending_ids: Vec<PendingId>,
    /// Logical ids that follow content, each with the name it has in the blueprint.
    pub source_ids: BTreeMap<String, String>,
}

/// A logical id that follows values which are not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingId {
    /// The logical id that it has in this template.
    pub id: String,
    /// The name that it has in the blueprint.
    pub source_id: String,
    /// The values that are not known.
    pub waits_for: Vec<OutputRef>,
}
