//! The proof that a written blueprint renders what it was written for.

use super::{Existing, Imported, unproven};
use crate::files::MemoryFiles;
use crate::load::load_for_proof;
use crate::model::{GivenBy, GivenValue, Request};
use formwork_template::diagnostics::Problem;
use formwork_template::equivalence::{Aspect, Comparison, compare};
use formwork_template::{EntryDiff, Section, Template, diff};
use std::collections::BTreeMap;
use std::path::Path;

/// Where the files lie while they are proven.
const FOLDER: &str = "/blueprint";

/// A value for every variable that has none: what it is does not reach the template.
const ANY: &str = "any";

/// Loads the files from memory and compares what they render; answers what is only spelled
/// otherwise.
pub(super) fn prove(
    imported: &Imported,
    existing: &Existing,
    template: &Template,
) -> Result<Vec<String>, Problem> {
    let mut files = MemoryFiles::default();
    for (path, text) in &imported.files {
        files = files.with(Path::new(FOLDER).join(path), text.as_str());
    }
    let request = Request {
        blueprint: FOLDER.into(),
        environment: None,
        variables: variables(template, existing),
    };
    let loaded = load_for_proof(&files, &request);
    let Some(blueprint) = loaded.blueprint else {
        let why = loaded.problems.iter().find(|problem| problem.is_error());
        let why = why.map_or("nothing says why", |problem| problem.message.as_str());
        return Err(unproven(format!(
            "what was written for the template cannot be read back: {why}"
        )));
    };
    let Some(stack) = blueprint.graph.get(existing.key.as_str()) else {
        return Err(unproven("what was written for the template holds no stack"));
    };
    let known = crate::Known {
        assets: &indexmap::IndexMap::new(),
        parameters: &BTreeMap::new(),
    };
    let rendered = stack.render(&known).template;
    match compare(template, &rendered) {
        Comparison::Same => Ok(Vec::new()),
        Comparison::Doubtful(aspects) if aspects.iter().all(|a| *a == Aspect::Spelling) => {
            Ok(vec![
                "numbers and truth values of outputs are written as text, as CloudFormation hands them on".to_owned(),
            ])
        }
        _ => Err(unproven(format!(
            "what was written for the template renders {}",
            difference(template, &rendered)
        ))),
    }
}

/// Every variable that the written blueprint can have.
fn variables(template: &Template, existing: &Existing) -> Vec<GivenValue> {
    let mut notes = Vec::new();
    let settings = super::settings::settings(existing, template, &mut notes);
    let value = |name: &String| GivenValue {
        name: name.clone(),
        text: match settings.is_list(name) {
            true => format!("[\"{ANY}\"]"),
            false => ANY.to_owned(),
        },
        by: GivenBy::CommandLine,
    };
    settings.wanted.iter().map(value).collect()
}

/// The first place where two templates differ.
fn difference(before: &Template, after: &Template) -> String {
    let entries = diff(before, after);
    // What was written names the version that the template may leave out.
    let counts = |entry: &&EntryDiff| entry.section != Section::AWSTemplateFormatVersion;
    match entries.iter().find(counts) {
        Some(entry) if entry.name.is_empty() => format!("another `{}`", entry.section.key()),
        Some(entry) => format!("another `{}.{}`", entry.section.key(), entry.name),
        None => "something else".to_owned(),
    }
}
