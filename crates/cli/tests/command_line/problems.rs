//! `check --format`: the output for other programs, and the exit status.

use formwork_testkit::{CHAIN, Sandbox, run_command};
use serde_json::Value;

use super::sandbox::{empty_sandbox, sandbox_with};

/// Returns a blueprint in a folder of its repository, with an error in a stack's file and a warning in
/// `blueprint.toml`.
fn wrong() -> Sandbox {
    empty_sandbox()
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
fn json_contains_code_location_and_help() {
    let output = wrong()
        .run(&["check", "infra", "--format", "json"])
        .expect_code(3);
    assert_eq!(output.stderr, "");
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
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
fn sarif_paths_are_relative_to_the_repository() {
    let sandbox = wrong();
    let above = sandbox
        .run(&["check", "infra", "--format", "sarif"])
        .expect_code(3);
    assert_eq!(above.stderr, "");
    let mut inside = sandbox.command(&["check", "--format", "sarif"]);
    inside.current_dir(sandbox.path("infra/stacks"));
    assert_eq!(run_command(inside).stdout, above.stdout);
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
fn github_annotations_name_file_and_line() {
    let output = wrong()
        .run(&["check", "infra", "--format", "github"])
        .expect_code(3);
    assert_eq!(output.stderr, "");
    let first = output.stdout.lines().next().unwrap();
    assert!(
        first.starts_with(
            "::error file=infra/stacks/api.toml,line=3,endLine=3,col=16,endColumn=28,\
             title=formwork%3A%3Aunknown_variable::unknown variable `ownr`%0Ahelp: "
        ),
        "{first}"
    );
}

#[test]
fn a_valid_blueprint_has_no_problems() {
    let sandbox = sandbox_with(CHAIN);
    assert_eq!(
        sandbox
            .run(&["check", "--format", "github"])
            .expect_code(0)
            .stdout,
        ""
    );
    for format in ["json", "sarif"] {
        let output = sandbox.run(&["check", "--format", format]).expect_code(0);
        let document: Value = serde_json::from_str(&output.stdout).unwrap();
        let found = match format {
            "json" => &document["problems"],
            _ => &document["runs"][0]["results"],
        };
        assert_eq!(*found, serde_json::json!([]));
    }
}
