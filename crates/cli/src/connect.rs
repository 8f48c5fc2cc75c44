//! The way to the cloud that is meant: an account, or the cloud on this machine. Never one for the other.

use std::time::Duration;

use formwork_aws::{Cloud, ErrorKind, Settings, Transport};
use formwork_blueprint::{Blueprint, Target};
use formwork_engine::{Client, EventSender};
use formwork_template::diagnostics::Problem;
use tokio::time::timeout;

use crate::args::{Given, Pace};
use crate::exit::Exit;
use crate::place;
use crate::session::Session;
use crate::stop::Stop;
use formwork_report::codes;
use formwork_report::header::{self, Header};
use formwork_report::log::Console;

/// The region of the local cloud where nobody names one.
const LOCAL_REGION: &str = "us-east-1";

/// How long the first question may take: an endpoint that is silent must not look like work.
const PATIENCE: Duration = Duration::from_secs(20);

/// What to look at where nothing answers.
const ENDPOINT_HELP: &str =
    "check the network, the proxy's variables, the region, and the endpoint if one is given";

/// A cloud that knows who asks.
#[derive(Debug)]
pub struct Connection {
    /// The way to it.
    pub client: Client,
    /// Where it lies.
    pub target: Target,
    /// What every display names.
    pub header: Header,
    /// Whether AWS's console shows its stacks.
    pub console: Console,
}

/// Where the blueprint's stacks lie: in the environment's target, or in the local cloud when `--local` says so.
pub fn target(session: &Session, blueprint: &Blueprint) -> Result<Target, Stop> {
    let environment = blueprint.environment.as_ref();
    let is_local = environment.is_some_and(|environment| environment.target == Target::Local);
    if is_local && Given::text(session.global.endpoint_url.as_ref()).is_some() {
        return Err(Stop::usage(
            codes::USAGE,
            "the environment lies in the local cloud, and `--endpoint-url` names another one",
            "leave out one of them; over a socket, the local cloud is any other account",
        ));
    }
    Ok(match session.global.local || is_local {
        true => Target::Local,
        false => Target::Aws,
    })
}

/// Connects to the cloud that is meant and asks who is asking.
pub async fn connect(
    session: &Session,
    blueprint: &Blueprint,
    events: EventSender,
) -> Result<Connection, Stop> {
    let target = target(session, blueprint)?;
    let settings = match target {
        Target::Local => in_process(session, region(session, Some(blueprint)))?,
        Target::Aws => over_the_network(session, Some(blueprint)),
    };
    let cloud = Cloud::connect(settings)
        .await
        .map_err(|error| refused(&error))?;
    let url = cloud.endpoint().map(str::to_owned);
    let client = identify(cloud, events).await?;
    check_account(&client, blueprint, target)?;
    let account = client.account().to_owned();
    let region = client.region().to_owned();
    let (target_name, console) = match (target, url) {
        (Target::Local, _) => (header::Target::Local, Console::None),
        (Target::Aws, Some(url)) => (header::Target::Endpoint { account, url }, Console::None),
        (Target::Aws, None) => (
            header::Target::Account(account),
            Console::Region(region.clone()),
        ),
    };
    let header = Header {
        blueprint: blueprint.name.clone(),
        environment: blueprint
            .environment
            .as_ref()
            .map(|environment| environment.name.to_string()),
        target: target_name,
        region,
    };
    Ok(Connection {
        client,
        target,
        header,
        console,
    })
}

/// Connects where there is no blueprint: to the local cloud if `--local` says so, else to AWS.
pub async fn without_blueprint(session: &Session, events: EventSender) -> Result<Client, Stop> {
    let settings = match session.global.local {
        true => in_process(session, region(session, None))?,
        false => over_the_network(session, None),
    };
    let cloud = Cloud::connect(settings)
        .await
        .map_err(|error| refused(&error))?;
    identify(cloud, events).await
}

/// Asks who is asking. Whoever does not answer that for so long is not there.
async fn identify(cloud: Cloud, events: EventSender) -> Result<Client, Stop> {
    match timeout(PATIENCE, Client::connect(cloud, events)).await {
        Ok(client) => client.map_err(|error| refused(&error)),
        Err(_) => Err(Stop::failed(
            codes::ENDPOINT,
            format!(
                "no answer to the question who is asking, for {} seconds",
                PATIENCE.as_secs()
            ),
            ENDPOINT_HELP,
        )),
    }
}

