//! Every target reads the corpus, the repetitions and generated texts without a panic, with at most
//! 256 MiB of memory and two seconds of processor time for each text.
//!
//! ```text
//! cargo test -p formwork-fuzz                                              a short run
//! PROPTEST_CASES=20000 cargo test --profile fuzz -p formwork-fuzz -- toml  a long run
//! ```
//!
//! A short run is the same each time. A long run draws other texts each time, uses longer repetitions
//! and expects an optimised build. The text that is being read is in `target/tmp/NAME.input`, and
//! stays there when it ends the process. Add a text that failed to the corpus.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the corpus has failed"
)]

use cpu_time::ProcessTime;
use formwork_fuzz::mutation::mutated;
use formwork_fuzz::repetition::repeat;
use formwork_fuzz::schema_values::resources;
use formwork_fuzz::{EXPRESSION, JSON, TOML, Target, YAML};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The memory and the time are those of the process, so only one test may run at a time.
static RUNNING: Mutex<()> = Mutex::new(());

/// The memory that reading one text may need, in bytes.
const MAX_MEMORY: usize = 256 * 1024 * 1024;

/// The processor time that reading one text may need.
const MAX_TIME: Duration = Duration::from_secs(2);

/// The number of generated texts of a short run.
const SHORT_CASES: u32 = 100;

#[test]
fn toml_is_read_within_bounds() {
    check_target(&TOML);
}

#[test]
fn json_is_read_within_bounds() {
    check_target(&JSON);
}

#[test]
fn yaml_is_read_within_bounds() {
    check_target(&YAML);
}

#[test]
fn expressions_are_read_within_bounds() {
    check_target(&EXPRESSION);
}

#[test]
fn panics_and_large_allocations_are_reported() {
    let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let measure = |run: fn(&[u8])| {
        let target = Target {
            name: "broken",
            run,
            ..EXPRESSION
        };
        measure(&target, b"")
    };
    assert_eq!(measure(|_| {}), Ok(()));
    assert_eq!(measure(|_| panic!()), Err("panics".to_owned()));
    let allocate = |_: &[u8]| drop(std::hint::black_box(vec![1_u8; MAX_MEMORY + 1]));
    assert_eq!(measure(allocate), Err("takes 256 MiB".to_owned()));
}

fn check_target(target: &Target) {
    let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut failures = Vec::new();
    let corpus = corpus(target.name);
    for (name, text) in &corpus {
        if let Err(reason) = measure(target, text) {
            failures.push(format!("{name}: {reason}"));
        }
    }
    // A fifth of the longest file: the text is read, checked, written, read again, imported and
    // formatted, and none of that length has more values than are read.
    let max_bytes = match is_long_run() {
        true => formwork_template::limits::TEXT_BYTES / 5,
        false => target.max_bytes,
    };
    for repetition in target.repetitions {
        if let Err(reason) = measure(target, repeat(repetition, max_bytes).as_bytes()) {
            failures.push(format!("{repetition:?}: {reason}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let corpus = corpus.into_iter().map(|(_, text)| text).collect();
    let mutated = mutated(corpus, target.max_bytes);
    match target.notation {
        Some(notation) => {
            check_generated(target, &prop_oneof![3 => mutated, 1 => resources(notation)])
        }
        None => check_generated(target, &mutated),
    }
}

fn check_generated(target: &Target, texts: &impl Strategy<Value = Vec<u8>>) {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = match is_long_run() {
        true => TestRunner::new(config),
        false => TestRunner::new_with_rng(
            Config {
                cases: SHORT_CASES,
                ..config
            },
            TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        ),
    };
    let check = |text: Vec<u8>| measure(target, &text).map_err(TestCaseError::fail);
    match runner.run(texts, check) {
        Ok(()) => {}
        Err(TestError::Fail(reason, text)) => {
            panic!("{reason}: {}", String::from_utf8_lossy(&text))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Reads a text and returns the broken promise, if any.
fn measure(target: &Target, text: &[u8]) -> Result<(), String> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.input", target.name));
    std::fs::write(&file, text).unwrap();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = ProcessTime::now();
    let result = catch_unwind(|| (target.run)(text));
    let time = start.elapsed();
    let memory = MEMORY.peak_usage().saturating_sub(before);
    std::fs::remove_file(file).unwrap();
    // A short run is usually that of a build without optimisation, which is about ten times slower.
    let max_time = if is_long_run() {
        MAX_TIME
    } else {
        MAX_TIME * 10
    };
    match result {
        Err(_) => Err("panics".to_owned()),
        Ok(()) if time > max_time => Err(format!("takes {time:?}")),
        Ok(()) if memory > MAX_MEMORY => Err(format!("takes {} MiB", memory >> 20)),
        Ok(()) => Ok(()),
    }
}

fn is_long_run() -> bool {
    std::env::var_os("PROPTEST_CASES").is_some()
}

/// Returns the texts of a target's corpus with their names, sorted.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let mut texts: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    texts.sort();
    assert!(texts.len() >= 20, "the corpus of `{name}` is incomplete");
    texts
}
