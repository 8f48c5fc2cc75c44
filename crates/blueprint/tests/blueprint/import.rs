//! Imports: every template in `tests/import` becomes a blueprint that renders it again. Templates
//! that the language cannot express have names like `….file.…` and stay files.

use formwork_blueprint::import::{
    DeployedStack, ImportForm, ImportSource, ImportedBlueprint, import,
};
use formwork_blueprint::{
    AssignmentSource, Blueprint, KnownValues, MemoryFiles, Request, StackKey, VariableAssignment,
    format as formatted, load,
};
use formwork_template::diagnostics::FileId;
use formwork_template::equivalence::{Comparison, compare};
use formwork_template::{Function, Node, Template};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn corpus() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (PathBuf::from(path.file_name().unwrap()), text)
    };
    paths.into_iter().map(read).collect()
}

fn source(path: &Path, text: &str) -> ImportSource {
    ImportSource {
        blueprint: "imported".to_owned(),
        key: StackKey::new("main").unwrap(),
        path: path.to_owned(),
        text: text.to_owned(),
        region: Some("us-east-1".to_owned()),
        deployed: None,
    }
}

fn imported(source: &ImportSource) -> ImportedBlueprint {
    import(source).unwrap_or_else(|error| panic!("{:?}: {error:?}", source.path))
}

fn template(text: &str) -> Template {
    Template::new(
        formwork_template::read(FileId::default(), text)
            .node
            .unwrap(),
    )
    .unwrap()
}

/// Loads an imported blueprint with all checks.
fn loaded(imported: &ImportedBlueprint, values: &[(&str, &str)]) -> Blueprint {
    let files = imported
        .files
        .iter()
        .fold(MemoryFiles::default(), |files, (path, text)| {
            files.with(Path::new("/b").join(path), text.as_str())
        });
    let variables = values.iter().map(|(name, text)| VariableAssignment {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        source: AssignmentSource::CommandLine,
    });
    let request = Request {
        blueprint: "/b".into(),
        environment: None,
        variables: variables.collect(),
    };
    let loaded = load(&files, &request);
    let errors: Vec<_> = loaded.problems.iter().filter(|p| p.is_error()).collect();
    let Some(blueprint) = loaded.blueprint else {
        panic!("{errors:#?}\n{:#?}", imported.files);
    };
    blueprint
}

fn rendered(blueprint: &Blueprint) -> Template {
    let known = KnownValues {
        assets: &indexmap::IndexMap::new(),
        parameters: &BTreeMap::new(),
    };
    blueprint.graph.get("main").unwrap().render(&known).template
}

