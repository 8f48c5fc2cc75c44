//! Resources that are snapshots of others, such as API deployments and function versions.

use super::{BLUEPRINT, load_web};
use crate::support::{errors, expect_valid, load_with};
use formwork_blueprint::KnownValues;
use insta::assert_snapshot;
use std::collections::BTreeMap;

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

/// Returns the logical ids that follow content, and those that are known after deploy.
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
    let blueprint = expect_valid(load_with(&files, None, &[("level", level)]));
    let parameters = vpc
        .map(|vpc| ("NetworkVpcId".to_owned(), vpc.to_owned()))
        .into_iter()
        .collect();
    let assets = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let rendered = blueprint.graph.get("web").unwrap().render(&known);
    let stage = rendered
        .template
        .root()
        .at("Resources.Stage.Properties")
        .map(formwork_template::write::json_compact)
        .unwrap_or_default();
    let ids: BTreeMap<String, String> = rendered
        .source_ids
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
    let open = rendered.pending_ids.iter().map(|open| {
        let waits: Vec<String> = open
            .waits_for
            .iter()
            .map(|output| format!("{}.{}", output.stack, output.output))
            .collect();
        format!("{} waits for {}", open.source_id, waits.join(" "))
    });
    (ids, open.collect())
}

#[test]
fn snapshots_get_a_new_id_only_if_their_content_changes() {
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
fn redeploy_on_follows_its_references() {
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
    // The schema table has the create-only properties of every type.
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
    error unknown_reference: unknown resource `Confg` in this stack
      stacks/web.toml:6:16 `"Confg"`
      help: did you mean `Config`?
    "#);
}
