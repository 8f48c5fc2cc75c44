//! Verifies that an imported blueprint renders the template that it was made from.

use super::{ImportSource, ImportedBlueprint};
use crate::KnownValues;
use crate::codes;
use crate::files::MemoryFiles;
use crate::load::load_to_render;
use crate::model::{AssignmentSource, Request, VariableAssignment};
use formwork_template::diagnostics::Problem;
use formwork_template::equivalence::{Aspect, Comparison, compare};
use formwork_template::{EntryDiff, Section, Template, diff};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::path::Path;

/// The blueprint's folder in memory.
const FOLDER: &str = "/blueprint";

/// A value for every variable that has none. It is not part of the template.
const ANY_VALUE: &str = "any";

/// Loads the files from memory and compares the rendered template with the original.
///
/// Returns notes on differences of spelling, or a problem if the templates differ otherwise.
pub(super) fn verify(
    imported: &ImportedBlueprint,
    source: &ImportSource,
    template: &Template,
) -> Result<Vec<String>, Problem> {
    let mut files = MemoryFiles::default();
    for (path, text) in &imported.files {
        files = files.with(Path::new(FOLDER).join(path), text.as_str());
    }
    let request = Request {
        blueprint: FOLDER.into(),
        environment: None,
        variables: variables(template, source),
    };
    let loaded = load_to_render(&files, &request);
    let Some(blueprint) = loaded.blueprint else {
        let error = loaded.problems.iter().find(|problem| problem.is_error());
        let reason = error.map_or("unknown error", |problem| problem.message.as_str());
        return Err(failure(format!(
            "the imported blueprint cannot be loaded: {reason}"
        )));
    };
    let Some(stack) = blueprint.graph.get(source.key.as_str()) else {
        return Err(failure("the imported blueprint has no stack"));
    };
    let known = KnownValues {
        assets: &IndexMap::new(),
        parameters: &BTreeMap::new(),
    };
    let rendered = stack.render(&known).template;
    match compare(template, &rendered) {
        Comparison::Same => Ok(Vec::new()),
        Comparison::Uncertain(aspects) if aspects.iter().all(|a| *a == Aspect::Spelling) => {
            Ok(vec![
                "numbers and booleans in outputs became strings, as CloudFormation returns them"
                    .to_owned(),
            ])
        }
        _ => Err(failure(format!(
            "the imported blueprint renders {}",
            difference(template, &rendered)
        ))),
    }
}

/// Returns the problem of a blueprint that does not render the imported template.
fn failure(message: impl Into<String>) -> Problem {
    let problem = Problem::error(codes::IMPORT, message);
    problem
        .help("no file was written; keep the template and name it in a stack: `template = \"…\"`")
}

/// Returns a value for every variable of the imported blueprint that needs one.
fn variables(template: &Template, source: &ImportSource) -> Vec<VariableAssignment> {
    let mut notes = Vec::new();
    let settings = super::settings::settings(source, template, &mut notes);
    let value = |name: &String| VariableAssignment {
        name: name.clone(),
        text: match settings.is_list(name) {
            true => format!("[\"{ANY_VALUE}\"]"),
            false => ANY_VALUE.to_owned(),
        },
        source: AssignmentSource::CommandLine,
    };
    settings.required_variables.iter().map(value).collect()
}

/// Describes the first difference between two templates.
fn difference(before: &Template, after: &Template) -> String {
    let entries = diff(before, after);
    // A blueprint always renders the format version, which is optional in a template.
    let is_relevant = |entry: &&EntryDiff| entry.section != Section::AWSTemplateFormatVersion;
    match entries.iter().find(is_relevant) {
        Some(entry) if entry.name.is_empty() => format!("another `{}`", entry.section.key()),
        Some(entry) => format!("another `{}.{}`", entry.section.key(), entry.name),
        None => "another template".to_owned(),
    }
}
