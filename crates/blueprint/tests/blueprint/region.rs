//! What holds of one region only, where the region is known.

use crate::support::{load_with, problems};

const BLUEPRINT: &str = r#"
name = "demo"
region = "us-east-1"

[env.north]
region = "eu-north-1"

[stacks.apps.Zone]
type = "AWS::AppRunner::VpcConnector"
Subnets = ["subnet-0123456789abcdef0"]
"#;

fn check(environment: Option<&str>) -> String {
    problems(&load_with(
        &[("blueprint.toml", BLUEPRINT)],
        environment,
        &[],
    ))
}

#[test]
fn a_type_is_offered_in_the_region_of_the_environment_or_else_of_the_blueprint() {
    assert_eq!(check(None), "");
    insta::assert_snapshot!(check(Some("north")), @r#"
    error unavailable_type: `AWS::AppRunner::VpcConnector` is not offered in `eu-north-1`
      blueprint.toml:9:8 `"AWS::AppRunner::VpcConnector"` not there
    "#);
}
