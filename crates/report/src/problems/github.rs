//! Problems as GitHub's workflow commands, which a runner turns into annotations of a commit.
//!
//! The form and the escapes are those of "Workflow commands for GitHub Actions" and of the toolkit's `command.ts`.

use formwork_template::diagnostics::Problem;

use super::{Findings, ends, severity, with_help};

/// A line for each problem.
pub fn github(findings: &Findings<'_>) -> String {
    findings
        .problems
        .iter()
        .map(|problem| command(problem, findings))
        .collect()
}

fn command(problem: &Problem, findings: &Findings<'_>) -> String {
    let mut parameters = Vec::new();
    let mut elsewhere = problem.labels.as_slice();
    if let Some((first, others)) = problem.labels.split_first()
        && let Some(file) = findings.files.get(&first.span.file)
    {
        let (start, end) = ends(first, findings.sources);
        parameters.push(("file", file.clone()));
        parameters.push(("line", start.line.to_string()));
        parameters.push(("endLine", end.line.to_string()));
        // An annotation over several lines has no columns.
        if start.line == end.line {
            parameters.push(("col", start.column.to_string()));
            parameters.push(("endColumn", end.column.to_string()));
        }
        elsewhere = others;
    }
    parameters.push(("title", problem.code.to_string()));
    let parameters: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| format!("{name}={}", parameter(&value)))
        .collect();
    let mut message = with_help(problem);
    for label in elsewhere {
        let path = findings.sources.path(label.span.file).display();
        let at = findings.sources.position(label.span);
        message.push_str(&format!("\n{path}:{}:{}", at.line, at.column));
        if !label.text.is_empty() {
            message.push_str(&format!(": {}", label.text));
        }
    }
    format!(
        "::{} {}::{}\n",
        severity(problem),
        parameters.join(","),
        data(&message)
    )
}

/// The text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a parameter.
fn parameter(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
