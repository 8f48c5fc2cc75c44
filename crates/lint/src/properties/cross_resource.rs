//! Schemas across resources: values of a resource and of the resources that it refers to, gathered
//! into one table and checked together.

use super::faults::PathStep;
use super::messages;
use super::walker::{FunctionHandling, WalkMode, Walker};
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use formwork_catalog::schema::{
    Gather, GatheredProperty, GatheredResource, Literal, PropertyStep, ResourceSchema,
};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node, Resource, Value};

/// Gathers the values that an extension names for `node` and checks them.
pub(super) fn check(
    checker: &Checker<'_>,
    resource: &Resource<'_>,
    owner: &ResourceSchema,
    node: &Node,
    problems: &mut Vec<Problem>,
) {
    let Some(gather) = owner
        .root
        .combined
        .as_ref()
        .and_then(|it| it.gather.as_ref())
    else {
        return;
    };
    let remote = gather.gathered.values().find_map(|gathered| {
        let path = gathered.reference.as_ref()?;
        Some((gathered, path.to_string()))
    });
    let root = ConditionalValue::unconditional(node);
    let Some((gathered, path)) = remote else {
        return check_set(checker, resource, owner, &root, None, problems);
    };
    for found in root.at(&path, &checker.conditions) {
        match (found.node, found.referenced_id()) {
            (Some(_), Some(id)) => {
                let Some(target) = checker.template.resource(id) else {
                    continue;
                };
                if is_meant(gathered, &target) {
                    let root = ConditionalValue {
                        assignment: found.assignment.clone(),
                        ..root.clone()
                    };
                    check_set(checker, resource, owner, &root, Some(target), problems);
                }
            }
            (Some(plain), None) if plain.function().is_none() => {
                check_set(checker, resource, owner, &root, None, problems);
            }
            _ => {}
        }
    }
}

fn is_meant(gathered: &GatheredResource, target: &Resource<'_>) -> bool {
    gathered
        .kind
        .as_deref()
        .is_none_or(|kind| kind == target.kind)
}

/// Checks one set of gathered values.
fn check_set(
    checker: &Checker<'_>,
    resource: &Resource<'_>,
    owner: &ResourceSchema,
    root: &ConditionalValue<'_>,
    first: Option<Resource<'_>>,
    problems: &mut Vec<Problem>,
) {
    let Some(gather) = owner
        .root
        .combined
        .as_ref()
        .and_then(|it| it.gather.as_ref())
    else {
        return;
    };
    let mut all = Map::default();
    let mut first = first;
    for (name, gathered) in &gather.gathered {
        let target = match &gathered.reference {
            None => None,
            Some(path) => {
                let other = || {
                    let found = root.at(&path.to_string(), &checker.conditions);
                    let target = found
                        .iter()
                        .find_map(|it| checker.template.resource(it.referenced_id()?));
                    target.filter(|target| is_meant(gathered, target))
                };
                // Without the referenced resource, nothing is gathered from it.
                let Some(target) = first.take().or_else(other) else {
                    continue;
                };
                Some(target)
            }
        };
        let values = values(checker, root, target.as_ref(), gathered, resource.id_span);
        all.insert(&**name, resource.id_span, values);
    }
    let all = Node::new(all, resource.id_span);
    let mut walker = Walker::new(
        checker,
        checker.table.patterns(),
        owner,
        root.assignment.clone(),
    );
    walker.data = Some(&all);
    if gather.literals_only {
        walker.functions = FunctionHandling::Literal;
    }
    walker.mode = WalkMode::Test;
    walker.for_each_assignment(|walker| walker.value(&gather.schema, &all));
    for mut finding in walker.findings {
        let steps = finding.trail.iter().copied();
        let real = real_trail(&finding.trail, gather);
        finding.trail = real.unwrap_or_else(|| steps.skip(1).collect());
        problems.push(messages::problem(
            &finding,
            resource.kind,
            &checker.suggestions,
        ));
    }
}

/// Returns the path of a gathered value in its own resource's properties.
fn real_trail<'a>(trail: &[PathStep<'a>], gather: &'a Gather) -> Option<Box<[PathStep<'a>]>> {
    let (PathStep::Name(entry), PathStep::Name(property)) = (trail.first()?, trail.get(1)?) else {
        return None;
    };
    let gathered = gather.gathered.get(*entry)?;
    let GatheredProperty::Property(path, _) = gathered.properties.get(*property)? else {
        return None;
    };
    let steps = path.steps().iter().map(|step| match step {
        PropertyStep::Name(name) => PathStep::Name(name),
        PropertyStep::Each => PathStep::Index(0),
    });
    Some(steps.chain(trail[2..].iter().copied()).collect())
}

fn values(
    checker: &Checker<'_>,
    root: &ConditionalValue<'_>,
    target: Option<&Resource<'_>>,
    gathered: &GatheredResource,
    span: Span,
) -> Node {
    let mut map = Map::default();
    for (name, property) in &gathered.properties {
        let value = match property {
            GatheredProperty::Type => target.map(|target| Node::new(target.kind, span)),
            GatheredProperty::Property(path, default) => {
                let path = path.to_string();
                let found = match target {
                    Some(target) => checker.properties(target, &path),
                    None => root.at(&path, &checker.conditions),
                };
                let there = found.iter().find_map(|found| found.node.cloned());
                there.or_else(|| default.as_ref().map(|literal| literal_node(literal, span)))
            }
        };
        if let Some(value) = value {
            map.insert(&**name, value.span, value);
        }
    }
    Node::new(map, span)
}

fn literal_node(literal: &Literal, span: Span) -> Node {
    let value = match literal {
        Literal::Text(text) => Value::from(&**text),
        Literal::Integer(number) => Value::from(*number),
        Literal::Number(number) => {
            serde_json::Number::from_f64(*number).map_or(Value::Null, Value::from)
        }
        Literal::Boolean(truth) => Value::from(*truth),
        Literal::Null => Value::Null,
    };
    Node::new(value, span)
}
