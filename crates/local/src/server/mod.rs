//! The server: a cloud together with its wire, in process or on a socket.
//!
//! A [`Server`] is a `tower` service. It does not support TLS, and it does not verify credentials.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cloud::{Cloud, OpenError};
use crate::limits::{MAX_BODY_BYTES, SHUTDOWN_GRACE};
use crate::model::options::Options;
use crate::wire::{self, Delivery, WireFaults, WireState};

/// A cloud that answers AWS's protocols. Its clones share the cloud, the faults and the rate limits.
#[derive(Debug, Clone)]
pub struct Server {
    cloud: Cloud,
    wire: Arc<WireState>,
}

/// The error of a server that stops by itself.
#[derive(Debug, thiserror::Error)]
#[error("cannot serve the local cloud")]
pub struct ServeError(#[from] std::io::Error);

impl Server {
    /// Returns a server for a cloud.
    pub fn new(cloud: Cloud) -> Self {
        let wire = Arc::new(WireState::new(cloud.options()));
        Self { cloud, wire }
    }

    /// Opens a cloud and returns its server.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Cloud::open(options).map(Self::new)
    }

    /// Returns the cloud.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Returns the faults of the wire, which all clones share.
    pub fn wire_faults(&self) -> &WireFaults {
        self.wire.faults()
    }

    /// Answers requests on `listener` until `shutdown` is ready. Nothing checks credentials, so the
    /// listener should be bound to an address of this machine.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (stop_sender, mut stop_receiver) = watch::channel(());
        let router = axum::Router::new()
            .fallback(respond)
            .with_state(self.clone());
        let graceful = async move {
            shutdown.await;
            // Dropping the sender starts the grace period below.
            drop(stop_sender);
        };
        let server = axum::serve(listener, router).with_graceful_shutdown(graceful);
        let grace_over = async move {
            // `changed` fails once the sender is dropped.
            while stop_receiver.changed().await.is_ok() {}
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        // A caller that never gets a response would otherwise keep the server alive forever.
        tokio::select! {
            result = server => Ok(result?),
            () = grace_over => Ok(()),
        }
    }
}

/// The service in process. A call without a response stays pending.
impl tower::Service<Request<Bytes>> for Server {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            match wire::respond(&server.cloud, &server.wire, request).await {
                Delivery::Response(response) => Ok(response),
                Delivery::NoResponse | Delivery::Disconnect => std::future::pending().await,
            }
        })
    }
}

async fn respond(State(server): State<Server>, request: axum::extract::Request) -> AxumResponse {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = Request::from_parts(parts, body.to_bytes());
    match wire::respond(&server.cloud, &server.wire, request).await {
        Delivery::Response(response) => response.map(Body::from),
        Delivery::NoResponse => std::future::pending().await,
        Delivery::Disconnect => Response::new(failing_body()),
    }
}

/// Returns a body that fails at its first byte, so that the connection closes without a response.
fn failing_body() -> Body {
    let failing = Body::new(Limited::new(Full::new(Bytes::from_static(b"?")), 0));
    // A stream does not announce its length, so the server asks it for bytes.
    Body::from_stream(failing.into_data_stream())
}

#[cfg(test)]
mod tests;
