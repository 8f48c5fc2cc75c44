//! The resolution of a name in `${…}`, before it is known where it is used.

use super::text;
use crate::model::{AssetName, StackKey, VariableName};
use crate::scope::{NameScope, ScopeId};
use formwork_template::diagnostics::{Code, Span, nearest};
use formwork_template::{Node, Value};
use std::sync::Arc;

/// What a name means.
#[derive(Debug, Clone)]
pub(crate) enum Resolution {
    /// A value known when rendering.
    Value(Arc<Node>),
    /// The value of a sensitive variable.
    Secret(VariableName),
    /// A resource of this stack.
    Resource(String),
    /// All that a `for_each` made of a resource.
    Resources(Vec<String>),
    /// A resource's attribute.
    Attribute(String, String),
    /// The attribute of all that a `for_each` made.
    Attributes(Vec<String>, String),
    /// A parameter of this stack.
    Parameter {
        /// Its name.
        name: String,
        /// Whether its value is a list.
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
        /// Whether it is a list.
        list: bool,
    },
    /// A whole stack.
    Stack(StackKey),
    /// A component's use, by its outputs.
    Component(String, Vec<(String, Resolution)>),
    /// Several values, as one list.
    Several(Vec<Resolution>),
    /// A value that is written in another text.
    Deferred(DeferredValue),
    /// An asset, or a part of what is known of it.
    Asset(AssetName, AssetPart),
    /// Something that `when` turned off, and where.
    Disabled(String, Span),
    /// Something that is wrong itself: what follows from it is not said.
    Invalid,
}

/// What of an asset is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssetPart {
    /// What a Lambda's `Code` takes.
    BlueprintSettings,
    /// The bucket.
    Bucket,
    /// The key in the bucket.
    Key,
    /// The hash of the content.
    Hash,
}

/// Why a name means nothing.
#[derive(Debug, Clone)]
pub(crate) struct ResolveError {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// What to write instead, without `${}`.
    pub(crate) suggestion: Option<String>,
    /// What else to do.
    pub(crate) help: Option<String>,
}

/// The names that are ours in a reference.
pub(crate) const NAMESPACES: &[&str] = &[
    "vars",
    "env",
    "each",
    "assets",
    "stacks",
    "resources",
    "inputs",
];

impl Resolution {
    /// Whether it is known only after deployment.
    pub(crate) fn is_known_after_deploy(&self) -> bool {
        !matches!(
            self,
            Resolution::Value(_) | Resolution::Invalid | Resolution::Removal
        )
    }

    /// How many values it holds.
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

    pub(crate) fn near<'a>(
        mut self,
        given: &str,
        known: impl IntoIterator<Item = &'a str>,
        prefix: &str,
    ) -> Self {
        self.suggestion = nearest(given, known).map(|name| format!("{prefix}{name}"));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A value as it is written in one of the texts of the stack at hand.
#[derive(Debug, Clone)]
pub(crate) struct DeferredValue {
    pub(crate) node: Arc<Node>,
    /// The use of a component that it belongs to.
    pub(crate) scope: ScopeId,
    /// In whose names it is written.
    pub(crate) by: NameScope,
}

impl DeferredValue {
    /// What lies under a key, as an expression looks it up.
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
