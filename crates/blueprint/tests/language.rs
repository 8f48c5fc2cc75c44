//! The language, topic by topic: what is written, and the CloudFormation that it becomes.
#![allow(clippy::unwrap_used)]

mod support;

use formwork_blueprint::{Known, Loaded, ParameterSource, Selector, TerminationProtection};
use insta::assert_snapshot;
use std::collections::BTreeMap;
use support::{brief, errors, good, load_files, load_stack, load_with, part, problems};

const BLUEPRINT: &str = r#"
name = "demo"

[vars]
cidr = "10.0.0.0/16"
zones = ["us-east-1a", "us-east-1b"]
days = 2
on = true
nothing = []
limits = { type = "map", default = { rate = 10, burst = 2.5 } }
odd = "a ${!b} c"
level = { default = "INFO", one_of = ["DEBUG", "INFO"] }
api_key = { default = "hush", sensitive = true }
path = { default = "{{resolve:ssm:/x:1}}", resolve = true }

[assets.site]
path = "site"

[env.dev]
[env.prod]
protect = true
vars.level = "DEBUG"
tags.stage = "prod"

[stacks.network.Vpc]
type = "AWS::EC2::VPC"
CidrBlock = "10.0.0.0/16"
[stacks.network.Subnet]
type = "AWS::EC2::Subnet"
for_each = "${vars.zones}"
VpcId = "${Vpc}"
CidrBlock = "${cidrsubnet('10.0.0.0/16', 8, each.index)}"
[stacks.network.outputs]
VpcId = "${Vpc}"
SubnetIds = "${Subnet}"
Zones = "${vars.zones}"
Handed = "${stacks.base.List}"

[stacks.base.Topic]
type = "Acme::SNS::Topic"
[stacks.base.outputs]
List = ["a", "b"]
Days = "${vars.days}"
"#;

/// Loads stack `web` beside the two above.
fn load_web(stack: &str) -> Loaded {
    load_files(&[
        ("blueprint.toml", BLUEPRINT),
        ("stacks/web.toml", stack),
        ("site/index.html", "hi"),
        ("stacks/policy.json", "{\"b\": [1, \"${x}\"], \"a\": null}"),
        ("stacks/note.txt", "line ${x}\n"),
    ])
}

/// What the value `written` of a property becomes.
fn value(written: &str) -> String {
    let stack = format!(
        "[Topic]\ntype = \"Acme::SNS::Topic\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nfor_each = \"${{vars.zones}}\"\n[Off]\ntype = \"Acme::SNS::Topic\"\nwhen = \"not vars.on\"\n[parameters]\nSize = {{ Type = \"String\", Default = \"s\" }}\nIds = {{ Type = \"CommaDelimitedList\", Default = \"s\" }}\n[It]\ntype = \"Acme::SSM::Parameter\"\nX = {written}\n"
    );
    let loaded = load_web(&stack);
    match &loaded.blueprint {
        Some(blueprint) => part(blueprint, "web", "Resources.It.Properties.X"),
        None => brief(&loaded),
    }
}

