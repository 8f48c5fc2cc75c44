//! Every target on its corpus and on what is made from it, within a budget: no panic, at most
//! 256 MiB and two seconds an input.
//!
//! ```text
//! cargo test -p formwork-fuzz                                          a short run
//! FORMWORK_FUZZ_SECONDS=120 cargo test --profile fuzz -p formwork-fuzz -- toml
//! ```
//!
//! Names of targets choose among them. Without a number of seconds a fixed count of texts is made
//! from the corpus, so that two runs do the same. The text that is being read lies in
//! `target/tmp/NAME.input`: what ends the process is found there.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test without libtest's harness prints its own lines"
)]

use cpu_time::ProcessTime;
use formwork_fuzz::mutate::{Lot, mutate};
use formwork_fuzz::{TARGETS, Target};
use peak_alloc::PeakAlloc;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most that one input may take, in bytes.
const MOST_MEMORY: usize = 256 * 1024 * 1024;

/// The longest that one input may take.
const MOST_TIME: Duration = Duration::from_secs(2);

/// How many texts are made without a budget.
const SHORT: u64 = 100;

/// What the inputs of a target took.
#[derive(Default)]
struct Taken {
    inputs: u64,
    slowness: u32,
    memory: usize,
    time: Duration,
}

fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<&String> = named.iter().filter(|name| !name.starts_with('-')).collect();
    let seconds = std::env::var("FORMWORK_FUZZ_SECONDS").ok();
    let budget = seconds.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    for target in TARGETS {
        if named.is_empty() || named.iter().any(|name| *name == target.name) {
            let taken = run(&target, budget);
            println!(
                "{}: {} inputs, at most {} MiB and {} ms",
                target.name,
                taken.inputs,
                taken.memory >> 20,
                taken.time.as_millis()
            );
        }
    }
}

fn run(target: &Target, budget: Option<Duration>) -> Taken {
    let corpus = corpus(target.name);
    assert!(corpus.len() >= 20, "the corpus of `{}`", target.name);
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.input", target.name));
    let mut taken = Taken {
        // A short run is mostly that of a build without optimisation.
        slowness: if budget.is_some() { 1 } else { 10 },
        ..Taken::default()
    };
    for text in &corpus {
        taken.input(target, text, &kept);
    }
    let began = Instant::now();
    let mut lot = Lot::new(0);
    while match budget {
        Some(budget) => began.elapsed() < budget,
        None => taken.inputs < SHORT + corpus.len() as u64,
    } {
        let text = mutate(&corpus, target.words, target.most_bytes, &mut lot);
        taken.input(target, &text, &kept);
    }
    std::fs::remove_file(kept).unwrap();
    taken
}

impl Taken {
    fn input(&mut self, target: &Target, text: &[u8], kept: &Path) {
        std::fs::write(kept, text).unwrap();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let time = timed(target, text);
        let memory = MEMORY.peak_usage().saturating_sub(before);
        let most = MOST_TIME * self.slowness;
        assert!(time <= most, "{} takes {time:?}", kept.display());
        assert!(
            memory <= MOST_MEMORY,
            "{} takes {memory} bytes",
            kept.display()
        );
        if std::env::var_os("FORMWORK_FUZZ_SLOW").is_some() && time > MOST_TIME / 20 {
            println!(
                "{} ms, {} MiB: {}",
                time.as_millis(),
                memory >> 20,
                String::from_utf8_lossy(&text[..text.len().min(60)]).replace('\n', " ")
            );
        }
        self.inputs += 1;
        self.memory = self.memory.max(memory);
        self.time = self.time.max(time);
    }
}

/// The processor's time that the target takes: a busy machine takes no more of it.
fn timed(target: &Target, text: &[u8]) -> Duration {
    let began = ProcessTime::now();
    (target.run)(text);
    began.elapsed()
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
