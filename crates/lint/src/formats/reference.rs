//! The format of the value that `Ref` or `Fn::GetAtt` returns, in the words of the schema table.
//!
//! Only resources and parameters with a known type have a format. Literals and composed texts have
//! none.

use crate::context::Checker;
use formwork_catalog::schema::{Attribute, ResourceSchema, Type};
use std::sync::Arc;

/// The types whose attributes and references have no reliable format.
const OPEN_TYPES: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/// Returns the format of a parameter of an AWS-specific type, or of its items: `AWS::EC2::VPC.Id`
/// for `AWS::EC2::VPC::Id` and for `List<AWS::EC2::VPC::Id>`.
pub(crate) fn type_format(kind: &str) -> Option<Arc<str>> {
    let within = |kind, around| {
        let rest: Option<&str> = str::strip_prefix(kind, around);
        rest.and_then(|rest| rest.strip_suffix('>')).unwrap_or(kind)
    };
    let kind = within(within(kind, "AWS::SSM::Parameter::Value<"), "List<");
    let (thing, what) = kind.rsplit_once("::")?;
    if thing.split("::").count() != 3 || thing.starts_with("AWS::SSM::") {
        return None;
    }
    let what = match what {
        "GroupName" => "Name",
        other => other,
    };
    Some(format!("{thing}.{what}").into())
}

/// Returns the format of an attribute. The outer `None` means that it may be anything, the inner
/// one that it has no format.
pub(crate) fn attribute_format(
    checker: &Checker<'_>,
    resource: &str,
    name: &str,
) -> Option<Option<Arc<str>>> {
    Some(attribute(checker, resource, name)?.format)
}

/// Returns the format of the items of an attribute that is a list.
pub(crate) fn item_format(
    checker: &Checker<'_>,
    resource: &str,
    name: &str,
) -> Option<Option<Arc<str>>> {
    let attribute = attribute(checker, resource, name)?;
    let of_list = || attribute.format.as_deref().map(|it| singular(it).into());
    (attribute.kind.names(Type::Array))
        .then(|| attribute.item.and_then(|item| item.format).or_else(of_list))
}

/// Returns an attribute with a reliable format.
fn attribute(checker: &Checker<'_>, resource: &str, name: &str) -> Option<Attribute> {
    let resource = checker.template.resource(resource)?;
    let is_open = OPEN_TYPES.contains(&resource.kind) || is_custom(resource.kind);
    let is_value = resource.kind == "AWS::SSM::Parameter" && name == "Value";
    if is_open || is_value {
        return None;
    }
    checker.table.resource(resource.kind)?.attribute(name)
}

/// Returns the format of the value that `Ref` returns for a resource. The outer `None` means that
/// it may be anything, the inner one that it has no format.
pub(crate) fn reference_format(checker: &Checker<'_>, name: &str) -> Option<Option<Arc<str>>> {
    let resource = checker.template.resource(name)?;
    if is_custom(resource.kind) || checker.template.parameters().any(|it| it.name == name) {
        return None;
    }
    let schema = checker.table.resource(resource.kind)?;
    if resource.kind != "AWS::EC2::SecurityGroup" {
        let format = schema.reference.format.clone();
        return Some(format.or_else(|| own_name(&schema)));
    }
    // `Ref` returns the name of a group outside a VPC, and the id of a group inside one.
    let in_vpc = checker.properties(&resource, "VpcId");
    let mut given = in_vpc.iter().map(|found| found.node.is_some());
    let first = given.next().unwrap_or(false);
    if given.any(|other| other != first) {
        return None;
    }
    Some(Some(match first {
        true => "AWS::EC2::SecurityGroup.Id".into(),
        false => "AWS::EC2::SecurityGroup.Name".into(),
    }))
}

/// Returns a name that users choose, as a format: `AWS::IAM::Role.RoleName`. A name that AWS
/// chooses may be an ARN.
fn own_name(schema: &ResourceSchema) -> Option<Arc<str>> {
    let path = schema.reference.path.as_ref()?;
    let name = path.to_string();
    let is_own = name.ends_with("Name")
        && schema.root.properties.contains_key(name.as_str())
        && !schema.read_only.contains(path);
    is_own.then(|| format!("{}.{name}", schema.name).into())
}

/// Returns whether CloudFormation has no schema for the type: custom resources and modules.
pub(crate) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::")
        || kind == "AWS::CloudFormation::CustomResource"
        || kind.ends_with("::MODULE")
}

/// Returns whether two formats mean the same.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    current(one) == current(other)
}

/// Returns the current name of a format that has an older name.
fn current(format: &str) -> &str {
    match format {
        "AWS::EC2::SecurityGroup.GroupId" => "AWS::EC2::SecurityGroup.Id",
        other => other,
    }
}

/// Returns the format of an item of a list, for a list that has a format as a whole.
pub(crate) fn singular(format: &str) -> &str {
    let is_list = format.ends_with(".Ids") || format.ends_with(".Names");
    format
        .strip_suffix('s')
        .filter(|_| is_list)
        .unwrap_or(format)
}
