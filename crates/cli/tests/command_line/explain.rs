//! `explain`: codes, and values of the blueprint with what they were made from.

use serde_json::Value;

use super::scene::{CHAIN, Scene};

/// A stack whose topic's name comes from a variable, and an environment that overlays another property.
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

fn json(scene: &Scene, words: &[&str]) -> Value {
    let words = [&["explain"], words, &["--format", "json"]].concat();
    serde_json::from_str(&scene.run(&words).with(0).stdout).unwrap()
}

#[test]
fn a_code_is_explained_with_its_example_outside_of_any_blueprint() {
    for name in ["misplaced_key", "formwork::misplaced_key"] {
        let said = Scene::empty().run(&["explain", name]).with(0);
        for words in [
            "formwork::misplaced_key\n",
            "A key stands under the wrong header.",
            "\nWrong\n    description = \"Who hears of orders\"\n    DisplayName",
            "\nRight\n    description = \"Who hears of orders\"\n    [Topic]",
        ] {
            assert!(said.stdout.contains(words), "{}", said.stdout);
        }
    }
    let document = json(&Scene::empty(), &["cycle"]);
    assert_eq!(document["name"], "formwork::cycle");
    let text = document["text"].as_str().unwrap();
    assert!(text.contains("Wrong:\n\n```toml\n"), "{text}");
    let list = Scene::empty().run(&["explain", "codes"]).with(0).stdout;
    assert!(list.contains("unknown_topic"), "{list}");
}

#[test]
fn what_is_not_known_names_what_is_near() {
    let scene = Scene::new(SHOP);
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
        let said = scene.run(&["explain", what]).with(64);
        assert!(said.stderr.contains(near), "{what}: {}", said.stderr);
        assert_eq!(said.stdout, "");
    }
}

#[test]
fn a_value_says_where_it_is_written_and_what_gave_its_variable() {
    let scene = Scene::new(SHOP);
    let what = "stacks.api.Topic.DisplayName";
    let said = scene.run(&["explain", what, "-e", "prod"]).with(0);
    for words in [
        "\"of ops\"",
        "blueprint.toml:10  \"of ${vars.owner}\"",
        "env prod, blueprint.toml:6",
        "default, blueprint.toml:3",
    ] {
        assert!(said.stdout.contains(words), "{words}:\n{}", said.stdout);
    }
    let given = json(&scene, &[what, "-e", "prod", "--set", "owner=you"]);
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

    let mut process = scene.command(&["explain", "vars.owner", "--format", "json"]);
    process.env("FORMWORK_VAR_owner", "they");
    let said = super::scene::ended(process).with(0);
    let variable: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(variable["value"], "they");
    assert_eq!(variable["from"][0]["name"], "FORMWORK_VAR");
    assert_eq!(variable["used_by"][0]["name"], what);
}

#[test]
fn an_overlay_names_what_it_took_the_place_of() {
    let overlaid = json(
        &Scene::new(SHOP),
        &["stacks.api.Topic.TopicName", "-e", "prod"],
    );
    assert_eq!(overlaid["value"], "prod");
    assert_eq!(overlaid["written"]["line"], 7);
    assert_eq!(overlaid["overlaid"]["line"], 11);
}

#[test]
fn a_sensitive_value_is_never_shown() {
    let scene = Scene::new(SHOP);
    for words in [
        &["explain", "vars.key"][..],
        &["explain", "vars.key", "--set", "key=open sesame"],
        &["explain", "stacks.api"],
        &["explain", "stacks.api.Topic.Tags"],
    ] {
        let said = scene.run(words).with(0);
        let shown = format!("{}{}", said.stdout, said.stderr);
        assert!(!shown.contains("sesame"), "{words:?}: {shown}");
    }
    let tags = json(&scene, &["stacks.api.Topic.Tags[0].Value"]);
    assert_eq!(tags["from"][0]["name"], "vars.key");
    assert_eq!(tags["from"][0]["value"], Value::Null);
}

