//! Functions in the place of a value: whether what they return fits the schema.

use super::{WalkMode, Walker};
use crate::conditions::{Assignment, if_branches, is_no_value};
use crate::context::{Checker, OutputKind};
use crate::formats::kinds::{ValueKinds, returned_kinds};
use crate::formats::reference::{
    attribute_format, is_same, reference_format, singular, type_format,
};
use crate::limits::MAX_FUNCTION_DEPTH;
use crate::properties::faults::{Fault, Finding, ResolvedFault};
use crate::properties::function_values::{KnownValue, values};
use crate::properties::messages::{describe_reasons, render};
use crate::properties::reference_types::expected_type;
use crate::properties::suggestions::suggest_reference;
use formwork_catalog::schema::{Schema, Type, Types};
use formwork_template::diagnostics::Span;
use formwork_template::intrinsic::Attribute as Asked;
use formwork_template::parameter::scalar_text;
use formwork_template::{Function, Intrinsic, Node, write};
use std::sync::Arc;

/// The format of an alias's hosted zone.
const ALIAS_ZONE: &str = "AWS::Route53::AliasTarget.HostedZoneId";

impl<'a> Walker<'a> {
    /// Checks the value that a function returns.
    pub(super) fn function(&mut self, schema: &'a Schema, node: &'a Node) {
        let Some((function, argument)) = node.function() else {
            self.unknown = true;
            return;
        };
        if function == Function::If {
            return self.check_if(schema, node);
        }
        if is_no_value(node) {
            return;
        }
        if let Some(combined) = &schema.combined {
            self.check_gathered(&combined.from_data, node);
        }
        let intrinsic = Intrinsic::of(function, argument);
        if self.mode != WalkMode::Report {
            // An attribute with another format selects an alternative, although its value is
            // unknown.
            match (&intrinsic, self.mismatch(schema, &intrinsic)) {
                (Intrinsic::GetAtt { .. }, Some(fault)) => self.report_value(fault, node),
                _ => self.unknown = true,
            }
            return;
        }
        let kinds = returned_kinds(function, argument, self.checker);
        let strict = self.strict_kinds(schema.types, &intrinsic);
        if !ValueKinds::of_types(schema.types).overlaps(kinds) || strict {
            self.report_function(
                schema,
                Fault::WrongReturnedKind(schema.types, kinds),
                node,
                &intrinsic,
            );
            return;
        }
        if let Some(fault) = self.mismatch(schema, &intrinsic) {
            self.report_function(schema, fault, node, &intrinsic);
            return;
        }
        check_values(self, schema, node);
    }

    fn check_if(&mut self, schema: &'a Schema, node: &'a Node) {
        if self.mode != WalkMode::Report {
            return self.try_if(schema, node);
        }
        let Some((condition, yes, no)) = if_branches(node) else {
            return;
        };
        for (branch, holds) in [(yes, true), (no, false)] {
            if is_no_value(branch) {
                continue;
            }
            // A branch that is never taken is checked by itself, because its text is wrong too.
            let assignment = self.assignment.with(condition, holds);
            let assignment =
                assignment.filter(|assignment| self.checker.conditions.allow(assignment));
            let alone = || {
                Assignment::default()
                    .with(condition, holds)
                    .unwrap_or_default()
            };
            let outer = std::mem::replace(&mut self.assignment, assignment.unwrap_or_else(alone));
            self.value(schema, branch);
            self.assignment = outer;
        }
    }

    /// Checks the branch of an `Fn::If` under the current assignment, and the branches that are
    /// never taken.
    fn try_if(&mut self, schema: &'a Schema, node: &'a Node) {
        let outer = self.branch_assignment.clone();
        let mut node = node;
        while let Some((condition, yes, no)) = if_branches(node) {
            let Some(holds) = self.holds(condition) else {
                break;
            };
            let (next, other) = if holds { (yes, no) } else { (no, yes) };
            if self.mode == WalkMode::Try {
                self.check_unreachable(schema, other, condition, !holds);
            }
            if let Some(assignment) = self.branch_assignment.with(condition, holds) {
                self.branch_assignment = assignment;
            }
            node = next;
        }
        if self.undecided.is_none() && !is_no_value(node) {
            self.value(schema, node);
        }
        self.branch_assignment = outer;
    }

