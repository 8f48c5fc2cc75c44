//! Lowers parameters: those in `[parameters]` and the synthetic ones.

use super::Lowering;
use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadMode;
use crate::evaluate::requirements::{SyntheticParameter, ValueSource};
use crate::evaluate::{Evaluated, Position, interpolate, text};
use crate::model::{OutputRef, ParameterSource};
use crate::scope::symbols::{VariableValue, is_list_type};
use crate::scope::value::is_error_node;
use crate::syntax::keys::is_upper;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Map, Node, Parameter, Template, Value};

impl Lowering<'_, '_> {
    /// Lowers `[parameters]` with the values.
    pub(crate) fn declared_parameters(&mut self) -> Map {
        let mut parameters = Map::default();
        let declared = self.scope.node.get("parameters");
        for (own, entry) in declared.into_iter().flat_map(Node::entries) {
            let name = &self.scope.template_name(own);
            let fields = entry.node.as_map(); // another type was reported at the declaration
            let declaration = fields.and_then(|fields| {
                let mut parameter = self.declaration(name, entry.key, fields)?;
                self.source(name, entry.key, fields.get("value"), &mut parameter);
                Some(parameter)
            });
            let parameter = match declaration {
                Some(parameter) => parameter,
                None => {
                    // The problem was reported. This declaration causes no others.
                    let text = |text: &str| Node::new(text, entry.key);
                    let mut parameter = Map::default();
                    parameter.insert("Type", entry.key, text("String"));
                    parameter.insert("Default", entry.key, text(""));
                    parameter
                }
            };
            parameters.insert(
                name.as_str(),
                entry.key,
                Node::new(parameter, entry.node.span),
            );
        }
        parameters
    }

    /// Lowers the CloudFormation part of a declaration. Returns none if it is invalid.
    fn declaration(&mut self, name: &str, span: Span, fields: &Map) -> Option<Map> {
        let mut parameter = Map::default();
        let before = self.evaluator.context.problems.len();
        for (key, field) in fields.iter().filter(|(key, _)| *key != "value") {
            if !is_upper(key) {
                self.report_unknown_key(key, field.key);
                continue;
            }
            let position = Position::known("a parameter's declaration");
            match self.evaluator.evaluate_at(position, &field.node) {
                // The type is not known. It was reported.
                Some(value) if key == "Type" && is_error_node(&value) => {
                    parameter.insert(key, field.key, Node::new("String", value.span));
                }
                Some(value) => {
                    parameter.insert(key, field.key, value);
                }
                None => {}
            }
        }
        if !parameter.contains("Type") {
            let message = format!("missing `Type` of parameter `{name}`");
            let problem = Problem::error(codes::MISSING_TYPE, message).at(span, "");
            self.report(problem.help("give it one, as `Type = \"String\"`"));
        }
        (self.evaluator.context.problems.len() == before).then_some(parameter)
    }

    fn report_unknown_key(&mut self, key: &str, span: Span) {
        const KEYS: [&str; 7] = [
            "value",
            "Type",
            "Default",
            "Description",
            "NoEcho",
            "AllowedValues",
            "AllowedPattern",
        ];
        let message = format!("unknown key `{key}` in a parameter");
        let problem = Problem::error(codes::UNKNOWN_KEY, message).at(span, "");
        let keys = "apart from `value`, the keys are those of CloudFormation: `Type`, `Default`, `AllowedValues`, …";
        self.report(problem.help(keys).suggest(nearest(key, KEYS)));
    }

    /// Assigns the values that a stack gives to the parameters of an existing template.
    pub(crate) fn assigned_parameters(&mut self, template: &Template, map: &Map, root: &mut Node) {
        let empty = Map::default();
        let given = match map.get("parameters") {
            Some(node) => self.evaluator.table(node, "parameters").unwrap_or(&empty),
            None => &empty,
        };
        for (name, entry) in given.iter() {
            if template
                .parameters()
                .any(|parameter| parameter.name == name)
                || self.declared.incomplete
            {
                continue;
            }
            let known: Vec<&str> = template
                .parameters()
                .map(|parameter| parameter.name)
                .collect();
            let problem = Problem::error(
                codes::UNKNOWN_PARAMETER,
                format!("the template has no parameter `{name}`"),
            )
            .at(entry.key, "");
            let near = self.evaluator.context.suggestions.nearest(name, known);
            self.report(problem.suggest(near));
        }
        let Some(parameters) = root.as_map_mut().and_then(|map| map.get_mut("Parameters")) else {
            return;
        };
        for (name, entry) in parameters.as_map_mut().into_iter().flat_map(Map::iter_mut) {
            let said = given.entry(name);
            let span = said.map_or(entry.key, |said| said.node.span);
            if let Some(fields) = entry.node.as_map_mut() {
                let name = name.to_owned();
                self.source(&name, span, said.map(|said| &said.node), fields);
            }
        }
    }

