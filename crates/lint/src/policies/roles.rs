//! Properties that take a role: texts that are not a role's ARN, and names where a path is needed.

use crate::codes;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use crate::formats::arn::is_role;
use formwork_template::diagnostics::{Problem, did_you_mean};
use formwork_template::{Intrinsic, Resource};

/// The properties that accept only the ARN of a role.
///
/// Other properties of `AWS::Batch::ComputeEnvironment` accept a role's name too.
const ARNS: [(&str, &str); 6] = [
    ("AWS::Backup::BackupSelection", "BackupSelection.IamRoleArn"),
    (
        "AWS::Batch::ComputeEnvironment",
        "ComputeResources.SpotIamFleetRole",
    ),
    ("AWS::Batch::ComputeEnvironment", "ServiceRole"),
    (
        "AWS::EC2::SpotFleet",
        "SpotFleetRequestConfigData.IamFleetRole",
    ),
    ("AWS::ECS::TaskDefinition", "ExecutionRoleArn"),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Role"),
];

/// The properties that accept a role's name, but find it only at the path `/`.
const NAMES: [(&str, &str); 1] = [("AWS::CodeBuild::Project", "ServiceRole")];

/// Checks the roles in a resource's properties.
pub(super) fn check<'a>(checker: &Checker<'a>, resource: &Resource<'a>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let of = |places: &'static [(&str, &'static str)]| {
        let places = places.iter().filter(|(kind, _)| *kind == resource.kind);
        places.flat_map(|(_, path)| checker.properties(resource, path).into_iter())
    };
    for found in of(&ARNS) {
        let Some(text) = found.string() else { continue };
        // A dynamic reference may resolve to anything.
        if text.contains("{{resolve:") || is_role(text) {
            continue;
        }
        let message = format!("invalid role ARN `{text}`");
        problems.push(
            Problem::error(codes::ROLE_REFERENCE, message)
                .at(found.span, "expected the ARN of a role")
                .help("a role ARN has the form `arn:aws:iam::account:role/name`"),
        );
    }
    for found in of(&NAMES) {
        problems.extend(role_with_path(checker, &found));
    }
    problems
}

/// Reports a role with a path whose name is given without it.
fn role_with_path<'a>(checker: &Checker<'a>, found: &ConditionalValue<'a>) -> Option<Problem> {
    let Some(Intrinsic::Ref(id)) = found.node?.intrinsic() else {
        return None;
    };
    let role = checker.resource(id, "AWS::IAM::Role")?;
    let path = checker.properties(&role, "Path");
    let path = path
        .iter()
        .find(|path| path.string().is_some_and(|path| path != "/"))?;
    let message = format!("role `{id}` has a path and cannot be found by its name");
    Some(
        Problem::error(codes::ROLE_REFERENCE, message)
            .at(found.span, "returns the name without the path")
            .at(path.span, "the path")
            .help(did_you_mean(format!("{id}.Arn"))),
    )
}
