//! Problems as text, drawn by miette. No other module uses miette.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use formwork_template::diagnostics::{FileId, Label, Problem, Severity, SourceFile, Sources, Span};
use indexmap::IndexMap;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use textwrap::WordSeparator;

use crate::limits::{MAX_LABELS, MAX_LINE_LENGTH, MAX_PROBLEMS};
use crate::style::{ColorMode, Style};
use crate::text::plural;

/// Renders problems, each with its source lines. A problem with labels in several files gets a part for each. If there
/// are too many problems, errors come first.
pub fn text(problems: &[Problem], sources: &Sources, style: Style) -> String {
    let theme = match style.color {
        ColorMode::Ansi => GraphicalTheme::unicode(),
        ColorMode::Plain => GraphicalTheme::unicode_nocolor(),
    };
    // miette needs this width for a word and its frame.
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.columns.max(30))
        .with_links(false)
        .with_word_separator(WordSeparator::AsciiSpace) // `${!x}` stays whole
        .with_context_lines(1);
    let mut shown: Vec<&Problem> = problems.iter().collect();
    if shown.len() > MAX_PROBLEMS {
        shown.sort_by_key(|problem| !problem.is_error());
        shown.truncate(MAX_PROBLEMS);
    }
    let mut out = String::new();
    for problem in &shown {
        let report = MietteReport::new(problem, sources);
        if handler.render_report(&mut out, &report).is_err() {
            out.push_str(&problem.message);
        }
        out.push('\n');
    }
    if shown.len() < problems.len() {
        let more = problems.len() - shown.len();
        out.push_str(&format!(
            "… and {more} more: `formwork check --format json` lists all\n"
        ));
    }
    // miette ends some lines with spaces.
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// Returns the number of errors and warnings as text, or `None` if there are none.
pub fn count(problems: &[Problem]) -> Option<String> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let words: Vec<String> = [(errors, "error"), (problems.len() - errors, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The number of bytes shown before and after a label in a long line.
const CONTEXT_LENGTH: usize = 30;

/// A source file of which only the lines with labels are shown.
#[derive(Debug)]
struct SourceExcerpt<'s>(&'s SourceFile);

impl SourceCode for SourceExcerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette calls this without context for the position of a span, and with context for the text to show.
        let shown = match before + after {
            0 => *span,
            _ => self.shown_range(span).ok_or(MietteError::OutOfBounds)?,
        };
        let Self(file) = self;
        let (start, end) = (shown.offset(), shown.offset() + shown.len());
        let data = file.text.as_bytes().get(start..end);
        // miette's own implementation reads the file from its start for every label.
        let (line, last) = (file.lines().at(start), file.lines().at(end));
        Ok(Box::new(MietteSpanContents::new_named(
            file.path.display().to_string(),
            data.ok_or(MietteError::OutOfBounds)?,
            shown,
            line,
            file.text[file.lines().start(start)..start].chars().count(),
            last,
        )))
    }
}

impl SourceExcerpt<'_> {
    /// Returns the range to show around `span`, or `None` if it is too long; miette then shows its labels one by one.
    fn shown_range(&self, span: &SourceSpan) -> Option<SourceSpan> {
        let text = &*self.0.text;
        let start = span.offset().min(text.len());
        let end = (start + span.len()).min(text.len());
        let lines = self.0.lines();
        let (first, last) = (lines.at(start), lines.at(end));
        let begins = |line: usize| lines.starts().get(line).copied();
        // The line end itself is not part of the line.
        let line_end_of = |line: usize| begins(line + 1).map_or(text.len(), |next| next - 1);
        let (line, line_end) = (lines.start(start), line_end_of(last));
        let is_short =
            |line| line_end_of(line) - begins(line).unwrap_or_default() <= MAX_LINE_LENGTH;
        if last - first <= MAX_LINE_LENGTH && (first..=last).all(is_short) {
            return Some((line, line_end - line).into());
        }
        if end - start > MAX_LINE_LENGTH || first != last {
            return None;
        }
        let from = text.floor_char_boundary(start.saturating_sub(CONTEXT_LENGTH));
        let from = from.max(line);
        let to = text
            .floor_char_boundary(end + CONTEXT_LENGTH)
            .clamp(end, line_end);
        Some((from, to - from).into())
    }
}

