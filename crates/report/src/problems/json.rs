//! Problems as JSON. `docs/validation.md` describes the format; `format` is its version.

use formwork_template::diagnostics::{Label, Problem, Sources};
use serde_json::{Value, json};

use super::{ProblemReport, label_range, severity};

/// Renders all problems.
pub fn json(report: &ProblemReport<'_>) -> String {
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| problem_json(problem, report.sources))
        .collect();
    let document = json!({
        "format": 1,
        "blueprint": report.blueprint,
        "problems": problems,
    });
    format!("{document:#}\n")
}

fn problem_json(problem: &Problem, sources: &Sources) -> Value {
    let labels: Vec<Value> = problem
        .labels
        .iter()
        .map(|label| label_json(label, sources))
        .collect();
    json!({
        "code": problem.code.to_string(),
        "severity": severity(problem),
        "message": problem.message,
        "help": problem.help,
        "labels": labels,
    })
}

fn label_json(label: &Label, sources: &Sources) -> Value {
    let (start, end) = label_range(label, sources);
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
