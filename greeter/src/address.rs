//! From which address the function runs: the public one where a service on the internet can tell it in time, else the
//! local one.
//!
//! Only the outside can tell a public address, so one https call is made for it, with [`BUDGET`] for everything: the
//! name, the connection, the handshake and the answer. A function without a way out still answers its caller.

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

/// Answers a GET with the caller's address, as text.
const SERVICE: &str = "https://checkip.amazonaws.com/";

/// Names another such service, for networks that reach only their own.
const SERVICE_VARIABLE: &str = "ADDRESS_SERVICE";

/// What a call may spend on learning the public address, in all.
const BUDGET: Duration = Duration::from_secs(2);

/// Longer than any address, shorter than a page of HTML.
const LONGEST_ANSWER: usize = 64;

/// A service that tells its callers their public address.
pub struct AddressService {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    uri: Uri,
}

/// Why the function cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// `ADDRESS_SERVICE` holds something else than an address.
    #[error("`{SERVICE_VARIABLE}` is not a URI")]
    Service(#[source] http::uri::InvalidUri),
    /// The system's certificates cannot be read.
    #[error("no certificates to trust")]
    Certificates(#[source] std::io::Error),
}

/// Why the public address stays unknown.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error("no answer within {BUDGET:?}")]
    Silent,
    #[error("no connection")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("status {0}")]
    Refused(http::StatusCode),
    #[error("an answer that cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("an answer that is no address")]
    NoAddress,
}

impl AddressService {
    /// The service that `ADDRESS_SERVICE` names, else Amazon's own.
    ///
    /// # Errors
    ///
    /// A variable that is no URI; a system without certificates.
    pub fn from_environment() -> Result<Self, SetupError> {
        let service = env::var(SERVICE_VARIABLE).unwrap_or_else(|_| SERVICE.to_owned());
        Self::at(service.parse().map_err(SetupError::Service)?)
    }

    fn at(uri: Uri) -> Result<Self, SetupError> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(SetupError::Certificates)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri })
    }

    /// The public address where the service tells it in time, else the local one.
    pub async fn own_address(&self) -> IpAddr {
        match self.public_address().await {
            Ok(address) => address,
            Err(unknown) => {
                let reason: &dyn std::error::Error = &unknown;
                warn!(reason, service = %self.uri, "the public address stays unknown");
                local_address()
            }
        }
    }

    async fn public_address(&self) -> Result<IpAddr, Unknown> {
        tokio::time::timeout(BUDGET, self.ask())
            .await
            .unwrap_or(Err(Unknown::Silent))
    }

    async fn ask(&self) -> Result<IpAddr, Unknown> {
        let response = self
            .client
            .get(self.uri.clone())
            .await
            .map_err(Unknown::Unreachable)?;
        if !response.status().is_success() {
            return Err(Unknown::Refused(response.status()));
        }
        let body = Limited::new(response.into_body(), LONGEST_ANSWER);
        let answer = body
            .collect()
            .await
            .map_err(Unknown::Unreadable)?
            .to_bytes();
        let text = std::str::from_utf8(&answer).map_err(|_| Unknown::NoAddress)?;
        text.trim().parse().map_err(|_| Unknown::NoAddress)
    }
}

/// The address of the interface that the default route leaves by. Nothing is sent.
fn local_address() -> IpAddr {
    let far = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 443));
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .and_then(|socket| {
            socket.connect(far)?;
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

    use super::{AddressService, BUDGET, Unknown, local_address};

    /// A service on this machine that answers one call with `answer`.
    async fn answering(answer: &'static str) -> AddressService {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        AddressService::at(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn what_the_service_says_is_the_address() {
        let service =
            answering("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n3.237.174.199\n").await;
        assert_eq!(
            service.own_address().await,
            "3.237.174.199".parse::<IpAddr>().unwrap()
        );
    }

    #[tokio::test]
    async fn an_address_of_the_newer_kind_is_one_too() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n2001:db8::7").await;
        assert_eq!(
            service.own_address().await,
            "2001:db8::7".parse::<IpAddr>().unwrap()
        );
    }

    #[tokio::test]
    async fn an_error_page_is_no_address() {
        let service = answering("HTTP/1.1 503 Busy\r\nContent-Length: 7\r\n\r\n1.2.3.4").await;
        assert!(matches!(
            service.public_address().await,
            Err(Unknown::Refused(_))
        ));
    }

    #[tokio::test]
    async fn a_captive_portal_is_no_address() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>").await;
        assert!(matches!(
            service.public_address().await,
            Err(Unknown::NoAddress)
        ));
    }

    #[tokio::test]
    async fn a_long_answer_is_not_read_to_its_end() {
        let service = answering("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n<html><p>This page has far more to say than any address would, and then some.").await;
        assert!(matches!(
            service.public_address().await,
            Err(Unknown::Unreadable(_))
        ));
    }

    #[tokio::test]
    async fn without_the_service_the_local_address_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let service =
            AddressService::at(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap();
        assert!(matches!(
            service.public_address().await,
            Err(Unknown::Unreachable(_))
        ));
        assert_eq!(service.own_address().await, local_address());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_service_costs_two_seconds_and_no_more() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let service =
            AddressService::at(format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap();
        let begun = Instant::now();
        assert_eq!(service.own_address().await, local_address());
        assert_eq!(begun.elapsed(), BUDGET);
        drop(listener);
    }
}
