//! Binds the inputs of a component: matches the declarations with the values given at the call site
//! and checks them.

use super::variables;
use super::variables::{Declaration, VariableRole};
use super::when::disabled_at;
use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::evaluate::{Evaluated, Evaluator, Position, ValueShape};
use crate::model::StackKey;
use crate::scope::symbols::{Instance, StackSymbols, SymbolTable};
use crate::scope::value::ValueType;
use crate::scope::{Input, InputValue, NameScope, Scope};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Entry, Function, Map, Node, Value};
use std::sync::Arc;

/// The call site of a component, while its inputs are bound.
pub(crate) struct InputBinding<'a> {
    /// The scope that contains `use`.
    pub(crate) scope: &'a Scope,
    pub(crate) each: Option<&'a Instance>,
    /// The table `inputs` of the call site.
    pub(crate) given: Option<&'a Node>,
    /// The component's name for messages.
    pub(crate) component: &'a str,
    /// The span of `use`.
    pub(crate) span: Span,
}

/// Binds the inputs of `scope`, a component.
pub(crate) fn bind(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    binding: &InputBinding<'_>,
    scope: &mut Scope,
) {
    let node = Arc::clone(&scope.node);
    let empty = Map::default();
    let mut table = |node: Option<&'_ Node>| -> Option<Map> {
        Evaluator::new(context, symbols, None)
            .table(node?, "inputs")
            .cloned()
    };
    let declared = table(node.get("inputs")).unwrap_or(empty);
    let given = table(binding.given).unwrap_or_default();
    report_unknown(
        context,
        binding.component,
        &declared,
        &given,
        scope.incomplete,
    );
    if let Some(call_site) = &scope.call_site {
        let places = given
            .iter()
            .map(|(name, entry)| (name.to_owned(), entry.node.span));
        context
            .components
            .given
            .insert(call_site.file, places.collect());
    }
    let has_when = |entry: &Entry| entry.node.as_map().is_some_and(|map| map.contains("when"));
    // Inputs without a `when` come first: a `when` may refer to them.
    for later in [false, true] {
        for (name, entry) in declared.iter() {
            if has_when(entry) == later {
                let input = bind_one(
                    context,
                    symbols,
                    binding,
                    scope,
                    name,
                    entry,
                    given.entry(name),
                );
                scope.inputs.insert(name.to_owned(), input);
            }
        }
    }
}

/// Reports inputs that the component does not declare.
pub(crate) fn report_unknown(
    context: &mut LoadContext<'_>,
    component: &str,
    declared: &Map,
    given: &Map,
    incomplete: bool,
) {
    let names: Vec<&str> = declared.keys().collect();
    for (name, entry) in given.iter() {
        if declared.contains(name) || incomplete {
            continue;
        }
        let message = format!("component `{component}` has no input `{name}`");
        let problem = Problem::error(codes::UNKNOWN_INPUT, message).at(entry.key, "");
        let known = match names.is_empty() {
            true => "it has no inputs".to_owned(),
            false => format!("its inputs are {}", crate::syntax::keys::listed(&names)),
        };
        context.report(
            problem
                .help(known)
                .suggest(context.suggestions.nearest(name, declared.keys())),
        );
    }
}

fn bind_one(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    binding: &InputBinding<'_>,
    scope: &Scope,
    name: &str,
    entry: &Entry,
    given: Option<&Entry>,
) -> Input {
    let mut input = Input {
        declared: entry.key,
        given: given.map(|given| given.node.span),
        kind: None,
        provides: None,
        resolve: false,
        value: InputValue::Invalid,
    };
    if crate::model::VariableName::new(name).is_none() {
        let message = format!(
            "invalid input name `{name}`: use lower-case letters, digits and `_`, beginning with a letter"
        );
        context.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
        return input;
    }
    let declaration = variables::declaration(
        context,
        symbols,
        (name, entry.key),
        &entry.node,
        VariableRole::Input(scope),
    );
    let fields = entry
        .node
        .as_map()
        .filter(|_| entry.node.function().is_none());
    input.kind = declaration.kind;
    input.resolve = declaration.resolve;
    input.provides = fields
        .and_then(|map| map.get("provides"))
        .and_then(|node| provides(context, symbols, node, declaration.kind));
    if let Some(map) = fields
        && let Some(off) = disabled_at(context, symbols, map, Some(scope), None)
    {
        input.value = InputValue::Disabled(off);
        return input;
    }
    if declaration.is_invalid {
        return input;
    }
    if let Some(given) = given {
        let value = given_value(context, symbols, binding, &declaration, &given.node);
        // `${none}` counts as not given.
        if !matches!(&value, InputValue::Known(node) if node.value == Value::Null) {
            input.value = value;
            return input;
        }
        input.given = None;
    }
    let default = fields.map_or(Some(&entry.node), |map| map.get("default"));
    input.value = match (declaration.default, default) {
        (Some(known), _) => InputValue::Known(known.into()),
        (None, Some(node)) => later_default(context, symbols, scope, node),
        (None, None) => {
            report_missing(context, binding, name, entry.key, declaration.kind);
            InputValue::Invalid
        }
    };
    input
}

