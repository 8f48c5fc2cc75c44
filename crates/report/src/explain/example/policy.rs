//! Example policies. The schemas of types do not describe policy documents.

use formwork_catalog::schema::{PropertyPath, PropertyStep, Schema};
use serde_json::{Value, json};

/// Returns a policy document if the property at `path` takes one.
pub(super) fn document(kind: &str, path: &PropertyPath, schema: &Schema) -> Option<Value> {
    let Some(PropertyStep::Name(name)) = path.steps().last() else {
        return None;
    };
    if !schema.properties.is_empty() {
        return None;
    }
    let statement = match &**name {
        "AssumeRolePolicyDocument" => json!({
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }),
        "PolicyDocument" if kind.starts_with("AWS::IAM::") || kind.starts_with("AWS::SSO::") => {
            json!({
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example/*",
            })
        }
        "Content" if kind == "AWS::Organizations::ResourcePolicy" => json!({
            "Effect": "Allow",
            "Principal": { "AWS": "111122223333" },
            "Action": "organizations:ListAccounts",
            "Resource": "*",
        }),
        "PolicyDocument" if kind.starts_with("AWS::S3") => json!({
            "Effect": "Allow",
            "Principal": { "AWS": "111122223333" },
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::example/*",
        }),
        "PolicyDocument" | "Policy" | "ResourcePolicy" | "KeyPolicy" | "RepositoryPolicyText" => {
            json!({
                "Effect": "Allow",
                "Principal": { "AWS": "111122223333" },
                "Action": "*",
                "Resource": "*",
            })
        }
        _ => return None,
    };
    Some(json!({ "Version": "2012-10-17", "Statement": [statement] }))
}
