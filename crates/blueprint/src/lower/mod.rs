//! Lowers the declarations of a stack to a CloudFormation template: plain resources, parameters for
//! values of other stacks, and functions for values that are known only after deployment.

mod output;
mod parameter;
mod resource;
mod sections;
pub(crate) mod settings;

use crate::declare::inputs;
use crate::evaluate::context::{LoadContext, LoadMode};
use crate::evaluate::{Evaluator, StackRequirements};
use crate::model::{
    Cause, ComponentInput, ComponentUse, ContentAddressedResource, Edge, Link, ParameterSource,
    Stack, UnrenderedTemplate,
};
use crate::rename::rename;
use crate::scope::symbols::{StackSymbols, SymbolTable};
use crate::scope::{Input, InputValue, Scope, ScopeId};
use crate::{codes, limits};
use formwork_lint::Completeness;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Function, Map, Node, Template, Value};
use indexmap::IndexMap;
use settings::{BlueprintSettings, StackSettings};
use std::sync::Arc;

/// A lowered stack, before its template is checked.
pub(crate) struct Lowered {
    /// The template. None if its structure is invalid.
    pub(crate) template: Option<Template>,
    /// The parameters that have a value.
    pub(crate) parameters: IndexMap<String, ParameterSource>,
    /// The dependencies on other stacks.
    pub(crate) edges: Vec<Edge>,
    /// True if no problem was found so far.
    is_good: bool,
    /// The completeness of the template.
    completeness: Completeness,
    /// True if the template must be checked. False if parts of the stack could not be read.
    is_checked: bool,
    settings: Option<StackSettings>,
    redeploy: Vec<ContentAddressedResource>,
    requirements: StackRequirements,
}

/// Lowers one stack.
pub(crate) fn lower(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    whole: &BlueprintSettings,
    declared: &StackSymbols,
) -> Lowered {
    let before = context.problems.len();
    let mut lowering = Lowering {
        evaluator: Evaluator::new(context, symbols, Some(declared)),
        declared,
        scope: declared.root_scope(),
        component_context: ComponentContext::default(),
        conditions: Map::default(),
        sources: IndexMap::new(),
        content_addressed: Vec::new(),
    };
    lowering
        .evaluator
        .context
        .start_stack(limits::STACK_VALUE_BYTES, limits::STACK_VALUE_BYTES);
    let empty = Map::default();
    let map = declared.node().as_map().unwrap_or(&empty);
    let mut root = match &declared.template {
        Some(template) => lowering.existing_template(template, map),
        None => lowering.new_template(),
    };
    let settings = settings::settings(&mut lowering.evaluator, whole, declared, map);
    let depends_on = lowering.depends_on(map);
    lowering.synthetic_parameters(&mut root);
    let Lowering {
        evaluator,
        sources,
        content_addressed,
        ..
    } = lowering;
    let requirements = evaluator.requirements;
    let mut edges = depends_on;
    edges.extend(output_edges(declared, &requirements));
    let template = build_template(context, declared, root, before);
    Lowered {
        template,
        parameters: sources,
        edges,
        is_good: !context.problems[before..].iter().any(Problem::is_error),
        completeness: match context.problems.iter().any(Problem::is_error) {
            true => Completeness::Partial,
            false => Completeness::Complete,
        },
        is_checked: !declared.incomplete && context.mode == LoadMode::Full,
        settings,
        redeploy: content_addressed,
        requirements,
    }
}

impl Lowered {
    /// Returns the template if it must be checked, with its completeness.
    pub(crate) fn to_check(&self) -> Option<(&Template, Completeness)> {
        let template = self.template.as_ref().filter(|_| self.is_checked)?;
        Some((template, self.completeness))
    }

    /// Adds the problems of the template.
    pub(crate) fn add_check_results(
        &mut self,
        context: &mut LoadContext<'_>,
        problems: Vec<Problem>,
    ) {
        self.is_good &= !problems.iter().any(Problem::is_error);
        context.problems.extend(problems);
    }

    /// Returns the names of the template's exports and imports.
    pub(crate) fn exports_and_imports(&self) -> (Vec<Node>, Vec<Node>) {
        self.template
            .as_ref()
            .map(exports_and_imports)
            .unwrap_or_default()
    }

    /// Returns the stack, or none if it has an error.
    pub(crate) fn into_stack(
        self,
        context: &LoadContext<'_>,
        declared: &StackSymbols,
    ) -> Option<Stack> {
        let (settings, template) = (self.settings?, self.template?);
        self.is_good.then(|| Stack {
            key: declared.key.clone(),
            name: settings.name,
            tags: settings.tags,
            parameters: self.parameters,
            termination_protection: settings.termination_protection,
            capabilities: settings.capabilities,
            role_arn: settings.role_arn,
            notifications: settings.notifications,
            timeout: settings.timeout,
            assets: self.requirements.assets.into_iter().collect(),
            components: components(declared),
            span: declared.span,
            body: UnrenderedTemplate {
                template,
                redeploy: self.redeploy,
                table: Arc::clone(&context.table),
            },
        })
    }
}

