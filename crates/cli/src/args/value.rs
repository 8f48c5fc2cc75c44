//! The values of flags, and their parsers.

use clap::ValueEnum;

/// The formats of most commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The formats of `formwork check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProblemsFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// GitHub workflow commands, for annotations of a pull request
    Github,
}

/// The formats of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateFormat {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

/// The formats of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A tree
    Text,
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
}

/// The formats of outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputsFormat {
    /// For people
    Table,
    /// One object per stack
    Json,
    /// `STACK_NAME="value"` lines
    Dotenv,
    /// For GitHub's `$GITHUB_OUTPUT`
    Github,
}

/// The pace of the local cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// As fast as progress stays visible
    Quick,
    /// AWS's typical durations
    Real,
}

/// The color setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// In a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The progress setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// `tty` in a terminal, `plain` otherwise
    Auto,
    /// Live progress bars
    Tty,
    /// One line per event
    Plain,
    /// No progress
    None,
}

/// The value of `--set NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The value as text.
    pub text: String,
}

/// The value of `--throttle READS,MUTATIONS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Reads per second.
    pub reads: u32,
    /// Mutations per second.
    pub mutations: u32,
}

/// The text of a flag, where an empty environment variable counts as unset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionalText(Option<String>);

impl OptionalText {
    /// Returns the text, unless it is empty.
    pub fn text(flag: Option<&OptionalText>) -> Option<&str> {
        flag.and_then(|flag| flag.0.as_deref())
    }
}

/// Parses a text; an empty one is none.
pub(super) fn optional_text(text: &str) -> Result<OptionalText, std::convert::Infallible> {
    Ok(OptionalText((!text.is_empty()).then(|| text.to_owned())))
}

/// Parses a boolean environment variable.
pub(super) fn parse_switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" | "n" | "f" => Ok(false),
        "1" | "true" | "yes" | "on" | "y" | "t" => Ok(true),
        _ => Err("expected `true` or `false`".to_owned()),
    }
}

/// Parses `NAME=VALUE`.
pub(super) fn parse_assignment(text: &str) -> Result<Assignment, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(Assignment {
            name: name.to_owned(),
            text: value.to_owned(),
        }),
        _ => Err("expected `NAME=VALUE`".to_owned()),
    }
}

/// Parses `READS,MUTATIONS`.
pub(super) fn parse_throttle(text: &str) -> Result<Throttle, String> {
    let rate = |text: &str| text.trim().parse::<u32>().ok().filter(|rate| *rate > 0);
    text.split_once(',')
        .and_then(|(reads, mutations)| {
            Some(Throttle {
                reads: rate(reads)?,
                mutations: rate(mutations)?,
            })
        })
        .ok_or_else(|| "expected two positive integers, as `10,2`".to_owned())
}
