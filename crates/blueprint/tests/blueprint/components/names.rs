//! Names of a component's resources, parameters, conditions and mappings.

use crate::support::{errors, expect_valid, load_files, template};
use insta::assert_snapshot;

#[test]
fn parameters_conditions_and_mappings_of_a_component_are_prefixed() {
    let blueprint = expect_valid(load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "components/it.toml",
            r#"
description = "Said by the component"
metadata.owner = "us"
[conditions]
Big = { "Fn::Equals" = ["${Size}", "big"] }
Huge = { "Fn::And" = [{ Condition = "Big" }, { "Fn::Equals" = ["a", "b"] }] }
[mappings]
Delays.big = { delay = 5 }
[parameters]
Size = { Type = "String", Default = "big" }
[Queue]
type = "AWS::SQS::Queue"
DelaySeconds = { "Fn::If" = ["Big", { "Fn::FindInMap" = ["Delays", { Ref = "Size" }, "delay"] }, "${AWS::NoValue}"] }
[Dead]
type = "AWS::SQS::Queue"
condition = "Huge"
depends_on = ["Queue"]
QueueName = { "Fn::Sub" = "${AWS::StackName}-${Size}-${Queue.QueueName}" }
Tags = [{ Key = "arn", Value = { "Fn::GetAtt" = ["Queue", "Arn"] } }, { Key = "x", Value = { "Fn::Sub" = ["${Size}${Own}", { Own = { Ref = "Queue" } }] } }]
[outputs]
Arn = "${Queue.Arn}"
"#,
        ),
        (
            "stacks/web.toml",
            "conditions.On = { \"Fn::Equals\" = [\"a\", \"a\"] }\n[A]\nuse = \"../components/it\"\ncondition = \"On\"\n",
        ),
        (
            "stacks/whole.toml",
            "use = \"../components/it\"\nmetadata.more = 1\n[Own]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${Queue.QueueName} ${Size}\"\n[outputs]\nName = \"${Queue.QueueName}\"\n",
        ),
    ]));
    assert_snapshot!(template(&blueprint, "web"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Mappings": {
        "ADelays": {
          "big": {
            "delay": 5
          }
        }
      },
      "Parameters": {
        "ASize": {
          "Type": "String",
          "Default": "big"
        }
      },
      "Conditions": {
        "On": {
          "Fn::Equals": [
            "a",
            "a"
          ]
        },
        "ABig": {
          "Fn::Equals": [
            {
              "Ref": "ASize"
            },
            "big"
          ]
        },
        "AHuge": {
          "Fn::And": [
            {
              "Condition": "ABig"
            },
            {
              "Fn::Equals": [
                "a",
                "b"
              ]
            }
          ]
        },
        "AHugeAndOn": {
          "Fn::And": [
            {
              "Condition": "AHuge"
            },
            {
              "Condition": "On"
            }
          ]
        }
      },
      "Resources": {
        "AQueue": {
          "Type": "AWS::SQS::Queue",
          "Condition": "On",
          "Properties": {
            "DelaySeconds": {
              "Fn::If": [
                "ABig",
                {
                  "Fn::FindInMap": [
                    "ADelays",
                    {
                      "Ref": "ASize"
                    },
                    "delay"
                  ]
                },
                {
                  "Ref": "AWS::NoValue"
                }
              ]
            }
          }
        },
        "ADead": {
          "Type": "AWS::SQS::Queue",
          "Condition": "AHugeAndOn",
          "DependsOn": [
            "AQueue"
          ],
          "Properties": {
            "QueueName": {
              "Fn::Sub": "${AWS::StackName}-${ASize}-${AQueue.QueueName}"
            },
            "Tags": [
              {
                "Key": "arn",
                "Value": {
                  "Fn::GetAtt": [
                    "AQueue",
                    "Arn"
                  ]
                }
              },
              {
                "Key": "x",
                "Value": {
                  "Fn::Sub": [
                    "${ASize}${Own}",
                    {
                      "Own": {
                        "Ref": "AQueue"
                      }
                    }
                  ]
                }
              }
            ]
          }
        }
      }
    }
    "#);
    assert_snapshot!(template(&blueprint, "whole"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Description": "Said by the component",
      "Metadata": {
        "more": 1,
        "owner": "us"
      },
      "Mappings": {
        "Delays": {
          "big": {
            "delay": 5
          }
        }
      },
      "Conditions": {
        "Big": {
          "Fn::Equals": [
            {
              "Ref": "Size"
            },
            "big"
          ]
        },
        "Huge": {
          "Fn::And": [
            {
              "Condition": "Big"
            },
            {
              "Fn::Equals": [
                "a",
                "b"
              ]
            }
          ]
        }
      },
      "Parameters": {
        "Size": {
          "Type": "String",
          "Default": "big"
        }
      },
      "Resources": {
        "Own": {
          "Type": "AWS::SNS::Topic",
          "Properties": {
            "DisplayName": {
              "Fn::Sub": "${Queue.QueueName} ${Size}"
            }
          }
        },
        "Queue": {
          "Type": "AWS::SQS::Queue",
          "Properties": {
            "DelaySeconds": {
              "Fn::If": [
                "Big",
                {
                  "Fn::FindInMap": [
                    "Delays",
                    {
                      "Ref": "Size"
                    },
                    "delay"
                  ]
                },
                {
                  "Ref": "AWS::NoValue"
                }
              ]
            }
          }
        },
        "Dead": {
          "Type": "AWS::SQS::Queue",
          "Condition": "Huge",
          "DependsOn": [
            "Queue"
          ],
          "Properties": {
            "QueueName": {
              "Fn::Sub": "${AWS::StackName}-${Size}-${Queue.QueueName}"
            },
            "Tags": [
              {
                "Key": "arn",
                "Value": {
                  "Fn::GetAtt": [
                    "Queue",
                    "Arn"
                  ]
                }
              },
              {
                "Key": "x",
                "Value": {
                  "Fn::Sub": [
                    "${Size}${Own}",
                    {
                      "Own": {
                        "Ref": "Queue"
                      }
                    }
                  ]
                }
              }
            ]
          }
        }
      },
      "Outputs": {
        "Name": {
          "Value": {
            "Fn::GetAtt": [
              "Queue",
              "QueueName"
            ]
          }
        },
        "Arn": {
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
fn names_from_components_must_not_collide() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "components/it.toml",
            "conditions.On = { \"Fn::Equals\" = [\"a\", \"a\"] }\nparameters.Size = { Type = \"String\", Default = \"x\" }\n[Queue]\ntype = \"AWS::SQS::Queue\"\ncondition = \"On\"\nQueueName = \"${Size}\"\n[outputs]\nArn = \"${Queue.Arn}\"\n",
        ),
        (
            "stacks/web.toml",
            "parameters.ASize = { Type = \"String\", Default = \"y\" }\nconditions.AOn = { \"Fn::Equals\" = [\"a\", \"${ASize}\"] }\n[A]\nuse = \"../components/it\"\n[AQueue]\ntype = \"AWS::SQS::Queue\"\n",
        ),
        (
            "stacks/whole.toml",
            "use = \"../components/it\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\n[outputs]\nArn = \"mine\"\n",
        ),
    ]);
    assert_snapshot!(errors(&loaded), @r#"
    error duplicate_logical_id: duplicate output `Arn`
      stacks/whole.toml:5:1 `Arn` the stack's own
      components/it.toml:8:1 `Arn` the component's
    error duplicate_logical_id: duplicate condition `AOn`
      components/it.toml:1:12 `On` this one
      stacks/web.toml:2:12 `AOn` and this one
      stacks/web.toml:4:7 `"../components/it"` used here
    error duplicate_logical_id: duplicate parameter `ASize`
      components/it.toml:2:12 `Size` this one
      stacks/web.toml:1:12 `ASize` and this one
      stacks/web.toml:4:7 `"../components/it"` used here
    error duplicate_logical_id: two resources would be named `AQueue`
      components/it.toml:3:2 `Queue` from here
      stacks/web.toml:5:2 `AQueue` and from here
      stacks/web.toml:4:7 `"../components/it"` used here
      help: a component's resources are named after the resource that uses it: rename that one
    error duplicate_logical_id: two resources would be named `Queue`
      components/it.toml:3:2 `Queue` from here
      stacks/whole.toml:2:2 `Queue` and from here
      stacks/whole.toml:1:7 `"../components/it"` used here
      help: a component's resources are named after the resource that uses it: rename that one
    "#);
}
