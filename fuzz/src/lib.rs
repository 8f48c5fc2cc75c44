//! What formwork reads of anybody's text, tried with anybody's text: TOML, templates, expressions.
//!
//! Each target takes bytes and reads them as a user's file would be read, to the end: a sound
//! blueprint is rendered, a sound template is checked, written, read again and taken over into a
//! blueprint of its own. It panics where formwork would, or where a promise is broken: a problem
//! that points outside of its text, an error together with a result, a template that is not what
//! was written, a file whose formatting changes what it means. What an input may cost is measured
//! by who calls: `tests/bounded.rs` on any toolchain, libFuzzer for as long as one likes.

mod fitting;
mod grammar;
mod heard;
mod lot;
mod mutate;
pub mod wide;
mod words;

pub use fitting::Notation;
pub use grammar::Grammar;
pub use heard::Heard;
pub use lot::Lot;
pub use mutate::mutate;

use formwork_blueprint::import::{ImportSource, import};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, Files, KnownValues, LoadOutput, MemoryFiles, Request,
    StackKey, VariableAssignment, load,
};
use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{Problem, Sources};
use formwork_template::{Map, Node, Template, limits, read::read, write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use wide::Wide;

/// Something that reads a text.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads the text and gives what was said of it; panics where a promise is broken.
    pub run: fn(&[u8]) -> Heard,
    /// The language of its texts.
    pub language: fn() -> Language,
}

/// What new texts are made of.
#[derive(Debug)]
pub struct Language {
    /// Its words.
    pub words: Vec<&'static str>,
    /// Its rules.
    pub grammar: Grammar,
    /// How many bytes a text has at most.
    pub most_bytes: usize,
    /// What a text says many times over.
    pub wide: &'static [Wide],
}

/// Every target.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "toml",
        run: toml,
        language: || Language {
            words: words::TOML.to_vec(),
            grammar: Grammar::new(include_str!("../grammars/toml.txt"), Notation::Toml),
            most_bytes: 1 << 16,
            wide: wide::TOML,
        },
    },
    Target {
        name: "json",
        run: template,
        language: || Language {
            words: [words::TEMPLATE, words::JSON].concat(),
            grammar: Grammar::new(include_str!("../grammars/json.txt"), Notation::Json),
            most_bytes: 1 << 16,
            wide: wide::JSON,
        },
    },
    Target {
        name: "yaml",
        run: template,
        language: || Language {
            words: [words::TEMPLATE, words::YAML].concat(),
            grammar: Grammar::new(include_str!("../grammars/yaml.txt"), Notation::Json),
            most_bytes: 1 << 16,
            wide: wide::YAML,
        },
    },
    Target {
        name: "expression",
        run: expression,
        language: || Language {
            words: words::EXPRESSION.to_vec(),
            grammar: Grammar::new(include_str!("../grammars/expression.txt"), Notation::Toml),
            most_bytes: 1 << 12,
            wide: &[],
        },
    },
];

/// The folder of the blueprint in memory.
const FOLDER: &str = "/project/blueprint";

/// The content of its `data.json`.
const DATA: &str = "{\"a\": [1, 2.5, null, {\"b\": true}]}";

/// Begins another file of the blueprint, whose path follows.
const NEXT_FILE: &[u8] = b"#! ";

/// Reads a text as a `blueprint.toml`, beside a stack, a component, a template and a page; from a
/// line `#! PATH` on, as that file of the folder.
///
/// The environment is the first that the text has.
pub fn toml(text: &[u8]) -> Heard {
    let mut files = MemoryFiles::default()
        .with(
            place("stacks/net.toml"),
            "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n",
        )
        .with(
            place("components/part.toml"),
            "[inputs]\nname = { type = \"string\", default = \"x\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${inputs.name}\"\n[outputs]\nArn = \"${Topic}\"\n",
        )
        .with(place("components/round.toml"), "[Inner]\nuse = \"./round\"\n")
        .with(
            place("old.yaml"),
            "Parameters: {P: {Type: String, Default: x}}\nResources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref P}}}\nOutputs: {Arn: {Value: !Ref T}}\n",
        )
        .with(place("page.txt"), "hello ${Vpc} {{resolve:ssm:x}}\n")
        .with(place("data.json"), DATA);
    let mut path = place("blueprint.toml");
    let mut content = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(NEXT_FILE).map(std::str::from_utf8) {
            Some(Ok(name)) if !name.contains("..") && !name.starts_with('/') => {
                files = files.with(path, std::mem::take(&mut content));
                path = place(name.trim());
            }
            _ => content.extend_from_slice(line),
        }
    }
    files = files.with(path, content);
    if let Ok(text) = std::str::from_utf8(text) {
        formatted(text);
    }
    loaded(
        &files,
        &Request {
            blueprint: PathBuf::from(FOLDER),
            environment: environment(text),
            ..Request::default()
        },
    )
}

/// The first environment that a text has.
fn environment(text: &[u8]) -> Option<EnvName> {
    let text = String::from_utf8_lossy(text);
    let (_, rest) = text.split_once("[env.")?;
    EnvName::new(rest.split([']', '.']).next()?)
}