    /// Determines the source of a declared parameter's value.
    fn source(&mut self, name: &str, span: Span, value: Option<&Node>, fields: &mut Map) {
        let Some(value) = value else {
            if !fields.contains("Default") {
                let key = self.declared.key.clone();
                let message = format!("parameter `{name}` has no `Default` and no value");
                let problem = Problem::error(codes::MISSING_PARAMETER, message);
                self.report(match self.declared.template.is_some() {
                    true => problem
                        .at(self.declared.span, "in this stack")
                        .at(span, "declared here")
                        .help(format!(
                            "give it one: `parameters.{name} = …` in stack `{key}`"
                        )),
                    false => problem
                        .at(span, "")
                        .help("give it a `value` or a `Default`"),
                });
            }
            return;
        };
        let kind = fields
            .get("Type")
            .and_then(Node::as_str)
            .unwrap_or("String")
            .to_owned();
        let source = match &value.value {
            Value::String(written) if text::has_references(written) => {
                self.reference(written, value, fields)
            }
            _ => self
                .evaluator
                .evaluate_at(Position::known("a parameter's value"), value)
                .and_then(|node| self.literal(node)),
        };
        match source {
            Some(ParameterSource::Output(output)) => {
                if output.list && !is_list_type(&kind) {
                    let message = format!(
                        "`{}.{}` is a list, and parameter `{name}` is a `{kind}`",
                        output.stack, output.output
                    );
                    let problem = Problem::error(codes::WRONG_TYPE, message).at(value.span, "");
                    self.report(
                        problem.help("make its `Type` a `CommaDelimitedList` or a `List<…>`"),
                    );
                }
                describe(fields, &output, value.span);
                self.sources
                    .insert(name.to_owned(), ParameterSource::Output(output));
            }
            Some(ParameterSource::Literal(literal)) => {
                self.allowed(&literal, &kind, fields, value.span);
                self.sources
                    .insert(name.to_owned(), ParameterSource::Literal(literal));
            }
            Some(source) => {
                self.sources.insert(name.to_owned(), source);
            }
            None => {}
        }
    }

    /// Returns the source that a text with references refers to.
    fn reference(&mut self, written: &str, value: &Node, fields: &Map) -> Option<ParameterSource> {
        self.evaluator.position = Position::PARAMETER;
        let mut requirements = std::mem::take(&mut self.evaluator.requirements);
        let found = self.evaluator.evaluate_text(written, value.span);
        std::mem::swap(&mut requirements, &mut self.evaluator.requirements);
        // The declared parameter replaces the synthetic one. Only the edges and assets are kept.
        self.evaluator
            .requirements
            .output_uses
            .extend(requirements.output_uses);
        let (mut made, whole) = (
            requirements.parameters,
            matches!(
                text::pieces(written).as_slice(),
                [text::TextPiece::Reference { .. }]
            ),
        );
        match found {
            Evaluated::Known(node) => self.literal(node),
            Evaluated::Reference(node, _)
                if whole && made.len() == 1 && node.intrinsic().is_some() =>
            {
                let (source, made) = made.pop()?;
                self.whole_source(source, &made, fields, value.span)
            }
            Evaluated::Reference(..) => {
                let problem = Problem::error(
                    codes::PARAMETER_VALUE,
                    "a parameter's value is a single reference to another stack's output, or is known when rendering",
                );
                let help = "use one parameter for each value, and join them in the template";
                self.report(problem.at(value.span, "").help(help));
                None
            }
            Evaluated::Removed | Evaluated::Invalid => None,
        }
    }

    fn whole_source(
        &mut self,
        source: ValueSource,
        made: &SyntheticParameter,
        fields: &Map,
        span: Span,
    ) -> Option<ParameterSource> {
        match source {
            ValueSource::Output(stack, output) => Some(ParameterSource::Output(OutputRef {
                stack,
                output,
                list: made.list,
                span: made.span,
            })),
            ValueSource::Secret(variable) => {
                let no_echo = fields.get("NoEcho").is_some_and(|node| {
                    node.as_bool() == Some(true)
                        || node
                            .as_str()
                            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
                });
                if !no_echo {
                    let message =
                        format!("`vars.{variable}` is sensitive, and this parameter would show it");
                    let problem = Problem::error(codes::SENSITIVE_VALUE, message).at(span, "");
                    self.report(problem.help("declare the parameter with `NoEcho = true`"));
                    return None;
                }
                match self.evaluator.symbols.variables.get(&variable) {
                    Some(VariableValue::Secret(secret)) => {
                        Some(ParameterSource::Secret(secret.clone()))
                    }
                    _ => None,
                }
            }
        }
    }

