//! Ctrl-C once and twice, and being told to end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use super::scene::Scene;

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
    /// A deployment whose first stack has begun.
    fn begin(scene: &Scene) -> Self {
        let mut child = scene
            .command(&["deploy", "--local", "--pace", "real", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, stderr };
        running.until("start    creating");
        running
    }

    fn until(&mut self, words: &str) {
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
fn interrupted_once_it_begins_nothing_and_watches_what_is_in_flight() {
    let scene = Scene::new(SLOW);
    let running = Running::begin(&scene);
    running.signal("-INT");
    let (code, said) = running.end();
    assert_eq!(code, Some(130), "{said}");
    assert!(
        said.contains("no new stack is begun; 1 stack in flight watched to the end"),
        "{said}"
    );
    assert!(said.contains("first         done     created"), "{said}");
    assert!(
        said.contains("second: not started, interrupted before it began"),
        "{said}"
    );
    assert!(
        said.contains("Again:  formwork deploy --local --pace real --yes"),
        "{said}"
    );
    let status = scene.run(&["status", "--local"]).with(0).stdout;
    assert!(
        status.contains("CREATE_COMPLETE") && status.contains("not deployed"),
        "{status}"
    );
}

#[test]
fn interrupted_twice_it_leaves_at_once_and_the_cloud_goes_on() {
    let scene = Scene::new(SLOW);
    let mut running = Running::begin(&scene);
    running.signal("-INT");
    running.until("interrupted");
    running.signal("-INT");
    let (code, said) = running.end();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("AWS goes on with 1 stack"), "{said}");
    assert!(said.contains("Again:  formwork deploy"), "{said}");
    // What went on is taken up again, and ends where it should.
    scene.run(&["deploy", "--local", "--yes"]).with(0);
    let created = scene.run(&["plan", "--local", "--exit-code"]);
    created.with(0);
}

#[test]
fn told_to_end_it_leaves_at_once_with_its_own_status() {
    let scene = Scene::new(SLOW);
    let running = Running::begin(&scene);
    running.signal("-TERM");
    let begun = std::time::Instant::now();
    let (code, said) = running.end();
    assert_eq!(code, Some(143), "{said}");
    assert!(said.contains("Again:  formwork deploy"), "{said}");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "it went on for {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_terminal_that_is_closed_stops_nothing() {
    let scene = Scene::new(SLOW);
    let running = Running::begin(&scene);
    running.signal("-HUP");
    let (code, said) = running.end();
    assert_eq!(code, Some(0), "{said}");
}
