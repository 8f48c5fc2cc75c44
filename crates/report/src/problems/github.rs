//! Problems as GitHub workflow commands, which become annotations of a commit.
//!
//! The format and the escapes follow "Workflow commands for GitHub Actions" and the toolkit's `command.ts`.

use formwork_template::diagnostics::Problem;

use super::{ProblemReport, label_range, severity, with_help};

/// Renders one line for each problem.
pub fn github(report: &ProblemReport<'_>) -> String {
    report
        .problems
        .iter()
        .map(|problem| command(problem, report))
        .collect()
}

fn command(problem: &Problem, report: &ProblemReport<'_>) -> String {
    let mut parameters = Vec::new();
    let mut elsewhere = problem.labels.as_slice();
    if let Some((first, others)) = problem.labels.split_first()
        && let Some(file) = report.files.get(&first.span.file)
    {
        let (start, end) = label_range(first, report.sources);
        parameters.push(("file", file.clone()));
        parameters.push(("line", start.line.to_string()));
        parameters.push(("endLine", end.line.to_string()));
        // An annotation of several lines has no columns.
        if start.line == end.line {
            parameters.push(("col", start.column.to_string()));
            parameters.push(("endColumn", end.column.to_string()));
        }
        elsewhere = others;
    }
    parameters.push(("title", problem.code.to_string()));
    let parameters: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| format!("{name}={}", escape_parameter(&value)))
        .collect();
    let mut message = with_help(problem);
    for label in elsewhere {
        let path = report.sources.path(label.span.file).display();
        let at = report.sources.position(label.span);
        message.push_str(&format!("\n{path}:{}:{}", at.line, at.column));
        if !label.text.is_empty() {
            message.push_str(&format!(": {}", label.text));
        }
    }
    format!(
        "::{} {}::{}\n",
        severity(problem),
        parameters.join(","),
        escape_message(&message)
    )
}

/// Escapes the message of a command.
fn escape_message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a parameter.
fn escape_parameter(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}
