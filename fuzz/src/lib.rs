//! Generated texts for everything that reads text: blueprints, templates and expressions.
//!
//! A [`Target`] reads bytes as formwork reads a user's file, to the end: it renders a valid blueprint;
//! it checks a valid template, writes it, reads it again and imports it into a blueprint. It panics
//! where formwork panics, and where a promise is broken: a diagnostic outside its text, an error
//! together with a result, a template that differs after it was written, a file whose meaning changes
//! when it is formatted.
//!
//! The texts come from a corpus ([`mutation`]), from the schema table ([`schema_values`]) and from
//! repetition ([`repetition`]). `tests/bounded.rs` measures the memory and the time that a text needs.
//! `fuzz_targets/` contains the same targets for libFuzzer.

pub mod mutation;
pub mod repetition;
pub mod schema_values;

use formwork_blueprint::import::{ImportSource, import};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, Files, KnownValues, LoadOutput, MemoryFiles, Request,
    StackKey, VariableAssignment, load,
};
use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{Problem, Sources};
use formwork_template::{Map, Node, Template, limits, read::read, write};
use repetition::Repetition;
use schema_values::Notation;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A reader of texts, with the texts that are made for it.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The target's name, which is also that of its folder in the corpus.
    pub name: &'static str,
    /// Reads a text. Panics where a promise is broken.
    pub run: fn(&[u8]),
    /// The length of a generated text, in bytes.
    pub max_bytes: usize,
    /// The notation of generated resources, if the target reads resources.
    pub notation: Option<Notation>,
    /// The texts that repeat a part.
    pub repetitions: &'static [Repetition],
}

/// The target of blueprints.
pub const TOML: Target = Target {
    name: "toml",
    run: toml,
    max_bytes: 1 << 16,
    notation: Some(Notation::Toml),
    repetitions: repetition::TOML,
};

/// The target of templates in JSON.
pub const JSON: Target = Target {
    name: "json",
    run: template,
    max_bytes: 1 << 16,
    notation: Some(Notation::Json),
    repetitions: repetition::JSON,
};

/// The target of templates in YAML.
pub const YAML: Target = Target {
    name: "yaml",
    run: template,
    max_bytes: 1 << 16,
    notation: None,
    repetitions: repetition::YAML,
};

/// The target of expressions.
pub const EXPRESSION: Target = Target {
    name: "expression",
    run: expression,
    max_bytes: 1 << 12,
    notation: None,
    repetitions: &[],
};

/// The folder of the blueprint in memory.
const FOLDER: &str = "/project/blueprint";

/// The content of its `data.json`.
const DATA: &str = "{\"a\": [1, 2.5, null, {\"b\": true}]}";

/// The start of a line that begins another file of the blueprint. The file's path follows.
const NEXT_FILE: &[u8] = b"#! ";

/// Reads a text as a `blueprint.toml` in a folder with a stack, components, a template and a page.
/// The lines after a line `#! PATH` are that file of the folder.
///
/// The environment is the first of the text.
pub fn toml(text: &[u8]) {
    let mut files = MemoryFiles::default()
        .with(
            path_to("stacks/net.toml"),
            "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n",
        )
        .with(
            path_to("components/part.toml"),
            "[inputs]\nname = { type = \"string\", default = \"x\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${inputs.name}\"\n[outputs]\nArn = \"${Topic}\"\n",
        )
        .with(path_to("components/round.toml"), "[Inner]\nuse = \"./round\"\n")
        .with(
            path_to("old.yaml"),
            "Parameters: {P: {Type: String, Default: x}}\nResources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref P}}}\nOutputs: {Arn: {Value: !Ref T}}\n",
        )
        .with(path_to("page.txt"), "hello ${Vpc} {{resolve:ssm:x}}\n")
        .with(path_to("data.json"), DATA);
    let mut path = path_to("blueprint.toml");
    let mut content = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(NEXT_FILE).map(std::str::from_utf8) {
            Some(Ok(name)) if !name.contains("..") && !name.starts_with('/') => {
                files = files.with(path, std::mem::take(&mut content));
                path = path_to(name.trim());
            }
            _ => content.extend_from_slice(line),
        }
    }
    files = files.with(path, content);
    if let Ok(text) = std::str::from_utf8(text) {
        check_format(text);
    }
    load_and_render(
        &files,
        &Request {
            blueprint: PathBuf::from(FOLDER),
            environment: environment(text),
            ..Request::default()
        },
    );
}

/// Returns the first environment of a text.
fn environment(text: &[u8]) -> Option<EnvName> {
    let text = String::from_utf8_lossy(text);
    let (_, rest) = text.split_once("[env.")?;
    EnvName::new(rest.split([']', '.']).next()?)
}

/// Checks that a text means the same after it is formatted, and that formatting it again changes
/// nothing.
fn check_format(text: &str) {
    let format = |text: &str| {
        let file = Sources::default().add("blueprint.toml", text);
        formwork_blueprint::format(file, text)
    };
    match format(text) {
        Ok(once) if once.len() > limits::TEXT_BYTES => {} // formatting made it longer than a file may be
        Ok(once) => assert_eq!(format(&once).as_ref(), Ok(&once), "{text}"),
        Err(problems) => {
            let fault = |problem: &Problem| problem.code == formwork_blueprint::codes::FORMAT;
            assert!(!problems.iter().any(fault), "{problems:?}\n{text}");
        }
    }
}

