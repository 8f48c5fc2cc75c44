//! Configures the clients: region, credentials, endpoint and timeouts.
//!
//! The SDK reads everything that AWS's own tools read from the environment and the shared files: profiles, single
//! sign-on, `aws login`, credential processes, web identities, container and instance roles. Connecting fetches the
//! credentials once, so that missing credentials are reported at once and as such.

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

use crate::error::{Error, ErrorKind, credentials_error_kind};
use crate::transport::{InProcess, Network, Service, Transport};

/// The action of errors that occur while connecting.
const CONNECT: &str = "connect";

/// The endpoint of a service in this process. Nothing is ever sent there.
const IN_PROCESS_ENDPOINT: &str = "http://localhost";

/// The settings of a connection. The environment and the shared configuration files supply what is missing, as for
/// AWS's own tools.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// The profile. Its credentials take precedence over the environment's.
    pub profile: Option<String>,
    /// The endpoint of all services.
    pub endpoint_url: Option<String>,
    /// A role to assume, by ARN.
    pub role_arn: Option<String>,
    /// The transport of requests.
    pub transport: Transport,
    /// The timeouts.
    pub timeouts: Timeouts,
}

/// The timeouts of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The timeout for opening a connection.
    pub connect: Duration,
    /// The timeout for a response, from sending the request to the last byte.
    pub attempt: Duration,
    /// The timeout for a whole call, including new credentials.
    pub operation: Duration,
    /// The timeout for credentials while connecting.
    pub credentials: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            operation: Duration::from_secs(60),
            // A credential process may wait for a person's input.
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

/// The configuration of the clients.
pub(crate) struct Connection {
    pub(crate) config: SdkConfig,
    pub(crate) region: String,
    /// The endpoint of S3, if it is not AWS's own.
    pub(crate) bucket_endpoint: Option<String>,
}

pub(crate) async fn connect(settings: Settings) -> Result<Connection, Error> {
    if let Some(url) = &settings.endpoint_url {
        check_endpoint(url)?;
    }
    match settings.transport.clone() {
        Transport::Service(service) => Ok(connect_in_process(settings, service)),
        Transport::Network => connect_network(settings).await,
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
            "invalid endpoint `{url}`: it must start with `https://` or `http://`, followed by a host"
        );
        Err(Error::new(CONNECT, ErrorKind::Settings, message))
    }
}

/// Returns the configuration for a service in this process, without reading the environment.
fn connect_in_process(settings: Settings, service: Service) -> Connection {
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

async fn connect_network(settings: Settings) -> Result<Connection, Error> {
    let client = SharedHttpClient::new(Network::from_environment()?);
    let provider = ProviderConfig::default()
        .with_http_client(client.clone())
        .with_sleep_impl(TokioSleep::new())
        .with_timeout_config(settings.timeouts.config());
    let region = region(&settings, &provider).await?;
    let provider = provider.with_region(Some(region.clone()));
    let credentials = base_credentials(&settings, &region, &provider).await;

    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .region(region.clone())
        .credentials_provider(credentials)
        .sleep_impl(TokioSleep::new())
        .timeout_config(settings.timeouts.config())
        // For the providers of credentials; the services' clients do not retry.
        .retry_config(RetryConfig::standard())
        // No call streams: each response is read within the attempt's timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    let provider = match (&settings.role_arn, config.credentials_provider()) {
        (Some(role), Some(base)) => SharedCredentialsProvider::new(
            AssumeRoleProvider::builder(role)
                .session_name("formwork")
                .region(region.clone())
                .configure(&config)
                .build_from_provider(base)
                .await,
        ),
        (None, Some(base)) => base,
        (_, None) => {
            return Err(Error::new(
                CONNECT,
                ErrorKind::NoCredentials,
                "no credentials found",
            ));
        }
    };
    let config = config
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(
            prefetch(provider, settings.timeouts.credentials).await?,
        ))
        .build();
    Ok(Connection {
        bucket_endpoint: bucket_endpoint(&config),
        region: region.to_string(),
        config,
    })
}

/// Returns a client of the instance metadata service with short timeouts, because most machines have no such service.
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
                "missing region: set it in the blueprint, with `--region`, in `AWS_REGION` or in the profile";
            Error::new(CONNECT, ErrorKind::Settings, message)
        })
}

/// Returns the provider of the caller's own credentials, before a role is assumed.
async fn base_credentials(
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

/// Fetches credentials once and returns a provider that also renews them.
async fn prefetch(
    provider: SharedCredentialsProvider,
    timeout: Duration,
) -> Result<PrefetchedCredentials, Error> {
    let first = match tokio::time::timeout(timeout, provider.provide_credentials()).await {
        Ok(Ok(credentials)) => credentials,
        Ok(Err(error)) => {
            let kind = credentials_error_kind(&error);
            let message = match kind {
                ErrorKind::NoCredentials => {
                    "none in the environment, the profile or this machine's role"
                }
                _ => "they cannot be fetched",
            };
            return Err(Error::new(CONNECT, kind, message).with_source(error));
        }
        Err(_) => {
            let message = format!("no credentials within {} s", timeout.as_secs());
            return Err(Error::new(CONNECT, ErrorKind::InvalidCredentials, message));
        }
    };
    Ok(PrefetchedCredentials {
        provider,
        first: Mutex::new(Some(first)),
    })
}

/// Fetched credentials, returned once. The SDK caches them until they expire and then fetches new ones.
#[derive(Debug)]
struct PrefetchedCredentials {
    provider: SharedCredentialsProvider,
    first: Mutex<Option<Credentials>>,
}

impl ProvideCredentials for PrefetchedCredentials {
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

/// Returns the endpoint of S3 if the settings, the environment or the profile name one, for S3 or for all services.
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
