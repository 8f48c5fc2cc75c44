//! The limits of what is shown.

/// The maximum number of problems that are drawn.
pub(crate) const MAX_PROBLEMS: usize = 1_000;

/// The maximum number of labels shown of one problem.
pub(crate) const MAX_LABELS: usize = 100;

/// The maximum length of a line that is shown completely, in bytes. Of a longer line, such as a minified template, only
/// the text around the label is shown.
pub(crate) const MAX_LINE_LENGTH: usize = 400;

/// The maximum number of names listed in a help text.
pub(crate) const MAX_NAMES: usize = 12;

/// The number of allowed values shown in a list of properties.
pub(crate) const MAX_ALLOWED_VALUES: usize = 12;

/// The number of characters shown of a pattern.
pub(crate) const MAX_PATTERN_LENGTH: usize = 60;

/// The maximum number of reasons shown for an action.
pub(crate) const MAX_REASONS: usize = 3;

/// The maximum depth of the graph as a tree; a deeper graph is shown as a list.
pub(crate) const MAX_TREE_DEPTH: usize = 24;
