//! The types of a template's outputs, for the stacks that use them.
//!
//! Only references have a type. A literal or composed name may be the name of anything.

use crate::context::{CheckContext, Checker, OutputKind, OutputType};
use crate::formats::reference::{attribute_format, item_format, reference_format, type_format};
use crate::limits::MAX_FUNCTION_DEPTH;
use formwork_catalog::schema::Table;
use formwork_template::intrinsic::Attribute;
use formwork_template::{Function, Intrinsic, Node, Template};
use std::collections::BTreeMap;

/// Returns the type of each output. Empty for a template that macros rewrite.
pub fn output_types(template: &Template, table: &Table) -> BTreeMap<String, OutputType> {
    if crate::is_rewritten(template) {
        return BTreeMap::new();
    }
    let checker = Checker::new(template, &CheckContext::new(table));
    let output_type = |node: &Node| OutputType {
        kind: output_kind(&checker, node, MAX_FUNCTION_DEPTH),
        span: node.span,
    };
    template
        .outputs()
        .filter_map(|output| Some((output.name.to_owned(), output_type(output.value()?))))
        .collect()
}

/// Returns the kind of an output's value.
fn output_kind(checker: &Checker<'_>, node: &Node, depth: usize) -> OutputKind {
    reference_kind(checker, node, depth).unwrap_or(OutputKind::Unknown)
}

/// Returns the kind of the value that a function returns, if it is known.
fn reference_kind(checker: &Checker<'_>, node: &Node, depth: usize) -> Option<OutputKind> {
    let depth = depth.checked_sub(1)?;
    let (function, argument) = node.function()?;
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => match checker.template.parameters().find(|it| it.name == name) {
            Some(parameter) => Some(match type_format(parameter.kind()) {
                Some(format) => OutputKind::Reference(Some(format)),
                None => OutputKind::Parameter(name.to_owned()),
            }),
            None => reference_format(checker, name).map(OutputKind::Reference),
        },
        Intrinsic::GetAtt {
            resource,
            attribute: Attribute::Name(name),
        } => match item_format(checker, resource, name) {
            Some(item) => item.map(|item| OutputKind::Reference(Some(item))),
            None => attribute_format(checker, resource, name).map(OutputKind::Reference),
        },
        Intrinsic::Other(Function::If, argument) => {
            common_kind(checker, argument.as_list()?.get(1..)?, depth)
        }
        Intrinsic::Other(Function::Join, argument) => match argument.as_list()? {
            [delimiter, list] if delimiter.as_str() == Some(",") => match list.as_list() {
                Some(items) => common_kind(checker, items, depth),
                None => reference_kind(checker, list, depth),
            },
            _ => None,
        },
        _ => None,
    }
}

/// Returns the kind of all values, if they have the same kind.
fn common_kind(checker: &Checker<'_>, nodes: &[Node], depth: usize) -> Option<OutputKind> {
    let (first, rest) = nodes.split_first()?;
    let first = reference_kind(checker, first, depth)?;
    rest.iter()
        .all(|node| reference_kind(checker, node, depth).as_ref() == Some(&first))
        .then_some(first)
}
