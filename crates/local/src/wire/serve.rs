//! The service on a socket.

use super::{Outcome, Service};
use crate::Cloud;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The largest body that is read: what S3 takes in one upload is larger, what blueprints need is not.
const LARGEST_BODY: usize = 512 * 1024 * 1024;

/// How long open connections may take to end once the server stops.
const GRACE: Duration = Duration::from_secs(1);

/// The server stopped by itself.
#[derive(Debug, thiserror::Error)]
#[error("cannot serve the local cloud")]
pub struct ServeError(#[from] std::io::Error);

impl Cloud {
    /// Answers on `listener` until `shutdown` is ready. Whoever binds the listener decides who can
    /// reach it: nothing here asks for credentials, so it should be an address of this machine.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (stop, stopped) = watch::channel(());
        let router = axum::Router::new()
            .fallback(respond)
            .with_state(self.service());
        let graceful = async move {
            shutdown.await;
            // Dropping the sender is the sign for those who wait below.
            drop(stop);
        };
        let server = axum::serve(listener, router).with_graceful_shutdown(graceful);
        let mut late = stopped;
        let too_late = async move {
            // Ends in an error once the sender is gone, which is what is waited for.
            let _ = late.changed().await;
            tokio::time::sleep(GRACE).await;
        };
        // A caller who is kept waiting on purpose would hold up the server's end forever.
        tokio::select! {
            result = server => Ok(result?),
            () = too_late => Ok(()),
        }
    }
}

async fn respond(State(service): State<Service>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = http::Request::from_parts(parts, body.to_bytes());
    match service.cloud.respond(request).await {
        Outcome::Answered(response) => response.map(Body::from),
        Outcome::Silent => std::future::pending().await,
        Outcome::Broken => Response::new(broken()),
    }
}

/// A body that fails at its first byte, upon which the connection is closed with nothing sent.
fn broken() -> Body {
    let failing = Body::new(Limited::new(Full::new(Bytes::from_static(b"?")), 0));
    // As a stream it no longer says that it has no bytes, so it is asked for them.
    Body::from_stream(failing.into_data_stream())
}
