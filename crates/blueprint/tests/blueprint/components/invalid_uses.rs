//! Invalid uses of components, and the spans that their problems have.

use super::QUEUE;
use crate::support::{errors, load_files, problems};
use insta::assert_snapshot;

#[test]
fn a_problem_in_a_component_is_reported_once_with_its_uses() {
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
    error unknown_output: component `components/outer.toml` has no output `Name`
      stacks/web.toml:9:23 `${X.Name}`
      help: it has no outputs
    warning unused_input: input `unused` is never used
      components/inner.toml:2:1 `unused`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: refer to it as `${inputs.unused}`, or remove it
    error unknown_input: the component has no input `nam`
      components/inner.toml:6:14 `${inputs.nam}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: did you mean `${inputs.name}`?
    error unknown_reference: unknown resource or parameter `Quee` in this component
      components/inner.toml:7:17 `${Quee.Delay}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
      help: did you mean `${Queue.Delay}`?
    error unknown_reference: unknown resource or parameter `Nobody` in this component
      components/inner.toml:9:9 `${Nobody}`
      components/outer.toml:2:7 `"./inner"` used here
      stacks/web.toml:2:7 `"../components/outer"` used here
    error toml_syntax: unclosed table, expected `]`
      components/broken.toml:1:7 ``
      stacks/web.toml:4:7 `"../components/broken"` used here
    "#);
}

#[test]
fn keys_that_a_use_cannot_have_are_refused() {
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
      help: a path is relative to the file that contains it, and must be inside the blueprint's `root`
    error bad_component: `inputs` without `use`
      stacks/component.toml:2:2 `inputs`
      help: a file that declares inputs is a component: move it to `components`, and use it with `use = "./components/…"`
    error unknown_input: `inputs` is available only in a component
      stacks/component.toml:9:8 `"inputs.dead"`
      help: outside a component, use a variable: `${vars.…}`
    error unknown_input: `inputs` is available only in a component
      stacks/component.toml:13:14 `${inputs.name}`
      help: outside a component, use a variable: `${vars.…}`
    error unknown_input: `inputs` is available only in a component
      stacks/component.toml:14:17 `${inputs.delay}`
      help: outside a component, use a variable: `${vars.…}`
    error unknown_input: `inputs` is available only in a component
      stacks/component.toml:15:18 `${{'deadLetterTargetArn': Dead.Arn, 'maxReceiveCount': 3} if`
      help: outside a component, use a variable: `${vars.…}`
    error bad_component: `inputs` without `use`
      stacks/web.toml:2:1 `inputs`
      help: name the component: `use = "aws/vpc"`, `use = "./components/…"`
    error bad_component: `A` has a `type` and a `use`
      stacks/web.toml:5:1 `type`
      help: a resource has a `type` or uses a component, not both
    error bad_component: `deletion_policy` belongs to the resources of a component, not to its use
      stacks/web.toml:6:1 `deletion_policy`
      help: the other keys are `inputs`, `depends_on`, `condition`, `when` and `for_each`; to change the resources of a component without an input for it, use an environment's overlay
    error bad_component: component `A` has no property `DelaySeconds`
      stacks/web.toml:7:1 `DelaySeconds`
      help: set an input, as `inputs.name = …`; to change a property of one of its resources, use an environment's overlay, `stacks.KEY.AResource.DelaySeconds = …`
    error not_yet_supported: `exposure` in a resource is not yet supported
      stacks/web.toml:8:1 `exposure`
      help: a later version of formwork will support it; remove it until then
    error unknown_component: cannot open `../components/nothing.toml`: there is no such file
      stacks/web.toml:10:7 `"../components/nothing"`
      help: a component's path is relative to the file that contains it, and must be inside the blueprint's `root`
    error unknown_component: unknown component `aws/nothing`
      stacks/web.toml:12:7 `"aws/nothing"`
      help: formwork includes `aws/apigateway-account`, `aws/bucket`, `aws/function`, `aws/instance`, `aws/queue`, `aws/rest-api`, `aws/table` and `aws/vpc`
    error unknown_component: unknown component `components/queue`
      stacks/web.toml:14:7 `"components/queue"`
      help: the path of a local component begins with `./`, as `./components/queue`; formwork includes `aws/apigateway-account`, `aws/bucket`, `aws/function`, `aws/instance`, `aws/queue`, `aws/rest-api`, `aws/table` and `aws/vpc`
    error unknown_component: cannot open `../../outside.toml`: there is no such file
      stacks/web.toml:16:7 `"../../outside"`
      help: a component's path is relative to the file that contains it, and must be inside the blueprint's `root`
    error wrong_type: expected a string for `use`, found a list
      stacks/web.toml:18:7 `["x"]` must be a string
    error bad_component: `inputs` without `use`
      stacks/web.toml:23:1 `inputs`
      help: name the component: `use = "aws/vpc"`, `use = "./components/…"`
    error unknown_reference: expected a value, found the component `A`
      stacks/web.toml:24:14 `${A}`
      help: write `${A.Url}`
    error unknown_output: component `components/queue.toml` has no output `Urll`
      stacks/web.toml:24:18 `${A.Urll}`
      help: did you mean `${A.Url}`?
    error unknown_output: `A.Url` is an output: it has no attributes
      stacks/web.toml:24:27 `${A.Url.More}`
      help: did you mean `${A.Url}`?
    error unknown_reference: `A` is a single resource: `.*` is only for a `for_each`
      stacks/web.toml:24:40 `${A.*.Url}`
      help: did you mean `${A.Url}`?
    error unknown_reference: `A` is a component: it has outputs, not attributes
      stacks/web.toml:25:16 `{ "Fn::GetAtt" = ["A", "Url"] }`
      help: write one of its outputs as `"${A.Output}"`
    error unknown_component: expected a component file, found the folder `../components`
      stacks/web.toml:27:7 `"../components"`
      help: a component's path is relative to the file that contains it, and must be inside the blueprint's `root`
    error unknown_key: unknown key `name` in a component
      components/stack.toml:1:1 `name`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: set `name` in the stack that uses the component
    error unknown_key: unknown key `use` in a component
      components/stack.toml:2:1 `use`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: a component uses others as its resources: `[Name]` with `use = …`
    error unknown_key: unknown key `when` in a component
      components/stack.toml:3:1 `when`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: set `when` in the stack that uses the component
    error unknown_key: unknown key `region` in a component
      components/stack.toml:4:1 `region`
      stacks/web.toml:20:7 `"../components/stack"` used here
      help: set `region` in the stack that uses the component
    "#);
}