/// A problem, or its part in one file, as a miette diagnostic.
#[derive(Debug)]
struct MietteReport<'s> {
    message: String,
    code: Option<String>,
    severity: miette::Severity,
    help: Option<String>,
    source: Option<SourceExcerpt<'s>>,
    labels: Vec<LabeledSpan>,
    related: Vec<MietteReport<'s>>,
}

impl<'s> MietteReport<'s> {
    fn new(problem: &Problem, sources: &'s Sources) -> Self {
        let mut by_file: IndexMap<FileId, Vec<&Label>> = IndexMap::new();
        for label in problem.labels.iter().take(MAX_LABELS) {
            by_file.entry(label.span.file).or_default().push(label);
        }
        let mut files = by_file.into_iter();
        let mut report = Self {
            message: problem.message.clone(),
            code: Some(problem.code.to_string()),
            severity: match problem.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            help: match problem.labels.len().saturating_sub(MAX_LABELS) {
                0 => problem.help.clone(),
                more => {
                    let more = format!("and {more} more locations");
                    let help = problem.help.as_deref();
                    Some(help.map_or(more.clone(), |help| format!("{help} ({more})")))
                }
            },
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        };
        if let Some((file, labels)) = files.next() {
            report.set_labels(file, &labels, sources);
        }
        report.related = files
            .map(|(file, labels)| Self::for_other_file(file, &labels, sources))
            .collect();
        report
    }

    /// Creates the part of a problem that belongs to another file.
    fn for_other_file(file: FileId, labels: &[&Label], sources: &'s Sources) -> Self {
        let mut report = Self {
            message: format!("see also {}", sources.path(file).display()),
            code: None,
            severity: miette::Severity::Advice,
            help: None,
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        };
        report.set_labels(file, labels, sources);
        report
    }

    fn set_labels(&mut self, file: FileId, labels: &[&Label], sources: &'s Sources) {
        let source = sources.file(file);
        // Labels with the same span would hide each other: their texts are joined.
        let mut texts: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
        for label in labels {
            let range = underlined_range(label.span, &source.text);
            let at = texts.entry((range.start, range.end)).or_default();
            if !label.text.is_empty() && !at.contains(&label.text.as_str()) {
                at.push(&label.text);
            }
        }
        let first = labels
            .first()
            .map(|label| underlined_range(label.span, &source.text));
        self.labels = texts
            .into_iter()
            .map(|((start, end), texts)| {
                let text = (!texts.is_empty()).then(|| texts.join("; "));
                let span = (start, end - start);
                match first == Some(start..end) {
                    true => LabeledSpan::new_primary_with_span(text, span),
                    false => LabeledSpan::new_with_span(text, span),
                }
            })
            .collect();
        self.source = Some(SourceExcerpt(source));
    }
}

/// Returns the part of `span` that can be underlined: within the text, at character boundaries, and at most the first
/// line.
fn underlined_range(span: Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    let most = start + MAX_LINE_LENGTH / 2;
    let end = text
        .floor_char_boundary(most.min(span.end as usize))
        .max(start);
    let line = text[start..end]
        .find('\n')
        .map_or(end, |newline| start + newline);
    start..line.max(start)
}

impl fmt::Display for MietteReport<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for MietteReport<'_> {}

