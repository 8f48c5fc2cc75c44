//! `formwork explain`: a code, a resource type, a component, or a value of the blueprint and where it came from.

use std::path::{Path, PathBuf};

use formwork_blueprint::{Interface, SHIPPED_COMPONENTS};
use formwork_catalog::regions::{Region, Regions};
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{Sources, did_you_mean, nearest};
use formwork_template::write;

use crate::args::{ExplainArgs, Format, Given};
use crate::disk::Disk;
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;
use formwork_report::error_index::{self, PREFIX};
use formwork_report::explain::{code, interface, kind, origin, value};
use formwork_report::page::Page;
use formwork_report::text::nearest_or_all;

/// What can be explained, in the words of a help.
const KINDS: &str = "a resource type (`AWS::S3::Bucket`), a component (`aws/vpc`), a code (`unknown_key`), or a part of the blueprint (`stacks`, `vars.NAME`, `stacks.KEY.LogicalId.Property`)";

/// Explains.
pub fn run(session: &Session, args: &ExplainArgs) -> Result<Exit, Stop> {
    let (blueprint, what) = match args.words.as_slice() {
        [blueprint, what, ..] => (Some(PathBuf::from(blueprint)), what.as_str()),
        [what] => (None, what.as_str()),
        [] => (None, ""),
    };
    let text = match Topic::of(what) {
        Topic::Codes => show(session, args, &code::list(&error_index::codes()), None),
        Topic::Code(name) => {
            let article = error_index::article(name).ok_or_else(|| unknown_code(name))?;
            show(
                session,
                args,
                &code::page(&article),
                Some(code::json(&article)),
            )
        }
        Topic::Type(name) => resource_type(session, args, name)?,
        Topic::Components => show(session, args, &interface::shipped(&shipped()?), None),
        Topic::Component(name) => component(session, args, blueprint.as_deref(), name)?,
        Topic::Part => part(session, args, blueprint.as_deref(), what)?,
        Topic::Unknown => return Err(unknown(what)),
    };
    terminal::result(&text);
    Ok(Exit::Done)
}

/// What is meant.
enum Topic<'w> {
    /// All codes.
    Codes,
    /// One of them.
    Code(&'w str),
    /// A resource type, or one of its properties.
    Type(&'w str),
    /// The components that are shipped.
    Components,
    /// A component, by what `use` says.
    Component(&'w str),
    /// A part of the blueprint.
    Part,
    /// Nobody knows.
    Unknown,
}

impl<'w> Topic<'w> {
    fn of(what: &'w str) -> Self {
        let first = what.split(['.', '[']).next().unwrap_or(what);
        match what.strip_prefix(PREFIX) {
            _ if what == "codes" => Self::Codes,
            Some(name) => Self::Code(name),
            None if what.contains("::") => Self::Type(what),
            None if error_index::article(what).is_some() => Self::Code(what),
            None if what == "components" => Self::Components,
            None if what.contains('/') => Self::Component(what),
            None if origin::PARTS.contains(&first) => Self::Part,
            None => Self::Unknown,
        }
    }
}

fn show(session: &Session, args: &ExplainArgs, page: &Page, json: Option<String>) -> String {
    match (args.format, json) {
        (Format::Json, Some(json)) => json,
        _ => page.text(session.terminal.stdout, session.terminal.columns),
    }
}

fn resource_type(session: &Session, args: &ExplainArgs, what: &str) -> Result<String, Stop> {
    let table = Table::new();
    let steps = origin::steps(what);
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (name, path) = steps.split_first().unwrap_or((&what, &[]));
    let Some(resource) = table.resource(name) else {
        return services(session, args, &table, name);
    };
    if path.is_empty() {
        let json = Some(kind::json(&resource, &table));
        return Ok(show(session, args, &kind::page(&resource, &table), json));
    }
    let found = kind::descend(&resource, path);
    let (path, schema) = found.map_err(|(missing, known)| {
        Stop::usage(
            codes::UNKNOWN_TOPIC,
            format!("`{name}` has no property `{missing}` there"),
            nearest_or_all(&missing, "", known.iter().map(String::as_str)),
        )
    })?;
    let part = kind::part(&resource, &table, (&path, schema), region(session)?);
    Ok(show(session, args, &part.page(), Some(part.json())))
}

/// The region of which is told what differs by region.
fn region(session: &Session) -> Result<Region, Stop> {
    let name = Given::text(session.global.region.as_ref()).unwrap_or("us-east-1");
    Region::named(name).ok_or_else(|| {
        Stop::usage(
            codes::USAGE,
            format!("there is no region `{name}`"),
            nearest_or_all(name, "", Regions::ALL.iter().map(Region::as_str)),
        )
    })
}

/// The types of a service, where its name alone was given (`AWS::S3`); else that there is no such type.
fn services(
    session: &Session,
    args: &ExplainArgs,
    table: &Table,
    name: &str,
) -> Result<String, Stop> {
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
        return Ok(show(session, args, &page, None));
    }
    let last = name.rsplit("::").next().unwrap_or(name);
    let same = table
        .names()
        .find(|known| known.rsplit("::").next() == Some(last));
    let help = match nearest(name, table.names()).or(same) {
        Some(near) => did_you_mean(near),
        None => "`formwork explain AWS::S3` lists the types of a service".to_owned(),
    };
    let message = format!("there is no resource type `{name}`");
    Err(Stop::usage(codes::UNKNOWN_TOPIC, message, help))
}

/// The interfaces of the components that are shipped, by their names.
fn shipped() -> Result<Vec<(&'static str, Interface)>, Stop> {
    let shipped = SHIPPED_COMPONENTS.iter();
    shipped
        .map(|(name, text)| Ok((*name, interface_of(name, text)?)))
        .collect()
}

fn interface_of(name: &str, text: &str) -> Result<Interface, Stop> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    Interface::read(file, text).map_err(|problems| Stop {
        exit: Exit::Wrong,
        problems,
        sources,
    })
}

