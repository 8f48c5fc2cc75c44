//! The session of a command: its global flags, the terminal, the working directory, and loading of the blueprint.

use std::env;
use std::path::{Path, PathBuf};

use formwork_blueprint::codes::{NO_BLUEPRINT, UNKNOWN_ENVIRONMENT};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, LoadOutput, Request, SelectError, Selector, StackKey,
    VariableAssignment, load,
};
use formwork_report::codes;
use formwork_report::problems;
use formwork_report::style::Style;
use formwork_template::diagnostics::{Problem, Sources};
use indexmap::IndexSet;

use crate::args::{Global, OptionalText};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::local_files::LocalFiles;
use crate::paths;
use crate::terminal::{self, Terminal};

/// The prefix of environment variables that set blueprint variables.
const VARIABLE_PREFIX: &str = "FORMWORK_VAR_";

/// The session of a command.
#[derive(Debug)]
pub struct Session {
    /// The global flags.
    pub global: Global,
    /// The terminal.
    pub terminal: Terminal,
    /// The working directory.
    pub working_directory: PathBuf,
}

/// A loaded blueprint with its sources.
#[derive(Debug)]
pub struct Project {
    /// The blueprint.
    pub blueprint: Blueprint,
    /// The sources that spans point into.
    pub sources: Sources,
    /// The warnings.
    pub warnings: Vec<Problem>,
}

impl Session {
    /// Creates the session.
    pub fn new(global: Global) -> Result<Self, CommandError> {
        let terminal = Terminal::detect(global.color);
        let working_directory = env::current_dir().map_err(|error| {
            CommandError::usage(
                codes::USAGE,
                format!("cannot read the working directory: {error}"),
                "change to an existing folder",
            )
        })?;
        Ok(Self {
            global,
            terminal,
            working_directory,
        })
    }

    /// Returns the style of diagnostics.
    pub fn style(&self) -> Style {
        Style {
            color: self.terminal.stderr,
            columns: self.terminal.columns,
        }
    }

    /// Prints problems to stderr.
    pub fn print_problems(&self, problems: &[Problem], sources: &Sources) {
        if !problems.is_empty() {
            terminal::print_message(&problems::text(problems, sources, self.style()));
        }
    }

    /// Prints a note, unless `--quiet` is given.
    pub fn print_note(&self, text: &str) {
        if !self.global.quiet {
            terminal::print_message(text);
        }
    }

    /// Loads the blueprint and prints its warnings.
    pub fn load(&self, path: Option<&Path>) -> Result<Project, CommandError> {
        let project = into_project(self.read(path)?)?;
        self.print_problems(&project.warnings, &project.sources);
        Ok(project)
    }

    /// Loads the blueprint, even if it has errors.
    pub fn read(&self, path: Option<&Path>) -> Result<LoadOutput, CommandError> {
        let path = paths::blueprint(path, &self.working_directory)?;
        let request = Request {
            blueprint: path,
            environment: self.environment()?,
            variables: self.variables()?,
        };
        Ok(load(&LocalFiles, &request))
    }

    /// Returns the environment of `-e`.
    fn environment(&self) -> Result<Option<EnvName>, CommandError> {
        let Some(name) = OptionalText::text(self.global.env.as_ref()) else {
            return Ok(None);
        };
        EnvName::new(name).map(Some).ok_or_else(|| {
            CommandError::usage(
                codes::USAGE,
                format!("invalid environment name `{name}`"),
                "use lower-case letters, digits and hyphens",
            )
        })
    }

    /// Returns the values for variables: first those of the environment, sorted, then those of `--set`.
    fn variables(&self) -> Result<Vec<VariableAssignment>, CommandError> {
        let mut assignments = Vec::new();
        for (name, value) in env::vars_os() {
            let Some(name) = name
                .to_str()
                .and_then(|name| name.strip_prefix(VARIABLE_PREFIX))
            else {
                continue;
            };
            let text = value.into_string().map_err(|_| {
                CommandError::usage(
                    codes::USAGE,
                    format!("the value of `{VARIABLE_PREFIX}{name}` is not UTF-8"),
                    "set it to valid UTF-8",
                )
            })?;
            assignments.push(VariableAssignment {
                name: name.to_owned(),
                text,
                source: AssignmentSource::ProcessEnvironment,
            });
        }
        assignments.sort_by(|a, b| a.name.cmp(&b.name));
        assignments.extend(self.global.set.iter().map(|set| VariableAssignment {
            name: set.name.clone(),
            text: set.text.clone(),
            source: AssignmentSource::CommandLine,
        }));
        Ok(assignments)
    }

    /// Returns the stacks that `-s` selects; without it, all.
    pub fn selected(&self, blueprint: &Blueprint) -> Result<IndexSet<StackKey>, CommandError> {
        let selectors: Vec<Selector> = self
            .global
            .stacks
            .iter()
            .map(|text| Selector::new(text))
            .collect();
        blueprint
            .graph
            .select(&selectors)
            .map_err(|error| unknown_stack(&error, blueprint))
    }

    /// Returns true if `-s` is given.
    pub fn has_selectors(&self) -> bool {
        !self.global.stacks.is_empty()
    }
}

/// Returns the error for a selector without a match.
pub fn unknown_stack(error: &SelectError, blueprint: &Blueprint) -> CommandError {
    let keys: Vec<&str> = blueprint
        .graph
        .stacks()
        .map(|stack| stack.key.as_str())
        .take(12)
        .collect();
    let more = if blueprint.graph.len() > keys.len() {
        ", …"
    } else {
        ""
    };
    CommandError::usage(
        formwork_blueprint::codes::UNKNOWN_STACK,
        error.to_string(),
        format!("the blueprint's stacks are {}{more}", keys.join(", ")),
    )
}

/// Returns the blueprint of a finished load, or an error with all its problems.
fn into_project(loaded: LoadOutput) -> Result<Project, CommandError> {
    let exit = exit_status(&loaded);
    let LoadOutput {
        sources,
        problems,
        blueprint,
    } = loaded;
    match blueprint {
        Some(blueprint) => Ok(Project {
            blueprint,
            sources,
            warnings: problems,
        }),
        None => Err(CommandError {
            exit,
            problems,
            sources,
        }),
    }
}

/// Returns the exit status for the problems of a load: wrong usage only if every error is one of usage.
pub fn exit_status(loaded: &LoadOutput) -> ExitStatus {
    let mut errors = loaded
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .peekable();
    if errors.peek().is_none() {
        return match loaded.blueprint {
            Some(_) => ExitStatus::Success,
            None => ExitStatus::Invalid,
        };
    }
    match errors.all(|problem| is_usage_error(problem, &loaded.sources)) {
        true => ExitStatus::Usage,
        false => ExitStatus::Invalid,
    }
}

/// Returns true if the problem is in the command line and not in the blueprint.
fn is_usage_error(problem: &Problem, sources: &Sources) -> bool {
    let named = [NO_BLUEPRINT.name, UNKNOWN_ENVIRONMENT.name].contains(&problem.code.name);
    // A value from outside is a source of its own, named after its origin.
    let is_from_outside = problem.labels.first().is_some_and(|label| {
        let text = sources.path(label.span.file).to_string_lossy();
        text.starts_with("--set ") || text.starts_with(VARIABLE_PREFIX)
    });
    named || is_from_outside
}
