//! Example values of common formats and properties.
//!
//! Every value is fictitious: the account is the one of AWS's documentation, and the domain is
//! reserved for examples. Choosing a value that satisfies a schema is left to the callers.

/// Values to try, in this order, when neither the format nor the property's name suggests one.
pub const COMMON_EXAMPLES: &[&str] = &[
    "example",
    "Example",
    "EXAMPLE",
    "111122223333",
    "1",
    "us-east-1",
    "us-east-1a",
    "https://example.com",
    "someone@example.com",
    "10.0.0.0/16",
    "10.0.0.1",
    "arn:aws:iam::111122223333:role/example",
    "s3://example/example",
    "2026-01-01T00:00:00Z",
    "example.com",
    "subnet-0123456789abcdef0",
    "Example::Example::Example",
    "arn:aws:apprunner:us-east-1:111122223333:service/example",
    "{}",
    "/example",
    "rate(1 day)",
];

/// The examples of properties, by the end of their names. The first that fits applies.
const PROPERTY_EXAMPLES: &[(&str, &str)] = &[
    ("ARN", "arn:aws:iam::111122223333:role/example"),
    ("AccountId", "111122223333"),
    ("Arn", "arn:aws:iam::111122223333:role/example"),
    ("CIDR", "10.0.0.0/16"),
    ("Cidr", "10.0.0.0/16"),
    ("CidrBlock", "10.0.0.0/16"),
    ("Email", "someone@example.com"),
    (
        "KmsKeyId",
        "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012",
    ),
    ("URI", "s3://example/example"),
    ("URL", "https://example.com"),
    ("Uri", "s3://example/example"),
    ("Url", "https://example.com"),
    ("Version", "1"),
];

/// Returns an example for a property with this name, such as `VpcCidr`.
pub fn property_example(name: &str) -> Option<&'static str> {
    PROPERTY_EXAMPLES
        .iter()
        .find(|(end, _)| name.ends_with(end))
        .map(|(_, example)| *example)
}

/// Returns an example for a schema's `format`, such as `AWS::EC2::Subnet.Id` or `date-time`.
pub fn format_example(format: &str) -> Option<&'static str> {
    Some(match format {
        "AWS::EC2::VPC.Id" => "vpc-0123456789abcdef0",
        "AWS::EC2::Subnet.Id" => "subnet-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Id" => "sg-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Name" => "example",
        "AWS::EC2::Image.Id" => "ami-0123456789abcdef0",
        "AWS::IAM::Role.Arn" => "arn:aws:iam::111122223333:role/example",
        "AWS::Logs::LogGroup.Arn" => "arn:aws:logs:us-east-1:111122223333:log-group:example",
        "AWS::Logs::LogGroup.Name" => "example",
        "AWS::S3::Bucket.Name" => "example",
        "AWS::S3::Bucket.Arn" => "arn:aws:s3:::example",
        "AWS::KMS::Key.Arn" | "AWS::KMS::Key.Id" => {
            "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"
        }
        "AWS::SNS::Topic.Arn" => "arn:aws:sns:us-east-1:111122223333:example",
        "AWS::ACM::Certificate.Arn" => {
            "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
        }
        "AWS::Lambda::Function.Arn" => "arn:aws:lambda:us-east-1:111122223333:function:example",
        "ipv4-network" => "10.0.0.0/16",
        "ipv6-network" => "2001:db8::/56",
        "ipv4" => "10.0.0.1",
        "date-time" => "2026-01-01T00:00:00Z",
        "uri" => "https://example.com",
        "json" => "{}",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found_by_format_and_by_property() {
        assert_eq!(
            format_example("AWS::EC2::VPC.Id"),
            Some("vpc-0123456789abcdef0")
        );
        assert_eq!(format_example("AWS::EC2::Unknown.Id"), None);
        assert_eq!(property_example("RoleArn"), Some(COMMON_EXAMPLES[11]));
        assert_eq!(property_example("Description"), None);
    }
}
