//! What every command starts from: the flags, the terminal, the working directory, and a blueprint that is loaded.

use std::env;
use std::path::{Path, PathBuf};

use formwork_blueprint::codes::{NO_BLUEPRINT, UNKNOWN_ENVIRONMENT};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, LoadOutput, Request, SelectError, Selector, StackKey,
    VariableAssignment, load,
};
use formwork_template::diagnostics::{Problem, Sources};
use indexmap::IndexSet;

use crate::args::{Given, Global};
use crate::disk::Disk;
use crate::exit::Exit;
use crate::place;
use crate::stop::Stop;
use crate::terminal::{self, Terminal};
use formwork_report::codes;
use formwork_report::problems;
use formwork_report::style::Style;

/// The prefix of the variables that give a blueprint's variables their values.
const VARIABLE_PREFIX: &str = "FORMWORK_VAR_";

/// What every command starts from.
#[derive(Debug)]
pub struct Session {
    /// The flags that go everywhere.
    pub global: Global,
    /// What the streams can show.
    pub terminal: Terminal,
    /// The working directory.
    pub here: PathBuf,
}

/// A blueprint that was read, with the texts it was read from.
#[derive(Debug)]
pub struct Project {
    /// The blueprint.
    pub blueprint: Blueprint,
    /// The texts that its spans lead into.
    pub sources: Sources,
    /// What is worth knowing about it.
    pub warnings: Vec<Problem>,
}

impl Session {
    /// Looks at where the tool stands.
    pub fn new(global: Global) -> Result<Self, Stop> {
        let terminal = Terminal::look(global.color);
        let here = env::current_dir().map_err(|error| {
            Stop::usage(
                codes::USAGE,
                format!("the working directory cannot be read: {error}"),
                "go to a folder that is there",
            )
        })?;
        Ok(Self {
            global,
            terminal,
            here,
        })
    }

    /// How problems are drawn.
    pub fn style(&self) -> Style {
        Style {
            paint: self.terminal.stderr,
            columns: self.terminal.columns,
        }
    }

    /// Shows problems on stderr.
    pub fn show(&self, problems: &[Problem], sources: &Sources) {
        if !problems.is_empty() {
            terminal::say(&problems::text::text(problems, sources, self.style()));
        }
    }

    /// Says something that `--quiet` leaves out.
    pub fn remark(&self, text: &str) {
        if !self.global.quiet {
            terminal::say(text);
        }
    }

    /// Reads the blueprint that is meant and shows its warnings.
    pub fn load(&self, given: Option<&Path>) -> Result<Project, Stop> {
        let project = self.read(given)?.into_project()?;
        self.show(&project.warnings, &project.sources);
        Ok(project)
    }

    /// Reads the blueprint that is meant, whatever comes of it.
    pub fn read(&self, given: Option<&Path>) -> Result<Found, Stop> {
        let path = place::blueprint(given, &self.here)?;
        let request = Request {
            blueprint: path,
            environment: self.environment()?,
            variables: self.variables()?,
        };
        Ok(Found(load(&Disk, &request)))
    }

    /// The environment that was asked for.
    fn environment(&self) -> Result<Option<EnvName>, Stop> {
        let Some(name) = Given::text(self.global.env.as_ref()) else {
            return Ok(None);
        };
        EnvName::new(name).map(Some).ok_or_else(|| {
            Stop::usage(
                codes::USAGE,
                format!("`{name}` cannot be the name of an environment"),
                "such a name is made of lower-case letters, digits and hyphens",
            )
        })
    }

    /// The values given to variables, those of the process's environment first and sorted.
    fn variables(&self) -> Result<Vec<VariableAssignment>, Stop> {
        let mut given = Vec::new();
        for (name, value) in env::vars_os() {
            let Some(name) = name
                .to_str()
                .and_then(|name| name.strip_prefix(VARIABLE_PREFIX))
            else {
                continue;
            };
            let text = value.into_string().map_err(|_| {
                Stop::usage(
                    codes::USAGE,
                    format!("the value of `{VARIABLE_PREFIX}{name}` is not UTF-8"),
                    "variables hold text",
                )
            })?;
            given.push(VariableAssignment {
                name: name.to_owned(),
                text,
                source: AssignmentSource::ProcessEnvironment,
            });
        }
        given.sort_by(|a, b| a.name.cmp(&b.name));
        given.extend(self.global.set.iter().map(|set| VariableAssignment {
            name: set.name.clone(),
            text: set.text.clone(),
            source: AssignmentSource::CommandLine,
        }));
        Ok(given)
    }

    /// The stacks that `-s` chooses; all of them without it.
    pub fn selected(&self, blueprint: &Blueprint) -> Result<IndexSet<StackKey>, Stop> {
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

    /// Whether `-s` chooses some stacks only.
    pub fn selects(&self) -> bool {
        !self.global.stacks.is_empty()
    }
}

/// A selector that fits nothing.
pub fn unknown_stack(error: &SelectError, blueprint: &Blueprint) -> Stop {
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
    Stop::usage(
        formwork_blueprint::codes::UNKNOWN_STACK,
        error.to_string(),
        format!("its stacks are {}{more}", keys.join(", ")),
    )
}

/// What reading a blueprint gave.
#[derive(Debug)]
pub struct Found(pub LoadOutput);

impl Found {
    /// The blueprint, or all that is wrong with it.
    pub fn into_project(self) -> Result<Project, Stop> {
        let exit = self.exit();
        let LoadOutput {
            sources,
            problems,
            blueprint,
        } = self.0;
        match blueprint {
            Some(blueprint) => Ok(Project {
                blueprint,
                sources,
                warnings: problems,
            }),
            None => Err(Stop {
                exit,
                problems,
                sources,
            }),
        }
    }

    /// The exit status that the problems stand for: wrong usage only where nothing else is wrong.
    pub fn exit(&self) -> Exit {
        let mut errors = self
            .0
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .peekable();
        if errors.peek().is_none() {
            return match self.0.blueprint {
                Some(_) => Exit::Done,
                None => Exit::Wrong,
            };
        }
        match errors.all(|problem| is_usage(problem, &self.0.sources)) {
            true => Exit::Usage,
            false => Exit::Wrong,
        }
    }
}

/// Whether a problem lies in how the tool was called, not in the blueprint.
fn is_usage(problem: &Problem, sources: &Sources) -> bool {
    let named = [NO_BLUEPRINT.name, UNKNOWN_ENVIRONMENT.name].contains(&problem.code.name);
    // A value given from outside is a text of its own, named after what gave it.
    let given = problem.labels.first().is_some_and(|label| {
        let text = sources.path(label.span.file).to_string_lossy();
        text.starts_with("--set ") || text.starts_with(VARIABLE_PREFIX)
    });
    named || given
}
