//! The bucket for assets and large templates.
//!
//! It is private, encrypted and versioned, and its objects belong to its owner. Every call names the account that must
//! own the bucket, so a foreign bucket of the same name receives no data.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types as sdk;
use aws_smithy_types::base64;
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;

use crate::cloud::Cloud;
use crate::error::{Effect, Error, ErrorKind, classify};

/// A bucket and the account that must own it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The name.
    pub name: String,
    /// The account that must own it.
    pub owner: String,
    /// The party that set it up.
    pub origin: BucketOrigin,
}

/// The party that sets a bucket up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketOrigin {
    /// formwork: it completes the setup, even after an interrupted run.
    Managed,
    /// The user: the bucket exists and stays as it is.
    Existing,
}

/// The result of ensuring a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnsuredBucket {
    /// It existed.
    Existing,
    /// It was created or set up.
    Created,
}

/// An object whose key is its content's hash.
#[derive(Clone, Debug)]
pub struct PutObject {
    /// The key.
    pub key: String,
    /// The content.
    pub body: Bytes,
    /// The SHA-256 of the content, which the service verifies.
    pub sha256: [u8; 32],
    /// The media type.
    pub content_type: &'static str,
}

/// The properties of a stored object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The size in bytes.
    pub size: u64,
    /// The SHA-256 that the service computed, if it keeps one.
    pub sha256: Option<[u8; 32]>,
}

impl PutObject {
    /// Compares the stored object with the one that was sent.
    pub fn verify(&self, stored: Option<&ObjectInfo>) -> Result<(), Error> {
        let problem = match stored {
            None => "is missing in the bucket after its upload",
            Some(stored) if stored.size != self.body.len() as u64 => {
                "has another size in the bucket"
            }
            Some(stored) if stored.sha256.is_some_and(|sha256| sha256 != self.sha256) => {
                "has another checksum in the bucket"
            }
            Some(_) => return Ok(()),
        };
        let message = format!("`{}` {problem}", self.key);
        Err(Error::new("HeadObject", ErrorKind::Rejected, message))
    }
}

impl Cloud {
    /// Ensures that a bucket exists and, if formwork manages it, is set up. Sends several calls that may be repeated.
    pub async fn ensure_bucket(&self, bucket: &Bucket) -> Result<EnsuredBucket, Error> {
        let exists = self.head_bucket(bucket).await?;
        if exists && (bucket.origin == BucketOrigin::Existing || self.is_versioned(bucket).await?) {
            return Ok(EnsuredBucket::Existing);
        }
        if !exists {
            self.create_bucket(bucket).await?;
        }
        self.set_up(bucket).await.map_err(|mut error| {
            if error.kind == ErrorKind::NotFound {
                // The bucket existed a moment ago: S3 may need some time until all calls find a new bucket.
                error.kind = ErrorKind::Unavailable;
            }
            error
        })?;
        Ok(EnsuredBucket::Created)
    }

    async fn head_bucket(&self, bucket: &Bucket) -> Result<bool, Error> {
        const ACTION: &str = "HeadBucket";
        let answer = self
            .s3
            .head_bucket()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .send()
            .await;
        match answer.map_err(|error| classify(ACTION, Effect::Reads, error)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(false),
            Err(mut error) => {
                // A response to HEAD has no body and so no message.
                if error.message.is_none() && error.kind == ErrorKind::Denied {
                    error.message = Some(format!(
                        "the bucket `{}` does not belong to the account {}, or the caller has no access to it",
                        bucket.name, bucket.owner
                    ));
                } else if error.message.is_none() && error.kind == ErrorKind::Rejected {
                    error.message = Some(format!(
                        "the bucket `{}` is not in the region {}",
                        bucket.name, self.region
                    ));
                }
                Err(error)
            }
        }
    }

    /// Returns whether versioning is on, which is the last step of the setup.
    async fn is_versioned(&self, bucket: &Bucket) -> Result<bool, Error> {
        let answer = self
            .s3
            .get_bucket_versioning()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .send()
            .await
            .map_err(|error| classify("GetBucketVersioning", Effect::Reads, error))?;
        Ok(answer.status == Some(sdk::BucketVersioningStatus::Enabled))
    }

