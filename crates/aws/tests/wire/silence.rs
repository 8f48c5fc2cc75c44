//! Tests of timeouts: every call to a silent peer ends, in paused time.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use formwork_aws::{Cloud, Error, ErrorKind, Settings, Timeouts, Transport};
use tokio::time::Instant;
use tower::util::BoxCloneService;

async fn silent(timeouts: Timeouts) -> Cloud {
    let service = tower::service_fn(|_: http::Request<Bytes>| {
        pending::<Result<http::Response<Bytes>, Infallible>>()
    });
    Cloud::connect(Settings {
        transport: Transport::Service(BoxCloneService::new(service)),
        timeouts,
        ..Settings::default()
    })
    .await
    .unwrap()
}

async fn check(call: impl Future<Output = Option<Error>>, expect: Duration) {
    let start = Instant::now();
    let error = call.await.expect("a silent peer gives no answer");
    assert_eq!(
        error.kind,
        ErrorKind::Unreachable { maybe_sent: true },
        "{error:?}"
    );
    // Tokio's timer counts in milliseconds.
    let late = start.elapsed().saturating_sub(expect);
    assert!(
        start.elapsed() >= expect && late < Duration::from_millis(5),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_costs_one_attempt() {
    let cloud = silent(Timeouts::default()).await;
    let expect = Duration::from_secs(30);
    check(async { cloud.identity().await.err() }, expect).await;
    check(async { cloud.describe_stacks(None).await.err() }, expect).await;
}

#[tokio::test(start_paused = true)]
async fn the_timeouts_are_the_callers() {
    let cloud = silent(Timeouts {
        attempt: Duration::from_secs(3),
        ..Timeouts::default()
    })
    .await;
    check(
        async { cloud.describe_stacks(None).await.err() },
        Duration::from_secs(3),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_has_time_by_its_size_and_ends() {
    let cloud = silent(Timeouts::default()).await;
    let bucket = formwork_aws::Bucket {
        name: "b".to_owned(),
        owner: "123456789012".to_owned(),
        origin: formwork_aws::BucketOrigin::Managed,
    };
    let object = formwork_aws::PutObject {
        key: "k".to_owned(),
        body: Bytes::from(vec![0; 1_000_000]),
        sha256: [0; 32],
        content_type: "application/zip",
    };
    check(
        async { cloud.put_object(&bucket, object).await.err() },
        Duration::from_secs(70),
    )
    .await;
}
