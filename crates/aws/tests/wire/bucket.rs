//! Tests of the bucket: its setup, its owner, and the verification of objects.

use bytes::Bytes;
use formwork_aws::{Bucket, BucketOrigin, EnsuredBucket, ErrorKind, ObjectInfo, PutObject};

use crate::peer::{Call, answer, cloud};

fn bucket(origin: BucketOrigin) -> Bucket {
    Bucket {
        name: "formwork-assets".to_owned(),
        owner: "123456789012".to_owned(),
        origin,
    }
}

fn is_head(call: &Call) -> bool {
    call.method == "HEAD"
}

fn is_versioning(call: &Call) -> bool {
    call.method == "GET" && call.query.starts_with("versioning")
}

fn versioning(status: &str) -> http::Response<String> {
    answer(
        200,
        format!("<VersioningConfiguration>{status}</VersioningConfiguration>"),
    )
}

fn listed(calls: &[Call]) -> String {
    calls
        .iter()
        .map(|call| {
            format!(
                "{} {}?{} owner={} {}",
                call.method,
                call.path,
                call.query,
                call.header("x-amz-expected-bucket-owner"),
                String::from_utf8_lossy(&call.body)
            )
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_missing_bucket_is_created_private_encrypted_versioned_and_owned() {
    let (cloud, record) = cloud(|call| answer(if is_head(call) { 404 } else { 200 }, "")).await;
    let ensured = cloud.ensure_bucket(&bucket(BucketOrigin::Managed)).await;
    assert_eq!(ensured.unwrap(), EnsuredBucket::Created);
    insta::assert_snapshot!(listed(&record.calls()), @r#"
    HEAD /formwork-assets/? owner=123456789012 
    PUT /formwork-assets/? owner= <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>
    PUT /formwork-assets/?publicAccessBlock owner=123456789012 <PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>
    PUT /formwork-assets/?ownershipControls owner=123456789012 <OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>
    PUT /formwork-assets/?encryption owner=123456789012 <ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>
    PUT /formwork-assets/?versioning owner=123456789012 <VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>
    "#);
    assert!(record.calls().iter().all(|call| call.service() == "s3"));
    assert_eq!(
        record.calls()[1].header("x-amz-object-ownership"),
        "BucketOwnerEnforced"
    );
}

#[tokio::test]
async fn a_complete_bucket_costs_two_reads() {
    let (cloud, record) = cloud(|call| match is_versioning(call) {
        true => versioning("<Status>Enabled</Status>"),
        false => answer(200, ""),
    })
    .await;
    let ensured = cloud.ensure_bucket(&bucket(BucketOrigin::Managed)).await;
    assert_eq!(ensured.unwrap(), EnsuredBucket::Existing);
    assert_eq!(record.calls().len(), 2);
}

#[tokio::test]
async fn an_incomplete_bucket_is_set_up_and_a_users_bucket_stays_as_it_is() {
    let half_made = |call: &Call| match is_versioning(call) {
        true => versioning(""),
        false => answer(200, ""),
    };
    let (own, _) = cloud(half_made).await;
    let ensured = own.ensure_bucket(&bucket(BucketOrigin::Managed)).await;
    assert_eq!(ensured.unwrap(), EnsuredBucket::Created);
    let (given, record) = cloud(half_made).await;
    let ensured = given.ensure_bucket(&bucket(BucketOrigin::Existing)).await;
    assert_eq!(ensured.unwrap(), EnsuredBucket::Existing);
    assert!(is_head(&record.only()));
}

#[tokio::test]
async fn a_bucket_of_another_account_is_denied_with_a_reason() {
    let (cloud, _) = cloud(|_| answer(403, "")).await;
    let error = cloud
        .ensure_bucket(&bucket(BucketOrigin::Managed))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    insta::assert_snapshot!(error, @"`HeadBucket` is denied to this caller: the bucket `formwork-assets` does not belong to the account 123456789012, or the caller has no access to it");
}

#[tokio::test]
async fn a_bucket_of_another_region_is_an_error() {
    let (cloud, _) = cloud(|_| answer(301, "")).await;
    let error = cloud
        .ensure_bucket(&bucket(BucketOrigin::Existing))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"`HeadBucket` was refused: the bucket `formwork-assets` is not in the region eu-west-1");
}

#[tokio::test]
async fn a_bucket_that_another_run_created_is_accepted() {
    let (cloud, _) = cloud(|call| {
        match (
            is_head(call),
            call.query.is_empty() || call.query == "x-id=CreateBucket",
        ) {
            (true, _) => answer(404, ""),
            (false, true) => answer(
                409,
                "<Error><Code>BucketAlreadyOwnedByYou</Code><Message>yours</Message></Error>",
            ),
            (false, false) => answer(200, ""),
        }
    })
    .await;
    let ensured = cloud.ensure_bucket(&bucket(BucketOrigin::Managed)).await;
    assert_eq!(ensured.unwrap(), EnsuredBucket::Created);
}

#[tokio::test]
async fn a_bucket_that_is_not_visible_everywhere_yet_may_be_retried() {
    let no_such = "<Error><Code>NoSuchBucket</Code><Message>no such bucket</Message></Error>";
    let aborted = "<Error><Code>OperationAborted</Code><Message>try again</Message></Error>";
    let cases = [("versioning", 404, no_such), ("", 409, aborted)];
    for (query, status, body) in cases {
        let (cloud, _) = cloud(move |call| match (is_head(call), call.query == query) {
            (true, _) => answer(404, ""),
            (false, true) => answer(status, body),
            (false, false) => answer(200, ""),
        })
        .await;
        let error = cloud
            .ensure_bucket(&bucket(BucketOrigin::Managed))
            .await
            .unwrap_err();
        assert!(error.kind.is_ambiguous(), "{error}");
    }
}

#[tokio::test]
async fn an_object_is_stored_with_its_checksum() {
    let (cloud, record) = cloud(|_| answer(200, "")).await;
    let object = PutObject {
        key: "greeter/abc.zip".to_owned(),
        body: Bytes::from_static(b"PK"),
        sha256: [7; 32],
        content_type: "application/zip",
    };
    cloud
        .put_object(&bucket(BucketOrigin::Managed), object)
        .await
        .unwrap();
    let call = record.only();
    assert_eq!(call.path, "/formwork-assets/greeter/abc.zip");
    assert_eq!(call.body, b"PK");
    assert_eq!(
        call.header("x-amz-checksum-sha256"),
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
    );
    assert_eq!(call.header("x-amz-expected-bucket-owner"), "123456789012");
    assert_eq!(call.header("content-type"), "application/zip");
}

#[tokio::test]
async fn an_object_has_a_size_and_a_checksum_or_is_missing() {
    let (there, _) = cloud(|_| {
        let mut response = answer(200, "");
        let headers = response.headers_mut();
        headers.insert("content-length", "2".parse().unwrap());
        let sum = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        headers.insert("x-amz-checksum-sha256", sum.parse().unwrap());
        response
    })
    .await;
    let info = there
        .head_object(&bucket(BucketOrigin::Managed), "k")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((info.size, info.sha256), (2, Some([7; 32])));
    let (missing, _) = cloud(|_| answer(404, "")).await;
    let info = missing
        .head_object(&bucket(BucketOrigin::Managed), "k")
        .await;
    assert_eq!(info.unwrap(), None);
}

#[test]
fn a_different_object_is_an_error() {
    let object = PutObject {
        key: "k".to_owned(),
        body: Bytes::from_static(b"PK"),
        sha256: [7; 32],
        content_type: "application/zip",
    };
    let info = |size, byte: Option<u8>| ObjectInfo {
        size,
        sha256: byte.map(|byte| [byte; 32]),
    };
    let told = |stored: Option<ObjectInfo>| match object.verify(stored.as_ref()) {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.message.unwrap(),
    };
    assert_eq!(told(Some(info(2, Some(7)))), "ok");
    assert_eq!(told(Some(info(2, None))), "ok");
    assert_eq!(
        told(Some(info(3, Some(7)))),
        "`k` has another size in the bucket"
    );
    assert_eq!(
        told(Some(info(2, Some(8)))),
        "`k` has another checksum in the bucket"
    );
    assert_eq!(told(None), "`k` is missing in the bucket after its upload");
}

#[tokio::test]
async fn a_template_url_uses_the_endpoint() {
    let (cloud, _) = cloud(|_| answer(200, "")).await;
    assert_eq!(
        cloud.object_url(&bucket(BucketOrigin::Managed), "t.json"),
        "http://localhost/formwork-assets/t.json"
    );
}
