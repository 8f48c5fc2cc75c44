//! Problems as SARIF 2.1.0, the OASIS standard that code scanning and editors read.
//!
//! Files are named from the repository's root (`%SRCROOT%`), so the log is the same wherever the repository lies.

use std::collections::BTreeMap;

use formwork_template::diagnostics::{Code, Label, Problem};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Findings, ends, severity, with_help};
use crate::error_index;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// What stands in a URI's path as it is (RFC 3986's unreserved characters), and the slash between names.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The whole log.
pub fn sarif(findings: &Findings<'_>) -> String {
    let codes: BTreeMap<&str, Code> = findings
        .problems
        .iter()
        .map(|problem| (problem.code.name, problem.code))
        .collect();
    let results: Vec<Value> = findings
        .problems
        .iter()
        .map(|problem| result(problem, findings, &codes))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "formwork",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.values().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "the root of the repository" } } },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// What a code means, from the page of errors.
fn rule(code: &Code) -> Value {
    let article = error_index::article(code.name);
    let explanation = article.map_or(code.explanation, |article| article.explanation);
    let help = article.map_or(code.explanation, |article| article.text);
    json!({
        "id": code.to_string(),
        "name": code.name,
        "shortDescription": { "text": first_sentence(explanation) },
        "fullDescription": { "text": explanation },
        "help": { "text": help, "markdown": help },
    })
}

fn first_sentence(text: &str) -> &str {
    match text.find(". ") {
        Some(end) => &text[..=end],
        None => text,
    }
}

fn result(problem: &Problem, findings: &Findings<'_>, codes: &BTreeMap<&str, Code>) -> Value {
    let index = codes.keys().position(|name| *name == problem.code.name);
    let mut places = problem
        .labels
        .iter()
        .filter_map(|label| location(label, findings));
    let mut result = json!({
        "ruleId": problem.code.to_string(),
        "ruleIndex": index,
        "level": severity(problem),
        "message": { "text": with_help(problem) },
        "locations": places.next().into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = places
        .enumerate()
        .map(|(id, mut place)| {
            place["id"] = json!(id);
            place
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

/// A label's place; nothing where its text is in no file.
fn location(label: &Label, findings: &Findings<'_>) -> Option<Value> {
    let file = findings.files.get(&label.span.file)?;
    let (start, end) = ends(label, findings.sources);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {
                "uri": utf8_percent_encode(file, PATH).to_string(),
                "uriBaseId": ROOT,
            },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    Some(location)
}
