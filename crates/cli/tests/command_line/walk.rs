//! The main job from end to end: planned, deployed, changed, asked about and destroyed, on the local cloud.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use snapbox::assert_data_eq;
use snapbox::cmd::Command;

use super::scene::{CHAIN, Scene, binary, ended};

/// The command by snapbox, whose patterns stand for what differs from run to run.
fn formwork(scene: &Scene, words: &[&str]) -> Command {
    Command::new(binary())
        .args(words)
        .current_dir(scene.path("."))
        .env_clear()
        .envs(scene.variables())
}

#[test]
fn the_main_job() {
    let scene = Scene::new(CHAIN);
    let local = |words: &[&str]| formwork(&scene, &[words, &["--local"]].concat());

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
    assert_eq!(scene.accepted(), 0, "a plan changes nothing");

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
    let events = std::fs::read_to_string(scene.path("events.ndjson")).unwrap();
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
    let accepted = scene.accepted();
    local(&["deploy", "--yes"]).assert().success();
    assert_eq!(scene.accepted(), accepted, "a second deploy sends nothing");

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
fn a_changed_variable_changes_what_uses_it_and_the_plan_says_so() {
    let scene = Scene::new(CHAIN);
    let local = |words: &[&str]| formwork(&scene, &[words, &["--local"]].concat());
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

    // What others still need is not taken along unasked.
    let before = scene.accepted();
    local(&["destroy", "--yes", "-s", "base"])
        .assert()
        .code(1)
        .stderr_eq(
            "...
formwork::dependents_left

  × base [..]middle[..]
  help: take them along: `formwork destroy --yes --local -s base+`

",
        );
    assert_eq!(scene.accepted(), before);

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

/// Two parameters of one name in one region: CloudFormation refuses the second.
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
fn a_failed_stack_shows_its_cause_at_its_line_and_what_follows() {
    let scene = Scene::new(CLASH);
    formwork(&scene, &["deploy", "--yes", "--local"])
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
fn results_go_to_stdout_and_a_reader_who_leaves_is_no_failure() {
    let scene = Scene::new(CHAIN);
    let mut child = scene
        .command(&["render"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_does_not_stop_a_deployment() {
    let scene = Scene::new(CHAIN);
    let mut child = scene
        .command(&["deploy", "--local", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first word is read, so that the run has begun; then nobody listens any more.
    child
        .stderr
        .take()
        .unwrap()
        .read_exact(&mut [0; 1])
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    scene.run(&["plan", "--local", "--exit-code"]).with(0);
}

#[test]
fn render_gives_the_same_bytes_and_files_on_request() {
    let scene = Scene::new(CHAIN);
    let first = scene.run(&["render", "--format", "json"]).with(0).stdout;
    let second = scene.run(&["render", "--format", "json"]).with(0).stdout;
    assert_eq!(first, second);
    let all: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        all["top"]["Resources"]["Note"]["Type"],
        "AWS::SSM::Parameter"
    );
    scene.run(&["render", "-s", "base", "--out", "out"]).with(0);
    assert_data_eq!(
        std::fs::read_to_string(scene.path("out/base.yaml")).unwrap(),
        scene.run(&["render", "-s", "base"]).with(0).stdout
    );
}

#[test]
fn the_graph_is_drawn_for_people_graphviz_and_mermaid() {
    let scene = Scene::new(CHAIN);
    insta::assert_snapshot!(scene.run(&["graph"]).with(0).stdout, @r#"
        base         1 resource   ~15s
        └── middle   1            ~8s   TopicArn
            └── top  1            ~8s   Worker
        apart        1            ~15s
        Longest chain: base > middle > top, ~30s.
        "#);
    insta::assert_snapshot!(scene.run(&["graph", "--format", "dot"]).with(0).stdout, @r#"
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
    insta::assert_snapshot!(scene.run(&["graph", "--format", "mermaid", "-s", "+middle"]).with(0).stdout, @r#"
        flowchart LR
          s0["base<br/>1 resource"]
          s1["middle<br/>1 resource"]
          s0 -->|"TopicArn"| s1
        "#);
}

/// A table whose name a variable gives, and a stack that uses it.
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
fn a_loss_and_an_interruption_each_need_their_flag_and_yes_is_not_enough() {
    let scene = Scene::new(TABLE);
    scene.run(&["deploy", "--local", "--yes"]).with(0);
    let accepted = scene.accepted();
    let renamed = ["deploy", "--local", "--yes", "--set", "name=invoices"];
    let said = scene.run(&renamed).with(1);
    for words in [
        "formwork::plan_blocked",
        "--allow-loss data.Table",
        "--allow-interruption",
    ] {
        assert!(
            said.stderr.contains(words),
            "no `{words}`:\n{}",
            said.stderr
        );
    }
    scene
        .run(&[&renamed[..], &["--allow-loss", "data.Table"]].concat())
        .with(1);
    let operations = scene.accepted() - accepted;
    assert!(
        operations > 0 && !changed(&scene),
        "change sets are made to ask, and none is executed"
    );
    scene
        .run(
            &[
                &renamed[..],
                &["--allow-loss", "data.Table", "--allow-interruption"],
            ]
            .concat(),
        )
        .with(0);
    assert!(changed(&scene));
}

/// Whether the table's stack was updated.
fn changed(scene: &Scene) -> bool {
    let status = scene
        .run(&["status", "--local", "-s", "data"])
        .with(0)
        .stdout;
    status.contains("UPDATE_COMPLETE")
}

#[test]
fn a_stack_of_another_blueprint_is_touched_only_with_adopt() {
    let scene = Scene::new(TABLE).with(
        "other/blueprint.toml",
        TABLE.replace("\"data\"\n", "\"other\"\n").replace(
            "[stacks.data.Table]",
            "[stacks.data]\nname = \"data-data\"\n[stacks.data.Table]",
        ),
    );
    scene.run(&["deploy", "--local", "--yes"]).with(0);
    let status = scene.run(&["status", "other", "--local"]).with(0).stdout;
    assert!(
        status.contains("data-data (not of this blueprint)"),
        "{status}"
    );
    let other = ["deploy", "other", "--local", "--yes"];
    let said = scene.run(&other).with(1);
    assert!(
        said.stderr
            .contains("belongs to blueprint data, stack data"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("--adopt data"), "{}", said.stderr);
    scene
        .run(&[&other[..], &["--adopt", "data"]].concat())
        .with(0);
}

#[test]
fn served_on_a_socket_it_is_the_same_cloud_and_the_header_says_where_it_lies() {
    let scene = Scene::new(CHAIN);
    scene.run(&["deploy", "--local", "--yes"]).with(0);
    let mut server = scene
        .command(&["local", "serve", "--port", "0", "-q"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    let address = address.trim();
    let mut status = scene.command(&["status"]);
    status
        .env("AWS_ENDPOINT_URL", address)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    let said = ended(status);
    server.kill().unwrap();
    server.wait().unwrap();
    let said = said.with(0).stdout;
    let header = format!("chain · no env · account 123456789012 at {address} · us-east-1\n");
    assert!(said.starts_with(&header), "{said}");
    assert_eq!(said.matches("CREATE_COMPLETE").count(), 4, "{said}");
    scene.run(&["local", "reset"]).with(0);
    assert!(
        !scene
            .run(&["status", "--local"])
            .with(0)
            .stdout
            .contains("CREATE_COMPLETE")
    );
}
