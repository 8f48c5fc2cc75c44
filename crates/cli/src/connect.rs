//! The connection to AWS or to the local cloud. It never falls back from one to the other.

use std::time::Duration;

use formwork_aws::{Cloud, ErrorKind, Settings, Transport};
use formwork_blueprint::{Blueprint, Target};
use formwork_engine::{Client, EventSender};
use formwork_report::codes;
use formwork_report::header::{Header, HeaderTarget};
use formwork_report::log::ConsoleLinks;
use formwork_template::diagnostics::Problem;
use tokio::time::timeout;

use crate::args::{OptionalText, Pace};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::paths;
use crate::session::Session;

/// The default region of the local cloud.
const LOCAL_REGION: &str = "us-east-1";

/// The timeout of the first call, so that a silent endpoint does not look like progress.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// The help for an endpoint that does not answer.
const ENDPOINT_HELP: &str = "check the network, the proxy variables, the region and the endpoint";

/// A connection to a cloud whose identity is known.
#[derive(Debug)]
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The target.
    pub target: Target,
    /// The header of all displays.
    pub header: Header,
    /// The links to the AWS console.
    pub console: ConsoleLinks,
}

/// Returns the target of the blueprint: the environment's, or the local cloud with `--local`.
pub fn target(session: &Session, blueprint: &Blueprint) -> Result<Target, CommandError> {
    let environment = blueprint.environment.as_ref();
    let is_local = environment.is_some_and(|environment| environment.target == Target::Local);
    if is_local && OptionalText::text(session.global.endpoint_url.as_ref()).is_some() {
        return Err(CommandError::usage(
            codes::USAGE,
            "the environment uses the local cloud, but `--endpoint-url` names another endpoint",
            "use only one of them",
        ));
    }
    Ok(match session.global.local || is_local {
        true => Target::Local,
        false => Target::Aws,
    })
}

