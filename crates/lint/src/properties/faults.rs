//! The faults of a value, as data. A fault is cheap to create and to drop, because alternative
//! schemas are tried and most results are discarded. [`super::messages`] renders it.

use crate::conditions::{Assignment, is_no_value};
use crate::formats::kinds::ValueKinds;
use crate::limits::{MAX_FUNCTION_DEPTH, MAX_REASONS};
use formwork_catalog::schema::{Bounds, Literal, Schema, Types};
use formwork_template::Node;
use formwork_template::diagnostics::{Code, Span};
use std::fmt::Write as _;
use std::sync::Arc;

/// Something wrong, and where.
#[derive(Debug, Clone)]
pub(super) struct Finding<'a> {
    /// What.
    pub(super) fault: Fault<'a>,
    /// The way to the value from the resource's properties.
    pub(super) trail: Box<[PathStep<'a>]>,
    /// The value, where the fault is its own.
    pub(super) value: Option<&'a Node>,
    /// The text to be mended.
    pub(super) span: Span,
    /// What had to be decided of the template's conditions to find it.
    pub(super) assignment: Assignment<'a>,
    /// The output of another stack that gives the value.
    pub(super) output: Option<Span>,
    /// The reference that gives what the place takes.
    pub(super) suggestion: Option<String>,
    /// Why more is asked than of other values.
    pub(super) reasons: Vec<Reason<'a>>,
}

/// One step of the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStep<'a> {
    /// Into a table.
    Name(&'a str),
    /// Into a list.
    Index(usize),
}

/// What is wrong with a value.
#[derive(Debug, Clone)]
pub(super) enum Fault<'a> {
    /// A name that the table does not take; the trail ends with it.
    UnknownProperty(&'a Schema),
    /// The same, where this one is missing, which it most likely means.
    MisspelledProperty(String),
    /// A name that a table of names cannot hold; the trail ends with it.
    ForbiddenName,
    /// A name that only CloudFormation sets; the trail ends with it.
    ReadOnly,
    /// The table lacks this name.
    Missing(&'a str),
    /// The table lacks these names, one of which it needs.
    MissingOneOf(Vec<&'a str>),
    /// With the first name the table needs the second too.
    MissingDependent(&'a str, &'a str),
    /// The name cannot stand beside these; the trail ends with it.
    Excluded(Vec<&'a str>),
    /// The name cannot stand beside this one, which stands there; the trail ends with it.
    ConflictsWith(&'a str, Span),
    /// The value is of another type.
    WrongType(Types),
    /// The function gives what the place does not take.
    WrongReturnedKind(Types, ValueKinds),
    /// The reference gives a name of another thing: what it gives and what is needed.
    WrongReference(Option<Arc<str>>, &'a str),
    /// Not among the allowed values.
    NotAllowed(&'a [Literal]),
    /// Not the one allowed value.
    NotEqual(&'a Literal),
    /// The pattern is not found in it.
    Pattern(&'a str),
    /// It has not the format.
    Format(&'a str),
    /// Its length in characters.
    Length(Bounds<u64>, usize),
    /// The number.
    Range(Bounds<f64>),
    /// The number, bounds themselves not allowed: above, below.
    ExclusiveRange(Option<f64>, Option<f64>),
    /// Not a multiple.
    MultipleOf(f64),
    /// How many items.
    ItemCount(Bounds<u64>, usize),
    /// How many names.
    PropertyCount(Bounds<u64>, usize),
    /// An item that was there before.
    Duplicate(Span),
    /// An item whose keys are those of one before.
    DuplicateKeys(&'a [Arc<str>], Span),
    /// So many different items, where so many may be.
    TooManyDistinct(u64, usize),
    /// No item fits.
    NoItemMatches,
    /// More than one of the alternatives fits.
    SeveralMatch,
    /// It fits what it must not.
    Forbidden,
    /// Not as another resource's value asks, which stands there.
    Mismatch(String, Span),
    /// Nothing may stand here.
    Never,
    /// What a function gives is wrong, said already.
    Resolved(Box<ResolvedFault>),
}

/// What is wrong with a value that a function gives.
#[derive(Debug, Clone)]
pub(super) struct ResolvedFault {
    /// The value.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) said: RenderedFault,
    /// The parameter's value that it was made of, if another may be given.
    pub(super) given: Option<Span>,
}

/// A fault in words.
#[derive(Debug, Clone)]
pub(super) struct RenderedFault {
    /// Its kind.
    pub(super) code: Code,
    /// What is wrong.
    pub(super) message: String,
    /// What is at its place.
    pub(super) label: String,
    /// A further place.
    pub(super) also: Option<(Span, &'static str)>,
    /// What to do.
    pub(super) help: Option<String>,
}

impl<'a> Finding<'a> {
    /// Adds why it is asked for; what is wrong is no reason for itself.
    pub(super) fn add(&mut self, reasons: &[Reason<'a>]) {
        let missing = match &self.fault {
            Fault::Missing(name) => Some(PathStep::Name(name)),
            _ => None,
        };
        let place: Vec<PathStep<'_>> = self.trail.iter().copied().chain(missing).collect();
        for reason in reasons.iter().filter(|reason| !reason.is_around(&place)) {
            if !self.reasons.iter().any(|said| said.is_same(reason)) {
                self.reasons.push(reason.clone());
            }
        }
    }
}

impl Fault<'_> {
    /// Whether it says that the value is of another kind altogether: of several alternatives,
    /// those that fail so were not meant.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Self::WrongType(..) | Self::WrongReturnedKind(..))
    }

    /// Whether it says that the alternative is another one, by the value that tells them apart.
    pub(super) fn is_discriminating(&self) -> bool {
        matches!(self, Self::NotAllowed(_) | Self::NotEqual(_))
    }
}

/// The way to a value: `Code.S3Key`, `Tags[0].Key`.
pub(super) fn render_path(trail: &[PathStep<'_>]) -> String {
    let mut path = String::new();
    for (position, step) in trail.iter().enumerate() {
        let _ = match step {
            PathStep::Name(name) if position == 0 => write!(path, "{name}"),
            PathStep::Name(name) => write!(path, ".{name}"),
            PathStep::Index(index) => write!(path, "[{index}]"),
        };
    }
    path
}

/// One thing that makes a condition hold, or not hold.
#[derive(Debug, Clone)]
pub(super) struct Reason<'a> {
    pub(super) trail: Vec<PathStep<'a>>,
    pub(super) node: Option<&'a Node>,
}

/// What of the table at `trail` the test of a condition looks at.
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

/// Names that are asked for, whatever they hold.
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
    /// Whether it is the value at `trail` itself, or something around it.
    pub(super) fn is_around(&self, trail: &[PathStep<'_>]) -> bool {
        trail.starts_with(&self.trail)
    }

    /// Whether both are the value at one place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.trail == other.trail
    }
}
