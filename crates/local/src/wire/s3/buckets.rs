//! The actions on buckets and their subresources.

use http::{Method, StatusCode};

use super::{S3Error, S3Request, S3Result, S3Target};
use crate::services::s3::{Bucket, is_bucket_name, storage};
use crate::wire::reply::Reply;
use crate::wire::xml::Xml;

/// S3's XML namespace.
pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// A subresource of a bucket: a document that is stored and returned as it is.
pub(super) struct BucketSubresource {
    /// The subresource's name in the URL.
    name: &'static str,
    /// The actions on the subresource.
    pub(super) put: &'static str,
    pub(super) get: &'static str,
    pub(super) delete: &'static str,
    /// The response if the bucket has no such document: a default document or an error code.
    absent: Result<&'static str, &'static str>,
}

const SUBRESOURCES: &[BucketSubresource] = &[
    BucketSubresource {
        name: "encryption",
        put: "PutBucketEncryption",
        get: "GetBucketEncryption",
        delete: "DeleteBucketEncryption",
        // Since 2023 every bucket is encrypted.
        absent: Ok(
            "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
        ),
    },
    BucketSubresource {
        name: "versioning",
        put: "PutBucketVersioning",
        get: "GetBucketVersioning",
        delete: "NotImplemented",
        absent: Ok("<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"),
    },
    BucketSubresource {
        name: "ownershipControls",
        put: "PutBucketOwnershipControls",
        get: "GetBucketOwnershipControls",
        delete: "DeleteBucketOwnershipControls",
        absent: Err("OwnershipControlsNotFoundError"),
    },
    BucketSubresource {
        name: "publicAccessBlock",
        put: "PutPublicAccessBlock",
        get: "GetPublicAccessBlock",
        delete: "DeletePublicAccessBlock",
        absent: Err("NoSuchPublicAccessBlockConfiguration"),
    },
    BucketSubresource {
        name: "lifecycle",
        put: "PutBucketLifecycleConfiguration",
        get: "GetBucketLifecycleConfiguration",
        delete: "DeleteBucketLifecycle",
        absent: Err("NoSuchLifecycleConfiguration"),
    },
    BucketSubresource {
        name: "policy",
        put: "PutBucketPolicy",
        get: "GetBucketPolicy",
        delete: "DeleteBucketPolicy",
        absent: Err("NoSuchBucketPolicy"),
    },
    BucketSubresource {
        name: "tagging",
        put: "PutBucketTagging",
        get: "GetBucketTagging",
        delete: "DeleteBucketTagging",
        absent: Err("NoSuchTagSet"),
    },
];

/// The subresources of a new bucket since 2023.
const DEFAULTS: &[(&str, &str)] = &[
    (
        "ownershipControls",
        "<OwnershipControls xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
    ),
    (
        "publicAccessBlock",
        "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
    ),
];

/// Returns the subresource that the URL names.
pub(super) fn subresource(target: &S3Target) -> Option<&'static BucketSubresource> {
    SUBRESOURCES
        .iter()
        .find(|subresource| target.query.contains_key(subresource.name))
}

