//! What functions give, held against what their place takes.

use super::finding::Fault;
use super::walk::{Mode, Walker, branches, is_no_value};
use super::{instead, resolve};
use crate::condition::Case;
use crate::function::{Kinds, gives};
use crate::output::OutputKind;
use crate::scene::Scene;
use formwork_catalog::schema::{Attribute, ResourceSchema, Schema, Type, Types};
use formwork_template::diagnostics::Span;
use formwork_template::intrinsic::Attribute as Asked;
use formwork_template::{Function, Intrinsic, Node};
use std::sync::Arc;

/// What gives no format that could be relied on.
const OPEN_TYPES: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/// The format of an alias's hosted zone.
const ALIAS_ZONE: &str = "AWS::Route53::AliasTarget.HostedZoneId";

/// Functions within functions, and schemas that name others, are followed so far.
const MOST_DEPTH: usize = 16;

impl<'a> Walker<'a> {
    /// Holds what a function gives against a schema.
    pub(super) fn function(&mut self, schema: &'a Schema, node: &'a Node) {
        let Some((function, argument)) = node.function() else {
            self.unknown = true;
            return;
        };
        if function == Function::If {
            return self.either(schema, node);
        }
        if is_no_value(node) {
            return;
        }
        if let Some(combined) = &schema.combined {
            self.against_data(&combined.from_data, node);
        }
        let intrinsic = Intrinsic::of(function, argument);
        if self.mode != Mode::Report {
            // An attribute of another format tells alternatives apart although nobody knows it.
            match (&intrinsic, self.mismatch(schema, &intrinsic)) {
                (Intrinsic::GetAtt { .. }, Some(fault)) => self.wrong(fault, node),
                _ => self.unknown = true,
            }
            return;
        }
        let kinds = gives(function, argument, self.scene);
        let strict = self.strict_kinds(schema.types, &intrinsic);
        if !Kinds::of_types(schema.types).meets(kinds) || strict {
            self.given_wrong(
                schema,
                Fault::WrongKind(schema.types, kinds),
                node,
                &intrinsic,
            );
            return;
        }
        if let Some(fault) = self.mismatch(schema, &intrinsic) {
            self.given_wrong(schema, fault, node, &intrinsic);
            return;
        }
        resolve::check(self, schema, node);
    }

    fn either(&mut self, schema: &'a Schema, node: &'a Node) {
        if self.mode != Mode::Report {
            return self.tried(schema, node);
        }
        let Some((condition, yes, no)) = branches(node) else {
            return;
        };
        for (branch, holds) in [(yes, true), (no, false)] {
            if is_no_value(branch) {
                continue;
            }
            // What can never be is held against its place all the same, by itself: it is written
            // there, and wrong.
            let case = self.case.with(condition, holds);
            let case = case.filter(|case| self.scene.conditions.allow(case));
            let alone = || Case::default().with(condition, holds).unwrap_or_default();
            let around = std::mem::replace(&mut self.case, case.unwrap_or_else(alone));
            self.value(schema, branch);
            self.case = around;
        }
    }

    /// Holds what an `Fn::If` gives in this case against a schema, and what it can never give.
    fn tried(&mut self, schema: &'a Schema, node: &'a Node) {
        let around = self.way.clone();
        let mut node = node;
        while let Some((condition, yes, no)) = branches(node) {
            let Some(holds) = self.holds(condition) else {
                break;
            };
            let (next, other) = if holds { (yes, no) } else { (no, yes) };
            if self.mode == Mode::Try {
                self.never(schema, other, condition, !holds);
            }
            if let Some(way) = self.way.with(condition, holds) {
                self.way = way;
            }
            node = next;
        }
        if self.open.is_none() && !is_no_value(node) {
            self.value(schema, node);
        }
        self.way = around;
    }

