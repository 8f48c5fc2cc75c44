//! Imports a CloudFormation template as a blueprint that renders the same template.
//!
//! [`import`] writes the files of a blueprint for an existing template, or for a deployed stack with its name, tags and
//! other settings. `sections` and `values` translate the template into the blueprint language, `layout` prints it as
//! TOML. A template with a part that the language cannot express stays a CloudFormation file in the blueprint.
//!
//! `verify` loads the files from memory and compares the rendered template with the original before anything is
//! returned. The module writes no files.

mod layout;
mod sections;
mod settings;
mod values;
mod verify;

use crate::model::StackKey;
use crate::syntax::document;
use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{FileId, Problem, Severity, Sources, Span};
use formwork_template::limits;
use formwork_template::{Capability, Map, Node, StackName, Template};
use layout::{CommentsByPath, HeaderOptions};
use settings::ImportSettings;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A template to import, and the deployed stack that it comes from.
#[derive(Debug, Clone)]
pub struct ImportSource {
    /// The name of the new blueprint.
    pub blueprint: String,
    /// The stack's key in the blueprint.
    pub key: StackKey,
    /// The template's path, for messages.
    pub path: PathBuf,
    /// The template's text: CloudFormation JSON or YAML.
    pub text: String,
    /// The blueprint's region.
    pub region: Option<String>,
    /// The deployed stack, if the template comes from one.
    pub deployed: Option<DeployedStack>,
}

/// The settings of a deployed stack that are not in its template.
#[derive(Debug, Clone)]
pub struct DeployedStack {
    /// The stack's name. The blueprint keeps it.
    pub name: StackName,
    /// The values of its parameters. A `NoEcho` parameter has none, because CloudFormation does not
    /// return it.
    pub parameters: BTreeMap<String, Option<String>>,
    /// The stack's tags.
    pub tags: BTreeMap<String, String>,
    /// The acknowledged capabilities.
    pub capabilities: BTreeSet<Capability>,
    /// The role that CloudFormation assumes for the stack's operations.
    pub role_arn: Option<String>,
    /// The SNS topics that receive the stack's events.
    pub notifications: Vec<String>,
    /// The timeout for the stack's creation, in minutes.
    pub timeout: Option<u32>,
    /// Termination protection.
    pub termination_protection: bool,
}

/// A blueprint that renders the imported template.
#[derive(Debug, Clone)]
pub struct ImportedBlueprint {
    /// The files, by their path in the blueprint's folder.
    pub files: Vec<(PathBuf, String)>,
    /// The variables that have no value yet. The user must set them.
    pub required_variables: Vec<String>,
    /// Notes for the user: why the template stays a file, and which spellings differ.
    pub notes: Vec<String>,
    /// The form of the stack's template.
    pub form: ImportForm,
}

/// The form of an imported template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportForm {
    /// In the blueprint language, in `stacks/KEY.toml`.
    Toml,
    /// As a CloudFormation file, named by the stack's key `template`.
    TemplateFile,
}

/// An import that failed. The problems point into the sources.
#[derive(Debug)]
pub struct ImportError {
    /// The problems.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Sources,
}

/// A part of a template that the language cannot express.
#[derive(Debug, Clone)]
struct UnsupportedSyntax {
    description: String,
    span: Span,
}

impl UnsupportedSyntax {
    fn new(description: impl Into<String>, span: Span) -> Self {
        let description = description.into();
        Self { description, span }
    }
}

/// A value for a parameter of the template.
#[derive(Debug, Clone)]
struct ParameterAssignment {
    parameter: String,
    value: Node,
}

