//! The faults of a value, as data. A fault is cheap to create and to drop, because alternative
//! schemas are tried and most results are discarded. [`super::messages`] renders it.

use crate::conditions::{Assignment, is_no_value};
use crate::formats::kinds::ValueKinds;
use crate::limits::{MAX_FUNCTION_DEPTH, MAX_REASONS};
use formwork_catalog::schema::{Bounds, Literal, Schema, Types};
use formwork_template::Node;
use formwork_template::diagnostics::{Code, Span};
use std::sync::Arc;

/// A fault and its position.
#[derive(Debug, Clone)]
pub(super) struct Finding<'a> {
    /// The fault.
    pub(super) fault: Fault<'a>,
    /// The path of the value in the resource's properties.
    pub(super) trail: Box<[PathStep<'a>]>,
    /// The value, if the fault concerns the value itself.
    pub(super) value: Option<&'a Node>,
    /// The span of the text to fix.
    pub(super) span: Span,
    /// The assignment of conditions under which the fault exists.
    pub(super) assignment: Assignment<'a>,
    /// The output of another stack that provides the value.
    pub(super) output: Option<Span>,
    /// The reference that returns the expected value.
    pub(super) suggestion: Option<String>,
    /// The reasons for a conditional requirement.
    pub(super) reasons: Vec<Reason<'a>>,
}

/// A step of the path to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStep<'a> {
    /// A key of a table.
    Name(&'a str),
    /// A position in a list.
    Index(usize),
}

