//! Writing trees as JSON and YAML: the same tree gives the same bytes, and reads back as itself.
//!
//! Tables keep the order of their names: who wants another order sorts the tree first.

use crate::limits::PLAIN_KEY_BYTES;
use crate::{Map, Node, Value};
use std::fmt::Write as _;

/// JSON over many lines, indented by two blanks, with a line end after it.
pub fn json(node: &Node) -> String {
    let mut out = String::new();
    write_json(&mut out, node, Some(0));
    out.push('\n');
    out
}

/// JSON on one line without blanks: what is sent, and what is measured against limits.
pub fn json_compact(node: &Node) -> String {
    let mut out = String::new();
    write_json(&mut out, node, None);
    out
}

/// YAML in block style with long forms of functions, for people to read.
///
/// Text is quoted wherever YAML 1.1 or 1.2 would read something else than that text.
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

/// Writes `node`; `indent` is its depth, or nothing for one line.
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

/// A string in JSON's quotes, which are also YAML's double quotes.
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

/// What cannot stand as itself between quotes: JSON's own, and what YAML takes for a line end, for
/// a byte order mark or for nothing printable.
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

/// What follows a name's colon: on the same line, or below it.
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

/// Text bare where it reads as itself, else in quotes.
fn yaml_text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Text of several lines under a `|`; its last line end is said by the sign after it.
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

/// Whether text of several lines may stand under a `|` and come back as it was.
fn fits_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && !body.ends_with('\n')
        && !body.chars().any(|c| c != '\n' && c != '"' && c != '\\' && c != '\t' && needs_escape(c))
        // A row of blanks alone has no indentation to be told from.
        && body.split('\n').all(|row| row.is_empty() || !row.trim_matches([' ', '\t']).is_empty())
}

/// Whether `text` without quotes is that text for every reader of YAML, 1.1 or 1.2.
///
/// Deliberately narrow: what begins like a number, a date or a sign, and every word that means
/// something, is quoted.
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
            let file = crate::diagnostics::Sources::default().add("t.yaml", text.as_str());
            let read = crate::read(file, &text);
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
