//! The transport of requests: over the network, or to a service in this process.
//!
//! For the network, this module reads the variables that AWS's own tools read and the SDK does not: those of proxies
//! and `AWS_CA_BUNDLE`.

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

use crate::error::{Error, ErrorKind};

/// A cloud in this process, which takes HTTP requests and returns HTTP responses.
pub type Service = BoxCloneService<http::Request<Bytes>, http::Response<Bytes>, Infallible>;

/// The transport of requests.
#[derive(Clone, Default)]
pub enum Transport {
    /// The network, through the proxies in the environment.
    #[default]
    Network,
    /// A service in this process. The requests are signed with dummy credentials.
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

/// The SDK's HTTP client for a service in this process.
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
        // The service is not `Sync`. The lock is held only while it is cloned.
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

/// The SDK's HTTP client for the network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    tls: TlsContext,
    connectors: Arc<Mutex<HashMap<ConnectorKey, SharedHttpConnector>>>,
}

/// The timeouts of a connector. Connections are only reused within a connector.
type ConnectorKey = (Option<Duration>, Option<Duration>);

impl Network {
    /// Returns a client that trusts the certificates of `AWS_CA_BUNDLE`, or the system's if it is not set.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        let store = match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
            None => TrustStore::default(),
            Some(path) => certificates(PathBuf::from(path))?,
        };
        let tls = TlsContext::builder()
            .with_trust_store(store)
            .build()
            .map_err(|error| {
                Error::new("connect", ErrorKind::Settings, "cannot set up TLS").with_source(error)
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
                SharedHttpConnector::new(ProxyBypass {
                    proxied: self.connector(ProxyConfig::from_env(), settings, components),
                    direct: self.connector(ProxyConfig::disabled(), settings, components),
                })
            })
            .clone()
    }
}

fn certificates(path: PathBuf) -> Result<TrustStore, Error> {
    let pem = std::fs::read(&path).map_err(|error| {
        let message = format!(
            "cannot read `{}`, the file in `AWS_CA_BUNDLE`",
            path.display()
        );
        Error::new("connect", ErrorKind::Settings, message).with_source(error)
    })?;
    // The TLS library panics on a bundle without a certificate.
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        let message = format!(
            "`{}`, the file in `AWS_CA_BUNDLE`, contains no certificate",
            path.display()
        );
        return Err(Error::new("connect", ErrorKind::Settings, message));
    }
    Ok(TrustStore::empty().with_pem_certificate(pem))
}

/// A connector that bypasses the proxy for addresses of this machine and its link, which a proxy cannot reach.
#[derive(Debug)]
struct ProxyBypass {
    proxied: Connector,
    direct: Connector,
}

impl HttpConnector for ProxyBypass {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if is_local(request.uri()) {
            self.direct.call(request)
        } else {
            self.proxied.call(request)
        }
    }
}

/// Returns whether a URI's host is this machine or on its link, as the instance metadata service is.
fn is_local(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<http::Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // `fd00:ec2::/32` contains the IPv6 addresses of the metadata services for instances and containers.
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
    fn only_this_machine_and_its_link_are_local() {
        for uri in [
            "http://127.0.0.1:4566/",
            "http://localhost:4566/",
            "http://bucket.localhost/",
            "http://169.254.169.254/latest/meta-data",
            "http://169.254.170.2/credentials",
            "http://[::1]:80/",
            "http://[fd00:ec2::254]/latest",
        ] {
            assert!(is_local(uri), "{uri}");
        }
        for uri in [
            "https://cloudformation.us-east-1.amazonaws.com/",
            "http://10.0.0.1/",
            "http://[fd00:ec3::1]/",
            "http://localhost.example.com/",
        ] {
            assert!(!is_local(uri), "{uri}");
        }
    }
}
