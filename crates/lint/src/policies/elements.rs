//! The actions, resources and principals of a statement.

use super::policy_properties::PolicyKind;
use super::{PolicyChecker, check_known_elements, value_types};
use crate::codes;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use crate::formats::arn::{Wildcard, is_account, is_arn, is_principal, may_be_arn};
use formwork_catalog::schema::Service;
use formwork_iam::document::PRINCIPAL_TYPES;
use formwork_iam::{Text, TextPart};
use formwork_template::diagnostics::{Problem, did_you_mean};
use formwork_template::wildcard;

/// The types whose policies accept the actions of one service only.
const SERVICE_OF_POLICY: [(&str, &str); 5] = [
    ("AWS::S3::BucketPolicy", "s3"),
    ("AWS::SNS::TopicInlinePolicy", "sns"),
    ("AWS::SNS::TopicPolicy", "sns"),
    ("AWS::SQS::QueueInlinePolicy", "sqs"),
    ("AWS::SQS::QueuePolicy", "sqs"),
];

impl<'s> PolicyChecker<'s, '_> {
    pub(super) fn check_actions<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for item in self.items(statement, element, problems) {
            let text = item.node.and_then(Text::parse);
            if let Some(action) = text.and_then(|text| text.as_literal()) {
                problems.extend(self.check_action(&action).map(|problem| {
                    let label = match problem.severity {
                        formwork_template::diagnostics::Severity::Error => "invalid action",
                        formwork_template::diagnostics::Severity::Warning => "unknown",
                    };
                    problem.at(item.span, label)
                }));
            }
        }
    }

    fn check_action(&self, action: &str) -> Option<Problem> {
        if action == "*" {
            return None;
        }
        let Some((prefix, name)) = action.split_once(':') else {
            let message = format!("invalid action `{action}`: expected `service:Action` or `*`");
            let problem = Problem::error(codes::POLICY_ACTION, message);
            let parts = action.split_once(['/', '.']);
            let services = self.checker.table.services();
            return Some(match parts {
                Some((prefix, name)) if services.service(prefix).is_some() => {
                    problem.help(did_you_mean(format!("{prefix}:{name}")))
                }
                _ => problem,
            });
        };
        let service = prefix.to_lowercase();
        self.check_scope(action, &service)
            .or_else(|| unknown_action(self.checker, &service, name))
    }

    /// Reports an action of a service that this policy does not accept.
    fn check_scope(&self, action: &str, service: &str) -> Option<Problem> {
        let own = SERVICE_OF_POLICY
            .iter()
            .find(|(of, _)| *of == self.resource_type);
        let (only, whose) = match (self.kind, own) {
            (PolicyKind::Trust, _) => ("sts", "a role's trust policy"),
            (_, Some((of, only))) => (*only, *of),
            _ => return None,
        };
        if service == only || service.contains(['*', '?']) {
            return None;
        }
        let message = format!("action `{action}` is not allowed in {whose}");
        let help = format!("use only actions of `{only}`");
        Some(Problem::error(codes::POLICY_ACTION, message).help(help))
    }
}

/// Warns of an action that no service has. It is a warning because the table may be older than the
/// service.
fn unknown_action(checker: &Checker<'_>, prefix: &str, name: &str) -> Option<Problem> {
    let services = checker.table.services();
    if prefix.contains(['*', '?']) {
        return None;
    }
    let warning = |message: String| Problem::warning(codes::POLICY_ACTION, message);
    let Some(service) = services.service(prefix) else {
        let problem = warning(format!("unknown service prefix `{prefix}`"));
        let near = checker.suggestions.nearest(prefix, services.prefixes());
        return Some(problem.suggest(near));
    };
    if has_action(service, name) {
        return None;
    }
    if name.contains(['*', '?']) {
        return Some(warning(format!("no action of `{prefix}` matches `{name}`")));
    }
    let problem = warning(format!("unknown action `{name}` of `{prefix}`"));
    let known = service.actions.values().map(|action| &*action.name);
    let near = checker.suggestions.nearest(name, known);
    Some(match near {
        Some(near) => problem.help(did_you_mean(format!("{prefix}:{near}"))),
        None => problem,
    })
}

/// Returns whether the service has an action of that name, which may contain wildcards.
fn has_action(service: &Service, name: &str) -> bool {
    match name.contains(['*', '?']) {
        false => service.action(name).is_some(),
        true => {
            let pattern = name.to_lowercase();
            let mut actions = service.actions.keys();
            actions.any(|action| wildcard::matches(&pattern, action))
        }
    }
}

/// The types for which `Ref` returns a name, an id or an address, and the attribute `Arn` the ARN
/// (each type's page, "Return values").
const TYPES_WITHOUT_ARN_REF: [&str; 13] = [
    "AWS::CodeBuild::Project",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
];

