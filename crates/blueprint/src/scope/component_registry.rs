//! The components of a blueprint, each read once, and who uses them.

use formwork_template::Node;
use formwork_template::diagnostics::{FileId, Span};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The components of a run.
#[derive(Debug, Default)]
pub(crate) struct ComponentRegistry {
    pub(crate) read: HashMap<ComponentId, Option<ParsedComponent>>,
    /// Who uses a text, by the text: its `use`.
    pub(crate) uses: HashMap<FileId, Span>,
    /// Where the inputs of a text were given.
    pub(crate) given: HashMap<FileId, HashMap<String, Span>>,
    /// How often components were used.
    pub(crate) count: usize,
}

/// Which component it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ComponentId {
    /// A file of the blueprint, links resolved.
    File(PathBuf),
    /// One that is shipped.
    Shipped(&'static str),
}

/// A component as it was read.
#[derive(Debug)]
pub(crate) struct ParsedComponent {
    pub(crate) file: FileId,
    pub(crate) node: Arc<Node>,
    pub(crate) size: usize,
    pub(crate) is_whole: bool,
    pub(crate) is_used: bool,
}

/// The text of one use of a component.
pub(crate) struct ComponentText {
    pub(crate) identity: ComponentId,
    /// Its name in messages.
    pub(crate) name: String,
    pub(crate) file: FileId,
    pub(crate) node: Arc<Node>,
    pub(crate) is_whole: bool,
}
