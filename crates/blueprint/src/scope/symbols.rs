//! What a blueprint declares, before its values are evaluated: the names that references can mean.

use super::value::error_node;
use super::{Scope, ScopeId};
use crate::model::{Asset, AssetName, EnvName, SecretValue, StackKey, VariableName};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Template};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Everything that a name can mean.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    pub(crate) variables: IndexMap<VariableName, VariableValue>,
    /// While it is set no variable can be referred to.
    pub(crate) variables_are_being_read: bool,
    pub(crate) environment: Option<EnvName>,
    /// The assets; those that are wrong are there without content.
    pub(crate) assets: IndexMap<AssetName, Option<Asset>>,
    pub(crate) assets_bucket: Option<String>,
    pub(crate) stacks: IndexMap<StackKey, StackSymbols>,
    /// Stacks whose file could not be read: nothing about them is said twice.
    pub(crate) unread_stacks: BTreeSet<String>,
    /// Whether `blueprint.toml` is broken, so that what it declares may be missing here.
    pub(crate) incomplete: bool,
}

/// What a variable holds.
#[derive(Debug)]
pub(crate) enum VariableValue {
    /// A value, and whether `{{resolve:` may stand in it.
    Known { value: Arc<Node>, resolve: bool },
    /// A value that is not to be printed.
    Secret(SecretValue),
    /// Something wrong; it was said.
    Invalid,
}

/// The names of a stack.
#[derive(Debug)]
pub(crate) struct StackSymbols {
    pub(crate) key: StackKey,
    /// Where the key is written.
    pub(crate) span: Span,
    /// Where it was turned off.
    pub(crate) disabled_at: Option<Span>,
    /// Whether a part of it could not be read, so that names may be missing here.
    pub(crate) incomplete: bool,
    /// The template, if the stack is an existing one.
    pub(crate) template: Option<Template>,
    /// The texts that it is made of: its own first, then every component that one of them uses.
    pub(crate) scopes: Vec<Scope>,
    /// The resources and parameters of all its texts, by the names that CloudFormation hears.
    pub(crate) ids: HashMap<String, Span>,
    pub(crate) outputs: IndexMap<String, OutputSymbol>,
    /// Whether macros may make outputs that are not among these.
    pub(crate) gains_outputs: bool,
    /// The same stack as it is written a second time, which was said to be wrong.
    pub(crate) duplicate: Option<Box<StackSymbols>>,
}

/// A resource as it is declared.
#[derive(Debug)]
pub(crate) struct ResourceSymbol {
    pub(crate) span: Span,
    pub(crate) disabled_at: Option<Span>,
    pub(crate) instances: Instances,
}

/// How many resources one table makes.
#[derive(Debug)]
pub(crate) enum Instances {
    /// One, under its own name.
    Single,
    /// One for each item.
    PerItem(Vec<Instance>),
    /// All those of a component.
    Component(ScopeId),
    /// Those of a component for each item.
    ComponentPerItem(Vec<(Instance, ScopeId)>),
    /// Nobody knows: its `for_each` or `use` is wrong, and that was said. What is made of the
    /// table is checked for an item that nobody knows.
    Unknown(Instance),
}

/// One resource of a `for_each`.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// Its logical id.
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) value: Arc<Node>,
    pub(crate) index: usize,
}

impl Instance {
    /// An item that nobody knows, of the resource that CloudFormation hears of as `id`.
    pub(crate) fn unknown(id: String, span: Span) -> Self {
        Self {
            id,
            key: String::new(),
            value: error_node(span).into(),
            index: 0,
        }
    }
}

/// A parameter as it is declared.
#[derive(Debug)]
pub(crate) struct ParameterSymbol {
    pub(crate) list: bool,
}

/// An output as it is declared.
#[derive(Debug, Clone)]
pub(crate) struct OutputSymbol {
    pub(crate) disabled_at: Option<Span>,
    pub(crate) list: bool,
    /// Where it is written.
    pub(crate) span: Span,
    /// The text in which it is written.
    pub(crate) scope: ScopeId,
}

impl StackSymbols {
    /// Takes in the same stack as it is written duplicate: others may refer to the outputs of either.
    pub(crate) fn add(&mut self, duplicate: StackSymbols) {
        for (name, output) in &duplicate.outputs {
            self.outputs
                .entry(name.clone())
                .or_insert_with(|| OutputSymbol {
                    scope: ScopeId::ROOT, // where it is not: the text that has it is none of this one's
                    ..output.clone()
                });
        }
        self.duplicate = Some(Box::new(duplicate));
    }

    /// Whether a resource or parameter of the stack has that name.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// The stack's own text, overlays applied.
    pub(crate) fn node(&self) -> &Node {
        &self.own().node
    }

    /// The stack's own text with its names.
    pub(crate) fn own(&self) -> &Scope {
        &self.scopes[0] // never empty: `declare` begins with it
    }

    /// The text that `id` names.
    pub(crate) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }
}

impl StackSymbols {
    /// A resource that a text can name, and the text that has it: what stands in the component
    /// that a stack is as a whole has its names in the stack too.
    pub(crate) fn resource<'d>(
        &'d self,
        scope: &'d Scope,
        id: &str,
    ) -> Option<(&'d Scope, &'d ResourceSymbol)> {
        if let Some(resource) = scope.resources.get(id) {
            return Some((scope, resource));
        }
        let whole = self.scope(scope.whole?);
        Some((whole, whole.resources.get(id)?))
    }

    /// The logical ids of everything that one name of a text makes.
    pub(crate) fn ids_of(&self, scope: &Scope, id: &str) -> Option<Vec<String>> {
        let (scope, resource) = self.resource(scope, id)?;
        let mut ids = Vec::new();
        self.collect(scope, id, resource, &mut ids);
        Some(ids)
    }

    fn collect(&self, scope: &Scope, id: &str, resource: &ResourceSymbol, ids: &mut Vec<String>) {
        if resource.disabled_at.is_some() {
            return;
        }
        let mut all_of = |below: ScopeId| {
            let below = self.scope(below);
            for (id, resource) in &below.resources {
                self.collect(below, id, resource, ids);
            }
        };
        match &resource.instances {
            Instances::Component(below) => all_of(*below),
            Instances::ComponentPerItem(each) => each.iter().for_each(|(_, below)| all_of(*below)),
            Instances::Single | Instances::Unknown(_) => ids.push(scope.global(id)),
            Instances::PerItem(each) => ids.extend(each.iter().map(|each| each.id.clone())),
        }
    }
}

/// Whether a parameter of that type holds a list.
pub(crate) fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList"
        || kind.starts_with("List<")
        || kind.contains("Value<List<")
        || kind.contains("Value<CommaDelimitedList")
}
