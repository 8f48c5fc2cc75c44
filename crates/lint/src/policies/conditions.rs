//! The conditions of a statement: operators, keys, and values that a key never has.
//!
//! From IAM's pages on global condition keys and the services' own keys in the Service Authorization
//! Reference. A key that is not listed here may have any value.

use super::value_types::{self, ValueType};
use super::{PolicyChecker, expect_table};
use crate::codes;
use crate::conditions::ConditionalValue;
use formwork_iam::Text;
use formwork_template::Node;
use formwork_template::diagnostics::{Problem, did_you_mean, nearest};

/// The operators without prefix and suffix, each with the type of its operands if it has one.
const OPERATORS: [(&str, Option<ValueType>); 27] = [
    ("ArnEquals", Some(ValueType::Arn)),
    ("ArnLike", Some(ValueType::Arn)),
    ("ArnNotEquals", Some(ValueType::Arn)),
    ("ArnNotLike", Some(ValueType::Arn)),
    ("BinaryEquals", None),
    ("Bool", Some(ValueType::Boolean)),
    ("DateEquals", Some(ValueType::Date)),
    ("DateGreaterThan", Some(ValueType::Date)),
    ("DateGreaterThanEquals", Some(ValueType::Date)),
    ("DateLessThan", Some(ValueType::Date)),
    ("DateLessThanEquals", Some(ValueType::Date)),
    ("DateNotEquals", Some(ValueType::Date)),
    ("IpAddress", Some(ValueType::Address)),
    ("NotIpAddress", Some(ValueType::Address)),
    ("Null", Some(ValueType::Boolean)),
    ("NumericEquals", Some(ValueType::Number)),
    ("NumericGreaterThan", Some(ValueType::Number)),
    ("NumericGreaterThanEquals", Some(ValueType::Number)),
    ("NumericLessThan", Some(ValueType::Number)),
    ("NumericLessThanEquals", Some(ValueType::Number)),
    ("NumericNotEquals", Some(ValueType::Number)),
    ("StringEquals", None),
    ("StringEqualsIgnoreCase", None),
    ("StringLike", None),
    ("StringNotEquals", None),
    ("StringNotEqualsIgnoreCase", None),
    ("StringNotLike", None),
];

/// The prefixes of operators for keys with several values.
const SETS: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];

/// The key and the operator that a value is compared with.
struct ComparedKey<'a> {
    operator: &'static str,
    takes: Option<ValueType>,
    key: &'a str,
}

impl<'s> PolicyChecker<'s, '_> {
    pub(super) fn check_conditions<'n>(
        &self,
        statement: &ConditionalValue<'n>,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for found in self.values_at(statement, "Condition") {
            let Some(map) = expect_table(&found, "`Condition`", problems) else {
                continue;
            };
            for (written, entry) in map.iter() {
                let Some((operator, takes)) = parse_operator(written) else {
                    problems.push(unknown_operator(written).at(entry.key, "unknown operator"));
                    continue;
                };
                for keys in
                    ConditionalValue::unconditional(&entry.node).at("", &self.checker.conditions)
                {
                    let Some(map) = expect_table(&keys, &format!("`{written}`"), problems) else {
                        continue;
                    };
                    for (key, entry) in map.iter() {
                        problems
                            .extend(misspelled_key(key).map(|one| one.at(entry.key, "unknown")));
                        let compared = ComparedKey {
                            operator,
                            takes,
                            key,
                        };
                        self.check_values(&compared, &entry.node, problems);
                    }
                }
            }
        }
    }

    fn check_values(&self, compared: &ComparedKey<'_>, node: &Node, problems: &mut Vec<Problem>) {
        for found in ConditionalValue::unconditional(node).at("", &self.checker.conditions) {
            let items = match found.node.and_then(Node::as_list) {
                Some(_) => found.at("*", &self.checker.conditions),
                None => vec![found],
            };
            for item in items {
                let Some(node) = item.node else { continue };
                let Some(text) = Text::parse(node) else {
                    let message = format!("`{}`: expected a string", compared.key);
                    problems.push(
                        Problem::error(codes::POLICY_VALUE, message).at(node.span, node.kind()),
                    );
                    continue;
                };
                problems.extend(
                    self.wrong_value(compared, &text)
                        .map(|(problem, label)| problem.at(node.span, label)),
                );
            }
        }
    }

    /// Reports a value that the key never has, or that the operator cannot compare.
    fn wrong_value(
        &self,
        compared: &ComparedKey<'_>,
        text: &Text<'_>,
    ) -> Option<(Problem, String)> {
        let known = value_types::value_type(text, self.checker);
        let written = text.literal_prefix();
        let single = text.0.len() == 1 && written.is_empty();
        let (lead, whole) = literal_part(&written, text.as_literal().is_some());
        let fits = |wanted: ValueType| match known {
            Some(known) if single => known == wanted,
            _ => wanted.can_start_with(lead, whole),
        };
        let label = known.map_or_else(String::new, |known| known.describe().to_owned());
        let wrong = |message: String| Problem::error(codes::POLICY_CONDITION, message);
        let key = key_type(compared.key).filter(|_| compared.operator != "Null");
        if let Some((name, wanted)) = key.filter(|(_, wanted)| !fits(*wanted)) {
            let message = format!(
                "`{name}` never has this value: expected {}",
                wanted.describe()
            );
            let suggestion = known.and_then(|known| sibling_key(name, known));
            let problem = wrong(message);
            return Some(match suggestion {
                Some(suggestion) => (problem.help(did_you_mean(suggestion)), label),
                None => (problem, label),
            });
        }
        let wanted = compared.takes.filter(|wanted| !fits(*wanted))?;
        let message = format!("`{}`: expected {}", compared.operator, wanted.describe());
        Some((wrong(message), label))
    }
}

