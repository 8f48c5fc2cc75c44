//! Resources of a statement: ARNs, or `*`.

use super::place::Kind;
use super::text::{Piece, Text};
use super::{Policy, value};
use crate::codes;
use crate::found::Found;
use formwork_template::diagnostics::{Problem, did_you_mean};

/// The types whose `Ref` gives a name, an id or an address, and whose attribute `Arn` the ARN.
///
/// From each type's page of CloudFormation's documentation, "Return values".
const NAMED_BY_REF: [&str; 13] = [
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

impl<'s> Policy<'s, '_> {
    pub(super) fn resources<'n>(
        &self,
        statement: &Found<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        let items = self.items(statement, element, problems);
        if !matches!(self.kind, Kind::Identity | Kind::Resource) {
            return;
        }
        for item in items {
            let Some(text) = item.node.and_then(Text::of) else {
                continue;
            };
            problems.extend(
                self.resource(&text)
                    .map(|problem| problem.at(item.span, "no ARN")),
            );
        }
    }

    fn resource(&self, text: &Text<'_>) -> Option<Problem> {
        let wrong = |message: String| Problem::error(codes::POLICY_VALUE, message);
        if let [Piece::Name(name)] = text.0.as_slice() {
            let message = format!("`Ref` of `{name}` gives no ARN, and a resource is an ARN");
            return self
                .named_by_ref(name)
                .filter(|_| self.kind == Kind::Identity)
                .map(|()| wrong(message).help(did_you_mean(format!("{name}.Arn"))));
        }
        let (known, whole) = value::with_pseudo(text);
        let any = known == "*" && self.of != "AWS::S3::BucketPolicy";
        let fits = match whole {
            true => any || is_arn(&known, self.kind),
            false => may_be_arn(&known),
        };
        if fits {
            return None;
        }
        if self.of == "AWS::S3::BucketPolicy" && known == "*" {
            let help = "name the bucket's ARN and, for its objects, that with `/*`";
            return Some(wrong("a bucket's policy takes no resource `*`".into()).help(help));
        }
        let problem = wrong(format!(
            "`{known}` is no ARN, and a resource is an ARN or `*`"
        ));
        Some(problem.help("an ARN is `arn:aws:service:region:account:resource`"))
    }

    /// Whether `name` is a resource whose `Ref` is no ARN, though it has one.
    pub(super) fn named_by_ref(&self, name: &str) -> Option<()> {
        let resource = self.scene.template.resource(name)?;
        NAMED_BY_REF.contains(&resource.kind).then_some(())
    }
}

/// Whether `text` is a whole ARN as a policy may name it.
fn is_arn(text: &str, kind: Kind) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [scheme, partition, service, _region, rest @ ..] = parts.as_slice() else {
        return false;
    };
    let named = |partition: &str| {
        let rest = partition.strip_prefix("aws");
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
    };
    let partition = named(partition) || kind == Kind::Identity && *partition == "*";
    let account = |account: &str| matches!(account, "" | "*" | "aws") || is_account(account);
    let rest = match rest {
        [] => true,
        [owner, resource] => account(owner) && !resource.is_empty(),
        _ => false,
    };
    *scheme == "arn" && partition && !service.is_empty() && rest
}

/// Whether a text that begins so may become an ARN, or stands for one that a parameter gives.
pub(super) fn may_be_arn(lead: &str) -> bool {
    lead.starts_with("arn:") || "arn:".starts_with(lead) || lead.starts_with('*')
}

/// Whether `text` is an account's id.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
