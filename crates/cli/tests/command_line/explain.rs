//! `explain`: error codes, and values of the blueprint with their sources.

use formwork_testkit::{CHAIN, Sandbox, run_command};
use serde_json::Value;

use super::sandbox::{empty_sandbox, sandbox_with};

/// A stack with a topic name from a variable, and an environment with an overlay of another property.
const SHOP: &str = r#"name = "shop"
[vars]
owner = "me"
key = { type = "string", sensitive = true, default = "open sesame" }
[env.prod]
vars.owner = "ops"
stacks.api.Topic.TopicName = "prod"
[stacks.api.Topic]
type = "AWS::SNS::Topic"
DisplayName = "of ${vars.owner}"
TopicName = "test"
Tags = [{ Key = "key", Value = "${vars.key}" }]
"#;

fn json(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words = [&["explain"], words, &["--format", "json"]].concat();
    serde_json::from_str(&sandbox.run(&words).expect_code(0).stdout).unwrap()
}

#[test]
fn an_error_code_is_explained_without_a_blueprint() {
    for name in ["misplaced_key", "formwork::misplaced_key"] {
        let output = empty_sandbox().run(&["explain", name]).expect_code(0);
        for words in [
            "formwork::misplaced_key\n",
            "A key is under the wrong header.",
            "\nWrong\n    description = \"Who hears of orders\"\n    DisplayName",
            "\nRight\n    description = \"Who hears of orders\"\n    [Topic]",
        ] {
            assert!(output.stdout.contains(words), "{}", output.stdout);
        }
    }
    let document = json(&empty_sandbox(), &["cycle"]);
    assert_eq!(document["name"], "formwork::cycle");
    let text = document["text"].as_str().unwrap();
    assert!(text.contains("Wrong:\n\n```toml\n"), "{text}");
    let list = empty_sandbox()
        .run(&["explain", "codes"])
        .expect_code(0)
        .stdout;
    assert!(list.contains("unknown_topic"), "{list}");
}

#[test]
fn an_unknown_topic_suggests_the_nearest_one() {
    let sandbox = sandbox_with(SHOP);
    for (what, near) in [
        ("formwork::cycel", "formwork::cycle"),
        ("unknown_ky", "formwork::unknown_key"),
        ("vars.ownr", "vars.owner"),
        ("stacks.apy", "stacks.api"),
        ("stacks.api.Topik", "stacks.api.Topic"),
        (
            "stacks.api.Topic.DisplayNme",
            "stacks.api.Topic.DisplayName",
        ),
        ("nothing of the kind", "a resource type"),
        ("sqs", "AWS::SQS"),
        (
            "SubnetRouteTableAssociation",
            "AWS::EC2::SubnetRouteTableAssociation",
        ),
    ] {
        let output = sandbox.run(&["explain", what]).expect_code(64);
        assert!(output.stderr.contains(near), "{what}: {}", output.stderr);
        assert_eq!(output.stdout, "");
    }
}

#[test]
fn a_value_shows_its_location_and_the_origin_of_its_variable() {
    let sandbox = sandbox_with(SHOP);
    let what = "stacks.api.Topic.DisplayName";
    let output = sandbox.run(&["explain", what, "-e", "prod"]).expect_code(0);
    for words in [
        "\"of ops\"",
        "blueprint.toml:10  \"of ${vars.owner}\"",
        "env prod, blueprint.toml:6",
        "default, blueprint.toml:3",
    ] {
        assert!(output.stdout.contains(words), "{words}:\n{}", output.stdout);
    }
    let given = json(&sandbox, &[what, "-e", "prod", "--set", "owner=you"]);
    assert_eq!(given["value"], "of you");
    let from = &given["from"][0];
    assert_eq!(from["by"], "--set");
    let replaced: Vec<&str> = from["replaced"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["by"].as_str())
        .collect();
    assert_eq!(replaced, ["env prod", "default"]);

    let mut process = sandbox.command(&["explain", "vars.owner", "--format", "json"]);
    process.env("FORMWORK_VAR_owner", "they");
    let output = run_command(process).expect_code(0);
    let variable: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(variable["value"], "they");
    assert_eq!(variable["from"][0]["name"], "FORMWORK_VAR");
    assert_eq!(variable["used_by"][0]["name"], what);
}

#[test]
fn an_overlay_shows_the_replaced_value() {
    let overlaid = json(
        &sandbox_with(SHOP),
        &["stacks.api.Topic.TopicName", "-e", "prod"],
    );
    assert_eq!(overlaid["value"], "prod");
    assert_eq!(overlaid["written"]["line"], 7);
    assert_eq!(overlaid["overlaid"]["line"], 11);
}

