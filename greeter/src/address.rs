//! The IP address that the function runs at: the public address if a service on the internet returns it in time, and
//! otherwise the local address.
//!
//! A public address is known only from outside, so the function makes one HTTPS call. [`TIMEOUT`] limits the whole call:
//! DNS, connection, TLS handshake and response. A function without access to the internet still answers its caller.

use std::env;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tracing::warn;

/// The default service. It answers a GET with the caller's address as text.
const SERVICE: &str = "https://checkip.amazonaws.com/";

/// The environment variable with the URI of another service, for networks without internet access.
const SERVICE_VARIABLE: &str = "ADDRESS_SERVICE";

/// The timeout for the call to the service.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The maximum length of the service's response, in bytes. Every address is shorter.
const MAX_RESPONSE_BYTES: usize = 64;

/// A client of a service that returns its caller's public address.
pub struct AddressService {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    uri: Uri,
}

/// An error that prevents the function from starting.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The value of `ADDRESS_SERVICE` is not a URI.
    #[error("`{SERVICE_VARIABLE}` is not a URI")]
    Service(#[source] http::uri::InvalidUri),
    /// The system's root certificates cannot be read.
    #[error("no trusted root certificates")]
    Certificates(#[source] std::io::Error),
}

/// An error that leaves the public address unknown.
#[derive(Debug, thiserror::Error)]
enum AddressError {
    #[error("no response within {TIMEOUT:?}")]
    Timeout,
    #[error("no connection")]
    Connection(#[source] hyper_util::client::legacy::Error),
    #[error("status {0}")]
    Status(http::StatusCode),
    #[error("unreadable response")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the response is not an IP address")]
    NotAnAddress,
}

impl AddressService {
    /// Creates a client of the service in `ADDRESS_SERVICE`, or of Amazon's by default.
    ///
    /// # Errors
    ///
    /// Returns an error if the variable is not a URI or the system has no root certificates.
    pub fn from_environment() -> Result<Self, SetupError> {
        let service = env::var(SERVICE_VARIABLE).unwrap_or_else(|_| SERVICE.to_owned());
        Self::new(service.parse().map_err(SetupError::Service)?)
    }

    fn new(uri: Uri) -> Result<Self, SetupError> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(SetupError::Certificates)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri })
    }

    /// Returns the public address if the service responds in time, and otherwise the local address.
    pub async fn address(&self) -> IpAddr {
        match self.public_address().await {
            Ok(address) => address,
            Err(error) => {
                let reason: &dyn std::error::Error = &error;
                warn!(reason, service = %self.uri, "the public address is unknown");
                local_address()
            }
        }
    }

    async fn public_address(&self) -> Result<IpAddr, AddressError> {
        tokio::time::timeout(TIMEOUT, self.request())
            .await
            .unwrap_or(Err(AddressError::Timeout))
    }

    async fn request(&self) -> Result<IpAddr, AddressError> {
        let response = self
            .client
            .get(self.uri.clone())
            .await
            .map_err(AddressError::Connection)?;
        if !response.status().is_success() {
            return Err(AddressError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES);
        let bytes = body.collect().await.map_err(AddressError::Body)?.to_bytes();
        let text = std::str::from_utf8(&bytes).map_err(|_| AddressError::NotAnAddress)?;
        text.trim().parse().map_err(|_| AddressError::NotAnAddress)
    }
}

/// Returns the address of the interface with the default route. Connecting a UDP socket sends no packet.
fn local_address() -> IpAddr {
    let remote = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 443));
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .and_then(|socket| {
            socket.connect(remote)?;
            socket.local_addr()
        })
        .map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::IpAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::{AddressError, AddressService, TIMEOUT, local_address};

    /// Starts a service on this machine that answers one call.
    async fn answering(answer: &'static str) -> AddressService {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request_bytes = stream.read(&mut [0; 1024]).await.unwrap();
            assert!(request_bytes > 0);
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        AddressService::new(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn the_services_response_is_the_address() {
        let service =
            answering("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n3.237.174.199\n").await;
        assert_eq!(
            service.address().await,
            "3.237.174.199".parse::<IpAddr>().unwrap()
        );
    }

    #[tokio::test]
    async fn ipv6_addresses_are_accepted() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n2001:db8::7").await;
        assert_eq!(
            service.address().await,
            "2001:db8::7".parse::<IpAddr>().unwrap()
        );
    }

    #[tokio::test]
    async fn an_error_page_is_not_an_address() {
        let service = answering("HTTP/1.1 503 Busy\r\nContent-Length: 7\r\n\r\n1.2.3.4").await;
        assert!(matches!(
            service.public_address().await,
            Err(AddressError::Status(_))
        ));
    }

    #[tokio::test]
    async fn a_captive_portal_is_not_an_address() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>").await;
        assert!(matches!(
            service.public_address().await,
            Err(AddressError::NotAnAddress)
        ));
    }

    #[tokio::test]
    async fn the_length_of_the_response_is_limited() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n<html><p>This page has far more to say than any address would, and then some.").await;
        assert!(matches!(
            service.public_address().await,
            Err(AddressError::Body(_))
        ));
    }

    #[tokio::test]
    async fn the_local_address_is_used_without_the_service() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let service =
            AddressService::new(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap();
        assert!(matches!(
            service.public_address().await,
            Err(AddressError::Connection(_))
        ));
        assert_eq!(service.address().await, local_address());
    }

    #[tokio::test(start_paused = true)]
    async fn the_call_has_a_timeout() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let service =
            AddressService::new(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap();
        let start = Instant::now();
        assert_eq!(service.address().await, local_address());
        assert_eq!(start.elapsed(), TIMEOUT);
        drop(listener);
    }
}
