//! The tie between the rules in `BEHAVIOUR.md` and their tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every rule of `BEHAVIOUR.md` names tests that exist.
#[test]
fn every_rule_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["tests", "src", "../template/src/evaluate"] {
        collect(&root.join(folder), &mut tests);
    }
    let text = fs::read_to_string(root.join("BEHAVIOUR.md")).unwrap();
    let rules: Vec<&str> = text
        .lines()
        .filter(|line| begins_with_number(line))
        .collect();
    assert!(rules.len() > 40, "{} rules", rules.len());
    let mut numbers = BTreeSet::new();
    for rule in rules {
        let (number, _) = rule.split_once('.').unwrap();
        assert!(numbers.insert(number), "rule {number} stands twice");
        let (_, named) = rule
            .rsplit_once(" — ")
            .unwrap_or_else(|| panic!("no test: {rule}"));
        for test in named.split(", ") {
            let name = test.trim_matches('`');
            assert!(
                tests.contains(name),
                "rule {number} names `{name}`, which is no test"
            );
        }
    }
}

fn begins_with_number(line: &str) -> bool {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    digits > 0 && line[digits..].starts_with(". ")
}

/// Collects the names of the functions under `#[test]` and `#[tokio::test]` below a folder.
fn collect(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    is_test = true;
                } else if let Some((_, rest)) = line.split_once("fn ") {
                    if is_test && let Some((name, _)) = rest.split_once('(') {
                        tests.insert(name.to_owned());
                    }
                    is_test = false;
                }
            }
        }
    }
}
