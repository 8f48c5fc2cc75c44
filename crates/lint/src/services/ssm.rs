//! Systems Manager documents.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::diagnostics::{FileId, Problem, Span};
use formwork_template::{Node, Resource};

/// The schema versions of a document (the page "Schemas, features, and examples").
const VERSIONS: [&str; 5] = ["0.3", "1.0", "1.2", "2.0", "2.2"];

/// Checks that a document is a table, as a value or as text in JSON or YAML, with its schema
/// version.
pub(super) fn document<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "Content") {
        let Some(node) = found.node.filter(|node| node.function().is_none()) else {
            continue;
        };
        let Some(text) = node.as_str() else {
            contents(node, None, problems);
            continue;
        };
        if text.contains("{{resolve:") {
            continue;
        }
        let read = formwork_template::read(FileId::default(), text);
        match read.node.filter(|node| node.as_map().is_some()) {
            Some(written) => contents(&written, Some(node.span), problems),
            None => problems.push(rule_violation(
                "invalid content of a document: expected a table in JSON or YAML",
                node.span,
            )),
        }
    }
}

/// Checks a document; `place` is the span of the text that contains it.
fn contents(document: &Node, place: Option<Span>, problems: &mut Vec<Problem>) {
    let span = |node: &Node| place.unwrap_or(node.span);
    match document.get("schemaVersion") {
        None => {
            let problem = rule_violation("missing `schemaVersion` of a document", span(document));
            problems.push(problem.help("use `2.2` for commands and `0.3` for automation"));
        }
        Some(version) if version.function().is_some() => {}
        Some(version) => {
            if !version
                .as_str()
                .is_some_and(|text| VERSIONS.contains(&text))
            {
                let message = format!(
                    "invalid `schemaVersion`: expected one of the strings {}",
                    VERSIONS.join(", ")
                );
                let mut problem = rule_violation(message, span(version));
                if version.as_str().is_none() {
                    problem = problem.help("write it in quotes: without them it is a number");
                }
                problems.push(problem);
            }
        }
    }
    for key in ["assumeRole", "description"] {
        let wrong = document
            .get(key)
            .filter(|node| node.as_str().is_none() && node.function().is_none());
        if let Some(node) = wrong {
            let message = format!(
                "`{key}` of a document: expected a string, found {}",
                node.kind()
            );
            problems.push(rule_violation(message, span(node)));
        }
    }
}
