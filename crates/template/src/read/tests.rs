//! Tests of reading JSON and YAML.

use crate::diagnostics::{Problem, Sources};
use crate::{Node, Value, codes, read, write};
use proptest::prelude::*;
use std::fmt::Write as _;

/// Returns the tree as compact JSON, then each problem on its own line.
fn reading(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let read = read(file, text);
    let mut shown = match &read.node {
        Some(node) => write::json_compact(node),
        None => "nothing".to_owned(),
    };
    for problem in &read.problems {
        write!(shown, "\n{}", line(&sources, problem)).unwrap();
    }
    shown
}

fn line(sources: &Sources, problem: &Problem) -> String {
    let mut shown = format!("{}: {}", problem.code.name, problem.message);
    for label in &problem.labels {
        let at = sources.position(label.span);
        let (line, column) = (at.line, at.column);
        let slice = sources.slice(label.span);
        write!(shown, " [{line}:{column} {slice:?} {}]", label.text).unwrap();
    }
    if let Some(help) = &problem.help {
        write!(shown, " help: {help}").unwrap();
    }
    shown
}

/// Returns every scalar and key with the text of its span.
fn spans(text: &str) -> Vec<(String, String)> {
    fn collect(sources: &Sources, node: &Node, found: &mut Vec<(String, String)>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| collect(sources, item, found)),
            Value::Map(map) => {
                for (key, entry) in map.iter() {
                    found.push((key.to_owned(), sources.slice(entry.key).to_owned()));
                    collect(sources, &entry.node, found);
                }
            }
            _ => found.push((
                write::json_compact(node),
                sources.slice(node.span).to_owned(),
            )),
        }
    }
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let read = read(file, text);
    assert_eq!(read.problems, []);
    let mut found = Vec::new();
    collect(&sources, &read.node.unwrap(), &mut found);
    found
}

