//! The scopes of a stack: its own text and one for each use of a component.
//!
//! Each scope has its own names. The resource `Function` of a component `Greeter` is
//! `GreeterFunction` in the template, and the component's `${inputs.x}` is evaluated in the scope
//! of the call site. Each use has its own [`FileId`], so that a problem identifies the use.

pub(crate) mod component_registry;
pub(crate) mod symbols;
pub(crate) mod value;

use crate::model::{AssetName, StackKey};
use crate::scope::symbols::{Instance, Instances, ParameterSymbol, ResourceSymbol};
use crate::scope::value::ValueType;
use formwork_template::diagnostics::{FileId, Span};
use formwork_template::{Map, Node};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The index of a scope in its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ScopeId(pub(crate) usize);

impl ScopeId {
    /// The scope of the stack's own text.
    pub(crate) const ROOT: Self = Self(0);
}

/// The names of one text.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) id: ScopeId,
    /// The text, with overlays applied.
    pub(crate) node: Arc<Node>,
    /// The prefix of its names in the template.
    pub(crate) prefix: String,
    /// The call site. None for the stack's own text.
    pub(crate) call_site: Option<CallSite>,
    /// The component that makes up the whole stack.
    pub(crate) stack_component: Option<ScopeId>,
    pub(crate) inputs: IndexMap<String, Input>,
    pub(crate) resources: IndexMap<String, ResourceSymbol>,
    /// The logical ids that `for_each` generates.
    pub(crate) generated: HashMap<String, Span>,
    pub(crate) parameters: IndexMap<String, ParameterSymbol>,
    pub(crate) conditions: HashSet<String>,
    pub(crate) mappings: HashSet<String>,
    /// The outputs, with the span of a `when` that disables them.
    pub(crate) outputs: IndexMap<String, Option<Span>>,
    /// The assets of this scope, by their local names.
    pub(crate) assets: HashMap<String, AssetName>,
    /// True if a part of the text could not be read, so that names may be missing.
    pub(crate) incomplete: bool,
}

/// The use of a component.
#[derive(Debug)]
pub(crate) struct CallSite {
    /// The scope that contains `use`.
    pub(crate) scope: ScopeId,
    /// The item of the `for_each`.
    pub(crate) each: Option<Instance>,
    /// The component's name for messages.
    pub(crate) component: String,
    /// The span of `use`.
    pub(crate) span: Span,
    /// The copy of the component's text for this use.
    pub(crate) file: FileId,
}

/// An input of a component.
#[derive(Debug)]
pub(crate) struct Input {
    /// The span of the declaration.
    pub(crate) declared: Span,
    /// The span of the given value. None for the default.
    pub(crate) given: Option<Span>,
    pub(crate) kind: Option<ValueType>,
    /// The outputs that a stack must have.
    pub(crate) provides: Option<Vec<(String, Span)>>,
    /// True if the value may contain `{{resolve:`.
    pub(crate) resolve: bool,
    pub(crate) value: InputValue,
}

/// The value of an input.
#[derive(Debug)]
pub(crate) enum InputValue {
    /// A value that is known when rendering. `Null` if there is none.
    Known(Arc<Node>),
    /// A value that is evaluated where it is used.
    Deferred(Arc<Node>, NameScope),
    /// A stack.
    Stack(StackKey),
    /// Disabled by its `when`.
    Disabled(Span),
    /// An invalid value. It was reported.
    Invalid,
}

/// The scope in which a value is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameScope {
    /// The scope of the call site.
    Caller,
    /// The scope of the component.
    Component,
}

impl Scope {
    /// Returns a scope without names.
    pub(crate) fn new(id: ScopeId, node: Arc<Node>, prefix: String) -> Self {
        Self {
            id,
            node,
            prefix,
            call_site: None,
            stack_component: None,
            inputs: IndexMap::new(),
            resources: IndexMap::new(),
            generated: HashMap::new(),
            parameters: IndexMap::new(),
            conditions: HashSet::new(),
            mappings: HashSet::new(),
            outputs: IndexMap::new(),
            assets: HashMap::new(),
            incomplete: false,
        }
    }

    /// Returns the name in the template.
    pub(crate) fn template_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns the name of a condition in the template.
    pub(crate) fn condition<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.named(&self.conditions, name)
    }

    /// Returns the name of a mapping in the template.
    pub(crate) fn mapping<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.named(&self.mappings, name)
    }

    fn named<'n>(&self, known: &HashSet<String>, name: &'n str) -> Cow<'n, str> {
        match !self.prefix.is_empty() && known.contains(name) {
            true => Cow::Owned(self.template_name(name)),
            false => Cow::Borrowed(name),
        }
    }

    /// Returns the name of a resource or parameter in the template, if it is different.
    pub(crate) fn renamed(&self, name: &str) -> Option<String> {
        let is_own = matches!(
            self.resources.get(name).map(|resource| &resource.instances),
            Some(Instances::Single)
        ) || self.generated.contains_key(name)
            || self.parameters.contains_key(name);
        (is_own && !self.prefix.is_empty()).then(|| self.template_name(name))
    }

    /// Returns the value of an output.
    pub(crate) fn output(&self, name: &str) -> Option<&Node> {
        let node = self.node.get("outputs")?.get(name)?;
        match node.as_map() {
            Some(map) if node.function().is_none() => map.get("value"),
            _ => Some(node),
        }
    }

    /// Returns the table of a resource.
    pub(crate) fn table(&self, id: &str) -> Option<(&formwork_template::Entry, &Map)> {
        let map = self.node.as_map()?;
        let more = || map.get("resources").and_then(Node::as_map);
        let entry = map
            .entry(id)
            .filter(|_| crate::syntax::keys::is_upper(id))
            .or_else(|| more()?.entry(id))?;
        Some((entry, entry.node.as_map()?))
    }
}
