//! CodePipeline: stages, actions and artifacts.

use super::rule_violation;
use crate::conditions::Assignment;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use crate::formats::arn::is_any_role;
use crate::limits::MAX_SUGGESTION_NAMES;
use formwork_template::diagnostics::Problem;
use formwork_template::{Function, Resource};
use std::collections::BTreeMap;

const ACTIONS: &str = "Stages.*.Actions.*";

/// The number of artifacts of an action: owner, category, provider, then the minimum and maximum of
/// inputs and of outputs (the page "Action structure reference", "Valid number of artifacts").
type Counts = (
    &'static str,
    &'static str,
    &'static str,
    (usize, usize),
    (usize, usize),
);

const COUNTS: &[Counts] = &[
    ("AWS", "Source", "S3", (0, 0), (1, 1)),
    ("AWS", "Source", "CodeCommit", (0, 0), (1, 1)),
    ("AWS", "Source", "ECR", (0, 0), (1, 1)),
    ("AWS", "Test", "CodeBuild", (1, 5), (0, 5)),
    ("AWS", "Test", "DeviceFarm", (1, 1), (0, 0)),
    ("AWS", "Build", "CodeBuild", (1, 5), (0, 5)),
    ("AWS", "Approval", "Manual", (0, 0), (0, 0)),
    ("AWS", "Deploy", "S3", (1, 1), (0, 0)),
    ("AWS", "Deploy", "CloudFormation", (0, 10), (0, 1)),
    ("AWS", "Deploy", "CodeDeploy", (1, 1), (0, 0)),
    ("AWS", "Deploy", "ElasticBeanstalk", (1, 1), (0, 0)),
    ("AWS", "Deploy", "OpsWorks", (1, 1), (0, 0)),
    ("AWS", "Deploy", "ECS", (1, 1), (0, 0)),
    ("AWS", "Deploy", "ServiceCatalog", (1, 1), (0, 0)),
    ("AWS", "Invoke", "Lambda", (0, 5), (0, 5)),
    ("ThirdParty", "Source", "GitHub", (0, 0), (1, 1)),
    ("ThirdParty", "Deploy", "AlexaSkillsKit", (0, 2), (0, 0)),
    ("Custom", "Build", "Jenkins", (0, 5), (0, 5)),
    ("Custom", "Test", "Jenkins", (0, 5), (0, 5)),
];

/// Checks that the first stage has source actions only, and no other stage has one (the page
/// "CodePipeline pipeline structure reference").
pub(super) fn sources<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for stages in checker.properties(resource, "Stages") {
        let path = "*.Actions.*.ActionTypeId.Category";
        for category in stages.at(path, &checker.conditions) {
            let (Some(kind), Some(stage)) = (category.string(), category.indices.first()) else {
                continue;
            };
            // The first stage is not known if a stage is conditional.
            let items = stages
                .node
                .and_then(|node| node.as_list())
                .unwrap_or_default();
            let item = items.get(*stage).and_then(|item| item.function());
            if matches!(item, Some((Function::If, _))) {
                continue;
            }
            let message = match (*stage, kind) {
                (0, "Source") => continue,
                (0, _) => format!(
                    "action category `{kind}` is not allowed in the first stage: expected `Source`"
                ),
                (_, "Source") => {
                    "action category `Source` is allowed only in the first stage".to_owned()
                }
                _ => continue,
            };
            problems.push(rule_violation(message, category.span));
        }
    }
}