impl<'s> PolicyChecker<'s, '_> {
    pub(super) fn check_resources<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let items = self.items(statement, element, problems);
        if !matches!(self.kind, PolicyKind::Identity | PolicyKind::Resource) {
            return;
        }
        for item in items {
            let Some(text) = item.node.and_then(Text::parse) else {
                continue;
            };
            problems.extend(
                self.check_resource(&text)
                    .map(|problem| problem.at(item.span, "not an ARN")),
            );
        }
    }

    fn check_resource(&self, text: &Text<'_>) -> Option<Problem> {
        let wrong = |message: String| Problem::error(codes::POLICY_VALUE, message);
        if let [TextPart::Reference(name)] = text.0.as_slice() {
            let message = format!(
                "invalid resource: expected an ARN, but `Ref` of `{name}` does not return one"
            );
            return self
                .named_by_ref(name)
                .filter(|_| self.kind == PolicyKind::Identity)
                .map(|()| wrong(message).help(did_you_mean(format!("{name}.Arn"))));
        }
        let (known, whole) = value_types::with_pseudo_parameters(text);
        let any = known == "*" && self.resource_type != "AWS::S3::BucketPolicy";
        let fits = match whole {
            true => any || is_arn(&known, self.partition_wildcard()),
            false => may_be_arn(&known),
        };
        if fits {
            return None;
        }
        if self.resource_type == "AWS::S3::BucketPolicy" && known == "*" {
            let help = "use the bucket's ARN and, for its objects, the ARN with `/*`";
            return Some(wrong("invalid resource `*` of a bucket policy".into()).help(help));
        }
        let problem = wrong(format!(
            "invalid resource `{known}`: expected an ARN or `*`"
        ));
        Some(problem.help("an ARN has the form `arn:aws:service:region:account:resource`"))
    }

    /// Returns whether the partition of a resource may be `*`.
    fn partition_wildcard(&self) -> Wildcard {
        match self.kind {
            PolicyKind::Identity => Wildcard::Allowed,
            _ => Wildcard::Forbidden,
        }
    }

    /// Returns whether `name` is a resource for which `Ref` does not return the ARN.
    pub(super) fn named_by_ref(&self, name: &str) -> Option<()> {
        let resource = self.checker.template.resource(name)?;
        TYPES_WITHOUT_ARN_REF.contains(&resource.kind).then_some(())
    }
}

/// The suffix of a service's principal in the commercial partition.
const SERVICE_SUFFIX: &str = "amazonaws.com";

impl<'s> PolicyChecker<'s, '_> {
    pub(super) fn check_principals<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for found in self.values_at(statement, element) {
            let Some(node) = found.node else { continue };
            if let Some(map) = found.map() {
                check_known_elements(map, &PRINCIPAL_TYPES, "principal", problems);
                for kind in PRINCIPAL_TYPES {
                    self.check_principal_type(&found, kind, problems);
                }
                continue;
            }
            let text = Text::parse(node);
            let whole = text.as_ref().map(Text::as_literal);
            // A value that is known only after deployment may be `*`.
            if matches!(&whole, Some(None)) || matches!(&whole, Some(Some(text)) if text == "*") {
                continue;
            }
            let message =
                format!("invalid `{element}`: expected `*` or a table of principals by type");
            problems.push(
                Problem::error(codes::POLICY_VALUE, message)
                    .at(node.span, "invalid")
                    .help("write { AWS = … } or { Service = … }"),
            );
        }
    }

    fn check_principal_type<'n>(
        &self,
        principals: &ConditionalValue<'n>,
        kind: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for item in self.items(principals, kind, problems) {
            let Some(text) = item.node.and_then(Text::parse) else {
                continue;
            };
            let problem = match kind {
                "AWS" => self.check_principal(&text),
                "Service" => check_service(&text),
                _ => None,
            };
            problems.extend(problem.map(|problem| problem.at(item.span, "invalid principal")));
        }
    }

    /// Checks an account, user, role or session as a principal.
    fn check_principal(&self, text: &Text<'_>) -> Option<Problem> {
        let wrong = |message: String| Problem::error(codes::POLICY_VALUE, message);
        if let [TextPart::Reference(name)] = text.0.as_slice() {
            let message =
                format!("invalid principal: expected an ARN, but `Ref` of `{name}` returns a name");
            return self
                .named_by_ref(name)
                .map(|()| wrong(message).help(did_you_mean(format!("{name}.Arn"))));
        }
        let (known, whole) = value_types::with_pseudo_parameters(text);
        let digits = known.bytes().all(|byte| byte.is_ascii_digit());
        let fits = match whole {
            true => known == "*" || is_account(&known) || is_principal(&known),
            false => may_be_arn(&known) || digits,
        };
        if fits {
            return None;
        }
        let problem = wrong(format!("invalid principal `{known}`"));
        Some(match known.split_once('.') {
            Some((_, rest)) if rest.ends_with("amazonaws.com") => {
                problem.help(did_you_mean("Service"))
            }
            _ => {
                problem.help("expected `*`, an account id, or the ARN of an account, role or user")
            }
        })
    }
}

/// Checks the name of a service as a principal.
fn check_service(text: &Text<'_>) -> Option<Problem> {
    let name = text.as_literal().filter(|name| !name.contains('*'))?;
    let wrong = || {
        let message = format!("invalid service principal `{name}`");
        Problem::error(codes::POLICY_VALUE, message)
    };
    if !name.contains('.') {
        return Some(wrong().help(did_you_mean(format!("{name}.{SERVICE_SUFFIX}"))));
    }
    let mut labels = name.rsplitn(3, '.');
    let (top, domain, rest) = (labels.next()?, labels.next()?, labels.next());
    let end = format!("{domain}.{top}");
    let distance = strsim::osa_distance(&end, SERVICE_SUFFIX);
    let service = rest?;
    (1..=2)
        .contains(&distance)
        .then(|| wrong().help(did_you_mean(format!("{service}.{SERVICE_SUFFIX}"))))
}
