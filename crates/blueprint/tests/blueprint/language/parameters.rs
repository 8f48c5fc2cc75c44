//! Values from outside a stack: outputs of other stacks, secrets, exports.

use super::load_web;
use crate::support::{brief, expect_valid, load_files, part, problems};
use formwork_blueprint::ParameterSource;
use insta::assert_snapshot;

#[test]
fn outputs_of_other_stacks_become_parameters_with_descriptions() {
    let stack = |more: &str| {
        format!("[It]\ntype = \"Acme::SSM::Parameter\"\nA = \"${{stacks.network.VpcId}}\"\n{more}")
    };
    let blueprint = expect_valid(load_web(&stack(
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
fn colliding_parameter_names_get_a_hash_suffix() {
    let blueprint = expect_valid(load_files(&[(
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
fn a_declared_parameter_can_have_a_value() {
    let blueprint = expect_valid(load_web(
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
fn sensitive_values_become_no_echo_parameters() {
    let blueprint = expect_valid(load_web(
        "[It]\ntype = \"Acme::SSM::Parameter\"\nA = \"${vars.api_key}\"\nB = \"k=${vars.api_key}\"\n",
    ));
    assert_snapshot!(part(&blueprint, "web", "Parameters"), @r#"{"ApiKey":{"Type":"String","NoEcho":true}}"#);
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties"), @r#"{"A":{"Ref":"ApiKey"},"B":{"Fn::Sub":"k=${ApiKey}"}}"#);
    assert!(!format!("{blueprint:?}").contains("hush"));
    let refused = load_web(
        "name = \"x${vars.api_key}\"\ntags = { a = \"${vars.api_key}\" }\nwhen = \"vars.api_key == 'x'\"\n[It]\ntype = \"Acme::SNS::Topic\"\nmetadata.a = \"${vars.api_key}\"\n[outputs]\nX = \"${vars.api_key}\"\n[parameters]\nP = { Type = \"String\", value = \"${vars.api_key}\" }\n",
    );
    assert_snapshot!(brief(&refused), @r#"
    stacks/web.toml:1 sensitive_value: `vars.api_key` is sensitive and not allowed in a stack's name
    stacks/web.toml:2 sensitive_value: `vars.api_key` is sensitive and not allowed in a tag
    stacks/web.toml:3 sensitive_value: `vars.api_key` is sensitive and not allowed in an expression
    stacks/web.toml:6 sensitive_value: `vars.api_key` is sensitive and not allowed in metadata
    stacks/web.toml:8 sensitive_value: `vars.api_key` is sensitive and not allowed in an output
    stacks/web.toml:10 sensitive_value: `vars.api_key` is sensitive, and this parameter would show it
    "#);
    assert!(!problems(&refused).contains("hush"));
}

#[test]
fn lists_between_stacks_are_checked() {
    let loaded = load_web(
        "[It]\ntype = \"Acme::SNS::Topic\"\n[outputs]\nA = [\"a,b\"]\nB = [\" a\"]\nC = []\nD = [\"${It}\", \"x,y\"]\nE = { a = 1 }\nF = \"${vars.nothing}\"\nG = { description = \"no value\" }\n",
    );
    assert_snapshot!(brief(&loaded), @r#"
    stacks/web.toml:4 list_item: `a,b` contains a comma, which a list cannot keep when it is passed between stacks
    stacks/web.toml:5 list_item: ` a` contains leading or trailing spaces, which a list cannot keep when it is passed between stacks
    stacks/web.toml:6 list_item: cannot pass an empty list between stacks: it would become a list of one empty string
    stacks/web.toml:7 list_item: `x,y` contains a comma, which a list cannot keep when it is passed between stacks
    stacks/web.toml:8 unknown_key: unknown key `a` in an output
    stacks/web.toml:9 list_item: cannot pass an empty list between stacks: it would become a list of one empty string
    stacks/web.toml:10 missing_value: output `G` has no `value`
    "#);
}

#[test]
fn imports_wait_for_their_exports() {
    let loaded = load_files(&[(
        "blueprint.toml",
        "name = \"demo\"\n[stacks.b.T]\ntype = \"Acme::SNS::Topic\"\nX = { \"Fn::ImportValue\" = \"shared\" }\nY = { \"Fn::ImportValue\" = \"sharde\" }\n[stacks.a.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.a.outputs]\nO = { value = \"${T}\", export = \"shared\" }\n",
    )]);
    assert_snapshot!(problems(&loaded), @r#"
    warning unknown_export: no stack of this blueprint exports `sharde`
      blueprint.toml:5:27 `"sharde"`
      help: did you mean `shared`?
    "#);
    let blueprint = expect_valid(loaded);
    let order: Vec<&str> = blueprint
        .graph
        .order()
        .map(|stack| stack.key.as_str())
        .collect();
    assert_eq!(order, ["a", "b"]);
}