    /// Holds a branch against its place by itself, when the `Fn::If`s around it leave no case in
    /// which it is taken.
    fn never(&mut self, schema: &'a Schema, branch: &'a Node, condition: &'a str, holds: bool) {
        let case = self.way.with(condition, holds);
        if is_no_value(branch) || case.is_some_and(|case| self.scene.conditions.allow(&case)) {
            return;
        }
        let alone = Case::default().with(condition, holds).unwrap_or_default();
        let way = std::mem::replace(&mut self.way, alone.clone());
        let case = std::mem::replace(&mut self.case, alone);
        let decided = std::mem::take(&mut self.decided);
        let trial = self.trial(|walker| walker.value(schema, branch));
        (self.way, self.case, self.decided) = (way, case, decided);
        // What hangs on further conditions is not told apart.
        if self.open.take().is_none() {
            self.findings.extend(trial.findings);
        }
    }

    /// Whether an attribute is of another type altogether: where a text is taken, a number that
    /// CloudFormation holds as one is refused too.
    fn strict_kinds(&self, types: Types, intrinsic: &Intrinsic<'a>) -> bool {
        if types.is_any() || types.names(Type::Boolean) || types.names(Type::Integer) {
            return false;
        }
        let Intrinsic::GetAtt {
            resource,
            attribute: Asked::Name(name),
        } = intrinsic
        else {
            return false;
        };
        let resource = self.scene.template.resource(resource);
        let schema = resource.and_then(|resource| self.scene.table.resource(resource.kind));
        let Some(attribute) = schema.and_then(|schema| schema.attribute(name)) else {
            return false;
        };
        !attribute.kind.is_any() && !attribute.kind.iter().any(|kind| types.allows(kind))
    }

    /// Whether a reference gives the name of another thing than the place takes.
    fn mismatch(&self, schema: &'a Schema, intrinsic: &Intrinsic<'a>) -> Option<Fault<'a>> {
        if let Some(given) = self.named(intrinsic)
            && let Some(needed) = super::asked::of(self, schema, &given)
        {
            return Some(Fault::WrongReference(Some(given), needed));
        }
        let (needed, given) = match intrinsic {
            Intrinsic::Ref(name) if self.scene.template.resource(name).is_some() => (
                schema.format.as_deref()?,
                reference_format(self.scene, name)?,
            ),
            Intrinsic::GetAtt {
                resource,
                attribute: Asked::Name(name),
            } => (
                schema.format.as_deref()?,
                attribute_format(self.scene, resource, name)?,
            ),
            _ => {
                let needed = self.needed(schema)?;
                let given = held(self.scene, parameter(intrinsic, MOST_DEPTH)?)?;
                // An alias in a zone stands for what is in the same zone too.
                if needed == ALIAS_ZONE {
                    return None;
                }
                (needed, given)
            }
        };
        // An attribute that is an address says no format: `PrimaryPrivateIpAddress` is a text.
        if given.is_none() && matches!(needed, "ipv4" | "ipv6") {
            return None;
        }
        let same = |given: &str| is_same(given, needed);
        (!given.as_deref().is_some_and(same)).then_some(Fault::WrongReference(given, needed))
    }

    /// The format of what a reference gives, where it has one.
    fn named(&self, intrinsic: &Intrinsic<'a>) -> Option<Arc<str>> {
        match intrinsic {
            Intrinsic::Ref(name) if self.scene.template.resource(name).is_some() => {
                reference_format(self.scene, name)?
            }
            Intrinsic::GetAtt {
                resource,
                attribute: Asked::Name(name),
            } => attribute_format(self.scene, resource, name)?,
            _ => held(self.scene, parameter(intrinsic, MOST_DEPTH)?)?,
        }
    }

    /// The format of a text, or that of a list's items.
    fn needed(&self, schema: &'a Schema) -> Option<&'a str> {
        if let Some(format) = schema.format.as_deref() {
            return Some(singular(format));
        }
        let mut items = schema.items.as_deref()?;
        for _ in 0..MOST_DEPTH {
            match (&items.format, items.definition) {
                (Some(format), _) => return Some(format),
                (None, definition) => items = self.owner.definition(definition?)?,
            }
        }
        None
    }

    /// The output of another stack that a function's value comes from.
    fn output(&self, intrinsic: &Intrinsic<'a>) -> Option<Span> {
        let parameter = parameter(intrinsic, MOST_DEPTH)?;
        Some(self.scene.parameters.get(parameter)?.span)
    }

    /// Takes down that what the function gives is wrong here, and who gave it.
    fn given_wrong(
        &mut self,
        schema: &'a Schema,
        fault: Fault<'a>,
        node: &'a Node,
        intrinsic: &Intrinsic<'a>,
    ) {
        let output = self.output(intrinsic);
        let instead = match &fault {
            Fault::WrongReference(_, needed) => instead::of(self.scene, intrinsic, schema, needed),
            _ => None,
        };
        self.wrong(fault, node);
        if let Some(last) = self.findings.last_mut() {
            last.output = output;
            last.instead = instead;
        }
    }
}