/// That a text which can be formatted means the same afterwards, and stays as it is the next time.
fn formatted(text: &str) {
    let format = |text: &str| {
        let file = Sources::default().add("blueprint.toml", text);
        formwork_blueprint::format(file, text)
    };
    match format(text) {
        Ok(once) if once.len() > limits::TEXT_BYTES => {} // grown past what is read
        Ok(once) => assert_eq!(format(&once).as_ref(), Ok(&once), "{text}"),
        Err(problems) => {
            let fault = |problem: &Problem| problem.code == formwork_blueprint::codes::FORMAT;
            assert!(!problems.iter().any(fault), "{problems:?}\n{text}");
        }
    }
}

/// Reads a text as an expression: a property's text with `${…}` in it, or the bare one of `when`.
pub fn expression(text: &[u8]) -> Heard {
    let Ok(text) = std::str::from_utf8(text) else {
        return Heard::default();
    };
    let quoted = serde_json::Value::from(text).to_string();
    // JSON writes every control character but this one, which TOML does not take as it is.
    let quoted = quoted.replace('\u{7f}', "\\u007f");
    let stack = format!(
        "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"${{vars.cidr}}\"\n[A]\ntype = \"AWS::SNS::Topic\"\nwhen = {quoted}\n[B]\ntype = \"AWS::SNS::Topic\"\nDisplayName = {quoted}\n"
    );
    let files = MemoryFiles::default()
        .with(
            place("blueprint.toml"),
            "name = \"demo\"\n[vars]\ncidr = \"10.0.0.0/16\"\nzones = [\"a\", \"b\"]\ndays = 3\nprod = false\nlimits = { type = \"map\", default = { rate = 10 } }\ngiven = \"x\"\n[stacks.up.Topic]\ntype = \"AWS::SNS::Topic\"\n[stacks.up.outputs]\nArn = \"${Topic}\"\nList = [\"${Topic}\", \"${Topic.TopicName}\"]\n",
        )
        .with(place("stacks/web.toml"), stack)
        .with(place("page.txt"), "hello ${Vpc}\n")
        .with(place("data.json"), DATA);
    loaded(
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
    )
}

/// Reads a text as a template in JSON or YAML, checks it, and writes it in both.
pub fn template(text: &[u8]) -> Heard {
    let Ok(text) = std::str::from_utf8(text) else {
        return Heard::default();
    };
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let found = read(file, text);
    let mut heard = Heard::default();
    heard.problems(&found.problems, &sources);
    let broken = found.problems.iter().any(Problem::is_error);
    let Some(root) = found.node else {
        assert!(broken, "no tree, and nothing is wrong");
        return heard;
    };
    if !broken {
        for written in written(&root) {
            let again = read(sources.add("written", written.as_str()), &written);
            let errors = again.problems.iter().any(Problem::is_error);
            assert!(!errors, "{:?}\n{written}", again.problems);
            assert_eq!(again.node.as_ref(), Some(&root), "{written}");
        }
    }
    // What was read of a broken text is checked too, as in a blueprint that uses it.
    let (template, mut problems) = Template::recover(root);
    let is_shaped = problems.is_empty();
    assert!(
        template.is_some() || !is_shaped,
        "no template, and nothing is wrong"
    );
    problems.extend(
        template
            .iter()
            .flat_map(|template| check(template, &context())),
    );
    heard.problems(&problems, &sources);
    if is_shaped {
        imported(text, &problems, &mut heard);
    }
    heard
}

/// A template in both notations, where that is no more than what is read.
fn written(root: &Node) -> impl Iterator<Item = String> {
    let mut values = 0;
    root.walk(&mut |node| values += 1 + node.as_map().map_or(0, Map::len));
    let forms = [write::json, write::yaml];
    let forms = forms.into_iter().filter(move |_| values <= limits::VALUES);
    forms
        .map(|write| write(root))
        .filter(|text| text.len() <= limits::TEXT_BYTES)
}

/// That a blueprint for the template renders it, or that something is wrong with the template.
fn imported(text: &str, problems: &[Problem], heard: &mut Heard) {
    let existing = ImportSource {
        blueprint: "taken".to_owned(),
        key: StackKey::new("over").expect("a key in small letters"),
        path: "template".into(),
        text: text.to_owned(),
        region: None,
        deployed: None,
    };
    match import(&existing) {
        Ok(imported) => {
            heard.is(&format!("imported: {:?}", imported.form));
            for (path, text) in &imported.files {
                if path.extension().is_some_and(|kind| kind == "toml") {
                    formatted(text);
                }
            }
        }
        Err(refusal) => {
            let fault = |problem: &Problem| problem.code == formwork_blueprint::codes::IMPORT;
            let wrong = problems.iter().any(Problem::is_error);
            assert!(wrong || !refusal.problems.iter().any(fault), "{refusal:?}");
            heard.problems(&refusal.problems, &refusal.sources);
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

fn place(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

fn loaded(files: &dyn Files, request: &Request) -> Heard {
    let LoadOutput {
        sources,
        problems,
        blueprint,
    } = load(files, request);
    let mut heard = Heard::default();
    heard.problems(&problems, &sources);
    let broken = problems.iter().any(Problem::is_error);
    assert_eq!(broken, blueprint.is_none(), "{problems:?}");
    if let Some(blueprint) = blueprint {
        rendered(&blueprint, &mut heard);
    }
    heard
}

fn rendered(blueprint: &Blueprint, heard: &mut Heard) {
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
        let resources = template.resources().count();
        heard.is(&format!("rendered: {:?}", resources.checked_ilog2()));
    }
}
