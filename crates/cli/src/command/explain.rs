//! `formwork explain`: a code, a resource type, or a value of the blueprint and where it came from.

use std::path::{Path, PathBuf};

use template::source::nearest;
use template::write;

use crate::args::{ExplainArgs, Format};
use crate::codes;
use crate::errors::{self, PREFIX};
use crate::exit::Exit;
use crate::session::Session;
use crate::show::explain::{code, origin, value};
use crate::show::page::Page;
use crate::stop::Stop;
use crate::terminal;

/// What can be explained, in the words of a help.
const KINDS: &str = "a resource type (`AWS::S3::Bucket`), a code (`unknown_key`), or a part of the blueprint (`vars.NAME`, `stacks.KEY.LogicalId.Property`)";

/// Explains.
pub fn run(session: &Session, args: &ExplainArgs) -> Result<Exit, Stop> {
    let (blueprint, what) = match args.words.as_slice() {
        [blueprint, what, ..] => (Some(PathBuf::from(blueprint)), what.as_str()),
        [what] => (None, what.as_str()),
        [] => (None, ""),
    };
    let text = match Topic::of(what) {
        Topic::Codes => show(session, args, &code::list(&errors::codes()), None),
        Topic::Code(name) => {
            let article = errors::article(name).ok_or_else(|| unknown_code(name))?;
            show(
                session,
                args,
                &code::page(&article),
                Some(code::json(&article)),
            )
        }
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
            None if errors::article(what).is_some() => Self::Code(what),
            None if ["stacks", "vars"].contains(&first) && first != what => Self::Part,
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
    let codes = errors::codes();
    let help = match nearest(name, codes.iter().map(|code| code.name)) {
        Some(near) => format!("did you mean `{PREFIX}{near}`?"),
        None => "`formwork explain codes` lists them".to_owned(),
    };
    Stop::usage(
        codes::UNKNOWN_TOPIC,
        format!("there is no code `{PREFIX}{name}`"),
        help,
    )
}

fn unknown(what: &str) -> Stop {
    let codes = errors::codes();
    let help = match nearest(what, codes.iter().map(|code| code.name)) {
        Some(near) => format!("did you mean `{PREFIX}{near}`?"),
        None => format!("give {KINDS}"),
    };
    Stop::usage(
        codes::UNKNOWN_TOPIC,
        format!("`{what}` is nothing that can be explained"),
        help,
    )
}
