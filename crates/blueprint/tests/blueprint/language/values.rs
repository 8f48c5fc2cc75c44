//! References and expressions: rendered values, and the values that each position accepts.

use super::{load_web, value};
use crate::support::brief;
use insta::assert_snapshot;

#[test]
fn references_become_cloudformation_functions() {
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
            "stacks/web.toml:14 template_reference: unknown condition `C`\n",
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
            "stacks/web.toml:14 unknown_reference: `${vars.level}` is in the text of an explicit `Fn::Sub`, which only CloudFormation evaluates\n",
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
fn known_values_keep_their_type_except_inside_text() {
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
            "stacks/web.toml:14 not_a_text: `vars.limits` is a table, which is not allowed inside longer text\n",
        ),
        (
            r#""a ${env.name}""#,
            "stacks/web.toml:14 not_a_text: no environment was chosen, which is not allowed inside longer text\n",
        ),
    ] {
        assert_eq!(value(written), expect, "{written}");
    }
}

#[test]
fn expressions_compute_known_values_and_select_deferred_values() {
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
        // errors
        (
            r#""${Topic ~ 'x'}""#,
            "stacks/web.toml:14 computed_too_early: cannot compute with `Topic` that is known only after deployment\n",
        ),
        (
            r#""${[Topic] | join(',')}""#,
            "stacks/web.toml:14 computed_too_early: cannot compute with a value that is known only after deployment\n",
        ),
        (
            r#""${'a' if Topic else 'b'}""#,
            "stacks/web.toml:14 computed_too_early: cannot compute with a value that is known only after deployment\n",
        ),
        (
            r#""${Off if vars.on else Topic}""#,
            "stacks/web.toml:14 + stacks/web.toml:8 turned_off: resource `Off` is disabled by its `when`\n",
        ),
        (
            r#""${vars.on if vars.off else 1}""#,
            "stacks/web.toml:14 unknown_variable: unknown variable `off`\n",
        ),
        (
            r#""${vars.api_key | upper}""#,
            "stacks/web.toml:14 sensitive_value: `vars.api_key` is sensitive and not allowed in an expression\n",
        ),
        (
            r#""${[vars['api_key']]}""#,
            "stacks/web.toml:14 sensitive_value: `vars.api_key` is sensitive and not allowed in an expression\n",
        ),
        (
            r#""${cidrsubnet(vars.cidr, 20, 0)}""#,
            "stacks/web.toml:14 expression: cannot add 20 bits to the prefix of `10.0.0.0/16`: /36 is longer than /32\n",
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
            "stacks/web.toml:14 expression: a list cannot be multiplied, only numbers and text\n",
        ),
        (
            r#""${2 * 3 + missing * 4}""#,
            "stacks/web.toml:14 unknown_reference: unknown resource or parameter `missing` in this stack\n",
        ),
        (
            r#""${2 * 3 + 4 * * 5}""#,
            "stacks/web.toml:14 expression: invalid expression: unexpected `*`, at `*`\n",
        ),
        (
            r#""${2 * 3 * 'x'|upper|nope}""#,
            "stacks/web.toml:14 expression: unknown filter: filter nope is unknown, at `nope`\n",
        ),
        (
            r#""${[range(60000), range(60000)]}""#,
            "stacks/web.toml:14 expression: the expression returns more than 100000 values\n",
        ),
    ] {
        let found = value(written);
        assert_eq!(found, expect, "{written}");
    }
    let long = format!("\"${{'{}'}}\"", "x".repeat(1100));
    assert!(value(&long).contains("the expression has 1102 bytes, at most 1024 are allowed"));
}

#[test]
fn each_position_accepts_only_its_values() {
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
    stacks/web.toml:3 unknown_stack: unknown stack `nowhere`
    stacks/web.toml:3 cycle: stack `web` depends on itself
    stacks/web.toml:4 known_too_late: `${It}` is known only after deployment, and a condition can contain only parameters and pseudo parameters
    stacks/web.toml:6 template_shape: `b` of a mapping: expected a string or a list, found a table
    stacks/web.toml:6 known_too_late: `${AWS::Region}` is known only after deployment, and a mapping must be known when rendering
    stacks/web.toml:8 known_too_late: `${AWS::Region}` is known only after deployment, and a parameter's declaration must be known when rendering
    stacks/web.toml:9 known_too_late: `${It}` is known only when the stack is deployed, and a parameter's value is sent before
    stacks/web.toml:10 parameter_value: a parameter's value is a single reference to another stack's output, or is known when rendering
    stacks/web.toml:11 wrong_type: `network.SubnetIds` is a list, and parameter `S` is a `String`
    stacks/web.toml:13 known_too_late: `${AWS::Region}` is known only after deployment, and a resource's `type` must be known when rendering
    stacks/web.toml:14 known_too_late: `${P}` is known only after deployment, and `condition` must be known when rendering
    stacks/web.toml:15 known_too_late: `${It}` is known only after deployment, and `update_replace_policy` must be known when rendering
    stacks/web.toml:17 known_too_late: `${It}` is known only after deployment, and an export's name can contain only parameters and pseudo parameters
    "#);
}
