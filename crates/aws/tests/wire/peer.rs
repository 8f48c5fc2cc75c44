//! A scripted peer: it records the calls and returns the responses that a test chooses.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use formwork_aws::{ClientToken, Cloud, Settings, Transport};
use formwork_template::StackName;
use tower::util::BoxCloneService;

/// A received request.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Call {
    /// Returns the fields of the form, by name.
    pub fn fields(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    pub fn field(&self, name: &str) -> String {
        self.fields().remove(name).unwrap_or_default()
    }

    /// Returns the fields, one per line, without the version.
    pub fn listed(&self) -> String {
        self.fields()
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "Version"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Returns the service that the request is signed for.
    pub fn service(&self) -> &str {
        self.header("authorization")
            .split('/')
            .nth(3)
            .unwrap_or_default()
    }
}

/// The received calls, in order.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Vec<Call>>>);

impl Record {
    pub fn calls(&self) -> Vec<Call> {
        self.0.lock().unwrap().clone()
    }

    pub fn only(&self) -> Call {
        let calls = self.calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls[0].clone()
    }

    pub fn keep(&self, call: Call) {
        self.0.lock().unwrap().push(call);
    }
}

/// Connects to a peer that answers every call with `answer`.
pub async fn cloud<F>(answer: F) -> (Cloud, Record)
where
    F: Fn(&Call) -> http::Response<String> + Clone + Send + Sync + 'static,
{
    let record = Record::default();
    let kept = record.clone();
    let service = tower::service_fn(move |request: http::Request<Bytes>| {
        let call = read(request);
        kept.keep(call.clone());
        let response = answer(&call).map(Bytes::from);
        async move { Ok::<_, Infallible>(response) }
    });
    let settings = Settings {
        region: Some("eu-west-1".to_owned()),
        transport: Transport::Service(BoxCloneService::new(service)),
        ..Settings::default()
    };
    (Cloud::connect(settings).await.unwrap(), record)
}

fn read(request: http::Request<Bytes>) -> Call {
    let (head, body) = request.into_parts();
    Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}

pub fn answer(status: u16, body: impl Into<String>) -> http::Response<String> {
    http::Response::builder()
        .status(status)
        .header("content-type", "text/xml")
        .header("x-amzn-requestid", "request-1")
        .body(body.into())
        .unwrap()
}

/// Returns a success of the Query protocol.
pub fn result(action: &str, body: &str) -> http::Response<String> {
    answer(
        200,
        format!(
            "<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
             <{action}Result>{body}</{action}Result>\
             <ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></{action}Response>"
        ),
    )
}

/// Returns a failure of the Query protocol.
pub fn failure(status: u16, code: &str, message: &str) -> http::Response<String> {
    answer(
        status,
        format!(
            "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"
        ),
    )
}

pub fn stack_name(name: &str) -> StackName {
    StackName::new(name).unwrap()
}

pub fn token() -> ClientToken {
    ClientToken::new("fw-abc-1").unwrap()
}
