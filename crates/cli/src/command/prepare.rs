//! The steps that `plan`, `deploy` and `destroy` share: from a blueprint to a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use formwork_blueprint::{Asset, AssetName, Blueprint, KnownValues, Stack, StackKey, VariableName};
use formwork_engine::{
    Archive, AssetError, AssetErrorCause, EventSender, Observed, Options, Plan, Previews, Purpose,
    Run, StackAction, discard, draft, observe, pack, packed, plan_deployment, plan_destruction,
    preview,
};
use formwork_report::codes;
use formwork_report::log::{ConsoleLinks, LogDetail};
use formwork_report::plan::{PlanView, plan_text};
use formwork_report::style::ColorMode;
use formwork_template::diagnostics::{Problem, Sources, did_you_mean};
use indexmap::IndexMap;

use crate::args::{OptionalText, ProgressChoice};
use crate::command_error::CommandError;
use crate::connect::{Connection, call_error, connect, error_chain};
use crate::display::{Display, ProgressMode};
use crate::estimate::creation;
use crate::exit_status::ExitStatus;
use crate::interrupts::Interrupts;
use crate::session::{Project, Session};
use crate::terminal;

/// A connected run with its display.
#[derive(Debug)]
pub struct RunSession {
    /// The signal handlers.
    pub interrupts: Interrupts,
    /// The display.
    pub display: Display,
    /// The connection to the cloud.
    pub connection: Connection,
}

/// A plan with everything it was made from.
#[derive(Debug)]
pub struct PreparedRun {
    /// The input of the run.
    pub run: Run,
    /// The blueprint's sources.
    pub sources: Sources,
    /// The packed assets.
    pub archives: IndexMap<AssetName, Archive>,
    /// The change sets.
    pub previews: Previews,
    /// The plan.
    pub plan: Plan,
    /// The time that planning took.
    pub took: Duration,
}

impl RunSession {
    /// Starts the signal handlers and the display, and connects.
    pub async fn open(session: &Session, blueprint: &Blueprint) -> Result<Self, CommandError> {
        let interrupts = Interrupts::listen();
        let file = events_file(session)?;
        let (events, receiver) = EventSender::channel();
        let detail = match session.global.verbose {
            true => LogDetail::Verbose,
            false => LogDetail::Normal,
        };
        let color = session.terminal.stderr;
        let display = Display::start(receiver, progress_mode(session), detail, color, file);
        let connection = tokio::select! {
            connection = connect(session, blueprint, events) => connection,
            exit = interrupts.wait_for_first() => Err(CommandError::silent(exit)),
        };
        match connection {
            Ok(connection) => {
                let header = connection.header.line(ColorMode::Plain);
                display.set_header(header, connection.console.clone());
                Ok(Self {
                    interrupts,
                    display,
                    connection,
                })
            }
            Err(error) => {
                display.flush().await;
                Err(error)
            }
        }
    }

    /// Reads the deployed stacks.
    pub async fn observe(&self, blueprint: &Blueprint) -> Result<Observed, CommandError> {
        let client = &self.connection.client;
        let observed = async {
            observe(client, blueprint)
                .await
                .map_err(|error| call_error(&error))
        };
        let observed = self.unless_interrupted(observed).await;
        self.display.flush().await;
        observed
    }

    /// Plans; a failed attempt leaves nothing behind.
    pub async fn plan(
        &self,
        project: Project,
        options: Options,
        purpose: Purpose,
    ) -> Result<PreparedRun, CommandError> {
        let planned = tokio::select! {
            planned = self.build_plan(project, options, purpose) => planned,
            exit = self.interrupts.wait_for_second() => Err(CommandError::silent(exit)),
        };
        self.display.flush().await;
        match (planned, self.interrupts.exit()) {
            (planned, None) => planned,
            (Ok(prepared), Some(exit)) => {
                self.discard_previews(&prepared).await;
                Err(CommandError::silent(exit))
            }
            // A build that Ctrl-C ended is not a fault of the blueprint.
            (Err(_), Some(exit)) => Err(CommandError::silent(exit)),
        }
    }

