//! `init` and `fmt`: blueprints begun, taken over and brought into their one form.

use std::fs;

use super::scene::Scene;

fn files(scene: &Scene, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![scene.path(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(path),
            }
        }
    }
    let root = scene.path(folder);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn every_template_passes_check_and_deploys_at_once() {
    let scene = Scene::empty();
    let listed = scene.run(&["init", "--list"]);
    assert_eq!(listed.code, Some(0));
    let names: Vec<&str> = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, ["hello", "private-api", "empty"]);
    for name in names {
        let made = scene.run(&["init", &format!("of-{name}"), "--template", name]);
        assert_eq!(made.code, Some(0), "{made:?}");
        assert!(made.stdout.contains("formwork deploy of-"), "{made:?}");
        let folder = format!("of-{name}");
        let checked = scene.run(&["check", &folder]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(
            checked
                .stdout
                .starts_with(&format!("of-{name}: no problem")),
            "{checked:?}"
        );
        let formatted = scene.run(&["fmt", &folder, "--check"]);
        assert_eq!(formatted.code, Some(0), "{formatted:?}");
        let deployed = scene.run(&["deploy", &folder, "--local", "--yes"]);
        assert_eq!(deployed.code, Some(0), "{deployed:?}");
    }
}

#[test]
fn without_a_flag_the_first_template_is_taken_and_named_after_its_folder() {
    let scene = Scene::empty();
    let made = scene.run(&["init", "My Project"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(
        made.stdout,
        "created My Project/blueprint.toml\n\nNext:\n  formwork check 'My Project'\n  formwork deploy 'My Project' --local\n"
    );
    let text = fs::read_to_string(scene.path("My Project/blueprint.toml")).unwrap();
    assert!(text.starts_with("name = \"my-project\"\n"), "{text}");
}

#[test]
fn nothing_is_overwritten() {
    let scene = Scene::new("name = \"mine\"\n");
    for words in [
        &["init"][..],
        &["init", ".", "--template", "private-api"],
        &["init", "--from-template", "t.yaml"],
    ] {
        fs::write(
            scene.path("t.yaml"),
            "Resources: {T: {Type: AWS::SNS::Topic}}\n",
        )
        .unwrap();
        let refused = scene.run(words);
        assert_eq!(refused.code, Some(64), "{refused:?}");
        assert!(refused.stderr.contains("is there already"), "{refused:?}");
        assert_eq!(files(&scene, "."), ["blueprint.toml", "t.yaml"]);
    }
    let text = fs::read_to_string(scene.path("blueprint.toml")).unwrap();
    assert_eq!(text, "name = \"mine\"\n");
}

#[test]
fn wrong_usage_names_the_way_out() {
    let scene = Scene::empty();
    let wrong = scene.run(&["init", "x", "--template", "helo"]);
    assert_eq!(wrong.code, Some(64));
    assert!(wrong.stderr.contains("did you mean `hello`?"), "{wrong:?}");
    let missing = scene.run(&["init", "x", "--from-template", "none.yaml"]);
    assert_eq!(missing.code, Some(64));
    assert!(missing.stderr.contains("none.yaml"), "{missing:?}");
    fs::write(
        scene.path("bad.yaml"),
        "Resources: {T: {Type: A, Type: B}}\n",
    )
    .unwrap();
    let bad = scene.run(&["init", "x", "--from-template", "bad.yaml"]);
    assert_eq!(bad.code, Some(3), "{bad:?}");
    assert!(bad.stderr.contains("bad.yaml:1"), "{bad:?}");
    let unknown = scene.run(&["init", "x", "--from-stack", "nowhere", "--local"]);
    assert_eq!(unknown.code, Some(64), "{unknown:?}");
    assert!(unknown.stderr.contains("no stack `nowhere`"), "{unknown:?}");
    assert!(!scene.path("x").exists());
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
fn a_template_becomes_a_blueprint_that_renders_it() {
    let scene = Scene::empty().with("old/Web Site.yaml", TEMPLATE);
    let made = scene.run(&["init", "new", "--from-template", "old/Web Site.yaml"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(
        files(&scene, "new"),
        ["blueprint.toml", "stacks/web-site.toml"]
    );
    assert!(made.stdout.contains("FORMWORK_VAR_owner"), "{made:?}");
    assert!(
        made.stderr.contains("gives back the same template"),
        "{made:?}"
    );
    let values = ["--set", "owner=me", "--set", "key=k"];
    let rendered = scene.run(&[&["render", "new"][..], &values].concat());
    assert_eq!(rendered.code, Some(0), "{rendered:?}");
    let read = |text: &str| {
        let read = formwork_template::read(formwork_template::diagnostics::FileId::default(), text);
        formwork_template::Template::new(read.node.unwrap()).unwrap()
    };
    let same = formwork_template::equivalence::compare(&read(TEMPLATE), &read(&rendered.stdout));
    assert_eq!(same, formwork_template::equivalence::Comparison::Same);
}

#[test]
fn a_deployed_stack_becomes_a_blueprint_that_has_nothing_to_change_but_its_owner() {
    let scene = Scene::empty().with("t.yaml", TEMPLATE);
    let first = "name = \"first\"\nregion = \"us-east-1\"\nvars.key = { type = \"string\", sensitive = true }\n\n[stacks.site]\nname = \"old-site\"\ntemplate = \"t.yaml\"\nparameters.Owner = \"you\"\nparameters.Key = \"${vars.key}\"\ntags.team = \"web\"\n";
    let scene = scene.with("first/blueprint.toml", first);
    fs::rename(scene.path("t.yaml"), scene.path("first/t.yaml")).unwrap();
    let key = ["--set", "key=k", "--local"];
    let deployed = scene.run(&[&["deploy", "first", "--yes"][..], &key].concat());
    assert_eq!(deployed.code, Some(0), "{deployed:?}");

    let made = scene.run(&["init", "second", "--from-stack", "old-site", "--local"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let stack = fs::read_to_string(scene.path("second/stacks/old-site.toml")).unwrap();
    assert!(stack.starts_with("name = \"old-site\"\n"), "{stack}");
    assert!(stack.contains("value = \"you\""), "{stack}");
    assert!(stack.contains("team = \"web\""), "{stack}");
    assert!(made.stdout.contains("--adopt old-site"), "{made:?}");

    let planned = scene.run(&[&["plan", "second"][..], &key].concat());
    assert!(
        planned.stdout.contains("take it over with --adopt"),
        "{planned:?}"
    );
    let adopted = scene.run(
        &[
            &["deploy", "second", "--yes", "--adopt", "old-site"][..],
            &key,
        ]
        .concat(),
    );
    assert_eq!(adopted.code, Some(0), "{adopted:?}");
    let planned = scene.run(&[&["plan", "second", "--exit-code"][..], &key].concat());
    assert_eq!(planned.code, Some(0), "{planned:?}");
}

#[test]
fn fmt_changes_what_check_lists_and_then_nothing() {
    let scene = Scene::new("name=\"x\" # the name\nregion='us-east-1'\n")
        .with("stacks/a.toml", "[T]\ntype=\"AWS::SNS::Topic\"\n")
        .with("stacks/b.toml", "[T]\ntype = \"AWS::SNS::Topic\"\n");
    let checked = scene.run(&["fmt", "--check", "-v"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert_eq!(checked.stdout, "blueprint.toml\nstacks/a.toml\n");
    assert!(
        checked.stderr.contains("+name = \"x\" # the name"),
        "{checked:?}"
    );
    let text = fs::read_to_string(scene.path("stacks/a.toml")).unwrap();
    assert!(text.contains("type=\""), "--check changes nothing");
    let formatted = scene.run(&["fmt"]);
    assert_eq!(formatted.code, Some(0), "{formatted:?}");
    assert_eq!(
        fs::read_to_string(scene.path("blueprint.toml")).unwrap(),
        "name = \"x\" # the name\nregion = 'us-east-1'\n"
    );
    let again = scene.run(&["fmt", "--check"]);
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (Some(0), ""),
        "{again:?}"
    );
    assert_eq!(files(&scene, "stacks"), ["a.toml", "b.toml"]);
}

#[test]
fn fmt_leaves_a_broken_file_and_formats_the_others() {
    let scene = Scene::new("name=\"x\"\n").with("stacks/a.toml", "[T\ntype=1\n");
    let ended = scene.run(&["fmt"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("stacks/a.toml:1"), "{ended:?}");
    assert_eq!(
        fs::read_to_string(scene.path("stacks/a.toml")).unwrap(),
        "[T\ntype=1\n"
    );
    assert_eq!(
        fs::read_to_string(scene.path("blueprint.toml")).unwrap(),
        "name = \"x\"\n"
    );
}
