//! The texts of a run, places in them, and the problems found there.
//!
//! A [`Problem`] is plain data: what is wrong, where, and what to do. How it looks is `cli`'s
//! business; that it points at the right place is everybody's.

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::cell::Cell;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// All texts that a run has read, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One text: a file, or a value given on the command line that problems must be able to point at.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as the user would write it; for a given value, what gave it (`--set cidr`).
    pub path: PathBuf,
    /// The whole text.
    pub text: Arc<str>,
    /// Made when the first place is asked for: most runs have nothing to point at.
    lines: OnceLock<LineIndex>,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Those of a text.
    pub fn new(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// The line of a byte, from nought.
    pub fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte) - 1
    }

    /// The first byte of the line that a byte lies in.
    pub fn start(&self, byte: usize) -> usize {
        self.0[self.at(byte)]
    }

    /// Where lines begin, the first one first.
    pub fn starts(&self) -> &[usize] {
        &self.0
    }
}

impl SourceFile {
    /// Where its lines begin.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// A text of [`Sources`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from one.
    pub line: u32,
    /// The character in the line, from one.
    pub column: u32,
}

impl Sources {
    /// Takes in a text and names it.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files are read"));
        self.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        id
    }

    /// The text that `file` names.
    ///
    /// # Panics
    /// When `file` comes from other sources than these.
    pub fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.0 as usize]
    }

    /// The path of `file`.
    pub fn path(&self, file: FileId) -> &Path {
        &self.file(file).path
    }

    /// What is written at `span`.
    pub fn slice(&self, span: Span) -> &str {
        let text = &self.file(span.file).text;
        text.get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Where `span` begins.
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

    /// Every text, in the order of its reading.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index as u32), file))
    }
}

impl Span {
    /// The bytes from `start` up to `end` of `file`.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        Self {
            file,
            start: u32::try_from(range.start).unwrap_or(u32::MAX),
            end: u32::try_from(range.end).unwrap_or(u32::MAX),
        }
    }

    /// How many bytes it holds.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether it is a place between two characters.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The smallest span around both; `self` when they lie in two files.
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

/// What kind of problem it is: a name that documentation and tools hold on to.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The name, as `unknown_output`.
    pub name: &'static str,
    /// What it means and what to do about it, in a sentence or two.
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

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "formwork::{}", self.name)
    }
}

/// Declares the codes of a room, each with its explanation, and the list `ALL` of them.
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
        /// Every code of this room.
        pub const ALL: &[$crate::diagnostics::Code] = &[$($constant),*];
    };
}

/// Whether a problem stops what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing stops.
    Warning,
    /// Nothing is sent while it stands.
    Error,
}

/// One thing that is wrong, with its places and, where it is known, its mend.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// Its kind.
    pub code: Code,
    /// Whether it stops what was asked.
    pub severity: Severity,
    /// What is wrong: a fragment in lower case without a full stop, values in backticks.
    pub message: String,
    /// Its places, the first one being where it is to be mended.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

/// A place that a problem points at, and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; empty for an underline alone.
    pub text: String,
}

impl Problem {
    /// A problem that stops what was asked.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// A problem that is only worth knowing.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Points at a place, saying what is there.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Asks whether the near name was meant, if there is one; it is better help than any other.
    #[must_use]
    pub fn suggest(self, near: Option<impl Display>) -> Self {
        match near {
            Some(near) => self.help(did_you_mean(near)),
            None => self,
        }
    }

    /// Whether it stops what was asked.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Each of the problems once, in their order: what is wrong with a text is said once, however often
/// the text is used.
pub fn deduplicate(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let once: IndexSet<Problem, RandomState> = problems.into_iter().collect();
    once.into_iter().collect()
}

/// How many names are looked at on one thread before no more are: a text of nothing but wrong
/// names has another fault, and no suggestion is worth a wait of seconds.
const MOST_LOOKED_AT: usize = 2_000_000;

thread_local! {
    /// How many were. The program loads one blueprint, so a thread is a run.
    static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
}

/// Asks whether a near name was meant.
pub fn did_you_mean(near: impl Display) -> String {
    format!("did you mean `{near}`?")
}

/// The known name that was most likely meant by `given`, if one is near enough.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let left = MOST_LOOKED_AT.saturating_sub(LOOKED_AT.get());
    let known = known.into_iter().take(left);
    let known = known.inspect(|_| LOOKED_AT.set(LOOKED_AT.get() + 1));
    let given_lower = given.to_lowercase();
    let length = given_lower.chars().count();
    let reach = (length / 3).max(1);
    let lower_length = |name: &str| match name.is_ascii() {
        true => name.len(),
        false => name.chars().flat_map(char::to_lowercase).count(),
    };
    known
        // Names are at least as far apart as their lengths, which are sooner told.
        .filter(|name| lower_length(name).abs_diff(length) <= reach)
        .map(|name| {
            let distance = strsim::osa_distance(&given_lower, &name.to_lowercase());
            (distance, name)
        })
        .filter(|(distance, _)| *distance <= reach && *distance < length)
        .min_by_key(|(distance, name)| (*distance, *name))
        .map(|(_, name)| name)
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
}
