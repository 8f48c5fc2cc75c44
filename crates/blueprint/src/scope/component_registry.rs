//! The components of a blueprint. Each is parsed once and copied for each use.

use formwork_template::Node;
use formwork_template::diagnostics::{FileId, Span};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The components of a blueprint.
#[derive(Debug, Default)]
pub(crate) struct ComponentRegistry {
    pub(crate) read: HashMap<ComponentId, Option<ParsedComponent>>,
    /// The span of `use` for each copy of a component.
    pub(crate) uses: HashMap<FileId, Span>,
    /// The spans of the given inputs for each copy of a component.
    pub(crate) given: HashMap<FileId, HashMap<String, Span>>,
    /// The number of uses.
    pub(crate) count: usize,
}

/// The identity of a component.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ComponentId {
    /// A file of the blueprint, with links resolved.
    File(PathBuf),
    /// A shipped component.
    Shipped(&'static str),
}

/// A parsed component.
#[derive(Debug)]
pub(crate) struct ParsedComponent {
    pub(crate) file: FileId,
    pub(crate) node: Arc<Node>,
    pub(crate) size: usize,
    pub(crate) is_whole: bool,
    pub(crate) is_used: bool,
}

/// A copy of a component for one use.
pub(crate) struct ComponentText {
    pub(crate) identity: ComponentId,
    /// The name for messages.
    pub(crate) name: String,
    pub(crate) file: FileId,
    pub(crate) node: Arc<Node>,
    pub(crate) is_whole: bool,
}
