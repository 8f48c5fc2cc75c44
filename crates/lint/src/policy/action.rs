//! Actions: `service:Action`, with wildcards, against what IAM knows of the services.

use super::place::Kind;
use super::{Policy, text};
use crate::codes;
use crate::found::Found;
use formwork_catalog::schema::{Service, Services};
use formwork_template::diagnostics::{Problem, did_you_mean, nearest};
use formwork_template::wildcard;

/// The types whose policies take the actions of one service only: others are refused.
const OWN_SERVICE: [(&str, &str); 5] = [
    ("AWS::S3::BucketPolicy", "s3"),
    ("AWS::SNS::TopicInlinePolicy", "sns"),
    ("AWS::SNS::TopicPolicy", "sns"),
    ("AWS::SQS::QueueInlinePolicy", "sqs"),
    ("AWS::SQS::QueuePolicy", "sqs"),
];

impl<'s> Policy<'s, '_> {
    pub(super) fn actions<'n>(
        &self,
        statement: &Found<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for item in self.items(statement, element, problems) {
            let text = item.node.and_then(text::Text::of);
            if let Some(action) = text.and_then(|text| text.whole()) {
                problems.extend(self.action(&action).map(|problem| {
                    let label = match problem.severity {
                        formwork_template::diagnostics::Severity::Error => "no action here",
                        formwork_template::diagnostics::Severity::Warning => "unknown",
                    };
                    problem.at(item.span, label)
                }));
            }
        }
    }

    fn action(&self, action: &str) -> Option<Problem> {
        if action == "*" {
            return None;
        }
        let Some((prefix, name)) = action.split_once(':') else {
            let message = format!("`{action}` is not an action: that is `service:Action`, or `*`");
            let problem = Problem::error(codes::POLICY_ACTION, message);
            let parts = action.split_once(['/', '.']);
            let services = self.scene.table.services();
            return Some(match parts {
                Some((prefix, name)) if services.service(prefix).is_some() => {
                    problem.help(did_you_mean(format!("{prefix}:{name}")))
                }
                _ => problem,
            });
        };
        let service = prefix.to_lowercase();
        self.scope(action, &service)
            .or_else(|| unknown(self.scene.table.services(), &service, name))
    }

    /// That this policy cannot be about an action of that service.
    fn scope(&self, action: &str, service: &str) -> Option<Problem> {
        let own = OWN_SERVICE.iter().find(|(of, _)| *of == self.of);
        let (only, whose) = match (self.kind, own) {
            (Kind::Trust, _) => ("sts", "a role's trust policy"),
            (_, Some((of, only))) => (*only, *of),
            _ => return None,
        };
        if service == only || service.contains(['*', '?']) {
            return None;
        }
        let message = format!("`{action}` cannot stand in {whose}");
        let help = format!("it takes actions of `{only}` only");
        Some(Problem::error(codes::POLICY_ACTION, message).help(help))
    }
}

/// That no service has the action. A warning: a service may be younger than the table.
fn unknown(services: &Services, prefix: &str, name: &str) -> Option<Problem> {
    if prefix.contains(['*', '?']) {
        return None;
    }
    let warning = |message: String| Problem::warning(codes::POLICY_ACTION, message);
    let Some(service) = services.service(prefix) else {
        let problem = warning(format!("no known service has the prefix `{prefix}`"));
        let near = nearest(prefix, services.prefixes());
        return Some(problem.suggest(near));
    };
    if has(service, name) {
        return None;
    }
    if name.contains(['*', '?']) {
        return Some(warning(format!(
            "no action of `{prefix}` is matched by `{name}`"
        )));
    }
    let problem = warning(format!("`{prefix}` has no action `{name}`"));
    let near = nearest(name, service.actions.values().map(|action| &*action.name));
    Some(match near {
        Some(near) => problem.help(did_you_mean(format!("{prefix}:{near}"))),
        None => problem,
    })
}

/// Whether the service has an action of that name, which may hold wildcards.
fn has(service: &Service, name: &str) -> bool {
    match name.contains(['*', '?']) {
        false => service.action(name).is_some(),
        true => {
            let pattern = name.to_lowercase();
            let mut actions = service.actions.keys();
            actions.any(|action| wildcard::matches(&pattern, action))
        }
    }
}
