//! Texts that a schema lets through: such as people know, where one fits.

use std::collections::BTreeMap;

use formwork_catalog::schema::{PropertyPath, PropertyStep, Schema};
use regex::Regex;

use super::pattern;

/// A text of a schema: one that people know, else one made from the pattern.
pub(super) fn text(schema: &Schema, path: &PropertyPath) -> String {
    let least = schema.length.min.unwrap_or(0) as usize;
    let most = schema.length.max.map_or(usize::MAX, |most| most as usize);
    let fits = |text: &str| {
        let count = text.chars().count();
        let named = schema.pattern.as_deref().map(Regex::new);
        let matches = named.is_none_or(|regex| regex.is_ok_and(|regex| regex.is_match(text)));
        (least..=most).contains(&count) && matches
    };
    let candidates = candidates(schema, path);
    let found = candidates.iter().find(|text| fits(text)).cloned();
    let made = || {
        let pattern = schema.pattern.as_deref()?;
        pattern::of_length(pattern, least, most)
    };
    let padded = || {
        let text = candidates.first().cloned().unwrap_or_default();
        let text: String = text.chars().cycle().take(least.max(7)).collect();
        text.chars().take(most).collect()
    };
    found.or_else(made).unwrap_or_else(padded)
}

/// A text like this one, for a list in which none stands twice.
pub(super) fn another(text: &str, index: u64) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let turn = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => {
            char::from_u32(c as u32 + index as u32).filter(char::is_ascii_alphanumeric)
        }
        _ => None,
    };
    if let Some((at, next)) = characters
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, c)| Some((at, turn(*c)?)))
    {
        characters[at] = next;
    }
    characters.into_iter().collect()
}

/// Texts that stand for what a format names, and for what names of properties suggest.
fn candidates(schema: &Schema, path: &PropertyPath) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(format) = schema.format.as_deref() {
        texts.extend(of_format(format).map(str::to_owned));
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
    let ends = by_name.iter().find(|(end, _)| name.ends_with(**end));
    texts.extend(ends.map(|(_, text)| (*text).to_owned()));
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

fn of_format(format: &str) -> Option<&'static str> {
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
