//! `formwork explain`: explains an error code, a resource type, a component, or a part of the blueprint.

use std::path::{Path, PathBuf};

use formwork_blueprint::{Interface, SHIPPED_COMPONENTS};
use formwork_catalog::regions::{Region, Regions};
use formwork_catalog::schema::Table;
use formwork_report::codes;
use formwork_report::error_index::{self, PREFIX};
use formwork_report::explain::{component, error_code, explanation, lookup, resource_type};
use formwork_report::page::Page;
use formwork_report::text::suggest_or_list;
use formwork_template::diagnostics::{Sources, did_you_mean, nearest};
use formwork_template::write;

use crate::args::{ExplainArgs, OptionalText, OutputFormat};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::local_files::LocalFiles;
use crate::session::Session;
use crate::terminal;

/// The explainable topics, for a help text.
const TOPICS: &str = "a resource type (`AWS::S3::Bucket`), a component (`aws/vpc`), a code (`unknown_key`), or a part of the blueprint (`stacks`, `vars.NAME`, `stacks.KEY.LogicalId.Property`)";

/// Runs the command.
pub fn run(session: &Session, args: &ExplainArgs) -> Result<ExitStatus, CommandError> {
    let (blueprint, what) = match args.words.as_slice() {
        [blueprint, what, ..] => (Some(PathBuf::from(blueprint)), what.as_str()),
        [what] => (None, what.as_str()),
        [] => (None, ""),
    };
    let text = match Topic::parse(what) {
        Topic::Codes => render_page(
            session,
            args,
            &error_code::list(&error_index::all_codes()),
            None,
        ),
        Topic::Code(name) => {
            let article = error_index::article(name).ok_or_else(|| unknown_code(name))?;
            render_page(
                session,
                args,
                &error_code::page(&article),
                Some(error_code::json(&article)),
            )
        }
        Topic::Type(name) => type_or_property(session, args, name)?,
        Topic::Components => render_page(
            session,
            args,
            &component::component_list(&shipped_interfaces()?),
            None,
        ),
        Topic::Component(name) => component_interface(session, args, blueprint.as_deref(), name)?,
        Topic::Part => blueprint_part(session, args, blueprint.as_deref(), what)?,
        Topic::Unknown => return Err(unknown_topic(what)),
    };
    terminal::print_result(&text);
    Ok(ExitStatus::Success)
}

