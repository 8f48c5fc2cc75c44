//! S3 as its callers see it.

use super::*;
use crate::{Options, Server};
use http::Request;
use tower::ServiceExt;

struct Bench {
    server: Server,
    region: &'static str,
}

impl Bench {
    fn new() -> Self {
        let server = Server::open(Options::default()).unwrap();
        Self {
            server,
            region: "us-east-1",
        }
    }

    async fn send(&self, request: http::request::Builder, body: &str) -> http::Response<Bytes> {
        let region = self.region;
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=A/20261122/{region}/s3/aws4_request, Signature=0");
        let request = request
            .header("authorization", scope)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        self.server.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request without extra headers. Returns the status and the body.
    async fn call(&self, line: &str, body: &str) -> String {
        let (method, uri) = line.split_once(' ').unwrap();
        let response = self
            .send(Request::builder().method(method).uri(uri), body)
            .await;
        format!(
            "{} {}",
            response.status().as_u16(),
            summary(response.body())
        )
    }
}

/// Returns a body without the XML declaration and without values that differ between runs.
fn summary(body: &Bytes) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    let text = text
        .split_once("?>\n")
        .map_or(text.clone(), |(_, rest)| rest.to_owned());
    let cut = text
        .find("<RequestId>")
        .map_or(text.as_str(), |at| &text[..at]);
    cut.to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_made_set_up_and_taken_away() {
    let bench = Bench::new();
    assert_eq!(bench.call("HEAD /assets", "").await, "404 ");
    assert_eq!(
        bench.call("PUT /As", "").await,
        "400 <Error><Code>InvalidBucketName</Code><Message>The specified bucket is not valid.</Message><BucketName>As</BucketName>"
    );
    assert_eq!(bench.call("PUT /assets", "").await, "200 ");
    assert_eq!(bench.call("PUT /assets", "").await, "200 ");
    assert_eq!(bench.call("HEAD /assets", "").await, "200 ");
    assert_eq!(
        bench.call("GET /assets?versioning", "").await,
        "200 <VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"
    );
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    for setting in [
        "versioning",
        "encryption",
        "ownershipControls",
        "publicAccessBlock",
        "lifecycle",
    ] {
        assert_eq!(
            bench
                .call(&format!("PUT /assets?{setting}"), versioning)
                .await,
            "200 ",
            "{setting}"
        );
        assert_eq!(
            bench.call(&format!("GET /assets?{setting}"), "").await,
            format!("200 {versioning}")
        );
    }
    assert_eq!(bench.call("DELETE /assets?lifecycle", "").await, "204 ");
    assert_eq!(
        bench.call("GET /assets?lifecycle", "").await,
        "404 <Error><Code>NoSuchLifecycleConfiguration</Code><Message>The bucket has no lifecycle configuration</Message><BucketName>assets</BucketName>"
    );
    assert_eq!(bench.call("PUT /assets/k", "x").await, "200 ");
    assert!(
        bench
            .call("DELETE /assets", "")
            .await
            .starts_with("409 <Error><Code>BucketNotEmpty</Code>")
    );
    assert_eq!(bench.call("PUT /other", "").await, "200 ");
    assert_eq!(bench.call("DELETE /other", "").await, "204 ");
    assert_eq!(bench.call("HEAD /other", "").await, "404 ");
}

#[tokio::test(start_paused = true)]
async fn a_bucket_belongs_to_an_account_and_a_region() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    for (owner, status) in [("123456789012", 200), ("210987654321", 403)] {
        let request = Request::builder()
            .method("PUT")
            .uri("/assets/k")
            .header("x-amz-expected-bucket-owner", owner);
        assert_eq!(bench.send(request, "x").await.status(), status);
    }
    let elsewhere = Bench {
        region: "eu-west-1",
        ..bench
    };
    let response = elsewhere
        .send(Request::builder().method("HEAD").uri("/assets"), "")
        .await;
    assert_eq!(response.status(), 301);
    assert_eq!(response.headers()["x-amz-bucket-region"], "us-east-1");
    elsewhere.call("PUT /there", "").await;
    assert!(
        elsewhere
            .call("PUT /there", "")
            .await
            .starts_with("409 <Error><Code>BucketAlreadyOwnedByYou</Code>")
    );
}

