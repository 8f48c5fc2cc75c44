//! Two proxies of readable English, and unique type names.
//!
//! Few doc comments open with a word such as "What" or "Whether", few lines contain vague words, and
//! no crate defines two types of the same name. The text of strings and of plain comments does not
//! count.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

use ignore::Walk;
use regex::Regex;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Words that begin a riddle rather than a fact.
const OPENING: &str = r"^(What|Whether|Who|Of|Those|How|Where|Which|That|Nothing)\b";

/// Words that are vague or unidiomatic.
const VAGUE: &str = r"\b(thing|things|somebody|nobody|whoever|said|says|stands|hear|heard|hears|lies|anew|mend|mended|mends|beside|is to be|are to be|is no|are no)\b";

/// The share of doc comments that may open with such a word, in percent.
const MAX_OPENINGS: f64 = 3.0;

/// The share of lines that may contain vague words, in percent.
const MAX_VAGUE: f64 = 1.0;

/// The lines that count.
#[derive(Debug, Default)]
struct Prose {
    /// The first line of each doc comment and of each paragraph in one.
    openings: Vec<Line>,
    /// The other lines of doc comments, and the lines of pages.
    others: Vec<Line>,
}

/// A line and its place.
#[derive(Debug)]
struct Line {
    text: String,
    place: String,
}

#[test]
fn few_doc_comments_open_with_a_question_word() {
    let prose = workspace_prose();
    let (share, matches) = matching(OPENING, prose.openings.iter());
    assert!(share <= MAX_OPENINGS, "{share:.1} %:\n{matches}");
}

#[test]
fn few_lines_have_vague_words() {
    let prose = workspace_prose();
    let lines = prose.openings.iter().chain(&prose.others);
    let (share, matches) = matching(VAGUE, lines);
    assert!(share <= MAX_VAGUE, "{share:.1} %:\n{matches}");
}

#[test]
fn type_names_are_unique_in_their_crate() {
    let mut crates: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (path, text) in workspace_files() {
        let Some((name, file)) = path.split_once("/src/") else {
            continue;
        };
        let is_test = ["test/", "tests/", "test.rs", "tests.rs"]
            .iter()
            .any(|part| file.contains(part));
        if path.ends_with(".rs") && !is_test {
            let types = crates.entry(name.to_owned()).or_default();
            for defined in type_names(&text) {
                types.entry(defined).or_default().push(path.clone());
            }
        }
    }
    let mut duplicates = Vec::new();
    for types in crates.into_values() {
        for (name, files) in types.into_iter().filter(|(_, files)| files.len() > 1) {
            duplicates.push(format!("{name}: {}", files.join(", ")));
        }
    }
    assert!(duplicates.is_empty(), "\n{}\n", duplicates.join("\n"));
}

/// The share of the lines that match, in percent, and those lines.
fn matching<'a>(pattern: &str, lines: impl Iterator<Item = &'a Line>) -> (f64, String) {
    let pattern = Regex::new(pattern).unwrap();
    let mut count = 0;
    let mut matches = Vec::new();
    for line in lines {
        count += 1;
        if pattern.is_match(&line.text) {
            matches.push(format!("{}: {}", line.place, line.text));
        }
    }
    let share = 100.0 * matches.len() as f64 / f64::from(count.max(1));
    (share, matches.join("\n"))
}

fn workspace_prose() -> Prose {
    let mut prose = Prose::default();
    for (path, text) in workspace_files() {
        if path.ends_with(".rs") && path.contains("/src/") {
            prose.add_source(&path, &text);
        }
        let is_page = path.starts_with("docs/") || path == "README.md";
        if path.ends_with(".md") && (is_page || path.ends_with("BEHAVIOUR.md")) {
            prose.add_page(&path, &text);
        }
    }
    assert!(prose.openings.len() > 1000, "the sources were not found");
    prose
}

