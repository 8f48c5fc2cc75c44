//! An account and region, and who the caller is there. The calls themselves are in `stack_calls`, `change_set_calls`
//! and `bucket`.

use aws_smithy_types::retry::RetryConfig;

use crate::connect::{Connection, Settings, connect};
use crate::error::{Effect, Error, sort};

/// One account and region, and the caller's way to it. Cloning is cheap.
///
/// Each method is one call and one attempt, except where it says otherwise.
#[derive(Clone, Debug)]
pub struct Cloud {
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    sts: aws_sdk_sts::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) region: String,
    endpoint: Option<String>,
    pub(crate) bucket_endpoint: Option<String>,
}

/// Who the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

impl Cloud {
    /// Finds region, endpoint and credentials; nothing is asked of CloudFormation yet.
    pub async fn connect(settings: Settings) -> Result<Self, Error> {
        let Connection {
            config,
            region,
            bucket_endpoint,
        } = connect(settings).await?;
        let cloudformation = aws_sdk_cloudformation::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .build();
        let sts = aws_sdk_sts::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .retry_config(RetryConfig::disabled())
            .force_path_style(bucket_endpoint.is_some())
            .build();
        Ok(Self {
            cloudformation: aws_sdk_cloudformation::Client::from_conf(cloudformation),
            sts: aws_sdk_sts::Client::from_conf(sts),
            s3: aws_sdk_s3::Client::from_conf(s3),
            endpoint: config.endpoint_url().map(str::to_owned),
            region,
            bucket_endpoint,
        })
    }

    /// The endpoint of all services, where it is not AWS's own: as given, or as the environment or the profile says.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// The region, like `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Who the caller is (GetCallerIdentity).
    pub async fn identity(&self) -> Result<Identity, Error> {
        const ACTION: &str = "GetCallerIdentity";
        let answer = self
            .sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| sort(ACTION, Effect::Reads, error))?;
        Ok(Identity {
            account: answer
                .account
                .ok_or_else(|| Error::missing(ACTION, "Account", false))?,
            arn: answer
                .arn
                .ok_or_else(|| Error::missing(ACTION, "Arn", false))?,
        })
    }
}
