//! Buckets and their settings.

use super::shelf::{self, Bucket};
use super::{Answer, Ask, S3Refusal, Target};
use crate::wire::reply::Reply;
use crate::wire::xml::Xml;
use http::{Method, StatusCode};

/// S3's namespace.
pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// A setting of a bucket: a document that is put, got and taken back as it stands.
pub(super) struct Setting {
    /// Its name in the URL.
    name: &'static str,
    /// The actions about it.
    pub(super) put: &'static str,
    pub(super) get: &'static str,
    pub(super) delete: &'static str,
    /// What a bucket without it answers: a document, or an error's code.
    absent: Result<&'static str, &'static str>,
}

const SETTINGS: &[Setting] = &[
    Setting {
        name: "encryption",
        put: "PutBucketEncryption",
        get: "GetBucketEncryption",
        delete: "DeleteBucketEncryption",
        // Since 2023 every bucket is encrypted so.
        absent: Ok(
            "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
        ),
    },
    Setting {
        name: "versioning",
        put: "PutBucketVersioning",
        get: "GetBucketVersioning",
        delete: "NotImplemented",
        absent: Ok("<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"),
    },
    Setting {
        name: "ownershipControls",
        put: "PutBucketOwnershipControls",
        get: "GetBucketOwnershipControls",
        delete: "DeleteBucketOwnershipControls",
        absent: Err("OwnershipControlsNotFoundError"),
    },
    Setting {
        name: "publicAccessBlock",
        put: "PutPublicAccessBlock",
        get: "GetPublicAccessBlock",
        delete: "DeletePublicAccessBlock",
        absent: Err("NoSuchPublicAccessBlockConfiguration"),
    },
    Setting {
        name: "lifecycle",
        put: "PutBucketLifecycleConfiguration",
        get: "GetBucketLifecycleConfiguration",
        delete: "DeleteBucketLifecycle",
        absent: Err("NoSuchLifecycleConfiguration"),
    },
    Setting {
        name: "policy",
        put: "PutBucketPolicy",
        get: "GetBucketPolicy",
        delete: "DeleteBucketPolicy",
        absent: Err("NoSuchBucketPolicy"),
    },
    Setting {
        name: "tagging",
        put: "PutBucketTagging",
        get: "GetBucketTagging",
        delete: "DeleteBucketTagging",
        absent: Err("NoSuchTagSet"),
    },
];

/// What a new bucket has, since 2023.
const AT_FIRST: &[(&str, &str)] = &[
    (
        "ownershipControls",
        "<OwnershipControls xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
    ),
    (
        "publicAccessBlock",
        "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
    ),
];

/// The setting that a URL is about.
pub(super) fn setting(target: &Target) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|setting| target.query.contains_key(setting.name))
}

/// Puts, gets or deletes a setting.
pub(super) fn setting_of(ask: &Ask<'_>) -> Answer {
    let setting = setting(&ask.target).ok_or_else(|| {
        S3Refusal::bad_request("InvalidRequest", "the request names no setting of a bucket")
    })?;
    let bucket = existing(ask)?;
    let changed = |document: Option<String>| {
        let mut settings = bucket.settings.clone();
        match document {
            Some(document) => settings.insert(setting.name.to_owned(), document),
            None => settings.remove(setting.name),
        };
        let bucket = Bucket {
            settings,
            ..bucket.clone()
        };
        ask.cloud
            .store()
            .with(|transaction| bucket.keep(transaction))
    };
    match ask.parts.method {
        Method::PUT => {
            let upload = super::body::read(ask)?;
            let document = String::from_utf8(upload.body.to_vec());
            let document = document.map_err(|_| {
                let message = "The XML you provided was not well-formed";
                S3Refusal::bad_request("MalformedXML", message)
            })?;
            changed(Some(document))?;
            let status = match setting.name {
                "policy" | "tagging" => StatusCode::NO_CONTENT,
                _ => StatusCode::OK,
            };
            Ok(Reply::new(status, ""))
        }
        Method::DELETE => {
            changed(None)?;
            Ok(Reply::new(StatusCode::NO_CONTENT, ""))
        }
        _ => {
            let document = bucket.settings.get(setting.name).map(String::as_str);
            let document = document.map_or(setting.absent, Ok);
            let absent = |code| {
                let message = format!("The bucket has no {} configuration", setting.name);
                S3Refusal::not_found(code, &message)
            };
            let document = document.map_err(absent)?.to_owned();
            let kind = match setting.name {
                "policy" => "application/json",
                _ => "application/xml",
            };
            Ok(Reply::new(StatusCode::OK, document).with("content-type", kind))
        }
    }
}

