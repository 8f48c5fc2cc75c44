//! Components: as stacks and as resources, with inputs that are typed and checked where they are
//! written.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use insta::assert_snapshot;
use support::{good, load_files, template};

const QUEUE: &str = r#"
[inputs]
delay = { type = "integer", default = 0, min = 0, max = 900 }
name = { type = "string", default = "${none}" }
dead = { type = "boolean", default = false }

[Dead]
type = "AWS::SQS::Queue"
when = "inputs.dead"

[Queue]
type = "AWS::SQS::Queue"
QueueName = "${inputs.name}"
DelaySeconds = "${inputs.delay}"
RedrivePolicy = "${{'deadLetterTargetArn': Dead.Arn, 'maxReceiveCount': 3} if inputs.dead else none}"

[outputs]
Url = "${Queue.QueueUrl}"
Arn = { value = "${Queue.Arn}", description = "For policies" }
"#;

#[test]
fn a_component_is_a_whole_stack() {
    let blueprint = good(load_files(&[
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
fn a_component_is_one_of_a_stacks_resources() {
    let blueprint = good(load_files(&[
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
