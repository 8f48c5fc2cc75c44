//! The formatter: examples, random texts, and every blueprint of this repository.

use formwork_blueprint::format;
use formwork_template::diagnostics::FileId;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn formatted(text: &str) -> String {
    let once = format(FileId::default(), text).unwrap_or_else(|p| panic!("{p:?}\n{text}"));
    let twice = format(FileId::default(), &once).unwrap();
    assert_eq!(once, twice, "formatting what is formatted changes nothing");
    once
}

#[test]
fn blanks_and_blank_lines_are_normalized() {
    let text = "\n\n# about\nname=\"x\"   # kept apart\n\n\n\nvars . who =  'a  b'\n[ stacks . web ]\n\n  description  = \"d\"\n# of the topic\n[stacks.web.Topic]\ntype=\"AWS::SNS::Topic\"\r\n\"Display Name\"=1\n\n# last\n\n[[ checks ]]#behind\n";
    insta::assert_snapshot!(formatted(text), @r#"
    # about
    name = "x"   # kept apart

    vars.who = 'a  b'

    [stacks.web]
    description = "d"

    # of the topic
    [stacks.web.Topic]
    type = "AWS::SNS::Topic"
    "Display Name" = 1

    # last

    [[checks]] #behind
    "#);
}

#[test]
fn long_lists_have_one_item_per_line_and_keep_their_comments() {
    let text = r#"
short = [1,2 , 3]
kept = [
1, 2,
]
commented = [ # of all
  "a" # of a
  , "b", # of b
  # before c
  "c"
  # at the end
]
long = ["arn:aws:iam::111122223333:role/one", "arn:aws:iam::111122223333:role/two", "arn:aws:iam::111122223333:role/three", "arn:aws:iam::111122223333:role/four"]
table = {a=1,b = [ ],c={},d.e="x"}
policy = { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan"] }
newer = {
  a = 1, # of a
  b = [1,
   2] }
empty = [
]
text = """
  [ not=a ] # list
""""
raw = 'it''
"#
    .replace("'it''", "'it'");
    insta::assert_snapshot!(formatted(&text), @r#"
    short = [1, 2, 3]
    kept = [
        1,
        2,
    ]
    commented = [
        # of all
        "a", # of a
        "b", # of b
        # before c
        "c",
        # at the end
    ]
    long = [
        "arn:aws:iam::111122223333:role/one",
        "arn:aws:iam::111122223333:role/two",
        "arn:aws:iam::111122223333:role/three",
        "arn:aws:iam::111122223333:role/four",
    ]
    table = { a = 1, b = [], c = {}, d.e = "x" }
    policy = { Effect = "Allow", Action = [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:Query",
        "dynamodb:Scan",
    ] }
    newer = {
        a = 1, # of a
        b = [
            1,
            2,
        ],
    }
    empty = []
    text = """
      [ not=a ] # list
    """"
    raw = 'it'
    "#);
}

#[test]
fn invalid_toml_is_an_error_with_a_span() {
    let problems = format(FileId::default(), "name = \"x\"\nvars = {\n").unwrap_err();
    assert_eq!(problems[0].code.name, "toml_syntax");
    assert_eq!(problems[0].labels[0].span.start, 18);
}

fn blueprints(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            blueprints(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_blueprint_of_the_repository_is_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    blueprints(&root.join("../../blueprints"), &mut found);
    let components = root.join("components");
    if components.is_dir() {
        blueprints(&components, &mut found);
    }
    assert!(found.len() > 5);
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(formatted(&text) == text, "`formwork fmt` changes {path:?}");
    }
}

fn blank() -> impl Strategy<Value = String> {
    "[ \t]{0,2}"
}

/// Generates blanks, line breaks and comments as in a list.
fn gap() -> impl Strategy<Value = String> {
    prop_oneof![3 => blank(), 1 => "([ ]{0,2}(#[ a\\]},\"']{0,4})?\n){1,3}"]
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "\"[a-z #=,\\[\\]{}']{0,12}\"",
        "'[a-z #=,\\[\\]{}\\\\\"]{0,12}'",
        "\"(\\\\\"|\\\\\\\\|x){0,4}\"",
        "\"\"\"[a-z #=\n\\[']{0,12}\"\"\"",
        "\"\"\"\n[a-z]{0,4}\"\"\"\"",
        "'''[a-z #=\n\\[\"\\\\]{0,8}'''",
    ]
}

fn value() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        string(),
        "[1-9][0-9]{0,3}",
        Just("true".to_owned()),
        Just("-1.5e3".to_owned()),
        Just("2012-10-17".to_owned()),
        Just("0xff".to_owned()),
    ];
    plain.prop_recursive(4, 24, 6, |inner| {
        let list = prop::collection::vec((gap(), inner.clone(), gap()), 0..6);
        let list = (list, gap(), any::<bool>()).prop_map(|(items, end, comma)| {
            let items: Vec<String> = items.into_iter().map(|(a, v, b)| a + &v + &b).collect();
            let comma = if comma && !items.is_empty() { "," } else { "" };
            format!("[{}{comma}{end}]", items.join(","))
        });
        let table = prop::collection::vec((gap(), blank(), (gap(), gap()), inner, gap()), 0..4);
        let table = (table, gap()).prop_map(|(items, end)| {
            let items = items.into_iter().enumerate();
            let items: Vec<String> = items
                .map(|(at, (a, b, (c, d), v, e))| format!("{a}k{at}{b}.{b}\"x y\"{c}={d}{v}{e}"))
                .collect();
            format!("{{{}{end}}}", items.join(","))
        });
        prop_oneof![list, table]
    })
}

fn document() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => (blank(), value(), blank(), "(#[ a-z=\\[]{0,6})?").prop_map(|(a, v, b, c)| format!("{a}KEY{b}={b}{v}{b}{c}\n")),
        2 => (blank(), "(#[a-z]{0,3})?").prop_map(|(a, c)| format!("{a}[{a}t.KEY{a}]{a}{c}\n")),
        1 => blank().prop_map(|a| format!("{a}[[{a}KEY{a}.{a}'q'{a}]]\n")),
        2 => "[ ]{0,2}#[ a-z\"=\\[]{0,8}\n",
        2 => "([ ]{0,2}\n){1,3}",
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| {
        let lines = lines.into_iter().enumerate();
        lines
            .map(|(at, line)| line.replace("KEY", &format!("key{at}")))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// [`format`] returns an error if the meaning would change, so `Ok` is enough.
    #[test]
    fn formatting_keeps_the_meaning_and_is_idempotent(text in document()) {
        formatted(&text);
    }

    #[test]
    fn any_text_is_formatted_or_refused(text in "[a-z=\\[\\]{}\"'#,.\n ]{0,40}") {
        let _: Result<String, _> = format(FileId::default(), &text);
    }
}
