//! Problems as people and programs read them: the one place that knows miette.

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

use crate::style::{Paint, Style};
use crate::text::plural;

/// How many problems are drawn: nobody reads more, and the first ones tell of the others.
const MOST_SHOWN: usize = 1_000;

/// Draws the problems, one report a file, joined where several files have to do with it; of too many the errors first.
pub fn text(problems: &[Problem], sources: &Sources, style: Style) -> String {
    let theme = match style.paint {
        Paint::Colour => GraphicalTheme::unicode(),
        Paint::Plain => GraphicalTheme::unicode_nocolor(),
    };
    // Narrower than this, miette has no room for a word beside its frame.
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.columns.max(30))
        .with_links(false)
        .with_word_separator(WordSeparator::AsciiSpace) // `${!x}` stays whole
        .with_context_lines(1);
    let mut shown: Vec<&Problem> = problems.iter().collect();
    if shown.len() > MOST_SHOWN {
        shown.sort_by_key(|problem| !problem.is_error());
        shown.truncate(MOST_SHOWN);
    }
    let mut out = String::new();
    for problem in &shown {
        let report = Report::of(problem, sources);
        if handler.render_report(&mut out, &report).is_err() {
            out.push_str(&problem.message);
        }
        out.push('\n');
    }
    if shown.len() < problems.len() {
        let more = problems.len() - shown.len();
        out.push_str(&format!(
            "… and {more} more: `formwork check --format json` names them all\n"
        ));
    }
    // miette ends some lines in blanks.
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// How many errors and warnings there are, in a sentence's words; nothing when there are none.
pub fn count(problems: &[Problem]) -> Option<String> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let words: Vec<String> = [(errors, "error"), (problems.len() - errors, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The bytes of a line that is shown whole. A template without line ends is one line, of which so
/// much is shown before and after what is underlined.
const MOST_OF_LINE: usize = 400;
const AROUND: usize = 30;

/// How many places of one problem are shown: of a circle of thousands these tell enough.
const MOST_PLACES: usize = 100;

/// A text of which the lines with labels are shown, and no others.
#[derive(Debug)]
struct Lines<'s>(&'s SourceFile);

impl SourceCode for Lines<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context miette asks where the span begins, and with it for what is to be shown.
        let shown = match before + after {
            0 => *span,
            _ => self.around(span).ok_or(MietteError::OutOfBounds)?,
        };
        let Self(file) = self;
        let (start, end) = (shown.offset(), shown.offset() + shown.len());
        let data = file.text.as_bytes().get(start..end);
        // miette's own reading of a text begins at its first byte, for every label.
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

impl Lines<'_> {
    /// What is shown of the lines of `span`; nothing where that is too much to be shown at once, so that
    /// miette shows what lies in it part by part.
    fn around(&self, span: &SourceSpan) -> Option<SourceSpan> {
        let text = &*self.0.text;
        let start = span.offset().min(text.len());
        let end = (start + span.len()).min(text.len());
        let lines = self.0.lines();
        let (first, last) = (lines.at(start), lines.at(end));
        let begins = |line: usize| lines.starts().get(line).copied();
        // The text before the next line, without the end of its own.
        let ends = |line: usize| begins(line + 1).map_or(text.len(), |next| next - 1);
        let (line, line_end) = (lines.start(start), ends(last));
        let is_short = |line| ends(line) - begins(line).unwrap_or_default() <= MOST_OF_LINE;
        if last - first <= MOST_OF_LINE && (first..=last).all(is_short) {
            return Some((line, line_end - line).into());
        }
        if end - start > MOST_OF_LINE || first != last {
            return None;
        }
        let from = text.floor_char_boundary(start.saturating_sub(AROUND));
        let from = from.max(line);
        let to = text.floor_char_boundary(end + AROUND).clamp(end, line_end);
        Some((from, to - from).into())
    }
}

/// A problem, or the part of one that lies in one file, in miette's terms.
#[derive(Debug)]
struct Report<'s> {
    message: String,
    code: Option<String>,
    severity: miette::Severity,
    help: Option<String>,
    source: Option<Lines<'s>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Report<'s>>,
}

impl<'s> Report<'s> {
    fn of(problem: &Problem, sources: &'s Sources) -> Self {
        let mut by_file: IndexMap<FileId, Vec<&Label>> = IndexMap::new();
        for label in problem.labels.iter().take(MOST_PLACES) {
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
            help: match problem.labels.len().saturating_sub(MOST_PLACES) {
                0 => problem.help.clone(),
                more => {
                    let more = format!("and {more} more places");
                    let help = problem.help.as_deref();
                    Some(help.map_or(more.clone(), |help| format!("{help} ({more})")))
                }
            },
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        };
        if let Some((file, labels)) = files.next() {
            report.place(file, &labels, sources);
        }
        report.related = files
            .map(|(file, labels)| Self::beside(file, &labels, sources))
            .collect();
        report
    }

