//! Properties that take a role: texts that are not a role's ARN, and names where a path is needed.

use crate::codes;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use crate::formats::arn::is_role;
use formwork_template::diagnostics::{Problem, did_you_mean};
use formwork_template::{Intrinsic, Resource};

/// The properties that take a role's ARN and nothing else.
///
/// `AWS::Batch::ComputeEnvironment` also takes a role's name at other places.
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

/// The properties that take a role's name, but find it only at the path `/`.
const NAMES: [(&str, &str); 1] = [("AWS::CodeBuild::Project", "ServiceRole")];

/// What is wrong with the roles that a resource is given.
pub(super) fn check<'a>(checker: &Checker<'a>, resource: &Resource<'a>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let of = |places: &'static [(&str, &'static str)]| {
        let places = places.iter().filter(|(kind, _)| *kind == resource.kind);
        places.flat_map(|(_, path)| checker.properties(resource, path).into_iter())
    };
    for found in of(&ARNS) {
        let Some(text) = found.string() else { continue };
        // A reference that AWS resolves may be anything.
        if text.contains("{{resolve:") || is_role(text) {
            continue;
        }
        let message = format!("`{text}` is not the ARN of a role");
        problems.push(
            Problem::error(codes::ROLE_REFERENCE, message)
                .at(found.span, "must be a role's ARN")
                .help("a role's ARN is `arn:aws:iam::account:role/name`"),
        );
    }
    for found in of(&NAMES) {
        problems.extend(named(checker, &found));
    }
    problems
}

/// That a role with a path is given by its name alone.
fn named<'a>(checker: &Checker<'a>, found: &ConditionalValue<'a>) -> Option<Problem> {
    let Some(Intrinsic::Ref(id)) = found.node?.intrinsic() else {
        return None;
    };
    let role = checker.resource(id, "AWS::IAM::Role")?;
    let path = checker.properties(&role, "Path");
    let path = path
        .iter()
        .find(|path| path.string().is_some_and(|path| path != "/"))?;
    let message = format!("`{id}` is not found by its name: it has a path");
    Some(
        Problem::error(codes::ROLE_REFERENCE, message)
            .at(found.span, "gives the name alone")
            .at(path.span, "the path")
            .help(did_you_mean(format!("{id}.Arn"))),
    )
}
