//! What bad input gets: a diagnostic with code, file, line and help, its exit status, and nothing changed anywhere.

use std::io::Read;
use std::net::TcpListener;

use super::scene::{CHAIN, Ended, Scene, ended};

/// A blueprint that is wrong is refused alike by every command that reads it, before any cloud is asked.
#[track_caller]
fn wrong(scene: &Scene, expected: &[&str]) {
    for command in [
        &["check"][..],
        &["render"],
        &["graph"],
        &["plan", "--local"],
        &["deploy", "--local", "--yes"],
        &["destroy", "--local", "--yes"],
        &["status", "--local"],
        &["outputs", "--local"],
    ] {
        let said = scene.run(command).with(3);
        for words in expected {
            assert!(
                said.stderr.contains(words),
                "{command:?} does not say `{words}`:\n{}",
                said.stderr
            );
        }
        assert_eq!(said.stdout, "", "{command:?} printed a result");
    }
    assert_eq!(scene.accepted(), 0, "something was changed");
}

#[track_caller]
fn wrong_text(blueprint: &str, expected: &[&str]) {
    wrong(&Scene::new(blueprint), expected);
}

#[test]
fn malformed_toml_with_all_errors_of_the_file() {
    let text = "name = \"x\"\nregion = = 1\n\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\nDisplayName = [1, 2\n";
    wrong_text(
        text,
        &[
            "formwork::toml_syntax",
            "blueprint.toml:2:",
            "blueprint.toml:5:",
            "2 │ region = = 1",
        ],
    );
}

#[test]
fn unknown_keys() {
    let text = "name = \"x\"\nregoin = \"us-east-1\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n";
    wrong_text(
        text,
        &[
            "formwork::unknown_key",
            "blueprint.toml:2:1",
            "did you mean `region`?",
        ],
    );
}

#[test]
fn wrong_types() {
    let text = "name = 1\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n";
    wrong_text(text, &["formwork::", "blueprint.toml:1:", "name"]);
}

#[test]
fn unresolved_references() {
    let text = "name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.b.Url}\"\n\
                TopicName = \"${Nowhere}\"\n";
    wrong_text(
        text,
        &["blueprint.toml:4:", "blueprint.toml:5:", "Nowhere", "help:"],
    );
}

#[test]
fn cycles() {
    let text = "name = \"x\"\n[stacks.a]\ndepends_on = [\"b\"]\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n\
                [stacks.b]\ndepends_on = [\"a\"]\n[stacks.b.T]\ntype = \"AWS::SNS::Topic\"\n";
    wrong_text(
        text,
        &[
            "formwork::cycle",
            "`a` → `b` → `a`",
            "blueprint.toml:3:",
            "blueprint.toml:7:",
            "help:",
        ],
    );
}