/// Writes a blueprint for a template, and verifies that it renders the same template.
///
/// # Errors
///
/// Returns an error if the text is not a template, if the template has errors that the language
/// cannot reproduce, or if the blueprint renders another template. The last is a bug in this
/// module.
pub fn import(source: &ImportSource) -> Result<ImportedBlueprint, ImportError> {
    let mut sources = Sources::default();
    let file = sources.add(&source.path, source.text.as_str());
    let template = match read(file, &source.text) {
        Ok(template) => template,
        Err(problems) => return Err(ImportError { problems, sources }),
    };
    let mut notes = Vec::new();
    let settings = settings::settings(source, &template, &mut notes);
    let mut imported = match import_as_toml(source, &template, &settings) {
        Ok(imported) => imported,
        Err(unsupported) => {
            let line = sources.position(unsupported.span).line;
            let path = source.path.display();
            notes.push(format!(
                "the template stays a file: the language cannot express {} ({path}, line {line})",
                unsupported.description
            ));
            import_as_file(source, &settings, &unsupported, line)
        }
    };
    match verify::verify(&imported, source, &template) {
        Ok(differences) => notes.extend(differences),
        Err(problem) => {
            let problems = template_errors(&template).unwrap_or_else(|| vec![problem]);
            return Err(ImportError { problems, sources });
        }
    }
    imported.notes = notes;
    imported.required_variables = settings.required_variables;
    Ok(imported)
}

/// Returns the template's own errors, if it has any. They are a better explanation than a failed
/// verification, because an invalid template need not render the same.
fn template_errors(template: &Template) -> Option<Vec<Problem>> {
    let table = Table::new();
    let mut problems = check(template, &CheckContext::new(&table));
    problems.retain(Problem::is_error);
    (!problems.is_empty()).then_some(problems)
}

/// Reads a template.
fn read(file: FileId, text: &str) -> Result<Template, Vec<Problem>> {
    let read = formwork_template::read(file, text);
    let is_whole = read.is_complete();
    let mut problems = read.problems;
    problems.retain(|problem| problem.severity == Severity::Error);
    match read.node {
        Some(root) if is_whole && problems.is_empty() => Template::new(root),
        _ if problems.is_empty() => Err(vec![Problem::error(
            formwork_template::codes::TEMPLATE_SHAPE,
            "the text is not a template",
        )]),
        _ => Err(problems),
    }
}

/// Translates the template into `stacks/KEY.toml`.
fn import_as_toml(
    source: &ImportSource,
    template: &Template,
    settings: &ImportSettings,
) -> Result<ImportedBlueprint, UnsupportedSyntax> {
    let mut map = settings.stack.clone();
    let mut comments = CommentsByPath::new();
    sections::stack(template, &settings.parameters, &mut map, &mut comments)?;
    let headers = HeaderOptions {
        nested: sections::NESTED,
    };
    let text = layout::print(&map, headers, &comments);
    // TOML has no aliases, so the values of YAML's aliases are repeated.
    if text.len() > limits::TEXT_BYTES || document::excess(&text).is_some() {
        let span = template.root().span;
        return Err(UnsupportedSyntax::new(
            "so many values (those of aliases repeated)",
            span,
        ));
    }
    let path = PathBuf::from(format!("stacks/{}.toml", source.key));
    let blueprint = settings.blueprint(source, None);
    Ok(ImportedBlueprint {
        files: vec![("blueprint.toml".into(), blueprint), (path, text)],
        required_variables: Vec::new(),
        notes: Vec::new(),
        form: ImportForm::Toml,
    })
}

/// Writes a blueprint whose stack names the template as a file.
fn import_as_file(
    source: &ImportSource,
    settings: &ImportSettings,
    unsupported: &UnsupportedSyntax,
    line: u32,
) -> ImportedBlueprint {
    let path = settings::template_file_name(&source.key, &source.text);
    let mut stack = Map::default();
    let node = Node::new(path.as_str(), Span::default());
    sections::insert(&mut stack, "template", node);
    for (key, entry) in settings.stack.iter() {
        sections::insert(&mut stack, key, entry.node.clone());
    }
    let mut parameters = Map::default();
    for assignment in &settings.parameters {
        let value = assignment.value.clone();
        sections::insert(&mut parameters, &assignment.parameter, value);
    }
    if !parameters.is_empty() {
        let node = Node::new(parameters, Span::default());
        sections::insert(&mut stack, "parameters", node);
    }
    let comment = format!(
        "stays a file: the language cannot express {} (line {line})",
        unsupported.description
    );
    let blueprint = settings.blueprint(source, Some((stack, comment)));
    ImportedBlueprint {
        files: vec![
            ("blueprint.toml".into(), blueprint),
            (path.into(), source.text.clone()),
        ],
        required_variables: Vec::new(),
        notes: Vec::new(),
        form: ImportForm::TemplateFile,
    }
}