#[test]
fn recursive_and_exploding_components_are_refused() {
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
      help: remove one of these uses
    error component_cycle: components use each other: `components/a.toml` → `components/b.toml` → `components/c.toml` → `components/a.toml`
      components/c.toml:2:7 `"../components/a"` uses `components/a.toml` again
      components/a.toml:2:7 `"./b"` uses `components/b.toml`
      components/b.toml:2:7 `"./c.toml"` uses `components/c.toml`
      stacks/round.toml:4:7 `"../components/a"` used here
      help: remove one of these uses
    error value_limit: the values that references insert into the stack are more than a template can contain
      components/text12.toml:5:12 `"${inputs.x}${inputs.x}"` exceeded here
      components/text11.toml:5:12 `"${inputs.x}${inputs.x}"` given here
      components/text11.toml:4:7 `"./text12"` used here
      stacks/text.toml:2:7 `"../components/text1"` used here
    "#);
}

/// A stack's file can be used as a component, by the stack itself too.
#[test]
fn a_stack_that_uses_itself_is_refused() {
    let written = |web: &str| {
        errors(&load_files(&[
            ("blueprint.toml", "name = \"demo\"\n"),
            ("stacks/web.toml", web),
        ]))
    };
    assert_snapshot!(written("use = \"./web\"\n"), @r#"
    error template_shape: a template must have at least one resource
      stacks/web.toml:1:1 `use = "./web"`
    error unknown_key: unknown key `use` in a component
      stacks/web.toml:1:1 `use`
      stacks/web.toml:1:7 `"./web"` used here
      help: a component uses others as its resources: `[Name]` with `use = …`
    "#);
    assert_snapshot!(written("[A]\nuse = \"./web\"\n"), @r#"
    error component_cycle: component `stacks/web.toml` uses itself
      stacks/web.toml:2:7 `"./web"` uses `stacks/web.toml` again
      stacks/web.toml:2:7 `"./web"` used here
      help: remove one of these uses
    "#);
}

#[test]
fn problems_caused_by_a_refused_input_are_not_reported() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "stacks/net.toml",
            r#"
use = "aws/vpc"
inputs = { cidr = 5, zones = [], subnet_bits = 40, public = "yes" }
"#,
        ),
        (
            "stacks/host.toml",
            r#"
use = "aws/instance"
inputs = { vpc_id = ["vpc-0123abcd"], subnet_id = "subnet-0123abcd", image = "none" }
"#,
        ),
        (
            "stacks/jobs.toml",
            "use = \"aws/queue\"\ninputs.retention_days = 15\n",
        ),
    ]);
    let reported = problems(&loaded);
    let heads: Vec<&str> = reported
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_snapshot!(heads.join("\n"), @r"
    error wrong_type: expected a string for the input `vpc_id`, found a list
    error bad_value: `none` does not match the pattern `(ami-[0-9a-f]+|/aws/service/.+)`
    error bad_value: `15` is too large: at most 14
    error wrong_type: expected a string for the input `cidr`, found an integer
    error bad_value: a list of 0 items is too small: at least 1 item
    error bad_value: `40` is too large: at most 12
    error wrong_type: expected a boolean for the input `public`, found a string
    ");
}

#[test]
fn the_items_of_an_unknown_for_each_are_unknown() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        (
            "stacks/a.toml",
            r#"
[Queue]
type = "AWS::SQS::Queue"
for_each = "${vars.nothing}"
when = "each.index > 0"
QueueName = "q-${each.value.name}"
DelaySeconds = "${each.index * 10}"
"#,
        ),
    ]);
    assert_snapshot!(problems(&loaded), @r"
    error unknown_variable: unknown variable `nothing`
      stacks/a.toml:4:13 `${vars.nothing}`
      help: declare it: `[vars]` with `nothing = …` in blueprint.toml
    ");
}