/// Reads a text as an expression: as a property with `${…}` in it, as a bare `when`, and as the value
/// of a variable.
pub fn expression(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let quoted = serde_json::Value::from(text).to_string();
    // JSON does not escape this control character, and TOML does not accept it unescaped.
    let quoted = quoted.replace('\u{7f}', "\\u007f");
    let stack = format!(
        "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"${{vars.cidr}}\"\n[A]\ntype = \"AWS::SNS::Topic\"\nwhen = {quoted}\n[B]\ntype = \"AWS::SNS::Topic\"\nDisplayName = {quoted}\n"
    );
    let files = MemoryFiles::default()
        .with(
            path_to("blueprint.toml"),
            "name = \"demo\"\n[vars]\ncidr = \"10.0.0.0/16\"\nzones = [\"a\", \"b\"]\ndays = 3\nprod = false\nlimits = { type = \"map\", default = { rate = 10 } }\ngiven = \"x\"\n[stacks.up.Topic]\ntype = \"AWS::SNS::Topic\"\n[stacks.up.outputs]\nArn = \"${Topic}\"\nList = [\"${Topic}\", \"${Topic.TopicName}\"]\n",
        )
        .with(path_to("stacks/web.toml"), stack)
        .with(path_to("page.txt"), "hello ${Vpc}\n")
        .with(path_to("data.json"), DATA);
    load_and_render(
        &files,
        &Request {
            blueprint: PathBuf::from(FOLDER),
            variables: vec![VariableAssignment {
                name: "given".to_owned(),
                text: text.to_owned(),
                source: AssignmentSource::CommandLine,
            }],
            ..Request::default()
        },
    );
}

/// Reads a text as a template in JSON or YAML, checks it, writes it in both notations and imports it.
pub fn template(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let parsed = read(file, text);
    check_spans(&parsed.problems, &sources);
    let has_errors = parsed.problems.iter().any(Problem::is_error);
    let Some(root) = parsed.node else {
        assert!(has_errors, "no tree and no error");
        return;
    };
    if !has_errors {
        for written in written(&root) {
            let again = read(sources.add("written", written.as_str()), &written);
            let has_errors = again.problems.iter().any(Problem::is_error);
            assert!(!has_errors, "{:?}\n{written}", again.problems);
            assert_eq!(again.node.as_ref(), Some(&root), "{written}");
        }
    }
    // The parts of an invalid text that could be read are checked too, as in a blueprint.
    let (template, mut problems) = Template::recover(root);
    let is_shaped = problems.is_empty();
    assert!(template.is_some() || !is_shaped, "no template and no error");
    let checked = template
        .iter()
        .flat_map(|template| check(template, &context()));
    problems.extend(checked);
    check_spans(&problems, &sources);
    if is_shaped {
        check_import(text, &problems);
    }
}

/// Returns a template in both notations, except where the text would be longer than a file may be.
fn written(root: &Node) -> impl Iterator<Item = String> {
    let mut values = 0;
    root.walk(&mut |node| values += 1 + node.as_map().map_or(0, Map::len));
    let forms = [write::json, write::yaml].into_iter();
    forms
        .filter(move |_| values <= limits::VALUES)
        .map(|write| write(root))
        .filter(|text| text.len() <= limits::TEXT_BYTES)
}

/// Checks that the blueprint of an imported template renders that template, unless the template has
/// errors.
fn check_import(text: &str, problems: &[Problem]) {
    let source = ImportSource {
        blueprint: "taken".to_owned(),
        key: StackKey::new("over").expect("the key has only lower-case letters"),
        path: "template".into(),
        text: text.to_owned(),
        region: None,
        deployed: None,
    };
    match import(&source) {
        Ok(imported) => {
            for (path, text) in &imported.files {
                if path.extension().is_some_and(|kind| kind == "toml") {
                    check_format(text);
                }
            }
        }
        Err(refusal) => {
            let fault = |problem: &Problem| problem.code == formwork_blueprint::codes::IMPORT;
            let has_errors = problems.iter().any(Problem::is_error);
            let has_fault = refusal.problems.iter().any(fault);
            assert!(has_errors || !has_fault, "{refusal:?}");
            check_spans(&refusal.problems, &refusal.sources);
        }
    }
}

/// Checks that each diagnostic has a message and points into its text.
fn check_spans(problems: &[Problem], sources: &Sources) {
    for problem in problems {
        assert!(!problem.message.is_empty(), "{problem:?}");
        for label in &problem.labels {
            let text = &sources.file(label.span.file).text;
            let range = label.span.start as usize..label.span.end as usize;
            assert!(text.get(range).is_some(), "{problem:?} in {text:?}");
        }
    }
}

fn context() -> CheckContext<'static> {
    static TABLE: LazyLock<Table> = LazyLock::new(Table::new);
    CheckContext {
        region: Some("us-east-1"),
        ..CheckContext::new(&TABLE)
    }
}

fn path_to(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

/// Loads a blueprint and renders its stacks.
fn load_and_render(files: &dyn Files, request: &Request) {
    let LoadOutput {
        sources,
        problems,
        blueprint,
    } = load(files, request);
    check_spans(&problems, &sources);
    let has_errors = problems.iter().any(Problem::is_error);
    assert_eq!(has_errors, blueprint.is_none(), "{problems:?}");
    if let Some(blueprint) = blueprint {
        render(&blueprint);
    }
}

fn render(blueprint: &Blueprint) {
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    for stack in blueprint.graph.order() {
        let template = stack.render(&known).template;
        for written in written(template.root()) {
            let again = read(Sources::default().add("rendered", ""), &written);
            assert_eq!(again.node.as_ref(), Some(template.root()), "{written}");
        }
    }
}
