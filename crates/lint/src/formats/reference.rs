//! The format of the value that `Ref` or `Fn::GetAtt` returns, in the words of the schema table.
//!
//! Only resources and parameters with a known type have a format. Literals and composed texts have
//! none.

use crate::context::Checker;
use formwork_catalog::schema::{Attribute, ResourceSchema, Type};
use std::sync::Arc;

/// What gives no format that could be relied on.
const OPEN_TYPES: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/// The format of what a parameter of one of AWS's own types holds, or of its items: `AWS::EC2::VPC.Id`
/// of `AWS::EC2::VPC::Id`, and of `List<AWS::EC2::VPC::Id>`.
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

/// The format of an attribute; nothing for what is none, or may be anything.
pub(crate) fn attribute_format(
    checker: &Checker<'_>,
    resource: &str,
    name: &str,
) -> Option<Option<Arc<str>>> {
    Some(attribute(checker, resource, name)?.format)
}

/// Of an attribute that is a list, the format of its items as far as there is one.
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

/// An attribute of which something can be relied on.
fn attribute(checker: &Checker<'_>, resource: &str, name: &str) -> Option<Attribute> {
    let resource = checker.template.resource(resource)?;
    let is_open = OPEN_TYPES.contains(&resource.kind) || is_custom(resource.kind);
    let is_value = resource.kind == "AWS::SSM::Parameter" && name == "Value";
    if is_open || is_value {
        return None;
    }
    checker.table.resource(resource.kind)?.attribute(name)
}

/// The format of what `Ref` gives of a resource; nothing for what is none, or may be anything.
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
    // A group outside a VPC is known by its name, one inside by its id.
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

/// The name that `Ref` gives of a thing to which users may give it themselves, as a format:
/// `AWS::IAM::Role.RoleName`. What AWS alone sets may be an ARN, whatever it is called.
fn own_name(schema: &ResourceSchema) -> Option<Arc<str>> {
    let path = schema.reference.path.as_ref()?;
    let name = path.to_string();
    let is_own = name.ends_with("Name")
        && schema.root.properties.contains_key(name.as_str())
        && !schema.read_only.contains(path);
    is_own.then(|| format!("{}.{name}", schema.name).into())
}

/// Whether CloudFormation leaves the type to whoever wrote it.
pub(crate) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::")
        || kind == "AWS::CloudFormation::CustomResource"
        || kind.ends_with("::MODULE")
}

/// Whether two formats are of the same thing.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    current(one) == current(other)
}

/// The newer name of a format that the source still writes in an older way.
fn current(format: &str) -> &str {
    match format {
        "AWS::EC2::SecurityGroup.GroupId" => "AWS::EC2::SecurityGroup.Id",
        other => other,
    }
}

/// The format of one of a list that has a format as a whole.
pub(crate) fn singular(format: &str) -> &str {
    let is_list = format.ends_with(".Ids") || format.ends_with(".Names");
    format
        .strip_suffix('s')
        .filter(|_| is_list)
        .unwrap_or(format)
}
