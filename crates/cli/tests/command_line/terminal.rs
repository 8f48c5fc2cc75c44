//! Behaviour in a terminal: live rows that fit the window, and prompts.

use std::io::{Read, Write};

use formwork_testkit::{CHAIN, Sandbox};
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::sandbox::sandbox_with;

/// Returns twenty stacks in two layers, more than the window has rows.
fn wide() -> String {
    let mut text = String::from("name = \"wide\"\nregion = \"us-east-1\"\n");
    for index in 0..20 {
        text.push_str(&format!(
            "[stacks.a{index}.Group]\ntype = \"AWS::Logs::LogGroup\"\n"
        ));
        text.push_str(&format!(
            "[stacks.a{index}.outputs]\nName = \"${{Group}}\"\n"
        ));
        text.push_str(&format!(
            "[stacks.b{index}.Note]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\"\n"
        ));
        text.push_str(&format!("Value = \"${{stacks.a{index}.Name}}\"\n"));
    }
    text
}

const ROWS: u16 = 12;
const COLUMNS: u16 = 72;

/// A command in a pseudo-terminal.
struct PtySession {
    pty: Pty,
    child: std::process::Child,
    screen: vt100::Parser,
}

impl PtySession {
    fn new(sandbox: &Sandbox, words: &[&str]) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(ROWS, COLUMNS)).unwrap();
        let child = Command::new(sandbox.program())
            .args(words)
            .current_dir(sandbox.path("."))
            .env_clear()
            .envs(sandbox.variables())
            .env("TERM", "xterm-256color")
            .spawn(pts)
            .unwrap();
        Self {
            pty,
            child,
            screen: vt100::Parser::new(ROWS, COLUMNS, 10_000),
        }
    }

    /// Reads until the screen shows the text.
    fn wait_for(&mut self, words: &str) {
        while !self.screen.screen().contents().contains(words) {
            assert!(
                self.read(),
                "it ended without `{words}`:\n{}",
                self.screen.screen().contents()
            );
        }
    }

    /// Reads to the end and passes every state of the screen to `look`.
    fn run_to_end(&mut self, mut look: impl FnMut(&vt100::Screen)) -> Option<i32> {
        while self.read() {
            look(self.screen.screen());
        }
        self.child.wait().unwrap().code()
    }

    fn read(&mut self) -> bool {
        let mut bytes = [0; 256];
        // At its end a pseudo-terminal returns an error.
        let read = self.pty.read(&mut bytes).unwrap_or(0);
        self.screen.process(&bytes[..read]);
        read > 0
    }

    fn type_text(&mut self, words: &str) {
        self.pty.write_all(words.as_bytes()).unwrap();
    }

    /// Returns the screen and everything that scrolled away.
    fn full_text(&mut self) -> String {
        self.screen.screen_mut().set_scrollback(usize::MAX);
        let all = self.screen.screen().scrollback();
        let mut text = String::new();
        let offsets = (1..=all).rev().step_by(usize::from(ROWS));
        for offset in offsets.chain([0]) {
            self.screen.screen_mut().set_scrollback(offset);
            text.push_str(&self.screen.screen().contents());
            text.push('\n');
        }
        text
    }
}

#[test]
fn live_rows_fit_the_window() {
    let sandbox = sandbox_with(&wide());
    let mut session = PtySession::new(
        &sandbox,
        &["deploy", "--local", "--yes", "-q", "--progress", "tty"],
    );
    assert_eq!(
        session.run_to_end(|_| {}),
        Some(0),
        "quiet shows nothing and still deploys"
    );
    sandbox.run(&["destroy", "--local", "--yes"]).expect_code(0);

    let mut session = PtySession::new(&sandbox, &["deploy", "--local", "--yes"]);
    let mut drawn = 0;
    let mut bars = 0;
    let code = session.run_to_end(|screen| {
        let text = screen.contents();
        drawn += usize::from(text.contains("resources"));
        bars += usize::from(text.contains('╌') || text.contains('━'));
    });
    assert_eq!(code, Some(0));
    assert!(
        drawn > 3 && bars > 3,
        "it was drawn {drawn} times, with bars {bars} times"
    );
    let everything = session.full_text();
    // Rows beyond the window cannot be redrawn: each drawing would leave a copy.
    let headers = everything
        .lines()
        .filter(|line| line.contains("wide · no env") && line.contains("0:0"));
    assert!(
        headers.count() <= 1,
        "a drawing was left behind:\n{everything}"
    );
    assert!(
        everything.contains("ok: 40 stacks created, 0 failed"),
        "{everything}"
    );
}

#[test]
fn only_yes_confirms_a_plan() {
    let sandbox = sandbox_with(CHAIN);
    for no in ["n\n", "\n", "yeah\n"] {
        let mut session = PtySession::new(&sandbox, &["deploy", "--local"]);
        session.wait_for("Deploy these changes? [y/N]");
        session.type_text(no);
        assert_eq!(session.run_to_end(|_| {}), Some(1), "after {no:?}");
        assert!(session.full_text().contains("formwork::declined"));
    }
    assert_eq!(sandbox.mutations(), 0);
    let mut session = PtySession::new(&sandbox, &["deploy", "--local"]);
    session.wait_for("Deploy these changes? [y/N]");
    session.type_text("y\n");
    assert_eq!(session.run_to_end(|_| {}), Some(0));
    assert!(session.full_text().contains("ok: 4 stacks created"));
}

#[test]
fn a_prompt_can_be_interrupted() {
    let sandbox = sandbox_with(CHAIN);
    let mut session = PtySession::new(&sandbox, &["deploy", "--local"]);
    session.wait_for("Deploy these changes? [y/N]");
    session.type_text("\u{3}");
    assert_eq!(session.run_to_end(|_| {}), Some(130));
    assert_eq!(sandbox.mutations(), 0);
}

#[test]
fn colors_are_used_in_a_terminal_or_on_request() {
    let sandbox = sandbox_with(CHAIN);
    let plan = |words: &[&str]| {
        sandbox
            .run(&[&["plan", "--local"][..], words].concat())
            .expect_code(0)
            .stdout
    };
    assert!(!plan(&[]).contains('\u{1b}'));
    assert!(plan(&["--color", "always"]).contains("\u{1b}[32m+"));
    let mut session = PtySession::new(&sandbox, &["plan", "--local"]);
    let mut bytes = Vec::new();
    session.pty.read_to_end(&mut bytes).ok();
    assert!(String::from_utf8_lossy(&bytes).contains("\u{1b}[32m+"));
    let mut session = PtySession::new(
        &sandbox,
        &["plan", "--local", "--color", "never", "--progress", "none"],
    );
    let mut bytes = Vec::new();
    session.pty.read_to_end(&mut bytes).ok();
    assert!(!String::from_utf8_lossy(&bytes).contains('\u{1b}'));
}
