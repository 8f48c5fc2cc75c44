//! Evaluates expressions in references: resolves their names, runs MiniJinja, and converts the
//! result to a node.

use super::engine::{Bindings, DeployTimeValue, Expression, ExpressionOutcome};
use super::lexer::{NamePath, UsedAs};
use super::reference::is_literal;
use super::resolution::{Resolution, ResolveError};
use super::text::NAMESPACES;
use super::text::literal_help;
use super::{At, Evaluated, Evaluator, ValueShape};
use crate::limits::{EXPRESSION_RESULT_VALUES, VALUE_BYTES};
use crate::scope::InputValue;
use crate::scope::symbols::Instances;
use crate::scope::value::error_node;
use crate::{codes, limits};
use formwork_template::diagnostics::Problem;
use formwork_template::{Map, Node, Number};
use minijinja::Value as Jinja;
use minijinja::value::ValueKind;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The budget for the result of an expression.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResultBudget {
    values: usize,
    /// The bytes of all texts together: a list may contain a text many times.
    bytes: usize,
}

impl ResultBudget {
    const FULL: Self = Self {
        values: EXPRESSION_RESULT_VALUES,
        bytes: limits::EXPRESSION_TEXT_BYTES,
    };

    fn taken(self) -> usize {
        let values = Self::FULL.values - self.values;
        values * VALUE_BYTES + Self::FULL.bytes - self.bytes
    }
}

impl Evaluator<'_, '_> {
    /// Evaluates an expression.
    pub(crate) fn evaluate_expression(&mut self, inside: &str, at: At<'_>) -> Evaluated {
        if inside.len() > limits::EXPRESSION_BYTES {
            let message = format!(
                "the expression has {} bytes, at most {} are allowed",
                inside.len(),
                limits::EXPRESSION_BYTES
            );
            let problem = Problem::error(codes::EXPRESSION, message).at(self.label(at), "");
            self.context
                .problems
                .push(problem.help(
                    "put the value into a variable, or the text into a file: `${file('…')}`",
                ));
            return Evaluated::Invalid;
        }
        if self.context.is_spent() {
            return Evaluated::Invalid;
        }
        let engine = &mut self.context.engine;
        if engine.is_spent() {
            return Evaluated::Invalid;
        }
        let expression = match engine.read(inside) {
            Ok(expression) => expression,
            Err((message, range)) => return self.report_expression(message, range, inside, at),
        };
        let bindings = match self.bind_names(&expression, inside, at) {
            Ok(bindings) => bindings,
            Err(invalid) => return invalid,
        };
        let value = match self.run(&expression, inside, &bindings.names, at) {
            Ok(value) => value,
            Err((message, range)) => return self.report_expression(message, range, inside, at),
        };
        if bindings.has_observed_unknown() {
            return self.report_computation("a value", at);
        }
        self.result_budget = ResultBudget::FULL;
        match self.result(&value, at, 0) {
            Ok(Evaluated::Known(node)) if !self.spend(&node, at) => Evaluated::Invalid,
            Ok(found) => found,
            Err(message) => {
                // A discarded result counts too.
                self.context
                    .spend_value_bytes(self.result_budget.taken(), at.span);
                self.report_expression(message, None, inside, at)
            }
        }
    }

    /// Returns the values of all names in an expression.
    fn bind_names(
        &mut self,
        expression: &Expression<'_>,
        inside: &str,
        at: At<'_>,
    ) -> Result<Bindings, Evaluated> {
        self.referenced_inputs.clear();
        let mut bindings = Bindings::default();
        let mut failed = false;
        let mut has_unknown = false;
        for name in &expression.names {
            // One unknown name is enough: the text is probably not an expression.
            let is_namespace = NAMESPACES.contains(&name.segments[0].as_str());
            if has_unknown && !is_namespace {
                continue;
            }
            let found = self.bind(name, &mut bindings, at, inside);
            failed |= !found;
            if bindings.values > limits::EXPRESSION_INPUT_VALUES {
                break;
            }
            has_unknown |= !found && !is_namespace;
        }
        self.context.engine.take(bindings.values);
        if bindings.values > limits::EXPRESSION_INPUT_VALUES {
            let most = limits::EXPRESSION_INPUT_VALUES;
            let message = format!("the names in the expression have more than {most} values");
            return Err(self.report_expression(message, None, inside, at));
        }
        if failed {
            return Err(Evaluated::Invalid);
        }
        Ok(bindings)
    }

