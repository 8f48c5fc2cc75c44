//! `init` and `fmt`: creating, importing and formatting blueprints.

use std::fs;

use formwork_testkit::Sandbox;

use super::sandbox::{empty_sandbox, sandbox_with};

fn files(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![sandbox.path(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(path),
            }
        }
    }
    let root = sandbox.path(folder);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn every_template_passes_check_and_deploys() {
    let sandbox = empty_sandbox();
    let listed = sandbox.run(&["init", "--list"]);
    assert_eq!(listed.code, Some(0));
    let names: Vec<&str> = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, ["hello", "private-api", "empty"]);
    for name in names {
        let made = sandbox.run(&["init", &format!("of-{name}"), "--template", name]);
        assert_eq!(made.code, Some(0), "{made:?}");
        assert!(made.stdout.contains("formwork deploy of-"), "{made:?}");
        let folder = format!("of-{name}");
        let checked = sandbox.run(&["check", &folder]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(
            checked
                .stdout
                .starts_with(&format!("of-{name}: no problem")),
            "{checked:?}"
        );
        let formatted = sandbox.run(&["fmt", &folder, "--check"]);
        assert_eq!(formatted.code, Some(0), "{formatted:?}");
        let deployed = sandbox.run(&["deploy", &folder, "--local", "--yes"]);
        assert_eq!(deployed.code, Some(0), "{deployed:?}");
    }
}

#[test]
fn init_uses_the_first_template_and_the_folder_name_by_default() {
    let sandbox = empty_sandbox();
    let made = sandbox.run(&["init", "My Project"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(
        made.stdout,
        "created My Project/blueprint.toml\n\nNext:\n  formwork check 'My Project'\n  formwork deploy 'My Project' --local\n"
    );
    let text = fs::read_to_string(sandbox.path("My Project/blueprint.toml")).unwrap();
    assert!(text.starts_with("name = \"my-project\"\n"), "{text}");
}

#[test]
fn init_overwrites_no_file() {
    let sandbox = sandbox_with("name = \"mine\"\n");
    for words in [
        &["init"][..],
        &["init", ".", "--template", "private-api"],
        &["init", "--from-template", "t.yaml"],
    ] {
        fs::write(
            sandbox.path("t.yaml"),
            "Resources: {T: {Type: AWS::SNS::Topic}}\n",
        )
        .unwrap();
        let refused = sandbox.run(words);
        assert_eq!(refused.code, Some(64), "{refused:?}");
        assert!(refused.stderr.contains("already exists"), "{refused:?}");
        assert_eq!(files(&sandbox, "."), ["blueprint.toml", "t.yaml"]);
    }
    let text = fs::read_to_string(sandbox.path("blueprint.toml")).unwrap();
    assert_eq!(text, "name = \"mine\"\n");
}

#[test]
fn init_errors_have_help() {
    let sandbox = empty_sandbox();
    let wrong = sandbox.run(&["init", "x", "--template", "helo"]);
    assert_eq!(wrong.code, Some(64));
    assert!(wrong.stderr.contains("did you mean `hello`?"), "{wrong:?}");
    let missing = sandbox.run(&["init", "x", "--from-template", "none.yaml"]);
    assert_eq!(missing.code, Some(64));
    assert!(missing.stderr.contains("none.yaml"), "{missing:?}");
    fs::write(
        sandbox.path("bad.yaml"),
        "Resources: {T: {Type: A, Type: B}}\n",
    )
    .unwrap();
    let bad = sandbox.run(&["init", "x", "--from-template", "bad.yaml"]);
    assert_eq!(bad.code, Some(3), "{bad:?}");
    assert!(bad.stderr.contains("bad.yaml:1"), "{bad:?}");
    let unknown = sandbox.run(&["init", "x", "--from-stack", "nowhere", "--local"]);
    assert_eq!(unknown.code, Some(64), "{unknown:?}");
    assert!(unknown.stderr.contains("no stack `nowhere`"), "{unknown:?}");
    assert!(!sandbox.path("x").exists());
}

const TEMPLATE: &str = "
Parameters:
  Stage: {Type: String, Default: dev}
  Owner: {Type: String, Description: Who pays for it}
  Key: {Type: String, NoEcho: true}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub '${Owner} ${Stage}'}}
  Note: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Topic, Description: !Ref Key}}
Outputs:
  Topic: {Value: !Ref Topic}
";

