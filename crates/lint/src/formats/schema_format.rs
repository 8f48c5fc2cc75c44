//! Formats of texts: times and addresses as in JSON Schema, and the names and ARNs of AWS
//! resources.

use formwork_catalog::patterns::Patterns;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The patterns of AWS names, by format (cfn-lint's rules `E115x`).
const NAMES: [(&str, &str); 15] = [
    (
        "AWS::ACM::Certificate.Arn",
        r"^arn:aws[a-zA-Z-]*:acm:[a-z0-9-]+:\d{12}:certificate/.+$",
    ),
    (
        "AWS::IAM::Role.Arn",
        r"^arn:aws[a-zA-Z-]*:iam::\d{12}:role/.+$",
    ),
    (
        "AWS::EC2::Image.Id",
        r"^(ami-([0-9a-z]{8}|[0-9a-z]{17})$|resolve:ssm)",
    ),
    ("AWS::KMS::Alias.AliasName", r"^alias/[a-zA-Z0-9:/_-]+$"),
    (
        "AWS::KMS::Key.Arn",
        r"^arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+$",
    ),
    (
        "AWS::KMS::Key.Id",
        r"^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}|alias/[a-zA-Z0-9/_-]+)$",
    ),
    (
        "AWS::Lambda::Function.Arn",
        r"^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:function:.+(:.+)?$",
    ),
    ("AWS::Logs::LogGroup.Name", r"^[.\-_/#A-Za-z0-9]{1,512}$"),
    (
        "AWS::S3::Bucket.Name",
        r"^(?![.\-])(?!.*\.\.)(?!.*-\.)(?!.*\.-)[a-z0-9.\-]{3,63}(?<![.\-])$",
    ),
    (
        "AWS::EC2::SecurityGroup.Id",
        r"^sg-([a-fA-F0-9]{8}|[a-fA-F0-9]{17})$",
    ),
    (
        "AWS::EC2::SecurityGroup.Name",
        r"^[a-zA-Z0-9 \._\-:\/()#\,@\[\]+=&;\{\}!\$\*]+$",
    ),
    (
        "AWS::SNS::Topic.Arn",
        r"^arn:aws[a-zA-Z-]*:sns:[a-z0-9-]+:\d{12}:.+$",
    ),
    (
        "AWS::EC2::Subnet.Id",
        r"^subnet-(([0-9A-Fa-f]{8})|([0-9A-Fa-f]{17}))$",
    ),
    (
        "AWS::EC2::VPC.Id",
        r"^vpc-(([0-9A-Fa-f]{8})|([0-9A-Fa-f]{17}))$",
    ),
    ("date", r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"),
];

/// A time of day with its offset.
const DATE_TIME: &str = r"^\d{4}-(0[1-9]|1[0-2])-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$";

/// Returns whether the text has the format. An unknown format allows every text.
pub(crate) fn fits(format: &str, text: &str, patterns: &Patterns) -> bool {
    match format {
        "date-time" => patterns.finds(DATE_TIME, text) != Some(false),
        "email" => text.contains('@'),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv4-network" => network(text, |address| {
            address
                .parse::<Ipv4Addr>()
                .ok()
                .map(|it| (u128::from(it.to_bits()), 32))
        }),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "ipv6-network" => network(text, |address| {
            address
                .parse::<Ipv6Addr>()
                .ok()
                .map(|it| (it.to_bits(), 128))
        }),
        _ => pattern(format).is_none_or(|pattern| patterns.finds(pattern, text) != Some(false)),
    }
}

/// Returns the pattern of a format that has one.
pub(crate) fn pattern(format: &str) -> Option<&'static str> {
    let found = NAMES.iter().find(|(name, _)| *name == format);
    found.map(|(_, pattern)| *pattern)
}

/// Returns whether the text is an address, or a block whose host bits are all zero.
fn network(text: &str, address: impl Fn(&str) -> Option<(u128, u32)>) -> bool {
    let (base, length) = match text.split_once('/') {
        Some((base, length)) => (base, Some(length)),
        None => (text, None),
    };
    let Some((bits, width)) = address(base) else {
        return false;
    };
    let Some(length) = length else { return true };
    let Some(length) = length.parse::<u32>().ok().filter(|length| *length <= width) else {
        return false;
    };
    let hosts = width - length;
    hosts == 0 || bits.trailing_zeros() >= hosts || bits == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told() {
        let patterns = Patterns::default();
        for (format, text, expect) in [
            ("ipv4-network", "10.0.0.0/16", true),
            ("ipv4-network", "10.0.0.1/16", false),
            ("ipv4-network", "0.0.0.0/0", true),
            ("ipv4-network", "10.0.0.0/33", false),
            ("ipv4-network", "10.0.0/16", false),
            ("ipv4-network", "10.0.0.7", true),
            ("ipv6-network", "2001:db8::/32", true),
            ("ipv6-network", "2001:db8::1/32", false),
            ("ipv6-network", "::/0", true),
            ("date-time", "2024-01-31T10:00:00Z", true),
            ("date-time", "2024-01-31", false),
            ("AWS::EC2::VPC.Id", "vpc-0123abcd", true),
            ("AWS::EC2::VPC.Id", "subnet-0123abcd", false),
            ("AWS::S3::Bucket.Name", "my-bucket.logs", true),
            ("AWS::S3::Bucket.Name", "my..bucket", false),
            ("AWS::S3::Bucket.Name", "My-Bucket", false),
            ("int64", "nothing is said of it", true),
        ] {
            assert_eq!(fits(format, text, &patterns), expect, "{format} {text}");
        }
    }
}