#[test]
fn a_stack_in_two_files_is_one_report_a_file_joined() {
    let stack = "[T]\ntype = \"AWS::SNS::Topic\"\n";
    let scene = Scene::new("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
        .with("stacks/a.toml", stack);
    wrong(
        &scene,
        &[
            "formwork::duplicate_stack",
            "blueprint.toml:2:",
            "stacks/a.toml",
            "the other place, in",
        ],
    );
}

#[test]
fn duplicate_logical_ids() {
    let text = "name = \"x\"\n[stacks.a.TopicA]\ntype = \"AWS::SNS::Topic\"\n[stacks.a.Topic]\n\
                type = \"AWS::SNS::Topic\"\nfor_each = [\"a\", \"b\"]\n";
    wrong_text(text, &["TopicA", "blueprint.toml:2:", "blueprint.toml:4:"]);
}

#[test]
fn a_missing_required_variable() {
    let text = "name = \"x\"\n[vars]\nowner = { type = \"string\" }\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n\
                DisplayName = \"${vars.owner}\"\n";
    wrong_text(text, &["owner", "blueprint.toml:3:", "--set owner="]);
}

#[test]
fn a_list_where_a_string_must_be() {
    let text = "name = \"x\"\n[vars]\nzones = [\"a\", \"b\"]\n[stacks.a]\ndescription = \"${vars.zones}\"\n\
                [stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n";
    wrong_text(text, &["formwork::", "blueprint.toml:5:", "list"]);
}

#[test]
fn a_missing_asset() {
    let text = "name = \"x\"\n[assets.site]\npath = \"nowhere\"\n[stacks.a.F]\ntype = \"AWS::Lambda::Function\"\n\
                Code = \"${assets.site}\"\nHandler = \"index.handler\"\nRuntime = \"python3.13\"\n\
                Role = \"arn:aws:iam::123456789012:role/r\"\n";
    wrong_text(text, &["nowhere", "blueprint.toml:3:"]);
}

#[test]
fn a_file_that_is_not_utf8() {
    wrong(
        &Scene::empty().with("blueprint.toml", b"name = \"\xff\"\n"),
        &["blueprint.toml", "not UTF-8", "blueprint.toml:1:9"],
    );
}

#[test]
fn an_unreadable_file() {
    // Also root, who may read everything, cannot read a folder as a file.
    let scene = Scene::new("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
        .with("stacks/b.toml/x", "");
    let said = scene.run(&["check"]);
    assert_ne!(said.code, Some(101), "{}", said.stderr);
    #[cfg(unix)]
    {
        let scene = Scene::new("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
            .with("stacks/x", "");
        std::os::unix::fs::symlink("/nowhere/at/all", scene.path("stacks/b.toml")).unwrap();
        wrong(&scene, &["formwork::unreadable_file", "stacks/b.toml"]);
    }
}

#[test]
fn a_folder_without_a_blueprint() {
    let scene = Scene::empty().with("blueprints/hello/blueprint.toml", "name = \"hello\"\n");
    for command in [
        &["check"][..],
        &["deploy", ".", "--local", "--yes"],
        &["plan", "nowhere", "--local"],
    ] {
        let said = scene.run(command).with(64);
        assert!(
            said.stderr.contains("formwork::no_blueprint"),
            "{}",
            said.stderr
        );
        assert!(said.stderr.contains("help:"), "{}", said.stderr);
    }
    let said = scene.run(&["check"]).with(64);
    assert!(
        said.stderr.contains("near are `blueprints/hello`"),
        "{}",
        said.stderr
    );
}

#[test]
fn no_such_stack_and_no_such_environment() {
    let scene = Scene::new(CHAIN);
    let said = scene
        .run(&["deploy", "--local", "--yes", "-s", "midle"])
        .with(64);
    insta::assert_snapshot!(said.stderr, @r#"
        formwork::unknown_stack

          × no stack of the blueprint fits `midle`; did you mean `middle`?
          help: its stacks are base, middle, top, apart
        "#);
    let said = scene
        .run(&["deploy", "--local", "--yes", "-e", "prd"])
        .with(64);
    insta::assert_snapshot!(said.stderr, @r#"
        formwork::unknown_environment

          × the blueprint has no environment `prd`
           ╭─[blueprint.toml:8:2]
         8 │ [env.prod]
           ·  ─┬─
           ·   ╰── the environments
           ╰────
          help: did you mean `prod`?
        "#);
    let said = scene.run(&["outputs", "--local", "middle.Wroker"]).with(64);
    assert!(
        said.stderr.contains("did you mean `middle.Worker`?"),
        "{}",
        said.stderr
    );
    assert_eq!(scene.accepted(), 0);
}

#[test]
fn another_account_than_the_environments() {
    let scene = Scene::new(CHAIN);
    for command in [
        &["plan"][..],
        &["deploy", "--yes"],
        &["destroy", "--yes"],
        &["status"],
    ] {
        let said = scene
            .run(&[command, &["-e", "prod", "--local"]].concat())
            .with(1);
        assert!(
            said.stderr.contains("formwork::wrong_account"),
            "{}",
            said.stderr
        );
        assert!(
            said.stderr
                .contains("lies in account 111122223333, and this is account 123456789012")
        );
    }
    assert_eq!(scene.accepted(), 0);
}

#[test]
fn no_credentials_and_never_the_local_cloud_instead() {
    let scene = Scene::new(CHAIN);
    let said = scene.run(&["deploy", "--yes"]).with(1);
    insta::assert_snapshot!(said.stderr, @r#"
        formwork::credentials

          × `connect` has no credentials: none in the environment, the profile or this machine's role
          help: log in (`aws sso login`, `aws login`), name a profile with `--profile`, or use the local
                cloud with `--local`
        "#);
    assert!(!scene.path(".cloud").exists(), "the local cloud was opened");
}

/// With credentials that mean nothing, at an endpoint.
fn at_endpoint(scene: &Scene, words: &[&str], address: &str) -> Ended {
    let mut command = scene.command(words);
    command
        .args(["--endpoint-url", &format!("http://{address}")])
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    ended(command)
}

#[test]
fn an_endpoint_where_nobody_listens() {
    let scene = Scene::new(CHAIN);
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let said = at_endpoint(&scene, &["deploy", "--yes"], &free).with(1);
    assert!(
        said.stderr.contains("formwork::endpoint"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("Connection refused"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("help:"), "{}", said.stderr);
}

#[test]
fn an_endpoint_that_listens_and_is_silent() {
    let scene = Scene::new(CHAIN);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        // Connections are taken and read, and never answered.
        let streams = listener.incoming().filter_map(Result::ok);
        streams.for_each(|mut stream| {
            std::thread::spawn(move || stream.read_to_end(&mut Vec::new()));
        });
    });
    let said = at_endpoint(&scene, &["deploy", "--yes"], &address).with(1);
    assert!(
        said.stderr.contains("formwork::endpoint"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("for 20 seconds"), "{}", said.stderr);
}

#[test]
fn wrong_usage_is_64_and_nothing_is_guessed() {
    let scene = Scene::new(CHAIN);
    for words in [
        &["deplyo"][..],
        &["deploy", "--express"],
        &["deploy", "--jobs", "0"],
        &["deploy", "--set", "x"],
        &["deploy", "--local", "--endpoint-url", "http://127.0.0.1:1"],
        &["deploy", "--local", "--adopt", "nowhere", "--yes"],
        &["deploy", "--local", "--allow-loss", "base", "--yes"],
        &["deploy", "--local", "--rotate", "log_level", "--yes"],
        &["deploy", "--local", "--set", "nowhere=1", "--yes"],
        &["deploy", "--local", "--set", "log_level=LOUD", "--yes"],
        &["help"],
        &[],
    ] {
        let said = scene.run(words).with(64);
        assert_ne!(said.stderr, "", "{words:?} says nothing");
    }
    assert_eq!(scene.accepted(), 0);
}

#[test]
fn with_nobody_to_confirm_nothing_is_changed() {
    let scene = Scene::new(CHAIN);
    let said = scene.run(&["deploy", "--local"]).with(64);
    assert!(said.stderr.contains("give `--yes`"), "{}", said.stderr);
    assert_eq!(scene.accepted(), 0);
    let rehearsal = ["-e", "rehearsal", "--yes"];
    scene.run(&[&["deploy"][..], &rehearsal].concat()).with(0);
    let before = scene.accepted();
    let said = scene.run(&[&["destroy"][..], &rehearsal].concat()).with(64);
    assert!(
        said.stderr.contains("give `--confirm rehearsal`"),
        "{}",
        said.stderr
    );
    scene
        .run(&[&["destroy", "--confirm", "prod"][..], &rehearsal].concat())
        .with(64);
    assert_eq!(
        scene.accepted(),
        before,
        "a protected environment was touched"
    );
    scene
        .run(&[&["destroy", "--confirm", "rehearsal"][..], &rehearsal].concat())
        .with(0);
}