/// A fault of a value.
#[derive(Debug, Clone)]
pub(super) enum Fault<'a> {
    /// An unknown property, which is the end of the path.
    UnknownProperty(&'a Schema),
    /// An unknown property that is similar to this missing one.
    MisspelledProperty(String),
    /// A key that the schema forbids, which is the end of the path.
    ForbiddenName,
    /// A read-only property, which is the end of the path.
    ReadOnly,
    /// A missing property.
    Missing(&'a str),
    /// Missing properties, one of which is required.
    MissingOneOf(Vec<&'a str>),
    /// A property that requires the second one, which is missing.
    MissingDependent(&'a str, &'a str),
    /// A property that conflicts with these properties, and is the end of the path.
    Excluded(Vec<&'a str>),
    /// A property that conflicts with this one, and is the end of the path.
    ConflictsWith(&'a str, Span),
    /// A value of the wrong type.
    WrongType(Types),
    /// A function that returns the wrong kind of value.
    WrongReturnedKind(Types, ValueKinds),
    /// A reference with the wrong format: the returned and the expected format.
    WrongReference(Option<Arc<str>>, &'a str),
    /// A value that is not one of the allowed values.
    NotAllowed(&'a [Literal]),
    /// A value that is not the only allowed value.
    NotEqual(&'a Literal),
    /// A text that does not match the pattern.
    Pattern(&'a str),
    /// A text that does not have the format.
    Format(&'a str),
    /// A text of the wrong length.
    Length(Bounds<u64>, usize),
    /// A number out of range.
    Range(Bounds<f64>),
    /// A number out of an exclusive range: minimum and maximum.
    ExclusiveRange(Option<f64>, Option<f64>),
    /// A number that is not a multiple.
    MultipleOf(f64),
    /// A list with too few or too many items.
    ItemCount(Bounds<u64>, usize),
    /// A table with too few or too many keys.
    PropertyCount(Bounds<u64>, usize),
    /// An item that equals an earlier one.
    Duplicate(Span),
    /// An item with the same keys as an earlier one.
    DuplicateKeys(&'a [Arc<str>], Span),
    /// A list with too many distinct items: the maximum and the number.
    TooManyDistinct(u64, usize),
    /// A list without a required item.
    NoItemMatches,
    /// A value that matches several alternatives.
    SeveralMatch,
    /// A value that matches a forbidden schema.
    Forbidden,
    /// A value that does not match the value of another resource.
    Mismatch(String, Span),
    /// A value where none is allowed.
    Never,
    /// A value that a function returns, with its own fault.
    Resolved(Box<ResolvedFault>),
}

/// A fault of a value that a function returns.
#[derive(Debug, Clone)]
pub(super) struct ResolvedFault {
    /// The value.
    pub(super) value: String,
    /// The fault.
    pub(super) rendered: RenderedFault,
    /// The parameter's default or allowed value, if another may be given.
    pub(super) source: Option<Span>,
}

/// A fault as text.
#[derive(Debug, Clone)]
pub(super) struct RenderedFault {
    /// The code.
    pub(super) code: Code,
    /// The message.
    pub(super) message: String,
    /// The label at the value.
    pub(super) label: String,
    /// A further label.
    pub(super) also: Option<(Span, &'static str)>,
    /// The help.
    pub(super) help: Option<String>,
}

impl<'a> Finding<'a> {
    /// Adds reasons, except the value itself.
    pub(super) fn add(&mut self, reasons: &[Reason<'a>]) {
        let missing = match &self.fault {
            Fault::Missing(name) => Some(PathStep::Name(name)),
            _ => None,
        };
        let path: Vec<PathStep<'_>> = self.trail.iter().copied().chain(missing).collect();
        for reason in reasons.iter().filter(|reason| !reason.is_around(&path)) {
            if !self.reasons.iter().any(|rendered| rendered.is_same(reason)) {
                self.reasons.push(reason.clone());
            }
        }
    }
}

impl Fault<'_> {
    /// Returns whether the value has another kind altogether. An alternative with such a fault was
    /// not meant.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Self::WrongType(..) | Self::WrongReturnedKind(..))
    }

    /// Returns whether the value selects another alternative.
    pub(super) fn is_discriminating(&self) -> bool {
        matches!(self, Self::NotAllowed(_) | Self::NotEqual(_))
    }
}

/// Returns the path of a value as text: `Code.S3Key`, `Tags[0].Key`.
pub(super) fn render_path(trail: &[PathStep<'_>]) -> String {
    let mut path = String::new();
    for (position, step) in trail.iter().enumerate() {
        match step {
            PathStep::Name(name) if position == 0 => path.push_str(name),
            PathStep::Name(name) => {
                path.push('.');
                path.push_str(name);
            }
            PathStep::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// A value that makes a condition of the schema hold or not hold.
#[derive(Debug, Clone)]
pub(super) struct Reason<'a> {
    pub(super) trail: Vec<PathStep<'a>>,
    pub(super) node: Option<&'a Node>,
}

/// Returns the values below `trail` that the test of a condition depends on.
pub(super) fn reasons<'a>(
    test: &'a Schema,
    node: &'a Node,
    trail: &[PathStep<'a>],
) -> Vec<Reason<'a>> {
    let mut found = Vec::new();
    look(
        test,
        node,
        &mut trail.to_vec(),
        &mut found,
        MAX_FUNCTION_DEPTH,
    );
    match found.len() {
        0..=MAX_REASONS => found,
        _ => Vec::new(),
    }
}

fn look<'a>(
    test: &'a Schema,
    node: &'a Node,
    trail: &mut Vec<PathStep<'a>>,
    found: &mut Vec<Reason<'a>>,
    depth: usize,
) {
    let (Some(map), Some(depth)) = (node.as_map(), depth.checked_sub(1)) else {
        return;
    };
    for (name, schema) in test.properties.iter() {
        trail.push(PathStep::Name(name));
        match map.get(name) {
            Some(inner) if inner.as_map().is_some() && inner.function().is_none() => {
                look(schema, inner, trail, found, depth);
            }
            inner => put(trail, inner, found),
        }
        trail.pop();
    }
    for name in required(test) {
        trail.push(PathStep::Name(name));
        put(trail, map.get(name), found);
        trail.pop();
    }
    let combined = test.combined.iter();
    for branch in combined.flat_map(|combined| combined.branches()) {
        look(branch, node, trail, found, depth);
    }
}

/// Returns the required properties that the schema does not describe.
fn required(test: &Schema) -> impl Iterator<Item = &Arc<str>> {
    let names = test.required.iter();
    names.filter(|name| !test.properties.contains_key(&***name))
}

fn put<'a>(trail: &[PathStep<'a>], node: Option<&'a Node>, found: &mut Vec<Reason<'a>>) {
    let node = node.filter(|node| !is_no_value(node));
    let is_known = node.is_none_or(|node| node.function().is_none());
    if is_known && !found.iter().any(|reason| reason.trail == trail) {
        let trail = trail.to_vec();
        found.push(Reason { trail, node });
    }
}

impl Reason<'_> {
    /// Returns whether the reason is the value at `trail` or contains it.
    pub(super) fn is_around(&self, trail: &[PathStep<'_>]) -> bool {
        trail.starts_with(&self.trail)
    }

    /// Returns whether both are the value at one path.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.trail == other.trail
    }
}
