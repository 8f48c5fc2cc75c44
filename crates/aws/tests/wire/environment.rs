//! Tests of the environment's effect: credentials, region, endpoints, proxies and certificates.
//!
//! Each case runs this program again with its own environment, because a process cannot safely change its environment
//! while other threads read it. The peers are sockets on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use formwork_aws::{Cloud, Settings, Timeouts};

use crate::peer::{Call, Record};

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

/// Connects with the settings of the environment, reads the identity and lists stacks.
#[tokio::test]
#[ignore = "the other tests run it in environments of their own"]
async fn child() {
    let variable = |name: &str| std::env::var(name).ok();
    let settings = Settings {
        region: variable("TEST_REGION"),
        profile: variable("TEST_PROFILE"),
        endpoint_url: variable("TEST_ENDPOINT"),
        role_arn: variable("TEST_ROLE"),
        timeouts: Timeouts {
            attempt: Duration::from_secs(5),
            ..Timeouts::default()
        },
        ..Settings::default()
    };
    let told = match Cloud::connect(settings).await {
        Err(error) => format!("connect: {}", chain(&error)),
        Ok(cloud) => match cloud.identity().await {
            Err(error) => format!("identity: {error}"),
            Ok(identity) => match cloud.describe_stacks(None).await {
                Err(error) => format!("stacks: {error}"),
                Ok(page) => format!(
                    "{} in {} with {} stacks",
                    identity.account,
                    cloud.region(),
                    page.items.len()
                ),
            },
        },
    };
    std::fs::write(variable("TEST_ANSWER").unwrap(), told).unwrap();
}

/// Returns an error's message with those of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push_str(&format!("; {cause}"));
        next = cause.source();
    }
    chain
}

/// Runs the child with this environment and returns its report.
fn told(home: &Path, variables: &[(&str, &str)]) -> String {
    let answer = home.join("answer");
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "environment::child", "--ignored"])
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("TEST_ANSWER", &answer)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    std::fs::read_to_string(answer).unwrap()
}

/// Starts a server that answers every call of STS and CloudFormation, and returns its URL and its record.
fn server() -> (String, Record) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let record = Record::default();
    let kept = record.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let kept = kept.clone();
            thread::spawn(move || serve(stream.unwrap(), &kept));
        }
    });
    (url, record)
}

fn serve(mut stream: TcpStream, record: &Record) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(call) = receive(&mut reader) {
        let body = match call.field("Action").as_str() {
            "GetCallerIdentity" => {
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn>\
                 <UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
            }
            "AssumeRole" => {
                "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/deploy/formwork</Arn><AssumedRoleId>r</AssumedRoleId>\
                 </AssumedRoleUser><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                 <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                 </AssumeRoleResult></AssumeRoleResponse>"
            }
            _ => {
                "<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>"
            }
        };
        record.keep(call);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).unwrap();
    }
}

fn receive(reader: &mut impl BufRead) -> Option<Call> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let mut call = Call {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        query: String::new(),
        headers: Default::default(),
        body: Vec::new(),
    };
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        call.headers
            .insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = call.header("content-length").parse().unwrap_or(0);
    call.body = vec![0; length];
    reader.read_exact(&mut call.body).ok()?;
    Some(call)
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Returns the access key that signed a request.
fn key_of(call: &Call) -> &str {
    let credential = call.header("authorization").split("Credential=").nth(1);
    credential.unwrap_or_default().split('/').next().unwrap()
}

#[test]
fn missing_credentials_are_reported_soon_even_if_the_metadata_service_is_silent() {
    let told_with = |variables: &[(&str, &str)]| {
        let start = Instant::now();
        let told = told(home().path(), variables);
        assert!(
            told.starts_with("connect: `connect` has no credentials: "),
            "{told}"
        );
        start.elapsed()
    };
    told_with(&[("AWS_REGION", "eu-west-1")]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let waited = told_with(&[
        ("AWS_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "false"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url),
    ]);
    // Two attempts of a second each; the rest is a busy machine.
    assert!(waited < Duration::from_secs(20), "{waited:?}");
}

#[test]
fn a_missing_region_is_an_error() {
    insta::assert_snapshot!(told(home().path(), &KEYS), @"connect: `connect` has invalid settings: missing region: set it in the blueprint, with `--region`, in `AWS_REGION` or in the profile");
}

#[test]
fn keys_region_and_endpoint_come_from_the_environment() {
    let (url, record) = server();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &url),
    ];
    assert_eq!(
        told(home().path(), &variables),
        "123456789012 in eu-west-1 with 0 stacks"
    );
    assert_eq!(key_of(&record.calls()[0]), "AKIDENVIRONMENT");
}

#[test]
fn an_endpoint_may_be_for_one_service() {
    let (all, to_all) = server();
    let (one, to_one) = server();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &all),
        ("AWS_ENDPOINT_URL_CLOUDFORMATION", &one),
    ];
    let told = told(home().path(), &variables);
    assert_eq!(told, "123456789012 in eu-west-1 with 0 stacks");
    assert_eq!(to_all.only().field("Action"), "GetCallerIdentity");
    assert_eq!(to_one.only().field("Action"), "DescribeStacks");
}

#[test]
fn settings_take_precedence_for_endpoint_and_region() {
    let (ignored, to_ignored) = server();
    let (given, _) = server();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &ignored),
        ("TEST_ENDPOINT", &given),
        ("TEST_REGION", "us-west-2"),
    ];
    assert_eq!(
        told(home().path(), &variables),
        "123456789012 in us-west-2 with 0 stacks"
    );
    assert!(to_ignored.calls().is_empty());
}

