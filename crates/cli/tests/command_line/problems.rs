//! `check --format`: what other programs are given, on stdout, with the exit status of what was found.

use serde_json::Value;

use super::scene::Scene;

/// A blueprint in a folder of its repository, with an error in a stack's file and a warning in `blueprint.toml`.
fn wrong() -> Scene {
    Scene::empty()
        .with(
            "infra/blueprint.toml",
            "name = \"shop\"\n[vars]\nowner = \"me\"\n",
        )
        .with(
            "infra/stacks/api.toml",
            "[Topic]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${vars.ownr}\"\n",
        )
}

#[test]
fn json_names_the_code_the_place_and_the_help() {
    let said = wrong().run(&["check", "infra", "--format", "json"]).with(3);
    assert_eq!(said.stderr, "");
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["format"], 1);
    let problem = &document["problems"][0];
    assert_eq!(problem["code"], "formwork::unknown_variable");
    assert_eq!(problem["severity"], "error");
    assert!(problem["help"].as_str().unwrap().contains("vars.owner"));
    let label = &problem["labels"][0];
    assert_eq!(label["file"], "stacks/api.toml");
    assert_eq!((&label["line"], &label["column"]), (&3.into(), &16.into()));
    assert_eq!(
        (&label["start_byte"], &label["end_byte"]),
        (&48.into(), &60.into())
    );
}

#[test]
fn sarif_names_files_from_the_repositorys_root_wherever_it_is_run() {
    let scene = wrong();
    let above = scene.run(&["check", "infra", "--format", "sarif"]).with(3);
    assert_eq!(above.stderr, "");
    let mut inside = scene.command(&["check", "--format", "sarif"]);
    inside.current_dir(scene.path("infra/stacks"));
    assert_eq!(super::scene::ended(inside).stdout, above.stdout);
    let log: Value = serde_json::from_str(&above.stdout).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/stacks/api.toml");
    assert_eq!(place["region"]["startLine"], 3);
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], result["ruleId"]);
}

#[test]
fn github_gets_annotations() {
    let said = wrong()
        .run(&["check", "infra", "--format", "github"])
        .with(3);
    assert_eq!(said.stderr, "");
    let first = said.stdout.lines().next().unwrap();
    assert!(
        first.starts_with(
            "::error file=infra/stacks/api.toml,line=3,endLine=3,col=16,endColumn=28,\
             title=formwork%3A%3Aunknown_variable::there is no variable `ownr`%0Ahelp: "
        ),
        "{first}"
    );
}

#[test]
fn a_right_blueprint_has_nothing_to_say_and_ends_well() {
    let scene = Scene::new(super::scene::CHAIN);
    assert_eq!(
        scene.run(&["check", "--format", "github"]).with(0).stdout,
        ""
    );
    for format in ["json", "sarif"] {
        let said = scene.run(&["check", "--format", format]).with(0);
        let document: Value = serde_json::from_str(&said.stdout).unwrap();
        let found = match format {
            "json" => &document["problems"],
            _ => &document["runs"][0]["results"],
        };
        assert_eq!(*found, serde_json::json!([]));
    }
}
