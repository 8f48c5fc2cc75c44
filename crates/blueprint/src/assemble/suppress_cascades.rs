//! What follows from a broken line, and is therefore not said: what is missing may stand in it,
//! and what was read of it is nobody's word.

use crate::codes;
use formwork_template::diagnostics::{FileId, Problem, Span};
use std::collections::HashSet;

/// Takes out what follows from lines that are not TOML.
pub(crate) fn without_what_follows(problems: &mut Vec<Problem>) {
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
