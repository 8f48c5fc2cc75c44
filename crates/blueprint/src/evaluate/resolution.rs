//! The result of resolving a name in `${…}`.

use super::text;
use crate::model::{AssetName, StackKey, VariableName};
use crate::scope::{NameScope, ScopeId};
use formwork_template::diagnostics::{Code, Span};
use formwork_template::{Node, Value};
use std::sync::Arc;

/// The entity that a name resolves to.
#[derive(Debug, Clone)]
pub(crate) enum Resolution {
    /// A value known when rendering.
    Value(Arc<Node>),
    /// The value of a sensitive variable.
    Secret(VariableName),
    /// A resource of this stack.
    Resource(String),
    /// All resources of a `for_each`.
    Resources(Vec<String>),
    /// A resource's attribute.
    Attribute(String, String),
    /// The same attribute of all resources of a `for_each`.
    Attributes(Vec<String>, String),
    /// A parameter of this stack.
    Parameter {
        /// Its name.
        name: String,
        /// True for a list.
        list: bool,
    },
    /// A pseudo parameter.
    Pseudo(String),
    /// `AWS::NoValue`.
    Removal,
    /// An output of a stack.
    Output {
        /// The stack.
        stack: StackKey,
        /// The output.
        output: String,
        /// True for a list.
        list: bool,
    },
    /// A whole stack.
    Stack(StackKey),
    /// A component with its outputs.
    Component(String, Vec<(String, Resolution)>),
    /// Several values that form one list.
    Several(Vec<Resolution>),
    /// A value of another scope.
    Deferred(DeferredValue),
    /// An asset or a part of it.
    Asset(AssetName, AssetPart),
    /// An entity that is disabled, and the span of its `when`.
    Disabled(String, Span),
    /// An invalid name. It was reported.
    Invalid,
}

/// The part of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssetPart {
    /// The value for a Lambda function's `Code`.
    Whole,
    /// The bucket.
    Bucket,
    /// The key in the bucket.
    Key,
    /// The hash of the content.
    Hash,
}

/// The reason why a name cannot be resolved.
#[derive(Debug, Clone)]
pub(crate) struct ResolveError {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// The correct name, without `${}`.
    pub(crate) suggestion: Option<String>,
    /// Other help.
    pub(crate) help: Option<String>,
}

impl Resolution {
    /// Returns true if the value is known only after deployment.
    pub(crate) fn is_known_after_deploy(&self) -> bool {
        !matches!(
            self,
            Resolution::Value(_) | Resolution::Invalid | Resolution::Removal
        )
    }

    /// Returns the number of values that it contains.
    pub(crate) fn values(&self) -> usize {
        let held = |node: &Node| {
            let mut count = 0;
            node.walk(&mut |_| count += 1);
            count
        };
        match self {
            Resolution::Value(node) => held(node),
            Resolution::Deferred(written) => held(&written.node),
            Resolution::Resources(ids) | Resolution::Attributes(ids, _) => ids.len(),
            Resolution::Several(resolutions) => resolutions.iter().map(Resolution::values).sum(),
            Resolution::Component(_, outputs) => {
                let resolutions = outputs.iter().map(|(_, resolution)| resolution.values());
                resolutions.sum()
            }
            _ => 1,
        }
    }
}

impl ResolveError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            suggestion: None,
            help: None,
        }
    }

    /// Sets the suggestion: a similar name, if there is one, after `prefix`.
    pub(crate) fn near(mut self, similar: Option<&str>, prefix: &str) -> Self {
        self.suggestion = similar.map(|name| format!("{prefix}{name}"));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A value that is evaluated in its own scope when it is used.
#[derive(Debug, Clone)]
pub(crate) struct DeferredValue {
    pub(crate) node: Arc<Node>,
    /// The scope of the component.
    pub(crate) scope: ScopeId,
    /// The scope in which the names are resolved.
    pub(crate) by: NameScope,
}

impl DeferredValue {
    /// Looks up a key for an expression.
    pub(crate) fn inside(&self, key: &minijinja::Value) -> Option<Resolution> {
        let node = match &self.node.value {
            Value::Map(map) if self.node.function().is_none() => map.get(key.as_str()?)?,
            Value::List(items) => items.get(key.as_usize()?)?,
            _ => return None,
        };
        Some(match &node.value {
            Value::String(text) if text::has_references(text) => self.with(node),
            Value::List(_) | Value::Map(_) => self.with(node),
            _ => Resolution::Value(node.clone().into()),
        })
    }

    fn with(&self, node: &Node) -> Resolution {
        Resolution::Deferred(DeferredValue {
            node: Arc::new(node.clone()),
            ..self.clone()
        })
    }
}
