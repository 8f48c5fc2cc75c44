//! Invalid input: a diagnostic with code, file, line and help, the exit status, and no changes anywhere.

use std::io::Read;
use std::net::TcpListener;

use formwork_testkit::{CHAIN, CommandOutput, Sandbox, run_command};

use super::sandbox::{empty_sandbox, sandbox_with};

/// Checks that every command that reads the blueprint refuses it before it calls a cloud.
#[track_caller]
fn expect_invalid(sandbox: &Sandbox, expected: &[&str]) {
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
        let output = sandbox.run(command).expect_code(3);
        for words in expected {
            assert!(
                output.stderr.contains(words),
                "{command:?} does not say `{words}`:\n{}",
                output.stderr
            );
        }
        assert_eq!(output.stdout, "", "{command:?} printed a result");
    }
    assert_eq!(sandbox.mutations(), 0, "something was changed");
}

#[track_caller]
fn expect_invalid_text(blueprint: &str, expected: &[&str]) {
    expect_invalid(&sandbox_with(blueprint), expected);
}

#[test]
fn malformed_toml_reports_all_errors_of_the_file() {
    let text = "name = \"x\"\nregion = = 1\n\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\nDisplayName = [1, 2\n";
    expect_invalid_text(
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
    expect_invalid_text(
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
    expect_invalid_text(text, &["formwork::", "blueprint.toml:1:", "name"]);
}

#[test]
fn unresolved_references() {
    let text = "name = \"x\"\n[stacks.network.T]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.netwrk.Url}\"\n\
                TopicName = \"${Nowhere}\"\n";
    expect_invalid_text(
        text,
        &["blueprint.toml:4:", "blueprint.toml:5:", "Nowhere", "help:"],
    );
}

#[test]
fn cycles() {
    let text = "name = \"x\"\n[stacks.a]\ndepends_on = [\"b\"]\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n\
                [stacks.b]\ndepends_on = [\"a\"]\n[stacks.b.T]\ntype = \"AWS::SNS::Topic\"\n";
    expect_invalid_text(
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
fn a_stack_in_two_files_is_one_problem_with_both_files() {
    let stack = "[T]\ntype = \"AWS::SNS::Topic\"\n";
    let sandbox = sandbox_with("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
        .with("stacks/a.toml", stack);
    expect_invalid(
        &sandbox,
        &[
            "formwork::duplicate_stack",
            "blueprint.toml:2:",
            "stacks/a.toml",
            "see also",
        ],
    );
}

#[test]
fn duplicate_logical_ids() {
    let text = "name = \"x\"\n[stacks.a.TopicA]\ntype = \"AWS::SNS::Topic\"\n[stacks.a.Topic]\n\
                type = \"AWS::SNS::Topic\"\nfor_each = [\"a\", \"b\"]\n";
    expect_invalid_text(text, &["TopicA", "blueprint.toml:2:", "blueprint.toml:4:"]);
}

#[test]
fn a_missing_required_variable() {
    let text = "name = \"x\"\n[vars]\nowner = { type = \"string\" }\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n\
                DisplayName = \"${vars.owner}\"\n";
    expect_invalid_text(text, &["owner", "blueprint.toml:3:", "--set owner="]);
}

#[test]
fn a_list_where_a_string_must_be() {
    let text = "name = \"x\"\n[vars]\nzones = [\"a\", \"b\"]\n[stacks.a]\ndescription = \"${vars.zones}\"\n\
                [stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n";
    expect_invalid_text(text, &["formwork::", "blueprint.toml:5:", "list"]);
}

#[test]
fn a_missing_asset() {
    let text = "name = \"x\"\n[assets.site]\npath = \"nowhere\"\n[stacks.a.F]\ntype = \"AWS::Lambda::Function\"\n\
                Code = \"${assets.site}\"\nHandler = \"index.handler\"\nRuntime = \"python3.13\"\n\
                Role = \"arn:aws:iam::123456789012:role/r\"\n";
    expect_invalid_text(text, &["nowhere", "blueprint.toml:3:"]);
}

#[test]
fn a_file_that_is_not_utf8() {
    expect_invalid(
        &empty_sandbox().with("blueprint.toml", b"name = \"\xff\"\n"),
        &["blueprint.toml", "not UTF-8", "blueprint.toml:1:9"],
    );
}

#[test]
fn an_unreadable_file() {
    // Not even root can read a folder as a file.
    let sandbox = sandbox_with("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
        .with("stacks/b.toml/x", "");
    let output = sandbox.run(&["check"]);
    assert_ne!(output.code, Some(101), "{}", output.stderr);
    #[cfg(unix)]
    {
        let sandbox = sandbox_with("name = \"x\"\n[stacks.a.T]\ntype = \"AWS::SNS::Topic\"\n")
            .with("stacks/x", "");
        std::os::unix::fs::symlink("/nowhere/at/all", sandbox.path("stacks/b.toml")).unwrap();
        expect_invalid(&sandbox, &["formwork::unreadable_file", "stacks/b.toml"]);
    }
}

#[test]
fn a_folder_without_a_blueprint() {
    let sandbox = empty_sandbox().with("blueprints/hello/blueprint.toml", "name = \"hello\"\n");
    for command in [
        &["check"][..],
        &["deploy", ".", "--local", "--yes"],
        &["plan", "nowhere", "--local"],
    ] {
        let output = sandbox.run(command).expect_code(64);
        assert!(
            output.stderr.contains("formwork::no_blueprint"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("help:"), "{}", output.stderr);
    }
    let output = sandbox.run(&["check"]).expect_code(64);
    assert!(
        output.stderr.contains("nearby: `blueprints/hello`"),
        "{}",
        output.stderr
    );
}

#[test]
fn unknown_stack_and_unknown_environment() {
    let sandbox = sandbox_with(CHAIN);
    let output = sandbox
        .run(&["deploy", "--local", "--yes", "-s", "midle"])
        .expect_code(64);
    insta::assert_snapshot!(output.stderr, @r#"
        formwork::unknown_stack

          × no stack of the blueprint matches `midle`; did you mean `middle`?
          help: the blueprint's stacks are base, middle, top, apart
        "#);
    let output = sandbox
        .run(&["deploy", "--local", "--yes", "-e", "prd"])
        .expect_code(64);
    insta::assert_snapshot!(output.stderr, @r#"
        formwork::unknown_environment

          × the blueprint has no environment `prd`
           ╭─[blueprint.toml:8:2]
         8 │ [env.prod]
           ·  ─┬─
           ·   ╰── the environments
           ╰────
          help: did you mean `prod`?
        "#);
    let output = sandbox
        .run(&["outputs", "--local", "middle.Wroker"])
        .expect_code(64);
    assert!(
        output.stderr.contains("did you mean `middle.Worker`?"),
        "{}",
        output.stderr
    );
    assert_eq!(sandbox.mutations(), 0);
}

#[test]
fn wrong_account_for_the_environment() {
    let sandbox = sandbox_with(CHAIN);
    for command in [
        &["plan"][..],
        &["deploy", "--yes"],
        &["destroy", "--yes"],
        &["status"],
    ] {
        let output = sandbox
            .run(&[command, &["-e", "prod", "--local"]].concat())
            .expect_code(1);
        assert!(
            output.stderr.contains("formwork::wrong_account"),
            "{}",
            output.stderr
        );
        assert!(
            output
                .stderr
                .contains("requires account 111122223333, not 123456789012")
        );
    }
    assert_eq!(sandbox.mutations(), 0);
}

#[test]
fn missing_credentials_do_not_fall_back_to_the_local_cloud() {
    let sandbox = sandbox_with(CHAIN);
    let output = sandbox.run(&["deploy", "--yes"]).expect_code(1);
    insta::assert_snapshot!(output.stderr, @r#"
        formwork::credentials

          × `connect` has no credentials: none in the environment, the profile or this machine's role
          help: log in (`aws sso login`, `aws login`), name a profile with `--profile`, or use the local
                cloud with `--local`
        "#);
    assert!(
        !sandbox.path(".cloud").exists(),
        "the local cloud was opened"
    );
}

/// Runs a command with invalid credentials against an endpoint.
fn at_endpoint(sandbox: &Sandbox, words: &[&str], address: &str) -> CommandOutput {
    let mut command = sandbox.command(words);
    command
        .args(["--endpoint-url", &format!("http://{address}")])
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    run_command(command)
}

#[test]
fn an_endpoint_that_refuses_connections() {
    let sandbox = sandbox_with(CHAIN);
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let output = at_endpoint(&sandbox, &["deploy", "--yes"], &free).expect_code(1);
    assert!(
        output.stderr.contains("formwork::endpoint"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("Connection refused"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("help:"), "{}", output.stderr);
}

#[test]
fn an_endpoint_that_never_answers() {
    let sandbox = sandbox_with(CHAIN);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        // The server accepts and reads, but never answers.
        let streams = listener.incoming().filter_map(Result::ok);
        streams.for_each(|mut stream| {
            std::thread::spawn(move || stream.read_to_end(&mut Vec::new()));
        });
    });
    let output = at_endpoint(&sandbox, &["deploy", "--yes"], &address).expect_code(1);
    assert!(
        output.stderr.contains("formwork::endpoint"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("for 20 seconds"),
        "{}",
        output.stderr
    );
}

#[test]
fn wrong_usage_exits_with_64() {
    let sandbox = sandbox_with(CHAIN);
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
        let output = sandbox.run(words).expect_code(64);
        assert_ne!(output.stderr, "", "{words:?} says nothing");
    }
    assert_eq!(sandbox.mutations(), 0);
}

#[test]
fn without_a_terminal_a_confirmation_flag_is_required() {
    let sandbox = sandbox_with(CHAIN);
    let output = sandbox.run(&["deploy", "--local"]).expect_code(64);
    assert!(output.stderr.contains("give `--yes`"), "{}", output.stderr);
    assert_eq!(sandbox.mutations(), 0);
    let rehearsal = ["-e", "rehearsal", "--yes"];
    sandbox
        .run(&[&["deploy"][..], &rehearsal].concat())
        .expect_code(0);
    let before = sandbox.mutations();
    let output = sandbox
        .run(&[&["destroy"][..], &rehearsal].concat())
        .expect_code(64);
    assert!(
        output.stderr.contains("give `--confirm rehearsal`"),
        "{}",
        output.stderr
    );
    sandbox
        .run(&[&["destroy", "--confirm", "prod"][..], &rehearsal].concat())
        .expect_code(64);
    assert_eq!(
        sandbox.mutations(),
        before,
        "a protected environment was touched"
    );
    sandbox
        .run(&[&["destroy", "--confirm", "rehearsal"][..], &rehearsal].concat())
        .expect_code(0);
}
