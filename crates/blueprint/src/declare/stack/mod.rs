//! Declares the names of a stack: its resources, parameters and outputs, with those of its
//! components.

mod expand;
mod names;
mod resources;

use super::overlay::ResourceOverlay;
use super::stack::expand::ComponentCall;
use super::when::disabled_at;
use super::{assets, overlay};
use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::model::{Asset, AssetName, StackKey};
use crate::scope::component_registry::ComponentId;
use crate::scope::symbols::{
    OutputSymbol, ParameterSymbol, StackSymbols, SymbolTable, is_list_type,
};
use crate::scope::value::size;
use crate::scope::{Scope, ScopeId};
use crate::syntax::keys::{RESOURCE, STACK, WRITTEN_IN_TEMPLATE, is_upper};
use crate::{codes, limits};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node, Template, generates_outputs};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

/// A stack before its names are declared.
pub(crate) struct StackSource {
    pub(crate) key: StackKey,
    pub(crate) span: Span,
    pub(crate) node: Node,
    /// True if the file has syntax errors, so that names may be missing.
    pub(crate) incomplete: bool,
    /// The overlays that may belong to resources of components.
    pub(crate) overlays: Vec<ResourceOverlay>,
    /// The second definition of the same stack. It was reported.
    pub(crate) duplicate: Option<Box<StackSource>>,
}

/// Declares the names of one stack.
pub(crate) struct StackDeclarer<'w> {
    /// The scopes so far. A scope is none until all its names are declared.
    pub(crate) scopes: Vec<Option<Scope>>,
    /// The components that enclose the current scope: their ids, names and the spans of `use`.
    pub(crate) chain: Vec<(ComponentId, String, Span)>,
    pub(crate) is_too_much: bool,
    /// True if a component is invalid, so that resources are missing.
    pub(crate) is_missing: bool,
    /// The assets that components declare.
    pub(crate) assets: Vec<(AssetName, Option<Asset>)>,
    key: &'w StackKey,
    overlays: &'w mut [ResourceOverlay],
}

/// Declares the names of a stack. Also returns the assets of its components.
pub(crate) fn declare(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    mut written: StackSource,
) -> (StackSymbols, Vec<(AssetName, Option<Asset>)>) {
    context.start_stack(limits::DECLARED_BYTES, limits::STACK_VALUE_BYTES);
    let mut declared = StackSymbols {
        key: written.key,
        span: written.span,
        disabled_at: None,
        incomplete: written.incomplete,
        template: None,
        scopes: Vec::new(),
        ids: HashMap::new(),
        outputs: IndexMap::new(),
        may_add_outputs: false,
        duplicate: None,
    };
    let mut own = Scope::new(ScopeId::ROOT, Arc::new(written.node), String::new());
    own.incomplete = declared.incomplete;
    let node = Arc::clone(&own.node);
    let Some(map) = node.as_map() else {
        context.report(wrong_type("a stack", "a table", &node));
        declared.incomplete = true;
        own.incomplete = true;
        declared.scopes.push(own);
        return (declared, Vec::new());
    };
    stack_keys(context, map);
    declared.disabled_at = disabled_at(context, symbols, map, None, None);
    if declared.disabled_at.is_some() {
        declared.scopes.push(own);
        return (declared, Vec::new());
    }
    if let Some(node) = map.get("template") {
        template_stack(context, symbols, &mut declared, &mut own, map, node);
        declared.scopes.push(own);
        return (declared, Vec::new());
    }
    declare_scopes(context, symbols, declared, own, &mut written.overlays)
}

/// Declares the names of all scopes of a stack that is written in TOML.
fn declare_scopes(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    mut declared: StackSymbols,
    mut own: Scope,
    overlays: &mut [ResourceOverlay],
) -> (StackSymbols, Vec<(AssetName, Option<Asset>)>) {
    let node = Arc::clone(&own.node);
    let empty = Map::default();
    let map = node.as_map().unwrap_or(&empty);
    let mut names = StackDeclarer {
        scopes: Vec::new(),
        chain: Vec::new(),
        is_too_much: false,
        is_missing: false,
        assets: Vec::new(),
        key: &declared.key,
        overlays,
    };
    names.reserve();
    if map.contains("use") {
        let used = ComponentCall {
            scope: &own,
            each: None,
            map,
            prefix: String::new(),
        };
        own.stack_component = names.expand(context, symbols, &used);
        own.incomplete |= own.stack_component.is_none();
    } else {
        expand::inputs_without_use(context, map, true);
    }
    names.fill(context, symbols, own);
    let is_missing = names.is_missing;
    let (scopes, assets) = (
        std::mem::take(&mut names.scopes),
        std::mem::take(&mut names.assets),
    );
    declared.scopes = scopes.into_iter().flatten().collect();
    let texts = declared.scopes.iter().map(|scope| &scope.node);
    let mut transforms = texts.filter_map(|text| text.get("transform"));
    declared.may_add_outputs = transforms.any(generates_outputs);
    declared.incomplete |= is_missing;
    declared.incomplete |= declared.scopes.iter().any(|scope| scope.incomplete);
    overlay::report_unmatched(context, &declared, overlays);
    names::collect_logical_ids(context, &mut declared);
    names::collect_outputs(context, &mut declared);
    (declared, assets)
}

