//! `formwork init`: creates a blueprint from a built-in template, a CloudFormation template, or a deployed stack.

use std::fs;
use std::path::{Path, PathBuf};

use formwork_aws::StackRef;
use formwork_blueprint::import::{
    DeployedStack, ImportError, ImportForm, ImportSource, ImportedBlueprint, import,
};
use formwork_blueprint::{AssignmentSource, Request, StackKey, VariableAssignment, load};
use formwork_engine::{Client, EventSender};
use formwork_report::codes;
use formwork_report::problems;
use formwork_report::text::shell_quote;
use formwork_template::diagnostics::{did_you_mean, nearest};
use formwork_template::{Capability, StackName};

use crate::args::InitArgs;
use crate::command_error::CommandError;
use crate::connect::{self, call_error};
use crate::exit_status::ExitStatus;
use crate::init::{STARTERS, Starter, WriteError, name_from, write_files};
use crate::local_files::LocalFiles;
use crate::session::Session;
use crate::terminal;

/// CloudFormation's text for a hidden parameter value.
const HIDDEN: &str = "****";

/// Runs the command.
pub async fn run(session: &Session, args: &InitArgs) -> Result<ExitStatus, CommandError> {
    if args.list {
        let width = STARTERS.iter().map(|starter| starter.name.len()).max();
        for Starter { name, about, .. } in STARTERS {
            let width = width.unwrap_or_default();
            terminal::print_result(&format!("{name:width$}  {about}\n"));
        }
        return Ok(ExitStatus::Success);
    }
    let folder = match &args.folder {
        Some(folder) => session.working_directory.join(folder),
        None => session.working_directory.clone(),
    };
    match (&args.from_template, &args.from_stack) {
        (Some(file), _) => from_template(session, &folder, file),
        (None, Some(name)) => from_stack(session, &folder, name).await,
        (None, None) => from_starter(session, &folder, args.template.as_deref()),
    }
}

fn from_starter(
    session: &Session,
    folder: &Path,
    name: Option<&str>,
) -> Result<ExitStatus, CommandError> {
    let starter = match name {
        None => &STARTERS[0],
        Some(name) => STARTERS
            .iter()
            .find(|starter| starter.name == name)
            .ok_or_else(|| unknown_starter(name))?,
    };
    let name = name_from_folder(folder).unwrap_or_else(|| starter.name.to_owned());
    let files = starter.files_named(&name);
    save_files(folder, &files)?;
    print_created(session, folder, &files);
    let at = folder_argument(session, folder);
    terminal::print_result(&format!(
        "\nNext:\n  formwork check{at}\n  formwork deploy{at} --local\n"
    ));
    Ok(ExitStatus::Success)
}

fn unknown_starter(name: &str) -> CommandError {
    let names: Vec<&str> = STARTERS.iter().map(|starter| starter.name).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => format!(
            "expected one of {}; `--list` describes them",
            names.join(", ")
        ),
    };
    CommandError::usage(codes::USAGE, format!("unknown template `{name}`"), help)
}

fn from_template(
    session: &Session,
    folder: &Path,
    file: &Path,
) -> Result<ExitStatus, CommandError> {
    let text = read(&session.working_directory.join(file), file)?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    let key = name_from(stem.as_deref().unwrap_or_default());
    let region = crate::args::OptionalText::text(session.global.region.as_ref()).map(str::to_owned);
    let existing = ImportSource {
        blueprint: name_from_folder(folder).unwrap_or_else(|| key.clone()),
        key: stack_key(&key),
        path: file.to_owned(),
        text,
        region,
        deployed: None,
    };
    import_existing(session, folder, &existing)
}

/// Reads a template file.
fn read(path: &Path, shown: &Path) -> Result<String, CommandError> {
    LocalFiles.text(path).map_err(|why| {
        CommandError::usage(
            formwork_blueprint::codes::UNREADABLE_FILE,
            format!("cannot read `{}`: {why}", shown.display()),
            "expected a CloudFormation template in JSON or YAML",
        )
    })
}

async fn from_stack(
    session: &Session,
    folder: &Path,
    name: &str,
) -> Result<ExitStatus, CommandError> {
    let stack = StackName::new(name)
        .map_err(|error| CommandError::usage(codes::USAGE, error.to_string(), NAMES))?;
    let (events, _) = EventSender::channel();
    let client = connect::without_blueprint(session, events).await?;
    let existing = observe(&client, folder, stack).await?;
    import_existing(session, folder, &existing)
}

/// The help for a wrong stack name.
const NAMES: &str = "expected the name of a deployed stack";

