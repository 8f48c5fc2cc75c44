//! Checks templates and prints every error as a line of JSON, to compare the checks with
//! `cfn-lint`.
//!
//! ```text
//! ls *.json | cargo run -p formwork-lint --example check
//! {"file":"a.json","code":"unknown_property","message":"…","places":[{"line":7,"path":["Resources","A"],"label":"…"}]}
//! ```
//!
//! The input is one path per line. Each error has its labels, each with its line and its path of
//! keys and indexes in the template. A template without errors prints no line. The region is
//! us-east-1, as in `cfn-lint`.
#![allow(clippy::disallowed_methods, reason = "an example reads files")]
#![allow(clippy::print_stdout, reason = "an example prints what it found")]

use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{Problem, Sources, Span};
use formwork_template::{Node, Template, Value, read};
use serde_json::json;
use std::error::Error;
use std::io::BufRead as _;

fn main() -> Result<(), Box<dyn Error>> {
    let table = Table::new();
    let context = CheckContext {
        region: Some("us-east-1"),
        ..CheckContext::new(&table)
    };
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let text = std::fs::read_to_string(&path)?;
        let mut sources = Sources::default();
        let file = sources.add(&path, text.as_str());
        let read = read(file, &text);
        let mut problems = read.problems;
        if let Some(root) = read.node.clone() {
            let (template, wrong) = Template::recover(root);
            problems.extend(wrong);
            problems.extend(
                template
                    .iter()
                    .flat_map(|template| check(template, &context)),
            );
        }
        for problem in problems.iter().filter(|problem| problem.is_error()) {
            println!("{}", shown(&path, problem, &sources, read.node.as_ref()));
        }
    }
    Ok(())
}

fn shown(
    path: &str,
    problem: &Problem,
    sources: &Sources,
    root: Option<&Node>,
) -> serde_json::Value {
    let places = problem.labels.iter().map(|label| {
        let mut steps = Vec::new();
        if let Some(root) = root
            && !exact(root, label.span, &mut steps)
        {
            lead(root, label.span, &mut steps);
        }
        json!({
            "line": sources.position(label.span).line,
            "path": steps,
            "label": label.text,
        })
    });
    json!({
        "file": path,
        "code": problem.code.name,
        "message": problem.message,
        "places": places.collect::<Vec<_>>(),
    })
}

/// Appends the steps from `node` to the innermost value or key with exactly this span. In YAML a
/// list starts at its first item. Appends no step if there is no such value.
fn exact(node: &Node, span: Span, steps: &mut Vec<serde_json::Value>) -> bool {
    let mut down = |step, node: &Node, key: Option<Span>| {
        steps.push(step);
        let is_there = key == Some(span) || exact(node, span, steps);
        if !is_there {
            steps.pop();
        }
        is_there
    };
    let below = match &node.value {
        Value::Map(map) => map
            .iter()
            .any(|(key, entry)| down(json!(key), &entry.node, Some(entry.key))),
        Value::List(items) => items
            .iter()
            .enumerate()
            .any(|(index, item)| down(json!(index), item, None)),
        _ => false,
    };
    below || node.span == span
}

/// Appends the steps from `node` to the innermost value that contains the start of `span`.
fn lead(node: &Node, span: Span, steps: &mut Vec<serde_json::Value>) {
    let holds = |place: Span| place.start <= span.start && span.start < place.end;
    match &node.value {
        Value::Map(map) => {
            // A function in its short form and its argument have the same span: the narrowest entry
            // is meant.
            let entry = map
                .iter()
                .filter(|(_, entry)| holds(entry.key) || holds(entry.node.span))
                .min_by_key(|(_, entry)| entry.node.span.len());
            if let Some((key, entry)) = entry {
                if entry.key == node.span && span == node.span {
                    return;
                }
                steps.push(json!(key));
                lead(&entry.node, span, steps);
            }
        }
        Value::List(items) => {
            let item = items.iter().enumerate().find(|(_, item)| holds(item.span));
            if let Some((index, item)) = item {
                steps.push(json!(index));
                lead(item, span, steps);
            }
        }
        _ => {}
    }
}