#[test]
fn every_template_is_rendered_again() {
    let corpus = corpus();
    let in_language = corpus
        .iter()
        .filter(|(path, _)| !path.to_string_lossy().contains(".file."));
    assert!(in_language.count() >= 30);
    for (path, text) in &corpus {
        let imported = imported(&source(path, text));
        let expected = match path.to_string_lossy().contains(".file.") {
            true => ImportForm::TemplateFile,
            false => ImportForm::Toml,
        };
        assert_eq!(imported.form, expected, "{path:?}: {:?}", imported.notes);
        assert_eq!(
            imported.notes.is_empty(),
            expected == ImportForm::Toml,
            "{path:?}: {:?}",
            imported.notes
        );
        let values: Vec<(&str, &str)> = imported
            .required_variables
            .iter()
            .map(|name| match name.as_str() {
                "subnets" => ("subnets", r#"["subnet-0123456789abcdef0"]"#),
                "items" => ("items", r#"["a", "b"]"#),
                "vpc" => ("vpc", "vpc-0123456789abcdef0"),
                name => (name, "value"),
            })
            .collect();
        let after = rendered(&loaded(&imported, &values));
        assert_eq!(
            compare(&template(text), &after),
            Comparison::Same,
            "{path:?}"
        );
    }
}

#[test]
fn imported_files_are_formatted() {
    for (path, text) in &corpus() {
        for (name, text) in imported(&source(path, text)).files {
            if name
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let formatted = formatted(FileId::default(), &text).unwrap();
                assert_eq!(text, formatted, "{path:?}");
            }
        }
    }
}

#[test]
fn the_templates_contain_every_function() {
    let mut seen = BTreeSet::new();
    let mut rules = BTreeSet::new();
    for (_, text) in corpus() {
        template(&text).root().walk(&mut |node: &Node| {
            seen.extend(node.function().map(|(function, _)| function));
            rules.extend(node.unknown_function().map(str::to_owned));
        });
        if text.contains("Fn::ForEach::") {
            seen.insert(Function::ForEach);
        }
    }
    for (function, name) in Function::ALL {
        assert!(seen.contains(function), "no template holds {name}");
    }
    for name in formwork_template::intrinsic::RULE_FUNCTIONS {
        assert!(rules.contains(*name), "no template holds {name}");
    }
}

#[test]
fn references_are_imported_in_short_form() {
    let text = "
Parameters: {Stage: {Type: String, Default: dev}, Key: {Type: String, NoEcho: true}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::StackName}-${Stage}', DelaySeconds: !If [IsProd, 0, !Ref 'AWS::NoValue']}}
  note:
    Type: AWS::SSM::Parameter
    DependsOn: Queue
    Properties: {Type: String, Value: !Sub \"${Queue.Arn}\\n${!HOME}\\n\", Description: 'a ${literal}'}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: abc, Description: !Ref Key}}
Outputs:
  Arn: {Value: !GetAtt Queue.Arn}
  Note: {Value: !Ref note, Export: {Name: note}}
";
    let imported = imported(&source(Path::new("t.yaml"), text));
    let [(_, blueprint), (path, stack)] = imported.files.as_slice() else {
        panic!("{:?}", imported.files);
    };
    assert_eq!(path, Path::new("stacks/main.toml"));
    insta::assert_snapshot!(blueprint, @r#"
    name = "imported"
    region = "us-east-1"

    [vars]
    key = { type = "string", sensitive = true }
    "#);
    insta::assert_snapshot!(stack, @r#"
    [parameters]
    Stage = { Type = "String", Default = "dev" }
    Key = { Type = "String", NoEcho = true, value = "${vars.key}" }

    [conditions]
    IsProd = { "Fn::Equals" = ["${Stage}", "prod"] }

    [Queue]
    type = "AWS::SQS::Queue"
    QueueName = "${AWS::StackName}-${Stage}"
    DelaySeconds = { "Fn::If" = ["IsProd", 0, "${AWS::NoValue}"] }

    # `redeploy_on = []` keeps the logical id. Without it, the id changes whenever the
    # content changes that the resource is a snapshot of.
    [Deployment]
    type = "AWS::ApiGateway::Deployment"
    redeploy_on = []
    RestApiId = "abc"
    Description = "${Key}"

    [resources.note]
    type = "AWS::SSM::Parameter"
    depends_on = "Queue"
    Type = "String"
    Value = """
    ${Queue.Arn}
    ${!HOME}
    """
    Description = "a ${!literal}"

    [outputs]
    Arn = "${Queue.Arn}"
    Note = { value = "${resources.note}", export = "note" }
    "#);
}

fn deployed() -> DeployedStack {
    DeployedStack {
        name: formwork_template::StackName::new("old-stack").unwrap(),
        parameters: [
            ("Stage".to_owned(), Some("prod".to_owned())),
            ("Same".to_owned(), Some("x".to_owned())),
            ("Zones".to_owned(), Some("a,b".to_owned())),
            ("Key".to_owned(), None),
        ]
        .into(),
        tags: [
            ("team".to_owned(), "web ${x}".to_owned()),
            ("formwork:stack".to_owned(), "y".to_owned()),
        ]
        .into(),
        capabilities: [formwork_template::Capability::NamedIam].into(),
        role_arn: Some("arn:aws:iam::111122223333:role/deploy".to_owned()),
        notifications: vec!["arn:aws:sns:us-east-1:111122223333:t".to_owned()],
        timeout: Some(10),
        termination_protection: true,
    }
}

#[test]
fn a_deployed_stack_keeps_its_settings() {
    let text = "
Parameters: {Stage: {Type: String}, Same: {Type: String, Default: x}, Zones: {Type: CommaDelimitedList}, Key: {Type: String, NoEcho: true}}
Resources:
  Note: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub '${Stage} ${Same} ${Key}', Description: !Join ['', !Ref Zones]}}
";
    let mut source = source(Path::new("old-stack"), text);
    source.deployed = Some(deployed());
    let imported = imported(&source);
    assert_eq!(imported.required_variables, ["key"]);
    insta::assert_snapshot!(imported.notes.join("\n"), @"tag `formwork:stack` is left out: formwork sets it (the stack was deployed from a blueprint)");
    insta::assert_snapshot!(imported.files[0].1, @r#"
    name = "imported"
    region = "us-east-1"

    [vars]
    key = { type = "string", sensitive = true }
    "#);
    insta::assert_snapshot!(imported.files[1].1, @r#"
    name = "old-stack"
    capabilities = ["CAPABILITY_NAMED_IAM"]
    termination_protection = true
    role_arn = "arn:aws:iam::111122223333:role/deploy"
    notifications = ["arn:aws:sns:us-east-1:111122223333:t"]
    timeout = 10

    [tags]
    team = "web ${!x}"

    [parameters]
    Stage = { Type = "String", value = "prod" }
    Same = { Type = "String", Default = "x" }
    Zones = { Type = "CommaDelimitedList", value = ["a", "b"] }
    Key = { Type = "String", NoEcho = true, value = "${vars.key}" }

    [Note]
    type = "AWS::SSM::Parameter"
    Type = "String"
    Value = "${Stage} ${Same} ${Key}"
    Description = { "Fn::Join" = ["", "${Zones}"] }
    "#);
    let blueprint = loaded(&imported, &[("key", "k")]);
    let stack = blueprint.graph.get("main").unwrap();
    assert_eq!(stack.name.as_str(), "old-stack");
    assert_eq!(stack.tags["team"], "web ${x}");
    assert_eq!(stack.timeout, Some(10));
    assert_eq!(
        compare(&template(text), &rendered(&blueprint)),
        Comparison::Same
    );
}

#[test]
fn null_keeps_a_template_as_a_file() {
    let text = "Resources: {T: {Type: Custom::T, Properties: {ServiceToken: x, Nothing: null}}}";
    let imported = imported(&source(Path::new("t.yaml"), text));
    assert_eq!(imported.form, ImportForm::TemplateFile);
    assert_eq!(
        imported.files[1],
        ("templates/main.yaml".into(), text.to_owned())
    );
    assert_eq!(
        imported.notes,
        [
            "the template stays a file: the language cannot express `null`, which TOML does not have (t.yaml, line 1)"
        ]
    );
}

#[test]
fn an_unreadable_template_is_refused_with_a_span() {
    let error = import(&source(
        Path::new("t.yaml"),
        "Resources: {A: {Type: B, Type: C}}",
    ))
    .unwrap_err();
    let problem = &error.problems[0];
    assert_eq!(problem.code.name, "template_duplicate_key");
    assert_eq!(error.sources.position(problem.labels[0].span).line, 1);
    assert!(import(&source(Path::new("t.yaml"), "just text")).is_err());
    assert!(import(&source(Path::new("t.yaml"), "")).is_err());
}

#[test]
fn control_characters_are_escaped_in_comments() {
    let text = r#"{"Transform": "Mine", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"A\u0001\nB": {"Value": "x", "More\u0007\r\nthan": 1}}}"#;
    let imported = import(&source(Path::new("t.json"), text)).unwrap();
    assert_eq!(imported.form, ImportForm::TemplateFile);
}

/// The template is valid, because a macro may convert the output to a string. The language cannot
/// express a table there, and it would join a list by commas.
#[test]
fn an_output_that_is_a_table_or_list_keeps_a_template_as_a_file() {
    let template = "Transform: Mine
Parameters: {L: {Type: CommaDelimitedList, Default: 'a,b'}}
Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources: {Q: {Type: AWS::SQS::Queue}}
";
    for value in [
        "{a: b}",
        "[a]",
        "!Split [',', 'a,b']",
        "!GetAZs ''",
        "!Ref L",
        "!If [C, !Ref L, a]",
    ] {
        let text = format!("{template}Outputs: {{A: {{Value: {value}}}}}\n");
        let imported = imported(&source(Path::new("t.yaml"), &text));
        assert_eq!(imported.form, ImportForm::TemplateFile, "{value}");
    }
}

#[test]
fn errors_of_the_template_are_reported() {
    let resources = "Resources: {Q: {Type: AWS::SQS::Queue}}\n";
    for outputs in [
        "{A: {Value: !Split [',', 'a,b']}}",
        "{A: {Value: !GetAZs ''}}",
        "{A: {Value: x, Export: {Name: [x]}}}",
    ] {
        let text = format!("{resources}Outputs: {outputs}");
        let error = import(&source(Path::new("t.yaml"), &text)).unwrap_err();
        let problem = &error.problems[0];
        assert_ne!(
            problem.code.name, "import",
            "{outputs}: {}",
            problem.message
        );
        assert_eq!(error.sources.position(problem.labels[0].span).line, 2);
    }
    let text = format!("{resources}Outputs: {{A: {{Value: !Split [',', 'a,b']}}}}");
    let error = import(&source(Path::new("t.yaml"), &text)).unwrap_err();
    assert!(error.problems[0].help.is_some());
}

#[test]
fn an_unknown_section_is_reported_without_resources_too() {
    let error = import(&source(Path::new("t.yaml"), "Resource: {A: {Type: B}}")).unwrap_err();
    let reported: Vec<&str> = error
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        reported,
        [
            "a template must have at least one resource",
            "unknown key `Resource` in a template"
        ]
    );
}