fn report_missing(
    context: &mut LoadContext<'_>,
    binding: &InputBinding<'_>,
    name: &str,
    declared: Span,
    kind: Option<ValueType>,
) {
    let component = binding.component;
    let message = format!("component `{component}` needs the input `{name}`");
    let problem = Problem::error(codes::MISSING_INPUT, message)
        .at(binding.span, "")
        .at(declared, "declared here");
    let wanted = kind.map_or("a value", ValueType::wanted);
    context.report(problem.help(format!("give it {wanted}: `inputs.{name} = …`")));
}

fn provides(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    kind: Option<ValueType>,
) -> Option<Vec<(String, Span)>> {
    if kind.is_some_and(|kind| kind != ValueType::Stack) {
        let message = "`provides` is for inputs of type `stack`";
        context.report(Problem::error(codes::BAD_VARIABLE, message).at(node.span, ""));
        return None;
    }
    Some(Evaluator::new(context, symbols, None).constant_texts(node, "`provides`"))
}

/// Returns a default that is known only after deployment, or null.
fn later_default(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    scope: &Scope,
    node: &Node,
) -> InputValue {
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = Some(scope);
    match evaluator.resolver().is_known(node) {
        true => InputValue::Known(Arc::default()), // `${none}`, or an error that was reported
        false => InputValue::Deferred(Arc::new(node.clone()), NameScope::Component),
    }
}

/// Returns a given value. Checks it at the call site if it is known when rendering.
fn given_value(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    binding: &InputBinding<'_>,
    declaration: &Declaration,
    node: &Node,
) -> InputValue {
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = Some(binding.scope);
    evaluator.each = binding.each;
    if declaration.kind == Some(ValueType::Stack) || !evaluator.resolver().is_known(node) {
        return InputValue::Deferred(Arc::new(node.clone()), NameScope::Caller);
    }
    let before = evaluator.context.problems.len();
    // A literal text may contain `{{resolve:`; a value from a reference may not.
    let known = match node.as_str() {
        Some(text) if !crate::evaluate::text::has_references(text) => Some(node.clone()),
        _ => evaluator.evaluate_at(Position::known("an input"), node),
    };
    if context.problems.len() > before {
        return InputValue::Invalid;
    }
    let Some(known) = known else {
        return InputValue::Known(Arc::default());
    };
    let mut has_error = false;
    known.walk(&mut |node| has_error |= crate::scope::value::is_error_node(node));
    if has_error {
        return InputValue::Invalid;
    }
    let is_good = declaration.check(context, &known, node.span);
    for problem in context.problems.iter_mut().skip(before) {
        *problem = problem.clone().at(declaration.span, "declared here");
    }
    let is_affordable = context.spend_value_bytes(crate::scope::value::size(&known), node.span);
    match is_good && is_affordable {
        true => InputValue::Known(known.into()),
        false => InputValue::Invalid,
    }
}