#[tokio::test(start_paused = true)]
#[expect(clippy::too_many_lines, reason = "one sequence of requests")]
async fn an_object_comes_back_as_it_was_put_in_either_style() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    let put = Request::builder()
        .method("PUT")
        .uri("/assets/a/b%20c.txt")
        .header("content-type", "text/plain")
        .header("x-amz-meta-made-by", "test");
    let response = bench.send(put, "hello").await;
    assert_eq!(
        response.headers()["etag"],
        "\"5d41402abc4b2a76b9719d911017c592\""
    );
    for (host, uri) in [
        ("127.0.0.1:4566", "/assets/a/b%20c.txt"),
        ("s3.us-east-1.amazonaws.com", "/assets/a/b%20c.txt"),
        ("assets.s3.us-east-1.amazonaws.com", "/a/b%20c.txt"),
        ("assets.s3.amazonaws.com", "/a/b%20c.txt"),
        ("assets.localhost:4566", "/a/b%20c.txt"),
    ] {
        let get = Request::builder()
            .uri(uri)
            .header("host", host)
            .header("x-amz-checksum-mode", "ENABLED");
        let response = bench.send(get, "").await;
        assert_eq!(
            (response.status().as_u16(), summary(response.body())),
            (200, "hello".to_owned()),
            "{host}"
        );
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("content-type"), "text/plain");
        assert_eq!(header("x-amz-meta-made-by"), "test");
        assert_eq!(header("content-length"), "5");
        assert_eq!(header("x-amz-checksum-crc64nvme"), "M3eFcAZSQlc=");
    }
    let head = bench
        .send(
            Request::builder().method("HEAD").uri("/assets/a/b%20c.txt"),
            "",
        )
        .await;
    assert_eq!(
        (head.body().len(), &head.headers()["content-length"]),
        (0, &http::HeaderValue::from_static("5"))
    );
    let part = Request::builder()
        .uri("/assets/a/b%20c.txt")
        .header("range", "bytes=1-3");
    let part = bench.send(part, "").await;
    assert_eq!(
        (part.status().as_u16(), summary(part.body())),
        (206, "ell".to_owned())
    );
    assert_eq!(part.headers()["content-range"], "bytes 1-3/5");
    assert_eq!(
        bench.call("GET /assets/nope", "").await,
        "404 <Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><BucketName>assets</BucketName><Key>nope</Key>"
    );
    assert!(
        bench
            .call("GET /nope/nope", "")
            .await
            .starts_with("404 <Error><Code>NoSuchBucket</Code>")
    );
}