    /// Converts a known value to the text that is sent to CloudFormation.
    fn literal(&mut self, node: Node) -> Option<ParameterSource> {
        if is_error_node(&node) {
            return None;
        }
        let text = match &node.value {
            Value::List(items) => self.list_text(items, node.span)?,
            _ => match interpolate::scalar(&node) {
                Some(text) => text,
                None => {
                    self.report(wrong_type(
                        "a parameter's value",
                        "a string or a list of strings",
                        &node,
                    ));
                    return None;
                }
            },
        };
        Some(ParameterSource::Literal(text))
    }

    /// Converts a list to text, joined by commas.
    pub(crate) fn list_text(&mut self, items: &[Node], span: Span) -> Option<String> {
        if items.is_empty() {
            let problem = Problem::error(
                codes::LIST_ITEM,
                "cannot pass an empty list between stacks: it would become a list of one empty string",
            )
            .at(span, "");
            self.report(problem.help(
                "disable the output or parameter with `when`, or use a default in the other stack",
            ));
            return None;
        }
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let text = interpolate::scalar(item);
            match text {
                Some(text) if text.contains(',') || text.trim() != text => {
                    let why = if text.contains(',') {
                        "a comma"
                    } else {
                        "leading or trailing spaces"
                    };
                    let problem = Problem::error(
                        codes::LIST_ITEM,
                        format!("`{text}` contains {why}, which a list cannot keep when it is passed between stacks"),
                    )
                    .at(item.span, "");
                    self.report(problem.help(
                        "a list is passed between stacks as text joined by commas; use an output of its own for this value",
                    ));
                    return None;
                }
                Some(text) => texts.push(text),
                None => {
                    self.report(wrong_type("an item of a list", "a string", item));
                    return None;
                }
            }
        }
        Some(texts.join(","))
    }

    /// Reports a value that the parameter's declaration does not allow.
    fn allowed(&mut self, literal: &str, kind: &str, fields: &Map, span: Span) {
        if self.evaluator.context.mode == LoadMode::RenderOnly {
            return;
        }
        let node = Node::new(fields.clone(), span);
        if node.get("Type").and_then(Node::as_str).is_none() {
            return; // reported by the check of the template
        }
        let parameter = Parameter {
            name: "",
            name_span: span,
            node: &node,
        };
        let Some(refusal) = parameter.violation(literal) else {
            return;
        };
        let problem = Problem::error(codes::PARAMETER_VALUE, refusal).at(span, "");
        let allowed = fields.get("AllowedValues").and_then(Node::as_list);
        let allowed: Vec<String> = allowed
            .unwrap_or_default()
            .iter()
            .filter_map(interpolate::scalar)
            .collect();
        let allowed = allowed.iter().map(String::as_str);
        let near = self.evaluator.context.suggestions.nearest(literal, allowed);
        self.report(problem.suggest(near.filter(|_| !is_list_type(kind))));
    }

    /// Returns the declaration and the source of a synthetic parameter.
    pub(crate) fn synthetic_parameter(
        &mut self,
        source: &ValueSource,
        made: &SyntheticParameter,
    ) -> (Node, Option<ParameterSource>) {
        let span = made.span;
        let mut fields = Map::default();
        let kind = if made.list {
            "CommaDelimitedList"
        } else {
            "String"
        };
        fields.insert("Type", span, Node::new(kind, span));
        let source = match source {
            ValueSource::Output(stack, output) => {
                let output = OutputRef {
                    stack: stack.clone(),
                    output: output.clone(),
                    list: made.list,
                    span,
                };
                describe(&mut fields, &output, span);
                Some(ParameterSource::Output(output))
            }
            ValueSource::Secret(variable) => {
                fields.insert("NoEcho", span, Node::new(true, span));
                match self.evaluator.symbols.variables.get(variable) {
                    Some(VariableValue::Secret(secret)) => {
                        Some(ParameterSource::Secret(secret.clone()))
                    }
                    _ => None,
                }
            }
        };
        (Node::new(fields, span), source)
    }
}

/// Adds the source of the value to the parameter's description. The dependencies of deployed stacks
/// are read from it.
fn describe(fields: &mut Map, output: &OutputRef, span: Span) {
    let ours = format!("formwork: from {}.{}", output.stack, output.output);
    let own = fields
        .get("Description")
        .and_then(Node::as_str)
        .filter(|own| !own.is_empty());
    let text = match own {
        Some(own) => format!("{own}\n{ours}"),
        None => ours,
    };
    let span = fields.get("Description").map_or(span, |node| node.span);
    fields.insert("Description", span, Node::new(text, span));
}
