//! `formwork init`: a blueprint from a template of the tool, from a CloudFormation template, or
//! from a deployed stack.

use std::fs;
use std::path::{Path, PathBuf};

use formwork_aws::StackRef;
use formwork_blueprint::import::{
    DeployedStack, ImportError, ImportForm, ImportSource, ImportedBlueprint, import,
};
use formwork_blueprint::{AssignmentSource, Request, StackKey, VariableAssignment, load};
use formwork_engine::{Client, EventSender};
use formwork_template::diagnostics::{did_you_mean, nearest};
use formwork_template::{Capability, StackName};

use crate::args::InitArgs;
use crate::connect::{self, refused};
use crate::disk::Disk;
use crate::exit::Exit;
use crate::init::{SAMPLES, Sample, Unwritten, name_from, write};
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;
use formwork_report::problems;

/// What a value that does not read back looks like.
const HIDDEN: &str = "****";

/// Starts a blueprint.
pub async fn run(session: &Session, args: &InitArgs) -> Result<Exit, Stop> {
    if args.list {
        let width = SAMPLES.iter().map(|sample| sample.name.len()).max();
        for Sample { name, about, .. } in SAMPLES {
            let width = width.unwrap_or_default();
            terminal::result(&format!("{name:width$}  {about}\n"));
        }
        return Ok(Exit::Done);
    }
    let folder = match &args.folder {
        Some(folder) => session.here.join(folder),
        None => session.here.clone(),
    };
    match (&args.from_template, &args.from_stack) {
        (Some(file), _) => from_template(session, &folder, file),
        (None, Some(name)) => from_stack(session, &folder, name).await,
        (None, None) => from_sample(session, &folder, args.template.as_deref()),
    }
}

fn from_sample(session: &Session, folder: &Path, name: Option<&str>) -> Result<Exit, Stop> {
    let sample = match name {
        None => &SAMPLES[0],
        Some(name) => SAMPLES
            .iter()
            .find(|sample| sample.name == name)
            .ok_or_else(|| unknown_sample(name))?,
    };
    let name = own_name(folder).unwrap_or_else(|| sample.name.to_owned());
    let files = sample.named(&name);
    save(folder, &files)?;
    created(session, folder, &files);
    let at = argument(session, folder);
    terminal::result(&format!(
        "\nNext:\n  formwork check{at}\n  formwork deploy{at} --local\n"
    ));
    Ok(Exit::Done)
}

fn unknown_sample(name: &str) -> Stop {
    let names: Vec<&str> = SAMPLES.iter().map(|sample| sample.name).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => format!(
            "there are {}; `--list` says what they are",
            names.join(", ")
        ),
    };
    Stop::usage(codes::USAGE, format!("there is no template `{name}`"), help)
}

fn from_template(session: &Session, folder: &Path, file: &Path) -> Result<Exit, Stop> {
    let text = read(&session.here.join(file), file)?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    let key = name_from(stem.as_deref().unwrap_or_default());
    let region = crate::args::Given::text(session.global.region.as_ref()).map(str::to_owned);
    let existing = ImportSource {
        blueprint: own_name(folder).unwrap_or_else(|| key.clone()),
        key: stack_key(&key),
        path: file.to_owned(),
        text,
        region,
        deployed: None,
    };
    take_over(session, folder, &existing)
}

/// The text of a template that somebody names.
fn read(path: &Path, shown: &Path) -> Result<String, Stop> {
    Disk.text(path).map_err(|why| {
        Stop::usage(
            formwork_blueprint::codes::UNREADABLE_FILE,
            format!("`{}` cannot be read: {why}", shown.display()),
            "`--from-template` takes a CloudFormation template, JSON or YAML",
        )
    })
}

async fn from_stack(session: &Session, folder: &Path, name: &str) -> Result<Exit, Stop> {
    let stack = StackName::new(name)
        .map_err(|error| Stop::usage(codes::USAGE, error.to_string(), NAMES))?;
    let (events, _) = EventSender::channel();
    let client = connect::without_blueprint(session, events).await?;
    let existing = observe(&client, folder, stack).await?;
    take_over(session, folder, &existing)
}

/// What `--from-stack` takes.
const NAMES: &str = "`--from-stack` takes the name of a deployed stack";

