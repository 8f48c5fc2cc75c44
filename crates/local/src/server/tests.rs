//! The server as callers see it, whatever the cloud itself answers.

use super::*;
use crate::Rates;
use crate::wire::{WireFault, callers_time};
use proptest::prelude::*;
use std::time::Duration;
use tower::ServiceExt;

fn server(throttle: Option<Rates>) -> Server {
    Server::open(Options {
        throttle,
        ..Options::default()
    })
    .unwrap()
}

/// Returns a form that is signed for a service.
fn form(service: &str, form: &str) -> Request<Bytes> {
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/{service}/aws4_request, Signature=0"
    );
    Request::builder()
        .method("POST")
        .uri("/")
        .header("authorization", scope)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::copy_from_slice(form.as_bytes()))
        .unwrap()
}

async fn send(server: &Server, request: Request<Bytes>) -> (u16, String) {
    let response = server.clone().oneshot(request).await.unwrap();
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), body)
}

/// Returns the content of an element.
fn element<'a>(body: &'a str, name: &str) -> &'a str {
    let (_, rest) = body.split_once(&format!("<{name}>")).unwrap_or_default();
    rest.split("</").next().unwrap_or_default()
}

const DESCRIBE: &str = "Action=DescribeStacks&Version=2010-05-15";

#[tokio::test(start_paused = true)]
async fn the_caller_learns_who_it_is_and_can_take_a_role() {
    let server = server(None);
    let (status, body) = send(
        &server,
        form("sts", "Action=GetCallerIdentity&Version=2011-06-15"),
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(
        element(&body, "Arn"),
        "arn:aws:iam::123456789012:user/local"
    );
    assert_eq!(element(&body, "Account"), "123456789012");

    let role = "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/deploy&RoleSessionName=ci";
    let (_, body) = send(&server, form("sts", role)).await;
    let mut request = form("sts", "Action=GetCallerIdentity");
    let token = element(&body, "SessionToken").parse().unwrap();
    request.headers_mut().insert("x-amz-security-token", token);
    let (_, body) = send(&server, request).await;
    assert_eq!(
        element(&body, "Arn"),
        "arn:aws:sts::111122223333:assumed-role/deploy/ci"
    );
    assert_eq!(element(&body, "Account"), "111122223333");
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_an_hour_from_the_callers_time() {
    let server = server(None);
    let role = "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/deploy&RoleSessionName=ci";
    let (_, body) = send(&server, form("sts", role)).await;
    let now = callers_time();
    let least = (now + Duration::from_secs(3500)).to_string();
    let most = (now + Duration::from_secs(3600)).to_string();
    let expiration = element(&body, "Expiration");
    assert!(
        least.as_str() < expiration && expiration <= most.as_str(),
        "{expiration}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_wrongly_is_refused() {
    let server = server(None);
    for (request, status, code, message) in [
        (
            form("cloudformation", "Action=Dance"),
            400,
            "InvalidAction",
            "Could not find operation Dance for version 2010-05-15",
        ),
        (
            form("cloudformation", ""),
            400,
            "MissingAction",
            "The request must contain the parameter Action.",
        ),
        (
            form("cloudformation", "Action=DeleteStack"),
            400,
            "ValidationError",
            "1 validation error detected: Value null at &apos;stackName&apos;",
        ),
        (
            form(
                "cloudformation",
                "Action=CreateStack&StackName=a&TemplateURL=https://b.s3.amazonaws.com/k",
            ),
            400,
            "ValidationError",
            "S3 error: The specified key does not exist.",
        ),
        (
            form("sts", "Action=GetSessionToken"),
            400,
            "InvalidAction",
            "Could not find operation GetSessionToken for version 2011-06-15",
        ),
        (
            form("sts", "Action=AssumeRole&RoleArn=x&RoleSessionName=y"),
            400,
            "ValidationError",
            "x is invalid",
        ),
        (
            form("dynamodb", ""),
            400,
            "InvalidAction",
            "the local cloud does not support the service `dynamodb`",
        ),
    ] {
        let (found, body) = send(&server, request).await;
        assert_eq!((found, element(&body, "Code")), (status, code));
        let found_message = element(&body, "Message").replace('\'', "&apos;");
        assert!(found_message.starts_with(message), "{found_message}");
        assert_eq!(element(&body, "Type"), "Sender");
        assert_eq!(element(&body, "RequestId").len(), 36);
    }
}

#[tokio::test(start_paused = true)]
async fn every_answer_has_an_id_and_a_date() {
    let server = server(None);
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let response = server
            .clone()
            .oneshot(form("cloudformation", DESCRIBE))
            .await
            .unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/xml");
        assert!(header("date").ends_with(" GMT"));
        let body = std::str::from_utf8(response.body()).unwrap();
        assert_eq!(element(body, "RequestId"), header("x-amzn-requestid"));
        ids.insert(header("x-amzn-requestid"));
    }
    assert_eq!(ids.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_a_second_are_throttled() {
    let server = server(Some(Rates {
        reads: 2,
        mutations: 1,
    }));
    let mut codes = Vec::new();
    for _ in 0..5 {
        let (_, body) = send(&server, form("cloudformation", DESCRIBE)).await;
        codes.push(element(&body, "Code").to_owned());
    }
    assert_eq!(codes, ["", "", "", "", "Throttling"]);
    // Mutations have their own rate limit. STS has none.
    let (_, body) = send(
        &server,
        form("cloudformation", "Action=DeleteStack&StackName=a"),
    )
    .await;
    assert_eq!(element(&body, "Code"), "");
    for _ in 0..20 {
        let (status, _) = send(&server, form("sts", "Action=GetCallerIdentity")).await;
        assert_eq!(status, 200);
    }
    tokio::time::advance(Duration::from_millis(500)).await;
    let (status, body) = send(&server, form("cloudformation", DESCRIBE)).await;
    assert_eq!(status, 200, "{body}");
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_what_the_caller_meets() {
    let server = server(None);
    let faults = server.wire_faults();
    for (fault, status, code) in [
        (WireFault::Deny, 403, "AccessDenied"),
        (WireFault::Throttle, 400, "Throttling"),
        (WireFault::Unavailable, 503, "ServiceUnavailable"),
    ] {
        faults.once("DescribeStacks", fault);
        let (found, body) = send(&server, form("cloudformation", DESCRIBE)).await;
        assert_eq!((found, element(&body, "Code")), (status, code));
    }
    faults.once("DescribeStacks", WireFault::UnreadableResponse);
    assert_eq!(
        send(&server, form("cloudformation", DESCRIBE)).await,
        (200, "<Unread".to_owned())
    );
    let (status, _) = send(&server, form("cloudformation", DESCRIBE)).await;
    assert_eq!(status, 200);
}

#[tokio::test(start_paused = true)]
async fn silence_lasts_and_a_lost_answer_was_carried_out() {
    let server = server(None);
    let faults = server.wire_faults();
    let put = || {
        Request::builder()
            .method("POST")
            .uri("/")
            .header("x-amz-target", "AmazonSSM.PutParameter")
            .body(Bytes::from_static(br#"{"Name": "/x", "Value": "v"}"#))
            .unwrap()
    };
    let get = || {
        Request::builder()
            .method("POST")
            .uri("/")
            .header("x-amz-target", "AmazonSSM.GetParameter")
            .body(Bytes::from_static(br#"{"Name": "/x"}"#))
            .unwrap()
    };
    let day = Duration::from_secs(86_400);
    faults.once("PutParameter", WireFault::NoResponse);
    assert!(
        tokio::time::timeout(day, send(&server, put()))
            .await
            .is_err()
    );
    assert_eq!(send(&server, get()).await.0, 400);
    faults.once("PutParameter", WireFault::LoseResponse);
    assert!(
        tokio::time::timeout(day, send(&server, put()))
            .await
            .is_err()
    );
    assert_eq!(send(&server, get()).await.0, 200);
    faults.once("GetParameter", WireFault::Delay(Duration::from_secs(5)));
    let start = tokio::time::Instant::now();
    assert_eq!(send(&server, get()).await.0, 200);
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn a_socket_answers_breaks_off_and_ends() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = server(None);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = server.clone();
    let task = tokio::spawn(async move {
        served
            .serve(listener, async { stopped.await.unwrap_or_default() })
            .await
    });
    let call = async |action: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let body = format!("Action={action}&Version=2011-06-15");
        let length = body.len();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map(|_| answer)
    };
    let answer = call("GetCallerIdentity").await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("user/local"),
        "{answer}"
    );

    server
        .wire_faults()
        .once("GetCallerIdentity", WireFault::LoseResponse);
    let lost = call("GetCallerIdentity").await.unwrap_or_default();
    assert_eq!(lost, "");

    // A caller that waits for a response does not keep the server alive.
    let faults = server.wire_faults();
    faults.once("GetCallerIdentity", WireFault::NoResponse);
    let ends = async {
        while !faults.is_clear() {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        task.await.unwrap().unwrap();
    };
    tokio::select! {
        answer = call("GetCallerIdentity") => panic!("{answer:?} must never come"),
        () = ends => {}
    }
}

/// Generates requests, most of them close to those that callers send.
fn requests() -> impl Strategy<Value = Request<Bytes>> {
    let service = prop::sample::select(vec!["cloudformation", "sts", "ssm", "s3", "iam", ""]);
    let method = prop::sample::select(vec!["GET", "PUT", "POST", "HEAD", "DELETE"]);
    let uri = prop_oneof![
        "/[a-z0-9%.?=&]{0,24}".prop_map(String::from),
        Just("/bucket?list-type=2&max-keys=0&delimiter=".to_owned()),
        Just("/bucket/key?versionId=".to_owned()),
        Just("/bucket?delete".to_owned()),
    ];
    let actions = prop::sample::select(vec![
        "CreateStack",
        "CreateChangeSet",
        "DescribeStacks",
        "DescribeStackEvents",
        "GetTemplate",
        "AssumeRole",
        "DeleteStack",
        "ExecuteChangeSet",
        "ValidateTemplate",
    ]);
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64).prop_map(Bytes::from),
        (actions, "[a-zA-Z0-9%&=.+{}\":,]{0,80}").prop_map(|(action, rest)| Bytes::from(format!(
            "Action={action}&StackName=a&ChangeSetName=c&TemplateBody={rest}"
        ))),
        "[0-9a-f]{0,8}(;x)?\r\n.{0,16}(\r\n0\r\n\r\n)?".prop_map(Bytes::from),
        "<Delete><Object><Key>.{0,8}</Key></Object></Delete>".prop_map(Bytes::from),
    ];
    let headers = prop::collection::vec(
        (
            prop::sample::select(vec![
                "x-amz-target",
                "x-amz-content-sha256",
                "range",
                "host",
                "x-amz-copy-source",
                "content-md5",
                "x-amz-security-token",
            ]),
            prop_oneof![
                Just("STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
                Just("bytes=-5".to_owned()),
                "[ -~]{0,24}"
            ],
        ),
        0..4,
    );
    (service, method, uri, body, headers).prop_filter_map("an HTTP request", |(service, method, uri, body, headers)| {
        let scope = format!("AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/{service}/aws4_request, Signature=0");
        let request = Request::builder().method(method).uri(uri).header("authorization", scope);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(body).ok()
    })
}

proptest! {
    /// Every request gets a response that is not an internal error.
    #[test]
    fn every_request_is_answered(requests in prop::collection::vec(requests(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let server = server(None);
            for request in requests {
                let response = server.clone().oneshot(request).await.unwrap();
                assert!(matches!(response.status().as_u16(), 200..=499 | 501), "{response:?}");
            }
        });
    }
}
