//! The symbol table: the names that a blueprint declares, before their values are evaluated.

use super::value::error_node;
use super::{Scope, ScopeId};
use crate::model::{Asset, AssetName, EnvName, SecretValue, StackKey, VariableName};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Template};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The symbols of a blueprint.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    pub(crate) variables: IndexMap<VariableName, VariableValue>,
    /// True while variables are evaluated: no variable can be referred to.
    pub(crate) variables_are_being_read: bool,
    pub(crate) environment: Option<EnvName>,
    /// The assets. An invalid one is none.
    pub(crate) assets: IndexMap<AssetName, Option<Asset>>,
    pub(crate) assets_bucket: Option<String>,
    pub(crate) stacks: IndexMap<StackKey, StackSymbols>,
    /// The stacks whose files could not be read. References to them are not reported.
    pub(crate) unread_stacks: BTreeSet<String>,
    /// True if `blueprint.toml` has syntax errors, so that names may be missing.
    pub(crate) incomplete: bool,
}

/// The value of a variable.
#[derive(Debug)]
pub(crate) enum VariableValue {
    /// A value. `resolve` is true if it may contain `{{resolve:`.
    Known { value: Arc<Node>, resolve: bool },
    /// A secret.
    Secret(SecretValue),
    /// An invalid value. It was reported.
    Invalid,
}

/// The symbols of a stack.
#[derive(Debug)]
pub(crate) struct StackSymbols {
    pub(crate) key: StackKey,
    /// The span of the key.
    pub(crate) span: Span,
    /// The span of the `when` that disables it.
    pub(crate) disabled_at: Option<Span>,
    /// True if a part of it could not be read, so that names may be missing.
    pub(crate) incomplete: bool,
    /// The existing template, for a stack with `template`.
    pub(crate) template: Option<Template>,
    /// The scopes: the stack's own first, then those of its components.
    pub(crate) scopes: Vec<Scope>,
    /// The resources and parameters of all scopes, by their names in the template.
    pub(crate) ids: HashMap<String, Span>,
    pub(crate) outputs: IndexMap<String, OutputSymbol>,
    /// True if macros may add outputs.
    pub(crate) may_add_outputs: bool,
    /// The second definition of the same stack. It was reported.
    pub(crate) duplicate: Option<Box<StackSymbols>>,
}

/// A declared resource.
#[derive(Debug)]
pub(crate) struct ResourceSymbol {
    pub(crate) span: Span,
    pub(crate) disabled_at: Option<Span>,
    pub(crate) instances: Instances,
}

/// The resources that one table creates.
#[derive(Debug)]
pub(crate) enum Instances {
    /// One resource.
    Single,
    /// One resource for each item of a `for_each`.
    PerItem(Vec<Instance>),
    /// The resources of a component.
    Component(ScopeId),
    /// The resources of a component for each item of a `for_each`.
    ComponentPerItem(Vec<(Instance, ScopeId)>),
    /// Unknown, because `for_each` or `use` is invalid. That was reported. The table is checked
    /// with an unknown item.
    Unknown(Instance),
}

/// One resource of a `for_each`.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The logical id.
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) value: Arc<Node>,
    pub(crate) index: usize,
}

impl Instance {
    /// Returns an unknown item for the resource `id`.
    pub(crate) fn unknown(id: String, span: Span) -> Self {
        Self {
            id,
            key: String::new(),
            value: error_node(span).into(),
            index: 0,
        }
    }
}

/// A declared parameter.
#[derive(Debug)]
pub(crate) struct ParameterSymbol {
    pub(crate) list: bool,
}

/// A declared output.
#[derive(Debug, Clone)]
pub(crate) struct OutputSymbol {
    pub(crate) disabled_at: Option<Span>,
    pub(crate) list: bool,
    /// The span of the name.
    pub(crate) span: Span,
    /// The scope that declares it.
    pub(crate) scope: ScopeId,
}

impl StackSymbols {
    /// Adds a second definition of the same stack. Other stacks may refer to the outputs of both.
    pub(crate) fn add(&mut self, duplicate: StackSymbols) {
        for (name, output) in &duplicate.outputs {
            self.outputs
                .entry(name.clone())
                .or_insert_with(|| OutputSymbol {
                    scope: ScopeId::ROOT, // never used: the scopes of the duplicate are not part of this stack
                    ..output.clone()
                });
        }
        self.duplicate = Some(Box::new(duplicate));
    }

    /// Returns true if a resource or parameter has that name.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// Returns the stack's own text, with overlays applied.
    pub(crate) fn node(&self) -> &Node {
        &self.root_scope().node
    }

    /// Returns the stack's own scope.
    pub(crate) fn root_scope(&self) -> &Scope {
        &self.scopes[0] // never empty: `declare` adds the stack's own scope first
    }

    /// Returns the scope with that id.
    pub(crate) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }
}

impl StackSymbols {
    /// Returns a resource that a scope can refer to, with the scope that declares it. The resources
    /// of the component that makes up the whole stack are visible in the stack.
    pub(crate) fn resource<'d>(
        &'d self,
        scope: &'d Scope,
        id: &str,
    ) -> Option<(&'d Scope, &'d ResourceSymbol)> {
        if let Some(resource) = scope.resources.get(id) {
            return Some((scope, resource));
        }
        let whole = self.scope(scope.stack_component?);
        Some((whole, whole.resources.get(id)?))
    }

    /// Returns the logical ids of all resources that a name refers to.
    pub(crate) fn logical_ids(&self, scope: &Scope, id: &str) -> Option<Vec<String>> {
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
            Instances::Single | Instances::Unknown(_) => ids.push(scope.template_name(id)),
            Instances::PerItem(each) => ids.extend(each.iter().map(|each| each.id.clone())),
        }
    }
}

/// Returns true if a parameter of that type is a list.
pub(crate) fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList"
        || kind.starts_with("List<")
        || kind.contains("Value<List<")
        || kind.contains("Value<CommaDelimitedList")
}
