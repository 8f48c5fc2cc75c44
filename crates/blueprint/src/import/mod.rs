//! From a CloudFormation template to a blueprint that renders it again.
//!
//! [`import`] writes the files of a blueprint for one existing template, or for a deployed stack
//! with what CloudFormation knows of it. What the language has a form for is written in that form
//! (`forms`), laid out for people (`layout`); a template that holds something the language
//! cannot say is kept beside the blueprint as it is. Nothing is handed back before it is proven:
//! the files are loaded from memory, and what they render is compared with what there was
//! (`proof`).

mod forms;
mod layout;
mod proof;
mod settings;
mod stack;

use crate::codes;
use crate::model::StackKey;
use crate::syntax::document;
use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{FileId, Problem, Severity, Sources, Span};
use formwork_template::read::MOST_BYTES;
use formwork_template::{Capability, Map, Node, StackName, Template};
use layout::{Comments, Headers};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use settings::file_name;

/// What there is: a template, and what is known of the stack that was made of it.
#[derive(Debug, Clone)]
pub struct Existing {
    /// The name of the blueprint to write.
    pub blueprint: String,
    /// The stack's key in it.
    pub key: StackKey,
    /// Where the template was found, as messages name it.
    pub path: PathBuf,
    /// The template's text: CloudFormation JSON or YAML.
    pub text: String,
    /// The region to write into the blueprint.
    pub region: Option<String>,
    /// The deployed stack; nothing where there is only a template.
    pub deployed: Option<Deployed>,
}

/// What CloudFormation knows of a stack besides its template.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// Its name, which the blueprint keeps.
    pub name: StackName,
    /// The values of its parameters; nothing for one that does not read back (`NoEcho`).
    pub parameters: BTreeMap<String, Option<String>>,
    /// Its own tags.
    pub tags: BTreeMap<String, String>,
    /// The capabilities that were acknowledged.
    pub capabilities: BTreeSet<Capability>,
    /// The role that carries its operations out.
    pub role_arn: Option<String>,
    /// The topics that hear its events.
    pub notifications: Vec<String>,
    /// How many minutes its creation may take.
    pub timeout: Option<u32>,
    /// Whether it is protected from deletion.
    pub termination_protection: bool,
}

/// A blueprint that renders the template it was written for.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its files, by their path in the blueprint's folder.
    pub files: Vec<(PathBuf, String)>,
    /// Variables that have no value yet: whoever uses the blueprint gives them.
    pub wanted: Vec<String>,
    /// What its reader should know: what was kept as a file and why, what is spelled otherwise.
    pub notes: Vec<String>,
    /// Whether the stack's template stands in the language.
    pub form: Form,
}

/// How a template was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the language, `stacks/KEY.toml`.
    Language,
    /// As a file of CloudFormation's, named by `template`.
    Template,
}

/// Why nothing was written, with the text that the problems point into.
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The texts.
    pub sources: Sources,
}

/// Something that the language has no words for.
#[derive(Debug, Clone)]
struct Unsayable {
    what: String,
    span: Span,
}

/// The value that a parameter is given.
#[derive(Debug, Clone)]
struct Given {
    parameter: String,
    value: Node,
}

impl Unsayable {
    fn at(what: impl Into<String>, span: Span) -> Self {
        let what = what.into();
        Self { what, span }
    }
}

/// Writes a blueprint for what exists, and proves that it renders the same template.
///
/// # Errors
///
/// A text that cannot be read as a template, a template with errors that the language cannot
/// repeat, and (a fault of this module) a blueprint that would
/// render something else.
pub fn import(existing: &Existing) -> Result<Imported, Refusal> {
    let mut sources = Sources::default();
    let file = sources.add(&existing.path, existing.text.as_str());
    let template = match read(file, &existing.text) {
        Ok(template) => template,
        Err(problems) => return Err(Refusal { problems, sources }),
    };
    let mut notes = Vec::new();
    let settings = settings::settings(existing, &template, &mut notes);
    let mut imported = match in_language(existing, &template, &settings) {
        Ok(imported) => imported,
        Err(unsayable) => {
            let line = sources.position(unsayable.span).line;
            let path = existing.path.display();
            notes.push(format!(
                "the template is kept as a file: the language has no form for {} ({path}, line {line})",
                unsayable.what
            ));
            as_file(existing, &settings, &unsayable, line)
        }
    };
    match proof::prove(&imported, existing, &template) {
        Ok(differences) => notes.extend(differences),
        Err(problem) => {
            let problems = faults(&template).unwrap_or_else(|| vec![problem]);
            return Err(Refusal { problems, sources });
        }
    }
    imported.notes = notes;
    imported.wanted = settings.wanted;
    Ok(imported)
}