    /// Checks a branch by itself if no assignment takes it.
    fn check_unreachable(
        &mut self,
        schema: &'a Schema,
        branch: &'a Node,
        condition: &'a str,
        holds: bool,
    ) {
        let assignment = self.branch_assignment.with(condition, holds);
        if is_no_value(branch)
            || assignment.is_some_and(|assignment| self.checker.conditions.allow(&assignment))
        {
            return;
        }
        let alone = Assignment::default()
            .with(condition, holds)
            .unwrap_or_default();
        let branch_assignment = std::mem::replace(&mut self.branch_assignment, alone.clone());
        let assignment = std::mem::replace(&mut self.assignment, alone);
        let decided = std::mem::take(&mut self.decided);
        let trial = self.trial(|walker| walker.value(schema, branch));
        (self.branch_assignment, self.assignment, self.decided) =
            (branch_assignment, assignment, decided);
        // Nested conditions of such a branch are not checked separately.
        if self.undecided.take().is_none() {
            self.findings.extend(trial.findings);
        }
    }

    /// Returns whether an attribute has a different type altogether. A number is not accepted for a
    /// text here, although a literal number is.
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
        let resource = self.checker.template.resource(resource);
        let schema = resource.and_then(|resource| self.checker.table.resource(resource.kind));
        let Some(attribute) = schema.and_then(|schema| schema.attribute(name)) else {
            return false;
        };
        !attribute.kind.is_any() && !attribute.kind.iter().any(|kind| types.allows(kind))
    }

    /// Returns the fault of a reference with another format than the schema expects.
    fn mismatch(&self, schema: &'a Schema, intrinsic: &Intrinsic<'a>) -> Option<Fault<'a>> {
        if let Some(actual) = self.returned_format(intrinsic)
            && let Some(expected) = expected_type(self.patterns, schema, &actual)
        {
            return Some(Fault::WrongReference(Some(actual), expected));
        }
        let (expected, actual) = match intrinsic {
            Intrinsic::Ref(name) if self.checker.template.resource(name).is_some() => (
                schema.format.as_deref()?,
                reference_format(self.checker, name)?,
            ),
            Intrinsic::GetAtt {
                resource,
                attribute: Asked::Name(name),
            } => (
                schema.format.as_deref()?,
                attribute_format(self.checker, resource, name)?,
            ),
            _ => {
                let expected = self.expected_format(schema)?;
                let actual =
                    parameter_format(self.checker, parameter(intrinsic, MAX_FUNCTION_DEPTH)?)?;
                // An alias may refer to a record in its own zone.
                if expected == ALIAS_ZONE {
                    return None;
                }
                (expected, actual)
            }
        };
        // Some attributes that are addresses have no format, such as `PrimaryPrivateIpAddress`.
        if actual.is_none() && matches!(expected, "ipv4" | "ipv6") {
            return None;
        }
        let same = |actual: &str| is_same(actual, expected);
        (!actual.as_deref().is_some_and(same)).then_some(Fault::WrongReference(actual, expected))
    }

    /// Returns the format of a reference, if it has one.
    fn returned_format(&self, intrinsic: &Intrinsic<'a>) -> Option<Arc<str>> {
        match intrinsic {
            Intrinsic::Ref(name) if self.checker.template.resource(name).is_some() => {
                reference_format(self.checker, name)?
            }
            Intrinsic::GetAtt {
                resource,
                attribute: Asked::Name(name),
            } => attribute_format(self.checker, resource, name)?,
            _ => parameter_format(self.checker, parameter(intrinsic, MAX_FUNCTION_DEPTH)?)?,
        }
    }

    /// Returns the expected format of a text, or of a list's items.
    fn expected_format(&self, schema: &'a Schema) -> Option<&'a str> {
        if let Some(format) = schema.format.as_deref() {
            return Some(singular(format));
        }
        let mut items = schema.items.as_deref()?;
        for _ in 0..MAX_FUNCTION_DEPTH {
            match (&items.format, items.definition) {
                (Some(format), _) => return Some(format),
                (None, definition) => items = self.owner.definition(definition?)?,
            }
        }
        None
    }

    /// Returns the span of the other stack's output that provides the value.
    fn output(&self, intrinsic: &Intrinsic<'a>) -> Option<Span> {
        let parameter = parameter(intrinsic, MAX_FUNCTION_DEPTH)?;
        Some(self.checker.parameters.get(parameter)?.span)
    }

    /// Reports a fault of a function, with the output that provides its value and a suggestion.
    fn report_function(
        &mut self,
        schema: &'a Schema,
        fault: Fault<'a>,
        node: &'a Node,
        intrinsic: &Intrinsic<'a>,
    ) {
        let output = self.output(intrinsic);
        let suggestion = match &fault {
            Fault::WrongReference(_, expected) => {
                suggest_reference(self.checker, intrinsic, schema, expected)
            }
            _ => None,
        };
        self.report_value(fault, node);
        if let Some(last) = self.findings.last_mut() {
            last.output = output;
            last.suggestion = suggestion;
        }
    }
}