#[test]
fn short_forms_are_their_long_ones() {
    for (text, expect) in [
        ("!Ref A", r#"{"Ref":"A"}"#),
        ("!Ref 123", r#"{"Ref":"123"}"#),
        ("!Condition C", r#"{"Condition":"C"}"#),
        ("!GetAtt A.Arn", r#"{"Fn::GetAtt":["A","Arn"]}"#),
        (
            "!GetAtt Db.Endpoint.Port",
            r#"{"Fn::GetAtt":["Db","Endpoint.Port"]}"#,
        ),
        ("!GetAtt [A, !Ref B]", r#"{"Fn::GetAtt":["A",{"Ref":"B"}]}"#),
        ("!Sub 'x ${A}'", r#"{"Fn::Sub":"x ${A}"}"#),
        (
            "!Sub ['${x}', {x: !Ref A}]",
            r#"{"Fn::Sub":["${x}",{"x":{"Ref":"A"}}]}"#,
        ),
        ("!GetAZs ''", r#"{"Fn::GetAZs":""}"#),
        ("!GetAZs", r#"{"Fn::GetAZs":""}"#),
        (
            "!Select [0, !Split [',', a]]",
            r#"{"Fn::Select":[0,{"Fn::Split":[",","a"]}]}"#,
        ),
        (
            "!Base64\n  'Fn::Sub': x",
            r#"{"Fn::Base64":{"Fn::Sub":"x"}}"#,
        ),
        (
            "!If [C, !Ref 'AWS::NoValue', b]",
            r#"{"Fn::If":["C",{"Ref":"AWS::NoValue"},"b"]}"#,
        ),
        (
            "!Transform {Name: M, Parameters: {a: b}}",
            r#"{"Fn::Transform":{"Name":"M","Parameters":{"a":"b"}}}"#,
        ),
        ("!!str 012", r#""012""#),
        ("!!int 12", "12"),
        ("! 12", r#""12""#),
    ] {
        assert_eq!(reading(text), expect, "{text}");
    }
}

#[test]
fn unquoted_texts_are_read_as_aws_reads_them() {
    insta::assert_snapshot!(reading("
Version: 2012-10-17
Account: 012345678901
Octal: 012345670123
Mode: 0644
Quoted: '0644'
Big: 123456789012345678901234567890
Old: yes
on: off
Truth: True
Nothing: ~
Zeros: 1.10
Plain: 1.5
Time: 22:30
Exponent: 1e3
Cidr: 10.0.0.0/16
"), @r#"
    {"Version":"2012-10-17","Account":"012345678901","Octal":1402433619,"Mode":420,"Quoted":"0644","Big":"123456789012345678901234567890","Old":true,"on":false,"Truth":true,"Nothing":null,"Zeros":1.1,"Plain":1.5,"Time":1350,"Exponent":1000.0,"Cidr":"10.0.0.0/16"}
    template_number: `012345670123` is read as the number 1402433619 [4:8 "012345670123" becomes 1402433619] help: write 1402433619, or "012345670123" to keep it as text
    template_number: `0644` is read as the number 420 [5:7 "0644" becomes 420] help: write 420, or "0644" to keep it as text
    template_boolean: `yes` without quotes is read as true [8:6 "yes" becomes true] help: write true, or "yes" to keep it as text
    template_boolean: unquoted key `on` is a boolean in YAML 1.1 [9:1 "on" read as text] help: write "on"
    template_boolean: `off` without quotes is read as false [9:5 "off" becomes false] help: write false, or "off" to keep it as text
    template_number: `1.10` is read as the number 1.1 [12:8 "1.10" becomes 1.1] help: write 1.1, or "1.10" to keep it as text
    template_number: `22:30` is read as the number 1350 [14:7 "22:30" becomes 1350] help: write 1350, or "22:30" to keep it as text
    template_number: `1e3` is read as the number 1000.0 [15:11 "1e3" becomes 1000.0] help: write 1000.0, or "1e3" to keep it as text
    "#);
}

#[test]
fn json_is_read_with_tabs_and_escapes() {
    assert_eq!(
        reading(
            "\u{feff}{\n\t\"a\": [1, -2.5, true, null],\n\t\"b\": \"\\u00e9\\uD83D\\uDE00\\/\\n\"\n}\n"
        ),
        "{\"a\":[1,-2.5,true,null],\"b\":\"é😀/\\n\"}"
    );
    assert_eq!(
        reading("{Resources: {A: !Ref B}}"),
        r#"{"Resources":{"A":{"Ref":"B"}}}"#,
        "a flow mapping of YAML"
    );
    assert_eq!(
        reading("{\"a\": \"012\", \"b\": 12345678901234567890123}"),
        r#"{"a":"012","b":"12345678901234567890123"}"#
    );
}

#[test]
fn broken_json_says_what_was_expected() {
    let cases = [
        "{\"a\": 1 \"b\": 2}",
        "{\"a\": 01}",
        "{\"a\": \"x\n\"}",
        "{\"a\": \"\\q\"}",
        "{\"a\": \"\\uD800\"}",
        "{\"a\": [1, 2}",
        "{\"a\": 1} }",
        "{\"a\": nul}",
        "{\"a\":",
    ];
    let shown: Vec<_> = cases.iter().map(|text| reading(text)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    nothing
    template_syntax: expected `,` or `}`, found `"` [1:9 "\"" here]
    nothing
    template_syntax: expected a number in JSON syntax, found `0` [1:7 "0" here]
    nothing
    template_syntax: expected the closing `"` on this line, found the end of the line [1:9 "\n" here]
    nothing
    template_syntax: invalid escape: expected one of \" \\ \/ \b \f \n \r \t \uXXXX [1:8 "\\" invalid escape]
    nothing
    template_syntax: invalid escape: expected one of \" \\ \/ \b \f \n \r \t \uXXXX [1:8 "\\" invalid escape]
    nothing
    template_syntax: expected `,` or `]`, found `}` [1:12 "}" here]
    nothing
    template_syntax: expected the end of the template, found `}` [1:10 "}" here]
    nothing
    template_syntax: expected a value, found `n` [1:7 "n" here]
    nothing
    template_syntax: expected a value, found the end of the text [1:6 "" here]
    "#);
}

#[test]
fn aliases_are_written_out_and_merges_refused() {
    insta::assert_snapshot!(reading("
A: &tags
  - Key: a
B: *tags
C: &name Vpc
*name : !Ref X
D:
  <<: *tags
  other: 1
E: &self [*self]
"), @r#"
    {"A":[{"Key":"a"}],"B":[{"Key":"a"}],"C":"Vpc","Vpc":{"Ref":"X"},"D":{"other":1},"E":[null]}
    template_alias: CloudFormation does not support merge keys [8:3 "<<" not merged] help: write out the keys that `<<` would merge
    template_alias: an alias cannot be inside its own anchor [10:11 "*self" refers to itself]
    "#);
}

#[test]
fn aliases_cannot_blow_a_template_up() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        let items = [before.as_str(); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{items}]").unwrap();
    }
    insta::assert_snapshot!(reading(&text), @r#"
    nothing
    template_alias: aliases add more than 100000 values to the template [5:45 "*a3" limit exceeded here]
    "#);
}

#[test]
fn a_name_that_stands_twice_shows_both_places() {
    insta::assert_snapshot!(reading("
Resources:
  A: {Type: T}
  B: {Type: T, Type: U}
  A: {Type: V}
"), @r#"
    {"Resources":{"A":{"Type":"T"},"B":{"Type":"T"}}}
    template_duplicate_key: duplicate key `Type` [4:16 "Type" again here] [4:7 "Type" first here]
    template_duplicate_key: duplicate key `A` [5:3 "A" again here] [3:3 "A" first here]
    "#);
    insta::assert_snapshot!(reading(r#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}"#), @r#"
    {"a":1,"b":{"c":1}}
    template_duplicate_key: duplicate key `c` [1:24 "\"c\"" again here] [1:16 "\"c\"" first here]
    template_duplicate_key: duplicate key `a` [1:33 "\"a\"" again here] [1:2 "\"a\"" first here]
    "#);
}

#[test]
fn yaml_features_that_cloudformation_lacks_are_reported() {
    let cases = [
        "",
        "# nothing\n",
        "a: 1\n---\nb: 2\n",
        "a: !Reff B",
        "a: !Fn::Sub B",
        "a: !!binary aGk=",
        "a: !!int x",
        "? [a, b]\n: c\n",
        "a: 1\n b: 2",
        "a: *nobody",
        "a: \"x",
        "a:\n\tb: 1",
        "a: x\0y",
    ];
    let shown: Vec<_> = cases.iter().map(|text| reading(text)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    nothing
    template_syntax: the template is empty [1:1 "" ]
    nothing
    template_syntax: the template is empty [1:1 "" ]
    nothing
    template_syntax: a template must be one YAML document [2:1 "---" the second document starts here]
    {"a":"B"}
    template_tag: unknown function `!Reff` [1:4 "!Reff B" unknown] help: did you mean `!Ref`?
    {"a":"B"}
    template_tag: unknown function `!Fn::Sub` [1:4 "!Fn::Sub B" unknown] help: did you mean `!Sub`?
    {"a":"aGk="}
    template_tag: CloudFormation does not accept `!!binary` here [1:4 "!!binary aGk=" here]
    {"a":"x"}
    template_tag: CloudFormation does not accept `!!int` here [1:4 "!!int x" here]
    {}
    template_syntax: expected a string as key, found a list [1:3 "[a, b]" here]
    nothing
    template_syntax: mapping values are not allowed in this context [2:3 "" here]
    nothing
    template_syntax: while parsing node, found unknown anchor [1:4 "" here]
    nothing
    template_syntax: while scanning a quoted scalar, found unexpected end of stream [1:4 "" here]
    nothing
    template_syntax: tabs disallowed within this context (block indentation) [2:2 "" here]
    nothing
    template_syntax: a template cannot contain NUL characters [1:5 "\0" here]
    "#);
}

#[test]
fn nesting_ends_at_eighty() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let block = |depth: usize| "- ".repeat(depth) + "x";
    let json = |depth: usize| format!("{{\"a\":{}}}", nested(depth - 1));
    for text in [nested(80), block(80), json(80)] {
        assert!(!reading(&text).contains("template_nesting"));
    }
    for text in [nested(81), block(81), json(81), nested(5000), json(5000)] {
        let reading = reading(&text);
        assert!(reading.contains("template_nesting"), "{reading}");
    }
}

#[test]
fn a_text_too_large_is_not_read() {
    let text = "#".repeat(super::TEXT_BYTES + 1);
    assert!(reading(&text).starts_with("nothing\ntemplate_size"));
    // The table, its key and the list count as three.
    let list = |items: usize| format!("{{\"A\": [{}1]}}", "1,".repeat(items - 1));
    let yaml = |json: &str| json.replace('"', "");
    let most = list(super::VALUES - 3);
    let more = list(super::VALUES - 2);
    for (most, more) in [(&most, &more), (&yaml(&most), &yaml(&more))] {
        assert!(!reading(most).contains("template_size"));
        let reading = reading(more);
        assert!(reading.starts_with("nothing\ntemplate_size"), "{reading}");
    }
}

#[test]
fn spans_cover_what_is_written() {
    let found =
        spans("ä: 'ü'\nList:\r\n  - !Ref B # note\n  - \"c\"\nBlock: |\n  é1\n  2\nLast: x\n");
    let covered: Vec<_> = found.iter().map(|(_, slice)| slice.as_str()).collect();
    assert_eq!(
        covered,
        [
            "ä", "'ü'", "List", "!Ref B", "!Ref B", "\"c\"", "Block", "é1\n  2", "Last", "x"
        ]
    );
    let found = spans("\u{feff}{\"ä\": {\"b\": \"c\"}}");
    let covered: Vec<_> = found.iter().map(|(_, slice)| slice.as_str()).collect();
    assert_eq!(covered, ["\"ä\"", "\"b\"", "\"c\""]);
}

#[test]
fn a_table_is_underlined_up_to_its_last_value() {
    let text = "A:\n  b: 1\n  c: [1, 2]\n\n# note\nD: !If {e: [f]}\n";
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let root = read(file, text).node.unwrap();
    assert_eq!(
        sources.slice(root.get("A").unwrap().span),
        "b: 1\n  c: [1, 2]"
    );
    assert_eq!(sources.slice(root.get("D").unwrap().span), "!If {e: [f]}");
}

#[test]
fn block_texts_end_as_yaml_says() {
    for (text, expect) in [
        ("a: |\n  x\n", "x\n"),
        ("a: |\n  x", "x"),
        ("a: |-\n  x\n", "x"),
        ("a: >\n  x\n  y\n", "x y\n"),
        ("a: |\n  x\n\n  y\nb: 1", "x\n\ny\n"),
    ] {
        let file = Sources::default().add("template", text);
        let root = read(file, text).node.unwrap();
        assert_eq!(root.get("a").unwrap().as_str(), Some(expect), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        text in prop_oneof![
            "[ \\n\\t:{}\\[\\],\"'a1!&*|>#?%@`~<.-]{0,60}",
            "([ \\n]|- |a: |\\{|\\}|\\[|\\]|!Ref |!!int |&a |\\*a|'|\"|é|\\||>-|, |# |\\? |---\\n){0,30}",
            any::<String>(),
        ]
    ) {
        let mut sources = Sources::default();
        let file = sources.add("template", text.as_str());
        let read = read(file, &text);
        prop_assert!(read.node.is_some() || read.problems.iter().any(Problem::is_error));
        let labels = read.problems.iter().flat_map(|problem| &problem.labels);
        for span in labels.map(|label| label.span) {
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
        if let Some(node) = &read.node {
            node.walk(&mut |node| {
                let (start, end) = (node.span.start as usize, node.span.end as usize);
                assert!(text.get(start..end).is_some(), "{start}..{end}");
            });
        }
    }
}

#[test]
fn aliases_of_long_texts_and_nested_anchors_are_limited() {
    let text = "x".repeat(16_000);
    let uses = "*t, ".repeat(200);
    let long = format!("a: &t {text}\nb: [{uses}]\n");
    let inner = "x, ".repeat(35_000);
    let nested = format!("a: {}{inner}x{}\n", "&a [".repeat(70), "]".repeat(70));
    for (text, message) in [
        (long, "aliases add more than 100000 values to the template"),
        (
            nested,
            "anchors cover more than 2000000 values of the template",
        ),
    ] {
        let file = Sources::default().add("t.yaml", text.as_str());
        let result = read(file, &text);
        let messages: Vec<&str> = result
            .problems
            .iter()
            .filter(|problem| problem.code == codes::TEMPLATE_ALIAS)
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(messages, [message]);
    }
}