/// Reads a deployed stack.
async fn observe(
    client: &Client,
    folder: &Path,
    name: StackName,
) -> Result<ImportSource, CommandError> {
    let place = StackRef::Name(name.clone());
    let missing = || {
        CommandError::usage(
            codes::NOT_DEPLOYED,
            format!("no stack `{name}` in {}", client.region()),
            "check the name, the region and the account",
        )
    };
    let cloud = client.cloud();
    let stack = client.read(|| cloud.describe_stack(&place)).await;
    let stack = stack
        .map_err(|error| call_error(&error))?
        .ok_or_else(missing)?;
    let text = client.read(|| cloud.get_template(&place)).await;
    let text = text
        .map_err(|error| call_error(&error))?
        .ok_or_else(missing)?;
    let parameters = stack.parameters.into_iter().map(|(name, parameter)| {
        let value = (parameter.value != HIDDEN).then_some(parameter.value);
        (name, value)
    });
    let capabilities = stack.capabilities.iter();
    let capabilities = capabilities.filter_map(|known| Capability::from_name(known.as_str()));
    Ok(ImportSource {
        blueprint: name_from_folder(folder).unwrap_or_else(|| name_from(name.as_str())),
        key: stack_key(&name_from(name.as_str())),
        path: PathBuf::from(name.as_str()),
        text,
        region: Some(client.region().to_owned()),
        deployed: Some(DeployedStack {
            name,
            parameters: parameters.collect(),
            tags: stack.tags,
            capabilities: capabilities.collect(),
            role_arn: stack.role_arn,
            notifications: stack.notification_arns,
            timeout: stack.timeout_minutes,
            termination_protection: stack.termination_protection,
        }),
    })
}

/// Imports a template or stack and writes its blueprint.
fn import_existing(
    session: &Session,
    folder: &Path,
    existing: &ImportSource,
) -> Result<ExitStatus, CommandError> {
    let imported = import(existing).map_err(|ImportError { problems, sources }| CommandError {
        exit: ExitStatus::Invalid,
        problems,
        sources,
    })?;
    save_files(folder, &imported.files)?;
    print_created(session, folder, &imported.files);
    for note in &imported.notes {
        session.print_note(&format!("note: {note}\n"));
    }
    session.print_note(match imported.form {
        ImportForm::Toml => "It renders the same template.\n",
        ImportForm::TemplateFile => "It contains the template unchanged.\n",
    });
    print_check_result(session, folder, &imported);
    terminal::print_result(&next_steps(session, folder, existing, &imported));
    Ok(ExitStatus::Success)
}

/// Prints the number of problems that `check` finds; an import keeps the template's faults.
fn print_check_result(session: &Session, folder: &Path, imported: &ImportedBlueprint) {
    let empty_value = |name: &String| VariableAssignment {
        name: name.clone(),
        text: String::new(),
        source: AssignmentSource::CommandLine,
    };
    let request = Request {
        blueprint: folder.to_owned(),
        environment: None,
        variables: imported
            .required_variables
            .iter()
            .map(empty_value)
            .collect(),
    };
    if !imported.required_variables.is_empty() {
        return; // `check` needs their values
    }
    let loaded = load(&LocalFiles, &request);
    if let Some(found) = problems::count(&loaded.problems) {
        session.print_note(&format!("`formwork check` finds {found} in it.\n"));
    }
}

fn next_steps(
    session: &Session,
    folder: &Path,
    existing: &ImportSource,
    imported: &ImportedBlueprint,
) -> String {
    let at = folder_argument(session, folder);
    let target = match session.global.local {
        true => " --local",
        false => "",
    };
    let mut text = "\nNext:\n".to_owned();
    for name in &imported.required_variables {
        text.push_str(&format!(
            "  export FORMWORK_VAR_{name}=…   or --set {name}=…\n"
        ));
    }
    text.push_str(&format!("  formwork check{at}\n"));
    text.push_str(&match &existing.deployed {
        Some(_) => format!(
            "  formwork plan{at}{target}\n  formwork deploy{at}{target} --adopt {}\n",
            existing.key
        ),
        None => format!("  formwork deploy{at} --local\n"),
    });
    text
}

fn stack_key(name: &str) -> StackKey {
    StackKey::new(name).expect("names are made as keys are")
}

/// Derives the blueprint's name from its folder.
fn name_from_folder(folder: &Path) -> Option<String> {
    let resolved = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = resolved.file_name()?.to_string_lossy().into_owned();
    Some(name_from(&name)).filter(|name| !name.is_empty())
}

fn save_files(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), CommandError> {
    write_files(folder, files).map_err(|error| match error {
        WriteError::Exists(path) => CommandError::usage(
            codes::OUTPUT_FILE,
            format!("`{}` already exists", path.display()),
            "choose another folder: `formwork init NEW`",
        ),
        WriteError::Io(path, error) => CommandError::failed(
            codes::OUTPUT_FILE,
            format!("cannot write `{}`: {error}", path.display()),
            "nothing was written",
        ),
    })
}

/// Prints the created files.
fn print_created(session: &Session, folder: &Path, files: &[(PathBuf, String)]) {
    let shown = folder
        .strip_prefix(&session.working_directory)
        .unwrap_or(folder);
    for (path, _) in files {
        terminal::print_result(&format!("created {}\n", shown.join(path).display()));
    }
}

/// Returns the folder as an argument for the next commands, or an empty text if they find it without.
fn folder_argument(session: &Session, folder: &Path) -> String {
    let same = |one: &Path, other: &Path| {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        real(one) == real(other)
    };
    if same(folder, &session.working_directory) {
        return String::new();
    }
    let shown = folder
        .strip_prefix(&session.working_directory)
        .unwrap_or(folder);
    format!(" {}", shell_quote(&shown.display().to_string()))
}