    /// The part of a problem that lies in another file.
    fn beside(file: FileId, labels: &[&Label], sources: &'s Sources) -> Self {
        let mut report = Self {
            message: format!("the other place, in {}", sources.path(file).display()),
            code: None,
            severity: miette::Severity::Advice,
            help: None,
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        };
        report.place(file, labels, sources);
        report
    }

    fn place(&mut self, file: FileId, labels: &[&Label], sources: &'s Sources) {
        let source = sources.file(file);
        // Two labels on one place would hide each other: their texts are joined.
        let mut texts: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
        for label in labels {
            let range = visible(label.span, &source.text);
            let at = texts.entry((range.start, range.end)).or_default();
            if !label.text.is_empty() && !at.contains(&label.text.as_str()) {
                at.push(&label.text);
            }
        }
        let first = labels
            .first()
            .map(|label| visible(label.span, &source.text));
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
        self.source = Some(Lines(source));
    }
}

/// The bytes of `span` that can be underlined: inside the text, at characters' borders, and of
/// a place over many lines, or longer than is shown, only the beginning.
fn visible(span: Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    let most = start + MOST_OF_LINE / 2;
    let end = text
        .floor_char_boundary(most.min(span.end as usize))
        .max(start);
    let line = text[start..end]
        .find('\n')
        .map_or(end, |newline| start + newline);
    start..line.max(start)
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
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
        paint: Paint::Plain,
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
    fn a_problem_has_code_place_and_help() {
        let (sources, a, _) = two_files();
        let problem = Problem::error(CODE, "stack `api` has no output `Url`")
            .at(Span::new(a, 11..23), "asked for here")
            .help("it has `SecureApiUrl`");
        insta::assert_snapshot!(text(&[problem], &sources, PLAIN), @r#"
        formwork::unknown_output

          × stack `api` has no output `Url`
           ╭─[blueprint.toml:2:1]
         2 │ [stacks.api]
           · ──────┬─────
           ·       ╰── asked for here
           ╰────
          help: it has `SecureApiUrl`
        "#);
    }

    #[test]
    fn a_clash_of_two_files_is_one_report_a_file_joined() {
        let (sources, a, b) = two_files();
        let problem = Problem::error(CODE, "the stack `api` is given twice")
            .at(Span::new(b, 0..11), "here as a file")
            .at(Span::new(a, 11..23), "here inline");
        insta::assert_snapshot!(text(&[problem], &sources, PLAIN), @r#"
        formwork::unknown_output

          × the stack `api` is given twice
           ╭─[stacks/api.toml:1:1]
         1 │ description = "ü"
           · ─────┬─────
           ·      ╰── here as a file
           ╰────

        Advice:
          ☞ the other place, in blueprint.toml
           ╭─[blueprint.toml:2:1]
         2 │ [stacks.api]
           · ──────┬─────
           ·       ╰── here inline
           ╰────
        "#);
    }

    #[test]
    fn a_problem_without_a_place_is_a_line_and_its_help() {
        let problem = Problem::error(CODE, "there is no `x`").help("give a folder");
        insta::assert_snapshot!(text(&[problem], &Sources::default(), PLAIN), @r#"
        formwork::unknown_output

          × there is no `x`
          help: give a folder
        "#);
    }

    #[test]
    fn a_narrow_terminal_still_shows_every_word() {
        let (sources, a, _) = two_files();
        let problem = Problem::warning(CODE, "the variable `owner` is declared and nobody uses it")
            .at(Span::new(a, 0..4), "declared here")
            .help("remove it, or use it");
        let style = Style {
            columns: 1,
            ..PLAIN
        };
        insta::assert_snapshot!(text(&[problem], &sources, style), @r#"
        formwork::unknown_output

          ⚠ the variable `owner` is
          │ declared and nobody uses
          │ it
           ╭─[blueprint.toml:1:1]
         1 │ name = "x"
           · ──┬─
           ·   ╰── declared here
           ╰────
          help: remove it, or use it
        "#);
    }

    #[test]
    fn a_span_past_the_end_or_inside_a_character_does_no_harm() {
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
    fn of_too_many_problems_the_errors_are_shown_first() {
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
    fn of_a_line_without_an_end_what_is_meant_is_shown() {
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
            .at(at("\"Worse\""), "beside it");
        let shown = text(&[problem], &sources, PLAIN);
        assert!(shown.len() < 3_000, "{}", shown.len());
        for words in [
            "{\"Bad\": 2}",
            "{\"Worse\": 3}",
            "unknown",
            "beside it",
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
