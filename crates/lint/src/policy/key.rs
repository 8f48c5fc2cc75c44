//! Condition keys: what kind of value each has.
//!
//! From IAM's pages on global condition keys and the services' own in its authorization
//! reference. Keys that are not here may have any value.

use super::value::Thing;

/// The keys whose values are of one kind, in their usual case.
const KEYS: [(&str, Thing); 45] = [
    ("aws:CurrentTime", Thing::Date),
    ("aws:Ec2InstanceSourcePrivateIPv4", Thing::Address),
    ("aws:Ec2InstanceSourceVpc", Thing::Vpc),
    ("aws:EpochTime", Thing::Date),
    ("aws:MultiFactorAuthAge", Thing::Number),
    ("aws:MultiFactorAuthPresent", Thing::Boolean),
    ("aws:PrincipalAccount", Thing::Account),
    ("aws:PrincipalArn", Thing::Arn),
    ("aws:PrincipalIsAWSService", Thing::Boolean),
    ("aws:PrincipalOrgID", Thing::Organization),
    ("aws:PrincipalOrgPaths", Thing::Organization),
    ("aws:ResourceAccount", Thing::Account),
    ("aws:ResourceOrgID", Thing::Organization),
    ("aws:ResourceOrgPaths", Thing::Organization),
    ("aws:SecureTransport", Thing::Boolean),
    ("aws:SourceAccount", Thing::Account),
    ("aws:SourceArn", Thing::Arn),
    ("aws:SourceIp", Thing::Address),
    ("aws:SourceOrgID", Thing::Organization),
    ("aws:SourceOrgPaths", Thing::Organization),
    ("aws:SourceVpc", Thing::Vpc),
    ("aws:SourceVpcArn", Thing::Arn),
    ("aws:SourceVpce", Thing::VpcEndpoint),
    ("aws:TokenIssueTime", Thing::Date),
    ("aws:ViaAWSService", Thing::Boolean),
    ("aws:VpcSourceIp", Thing::Address),
    ("aws:VpceAccount", Thing::Account),
    ("aws:VpceOrgID", Thing::Organization),
    ("aws:VpceOrgPaths", Thing::Organization),
    ("ec2:SourceInstanceARN", Thing::Arn),
    ("ec2:Subnet", Thing::Arn),
    ("ec2:Vpc", Thing::Arn),
    ("elasticfilesystem:AccessPointArn", Thing::Arn),
    ("elasticfilesystem:AccessedViaMountTarget", Thing::Boolean),
    ("iam:PermissionsBoundary", Thing::Arn),
    ("iam:PolicyARN", Thing::Arn),
    ("kms:CallerAccount", Thing::Account),
    ("kms:GrantIsForAWSResource", Thing::Boolean),
    ("lambda:SecurityGroupIds", Thing::SecurityGroup),
    ("lambda:SourceFunctionArn", Thing::Arn),
    ("lambda:SubnetIds", Thing::Subnet),
    ("lambda:VpcIds", Thing::Vpc),
    ("s3:DataAccessPointAccount", Thing::Account),
    ("s3:DataAccessPointArn", Thing::Arn),
    ("s3:ResourceAccount", Thing::Account),
];

/// The other keys that IAM itself has; those with a name of the user's own begin so.
const OTHER_GLOBAL: [&str; 25] = [
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:Ec2InstanceSourceVPC",
    "aws:FederatedProvider",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag",
    "aws:PrincipalType",
    "aws:referer",
    "aws:RequestTag",
    "aws:RequestedRegion",
    "aws:ResourceTag",
    "aws:SignInSessionArn",
    "aws:SourceIdentity",
    "aws:SourceOwner",
    "aws:TagKeys",
    "aws:UserAgent",
    "aws:userid",
    "aws:username",
    "aws:IsMcpServiceAction",
    "aws:CalledViaAWSMCP",
    "aws:ViaAWSMCPService",
];

/// The key in its usual case, and the kind of its values, where they are of one.
pub(super) fn thing(key: &str) -> Option<(&'static str, Thing)> {
    KEYS.into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(key))
}

/// The key of the same side (`aws:Source…`) whose values are such things.
pub(super) fn sibling(key: &str, wanted: Thing) -> Option<&'static str> {
    let sides = ["aws:Source", "aws:Principal", "aws:Resource", "aws:Vpce"];
    let side = sides.into_iter().find(|side| key.starts_with(side));
    // The key of an address inside a VPC has a side of its own.
    let side = side.or_else(|| (key == "aws:VpcSourceIp").then_some("aws:Source"))?;
    KEYS.into_iter()
        .find(|(known, thing)| *thing == wanted && known.starts_with(side))
        .map(|(known, _)| known)
}

/// Every key of IAM itself.
pub(super) fn global() -> impl Iterator<Item = &'static str> {
    let typed = KEYS.into_iter().map(|(key, _)| key);
    typed
        .filter(|key| key.starts_with("aws:"))
        .chain(OTHER_GLOBAL)
}
