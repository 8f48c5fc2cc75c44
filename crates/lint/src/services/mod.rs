//! The rules of services beyond the schemas of their types: properties that depend on one another,
//! resources that conflict, and texts in a language of their own.
//!
//! Each service has a module. The tables below list the rules of each type. Rules that the
//! extensions of the schema table state are not repeated here.

mod autoscaling;
mod availability_zones;
mod backup;
mod cloudfront;
mod codepipeline;
mod dynamodb;
mod ec2;
mod ecs;
mod elasticache;
mod events;
mod identifiers;
mod lambda;
mod logs;
mod route53;
mod s3;
mod security;
mod ssm;
mod step_functions;
#[cfg(test)]
mod tests;

use crate::codes;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::{Problem, Span};

/// A check of one resource.
type ResourceRule = for<'a> fn(&Resource<'a>, &Checker<'a>, &mut Vec<Problem>);

/// A check of a whole template.
type TemplateRule = for<'a> fn(&Checker<'a>, &mut Vec<Problem>);

/// The rules of single resources, by type.
const RESOURCE_RULES: &[(&str, &[ResourceRule])] = &[
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &[autoscaling::health_check],
    ),
    ("AWS::Backup::BackupPlan", &[backup::lifecycle]),
    (
        "AWS::CertificateManager::Certificate",
        &[security::validation_domain],
    ),
    (
        "AWS::CloudFront::Distribution",
        &[cloudfront::aliases, cloudfront::origins],
    ),
    (
        "AWS::CodePipeline::Pipeline",
        &[
            codepipeline::sources,
            codepipeline::artifacts,
            codepipeline::counts,
            codepipeline::configuration,
        ],
    ),
    ("AWS::DynamoDB::Table", &[dynamodb::attributes]),
    ("AWS::EC2::Instance", &[ec2::image]),
    ("AWS::ECS::Service", &[ecs::dynamic_ports]),
    ("AWS::ECS::TaskDefinition", &[ecs::host_ports]),
    (
        "AWS::ElastiCache::ReplicationGroup",
        &[elasticache::cluster_mode],
    ),
    ("AWS::Events::Rule", &[events::schedule]),
    ("AWS::GuardDuty::Detector", &[security::detector]),
    (
        "AWS::Lambda::Function",
        &[
            lambda::snap_start,
            lambda::runtime,
            lambda::environment,
            lambda::layers,
        ],
    ),
    ("AWS::Route53::RecordSet", &[route53::zone]),
    ("AWS::S3::Bucket", &[s3::tiering]),
    ("AWS::SSM::Document", &[ssm::document]),
    (
        "AWS::StepFunctions::StateMachine",
        &[step_functions::definition],
    ),
];

/// The rules across resources.
const TEMPLATE_RULES: &[TemplateRule] = &[
    ec2::route_tables,
    ec2::subnets,
    ec2::private_names,
    identifiers::identifiers,
    logs::subscriptions,
    availability_zones::zones,
];

/// Reports every violation of a service's rules.
pub(super) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        let found = RESOURCE_RULES.binary_search_by_key(&resource.kind, |(kind, _)| kind);
        for rule in found.map_or(&[][..], |position| RESOURCE_RULES[position].1) {
            rule(&resource, checker, &mut problems);
        }
    }
    for rule in TEMPLATE_RULES {
        rule(checker, &mut problems);
    }
    problems
}

/// Returns the problem that a resource violates a rule of its service.
fn rule_violation(message: impl Into<String>, span: Span) -> Problem {
    Problem::error(codes::RESOURCE_RULE, message).at(span, "")
}

/// Returns the problem that two resources conflict.
fn resource_conflict(message: impl Into<String>, here: Span, there: Span) -> Problem {
    Problem::error(codes::RESOURCE_CONFLICT, message)
        .at(here, "this one")
        .at(there, "and this one")
}
