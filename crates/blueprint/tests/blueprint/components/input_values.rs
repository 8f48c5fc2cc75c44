//! Values of inputs: stacks, secrets, dynamic references and assets keep their kind.

use crate::support::{expect_valid, load_files, template};
use insta::assert_snapshot;

#[test]
fn a_stack_input_provides_the_outputs_of_a_stack() {
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
    let blueprint = expect_valid(load_files(&[
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
fn an_input_keeps_the_kind_of_its_value() {
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
    let blueprint = expect_valid(load_files(&[
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
