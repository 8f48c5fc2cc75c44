//! Problems as JSON of our own: `docs/check.md` describes the shape, `format` is its version.

use formwork_template::diagnostics::{Label, Problem, Sources};
use serde_json::{Value, json};

use super::{Findings, ends, severity};

/// The whole document.
pub fn json(findings: &Findings<'_>) -> String {
    let problems: Vec<Value> = findings
        .problems
        .iter()
        .map(|problem| one(problem, findings.sources))
        .collect();
    let document = json!({
        "format": 1,
        "blueprint": findings.blueprint,
        "problems": problems,
    });
    format!("{document:#}\n")
}

fn one(problem: &Problem, sources: &Sources) -> Value {
    let labels: Vec<Value> = problem
        .labels
        .iter()
        .map(|label| place(label, sources))
        .collect();
    json!({
        "code": problem.code.to_string(),
        "severity": severity(problem),
        "message": problem.message,
        "help": problem.help,
        "labels": labels,
    })
}

fn place(label: &Label, sources: &Sources) -> Value {
    let (start, end) = ends(label, sources);
    json!({
        "file": sources.path(label.span.file).display().to_string(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "start_byte": label.span.start,
        "end_byte": label.span.end,
        "text": label.text,
    })
}
