//! Components: as stacks and as resources, with inputs that are typed and checked where they are
//! written.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use insta::assert_snapshot;
use support::{errors, good, load_files, load_with, part, problems, template};

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

#[test]
fn inputs_are_checked_where_they_are_written() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "components/all.toml",
            r#"
[inputs]
level = { type = "string", one_of = ["INFO", "DEBUG"] }
name = { type = "string", pattern = "[a-z]+" }
days = { default = 7, min = 1, max = 30 }
ids = { type = "list" }
tags = { type = "map", default = {} }
on = false
missing = { type = "string", description = "Nobody gives it" }
mode = { default = "a", one_of = ["a", "b"] }
only_b = { type = "string", when = "inputs.mode == 'b'" }
network = { type = "stack", provides = ["VpcId", "Zones"] }

[Topic]
type = "AWS::SNS::Topic"
TopicName = "${inputs.name}${inputs.level}${inputs.days}${inputs.missing}${inputs.mode}"
Tags = "${inputs.tags}"
FifoTopic = "${inputs.on}"
DisplayName = "${inputs.ids}${inputs.only_b}${inputs.network.VpcId}${inputs.network.Other}${inputs.netwrk}"
"#,
        ),
        (
            "stacks/net.toml",
            "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\nZone = \"a\"\n",
        ),
        (
            "stacks/web.toml",
            r#"
use = "../components/all"

[inputs]
level = "INF"
name = "A1"
days = 99
ids = "one"
on = "true"
colour = "red"
dayz = 3
network = "${stacks.net}"
"#,
        ),
        (
            "stacks/late.toml",
            r#"
[Role]
type = "AWS::IAM::Role"
AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal.Service = "ec2.amazonaws.com" }] }

[It]
use = "../components/all"
inputs.level = "${Role}"
inputs.name = ["${Role.Arn}"]
inputs.ids = "${Role}"
inputs.missing = "${Rolle.Arn}"
inputs.tags = "x-${Role}"
inputs.network = "${Role}"

[Whole]
use = "../components/all"
inputs = { level = "INFO", name = "a", ids = [], missing = "${stacks.net}", network = "net" }
"#,
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error wrong_type: the input is a string, not a list
      stacks/late.toml:9:15 `["${Role.Arn}"]` must be a string
      components/all.toml:4:1 `name` declared here
    error wrong_type: the input is a list, not a single value
      stacks/late.toml:10:14 `"${Role}"` must be a list
      components/all.toml:6:1 `ids` declared here
    error unknown_reference: `Rolle` is no resource or parameter of this stack
      stacks/late.toml:11:19 `${Rolle.Arn}`
      help: did you mean `${Role.Arn}`? To mean the text itself write `${!Rolle.Arn}`, or put the whole text into a file: `${file('…')}`
    error wrong_type: the input is a table, not a text
      stacks/late.toml:12:15 `"x-${Role}"` must be a table
      components/all.toml:7:1 `tags` declared here
    error property_type: `Tags` is a list, and this gives a text
      stacks/late.toml:12:15 `"x-${Role}"` a text
    error wrong_type: `${Role}` is no stack, and an input of type stack takes a whole one
      stacks/late.toml:13:19 `${Role}`
      help: write `${stacks.KEY}`
    error unknown_output: `${stacks.net}` is a whole stack, and an input is one value
      stacks/late.toml:17:61 `${stacks.net}`
      help: write one of its outputs, as `${stacks.net.VpcId}`
    error wrong_type: the input is a whole stack, not a string
      stacks/late.toml:17:87 `"net"` must be a whole stack
      components/all.toml:12:1 `network` declared here
      help: write `${stacks.KEY}`
    error missing_input: component `components/all.toml` needs the input `missing`
      stacks/web.toml:2:7 `"../components/all"`
      components/all.toml:9:1 `missing` declared here
      help: give it a string: `inputs.missing = …`
    error bad_value: `INF` is not among the values that are allowed
      stacks/web.toml:5:9 `"INF"`
      components/all.toml:3:1 `level` declared here
      help: did you mean `INFO`?
    error bad_value: `A1` does not fit the pattern `[a-z]+`
      stacks/web.toml:6:8 `"A1"`
      components/all.toml:4:1 `name` declared here
    error bad_value: `99` is too large: at most 30
      stacks/web.toml:7:8 `99`
      components/all.toml:5:1 `days` declared here
    error wrong_type: the input is a list, not a string
      stacks/web.toml:8:7 `"one"` must be a list
      components/all.toml:6:1 `ids` declared here
    error wrong_type: the input is a boolean, not a string
      stacks/web.toml:9:6 `"true"` must be a boolean
      components/all.toml:8:1 `on` declared here
      help: write `true` without quotes
    error unknown_input: component `components/all.toml` has no input `colour`
      stacks/web.toml:10:1 `colour`
      help: its inputs are `level`, `name`, `days`, `ids`, `tags`, `on`, `missing`, `mode`, `only_b` and `network`
    error unknown_input: component `components/all.toml` has no input `dayz`
      stacks/web.toml:11:1 `dayz`
      help: did you mean `days`?
    error not_provided: stack `net` has no output `Zones`, which component `components/all.toml` needs
      stacks/web.toml:12:11 `"${stacks.net}"`
      components/all.toml:12:50 `"Zones"` needed here
      help: it has `Zone`
    error turned_off: input `only_b` is turned off by its `when`
      components/all.toml:19:29 `${inputs.only_b}` needs it
      components/all.toml:11:36 `"inputs.mode == 'b'"` off here
      stacks/late.toml:7:7 `"../components/all"` used here
      help: give both the same `when`, or choose in an expression: `${X if … else none}`
    error unknown_input: the component has no input `netwrk`
      components/all.toml:19:91 `${inputs.netwrk}`
      stacks/late.toml:7:7 `"../components/all"` used here
      help: did you mean `${inputs.network}`? To mean the text itself write `${!inputs.netwrk}`, or put the whole text into a file: `${file('…')}`
    error property_type: `Tags` is a list, not a table
      components/all.toml:7:34 `{}` of another type
      stacks/late.toml:16:7 `"../components/all"` used here
    error unknown_output: `${inputs.missing}` is a whole stack, and a property is one value
      components/all.toml:16:57 `${inputs.missing}`
      stacks/late.toml:17:60 `"${stacks.net}"` given here
      stacks/late.toml:16:7 `"../components/all"` used here
      help: write one of its outputs, as `${inputs.missing.VpcId}`
    error not_provided: `Other` is not among what `network` provides
      components/all.toml:19:68 `${inputs.network.Other}`
      stacks/web.toml:12:11 `"${stacks.net}"` given here
      stacks/web.toml:2:7 `"../components/all"` used here
      help: add it to the `provides` of input `network`. To mean the text itself write `${!inputs.network.Other}`, or put the whole text into a file: `${file('…')}`
    "#);
}