fn stack_keys(context: &mut LoadContext<'_>, map: &Map) {
    context.check_keys(map, &STACK, |key, _| match key {
        _ if RESOURCE.known.contains(&key) => Some(format!(
            "`{key}` is a key of a resource: write it under the resource's header, `[Name]`"
        )),
        _ => None,
    });
    if let (Some(used), Some(template)) = (map.entry("use"), map.entry("template")) {
        let message = "a stack is a component or an existing template, not both";
        context.report(
            Problem::error(codes::TEMPLATE_STACK, message)
                .at(used.key, "")
                .at(template.key, "the template"),
        );
    }
}

impl StackDeclarer<'_> {
    /// Reserves the id of a new scope.
    pub(crate) fn reserve(&mut self) -> ScopeId {
        self.scopes.push(None);
        ScopeId(self.scopes.len() - 1)
    }

    /// Applies overlays to the text of a component.
    pub(crate) fn overlay(&mut self, context: &mut LoadContext<'_>, scope: &mut Scope) {
        overlay::apply_to_component(context, scope, self.overlays);
    }

    /// Declares the names of a scope and stores it.
    pub(crate) fn fill(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        mut scope: Scope,
    ) {
        let node = Arc::clone(&scope.node);
        let id = scope.id;
        if let Some(map) = node.as_map() {
            for (section, names) in [
                ("conditions", &mut scope.conditions),
                ("mappings", &mut scope.mappings),
            ] {
                let table = map.get(section).and_then(Node::as_map);
                names.extend(table.into_iter().flat_map(Map::keys).map(str::to_owned));
            }
            self.assets(context, symbols, &mut scope, map);
            self.resources(context, symbols, &mut scope, map);
            parameters(context, symbols, &mut scope, map);
            outputs(context, symbols, &mut scope, map);
        }
        self.scopes[id.0] = Some(scope);
    }

    /// Declares the assets of a scope. Those of the stack itself are declared already.
    fn assets(
        &mut self,
        context: &mut LoadContext<'_>,
        symbols: &SymbolTable,
        scope: &mut Scope,
        map: &Map,
    ) {
        let Some(node) = map.get("assets") else {
            return;
        };
        if scope.call_site.is_none() {
            for name in node.as_map().into_iter().flat_map(Map::keys) {
                scope.assets.extend(
                    AssetName::new(format!("{}.{name}", self.key))
                        .map(|asset| (name.to_owned(), asset)),
                );
            }
            return;
        }
        let prefix = match scope.prefix.is_empty() {
            true => String::new(),
            false => format!("{}_", scope.prefix.to_lowercase()),
        };
        let found = assets::assets(
            context,
            symbols,
            node,
            Some((self.key, &prefix)),
            Some(scope),
        );
        for (name, asset) in found {
            let local = name.as_str().split_once('.').map_or("", |(_, local)| local);
            let local = local.strip_prefix(&prefix).unwrap_or(local).to_owned();
            let mut unique = name.clone();
            while self.assets.iter().any(|(known, _)| *known == unique)
                || symbols.assets.contains_key(&unique)
            {
                let Some(next) = AssetName::new(format!("{unique}_")) else {
                    break;
                };
                unique = next;
            }
            let asset = asset.map(|asset| Asset {
                name: unique.clone(),
                ..asset
            });
            scope.assets.insert(local, unique.clone());
            self.assets.push((unique, asset));
        }
    }
}