fn over_the_network(session: &Session, blueprint: Option<&Blueprint>) -> Settings {
    let environment = blueprint.and_then(|blueprint| blueprint.environment.as_ref());
    Settings {
        region: region(session, blueprint),
        profile: Given::text(session.global.profile.as_ref()).map(str::to_owned),
        endpoint_url: Given::text(session.global.endpoint_url.as_ref()).map(str::to_owned),
        role_arn: environment.and_then(|environment| environment.role.clone()),
        transport: Transport::Network,
        ..Settings::default()
    }
}

fn in_process(session: &Session, region: Option<String>) -> Result<Settings, Stop> {
    let server = local_cloud(session)?;
    Ok(Settings {
        region: Some(region.unwrap_or_else(|| LOCAL_REGION.to_owned())),
        transport: Transport::Service(formwork_aws::Service::new(server)),
        ..Settings::default()
    })
}

fn region(session: &Session, blueprint: Option<&Blueprint>) -> Option<String> {
    let given = Given::text(session.global.region.as_ref()).map(str::to_owned);
    given.or_else(|| blueprint?.region.clone())
}

/// The cloud on this machine, which `local serve` and `--local` share.
pub fn local_cloud(session: &Session) -> Result<formwork_local::Server, Stop> {
    let folder = place::local_cloud(&session.here).map_err(|error| {
        Stop::failed(
            codes::LOCAL_CLOUD,
            format!("the local cloud's folder cannot be made: {error}"),
            "FORMWORK_LOCAL_DIR names another one",
        )
    })?;
    let options = formwork_local::Options {
        storage: formwork_local::Storage::Folder(folder.clone()),
        pace: match session.global.pace {
            Pace::Quick => formwork_local::Pace::Quick,
            Pace::Real => formwork_local::Pace::Real,
        },
        throttle: session
            .global
            .throttle
            .map(|throttle| formwork_local::Rates {
                reads: throttle.reads,
                mutations: throttle.mutations,
            }),
        ..formwork_local::Options::default()
    };
    formwork_local::Server::open(options).map_err(|error| {
        Stop::failed(
            codes::LOCAL_CLOUD,
            format!(
                "the local cloud in `{}` cannot be opened: {}",
                folder.display(),
                chain(&error)
            ),
            "`formwork local reset` makes an empty one; FORMWORK_LOCAL_DIR names another folder",
        )
    })
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

fn check_account(client: &Client, blueprint: &Blueprint, target: Target) -> Result<(), Stop> {
    let Some(environment) = &blueprint.environment else {
        return Ok(());
    };
    let Some(wanted) = environment
        .account
        .as_deref()
        .filter(|wanted| *wanted != client.account())
    else {
        return Ok(());
    };
    let is = client.account();
    let help = match target {
        Target::Local => format!(
            "the local cloud is account {is}: rehearse in an environment with `target = \"local\"`, or without one"
        ),
        Target::Aws => format!(
            "the caller is {}; give the credentials of {wanted}, or another environment",
            client.identity().arn
        ),
    };
    Err(Stop::failed(
        codes::WRONG_ACCOUNT,
        format!(
            "environment `{}` lies in account {wanted}, and this is account {is}",
            environment.name
        ),
        help,
    ))
}

/// What a refused or unanswered call means to the user.
pub fn refused(error: &formwork_aws::Error) -> Stop {
    let (code, help) = match error.kind {
        ErrorKind::NoCredentials => (
            codes::CREDENTIALS,
            "log in (`aws sso login`, `aws login`), name a profile with `--profile`, or use the local cloud with `--local`",
        ),
        ErrorKind::ExpiredCredentials => (codes::CREDENTIALS, "log in again"),
        ErrorKind::InvalidCredentials => (
            codes::CREDENTIALS,
            "check the profile and what AWS_… variables are set",
        ),
        ErrorKind::Unreachable { .. } | ErrorKind::Unreadable { .. } | ErrorKind::Unavailable => {
            (codes::ENDPOINT, ENDPOINT_HELP)
        }
        ErrorKind::Settings => (
            codes::NO_REGION,
            "give `--region`, `region` in the blueprint or its environment, AWS_REGION, or a region in the profile",
        ),
        ErrorKind::Denied => (
            codes::CLOUD,
            "the README lists the least permissions that formwork needs",
        ),
        ErrorKind::Throttled => (
            codes::CLOUD,
            "AWS throttles this account: try again in a while",
        ),
        _ => (codes::CLOUD, "nothing was changed"),
    };
    let message = match error.kind {
        // Every place where none were found is no cause.
        ErrorKind::NoCredentials => error.to_string(),
        _ => chain(error),
    };
    Stop::new(Exit::Failed, Problem::error(code, message).help(help))
}
