//! Every target on its corpus and on what is made from it, within a budget: no panic, at most
//! 256 MiB and two seconds an input.
//!
//! ```text
//! cargo test -p formwork-fuzz                                          a short run
//! FORMWORK_FUZZ_SECONDS=120 cargo test --profile fuzz -p formwork-fuzz -- toml
//! FORMWORK_FUZZ_INPUT=FILE cargo test --profile fuzz -p formwork-fuzz -- toml
//! ```
//!
//! Names of targets choose among them. `FORMWORK_FUZZ_SEED` is where the lot begins, 0 if it is not
//! given; without a number of seconds a fixed count of texts is made, so that two runs do the same.
//! A text of which something new is said joins those from which others are made.
//!
//! What was found lies in `target/tmp/NAME-0.input` and so on; the text that is being read in
//! `target/tmp/NAME.input`, where it stays when it ends the process.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test without libtest's harness prints its own lines"
)]

use cpu_time::ProcessTime;
use formwork_fuzz::{Heard, Language, Lot, TARGETS, Target, mutate, wide};
use peak_alloc::PeakAlloc;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most that one input may take, in bytes.
const MOST_MEMORY: usize = 256 * 1024 * 1024;

/// The longest that one input may take.
const MOST_TIME: Duration = Duration::from_secs(2);

/// How many texts are made without a budget.
const SHORT: u64 = 100;

/// After so many findings a run ends.
const MOST_FOUND: usize = 10;

/// How many texts others are made from.
const MOST_IN_POOL: usize = 4096;

fn main() -> ExitCode {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<&String> = named.iter().filter(|name| !name.starts_with('-')).collect();
    let mut found = 0;
    for target in TARGETS {
        if named.is_empty() || named.iter().any(|name| *name == target.name) {
            found += Run::new(&target).all();
        }
    }
    match found {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap())
}

/// A run of one target.
struct Run<'a> {
    target: &'a Target,
    language: Language,
    folder: &'a Path,
    heard: Heard,
    pool: Vec<Vec<u8>>,
    inputs: u64,
    memory: usize,
    time: Duration,
    found: usize,
    slowness: u32,
}

impl<'a> Run<'a> {
    fn new(target: &'a Target) -> Self {
        Self {
            target,
            language: (target.language)(),
            folder: Path::new(env!("CARGO_TARGET_TMPDIR")),
            heard: Heard::default(),
            pool: Vec::new(),
            inputs: 0,
            memory: 0,
            time: Duration::ZERO,
            found: 0,
            // A run without a budget is mostly that of a build without optimisation.
            slowness: if number("FORMWORK_FUZZ_SECONDS").is_some() {
                1
            } else {
                10
            },
        }
    }

    /// Reads every text; how many of them broke a promise.
    fn all(mut self) -> usize {
        let name = self.target.name;
        if let Some(path) = std::env::var_os("FORMWORK_FUZZ_INPUT") {
            self.input(std::fs::read(path).unwrap());
        } else {
            let corpus = corpus(name);
            assert!(corpus.len() >= 20, "the corpus of `{name}`");
            corpus.iter().for_each(|text| self.input(text.clone()));
            self.pool.extend(corpus);
            // A fifth of what a file may have, since a text is read, checked, written, read again,
            // taken over and formatted here; none of that length has more names and values than are
            // read. In a short run no more than others have.
            let bytes = match self.slowness {
                1 => formwork_template::limits::TEXT_BYTES / 5,
                _ => self.language.most_bytes,
            };
            for each in self.language.wide {
                self.input(wide::text(each, bytes).into_bytes());
            }
            self.made();
        }
        println!(
            "{name}: {} inputs, {} things said, at most {} MiB and {} ms, {} findings",
            self.inputs,
            self.heard.len(),
            self.memory >> 20,
            self.time.as_millis(),
            self.found
        );
        self.found
    }

    fn made(&mut self) {
        let budget = number("FORMWORK_FUZZ_SECONDS").map(Duration::from_secs);
        let most = self.inputs + SHORT;
        let began = Instant::now();
        let mut lot = Lot::new(number("FORMWORK_FUZZ_SEED").unwrap_or_default());
        while self.found < MOST_FOUND
            && match budget {
                Some(budget) => began.elapsed() < budget,
                None => self.inputs < most,
            }
        {
            let text = mutate(&self.pool, &self.language, &mut lot);
            self.input(text);
        }
    }

    fn input(&mut self, text: Vec<u8>) {
        let kept = self.kept("");
        std::fs::write(&kept, &text).unwrap();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        // The processor's time: a busy machine takes no more of it.
        let began = ProcessTime::now();
        let heard = catch_unwind(|| (self.target.run)(&text));
        let time = began.elapsed();
        let memory = MEMORY.peak_usage().saturating_sub(before);
        self.inputs += 1;
        self.memory = self.memory.max(memory);
        self.time = self.time.max(time);
        let wrong = match &heard {
            Err(_) => Some("panics".to_owned()),
            Ok(_) if time > MOST_TIME * self.slowness => Some(format!("takes {time:?}")),
            Ok(_) if memory > MOST_MEMORY => Some(format!("takes {} MiB", memory >> 20)),
            Ok(_) => None,
        };
        if let Some(wrong) = wrong {
            let found = self.kept(&format!("-{}", self.found));
            std::fs::rename(&kept, &found).unwrap();
            println!("{} {wrong}", found.display());
            self.found += 1;
        } else {
            std::fs::remove_file(kept).unwrap();
        }
        if let Ok(heard) = heard {
            let new = self.heard.learn(&heard);
            // What takes long to read would take the time of all others.
            let is_short = text.len() <= self.language.most_bytes && time < MOST_TIME / 20;
            if new && self.pool.len() < MOST_IN_POOL && is_short {
                self.pool.push(text);
            }
        }
    }

    fn kept(&self, number: &str) -> PathBuf {
        self.folder
            .join(format!("{}{number}.input", self.target.name))
    }
}

/// The texts of a target's corpus, by their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}