/// The topic of an explanation.
enum Topic<'w> {
    /// The list of error codes.
    Codes,
    /// An error code.
    Code(&'w str),
    /// A resource type or one of its properties.
    Type(&'w str),
    /// The list of built-in components.
    Components,
    /// A component, named as in `use`.
    Component(&'w str),
    /// A part of the blueprint.
    Part,
    /// An unknown topic.
    Unknown,
}

impl<'w> Topic<'w> {
    fn parse(what: &'w str) -> Self {
        let first = what.split(['.', '[']).next().unwrap_or(what);
        match what.strip_prefix(PREFIX) {
            _ if what == "codes" => Self::Codes,
            Some(name) => Self::Code(name),
            None if what.contains("::") => Self::Type(what),
            None if error_index::article(what).is_some() => Self::Code(what),
            None if what == "components" => Self::Components,
            None if what.contains('/') => Self::Component(what),
            None if lookup::SECTIONS.contains(&first) => Self::Part,
            None => Self::Unknown,
        }
    }
}

fn render_page(session: &Session, args: &ExplainArgs, page: &Page, json: Option<String>) -> String {
    match (args.format, json) {
        (OutputFormat::Json, Some(json)) => json,
        _ => page.text(session.terminal.stdout, session.terminal.columns),
    }
}

fn type_or_property(
    session: &Session,
    args: &ExplainArgs,
    what: &str,
) -> Result<String, CommandError> {
    let table = Table::new();
    let steps = lookup::steps(what);
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (name, path) = steps.split_first().unwrap_or((&what, &[]));
    let Some(resource) = table.resource(name) else {
        return service_types(session, args, &table, name);
    };
    if path.is_empty() {
        let json = Some(resource_type::json(&resource, &table));
        return Ok(render_page(
            session,
            args,
            &resource_type::page(&resource, &table),
            json,
        ));
    }
    let found = resource_type::descend(&resource, path);
    let (path, schema) = found.map_err(|(missing, known)| {
        CommandError::usage(
            codes::UNKNOWN_TOPIC,
            format!("unknown property `{missing}` of `{name}`"),
            suggest_or_list(&missing, "", known.iter().map(String::as_str)),
        )
    })?;
    let part =
        resource_type::property_details(&resource, &table, (&path, schema), region(session)?);
    Ok(render_page(session, args, &part.page(), Some(part.json())))
}

/// Returns the region for facts that differ by region.
fn region(session: &Session) -> Result<Region, CommandError> {
    let name = OptionalText::text(session.global.region.as_ref()).unwrap_or("us-east-1");
    Region::named(name).ok_or_else(|| {
        CommandError::usage(
            codes::USAGE,
            format!("unknown region `{name}`"),
            suggest_or_list(name, "", Regions::ALL.iter().map(Region::as_str)),
        )
    })
}

/// Returns the types of a service for a name such as `AWS::S3`, or an error.
fn service_types(
    session: &Session,
    args: &ExplainArgs,
    table: &Table,
    name: &str,
) -> Result<String, CommandError> {
    let prefix = format!("{}::", name.trim_end_matches(':'));
    let below: Vec<&str> = table
        .names()
        .filter(|known| known.starts_with(&prefix))
        .collect();
    if !below.is_empty() {
        let mut page = Page::new(name);
        page.rows(
            "",
            below
                .into_iter()
                .map(|name| vec![name.to_owned()])
                .collect(),
        );
        return Ok(render_page(session, args, &page, None));
    }
    let last = name.rsplit("::").next().unwrap_or(name);
    let same = table
        .names()
        .find(|known| known.rsplit("::").next() == Some(last));
    let help = match nearest(name, table.names()).or(same) {
        Some(near) => did_you_mean(near),
        None => "list the types of a service with `formwork explain AWS::S3`".to_owned(),
    };
    let message = format!("unknown resource type `{name}`");
    Err(CommandError::usage(codes::UNKNOWN_TOPIC, message, help))
}

/// Returns the interfaces of the built-in components with their names.
fn shipped_interfaces() -> Result<Vec<(&'static str, Interface)>, CommandError> {
    let shipped = SHIPPED_COMPONENTS.iter();
    shipped
        .map(|(name, text)| Ok((*name, interface_of(name, text)?)))
        .collect()
}

fn interface_of(name: &str, text: &str) -> Result<Interface, CommandError> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    Interface::read(file, text).map_err(|problems| CommandError {
        exit: ExitStatus::Invalid,
        problems,
        sources,
    })
}

fn component_interface(
    session: &Session,
    args: &ExplainArgs,
    blueprint: Option<&Path>,
    name: &str,
) -> Result<String, CommandError> {
    let shipped = SHIPPED_COMPONENTS.iter().find(|(known, _)| *known == name);
    let text = match shipped {
        Some((_, text)) => (*text).to_owned(),
        None => component_file_text(session, blueprint, name)?,
    };
    let found = interface_of(name, &text)?;
    let json = Some(component::json(name, &found));
    Ok(render_page(
        session,
        args,
        &component::page(name, &found),
        json,
    ))
}

/// Reads a component file; like in `use`, the extension is optional.
fn component_file_text(
    session: &Session,
    blueprint: Option<&Path>,
    name: &str,
) -> Result<String, CommandError> {
    let folder = session
        .working_directory
        .join(blueprint.unwrap_or(Path::new("")));
    let folder = match folder.is_file() {
        true => folder.parent().unwrap_or(&folder),
        false => &folder,
    };
    let exact = folder.join(name);
    let path = match exact.is_file() || name.ends_with(".toml") {
        true => exact,
        false => folder.join(format!("{name}.toml")),
    };
    if path.exists() {
        return LocalFiles.text(&path).map_err(|why| {
            let message = format!("cannot read `{}`: {why}", path.display());
            CommandError::usage(codes::UNKNOWN_TOPIC, message, "a component is a TOML file")
        });
    }
    let known = SHIPPED_COMPONENTS.iter().map(|(name, _)| *name);
    let help = match nearest(name, known.clone()) {
        Some(near) => did_you_mean(near),
        None => format!(
            "built-in components are {}; give your own by its path",
            known.collect::<Vec<_>>().join(", ")
        ),
    };
    let message = format!("unknown component `{name}`");
    Err(CommandError::usage(codes::UNKNOWN_TOPIC, message, help))
}

fn blueprint_part(
    session: &Session,
    args: &ExplainArgs,
    blueprint: Option<&Path>,
    what: &str,
) -> Result<String, CommandError> {
    let project = session.load(blueprint)?;
    let found = lookup::find(what, &project.blueprint, &project.sources);
    let (explanation, node) = found.map_err(|unknown| {
        CommandError::usage(codes::UNKNOWN_TOPIC, unknown.message, unknown.help)
    })?;
    let yaml = node.map(|node| write::yaml(&node));
    let page = explanation::page(&explanation, yaml.as_deref());
    Ok(render_page(
        session,
        args,
        &page,
        Some(explanation::json(&explanation)),
    ))
}

fn unknown_code(name: &str) -> CommandError {
    let codes = error_index::all_codes();
    let help = match nearest(name, codes.iter().map(|code| code.name)) {
        Some(near) => did_you_mean(format!("{PREFIX}{near}")),
        None => "list all codes with `formwork explain codes`".to_owned(),
    };
    CommandError::usage(
        codes::UNKNOWN_TOPIC,
        format!("unknown error code `{PREFIX}{name}`"),
        help,
    )
}

fn unknown_topic(what: &str) -> CommandError {
    let codes = error_index::all_codes();
    let help = match nearest(what, codes.iter().map(|code| code.name)) {
        Some(near) => did_you_mean(format!("{PREFIX}{near}")),
        None => match from_bare_word(what) {
            Some(near) => did_you_mean(near),
            None => format!("expected {TOPICS}"),
        },
    };
    CommandError::usage(
        codes::UNKNOWN_TOPIC,
        format!("unknown topic `{what}`"),
        help,
    )
}

/// Returns the type or service for a single word, such as `Queue` or `sqs`.
fn from_bare_word(what: &str) -> Option<String> {
    let table = Table::new();
    let is = |part: &str| part.eq_ignore_ascii_case(what);
    let parts = |name: &'static str| name.strip_prefix("AWS::")?.split_once("::");
    let service = table
        .names()
        .filter_map(parts)
        .find(|(service, _)| is(service));
    let types = || {
        let named = |(_, last): &(&str, &str)| is(last);
        let mut types = table.names().filter_map(parts).filter(named);
        // An ambiguous name gets no suggestion.
        types.next().filter(|_| types.next().is_none())
    };
    let whole = |(service, last): (&str, &str)| format!("AWS::{service}::{last}");
    let of_service = service.map(|(service, _)| format!("AWS::{service}"));
    of_service.or_else(|| types().map(whole))
}