/// Returns the part of a value before its first wildcard or policy variable, and whether that is
/// the whole value.
fn literal_part(lead: &str, whole: bool) -> (&str, bool) {
    let ends = ["*", "?", "${"];
    let end = ends.iter().filter_map(|end| lead.find(end)).min();
    match end {
        Some(end) => (&lead[..end], false),
        None => (lead, whole),
    }
}

/// Parses an operator and returns it with the type of its operands.
fn parse_operator(written: &str) -> Option<(&'static str, Option<ValueType>)> {
    let (_, name) = split_prefix(written);
    let bare = name.strip_suffix("IfExists").unwrap_or(name);
    let found = OPERATORS.into_iter().find(|(known, _)| *known == bare)?;
    // `Null` tests whether a key exists, so it has no suffix.
    (found.0 != "Null" || bare == name).then_some(found)
}

/// Splits an operator from its prefix.
fn split_prefix(written: &str) -> (&str, &str) {
    let set = SETS.iter().find(|set| written.starts_with(**set));
    written.split_at(set.map_or(0, |set| set.len()))
}

fn unknown_operator(written: &str) -> Problem {
    let message = format!("unknown condition operator `{written}`");
    let problem = Problem::error(codes::POLICY_OPERATOR, message);
    let (set, name) = match written.split_once(':') {
        Some((set, name)) => (
            nearest(set, SETS.map(|set| set.trim_end_matches(':'))),
            name,
        ),
        None => (None, written),
    };
    let (bare, suffix) = match name.strip_suffix("IfExists") {
        Some(bare) => (bare, "IfExists"),
        None => (name, ""),
    };
    let Some(near) = nearest(bare, OPERATORS.map(|(known, _)| known)) else {
        return problem.help("use an operator such as `StringEquals`, `NumericLessThan`, `DateGreaterThan`, `Bool`, `IpAddress`, `ArnLike` or `Null`");
    };
    let suffix = if near == "Null" { "" } else { suffix };
    match set {
        Some(set) => problem.help(did_you_mean(format!("{set}:{near}{suffix}"))),
        None => problem.help(did_you_mean(format!("{near}{suffix}"))),
    }
}

/// Warns of an unknown global key that is similar to a known one.
fn misspelled_key(key: &str) -> Option<Problem> {
    let name = key.split('/').next().unwrap_or(key);
    let (side, _) = name.split_once(':')?;
    if !side.eq_ignore_ascii_case("aws") || global_keys().any(|one| one.eq_ignore_ascii_case(name))
    {
        return None;
    }
    let near = nearest(name, global_keys())?;
    let message = format!("unknown condition key `{name}`");
    Some(Problem::warning(codes::POLICY_CONDITION, message).help(did_you_mean(near)))
}

