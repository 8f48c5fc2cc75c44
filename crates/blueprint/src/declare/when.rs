//! `when`: the condition that enables a stack, resource, input or output.

use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::scope::Scope;
use crate::scope::symbols::{Instance, SymbolTable};
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Value};

/// Returns the span of a table's `when` if it is false.
pub(crate) fn disabled_at(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    map: &Map,
    scope: Option<&Scope>,
    each: Option<&Instance>,
) -> Option<Span> {
    let entry = map.entry("when")?;
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = scope;
    evaluator.each = each;
    let truth = match &entry.node.value {
        Value::String(text) => evaluator.evaluate_condition(text, entry.node.span),
        Value::Bool(truth) => Some(*truth),
        _ => {
            context.report(wrong_type("`when`", "an expression in quotes", &entry.node));
            None
        }
    };
    (truth == Some(false)).then_some(entry.node.span)
}