/// Reads the stack as it is deployed.
async fn observe(client: &Client, folder: &Path, name: StackName) -> Result<ImportSource, Stop> {
    let place = StackRef::Name(name.clone());
    let missing = || {
        Stop::usage(
            codes::NOT_DEPLOYED,
            format!("there is no stack `{name}` in {}", client.region()),
            "check the name, the region and the account",
        )
    };
    let cloud = client.cloud();
    let stack = client.read(|| cloud.describe_stack(&place)).await;
    let stack = stack
        .map_err(|error| refused(&error))?
        .ok_or_else(missing)?;
    let text = client.read(|| cloud.get_template(&place)).await;
    let text = text.map_err(|error| refused(&error))?.ok_or_else(missing)?;
    let parameters = stack.parameters.into_iter().map(|(name, parameter)| {
        let value = (parameter.value != HIDDEN).then_some(parameter.value);
        (name, value)
    });
    let capabilities = stack.capabilities.iter();
    let capabilities = capabilities.filter_map(|known| Capability::from_name(known.as_str()));
    Ok(ImportSource {
        blueprint: own_name(folder).unwrap_or_else(|| name_from(name.as_str())),
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

/// Writes the blueprint for what exists and says what came of it.
fn take_over(session: &Session, folder: &Path, existing: &ImportSource) -> Result<Exit, Stop> {
    let imported = import(existing).map_err(|ImportError { problems, sources }| Stop {
        exit: Exit::Wrong,
        problems,
        sources,
    })?;
    save(folder, &imported.files)?;
    created(session, folder, &imported.files);
    for note in &imported.notes {
        session.remark(&format!("note: {note}\n"));
    }
    session.remark(match imported.form {
        ImportForm::Toml => "Rendering it gives back the same template.\n",
        ImportForm::TemplateFile => "Its template is the same text.\n",
    });
    judge(session, folder, &imported);
    terminal::result(&next(session, folder, existing, &imported));
    Ok(Exit::Done)
}

/// Says what `check` thinks of it: what was wrong in a template is wrong in its blueprint.
fn judge(session: &Session, folder: &Path, imported: &ImportedBlueprint) {
    let given = |name: &String| VariableAssignment {
        name: name.clone(),
        text: String::new(),
        source: AssignmentSource::CommandLine,
    };
    let request = Request {
        blueprint: folder.to_owned(),
        environment: None,
        variables: imported.required_variables.iter().map(given).collect(),
    };
    if !imported.required_variables.is_empty() {
        return; // without values for them nothing can be said
    }
    let loaded = load(&Disk, &request);
    if let Some(found) = problems::text::count(&loaded.problems) {
        session.remark(&format!("`formwork check` finds {found} in it.\n"));
    }
}

fn next(
    session: &Session,
    folder: &Path,
    existing: &ImportSource,
    imported: &ImportedBlueprint,
) -> String {
    let at = argument(session, folder);
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

/// The name of a blueprint in this folder: the folder's own.
fn own_name(folder: &Path) -> Option<String> {
    let resolved = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = resolved.file_name()?.to_string_lossy().into_owned();
    Some(name_from(&name)).filter(|name| !name.is_empty())
}

fn save(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), Stop> {
    write(folder, files).map_err(|unwritten| match unwritten {
        Unwritten::Taken(path) => Stop::usage(
            codes::OUTPUT_FILE,
            format!("`{}` is there already", path.display()),
            "nothing is overwritten: give another folder, as `formwork init NEW`",
        ),
        Unwritten::Disk(path, error) => Stop::failed(
            codes::OUTPUT_FILE,
            format!("`{}` cannot be written: {error}", path.display()),
            "nothing was written",
        ),
    })
}

/// Names the files that were made.
fn created(session: &Session, folder: &Path, files: &[(PathBuf, String)]) {
    let shown = folder.strip_prefix(&session.here).unwrap_or(folder);
    for (path, _) in files {
        terminal::result(&format!("created {}\n", shown.join(path).display()));
    }
}

/// The folder as the argument of a next command; nothing where it is found without.
fn argument(session: &Session, folder: &Path) -> String {
    let same = |one: &Path, other: &Path| {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        real(one) == real(other)
    };
    if same(folder, &session.here) {
        return String::new();
    }
    let shown = folder.strip_prefix(&session.here).unwrap_or(folder);
    let text = shown.display().to_string();
    let is_word = |c: char| c.is_alphanumeric() || "-_./+@%".contains(c);
    match text.chars().all(is_word) {
        true => format!(" {text}"),
        false => format!(" '{}'", text.replace('\'', r"'\''")),
    }
}