fn template_stack(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    declared: &mut StackSymbols,
    own: &mut Scope,
    map: &Map,
    node: &Node,
) {
    check_template_keys(context, map, node);
    declared.incomplete = true; // until the template is parsed
    own.incomplete = true;
    let Some(path) = Evaluator::new(context, symbols, None).required_text(node, "`template`")
    else {
        return;
    };
    let file = match context.reader.read_named(node.span.file, &path) {
        Ok(file) => file,
        Err(unread) => {
            let problem = unread.problem(Some(node.span));
            context.report(problem.help("a path is relative to the file that contains it, and must be inside the blueprint's `root`"));
            return;
        }
    };
    let text = context.reader.text(file);
    let size_before = context.templates.get(&file).copied();
    if size_before.is_some_and(|size| !context.spend_repeated_bytes(size, node.span)) {
        return;
    }
    let read = formwork_template::read(file, &text);
    let is_broken = !read.is_complete();
    context.problems.extend(read.problems);
    let Some(root) = read.node else {
        return;
    };
    context.templates.insert(file, size(&root));
    let (template, problems) = Template::recover(root);
    // The missing parts may have been in the broken text.
    if is_broken && !problems.is_empty() {
        return;
    }
    context.problems.extend(problems);
    if let Some(template) = template {
        declared.incomplete = is_broken;
        own.incomplete = is_broken;
        add_template_symbols(template, declared, own);
    }
}

/// Reports the keys of a stack that belong in its template.
fn check_template_keys(context: &mut LoadContext<'_>, map: &Map, node: &Node) {
    for (key, entry) in map.iter() {
        if is_upper(key) || WRITTEN_IN_TEMPLATE.contains(&key) {
            let message = format!(
                "a stack with a `template` has its {} there",
                if is_upper(key) { "resources" } else { key }
            );
            context.report(
                Problem::error(codes::TEMPLATE_STACK, message)
                    .at(entry.key, "")
                    .at(node.span, "the template"),
            );
        }
    }
}

/// Adds the names of an existing template.
fn add_template_symbols(template: Template, declared: &mut StackSymbols, own: &mut Scope) {
    for parameter in template.parameters() {
        let parameter_of = ParameterSymbol {
            list: is_list_type(parameter.kind()),
        };
        own.parameters
            .insert(parameter.name.to_owned(), parameter_of);
        declared
            .ids
            .insert(parameter.name.to_owned(), parameter.name_span);
    }
    for output in template.outputs() {
        let output_of = OutputSymbol {
            disabled_at: None,
            list: false,
            span: output.name_span,
            scope: ScopeId::ROOT,
        };
        declared.outputs.insert(output.name.to_owned(), output_of);
    }
    for resource in template.resources() {
        own.generated
            .insert(resource.id.to_owned(), resource.id_span);
        declared
            .ids
            .insert(resource.id.to_owned(), resource.id_span);
    }
    declared.may_add_outputs = template.has_generated_outputs();
    declared.template = Some(template);
}

fn parameters(context: &mut LoadContext<'_>, symbols: &SymbolTable, scope: &mut Scope, map: &Map) {
    let Some(node) = map.get("parameters") else {
        return;
    };
    let Some(parameters) = Evaluator::new(context, symbols, None).table(node, "parameters") else {
        return;
    };
    for (name, entry) in parameters.iter() {
        if entry.node.as_map().is_none() {
            let problem = wrong_type(&format!("parameter `{name}`"), "a table", &entry.node);
            context.report(problem.help(format!(
                "declare it: `{name} = {{ Type = \"String\", value = … }}`; if it is a property, it is under the wrong header"
            )));
        }
        // The parameter is evaluated again, with its problems, when it is lowered.
        let kind = context.with_discarded_problems(|context| {
            let mut evaluator = Evaluator::new(context, symbols, None);
            evaluator.scope = Some(scope);
            evaluator.constant_text(entry.node.get("Type")?, "`Type`")
        });
        let parameter = ParameterSymbol {
            list: kind.as_deref().is_some_and(is_list_type),
        };
        scope.parameters.insert(name.to_owned(), parameter);
    }
}

fn outputs(context: &mut LoadContext<'_>, symbols: &SymbolTable, scope: &mut Scope, map: &Map) {
    let Some(node) = map.get("outputs") else {
        return;
    };
    let Some(outputs) = Evaluator::new(context, symbols, None).table(node, "outputs") else {
        return;
    };
    for (name, entry) in outputs.iter() {
        let off = match entry.node.as_map() {
            Some(map) if entry.node.function().is_none() => {
                disabled_at(context, symbols, map, Some(scope), None)
            }
            _ => None,
        };
        scope.outputs.insert(name.to_owned(), off);
    }
}
