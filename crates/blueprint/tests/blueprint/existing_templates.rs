//! Stacks with the key `template`, which names an existing CloudFormation template.

use crate::support::{load_files, part, problems};
use formwork_blueprint::ParameterSource;

const NETWORK: &str = "[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\nZones = [\"a\", \"b\"]\n";

const DATABASE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  VpcId:
    Type: AWS::EC2::VPC::Id
    Description: Where the database lies
  Zones: {Type: CommaDelimitedList}
  Size: {Type: Number, Default: 20, MaxValue: 100}
Conditions:
  Large: !Equals [!Ref Size, 100]
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: !Sub 'of ${AWS::StackName} in ${VpcId}'
      VpcId: !Ref VpcId
  Key:
    Type: AWS::KMS::Key
    Condition: Large
    DependsOn: Group
Outputs:
  GroupId: {Value: !GetAtt Group.GroupId}
";

fn load(blueprint: &str, database: &str) -> formwork_blueprint::LoadOutput {
    let blueprint = format!("name = \"shop\"\n{blueprint}");
    load_files(&[
        ("blueprint.toml", &blueprint),
        ("stacks/network.toml", NETWORK),
        ("legacy/database.yaml", database),
    ])
}

const LEGACY: &str = "\
[stacks.legacy]
template = \"legacy/database.yaml\"
parameters.VpcId = \"${stacks.network.VpcId}\"
parameters.Zones = \"${stacks.network.Zones}\"
parameters.Size = 40
";