#[test]
fn a_profile_takes_precedence_over_keys_in_the_environment_and_runs_its_process() {
    let (url, record) = server();
    let home = home();
    let process =
        r#"echo {\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\"SecretAccessKey\":\"s\"}"#;
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let config = format!("[profile team]\nregion = ap-south-1\ncredential_process = {process}\n");
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("TEST_PROFILE", "team"),
        ("TEST_ENDPOINT", &url),
    ];
    assert_eq!(
        told(home.path(), &variables),
        "123456789012 in ap-south-1 with 0 stacks"
    );
    assert_eq!(key_of(&record.calls()[0]), "AKIDPROCESS");
}

#[test]
fn a_role_is_assumed_with_the_callers_keys_and_then_used() {
    let (url, record) = server();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("TEST_REGION", "eu-west-1"),
        ("TEST_ENDPOINT", &url),
        ("TEST_ROLE", "arn:aws:iam::123456789012:role/deploy"),
    ];
    let told = told(home().path(), &variables);
    assert_eq!(told, "123456789012 in eu-west-1 with 0 stacks");
    let seen: Vec<(String, String)> = record
        .calls()
        .iter()
        .map(|call| (call.field("Action"), key_of(call).to_owned()))
        .collect();
    let expect = [
        ("AssumeRole", "AKIDENVIRONMENT"),
        ("GetCallerIdentity", "ASIAROLE"),
        ("DescribeStacks", "ASIAROLE"),
    ];
    assert_eq!(
        seen,
        expect.map(|(action, key)| (action.to_owned(), key.to_owned()))
    );
    assert_eq!(record.calls()[0].field("RoleSessionName"), "formwork");
}

#[test]
fn requests_use_the_proxy_except_to_this_machine_and_hosts_in_no_proxy() {
    let (proxy, through) = server();
    let (near, direct) = server();
    let check = |endpoint: &str, no_proxy: &str| {
        let variables = [
            KEYS[0],
            KEYS[1],
            ("TEST_REGION", "eu-west-1"),
            ("HTTP_PROXY", proxy.as_str()),
            ("NO_PROXY", no_proxy),
            ("TEST_ENDPOINT", endpoint),
        ];
        told(home().path(), &variables)
    };
    assert_eq!(
        check("http://cloud.invalid", ""),
        "123456789012 in eu-west-1 with 0 stacks"
    );
    assert_eq!(through.calls()[0].path, "http://cloud.invalid/");
    let before = through.calls().len();
    check(&near, "");
    assert_eq!(direct.calls().len(), 2);
    let told = check("http://cloud.invalid", "cloud.invalid");
    assert!(
        told.starts_with("identity: `GetCallerIdentity` could not be sent"),
        "{told}"
    );
    assert_eq!(through.calls().len(), before);
}

#[test]
fn https_uses_a_tunnel_of_its_proxy() {
    let (proxy, through) = server();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("TEST_REGION", "eu-west-1"),
        ("HTTPS_PROXY", proxy.as_str()),
        ("TEST_ENDPOINT", "https://cloud.invalid"),
    ];
    let told = told(home().path(), &variables);
    // This proxy does not speak TLS, so the call fails. The test checks the request to the proxy.
    assert!(
        told.starts_with("identity: `GetCallerIdentity` could not be sent")
            || told.starts_with("identity: `GetCallerIdentity` got no response"),
        "{told}"
    );
    assert_eq!(through.calls()[0].method, "CONNECT");
    assert_eq!(through.calls()[0].path, "cloud.invalid:443");
}

#[test]
fn a_refused_connection_sent_nothing_and_a_silent_peer_may_have_received_the_request() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let stuck = TcpListener::bind("127.0.0.1:0").unwrap();
    let unfinished = format!("http://{}", stuck.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = stuck.accept().unwrap();
        let begin = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<GetCaller";
        stream.write_all(begin).unwrap();
        // The connection stays open and silent until the other side gives up.
        stream.read_to_end(&mut Vec::new()).ok();
    });
    for (url, expect) in [
        (refused, "`GetCallerIdentity` could not be sent"),
        (silent_url, "`GetCallerIdentity` got no response"),
        (unfinished, "`GetCallerIdentity` got no response"),
    ] {
        let variables = [
            KEYS[0],
            KEYS[1],
            ("TEST_REGION", "eu-west-1"),
            ("TEST_ENDPOINT", url.as_str()),
        ];
        let told = told(home().path(), &variables);
        assert!(told.contains(expect), "{url}: {told}");
    }
}

#[test]
fn wrong_settings_are_named() {
    let home = home();
    let empty = home.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    let cases = [
        (
            "AWS_CA_BUNDLE",
            "/nowhere.pem",
            "cannot read `/nowhere.pem`, the file in `AWS_CA_BUNDLE`",
        ),
        (
            "AWS_CA_BUNDLE",
            empty.to_str().unwrap(),
            "contains no certificate",
        ),
        (
            "TEST_ENDPOINT",
            "localhost:4566",
            "invalid endpoint `localhost:4566`",
        ),
        (
            "TEST_ENDPOINT",
            "ftp://localhost",
            "invalid endpoint `ftp://localhost`",
        ),
    ];
    for (name, value, expect) in cases {
        let told = told(
            home.path(),
            &[
                KEYS[0],
                KEYS[1],
                ("TEST_REGION", "eu-west-1"),
                (name, value),
            ],
        );
        assert!(
            told.starts_with("connect: `connect` has invalid settings: ") && told.contains(expect),
            "{told}"
        );
    }
}