    async fn create_bucket(&self, bucket: &Bucket) -> Result<(), Error> {
        // `us-east-1` is the only region that must not be named.
        let location = (self.region != "us-east-1").then(|| {
            sdk::CreateBucketConfiguration::builder()
                .location_constraint(sdk::BucketLocationConstraint::from(self.region.as_str()))
                .build()
        });
        let answer = self
            .s3
            .create_bucket()
            .bucket(&bucket.name)
            .object_ownership(sdk::ObjectOwnership::BucketOwnerEnforced)
            .set_create_bucket_configuration(location)
            .send()
            .await;
        match answer {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_bucket_already_owned_by_you()) =>
            {
                // Another run created it at the same time.
                Ok(())
            }
            answer => answer
                .map(|_| ())
                .map_err(|error| classify("CreateBucket", Effect::Changes, error)),
        }
    }

    /// Sets a bucket up. Versioning comes last, so that it shows whether the setup is complete.
    async fn set_up(&self, bucket: &Bucket) -> Result<(), Error> {
        self.put_public_access_block(bucket).await?;
        self.put_ownership(bucket).await?;
        self.put_encryption(bucket).await?;
        self.put_versioning(bucket).await
    }

    async fn put_public_access_block(&self, bucket: &Bucket) -> Result<(), Error> {
        let block = sdk::PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        self.s3
            .put_public_access_block()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .public_access_block_configuration(block)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| classify("PutPublicAccessBlock", Effect::Changes, error))
    }

    async fn put_ownership(&self, bucket: &Bucket) -> Result<(), Error> {
        const ACTION: &str = "PutBucketOwnershipControls";
        let rule = sdk::OwnershipControlsRule::builder()
            .object_ownership(sdk::ObjectOwnership::BucketOwnerEnforced)
            .build()
            .map_err(|error| incomplete(ACTION, error))?;
        let controls = sdk::OwnershipControls::builder()
            .rules(rule)
            .build()
            .map_err(|error| incomplete(ACTION, error))?;
        self.s3
            .put_bucket_ownership_controls()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .ownership_controls(controls)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| classify(ACTION, Effect::Changes, error))
    }

    async fn put_encryption(&self, bucket: &Bucket) -> Result<(), Error> {
        const ACTION: &str = "PutBucketEncryption";
        let by_default = sdk::ServerSideEncryptionByDefault::builder()
            .sse_algorithm(sdk::ServerSideEncryption::Aes256)
            .build()
            .map_err(|error| incomplete(ACTION, error))?;
        let rule = sdk::ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(by_default)
            .build();
        let configuration = sdk::ServerSideEncryptionConfiguration::builder()
            .rules(rule)
            .build()
            .map_err(|error| incomplete(ACTION, error))?;
        self.s3
            .put_bucket_encryption()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .server_side_encryption_configuration(configuration)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| classify(ACTION, Effect::Changes, error))
    }

    async fn put_versioning(&self, bucket: &Bucket) -> Result<(), Error> {
        let versioning = sdk::VersioningConfiguration::builder()
            .status(sdk::BucketVersioningStatus::Enabled)
            .build();
        self.s3
            .put_bucket_versioning()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .versioning_configuration(versioning)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| classify("PutBucketVersioning", Effect::Changes, error))
    }

    /// Returns the object with a key, if it exists (HeadObject).
    pub async fn head_object(
        &self,
        bucket: &Bucket,
        key: &str,
    ) -> Result<Option<ObjectInfo>, Error> {
        const ACTION: &str = "HeadObject";
        let answer = self
            .s3
            .head_object()
            .bucket(&bucket.name)
            .key(key)
            .expected_bucket_owner(&bucket.owner)
            .checksum_mode(sdk::ChecksumMode::Enabled)
            .send()
            .await;
        let answer = match answer.map_err(|error| classify(ACTION, Effect::Reads, error)) {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        let size = answer
            .content_length
            .and_then(|size| u64::try_from(size).ok())
            .ok_or_else(|| Error::missing(ACTION, "Content-Length", false))?;
        let sha256 = answer
            .checksum_sha256
            .and_then(|text| base64::decode(text).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Ok(Some(ObjectInfo { size, sha256 }))
    }

    /// Stores an object (PutObject). The service verifies its checksum. The call may be repeated.
    pub async fn put_object(&self, bucket: &Bucket, object: PutObject) -> Result<(), Error> {
        let timeouts = upload_timeouts(object.body.len());
        self.s3
            .put_object()
            .bucket(&bucket.name)
            .key(object.key)
            .expected_bucket_owner(&bucket.owner)
            .content_type(object.content_type)
            .checksum_sha256(base64::encode(object.sha256))
            .body(ByteStream::from(object.body))
            .customize()
            .config_override(aws_sdk_s3::config::Config::builder().timeout_config(timeouts))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| classify("PutObject", Effect::Changes, error))
    }

    /// Returns the URL from which CloudFormation fetches an object, such as a template.
    pub fn object_url(&self, bucket: &Bucket, key: &str) -> String {
        match &self.bucket_endpoint {
            Some(endpoint) => format!("{}/{}/{key}", endpoint.trim_end_matches('/'), bucket.name),
            None => format!(
                "https://{}.s3.{}.{}/{key}",
                bucket.name,
                self.region,
                dns_suffix(&self.region)
            ),
        }
    }
}

/// Converts a builder's error about a missing field, which cannot occur because the fields are set above.
fn incomplete(
    action: &'static str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(action, ErrorKind::Rejected, "the request is incomplete").with_source(error)
}

/// Returns timeouts that allow a slow upload: one minute, plus one second per 100 kB.
fn upload_timeouts(bytes: usize) -> TimeoutConfig {
    let seconds = u64::try_from(bytes / 100_000).unwrap_or(u64::MAX / 2);
    let attempt = Duration::from_secs(60 + seconds);
    TimeoutConfig::builder()
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt + Duration::from_secs(30))
        .build()
}

/// Returns the domain of a region's partition, as in the SDK's partitions table.
fn dns_suffix(region: &str) -> &'static str {
    let by_prefix = [
        ("cn-", "amazonaws.com.cn"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-iso-", "c2s.ic.gov"),
        ("eusc-", "amazonaws.eu"),
    ];
    by_prefix
        .into_iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("amazonaws.com", |(_, suffix)| suffix)
}