    /// Runs an expression and reads the files that it needs.
    fn run(
        &mut self,
        expression: &Expression<'_>,
        inside: &str,
        bindings: &BTreeMap<String, Jinja>,
        at: At<'_>,
    ) -> Result<Jinja, (String, Option<Range<usize>>)> {
        let context = &mut *self.context;
        let engine = &mut context.engine;
        engine.forget();
        loop {
            match engine.evaluate(expression, inside, bindings.clone()) {
                ExpressionOutcome::Value(value) => return Ok(value),
                ExpressionOutcome::Invalid(message, range) => return Err((message, range)),
                ExpressionOutcome::NeedsFile(path) => {
                    let read = context.reader.read_named(at.span.file, &path);
                    let text = read
                        .map(|file| context.reader.text(file).to_string())
                        .map_err(|unread| unread.message);
                    engine.give(path, text);
                }
            }
        }
    }

    /// Adds the value of a name to the bindings. Returns false if the name is invalid.
    fn bind(&mut self, name: &NamePath, bindings: &mut Bindings, at: At<'_>, inside: &str) -> bool {
        let segments: Vec<&str> = name.segments.iter().map(String::as_str).collect();
        self.mark_used(&segments);
        let head = segments[0];
        if name.used_as == UsedAs::Function && segments.len() == 1 {
            let engine = &self.context.engine;
            if engine.has_function(head) {
                return true;
            }
            let functions = engine.functions();
            let mut error =
                ResolveError::new(codes::EXPRESSION, format!("unknown function `{head}`"));
            let near = self
                .context
                .suggestions
                .nearest(head, functions.iter().map(String::as_str));
            error.suggestion = near.map(|near| inside.replacen(head, near, 1));
            self.report_unresolved(error, at, Some((name, inside)));
            return false;
        }
        if segments.len() == 1 && NAMESPACES.contains(&head) {
            let table = self.namespace_table(head, bindings);
            bindings.names.insert(head.to_owned(), table);
            return true;
        }
        let resolution = match self.resolver().resolve(&segments) {
            Ok(Resolution::Invalid) => return false,
            Ok(resolution) => resolution,
            Err(error) => {
                self.report_unresolved(error, at, Some((name, inside)));
                return false;
            }
        };
        if let Resolution::Secret(_) = &resolution {
            let what = "an expression";
            let message = format!(
                "`{}` is sensitive and not allowed in {what}",
                segments.join(".")
            );
            let problem = Problem::error(codes::SENSITIVE_VALUE, message).at(self.label(at), "");
            let help = "refer to it directly: `${vars.…}`, alone or inside longer text";
            self.context.report(problem.help(help));
            return false;
        }
        let is_list = matches!(
            resolution,
            Resolution::Resources(_) | Resolution::Attributes(..) | Resolution::Several(_)
        );
        if name.used_as == UsedAs::Operand && resolution.is_known_after_deploy() && !is_list {
            self.report_computation(&format!("`{}`", segments.join(".")), at);
            return false;
        }
        if let (Resolution::Value(node), "inputs") = (&resolution, head) {
            self.referenced_inputs.push(Arc::clone(node));
        }
        self.insert(&segments, resolution, bindings);
        true
    }

    /// Adds `resolution` to the bindings under the path `segments`.
    fn insert(&self, segments: &[&str], resolution: Resolution, bindings: &mut Bindings) {
        let depth = match segments[0] {
            "stacks" => 3,
            "inputs" if self.is_stack(segments) => segments.len(),
            head if NAMESPACES.contains(&head) => 2,
            _ if self.is_component(segments[0]) => segments.len(),
            _ => 1,
        };
        // MiniJinja looks up the rest of the path.
        let known = &segments[..depth.min(segments.len())];
        let resolution = match known.len() == segments.len() {
            true => resolution,
            false => self.resolver().resolve(known).unwrap_or(resolution),
        };
        let value = bindings.value(resolution);
        let (first, rest) = (known[0], &known[1..]);
        let value = with(bindings.names.get(first), rest, value);
        bindings.names.insert(first.to_owned(), value);
    }

    fn is_stack(&self, segments: &[&str]) -> bool {
        let path = &segments[..segments.len().min(2)];
        let input = self.scope.zip(path.get(1));
        let input = input.and_then(|(scope, name)| scope.inputs.get(*name));
        // A known value is not a stack; resolving it could be expensive.
        let is_known = input.is_some_and(|input| matches!(input.value, InputValue::Known(_)));
        !is_known && matches!(self.resolver().resolve(path), Ok(Resolution::Stack(_)))
    }

