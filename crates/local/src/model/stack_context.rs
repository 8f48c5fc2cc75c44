//! The identity of a stack, from which its pseudo parameters follow.

use formwork_catalog::regions;
use formwork_template::evaluate::EvaluatedValue;

/// The account, region and identity of a stack: the values of its pseudo parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackContext {
    /// `AWS::AccountId`.
    pub account: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack_name: String,
    /// `AWS::StackId`.
    pub stack_id: String,
    /// `AWS::NotificationARNs`.
    pub notification_arns: Vec<String>,
}

impl StackContext {
    /// Returns `AWS::Partition`.
    pub fn partition(&self) -> &'static str {
        regions::partition(&self.region)
    }

    /// Returns `AWS::URLSuffix`.
    pub fn url_suffix(&self) -> &'static str {
        regions::url_suffix(&self.region)
    }

    /// Returns the names of the region's availability zones.
    pub fn zones(&self) -> Vec<String> {
        regions::availability_zones(&self.region)
    }

    /// Returns `arn:aws:service:region:account:resource`.
    pub(crate) fn regional_arn(&self, service: &str, resource: &str) -> String {
        let (region, account) = (&self.region, &self.account);
        let partition = self.partition();
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// Returns `arn:aws:service::account:resource`, for services without regions.
    pub(crate) fn global_arn(&self, service: &str, resource: &str) -> String {
        let (partition, account) = (self.partition(), &self.account);
        format!("arn:{partition}:{service}::{account}:{resource}")
    }

    /// Returns `arn:aws:s3:::bucket`.
    pub(crate) fn bucket_arn(&self, bucket: &str) -> String {
        format!("arn:{}:s3:::{bucket}", self.partition())
    }

    /// Returns the value of a pseudo parameter, or `None` for `AWS::NoValue` and unknown names.
    pub(crate) fn pseudo_parameter(&self, name: &str) -> Option<EvaluatedValue> {
        Some(match name {
            "AWS::AccountId" => self.account.as_str().into(),
            "AWS::Region" => self.region.as_str().into(),
            "AWS::Partition" => self.partition().into(),
            "AWS::URLSuffix" => self.url_suffix().into(),
            "AWS::StackName" => self.stack_name.as_str().into(),
            "AWS::StackId" => self.stack_id.as_str().into(),
            "AWS::NotificationARNs" => EvaluatedValue::from(self.notification_arns.clone()),
            _ => return None,
        })
    }
}
