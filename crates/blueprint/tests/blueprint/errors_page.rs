//! The errors page: each example under `Wrong` has exactly its article's problem, each under `Right` has none.
//!
//! A fence after a line that starts with `Wrong` or `Right` is an example. Its language selects the
//! file: a stack, or a template that a stack uses. A line like `# blueprint.toml` starts another
//! file. Without a `blueprint.toml`, the example has one with a name and a region.

use crate::support::{files, problems, request};
use formwork_blueprint::{codes, load};
use formwork_template::diagnostics::Code;
use std::collections::BTreeSet;
use std::path::Path;

/// Codes without an example: they depend on the command line, report a bug of formwork, or need a
/// file that is too long for the page.
const WITHOUT_EXAMPLE: &[Code] = &[
    codes::FORMAT,
    codes::IMPORT,
    codes::NO_BLUEPRINT,
    codes::PROBLEM_LIMIT,
    codes::STACK_LIMIT,
    codes::TOO_DEEP,
    codes::UNKNOWN_ENVIRONMENT,
    codes::VALUE_LIMIT,
    formwork_lint::codes::TEMPLATE_CONDITIONS,
    formwork_template::codes::TEMPLATE_NESTING,
    formwork_template::codes::TEMPLATE_SIZE,
];

/// The kind of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Wrong,
    Right,
}

/// An example of an article.
struct Example {
    code: String,
    verdict: Verdict,
    files: Vec<(String, String)>,
}

/// Returns the examples of the page, in order.
fn examples() -> Vec<Example> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut examples = Vec::new();
    for article in page.split("\n### formwork::").skip(1) {
        let code = article.lines().next().unwrap();
        // Prose and fences alternate.
        let parts: Vec<&str> = article.split("\n```").collect();
        assert!(parts.len() % 2 == 1, "a fence of {code} is not closed");
        for pair in parts[..parts.len() - 1].chunks_exact(2) {
            let before = pair[0].trim_end().lines().last().unwrap();
            let (language, text) = pair[1].split_once('\n').unwrap();
            let verdict = match before.split([' ', ':', ',']).next() {
                _ if !before.ends_with(':') => None,
                Some("Wrong") => Some(Verdict::Wrong),
                Some("Right") => Some(Verdict::Right),
                _ => None,
            };
            let Some(verdict) = verdict else {
                assert_eq!(
                    language, "sh",
                    "{code}: neither `Wrong:` nor `Right:`: {before}"
                );
                continue;
            };
            examples.push(Example {
                code: code.to_owned(),
                verdict,
                files: example_files(language, text),
            });
        }
    }
    examples
}

/// Returns the files of a fence, and the blueprint that they belong to.
fn example_files(language: &str, text: &str) -> Vec<(String, String)> {
    let (path, around) = match language {
        "toml" => ("stacks/app.toml", ""),
        "yaml" => ("template.yaml", "stacks.app.template = \"template.yaml\"\n"),
        "json" => ("template.json", "stacks.app.template = \"template.json\"\n"),
        other => panic!("an example in {other}"),
    };
    let mut files = vec![(path.to_owned(), String::new())];
    for line in text.lines() {
        let path = line.strip_prefix("# ");
        let path = path.filter(|path| path.contains('.') && !path.contains(' '));
        match (path, files.last_mut()) {
            (Some(path), _) => files.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => unreachable!("there is a first file"),
        }
    }
    files.retain(|(_, text)| !text.trim().is_empty());
    if files.iter().all(|(path, _)| path != "blueprint.toml") {
        let blueprint = format!("name = \"shop\"\nregion = \"us-east-1\"\n{around}");
        files.push(("blueprint.toml".to_owned(), blueprint));
    }
    files
}

#[test]
fn every_example_has_exactly_its_problem() {
    let mut differ = String::new();
    for example in examples() {
        let all: Vec<(&str, &str)> = example
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let loaded = load(&files(&all), &request());
        let found: BTreeSet<&str> = loaded.problems.iter().map(|it| it.code.name).collect();
        let expected = match example.verdict {
            Verdict::Wrong => BTreeSet::from([example.code.as_str()]),
            Verdict::Right => BTreeSet::new(),
        };
        if found != expected {
            let (code, verdict, problems) = (&example.code, example.verdict, problems(&loaded));
            differ += &format!("{code} {verdict:?}, expected {expected:?}:\n{problems}\n");
        }
    }
    assert!(differ.is_empty(), "{differ}");
}

#[test]
fn every_code_has_a_wrong_and_a_right_example() {
    let examples = examples();
    let shown = |code: &Code, verdict| {
        let mut examples = examples.iter();
        examples.any(|it| it.code == code.name && it.verdict == verdict)
    };
    for code in codes::ALL
        .iter()
        .chain(formwork_template::codes::ALL)
        .chain(formwork_lint::codes::ALL)
    {
        let is_shown = !WITHOUT_EXAMPLE.contains(code);
        for verdict in [Verdict::Wrong, Verdict::Right] {
            assert_eq!(shown(code, verdict), is_shown, "{verdict:?} of {code}");
        }
    }
}
