//! `deploy` and `destroy`, killed by SIGKILL at twelve moments, against `local serve`.
//!
//! At each moment `DescribeStacks` shows an operation in progress, also right after the kill. Running the command again
//! must reach the same end state as a run without interruption, and the cloud's record must contain every operation
//! once.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use formwork_local::{Cloud, Options, Storage};
use tempfile::TempDir;

/// Four stacks in three layers; each takes about two seconds, because its endpoints are created one after the other.
const BLUEPRINT: &str = r#"
name = "kill"
region = "us-east-1"

[vars]
group = "sg-0a0a0a0a0a0a0a0a1"

[stacks.base.First]
type = "AWS::EC2::VPCEndpoint"
ServiceName = "com.amazonaws.us-east-1.sqs"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a1"
SecurityGroupIds = ["${vars.group}"]

[stacks.base.Second]
type = "AWS::EC2::VPCEndpoint"
depends_on = ["First"]
ServiceName = "com.amazonaws.us-east-1.sns"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a1"
SecurityGroupIds = ["${vars.group}"]

[stacks.base.outputs]
Id = "${Second}"

[stacks.left.First]
type = "AWS::EC2::VPCEndpoint"
ServiceName = "com.amazonaws.us-east-1.sqs"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a2"
SecurityGroupIds = ["${vars.group}"]

[stacks.left.Note]
type = "AWS::SSM::Parameter"
depends_on = ["First"]
Type = "String"
Value = "${stacks.base.Id}"

[stacks.left.outputs]
Note = "${Note}"

[stacks.right.First]
type = "AWS::EC2::VPCEndpoint"
ServiceName = "com.amazonaws.us-east-1.sqs"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a3"
SecurityGroupIds = ["${vars.group}"]

[stacks.right.Second]
type = "AWS::EC2::VPCEndpoint"
depends_on = ["First"]
ServiceName = "com.amazonaws.us-east-1.sns"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a3"
SecurityGroupIds = ["${vars.group}"]

[stacks.right.Note]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${stacks.base.Id}"

[stacks.right.outputs]
Note = "${Note}"

[stacks.top.First]
type = "AWS::EC2::VPCEndpoint"
ServiceName = "com.amazonaws.us-east-1.sqs"
VpcEndpointType = "Interface"
VpcId = "vpc-0a0a0a0a0a0a0a0a4"
SecurityGroupIds = ["${vars.group}"]

[stacks.top.Note]
type = "AWS::SSM::Parameter"
depends_on = ["First"]
Type = "String"
Value = "${stacks.left.Note} ${stacks.right.Note}"
"#;

const STACKS: [&str; 4] = ["kill-base", "kill-left", "kill-right", "kill-top"];
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_killed_run_repeats_no_operation() {
    let bench = Bench::open();
    let changed = ["--set", "group=sg-0a0a0a0a0a0a0a0a2"];

    for stack in STACKS {
        bench.kill_during("deploy", &[], stack, "CREATE_IN_PROGRESS");
    }
    bench.run("deploy", &[]);
    bench.expect_all("CREATE_COMPLETE");
    bench.expect_operations("CreateStack", 1);
    bench.expect_nothing_to_do(&[]);

    for stack in STACKS {
        bench.kill_during("deploy", &changed, stack, "UPDATE_IN_PROGRESS");
    }
    bench.run("deploy", &changed);
    bench.expect_all("UPDATE_COMPLETE");
    bench.expect_operations("ExecuteChangeSet", 1);
    bench.expect_operations("CreateStack", 1);
    bench.expect_nothing_to_do(&changed);

    for stack in STACKS.into_iter().rev() {
        bench.kill_during("destroy", &changed, stack, "DELETE_IN_PROGRESS");
    }
    bench.run("destroy", &changed);
    assert_eq!(bench.statuses(), BTreeMap::new(), "all stacks are gone");
    bench.expect_operations("DeleteStack", 1);
    bench.expect_operations("CreateStack", 1);
}

/// A served local cloud and a folder with a blueprint.
struct Bench {
    folder: TempDir,
    server: Child,
    address: String,
}

impl Bench {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("blueprint.toml"), BLUEPRINT).unwrap();
        let mut server = formwork(folder.path())
            .args(["local", "serve", "--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().trim_start_matches("http://").to_owned();
        Self {
            folder,
            server,
            address,
        }
    }

    fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut process = formwork(self.folder.path());
        process
            .args([command, "--endpoint-url"])
            .arg(format!("http://{}", self.address))
            .args(arguments)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        process
    }

    /// Starts a command, kills it while `stack` is in `status`, and checks that the status is still the same.
    fn kill_during(&self, command: &str, arguments: &[&str], stack: &str, status: &str) {
        let mut process = self
            .command(command, arguments)
            .arg("--yes")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while self.statuses().get(stack).is_none_or(|now| now != status) {
            let ended = process.try_wait().unwrap();
            assert_eq!(ended, None, "{command} ended before {stack} was {status}");
            assert!(begun.elapsed() < PATIENCE, "{stack} never was {status}");
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let now = self.statuses().remove(stack);
        assert_eq!(now.as_deref(), Some(status), "{stack} right after the kill");
    }

    fn run(&self, command: &str, arguments: &[&str]) {
        let output = self
            .command(command, arguments)
            .arg("--yes")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command} failed:\n{said}");
    }

    fn expect_nothing_to_do(&self, arguments: &[&str]) {
        let output = self
            .command("plan", arguments)
            .arg("--exit-code")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "a plan with changes:\n{said}"
        );
    }

    fn expect_all(&self, status: &str) {
        let expected = STACKS.map(|stack| (stack.to_owned(), status.to_owned()));
        assert_eq!(self.statuses(), BTreeMap::from(expected));
    }

    /// Checks in the cloud's record that `action` started `count` operations of each stack.
    fn expect_operations(&self, action: &str, count: usize) {
        let cloud = Cloud::open(Options {
            storage: Storage::Folder(self.folder.path().join("cloud")),
            ..Options::default()
        })
        .unwrap();
        let mut counts = BTreeMap::new();
        for call in cloud.call_records().unwrap() {
            if call.action == action && call.operation_id.is_some() {
                *counts.entry(call.stack_name).or_insert(0) += 1;
            }
        }
        let expected = STACKS.map(|stack| (stack.to_owned(), count));
        assert_eq!(counts, BTreeMap::from(expected), "accepted {action} calls");
    }

    /// Returns the names and statuses that `DescribeStacks` returns over the socket.
    fn statuses(&self) -> BTreeMap<String, String> {
        let body = "Action=DescribeStacks&Version=2010-05-15";
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n{body}",
            self.address,
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let stacks = answer.split("<StackId>").skip(1);
        stacks
            .map(|stack| (between(stack, "StackName"), between(stack, "StackStatus")))
            .collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

fn formwork(folder: &Path) -> Command {
    let mut process = Command::new(env!("CARGO_BIN_EXE_formwork"));
    process
        .current_dir(folder)
        .env("FORMWORK_LOCAL_DIR", folder.join("cloud"))
        .stdin(Stdio::null());
    process
}

fn between(text: &str, tag: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap();
    let (inside, _) = rest.split_once('<').unwrap();
    inside.to_owned()
}
