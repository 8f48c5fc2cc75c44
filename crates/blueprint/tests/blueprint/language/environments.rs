//! Environments and overlays.

use super::BLUEPRINT;
use crate::support::{brief, errors, expect_valid, load_with, part};
use formwork_blueprint::TerminationProtection;
use insta::assert_snapshot;

#[test]
fn environments_set_values_names_and_protection() {
    let files = [
        ("blueprint.toml", BLUEPRINT),
        (
            "stacks/web.toml",
            "[It]\ntype = \"Acme::SSM::Parameter\"\nX = \"${env.name}-${vars.level}\"\n",
        ),
        ("site/index.html", ""),
    ];
    let show = |env: Option<&str>, set: &[(&str, &str)]| {
        let blueprint = expect_valid(load_with(&files, env, set));
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
    error unknown_variable: unknown variable `levl`
      --set levl:1:1 `levl` given a value here
      help: did you mean `level`?
    error bad_value: `LOUD` is not an allowed value
      --set level:1:7 `LOUD`
      help: one of DEBUG, INFO
    error wrong_type: `us-east-1a` is not a list: string values must be quoted, expected literal string
      --set zones:1:7 `us-east-1a`
      help: a value is read as TOML: `["a", "b"]`, `true`, `3`
    "#);
}

#[test]
fn overlays_merge_replace_remove_and_add_resources() {
    let blueprint = |overlay: &str| {
        format!(
            "name = \"demo\"\n[env.dev]\n{overlay}\n[stacks.web]\ndescription = \"d\"\n[stacks.web.It]\ntype = \"Acme::SSM::Parameter\"\nA = {{ b = 1, c = [1, 2] }}\nD = \"x\"\n"
        )
    };
    let load = |overlay: &str, env| load_with(&[("blueprint.toml", &blueprint(overlay))], env, &[]);
    let good_overlay = "stacks.web.It.A.b = 2\nstacks.web.It.A.c = []\nstacks.web.It.D = \"${AWS::NoValue}\"\nstacks.web.New = { type = \"Acme::SNS::Topic\", DisplayName = \"${env.name}\" }\nstacks.web.description = \"e\"\n";
    let changed = expect_valid(load(good_overlay, Some("dev")));
    assert_snapshot!(part(&changed, "web", "Resources"), @r#"{"It":{"Type":"Acme::SSM::Parameter","Properties":{"A":{"b":2,"c":[]}}},"New":{"Type":"Acme::SNS::Topic","Properties":{"DisplayName":"dev"}}}"#);
    let unchanged = expect_valid(load(good_overlay, None));
    assert_snapshot!(part(&unchanged, "web", "Resources"), @r#"{"It":{"Type":"Acme::SSM::Parameter","Properties":{"A":{"b":1,"c":[1,2]},"D":"x"}}}"#);
    let wrong = "stacks.web.It.A.d = 1\nstacks.web.Itt.D = 1\nstacks.web.tags.x = \"y\"\nstacks.wep.It.D = 1\n";
    for env in [None, Some("dev")] {
        assert_eq!(
            brief(&load(wrong, env)),
            "blueprint.toml:3 unknown_overlay: the stack has no `It.A.d` to overlay\nblueprint.toml:4 unknown_overlay: the stack has no `Itt` to overlay\nblueprint.toml:5 unknown_overlay: the stack has no `tags` to overlay\nblueprint.toml:6 unknown_stack: unknown stack `wep` in an overlay\n"
        );
    }
}