#[tokio::test(start_paused = true)]
async fn an_altered_body_is_refused() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    for (name, good) in [
        (
            "x-amz-checksum-sha256",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
        ("x-amz-checksum-crc32", "NhCmhg=="),
        ("content-md5", "XUFAKrxLKna5cZ2REBfFkg=="),
    ] {
        for (body, status) in [("hello", 200), ("hellO", 400)] {
            let put = Request::builder()
                .method("PUT")
                .uri("/assets/k")
                .header(name, good);
            let response = bench.send(put, body).await;
            assert_eq!(response.status(), status, "{name} {body}");
            let rejected = summary(response.body()).contains("<Code>BadDigest</Code>");
            assert_eq!(rejected, status == 400);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn versions_stay_and_a_deletion_is_a_mark() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    bench
        .call("PUT /assets?versioning", "<V><Status>Enabled</Status></V>")
        .await;
    let mut versions = Vec::new();
    for body in ["one", "two"] {
        let response = bench
            .send(Request::builder().method("PUT").uri("/assets/k"), body)
            .await;
        versions.push(
            response.headers()["x-amz-version-id"]
                .to_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_ne!(versions[0], versions[1]);
    assert_eq!(bench.call("GET /assets/k", "").await, "200 two");
    assert_eq!(
        bench
            .call(&format!("GET /assets/k?versionId={}", versions[0]), "")
            .await,
        "200 one"
    );
    assert_eq!(bench.call("DELETE /assets/k", "").await, "204 ");
    assert!(bench.call("GET /assets/k", "").await.starts_with("404 "));
    assert_eq!(
        bench
            .call(&format!("GET /assets/k?versionId={}", versions[1]), "")
            .await,
        "200 two"
    );
    assert!(
        bench
            .call("GET /assets/k?versionId=nope", "")
            .await
            .contains("NoSuchVersion")
    );
    let url = format!(
        "https://assets.s3.us-east-1.amazonaws.com/k?versionId={}",
        versions[0]
    );
    assert_eq!(read_object(bench.server.cloud(), &url).unwrap(), "one");
    assert_eq!(
        read_object(bench.server.cloud(), "http://127.0.0.1:4566/assets/k"),
        None
    );
}

#[tokio::test(start_paused = true)]
async fn keys_are_listed_by_page_and_folder() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    for key in ["a/1", "a/2", "b", "c%2Bd"] {
        bench.call(&format!("PUT /assets/{key}"), "x").await;
    }
    let listed = async |query: &str| {
        let text = bench.call(&format!("GET /assets?{query}"), "").await;
        let mut found = Vec::new();
        for name in ["Key", "IsTruncated", "NextContinuationToken"] {
            found.extend(
                text.split(&format!("<{name}>"))
                    .skip(1)
                    .map(|rest| rest.split('<').next().unwrap().to_owned()),
            );
        }
        for rest in text.split("<CommonPrefixes><Prefix>").skip(1) {
            found.push(rest.split('<').next().unwrap().to_owned());
        }
        found.join(" ")
    };
    assert_eq!(listed("list-type=2").await, "a/1 a/2 b c+d false");
    assert_eq!(listed("list-type=2&delimiter=/").await, "b c+d false a/");
    assert_eq!(listed("list-type=2&prefix=a/").await, "a/1 a/2 false");
    assert_eq!(listed("list-type=2&max-keys=2").await, "a/1 a/2 true a/2");
    assert_eq!(
        listed("list-type=2&max-keys=2&continuation-token=a/2").await,
        "b c+d false"
    );
    assert_eq!(
        listed("list-type=2&max-keys=1&delimiter=/").await,
        "true a/ a/"
    );
    assert_eq!(
        listed("list-type=2&max-keys=1&delimiter=/&continuation-token=a/").await,
        "b true b"
    );
    assert_eq!(listed("encoding-type=url").await, "a/1 a/2 b c%2Bd false");
    let parse_delete_request =
        "<Delete><Object><Key>a/1</Key></Object><Object><Key>a&#x2F;2</Key></Object></Delete>";
    assert!(
        bench
            .call("POST /assets?delete", parse_delete_request)
            .await
            .starts_with("200 ")
    );
    assert_eq!(listed("list-type=2").await, "b c+d false");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_out_says_so() {
    let bench = Bench::new();
    bench.call("PUT /assets", "").await;
    for line in [
        "POST /assets/k?uploads",
        "GET /assets/k?acl",
        "PATCH /assets",
    ] {
        assert!(
            bench
                .call(line, "")
                .await
                .starts_with("501 <Error><Code>NotImplemented</Code>"),
            "{line}"
        );
    }
}

#[test]
fn actions_have_their_names() {
    for (line, expect) in [
        ("GET /", "ListBuckets"),
        ("PUT /b", "CreateBucket"),
        ("PUT /b?publicAccessBlock", "PutPublicAccessBlock"),
        ("GET /b?versioning", "GetBucketVersioning"),
        ("PUT /b/k", "PutObject"),
        ("HEAD /b/k?versionId=1", "HeadObject"),
        ("GET /b?list-type=2", "ListObjectsV2"),
        ("POST /b?delete", "DeleteObjects"),
    ] {
        let (method, uri) = line.split_once(' ').unwrap();
        let target = S3Target::read("", &uri.parse().unwrap());
        assert_eq!(
            action(&method.parse().unwrap(), &target, false),
            expect,
            "{line}"
        );
    }
}