/// `CreateBucket`.
pub(super) fn create(ask: &Ask<'_>) -> Answer {
    let name = ask.bucket();
    if !is_bucket_name(name) {
        let message = "The specified bucket is not valid.";
        return Err(S3Refusal::bad_request("InvalidBucketName", message));
    }
    let settings = AT_FIRST
        .iter()
        .map(|(name, document)| ((*name).to_owned(), (*document).to_owned()));
    let bucket = Bucket {
        name: name.to_owned(),
        region: ask.region.clone(),
        created: ask.now(),
        settings: settings.collect(),
    };
    let was_there = ask.cloud.store().with(|transaction| {
        let was_there = shelf::bucket(transaction, name)?.is_some();
        if !was_there {
            bucket.keep(transaction)?;
        }
        Ok(was_there)
    })?;
    // Only in us-east-1 making one's own bucket again does no harm.
    if was_there && ask.region != "us-east-1" {
        return Err(S3Refusal::new(
            StatusCode::CONFLICT,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ));
    }
    Ok(Reply::new(StatusCode::OK, "").with("location", &format!("/{name}")))
}

/// `HeadBucket`.
pub(super) fn head(ask: &Ask<'_>) -> Answer {
    let bucket = existing(ask)?;
    Ok(Reply::new(StatusCode::OK, "")
        .with("x-amz-bucket-region", &bucket.region)
        .with("x-amz-access-point-alias", "false")
        .with("content-type", "application/xml"))
}

/// `DeleteBucket`.
pub(super) fn delete(ask: &Ask<'_>) -> Answer {
    let bucket = existing(ask)?;
    let is_empty = ask.cloud.store().with(|transaction| {
        let is_empty = shelf::versions(transaction, &bucket.name)?.is_empty();
        if is_empty {
            shelf::remove_bucket(transaction, &bucket.name)?;
        }
        Ok(is_empty)
    })?;
    if is_empty {
        return Ok(Reply::new(StatusCode::NO_CONTENT, ""));
    }
    let message = if bucket.is_versioned() {
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    } else {
        "The bucket you tried to delete is not empty"
    };
    Err(S3Refusal::new(
        StatusCode::CONFLICT,
        "BucketNotEmpty",
        message,
    ))
}

/// `GetBucketLocation`.
pub(super) fn location(ask: &Ask<'_>) -> Answer {
    let bucket = existing(ask)?;
    let mut xml = Xml::declared();
    // us-east-1 is the region that has no name here.
    xml.root("LocationConstraint", NAMESPACE, |xml| {
        if bucket.region != "us-east-1" {
            xml.plain(&bucket.region);
        }
    });
    Ok(document(xml))
}

/// `ListBuckets`.
pub(super) fn list(ask: &Ask<'_>) -> Answer {
    let buckets = shelf::buckets(ask.cloud)?;
    let mut xml = Xml::declared();
    xml.root("ListAllMyBucketsResult", NAMESPACE, |xml| {
        xml.within("Owner", |xml| {
            xml.text("ID", &ask.cloud.options().account);
        });
        xml.within("Buckets", |xml| {
            for bucket in &buckets {
                xml.within("Bucket", |xml| {
                    xml.text("Name", &bucket.name);
                    xml.text("CreationDate", bucket.created);
                    xml.text("BucketRegion", &bucket.region);
                });
            }
        });
    });
    Ok(document(xml))
}

/// An answer with a document in it.
pub(super) fn document(xml: Xml) -> Reply {
    Reply::new(StatusCode::OK, xml.finish()).with("content-type", "application/xml")
}

/// The bucket that is asked about, which must be there and in the region that was signed for.
pub(super) fn existing(ask: &Ask<'_>) -> Result<Bucket, S3Refusal> {
    let name = ask.bucket();
    let found = ask
        .cloud
        .store()
        .with(|transaction| shelf::bucket(transaction, name))?;
    let bucket = found.ok_or_else(|| {
        S3Refusal::not_found("NoSuchBucket", "The specified bucket does not exist")
    })?;
    ask.check_owner()?;
    if bucket.region == ask.region {
        return Ok(bucket);
    }
    let message = "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.";
    Err(S3Refusal {
        headers: vec![("x-amz-bucket-region", bucket.region)],
        ..S3Refusal::new(StatusCode::MOVED_PERMANENTLY, "PermanentRedirect", message)
    })
}

/// 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends.
fn is_bucket_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes
            .iter()
            .all(|&byte| allowed(byte) || byte == b'.' || byte == b'-')
        && bytes.first().copied().is_some_and(allowed)
        && bytes.last().copied().is_some_and(allowed)
}