/// Resolves the inputs of type stack after all stacks are declared, and checks their `provides`.
pub(crate) fn resolve_stacks(context: &mut LoadContext<'_>, symbols: &mut SymbolTable) {
    let mut found: Vec<(StackKey, usize, String, InputValue)> = Vec::new();
    let keys: Vec<StackKey> = symbols.stacks.keys().cloned().collect();
    for key in keys {
        let count = symbols
            .stacks
            .get(&key)
            .map_or(0, |stack| stack.scopes.len());
        // A component may forward its own input, so outer scopes come first.
        for index in 0..count {
            let Some(stack) = symbols.stacks.get(&key) else {
                continue;
            };
            for (name, input) in &stack.scopes[index].inputs {
                if input.kind == Some(ValueType::Stack)
                    && let InputValue::Deferred(node, by) = &input.value
                {
                    let held = resolve_stack(context, symbols, stack, index, input, node, *by);
                    found.push((key.clone(), index, name.clone(), held));
                }
            }
            for (key, index, name, held) in found.drain(..) {
                let stack = symbols.stacks.get_mut(&key);
                let scope = stack.and_then(|stack| stack.scopes.get_mut(index));
                if let Some(input) = scope.and_then(|scope| scope.inputs.get_mut(&name)) {
                    input.value = held;
                }
            }
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one check after another")]
fn resolve_stack(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    stack: &StackSymbols,
    index: usize,
    input: &Input,
    node: &Node,
    by: NameScope,
) -> InputValue {
    let scope = &stack.scopes[index];
    let mut evaluator = Evaluator::new(context, symbols, Some(stack));
    let Some(resolver) = evaluator.resolver().with_scope(scope.id, by) else {
        return InputValue::Invalid;
    };
    evaluator.scope = resolver.scope;
    evaluator.each = resolver.each;
    evaluator.position = Position::STACK;
    let key = match evaluator.evaluate_value(node) {
        Evaluated::Known(known) => match known.as_str().and_then(StackKey::new) {
            Some(key)
                if symbols.stacks.contains_key(&key) && node.as_str() != Some(key.as_str()) =>
            {
                key
            }
            _ => {
                let problem = wrong_type("the input", "a whole stack", &known);
                context.report(
                    problem
                        .at(input.declared, "declared here")
                        .help("write `${stacks.KEY}`"),
                );
                return InputValue::Invalid;
            }
        },
        Evaluated::Reference(..) | Evaluated::Removed => {
            let problem = wrong_type("the input", "a whole stack", node);
            context.report(problem.help("write `${stacks.KEY}`"));
            return InputValue::Invalid;
        }
        Evaluated::Invalid => return InputValue::Invalid,
    };
    let component = scope
        .call_site
        .as_ref()
        .map_or("", |call_site| &call_site.component);
    let given = &symbols.stacks[&key];
    for (output, span) in input.provides.iter().flatten() {
        let held = given.outputs.get(output);
        let message = match held {
            Some(output) if output.disabled_at.is_none() => continue,
            None if given.incomplete || given.may_add_outputs => continue,
            Some(_) => format!(
                "output `{output}` of stack `{key}` is disabled, and component `{component}` needs it"
            ),
            None => format!(
                "stack `{key}` has no output `{output}`, which component `{component}` needs"
            ),
        };
        let problem = Problem::error(codes::NOT_PROVIDED, message)
            .at(node.span, "")
            .at(*span, "needed here");
        let near = context
            .suggestions
            .nearest(output, given.outputs.keys().map(String::as_str));
        context.report(match near {
            Some(near) if held.is_none() => problem.help(format!("it has `{near}`")),
            _ => problem.help(format!("add it to the `[outputs]` of stack `{key}`")),
        });
    }
    InputValue::Stack(key)
}

/// Checks the inputs that can be evaluated only after all names are declared.
pub(crate) fn check_deferred(evaluator: &mut Evaluator<'_, '_>, scope: &Scope) {
    let outside = (evaluator.scope, evaluator.each);
    for (name, input) in &scope.inputs {
        let InputValue::Deferred(node, by) = &input.value else {
            continue;
        };
        let Some(resolver) = evaluator.resolver().with_scope(scope.id, *by) else {
            continue;
        };
        // The requirements are recorded when the input is used, not here.
        let requirements = std::mem::take(&mut evaluator.requirements);
        evaluator.scope = resolver.scope;
        evaluator.each = resolver.each;
        evaluator.position = Position::INPUT;
        let found = evaluator.evaluate_value(node);
        (evaluator.scope, evaluator.each) = outside;
        evaluator.requirements = requirements;
        if let Some(kind) = input.kind
            && let Some(is) = mismatch(kind, &found)
        {
            let message = format!(
                "expected {} for the input `{name}`, found {is}",
                kind.wanted()
            );
            let problem = Problem::error(codes::WRONG_TYPE, message)
                .at(node.span, format!("must be {}", kind.wanted()))
                .at(input.declared, "declared here");
            evaluator.context.report(problem);
        }
    }
}

/// Returns a description of the value if an input of type `kind` does not take it.
fn mismatch(kind: ValueType, found: &Evaluated) -> Option<&'static str> {
    let is_text = |node: &Node| {
        matches!(
            node.function(),
            Some((Function::Sub | Function::Join | Function::Base64, _))
        )
    };
    match (kind, found) {
        (ValueType::List, Evaluated::Reference(_, ValueShape::List)) => None,
        (ValueType::List, Evaluated::Reference(node, ValueShape::Single)) => {
            match node.function() {
                Some((Function::Ref, _)) => Some("a single value"),
                _ if is_text(node) => Some("a text"),
                _ => None,
            }
        }
        (ValueType::Map, Evaluated::Reference(_, ValueShape::List)) => Some("a list"),
        (ValueType::Map, Evaluated::Reference(node, ValueShape::Single)) => match node.function() {
            Some((Function::Ref, _)) => Some("a single value"),
            _ if is_text(node) => Some("a text"),
            _ => None,
        },
        (ValueType::List | ValueType::Map, Evaluated::Known(node)) => match (kind, &node.value) {
            (ValueType::List, Value::List(_)) | (ValueType::Map, Value::Map(_)) => None,
            _ => Some(node.kind()),
        },
        (_, Evaluated::Reference(_, ValueShape::List)) => Some("a list"),
        (_, Evaluated::Known(node)) => match (&node.value, kind) {
            (Value::String(_), ValueType::String)
            | (Value::Bool(_), ValueType::Boolean)
            | (Value::Number(_), ValueType::Integer | ValueType::Number) => None,
            _ => Some(node.kind()),
        },
        _ => None,
    }
}
