//! What formwork reads of anybody's text, tried with anybody's text: TOML, templates, expressions.
//!
//! Each target takes bytes and reads them as a user's file would be read, to the end: a sound
//! blueprint is rendered, a sound template is checked, written and read again. It panics where
//! formwork would, or where a promise is broken: a problem that points outside of its text, an
//! error together with a result, a template that is not what was written. What an input may cost
//! is measured by who calls: `tests/bounded.rs` on any toolchain, libFuzzer for as long as one likes.

pub mod mutate;

use blueprint::{Blueprint, Files, GivenBy, GivenValue, Known, Loaded, MemoryFiles, Request, load};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use template::check::{Against, check};
use template::schema::Table;
use template::source::{Problem, Sources};
use template::{Template, read, write};

/// Something that reads a text.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads the text; panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Words of its language, from which new texts are made.
    pub words: &'static [&'static str],
    /// How many bytes a text has at most.
    pub most_bytes: usize,
}

/// Every target.
pub const TARGETS: [Target; 3] = [
    Target {
        name: "toml",
        run: toml,
        words: mutate::TOML,
        most_bytes: 1 << 16,
    },
    Target {
        name: "template",
        run: template,
        words: mutate::TEMPLATE,
        most_bytes: 1 << 16,
    },
    Target {
        name: "expression",
        run: expression,
        words: mutate::EXPRESSION,
        most_bytes: 1 << 12,
    },
];

/// The folder of the blueprint in memory.
const FOLDER: &str = "/project/blueprint";

/// Reads a text as a `blueprint.toml`, beside a stack, a component, a template and a page.
pub fn toml(text: &[u8]) {
    let files = MemoryFiles::default()
        .with(place("blueprint.toml"), text)
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
        .with(place("page.txt"), "hello ${Vpc} {{resolve:ssm:x}}\n");
    loaded(
        &files,
        &Request {
            blueprint: PathBuf::from(FOLDER),
            ..Request::default()
        },
    );
}

/// Reads a text as an expression: a property's text with `${…}` in it, or the bare one of `when`.
pub fn expression(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
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
        .with(place("data.json"), "{\"a\": [1, 2.5, null, {\"b\": true}]}");
    loaded(
        &files,
        &Request {
            blueprint: PathBuf::from(FOLDER),
            variables: vec![GivenValue {
                name: "given".to_owned(),
                text: text.to_owned(),
                by: GivenBy::CommandLine,
            }],
            ..Request::default()
        },
    );
}

/// Reads a text as a template in JSON or YAML, checks it, and writes it in both.
pub fn template(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let found = read(file, text);
    placed(&found.problems, &sources);
    let broken = found.problems.iter().any(Problem::is_error);
    let Some(root) = found.node else {
        assert!(broken, "no tree, and nothing is wrong");
        return;
    };
    if broken {
        return;
    }
    for written in [write::json(&root), write::yaml(&root)] {
        let again = read(sources.add("written", written.as_str()), &written);
        let errors = again.problems.iter().any(Problem::is_error);
        assert!(!errors, "{:?}\n{written}", again.problems);
        assert_eq!(again.node.as_ref(), Some(&root), "{written}");
    }
    match Template::new(root) {
        Ok(template) => placed(&check(&template, &against()), &sources),
        Err(problems) => {
            assert!(!problems.is_empty(), "no template, and nothing is wrong");
            placed(&problems, &sources);
        }
    }
}

fn against() -> Against<'static> {
    static TABLE: LazyLock<Table> = LazyLock::new(Table::new);
    Against {
        region: Some("us-east-1"),
        ..Against::new(&TABLE)
    }
}

fn place(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

fn loaded(files: &dyn Files, request: &Request) {
    let Loaded {
        sources,
        problems,
        blueprint,
    } = load(files, request);
    placed(&problems, &sources);
    let broken = problems.iter().any(Problem::is_error);
    assert_eq!(broken, blueprint.is_none(), "{problems:?}");
    if let Some(blueprint) = blueprint {
        rendered(&blueprint);
    }
}

fn rendered(blueprint: &Blueprint) {
    let (assets, parameters) = Default::default();
    let known = Known {
        assets: &assets,
        parameters: &parameters,
    };
    for stack in blueprint.graph.order() {
        let template = stack.render(&known).template;
        let written = write::json(template.root());
        let again = read(Sources::default().add("rendered", ""), &written);
        assert_eq!(again.node.as_ref(), Some(template.root()), "{written}");
    }
}

/// That every problem says something, and points into its text.
fn placed(problems: &[Problem], sources: &Sources) {
    for problem in problems {
        assert!(!problem.message.is_empty(), "{problem:?}");
        for label in &problem.labels {
            let text = &sources.file(label.span.file).text;
            let range = label.span.start as usize..label.span.end as usize;
            assert!(text.get(range).is_some(), "{problem:?} in {text:?}");
        }
    }
}
