//! Evaluates the values of a blueprint: `${…}` to constants and CloudFormation functions.
//!
//! A reference is resolved to a [`Resolution`], checked against the [`Position`] that it is used
//! in, and converted to a node. An invalid reference is reported once and becomes an error node,
//! which causes no further problems.

pub(crate) mod constants;
pub(crate) mod context;
mod deferred;
pub(crate) mod engine;
mod expression;
mod functions;
pub(crate) mod interpolate;
mod lexer;
pub(crate) mod position;
mod reference;
mod renamed_functions;
pub(crate) mod requirements;
pub(crate) mod resolution;
pub(crate) mod resolve;
pub(crate) mod text;
mod to_node;

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::scope::Scope;
use crate::scope::symbols::{Instance, StackSymbols, SymbolTable};
use crate::scope::value::error_node;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Entry, Function, Map, Node, Value};
use interpolate::{TextPart, interpolate};
pub(crate) use position::{AllowedValues, Position};
pub(crate) use requirements::StackRequirements;
use resolve::Resolver;
use std::sync::Arc;
use text::{TextPiece, pieces};

/// The number of bytes of a text that are searched for the span of a reference.
const MOST_COUNTED: usize = 64 * 1024;

/// Evaluates the values of one stack, or of the blueprint itself.
pub(crate) struct Evaluator<'e, 'f> {
    pub(crate) context: &'e mut LoadContext<'f>,
    pub(crate) symbols: &'e SymbolTable,
    pub(crate) stack: Option<&'e StackSymbols>,
    /// The scope in which names are resolved.
    pub(crate) scope: Option<&'e Scope>,
    pub(crate) each: Option<&'e Instance>,
    pub(crate) position: Position,
    pub(crate) requirements: StackRequirements,
    /// The number of functions that enclose the value.
    function_depth: usize,
    /// True after a reference to a value that may contain `{{resolve:`.
    allows_dynamic_references: bool,
    /// The remaining budget for the result of the current expression.
    result_budget: expression::ResultBudget,
    /// The inputs that the current expression refers to, with their own spans.
    referenced_inputs: Vec<Arc<Node>>,
}

/// The result of evaluating a text.
#[derive(Debug)]
pub(crate) enum Evaluated {
    /// A value known when rendering.
    Known(Node),
    /// A value known after deployment.
    Reference(Node, ValueShape),
    /// No value: the key or item is left out.
    Removed,
    /// An invalid value. It was reported.
    Invalid,
}

/// The shape of a value that is known after deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueShape {
    /// One value.
    Single,
    /// A list.
    List,
}

/// The position of a reference in a text.
#[derive(Clone, Copy)]
pub(crate) struct At<'t> {
    /// The whole text.
    pub(crate) text: &'t str,
    /// The span of the whole text.
    pub(crate) span: Span,
    /// The first byte of the reference.
    pub(crate) start: usize,
    /// The byte after it.
    pub(crate) end: usize,
}

