//! Suppresses the problems that a TOML syntax error causes: the missing key may be on the broken
//! line, and values read from it are not reliable.

use crate::codes;
use formwork_template::diagnostics::{FileId, Problem, Span};
use std::collections::HashSet;

/// Removes the problems that follow from syntax errors.
pub(crate) fn suppress_cascades(problems: &mut Vec<Problem>) {
    let is_syntax = |problem: &Problem| problem.code == codes::TOML_SYNTAX;
    let place = |problem: &Problem| Some(problem.labels.first()?.span);
    let broken: Vec<_> = problems
        .iter()
        .filter(|it| is_syntax(it))
        .filter_map(place)
        .collect();
    let files: HashSet<FileId> = broken.iter().map(|span| span.file).collect();
    let touches = |span: Span| {
        broken.iter().any(|broken| {
            let overlap = broken.start < span.end && span.start < broken.end;
            broken.file == span.file && (overlap || broken.start == span.start)
        })
    };
    problems.retain(|problem| match place(problem) {
        Some(span) if !is_syntax(problem) && files.contains(&span.file) => {
            !is_missing(problem) && !touches(span)
        }
        _ => true,
    });
}

fn is_missing(problem: &Problem) -> bool {
    [
        codes::MISSING_INPUT,
        codes::MISSING_NAME,
        codes::MISSING_PARAMETER,
        codes::MISSING_TYPE,
        codes::MISSING_VALUE,
        formwork_lint::codes::MISSING_PROPERTY,
    ]
    .contains(&problem.code)
}
