//! Checks that depend on the region.

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
fn a_types_availability_depends_on_the_environments_region() {
    assert_eq!(check(None), "");
    insta::assert_snapshot!(check(Some("north")), @r#"
    error unavailable_type: resource type `AWS::AppRunner::VpcConnector` is not available in `eu-north-1`
      blueprint.toml:9:8 `"AWS::AppRunner::VpcConnector"` not available
    "#);
}
