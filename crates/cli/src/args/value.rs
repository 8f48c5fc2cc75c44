//! What flags hold: the choices, and texts that are read.

use clap::ValueEnum;

/// How findings and plans are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProblemsFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// GitHub's workflow commands, for annotations in a pull request
    Github,
}

/// How templates are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateFormat {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

/// How the graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A tree
    Text,
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
}

/// How outputs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputsFormat {
    /// For people
    Table,
    /// One object a stack
    Json,
    /// `STACK_NAME="value"` lines
    Dotenv,
    /// For GitHub's `$GITHUB_OUTPUT`
    Github,
}

/// The local cloud's pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// As quick as can be shown
    Quick,
    /// AWS's typical durations
    Real,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// In a terminal
    Auto,
    /// Also in a file
    Always,
    /// Never
    Never,
}

/// How to show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// `tty` in a terminal, `plain` elsewhere
    Auto,
    /// Bars that are drawn again and again
    Tty,
    /// One line a fact
    Plain,
    /// Nothing
    None,
}

/// `--set NAME=VALUE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Its value's text.
    pub text: String,
}

/// `--throttle READS,MUTATIONS`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Reads a second.
    pub reads: u32,
    /// Mutations a second.
    pub mutations: u32,
}

/// A flag's text, where an empty environment variable counts as not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given(Option<String>);

impl Given {
    /// The text, if it is not empty.
    pub fn text(given: Option<&Given>) -> Option<&str> {
        given.and_then(|given| given.0.as_deref())
    }
}

/// A text, where an empty one counts as none.
pub(super) fn empty_is_none(text: &str) -> Result<Given, std::convert::Infallible> {
    Ok(Given((!text.is_empty()).then(|| text.to_owned())))
}

/// A switch from the environment.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" | "n" | "f" => Ok(false),
        "1" | "true" | "yes" | "on" | "y" | "t" => Ok(true),
        _ => Err("`true` or `false` is expected".to_owned()),
    }
}

/// `NAME=VALUE`.
pub(super) fn assignment(text: &str) -> Result<Assignment, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(Assignment {
            name: name.to_owned(),
            text: value.to_owned(),
        }),
        _ => Err("`NAME=VALUE` is expected".to_owned()),
    }
}

/// `READS,MUTATIONS`.
pub(super) fn throttle(text: &str) -> Result<Throttle, String> {
    let rate = |text: &str| text.trim().parse::<u32>().ok().filter(|rate| *rate > 0);
    text.split_once(',')
        .and_then(|(reads, mutations)| {
            Some(Throttle {
                reads: rate(reads)?,
                mutations: rate(mutations)?,
            })
        })
        .ok_or_else(|| "two whole numbers above zero are expected, as `10,2`".to_owned())
}
