//! One account and region, and the caller's identity.
//!
//! The calls are in `stack_calls`, `change_set_calls` and `bucket`.

use aws_smithy_types::retry::RetryConfig;

use crate::connect::{Connection, Settings, connect};
use crate::error::{Effect, Error, classify};

/// The clients for one account and region. Cloning is cheap.
///
/// Each method sends one call once, unless its documentation states otherwise.
#[derive(Clone, Debug)]
pub struct Cloud {
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    sts: aws_sdk_sts::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) region: String,
    endpoint: Option<String>,
    pub(crate) bucket_endpoint: Option<String>,
}

/// The caller's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

impl Cloud {
    /// Finds the region, the endpoint and the credentials. Sends no call to CloudFormation.
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

    /// Returns the endpoint of all services if the settings, the environment or the profile name one.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Returns the region, such as `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Reads the caller's identity (GetCallerIdentity).
    pub async fn identity(&self) -> Result<Identity, Error> {
        const ACTION: &str = "GetCallerIdentity";
        let answer = self
            .sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| classify(ACTION, Effect::Reads, error))?;
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