    fn is_component(&self, id: &str) -> bool {
        let found = self.stack.zip(self.scope);
        let resource = found.and_then(|(stack, scope)| stack.resource(scope, id));
        resource.is_some_and(|(_, resource)| matches!(resource.instances, Instances::Component(_)))
    }

    /// Returns all values of a namespace, for a lookup with a computed key.
    fn namespace_table(&mut self, head: &str, bindings: &mut Bindings) -> Jinja {
        let mut table: BTreeMap<String, Jinja> = BTreeMap::new();
        let keys = self.namespace_keys(head);
        for key in keys {
            let mut segments = vec![head];
            segments.extend(key.iter().map(String::as_str));
            if let Ok(resolution) = self.resolver().resolve(&segments) {
                let value = bindings.value(resolution);
                let rest: Vec<&str> = segments[2..].to_vec();
                let value = with(table.get(segments[1]), &rest, value);
                table.insert(segments[1].to_owned(), value);
            }
        }
        Jinja::from(table)
    }

    /// Returns the paths of all names in a namespace.
    fn namespace_keys(&mut self, head: &str) -> Vec<Vec<String>> {
        match head {
            "vars" => {
                let all = 0..self.symbols.variables.len();
                self.context.used_variables.extend(all);
                self.symbols
                    .variables
                    .keys()
                    .map(|name| vec![name.to_string()])
                    .collect()
            }
            "stacks" => {
                let outputs = |key: &str| {
                    self.symbols
                        .stacks
                        .get(key)
                        .map(|stack| stack.outputs.keys().cloned().collect::<Vec<_>>())
                };
                let keys = self.symbols.stacks.keys().map(|key| key.as_str());
                keys.flat_map(|key| {
                    let names = outputs(key).unwrap_or_default();
                    names
                        .into_iter()
                        .map(move |name| vec![key.to_owned(), name])
                })
                .collect()
            }
            "resources" => {
                let resources = self
                    .scope
                    .into_iter()
                    .flat_map(|scope| scope.resources.iter());
                let known = resources
                    .filter(|(_, resource)| !matches!(resource.instances, Instances::Unknown(_)));
                known.map(|(id, _)| vec![id.clone()]).collect()
            }
            "assets" => self
                .symbols
                .assets
                .keys()
                .map(|name| vec![name.to_string()])
                .collect(),
            "inputs" => self
                .scope
                .into_iter()
                .flat_map(|scope| scope.inputs.keys())
                .map(|name| vec![name.clone()])
                .collect(),
            "each" => ["key", "value", "index"]
                .map(|key| vec![key.to_owned()])
                .into(),
            _ => vec![vec!["name".to_owned()]],
        }
    }