/// The errors of the template itself: what CloudFormation would refuse need not come back the same.
fn faults(template: &Template) -> Option<Vec<Problem>> {
    let table = Table::new();
    let mut problems = check(template, &CheckContext::new(&table));
    problems.retain(Problem::is_error);
    (!problems.is_empty()).then_some(problems)
}

/// The template that a text holds.
fn read(file: FileId, text: &str) -> Result<Template, Vec<Problem>> {
    let read = formwork_template::read(file, text);
    let errors = |problems: Vec<Problem>| -> Vec<Problem> {
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        problems.into_iter().filter(is_error).collect()
    };
    let is_whole = read.is_whole();
    let problems = errors(read.problems);
    match read.node {
        Some(root) if is_whole && problems.is_empty() => Template::new(root),
        _ if problems.is_empty() => Err(vec![Problem::error(
            formwork_template::codes::TEMPLATE_SHAPE,
            "the text holds no template",
        )]),
        _ => Err(problems),
    }
}

fn in_language(
    existing: &Existing,
    template: &Template,
    settings: &settings::Settings,
) -> Result<Imported, Unsayable> {
    let mut map = settings.stack.clone();
    let mut comments = Comments::new();
    stack::stack(template, &settings.given, &mut map, &mut comments)?;
    let headers = Headers {
        nested: stack::NESTED,
    };
    let text = layout::file(&map, headers, &comments);
    // Aliases of YAML have no counterpart: what they repeat is written out.
    if text.len() > MOST_BYTES || document::excess(&text).is_some() {
        let span = template.root().span;
        return Err(Unsayable::at("so many values, aliases written out", span));
    }
    let path = PathBuf::from(format!("stacks/{}.toml", existing.key));
    let blueprint = settings.blueprint(existing, None);
    Ok(Imported {
        files: vec![("blueprint.toml".into(), blueprint), (path, text)],
        wanted: Vec::new(),
        notes: Vec::new(),
        form: Form::Language,
    })
}

/// The blueprint of a stack whose template stays a file.
fn as_file(
    existing: &Existing,
    settings: &settings::Settings,
    unsayable: &Unsayable,
    line: u32,
) -> Imported {
    let path = file_name(&existing.key, &existing.text);
    let mut stack = Map::default();
    stack::put(
        &mut stack,
        "template",
        Node::new(path.as_str(), Span::default()),
    );
    for (key, entry) in settings.stack.iter() {
        stack::put(&mut stack, key, entry.node.clone());
    }
    let mut parameters = Map::default();
    for given in &settings.given {
        stack::put(&mut parameters, &given.parameter, given.value.clone());
    }
    if !parameters.is_empty() {
        stack::put(
            &mut stack,
            "parameters",
            Node::new(parameters, Span::default()),
        );
    }
    let why = format!(
        "kept as a file: the language has no form for {} (line {line})",
        unsayable.what
    );
    let blueprint = settings.blueprint(existing, Some((stack, why)));
    Imported {
        files: vec![
            ("blueprint.toml".into(), blueprint),
            (path.into(), existing.text.clone()),
        ],
        wanted: Vec::new(),
        notes: Vec::new(),
        form: Form::Template,
    }
}

/// The problem of a blueprint that does not render what it was written for.
fn unproven(message: impl Into<String>) -> Problem {
    let problem = Problem::error(codes::IMPORT, message);
    problem.help("nothing was written; keep the template as it is and name it: `template = \"…\"` in a stack")
}