/// Returns the parameter whose value a function returns, as a whole or as an item of a list.
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

/// Returns the format of a parameter or of its items, by its type or by the output that fills it.
/// The outer `None` means unknown.
fn parameter_format(checker: &Checker<'_>, name: &str) -> Option<Option<Arc<str>>> {
    let parameter = checker.template.parameters().find(|it| it.name == name)?;
    if let Some(format) = type_format(parameter.kind()) {
        return Some(Some(format));
    }
    match &checker.parameters.get(name)?.kind {
        OutputKind::Reference(format) => Some(format.clone()),
        OutputKind::Unknown | OutputKind::Parameter(_) => None,
    }
}

/// Checks the values that a function may return, as far as they are known.
fn check_values<'a>(walker: &mut Walker<'a>, schema: &'a Schema, node: &'a Node) {
    if !is_constrained(schema) {
        return;
    }
    let Some(known) = values(walker.checker, node, MAX_FUNCTION_DEPTH) else {
        return;
    };
    let mut wrong = Vec::new();
    for known in &known {
        match resolved_fault(walker, schema, known) {
            Some(resolved) => wrong.push(resolved),
            // One valid value is enough if several are possible and certain.
            None if known.source.is_none() => return,
            None => {}
        }
    }
    for resolved in wrong.into_iter().take(1) {
        walker.report_value(Fault::Resolved(Box::new(resolved)), node);
    }
}

/// Returns whether the schema requires more than a text.
fn is_constrained(schema: &Schema) -> bool {
    schema.values.is_some()
        || schema.pattern.is_some()
        || schema.format.is_some()
        || !schema.length.is_open()
        || !schema.range.is_open()
        || schema.items.is_some()
        || schema.combined.is_some()
        || !schema.types.is_any() && !schema.types.names(Type::String)
}

fn resolved_fault(
    walker: &Walker<'_>,
    schema: &Schema,
    known: &KnownValue,
) -> Option<ResolvedFault> {
    let mut aside = Walker::new(
        walker.checker,
        walker.patterns,
        walker.owner,
        walker.assignment.clone(),
    )
    .under(walker.trail.iter().copied());
    aside.value(schema, &known.node);
    let finding: &Finding<'_> = aside.findings.first()?;
    let mut rendered = render(finding, &walker.owner.name, &walker.checker.suggestions);
    rendered.message += &describe_reasons(&finding.reasons);
    Some(ResolvedFault {
        value: render_node(&known.node),
        rendered,
        source: known.source,
    })
}

fn render_node(node: &Node) -> String {
    scalar_text(node).unwrap_or_else(|| write::json_compact(node))
}