    /// Runs read-only work, which the first signal interrupts.
    async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, CommandError>>,
    ) -> Result<T, CommandError> {
        tokio::select! {
            done = work => done,
            exit = self.interrupts.wait_for_first() => Err(CommandError::silent(exit)),
        }
    }

    async fn build_plan(
        &self,
        project: Project,
        options: Options,
        purpose: Purpose,
    ) -> Result<PreparedRun, CommandError> {
        let client = &self.connection.client;
        let Project {
            blueprint, sources, ..
        } = project;
        let archives = match purpose {
            Purpose::Deploy => {
                self.unless_interrupted(self.pack(&blueprint, &options))
                    .await?
            }
            Purpose::Destroy => IndexMap::new(),
        };
        let started = Instant::now();
        let observed = async {
            observe(client, &blueprint)
                .await
                .map_err(|error| call_error(&error))
        };
        let observed = self.unless_interrupted(observed).await?;
        let run = Run {
            blueprint: Arc::new(blueprint),
            packed: Arc::new(packed(&archives)),
            observed: Arc::new(observed),
            options: Arc::new(options),
            cancel: self.interrupts.cancel(),
        };
        let (plan, previews) = match purpose {
            Purpose::Deploy => {
                let previews = preview(client, &run.request())
                    .await
                    .map_err(|error| call_error(&error))?;
                let plan =
                    plan_deployment(&run.request(), &draft(&run.request(), &previews), &previews);
                (plan, previews)
            }
            Purpose::Destroy => (plan_destruction(&run.request()), Previews::new()),
        };
        Ok(PreparedRun {
            run,
            sources,
            archives,
            previews,
            plan,
            took: started.elapsed(),
        })
    }

    async fn pack(
        &self,
        blueprint: &Blueprint,
        options: &Options,
    ) -> Result<IndexMap<AssetName, Archive>, CommandError> {
        let stacks = blueprint
            .graph
            .stacks()
            .filter(|stack| options.scope.contains(&stack.key));
        let assets = assets(blueprint, stacks);
        let events = self.connection.client.events();
        pack(assets, self.connection.target, events)
            .await
            .map_err(|error| asset_failed(&error))
    }

    /// Deletes the change sets of a plan that is not executed.
    pub async fn discard_previews(&self, prepared: &PreparedRun) {
        tokio::select! {
            () = discard(&self.connection.client, &prepared.previews) => {}
            _ = self.interrupts.wait_for_second() => {}
        }
    }
}

impl PreparedRun {
    /// Returns the typical duration of the deployment on AWS, or `None` if it is unknown.
    fn estimate(&self, run_session: &RunSession) -> Option<Duration> {
        if run_session.connection.console == ConsoleLinks::None
            || self.plan.purpose == Purpose::Destroy
        {
            return None;
        }
        let (assets, values) = (packed(&self.archives), BTreeMap::new());
        let known = KnownValues {
            assets: &assets,
            parameters: &values,
        };
        let mut ends: BTreeMap<&StackKey, Duration> = BTreeMap::new();
        for stack in &self.plan.stacks {
            let duration = match stack.action {
                StackAction::Unchanged => Duration::ZERO,
                StackAction::Create => creation(
                    &self
                        .run
                        .blueprint
                        .graph
                        .get(stack.key.as_str())?
                        .render(&known)
                        .template,
                )?,
                _ => return None,
            };
            let begins = stack.waits_for.iter().filter_map(|key| ends.get(key)).max();
            ends.insert(&stack.key, begins.copied().unwrap_or_default() + duration);
        }
        ends.into_values().max().filter(|end| !end.is_zero())
    }

    /// Prints the plan before it is executed; with `--quiet`, only if a question follows.
    pub fn print(&self, session: &Session, run_session: &RunSession) {
        if !session.global.quiet || !session.global.yes {
            let text = self.text(
                run_session,
                session.terminal.stderr,
                session.terminal.columns,
            );
            terminal::print_message(&text);
        }
    }

    /// Renders the plan.
    pub fn text(&self, run_session: &RunSession, color: ColorMode, columns: usize) -> String {
        let view = PlanView {
            header: &run_session.connection.header,
            blueprint: &self.run.blueprint,
            sources: &self.sources,
            took: self.took,
            estimate: self.estimate(run_session),
            color,
            columns,
        };
        plan_text(&self.plan, &view)
    }
}

