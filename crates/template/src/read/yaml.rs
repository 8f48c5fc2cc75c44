//! Builds the spanned tree from the YAML parser's events: short forms, expanded aliases, one
//! document.

use super::offsets::Offsets;
use super::scalar::{self, Plain};
use super::{Aborted, Context};
use crate::codes;
use crate::diagnostics::{Problem, Span};
use crate::limits::{ALIASED_VALUES, ANCHORED_VALUES, NESTING};
use crate::{Map, Node, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// Parses `text`. Returns `None` and reports a problem when it has no tree.
pub(super) fn read(context: &mut Context, text: &str) -> Option<Node> {
    if let Some(at) = text.find('\0') {
        let span = context.span(at, at + 1);
        context.syntax("a template cannot contain NUL characters", span, "here");
        return None;
    }
    let mut reader = YamlReader {
        offsets: Offsets::new(text),
        context,
        text,
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        anchored: 0,
        root: None,
        documents: 0,
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    for event in Parser::new_from_str(body) {
        let outcome = match event {
            Ok((event, span)) => {
                let span = reader.span(span);
                reader.event(event, span)
            }
            Err(error) => {
                let span = reader.span(saphyr_parser::Span::empty(*error.marker()));
                reader.refused(error.info(), span);
                Err(Aborted)
            }
        };
        if outcome.is_err() {
            return None;
        }
    }
    if reader.root.is_none() {
        let span = reader.context.span(0, 0);
        reader.context.syntax("the template is empty", span, "");
    }
    reader.root
}

struct YamlReader<'a, 'c> {
    context: &'c mut Context,
    text: &'a str,
    offsets: Offsets,
    /// The maps and lists around the current position, the outermost first.
    open: Vec<Open>,
    /// The finished values with an anchor.
    anchors: HashMap<usize, Anchored>,
    /// The number of values that aliases have added.
    copied: usize,
    /// The number of values below anchors.
    anchored: usize,
    root: Option<Node>,
    documents: usize,
}

/// A map or list that is not finished.
struct Open {
    content: Content,
    start: Span,
    anchor: usize,
    tag: Option<Tag>,
}

enum Content {
    List(Vec<Node>),
    Table { map: Map, key: Option<Key> },
}

/// A key whose value comes next.
enum Key {
    Name(String, Span),
    /// A value that cannot be a key. It was reported, and its value is dropped.
    Refused,
}

struct Anchored {
    node: Node,
    values: usize,
    depth: usize,
}

impl YamlReader<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Aborted> {
        let is_value = matches!(
            event,
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..)
        );
        if is_value && self.context.exceeds(span.start as usize) {
            return Err(Aborted);
        }
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a template must be one YAML document";
                    self.context
                        .syntax(message, span, "the second document starts here");
                    return Err(Aborted);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                if self.wants_key() {
                    self.key(&text, style, tag.is_some(), anchor, span);
                } else {
                    let node = self.scalar(&text, style, tag.as_deref(), span);
                    self.finish(node, anchor);
                }
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Content::List(Vec::new()), anchor, tag, span)?;
            }
            Event::MappingStart(anchor, tag) => {
                let map = Map::default();
                self.begin(Content::Table { map, key: None }, anchor, tag, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    /// Reports an error of the parser.
    fn refused(&mut self, info: &str, span: Span) {
        // The parser reads ahead and itself limits the nesting of flow collections to 255.
        if info == "recursion limit exceeded" {
            self.context.too_deep(span);
        } else {
            self.context.syntax(info, span, "here");
        }
    }

    fn begin(
        &mut self,
        content: Content,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        start: Span,
    ) -> Result<(), Aborted> {
        if self.open.len() == NESTING {
            self.context.too_deep(start);
            return Err(Aborted);
        }
        self.open.push(Open {
            content,
            start,
            anchor,
            tag: tag.map(Cow::into_owned),
        });
        Ok(())
    }

    fn end(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let closing = self.text.get(end.start as usize..end.end as usize);
        let flow = matches!(closing, Some("}" | "]"));
        let mut span = open.start;
        let value = match open.content {
            Content::List(items) => {
                if let Some(last) = items.last() {
                    span = span.to(last.span);
                }
                Value::List(items)
            }
            Content::Table { map, .. } => {
                if let Some((_, last)) = map.iter().next_back() {
                    span = span.to(last.key).to(last.node.span);
                }
                Value::Map(map)
            }
        };
        // A block ends where the next value starts, which is too far for an underline.
        if flow {
            span = span.to(end);
        }
        let mut node = Node::new(value, span);
        if let Some(tag) = &open.tag {
            node = self.context.tagged(tag, node, open.start);
        }
        self.finish(node, open.anchor);
    }

    /// Keeps a finished value for its aliases.
    fn anchor(&mut self, anchor: usize, node: &Node) {
        if self.anchored > ANCHORED_VALUES {
            return; // already reported
        }
        let values = values(node);
        self.anchored += values;
        if self.anchored > ANCHORED_VALUES {
            let message =
                format!("anchors cover more than {ANCHORED_VALUES} values of the template");
            let problem = Problem::error(codes::TEMPLATE_ALIAS, message);
            let problem = problem.at(node.span, "limit exceeded here");
            self.context.problems.push(problem);
            return;
        }
        let anchored = Anchored {
            depth: depth(node),
            node: node.clone(),
            values,
        };
        self.anchors.insert(anchor, anchored);
    }

    /// Adds a finished value to its parent.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchor(anchor, &node);
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Table { map, key }) => match key.take() {
                Some(Key::Name(name, span)) => self.context.insert(map, name, span, node),
                Some(Key::Refused) => {}
                None => {
                    *key = Some(Key::Refused);
                    let message = format!("expected a string as key, found {}", node.kind());
                    self.context.syntax(message, node.span, "here");
                }
            },
        }
    }

    fn wants_key(&self) -> bool {
        let innermost = self.open.last().map(|open| &open.content);
        matches!(innermost, Some(Content::Table { key: None, .. }))
    }

    fn key(&mut self, text: &str, style: ScalarStyle, tagged: bool, anchor: usize, span: Span) {
        let plain = style == ScalarStyle::Plain && !tagged;
        let mut found = Key::Name(text.to_owned(), span);
        if plain && text == "<<" {
            found = Key::Refused;
            self.context.problems.push(
                Problem::error(
                    codes::TEMPLATE_ALIAS,
                    "CloudFormation does not support merge keys",
                )
                .at(span, "not merged")
                .help("write out the keys that `<<` would merge"),
            );
        } else if plain && matches!(scalar::resolve(text), Plain::OldTruth(_)) {
            let message = format!("unquoted key `{text}` is a boolean in YAML 1.1");
            self.context.problems.push(
                Problem::warning(codes::TEMPLATE_BOOLEAN, message)
                    .at(span, "read as text")
                    .help(format!("write \"{text}\"")),
            );
        }
        if anchor > 0 {
            self.anchor(anchor, &Node::new(text, span));
        }
        if let Some(Content::Table { key, .. }) = self.open.last_mut().map(|open| &mut open.content)
        {
            *key = Some(found);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Aborted> {
        let refuse = |message: &str, label: &str| {
            Problem::error(codes::TEMPLATE_ALIAS, message).at(span, label)
        };
        let Some(anchored) = self.anchors.get(&anchor) else {
            let problem = refuse(
                "an alias cannot be inside its own anchor",
                "refers to itself",
            );
            self.context.problems.push(problem);
            self.place(Node::new(Value::Null, span));
            return Ok(());
        };
        self.copied += anchored.values;
        if self.copied > ALIASED_VALUES {
            let message = format!("aliases add more than {ALIASED_VALUES} values to the template");
            let problem = refuse(&message, "limit exceeded here");
            self.context.problems.push(problem);
            return Err(Aborted);
        }
        if self.open.len() + anchored.depth > NESTING {
            self.context.too_deep(span);
            return Err(Aborted);
        }
        let node = anchored.node.clone();
        self.place(node);
        Ok(())
    }

    /// Adds the value of an alias, which can be a key.
    fn place(&mut self, node: Node) {
        if self.wants_key()
            && let Value::String(text) = &node.value
        {
            self.key(
                &text.clone(),
                ScalarStyle::DoubleQuoted,
                false,
                0,
                node.span,
            );
        } else {
            self.finish(node, 0);
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let text = self.as_written(text, style, span);
        let span = self.trimmed(span);
        match tag {
            Some(tag) => self.context.tagged(tag, Node::new(text, span), span),
            None if style == ScalarStyle::Plain => {
                let value = self.context.plain(text, span);
                Node::new(value, span)
            }
            None => Node::new(text, span),
        }
    }

    /// Returns the text of a block scalar without the line feed that the parser adds at the end of
    /// the input.
    fn as_written<'t>(&self, text: &'t str, style: ScalarStyle, span: Span) -> &'t str {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let last = span.end as usize >= self.text.len() && !self.text.ends_with('\n');
        match text.strip_suffix('\n') {
            Some(shorter) if block && last => shorter,
            _ => text,
        }
    }

    /// Returns the span without the line feeds after a block scalar.
    fn trimmed(&self, span: Span) -> Span {
        let start = span.start as usize;
        let written = self.text.get(start..span.end as usize).unwrap_or_default();
        self.context.span(start, start + written.trim_end().len())
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.offsets.byte(span.start);
        let end = self.offsets.byte(span.end);
        self.context.span(start, end.max(start))
    }
}

/// Returns the nesting of maps and lists, including this one.
fn depth(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(map) => {
            let deepest = map.iter().map(|(_, entry)| depth(&entry.node)).max();
            1 + deepest.unwrap_or(0)
        }
        _ => 0,
    }
}

/// Returns the size of a value: the number of values in it, plus one for every 16 bytes of text.
fn values(node: &Node) -> usize {
    let mut values = 0;
    node.walk(&mut |node| {
        let text = node.as_str().map_or(0, str::len);
        let names = node
            .as_map()
            .map_or(0, |map| map.keys().map(str::len).sum());
        values += 1 + (text + names) / 16;
    });
    values
}
