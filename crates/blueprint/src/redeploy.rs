//! Logical ids that follow content.

use template::source::Span;

/// A resource whose logical id follows what it names.
#[derive(Debug, Clone)]
pub(crate) struct Follower {
    /// Its logical id as written.
    pub(crate) id: String,
    /// Where it is declared.
    pub(crate) span: Span,
}
