//! The language by topic: blueprints and the templates that they render.

mod environments;
mod files;
mod parameters;
mod redeploy;
mod resources;
mod stacks;
mod values;

use crate::support::{brief, load_files, part};
use formwork_blueprint::LoadOutput;

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

/// Loads a stack `web` with the two stacks above.
fn load_web(stack: &str) -> LoadOutput {
    load_files(&[
        ("blueprint.toml", BLUEPRINT),
        ("stacks/web.toml", stack),
        ("site/index.html", "hi"),
        ("stacks/policy.json", "{\"b\": [1, \"${x}\"], \"a\": null}"),
        ("stacks/note.txt", "line ${x}\n"),
    ])
}

/// Returns the rendered value of a property.
fn value(property: &str) -> String {
    let stack = format!(
        "[Topic]\ntype = \"Acme::SNS::Topic\"\n[Queue]\ntype = \"AWS::SQS::Queue\"\nfor_each = \"${{vars.zones}}\"\n[Off]\ntype = \"Acme::SNS::Topic\"\nwhen = \"not vars.on\"\n[parameters]\nSize = {{ Type = \"String\", Default = \"s\" }}\nIds = {{ Type = \"CommaDelimitedList\", Default = \"s\" }}\n[It]\ntype = \"Acme::SSM::Parameter\"\nX = {property}\n"
    );
    let loaded = load_web(&stack);
    match &loaded.blueprint {
        Some(blueprint) => part(blueprint, "web", "Resources.It.Properties.X"),
        None => brief(&loaded),
    }
}
