//! The type of a value in a policy, as far as it is known: a VPC's id, an ARN, an address.

use crate::context::Checker;
use crate::formats::arn::is_account;
use formwork_iam::{Text, TextPart};
use formwork_template::Target;
use std::net::IpAddr;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    Account,
    Address,
    Arn,
    Boolean,
    Date,
    Instance,
    Number,
    Organization,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
}

/// The prefixes of ids.
const PREFIXES: [(ValueType, &str); 6] = [
    (ValueType::Instance, "i-"),
    (ValueType::Organization, "o-"),
    (ValueType::SecurityGroup, "sg-"),
    (ValueType::Subnet, "subnet-"),
    (ValueType::Vpc, "vpc-"),
    (ValueType::VpcEndpoint, "vpce-"),
];

impl ValueType {
    /// Returns the type as text for a message.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Account => "an account id",
            Self::Address => "an IP address or a range of IP addresses",
            Self::Arn => "an ARN",
            Self::Boolean => "`true` or `false`",
            Self::Date => "a date",
            Self::Instance => "an instance id",
            Self::Number => "a number",
            Self::Organization => "an organization id",
            Self::SecurityGroup => "a security group id",
            Self::Subnet => "a subnet id",
            Self::Vpc => "a VPC id",
            Self::VpcEndpoint => "a VPC endpoint id",
        }
    }

    /// Returns whether a value of this type may start with `lead`. If `whole` is true, `lead` is
    /// the whole value.
    pub(super) fn can_start_with(self, lead: &str, whole: bool) -> bool {
        let prefixed =
            |prefix: &str| lead.starts_with(prefix) || !whole && prefix.starts_with(lead);
        match self {
            Self::Account => {
                let digits = lead.bytes().all(|byte| byte.is_ascii_digit());
                digits && lead.len() <= 12 && (!whole || lead.len() == 12)
            }
            Self::Address if whole => is_address(lead),
            Self::Address => {
                let plain = |byte: u8| byte.is_ascii_hexdigit() || b".:/".contains(&byte);
                lead.bytes().all(plain)
            }
            Self::Arn => prefixed("arn:"),
            Self::Boolean => {
                let is = |word: &str| lead.eq_ignore_ascii_case(word);
                !whole || is("true") || is("false")
            }
            Self::Number => !whole || lead.parse::<f64>().is_ok(),
            Self::Date => {
                let year = lead.bytes().take(4).all(|byte| byte.is_ascii_digit());
                year && (!whole || lead.len() >= 4)
            }
            _ => PREFIXES
                .iter()
                .any(|(value_type, prefix)| *value_type == self && prefixed(prefix)),
        }
    }
}

/// Returns the type of a value, if it is certain.
pub(super) fn value_type(text: &Text<'_>, checker: &Checker<'_>) -> Option<ValueType> {
    match text.0.as_slice() {
        [TextPart::Reference(name)] => reference_type(Target::Name(name), checker),
        [TextPart::Attribute(resource, name)] => {
            reference_type(Target::Attribute(resource, Some(name)), checker)
        }
        _ => literal_type(&text.literal_prefix()),
    }
}

/// Returns the type of a literal by its prefix.
fn literal_type(lead: &str) -> Option<ValueType> {
    let by_prefix = PREFIXES.iter().find(|(_, prefix)| lead.starts_with(prefix));
    match by_prefix {
        Some((value_type, _)) => Some(*value_type),
        None if lead.starts_with("arn:") => Some(ValueType::Arn),
        None if is_account(lead) => Some(ValueType::Account),
        None if is_address(lead) => Some(ValueType::Address),
        None => None,
    }
}

