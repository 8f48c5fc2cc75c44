//! What is seen in a terminal: a drawing that never outgrows the window, and a question that is answered.

use std::io::{Read, Write};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::scene::{CHAIN, Scene, binary};

/// Twenty stacks, more than the window has rows, and two layers of them.
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

/// A command in a terminal.
struct Seat {
    pty: Pty,
    child: std::process::Child,
    screen: vt100::Parser,
}

impl Seat {
    fn new(scene: &Scene, words: &[&str]) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(ROWS, COLUMNS)).unwrap();
        let child = Command::new(binary())
            .args(words)
            .current_dir(scene.path("."))
            .env_clear()
            .envs(scene.variables())
            .env("TERM", "xterm-256color")
            .spawn(pts)
            .unwrap();
        Self {
            pty,
            child,
            screen: vt100::Parser::new(ROWS, COLUMNS, 10_000),
        }
    }

    /// Reads until those words are on the screen.
    fn until(&mut self, words: &str) {
        while !self.screen.screen().contents().contains(words) {
            assert!(
                self.read(),
                "it ended without `{words}`:\n{}",
                self.screen.screen().contents()
            );
        }
    }

    /// Reads some more, handing every state of the screen to `look`.
    fn watch(&mut self, mut look: impl FnMut(&vt100::Screen)) -> Option<i32> {
        while self.read() {
            look(self.screen.screen());
        }
        self.child.wait().unwrap().code()
    }

    fn read(&mut self) -> bool {
        let mut bytes = [0; 256];
        // At its end a pseudo-terminal gives an error instead of nothing.
        let read = self.pty.read(&mut bytes).unwrap_or(0);
        self.screen.process(&bytes[..read]);
        read > 0
    }

    fn say(&mut self, words: &str) {
        self.pty.write_all(words.as_bytes()).unwrap();
    }

    /// All that was ever left on the screen, with what scrolled away.
    fn everything(&mut self) -> String {
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
fn the_drawing_never_takes_more_rows_than_the_window() {
    let scene = Scene::new(&wide());
    let mut seat = Seat::new(
        &scene,
        &["deploy", "--local", "--yes", "-q", "--progress", "tty"],
    );
    assert_eq!(
        seat.watch(|_| {}),
        Some(0),
        "quiet shows nothing and still deploys"
    );
    scene.run(&["destroy", "--local", "--yes"]).with(0);

    let mut seat = Seat::new(&scene, &["deploy", "--local", "--yes"]);
    let mut drawn = 0;
    let mut bars = 0;
    let code = seat.watch(|screen| {
        let text = screen.contents();
        drawn += usize::from(text.contains("resources"));
        bars += usize::from(text.contains('╌') || text.contains('━'));
    });
    assert_eq!(code, Some(0));
    assert!(
        drawn > 3 && bars > 3,
        "it was drawn {drawn} times, with bars {bars} times"
    );
    let everything = seat.everything();
    // Rows that outgrow the window cannot be drawn over: they would stay behind, one copy for each drawing.
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
fn a_question_is_answered_by_yes_and_by_nothing_else() {
    let scene = Scene::new(CHAIN);
    for no in ["n\n", "\n", "yeah\n"] {
        let mut seat = Seat::new(&scene, &["deploy", "--local"]);
        seat.until("Carry this out? [y/N]");
        seat.say(no);
        assert_eq!(seat.watch(|_| {}), Some(1), "after {no:?}");
        assert!(seat.everything().contains("formwork::declined"));
    }
    assert_eq!(scene.accepted(), 0);
    let mut seat = Seat::new(&scene, &["deploy", "--local"]);
    seat.until("Carry this out? [y/N]");
    seat.say("y\n");
    assert_eq!(seat.watch(|_| {}), Some(0));
    assert!(seat.everything().contains("ok: 4 stacks created"));
}

#[test]
fn a_question_can_be_interrupted() {
    let scene = Scene::new(CHAIN);
    let mut seat = Seat::new(&scene, &["deploy", "--local"]);
    seat.until("Carry this out? [y/N]");
    seat.say("\u{3}");
    assert_eq!(seat.watch(|_| {}), Some(130));
    assert_eq!(scene.accepted(), 0);
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let scene = Scene::new(CHAIN);
    let plan = |words: &[&str]| {
        scene
            .run(&[&["plan", "--local"][..], words].concat())
            .with(0)
            .stdout
    };
    assert!(!plan(&[]).contains('\u{1b}'));
    assert!(plan(&["--color", "always"]).contains("\u{1b}[32m+"));
    let mut seat = Seat::new(&scene, &["plan", "--local"]);
    let mut bytes = Vec::new();
    let _ = seat.pty.read_to_end(&mut bytes);
    assert!(String::from_utf8_lossy(&bytes).contains("\u{1b}[32m+"));
    let mut seat = Seat::new(
        &scene,
        &["plan", "--local", "--color", "never", "--progress", "none"],
    );
    let mut bytes = Vec::new();
    let _ = seat.pty.read_to_end(&mut bytes);
    assert!(!String::from_utf8_lossy(&bytes).contains('\u{1b}'));
}
