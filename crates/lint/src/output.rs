//! What a template's outputs give, for the stacks that use them.
//!
//! Only what a reference says is followed: a name that is written out, or made of parts, is not
//! known to be any thing's.

use super::CheckContext;
use super::property::{attribute_format, item_format, reference_format, type_format};
use super::scene::Scene;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Span;
use formwork_template::intrinsic::Attribute;
use formwork_template::{Function, Intrinsic, Node, Template};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Functions within functions are followed so far.
const MOST_DEPTH: usize = 16;

/// What comes from another stack's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputType {
    /// What it is.
    pub kind: OutputKind,
    /// The output's value.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// Nothing is known of it.
    Unknown,
    /// The name of a thing in the table's words, `AWS::EC2::VPC.Id`, or of a thing without such
    /// words; of a list, what each of its items is.
    Reference(Option<Arc<str>>),
    /// What that parameter of the template holds.
    Parameter(String),
}

/// What each output gives; nothing of a template that macros rewrite.
pub fn output_types(template: &Template, table: &Table) -> BTreeMap<String, OutputType> {
    if super::is_rewritten(template) {
        return BTreeMap::new();
    }
    let scene = Scene::new(template, &CheckContext::new(table));
    let gives = |node: &Node| OutputType {
        kind: kind_of(&scene, node, MOST_DEPTH),
        span: node.span,
    };
    template
        .outputs()
        .filter_map(|output| Some((output.name.to_owned(), gives(output.value()?))))
        .collect()
}

fn kind_of(scene: &Scene<'_>, node: &Node, depth: usize) -> OutputKind {
    known(scene, node, depth).unwrap_or(OutputKind::Unknown)
}

fn known(scene: &Scene<'_>, node: &Node, depth: usize) -> Option<OutputKind> {
    let depth = depth.checked_sub(1)?;
    let (function, argument) = node.function()?;
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => match scene.template.parameters().find(|it| it.name == name) {
            Some(parameter) => Some(match type_format(parameter.kind()) {
                Some(format) => OutputKind::Reference(Some(format)),
                None => OutputKind::Parameter(name.to_owned()),
            }),
            None => reference_format(scene, name).map(OutputKind::Reference),
        },
        Intrinsic::GetAtt {
            resource,
            attribute: Attribute::Name(name),
        } => match item_format(scene, resource, name) {
            Some(item) => item.map(|item| OutputKind::Reference(Some(item))),
            None => attribute_format(scene, resource, name).map(OutputKind::Reference),
        },
        Intrinsic::Other(Function::If, argument) => {
            same(scene, argument.as_list()?.get(1..)?, depth)
        }
        Intrinsic::Other(Function::Join, argument) => match argument.as_list()? {
            [delimiter, list] if delimiter.as_str() == Some(",") => match list.as_list() {
                Some(items) => same(scene, items, depth),
                None => known(scene, list, depth),
            },
            _ => None,
        },
        _ => None,
    }
}

/// What all of these are, if it is the same.
fn same(scene: &Scene<'_>, nodes: &[Node], depth: usize) -> Option<OutputKind> {
    let (first, rest) = nodes.split_first()?;
    let first = known(scene, first, depth)?;
    rest.iter()
        .all(|node| known(scene, node, depth).as_ref() == Some(&first))
        .then_some(first)
}
