//! What `plan`, `deploy` and `destroy` have in common: the way from a blueprint to a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use formwork_blueprint::{Asset, AssetName, Blueprint, KnownValues, Stack, StackKey, VariableName};
use formwork_engine::{
    Archive, AssetError, AssetErrorCause, EventSender, Observed, Options, Plan, Previews, Purpose,
    Run, StackAction, discard, draft, observe, pack, packed, plan_deployment, plan_destruction,
    preview,
};
use formwork_template::diagnostics::{Problem, Sources, did_you_mean};
use indexmap::IndexMap;

use crate::args::{Given, ProgressChoice};
use crate::connect::{Connection, chain, connect, refused};
use crate::display::{Display, Progress};
use crate::estimate::creation;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::session::{Project, Session};
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;
use formwork_report::log::{Console, Detail};
use formwork_report::plan::{self as plan_text, View};
use formwork_report::style::Paint;

/// A run that is connected and shown.
#[derive(Debug)]
pub struct Stage {
    /// The signals.
    pub interrupts: Interrupts,
    /// The display.
    pub display: Display,
    /// The cloud.
    pub connection: Connection,
}

/// A plan with everything it was made from.
#[derive(Debug)]
pub struct Prepared {
    /// What a run works from.
    pub run: Run,
    /// The texts of the blueprint.
    pub sources: Sources,
    /// What was packed.
    pub archives: IndexMap<AssetName, Archive>,
    /// The change sets that were made.
    pub previews: Previews,
    /// The plan.
    pub plan: Plan,
    /// How long it took.
    pub took: Duration,
}

impl Stage {
    /// Starts listening and showing, and connects.
    pub async fn open(session: &Session, blueprint: &Blueprint) -> Result<Self, Stop> {
        let interrupts = Interrupts::listen();
        let file = events_file(session)?;
        let (events, told) = EventSender::channel();
        let detail = match session.global.verbose {
            true => Detail::Everything,
            false => Detail::Facts,
        };
        let paint = session.terminal.stderr;
        let display = Display::start(told, progress(session), detail, paint, file);
        let connection = tokio::select! {
            connection = connect(session, blueprint, events) => connection,
            exit = interrupts.first() => Err(Stop::silent(exit)),
        };
        match connection {
            Ok(connection) => {
                let header = connection.header.line(Paint::Plain);
                display.name(header, connection.console.clone());
                Ok(Self {
                    interrupts,
                    display,
                    connection,
                })
            }
            Err(stop) => {
                display.hush().await;
                Err(stop)
            }
        }
    }

    /// Reads what is deployed.
    pub async fn observe(&self, blueprint: &Blueprint) -> Result<Observed, Stop> {
        let client = &self.connection.client;
        let observed = async {
            observe(client, blueprint)
                .await
                .map_err(|error| refused(&error))
        };
        let observed = self.unless_interrupted(observed).await;
        self.display.hush().await;
        observed
    }

    /// Plans; when it fails nothing is left behind.
    pub async fn plan(
        &self,
        project: Project,
        options: Options,
        purpose: Purpose,
    ) -> Result<Prepared, Stop> {
        let planned = tokio::select! {
            planned = self.make_plan(project, options, purpose) => planned,
            exit = self.interrupts.leave() => Err(Stop::silent(exit)),
        };
        self.display.hush().await;
        match (planned, self.interrupts.exit()) {
            (planned, None) => planned,
            (Ok(prepared), Some(exit)) => {
                self.forget(&prepared).await;
                Err(Stop::silent(exit))
            }
            // A build that Ctrl-C ended is no fault of the blueprint.
            (Err(_), Some(exit)) => Err(Stop::silent(exit)),
        }
    }