/// Returns the names that a template exports and imports.
fn exports_and_imports(template: &Template) -> (Vec<Node>, Vec<Node>) {
    let exports = template
        .outputs()
        .filter_map(|output| output.export().cloned());
    let mut imports = Vec::new();
    template.root().walk(&mut |node| {
        if let Some((Function::ImportValue, name)) = node.function() {
            imports.push(name.clone());
        }
    });
    (exports.collect(), imports)
}

/// Returns the components that a stack uses.
fn components(declared: &StackSymbols) -> Vec<ComponentUse> {
    let value = |input: &Input| {
        let (value, stack) = match &input.value {
            InputValue::Known(node) => (Some(Node::clone(node)), None),
            InputValue::Stack(key) => (None, Some(key.clone())),
            InputValue::Deferred(..) => (None, None),
            InputValue::Disabled(_) | InputValue::Invalid => return None,
        };
        Some(ComponentInput {
            value,
            stack,
            given: input.given,
            declared: input.declared,
        })
    };
    let used = |scope: &Scope| {
        let call_site = scope.call_site.as_ref()?;
        let inputs = scope.inputs.iter();
        Some(ComponentUse {
            component: call_site.component.clone(),
            prefix: scope.prefix.clone(),
            span: call_site.span,
            file: call_site.file,
            inputs: inputs
                .filter_map(|(name, input)| Some((name.clone(), value(input)?)))
                .collect(),
        })
    };
    declared.scopes.iter().filter_map(used).collect()
}

fn output_edges(declared: &StackSymbols, requirements: &StackRequirements) -> Vec<Edge> {
    let edge = |(stack, output, span): &(crate::model::StackKey, String, Span)| Edge {
        dependency: stack.clone(),
        dependent: declared.key.clone(),
        link: Link {
            cause: Cause::Output(output.clone()),
            span: *span,
        },
    };
    requirements.output_uses.iter().map(edge).collect()
}

/// Returns the template if its structure is valid. Reports why not, unless there are other errors.
fn build_template(
    context: &mut LoadContext<'_>,
    declared: &StackSymbols,
    root: Node,
    before: usize,
) -> Option<Template> {
    let problems = match Template::new(root) {
        Ok(template) => return Some(template),
        Err(problems) => problems,
    };
    let is_first = !context.problems[before..].iter().any(Problem::is_error);
    let is_ours = declared.template.is_none() && declared.duplicate.is_none();
    if is_first && is_ours && !declared.incomplete {
        let of_stack = |problem| of_stack(problem, declared);
        context.problems.extend(problems.into_iter().map(of_stack));
    }
    None
}

/// Moves the label of a problem with the whole template to the stack's key.
fn of_stack(mut problem: Problem, declared: &StackSymbols) -> Problem {
    for label in &mut problem.labels {
        if label.span == declared.node().span {
            label.span = declared.span;
        }
    }
    let resources = &declared.root_scope().resources;
    let first_off = resources.values().find_map(|resource| resource.disabled_at);
    match first_off.filter(|_| {
        resources
            .values()
            .all(|resource| resource.disabled_at.is_some())
    }) {
        Some(off) => problem
            .at(off, "disabled here")
            .help("every resource is disabled: move the `when` to the stack"),
        None => problem,
    }
}

/// The attributes that a use of a component adds to all its resources.
#[derive(Debug, Clone, Default)]
struct ComponentContext {
    /// The resources in `DependsOn`.
    waits_for: Vec<Node>,
    /// The condition and its span.
    condition: Option<(String, Span)>,
}

/// The state of lowering one stack.
struct Lowering<'e, 'f> {
    evaluator: Evaluator<'e, 'f>,
    declared: &'e StackSymbols,
    /// The current scope.
    scope: &'e Scope,
    /// The attributes that apply to all resources of the current scope.
    component_context: ComponentContext,
    /// The conditions that combine two others.
    conditions: Map,
    /// The parameters that have a value.
    sources: IndexMap<String, ParameterSource>,
    /// The resources with content-addressed logical ids.
    content_addressed: Vec<ContentAddressedResource>,
}

