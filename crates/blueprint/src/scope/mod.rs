//! The texts that a stack is made of: its own, and one for every use of a component.
//!
//! Each has names of its own. What a component calls `Function` is `GreeterFunction` to
//! CloudFormation where its instance is `Greeter`, and its `${inputs.x}` is evaluated where the
//! input was given: in the text that uses it. So every text has a [`Scope`], and every use of a
//! component a scope of its own, down to a [`FileId`] of its own, by which a problem finds the use.

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

/// One text of a stack, by its place among them.
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
    /// What was written, overlays applied.
    pub(crate) node: Arc<Node>,
    /// What its names begin with in the template.
    pub(crate) prefix: String,
    /// Who uses it; nothing for a stack's own text.
    pub(crate) call_site: Option<CallSite>,
    /// The component that the stack is, as a whole.
    pub(crate) whole: Option<ScopeId>,
    pub(crate) inputs: IndexMap<String, Input>,
    pub(crate) resources: IndexMap<String, ResourceSymbol>,
    /// The names that `for_each` made.
    pub(crate) made: HashMap<String, Span>,
    pub(crate) parameters: IndexMap<String, ParameterSymbol>,
    pub(crate) conditions: HashSet<String>,
    pub(crate) mappings: HashSet<String>,
    /// Its outputs, and where they were turned off.
    pub(crate) outputs: IndexMap<String, Option<Span>>,
    /// The assets that it has for itself, by the names that they have in the blueprint.
    pub(crate) assets: HashMap<String, AssetName>,
    /// Whether a part of it could not be read, so that names may be missing here.
    pub(crate) incomplete: bool,
}

/// Who uses a component.
#[derive(Debug)]
pub(crate) struct CallSite {
    /// The text that says `use`.
    pub(crate) scope: ScopeId,
    /// The item, where it says so under a `for_each`.
    pub(crate) each: Option<Instance>,
    /// The component, as a message names it.
    pub(crate) component: String,
    /// Where `use` is written.
    pub(crate) span: Span,
    /// The component's text; no other use has the same.
    pub(crate) file: FileId,
}

/// An input of one use of a component.
#[derive(Debug)]
pub(crate) struct Input {
    /// Where it is declared.
    pub(crate) declared: Span,
    /// Where it was given; nothing for a default.
    pub(crate) given: Option<Span>,
    pub(crate) kind: Option<ValueType>,
    /// The outputs that a stack must have.
    pub(crate) provides: Option<Vec<(String, Span)>>,
    /// Whether `{{resolve:` may stand in it.
    pub(crate) resolve: bool,
    pub(crate) value: InputValue,
}

/// What an input holds.
#[derive(Debug)]
pub(crate) enum InputValue {
    /// A value known when rendering; `Null` where there is none.
    Known(Arc<Node>),
    /// What was written, evaluated where it is used.
    Deferred(Arc<Node>, NameScope),
    /// A stack.
    Stack(StackKey),
    /// Its own `when` has turned it off.
    Disabled(Span),
    /// Something wrong; it was said.
    Invalid,
}

/// In whose names a text is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameScope {
    /// Those of the text that uses the component.
    Caller,
    /// Those of the component.
    Component,
}

impl Scope {
    /// A text without names.
    pub(crate) fn new(id: ScopeId, node: Arc<Node>, prefix: String) -> Self {
        Self {
            id,
            node,
            prefix,
            call_site: None,
            whole: None,
            inputs: IndexMap::new(),
            resources: IndexMap::new(),
            made: HashMap::new(),
            parameters: IndexMap::new(),
            conditions: HashSet::new(),
            mappings: HashSet::new(),
            outputs: IndexMap::new(),
            assets: HashMap::new(),
            incomplete: false,
        }
    }

    /// The name that CloudFormation hears.
    pub(crate) fn global(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// What the template calls a condition.
    pub(crate) fn condition<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.named(&self.conditions, name)
    }

    /// What the template calls a mapping.
    pub(crate) fn mapping<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.named(&self.mappings, name)
    }

    fn named<'n>(&self, known: &HashSet<String>, name: &'n str) -> Cow<'n, str> {
        match !self.prefix.is_empty() && known.contains(name) {
            true => Cow::Owned(self.global(name)),
            false => Cow::Borrowed(name),
        }
    }

    /// What the template calls a resource or a parameter, where that is another name.
    pub(crate) fn renamed(&self, name: &str) -> Option<String> {
        let is_own = matches!(
            self.resources.get(name).map(|resource| &resource.instances),
            Some(Instances::Single)
        ) || self.made.contains_key(name)
            || self.parameters.contains_key(name);
        (is_own && !self.prefix.is_empty()).then(|| self.global(name))
    }

    /// The value of an output, as it is written.
    pub(crate) fn output(&self, name: &str) -> Option<&Node> {
        let node = self.node.get("outputs")?.get(name)?;
        match node.as_map() {
            Some(map) if node.function().is_none() => map.get("value"),
            _ => Some(node),
        }
    }

    /// The table of a resource.
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