/// The keys whose values have one type.
const KEYS: [(&str, ValueType); 45] = [
    ("aws:CurrentTime", ValueType::Date),
    ("aws:Ec2InstanceSourcePrivateIPv4", ValueType::Address),
    ("aws:Ec2InstanceSourceVpc", ValueType::Vpc),
    ("aws:EpochTime", ValueType::Date),
    ("aws:MultiFactorAuthAge", ValueType::Number),
    ("aws:MultiFactorAuthPresent", ValueType::Boolean),
    ("aws:PrincipalAccount", ValueType::Account),
    ("aws:PrincipalArn", ValueType::Arn),
    ("aws:PrincipalIsAWSService", ValueType::Boolean),
    ("aws:PrincipalOrgID", ValueType::Organization),
    ("aws:PrincipalOrgPaths", ValueType::Organization),
    ("aws:ResourceAccount", ValueType::Account),
    ("aws:ResourceOrgID", ValueType::Organization),
    ("aws:ResourceOrgPaths", ValueType::Organization),
    ("aws:SecureTransport", ValueType::Boolean),
    ("aws:SourceAccount", ValueType::Account),
    ("aws:SourceArn", ValueType::Arn),
    ("aws:SourceIp", ValueType::Address),
    ("aws:SourceOrgID", ValueType::Organization),
    ("aws:SourceOrgPaths", ValueType::Organization),
    ("aws:SourceVpc", ValueType::Vpc),
    ("aws:SourceVpcArn", ValueType::Arn),
    ("aws:SourceVpce", ValueType::VpcEndpoint),
    ("aws:TokenIssueTime", ValueType::Date),
    ("aws:ViaAWSService", ValueType::Boolean),
    ("aws:VpcSourceIp", ValueType::Address),
    ("aws:VpceAccount", ValueType::Account),
    ("aws:VpceOrgID", ValueType::Organization),
    ("aws:VpceOrgPaths", ValueType::Organization),
    ("ec2:SourceInstanceARN", ValueType::Arn),
    ("ec2:Subnet", ValueType::Arn),
    ("ec2:Vpc", ValueType::Arn),
    ("elasticfilesystem:AccessPointArn", ValueType::Arn),
    (
        "elasticfilesystem:AccessedViaMountTarget",
        ValueType::Boolean,
    ),
    ("iam:PermissionsBoundary", ValueType::Arn),
    ("iam:PolicyARN", ValueType::Arn),
    ("kms:CallerAccount", ValueType::Account),
    ("kms:GrantIsForAWSResource", ValueType::Boolean),
    ("lambda:SecurityGroupIds", ValueType::SecurityGroup),
    ("lambda:SourceFunctionArn", ValueType::Arn),
    ("lambda:SubnetIds", ValueType::Subnet),
    ("lambda:VpcIds", ValueType::Vpc),
    ("s3:DataAccessPointAccount", ValueType::Account),
    ("s3:DataAccessPointArn", ValueType::Arn),
    ("s3:ResourceAccount", ValueType::Account),
];

/// The other global keys. Keys with a name that users choose start with one of these.
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

/// Returns the key in its usual case and the type of its values, if they have one.
fn key_type(key: &str) -> Option<(&'static str, ValueType)> {
    KEYS.into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(key))
}

/// Returns the key of the same family (`aws:Source…`) whose values have the wanted type.
fn sibling_key(key: &str, wanted: ValueType) -> Option<&'static str> {
    let sides = ["aws:Source", "aws:Principal", "aws:Resource", "aws:Vpce"];
    let side = sides.into_iter().find(|side| key.starts_with(side));
    // The key of an address inside a VPC belongs to the family `aws:Source`.
    let side = side.or_else(|| (key == "aws:VpcSourceIp").then_some("aws:Source"))?;
    KEYS.into_iter()
        .find(|(known, value_type)| *value_type == wanted && known.starts_with(side))
        .map(|(known, _)| known)
}

/// Returns every global key.
fn global_keys() -> impl Iterator<Item = &'static str> {
    let typed = KEYS.into_iter().map(|(key, _)| key);
    typed
        .filter(|key| key.starts_with("aws:"))
        .chain(OTHER_GLOBAL)
}
