//! Generates texts that a schema accepts: a familiar example if one fits, otherwise a match of the pattern.

use std::collections::BTreeMap;

use formwork_catalog::schema::{PropertyPath, PropertyStep, Schema};
use regex::Regex;

use super::pattern;

/// Returns a text that the schema at `path` accepts, if one is found.
pub(super) fn text(schema: &Schema, path: &PropertyPath) -> String {
    let min = schema.length.min.unwrap_or(0) as usize;
    let max = schema.length.max.map_or(usize::MAX, |max| max as usize);
    let fits = |text: &str| {
        let count = text.chars().count();
        let regex = schema.pattern.as_deref().map(Regex::new);
        let matches = regex.is_none_or(|regex| regex.is_ok_and(|regex| regex.is_match(text)));
        (min..=max).contains(&count) && matches
    };
    let candidates = candidates(schema, path);
    let familiar = candidates.iter().find(|text| fits(text)).cloned();
    let generated = || {
        let pattern = schema.pattern.as_deref()?;
        pattern::match_of_length(pattern, min, max)
    };
    let padded = || {
        let text = candidates.first().cloned().unwrap_or_default();
        let text: String = text.chars().cycle().take(min.max(7)).collect();
        text.chars().take(max).collect()
    };
    familiar.or_else(generated).unwrap_or_else(padded)
}

/// Returns a variant of a text for the item at `index`, for lists whose items must be unique.
pub(super) fn variant(text: &str, index: u64) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let shift = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => {
            char::from_u32(c as u32 + index as u32).filter(char::is_ascii_alphanumeric)
        }
        _ => None,
    };
    if let Some((at, next)) = characters
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, c)| Some((at, shift(*c)?)))
    {
        characters[at] = next;
    }
    characters.into_iter().collect()
}

/// Returns familiar examples: by the format, then by the property's name, then common ones.
fn candidates(schema: &Schema, path: &PropertyPath) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(format) = schema.format.as_deref() {
        texts.extend(format_example(format).map(str::to_owned));
    }
    let mut names = path.steps().iter().rev();
    let name = names.find_map(|step| match step {
        PropertyStep::Name(name) => Some(&**name),
        PropertyStep::Each => None,
    });
    let name = name.unwrap_or_default();
    let by_name: BTreeMap<&str, &str> = BTreeMap::from([
        ("Arn", "arn:aws:iam::111122223333:role/example"),
        ("ARN", "arn:aws:iam::111122223333:role/example"),
        ("Cidr", "10.0.0.0/16"),
        ("CIDR", "10.0.0.0/16"),
        ("CidrBlock", "10.0.0.0/16"),
        ("Email", "someone@example.com"),
        ("Url", "https://example.com"),
        ("URL", "https://example.com"),
        ("Uri", "s3://example/example"),
        ("URI", "s3://example/example"),
        ("AccountId", "111122223333"),
        ("Version", "1"),
        (
            "KmsKeyId",
            "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012",
        ),
    ]);
    let suggested = by_name.iter().find(|(suffix, _)| name.ends_with(**suffix));
    texts.extend(suggested.map(|(_, text)| (*text).to_owned()));
    let common = [
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
    texts.extend(common.map(str::to_owned));
    texts
}

/// Returns an example of a format.
fn format_example(format: &str) -> Option<&'static str> {
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
