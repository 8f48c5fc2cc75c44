//! Stacks: names, tags, other keys, and selectors.

use super::load_web;
use crate::support::{brief, expect_valid, load_files, load_stack, problems};
use formwork_blueprint::Selector;
use insta::assert_snapshot;

#[test]
fn names_and_tags_follow_cloudformations_rules() {
    let long = "x".repeat(140);
    let many: String = (0..48).map(|n| format!("t{n} = \"v\"\n")).collect();
    let blueprint = format!(
        "name = \"demo\"\n[stacks.a]\nname = \"{long}\"\n[stacks.a.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.b]\nname = \"demo-c\"\n[stacks.b.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.c.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.d]\ntags = {{ \"aws:x\" = \"y\", \"formwork:x\" = \"y\" }}\n[stacks.d.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.e.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.e.tags]\n{many}"
    );
    assert_snapshot!(brief(&load_files(&[("blueprint.toml", &blueprint)])), @r#"
    blueprint.toml:3 bad_name: the stack's name: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` has 140 characters, 128 are allowed
    blueprint.toml:10 + blueprint.toml:7 duplicate_stack: stacks `b` and `c` would both be named `demo-c`
    blueprint.toml:13 bad_tag: tags that begin with `aws:` are reserved
    blueprint.toml:13 bad_tag: tags that begin with `formwork:` are reserved
    blueprint.toml:16 bad_tag: the stack has 51 tags including the three of formwork, at most 50 are allowed
    "#);
}

#[test]
fn selectors_select_stacks_with_their_dependencies() {
    let blueprint = expect_valid(load_web(
        "tags = { team = \"red\" }\n[It]\ntype = \"Acme::SNS::Topic\"\nX = \"${stacks.network.VpcId}\"\n",
    ));
    for (selector, expect) in [
        ("web", "web"),
        ("+web", "network base web"),
        ("base+", "network base web"),
        ("+network", "network base"),
        ("*e*", "network base web"),
        ("tag:team", "web"),
        ("tag:team=red", "web"),
        (
            "tag:team=blue",
            "no stack of the blueprint matches `tag:team=blue`",
        ),
        (
            "wbe",
            "no stack of the blueprint matches `wbe`; did you mean `web`?",
        ),
    ] {
        let found = match blueprint.graph.select(&[Selector::new(selector)]) {
            Ok(keys) => keys
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expect, "{selector}");
    }
}

#[test]
fn unsupported_keys_and_versions_are_refused() {
    let loaded = load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\nrequires = \">=99\"\naudit = true\n[env.a]\ndeployment = {}\n[vars]\nx = { type = \"string\", provides = [] }\n",
        ),
        (
            "stacks/web.toml",
            "region = \"x\"\nexposure = \"vpc\"\n[It]\nallow = []\n[T]\ntype = \"Acme::SNS::Topic\"\nX = \"${inputs.a}\"\n",
        ),
    ]);
    assert_snapshot!(brief(&loaded), @r#"
    blueprint.toml:2 requires: the blueprint requires formwork >=99, this is 0.1.0
    blueprint.toml:3 not_yet_supported: `audit` in a blueprint is not yet supported
    blueprint.toml:5 not_yet_supported: `deployment` in an environment is not yet supported
    blueprint.toml:7 unknown_key: unknown key `provides` in a variable
    stacks/web.toml:1 not_yet_supported: `region` in a stack is not yet supported
    stacks/web.toml:2 not_yet_supported: `exposure` in a stack is not yet supported
    stacks/web.toml:4 not_yet_supported: `allow` in a resource is not yet supported
    stacks/web.toml:7 unknown_input: `inputs` is available only in a component
    "#);
}

