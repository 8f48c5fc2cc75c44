//! What functions give, held against what their place takes.

use super::finding::Fault;
use super::resolve;
use super::walk::{Mode, Walker, branches, is_no_value};
use crate::check::function::{Kinds, gives};
use crate::intrinsic::Attribute as Asked;
use crate::schema::{Attribute, Schema, Type, Types};
use crate::{Function, Intrinsic, Node, Resource};
use std::sync::Arc;

/// What gives no format that could be relied on.
const OPEN_TYPES: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

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
        let intrinsic = Intrinsic::of(function, argument);
        if self.mode == Mode::Try {
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
            self.wrong(Fault::WrongKind(schema.types, kinds), node);
            return;
        }
        if let Some(fault) = self.mismatch(schema, &intrinsic) {
            self.wrong(fault, node);
            return;
        }
        resolve::check(self, schema, node);
    }

    fn either(&mut self, schema: &'a Schema, node: &'a Node) {
        if self.mode == Mode::Try {
            if let Some(branch) = self.branch(node).filter(|branch| !is_no_value(branch)) {
                self.value(schema, branch);
            }
            return;
        }
        let Some((condition, yes, no)) = branches(node) else {
            return;
        };
        for (branch, holds) in [(yes, true), (no, false)] {
            let case = self.case.with(condition, holds);
            let case = case.filter(|case| self.scene.conditions.allow(case));
            if let Some(case) = case.filter(|_| !is_no_value(branch)) {
                let around = std::mem::replace(&mut self.case, case);
                self.value(schema, branch);
                self.case = around;
            }
        }
    }

    /// Whether an attribute is of another type altogether: where a text is taken, a number that
    /// CloudFormation holds as one is refused too.
    fn strict_kinds(&self, types: Types, intrinsic: &Intrinsic<'a>) -> bool {
        if types.is_any() || types.names(Type::Boolean) || types.names(Type::Integer) {
            return false;
        }
        let Some((_, attribute)) = self.attribute(intrinsic) else {
            return false;
        };
        !attribute.kind.is_any() && !attribute.kind.iter().any(|kind| types.allows(kind))
    }

    /// The resource and the attribute that an `Fn::GetAtt` asks for, as far as the table has them.
    fn attribute(&self, intrinsic: &Intrinsic<'a>) -> Option<(Resource<'a>, Attribute)> {
        let Intrinsic::GetAtt {
            resource,
            attribute: Asked::Name(name),
        } = intrinsic
        else {
            return None;
        };
        let resource = self.scene.template.resource(resource)?;
        let schema = self.scene.table.resource(resource.kind)?;
        Some((resource, schema.attribute(name)?))
    }

    /// Whether a reference to a resource gives the name of another thing than the place takes.
    fn mismatch(&self, schema: &'a Schema, intrinsic: &Intrinsic<'a>) -> Option<Fault<'a>> {
        let needed = schema.format.as_deref()?;
        let given = match intrinsic {
            Intrinsic::Ref(name) => self.reference_format(name)?,
            Intrinsic::GetAtt { .. } => {
                let (resource, attribute) = self.attribute(intrinsic)?;
                let is_open = OPEN_TYPES.contains(&resource.kind) || is_custom(resource.kind);
                let is_value = resource.kind == "AWS::SSM::Parameter"
                    && matches!(
                        intrinsic,
                        Intrinsic::GetAtt {
                            attribute: Asked::Name("Value"),
                            ..
                        }
                    );
                if is_open || is_value {
                    return None;
                }
                attribute.format
            }
            _ => return None,
        };
        // An attribute that is an address says no format: `PrimaryPrivateIpAddress` is a text.
        if given.is_none() && matches!(needed, "ipv4" | "ipv6") {
            return None;
        }
        let same = |given: &str| current(given) == current(needed);
        (!given.as_deref().is_some_and(same)).then_some(Fault::WrongReference(given, needed))
    }

    /// The format of what `Ref` gives of a resource; nothing for what is none, or may be anything.
    fn reference_format(&self, name: &str) -> Option<Option<Arc<str>>> {
        let resource = self.scene.template.resource(name)?;
        if is_custom(resource.kind) || self.scene.template.parameters().any(|it| it.name == name) {
            return None;
        }
        let schema = self.scene.table.resource(resource.kind)?;
        if resource.kind != "AWS::EC2::SecurityGroup" {
            return Some(schema.reference.format.clone());
        }
        // A group outside a VPC is known by its name, one inside by its id.
        let in_vpc = self.scene.properties(&resource, "VpcId");
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
}

/// Whether CloudFormation leaves the type to whoever wrote it.
pub(super) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::")
        || kind == "AWS::CloudFormation::CustomResource"
        || kind.ends_with("::MODULE")
}

/// The newer name of a format that the source still writes in an older way.
fn current(format: &str) -> &str {
    match format {
        "AWS::EC2::SecurityGroup.GroupId" => "AWS::EC2::SecurityGroup.Id",
        other => other,
    }
}
