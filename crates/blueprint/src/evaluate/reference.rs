//! Evaluates one `${…}`: plain paths are resolved directly, all others are expressions.

use super::lexer::{NamePath, UsedAs};
use super::resolution::{Resolution, ResolveError};
use super::text::{is_foreign, is_script, literal_help, plain_path};
use super::{At, Evaluated, Evaluator, lexer, resolve, text};
use crate::codes;
use crate::scope::symbols::Instances;
use crate::scope::value::error_node;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Intrinsic, Node};

impl Evaluator<'_, '_> {
    /// Evaluates the text between the braces of a reference.
    pub(crate) fn evaluate_reference(&mut self, inside: &str, at: At<'_>) -> Evaluated {
        if let Some(segments) = plain_path(inside) {
            self.mark_used(&segments);
            let resolution = match segments.as_slice() {
                [pseudo] if pseudo.starts_with("AWS::") => resolve::pseudo(pseudo),
                segments => self.resolver().resolve(segments),
            };
            return match resolution {
                // A given value keeps its span: that is where it can be fixed.
                Ok(Resolution::Value(node)) if is_given(&segments, &node) => {
                    match self.spend(&node, at) {
                        true => Evaluated::Known(Node::clone(&node)),
                        false => Evaluated::Invalid,
                    }
                }
                Ok(resolution) => self.evaluate_resolution(resolution, at),
                Err(error) => self.report_unresolved(error, at, None),
            };
        }
        if inside.is_empty() {
            let error = ResolveError::new(codes::UNKNOWN_REFERENCE, "empty reference");
            return self.report_unresolved(error, at, None);
        }
        if lexer::is_number(inside) {
            let message =
                format!("invalid reference `${{{inside}}}`: expected a name, found a number");
            return self.report_unresolved(ResolveError::new(codes::EXPRESSION, message), at, None);
        }
        self.evaluate_expression(inside, at)
    }

    /// Evaluates a `when` to a boolean.
    pub(crate) fn evaluate_condition(&mut self, text: &str, span: Span) -> Option<bool> {
        let found = if text::has_references(text) {
            let problem = Problem::error(
                codes::EXPRESSION,
                "`when` is an expression already, without `${}`",
            )
            .at(span, "");
            let bare = text
                .trim()
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'));
            let help = format!("write `{}`", bare.unwrap_or("vars.name == 'value'"));
            self.context.report(problem.help(help));
            return None;
        } else {
            let at = At {
                text,
                span,
                start: 0,
                end: text.len(),
            };
            self.evaluate_expression(text.trim(), at)
        };
        match found {
            Evaluated::Known(node) => match node.as_bool() {
                Some(truth) => Some(truth),
                None => {
                    let message = format!("expected a boolean for `when`, found {}", node.kind());
                    let problem = Problem::error(codes::WRONG_TYPE, message).at(span, "");
                    self.context.report(
                        problem.help("compare it: `vars.x == 'value'`, `vars.list | length > 0`"),
                    );
                    None
                }
            },
            Evaluated::Removed => Some(false),
            Evaluated::Reference(..) | Evaluated::Invalid => None,
        }
    }

    /// Reports a name that cannot be resolved.
    pub(crate) fn report_unresolved(
        &mut self,
        error: ResolveError,
        at: At<'_>,
        within: Option<(&NamePath, &str)>,
    ) -> Evaluated {
        let bare = !at.text[at.start..].starts_with("${"); // a `when`
        let reference = &at.text[at.start..at.end];
        let problem = Problem::error(error.code, error.message).at(self.label(at), "");
        if let Some(meant) = &error.suggestion {
            // The suggested name is probably used, so it is not reported as unused.
            self.mark_used(&meant.split('.').collect::<Vec<_>>());
        }
        let instead = error.suggestion.map(|instead| match within {
            Some((name, inside)) if name.segments.len() > 1 || name.used_as != UsedAs::Function => {
                let mut fixed = inside.to_owned();
                fixed.replace_range(name.range.clone(), &instead);
                fixed
            }
            _ => instead,
        });
        let literal = (!bare && is_literal(at, instead.is_some() || error.help.is_some()))
            .then(|| literal_help(reference));
        let help = match (instead, bare) {
            (Some(instead), false) => Some(format!("did you mean `${{{instead}}}`?")),
            (Some(instead), true) => Some(format!("did you mean `{instead}`?")),
            (None, _) => error.help,
        };
        let help = match (help, literal) {
            (Some(help), Some(literal)) if help.ends_with('?') => {
                Some(format!("{help} {}", literal.replacen("for", "For", 1)))
            }
            (Some(help), Some(literal)) => Some(format!("{help}; {literal}")),
            (help, literal) => help.or(literal),
        };
        let problem = match help {
            Some(help) => problem.help(help),
            None => problem,
        };
        self.context.report(problem);
        Evaluated::Invalid
    }

    /// Checks a `Ref` or `Fn::GetAtt` to a resource that is disabled, repeated or a component.
    /// Returns a replacement if it is invalid.
    pub(crate) fn check_full_form(&mut self, node: &Node) -> Option<Node> {
        let (stack, scope) = (self.stack?, self.scope?);
        let (id, form) = match node.intrinsic()? {
            Intrinsic::Ref(id) => (id, format!("${{{id}}}")),
            Intrinsic::GetAtt { resource, .. } => (resource, format!("${{{resource}.*.…}}")),
            _ => return None,
        };
        let (_, resource) = stack.resource(scope, id)?;
        let problem = match (&resource.instances, resource.disabled_at) {
            (_, Some(off)) => {
                let message = format!("resource `{id}` is disabled by its `when`");
                let problem = Problem::error(codes::TURNED_OFF, message);
                problem
                    .at(node.span, "needs it")
                    .at(off, "disabled here")
                    .help("give both the same `when`")
            }
            (Instances::Single, None) => return None,
            (Instances::Unknown(_), None) => return Some(error_node(node.span)),
            (Instances::Component(_) | Instances::ComponentPerItem(_), None) => {
                let message = format!("`{id}` is a component: it has outputs, not attributes");
                let problem = Problem::error(codes::UNKNOWN_REFERENCE, message).at(node.span, "");
                problem.help(format!(
                    "write one of its outputs as `\"${{{id}.Output}}\"`"
                ))
            }
            (Instances::PerItem(_), None) => {
                let message = format!("`{id}` is a list of resources, made by `for_each`");
                let problem = Problem::error(codes::UNKNOWN_REFERENCE, message).at(node.span, "");
                problem.help(format!("write `\"{form}\"` for the list of all"))
            }
        };
        self.context.report(problem);
        Some(error_node(node.span))
    }
}

/// Returns true if a reference is probably literal text: part of a script, or a substitution of
/// another language for which there is no other help.
pub(crate) fn is_literal(at: At<'_>, has_help: bool) -> bool {
    let inside = at.text[at.start..at.end]
        .trim_start_matches("${")
        .trim_end_matches('}')
        .trim();
    is_script(at.text) || (!has_help && is_foreign(inside))
}

/// Returns true if the value comes from an input.
fn is_given(segments: &[&str], node: &Node) -> bool {
    segments[0] == "inputs" && node.value != formwork_template::Value::Null
}