#[test]
fn references_become_cloudformations_functions() {
    for (written, expect) in [
        (r#""${Topic}""#, r#"{"Ref":"Topic"}"#),
        (
            r#""${Topic.TopicName}""#,
            r#"{"Fn::GetAtt":["Topic","TopicName"]}"#,
        ),
        (
            r#""${resources.Topic.TopicName}""#,
            r#"{"Fn::GetAtt":["Topic","TopicName"]}"#,
        ),
        (r#""a ${Topic} b""#, r#"{"Fn::Sub":"a ${Topic} b"}"#),
        (
            r#""a ${Topic.TopicName}""#,
            r#"{"Fn::Sub":"a ${Topic.TopicName}"}"#,
        ),
        (r#""${Size}-${Topic}""#, r#"{"Fn::Sub":"${Size}-${Topic}"}"#),
        (r#""${AWS::Region}""#, r#"{"Ref":"AWS::Region"}"#),
        (r#""x-${AWS::Region}""#, r#"{"Fn::Sub":"x-${AWS::Region}"}"#),
        (r#""${AWS::NoValue}""#, "(nothing)"),
        (r#"["a", "${AWS::NoValue}", "b"]"#, r#"["a","b"]"#),
        (
            r#"{ "Fn::If" = ["C", "a", "${AWS::NoValue}"] }"#,
            "stacks/web.toml:14 template_reference: `C` is not a condition of this template\n",
        ),
        (
            r#""${Queue}""#,
            r#"[{"Ref":"QueueUsEast1a"},{"Ref":"QueueUsEast1b"}]"#,
        ),
        (
            r#""${Queue.*.Arn}""#,
            r#"[{"Fn::GetAtt":["QueueUsEast1a","Arn"]},{"Fn::GetAtt":["QueueUsEast1b","Arn"]}]"#,
        ),
        (
            r#""${QueueUsEast1b.Arn}""#,
            r#"{"Fn::GetAtt":["QueueUsEast1b","Arn"]}"#,
        ),
        (
            r#""q: ${Queue}""#,
            r#"{"Fn::Sub":["q: ${List}",{"List":{"Fn::Join":[",",[{"Ref":"QueueUsEast1a"},{"Ref":"QueueUsEast1b"}]]}}]}"#,
        ),
        (r#""${Ids}""#, r#"{"Ref":"Ids"}"#),
        (
            r#""ids ${Ids}""#,
            r#"{"Fn::Sub":["ids ${Ids}",{"Ids":{"Fn::Join":[",",{"Ref":"Ids"}]}}]}"#,
        ),
        (
            r#"{ "Fn::Sub" = "${Topic} ${vars.level}" }"#,
            "stacks/web.toml:14 unknown_reference: `${vars.level}` stands in the text of an explicit `Fn::Sub`, which is CloudFormation's own\n",
        ),
        (
            r#"{ "Fn::Sub" = ["${Topic} ${X}", { X = "${vars.level}" }] }"#,
            r#"{"Fn::Sub":["${Topic} ${X}",{"X":"INFO"}]}"#,
        ),
        (r#""${!x} ${Topic}""#, r#"{"Fn::Sub":"${!x} ${Topic}"}"#),
        (r#""${!x}""#, r#""${x}""#),
        (r#"{ Ref = "Topic" }"#, r#"{"Ref":"Topic"}"#),
        (
            r#"{ "Fn::Join" = ["-", ["${Topic}", "${vars.level}"]] }"#,
            r#"{"Fn::Join":["-",[{"Ref":"Topic"},"INFO"]]}"#,
        ),
    ] {
        assert_eq!(value(written), expect, "{written}");
    }
}

#[test]
fn known_values_keep_their_type_alone_and_become_text_inside_text() {
    for (written, expect) in [
        (r#""${vars.cidr}""#, r#""10.0.0.0/16""#),
        (r#""${vars.days}""#, "2"),
        (r#""${vars.on}""#, "true"),
        (r#""${vars.zones}""#, r#"["us-east-1a","us-east-1b"]"#),
        (r#""${vars.limits}""#, r#"{"rate":10,"burst":2.5}"#),
        (r#""${vars.limits.rate}""#, "10"),
        (r#""${vars.zones.1}""#, r#""us-east-1b""#),
        (r#""${vars.nothing}""#, "[]"),
        (
            r#""d${vars.days} ${vars.on} ${vars.zones} ${vars.limits.burst}""#,
            r#""d2 true us-east-1a,us-east-1b 2.5""#,
        ),
        (r#""${vars.odd}""#, r#""a ${b} c""#),
        (
            r#""${vars.odd} ${Topic}""#,
            r#"{"Fn::Sub":"a ${!b} c ${Topic}"}"#,
        ),
        (r#""${vars.path}""#, r#""{{resolve:ssm:/x:1}}""#),
        (r#""x ${vars.path}""#, r#""x {{resolve:ssm:/x:1}}""#),
        (
            r#""{{resolve:ssm:/${vars.level}}}""#,
            r#""{{resolve:ssm:/INFO}}""#,
        ),
        (r#""${env.name}""#, "(nothing)"),
        (
            r#""a ${vars.limits}""#,
            "stacks/web.toml:14 not_a_text: `vars.limits` is a table, which cannot stand inside longer text\n",
        ),
        (
            r#""a ${env.name}""#,
            "stacks/web.toml:14 not_a_text: no environment was chosen, which cannot stand inside longer text\n",
        ),
    ] {
        assert_eq!(value(written), expect, "{written}");
    }
}

#[test]
fn expressions_compute_with_what_is_known_and_choose_among_the_rest() {
    for (written, expect) in [
        (r#""${vars.days * 86400}""#, "172800"),
        (
            r#""${'PRIVATE' if vars.on else 'REGIONAL'}""#,
            r#""PRIVATE""#,
        ),
        (r#""${vars.level | lower}-x""#, r#""info-x""#),
        (
            r#""${cidrsubnet(vars.cidr, 8, vars.days)}""#,
            r#""10.0.2.0/24""#,
        ),
        (
            r#""${cidrsubnet('2001:db8::/56', 8, 255)}""#,
            r#""2001:db8:0:ff::/64""#,
        ),
        (r#""${base64('a')}""#, r#""YQ==""#),
        (r#""${file('note.txt')}""#, r#""line ${x}\n""#),
        (r#""${json('policy.json')}""#, r#"{"b":[1,"${x}"]}"#),
        (
            r#""${json('policy.json').b[1]} ${Topic}""#,
            r#"{"Fn::Sub":"${!x} ${Topic}"}"#,
        ),
        (
            r#""${[Topic] if vars.on else none}""#,
            r#"[{"Ref":"Topic"}]"#,
        ),
        (
            r#""${Topic.TopicName if vars.on else 'x'}""#,
            r#"{"Fn::GetAtt":["Topic","TopicName"]}"#,
        ),
        (
            r#""${Off if not vars.on else Topic}""#,
            r#"{"Ref":"Topic"}"#,
        ),
        (r#""${none}""#, "(nothing)"),
        (r#""${Queue[1]}""#, r#"{"Ref":"QueueUsEast1b"}"#),
        (r#""${Queue | length}""#, "2"),
        (
            r#""${Queue + [Topic]}""#,
            r#"[{"Ref":"QueueUsEast1a"},{"Ref":"QueueUsEast1b"},{"Ref":"Topic"}]"#,
        ),
        (
            r#""${{'a': Topic, 'b': 1}}""#,
            r#"{"a":{"Ref":"Topic"},"b":1}"#,
        ),
        (
            r#""x ${Topic if vars.on else 'y'}""#,
            r#"{"Fn::Sub":"x ${Topic}"}"#,
        ),
        (
            r#""${stacks['network'].VpcId}""#,
            r#"{"Ref":"NetworkVpcId"}"#,
        ),
        (r#""${vars['days'] + 1}""#, "3"),
        (r#""${env.name or '-'}""#, r#""-""#),
        (
            r#""${vars.zones | map('upper') | list}""#,
            r#"["US-EAST-1A","US-EAST-1B"]"#,
        ),
        // and what is wrong
        (
            r#""${Topic ~ 'x'}""#,
            "stacks/web.toml:14 computed_too_early: `Topic` known only after deployment is computed with\n",
        ),
        (
            r#""${[Topic] | join(',')}""#,
            "stacks/web.toml:14 computed_too_early: a value known only after deployment is computed with\n",
        ),
        (
            r#""${'a' if Topic else 'b'}""#,
            "stacks/web.toml:14 computed_too_early: a value known only after deployment is computed with\n",
        ),
        (
            r#""${Off if vars.on else Topic}""#,
            "stacks/web.toml:14 + stacks/web.toml:8 turned_off: resource `Off` is turned off by its `when`\n",
        ),
        (
            r#""${vars.on if vars.off else 1}""#,
            "stacks/web.toml:14 unknown_variable: there is no variable `off`\n",
        ),
        (
            r#""${vars.api_key | upper}""#,
            "stacks/web.toml:14 sensitive_value: `vars.api_key` is sensitive and cannot stand in an expression\n",
        ),
        (
            r#""${[vars['api_key']]}""#,
            "stacks/web.toml:14 sensitive_value: `vars.api_key` is sensitive and cannot stand in an expression\n",
        ),
        (
            r#""${cidrsubnet(vars.cidr, 20, 0)}""#,
            "stacks/web.toml:14 expression: `10.0.0.0/16` has no room for 20 more bits: /36 is past /32\n",
        ),
        (
            r#""${file('../../secret')}""#,
            "stacks/web.toml:14 expression: cannot open `../../secret`: there is no such file\n",
        ),
        (
            r#""${range(90000) | map('string') | map('upper') | list | length * 2}""#,
            "stacks/web.toml:14 expression: the expression takes too many steps, at `map('upper')`\n",
        ),
        (
            r#""${[1] * 100000000}""#,
            "stacks/web.toml:14 expression: the expression gives more than 100000 values\n",
        ),
    ] {
        let found = value(written);
        assert_eq!(found, expect, "{written}");
    }
    let long = format!("\"${{'{}'}}\"", "x".repeat(1100));
    assert!(value(&long).contains("an expression of 1102 bytes; at most 1024 are taken"));
}

#[test]
fn values_cross_stacks_as_described_parameters() {
    let stack = |more: &str| {
        format!("[It]\ntype = \"Acme::SSM::Parameter\"\nA = \"${{stacks.network.VpcId}}\"\n{more}")
    };
    let blueprint = good(load_web(&stack(
        "B = \"${stacks.network.SubnetIds}\"\nC = \"z ${stacks.network.Zones}\"\nD = \"${stacks.network.Handed}\"\nE = \"${stacks.base.Days}\"\n",
    )));
    assert_snapshot!(part(&blueprint, "web", "Parameters"), @r#"{"NetworkVpcId":{"Type":"String","Description":"formwork: from network.VpcId"},"NetworkSubnetIds":{"Type":"CommaDelimitedList","Description":"formwork: from network.SubnetIds"},"NetworkZones":{"Type":"CommaDelimitedList","Description":"formwork: from network.Zones"},"NetworkHanded":{"Type":"CommaDelimitedList","Description":"formwork: from network.Handed"},"BaseDays":{"Type":"String","Description":"formwork: from base.Days"}}"#);
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties"), @r#"{"A":{"Ref":"NetworkVpcId"},"B":{"Ref":"NetworkSubnetIds"},"C":{"Fn::Sub":["z ${NetworkZones}",{"NetworkZones":{"Fn::Join":[",",{"Ref":"NetworkZones"}]}}]},"D":{"Ref":"NetworkHanded"},"E":{"Ref":"BaseDays"}}"#);
    assert_snapshot!(part(&blueprint, "network", "Outputs"), @r#"{"VpcId":{"Value":{"Ref":"Vpc"}},"SubnetIds":{"Value":{"Fn::Join":[",",[{"Ref":"SubnetUsEast1a"},{"Ref":"SubnetUsEast1b"}]]}},"Zones":{"Value":"us-east-1a,us-east-1b"},"Handed":{"Value":{"Fn::Join":[",",{"Ref":"BaseList"}]}}}"#);
    let web = blueprint.graph.get("web").unwrap();
    let Some(ParameterSource::Output(output)) = web.parameters.get("NetworkSubnetIds") else {
        panic!("{:?}", web.parameters);
    };
    assert_eq!(
        (output.stack.as_str(), output.output.as_str(), output.list),
        ("network", "SubnetIds", true)
    );
    let links: Vec<String> = blueprint
        .graph
        .links("network", "web")
        .iter()
        .map(|link| format!("{:?}", link.cause))
        .collect();
    assert_eq!(
        links,
        [
            "Output(\"VpcId\")",
            "Output(\"SubnetIds\")",
            "Output(\"Zones\")",
            "Output(\"Handed\")"
        ]
    );
}

#[test]
fn parameters_whose_names_meet_get_six_digits_each() {
    let blueprint = good(load_files(&[(
        "blueprint.toml",
        r#"
name = "demo"
[stacks.a.T]
type = "Acme::SNS::Topic"
[stacks.a.outputs]
BC = "${T}"
[stacks.a-b.T]
type = "Acme::SNS::Topic"
[stacks.a-b.outputs]
C = "${T}"
D = "${T}"
[stacks.web.It]
type = "Acme::SSM::Parameter"
X = "${stacks.a.BC} ${stacks.a-b.C}"
Y = "${stacks.a.BC}"
Z = "${stacks.a-b.D}"
[stacks.web.ABD]
type = "Acme::SNS::Topic"
"#,
    )]));
    assert_snapshot!(part(&blueprint, "web", "Parameters"), @r#"{"ABCc49fe5":{"Type":"String","Description":"formwork: from a.BC"},"ABC234bc3":{"Type":"String","Description":"formwork: from a-b.C"},"ABD0145a3":{"Type":"String","Description":"formwork: from a-b.D"}}"#);
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties"), @r#"{"X":{"Fn::Sub":"${ABCc49fe5} ${ABC234bc3}"},"Y":{"Ref":"ABCc49fe5"},"Z":{"Ref":"ABD0145a3"}}"#);
    let names: Vec<&String> = blueprint
        .graph
        .get("web")
        .unwrap()
        .parameters
        .keys()
        .collect();
    assert_snapshot!(format!("{names:?}"), @r#"["ABCc49fe5", "ABC234bc3", "ABD0145a3"]"#);
}

#[test]
fn a_declared_parameter_says_where_its_value_comes_from() {
    let blueprint = good(load_web(
        "[parameters]\nVpc = { Type = \"AWS::EC2::VPC::Id\", Description = \"Ours\", value = \"${stacks.network.VpcId}\" }\nIds = { Type = \"List<AWS::EC2::Subnet::Id>\", value = \"${stacks.network.SubnetIds}\" }\nDays = { Type = \"Number\", value = \"${vars.days}\" }\nKey = { Type = \"String\", NoEcho = true, value = \"${vars.api_key}\" }\n[It]\ntype = \"Acme::SSM::Parameter\"\nX = \"${Vpc}\"\n",
    ));
    assert_snapshot!(part(&blueprint, "web", "Parameters"), @r#"{"Vpc":{"Type":"AWS::EC2::VPC::Id","Description":"Ours\nformwork: from network.VpcId"},"Ids":{"Type":"List<AWS::EC2::Subnet::Id>","Description":"formwork: from network.SubnetIds"},"Days":{"Type":"Number"},"Key":{"Type":"String","NoEcho":true}}"#);
    let sources = &blueprint.graph.get("web").unwrap().parameters;
    assert_eq!(sources["Days"], ParameterSource::Literal("2".to_owned()));
    assert!(
        matches!(&sources["Key"], ParameterSource::Secret(secret) if secret.expose() == "hush")
    );
    assert_eq!(
        format!("{:?}", sources["Key"]),
        "Secret(SecretValue(api_key: ****))"
    );
}

#[test]
fn sensitive_values_are_parameters_that_are_not_shown() {
    let blueprint = good(load_web(
        "[It]\ntype = \"Acme::SSM::Parameter\"\nA = \"${vars.api_key}\"\nB = \"k=${vars.api_key}\"\n",
    ));
    assert_snapshot!(part(&blueprint, "web", "Parameters"), @r#"{"ApiKey":{"Type":"String","NoEcho":true}}"#);
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties"), @r#"{"A":{"Ref":"ApiKey"},"B":{"Fn::Sub":"k=${ApiKey}"}}"#);
    assert!(!format!("{blueprint:?}").contains("hush"));
    let refused = load_web(
        "name = \"x${vars.api_key}\"\ntags = { a = \"${vars.api_key}\" }\nwhen = \"vars.api_key == 'x'\"\n[It]\ntype = \"Acme::SNS::Topic\"\nmetadata.a = \"${vars.api_key}\"\n[outputs]\nX = \"${vars.api_key}\"\n[parameters]\nP = { Type = \"String\", value = \"${vars.api_key}\" }\n",
    );
    assert_snapshot!(brief(&refused), @r#"
    stacks/web.toml:1 sensitive_value: `vars.api_key` is sensitive and cannot stand in a stack's name
    stacks/web.toml:2 sensitive_value: `vars.api_key` is sensitive and cannot stand in a tag
    stacks/web.toml:3 sensitive_value: `vars.api_key` is sensitive and cannot stand in an expression
    stacks/web.toml:6 sensitive_value: `vars.api_key` is sensitive and cannot stand in metadata
    stacks/web.toml:8 sensitive_value: `vars.api_key` is sensitive and cannot stand in an output
    stacks/web.toml:10 sensitive_value: `vars.api_key` is sensitive, and this parameter would show it
    "#);
    assert!(!problems(&refused).contains("hush"));
}

#[test]
fn resources_have_attributes_and_ways_around() {
    let blueprint = good(load_web(
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
    assert_snapshot!(support::template(&blueprint, "web"), @r#"
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
fn lists_that_travel_are_checked() {
    let loaded = load_web(
        "[It]\ntype = \"Acme::SNS::Topic\"\n[outputs]\nA = [\"a,b\"]\nB = [\" a\"]\nC = []\nD = [\"${It}\", \"x,y\"]\nE = { a = 1 }\nF = \"${vars.nothing}\"\nG = { description = \"no value\" }\n",
    );
    assert_snapshot!(brief(&loaded), @r#"
    stacks/web.toml:4 list_item: `a,b` has a comma in it, which a list that travels cannot keep
    stacks/web.toml:5 list_item: ` a` has blanks at its edge, which a list that travels cannot keep
    stacks/web.toml:6 list_item: an empty list cannot travel: it would arrive as a list of one empty string
    stacks/web.toml:7 list_item: `x,y` has a comma in it, which a list that travels cannot keep
    stacks/web.toml:8 unknown_key: an output has no key `a`
    stacks/web.toml:9 list_item: an empty list cannot travel: it would arrive as a list of one empty string
    stacks/web.toml:10 missing_value: output `G` has no `value`
    "#);
}

#[test]
fn only_what_may_stand_there_stands_there() {
    let loaded = load_web(
        r#"
description = "${It}"
depends_on = ["nowhere", "web"]
conditions.A = { "Fn::Equals" = ["${It}", "x"] }
conditions.B = { "Fn::Equals" = ["${stacks.network.VpcId}", "x"] }
mappings.M.a = { b = "${AWS::Region}" }
[parameters]
P = { Type = "String", Default = "${AWS::Region}" }
Q = { Type = "String", value = "${It}" }
R = { Type = "String", value = "a-${stacks.network.VpcId}" }
S = { Type = "String", value = "${stacks.network.SubnetIds}" }
[It]
type = "AWS::SNS::${AWS::Region}"
condition = "${P}"
update_replace_policy = "${It}"
[outputs]
X = { value = "x", export = "${It}" }
Y = { value = "y", export = "${P}-x" }
"#,
    );
    assert_snapshot!(brief(&loaded), @r#"
    stacks/web.toml:2 known_too_late: `${It}` is known only after deployment, and a description must be known when rendering
    stacks/web.toml:3 unknown_stack: there is no stack `nowhere`
    stacks/web.toml:3 cycle: stack `web` waits for itself
    stacks/web.toml:4 known_too_late: `${It}` is known only after deployment, and a condition takes parameters and pseudo parameters at most
    stacks/web.toml:6 template_shape: `b` of a mapping is a text or a list, not a table
    stacks/web.toml:6 known_too_late: `${AWS::Region}` is known only after deployment, and a mapping must be known when rendering
    stacks/web.toml:8 known_too_late: `${AWS::Region}` is known only after deployment, and a parameter's declaration must be known when rendering
    stacks/web.toml:9 known_too_late: `${It}` is known only when the stack is deployed, and a parameter's value is sent before
    stacks/web.toml:10 parameter_value: a parameter's value is one whole reference to another stack's output, or known when rendering
    stacks/web.toml:11 wrong_type: `network.SubnetIds` is a list, and parameter `S` is a `String`
    stacks/web.toml:13 known_too_late: `${AWS::Region}` is known only after deployment, and a resource's `type` must be known when rendering
    stacks/web.toml:14 known_too_late: `${P}` is known only after deployment, and `condition` must be known when rendering
    stacks/web.toml:15 known_too_late: `${It}` is known only after deployment, and `update_replace_policy` must be known when rendering
    stacks/web.toml:17 known_too_late: `${It}` is known only after deployment, and an export's name takes parameters and pseudo parameters at most
    "#);
}

#[test]
fn environments_choose_values_names_and_protection() {
    let files = [
        ("blueprint.toml", BLUEPRINT),
        (
            "stacks/web.toml",
            "[It]\ntype = \"Acme::SSM::Parameter\"\nX = \"${env.name}-${vars.level}\"\n",
        ),
        ("site/index.html", ""),
    ];
    let show = |env: Option<&str>, set: &[(&str, &str)]| {
        let blueprint = good(load_with(&files, env, set));
        let web = blueprint.graph.get("web").unwrap();
        let tags: Vec<String> = web
            .tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let protected = web.termination_protection == TerminationProtection::On;
        format!(
            "{} {} {protected} {}",
            web.name,
            tags.join(" "),
            part(&blueprint, "web", "Resources.It.Properties.X")
        )
    };
    assert_eq!(
        show(Some("dev"), &[]),
        "demo-dev-web formwork:blueprint=demo formwork:env=dev formwork:stack=web false \"dev-INFO\""
    );
    assert_eq!(
        show(Some("prod"), &[]),
        "demo-prod-web formwork:blueprint=demo formwork:env=prod formwork:stack=web stage=prod true \"prod-DEBUG\""
    );
    assert_eq!(
        show(Some("prod"), &[("level", "INFO")]),
        "demo-prod-web formwork:blueprint=demo formwork:env=prod formwork:stack=web stage=prod true \"prod-INFO\""
    );
    let unknown = load_with(
        &files,
        Some("prd"),
        &[("levl", "x"), ("level", "LOUD"), ("zones", "us-east-1a")],
    );
    assert_snapshot!(errors(&unknown), @r#"
    error unknown_environment: the blueprint has no environment `prd`
      blueprint.toml:19:2 `env` the environments
      help: did you mean `prod`?
    error unknown_reference: `each` means something only in a resource with `for_each`
      blueprint.toml:32:14 `${cidrsubnet('10.0.0.0/16', 8, each.index)}`
      help: To mean the text itself write `${!cidrsubnet('10.0.0.0/16', 8, each.index)}`, or put the whole text into a file: `${file('…')}`
    error unknown_variable: `levl` is no variable of this blueprint
      --set levl:1:1 `levl` given a value here
      help: did you mean `level`?
    error bad_value: `LOUD` is not among the values that are allowed
      --set level:1:7 `LOUD`
      help: one of DEBUG, INFO
    error wrong_type: `us-east-1a` is not a list: string values must be quoted, expected literal string
      --set zones:1:7 `us-east-1a`
      help: a value is read as TOML: `["a", "b"]`, `true`, `3`
    "#);
}

#[test]
fn overlays_merge_replace_remove_and_add_whole_resources() {
    let blueprint = |overlay: &str| {
        format!(
            "name = \"demo\"\n[env.dev]\n{overlay}\n[stacks.web]\ndescription = \"d\"\n[stacks.web.It]\ntype = \"Acme::SSM::Parameter\"\nA = {{ b = 1, c = [1, 2] }}\nD = \"x\"\n"
        )
    };
    let load = |overlay: &str, env| load_with(&[("blueprint.toml", &blueprint(overlay))], env, &[]);
    let good_overlay = "stacks.web.It.A.b = 2\nstacks.web.It.A.c = []\nstacks.web.It.D = \"${AWS::NoValue}\"\nstacks.web.New = { type = \"Acme::SNS::Topic\", DisplayName = \"${env.name}\" }\nstacks.web.description = \"e\"\n";
    let changed = good(load(good_overlay, Some("dev")));
    assert_snapshot!(part(&changed, "web", "Resources"), @r#"{"It":{"Type":"Acme::SSM::Parameter","Properties":{"A":{"b":2,"c":[]}}},"New":{"Type":"Acme::SNS::Topic","Properties":{"DisplayName":"dev"}}}"#);
    let unchanged = good(load(good_overlay, None));
    assert_snapshot!(part(&unchanged, "web", "Resources"), @r#"{"It":{"Type":"Acme::SSM::Parameter","Properties":{"A":{"b":1,"c":[1,2]},"D":"x"}}}"#);
    let wrong = "stacks.web.It.A.d = 1\nstacks.web.Itt.D = 1\nstacks.web.tags.x = \"y\"\nstacks.wep.It.D = 1\n";
    for env in [None, Some("dev")] {
        assert_eq!(
            brief(&load(wrong, env)),
            "blueprint.toml:3 unknown_overlay: the stack has no `It.A.d` that could be overlaid\nblueprint.toml:4 unknown_overlay: the stack has no `Itt` that could be overlaid\nblueprint.toml:5 unknown_overlay: the stack has no `tags` that could be overlaid\nblueprint.toml:6 unknown_stack: there is no stack `wep` to overlay\n"
        );
    }
}

#[test]
fn assets_become_buckets_and_keys_or_code() {
    let stack = "assets.own = { path = \"../site\" }\n[It]\ntype = \"AWS::Lambda::Function\"\nRole = \"arn:aws:iam::111122223333:role/r\"\nCode = \"${assets.site}\"\nEnvironment.Variables.AA = \"${assets.site.hash}\"\nEnvironment.Variables.BB = \"s3://${assets.site.bucket}/${assets.site.key}\"\nEnvironment.Variables.CC = \"${assets.own.key}\"\n";
    let blueprint = good(load_web(stack));
    let known = Known {
        assets: &[("site", "aa"), ("web.own", "bb")]
            .map(|(name, hash)| {
                let packed = formwork_blueprint::Packed {
                    hash: hash.repeat(32),
                    key: format!("{hash}.zip"),
                };
                (formwork_blueprint::AssetName::new(name).unwrap(), packed)
            })
            .into_iter()
            .collect(),
        parameters: &BTreeMap::new(),
    };
    let rendered = blueprint.graph.get("web").unwrap().render(&known);
    let properties = rendered
        .template
        .root()
        .at("Resources.It.Properties")
        .unwrap();
    assert_snapshot!(template::write::json_compact(properties), @r#"
    {"Role":"arn:aws:iam::111122223333:role/r","Code":{"S3Bucket":{"Fn::Sub":"formwork-assets-${AWS::AccountId}-${AWS::Region}"},"S3Key":"aa.zip"},"Environment":{"Variables":{"AA":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","BB":{"Fn::Sub":"s3://formwork-assets-${AWS::AccountId}-${AWS::Region}/aa.zip"},"CC":"bb.zip"}}}
    "#);
    let own_bucket = format!("assets_bucket = \"ours\"\n{BLUEPRINT}");
    let blueprint = good(load_files(&[
        ("blueprint.toml", &own_bucket),
        (
            "stacks/web.toml",
            "[It]\ntype = \"AWS::Lambda::Function\"\nRole = \"arn:aws:iam::111122223333:role/r\"\nCode = \"${assets.site}\"\n",
        ),
        ("site/a", ""),
    ]));
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties.Code.S3Bucket"), @r#""ours""#);
}

const API: &str = r#"
[Role]
type = "AWS::IAM::Role"
RoleName = "r"
AssumeRolePolicyDocument.Statement = []
[Function]
type = "AWS::Lambda::Function"
Code.ZipFile = "x"
Runtime = "python3.13"
Handler = "index.handler"
Role = "${Role.Arn}"
Environment.Variables.LEVEL = "${vars.level}"
[Version]
type = "AWS::Lambda::Version"
FunctionName = "${Function}"
[Api]
type = "AWS::ApiGateway::RestApi"
Name = "api"
Policy = "${stacks.network.VpcId}"
[Method]
type = "AWS::ApiGateway::Method"
RestApiId = "${Api}"
HttpMethod = "GET"
ResourceId = "${Api.RootResourceId}"
AuthorizationType = "NONE"
Integration.Type = "AWS_PROXY"
Integration.IntegrationHttpMethod = "POST"
Integration.Uri = "${Function.Arn}"
[Deployment]
type = "AWS::ApiGateway::Deployment"
RestApiId = "${Api}"
[Stage]
type = "AWS::ApiGateway::Stage"
RestApiId = "${Api}"
DeploymentId = "${Deployment}"
Description = "of ${Deployment}"
"#;

/// The ids that follow content, and those of them that are open.
fn following(
    stack: &str,
    level: &str,
    vpc: Option<&str>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let files = [
        ("blueprint.toml", BLUEPRINT),
        ("stacks/web.toml", stack),
        ("site/a", ""),
    ];
    let blueprint = good(load_with(&files, None, &[("level", level)]));
    let parameters = vpc
        .map(|vpc| ("NetworkVpcId".to_owned(), vpc.to_owned()))
        .into_iter()
        .collect();
    let assets = Default::default();
    let known = Known {
        assets: &assets,
        parameters: &parameters,
    };
    let rendered = blueprint.graph.get("web").unwrap().render(&known);
    let stage = rendered
        .template
        .root()
        .at("Resources.Stage.Properties")
        .map(template::write::json_compact)
        .unwrap_or_default();
    let ids: BTreeMap<String, String> = rendered
        .written
        .iter()
        .map(|(id, written)| (written.clone(), id.clone()))
        .collect();
    if let Some(id) = ids.get("Deployment") {
        assert!(
            stage.contains(&format!("{{\"Ref\":\"{id}\"}}"))
                && stage.contains(&format!("of ${{{id}}}")),
            "{stage}"
        );
        assert!(
            rendered.template.resource(id).is_some()
                && rendered.template.resource("Deployment").is_none()
        );
    }
    let open = rendered.open.iter().map(|open| {
        let waits: Vec<String> = open
            .waits_for
            .iter()
            .map(|output| format!("{}.{}", output.stack, output.output))
            .collect();
        format!("{} waits for {}", open.written, waits.join(" "))
    });
    (ids, open.collect())
}

#[test]
fn snapshots_get_a_new_id_when_and_only_when_what_they_show_changes() {
    let (ids, open) = following(API, "INFO", Some("vpc-1"));
    assert_eq!(open, Vec::<String>::new());
    assert!(
        ids["Deployment"].len() == "Deployment".len() + 6
            && ids["Version"].len() == "Version".len() + 6
    );

    let (again, _) = following(API, "INFO", Some("vpc-1"));
    assert_eq!(ids, again);
    let (level, _) = following(API, "DEBUG", Some("vpc-1"));
    assert_eq!(
        ids["Deployment"], level["Deployment"],
        "the function's environment is not in the API"
    );
    assert_ne!(ids["Version"], level["Version"]);
    let (other, _) = following(API, "INFO", Some("vpc-2"));
    assert_ne!(
        ids["Deployment"], other["Deployment"],
        "the value of a parameter that the policy uses"
    );
    assert_eq!(ids["Version"], other["Version"]);
    let (method, _) = following(&API.replace("\"GET\"", "\"POST\""), "INFO", Some("vpc-1"));
    assert_ne!(ids["Deployment"], method["Deployment"]);
    let (named, _) = following(
        &API.replace("[Version]", "FunctionName = \"f\"\n[Version]"),
        "INFO",
        Some("vpc-1"),
    );
    assert_ne!(
        ids["Deployment"], named["Deployment"],
        "a create-only property of what the API refers to"
    );
    let (stage, _) = following(
        &API.replace("DeploymentId", "TracingEnabled = true\nDeploymentId"),
        "INFO",
        Some("vpc-1"),
    );
    assert_eq!(ids, stage, "a stage is not in the snapshot");
    let swapped = API.replace(
        "RestApiId = \"${Api}\"\nHttpMethod = \"GET\"",
        "HttpMethod = \"GET\"\nRestApiId = \"${Api}\"",
    );
    assert_eq!(
        following(&swapped, "INFO", Some("vpc-1")).0,
        ids,
        "the order of keys is no content"
    );

    let (unknown, open) = following(API, "INFO", None);
    assert_eq!(open, ["Deployment waits for network.VpcId"]);
    assert_eq!(unknown["Version"], ids["Version"]);
}

#[test]
fn redeploy_on_follows_what_it_names() {
    let stack = |content: &str, on: &str| {
        format!(
            "[Config]\ntype = \"Acme::SSM::Parameter\"\nX = \"{content}\"\n[Run]\ntype = \"Custom::Run\"\nredeploy_on = {on}\nServiceToken = \"x\"\n"
        )
    };
    let id = |content: &str, on: &str, level: &str| {
        following(&stack(content, on), level, None).0["Run"].clone()
    };
    let base = id("a", "[\"Config\", \"${vars.level}\"]", "INFO");
    assert_eq!(base, id("a", "[\"Config\", \"${vars.level}\"]", "INFO"));
    assert_ne!(base, id("b", "[\"Config\", \"${vars.level}\"]", "INFO"));
    assert_ne!(base, id("a", "[\"Config\", \"${vars.level}\"]", "DEBUG"));
    // What decides whether a resource is replaced, the schema table knows of every type.
    let referring = |property: &str| {
        let cluster = format!("[Cluster]\ntype = \"AWS::ECS::Cluster\"\n{property}\n");
        let run =
            "[Run]\ntype = \"Custom::Run\"\nredeploy_on = [\"${Cluster}\"]\nServiceToken = \"x\"\n";
        following(&format!("{cluster}{run}"), "INFO", None).0["Run"].clone()
    };
    let tagged = |value: &str| format!("Tags = [{{ Key = \"a\", Value = \"{value}\" }}]");
    assert_eq!(referring(&tagged("a")), referring(&tagged("b")));
    assert_ne!(
        referring("ClusterName = \"a\""),
        referring("ClusterName = \"b\"")
    );
    let wrong = load_web(&stack("a", "[\"Confg\"]"));
    assert_snapshot!(errors(&wrong), @r#"
    error unknown_reference: `Confg` is no resource of this stack
      stacks/web.toml:6:16 `"Confg"`
      help: did you mean `Config`?
    "#);
}

#[test]
fn what_is_off_is_away_and_refusing_it_shows_both_places() {
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
    stacks/web.toml:2 + blueprint.toml:46 turned_off: stack `off` is turned off by its `when`
    stacks/web.toml:5 + blueprint.toml:46 turned_off: stack `off` is turned off by its `when`
    stacks/web.toml:6 + stacks/web.toml:9 turned_off: resource `Gone` is turned off by its `when`
    stacks/web.toml:12 + stacks/web.toml:9 turned_off: resource `Gone` is turned off by its `when`
    "#);
}

#[test]
fn what_decides_about_resources_is_known_when_rendering() {
    let loaded = load_web(
        "when = \"Topic == 'x'\"\n[Topic]\ntype = \"Acme::SNS::Topic\"\nwhen = \"stacks.network.VpcId\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nfor_each = \"${Topic}\"\n[Role]\ntype = \"AWS::IAM::Role\"\nfor_each = \"${stacks.network.Zones}\"\n[It]\ntype = \"Acme::SNS::Topic\"\nwhen = \"vars.days\"\n[Other]\ntype = \"Acme::SNS::Topic\"\nwhen = \"${vars.on}\"\n",
    );
    assert_snapshot!(errors(&loaded), @r#"
    error unknown_reference: `Topic` is not known when rendering, as it must be here
      stacks/web.toml:1:8 `"Topic == 'x'"`
      help: variables (`vars.…`), `env.name` and `each.…` are
    error known_too_late: outputs of stacks are known only after deployment, and what stands here must be known when rendering
      stacks/web.toml:4:8 `"stacks.network.VpcId"`
    error unknown_reference: `Topic` is not known when rendering, as it must be here
      stacks/web.toml:7:13 `${Topic}`
      help: variables (`vars.…`), `env.name` and `each.…` are. To mean the text itself write `${!Topic}`, or put the whole text into a file: `${file('…')}`
    error missing_property: `AWS::IAM::Role` needs the property `AssumeRolePolicyDocument`
      stacks/web.toml:8:2 `Role` `AssumeRolePolicyDocument` is missing
    error known_too_late: outputs of stacks are known only after deployment, and what stands here must be known when rendering
      stacks/web.toml:10:13 `${stacks.network.Zones}`
      help: To mean the text itself write `${!stacks.network.Zones}`, or put the whole text into a file: `${file('…')}`
    error wrong_type: `when` is true or false, this is an integer
      stacks/web.toml:13:8 `"vars.days"`
      help: compare it: `vars.x == 'value'`, `vars.list | length > 0`
    error expression: `when` is an expression already, without `${}`
      stacks/web.toml:16:8 `"${vars.on}"`
      help: write `vars.on`
    "#);
}

#[test]
fn names_and_tags_keep_cloudformations_rules() {
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
    blueprint.toml:16 bad_tag: the stack has 51 tags with the three of formwork, 50 are allowed
    "#);
}

#[test]
fn exports_and_imports_are_matched() {
    let loaded = load_files(&[(
        "blueprint.toml",
        "name = \"demo\"\n[stacks.b.T]\ntype = \"Acme::SNS::Topic\"\nX = { \"Fn::ImportValue\" = \"shared\" }\nY = { \"Fn::ImportValue\" = \"sharde\" }\n[stacks.a.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.a.outputs]\nO = { value = \"${T}\", export = \"shared\" }\n",
    )]);
    assert_snapshot!(problems(&loaded), @r#"
    warning unknown_export: no stack of this blueprint exports `sharde`
      blueprint.toml:5:27 `"sharde"`
      help: did you mean `shared`?
    "#);
    let blueprint = good(loaded);
    let order: Vec<&str> = blueprint
        .graph
        .order()
        .map(|stack| stack.key.as_str())
        .collect();
    assert_eq!(order, ["a", "b"]);
}

#[test]
fn selectors_choose_stacks_with_their_neighbours() {
    let blueprint = good(load_web(
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
            "no stack of the blueprint fits `tag:team=blue`",
        ),
        (
            "wbe",
            "no stack of the blueprint fits `wbe`; did you mean `web`?",
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
fn nothing_outside_of_the_root_is_read() {
    use formwork_blueprint::{MemoryFiles, load};
    let files = MemoryFiles::default()
        .with("/project/blueprint/blueprint.toml", "name = \"demo\"\nroot = \"..\"\n[assets.a]\npath = \"../../etc/passwd\"\n[assets.b]\npath = \"link\"\n[assets.c]\npath = \"../beside\"\n[stacks.x]\ntemplate = \"/etc/passwd\"\n")
        .with("/etc/passwd", "root")
        .with("/project/beside/file", "x")
        .link("/project/blueprint/link", "/etc/passwd");
    assert_snapshot!(brief(&load(&files, &support::request())), @r#"
    blueprint.toml:4 unreadable_file: `../../etc/passwd` lies outside of the blueprint's root `..`
    blueprint.toml:6 unreadable_file: `link` lies outside of the blueprint's root `..`
    blueprint.toml:10 unreadable_file: `/etc/passwd` lies outside of the blueprint's root `..`
    "#);
    let bytes = MemoryFiles::default()
        .with("/project/blueprint/blueprint.toml", "name = \"demo\"\n")
        .with(
            "/project/blueprint/stacks/a.toml",
            b"# ok\nx = \"\xff\"\n".to_vec(),
        );
    assert_snapshot!(problems(&load(&bytes, &support::request())), @r#"
    error unreadable_file: `stacks/a.toml` is not UTF-8
      stacks/a.toml:2:6 `�`
    "#);
    let nothing = MemoryFiles::default().with("/project/blueprint/other.toml", "");
    assert_snapshot!(problems(&load(&nothing, &support::request())), @r#"
    error no_blueprint: `/project/blueprint` holds no `blueprint.toml`
      help: a blueprint is a folder with a `blueprint.toml`, or that file itself
    "#);
}

#[test]
fn later_keys_and_other_versions_are_refused() {
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
    blueprint.toml:7 unknown_key: a variable has no key `provides`
    stacks/web.toml:1 not_yet_supported: `region` in a stack is not yet supported
    stacks/web.toml:2 not_yet_supported: `exposure` in a stack is not yet supported
    stacks/web.toml:4 not_yet_supported: `allow` in a resource is not yet supported
    stacks/web.toml:7 unknown_input: `inputs` mean something only in a component
    "#);
}

#[test]
fn wrong_types_say_what_is_wanted() {
    let loaded = load_stack(
        "name = 5\ndescription = [\"a\"]\ntermination_protection = \"true\"\ntimeout = \"x\"\ncapabilities = [\"CAPABILITY_I\"]\nrole_arn = \"role\"\ntags = [\"a\"]\nwhen = 1\n[It]\ntype = [\"Acme::SNS::Topic\"]\nfor_each = 5\n[T]\ntype = \"Acme::SNS::Topic\"\nproperties = 1\ndepends_on = [1]\n",
    );
    assert_snapshot!(problems(&loaded), @r#"
    error wrong_type: a stack's name is a string, not an integer
      stacks/web.toml:1:8 `5` must be a string
      help: write `"5"`
    error wrong_type: a description is a string, not a list
      stacks/web.toml:2:15 `["a"]` must be a string
    error wrong_type: `termination_protection` is a boolean, not a string
      stacks/web.toml:3:26 `"true"` must be a boolean
      help: write `true` without quotes
    error wrong_type: `timeout` is a whole number, not a string
      stacks/web.toml:4:11 `"x"` must be a whole number
    error bad_value: there is no capability `CAPABILITY_I`
      stacks/web.toml:5:17 `"CAPABILITY_I"`
      help: they are `CAPABILITY_IAM`, `CAPABILITY_NAMED_IAM` and `CAPABILITY_AUTO_EXPAND`; what a template needs is found without saying it
    error bad_value: `role` is no ARN of a role
      stacks/web.toml:6:12 `"role"`
      help: it looks like `arn:aws:iam::111122223333:role/deploy`
    error wrong_type: `tags` is a table, not a list
      stacks/web.toml:7:8 `["a"]` must be a table
    error wrong_type: `when` is an expression in quotes, not an integer
      stacks/web.toml:8:8 `1` must be an expression in quotes
    error wrong_type: a resource's `type` is a string, not a list
      stacks/web.toml:10:8 `["Acme::SNS::Topic"]` must be a string
    error wrong_type: `for_each` is a list or a table, not an integer
      stacks/web.toml:11:12 `5` must be a list or a table
    error wrong_type: `properties` is a table, not an integer
      stacks/web.toml:14:14 `1` must be a table
    error wrong_type: `depends_on` is a list of strings, not an integer
      stacks/web.toml:15:15 `1` must be a list of strings
    "#);
}