#[test]
fn a_template_file_has_parameters_and_outputs_like_any_stack() {
    let user = "[stacks.user.Rule]\ntype = \"AWS::EC2::SecurityGroupIngress\"\nIpProtocol = \"-1\"\nCidrIp = \"10.0.0.0/8\"\nGroupId = \"${stacks.legacy.GroupId}\"\n";
    let loaded = load(&format!("{LEGACY}{user}"), DATABASE);
    assert_eq!(problems(&loaded), "");
    let blueprint = loaded.blueprint.unwrap();
    let stack = blueprint.graph.get("legacy").unwrap();
    let shown: Vec<String> = stack
        .parameters
        .iter()
        .map(|(name, source)| match source {
            ParameterSource::Literal(text) => format!("{name} = {text}"),
            ParameterSource::Output(from) => {
                let kind = if from.list { "list" } else { "text" };
                format!("{name} from {}.{} ({kind})", from.stack, from.output)
            }
            ParameterSource::Secret(_) => format!("{name} is secret"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "VpcId from network.VpcId (text)",
            "Zones from network.Zones (list)",
            "Size = 40"
        ]
    );
    insta::assert_snapshot!(part(&blueprint, "legacy", "Parameters"), @r#"{"VpcId":{"Type":"AWS::EC2::VPC::Id","Description":"Where the database lies\nformwork: from network.VpcId"},"Zones":{"Type":"CommaDelimitedList","Description":"formwork: from network.Zones"},"Size":{"Type":"Number","Default":20,"MaxValue":100}}"#);
    insta::assert_snapshot!(part(&blueprint, "legacy", "Resources.Group"), @r#"{"Type":"AWS::EC2::SecurityGroup","Properties":{"GroupDescription":{"Fn::Sub":"of ${AWS::StackName} in ${VpcId}"},"VpcId":{"Ref":"VpcId"}}}"#);
    insta::assert_snapshot!(part(&blueprint, "user", "Parameters"), @r#"{"LegacyGroupId":{"Type":"String","Description":"formwork: from legacy.GroupId"}}"#);
}

#[test]
fn json_templates_are_read_like_yaml() {
    let json = "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Outputs\": {\"Arn\": {\"Value\": {\"Ref\": \"T\"}}}}";
    let loaded = load(
        "[stacks.legacy]\ntemplate = \"legacy/database.yaml\"\n",
        json,
    );
    assert_eq!(problems(&loaded), "");
    let blueprint = loaded.blueprint.unwrap();
    insta::assert_snapshot!(part(&blueprint, "legacy", "Outputs"), @r#"{"Arn":{"Value":{"Ref":"T"}}}"#);
}

#[test]
fn errors_point_into_the_template_and_at_parameter_values() {
    let database = "\
Parameters:
  VpcId: {Type: String}
  Zones: {Type: CommaDelimitedList}
  Size: {Type: Number, MaxValue: 100}
  Public: {Type: String, Default: yes}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: !Sub '${Grup.Arn}'
  Group: {Type: AWS::EC2::SecurityGroup}
Outputs:
  GroupId: {Value: !GetAtt Groups.GroupId}
";
    let blueprint = "\
[stacks.legacy]
template = \"legacy/database.yaml\"
parameters.Vpcid = \"vpc-1\"
parameters.Zones = \"${stacks.network.Zone}\"
parameters.Size = 400

[stacks.user.Rule]
type = \"AWS::EC2::SecurityGroupIngress\"
GroupId = \"${stacks.legacy.GroupID}\"
";
    insta::assert_snapshot!(problems(&load(blueprint, database)), @r#"
    error missing_parameter: parameter `VpcId` has no `Default` and no value
      blueprint.toml:2:9 `legacy` in this stack
      legacy/database.yaml:2:3 `VpcId` declared here
      help: give it one: `parameters.VpcId = …` in stack `legacy`
    error unknown_parameter: the template has no parameter `Vpcid`
      blueprint.toml:4:12 `Vpcid`
      help: did you mean `VpcId`?
    error unknown_output: stack `network` has no output `Zone`
      blueprint.toml:5:21 `${stacks.network.Zone}`
      help: did you mean `${stacks.network.Zones}`?
    error parameter_value: `400` is greater than 100
      blueprint.toml:6:19 `400`
    error unknown_output: stack `legacy` has no output `GroupID`
      blueprint.toml:10:12 `${stacks.legacy.GroupID}`
      help: did you mean `${stacks.legacy.GroupId}`?
    warning template_boolean: `yes` without quotes is read as true
      legacy/database.yaml:5:35 `yes` becomes true
      help: write true, or "yes" to keep it as text
    error template_reference: unknown parameter or resource `Vpc`
      legacy/database.yaml:10:14 `!Ref Vpc` not found
    error template_reference: unknown resource `Grup`
      legacy/database.yaml:11:25 `!Sub '${Grup.Arn}'` not found
      help: did you mean `Group`?
    error template_duplicate_key: duplicate key `Group`
      legacy/database.yaml:12:3 `Group` again here
      legacy/database.yaml:7:3 `Group` first here
    error template_reference: unknown resource `Groups`
      legacy/database.yaml:14:20 `!GetAtt Groups.GroupId` not found
      help: did you mean `Group`?
    "#);
}

#[test]
fn wrong_parameter_values_of_a_valid_template_are_reported() {
    let blueprint = "\
[stacks.legacy]
template = \"legacy/database.yaml\"
parameters.Vpcid = \"vpc-1\"
parameters.Zones = [\"a,b\"]
parameters.Size = 400

[stacks.user.Rule]
type = \"AWS::EC2::SecurityGroupIngress\"
GroupId = \"${stacks.legacy.GroupID}\"
";
    insta::assert_snapshot!(problems(&load(blueprint, DATABASE)), @r#"
    error missing_parameter: parameter `VpcId` has no `Default` and no value
      blueprint.toml:2:9 `legacy` in this stack
      legacy/database.yaml:3:3 `VpcId` declared here
      help: give it one: `parameters.VpcId = …` in stack `legacy`
    error unknown_parameter: the template has no parameter `Vpcid`
      blueprint.toml:4:12 `Vpcid`
      help: did you mean `VpcId`?
    error list_item: `a,b` contains a comma, which a list cannot keep when it is passed between stacks
      blueprint.toml:5:21 `"a,b"`
      help: a list is passed between stacks as text joined by commas; use an output of its own for this value
    error parameter_value: `400` is greater than 100
      blueprint.toml:6:19 `400`
    error unknown_output: stack `legacy` has no output `GroupID`
      blueprint.toml:10:12 `${stacks.legacy.GroupID}`
      help: did you mean `${stacks.legacy.GroupId}`?
    "#);
}

#[test]
fn an_invalid_template_is_reported_once() {
    let legacy = "[stacks.legacy]\ntemplate = \"legacy/database.yaml\"\n";
    let mut shown = String::new();
    for text in ["Resources: [", "- a", "Parameters: {}", "a: 1\n---\nb: 1"] {
        shown.push_str(&problems(&load(legacy, text)));
    }
    shown.push_str(&problems(&load(
        "[stacks.legacy]\ntemplate = \"legacy/gone.yaml\"\n",
        "",
    )));
    insta::assert_snapshot!(shown, @r#"
    error template_syntax: while parsing a node, did not find expected node content
      legacy/database.yaml:1:13 `` here
    error template_shape: invalid template: expected a table, found a list
      legacy/database.yaml:1:1 `- a`
    error template_shape: a template must have at least one resource
      legacy/database.yaml:1:1 `Parameters: {}`
    error template_syntax: a template must be one YAML document
      legacy/database.yaml:2:1 `---` the second document starts here
    error unreadable_file: cannot open `legacy/gone.yaml`: there is no such file
      blueprint.toml:3:12 `"legacy/gone.yaml"`
      help: a path is relative to the file that contains it, and must be inside the blueprint's `root`
    "#);
}

/// A resource without a type hides neither the problems of other resources nor its own name.
#[test]
fn a_missing_type_does_not_hide_other_problems() {
    let text = "Resources:\n  A: {Properties: {X: !Ref Nope}}\n  B: {Type: AWS::SNS::Topic, Properties: {DisplayNam: !Ref A}}\n  C: {Fn::Equals: [a, b]}\nConditions:\n  Fn::Equals: [a, b]\nOutputs:\n  O: {Description: x}\n  P: {Value: !If [C, !GetAtt A.B, !Ref Gone]}\n";
    let blueprint = "[stacks.legacy]\ntemplate = \"legacy/database.yaml\"\n";
    insta::assert_snapshot!(problems(&load(blueprint, text)), @r#"
    error template_shape: missing `Type` of resource `A`
      legacy/database.yaml:2:3 `A` `Type` is missing
    error template_reference: unknown parameter or resource `Nope`
      legacy/database.yaml:2:23 `!Ref Nope` not found
    error unknown_property: unknown property `DisplayNam` of `AWS::SNS::Topic`
      legacy/database.yaml:3:43 `DisplayNam` unknown
      help: did you mean `DisplayName`?
    error template_shape: missing `Type` of resource `C`
      legacy/database.yaml:4:3 `C` `Type` is missing
    error template_shape: `Conditions`: expected a table of names, found `Fn::Equals`
      legacy/database.yaml:6:3 `Fn::Equals: [a, b]` expected names
    error template_shape: missing `Value` of output `O`
      legacy/database.yaml:8:3 `O` `Value` is missing
    error template_reference: unknown condition `C`
      legacy/database.yaml:9:14 `!If [C, !GetAtt A.B, !Ref Gone]` not found
    error template_reference: unknown parameter or resource `Gone`
      legacy/database.yaml:9:35 `!Ref Gone` not found
    "#);
}

#[test]
fn macros_and_loops_can_add_to_every_section_except_parameters() {
    let legacy = "[stacks.legacy]\ntemplate = \"legacy/database.yaml\"\n";
    let include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}";
    let included = format!(
        "Mappings: {{{include}}}
Conditions: {{{include}}}
Resources:
  A: {{Type: AWS::SNS::Topic, Condition: Theirs, Properties: {{DisplayName: !Ref Theirs}}}}
  {include}
Outputs: {{O: {{Value: !Ref Theirs}}, {include}}}
"
    );
    assert_eq!(problems(&load(legacy, &included)), "");
    let resources = "Resources: {A: {Type: AWS::SNS::Topic}}\n";
    let mut shown = String::new();
    for parameters in [
        include,
        "Fn::ForEach::L: [N, [a, b], {'P${N}': {Type: String}}]",
    ] {
        let text = format!(
            "Transform: AWS::LanguageExtensions\n{resources}Parameters: {{{parameters}}}\n"
        );
        shown.push_str(&problems(&load(legacy, &text)));
    }
    insta::assert_snapshot!(shown, @r#"
    error template_shape: `Fn::Transform` is not allowed in `Parameters`
      legacy/database.yaml:3:14 `Fn::Transform` not allowed here
      help: declare each parameter separately
    error template_shape: `Fn::ForEach::L` is not allowed in `Parameters`
      legacy/database.yaml:3:14 `Fn::ForEach::L` not allowed here
      help: declare each parameter separately
    "#);
}

/// A custom macro may add any output. AWS's own macros add none, except `AWS::Include`.
#[test]
fn outputs_that_a_macro_may_add_can_be_referenced() {
    let blueprint = "[stacks.old]\ntemplate = \"legacy/database.yaml\"\n[stacks.web.Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.old.TopicA}\"\n";
    let resources = "Resources:\n  T: {Type: AWS::SNS::Topic}\n";
    let with = |more: &str| problems(&load(blueprint, &format!("{resources}{more}\n")));
    for more in [
        "Transform: AWS::LanguageExtensions\nOutputs: {'Fn::ForEach::O': [X, [A, B], {'Topic${X}': {Value: !Ref T}}]}",
        "Outputs: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}}",
        "Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}",
        "Transform: [AWS::LanguageExtensions, Mine]",
    ] {
        assert_eq!(with(more), "", "{more}");
    }
    let shown = with("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]");
    insta::assert_snapshot!(shown, @r"
    error unknown_output: stack `old` has no output `TopicA`
      blueprint.toml:6:16 `${stacks.old.TopicA}`
      help: add it to the `Outputs` of the template of stack `old`
    ");
}

#[test]
fn a_stack_with_a_template_file_cannot_add_resources() {
    let blueprint = format!(
        "{LEGACY}Topic.type = \"AWS::SNS::Topic\"\noutputs.More = \"x\"\nconditions.C = {{ \"Fn::Equals\" = [\"a\", \"b\"] }}\n"
    );
    insta::assert_snapshot!(problems(&load(&blueprint, DATABASE)), @r#"
    error template_stack: a stack with a `template` has its resources there
      blueprint.toml:7:1 `Topic`
      blueprint.toml:3:12 `"legacy/database.yaml"` the template
    error template_stack: a stack with a `template` has its outputs there
      blueprint.toml:8:1 `outputs`
      blueprint.toml:3:12 `"legacy/database.yaml"` the template
    error template_stack: a stack with a `template` has its conditions there
      blueprint.toml:9:1 `conditions`
      blueprint.toml:3:12 `"legacy/database.yaml"` the template
    "#);
}

#[test]
fn a_template_used_by_two_stacks_is_reported_once() {
    let blueprint = "[stacks.one]\ntemplate = \"legacy/database.yaml\"\n[stacks.two]\ntemplate = \"legacy/database.yaml\"\n";
    let database = "Resources:\n  A: {Type: T::T::T, Properties: {x: yes, y: !Ref B}}\n";
    insta::assert_snapshot!(problems(&load(blueprint, database)), @r#"
    warning template_boolean: `yes` without quotes is read as true
      legacy/database.yaml:2:38 `yes` becomes true
      help: write true, or "yes" to keep it as text
    error template_reference: unknown parameter or resource `B`
      legacy/database.yaml:2:46 `!Ref B` not found
    "#);
}
