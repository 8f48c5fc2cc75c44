//! Problems as SARIF 2.1.0, the OASIS standard for code scanning tools and editors.
//!
//! Paths are relative to the repository's root (`%SRCROOT%`), so that the log does not depend on the folder.

use std::collections::BTreeMap;

use formwork_template::diagnostics::{Code, Label, Problem};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{ProblemReport, label_range, severity, with_help};
use crate::error_index;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// The characters that are not escaped in a path: RFC 3986's unreserved characters and the slash.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Renders all problems as one log.
pub fn sarif(report: &ProblemReport<'_>) -> String {
    let codes: BTreeMap<&str, Code> = report
        .problems
        .iter()
        .map(|problem| (problem.code.name, problem.code))
        .collect();
    let results: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| result(problem, report, &codes))
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

/// Returns the rule of a code, from the error index.
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

fn result(problem: &Problem, report: &ProblemReport<'_>, codes: &BTreeMap<&str, Code>) -> Value {
    let index = codes.keys().position(|name| *name == problem.code.name);
    let mut places = problem
        .labels
        .iter()
        .filter_map(|label| location(label, report));
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

/// Returns the location of a label, unless its source is not a file.
fn location(label: &Label, report: &ProblemReport<'_>) -> Option<Value> {
    let file = report.files.get(&label.span.file)?;
    let (start, end) = label_range(label, report.sources);
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
