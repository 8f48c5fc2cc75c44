//! Lambda functions.

use super::rule_violation;
use crate::context::Checker;
use formwork_catalog::limits::LAMBDA_ENVIRONMENT_BYTES;
use formwork_catalog::regions::partition;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// The regions with SnapStart (the page "Lambda SnapStart").
const SNAP_START_REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The Java, Python and .NET runtimes without SnapStart (the same page).
const WITHOUT_SNAP_START: &[&str] = &[
    "dotnet5.0",
    "dotnet6",
    "dotnet7",
    "java8",
    "java8.al2",
    "python3.10",
    "python3.11",
    "python3.7",
    "python3.8",
    "python3.9",
];

/// The operations that an ended runtime blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlockedOperations {
    /// No new functions; existing ones can be updated until the date.
    Create(&'static str),
    /// No new functions and no updates.
    CreateAndUpdate,
}

/// The runtimes that had ended by November 2026, each with its successor (the page "Lambda
/// runtimes"). AWS has moved such dates before.
const ENDED_RUNTIMES: &[(&str, BlockedOperations, &str)] = &[
    (
        "dotnetcore1.0",
        BlockedOperations::CreateAndUpdate,
        "dotnet10",
    ),
    (
        "dotnetcore2.0",
        BlockedOperations::CreateAndUpdate,
        "dotnet10",
    ),
    (
        "dotnetcore2.1",
        BlockedOperations::CreateAndUpdate,
        "dotnet10",
    ),
    (
        "dotnetcore3.1",
        BlockedOperations::CreateAndUpdate,
        "dotnet10",
    ),
    (
        "go1.x",
        BlockedOperations::Create("2027-03-03"),
        "provided.al2023",
    ),
    ("java8", BlockedOperations::Create("2027-03-03"), "java25"),
    ("nodejs", BlockedOperations::CreateAndUpdate, "nodejs24.x"),
    (
        "nodejs10.x",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "nodejs12.x",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "nodejs14.x",
        BlockedOperations::Create("2027-03-03"),
        "nodejs24.x",
    ),
    (
        "nodejs4.3",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "nodejs4.3-edge",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "nodejs6.10",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "nodejs8.10",
        BlockedOperations::CreateAndUpdate,
        "nodejs24.x",
    ),
    (
        "provided",
        BlockedOperations::Create("2027-03-03"),
        "provided.al2023",
    ),
    (
        "python2.7",
        BlockedOperations::CreateAndUpdate,
        "python3.14",
    ),
    (
        "python3.6",
        BlockedOperations::CreateAndUpdate,
        "python3.14",
    ),
    (
        "python3.7",
        BlockedOperations::Create("2027-03-03"),
        "python3.14",
    ),
    ("ruby2.5", BlockedOperations::CreateAndUpdate, "ruby4.0"),
    (
        "ruby2.7",
        BlockedOperations::Create("2027-03-03"),
        "ruby4.0",
    ),
];

/// Reports SnapStart for a runtime or region without it.
pub(super) fn snap_start<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in checker.properties(resource, "") {
        for when in root.at("SnapStart.ApplyOn", &checker.conditions) {
            if when.string() != Some("PublishedVersions") {
                continue;
            }
            if let Some(region) = checker.region
                && !SNAP_START_REGIONS.contains(&region)
            {
                let message = format!("SnapStart is not available in `{region}`");
                problems.push(rule_violation(message, when.span));
            }
            for runtime in root
                .with_assignment(&when.assignment)
                .at("Runtime", &checker.conditions)
            {
                if let Some(name) = runtime.string().filter(|name| !has_snap_start(name)) {
                    let message = format!("runtime `{name}` does not support SnapStart");
                    let help = "use Java 11, Python 3.12 or .NET 8, or later";
                    problems.push(rule_violation(message, when.span).help(help));
                }
            }
        }
    }
}

fn has_snap_start(runtime: &str) -> bool {
    let mut families = ["python", "java", "dotnet"].into_iter();
    families.any(|family| runtime.starts_with(family))
        && !runtime.starts_with("dotnetcore")
        && !WITHOUT_SNAP_START.contains(&runtime)
}

/// Reports a runtime whose functions can no longer be created or updated.
pub(super) fn runtime<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "Runtime") {
        let known = ENDED_RUNTIMES
            .iter()
            .find(|(name, ..)| found.string() == Some(name));
        let Some((name, ended, next)) = known else {
            continue;
        };
        let message = match ended {
            BlockedOperations::Create(date) => format!(
                "runtime `{name}` has ended: functions can no longer be created, and cannot be updated from {date} on"
            ),
            BlockedOperations::CreateAndUpdate => {
                format!("runtime `{name}` has ended: functions can no longer be created or updated")
            }
        };
        problems.push(rule_violation(message, found.span).help(format!("use `{next}`")));
    }
}

/// Checks the total size of the environment variables.
pub(super) fn environment<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "Environment.Variables") {
        let Some(map) = found.map() else { continue };
        let size = |(name, entry): (&str, &formwork_template::Entry)| {
            name.len() + entry.node.as_str().map_or(0, str::len)
        };
        let total: usize = map.iter().map(size).sum();
        if total > LAMBDA_ENVIRONMENT_BYTES {
            let message = format!(
                "the environment variables have {total} bytes, the limit is {LAMBDA_ENVIRONMENT_BYTES}"
            );
            problems.push(rule_violation(message, found.span));
        }
    }
}

/// Checks the length of layer ARNs, which is limited in each region (the page of
/// `AddLayerVersionPermission`).
pub(super) fn layers<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let Some(region) = checker.region else { return };
    let most = 176 + partition(region).len() + region.len();
    for found in checker.properties(resource, "Layers.*") {
        let length = found.string().map_or(0, |text| text.chars().count());
        if length > most {
            let message = format!(
                "layer ARN: expected at most {most} characters in `{region}`, found {length}"
            );
            problems.push(rule_violation(message, found.span));
        }
    }
}
