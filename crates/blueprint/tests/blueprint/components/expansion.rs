//! Expansion of components into a stack or into resources of one, and overlays on them.

use super::QUEUE;
use crate::support::{errors, expect_valid, load_files, load_with, part, template};
use insta::assert_snapshot;

#[test]
fn a_component_can_be_a_stack() {
    let blueprint = expect_valid(load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\n[stacks.jobs]\nuse = \"./components/queue\"\ninputs.delay = 5\n",
        ),
        ("components/queue.toml", QUEUE),
    ]));
    assert_snapshot!(template(&blueprint, "jobs"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Resources": {
        "Queue": {
          "Type": "AWS::SQS::Queue",
          "Properties": {
            "DelaySeconds": 5
          }
        }
      },
      "Outputs": {
        "Url": {
          "Value": {
            "Fn::GetAtt": [
              "Queue",
              "QueueUrl"
            ]
          }
        },
        "Arn": {
          "Description": "For policies",
          "Value": {
            "Fn::GetAtt": [
              "Queue",
              "Arn"
            ]
          }
        }
      }
    }
    "#);
}

#[test]
fn a_component_can_be_a_resource() {
    let blueprint = expect_valid(load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\nvars.names = [\"red\", \"blue\"]\n",
        ),
        ("components/queue.toml", QUEUE),
        (
            "stacks/jobs.toml",
            r#"
[Topic]
type = "AWS::SNS::Topic"

[Orders]
use = "../components/queue.toml"
depends_on = ["Topic"]
inputs.name = "${Topic.TopicName}-orders"
inputs.dead = true

[Each]
use = "../components/queue"
for_each = "${vars.names}"
inputs.name = "${each.value}"

[Subscription]
type = "AWS::SNS::Subscription"
depends_on = ["Orders"]
TopicArn = "${Topic}"
Protocol = "sqs"
Endpoint = "${Orders.Arn}"

[outputs]
Urls = "${Each.*.Url}"
First = "${Each[0].Url}"
Text = "at ${Orders.Url}"
"#,
        ),
    ]));
    assert_snapshot!(template(&blueprint, "jobs"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Resources": {
        "Topic": {
          "Type": "AWS::SNS::Topic"
        },
        "OrdersDead": {
          "Type": "AWS::SQS::Queue",
          "DependsOn": [
            "Topic"
          ]
        },
        "OrdersQueue": {
          "Type": "AWS::SQS::Queue",
          "DependsOn": [
            "Topic"
          ],
          "Properties": {
            "QueueName": {
              "Fn::Sub": "${Topic.TopicName}-orders"
            },
            "DelaySeconds": 0,
            "RedrivePolicy": {
              "deadLetterTargetArn": {
                "Fn::GetAtt": [
                  "OrdersDead",
                  "Arn"
                ]
              },
              "maxReceiveCount": 3
            }
          }
        },
        "EachRedQueue": {
          "Type": "AWS::SQS::Queue",
          "Properties": {
            "QueueName": "red",
            "DelaySeconds": 0
          }
        },
        "EachBlueQueue": {
          "Type": "AWS::SQS::Queue",
          "Properties": {
            "QueueName": "blue",
            "DelaySeconds": 0
          }
        },
        "Subscription": {
          "Type": "AWS::SNS::Subscription",
          "DependsOn": [
            "OrdersDead",
            "OrdersQueue"
          ],
          "Properties": {
            "TopicArn": {
              "Ref": "Topic"
            },
            "Protocol": "sqs",
            "Endpoint": {
              "Fn::GetAtt": [
                "OrdersQueue",
                "Arn"
              ]
            }
          }
        }
      },
      "Outputs": {
        "Urls": {
          "Value": {
            "Fn::Join": [
              ",",
              [
                {
                  "Fn::GetAtt": [
                    "EachRedQueue",
                    "QueueUrl"
                  ]
                },
                {
                  "Fn::GetAtt": [
                    "EachBlueQueue",
                    "QueueUrl"
                  ]
                }
              ]
            ]
          }
        },
        "First": {
          "Value": {
            "Fn::GetAtt": [
              "EachRedQueue",
              "QueueUrl"
            ]
          }
        },
        "Text": {
          "Value": {
            "Fn::Sub": "at ${OrdersQueue.QueueUrl}"
          }
        }
      }
    }
    "#);
}

