//! Resources: attributes, `for_each` and `when`.

use super::{BLUEPRINT, load_web};
use crate::support::{brief, errors, expect_valid, load_files, load_stack, problems, template};
use insta::assert_snapshot;

#[test]
fn resources_have_attributes_and_escape_keys() {
    let blueprint = expect_valid(load_web(
        r#"
description = "d ${vars.level}"
metadata.a = "${It}"
conditions.C = { "Fn::Equals" = ["${AWS::Region}", "x"] }
mappings.M.a = { b = "${vars.days}" }
transform = "AWS::LanguageExtensions"
[It]
type = "Acme::SSM::Parameter"
condition = "C"
depends_on = ["Each", "myTopic"]
deletion_policy = "Retain"
update_replace_policy = "Delete"
metadata = { a = 1 }
creation_policy = { ResourceSignal = { Count = 1 } }
properties = { lower = "x" }
Upper = "y"
[Each]
type = "Acme::SNS::Topic"
for_each = { b-c = { n = 1 }, a = { n = 2 } }
DisplayName = "${each.key} ${each.index} ${each.value.n}"
[resources.myTopic]
type = "Acme::SNS::Topic"
[outputs]
Plain = "${resources.myTopic}"
Full = { value = "${It}", description = "d", export = "x-${AWS::Region}", condition = "C" }
Off = { value = "x", when = "vars.days > 2" }
Number = 5
"#,
    ));
    assert_snapshot!(template(&blueprint, "web"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Description": "d INFO",
      "Metadata": {
        "a": {
          "Ref": "It"
        }
      },
      "Mappings": {
        "M": {
          "a": {
            "b": 2
          }
        }
      },
      "Conditions": {
        "C": {
          "Fn::Equals": [
            {
              "Ref": "AWS::Region"
            },
            "x"
          ]
        }
      },
      "Transform": "AWS::LanguageExtensions",
      "Resources": {
        "It": {
          "Type": "Acme::SSM::Parameter",
          "Condition": "C",
          "DeletionPolicy": "Retain",
          "UpdateReplacePolicy": "Delete",
          "DependsOn": [
            "EachBC",
            "EachA",
            "myTopic"
          ],
          "Metadata": {
            "a": 1
          },
          "CreationPolicy": {
            "ResourceSignal": {
              "Count": 1
            }
          },
          "Properties": {
            "Upper": "y",
            "lower": "x"
          }
        },
        "EachBC": {
          "Type": "Acme::SNS::Topic",
          "Properties": {
            "DisplayName": "b-c 0 1"
          }
        },
        "EachA": {
          "Type": "Acme::SNS::Topic",
          "Properties": {
            "DisplayName": "a 1 2"
          }
        },
        "myTopic": {
          "Type": "Acme::SNS::Topic"
        }
      },
      "Outputs": {
        "Plain": {
          "Value": {
            "Ref": "myTopic"
          }
        },
        "Full": {
          "Description": "d",
          "Condition": "C",
          "Export": {
            "Name": {
              "Fn::Sub": "x-${AWS::Region}"
            }
          },
          "Value": {
            "Ref": "It"
          }
        },
        "Number": {
          "Value": "5"
        }
      }
    }
    "#);
}

#[test]
fn references_to_disabled_items_show_both_spans() {
    let loaded = load_web(
        "when = \"vars.on\"\ndepends_on = [\"off\"]\n[It]\ntype = \"Acme::SNS::Topic\"\nX = \"${stacks.off.Y}\"\ndepends_on = [\"Gone\"]\n[Gone]\ntype = \"Acme::SNS::Topic\"\nwhen = \"vars.days > 5\"\n[Full]\ntype = \"Acme::SNS::Topic\"\nX = { Ref = \"Gone\" }\n",
    );
    assert!(loaded.blueprint.is_none());
    let blueprint = format!(
        "{BLUEPRINT}\n[stacks.off]\nwhen = \"not vars.on\"\n[stacks.off.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.off.outputs]\nY = \"${{T}}\"\n"
    );
    let web = "when = \"vars.on\"\ndepends_on = [\"off\"]\n[It]\ntype = \"Acme::SNS::Topic\"\nX = \"${stacks.off.Y}\"\ndepends_on = [\"Gone\"]\n[Gone]\ntype = \"Acme::SNS::Topic\"\nwhen = \"vars.days > 5\"\n[Full]\ntype = \"Acme::SNS::Topic\"\nX = { Ref = \"Gone\" }\n";
    let loaded = load_files(&[
        ("blueprint.toml", &blueprint),
        ("stacks/web.toml", web),
        ("site/a", ""),
    ]);
    assert_snapshot!(brief(&loaded), @r#"
    stacks/web.toml:2 + blueprint.toml:46 turned_off: stack `off` is disabled by its `when`
    stacks/web.toml:5 + blueprint.toml:46 turned_off: stack `off` is disabled by its `when`
    stacks/web.toml:6 + stacks/web.toml:9 turned_off: resource `Gone` is disabled by its `when`
    stacks/web.toml:12 + stacks/web.toml:9 turned_off: resource `Gone` is disabled by its `when`
    "#);
}

#[test]
fn conditions_of_resources_must_be_known_when_rendering() {
    let loaded = load_web(
        "when = \"Topic == 'x'\"\n[Topic]\ntype = \"Acme::SNS::Topic\"\nwhen = \"stacks.network.VpcId\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nfor_each = \"${Topic}\"\n[Role]\ntype = \"AWS::IAM::Role\"\nfor_each = \"${stacks.network.Zones}\"\n[It]\ntype = \"Acme::SNS::Topic\"\nwhen = \"vars.days\"\n[Other]\ntype = \"Acme::SNS::Topic\"\nwhen = \"${vars.on}\"\n",
    );
    assert_snapshot!(errors(&loaded), @r#"
    error unknown_reference: `Topic` is not known when rendering, and this value must be
      stacks/web.toml:1:8 `"Topic == 'x'"`
      help: use a variable (`vars.…`), `env.name` or `each.…`
    error known_too_late: outputs of stacks are known only after deployment, and this value must be known when rendering
      stacks/web.toml:4:8 `"stacks.network.VpcId"`
    error unknown_reference: `Topic` is not known when rendering, and this value must be
      stacks/web.toml:7:13 `${Topic}`
      help: use a variable (`vars.…`), `env.name` or `each.…`
    error missing_property: missing property `AssumeRolePolicyDocument` of `AWS::IAM::Role`
      stacks/web.toml:8:2 `Role` `AssumeRolePolicyDocument` is missing
    error known_too_late: outputs of stacks are known only after deployment, and this value must be known when rendering
      stacks/web.toml:10:13 `${stacks.network.Zones}`
    error wrong_type: expected a boolean for `when`, found an integer
      stacks/web.toml:13:8 `"vars.days"`
      help: compare it: `vars.x == 'value'`, `vars.list | length > 0`
    error expression: `when` is an expression already, without `${}`
      stacks/web.toml:16:8 `"${vars.on}"`
      help: write `vars.on`
    "#);
}

#[test]
fn a_stack_without_enabled_resources_must_be_disabled() {
    let loaded = load_stack("[Topic]\ntype = \"AWS::SNS::Topic\"\nwhen = \"false\"\n");
    assert_snapshot!(problems(&loaded), @r#"
    error template_shape: a template must have at least one resource
      stacks/web.toml:1:1 `[Topic]`
      stacks/web.toml:3:8 `"false"` disabled here
      help: every resource is disabled: move the `when` to the stack
    "#);
}