impl Diagnostic for MietteReport<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code
            .as_ref()
            .map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<_>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter().map(|report| report as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<_>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::Code;

    const CODE: Code = Code {
        name: "unknown_output",
        explanation: "",
    };
    const PLAIN: Style = Style {
        color: ColorMode::Plain,
        columns: 80,
    };

    fn two_files() -> (Sources, FileId, FileId) {
        let mut sources = Sources::default();
        let a = sources.add(
            "blueprint.toml",
            "name = \"x\"\n[stacks.api]\nuse = \"y\"\n",
        );
        let b = sources.add("stacks/api.toml", "description = \"ü\"\n");
        (sources, a, b)
    }

    #[test]
    fn a_problem_shows_code_location_and_help() {
        let (sources, a, _) = two_files();
        let problem = Problem::error(CODE, "stack `api` has no output `Url`")
            .at(Span::new(a, 11..23), "used here")
            .help("it has `SecureApiUrl`");
        insta::assert_snapshot!(text(&[problem], &sources, PLAIN), @r#"
        formwork::unknown_output

          × stack `api` has no output `Url`
           ╭─[blueprint.toml:2:1]
         2 │ [stacks.api]
           · ──────┬─────
           ·       ╰── used here
           ╰────
          help: it has `SecureApiUrl`
        "#);
    }

    #[test]
    fn a_problem_in_two_files_shows_both() {
        let (sources, a, b) = two_files();
        let problem = Problem::error(CODE, "duplicate stack `api`")
            .at(Span::new(b, 0..11), "here as a file")
            .at(Span::new(a, 11..23), "here inline");
        insta::assert_snapshot!(text(&[problem], &sources, PLAIN), @r#"
        formwork::unknown_output

          × duplicate stack `api`
           ╭─[stacks/api.toml:1:1]
         1 │ description = "ü"
           · ─────┬─────
           ·      ╰── here as a file
           ╰────

        Advice:
          ☞ see also blueprint.toml
           ╭─[blueprint.toml:2:1]
         2 │ [stacks.api]
           · ──────┬─────
           ·       ╰── here inline
           ╰────
        "#);
    }

    #[test]
    fn a_problem_without_a_label_shows_message_and_help() {
        let problem = Problem::error(CODE, "unknown `x`").help("give a folder");
        insta::assert_snapshot!(text(&[problem], &Sources::default(), PLAIN), @r#"
        formwork::unknown_output

          × unknown `x`
          help: give a folder
        "#);
    }

    #[test]
    fn a_narrow_terminal_shows_every_word() {
        let (sources, a, _) = two_files();
        let problem = Problem::warning(CODE, "the variable `owner` is declared and never used")
            .at(Span::new(a, 0..4), "declared here")
            .help("remove it, or use it");
        let style = Style {
            columns: 1,
            ..PLAIN
        };
        insta::assert_snapshot!(text(&[problem], &sources, style), @r#"
        formwork::unknown_output

          ⚠ the variable `owner` is
          │ declared and never used
           ╭─[blueprint.toml:1:1]
         1 │ name = "x"
           · ──┬─
           ·   ╰── declared here
           ╰────
          help: remove it, or use it
        "#);
    }

    #[test]
    fn an_invalid_span_is_clamped() {
        let (sources, _, b) = two_files();
        for range in [0..9999, 9000..9001, 16..17, 5..5] {
            let problem = Problem::error(CODE, "m").at(Span::new(b, range.clone()), "here");
            assert!(
                text(&[problem], &sources, PLAIN).contains("stacks/api.toml"),
                "{range:?}"
            );
        }
    }

    #[test]
    fn errors_come_first_if_there_are_too_many_problems() {
        let (sources, a, _) = two_files();
        let at = |problem: Problem| problem.at(Span::new(a, 0..4), "here");
        let mut problems = vec![at(Problem::warning(CODE, "a warning")); 2_000];
        problems.push(at(Problem::error(CODE, "the error")));
        let shown = text(&problems, &sources, PLAIN);
        assert!(shown.starts_with("formwork::unknown_output\n\n  × the error"));
        assert_eq!(shown.matches("a warning").count(), 999);
        assert!(
            shown.contains("… and 1001 more"),
            "{}",
            &shown[shown.len() - 200..]
        );
    }

    #[test]
    fn only_the_labeled_part_of_a_long_line_is_shown() {
        let mut sources = Sources::default();
        let filler = "{\"äöü\": 1}, ".repeat(20_000);
        let line = format!("[{filler}{{\"Bad\": 2}}, {filler}{{\"Worse\": 3}}]");
        let file = sources.add("minified.json", line.as_str());
        let at = |name: &str| {
            let start = line.find(name).unwrap();
            Span::new(file, start..start + name.len())
        };
        let problem = Problem::error(CODE, "there is no `Bad`")
            .at(at("\"Bad\""), "unknown")
            .at(at("\"Worse\""), "next to it");
        let shown = text(&[problem], &sources, PLAIN);
        assert!(shown.len() < 3_000, "{}", shown.len());
        for words in [
            "{\"Bad\": 2}",
            "{\"Worse\": 3}",
            "unknown",
            "next to it",
            "[minified.json:1:240003]",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let whole =
            Problem::error(CODE, "too long").at(Span::new(file, 0..line.len()), "all of it");
        let shown = text(&[whole], &sources, PLAIN);
        assert!(
            shown.contains("all of it") && shown.len() < 3_000,
            "{shown}"
        );
    }
}
