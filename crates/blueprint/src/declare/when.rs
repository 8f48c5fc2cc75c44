//! `when`: the condition that includes or leaves out a stack, resource, input or output.

use crate::evaluate::Evaluator;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::Session;
use crate::scope::Frame;
use crate::scope::symbols::{Instance, World};
use formwork_template::diagnostics::Span;
use formwork_template::{Map, Value};

/// Where a table's `when` turns it off.
pub(crate) fn off(
    session: &mut Session<'_>,
    world: &World,
    map: &Map,
    frame: Option<&Frame>,
    each: Option<&Instance>,
) -> Option<Span> {
    let entry = map.entry("when")?;
    let mut evaluator = Evaluator::new(session, world, None);
    evaluator.frame = frame;
    evaluator.each = each;
    let truth = match &entry.node.value {
        Value::String(text) => evaluator.truth(text, entry.node.span),
        Value::Bool(truth) => Some(*truth),
        _ => {
            session.report(wrong_type("`when`", "an expression in quotes", &entry.node));
            None
        }
    };
    (truth == Some(false)).then_some(entry.node.span)
}