/// The files of the workspace with their paths from its root, except those that Git ignores.
fn workspace_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap();
    let mut files = Vec::new();
    for entry in Walk::new(&root) {
        let path = entry.unwrap().into_path();
        let is_text = path.extension().is_some_and(|it| it == "rs" || it == "md");
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        if is_text && !name.contains("target/") {
            files.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}

impl Prose {
    fn add_source(&mut self, path: &str, text: &str) {
        let comment = Regex::new(r"^\s*//[/!](?: (.*))?$").unwrap();
        let mut continues = false;
        for (number, line) in text.lines().enumerate() {
            let found = comment.captures(line).and_then(|found| found.get(1));
            let found = found.map(|found| found.as_str()).unwrap_or_default();
            if !found.is_empty() {
                let line = Line::new(found, path, number);
                match continues {
                    true => self.others.push(line),
                    false => self.openings.push(line),
                }
            }
            continues = !found.is_empty();
        }
    }

    /// Adds the lines of a page except headings and code.
    fn add_page(&mut self, path: &str, text: &str) {
        let mut is_code = false;
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("```") {
                is_code = !is_code;
            } else if !is_code && !line.trim().is_empty() && !line.starts_with('#') {
                self.others.push(Line::new(line, path, number));
            }
        }
    }
}

impl Line {
    fn new(text: &str, path: &str, number: usize) -> Self {
        Self {
            text: text.to_owned(),
            place: format!("{path}:{}", number + 1),
        }
    }
}

/// The names of the types that a file defines outside its tests.
fn type_names(text: &str) -> Vec<String> {
    let tests = Regex::new(r"#\[cfg\(test\)\]\s*mod").unwrap();
    let text = tests.split(text).next().unwrap_or_default();
    let definition = r"(?m)^\s*(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait) ([A-Z]\w*)|^(?:pub(?:\([^)]*\))? )?type ([A-Z]\w*)";
    let definition = Regex::new(definition).unwrap();
    let names = definition.captures_iter(text);
    names
        .filter_map(|found| found.get(1).or(found.get(2)))
        .map(|name| name.as_str().to_owned())
        .collect()
}

/// Checks how many lines of a source text open with a question word, and how many have vague words.
#[track_caller]
fn check(text: &str, openings: usize, vague: usize) {
    let mut prose = Prose::default();
    prose.add_source("lib.rs", text);
    let count = |pattern: &str, lines: Vec<&Line>| {
        let (_, matches) = matching(pattern, lines.into_iter());
        matches.lines().count()
    };
    let found = count(OPENING, prose.openings.iter().collect());
    assert_eq!(found, openings, "{text}");
    let lines = prose.openings.iter().chain(&prose.others).collect();
    assert_eq!(count(VAGUE, lines), vague, "{text}");
}

#[test]
fn only_the_first_line_of_a_comment_is_its_opening() {
    check("/// Returns the name.\n/// What follows is ignored.", 0, 0);
    check("/// What the name is.\nfn name() {}", 1, 0);
    check("//! The reader.\n//!\n//! Who calls it waits.", 1, 0);
    check("    /// Whether it ends.", 1, 0);
    check("/// Whatever follows is ignored.", 0, 0);
    check("// What a plain comment tells.\nlet text = \"What\";", 0, 0);
}

#[test]
fn vague_words_are_found_in_any_line_of_a_comment() {
    check("/// The thing that runs.", 0, 1);
    check("/// The reader.\n/// It is no parser.", 0, 1);
    check("/// Everything is read.", 0, 0);
    check("// A thing in a plain comment.", 0, 0);
}

#[test]
fn code_and_headings_of_a_page_are_skipped() {
    let mut prose = Prose::default();
    prose.add_page(
        "page.md",
        "# A thing\n\nText.\n```\na thing\n```\nA thing.\n",
    );
    let (share, matches) = matching(VAGUE, prose.others.iter());
    assert_eq!(matches, "page.md:7: A thing.");
    assert!((share - 50.0).abs() < f64::EPSILON);
}

#[test]
fn types_are_found_outside_tests() {
    let text = "pub struct One;\n    pub(crate) enum Two {}\ntype Three = u8;\n    type Item = u8;\n\
        fn four() {}\n#[cfg(test)]\nmod tests {\n    struct Five;\n}\n";
    assert_eq!(type_names(text), ["One", "Two", "Three"]);
}
