//! Lowers outputs to strings. Lists are joined by commas.

use super::Lowering;
use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::{Position, interpolate};
use crate::scope::value::{error_node, is_error_node};
use crate::syntax::keys::OUTPUT;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Entry, Map, Node, Value};

impl Lowering<'_, '_> {
    /// Lowers the outputs of the current scope.
    pub(crate) fn outputs(&mut self, outputs: &mut Map) {
        let declared = self.declared;
        let scope = self.scope;
        let written = scope.node.get("outputs");
        for (name, entry) in written.into_iter().flat_map(Node::entries) {
            let list = match declared.outputs.get(name) {
                Some(output) if output.disabled_at.is_none() && output.scope == scope.id => {
                    output.list
                }
                _ => continue,
            };
            self.output(name, entry, list, outputs);
        }
    }

    fn output(&mut self, name: &str, entry: &Entry, list: bool, outputs: &mut Map) {
        let mut output = Map::default();
        let value = match entry.node.as_map() {
            Some(fields) if entry.node.function().is_none() => {
                self.fields(name, entry.key, fields, &mut output)
            }
            _ => Some(&entry.node),
        };
        if let Some(value) = value {
            let node = self.value(value, list);
            output.insert("Value", value.span, node);
            outputs.insert(name, entry.key, Node::new(output, entry.node.span));
        }
    }

    /// Reports the problems of a component's outputs. Their values are evaluated where they are
    /// used.
    pub(crate) fn check_outputs(&mut self) {
        let scope = self.scope;
        let requirements = std::mem::take(&mut self.evaluator.requirements);
        let written = scope.node.get("outputs");
        for (name, entry) in written.into_iter().flat_map(Node::entries) {
            if scope.outputs.get(name) != Some(&None) {
                continue;
            }
            let value = match entry.node.as_map() {
                Some(fields) if entry.node.function().is_none() => {
                    self.fields(name, entry.key, fields, &mut Map::default())
                }
                _ => Some(&entry.node),
            };
            if let Some(value) = value {
                self.evaluator.evaluate_at(Position::PROPERTY, value);
            }
        }
        self.evaluator.requirements = requirements;
    }

    /// Lowers the other fields of an output. Returns the value.
    fn fields<'n>(
        &mut self,
        name: &str,
        key: Span,
        fields: &'n Map,
        output: &mut Map,
    ) -> Option<&'n Node> {
        let before = self.evaluator.context.problems.len();
        self.evaluator
            .context
            .check_keys(fields, &OUTPUT, |_, _| None);
        for (wrong, entry) in fields
            .iter()
            .filter(|(key, _)| crate::syntax::keys::is_upper(key))
        {
            let message = format!("unknown key `{wrong}` in an output");
            let problem = Problem::error(codes::UNKNOWN_KEY, message).at(entry.key, "");
            self.report(match wrong {
                "Value" | "Description" | "Export" | "Condition" => {
                    problem.help(format!("write `{}`", wrong.to_lowercase()))
                }
                _ => problem.help(format!(
                    "if `{name}` is a resource, its header is `[{name}]`, outside of `[outputs]`"
                )),
            });
        }
        if let Some(field) = fields.entry("description")
            && let Some(text) = self.evaluator.constant_text(&field.node, "a description")
        {
            output.insert("Description", field.key, Node::new(text, field.node.span));
        }
        if let Some(field) = fields.entry("condition")
            && let Some(text) = self.evaluator.constant_text(&field.node, "`condition`")
        {
            let name = self.scope.condition(&text).into_owned();
            output.insert("Condition", field.key, Node::new(name, field.node.span));
        }
        if let Some(field) = fields.entry("export") {
            let export = self
                .evaluator
                .evaluate_at(Position::parameters("an export's name"), &field.node);
            if let Some(export) = export {
                let span = field.node.span;
                if export.as_str().is_none() && export.as_map().is_none() {
                    self.report(wrong_type("`export`", "a string", &export));
                } else {
                    output.insert("Export", field.key, Node::single("Name", export, span));
                }
            }
        }
        let value = fields.get("value");
        // An unknown key was probably meant to be the value.
        if value.is_none() && self.evaluator.context.problems.len() == before {
            let problem = Problem::error(
                codes::MISSING_VALUE,
                format!("output `{name}` has no `value`"),
            )
            .at(key, "");
            self.report(problem.help(format!(
                "write `{name} = \"…\"`, or give the table a `value`"
            )));
        }
        value
    }

    fn value(&mut self, written: &Node, list: bool) -> Node {
        let span = written.span;
        let Some(node) = self
            .evaluator
            .evaluate_at(Position::deployed("an output"), written)
        else {
            let problem =
                Problem::error(codes::MISSING_VALUE, "the output has no value").at(span, "");
            self.report(problem.help("to leave out an output, add a `when`"));
            return error_node(span);
        };
        if is_error_node(&node) {
            return node;
        }
        match &node.value {
            Value::Bool(truth) if written.as_bool().is_some() => {
                let message = "expected a string or a list for an output, found a boolean";
                let problem = Problem::error(codes::WRONG_TYPE, message).at(span, "");
                self.report(problem.help(format!(
                    "write `\"{truth}\"`; if it is a property, it is under the wrong header: move it above `[outputs]`, under its resource's"
                )));
                error_node(span)
            }
            Value::List(items) if items.iter().all(|item| item.intrinsic().is_none()) => {
                match self.list_text(items, span) {
                    Some(text) => Node::new(text, span),
                    None => error_node(span),
                }
            }
            Value::List(items) => {
                let literals: Vec<Node> = items
                    .iter()
                    .filter(|item| item.intrinsic().is_none())
                    .cloned()
                    .collect();
                if !literals.is_empty() {
                    self.list_text(&literals, span);
                }
                interpolate::join(",", node, span)
            }
            Value::Map(_) if node.function().is_some() && list => {
                interpolate::join(",", node, span)
            }
            Value::Map(_) if node.function().is_some() => node,
            _ => match interpolate::scalar(&node) {
                Some(text) => Node::new(text, span),
                None => {
                    self.report(wrong_type(
                        "an output",
                        "a string or a list of strings",
                        &node,
                    ));
                    error_node(span)
                }
            },
        }
    }
}
