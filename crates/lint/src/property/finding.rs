//! What is found wrong with a value, as data: cheap to make and to throw away, since the branches
//! of `oneOf` and its like are tried and mostly forgotten. Words come last.

use super::reason::Reason;
use crate::condition::Case;
use crate::function::Kinds;
use formwork_catalog::schema::{Bounds, Literal, Schema, Types};
use formwork_template::Node;
use formwork_template::diagnostics::{Code, Span};
use std::sync::Arc;

/// Something wrong, and where.
#[derive(Debug, Clone)]
pub(super) struct Finding<'a> {
    /// What.
    pub(super) fault: Fault<'a>,
    /// The way to the value from the resource's properties.
    pub(super) trail: Box<[Step<'a>]>,
    /// The value, where the fault is its own.
    pub(super) value: Option<&'a Node>,
    /// The text to be mended.
    pub(super) span: Span,
    /// What had to be decided of the template's conditions to find it.
    pub(super) case: Case<'a>,
    /// The output of another stack that gives the value.
    pub(super) output: Option<Span>,
    /// The reference that gives what the place takes.
    pub(super) instead: Option<String>,
    /// Why more is asked than of other values.
    pub(super) reasons: Vec<Reason<'a>>,
}

/// One step of the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Into a table.
    Name(&'a str),
    /// Into a list.
    Index(usize),
}

/// What is wrong with a value.
#[derive(Debug, Clone)]
pub(super) enum Fault<'a> {
    /// A name that the table does not take; the trail ends with it.
    UnknownName(&'a Schema),
    /// The same, where this one is missing, which it most likely means.
    MisspeltName(String),
    /// A name that a table of names cannot hold; the trail ends with it.
    ForbiddenName,
    /// A name that only CloudFormation sets; the trail ends with it.
    ReadOnly,
    /// The table lacks this name.
    Missing(&'a str),
    /// The table lacks these names, one of which it needs.
    MissingOneOf(Vec<&'a str>),
    /// With the first name the table needs the second too.
    Dependent(&'a str, &'a str),
    /// The name cannot stand beside these; the trail ends with it.
    Excluded(Vec<&'a str>),
    /// The name cannot stand beside this one, which stands there; the trail ends with it.
    Beside(&'a str, Span),
    /// The value is of another type.
    WrongType(Types),
    /// The function gives what the place does not take.
    WrongKind(Types, Kinds),
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
    Between(Option<f64>, Option<f64>),
    /// Not a multiple.
    MultipleOf(f64),
    /// How many items.
    ItemCount(Bounds<u64>, usize),
    /// How many names.
    NameCount(Bounds<u64>, usize),
    /// An item that was there before.
    Duplicate(Span),
    /// An item whose keys are those of one before.
    DuplicateKeys(&'a [Arc<str>], Span),
    /// So many different items, where so many may be.
    TooManyDifferent(u64, usize),
    /// No item fits.
    NoneFits,
    /// More than one of the alternatives fits.
    SeveralFit,
    /// It fits what it must not.
    Forbidden,
    /// Not as another resource's value asks, which stands there.
    Unlike(String, Span),
    /// Nothing may stand here.
    Never,
    /// What a function gives is wrong, said already.
    Resolved(Box<Resolved>),
}

/// What is wrong with a value that a function gives.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// The value.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) said: Said,
    /// The parameter's value that it was made of, if another may be given.
    pub(super) given: Option<Span>,
}

/// A fault in words.
#[derive(Debug, Clone)]
pub(super) struct Said {
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
            Fault::Missing(name) => Some(Step::Name(name)),
            _ => None,
        };
        let place: Vec<Step<'_>> = self.trail.iter().copied().chain(missing).collect();
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
        matches!(self, Self::WrongType(..) | Self::WrongKind(..))
    }

    /// Whether it says that the alternative is another one, by the value that tells them apart.
    pub(super) fn is_discriminating(&self) -> bool {
        matches!(self, Self::NotAllowed(_) | Self::NotEqual(_))
    }
}