/// Connects to the target and checks the account.
pub async fn connect(
    session: &Session,
    blueprint: &Blueprint,
    events: EventSender,
) -> Result<Connection, CommandError> {
    let target = target(session, blueprint)?;
    let settings = match target {
        Target::Local => local_settings(session, region(session, Some(blueprint)))?,
        Target::Aws => network_settings(session, Some(blueprint)),
    };
    let cloud = Cloud::connect(settings)
        .await
        .map_err(|error| call_error(&error))?;
    let url = cloud.endpoint().map(str::to_owned);
    let client = identify(cloud, events).await?;
    check_account(&client, blueprint, target)?;
    let account = client.account().to_owned();
    let region = client.region().to_owned();
    let (target_name, console) = match (target, url) {
        (Target::Local, _) => (HeaderTarget::Local, ConsoleLinks::None),
        (Target::Aws, Some(url)) => (HeaderTarget::Endpoint { account, url }, ConsoleLinks::None),
        (Target::Aws, None) => (
            HeaderTarget::Account(account),
            ConsoleLinks::Region(region.clone()),
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

/// Connects without a blueprint: to the local cloud with `--local`, else to AWS.
pub async fn without_blueprint(
    session: &Session,
    events: EventSender,
) -> Result<Client, CommandError> {
    let settings = match session.global.local {
        true => local_settings(session, region(session, None))?,
        false => network_settings(session, None),
    };
    let cloud = Cloud::connect(settings)
        .await
        .map_err(|error| call_error(&error))?;
    identify(cloud, events).await
}

/// Requests the caller's identity, with a timeout.
async fn identify(cloud: Cloud, events: EventSender) -> Result<Client, CommandError> {
    match timeout(CONNECT_TIMEOUT, Client::connect(cloud, events)).await {
        Ok(client) => client.map_err(|error| call_error(&error)),
        Err(_) => Err(CommandError::failed(
            codes::ENDPOINT,
            format!(
                "no answer to `GetCallerIdentity` for {} seconds",
                CONNECT_TIMEOUT.as_secs()
            ),
            ENDPOINT_HELP,
        )),
    }
}

fn network_settings(session: &Session, blueprint: Option<&Blueprint>) -> Settings {
    let environment = blueprint.and_then(|blueprint| blueprint.environment.as_ref());
    Settings {
        region: region(session, blueprint),
        profile: OptionalText::text(session.global.profile.as_ref()).map(str::to_owned),
        endpoint_url: OptionalText::text(session.global.endpoint_url.as_ref()).map(str::to_owned),
        role_arn: environment.and_then(|environment| environment.role.clone()),
        transport: Transport::Network,
        ..Settings::default()
    }
}

fn local_settings(session: &Session, region: Option<String>) -> Result<Settings, CommandError> {
    let server = local_cloud(session)?;
    Ok(Settings {
        region: Some(region.unwrap_or_else(|| LOCAL_REGION.to_owned())),
        transport: Transport::Service(formwork_aws::Service::new(server)),
        ..Settings::default()
    })
}

fn region(session: &Session, blueprint: Option<&Blueprint>) -> Option<String> {
    let flag = OptionalText::text(session.global.region.as_ref()).map(str::to_owned);
    flag.or_else(|| blueprint?.region.clone())
}

/// Opens the local cloud that `local serve` and `--local` share.
pub fn local_cloud(session: &Session) -> Result<formwork_local::Server, CommandError> {
    let folder = paths::local_cloud(&session.working_directory).map_err(|error| {
        CommandError::failed(
            codes::LOCAL_CLOUD,
            format!("cannot create the folder of the local cloud: {error}"),
            "set FORMWORK_LOCAL_DIR to another folder",
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
        CommandError::failed(
            codes::LOCAL_CLOUD,
            format!(
                "cannot open the local cloud in `{}`: {}",
                folder.display(),
                error_chain(&error)
            ),
            "empty it with `formwork local reset`, or set FORMWORK_LOCAL_DIR to another folder",
        )
    })
}

/// Returns an error and its causes in one line.
pub fn error_chain(error: &dyn std::error::Error) -> String {
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

fn check_account(
    client: &Client,
    blueprint: &Blueprint,
    target: Target,
) -> Result<(), CommandError> {
    let Some(environment) = &blueprint.environment else {
        return Ok(());
    };
    let Some(required) = environment
        .account
        .as_deref()
        .filter(|required| *required != client.account())
    else {
        return Ok(());
    };
    let is = client.account();
    let help = match target {
        Target::Local => format!(
            "the local cloud has account {is}: use an environment with `target = \"local\"`, or none"
        ),
        Target::Aws => format!(
            "the caller is {}; use credentials of account {required}, or another environment",
            client.identity().arn
        ),
    };
    Err(CommandError::failed(
        codes::WRONG_ACCOUNT,
        format!(
            "environment `{}` requires account {required}, not {is}",
            environment.name
        ),
        help,
    ))
}

/// Returns the error for a failed AWS call.
pub fn call_error(error: &formwork_aws::Error) -> CommandError {
    let (code, help) = match error.kind {
        ErrorKind::NoCredentials => (
            codes::CREDENTIALS,
            "log in (`aws sso login`, `aws login`), name a profile with `--profile`, or use the local cloud with `--local`",
        ),
        ErrorKind::ExpiredCredentials => (codes::CREDENTIALS, "log in again"),
        ErrorKind::InvalidCredentials => (
            codes::CREDENTIALS,
            "check the profile and the AWS_… variables",
        ),
        ErrorKind::Unreachable { .. } | ErrorKind::Unreadable { .. } | ErrorKind::Unavailable => {
            (codes::ENDPOINT, ENDPOINT_HELP)
        }
        ErrorKind::Settings => (
            codes::NO_REGION,
            "set `--region`, `region` in the blueprint or its environment, AWS_REGION, or a region in the profile",
        ),
        ErrorKind::Denied => (
            codes::CLOUD,
            "`formwork iam` prints the permissions that formwork needs",
        ),
        ErrorKind::Throttled => (codes::CLOUD, "AWS throttles this account: try again later"),
        _ => (codes::CLOUD, "nothing was changed"),
    };
    let message = match error.kind {
        // The list of all searched places is not a cause.
        ErrorKind::NoCredentials => error.to_string(),
        _ => error_chain(error),
    };
    CommandError::new(ExitStatus::Failed, Problem::error(code, message).help(help))
}
