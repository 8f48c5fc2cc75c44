//! A TOML text as statements and values, with every comment at its place.
//!
//! The input must be free of syntax errors; for other texts the result is unspecified. The events come from
//! `toml_parser`.

use toml_parser::parser::{Event, EventKind, parse_document};
use toml_parser::{Source as TomlSource, Span};

/// A TOML text's statements and comments.
#[derive(Debug)]
pub(super) struct ParsedSource<'t> {
    /// Headers, assignments and comments on their own lines, in order.
    pub(super) statements: Vec<Statement<'t>>,
    /// Every comment, with its `#`.
    pub(super) comments: Vec<&'t str>,
}

/// A header, an assignment or a comment on its own line.
#[derive(Debug)]
pub(super) struct Statement<'t> {
    /// True if a blank line precedes it.
    pub(super) is_after_blank_line: bool,
    pub(super) kind: StatementKind<'t>,
    /// The comment at the end of its line, and the number of blanks before that.
    pub(super) trailing_comment: Option<(usize, &'t str)>,
}

#[derive(Debug)]
pub(super) enum StatementKind<'t> {
    /// `# …`
    Comment(&'t str),
    /// `[a.b]` or `[[a.b]]`
    Header(String),
    /// `a.b = value`
    Assignment(String, SourceValue<'t>),
}

#[derive(Debug)]
pub(super) enum SourceValue<'t> {
    /// A string, number, boolean or date, as in the text.
    Scalar(&'t str),
    /// A list or an inline table.
    Collection(Collection<'t>),
}

/// A list, or an inline table whose items have keys.
#[derive(Debug)]
pub(super) struct Collection<'t> {
    pub(super) is_table: bool,
    /// True if it has line breaks or comments.
    pub(super) is_multi_line: bool,
    pub(super) items: Vec<CollectionItem<'t>>,
    /// Comments after the last item, on their own lines.
    pub(super) closing_comments: Vec<&'t str>,
}

/// An item of a list, or a key and its value in an inline table.
#[derive(Debug)]
pub(super) struct CollectionItem<'t> {
    /// Comments before it, on their own lines.
    pub(super) leading_comments: Vec<&'t str>,
    /// The key, in a table.
    pub(super) key: Option<String>,
    pub(super) value: SourceValue<'t>,
    /// The comment at the end of its line.
    pub(super) trailing_comment: Option<&'t str>,
}

/// White space and comments between two tokens.
#[derive(Debug, Default)]
struct Trivia<'t> {
    /// Comments on the line of the token before.
    trailing: Vec<&'t str>,
    /// Comments on their own lines.
    leading: Vec<&'t str>,
    has_line_break: bool,
}

impl<'t> Trivia<'t> {
    fn comments(self) -> impl Iterator<Item = &'t str> {
        self.trailing.into_iter().chain(self.leading)
    }
}

/// Parses a TOML text.
pub(super) fn parse(text: &str) -> ParsedSource<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tokens: Vec<_> = TomlSource::new(text).lex().collect();
    let mut events = Vec::new();
    let mut errors = None;
    parse_document(&tokens, &mut |event: Event| events.push(event), &mut errors);
    let mut parser = SourceParser {
        text,
        events: &events,
        comments: Vec::new(),
    };
    ParsedSource {
        statements: parser.statements(),
        comments: parser.comments,
    }
}

struct SourceParser<'t, 'e> {
    text: &'t str,
    /// The events that were not read yet.
    events: &'e [Event],
    /// The comments that were read.
    comments: Vec<&'t str>,
}