#[test]
fn an_imported_template_renders_to_the_same_template() {
    let sandbox = empty_sandbox().with("old/Web Site.yaml", TEMPLATE);
    let made = sandbox.run(&["init", "new", "--from-template", "old/Web Site.yaml"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(
        files(&sandbox, "new"),
        ["blueprint.toml", "stacks/web-site.toml"]
    );
    assert!(made.stdout.contains("FORMWORK_VAR_owner"), "{made:?}");
    assert!(
        made.stderr.contains("renders the same template"),
        "{made:?}"
    );
    let values = ["--set", "owner=me", "--set", "key=k"];
    let rendered = sandbox.run(&[&["render", "new"][..], &values].concat());
    assert_eq!(rendered.code, Some(0), "{rendered:?}");
    let read = |text: &str| {
        let read = formwork_template::read(formwork_template::diagnostics::FileId::default(), text);
        formwork_template::Template::new(read.node.unwrap()).unwrap()
    };
    let same = formwork_template::equivalence::compare(&read(TEMPLATE), &read(&rendered.stdout));
    assert_eq!(same, formwork_template::equivalence::Comparison::Same);
}

#[test]
fn an_imported_stack_can_be_adopted_without_changes() {
    let sandbox = empty_sandbox().with("t.yaml", TEMPLATE);
    let first = "name = \"first\"\nregion = \"us-east-1\"\nvars.key = { type = \"string\", sensitive = true }\n\n[stacks.site]\nname = \"old-site\"\ntemplate = \"t.yaml\"\nparameters.Owner = \"you\"\nparameters.Key = \"${vars.key}\"\ntags.team = \"web\"\n";
    let sandbox = sandbox.with("first/blueprint.toml", first);
    fs::rename(sandbox.path("t.yaml"), sandbox.path("first/t.yaml")).unwrap();
    let key = ["--set", "key=k", "--local"];
    let deployed = sandbox.run(&[&["deploy", "first", "--yes"][..], &key].concat());
    assert_eq!(deployed.code, Some(0), "{deployed:?}");

    let made = sandbox.run(&["init", "second", "--from-stack", "old-site", "--local"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let stack = fs::read_to_string(sandbox.path("second/stacks/old-site.toml")).unwrap();
    assert!(stack.starts_with("name = \"old-site\"\n"), "{stack}");
    assert!(stack.contains("value = \"you\""), "{stack}");
    assert!(stack.contains("team = \"web\""), "{stack}");
    assert!(made.stdout.contains("--adopt old-site"), "{made:?}");

    let planned = sandbox.run(&[&["plan", "second"][..], &key].concat());
    assert!(
        planned.stdout.contains("adopt it with --adopt"),
        "{planned:?}"
    );
    let adopted = sandbox.run(
        &[
            &["deploy", "second", "--yes", "--adopt", "old-site"][..],
            &key,
        ]
        .concat(),
    );
    assert_eq!(adopted.code, Some(0), "{adopted:?}");
    let planned = sandbox.run(&[&["plan", "second", "--exit-code"][..], &key].concat());
    assert_eq!(planned.code, Some(0), "{planned:?}");
}

#[test]
fn fmt_changes_the_files_that_check_lists() {
    let sandbox = sandbox_with("name=\"x\" # the name\nregion='us-east-1'\n")
        .with("stacks/a.toml", "[T]\ntype=\"AWS::SNS::Topic\"\n")
        .with("stacks/b.toml", "[T]\ntype = \"AWS::SNS::Topic\"\n");
    let checked = sandbox.run(&["fmt", "--check", "-v"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert_eq!(checked.stdout, "blueprint.toml\nstacks/a.toml\n");
    assert!(
        checked.stderr.contains("+name = \"x\" # the name"),
        "{checked:?}"
    );
    let text = fs::read_to_string(sandbox.path("stacks/a.toml")).unwrap();
    assert!(text.contains("type=\""), "--check changes nothing");
    let formatted = sandbox.run(&["fmt"]);
    assert_eq!(formatted.code, Some(0), "{formatted:?}");
    assert_eq!(
        fs::read_to_string(sandbox.path("blueprint.toml")).unwrap(),
        "name = \"x\" # the name\nregion = 'us-east-1'\n"
    );
    let again = sandbox.run(&["fmt", "--check"]);
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (Some(0), ""),
        "{again:?}"
    );
    assert_eq!(files(&sandbox, "stacks"), ["a.toml", "b.toml"]);
}

#[test]
fn fmt_skips_an_invalid_file_and_formats_the_others() {
    let sandbox = sandbox_with("name=\"x\"\n").with("stacks/a.toml", "[T\ntype=1\n");
    let ended = sandbox.run(&["fmt"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("stacks/a.toml:1"), "{ended:?}");
    assert_eq!(
        fs::read_to_string(sandbox.path("stacks/a.toml")).unwrap(),
        "[T\ntype=1\n"
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("blueprint.toml")).unwrap(),
        "name = \"x\"\n"
    );
}