    /// What changes nothing is left at the first signal.
    async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, Stop>>,
    ) -> Result<T, Stop> {
        tokio::select! {
            done = work => done,
            exit = self.interrupts.first() => Err(Stop::silent(exit)),
        }
    }

    async fn make_plan(
        &self,
        project: Project,
        options: Options,
        purpose: Purpose,
    ) -> Result<Prepared, Stop> {
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
                .map_err(|error| refused(&error))
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
                    .map_err(|error| refused(&error))?;
                let plan =
                    plan_deployment(&run.request(), &draft(&run.request(), &previews), &previews);
                (plan, previews)
            }
            Purpose::Destroy => (plan_destruction(&run.request()), Previews::new()),
        };
        Ok(Prepared {
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
    ) -> Result<IndexMap<AssetName, Archive>, Stop> {
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

    /// Deletes the change sets that were made for a plan that is not carried out.
    pub async fn forget(&self, prepared: &Prepared) {
        tokio::select! {
            () = discard(&self.connection.client, &prepared.previews) => {}
            _ = self.interrupts.leave() => {}
        }
    }
}

impl Prepared {
    /// How long carrying it out usually takes on AWS; nothing where a number would be a guess.
    fn estimate(&self, stage: &Stage) -> Option<Duration> {
        if stage.connection.console == Console::None || self.plan.purpose == Purpose::Destroy {
            return None;
        }
        let (assets, values) = (packed(&self.archives), BTreeMap::new());
        let known = KnownValues {
            assets: &assets,
            parameters: &values,
        };
        let mut ends: BTreeMap<&StackKey, Duration> = BTreeMap::new();
        for stack in &self.plan.stacks {
            let own = match stack.action {
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
            ends.insert(&stack.key, begins.copied().unwrap_or_default() + own);
        }
        ends.into_values().max().filter(|end| !end.is_zero())
    }

    /// Shows the plan that is about to be carried out; also to those who are asked although they want it quiet.
    pub fn show(&self, session: &Session, stage: &Stage) {
        if !session.global.quiet || !session.global.yes {
            let text = self.text(stage, session.terminal.stderr, session.terminal.columns);
            terminal::say(&text);
        }
    }

    /// The plan as people read it.
    pub fn text(&self, stage: &Stage, paint: Paint, columns: usize) -> String {
        let view = View {
            header: &stage.connection.header,
            blueprint: &self.run.blueprint,
            sources: &self.sources,
            took: self.took,
            estimate: self.estimate(stage),
            paint,
            columns,
        };
        plan_text::text(&self.plan, &view)
    }
}

/// The assets that these stacks name, each once.
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

/// What a failed asset means: what is wrong in the blueprint's files is the blueprint's.
pub fn asset_failed(error: &AssetError) -> Stop {
    let (exit, help) = match &error.cause {
        AssetErrorCause::Build(_) => (
            Exit::Wrong,
            "`cargo build` in its folder shows the same; nothing was sent",
        ),
        AssetErrorCause::Collect(_) => (
            Exit::Wrong,
            "every file of an asset must be readable and lie under the blueprint's root",
        ),
        AssetErrorCause::Upload(error) => return refused(error),
    };
    Stop::new(exit, Problem::error(codes::ASSET, chain(error)).help(help))
}

/// Which display is meant.
fn progress(session: &Session) -> Progress {
    let drawable = session.terminal.drawable;
    match session.global.progress {
        _ if session.global.quiet => Progress::Nothing,
        ProgressChoice::None => Progress::Nothing,
        ProgressChoice::Plain => Progress::Lines,
        ProgressChoice::Auto | ProgressChoice::Tty if drawable => Progress::Drawn,
        ProgressChoice::Auto | ProgressChoice::Tty => Progress::Lines,
    }
}

fn events_file(session: &Session) -> Result<Option<File>, Stop> {
    let Some(path) = Given::text(session.global.events.as_ref()) else {
        return Ok(None);
    };
    File::create(path).map(Some).map_err(|error| {
        Stop::usage(
            codes::OUTPUT_FILE,
            format!("the file of events `{path}` cannot be written: {error}"),
            "give another one with `--events`; nothing has been changed",
        )
    })
}

/// A stack's key given by a flag, which must be in the blueprint.
pub fn key(flag: &str, text: &str, blueprint: &Blueprint) -> Result<StackKey, Stop> {
    blueprint
        .graph
        .get(text)
        .map(|stack| stack.key.clone())
        .ok_or_else(|| {
            let keys = blueprint.graph.stacks().map(|stack| stack.key.as_str());
            let near = formwork_template::diagnostics::nearest(text, keys);
            Stop::usage(
                formwork_blueprint::codes::UNKNOWN_STACK,
                format!("`{flag} {text}` names no stack of the blueprint"),
                near.map_or_else(
                    || "it takes the key of one of its stacks".to_owned(),
                    did_you_mean,
                ),
            )
        })
}

/// `STACK.LogicalId` given by a flag; the stack must be in the blueprint, the resource may be gone from it.
pub fn resource(flag: &str, text: &str, blueprint: &Blueprint) -> Result<String, Stop> {
    let Some((stack, _)) = text.split_once('.').filter(|(_, id)| !id.is_empty()) else {
        return Err(Stop::usage(
            codes::USAGE,
            format!("`{flag} {text}` names no resource"),
            "it takes STACK.LogicalId",
        ));
    };
    key(flag, stack, blueprint).map(|_| text.to_owned())
}

/// A sensitive variable given by `--rotate`.
pub fn variable(text: &str, blueprint: &Blueprint) -> Result<VariableName, Stop> {
    let found = blueprint
        .variables
        .iter()
        .find(|(name, _)| name.as_str() == text);
    match found {
        Some((name, variable)) if variable.value.is_none() => Ok(name.clone()),
        Some(_) => Err(Stop::usage(
            codes::USAGE,
            format!("`--rotate {text}`: the variable is not sensitive"),
            "what is not secret is compared and sent when it changes",
        )),
        None => Err(Stop::usage(
            codes::USAGE,
            format!("`--rotate {text}` names no variable of the blueprint"),
            "it takes the name of a sensitive variable",
        )),
    }
}
