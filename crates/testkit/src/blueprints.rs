//! Blueprints of small stacks, and names for them.

use formwork_blueprint::{StackKey, VariableName};

/// Returns a stack key.
pub fn key(text: &str) -> StackKey {
    StackKey::new(text).unwrap()
}

/// Returns a variable name.
pub fn variable(text: &str) -> VariableName {
    VariableName::new(text).unwrap()
}

/// A blueprint of one stack with a secret.
pub const SECRET: &str = "
name = \"shop\"
[vars]
api_key = { type = \"string\", sensitive = true }
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${vars.api_key}\"
";

/// Returns a blueprint of stacks with one SSM parameter each, `P`, whose value contains the names of its dependencies:
/// `b < a` means that `b` uses the output `Name` of `a`, which is the parameter's name.
pub fn stacks(shape: &str, value: &str) -> String {
    let mut text = "name = \"shop\"\n".to_owned();
    for line in shape.split(',').map(str::trim) {
        let mut parts = line.split('<').map(str::trim);
        let stack = parts.next().unwrap();
        let uses: Vec<String> = parts
            .flat_map(str::split_whitespace)
            .map(|other| format!("${{stacks.{other}.Name}}"))
            .collect();
        text += &format!(
            "
[stacks.{stack}.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"{value} {}\"
[stacks.{stack}.outputs]
Name = \"${{P}}\"
",
            uses.join(" ")
        );
    }
    text
}

/// A blueprint of a chain of three stacks and of one independent stack.
pub const CHAIN: &str = r#"
name = "chain"
region = "us-east-1"

[vars]
log_level = { default = "INFO", one_of = ["INFO", "DEBUG"] }

[env.prod]
account = "111122223333"

[env.rehearsal]
target = "local"
protect = true

[stacks.base.Topic]
type = "AWS::SNS::Topic"
DisplayName = "base"

[stacks.base.outputs]
TopicArn = "${Topic}"

[stacks.middle.Worker]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${vars.log_level} ${stacks.base.TopicArn}"

[stacks.middle.outputs]
Worker = "${Worker}"

[stacks.top.Note]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${stacks.middle.Worker}"

[stacks.apart.Topic]
type = "AWS::SNS::Topic"
"#;