/// Returns the assets of these stacks without duplicates.
pub fn assets<'a>(
    blueprint: &'a Blueprint,
    stacks: impl Iterator<Item = &'a Stack>,
) -> Vec<&'a Asset> {
    let names: BTreeSet<&AssetName> = stacks.flat_map(|stack| &stack.assets).collect();
    blueprint
        .assets
        .values()
        .filter(|asset| names.contains(&asset.name))
        .collect()
}

/// Returns the error for a failed asset; faults of the blueprint's files make the blueprint invalid.
pub fn asset_failed(error: &AssetError) -> CommandError {
    let (exit, help) = match &error.cause {
        AssetErrorCause::Build(_) => (
            ExitStatus::Invalid,
            "run `cargo build` in its folder for details; nothing was sent",
        ),
        AssetErrorCause::Collect(_) => (
            ExitStatus::Invalid,
            "every file of an asset must be readable and inside the blueprint's root",
        ),
        AssetErrorCause::Upload(error) => return call_error(error),
    };
    CommandError::new(
        exit,
        Problem::error(codes::ASSET, error_chain(error)).help(help),
    )
}

/// Chooses the kind of progress display.
fn progress_mode(session: &Session) -> ProgressMode {
    let drawable = session.terminal.drawable;
    match session.global.progress {
        _ if session.global.quiet => ProgressMode::None,
        ProgressChoice::None => ProgressMode::None,
        ProgressChoice::Plain => ProgressMode::Lines,
        ProgressChoice::Auto | ProgressChoice::Tty if drawable => ProgressMode::Board,
        ProgressChoice::Auto | ProgressChoice::Tty => ProgressMode::Lines,
    }
}

fn events_file(session: &Session) -> Result<Option<File>, CommandError> {
    let Some(path) = OptionalText::text(session.global.events.as_ref()) else {
        return Ok(None);
    };
    File::create(path).map(Some).map_err(|error| {
        CommandError::usage(
            codes::OUTPUT_FILE,
            format!("cannot write the event file `{path}`: {error}"),
            "choose another file with `--events`; nothing was changed",
        )
    })
}

/// Parses the stack key of a flag; the blueprint must contain it.
pub fn stack_key(flag: &str, text: &str, blueprint: &Blueprint) -> Result<StackKey, CommandError> {
    blueprint
        .graph
        .get(text)
        .map(|stack| stack.key.clone())
        .ok_or_else(|| {
            let keys = blueprint.graph.stacks().map(|stack| stack.key.as_str());
            let near = formwork_template::diagnostics::nearest(text, keys);
            CommandError::usage(
                formwork_blueprint::codes::UNKNOWN_STACK,
                format!("unknown stack `{text}` in `{flag}`"),
                near.map_or_else(|| "expected the key of a stack".to_owned(), did_you_mean),
            )
        })
}

/// Parses the `STACK.LogicalId` of a flag; the blueprint must contain the stack, but not the resource.
pub fn resource_address(
    flag: &str,
    text: &str,
    blueprint: &Blueprint,
) -> Result<String, CommandError> {
    let Some((stack, _)) = text.split_once('.').filter(|(_, id)| !id.is_empty()) else {
        return Err(CommandError::usage(
            codes::USAGE,
            format!("invalid resource `{text}` in `{flag}`"),
            "expected STACK.LogicalId",
        ));
    };
    stack_key(flag, stack, blueprint).map(|_| text.to_owned())
}

/// Parses the sensitive variable of `--rotate`.
pub fn sensitive_variable(text: &str, blueprint: &Blueprint) -> Result<VariableName, CommandError> {
    let found = blueprint
        .variables
        .iter()
        .find(|(name, _)| name.as_str() == text);
    match found {
        Some((name, variable)) if variable.value.is_none() => Ok(name.clone()),
        Some(_) => Err(CommandError::usage(
            codes::USAGE,
            format!("variable `{text}` in `--rotate` is not sensitive"),
            "other variables are sent when they change",
        )),
        None => Err(CommandError::usage(
            codes::USAGE,
            format!("unknown variable `{text}` in `--rotate`"),
            "expected a sensitive variable",
        )),
    }
}