#[test]
fn a_value_of_another_stack_leads_to_its_output() {
    let scene = Scene::new(CHAIN);
    let note = json(&scene, &["stacks.top.Note.Value"]);
    assert_eq!(note["from"][0]["name"], "stacks.middle.Worker");
    assert_eq!(note["from"][0]["place"]["line"], 28);
    let stack = json(&scene, &["stacks.middle"]);
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
fn a_value_of_a_component_leads_through_its_inputs() {
    let scene = Scene::new(
        "name = \"shop\"\n[vars]\nowner = \"me\"\n[stacks.api.Alarm]\nuse = \"./alarm\"\ninputs.name = \"of ${vars.owner}\"\n",
    )
    .with(
        "alarm.toml",
        "[inputs]\nname = { type = \"string\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"alarm ${inputs.name}\"\n",
    );
    let value = json(&scene, &["stacks.api.AlarmTopic.DisplayName"]);
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
    let scene = Scene::empty().with(
        "infra/blueprint.toml",
        "name = \"shop\"\nregion = \"us-east-1\"\n",
    );
    let bucket = scene.run(&["explain", "AWS::S3::Bucket"]).with(0).stdout;
    for words in [
        "BucketName",
        "a change replaces it",
        "stateful",
        "RegionalDomainName",
        "[Bucket]",
    ] {
        assert!(bucket.contains(words), "{words}: {bucket}");
    }
    let status = scene
        .run(&["explain", "AWS::S3::Bucket.VersioningConfiguration"])
        .with(0)
        .stdout;
    assert!(status.contains("one of Enabled, Suspended"), "{status}");
    for (what, near) in [
        ("AWS::S3::Buckt", "AWS::S3::Bucket"),
        ("AWS::S3::Bucket.BucketNam", "BucketName"),
        ("AWS::Nowhere::Bucket", "Bucket"),
    ] {
        let said = scene.run(&["explain", what]).with(64);
        assert!(said.stderr.contains(near), "{what}: {}", said.stderr);
    }
    let document = json(&scene, &["AWS::Lambda::Function"]);
    let scene = scene.with(
        "infra/stacks/one.toml",
        document["example"].as_str().unwrap(),
    );
    scene.run(&["check", "infra"]).with(0);
}

#[test]
fn a_component_is_explained_by_its_inputs_and_what_it_made() {
    let scene = Scene::new(
        "name = \"shop\"\n[stacks.jobs.Orders]\nuse = \"aws/queue\"\ninputs.visibility_timeout = 90\n\n[stacks.jobs.OrdersTopic]\ntype = \"AWS::SNS::Topic\"\n",
    );
    let said = scene.run(&["explain", "stacks.jobs.Orders"]).with(0).stdout;
    for words in [
        "stacks.jobs.Orders  aws/queue",
        "visibility_timeout  90",
        "blueprint.toml:4",
        "OrdersQueue",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!said.contains("OrdersTopic"), "{said}");
    assert_eq!(json(&scene, &["stacks.jobs.Orders"])["kind"], "component");
}

#[test]
fn a_property_by_itself_says_all_that_holds_of_it() {
    let scene = Scene::empty();
    for (what, words) in [
        ("AWS::Lambda::Function.Runtime", "python3.13"),
        ("AWS::Lambda::Function.Code", "required"),
        ("AWS::S3::Bucket.Arn", "read-only: AWS sets it"),
        ("AWS::EC2::Instance.ImageId", "an AWS::EC2::Image.Id"),
        ("AWS::EC2::Instance.InstanceType", "in us-east-1, one of"),
        ("AWS::RDS::DBCluster.EngineVersion", "depends on Engine"),
    ] {
        let said = scene.run(&["explain", what]).with(0).stdout;
        assert!(said.contains(words), "{said}");
        assert!(!said.contains("more"), "{said}");
    }
    let nodes = |region: &str| {
        let what = ["explain", "AWS::DAX::Cluster.NodeType", "--region", region];
        scene.run(&what)
    };
    let there = nodes("eu-west-1").with(0).stdout;
    assert!(there.contains("in eu-west-1, one of dax."), "{there}");
    let nowhere = nodes("eu-wst-1").with(64).stderr;
    assert!(nowhere.contains("did you mean `eu-west-1`?"), "{nowhere}");
}

#[test]
fn a_component_by_its_name_says_what_it_takes_and_gives() {
    let scene = Scene::empty().with(
        "components/news.toml",
        "description = \"A topic\"\n[inputs]\nowner = { type = \"string\", min = 2, description = \"Whose it is\" }\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${inputs.owner}\"\n[outputs]\nArn = \"${Topic}\"\n",
    );
    for name in ["./components/news", "./components/news.toml"] {
        let said = scene.run(&["explain", name]).with(0).stdout;
        for words in [
            "A topic.",
            "owner  string  required; Whose it is; at least 2 characters",
            "Topic  AWS::SNS::Topic",
            "[stacks.news]",
        ] {
            assert!(said.contains(words), "{said}");
        }
    }
    let vpc = json(&scene, &["aws/vpc"]);
    assert_eq!(vpc["inputs"][1]["name"], "zones");
    assert_eq!(vpc["inputs"][1]["required"], true);
    assert_eq!(vpc["outputs"][0]["name"], "VpcId");
    let list = scene.run(&["explain", "components"]).with(0).stdout;
    assert!(list.contains("aws/rest-api"), "{list}");

    let unknown = scene.run(&["explain", "aws/vpx"]).with(64).stderr;
    assert!(unknown.contains("did you mean `aws/vpc`?"), "{unknown}");
    let scene = scene.with("components/bad.toml", "[inputs\n");
    let bad = scene.run(&["explain", "./components/bad"]).with(3).stderr;
    assert!(bad.contains("components/bad:1:"), "{bad}");
}

#[test]
fn a_blueprint_is_explained_part_by_part() {
    let scene = Scene::new(&format!(
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
        let said = scene.run(&[&["explain"], what].concat()).with(0).stdout;
        assert!(said.contains(words), "{what:?}: {said}");
        assert!(!said.contains("open sesame"), "{said}");
    }
    for (what, words) in [
        (&["env"][..], "choose one: `-e NAME`"),
        (&["env.nme", "-e", "prod"], "did you mean `env.name`?"),
        (&["assets.cod"], "did you mean `assets.code`?"),
        (
            &["stacks.jobs.parameters"],
            "stack `jobs` has no parameters",
        ),
    ] {
        let said = scene.run(&[&["explain"], what].concat()).with(64).stderr;
        assert!(said.contains(words), "{what:?}: {said}");
    }
}