#[test]
fn a_stack_is_given_whole_and_its_outputs_are_the_inputs() {
    let network = "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\nSubnetIds = [\"subnet-1\", \"subnet-2\"]\n";
    let inner = r#"
[inputs]
network = { type = "stack", provides = ["VpcId", "SubnetIds"] }
[Group]
type = "AWS::EC2::SecurityGroup"
GroupDescription = "in ${inputs.network.VpcId}"
VpcId = "${inputs.network.VpcId}"
[outputs]
Id = "${Group.GroupId}"
Subnets = "${inputs.network.SubnetIds}"
Vpc = "${inputs.network.VpcId}"
"#;
    let blueprint = good(load_files(&[
        ("blueprint.toml", "name = \"demo\"\nvars.second = true\n"),
        ("stacks/network.toml", network),
        ("stacks/other.toml", network),
        (
            "stacks/web.toml",
            "use = \"../components/outer\"\ninputs.network = \"${stacks.other if vars.second else stacks.network}\"\n[outputs]\nVpc = \"${Inner.Vpc}\"\n",
        ),
        (
            "components/outer.toml",
            "[inputs]\nnetwork = { type = \"stack\" }\n[Inner]\nuse = \"./inner\"\ninputs.network = \"${inputs.network}\"\n[Endpoint]\ntype = \"AWS::EC2::VPCEndpoint\"\nVpcId = \"${Inner.Vpc}\"\nServiceName = \"com.amazonaws.us-east-1.s3\"\nSubnetIds = \"${Inner.Subnets}\"\nSecurityGroupIds = [\"${Inner.Id}\"]\n",
        ),
        ("components/inner.toml", inner),
    ]));
    assert_snapshot!(template(&blueprint, "web"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Parameters": {
        "OtherVpcId": {
          "Type": "String",
          "Description": "formwork: from other.VpcId"
        },
        "OtherSubnetIds": {
          "Type": "CommaDelimitedList",
          "Description": "formwork: from other.SubnetIds"
        }
      },
      "Resources": {
        "InnerGroup": {
          "Type": "AWS::EC2::SecurityGroup",
          "Properties": {
            "GroupDescription": {
              "Fn::Sub": "in ${OtherVpcId}"
            },
            "VpcId": {
              "Ref": "OtherVpcId"
            }
          }
        },
        "Endpoint": {
          "Type": "AWS::EC2::VPCEndpoint",
          "Properties": {
            "VpcId": {
              "Ref": "OtherVpcId"
            },
            "ServiceName": "com.amazonaws.us-east-1.s3",
            "SubnetIds": {
              "Ref": "OtherSubnetIds"
            },
            "SecurityGroupIds": [
              {
                "Fn::GetAtt": [
                  "InnerGroup",
                  "GroupId"
                ]
              }
            ]
          }
        }
      },
      "Outputs": {
        "Vpc": {
          "Value": {
            "Ref": "OtherVpcId"
          }
        }
      }
    }
    "#);
    let stack = blueprint.graph.get("web").unwrap();
    let uses: Vec<_> = stack
        .components
        .iter()
        .map(|used| {
            let network = used.inputs["network"].stack.as_ref().unwrap();
            format!("{:?} {} network={network}", used.prefix, used.component)
        })
        .collect();
    assert_eq!(
        uses,
        [
            "\"\" components/outer.toml network=other",
            "\"Inner\" components/inner.toml network=other"
        ]
    );
}

