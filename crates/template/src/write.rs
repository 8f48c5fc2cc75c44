//! Writes trees as JSON and YAML. The same tree gives the same bytes, and they parse as the same
//! tree.
//!
//! Maps keep the order of their keys.

use crate::limits::PLAIN_KEY_BYTES;
use crate::{Map, Node, Value};
use std::fmt::Write as _;

/// Writes JSON over several lines, indented by two spaces, with a final line feed.
pub fn json(node: &Node) -> String {
    let mut out = String::new();
    write_json(&mut out, node, Some(0));
    out.push('\n');
    out
}

/// Writes JSON on one line without spaces. This form is sent to AWS and measured against limits.
pub fn json_compact(node: &Node) -> String {
    let mut out = String::new();
    write_json(&mut out, node, None);
    out
}

/// Writes YAML in block style with long forms of functions, for people to read.
///
/// Text is quoted where YAML 1.1 or 1.2 would read it as another value.
pub fn yaml(node: &Node) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Map(map) if !map.is_empty() => yaml_table(&mut out, map, 0),
        Value::List(items) if !items.is_empty() => yaml_list(&mut out, items, 0),
        _ => {
            yaml_scalar(&mut out, node, 0);
            out.push('\n');
        }
    }
    out
}

/// Writes `node`. `indent` is its depth, or `None` for one line.
fn write_json(out: &mut String, node: &Node, indent: Option<usize>) {
    let inner = indent.map(|depth| depth + 1);
    match &node.value {
        Value::List(items) => {
            let count = items.len();
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                line(out, inner);
                write_json(out, item, inner);
                comma(out, index, count);
            }
            if count > 0 {
                line(out, indent);
            }
            out.push(']');
        }
        Value::Map(map) => {
            let count = map.len();
            out.push('{');
            for (index, (key, entry)) in map.iter().enumerate() {
                line(out, inner);
                quoted(out, key);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write_json(out, &entry.node, inner);
                comma(out, index, count);
            }
            if count > 0 {
                line(out, indent);
            }
            out.push('}');
        }
        scalar => json_scalar(out, scalar),
    }
}

fn json_scalar(out: &mut String, value: &Value) {
    match value {
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => push(out, number),
        Value::String(text) => quoted(out, text),
        Value::Null | Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}

fn comma(out: &mut String, index: usize, count: usize) {
    if index + 1 < count {
        out.push(',');
    }
}

fn line(out: &mut String, indent: Option<usize>) {
    if let Some(depth) = indent {
        out.push('\n');
        blanks(out, depth);
    }
}

fn blanks(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn push(out: &mut String, shown: impl std::fmt::Display) {
    write!(out, "{shown}").expect("a String takes all that is written to it");
}

/// Writes a string in JSON's quotes, which are also YAML's double quotes.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(needs_escape) {
        out.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(other) => push(out, format_args!("\\u{:04x}", other as u32)),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Returns whether the character needs an escape between quotes: in JSON, or because YAML takes it
/// for a line break, a byte order mark or an unprintable character.
fn needs_escape(character: char) -> bool {
    matches!(
        character,
        '"' | '\\' | '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
            | '\u{fffe}' | '\u{ffff}'
    )
}

fn yaml_table(out: &mut String, map: &Map, depth: usize) {
    for (index, (key, entry)) in map.iter().enumerate() {
        if index > 0 || depth == 0 || out.ends_with('\n') {
            blanks(out, depth);
        }
        let is_long = key.len() > PLAIN_KEY_BYTES;
        if is_long {
            out.push_str("? ");
        }
        yaml_text(out, key);
        if is_long {
            out.push('\n');
            blanks(out, depth);
        }
        out.push(':');
        yaml_value(out, &entry.node, depth);
    }
}

/// Writes a value after its key's colon: on the same line, or below it.
fn yaml_value(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            out.push('\n');
            yaml_table(out, map, depth + 1);
        }
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            yaml_list(out, items, depth + 1);
        }
        _ => {
            out.push(' ');
            yaml_scalar(out, node, depth + 1);
            out.push('\n');
        }
    }
}

fn yaml_list(out: &mut String, items: &[Node], depth: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || depth == 0 || out.ends_with('\n') {
            blanks(out, depth);
        }
        out.push_str("- ");
        match &item.value {
            Value::Map(map) if !map.is_empty() => yaml_table(out, map, depth + 1),
            Value::List(items) if !items.is_empty() => yaml_list(out, items, depth + 1),
            _ => {
                yaml_scalar(out, item, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn yaml_scalar(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::String(text) if fits_block(text) => yaml_block(out, text, depth),
        Value::String(text) => yaml_text(out, text),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
        scalar => json_scalar(out, scalar),
    }
}

/// Writes text without quotes if possible.
fn yaml_text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Writes text of several lines as a `|` block. The sign after `|` tells whether it ends with a
/// line feed.
fn yaml_block(out: &mut String, text: &str, depth: usize) {
    out.push('|');
    if !text.ends_with('\n') {
        out.push('-');
    }
    for row in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !row.is_empty() {
            blanks(out, depth);
            out.push_str(row);
        }
    }
}

/// Returns whether text of several lines can be a `|` block.
fn fits_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && !body.ends_with('\n')
        && !body.chars().any(|c| c != '\n' && c != '"' && c != '\\' && c != '\t' && needs_escape(c))
        // A line of spaces has no recognizable indentation.
        && body.split('\n').all(|row| row.is_empty() || !row.trim_matches([' ', '\t']).is_empty())
}

/// Returns whether every YAML 1.1 or 1.2 parser reads unquoted `text` as that text.
///
/// It is deliberately strict: text that starts like a number, a date or a sign, and every special
/// word, is quoted.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan",
    ];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let safe = |c: char| c.is_ascii_alphanumeric() || " /_-.:+=,()$@;".contains(c);
    begins
        && text.chars().all(safe)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Sources, Span};
    use crate::{Entry, Number, read};
    use proptest::prelude::*;

    fn node(text: &str) -> Node {
        let file = Sources::default().add("template.yaml", text);
        read(file, text).node.unwrap()
    }

    const EXAMPLE: &str = "
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: a, Value: 'yes'}], Empty: {}, None: []}}
  Function:
    Properties:
      Code: |
        def handler(event, context):
            return \"${x}\"
      Timeout: 3
      Ratio: 1.5
      On: true
      Nested: [[1, 2], [!Ref Vpc, {a: b, c: d}]]
      Text: \"a: b # c\"
      Date: '2012-10-17'
      Blank: ''
