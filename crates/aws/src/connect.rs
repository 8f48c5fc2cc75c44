//! From settings and the environment to configured clients: region, credentials, endpoint, timeouts.
//!
//! Everything that AWS's own tools take from the environment and the shared files is taken here, by the SDK's own
//! readers: profiles, single sign-on, `aws login`, credential processes, web identities, container and instance roles.
//! Credentials are fetched once while connecting, so that having none is known at once and by itself.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::ServiceConfigKey;

use crate::error::{Error, Kind, of_credentials};
use crate::transport::{InProcess, Network, Service, Transport};

/// The name that errors of connecting bear as their action.
const CONNECT: &str = "connect";

/// Where a service of this process seems to be: nothing is ever sent there.
const IN_PROCESS_ENDPOINT: &str = "http://localhost";

/// Which account and region to speak to, and how. What is not given is taken from the environment and the shared
/// configuration files, as AWS's own tools do.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// The profile; its credentials are then used whatever the environment holds.
    pub profile: Option<String>,
    /// The endpoint of all services.
    pub endpoint_url: Option<String>,
    /// A role to assume, by ARN.
    pub role_arn: Option<String>,
    /// How requests travel.
    pub transport: Transport,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For a call's answer, from sending to its last byte.
    pub attempt: Duration,
    /// For a call as a whole, renewed credentials included.
    pub operation: Duration,
    /// For credentials while connecting.
    pub credentials: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            operation: Duration::from_secs(60),
            // A credential process may ask a person.
            credentials: Duration::from_secs(120),
        }
    }
}

impl Timeouts {
    fn config(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

/// What clients are made of.
pub(crate) struct Connection {
    pub(crate) config: SdkConfig,
    pub(crate) region: String,
    /// The endpoint of S3, where it is not AWS's own.
    pub(crate) bucket_endpoint: Option<String>,
}

pub(crate) async fn connect(settings: Settings) -> Result<Connection, Error> {
    if let Some(url) = &settings.endpoint_url {
        check_endpoint(url)?;
    }
    match settings.transport.clone() {
        Transport::Service(service) => Ok(in_process(settings, service)),
        Transport::Network => over_the_network(settings).await,
    }
}

fn check_endpoint(url: &str) -> Result<(), Error> {
    let uri = url.parse::<http::Uri>().ok();
    let is_whole = uri.is_some_and(|uri| {
        uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https"))
    });
    if is_whole {
        Ok(())
    } else {
        let message = format!(
            "`{url}` is no endpoint: it must begin with `https://` or `http://` and a host"
        );
        Err(Error::new(CONNECT, Kind::Settings, message))
    }
}

/// The configuration for a service of this process: the environment is not asked for anything.
fn in_process(settings: Settings, service: Service) -> Connection {
    let region = settings.region.unwrap_or_else(|| "us-east-1".to_owned());
    let endpoint = settings
        .endpoint_url
        .unwrap_or_else(|| IN_PROCESS_ENDPOINT.to_owned());
    let credentials = Credentials::new("local", "local", None, None, "local");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .endpoint_url(endpoint.clone())
        .http_client(SharedHttpClient::new(InProcess::new(service)))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(TokioSleep::new())
        .timeout_config(settings.timeouts.config())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Connection {
        config,
        region,
        bucket_endpoint: Some(endpoint),
    }
}

async fn over_the_network(settings: Settings) -> Result<Connection, Error> {
    let client = SharedHttpClient::new(Network::from_environment()?);
    let provider = ProviderConfig::default()
        .with_http_client(client.clone())
        .with_sleep_impl(TokioSleep::new())
        .with_timeout_config(settings.timeouts.config());
    let region = region(&settings, &provider).await?;
    let provider = provider.with_region(Some(region.clone()));
    let credentials = own_credentials(&settings, &region, &provider).await;

    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .region(region.clone())
        .credentials_provider(credentials)
        .sleep_impl(TokioSleep::new())
        .timeout_config(settings.timeouts.config())
        // For what fetches credentials; the services' own clients are told not to retry.
        .retry_config(RetryConfig::standard())
        // Nothing here streams: each answer is read whole within the attempt's timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    let provider = match (&settings.role_arn, config.credentials_provider()) {
        (Some(role), Some(own)) => SharedCredentialsProvider::new(
            AssumeRoleProvider::builder(role)
                .session_name("formwork")
                .region(region.clone())
                .configure(&config)
                .build_from_provider(own)
                .await,
        ),
        (None, Some(own)) => own,
        (_, None) => {
            return Err(Error::new(
                CONNECT,
                Kind::NoCredentials,
                "no credentials were found",
            ));
        }
    };
    let config = config
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(
            fetched(provider, settings.timeouts.credentials).await?,
        ))
        .build();
    Ok(Connection {
        bucket_endpoint: bucket_endpoint(&config),
        region: region.to_string(),
        config,
    })
}