#[test]
fn wrong_types_report_the_expected_type() {
    let loaded = load_stack(
        "name = 5\ndescription = [\"a\"]\ntermination_protection = \"true\"\ntimeout = \"x\"\ncapabilities = [\"CAPABILITY_I\"]\nrole_arn = \"role\"\ntags = [\"a\"]\nwhen = 1\n[It]\ntype = [\"Acme::SNS::Topic\"]\nfor_each = 5\n[T]\ntype = \"Acme::SNS::Topic\"\nproperties = 1\ndepends_on = [1]\n",
    );
    assert_snapshot!(problems(&loaded), @r#"
    error wrong_type: expected a string for a stack's name, found an integer
      stacks/web.toml:1:8 `5` must be a string
      help: write `"5"`
    error wrong_type: expected a string for a description, found a list
      stacks/web.toml:2:15 `["a"]` must be a string
    error wrong_type: expected a boolean for `termination_protection`, found a string
      stacks/web.toml:3:26 `"true"` must be a boolean
      help: write `true` without quotes
    error wrong_type: expected a whole number for `timeout`, found a string
      stacks/web.toml:4:11 `"x"` must be a whole number
    error bad_value: unknown capability `CAPABILITY_I`
      stacks/web.toml:5:17 `"CAPABILITY_I"`
      help: the capabilities are `CAPABILITY_IAM`, `CAPABILITY_NAMED_IAM` and `CAPABILITY_AUTO_EXPAND`; formwork adds those that a template needs
    error bad_value: `role` is not the ARN of a role
      stacks/web.toml:6:12 `"role"`
      help: it looks like `arn:aws:iam::111122223333:role/deploy`
    error wrong_type: expected a table for `tags`, found a list
      stacks/web.toml:7:8 `["a"]` must be a table
    error wrong_type: expected an expression in quotes for `when`, found an integer
      stacks/web.toml:8:8 `1` must be an expression in quotes
    error wrong_type: expected a string for a resource's `type`, found a list
      stacks/web.toml:10:8 `["Acme::SNS::Topic"]` must be a string
    error wrong_type: expected a list or a table for `for_each`, found an integer
      stacks/web.toml:11:12 `5` must be a list or a table
    error wrong_type: expected a table for `properties`, found an integer
      stacks/web.toml:14:14 `1` must be a table
    error wrong_type: expected a list of strings for `depends_on`, found an integer
      stacks/web.toml:15:15 `1` must be a list of strings
    "#);
}

#[test]
fn a_problem_is_reported_once_with_a_suggestion() {
    let loaded = load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\nvars.days = { min = 30, max = 7, default = 14 }\ntags = { owner = \"${vars.days}\", \"${vars.days}\" = \"x\" }\n",
        ),
        (
            "stacks/network.toml",
            "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = { value = \"${Vpc}\", export = \"vpc\" }\nVpcCidr = { value = \"${Vpc.CidrBlock}\", export = \"vpc\" }\n",
        ),
        (
            "stacks/web.toml",
            "[Main-Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.network.Vpc}\"\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.network.Vpc}\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nfor_each = [\"${Topic}\"]\n",
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error bad_variable: `min` is greater than `max`
      blueprint.toml:2:21 `30`
      blueprint.toml:2:31 `7`
    error reference_in_key: `${vars.days}` is a key: references are allowed only in values
      blueprint.toml:3:34 `"${vars.days}"`
      help: write a literal key; to compute keys, create the table with `json()` or in an expression
    error duplicate_export: two exports are named `vpc`, both in stack `network`
      stacks/network.toml:6:50 `"vpc"` again here
      stacks/network.toml:5:38 `"vpc"` first here
      help: an export's name is unique in its account and region
    error bad_name: `Main-Topic` holds `-`: letters and digits only
      stacks/web.toml:1:2 `Main-Topic`
      help: did you mean `MainTopic`?
    error unknown_output: stack `network` has no output `Vpc`
      stacks/web.toml:6:16 `${stacks.network.Vpc}`
      help: its outputs are `VpcId` and `VpcCidr`; or add it to the `[outputs]` of stack `network`
    error unknown_reference: `Topic` is not known when rendering, and this value must be
      stacks/web.toml:9:14 `${Topic}`
      help: use a variable (`vars.…`), `env.name` or `each.…`
    "#);
}