/// Returns the names in the references of a text, in text order without duplicates, such as
/// `["vars", "cidr"]`.
pub fn references(text: &str) -> Vec<Vec<String>> {
    let mut names: Vec<Vec<String>> = Vec::new();
    for piece in pieces(text) {
        let TextPiece::Reference { inside, .. } = piece else {
            continue;
        };
        let found = match text::plain_path(inside) {
            Some(segments) => vec![segments.into_iter().map(str::to_owned).collect()],
            None => lexer::names(inside)
                .into_iter()
                .map(|name| name.segments)
                .collect(),
        };
        for name in found {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

impl<'e, 'f> Evaluator<'e, 'f> {
    pub(crate) fn new(
        context: &'e mut LoadContext<'f>,
        symbols: &'e SymbolTable,
        stack: Option<&'e StackSymbols>,
    ) -> Self {
        Self {
            context,
            symbols,
            stack,
            scope: stack.map(StackSymbols::root_scope),
            each: None,
            position: Position::known("this"),
            requirements: StackRequirements::default(),
            function_depth: 0,
            allows_dynamic_references: false,
            result_budget: expression::ResultBudget::default(),
            referenced_inputs: Vec::new(),
        }
    }

    /// Returns the resolver for the current scope.
    pub(crate) fn resolver(&self) -> Resolver<'e> {
        Resolver {
            symbols: self.symbols,
            stack: self.stack,
            scope: self.scope,
            each: self.each,
            suggestions: self.context.suggestions,
        }
    }

    /// Evaluates a value at `position`. Returns none if it is left out.
    pub(crate) fn evaluate_at(&mut self, position: Position, node: &Node) -> Option<Node> {
        self.position = position;
        self.evaluate(node)
    }

    /// Evaluates a value. Returns none if it is left out.
    pub(crate) fn evaluate(&mut self, node: &Node) -> Option<Node> {
        let value = match &node.value {
            Value::String(text) if !text::has_references(text) => node.value.clone(),
            Value::String(text) => return self.string(text, node.span),
            Value::List(items) => Value::List(
                items
                    .iter()
                    .filter_map(|item| self.evaluate(item))
                    .collect(),
            ),
            Value::Map(map) => return self.map(map, node),
            other => other.clone(),
        };
        Some(Node::new(value, node.span))
    }

    fn string(&mut self, text: &str, span: Span) -> Option<Node> {
        match self.evaluate_text(text, span) {
            Evaluated::Known(node) | Evaluated::Reference(node, _) => Some(node),
            Evaluated::Invalid => Some(error_node(span)),
            Evaluated::Removed if self.function_depth > 0 => Some(error_node(span)), // `Ref` of `AWS::NoValue`
            Evaluated::Removed => None,
        }
    }

    fn map(&mut self, map: &Map, node: &Node) -> Option<Node> {
        if let Some(replaced) = self.check_full_form(node) {
            return Some(replaced);
        }
        if let Some(renamed) = self.with_template_names(node) {
            return self.function(renamed.as_map()?, &renamed);
        }
        self.function(map, node)
    }

    /// Evaluates a table or a function whose names are those of the template.
    fn function(&mut self, map: &Map, node: &Node) -> Option<Node> {
        let function = node.function().map(|(function, _)| function);
        self.function_depth += usize::from(function.is_some());
        let mut evaluated = Map::default();
        for (key, entry) in map.iter() {
            if text::has_references(key) {
                self.report_reference_in_key(key, entry);
                continue;
            }
            let value = match function {
                Some(Function::Sub) => self.explicit_sub(&entry.node),
                _ => self.evaluate(&entry.node),
            };
            if let Some(value) = value {
                evaluated.insert(key, entry.key, value);
            }
        }
        self.function_depth -= usize::from(function.is_some());
        Some(Node::new(evaluated, node.span))
    }

    /// Evaluates the variables of an explicit `Fn::Sub`. Its text belongs to CloudFormation and is
    /// not evaluated.
    fn explicit_sub(&mut self, argument: &Node) -> Option<Node> {
        let (text, values) = match argument.as_list() {
            Some([text, values]) => (text, Some(values)),
            _ => (argument, None),
        };
        if let Some(name) = text.as_str().and_then(ours_in_sub) {
            let message = format!(
                "`${{{name}}}` is in the text of an explicit `Fn::Sub`, which only CloudFormation evaluates"
            );
            let problem = Problem::error(codes::UNKNOWN_REFERENCE, message).at(text.span, "");
            let help = format!(
                "remove `Fn::Sub`, which formwork adds where it is needed; or pass the value as a variable: `{{ \"Fn::Sub\" = [\"…${{X}}…\", {{ X = \"${{{name}}}\" }}] }}`"
            );
            self.context.report(problem.help(help));
            return Some(Node::new("", argument.span));
        }
        match values {
            Some(values) => {
                let values = self.evaluate(values)?;
                Some(Node::new(vec![text.clone(), values], argument.span))
            }
            None => Some(argument.clone()),
        }
    }

    /// Reports a reference in a key.
    pub(crate) fn report_reference_in_key(&mut self, key: &str, entry: &Entry) {
        let message = format!("`{key}` is a key: references are allowed only in values");
        let problem = Problem::error(codes::REFERENCE_IN_KEY, message).at(entry.key, "");
        let help = "write a literal key; to compute keys, create the table with `json()` or in an expression";
        self.context.report(problem.help(help));
    }

    /// Evaluates a text.
    pub(crate) fn evaluate_text(&mut self, text: &str, span: Span) -> Evaluated {
        if self.context.is_stopped() {
            return Evaluated::Invalid;
        }
        let pieces = pieces(text);
        self.allows_dynamic_references = false;
        if let [TextPiece::Reference { inside, range }] = pieces.as_slice() {
            let at = At {
                text,
                span,
                start: range.start,
                end: range.end,
            };
            let found = self.evaluate_reference(inside, at);
            return self.reject_dynamic_reference(found, 0, span);
        }
        let mut parts = Vec::with_capacity(pieces.len());
        let mut has_error = false;
        let mut dynamic = 0;
        for piece in pieces {
            match piece {
                TextPiece::Literal(literal) => {
                    dynamic += literal.matches("{{resolve:").count();
                    parts.push(TextPart::Text(literal.into_owned()));
                }
                TextPiece::Unclosed { range } => {
                    self.report_unclosed(At {
                        text,
                        span,
                        start: range.start,
                        end: range.end,
                    });
                    has_error = true;
                }
                TextPiece::Reference { inside, range } => {
                    let at = At {
                        text,
                        span,
                        start: range.start,
                        end: range.end,
                    };
                    let found = self.evaluate_reference(inside, at);
                    match self.text_part(found, inside, at) {
                        Some(part) => parts.push(part),
                        None => has_error = true,
                    }
                }
            }
        }
        if has_error {
            return Evaluated::Invalid;
        }
        let found = interpolate(parts, span);
        self.reject_dynamic_reference(found, dynamic, span)
    }

    /// Converts the value of a reference to a part of the text. Returns none if it is invalid.
    fn text_part(&mut self, found: Evaluated, inside: &str, at: At<'_>) -> Option<TextPart> {
        let what = match found {
            Evaluated::Invalid => return None,
            Evaluated::Reference(node, shape) => return Some(TextPart::Reference(node, shape)),
            Evaluated::Known(node) => match interpolate::known_part(&node) {
                Some(part) => return Some(part),
                None => format!("`{inside}` is {}", node.kind()),
            },
            Evaluated::Removed if inside == "env.name" => "no environment was chosen".to_owned(),
            Evaluated::Removed => format!("`{inside}` has no value"),
        };
        let help = match inside {
            "env.name" => "choose one with `--env`, or write `${env.name or '-'}`",
            _ => "inside longer text a value is a string, a number, a boolean or a list of them",
        };
        let problem = Problem::error(
            codes::NOT_A_TEXT,
            format!("{what}, which is not allowed inside longer text"),
        );
        let label = self.label(at);
        self.context.report(problem.at(label, "").help(help));
        None
    }

    /// Reports a dynamic reference that comes from a value and not from the text itself.
    fn reject_dynamic_reference(
        &mut self,
        found: Evaluated,
        written: usize,
        span: Span,
    ) -> Evaluated {
        let node = match &found {
            Evaluated::Known(node) | Evaluated::Reference(node, _) => node,
            _ => return found,
        };
        let mut count = 0;
        node.walk(&mut |node| {
            count += node
                .as_str()
                .map_or(0, |text| text.matches("{{resolve:").count())
        });
        if count <= written || self.allows_dynamic_references {
            return found;
        }
        let message = "the value contains `{{resolve:`, which CloudFormation would evaluate as a dynamic reference";
        let problem = Problem::error(codes::RESOLVE_IN_DATA, message).at(span, "");
        let help = "for a variable that contains one, declare `resolve = true`; otherwise write the dynamic reference in this text";
        self.context.report(problem.help(help));
        Evaluated::Invalid
    }

    fn report_unclosed(&mut self, at: At<'_>) {
        let rest = &at.text[at.start..];
        let line = rest.lines().next().unwrap_or(rest);
        let shown: String = line.chars().take(24).collect();
        let span = self.context.reader.inside_text(at.span, at.ordinal(), "${");
        let problem = Problem::error(codes::UNCLOSED_REFERENCE, "`${` is never closed")
            .at(span, "opened here");
        let help = format!(
            "close it with `}}`; for literal text, write `{}`",
            text::literally(&shown)
        );
        self.context.report(problem.help(help));
    }

    /// Returns the span of a reference. In a very long text, returns the span of the text.
    pub(crate) fn label(&self, at: At<'_>) -> Span {
        if at.start > MOST_COUNTED {
            return at.span;
        }
        self.context
            .reader
            .inside_text(at.span, at.ordinal(), &at.text[at.start..at.end])
    }
}

/// Returns a formwork reference in the text of an explicit `Fn::Sub`.
fn ours_in_sub(text: &str) -> Option<&str> {
    formwork_template::sub::parts(text)
        .into_iter()
        .find_map(|part| match part {
            formwork_template::sub::Part::Reference { name, .. } => {
                let head = name.split_once('.')?.0;
                text::NAMESPACES.contains(&head).then_some(name)
            }
            _ => None,
        })
}

impl At<'_> {
    fn ordinal(&self) -> usize {
        self.text[..self.start].matches("${").count()
    }
}