/// Checks that every input artifact is the output of an earlier action, and every output is unique
/// (the same page).
pub(super) fn artifacts<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let mut outputs: BTreeMap<&str, Vec<(Assignment<'a>, Vec<usize>)>> = BTreeMap::new();
    let meets = |one: &Assignment<'a>, other: &Assignment<'a>| {
        let both = one.and(other);
        both.is_some_and(|assignment| checker.conditions.allow(&assignment))
    };
    for action in checker.properties(resource, ACTIONS) {
        for input in action.at("InputArtifacts.*.Name", &checker.conditions) {
            let Some(name) = input.string() else { continue };
            let same = outputs.get(name).map(Vec::as_slice).unwrap_or_default();
            let known = same
                .iter()
                .any(|(assignment, _)| meets(assignment, &input.assignment));
            if !known {
                let message =
                    format!("unknown artifact `{name}`: no earlier action has it as output");
                let near = checker
                    .suggestions
                    .nearest(name, outputs.keys().copied().take(MAX_SUGGESTION_NAMES));
                problems.push(rule_violation(message, input.span).suggest(near));
            }
        }
        for output in action.at("OutputArtifacts.*.Name", &checker.conditions) {
            let Some(name) = output.string() else {
                continue;
            };
            let same = outputs.entry(name).or_default();
            let is_duplicate = same.iter().any(|(assignment, indices)| {
                *indices != output.indices && meets(assignment, &output.assignment)
            });
            if is_duplicate {
                let message = format!("duplicate output artifact `{name}`");
                problems.push(rule_violation(message, output.span));
            }
            same.push((output.assignment, output.indices));
        }
    }
}

/// Checks the number of artifacts of every action.
pub(super) fn counts<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for action in checker.properties(resource, ACTIONS) {
        let text = |name: &str| {
            let found = action.at(name, &checker.conditions);
            found.iter().find_map(ConditionalValue::string)
        };
        let kind = (
            text("ActionTypeId.Owner"),
            text("ActionTypeId.Category"),
            text("ActionTypeId.Provider"),
        );
        let known = COUNTS.iter().find(|(owner, category, provider, ..)| {
            kind == (Some(*owner), Some(*category), Some(*provider))
        });
        let Some((owner, category, provider, takes, gives)) = known else {
            continue;
        };
        for (name, (least, most)) in [("InputArtifacts", takes), ("OutputArtifacts", gives)] {
            for list in action.at(name, &checker.conditions) {
                let count = match list.node {
                    None => 0,
                    Some(node) => match node.as_list() {
                        Some(items) => items.len(),
                        None => continue,
                    },
                };
                if (*least..=*most).contains(&count) {
                    continue;
                }
                let allowed = match (least, most) {
                    (least, most) if least == most => format!("{least}"),
                    (least, most) => format!("{least} to {most}"),
                };
                let message = format!(
                    "`{name}` of an action {owner} {category} {provider}: expected {allowed}, found {count}"
                );
                problems.push(rule_violation(message, list.span));
            }
        }
    }
}

/// Checks that the template of an action is in one of its input artifacts, and its role is an ARN
/// (the page "AWS CloudFormation deploy action reference").
pub(super) fn configuration<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for action in checker.properties(resource, ACTIONS) {
        for path in action.at("Configuration.TemplatePath", &checker.conditions) {
            let Some(text) = path.string() else { continue };
            let inputs = action
                .with_assignment(&path.assignment)
                .at("InputArtifacts.*.Name", &checker.conditions);
            let computed = inputs
                .iter()
                .any(|input| input.node.is_some() && input.string().is_none());
            let names: Vec<&str> = inputs.iter().filter_map(ConditionalValue::string).collect();
            let artifact = text.split("::").next().unwrap_or_default();
            let lies_there = text.contains("::") && names.contains(&artifact);
            if !computed && !lies_there {
                let message = format!("unknown input artifact `{artifact}`");
                let help = "write `artifact::path`, where `artifact` is one of `InputArtifacts`";
                problems.push(rule_violation(message, path.span).help(help));
            }
        }
        for role in action.at("Configuration.RoleArn", &checker.conditions) {
            let Some(text) = role.string() else { continue };
            if !text.contains("{{resolve:") && !is_any_role(text) {
                let message = format!("invalid role ARN `{text}`");
                problems.push(rule_violation(message, role.span));
            }
        }
    }
}