#[test]
fn a_sensitive_value_is_never_shown() {
    let sandbox = sandbox_with(SHOP);
    for words in [
        &["explain", "vars.key"][..],
        &["explain", "vars.key", "--set", "key=open sesame"],
        &["explain", "stacks.api"],
        &["explain", "stacks.api.Topic.Tags"],
    ] {
        let output = sandbox.run(words).expect_code(0);
        let shown = format!("{}{}", output.stdout, output.stderr);
        assert!(!shown.contains("sesame"), "{words:?}: {shown}");
    }
    let tags = json(&sandbox, &["stacks.api.Topic.Tags[0].Value"]);
    assert_eq!(tags["from"][0]["name"], "vars.key");
    assert_eq!(tags["from"][0]["value"], Value::Null);
}

#[test]
fn a_value_of_another_stack_shows_its_output() {
    let sandbox = sandbox_with(CHAIN);
    let note = json(&sandbox, &["stacks.top.Note.Value"]);
    assert_eq!(note["from"][0]["name"], "stacks.middle.Worker");
    assert_eq!(note["from"][0]["place"]["line"], 28);
    let stack = json(&sandbox, &["stacks.middle"]);
    assert_eq!(stack["about"], "chain-middle");
    let names: Vec<&str> = stack["members"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|member| member["name"].as_str())
        .collect();
    assert!(
        names.contains(&"Worker") && names.contains(&"base"),
        "{names:?}"
    );
}