    /// Converts the value of an expression to a node.
    fn result(&mut self, value: &Jinja, at: At<'_>, depth: usize) -> Result<Evaluated, String> {
        let span = at.span;
        if depth > limits::NESTING {
            return Err("the value nests too deep".to_owned());
        }
        self.result_budget.values = self.result_budget.values.checked_sub(1).ok_or_else(|| {
            format!("the expression returns more than {EXPRESSION_RESULT_VALUES} values")
        })?;
        if let Some(deploy_time) = value.downcast_object_ref::<DeployTimeValue>() {
            return Ok(match deploy_time.resolution.clone() {
                Resolution::Secret(variable) => {
                    let message =
                        format!("`vars.{variable}` is sensitive and not allowed in an expression");
                    let problem =
                        Problem::error(codes::SENSITIVE_VALUE, message).at(self.label(at), "");
                    self.context.report(
                        problem.help(format!("refer to it directly: `${{vars.{variable}}}`")),
                    );
                    Evaluated::Invalid
                }
                resolution => self.evaluate_resolution(resolution, at),
            });
        }
        let node = match value.kind() {
            ValueKind::None => return Ok(Evaluated::Removed),
            ValueKind::Undefined => return Err("the expression has no value".to_owned()),
            ValueKind::Bool => Node::new(value.is_true(), span),
            ValueKind::Number => Node::new(number(value)?, span),
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                let bytes = self.result_budget.bytes.checked_sub(text.len());
                self.result_budget.bytes = bytes.ok_or_else(|| {
                    let most = limits::EXPRESSION_TEXT_BYTES;
                    format!("the expression returns more than {most} bytes of text")
                })?;
                Node::new(text, span)
            }
            ValueKind::Seq | ValueKind::Iterable => return self.list_result(value, at, depth),
            ValueKind::Map => return self.table_result(value, at, depth),
            kind => {
                return Err(format!(
                    "the expression returns a {kind}, which a template cannot contain"
                ));
            }
        };
        Ok(Evaluated::Known(self.with_input_span(node)))
    }

    /// Returns the input with its own span if `node` is equal to a whole input.
    fn with_input_span(&self, node: Node) -> Node {
        let given = self.referenced_inputs.iter().find(|given| ***given == node);
        given.map_or(node, |given| Node::clone(given))
    }

    fn list_result(
        &mut self,
        value: &Jinja,
        at: At<'_>,
        depth: usize,
    ) -> Result<Evaluated, String> {
        let mut items = Vec::new();
        for item in value.try_iter().map_err(|error| error.to_string())? {
            match self.result(&item, at, depth + 1)? {
                Evaluated::Known(node) | Evaluated::Reference(node, _) => items.push(node),
                Evaluated::Removed => {}
                Evaluated::Invalid => items.push(error_node(at.span)),
            }
        }
        let references = !items.is_empty() && items.iter().all(|item| item.intrinsic().is_some());
        let node = Node::new(items, at.span);
        Ok(match references {
            true => Evaluated::Reference(node, ValueShape::List),
            false => Evaluated::Known(self.with_input_span(node)),
        })
    }

    fn table_result(
        &mut self,
        value: &Jinja,
        at: At<'_>,
        depth: usize,
    ) -> Result<Evaluated, String> {
        let mut map = Map::default();
        for key in value.try_iter().map_err(|error| error.to_string())? {
            let item = value.get_item(&key).map_err(|error| error.to_string())?;
            let name = match key.as_str() {
                Some(name) => name.to_owned(),
                None => key.to_string(),
            };
            match self.result(&item, at, depth + 1)? {
                Evaluated::Known(node) | Evaluated::Reference(node, _) => {
                    map.insert(name, at.span, node);
                }
                Evaluated::Removed => {}
                Evaluated::Invalid => {
                    map.insert(name, at.span, error_node(at.span));
                }
            }
        }
        Ok(Evaluated::Known(
            self.with_input_span(Node::new(map, at.span)),
        ))
    }

    fn report_computation(&mut self, what: &str, at: At<'_>) -> Evaluated {
        let message = format!("cannot compute with {what} that is known only after deployment");
        let problem = Problem::error(codes::COMPUTED_TOO_EARLY, message).at(self.label(at), "");
        let help = "an expression can select, list and return it; to compare or join it, use CloudFormation's functions, as `{ \"Fn::If\" = […] }`";
        self.context.report(problem.help(help));
        Evaluated::Invalid
    }

    /// Reports an invalid expression.
    fn report_expression(
        &mut self,
        message: String,
        range: Option<Range<usize>>,
        inside: &str,
        at: At<'_>,
    ) -> Evaluated {
        let reference = &at.text[at.start..at.end];
        let part = range
            .and_then(|range| inside.get(range))
            .filter(|part| !part.is_empty() && *part != inside);
        let message = match part {
            Some(part) => format!("{message}, at `{part}`"),
            None => message,
        };
        let mut problem = Problem::error(codes::EXPRESSION, message).at(self.label(at), "");
        if reference.starts_with("${") && is_literal(at, false) {
            problem = problem.help(literal_help(reference));
        }
        self.context.report(problem);
        Evaluated::Invalid
    }
}

/// Returns `old` with `value` inserted at `path`.
fn with(old: Option<&Jinja>, path: &[&str], value: Jinja) -> Jinja {
    let Some((first, rest)) = path.split_first() else {
        return value;
    };
    let mut table: BTreeMap<String, Jinja> = BTreeMap::new();
    if let Some(old) = old {
        for key in old.try_iter().into_iter().flatten() {
            if let (Some(name), Ok(item)) = (key.as_str(), old.get_item(&key)) {
                table.insert(name.to_owned(), item);
            }
        }
    }
    let inner = with(table.get(*first), rest, value);
    table.insert((*first).to_owned(), inner);
    Jinja::from(table)
}

fn number(value: &Jinja) -> Result<Number, String> {
    if value.is_integer() {
        return match value.as_i64() {
            Some(number) => Ok(number.into()),
            None => Err(format!("`{value}` is too large a number")),
        };
    }
    let float: f64 = value
        .to_string()
        .parse()
        .map_err(|_| format!("`{value}` is not a number"))?;
    Number::from_f64(float)
        .ok_or_else(|| format!("`{value}` is not a number that CloudFormation supports"))
}