/// Puts, gets or deletes a subresource.
pub(super) fn subresource_request(request: &S3Request<'_>) -> S3Result {
    let subresource = subresource(&request.target).ok_or_else(|| {
        S3Error::bad_request(
            "InvalidRequest",
            "the request names no subresource of a bucket",
        )
    })?;
    let bucket = existing_bucket(request)?;
    let changed = |document: Option<String>| {
        let mut subresources = bucket.subresources.clone();
        match document {
            Some(document) => subresources.insert(subresource.name.to_owned(), document),
            None => subresources.remove(subresource.name),
        };
        let bucket = Bucket {
            subresources,
            ..bucket.clone()
        };
        request
            .cloud
            .store()
            .with(|transaction| bucket.save(transaction))
    };
    match request.parts.method {
        Method::PUT => {
            let upload = super::body::read(request)?;
            let document = String::from_utf8(upload.body.to_vec());
            let document = document.map_err(|_| {
                let message = "The XML you provided was not well-formed";
                S3Error::bad_request("MalformedXML", message)
            })?;
            changed(Some(document))?;
            let status = match subresource.name {
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
            let document = bucket
                .subresources
                .get(subresource.name)
                .map(String::as_str);
            let document = document.map_or(subresource.absent, Ok);
            let absent = |code| {
                let message = format!("The bucket has no {} configuration", subresource.name);
                S3Error::not_found(code, &message)
            };
            let document = document.map_err(absent)?.to_owned();
            let kind = match subresource.name {
                "policy" => "application/json",
                _ => "application/xml",
            };
            Ok(Reply::new(StatusCode::OK, document).with("content-type", kind))
        }
    }
}

/// `CreateBucket`.
pub(super) fn create(request: &S3Request<'_>) -> S3Result {
    let name = request.bucket();
    if !is_bucket_name(name) {
        let message = "The specified bucket is not valid.";
        return Err(S3Error::bad_request("InvalidBucketName", message));
    }
    let subresources = DEFAULTS
        .iter()
        .map(|(name, document)| ((*name).to_owned(), (*document).to_owned()));
    let bucket = Bucket {
        name: name.to_owned(),
        region: request.region.clone(),
        created: request.now(),
        subresources: subresources.collect(),
    };
    let was_there = request.cloud.store().with(|transaction| {
        let was_there = storage::bucket(transaction, name)?.is_some();
        if !was_there {
            bucket.save(transaction)?;
        }
        Ok(was_there)
    })?;
    // Only us-east-1 accepts the creation of one's own existing bucket.
    if was_there && request.region != "us-east-1" {
        return Err(S3Error::new(
            StatusCode::CONFLICT,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ));
    }
    Ok(Reply::new(StatusCode::OK, "").with("location", &format!("/{name}")))
}

/// `HeadBucket`.
pub(super) fn head(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    Ok(Reply::new(StatusCode::OK, "")
        .with("x-amz-bucket-region", &bucket.region)
        .with("x-amz-access-point-alias", "false")
        .with("content-type", "application/xml"))
}

/// `DeleteBucket`.
pub(super) fn delete(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let is_empty = request.cloud.store().with(|transaction| {
        let is_empty = storage::versions(transaction, &bucket.name)?.is_empty();
        if is_empty {
            storage::remove_bucket(transaction, &bucket.name)?;
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
    Err(S3Error::new(
        StatusCode::CONFLICT,
        "BucketNotEmpty",
        message,
    ))
}

/// `GetBucketLocation`.
pub(super) fn location(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let mut xml = Xml::declared();
    // us-east-1 has an empty location constraint.
    xml.root("LocationConstraint", NAMESPACE, |xml| {
        if bucket.region != "us-east-1" {
            xml.plain(&bucket.region);
        }
    });
    Ok(document(xml))
}

/// `ListBuckets`.
pub(super) fn list(request: &S3Request<'_>) -> S3Result {
    let buckets = storage::buckets(request.cloud.store())?;
    let mut xml = Xml::declared();
    xml.root("ListAllMyBucketsResult", NAMESPACE, |xml| {
        xml.within("Owner", |xml| {
            xml.text("ID", &request.cloud.options().account);
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

/// Returns a reply with an XML document.
pub(super) fn document(xml: Xml) -> Reply {
    Reply::new(StatusCode::OK, xml.finish()).with("content-type", "application/xml")
}

/// Returns the requested bucket. It must exist in the region for which the request was signed.
pub(super) fn existing_bucket(request: &S3Request<'_>) -> Result<Bucket, S3Error> {
    let name = request.bucket();
    let found = request
        .cloud
        .store()
        .with(|transaction| storage::bucket(transaction, name))?;
    let bucket = found
        .ok_or_else(|| S3Error::not_found("NoSuchBucket", "The specified bucket does not exist"))?;
    request.check_owner()?;
    if bucket.region == request.region {
        return Ok(bucket);
    }
    let message = "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.";
    Err(S3Error {
        headers: vec![("x-amz-bucket-region", bucket.region)],
        ..S3Error::new(StatusCode::MOVED_PERMANENTLY, "PermanentRedirect", message)
    })
}