/// The parameter that the function takes a value of, whole or as one of its list's items.
fn parameter<'a>(intrinsic: &Intrinsic<'a>, depth: usize) -> Option<&'a str> {
    let depth = depth.checked_sub(1)?;
    match intrinsic {
        Intrinsic::Ref(name) => Some(name),
        Intrinsic::Other(Function::Select, argument) => match argument.as_list()? {
            [_, list] => parameter(&list.intrinsic()?, depth),
            _ => None,
        },
        Intrinsic::Other(Function::Split, argument) => match argument.as_list()? {
            [delimiter, text] if delimiter.as_str() == Some(",") => {
                parameter(&text.intrinsic()?, depth)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The format of what a parameter holds, or of its items: by its type, or by the output that fills
/// it. Nothing where neither says.
fn held(scene: &Scene<'_>, name: &str) -> Option<Option<Arc<str>>> {
    let parameter = scene.template.parameters().find(|it| it.name == name)?;
    if let Some(format) = type_format(parameter.kind()) {
        return Some(Some(format));
    }
    match &scene.parameters.get(name)?.kind {
        OutputKind::Reference(format) => Some(format.clone()),
        OutputKind::Unknown | OutputKind::Parameter(_) => None,
    }
}

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
    scene: &Scene<'_>,
    resource: &str,
    name: &str,
) -> Option<Option<Arc<str>>> {
    Some(attribute(scene, resource, name)?.format)
}

/// Of an attribute that is a list, the format of its items as far as there is one.
pub(crate) fn item_format(
    scene: &Scene<'_>,
    resource: &str,
    name: &str,
) -> Option<Option<Arc<str>>> {
    let attribute = attribute(scene, resource, name)?;
    let of_list = || attribute.format.as_deref().map(|it| singular(it).into());
    (attribute.kind.names(Type::Array))
        .then(|| attribute.item.and_then(|item| item.format).or_else(of_list))
}

/// An attribute of which something can be relied on.
fn attribute(scene: &Scene<'_>, resource: &str, name: &str) -> Option<Attribute> {
    let resource = scene.template.resource(resource)?;
    let is_open = OPEN_TYPES.contains(&resource.kind) || is_custom(resource.kind);
    let is_value = resource.kind == "AWS::SSM::Parameter" && name == "Value";
    if is_open || is_value {
        return None;
    }
    scene.table.resource(resource.kind)?.attribute(name)
}

/// The format of what `Ref` gives of a resource; nothing for what is none, or may be anything.
pub(crate) fn reference_format(scene: &Scene<'_>, name: &str) -> Option<Option<Arc<str>>> {
    let resource = scene.template.resource(name)?;
    if is_custom(resource.kind) || scene.template.parameters().any(|it| it.name == name) {
        return None;
    }
    let schema = scene.table.resource(resource.kind)?;
    if resource.kind != "AWS::EC2::SecurityGroup" {
        let format = schema.reference.format.clone();
        return Some(format.or_else(|| own_name(&schema)));
    }
    // A group outside a VPC is known by its name, one inside by its id.
    let in_vpc = scene.properties(&resource, "VpcId");
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
pub(super) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::")
        || kind == "AWS::CloudFormation::CustomResource"
        || kind.ends_with("::MODULE")
}

/// Whether two formats are of the same thing.
pub(super) fn is_same(one: &str, other: &str) -> bool {
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
fn singular(format: &str) -> &str {
    let is_list = format.ends_with(".Ids") || format.ends_with(".Names");
    format
        .strip_suffix('s')
        .filter(|_| is_list)
        .unwrap_or(format)
}
