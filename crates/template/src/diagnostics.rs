//! Source texts, spans in them, and the problems found there.
//!
//! A [`Problem`] is plain data: a message, labeled spans and help. The `report` crate renders
//! problems.

use crate::limits::COMPARED_NAMES;
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::cell::Cell;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// All texts that a run has read, in reading order.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// A source text: a file, or a value from the command line.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as the user writes it. For a value, the option that sets it (`--set cidr`).
    pub path: PathBuf,
    /// The text.
    pub text: Arc<str>,
    /// The index of the lines. It is built when the first position is needed, because most runs
    /// have none.
    lines: OnceLock<LineIndex>,
}

/// The byte offsets at which the lines of a text start.
#[derive(Debug, Clone)]
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Creates the index of a text.
    pub fn new(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// Returns the line that contains a byte, counted from zero.
    pub fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte) - 1
    }

    /// Returns the first byte of the line that contains a byte.
    pub fn start(&self, byte: usize) -> usize {
        self.0[self.at(byte)]
    }

    /// Returns the starts of all lines, in order.
    pub fn starts(&self) -> &[usize] {
        &self.0
    }
}

impl SourceFile {
    /// Returns the index of the lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// The identity of a text in [`Sources`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// A line and a column, both counted from one. The column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from one.
    pub line: u32,
    /// The column in characters, counted from one.
    pub column: u32,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files are read"));
        self.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        id
    }

    /// Returns a text.
    ///
    /// # Panics
    /// When `file` is not from these sources.
    pub fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.0 as usize]
    }

    /// Returns the path of a text.
    pub fn path(&self, file: FileId) -> &Path {
        &self.file(file).path
    }

    /// Returns the text at `span`.
    pub fn slice(&self, span: Span) -> &str {
        let text = &self.file(span.file).text;
        text.get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Returns the position at which `span` starts.
    pub fn position(&self, span: Span) -> Position {
        let file = self.file(span.file);
        let mut start = (span.start as usize).min(file.text.len());
        while !file.text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &file.text[file.lines().start(start)..start];
        Position {
            line: file.lines().at(start) as u32 + 1,
            column: before.chars().count() as u32 + 1,
        }
    }

    /// Iterates over the texts, in reading order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index as u32), file))
    }
}

impl Span {
    /// Creates the span of a range of bytes in `file`.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        Self {
            file,
            start: u32::try_from(range.start).unwrap_or(u32::MAX),
            end: u32::try_from(range.end).unwrap_or(u32::MAX),
        }
    }

    /// Returns the length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Returns whether the span has no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the smallest span that contains both, or `self` when they are in different files.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// The kind of a problem: a stable name for documentation and tools.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The name, such as `unknown_output`.
    pub name: &'static str,
    /// The meaning of the code, and advice, in one or two sentences.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "formwork::{}", self.name)
    }
}

/// Declares the codes of a crate, each with its explanation, and the list `ALL` of them.
#[macro_export]
macro_rules! codes {
    ($($constant:ident = $name:literal: $explanation:literal;)*) => {
        $(
            #[doc = $explanation]
            pub const $constant: $crate::diagnostics::Code = $crate::diagnostics::Code {
                name: $name,
                explanation: $explanation,
            };
        )*
        /// All codes of this crate.
        pub const ALL: &[$crate::diagnostics::Code] = &[$($constant),*];
    };
}

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The problem does not stop the command.
    Warning,
    /// The problem stops the command.
    Error,
}

/// A problem: its message, the spans it concerns, and the fix if it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The kind of problem.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// The message: a lower-case fragment without a full stop, values in backticks.
    pub message: String,
    /// The labeled spans. The first is the place of the fix.
    pub labels: Vec<Label>,
    /// The help text.
    pub help: Option<String>,
}

/// A span with an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The span.
    pub span: Span,
    /// The explanation. An empty text only underlines the span.
    pub text: String,
}

impl Problem {
    /// Creates an error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// Creates a warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds a labeled span.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Replaces the help by the suggestion, if there is one.
    #[must_use]
    pub fn suggest(self, near: Option<impl Display>) -> Self {
        match near {
            Some(near) => self.help(did_you_mean(near)),
            None => self,
        }
    }

    /// Returns whether the problem is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Removes duplicates and keeps the order. A text that is used twice reports its problems once.
pub fn deduplicate(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let once: IndexSet<Problem, RandomState> = problems.into_iter().collect();
    once.into_iter().collect()
}

/// Returns the question that suggests a name.
pub fn did_you_mean(near: impl Display) -> String {
    format!("did you mean `{near}`?")
}

/// Returns the known name that `given` most likely means, if one is similar enough.
///
/// Use a [`SuggestionBudget`] where both the questions and the known names can be many.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    SuggestionBudget::default().nearest(given, known)
}

/// The number of names that the suggestions of one check may still compare.
///
/// A text with only unknown names would need seconds otherwise. When the budget is exhausted, there
/// are no more suggestions.
#[derive(Debug)]
pub struct SuggestionBudget {
    remaining: Cell<usize>,
}

impl Default for SuggestionBudget {
    fn default() -> Self {
        Self {
            remaining: Cell::new(COMPARED_NAMES),
        }
    }
}

impl SuggestionBudget {
    /// Returns the known name that `given` most likely means, if one is similar enough.
    pub fn nearest<'a>(
        &self,
        given: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let known = known.into_iter().take(self.remaining.get());
        let known = known.inspect(|_| self.remaining.update(|remaining| remaining - 1));
        let given_lower = given.to_lowercase();
        let length = given_lower.chars().count();
        let max_distance = (length / 3).max(1);
        known
            // The difference of the lengths is a lower bound of the distance, and cheaper.
            .filter(|name| lowercase_length(name).abs_diff(length) <= max_distance)
            .map(|name| {
                let distance = strsim::osa_distance(&given_lower, &name.to_lowercase());
                (distance, name)
            })
            .filter(|(distance, _)| *distance <= max_distance && *distance < length)
            .min_by_key(|(distance, name)| (*distance, *name))
            .map(|(_, name)| name)
    }
}

/// Returns the number of characters of a name in lower case.
fn lowercase_length(name: &str) -> usize {
    match name.is_ascii() {
        true => name.len(),
        false => name.chars().flat_map(char::to_lowercase).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "ä = 1\nbü = 2\n");
        let at = |start: usize| {
            let Position { line, column } = sources.position(Span::new(file, start..start));
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3), "after the two bytes of ä and a blank");
        assert_eq!(at(7), (2, 1));
        assert_eq!(at(10), (2, 3));
        assert_eq!(at(999), (3, 1), "past the end is the end");
    }

    #[test]
    fn the_nearest_name_must_be_near() {
        let known = ["description", "depends_on", "name"];
        assert_eq!(nearest("depend_on", known), Some("depends_on"));
        assert_eq!(nearest("Nmae", known), Some("name"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(
            nearest("X", ["B", "x"]),
            Some("x"),
            "one letter is no other one"
        );
        assert_eq!(nearest("X", ["B"]), None);
    }

    #[test]
    fn an_exhausted_budget_gives_no_suggestions() {
        let budget = SuggestionBudget {
            remaining: Cell::new(3),
        };
        assert_eq!(budget.nearest("nmae", ["name", "size"]), Some("name"));
        assert_eq!(budget.nearest("nmae", ["size", "name"]), None);
        assert_eq!(budget.nearest("nmae", ["name"]), None);
    }
}