impl<'t> SourceParser<'t, '_> {
    fn peek(&self) -> Option<EventKind> {
        self.events.first().map(Event::kind)
    }

    fn next(&mut self) -> Option<(EventKind, Span)> {
        let (event, rest) = self.events.split_first()?;
        self.events = rest;
        Some((event.kind(), event.span()))
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start()..span.end()).unwrap_or_default()
    }

    fn statements(&mut self) -> Vec<Statement<'t>> {
        let mut statements = Vec::new();
        let mut line_breaks = 0;
        while let Some(kind) = self.peek() {
            let kind = match kind {
                EventKind::Comment => StatementKind::Comment(self.comment()),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    StatementKind::Header(self.header())
                }
                EventKind::SimpleKey => {
                    let key = self.key();
                    self.skip_key_value_separator();
                    StatementKind::Assignment(key, self.value())
                }
                kind => {
                    line_breaks += usize::from(kind == EventKind::Newline);
                    self.next();
                    continue;
                }
            };
            let blanks = self.blanks();
            let trailing_comment = match self.peek() {
                Some(EventKind::Comment) => Some((blanks, self.comment())),
                _ => None,
            };
            statements.push(Statement {
                is_after_blank_line: line_breaks > 1,
                kind,
                trailing_comment,
            });
            line_breaks = 0;
        }
        statements
    }

    /// Skips blanks and returns their number.
    fn blanks(&mut self) -> usize {
        let mut count = 0;
        while self.peek() == Some(EventKind::Whitespace)
            && let Some((_, span)) = self.next()
        {
            count += span.len();
        }
        count
    }

    fn comment(&mut self) -> &'t str {
        let comment = self
            .next()
            .map_or("", |(_, span)| self.slice(span).trim_end());
        self.comments.push(comment);
        comment
    }

    /// Reads a table's header, without the blanks in it.
    fn header(&mut self) -> String {
        let mut header = String::new();
        while let Some((kind, span)) = self.next() {
            if kind != EventKind::Whitespace {
                header.push_str(self.slice(span));
            }
            if matches!(kind, EventKind::StdTableClose | EventKind::ArrayTableClose) {
                break;
            }
        }
        header
    }

    /// Reads a key with its dots, without the blanks between them.
    fn key(&mut self) -> String {
        let mut key = String::new();
        while let Some(EventKind::SimpleKey | EventKind::KeySep | EventKind::Whitespace) =
            self.peek()
            && let Some((kind, span)) = self.next()
        {
            if kind != EventKind::Whitespace {
                key.push_str(self.slice(span));
            }
        }
        key
    }

    /// Skips `=` with the white space around it, and returns the comments there: TOML 1.1 allows
    /// them in inline tables.
    fn skip_key_value_separator(&mut self) -> Vec<&'t str> {
        let mut comments: Vec<&str> = self.trivia().comments().collect();
        if self.peek() == Some(EventKind::KeyValSep) {
            self.next();
        }
        comments.extend(self.trivia().comments());
        comments
    }

    fn value(&mut self) -> SourceValue<'t> {
        match self.next() {
            Some((EventKind::ArrayOpen, _)) => {
                SourceValue::Collection(self.collection(EventKind::ArrayClose))
            }
            Some((EventKind::InlineTableOpen, _)) => {
                SourceValue::Collection(self.collection(EventKind::InlineTableClose))
            }
            Some((_, span)) => SourceValue::Scalar(self.slice(span)),
            None => SourceValue::Scalar(""),
        }
    }

    /// Reads a list or table up to its closing bracket. The opening one was read.
    fn collection(&mut self, close: EventKind) -> Collection<'t> {
        let is_table = close == EventKind::InlineTableClose;
        let mut items = Vec::new();
        let trivia = self.trivia();
        let mut is_multi_line = trivia.has_line_break;
        let mut leading_comments: Vec<&str> = trivia.comments().collect();
        while self.peek().is_some_and(|kind| kind != close) {
            let key = is_table.then(|| {
                let key = self.key();
                leading_comments.extend(self.skip_key_value_separator());
                key
            });
            let value = self.value();
            let Trivia {
                mut trailing,
                mut leading,
                has_line_break,
            } = self.trivia();
            is_multi_line |= has_line_break;
            if self.peek() == Some(EventKind::ValueSep) {
                self.next();
                let trivia = self.trivia();
                is_multi_line |= trivia.has_line_break;
                trailing.extend(trivia.trailing);
                leading.extend(trivia.leading);
            }
            let trailing_comment = (!trailing.is_empty()).then(|| trailing.remove(0));
            let next_comments = [trailing, leading].concat();
            let leading_comments = std::mem::replace(&mut leading_comments, next_comments);
            is_multi_line |= !leading_comments.is_empty() || trailing_comment.is_some();
            items.push(CollectionItem {
                leading_comments,
                key,
                value,
                trailing_comment,
            });
        }
        self.next();
        Collection {
            is_table,
            is_multi_line: is_multi_line || !leading_comments.is_empty(),
            items,
            closing_comments: leading_comments,
        }
    }

    fn trivia(&mut self) -> Trivia<'t> {
        let mut trivia = Trivia::default();
        loop {
            match self.peek() {
                Some(EventKind::Newline) => {
                    trivia.has_line_break = true;
                    self.next();
                }
                Some(EventKind::Whitespace) => {
                    self.next();
                }
                Some(EventKind::Comment) => {
                    let comment = self.comment();
                    match trivia.has_line_break {
                        true => trivia.leading.push(comment),
                        false => trivia.trailing.push(comment),
                    }
                }
                _ => return trivia,
            }
        }
    }
}