#[test]
fn a_value_of_a_component_shows_its_inputs() {
    let sandbox = sandbox_with(
        "name = \"shop\"\n[vars]\nowner = \"me\"\n[stacks.api.Alarm]\nuse = \"./alarm\"\ninputs.name = \"of ${vars.owner}\"\n",
    )
    .with(
        "alarm.toml",
        "[inputs]\nname = { type = \"string\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"alarm ${inputs.name}\"\n",
    );
    let value = json(&sandbox, &["stacks.api.AlarmTopic.DisplayName"]);
    assert_eq!(value["value"], "alarm of me");
    assert_eq!(value["through"][0]["place"]["line"], 5);
    let from: Vec<&str> = value["from"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(from, ["inputs.name", "vars.owner"]);
    assert_eq!(value["from"][0]["place"]["line"], 6);
}

#[test]
fn a_resource_type_is_explained_with_an_example_that_checks() {
    let sandbox = empty_sandbox().with(
        "infra/blueprint.toml",
        "name = \"shop\"\nregion = \"us-east-1\"\n",
    );
    let bucket = sandbox
        .run(&["explain", "AWS::S3::Bucket"])
        .expect_code(0)
        .stdout;
    for words in [
        "BucketName",
        "a change forces replacement",
        "stateful",
        "RegionalDomainName",
        "[Bucket]",
    ] {
        assert!(bucket.contains(words), "{words}: {bucket}");
    }
    let status = sandbox
        .run(&["explain", "AWS::S3::Bucket.VersioningConfiguration"])
        .expect_code(0)
        .stdout;
    assert!(status.contains("one of Enabled, Suspended"), "{status}");
    for (what, near) in [
        ("AWS::S3::Buckt", "AWS::S3::Bucket"),
        ("AWS::S3::Bucket.BucketNam", "BucketName"),
        ("AWS::Nowhere::Bucket", "Bucket"),
    ] {
        let output = sandbox.run(&["explain", what]).expect_code(64);
        assert!(output.stderr.contains(near), "{what}: {}", output.stderr);
    }
    let document = json(&sandbox, &["AWS::Lambda::Function"]);
    let sandbox = sandbox.with(
        "infra/stacks/one.toml",
        document["example"].as_str().unwrap(),
    );
    sandbox.run(&["check", "infra"]).expect_code(0);
}

#[test]
fn a_component_use_shows_its_inputs_and_resources() {
    let sandbox = sandbox_with(
        "name = \"shop\"\n[stacks.jobs.Orders]\nuse = \"aws/queue\"\ninputs.visibility_timeout = 90\n\n[stacks.jobs.OrdersTopic]\ntype = \"AWS::SNS::Topic\"\n",
    );
    let output = sandbox
        .run(&["explain", "stacks.jobs.Orders"])
        .expect_code(0)
        .stdout;
    for words in [
        "stacks.jobs.Orders  aws/queue",
        "visibility_timeout  90",
        "blueprint.toml:4",
        "OrdersQueue",
    ] {
        assert!(output.contains(words), "{output}");
    }
    assert!(!output.contains("OrdersTopic"), "{output}");
    assert_eq!(json(&sandbox, &["stacks.jobs.Orders"])["kind"], "component");
}

#[test]
fn a_property_shows_all_its_notes() {
    let sandbox = empty_sandbox();
    for (what, words) in [
        ("AWS::Lambda::Function.Runtime", "python3.13"),
        ("AWS::Lambda::Function.Code", "required"),
        ("AWS::S3::Bucket.Arn", "read-only: AWS sets it"),
        ("AWS::EC2::Instance.ImageId", "an AWS::EC2::Image.Id"),
        ("AWS::EC2::Instance.InstanceType", "in us-east-1, one of"),
        ("AWS::RDS::DBCluster.EngineVersion", "depends on Engine"),
    ] {
        let output = sandbox.run(&["explain", what]).expect_code(0).stdout;
        assert!(output.contains(words), "{output}");
        assert!(!output.contains("more"), "{output}");
    }
    let nodes = |region: &str| {
        let what = ["explain", "AWS::DAX::Cluster.NodeType", "--region", region];
        sandbox.run(&what)
    };
    let there = nodes("eu-west-1").expect_code(0).stdout;
    assert!(there.contains("in eu-west-1, one of dax."), "{there}");
    let nowhere = nodes("eu-wst-1").expect_code(64).stderr;
    assert!(nowhere.contains("did you mean `eu-west-1`?"), "{nowhere}");
}

#[test]
fn a_component_shows_its_inputs_and_outputs() {
    let sandbox = empty_sandbox().with(
        "components/news.toml",
        "description = \"A topic\"\n[inputs]\nowner = { type = \"string\", min = 2, description = \"Whose it is\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${inputs.owner}\"\n[outputs]\nArn = \"${Topic}\"\n",
    );
    for name in ["./components/news", "./components/news.toml"] {
        let output = sandbox.run(&["explain", name]).expect_code(0).stdout;
        for words in [
            "A topic.",
            "owner  string  required; Whose it is; at least 2 characters",
            "Topic  AWS::SNS::Topic",
            "[stacks.news]",
        ] {
            assert!(output.contains(words), "{output}");
        }
    }
    let vpc = json(&sandbox, &["aws/vpc"]);
    assert_eq!(vpc["inputs"][1]["name"], "zones");
    assert_eq!(vpc["inputs"][1]["required"], true);
    assert_eq!(vpc["outputs"][0]["name"], "VpcId");
    let list = sandbox
        .run(&["explain", "components"])
        .expect_code(0)
        .stdout;
    assert!(list.contains("aws/rest-api"), "{list}");

    let unknown = sandbox.run(&["explain", "aws/vpx"]).expect_code(64).stderr;
    assert!(unknown.contains("did you mean `aws/vpc`?"), "{unknown}");
    let sandbox = sandbox.with("components/bad.toml", "[inputs\n");
    let bad = sandbox
        .run(&["explain", "./components/bad"])
        .expect_code(3)
        .stderr;
    assert!(bad.contains("components/bad:1:"), "{bad}");
}

#[test]
fn every_section_of_a_blueprint_is_explained() {
    let sandbox = sandbox_with(&format!(
        "{SHOP}[stacks.jobs]\nuse = \"aws/function\"\ninputs = {{ code = \"${{assets.code}}\", handler = \"code.run\", runtime = \"python3.13\" }}\n[assets]\ncode.path = \"code.py\"\n"
    ))
    .with("code.py", "def run(event, context):\n    pass\n");
    for (what, words) in [
        (&["stacks"][..], "api   \"shop-api\""),
        (&["vars"], "owner  \"me\""),
        (&["assets"], "code  "),
        (&["assets.code"], "stacks.jobs.inputs.code"),
        (&["stacks.jobs.outputs"], "Arn"),
        (&["stacks.jobs"], "shop-jobs · aws/function"),
        (&["env", "-e", "prod"], "owner  \"ops\""),
        (&["env", "-e", "prod"], "blueprint.toml:7"),
        (&["env.name", "-e", "prod"], "\"prod\""),
    ] {
        let output = sandbox
            .run(&[&["explain"], what].concat())
            .expect_code(0)
            .stdout;
        assert!(output.contains(words), "{what:?}: {output}");
        assert!(!output.contains("open sesame"), "{output}");
    }
    for (what, words) in [
        (&["env"][..], "select one with `-e NAME`"),
        (&["env.nme", "-e", "prod"], "did you mean `env.name`?"),
        (&["assets.cod"], "did you mean `assets.code`?"),
        (
            &["stacks.jobs.parameters"],
            "stack `jobs` has no parameters",
        ),
    ] {
        let output = sandbox
            .run(&[&["explain"], what].concat())
            .expect_code(64)
            .stderr;
        assert!(output.contains(words), "{what:?}: {output}");
    }
}