fn reference_type(target: Target<'_>, checker: &Checker<'_>) -> Option<ValueType> {
    let (name, attribute) = match target {
        Target::Name("AWS::AccountId") => return Some(ValueType::Account),
        Target::Name("AWS::StackId") => return Some(ValueType::Arn),
        Target::Name(name) => (name, None),
        Target::Attribute(name, attribute) => (name, attribute),
        _ => return None,
    };
    if let (Some(resource), attribute) = (checker.template.resource(name), attribute) {
        let schema = checker.table.resource(resource.kind);
        let format = schema.and_then(|schema| match attribute {
            None => schema.reference.format.clone(),
            Some(attribute) => {
                let found = schema.attribute(attribute)?;
                let item = found.item.and_then(|item| item.format);
                found.format.or(item)
            }
        });
        let known = format.as_deref().and_then(format_type);
        return known.or_else(|| attribute_type(resource.kind, attribute));
    }
    let mut parameters = checker.template.parameters();
    let kind = parameters.find(|parameter| parameter.name == name)?.kind();
    let kind = kind
        .strip_prefix("AWS::SSM::Parameter::Value<")
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(kind);
    let kind = kind
        .strip_prefix("List<")
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(kind);
    match kind {
        "AWS::EC2::VPC::Id" => Some(ValueType::Vpc),
        "AWS::EC2::Subnet::Id" => Some(ValueType::Subnet),
        "AWS::EC2::SecurityGroup::Id" => Some(ValueType::SecurityGroup),
        "AWS::EC2::Instance::Id" => Some(ValueType::Instance),
        _ => None,
    }
}

/// Returns the type for a format of the schema table.
fn format_type(format: &str) -> Option<ValueType> {
    Some(match format {
        "AWS::EC2::VPC.Id" => ValueType::Vpc,
        "AWS::EC2::VPCEndpoint.Id" => ValueType::VpcEndpoint,
        "AWS::EC2::Subnet.Id" => ValueType::Subnet,
        "AWS::EC2::SecurityGroup.Id" => ValueType::SecurityGroup,
        "AWS::EC2::Instance.Id" => ValueType::Instance,
        _ if format.ends_with(".Arn") => ValueType::Arn,
        _ => return None,
    })
}

/// Returns the types of references and attributes that policies often use.
fn attribute_type(kind: &str, attribute: Option<&str>) -> Option<ValueType> {
    Some(match (kind, attribute) {
        ("AWS::EC2::VPC", None | Some("VpcId")) => ValueType::Vpc,
        ("AWS::EC2::VPCEndpoint", None | Some("Id")) => ValueType::VpcEndpoint,
        ("AWS::EC2::Subnet", None | Some("SubnetId")) => ValueType::Subnet,
        ("AWS::EC2::SecurityGroup", None | Some("GroupId")) => ValueType::SecurityGroup,
        ("AWS::EC2::Instance", None | Some("InstanceId")) => ValueType::Instance,
        ("AWS::EC2::Subnet" | "AWS::EC2::SecurityGroup" | "AWS::EC2::Instance", Some("VpcId")) => {
            ValueType::Vpc
        }
        ("AWS::EC2::VPC" | "AWS::EC2::Subnet", Some("CidrBlock")) => ValueType::Address,
        ("AWS::Organizations::Organization", None | Some("Id")) => ValueType::Organization,
        ("AWS::Organizations::Account", None | Some("AccountId")) => ValueType::Account,
        (kind, Some("Arn"))
            if kind.starts_with("AWS::") && kind != "AWS::CloudFormation::Stack" =>
        {
            ValueType::Arn
        }
        _ => return None,
    })
}

/// Returns whether `text` is an IPv4 or IPv6 address, with or without a prefix length.
fn is_address(text: &str) -> bool {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most))
}

/// Returns a text with sample values for its pseudo parameters, up to the first unknown part, and
/// whether that is the whole text.
pub(super) fn with_pseudo_parameters(text: &Text<'_>) -> (String, bool) {
    let mut known = String::new();
    for piece in &text.0 {
        match piece {
            TextPart::Literal(text) => known.push_str(text),
            TextPart::Reference("AWS::AccountId") => known.push_str("123456789012"),
            TextPart::Reference("AWS::Partition") => known.push_str("aws"),
            TextPart::Reference("AWS::Region") => known.push_str("us-east-1"),
            TextPart::Reference("AWS::URLSuffix") => known.push_str("amazonaws.com"),
            _ => return (known, false),
        }
    }
    (known, true)
}
