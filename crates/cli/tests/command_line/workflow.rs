//! The main workflow on the local cloud: plan, deploy, change, confirm and destroy.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use formwork_testkit::{CHAIN, Sandbox, run_command};
use snapbox::assert_data_eq;
use snapbox::cmd::Command;

use super::sandbox::sandbox_with;

/// Returns the command for snapbox, whose patterns match values that differ from run to run.
fn formwork(sandbox: &Sandbox, words: &[&str]) -> Command {
    Command::new(sandbox.program())
        .args(words)
        .current_dir(sandbox.path("."))
        .env_clear()
        .envs(sandbox.variables())
}

#[test]
fn plan_deploy_outputs_and_status() {
    let sandbox = sandbox_with(CHAIN);
    let local = |words: &[&str]| formwork(&sandbox, &[words, &["--local"]].concat());

    local(&["plan", "--exit-code"]).assert().code(2).stdout_eq(
        "chain · no env · local · us-east-1
4 stacks compared in [..]. Nothing has been changed.

+ base    new: 1 resource
  +  Topic  AWS::SNS::Topic
+ middle  new: 1 resource
  +  Worker  AWS::SSM::Parameter
+ top     new: 1 resource
  +  Note  AWS::SSM::Parameter
+ apart   new: 1 resource
  +  Topic  AWS::SNS::Topic

Plan: 0 to replace, 0 to update, 4 to add, 0 to delete
",
    );
    assert_eq!(sandbox.mutations(), 0, "a plan changes nothing");

    let deployed = local(&["deploy", "--yes", "--events", "events.ndjson"])
        .assert()
        .success();
    deployed.stderr_eq(
        "...
[..]  middle        start    creating
...
ok: 4 stacks created, 0 failed in [..]
",
    );
    let events = std::fs::read_to_string(sandbox.path("events.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(lines.last().unwrap()["verdict"], "done");

    local(&["plan", "--exit-code"]).assert().code(0).stdout_eq(
        "chain · no env · local · us-east-1
4 stacks compared in [..]. Nothing has been changed.

Unchanged: base, middle, top, apart
Nothing to do.
",
    );
    let accepted = sandbox.mutations();
    local(&["deploy", "--yes"]).assert().success();
    assert_eq!(
        sandbox.mutations(),
        accepted,
        "a second deploy sends nothing"
    );

    local(&["outputs", "base.TopicArn"])
        .assert()
        .success()
        .stdout_eq("arn:aws:sns:us-east-1:123456789012:[..]\n");
    local(&["status"]).assert().success().stdout_eq(
        "chain · no env · local · us-east-1

base    CREATE_COMPLETE  [..]Z  chain-base
middle  CREATE_COMPLETE  [..]Z  chain-middle
top     CREATE_COMPLETE  [..]Z  chain-top
apart   CREATE_COMPLETE  [..]Z  chain-apart
",
    );
}

#[test]
fn a_changed_variable_updates_only_its_users() {
    let sandbox = sandbox_with(CHAIN);
    let local = |words: &[&str]| formwork(&sandbox, &[words, &["--local"]].concat());
    local(&["deploy", "--yes"]).assert().success();
    let debug = ["--set", "log_level=DEBUG"];
    local(&[&["plan", "--exit-code"][..], &debug].concat())
        .assert()
        .code(2)
        .stdout_eq(
            "chain · no env · local · us-east-1
4 stacks compared in [..]. Nothing has been changed.

~ middle  1 update
  ~  Worker  AWS::SSM::Parameter
...
Unchanged: base, top, apart
Plan: 0 to replace, 1 to update, 0 to add, 0 to delete
",
        );
    local(&[&["deploy", "--yes"][..], &debug].concat())
        .assert()
        .success();
    local(&[&["plan", "--exit-code"][..], &debug].concat())
        .assert()
        .code(0);

    // A stack that others depend on is not destroyed.
    let before = sandbox.mutations();
    local(&["destroy", "--yes", "-s", "base"])
        .assert()
        .code(1)
        .stderr_eq(
            "...
formwork::dependents_left

  × base [..]middle[..]
  help: destroy them as well: `formwork destroy --yes --local -s base+`

",
        );
    assert_eq!(sandbox.mutations(), before);

    local(&["destroy", "--yes"]).assert().success().stderr_eq(
        "...
ok: 4 stacks deleted, 0 failed in [..]
",
    );
    local(&["status", "-s", "top"])
        .assert()
        .success()
        .stdout_eq(
            "chain · no env · local · us-east-1

top  not deployed  [..]chain-top
",
        );
}

/// Two parameters with the same name in one region: the second one fails.
const CLASH: &str = r#"
name = "clash"
region = "us-east-1"

[stacks.first.Taken]
type = "AWS::SSM::Parameter"
Name = "/taken"
Type = "String"
Value = "1"

[stacks.second]
depends_on = ["first"]

[stacks.second.Again]
type = "AWS::SSM::Parameter"
Name = "/taken"
Type = "String"
Value = "2"

[stacks.third]
depends_on = ["second"]

[stacks.third.Topic]
type = "AWS::SNS::Topic"
"#;

#[test]
fn a_failed_stack_shows_its_cause_and_effects() {
    let sandbox = sandbox_with(CLASH);
    formwork(&sandbox, &["deploy", "--yes", "--local"])
        .assert()
        .code(1)
        .stderr_eq(
            "...
✗ second: the creation failed after [..]; CloudFormation rolled it back

formwork::operation_failed

  × [..]/taken[..]
...
    ╭─[blueprint.toml:14:[..]
...
  AWS said  [..]
...
  second is ROLLBACK_COMPLETE with no resources: the next deploy deletes and creates it.
  Not started: third (because second failed).
  Kept: first.
  Again:  formwork deploy --yes --local
failed: 1 stack created, 1 not started, 1 failed in [..]
",
        );
}

#[test]
fn a_closed_stdout_is_not_a_failure() {
    let sandbox = sandbox_with(CHAIN);
    let mut child = sandbox
        .command(&["render"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_does_not_stop_a_deployment() {
    let sandbox = sandbox_with(CHAIN);
    let mut child = sandbox
        .command(&["deploy", "--local", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The run has started when the first byte is read; then the pipe is closed.
    child
        .stderr
        .take()
        .unwrap()
        .read_exact(&mut [0; 1])
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    sandbox
        .run(&["plan", "--local", "--exit-code"])
        .expect_code(0);
}

#[test]
fn render_is_deterministic_and_writes_files() {
    let sandbox = sandbox_with(CHAIN);
    let first = sandbox
        .run(&["render", "--format", "json"])
        .expect_code(0)
        .stdout;
    let second = sandbox
        .run(&["render", "--format", "json"])
        .expect_code(0)
        .stdout;
    assert_eq!(first, second);
    let all: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        all["top"]["Resources"]["Note"]["Type"],
        "AWS::SSM::Parameter"
    );
    sandbox
        .run(&["render", "-s", "base", "--out", "out"])
        .expect_code(0);
    assert_data_eq!(
        std::fs::read_to_string(sandbox.path("out/base.yaml")).unwrap(),
        sandbox.run(&["render", "-s", "base"]).expect_code(0).stdout
    );
}

#[test]
fn graph_renders_text_graphviz_and_mermaid() {
    let sandbox = sandbox_with(CHAIN);
    insta::assert_snapshot!(sandbox.run(&["graph"]).expect_code(0).stdout, @r#"
        base         1 resource   ~15s
        └── middle   1            ~8s   TopicArn
            └── top  1            ~8s   Worker
        apart        1            ~15s
        Longest chain: base > middle > top, ~30s.
        "#);
    insta::assert_snapshot!(sandbox.run(&["graph", "--format", "dot"]).expect_code(0).stdout, @r#"
        digraph blueprint {
          rankdir = LR;
          node [shape = box];
          "base" [label = "base\n1 resource"];
          "middle" [label = "middle\n1 resource"];
          "top" [label = "top\n1 resource"];
          "apart" [label = "apart\n1 resource"];
          "base" -> "middle" [label = "TopicArn"];
          "middle" -> "top" [label = "Worker"];
        }
        "#);
    insta::assert_snapshot!(sandbox.run(&["graph", "--format", "mermaid", "-s", "+middle"]).expect_code(0).stdout, @r#"
        flowchart LR
          s0["base<br/>1 resource"]
          s1["middle<br/>1 resource"]
          s0 -->|"TopicArn"| s1
        "#);
}

/// A table with a name from a variable, and a stack that uses it.
const TABLE: &str = r#"
name = "data"
region = "us-east-1"
vars.name = "orders"

[stacks.data.Table]
type = "AWS::DynamoDB::Table"
TableName = "${vars.name}"
BillingMode = "PAY_PER_REQUEST"
AttributeDefinitions = [{ AttributeName = "id", AttributeType = "S" }]
KeySchema = [{ AttributeName = "id", KeyType = "HASH" }]

[stacks.data.outputs]
Name = "${Table}"

[stacks.api.Note]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${stacks.data.Name}"
"#;

#[test]
fn a_loss_and_an_interruption_each_need_their_flag() {
    let sandbox = sandbox_with(TABLE);
    sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);
    let accepted = sandbox.mutations();
    let renamed = ["deploy", "--local", "--yes", "--set", "name=invoices"];
    let output = sandbox.run(&renamed).expect_code(1);
    for words in [
        "formwork::plan_blocked",
        "--allow-loss data.Table",
        "--allow-interruption",
    ] {
        assert!(
            output.stderr.contains(words),
            "no `{words}`:\n{}",
            output.stderr
        );
    }
    sandbox
        .run(&[&renamed[..], &["--allow-loss", "data.Table"]].concat())
        .expect_code(1);
    let operations = sandbox.mutations() - accepted;
    assert!(
        operations > 0 && !changed(&sandbox),
        "change sets are made to ask, and none is executed"
    );
    sandbox
        .run(
            &[
                &renamed[..],
                &["--allow-loss", "data.Table", "--allow-interruption"],
            ]
            .concat(),
        )
        .expect_code(0);
    assert!(changed(&sandbox));
}

/// Returns true if the table's stack was updated.
fn changed(sandbox: &Sandbox) -> bool {
    let status = sandbox
        .run(&["status", "--local", "-s", "data"])
        .expect_code(0)
        .stdout;
    status.contains("UPDATE_COMPLETE")
}

#[test]
fn a_stack_of_another_blueprint_needs_adopt() {
    let sandbox = sandbox_with(TABLE).with(
        "other/blueprint.toml",
        TABLE.replace("\"data\"\n", "\"other\"\n").replace(
            "[stacks.data.Table]",
            "[stacks.data]\nname = \"data-data\"\n[stacks.data.Table]",
        ),
    );
    sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);
    let status = sandbox
        .run(&["status", "other", "--local"])
        .expect_code(0)
        .stdout;
    assert!(
        status.contains("data-data (not of this blueprint)"),
        "{status}"
    );
    let other = ["deploy", "other", "--local", "--yes"];
    let output = sandbox.run(&other).expect_code(1);
    assert!(
        output
            .stderr
            .contains("belongs to blueprint data, stack data"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("--adopt data"), "{}", output.stderr);
    sandbox
        .run(&[&other[..], &["--adopt", "data"]].concat())
        .expect_code(0);
}

#[test]
fn the_served_local_cloud_has_the_same_state_and_its_url_in_the_header() {
    let sandbox = sandbox_with(CHAIN);
    sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);
    let mut server = sandbox
        .command(&["local", "serve", "--port", "0", "-q"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    let address = address.trim();
    let mut status = sandbox.command(&["status"]);
    status
        .env("AWS_ENDPOINT_URL", address)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    let output = run_command(status);
    server.kill().unwrap();
    server.wait().unwrap();
    let output = output.expect_code(0).stdout;
    let header = format!("chain · no env · account 123456789012 at {address} · us-east-1\n");
    assert!(output.starts_with(&header), "{output}");
    assert_eq!(output.matches("CREATE_COMPLETE").count(), 4, "{output}");
    sandbox.run(&["local", "reset"]).expect_code(0);
    assert!(
        !sandbox
            .run(&["status", "--local"])
            .expect_code(0)
            .stdout
            .contains("CREATE_COMPLETE")
    );
}