fn component(
    session: &Session,
    args: &ExplainArgs,
    blueprint: Option<&Path>,
    name: &str,
) -> Result<String, Stop> {
    let shipped = SHIPPED_COMPONENTS.iter().find(|(known, _)| *known == name);
    let text = match shipped {
        Some((_, text)) => (*text).to_owned(),
        None => own_component(session, blueprint, name)?,
    };
    let found = interface_of(name, &text)?;
    let json = Some(interface::json(name, &found));
    Ok(show(session, args, &interface::page(name, &found), json))
}

/// The text of a component that is a file, with or without its extension, as `use` takes it.
fn own_component(session: &Session, blueprint: Option<&Path>, name: &str) -> Result<String, Stop> {
    let folder = session.here.join(blueprint.unwrap_or(Path::new("")));
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
        return Disk.text(&path).map_err(|why| {
            let message = format!("`{}` cannot be read: {why}", path.display());
            Stop::usage(
                codes::UNKNOWN_TOPIC,
                message,
                "a component is a file of TOML",
            )
        });
    }
    let known = SHIPPED_COMPONENTS.iter().map(|(name, _)| *name);
    let help = match nearest(name, known.clone()) {
        Some(near) => did_you_mean(near),
        None => format!(
            "there are {}; one of your own is named by its path",
            known.collect::<Vec<_>>().join(", ")
        ),
    };
    let message = format!("there is no component `{name}`");
    Err(Stop::usage(codes::UNKNOWN_TOPIC, message, help))
}

fn part(
    session: &Session,
    args: &ExplainArgs,
    blueprint: Option<&Path>,
    what: &str,
) -> Result<String, Stop> {
    let project = session.load(blueprint)?;
    let found = origin::find(what, &project.blueprint, &project.sources);
    let (explained, node) = found
        .map_err(|unknown| Stop::usage(codes::UNKNOWN_TOPIC, unknown.message, unknown.help))?;
    let yaml = node.map(|node| write::yaml(&node));
    let page = value::page(&explained, yaml.as_deref());
    Ok(show(session, args, &page, Some(value::json(&explained))))
}

fn unknown_code(name: &str) -> Stop {
    let codes = error_index::codes();
    let help = match nearest(name, codes.iter().map(|code| code.name)) {
        Some(near) => did_you_mean(format!("{PREFIX}{near}")),
        None => "`formwork explain codes` lists them".to_owned(),
    };
    Stop::usage(
        codes::UNKNOWN_TOPIC,
        format!("there is no code `{PREFIX}{name}`"),
        help,
    )
}

fn unknown(what: &str) -> Stop {
    let codes = error_index::codes();
    let help = match nearest(what, codes.iter().map(|code| code.name)) {
        Some(near) => did_you_mean(format!("{PREFIX}{near}")),
        None => match bare(what) {
            Some(near) => did_you_mean(near),
            None => format!("give {KINDS}"),
        },
    };
    Stop::usage(
        codes::UNKNOWN_TOPIC,
        format!("`{what}` is nothing that can be explained"),
        help,
    )
}

/// What a bare word names: a type by its last part, `Queue`, or a service, `sqs`.
fn bare(what: &str) -> Option<String> {
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
        // Of several which one is meant is anybody's guess.
        types.next().filter(|_| types.next().is_none())
    };
    let whole = |(service, last): (&str, &str)| format!("AWS::{service}::{last}");
    let of_service = service.map(|(service, _)| format!("AWS::{service}"));
    of_service.or_else(|| types().map(whole))
}
