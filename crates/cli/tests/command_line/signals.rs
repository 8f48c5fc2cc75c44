//! Ctrl-C once and twice, SIGTERM and SIGHUP.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use formwork_testkit::Sandbox;

use super::sandbox::sandbox_with;

/// Two stacks that take some seconds each at AWS's pace.
const SLOW: &str = r#"
name = "slow"
region = "us-east-1"

[stacks.first.Group]
type = "AWS::Logs::LogGroup"

[stacks.second]
depends_on = ["first"]

[stacks.second.Group]
type = "AWS::Logs::LogGroup"
"#;

struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    /// Starts a deployment and waits for its first operation.
    fn begin(sandbox: &Sandbox) -> Self {
        let mut child = sandbox
            .command(&["deploy", "--local", "--pace", "real", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, stderr };
        running.wait_for("start    creating");
        running
    }

    fn wait_for(&mut self, words: &str) {
        let mut seen = String::new();
        while !seen.contains(words) {
            let read = self.stderr.read_line(&mut seen).unwrap();
            assert_ne!(read, 0, "it ended without saying `{words}`:\n{seen}");
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

#[test]
fn the_first_interrupt_starts_no_stack_and_waits_for_running_ones() {
    let sandbox = sandbox_with(SLOW);
    let running = Running::begin(&sandbox);
    running.signal("-INT");
    let (code, output) = running.end();
    assert_eq!(code, Some(130), "{output}");
    assert!(
        output.contains("no new stack starts; waiting for 1 stack in progress"),
        "{output}"
    );
    assert!(
        output.contains("first         done     created"),
        "{output}"
    );
    assert!(
        output.contains("second: not started, interrupted before it started"),
        "{output}"
    );
    assert!(
        output.contains("Again:  formwork deploy --local --pace real --yes"),
        "{output}"
    );
    let status = sandbox.run(&["status", "--local"]).expect_code(0).stdout;
    assert!(
        status.contains("CREATE_COMPLETE") && status.contains("not deployed"),
        "{status}"
    );
}

#[test]
fn the_second_interrupt_leaves_at_once() {
    let sandbox = sandbox_with(SLOW);
    let mut running = Running::begin(&sandbox);
    running.signal("-INT");
    running.wait_for("interrupted");
    running.signal("-INT");
    let (code, output) = running.end();
    assert_eq!(code, Some(130), "{output}");
    assert!(output.contains("AWS continues with 1 stack"), "{output}");
    assert!(output.contains("Again:  formwork deploy"), "{output}");
    // The next run adopts the operation in progress.
    sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);
    let created = sandbox.run(&["plan", "--local", "--exit-code"]);
    created.expect_code(0);
}

#[test]
fn sigterm_leaves_at_once_with_143() {
    let sandbox = sandbox_with(SLOW);
    let running = Running::begin(&sandbox);
    running.signal("-TERM");
    let begun = std::time::Instant::now();
    let (code, output) = running.end();
    assert_eq!(code, Some(143), "{output}");
    assert!(output.contains("Again:  formwork deploy"), "{output}");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "it went on for {:?}",
        begun.elapsed()
    );
}

#[test]
fn sighup_does_not_stop_a_deployment() {
    let sandbox = sandbox_with(SLOW);
    let running = Running::begin(&sandbox);
    running.signal("-HUP");
    let (code, output) = running.end();
    assert_eq!(code, Some(0), "{output}");
}