";

    #[test]
    fn yaml_is_for_people() {
        insta::assert_snapshot!(yaml(&node(EXAMPLE)), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Vpc:
            Type: AWS::EC2::VPC
            Properties:
              CidrBlock: "10.0.0.0/16"
              Tags:
                - Key: a
                  Value: "yes"
              Empty: {}
              None: []
          Function:
            Properties:
              Code: |
                def handler(event, context):
                    return "${x}"
              Timeout: 3
              Ratio: 1.5
              "On": true
              Nested:
                - - 1
                  - 2
                - - Ref: Vpc
                  - a: b
                    c: d
              Text: "a: b # c"
              Date: "2012-10-17"
              Blank: ""
        "#);
    }

    #[test]
    fn a_name_longer_than_yaml_takes_before_a_colon_reads_back() {
        for name in ["x".repeat(2000), "\u{1}".repeat(400)] {
            let mut inner = Map::default();
            inner.insert(name.as_str(), Span::default(), node("a"));
            inner.insert(
                format!("{name}y"),
                Span::default(),
                Node::new(inner.clone(), Span::default()),
            );
            let list = Node::new(vec![Node::new(inner, Span::default())], Span::default());
            let tree = Node::single("L", list, Span::default());
            let text = yaml(&tree);
            let file = Sources::default().add("t.yaml", text.as_str());
            let read = read(file, &text);
            assert_eq!(read.problems, []);
            assert_eq!(read.node, Some(tree));
        }
    }

    #[test]
    fn json_is_indented_or_on_one_line() {
        let node = node("{a: [1, {b: 'x\"\\\n\u{7}'}], c: {}, d: [], e: null}");
        insta::assert_snapshot!(json(&node), @r#"
        {
          "a": [
            1,
            {
              "b": "x\"\\ \u0007"
            }
          ],
          "c": {},
          "d": [],
          "e": null
        }
        "#);
        insta::assert_snapshot!(json_compact(&node), @r#"{"a":[1,{"b":"x\"\\ \u0007"}],"c":{},"d":[],"e":null}"#);
    }

    #[test]
    fn text_that_would_read_as_something_else_is_quoted() {
        for text in [
            "",
            " a",
            "a ",
            "yes",
            "No",
            "~",
            "null",
            "012",
            "1.5",
            "1e3",
            "2012-10-17",
            "a: b",
            "a #b",
            "a:",
            "*",
            "&a",
            "!Ref",
            "%",
            "- a",
            "?",
            "|",
            "`",
            "{",
            "[",
            "'",
            "\"",
            "a\tb",
            "\u{feff}",
            "é",
            "=",
            "<<",
            "x\r\ny",
        ] {
            let written = yaml(&Node::new(text, Span::default()));
            assert!(written.starts_with('"'), "{text:?} became {written}");
        }
        for text in [
            "abc",
            "AWS::EC2::VPC",
            "arn:aws:s3:::b",
            "us-east-1a",
            "a b",
            "/x/y",
            "a=b,c",
        ] {
            assert_eq!(yaml(&Node::new(text, Span::default())), format!("{text}\n"));
        }
    }

    fn scalar_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z0-9.:_ +-]{0,12}",
            "[ -~\\n\\t]{0,30}",
            "\\PC{0,12}",
            any::<String>().prop_map(|text| text.chars().filter(|c| *c != '\0').take(20).collect()),
            Just("|".to_owned()),
            Just("a\n  b\n\n".to_owned()),
            Just("a\n \nb".to_owned()),
        ]
    }

    fn tree() -> impl Strategy<Value = Node> {
        let value = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter_map("finite", |number| {
                Number::from_f64(number).map(Value::Number)
            }),
            scalar_text().prop_map(Value::String),
        ];
        let leaf = value.prop_map(|value| Node::new(value, Span::default()));
        leaf.prop_recursive(5, 40, 5, |inner| {
            let key = prop_oneof!["[A-Za-z]{1,6}", scalar_text()];
            let entry = inner.clone().prop_map(|node| Entry {
                key: Span::default(),
                node,
            });
            prop_oneof![
                prop::collection::vec(inner, 0..5)
                    .prop_map(|items| Node::new(items, Span::default())),
                prop::collection::vec((key, entry), 0..5).prop_map(|entries| {
                    Node::new(entries.into_iter().collect::<Map>(), Span::default())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(tree in tree()) {
            let root = Node::single("root", tree, Span::default());
            for text in [yaml(&root), json(&root), json_compact(&root)] {
                let file = Sources::default().add("template", text.as_str());
                let read = read(file, &text);
                prop_assert_eq!(read.node.as_ref(), Some(&root), "{}\n{:?}", text, read.problems);
            }
        }
    }
}