impl<'e> Lowering<'e, '_> {
    fn report(&mut self, problem: Problem) {
        self.evaluator.context.report(problem);
    }

    /// Switches to another scope of the stack.
    fn enter(&mut self, scope: &'e Scope) {
        self.scope = scope;
        self.evaluator.scope = Some(scope);
        self.evaluator.each = None;
    }

    /// Returns the template of a stack that is written in TOML.
    fn new_template(&mut self) -> Node {
        let span = self.declared.node().span;
        let declared = self.declared;
        for scope in &declared.scopes {
            inputs::check_deferred(&mut self.evaluator, scope);
        }
        let mut root = Map::default();
        root.insert(
            "AWSTemplateFormatVersion",
            span,
            Node::new("2010-09-09", span),
        );
        self.description_and_metadata(&mut root);
        self.sections(&mut root);
        let mut parameters = Map::default();
        for scope in &declared.scopes {
            self.enter(scope);
            for (name, entry) in self.declared_parameters() {
                parameters.insert(name, entry.key, entry.node);
            }
        }
        if !parameters.is_empty() {
            root.insert("Parameters", span, Node::new(parameters, span));
        }
        let mut resources = Map::default();
        self.enter(declared.root_scope());
        self.resources(&mut resources);
        if let Some(whole) = declared.root_scope().stack_component {
            self.enter(declared.scope(whole));
            self.resources(&mut resources);
        }
        root.insert("Resources", span, Node::new(resources, span));
        self.insert_combined_conditions(&mut root, span);
        let mut outputs = Map::default();
        for scope in &declared.scopes {
            self.enter(scope);
            if self.is_stack(scope) {
                self.outputs(&mut outputs);
            } else {
                self.check_outputs();
            }
        }
        if !outputs.is_empty() {
            root.insert("Outputs", span, Node::new(outputs, span));
        }
        self.enter(declared.root_scope());
        Node::new(root, span)
    }

    /// Returns true for the stack's root scope and for the component that makes up the whole stack.
    fn is_stack(&self, scope: &Scope) -> bool {
        scope.id == ScopeId::ROOT || self.declared.root_scope().stack_component == Some(scope.id)
    }

    /// Returns an existing template with values for its parameters.
    fn existing_template(&mut self, template: &Template, map: &Map) -> Node {
        let mut root = template.root().clone();
        self.assigned_parameters(template, map, &mut root);
        root
    }

    /// Returns the dependencies in `depends_on`.
    fn depends_on(&mut self, map: &Map) -> Vec<Edge> {
        let Some(node) = map.get("depends_on") else {
            return Vec::new();
        };
        let names = self.evaluator.constant_texts(node, "`depends_on`");
        let mut edges = Vec::new();
        for (name, span) in names {
            let symbols = self.evaluator.symbols;
            let Some(stack) = symbols.stacks.get(name.as_str()) else {
                if !symbols.incomplete && !symbols.unread_stacks.contains(&name) {
                    let known = symbols.stacks.keys().map(|key| key.as_str());
                    let near = self
                        .evaluator
                        .context
                        .suggestions
                        .nearest(&name, known)
                        .map(str::to_owned);
                    let is_resource = self.declared.root_scope().resources.contains_key(&name);
                    let problem =
                        Problem::error(codes::UNKNOWN_STACK, format!("unknown stack `{name}`"))
                            .at(span, "");
                    let problem = match is_resource {
                        true => problem.help("this `depends_on` lists stacks; that of a resource belongs under the resource's header"),
                        false => problem,
                    };
                    self.report(problem.suggest(near));
                }
                continue;
            };
            if let Some(off) = stack.disabled_at {
                let message = format!("stack `{name}` is disabled by its `when`");
                let problem = Problem::error(codes::TURNED_OFF, message)
                    .at(span, "needs it")
                    .at(off, "disabled here");
                self.report(problem.help("give both the same `when`, or choose in an expression: `depends_on = \"${['x'] if … else []}\"`"));
                continue;
            }
            edges.push(Edge {
                dependency: stack.key.clone(),
                dependent: self.declared.key.clone(),
                link: Link {
                    cause: Cause::DependsOn,
                    span,
                },
            });
        }
        edges
    }

    /// Declares the synthetic parameters, and renames those with a name conflict.
    fn synthetic_parameters(&mut self, root: &mut Node) {
        let renamed = std::mem::take(&mut self.evaluator.requirements.renamed);
        if !renamed.is_empty() {
            rename(root, &renamed);
        }
        let made: Vec<_> = self
            .evaluator
            .requirements
            .parameters
            .iter()
            .map(|(source, made)| (source.clone(), made.clone()))
            .collect();
        if made.is_empty() {
            return;
        }
        let Some(map) = root.as_map_mut() else {
            return;
        };
        let span = self.declared.node().span;
        let mut parameters = match map.remove("Parameters") {
            Some(Node {
                value: Value::Map(parameters),
                ..
            }) => parameters,
            _ => Map::default(),
        };
        for (source, made) in made {
            let (node, source) = self.synthetic_parameter(&source, &made);
            parameters.insert(made.name.as_str(), made.span, node);
            if let Some(source) = source {
                self.sources.insert(made.name, source);
            }
        }
        put_parameters(map, parameters, span);
    }
}

/// Inserts the parameters before the other sections, as is usual in templates.
fn put_parameters(map: &mut Map, parameters: Map, span: Span) {
    const BEFORE: [&str; 3] = ["AWSTemplateFormatVersion", "Description", "Metadata"];
    let old = std::mem::take(map);
    let (first, rest): (Vec<_>, Vec<_>) = old
        .into_iter()
        .partition(|(key, _)| BEFORE.contains(&key.as_str()));
    let entry = formwork_template::Entry {
        key: span,
        node: Node::new(parameters, span),
    };
    *map = first
        .into_iter()
        .chain([("Parameters".to_owned(), entry)])
        .chain(rest)
        .collect();
}
