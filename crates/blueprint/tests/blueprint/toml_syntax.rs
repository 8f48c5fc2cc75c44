//! TOML syntax: every error of a file is reported once, with help for common mistakes.

use crate::support::{self, brief, load_files, load_stack, problems};
use insta::assert_snapshot;

#[test]
fn every_syntax_error_is_reported_and_valid_parts_are_checked() {
    let loaded = load_stack(
        r#"
description = The network
[Vpc]
type = Acme::EC2::VPC
CidrBlock = "10.0.0.0/16" "again"
[Subnet]
type = "Acme::EC2::Subnet"
VpcId = "${Vpcc}"
Count = 08
Name = "never closed
"#,
    );
    assert_snapshot!(problems(&loaded), @r#"
    error toml_syntax: string values must be quoted, expected literal string
      stacks/web.toml:2:15 `The network`
      help: write `"The network"`
    error toml_syntax: string values must be quoted, expected literal string
      stacks/web.toml:4:8 `Acme::EC2::VPC`
      help: write `"Acme::EC2::VPC"`
    error toml_syntax: unexpected key or value, expected newline, `#`
      stacks/web.toml:5:27 ``
    error unknown_reference: unknown resource or parameter `Vpcc` in this stack
      stacks/web.toml:8:10 `${Vpcc}`
      help: did you mean `${Vpc}`?
    error toml_syntax: unexpected leading zero, expected nothing
      stacks/web.toml:9:9 `0`
    error toml_syntax: invalid basic string, expected `"`
      stacks/web.toml:10:21 ``
    "#);
}

#[test]
fn an_unclosed_bracket_is_one_error() {
    let loaded = load_stack(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\nTags = [\"a\", \"b\"\nx = 1\n[Subnet]\ntype = \"Acme::EC2::Subnet\"\nVpcId = \"${Nope}\"\n[outputs]\nX = \"${Subnet}\"\n",
    );
    assert_snapshot!(brief(&loaded), @"stacks/web.toml:3 toml_syntax: the list is never closed");
}

#[test]
fn duplicate_keys_show_both_spans() {
    let loaded = load_stack(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\nCidrBlock = \"a\"\nCidrBlock = \"b\"\n[Topic]\ntype = \"Acme::SNS::Topic\"\n[Vpc]\nX = 1\n",
    );
    assert_snapshot!(problems(&loaded), @r#"
    error duplicate_key: duplicate key `Vpc.CidrBlock`
      stacks/web.toml:4:1 `CidrBlock` again here
      stacks/web.toml:3:1 `CidrBlock` first here
      help: remove one of the two
    error duplicate_key: duplicate key `Vpc`
      stacks/web.toml:7:2 `Vpc` again here
      stacks/web.toml:1:1 `[Vpc]` first here
      help: a table has one header: merge the two
    "#);
}

#[test]
fn a_dotted_key_and_a_header_for_one_table_have_a_specific_help() {
    let loaded = load_stack(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\nTags.Name = \"x\"\n[Vpc.Tags]\nOwner = \"y\"\n",
    );
    assert_snapshot!(problems(&loaded), @r#"
    error duplicate_key: duplicate key `Vpc.Tags`
      stacks/web.toml:4:6 `Tags` again here
      stacks/web.toml:3:1 `Tags.Name` first here
      help: the dotted key in line 3 defines `Tags` already: move that line under `[Vpc.Tags]`, without `Tags.`
    "#);
}

#[test]
fn an_inline_table_can_only_be_extended_inline() {
    for text in ["[Vpc.Tags]\nB = 1\n", "Vpc.Tags.B = 1\n"] {
        let text = format!("Vpc = {{ type = \"Acme::EC2::VPC\", Tags.A = 1 }}\n{text}");
        let problems = problems(&load_stack(&text));
        let help = "line 1 defines all of `Vpc`: add to it there, or replace it by table headers, `[Vpc.…]`";
        assert!(problems.contains(help), "{problems}");
    }
}

#[test]
fn misplaced_keys_have_a_help_with_the_right_header() {
    let loaded = load_files(&[
        (
            "blueprint.toml",
            "[vars]\nname = \"demo\"\nregion = \"x\"\n[Vpc]\ntype = \"Acme::EC2::VPC\"\n",
        ),
        (
            "stacks/web.toml",
            "type = \"Acme::SNS::Topic\"\n[Vpc]\ntype = \"Acme::EC2::VPC\"\n[Tags]\nName = \"x\"\ndepends_on = [\"a\"]\n[Topic]\ntype = \"Acme::SNS::Topic\"\ndepend_on = \"Vpc\"\ntopicName = \"x\"\ntags = { a = \"b\" }\n[outputs]\nVpc = { Value = \"x\", value = \"y\" }\nEnableDnsSupport = true\n[parameters]\nCidrBlock = \"10.0.0.0/16\"\n",
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error missing_name: the blueprint has no `name`
      blueprint.toml:1:1 `[vars]`
      help: `name` is under `[vars]`: move it above the first header
    error misplaced_key: `Vpc` is outside any stack
      blueprint.toml:4:2 `Vpc`
      help: a resource belongs to a stack: `[stacks.KEY.Vpc]`, or a file `stacks/KEY.toml`
    error unknown_key: unknown key `type` in a stack
      stacks/web.toml:1:1 `type`
      help: `type` is a key of a resource: write it under the resource's header, `[Name]`
    error missing_type: resource `Tags` has no `type`
      stacks/web.toml:4:2 `Tags`
      help: add one, as `type = "AWS::EC2::VPC"`; if `Tags` is a property of `Vpc`, its header is `[Vpc.Tags]`
    error template_reference: unknown resource `a`
      stacks/web.toml:6:15 `"a"` not found
    error unknown_key: unknown key `depend_on` in a resource
      stacks/web.toml:9:1 `depend_on`
      help: did you mean `depends_on`?
    error unknown_key: unknown key `topicName` in a resource
      stacks/web.toml:10:1 `topicName`
      help: property names begin with a capital letter: `TopicName`; for one in lower case, write `properties.topicName = …`
    error unknown_key: unknown key `tags` in a resource
      stacks/web.toml:11:1 `tags`
      help: for the property, write `Tags`; for the key of the stack, move it above the first header, out of `[Topic]`
    error unknown_key: unknown key `Value` in an output
      stacks/web.toml:13:9 `Value`
      help: write `value`
    error wrong_type: expected a string or a list for an output, found a boolean
      stacks/web.toml:14:20 `true`
      help: write `"true"`; if it is a property, it is under the wrong header: move it above `[outputs]`, under its resource's
    error wrong_type: expected a table for parameter `CidrBlock`, found a string
      stacks/web.toml:16:13 `"10.0.0.0/16"` must be a table
      help: declare it: `CidrBlock = { Type = "String", value = … }`; if it is a property, it is under the wrong header
    "#);
}

#[test]
fn file_limits_are_enforced() {
    let deep = format!(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\nX.{} = 1\n",
        vec!["a"; 90].join(".")
    );
    assert_snapshot!(brief(&load_stack(&deep)), @"stacks/web.toml:1 too_deep: nested more than 80 deep");
    let lists = format!(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\nX = {}1{}\n",
        "[".repeat(200),
        "]".repeat(200)
    );
    assert_snapshot!(brief(&load_stack(&lists)), @"stacks/web.toml:3 too_deep: nested more than 80 deep");
    let large = format!("# {}\n", "x".repeat(2 * 1024 * 1024));
    assert_snapshot!(problems(&load_files(&[("blueprint.toml", &large)])), @"error unreadable_file: `blueprint.toml` is larger than 2 MiB");
    // Six keys and values: `name` and its value, `[`, `vars`, `a` and the list.
    let values = |items: usize| {
        format!(
            "name = \"shop\"\n[vars]\na = [{}1]\n",
            "1,".repeat(items - 1)
        )
    };
    let most = brief(&load_files(&[("blueprint.toml", &values(120_000 - 6))]));
    assert!(!most.contains("keys and values"), "{most}");
    let more = brief(&load_files(&[("blueprint.toml", &values(120_000 - 5))]));
    assert_snapshot!(more, @"blueprint.toml:3 unreadable_file: file exceeds the limit of 120000 keys and values");
    let stacks: String = (0..10_001)
        .map(|index| format!("[stacks.s{index}.Topic]\ntype = \"AWS::SNS::Topic\"\n"))
        .collect();
    let many = format!("name = \"shop\"\n{stacks}");
    assert_snapshot!(brief(&load_files(&[("blueprint.toml", &many)])), @"blueprint.toml:20002 stack_limit: the blueprint has 10001 stacks, at most 10000 are allowed");
}

#[test]
fn dates_become_strings_and_numbers_are_preserved() {
    let blueprint = support::expect_valid(load_stack(
        "[Role]\ntype = \"Acme::IAM::Role\"\nAssumeRolePolicyDocument.Version = 2012-10-17\nMaxSessionDuration = 0x0e10\nRate = 1.50\nOn = true\n",
    ));
    assert_snapshot!(support::part(&blueprint, "web", "Resources.Role.Properties"), @r#"{"AssumeRolePolicyDocument":{"Version":"2012-10-17"},"MaxSessionDuration":3600,"Rate":1.5,"On":true}"#);
}

#[test]
fn a_recovered_syntax_error_causes_no_other_problem() {
    let loaded = load_stack("[Parameter]\ntype = 3 4\nValue = \"x\"\n");
    assert_snapshot!(brief(&loaded), @"stacks/web.toml:2 toml_syntax: string values must be quoted, expected literal string");
}

#[test]
fn a_variable_with_a_similar_misspelt_use_is_not_unused() {
    let loaded = load_files(&[(
        "blueprint.toml",
        "name = \"shop\"\n[vars]\nwho = \"x\"\n[stacks.a.P]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\"\nValue = \"${vars.wo}\"\n",
    )]);
    assert_snapshot!(brief(&loaded), @"blueprint.toml:7 unknown_variable: unknown variable `wo`");
}

#[test]
fn a_key_that_may_be_in_a_broken_line_is_not_missing() {
    let blueprint = r#"
name = "demo"

[stacks.a.Queue]
type "AWS::SQS::Queue"
DelaySeconds = 5

[stacks.b.Topic]
type =
DisplayName = "a"
"#;
    assert_snapshot!(problems(&load_files(&[("blueprint.toml", blueprint)])), @r"
    error toml_syntax: key with no value, expected `=`
      blueprint.toml:5:6 ``
    ");
}

#[test]
fn inline_code_is_limited() {
    let code = "x".repeat(1_000_001);
    let files = [
        (
            "blueprint.toml",
            "name = \"shop\"\n[assets.code]\npath = \"run.py\"\ninline = true\n",
        ),
        ("run.py", &code),
    ];
    assert_snapshot!(brief(&load_files(&files)), @"blueprint.toml:3 inline_asset: `run.py` is larger than 1 MB, the limit of a template");
}

#[test]
fn a_deletion_policy_that_is_not_a_string_lists_the_allowed_values() {
    let stack = "[Topic]\ntype = \"AWS::SNS::Topic\"\ndeletion_policy = true\n";
    assert_snapshot!(problems(&load_stack(stack)), @r#"
    error wrong_type: expected a string for `deletion_policy`, found a boolean
      stacks/web.toml:3:19 `true` must be a string
      help: write `"Retain"`, `"Delete"` or `"Snapshot"`
    "#);
}

#[test]
fn required_values_must_not_evaluate_to_none() {
    let wrong = [
        "name = \"${none}\"\n",
        "name = \"x\"\n[stacks.a]\ntemplate = \"${env.name}\"\n",
        "name = \"x\"\n[stacks.a]\nuse = \"${none}\"\n",
        "name = \"x\"\n[stacks.a.T]\nuse = \"${none}\"\n",
        "name = \"x\"\n[stacks.a.T]\ntype = \"${none}\"\n",
        "name = \"x\"\n[assets.a]\npath = \"${none}\"\n",
        "name = \"x\"\n[assets.a]\ncrate = \"${none}\"\n",
    ];
    let reported = wrong.map(|text| brief(&load_files(&[("blueprint.toml", text)])));
    assert_snapshot!(reported.join("\n"), @"
    blueprint.toml:1 wrong_type: expected a string for the blueprint's `name`, found no value

    blueprint.toml:3 wrong_type: expected a string for `template`, found no value

    blueprint.toml:3 wrong_type: expected a string for `use`, found no value

    blueprint.toml:3 wrong_type: expected a string for `use`, found no value

    blueprint.toml:3 wrong_type: expected a string for a resource's `type`, found no value

    blueprint.toml:3 wrong_type: expected a string for `path`, found no value

    blueprint.toml:3 wrong_type: expected a string for `crate`, found no value
    ");
}
