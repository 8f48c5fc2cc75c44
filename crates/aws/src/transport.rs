//! How requests travel: over the network, or into a service of this process.
//!
//! The network's side reads what AWS's own tools read from the environment and the SDK's client does not by itself:
//! the proxies' variables and `AWS_CA_BUNDLE`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower::util::BoxCloneService;

use crate::error::{Error, Kind};

/// A cloud in this process: it takes what would go over the wire and answers what would come back.
pub type Service = BoxCloneService<http::Request<Bytes>, http::Response<Bytes>, Infallible>;

/// How requests travel.
#[derive(Clone, Default)]
pub enum Transport {
    /// Over the network, through the proxies that the environment names.
    #[default]
    Network,
    /// Into a service of this process, signed with credentials that mean nothing.
    Service(Service),
}

impl fmt::Debug for Transport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Network => "Network",
            Self::Service(_) => "Service",
        })
    }
}

/// The SDK's HTTP client over a service of this process.
#[derive(Clone)]
pub(crate) struct InProcess(Arc<Mutex<Service>>);

impl InProcess {
    pub(crate) fn new(service: Service) -> Self {
        Self(Arc::new(Mutex::new(service)))
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // The service is cloned for each call, and is not `Sync`: the lock is held for that alone.
        let service = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let (head, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map_err(ConnectorError::user)?
                .to_bytes();
            let request = http::Request::from_parts(head, body);
            let response = match service.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The SDK's HTTP client over the network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    tls: TlsContext,
    connectors: Arc<Mutex<HashMap<ConnectorKey, SharedHttpConnector>>>,
}

/// What connectors are told apart by: connections are only reused within one.
type ConnectorKey = (Option<Duration>, Option<Duration>);

impl Network {
    /// Trusts the system's certificates, and those of `AWS_CA_BUNDLE` in their place where it is set.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        let store = match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
            None => TrustStore::default(),
            Some(path) => certificates(PathBuf::from(path))?,
        };
        let tls = TlsContext::builder()
            .with_trust_store(store)
            .build()
            .map_err(|error| {
                Error::new("connect", Kind::Settings, "no TLS could be set up").with_source(error)
            })?;
        Ok(Self {
            tls,
            connectors: Arc::default(),
        })
    }

    fn connector(
        &self,
        proxy: ProxyConfig,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> Connector {
        let mut builder = Connector::builder()
            .connector_settings(settings.clone())
            .proxy_config(proxy);
        builder.set_sleep_impl(components.sleep_impl());
        builder
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(self.tls.clone())
            .build()
    }
}

impl HttpClient for Network {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let key = (settings.connect_timeout(), settings.read_timeout());
        self.connectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(key)
            .or_insert_with(|| {
                SharedHttpConnector::new(ByNearness {
                    far: self.connector(ProxyConfig::from_env(), settings, components),
                    near: self.connector(ProxyConfig::disabled(), settings, components),
                })
            })
            .clone()
    }
}

fn certificates(path: PathBuf) -> Result<TrustStore, Error> {
    let pem = std::fs::read(&path).map_err(|error| {
        let message = format!(
            "`AWS_CA_BUNDLE` names `{}`, which cannot be read",
            path.display()
        );
        Error::new("connect", Kind::Settings, message).with_source(error)
    })?;
    // The TLS library panics on a bundle without a certificate, so it is looked for here.
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        let message = format!(
            "`AWS_CA_BUNDLE` names `{}`, which holds no certificate",
            path.display()
        );
        return Err(Error::new("connect", Kind::Settings, message));
    }
    Ok(TrustStore::empty().with_pem_certificate(pem))
}

/// Sends what stays on this machine or its link past the proxy: no proxy can reach these addresses for us.
#[derive(Debug)]
struct ByNearness {
    far: Connector,
    near: Connector,
}

impl HttpConnector for ByNearness {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if is_near(request.uri()) {
            self.near.call(request)
        } else {
            self.far.call(request)
        }
    }
}

/// Whether a URI's host is this machine or, as the instance metadata service, on its link.
fn is_near(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<http::Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // `fd00:ec2::/32` is where instances and containers find their metadata by IPv6.
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_its_link_are_near() {
        for uri in [
            "http://127.0.0.1:4566/",
            "http://localhost:4566/",
            "http://bucket.localhost/",
            "http://169.254.169.254/latest/meta-data",
            "http://169.254.170.2/credentials",
            "http://[::1]:80/",
            "http://[fd00:ec2::254]/latest",
        ] {
            assert!(is_near(uri), "{uri}");
        }
        for uri in [
            "https://cloudformation.us-east-1.amazonaws.com/",
            "http://10.0.0.1/",
            "http://[fd00:ec3::1]/",
            "http://localhost.example.com/",
        ] {
            assert!(!is_near(uri), "{uri}");
        }
    }
}
