//! Checks of inputs: their declarations, their values and their uses.

use crate::support::{load_files, problems};
use insta::assert_snapshot;

#[test]
fn inputs_are_checked_at_their_source() {
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
    error wrong_type: expected a string for the input `name`, found a list
      stacks/late.toml:9:15 `["${Role.Arn}"]` must be a string
      components/all.toml:4:1 `name` declared here
    error wrong_type: expected a list for the input `ids`, found a single value
      stacks/late.toml:10:14 `"${Role}"` must be a list
      components/all.toml:6:1 `ids` declared here
    error unknown_reference: unknown resource or parameter `Rolle` in this stack
      stacks/late.toml:11:19 `${Rolle.Arn}`
      help: did you mean `${Role.Arn}`?
    error wrong_type: expected a table for the input `tags`, found a text
      stacks/late.toml:12:15 `"x-${Role}"` must be a table
      components/all.toml:7:1 `tags` declared here
    error property_type: `Tags`: expected a list, found a string
      stacks/late.toml:12:15 `"x-${Role}"` a string
    error wrong_type: expected a stack for an input of type stack, found `${Role}`
      stacks/late.toml:13:19 `${Role}`
      help: write `${stacks.KEY}`
    error unknown_output: expected one value for an input, found the stack `${stacks.net}`
      stacks/late.toml:17:61 `${stacks.net}`
      help: write one of its outputs, as `${stacks.net.VpcId}`
    error wrong_type: expected a whole stack for the input, found a string
      stacks/late.toml:17:87 `"net"` must be a whole stack
      components/all.toml:12:1 `network` declared here
      help: write `${stacks.KEY}`
    error missing_input: component `components/all.toml` needs the input `missing`
      stacks/web.toml:2:7 `"../components/all"`
      components/all.toml:9:1 `missing` declared here
      help: give it a string: `inputs.missing = …`
    error bad_value: `INF` is not an allowed value
      stacks/web.toml:5:9 `"INF"`
      components/all.toml:3:1 `level` declared here
      help: did you mean `INFO`?
    error bad_value: `A1` does not match the pattern `[a-z]+`
      stacks/web.toml:6:8 `"A1"`
      components/all.toml:4:1 `name` declared here
    error bad_value: `99` is too large: at most 30
      stacks/web.toml:7:8 `99`
      components/all.toml:5:1 `days` declared here
    error wrong_type: expected a list for the input `ids`, found a string
      stacks/web.toml:8:7 `"one"` must be a list
      components/all.toml:6:1 `ids` declared here
    error wrong_type: expected a boolean for the input `on`, found a string
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
    error turned_off: input `only_b` is disabled by its `when`
      components/all.toml:19:29 `${inputs.only_b}` needs it
      components/all.toml:11:36 `"inputs.mode == 'b'"` disabled here
      stacks/late.toml:7:7 `"../components/all"` used here
      help: give both the same `when`, or choose in an expression: `${X if … else none}`
    error unknown_input: the component has no input `netwrk`
      components/all.toml:19:91 `${inputs.netwrk}`
      stacks/late.toml:7:7 `"../components/all"` used here
      help: did you mean `${inputs.network}`?
    error property_type: `Tags`: expected a list, found a table
      components/all.toml:7:34 `{}` wrong type
      stacks/late.toml:16:7 `"../components/all"` used here
      help: write a list of tables with `Key` and `Value`
    error unknown_output: expected one value for a property, found the stack `${inputs.missing}`
      components/all.toml:16:57 `${inputs.missing}`
      stacks/late.toml:17:60 `"${stacks.net}"` given here
      stacks/late.toml:16:7 `"../components/all"` used here
      help: write one of its outputs, as `${inputs.missing.VpcId}`
    error not_provided: input `network` does not provide `Other`
      components/all.toml:19:68 `${inputs.network.Other}`
      stacks/web.toml:12:11 `"${stacks.net}"` given here
      stacks/web.toml:2:7 `"../components/all"` used here
      help: add it to the `provides` of input `network`
    "#);
}

#[test]
fn input_values_follow_the_rules_of_their_position() {
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
    error sensitive_value: `vars.key` is sensitive and not allowed in an output
      stacks/web.toml:10:11 `${A.Secret}`
      help: a sensitive value is allowed in properties of resources, alone or inside longer text
    error bad_variable: unknown type `strin`
      components/it.toml:6:16 `"strin"`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: did you mean `string`?
    error bad_variable: an input needs a `type`, or a `default` that is known when rendering
      components/it.toml:7:1 `none`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: `type` is `string`, `integer`, `number`, `boolean`, `list`, `map` or `stack`
    error wrong_type: expected a string for the input `wrong`, found an integer
      components/it.toml:8:38 `5` must be a string
      stacks/web.toml:6:7 `"../components/it"` used here
      help: write `"5"`
    error unknown_key: unknown key `sensitive` in an input
      components/it.toml:9:32 `sensitive`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: an input is sensitive if its value is a sensitive variable
    error bad_variable: `provides` is for inputs of type `stack`
      components/it.toml:10:42 `["A"]`
      stacks/web.toml:6:7 `"../components/it"` used here
    error bad_name: invalid input name `Upper`: use lower-case letters, digits and `_`, beginning with a letter
      components/it.toml:11:1 `Upper`
      stacks/web.toml:6:7 `"../components/it"` used here
    error unknown_input: the component has no input `late`
      components/it.toml:12:22 `${inputs.late}`
      stacks/web.toml:6:7 `"../components/it"` used here
      help: did you mean `${inputs.later}`?
    error computed_too_early: cannot compute with `inputs.later` that is known only after deployment
      components/it.toml:17:8 `"inputs.later == 'a'"`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: an expression can select, list and return it; to compare or join it, use CloudFormation's functions, as `{ "Fn::If" = […] }`
    error known_too_late: `${inputs.later}` is known only after deployment, and `for_each` must be known when rendering
      components/it.toml:22:13 `${inputs.later}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering, and so are inputs with such values
    error known_too_late: `${inputs.later}` is known only after deployment, and a resource's `type` must be known when rendering
      components/it.toml:25:9 `${inputs.later}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering
    error computed_too_early: cannot compute with `inputs.later` that is known only after deployment
      components/it.toml:26:14 `${inputs.later ~ 'x'}`
      stacks/web.toml:7:44 `"${Role.Arn}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: an expression can select, list and return it; to compare or join it, use CloudFormation's functions, as `{ "Fn::If" = […] }`
    error resolve_in_data: the value contains `{{resolve:`, which CloudFormation would evaluate as a dynamic reference
      components/it.toml:27:18 `"${inputs.dynamic}"`
      stacks/web.toml:7:69 `"{{resolve:ssm:/a:1}}"` given here
      stacks/web.toml:6:7 `"../components/it"` used here
      help: for a variable that contains one, declare `resolve = true`; otherwise write the dynamic reference in this text
    "#);
}
