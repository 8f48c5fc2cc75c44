//! The documentation: the examples of the language and components pages load, and every code is explained.

use crate::support::{self, files, problems, request};
use formwork_blueprint::{EnvName, SHIPPED_COMPONENTS, codes, load};
use formwork_template::diagnostics::Code;
use std::path::Path;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the examples of a page, each as a list of files.
///
/// A block starts with a comment that names its file. The file of a stack belongs to the
/// `blueprint.toml` directly before it in its section, or to one that has only a name.
fn examples(page: &str) -> Vec<Vec<(String, String)>> {
    let mut examples: Vec<Vec<(String, String)>> = Vec::new();
    let mut lines = page.lines();
    let mut is_new_section = true;
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            is_new_section = true;
        }
        if line != "```toml" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let path = block[0]
            .strip_prefix("# ")
            .unwrap_or_else(|| panic!("a block begins with its file: {}", block[0]));
        let file = (path.to_owned(), block.join("\n"));
        let joins = path != "blueprint.toml" && !is_new_section;
        match examples.last_mut().filter(|_| joins) {
            Some(example) => example.push(file),
            None if path == "blueprint.toml" => examples.push(vec![file]),
            None => examples.push(vec![
                ("blueprint.toml".to_owned(), "name = \"shop\"".to_owned()),
                file,
            ]),
        }
        is_new_section = false;
    }
    examples
}

#[test]
fn every_example_of_the_language_page_loads() {
    let page = page("language.md");
    let examples = examples(&page);
    assert!(examples.len() >= 15, "{}", examples.len());
    for example in examples {
        let beside = [
            ("site/index.html", "hello"),
            ("handler.py", "def handle(event, context):\n    return {}\n"),
            (
                "legacy/database.yaml",
                "Parameters: {VpcId: {Type: 'AWS::EC2::VPC::Id'}}\nResources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: db, VpcId: !Ref VpcId}\n",
            ),
        ];
        let all: Vec<(&str, &str)> = example
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .chain(beside)
            .collect();
        let environments = ["local", "prod"]
            .into_iter()
            .filter(|name| example[0].1.contains(&format!("[env.{name}]")));
        for environment in std::iter::once(None).chain(environments.map(Some)) {
            let mut request = request();
            request.environment = environment.map(|name| EnvName::new(name).unwrap());
            let loaded = load(&files(&all), &request);
            let serious: Vec<_> = loaded
                .problems
                .iter()
                .filter(|problem| problem.code != codes::UNUSED_VARIABLE)
                .collect();
            assert!(
                serious.is_empty(),
                "{}\n\n{}",
                example
                    .iter()
                    .map(|(_, text)| text.as_str())
                    .collect::<Vec<_>>()
                    .join("\n\n"),
                problems(&loaded)
            );
        }
    }
}

#[test]
fn the_errors_page_explains_every_code() {
    let page = page("errors.md");
    let explained = |code: &Code| {
        let heading = format!("\n### formwork::{}\n\n{}", code.name, code.explanation);
        assert!(
            page.contains(&heading),
            "docs/errors.md lacks {code} with its explanation:\n{heading}"
        );
    };
    codes::ALL.iter().for_each(explained);
    formwork_template::codes::ALL.iter().for_each(explained);
    formwork_lint::codes::ALL.iter().for_each(explained);
}

#[test]
fn every_code_is_used_and_unique() {
    let mut names: Vec<&str> = codes::ALL
        .iter()
        .chain(formwork_template::codes::ALL)
        .chain(formwork_lint::codes::ALL)
        .map(|code| code.name)
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two codes have one name");
}

/// Returns the start of an input's table row: name, type, default.
fn input_row(name: &str, declared: &toml::Table) -> String {
    let shown = |value: &toml::Value| match value {
        toml::Value::String(text) if text == "${none}" => "none".to_owned(),
        toml::Value::String(text) => format!("`\"{text}\"`"),
        toml::Value::Boolean(truth) => format!("`{truth}`"),
        toml::Value::Integer(number) => format!("`{number}`"),
        toml::Value::Array(_) => "one rule: HTTPS to everywhere".to_owned(),
        other => panic!("{name}: a default of another kind: {other:?}"),
    };
    let default = declared.get("default");
    let kind = match (declared.get("type"), default) {
        (Some(kind), _) => kind.as_str().unwrap(),
        (None, Some(default)) => default.type_str(),
        (None, None) => panic!("{name} has neither type nor default"),
    };
    let default = default.map_or("required".to_owned(), shown);
    let description = declared["description"].as_str().unwrap();
    format!("| `{name}` | {kind} | {default} | {description}")
}

#[test]
fn the_components_page_lists_every_input_and_output() {
    let page = page("components.md");
    for (name, text) in SHIPPED_COMPONENTS {
        let heading = format!("\n## {name}\n");
        let section = page.split(&heading).nth(1).expect(name);
        let section = section.split("\n## ").next().unwrap();
        let component: toml::Table = text.parse().unwrap();
        let table = |key: &str| component.get(key).and_then(|value| value.as_table());
        let mut rows = 0;
        for (input, declared) in table("inputs").into_iter().flatten() {
            let row = input_row(input, declared.as_table().unwrap());
            assert!(section.contains(&row), "{name} lacks\n{row}\nin{section}");
            rows += 1;
        }
        assert_eq!(section.matches("\n| `").count(), rows, "rows of {name}");
        let outputs = section.split("\nOutputs: ").nth(1).expect(name);
        let outputs = outputs.lines().next().unwrap();
        for output in table("outputs").into_iter().flatten().map(|(name, _)| name) {
            assert!(outputs.contains(&format!("`{output}`")), "{name}.{output}");
        }
        assert!(
            section.contains(component["description"].as_str().unwrap()),
            "{name}"
        );
        assert!(
            section.contains(&format!("use = \"{name}\"")),
            "{name} has no example"
        );
    }
}

#[test]
fn every_example_of_the_components_page_renders_its_template() {
    let page = page("components.md");
    let examples = examples(&page);
    assert_eq!(examples.len(), SHIPPED_COMPONENTS.len());
    let sections = page.lines().filter_map(|line| line.strip_prefix("## aws/"));
    for (example, section) in examples.into_iter().zip(sections) {
        let code = ("handler.py", "def handle(event, context):\n    return {}\n");
        let all: Vec<(&str, &str)> = example
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .chain([code])
            .collect();
        let loaded = load(&files(&all), &request());
        assert_eq!(problems(&loaded), "", "{section}");
        let blueprint = loaded.blueprint.unwrap();
        let last = blueprint.graph.stacks().last().unwrap().key.to_string();
        insta::assert_snapshot!(
            format!("aws_{section}"),
            support::template(&blueprint, &last)
        );
    }
}
