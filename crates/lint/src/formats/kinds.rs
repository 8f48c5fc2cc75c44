//! The kinds of values that functions accept and return.

use crate::context::Checker;
use formwork_catalog::schema::{Type, Types};
use formwork_template::intrinsic::Attribute;
use formwork_template::parameter::is_list_type;
use formwork_template::{Function, Intrinsic, Node, Section, Value};
use std::fmt;

/// A set of kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueKinds(u8);

impl ValueKinds {
    /// Texts, numbers and booleans, which CloudFormation converts into one another.
    pub(crate) const TEXT: Self = Self(1);
    /// Lists.
    pub(crate) const LIST: Self = Self(2);
    /// Tables.
    pub(crate) const TABLE: Self = Self(4);
    /// The result of a condition: true or false.
    pub(crate) const TRUTH: Self = Self(8);
    /// Every kind of value.
    pub(crate) const ANY: Self = Self(7);

    /// Returns the union of both sets.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether the sets share a kind.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the kinds of the schema table's types. Without a type, every kind is possible.
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

    /// Returns the kind of a literal.
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
            (Self::TEXT, "a string"),
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

/// Returns the kinds of values that a function may return.
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

/// Returns the kinds of values that a function may return with any arguments.
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

/// Returns the kind of a mapping's value, if the keys are literals.
fn mapped(argument: &Node, checker: &Checker<'_>) -> Option<ValueKinds> {
    let [mapping, first, second] = argument.as_list()? else {
        return None;
    };
    let mappings = checker.template.section(Section::Mappings)?;
    let mapping = mappings.get(mapping.as_str()?)?;
    let value = mapping.get(first.as_str()?)?.get(second.as_str()?)?;
    value.function().is_none().then(|| ValueKinds::of(value))
}

/// Returns the kinds of a resource's attribute, as far as the table knows them.
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