#[test]
fn parameters_conditions_and_mappings_of_a_component_get_its_name() {
    let blueprint = good(load_files(&[
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
fn overlays_reach_inputs_before_and_resources_after_components_are_expanded() {
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
    error unknown_overlay: the stack has no `Quee` that could be overlaid
      blueprint.toml:13:13 `Quee`
      help: did you mean `Queue`?
    error unknown_overlay: the stack has no `Queue.Nothing` that could be overlaid
      blueprint.toml:14:19 `Nothing`
      help: write it in the stack, then an environment can replace it
    error unknown_overlay: the stack has no `outputs.Url2` that could be overlaid
      blueprint.toml:15:21 `Url2`
      help: did you mean `Url`?
    error unknown_overlay: the stack has no `AQueu` that could be overlaid
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
    let blueprint = good(load_with(&list, Some("prod"), &[]));
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

#[test]
fn a_problem_in_a_component_shows_who_uses_it_and_is_said_once() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "components/inner.toml",
            "[inputs]\nunused = 1\nname = \"a\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nQueueName = \"${inputs.nam}\"\nDelaySeconds = \"${Quee.Delay}\"\n[outputs]\nName = \"${Nobody}\"\n",
        ),
        (
            "components/outer.toml",
            "[A]\nuse = \"./inner\"\n[B]\nuse = \"./inner\"\n",
        ),
        ("components/broken.toml", "[Queue\ntype = 1\n"),
        (
            "stacks/web.toml",
            "[X]\nuse = \"../components/outer\"\n[Y]\nuse = \"../components/broken\"\n[Z]\nuse = \"../components/broken\"\n[T]\ntype = \"AWS::SNS::Topic\"\nTopicName = \"${Y.Name}${X.Name}\"\n",
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error unknown_output: `X` is a component, `components/outer.toml`, without an output `Name`
      stacks/web.toml:9:23 `${X.Name}`
      help: it has no outputs. To mean the text itself write `${!X.Name}`, or put the whole text into a file: `${file('…')}`
    warning unused_input: input `unused` is never used
      components/inner.toml:2:1 `unused`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: refer to it as `${inputs.unused}`, or remove it
    error unknown_input: the component has no input `nam`
      components/inner.toml:6:14 `${inputs.nam}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: did you mean `${inputs.name}`? To mean the text itself write `${!inputs.nam}`, or put the whole text into a file: `${file('…')}`
    error unknown_reference: `Quee` is no resource or parameter of this component
      components/inner.toml:7:17 `${Quee.Delay}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: did you mean `${Queue.Delay}`? To mean the text itself write `${!Quee.Delay}`, or put the whole text into a file: `${file('…')}`
    error unknown_reference: `Nobody` is no resource or parameter of this component
      components/inner.toml:9:9 `${Nobody}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: To mean the text itself write `${!Nobody}`, or put the whole text into a file: `${file('…')}`
    error toml_syntax: unclosed table, expected `]`
      components/broken.toml:1:7 ``
      stacks/web.toml:4:7 `"../components/broken"` used here
    "#);
}

#[test]
fn what_a_use_cannot_say_is_refused() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        ("components/queue.toml", QUEUE),
        (
            "components/stack.toml",
            "name = \"x\"\nuse = \"./queue\"\nwhen = \"true\"\nregion = \"x\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\n",
        ),
        (
            "stacks/web.toml",
            r#"
inputs.a = 1
[A]
use = "../components/queue"
type = "AWS::SQS::Queue"
deletion_policy = "Retain"
DelaySeconds = 5
exposure = "vpc"
[B]
use = "../components/nothing"
[C]
use = "aws/nothing"
[D]
use = "components/queue"
[E]
use = "../../outside"
[F]
use = ["x"]
[G]
use = "../components/stack"
[H]
type = "AWS::SQS::Queue"
inputs.a = 1
QueueName = "${A}${A.Urll}${A.Url.More}${A.*.Url}"
DelaySeconds = { "Fn::GetAtt" = ["A", "Url"] }
[I]
use = "../components"
"#,
        ),
        ("stacks/component.toml", QUEUE),
        (
            "stacks/both.toml",
            "use = \"../components/queue\"\ntemplate = \"x.json\"\n",
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error template_stack: a stack is a component or an existing template, not both
      stacks/both.toml:1:1 `use`
      stacks/both.toml:2:1 `template` the template
    error unreadable_file: cannot open `x.json`: there is no such file
      stacks/both.toml:2:12 `"x.json"`
      help: a path is relative to the file that says it, and stays under the blueprint's `root`
    error bad_component: `inputs` are given to a component, and there is no `use`
      stacks/component.toml:2:2 `inputs`
      help: a file that declares inputs is a component: it lies under `components`, and a stack or resource says `use = "./components/…"`
    error unknown_input: `inputs` mean something only in a component
      stacks/component.toml:9:8 `"inputs.dead"`
      help: here stand variables, `vars.…`; what a component is given stands under `inputs`, without `${inputs.…}`
    error unknown_input: `inputs` mean something only in a component
      stacks/component.toml:13:14 `${inputs.name}`
      help: here stand variables, `vars.…`; what a component is given stands under `inputs`, without `${inputs.…}`. To mean the text itself write `${!inputs.name}`, or put the whole text into a file: `${file('…')}`
    error unknown_input: `inputs` mean something only in a component
      stacks/component.toml:14:17 `${inputs.delay}`
      help: here stand variables, `vars.…`; what a component is given stands under `inputs`, without `${inputs.…}`. To mean the text itself write `${!inputs.delay}`, or put the whole text into a file: `${file('…')}`
    error unknown_input: `inputs` mean something only in a component
      stacks/component.toml:15:18 `${{'deadLetterTargetArn': Dead.Arn, 'maxReceiveCount': 3} if`
      help: here stand variables, `vars.…`; what a component is given stands under `inputs`, without `${inputs.…}`. To mean the text itself write `${!` for `${`, or put the whole text into a file: `${file('…')}`
    error bad_component: `inputs` are given to a component, and there is no `use`
      stacks/web.toml:2:1 `inputs`
      help: say which component: `use = "aws/vpc"`, `use = "./components/…"`
    error bad_component: `A` has a `type` and a `use`
      stacks/web.toml:5:1 `type`
      help: a resource is of a type, or it is a component
    error bad_component: `deletion_policy` belongs to the resources of a component, not to its use
      stacks/web.toml:6:1 `deletion_policy`
      help: beside `use` stand `inputs`, `depends_on`, `condition`, `when` and `for_each`; where the component has no input for it, an environment's overlay can change its resources
    error bad_component: `A` is a component, which has no property `DelaySeconds`
      stacks/web.toml:7:1 `DelaySeconds`
      help: give it an input, as `inputs.name = …`; a property of one of its resources is changed by an environment's overlay, `stacks.KEY.AResource.DelaySeconds = …`
    error not_yet_supported: `exposure` in a resource is not yet supported
      stacks/web.toml:8:1 `exposure`
      help: a later version of formwork will know it; remove it until then
    error unknown_component: cannot open `../components/nothing.toml`: there is no such file
      stacks/web.toml:10:7 `"../components/nothing"`
      help: a component's path is relative to the file that says it, and stays under the blueprint's `root`
    error unknown_component: there is no component `aws/nothing`
      stacks/web.toml:12:7 `"aws/nothing"`
      help: shipped with formwork are `aws/apigateway-account`, `aws/bucket`, `aws/function`, `aws/instance`, `aws/queue`, `aws/rest-api`, `aws/table` and `aws/vpc`
    error unknown_component: there is no component `components/queue`
      stacks/web.toml:14:7 `"components/queue"`
      help: one of the blueprint's own begins with `./`, as `./components/queue`; shipped with formwork are `aws/apigateway-account`, `aws/bucket`, `aws/function`, `aws/instance`, `aws/queue`, `aws/rest-api`, `aws/table` and `aws/vpc`
    error unknown_component: cannot open `../../outside.toml`: there is no such file
      stacks/web.toml:16:7 `"../../outside"`
      help: a component's path is relative to the file that says it, and stays under the blueprint's `root`
    error wrong_type: `use` is a string, not a list
      stacks/web.toml:18:7 `["x"]` must be a string
    error bad_component: `inputs` are given to a component, and there is no `use`
      stacks/web.toml:23:1 `inputs`
      help: say which component: `use = "aws/vpc"`, `use = "./components/…"`
    error unknown_reference: `A` is a component: a value is one of its outputs
      stacks/web.toml:24:14 `${A}`
      help: write `${A.Url}`
    error unknown_output: `A` is a component, `components/queue.toml`, without an output `Urll`
      stacks/web.toml:24:18 `${A.Urll}`
      help: did you mean `${A.Url}`? To mean the text itself write `${!A.Urll}`, or put the whole text into a file: `${file('…')}`
    error unknown_output: `A.Url.More` goes deeper than an output
      stacks/web.toml:24:27 `${A.Url.More}`
      help: did you mean `${A.Url}`? To mean the text itself write `${!A.Url.More}`, or put the whole text into a file: `${file('…')}`
    error unknown_reference: `A` is one resource: `.*` is for those of a `for_each`
      stacks/web.toml:24:40 `${A.*.Url}`
      help: did you mean `${A.Url}`? To mean the text itself write `${!A.*.Url}`, or put the whole text into a file: `${file('…')}`
    error unknown_reference: `A` is a component: it has outputs, not attributes
      stacks/web.toml:25:16 `{ "Fn::GetAtt" = ["A", "Url"] }`
      help: write one of its outputs as `"${A.Output}"`
    error unknown_component: `../components` is a folder, a component is a file
      stacks/web.toml:27:7 `"../components"`
      help: a component's path is relative to the file that says it, and stays under the blueprint's `root`
    error unknown_key: a component has no key `name`
      components/stack.toml:1:1 `name`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: `name` is for the stack that uses the component to say
    error unknown_key: a component has no key `use`
      components/stack.toml:2:1 `use`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: a component uses others as its resources: `[Name]` with `use = …`
    error unknown_key: a component has no key `when`
      components/stack.toml:3:1 `when`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: `when` is for the stack that uses the component to say
    error unknown_key: a component has no key `region`
      components/stack.toml:4:1 `region`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: `region` is for the stack that uses the component to say
    "#);
}

#[test]
fn names_that_components_bring_in_may_not_meet() {
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
    error duplicate_logical_id: output `Arn` has the name of another one
      stacks/whole.toml:5:1 `Arn` the stack's own
      components/it.toml:8:1 `Arn` the component's
    error duplicate_logical_id: condition `AOn` has the name of another one
      components/it.toml:1:12 `On` this one
      stacks/web.toml:2:12 `AOn` and this one
      stacks/web.toml:4:7 `"../components/it"` used here
    error duplicate_logical_id: parameter `ASize` has the name of another one
      components/it.toml:2:12 `Size` this one
      stacks/web.toml:1:12 `ASize` and this one
      stacks/web.toml:4:7 `"../components/it"` used here
    error duplicate_logical_id: two resources would be named `AQueue`
      components/it.toml:3:2 `Queue` from here
      stacks/web.toml:5:2 `AQueue` and from here
      stacks/web.toml:4:7 `"../components/it"` used here
      help: what a component makes is named after the resource that uses it: give that one another name
    error duplicate_logical_id: two resources would be named `Queue`
      components/it.toml:3:2 `Queue` from here
      stacks/whole.toml:2:2 `Queue` and from here
      stacks/whole.toml:1:7 `"../components/it"` used here
      help: what a component makes is named after the resource that uses it: give that one another name
    "#);
}

#[test]
fn components_that_go_round_or_grow_without_end_are_refused() {
    let mut list = vec![
        ("blueprint.toml".to_owned(), "name = \"demo\"\n".to_owned()),
        (
            "components/self.toml".to_owned(),
            "[A]\nuse = \"./self\"\n".to_owned(),
        ),
        (
            "components/a.toml".to_owned(),
            "[A]\nuse = \"./b\"\n".to_owned(),
        ),
        (
            "components/b.toml".to_owned(),
            "[A]\nuse = \"./c.toml\"\n".to_owned(),
        ),
        (
            "components/c.toml".to_owned(),
            "[A]\nuse = \"../components/a\"\n".to_owned(),
        ),
        (
            "stacks/round.toml".to_owned(),
            "[A]\nuse = \"../components/self\"\n[B]\nuse = \"../components/a\"\n".to_owned(),
        ),
        (
            "stacks/bomb.toml".to_owned(),
            "[B]\nuse = \"../components/two1\"\n".to_owned(),
        ),
        (
            "stacks/deep.toml".to_owned(),
            "[D]\nuse = \"../components/one1\"\n".to_owned(),
        ),
        (
            "stacks/text.toml".to_owned(),
            format!(
                "[T]\nuse = \"../components/text1\"\ninputs.x = \"{}\"\n",
                "a".repeat(1000)
            ),
        ),
    ];
    for depth in 1..20 {
        let next = depth + 1;
        list.push((
            format!("components/one{depth}.toml"),
            format!("[D]\nuse = \"./one{next}\"\n"),
        ));
        let two = |name: &str| format!("[{name}]\nuse = \"./two{next}\"\n");
        list.push((
            format!("components/two{depth}.toml"),
            match depth {
                12 => "[Topic]\ntype = \"AWS::SNS::Topic\"\n".to_owned(),
                _ => two("L") + &two("R"),
            },
        ));
        list.push((
            format!("components/text{depth}.toml"),
            match depth {
                15 => "[inputs]\nx = \"\"\n[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${inputs.x}\"\n".to_owned(),
                _ => format!("[inputs]\nx = \"\"\n[T]\nuse = \"./text{next}\"\ninputs.x = \"${{inputs.x}}${{inputs.x}}\"\n"),
            },
        ));
    }
    let list: Vec<(&str, &str)> = list
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert_snapshot!(errors(&load_files(&list)), @r#"
    error component_limit: the stack uses components more than 1000 times
      components/two10.toml:4:7 `"./two11"`
      stacks/bomb.toml:2:7 `"../components/two1"` begun here
      components/two9.toml:2:7 `"./two10"` used here
    error component_limit: components are nested more than 16 deep
      components/one16.toml:2:7 `"./one17"`
      stacks/deep.toml:2:7 `"../components/one1"` begun here
      components/one15.toml:2:7 `"./one16"` used here
    error component_cycle: component `components/self.toml` uses itself
      components/self.toml:2:7 `"./self"` uses `components/self.toml` again
      stacks/round.toml:2:7 `"../components/self"` used here
      help: take one of these uses away
    error component_cycle: components use one another: `components/a.toml` → `components/b.toml` → `components/c.toml` → `components/a.toml`
      components/c.toml:2:7 `"../components/a"` uses `components/a.toml` again
      components/a.toml:2:7 `"./b"` uses `components/b.toml`
      components/b.toml:2:7 `"./c.toml"` uses `components/c.toml`
      stacks/round.toml:4:7 `"../components/a"` used here
      help: take one of these uses away
    error value_limit: what references put into the stack is more than a template could hold
      components/text12.toml:5:12 `"${inputs.x}${inputs.x}"` here at last
      components/text11.toml:5:12 `"${inputs.x}${inputs.x}"` given here
      components/text11.toml:4:7 `"./text12"` used here
      stacks/text.toml:2:7 `"../components/text1"` used here
    "#);
}

#[test]
fn an_input_is_whatever_was_given() {
    let component = r#"
[inputs]
secret = { type = "string" }
text = { type = "string" }
level = { type = "string", default = "INFO" }
name = { type = "string", default = "${inputs.level | lower}-x" }
region = { type = "string", default = "${AWS::Region}" }
settings = { type = "map" }
extra = { type = "map", default = "${none}" }
dynamic = { type = "string", resolve = true }

[assets.page]
path = "page"

[assets.code]
path = "code.py"
inline = true

[Function]
type = "AWS::Lambda::Function"
Code = "${assets.code}"
Handler = "index.handle"
Runtime = "python3.13"
Role = "${inputs.settings.role}"
MemorySize = "${inputs.settings.size}"
Environment.Variables.KEY = "${inputs.secret}"
Environment.Variables.TEXT = "a ${inputs.text} b"
Environment.Variables.NAME = "${inputs.name}"
Environment.Variables.REGION = "in ${inputs.region}"
Environment.Variables.PAGE = "${assets.page.key}"
Environment.Variables.README = "${file('page/readme.txt')}"
Environment.Variables.MORE = "${inputs.extra.more if inputs.extra is not none else none}"
Environment.Variables.DYNAMIC = "${inputs.dynamic}"

[Version]
type = "AWS::Lambda::Version"
FunctionName = "${Function}"

[Run]
type = "Custom::Run"
redeploy_on = ["Function", "${inputs.level}"]
ServiceToken = "${inputs.settings.role}"
"#;
    let blueprint = good(load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\n[vars]\nkey = { default = \"k\", sensitive = true }\ndata = \"${!x} ${!Topic}\"\n",
        ),
        ("components/it.toml", component),
        ("components/page/readme.txt", "hello ${x}"),
        ("components/code.py", "def handle(e, c): pass"),
        (
            "stacks/web.toml",
            r#"
[Role]
type = "AWS::IAM::Role"
AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal.Service = "lambda.amazonaws.com" }] }

[A]
use = "../components/it"
inputs = { secret = "${vars.key}", text = "${vars.data}", settings = { role = "${Role.Arn}", size = 256 }, dynamic = "{{resolve:ssm:/a:1}}" }

[B]
use = "../components/it"
inputs = { secret = "x-${vars.key}", text = "${Role}", level = "DEBUG", settings = { role = "${Role.Arn}", size = 128 }, extra.more = "${AWS::Region}", dynamic = "b" }

[Later]
type = "Custom::Run"
redeploy_on = ["A"]
ServiceToken = "${Role.Arn}"
"#,
        ),
    ]));
    assert_snapshot!(template(&blueprint, "web"), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Parameters": {
        "Key": {
          "Type": "String",
          "NoEcho": true
        }
      },
      "Resources": {
        "Role": {
          "Type": "AWS::IAM::Role",
          "Properties": {
            "AssumeRolePolicyDocument": {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": "sts:AssumeRole",
                  "Principal": {
                    "Service": "lambda.amazonaws.com"
                  }
                }
              ]
            }
          }
        },
        "AFunction": {
          "Type": "AWS::Lambda::Function",
          "Properties": {
            "Code": {
              "ZipFile": "def handle(e, c): pass"
            },
            "Handler": "index.handle",
            "Runtime": "python3.13",
            "Role": {
              "Fn::GetAtt": [
                "Role",
                "Arn"
              ]
            },
            "MemorySize": 256,
            "Environment": {
              "Variables": {
                "KEY": {
                  "Ref": "Key"
                },
                "TEXT": "a ${x} ${Topic} b",
                "NAME": "info-x",
                "REGION": {
                  "Fn::Sub": "in ${AWS::Region}"
                },
                "PAGE": "0000000000000000000000000000000000000000000000000000000000000000.zip",
                "README": "hello ${x}",
                "DYNAMIC": "{{resolve:ssm:/a:1}}"
              }
            }
          }
        },
        "AVersion8305e7": {
          "Type": "AWS::Lambda::Version",
          "Properties": {
            "FunctionName": {
              "Ref": "AFunction"
            }
          }
        },
        "ARuncf7bb6": {
          "Type": "Custom::Run",
          "Properties": {
            "ServiceToken": {
              "Fn::GetAtt": [
                "Role",
                "Arn"
              ]
            }
          }
        },
        "BFunction": {
          "Type": "AWS::Lambda::Function",
          "Properties": {
            "Code": {
              "ZipFile": "def handle(e, c): pass"
            },
            "Handler": "index.handle",
            "Runtime": "python3.13",
            "Role": {
              "Fn::GetAtt": [
                "Role",
                "Arn"
              ]
            },
            "MemorySize": 128,
            "Environment": {
              "Variables": {
                "KEY": {
                  "Fn::Sub": "x-${Key}"
                },
                "TEXT": {
                  "Fn::Sub": "a ${Role} b"
                },
                "NAME": "debug-x",
                "REGION": {
                  "Fn::Sub": "in ${AWS::Region}"
                },
                "PAGE": "0000000000000000000000000000000000000000000000000000000000000000.zip",
                "README": "hello ${x}",
                "MORE": {
                  "Ref": "AWS::Region"
                },
                "DYNAMIC": "b"
              }
            }
          }
        },
        "BVersion87c37c": {
          "Type": "AWS::Lambda::Version",
          "Properties": {
            "FunctionName": {
              "Ref": "BFunction"
            }
          }
        },
        "BRun0fcd34": {
          "Type": "Custom::Run",
          "Properties": {
            "ServiceToken": {
              "Fn::GetAtt": [
                "Role",
                "Arn"
              ]
            }
          }
        },
        "Later00cadd": {
          "Type": "Custom::Run",
          "Properties": {
            "ServiceToken": {
              "Fn::GetAtt": [
                "Role",
                "Arn"
              ]
            }
          }
        }
      }
    }
    "#);
}

#[test]
fn what_was_given_may_stand_only_where_it_could_have_been_written() {
    let loaded = load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\n[vars]\nkey = { default = \"k\", sensitive = true }\n",
        ),
        (
            "components/it.toml",
            r#"
[inputs]
secret = { type = "string" }
later = { type = "string" }
dynamic = { type = "string" }
bad = { type = "strin" }
none = {}
wrong = { type = "string", default = 5 }
sensitive = { type = "string", sensitive = true }
provides = { type = "string", provides = ["A"], default = "" }
Upper = "a"
early = { default = "${inputs.late}" }
late = { default = "a" }

[Topic]
type = "AWS::SNS::Topic"
when = "inputs.later == 'a'"
TopicName = "${inputs.dynamic}${inputs.bad}${inputs.none}${inputs.wrong}${inputs.sensitive}${inputs.provides}${inputs.early}${inputs.late}"

[Each]
type = "AWS::SNS::Topic"
for_each = "${inputs.later}"

[Queue]
type = "${inputs.later}"
QueueName = "${inputs.later ~ 'x'}"
KmsMasterKeyId = "${inputs.dynamic}"

[outputs]
Secret = "${inputs.secret}"
Name = "${Queue.QueueName}"
"#,
        ),
        (
            "stacks/web.toml",
            r#"
[Role]
type = "AWS::SQS::Queue"

[A]
use = "../components/it"
inputs = { secret = "${vars.key}", later = "${Role.Arn}", dynamic = "{{resolve:ssm:/a:1}}", bad = 1, none = 1, sensitive = "x" }

[outputs]
Secret = "${A.Secret}"
"#,
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r#"
    error sensitive_value: `vars.key` is sensitive and cannot stand in an output
      stacks/web.toml:10:11 `${A.Secret}`
      help: a sensitive value stands in resources' properties, as a whole reference or inside longer text
    error bad_variable: there is no type `strin`
      components/it.toml:6:16 `"strin"`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: did you mean `string`?
    error bad_variable: an input needs a `type`, or a `default` that is known when rendering
      components/it.toml:7:1 `none`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: `type` is `string`, `integer`, `number`, `boolean`, `list`, `map` or `stack`
    error wrong_type: the input is a string, not an integer
      components/it.toml:8:38 `5` must be a string
      stacks/web.toml:6:7 `"../components/it"` used here
      help: write `"5"`
    error unknown_key: an input has no key `sensitive`
      components/it.toml:9:32 `sensitive`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: an input is whatever was given: one that is given a sensitive variable is sensitive
    error bad_variable: `provides` is for inputs of type `stack`
      components/it.toml:10:42 `["A"]`
      stacks/web.toml:6:7 `"../components/it"` used here
    error bad_name: `Upper` is no name of an input: small letters, digits and `_`, a letter first
      components/it.toml:11:1 `Upper`
      stacks/web.toml:6:7 `"../components/it"` used here
    error unknown_input: the component has no input `late`
      components/it.toml:12:22 `${inputs.late}`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: did you mean `${inputs.later}`? To mean the text itself write `${!inputs.late}`, or put the whole text into a file: `${file('…')}`
    error computed_too_early: `inputs.later` known only after deployment is computed with
      components/it.toml:17:8 `"inputs.later == 'a'"`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: it can be chosen, listed and returned; to compare or join it use CloudFormation's own functions, as `{ "Fn::If" = […] }`
    error known_too_late: `${inputs.later}` is known only after deployment, and `for_each` must be known when rendering
      components/it.toml:22:13 `${inputs.later}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering, and inputs that are given such values
    error known_too_late: `${inputs.later}` is known only after deployment, and a resource's `type` must be known when rendering
      components/it.toml:25:9 `${inputs.later}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering
    error computed_too_early: `inputs.later` known only after deployment is computed with
      components/it.toml:26:14 `${inputs.later ~ 'x'}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: it can be chosen, listed and returned; to compare or join it use CloudFormation's own functions, as `{ "Fn::If" = […] }`
    error resolve_in_data: `{{resolve:` comes in with a value, where CloudFormation would take it for a dynamic reference
      components/it.toml:27:18 `"${inputs.dynamic}"`
      stacks/web.toml:7:69 `"{{resolve:ssm:/a:1}}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: if a variable is to hold one, declare it with `resolve = true`; else write the dynamic reference out here
    "#);
}