#[test]
fn overlays_change_inputs_before_and_resources_after_expansion() {
    let list = [
        (
            "blueprint.toml",
            r#"
name = "demo"
[env.prod]
stacks.jobs.inputs.delay = 9
stacks.jobs.Queue.QueueName = "prod"
stacks.jobs.outputs.Arn.description = "In production"
stacks.many.A.inputs.dead = true
stacks.many.AQueue.KmsMasterKeyId = "alias/key"
stacks.many.New = { use = "./components/queue" }
[env.wrong]
stacks.jobs.inputs.dely = 9
stacks.many.A.inputs.ded = true
stacks.jobs.Quee.QueueName = "x"
stacks.jobs.Queue.Nothing.There = 1
stacks.jobs.outputs.Url2 = "x"
stacks.many.AQueu.QueueName = "x"
[stacks.jobs]
use = "./components/queue"
"#,
        ),
        (
            "stacks/many.toml",
            "[A]\nuse = \"../components/queue\"\n[B]\nuse = \"../components/queue\"\n",
        ),
        (
            "components/queue.toml",
            &QUEUE.replace("QueueName", "KmsMasterKeyId = \"alias/aws/sqs\"\nQueueName"),
        ),
    ];
    let loaded = load_with(&list, Some("wrong"), &[]);
    let unasked = load_with(&list, None, &[]);
    assert_eq!(errors(&loaded), errors(&unasked), "in whatever environment");
    assert_snapshot!(errors(&loaded), @r#"
    error unknown_input: component `components/queue.toml` has no input `dely`
      blueprint.toml:11:20 `dely`
      help: did you mean `delay`?
    error unknown_input: component `components/queue.toml` has no input `ded`
      blueprint.toml:12:22 `ded`
      help: did you mean `dead`?
    error unknown_overlay: the stack has no `Quee` to overlay
      blueprint.toml:13:13 `Quee`
      help: did you mean `Queue`?
    error unknown_overlay: the stack has no `Queue.Nothing` to overlay
      blueprint.toml:14:19 `Nothing`
      help: write it in the stack, then an environment can replace it
    error unknown_overlay: the stack has no `outputs.Url2` to overlay
      blueprint.toml:15:21 `Url2`
      help: did you mean `Url`?
    error unknown_overlay: the stack has no `AQueu` to overlay
      blueprint.toml:16:13 `AQueu`
      help: did you mean `AQueue`?
    "#);
    let list = list.map(|(path, text)| {
        (
            path,
            text.split("[env.wrong]").next().unwrap().to_owned()
                + if path == "blueprint.toml" {
                    "[stacks.jobs]\nuse = \"./components/queue\"\n"
                } else {
                    ""
                },
        )
    });
    let list: Vec<(&str, &str)> = list
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let blueprint = expect_valid(load_with(&list, Some("prod"), &[]));
    assert_snapshot!(part(&blueprint, "jobs", "Resources"), @r#"
    {"Queue":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"alias/aws/sqs","QueueName":"prod","DelaySeconds":9}}}
    "#);
    assert_eq!(
        part(&blueprint, "jobs", "Outputs.Arn.Description"),
        "\"In production\""
    );
    assert_snapshot!(part(&blueprint, "many", "Resources"), @r#"
    {"ADead":{"Type":"AWS::SQS::Queue"},"AQueue":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"alias/key","DelaySeconds":0,"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetAtt":["ADead","Arn"]},"maxReceiveCount":3}}},"BQueue":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"alias/aws/sqs","DelaySeconds":0}},"NewQueue":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"alias/aws/sqs","DelaySeconds":0}}}
    "#);
}