/// The metadata service of an instance, given up quickly where there is none.
fn instance_metadata(provider: &ProviderConfig) -> imds::Client {
    imds::Client::builder()
        .configure(provider)
        .max_attempts(2)
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(1))
        .build()
}

async fn region(settings: &Settings, provider: &ProviderConfig) -> Result<Region, Error> {
    if let Some(region) = &settings.region {
        return Ok(Region::new(region.clone()));
    }
    let mut profile = ProfileFileRegionProvider::builder().configure(provider);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let instance = ImdsRegionProvider::builder()
        .configure(provider)
        .imds_client(instance_metadata(provider))
        .build();
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build())
        .or_else(instance)
        .region()
        .await
        .ok_or_else(|| {
            let message =
                "no region is given by the blueprint, `--region`, `AWS_REGION` or the profile";
            Error::new(CONNECT, Kind::Settings, message)
        })
}

/// The caller's own credentials, before any role is assumed.
async fn own_credentials(
    settings: &Settings,
    region: &Region,
    provider: &ProviderConfig,
) -> SharedCredentialsProvider {
    match &settings.profile {
        Some(profile) => SharedCredentialsProvider::new(
            ProfileFileCredentialsProvider::builder()
                .configure(provider)
                .profile_name(profile)
                .build(),
        ),
        None => SharedCredentialsProvider::new(
            DefaultCredentialsChain::builder()
                .configure(provider.clone())
                .region(region.clone())
                .imds_client(instance_metadata(provider))
                .build()
                .await,
        ),
    }
}

/// Fetches credentials once and hands them on with the means to renew them.
async fn fetched(provider: SharedCredentialsProvider, timeout: Duration) -> Result<Fetched, Error> {
    let first = match tokio::time::timeout(timeout, provider.provide_credentials()).await {
        Ok(Ok(credentials)) => credentials,
        Ok(Err(error)) => {
            let kind = of_credentials(&error);
            let message = match kind {
                Kind::NoCredentials => {
                    "none are in the environment, the profile or this machine's role; `aws configure`, `aws sso login` \
                     or `aws login` make some"
                }
                _ => "they could not be fetched",
            };
            return Err(Error::new(CONNECT, kind, message).with_source(error));
        }
        Err(_) => {
            let message = format!("none came within {} s", timeout.as_secs());
            return Err(Error::new(CONNECT, Kind::InvalidCredentials, message));
        }
    };
    Ok(Fetched {
        provider,
        first: Mutex::new(Some(first)),
    })
}

/// Credentials that were fetched already, handed out once; the SDK keeps them till they expire and then asks anew.
#[derive(Debug)]
struct Fetched {
    provider: SharedCredentialsProvider,
    first: Mutex<Option<Credentials>>,
}

impl ProvideCredentials for Fetched {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match first {
            Some(credentials) => {
                future::ProvideCredentials::ready(provider::Result::Ok(credentials))
            }
            None => future::ProvideCredentials::new(self.provider.provide_credentials()),
        }
    }
}

/// The endpoint of S3 where the caller, the environment or the profile names one, for all services or for it alone.
fn bucket_endpoint(config: &SdkConfig) -> Option<String> {
    let for_s3 = || {
        let key = ServiceConfigKey::builder()
            .service_id("s3")
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        config.service_config()?.load_config(key)
    };
    for_s3().or_else(|| config.endpoint_url().map(str::to_owned))
}
