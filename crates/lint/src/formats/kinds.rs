//! The kinds of value that functions take and give.

use crate::context::Checker;
use formwork_catalog::schema::{Type, Types};
use formwork_template::intrinsic::Attribute;
use formwork_template::parameter::is_list_type;
use formwork_template::{Function, Intrinsic, Node, Section, Value};
use std::fmt;

/// A set of kinds of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueKinds(u8);

impl ValueKinds {
    /// Texts, numbers and truth values: CloudFormation turns one into another.
    pub(crate) const TEXT: Self = Self(1);
    /// Lists.
    pub(crate) const LIST: Self = Self(2);
    /// Tables.
    pub(crate) const TABLE: Self = Self(4);
    /// Decided by a condition: true or false.
    pub(crate) const TRUTH: Self = Self(8);
    /// Any of a value's kinds.
    pub(crate) const ANY: Self = Self(7);

    /// These and those.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they share a kind.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds of the table's types; any where it names none.
    pub(crate) fn of_types(types: Types) -> Self {
        if types.is_any() {
            return Self::ANY;
        }
        types.iter().fold(Self(0), |kinds, kind| {
            kinds.or(match kind {
                Type::Array => Self::LIST,
                Type::Object => Self::TABLE,
                Type::Null => Self::ANY,
                Type::String | Type::Integer | Type::Number | Type::Boolean => Self::TEXT,
            })
        })
    }

    /// The kind of what is written out.
    pub(crate) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::ANY,
            Value::Bool(_) => Self::TEXT.or(Self::TRUTH),
            Value::Number(_) | Value::String(_) => Self::TEXT,
            Value::List(_) => Self::LIST,
            Value::Map(_) => Self::TABLE,
        }
    }
}

impl fmt::Display for ValueKinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Self::TEXT, "a text"),
            (Self::LIST, "a list"),
            (Self::TABLE, "a table"),
            (Self::TRUTH, "a condition"),
        ];
        let mut first = true;
        for (kind, name) in names {
            if self.overlaps(kind) {
                let or = if first { "" } else { " or " };
                write!(out, "{or}{name}")?;
                first = false;
            }
        }
        Ok(())
    }
}

/// The kinds of value that a function gives.
pub(crate) fn returned_kinds(
    function: Function,
    argument: &Node,
    checker: &Checker<'_>,
) -> ValueKinds {
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref("AWS::NoValue") => ValueKinds::ANY,
        Intrinsic::Ref("AWS::NotificationARNs") => ValueKinds::LIST,
        Intrinsic::Ref(name) => {
            let parameters = checker.template.section(Section::Parameters);
            let parameter = parameters.and_then(|section| section.get(name));
            let kind = parameter.and_then(|parameter| parameter.get("Type")?.as_str());
            match kind.is_some_and(is_list_type) {
                true => ValueKinds::LIST,
                false => ValueKinds::TEXT,
            }
        }
        Intrinsic::GetAtt {
            resource,
            attribute: Attribute::Name(attribute),
        } => attribute_kinds(resource, attribute, checker),
        _ if function == Function::FindInMap => {
            mapped(argument, checker).unwrap_or_else(|| default_returned_kinds(function))
        }
        _ => default_returned_kinds(function),
    }
}

/// What a function gives where its arguments do not say more.
fn default_returned_kinds(function: Function) -> ValueKinds {
    match function {
        Function::Base64
        | Function::Join
        | Function::Length
        | Function::Sub
        | Function::ToJsonString => ValueKinds::TEXT,
        Function::ImportValue | Function::GetStackOutput => ValueKinds::TEXT,
        Function::Cidr | Function::GetAZs | Function::Split => ValueKinds::LIST,
        Function::FindInMap => ValueKinds::TEXT.or(ValueKinds::LIST),
        Function::And | Function::Or | Function::Not | Function::Equals | Function::Condition => {
            ValueKinds::TRUTH
        }
        Function::Ref
        | Function::GetAtt
        | Function::If
        | Function::Select
        | Function::Transform
        | Function::ForEach => ValueKinds::ANY,
    }
}

/// The kind of the value that a mapping has, where the keys are written out.
fn mapped(argument: &Node, checker: &Checker<'_>) -> Option<ValueKinds> {
    let [mapping, first, second] = argument.as_list()? else {
        return None;
    };
    let mappings = checker.template.section(Section::Mappings)?;
    let mapping = mappings.get(mapping.as_str()?)?;
    let value = mapping.get(first.as_str()?)?.get(second.as_str()?)?;
    value.function().is_none().then(|| ValueKinds::of(value))
}

/// The kinds of a resource's attribute, as far as the table knows them.
pub(crate) fn attribute_kinds(
    resource: &str,
    attribute: &str,
    checker: &Checker<'_>,
) -> ValueKinds {
    let resource = checker.template.resource(resource);
    let schema = resource.and_then(|resource| checker.table.resource(resource.kind));
    let attribute = schema.and_then(|schema| schema.attribute(attribute));
    attribute.map_or(ValueKinds::ANY, |attribute| {
        ValueKinds::of_types(attribute.kind)
    })
}
